"""CVAT: jobs that changed, as the interface lists them; how long they took stands in the events alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Literal

from dashboard.pull.answers import list_records, parse_instant, read_count, read_cursor_instant, read_key, refuse_answer
from dashboard.pull.client import Client, NotThere
from dashboard.pull.contract import Access, Account, Cursor, Page, PullSource, Record, Wishes
from dashboard.pull.tokens import build_cvat_headers

PAGE_SIZE = 100
OVERLAP = timedelta(minutes=5)


class Cvat:
    """Jobs of a CVAT server."""

    name = "cvat"
    title = "CVAT"
    access = Access(server=None, made_at="Profile, Security, Access tokens")
    importer = "cvat_jobs"
    form: Literal["json", "csv"] = "json"
    columns: tuple[str, ...] = ()
    per_second = 5.0

    def authorize(self, client: Client, account: Account) -> dict[str, str]:
        """Return the header of an access token, or of the token of a session."""
        del client
        return build_cvat_headers(account)

    def read_pages(self, client: Client, cursors: Mapping[str, Cursor], wishes: Wishes) -> Iterator[Page]:
        """Yield the changed jobs of all projects, or of those named by number, oldest change first."""
        for project in wishes.projects or (None,):
            scope = f"project {project}" if project else "all projects"
            yield from _read_jobs(client, scope, project, cursors.get(scope, {}), wishes)


def _read_jobs(client: Client, scope: str, project: str | None, cursor: Cursor, wishes: Wishes) -> Iterator[Page]:
    since = read_cursor_instant(cursor, "updated_at", OVERLAP)
    after = since.isoformat() if since else wishes.since.isoformat() if wishes.since else None
    seen: dict[str, object] = {}
    reached, number = str(cursor.get("updated_at") or ""), 1
    while True:
        jobs, total = _list_jobs(client, project, after, number)
        fresh = [job for job in jobs if seen.get(read_key(job), "") != _read_change(job)]
        seen.update((read_key(job), _read_change(job)) for job in fresh)
        if jobs:
            reached = _read_change(jobs[-1])
        yield Page(scope, tuple(fresh), {"updated_at": reached}, expected=total)
        if len(jobs) < PAGE_SIZE:
            return
        # Each page begins after the last change, so that a job that changes meanwhile moves no other one.
        after, number = (reached, 1) if fresh and reached != after else (after, number + 1)


def _list_jobs(client: Client, project: str | None, after: str | None, number: int) -> tuple[list[Record], int | None]:
    """Return a page of the jobs changed at an instant or later."""
    params: dict[str, object] = {"page": number, "page_size": PAGE_SIZE, "sort": "updated_date"}
    params |= {"project_id": project} if project else {}
    params |= {"filter": json.dumps({"and": [{">=": [{"var": "updated_date"}, after]}]})} if after else {}
    try:
        answer = client.get("/api/jobs", params)
    except NotThere:  # behind the last page
        return [], None
    return list_records(answer, "results"), read_count(answer, "count")


def _read_change(job: Record) -> str:
    moment = job.get("updated_date")
    if parse_instant(moment) is None:
        refuse_answer("when a job changed (updated_date)")
    return str(moment)


SOURCE: PullSource = Cvat()
