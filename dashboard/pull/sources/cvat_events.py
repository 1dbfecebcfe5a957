"""CVAT's events: who worked how long on which job, as the server writes its log for download."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

from dashboard.errors import PullFailed
from dashboard.pull.answers import read_key, read_object, read_words
from dashboard.pull.client import AnswerTooLarge, Client
from dashboard.pull.contract import Access, Account, Cursor, Page, PullSource, Record, Wishes
from dashboard.pull.tokens import build_cvat_headers
from dashboard.pull.windows import find_bounds, list_windows, read_windows

LATE_DAYS = 3  # events are never edited; these days may not have been complete
WAITS = 300  # for a file that the server writes
CELL_CHARACTERS = 1 << 20


class CvatEvents:
    """The log of a CVAT server."""

    name = "cvat_events"
    title = "CVAT events"
    access = Access(server=None, made_at="Profile, Security, Access tokens", shared="cvat")
    importer = "cvat_events"
    form: Literal["json", "csv"] = "csv"
    columns: tuple[str, ...] = (
        *(
            "scope",
            "obj_name",
            "obj_id",
            "obj_val",
            "source",
            "timestamp",
            "count",
            "duration",
            "project_id",
            "task_id",
        ),
        *("job_id", "user_id", "user_name", "user_email", "org_id", "org_slug", "payload"),
    )
    per_second = 2.0

    def authorize(self, client: Client, account: Account) -> dict[str, str]:
        """Return the header of an access token, or of the token of a session."""
        del client
        return build_cvat_headers(account)

    def read_pages(self, client: Client, cursors: Mapping[str, Cursor], wishes: Wishes) -> Iterator[Page]:
        """Yield the events of all projects, or of those named by number, month by month."""
        for project in wishes.projects or (None,):
            scope = f"project {project}" if project else "all projects"
            windows = list_windows(cursors.get(scope, {}), wishes, "UTC", client.read_clock(), LATE_DAYS)
            for page in read_windows(scope, windows, EventLog(client, project).read_days, "UTC"):
                yield Page(page.scope, page.records, page.cursor)


class EventLog:
    """The events of a project, or of all."""

    def __init__(self, client: Client, project: str | None) -> None:
        self.client, self.project = client, project

    def read_days(self, first: date, last: date) -> Iterator[tuple[Record, ...]]:
        """Yield the events of some days; of fewer days at once where their file is too large."""
        try:
            text = self._fetch_log(first, last)
        except AnswerTooLarge:
            if first == last:
                raise
            middle = first + (last - first) // 2
            yield from self.read_days(first, middle)
            yield from self.read_days(middle + timedelta(days=1), last)
            return
        csv.field_size_limit(CELL_CHARACTERS)
        try:
            rows = list(csv.DictReader(io.StringIO(text), restval=""))
        except csv.Error:
            raise PullFailed("CVAT's log of events is no CSV.", "Download it by hand and look at it.") from None
        yield tuple({name: row.get(name) or "" for name in CvatEvents.columns} for row in rows)

    def _fetch_log(self, first: date, last: date) -> str:
        """Have the server write the log, wait for it, and return it."""
        start, end = find_bounds(first, last, "UTC")
        params: dict[str, object] = {"from": start, "to": end}
        params |= {"project_id": self.project} if self.project else {}
        asked = read_object(self.client.ask("POST", "/api/events/export", params=params))
        for _ in range(WAITS):
            state = read_object(self.client.get(f"/api/requests/{read_key(asked, 'rq_id')}"))
            status = read_words(state, "status")
            if status == "finished":
                return self.client.get_text(self.client.find_path(read_words(state, "result_url")))
            if status not in ("queued", "started"):
                break
            self.client.pause(1.0)
        raise PullFailed("CVAT did not write its log of events.", "Look at its analytics, and try again.")


SOURCE: PullSource = CvatEvents()
