"""Harvest: time entries by day, shaped as its detailed time report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

from dashboard.pull.answers import (
    list_records,
    read_count,
    read_cursor_instant,
    read_day,
    read_key,
    read_object,
    read_words,
)
from dashboard.pull.client import Client
from dashboard.pull.contract import Access, Account, Cursor, Page, PullSource, Record, Wishes
from dashboard.pull.windows import Window, check_no_projects, list_windows, read_windows

PAGE_SIZE = 1_000
OVERLAP = timedelta(minutes=5)


class Harvest:
    """Time entries of everybody whom the token may see."""

    name = "harvest"
    title = "Harvest"
    access = Access(
        server="https://api.harvestapp.com",
        made_at="id.getharvest.com, Developers, Personal access tokens",
        user="the number of the account, which stands beside the token",
    )
    importer = "harvest"
    form: Literal["json", "csv"] = "csv"
    columns: tuple[str, ...] = (
        *("Date", "Client", "Project", "Project Code", "Task", "Notes", "Hours", "Started At", "Ended At"),
        *("Billable?", "Invoiced?", "First Name", "Last Name"),
    )
    per_second = 5.0

    def authorize(self, client: Client, account: Account) -> dict[str, str]:
        """Return the headers of a personal access token."""
        del client
        return {"Authorization": f"Bearer {account.token}", "Harvest-Account-Id": str(account.user)}

    def read_pages(self, client: Client, cursors: Mapping[str, Cursor], wishes: Wishes) -> Iterator[Page]:
        """Yield whole days: the last weeks, and earlier days of which an entry changed since the last pull."""
        check_no_projects(wishes, self.title)
        scope = f"entries seen by account {read_key(read_object(client.get('/v2/users/me')))}"
        asked_at = client.read_clock()
        cursor = cursors.get(scope, {})
        windows = list_windows(cursor, wishes, "UTC", asked_at)
        days = _list_changed_days(client, cursor, windows[0][0]) if windows else []
        kept_until = {"until": cursor.get("until"), "asked_at": cursor.get("asked_at")}
        for page in read_windows(scope, days, lambda first, last: _read_days(client, first, last), ""):
            yield Page(scope, page.records, kept_until if page.cursor else None, page.cover)
        extra = {"asked_at": asked_at.isoformat()}
        yield from read_windows(scope, windows, lambda first, last: _read_days(client, first, last), "", extra)


def _list_changed_days(client: Client, cursor: Cursor, before: date) -> list[Window]:
    """Return the days before the windows of which an entry changed since the last pull."""
    since = read_cursor_instant(cursor, "asked_at", OVERLAP)
    if since is None:
        return []
    since = min(since, client.read_clock() - OVERLAP)
    entries = (entry for page in _read_entries(client, {"updated_since": since.isoformat()}) for entry in page)
    days = {read_day(entry, "spent_date") for entry in entries}
    return [(day, day) for day in sorted(days) if day < before]


def _read_days(client: Client, first: date, last: date) -> Iterator[tuple[Record, ...]]:
    for entries in _read_entries(client, {"from": first.isoformat(), "to": last.isoformat()}):
        yield tuple(_build_record(entry) for entry in entries if entry.get("is_running") is not True)


def _read_entries(client: Client, params: Mapping[str, object]) -> Iterator[list[Record]]:
    """Yield the pages of a list of entries."""
    number = 1
    while True:
        answer = client.get("/v2/time_entries", {**params, "page": number, "per_page": PAGE_SIZE})
        yield list_records(answer, "time_entries")
        if number >= (read_count(answer, "total_pages") or 1):
            return
        number += 1


def _build_record(entry: Record) -> Record:
    """Return an entry as a row of the report."""
    return {
        "Date": read_words(entry, "spent_date"),
        "Client": read_words(entry, "client", "name"),
        "Project": read_words(entry, "project", "name"),
        "Project Code": read_words(entry, "project", "code"),
        "Task": read_words(entry, "task", "name"),
        "Notes": read_words(entry, "notes"),
        "Hours": read_words(entry, "hours"),
        "Started At": read_words(entry, "started_time"),
        "Ended At": read_words(entry, "ended_time"),
        "Billable?": "Yes" if entry.get("billable") is True else "No",
        "Invoiced?": "Yes" if entry.get("is_billed") is True else "No",
        "First Name": read_words(entry, "user", "name"),
        "Last Name": "",
    }


SOURCE: PullSource = Harvest()
