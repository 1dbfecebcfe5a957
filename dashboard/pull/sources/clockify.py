"""Clockify: the time entries of each person in each workspace, shaped as its detailed CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dashboard.errors import PullRefused
from dashboard.pull.answers import list_records, parse_instant, read_key, read_object, read_words
from dashboard.pull.client import Client
from dashboard.pull.contract import Access, Account, Cursor, Page, PullSource, Record, Wishes
from dashboard.pull.windows import (
    check_no_projects,
    check_zone,
    find_bounds,
    format_clock,
    format_length,
    list_windows,
    read_windows,
)

PAGE_SIZE = 1_000


class Clockify:
    """Time entries of everybody whom the token may see."""

    name = "clockify"
    title = "Clockify"
    access = Access(server="https://api.clockify.me", made_at="Preferences, Advanced, Manage API keys")
    importer = "clockify"
    form: Literal["json", "csv"] = "csv"
    columns: tuple[str, ...] = (
        *("Project", "Client", "Description", "Task", "User", "Email", "Tags", "Billable"),
        *("Start Date", "Start Time", "End Date", "End Time", "Duration (h)"),
    )
    per_second = 5.0

    def authorize(self, client: Client, account: Account) -> dict[str, str]:
        """Return the header of an API key."""
        del client
        return {"X-Api-Key": str(account.token)}

    def read_pages(self, client: Client, cursors: Mapping[str, Cursor], wishes: Wishes) -> Iterator[Page]:
        """Yield the entries of each workspace, month by month."""
        check_no_projects(wishes, self.title)
        person = read_object(client.get("/api/v1/user"))
        zone = check_zone(wishes, read_words(person, "settings", "timeZone"))
        for workspace in list_records(client.get("/api/v1/workspaces")):
            number = read_key(workspace)
            scope = f"workspace {number}, seen by account {read_key(person)}"
            entries = Entries(client, number, zone, _list_people(client, number) or [person])
            windows = list_windows(cursors.get(scope, {}), wishes, zone, client.read_clock())
            yield from read_windows(scope, windows, entries.read_days, zone)


@dataclass
class Entries:
    """The entries of a workspace."""

    client: Client
    workspace: str
    zone: str
    people: Sequence[Record]

    def read_days(self, first: date, last: date) -> Iterator[tuple[Record, ...]]:
        """Yield the entries that begin on some days, person after person."""
        start, end = find_bounds(first, last, self.zone)
        for person in self.people:
            path = f"/api/v1/workspaces/{self.workspace}/user/{read_key(person)}/time-entries"
            params: dict[str, object] = {"start": start, "end": end, "hydrated": "true"}
            for entries in read_numbered_pages(self.client, path, params):
                yield tuple(record for entry in entries if (record := self._build_record(entry, person)) is not None)

    def _build_record(self, entry: Record, person: Record) -> Record | None:
        """Return a finished entry as a row of the CSV; None for a running timer."""
        interval = read_object(entry, "timeInterval")
        start, end = parse_instant(interval.get("start")), parse_instant(interval.get("end"))
        if start is None or end is None:
            return None
        tags = entry.get("tags")
        (start_day, start_clock), (end_day, end_clock) = (format_clock(at, self.zone) for at in (start, end))
        return {
            "Project": read_words(entry, "project", "name"),
            "Client": read_words(entry, "project", "clientName"),
            "Description": read_words(entry, "description"),
            "Task": read_words(entry, "task", "name"),
            "User": read_words(person, "name"),
            "Email": read_words(person, "email"),
            "Tags": ", ".join(read_words(tag, "name") for tag in tags) if isinstance(tags, list) else "",
            "Billable": "Yes" if entry.get("billable") is True else "No",
            "Start Date": start_day,
            "Start Time": start_clock,
            "End Date": end_day,
            "End Time": end_clock,
            "Duration (h)": format_length(max(round((end - start).total_seconds()), 0)),
        }


def read_numbered_pages(client: Client, path: str, params: Mapping[str, object]) -> Iterator[list[Record]]:
    """Yield the pages of a list until one is not full."""
    number = 1
    while True:
        records = list_records(client.get(path, {**params, "page": number, "page-size": PAGE_SIZE}))
        yield records
        if len(records) < PAGE_SIZE:
            return
        number += 1


def _list_people(client: Client, workspace: str) -> list[Record]:
    """Return the people of a workspace; nobody where the token may not see them."""
    try:
        return [
            person
            for page in read_numbered_pages(client, f"/api/v1/workspaces/{workspace}/users", {})
            for person in page
        ]
    except PullRefused:
        return []


SOURCE: PullSource = Clockify()
