"""Jira: worklogs that were added, changed or deleted, inside their issues as a search gives them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from dashboard.pull.answers import begin_of_day, list_records, read_count, read_key, read_object
from dashboard.pull.client import Client, NotThere
from dashboard.pull.contract import Access, Account, Cover, Cursor, Page, PullSource, Record, Wishes

ISSUES = 100  # of one question
WORKLOGS = 500
OVERLAP = timedelta(minutes=5)
FIELDS = "summary,project"


class Jira:
    """Worklogs of all issues that the token may see."""

    name = "jira"
    title = "Jira"
    access = Access(
        server=None,
        made_at="id.atlassian.com, Security, API tokens, with your e-mail as LABELTIME_JIRA_USER; on your own server"
        " Profile, Personal Access Tokens, without a user",
    )
    importer = "jira_rest"
    form: Literal["json", "csv"] = "json"
    columns: tuple[str, ...] = ()
    per_second = 5.0

    def authorize(self, client: Client, account: Account) -> dict[str, str]:
        """Return the header of an API token of the cloud, or of a personal one of an own server."""
        del client
        if account.user:
            return {"Authorization": "Basic " + b64encode(f"{account.user}:{account.token}".encode()).decode()}
        return {"Authorization": f"Bearer {account.token}"}

    def read_pages(self, client: Client, cursors: Mapping[str, Cursor], wishes: Wishes) -> Iterator[Page]:
        """Yield the worklogs changed since the cursor, oldest change first, then the numbers of deleted ones."""
        scope = f"projects {', '.join(wishes.projects)}" if wishes.projects else "all projects"
        since = read_count(cursors.get(scope, {}), "until")
        if since is None:
            since = _count_milliseconds(begin_of_day(wishes.since)) if wishes.since else 0
        since = max(since - OVERLAP // timedelta(milliseconds=1), 0)
        reached = since
        for reached, numbers in _read_changes(client, "updated", since):
            for begun in range(0, len(numbers), WORKLOGS):
                worklogs = list_records(
                    client.post("/rest/api/2/worklog/list", {"ids": numbers[begun : begun + WORKLOGS]})
                )
                yield Page(scope, tuple(_group_worklogs(client, worklogs, wishes)))
            yield Page(scope, (), {"until": reached})
        gone = [number for _, numbers in _read_changes(client, "deleted", since) for number in numbers]
        yield Page(scope, (), {"until": reached}, Cover(gone=tuple(map(str, gone))) if gone else None)


def _read_changes(client: Client, what: str, since: int) -> Iterator[tuple[int, list[int]]]:
    """Yield the numbers of changed worklogs, each page with the instant until which it is complete."""
    while True:
        answer = read_object(client.get(f"/rest/api/2/worklog/{what}", {"since": since}))
        changes = list_records(answer, "values")
        until = read_count(answer, "until") or since
        yield until, [int(key) for change in changes if (key := read_key(change, "worklogId")).isdecimal()]
        if answer.get("lastPage") is not False or until <= since:
            return
        since = until


def _group_worklogs(client: Client, worklogs: Sequence[Record], wishes: Wishes) -> Iterator[Record]:
    """Yield the issues of worklogs, each with these worklogs in it."""
    by_issue: dict[str, list[Record]] = {}
    for worklog in worklogs:
        by_issue.setdefault(read_key(worklog, "issueId"), []).append(worklog)
    keys = sorted(by_issue)
    for begun in range(0, len(keys), ISSUES):
        for issue in _search_issues(client, keys[begun : begun + ISSUES]):
            fields = read_object(issue, "fields")
            project = read_object(fields, "project")
            if wishes.projects and not {project.get("key"), project.get("name")} & set(wishes.projects):
                continue
            own = by_issue.get(read_key(issue), [])
            page = {"startAt": 0, "maxResults": len(own), "total": len(own), "worklogs": own}
            texts = {name: fields.get(name) for name in FIELDS.split(",")}
            yield {"id": read_key(issue), "key": read_key(issue, "key"), "fields": {**texts, "worklog": page}}


def _search_issues(client: Client, numbers: Sequence[str]) -> Iterator[Record]:
    """Yield the issues of these numbers; the cloud has a newer way to search than servers of one's own."""
    jql = f"id in ({', '.join(number for number in numbers if number.isdecimal())})"
    params: dict[str, object] = {"jql": jql, "fields": FIELDS, "maxResults": ISSUES}
    try:
        answer = client.get("/rest/api/2/search/jql", params)
    except NotThere:
        answer = client.get("/rest/api/2/search", params)
    yield from list_records(answer, "issues")


def _count_milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


SOURCE: PullSource = Jira()
