"""Toggl Track: the detailed report of each workspace, shaped as its CSV."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
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
    format_clock,
    format_length,
    list_windows,
    read_windows,
)

PAGE_SIZE = 500
ROW_DIGITS = 18


class Toggl:
    """Time entries of everybody whom the token may see."""

    name = "toggl"
    title = "Toggl Track"
    access = Access(server="https://api.track.toggl.com", made_at="Profile, API Token")
    importer = "toggl"
    form: Literal["json", "csv"] = "csv"
    columns: tuple[str, ...] = (
        *("User", "Email", "Client", "Project", "Task", "Description", "Billable"),
        *("Start date", "Start time", "End date", "End time", "Duration", "Tags"),
    )
    per_second = 1.0

    def authorize(self, client: Client, account: Account) -> dict[str, str]:
        """Return the header of an API token."""
        del client
        return {"Authorization": "Basic " + b64encode(f"{account.token}:api_token".encode()).decode()}

    def read_pages(self, client: Client, cursors: Mapping[str, Cursor], wishes: Wishes) -> Iterator[Page]:
        """Yield the entries of each workspace, month by month."""
        check_no_projects(wishes, self.title)
        person = read_object(client.get("/api/v9/me"))
        zone = check_zone(wishes, person.get("timezone"))
        for workspace in list_records(client.get("/api/v9/me/workspaces")):
            number = read_key(workspace)
            scope = f"workspace {number}, seen by account {read_key(person)}"
            report = Report(client, number, zone, _list_addresses(client, number))
            windows = list_windows(cursors.get(scope, {}), wishes, zone, client.read_clock())
            yield from read_windows(scope, windows, report.read_days, zone)


@dataclass
class Report:
    """The detailed report of a workspace."""

    client: Client
    workspace: str
    zone: str
    addresses: Mapping[str, str]  # account -> e-mail

    def read_days(self, first: date, last: date) -> Iterator[tuple[Record, ...]]:
        """Yield the entries of some days, a page after the other."""
        row = 1
        while True:
            body = {"start_date": first.isoformat(), "end_date": last.isoformat(), "page_size": PAGE_SIZE}
            body |= {"first_row_number": row, "enrich_response": True, "order_by": "date", "order_dir": "ASC"}
            groups = list_records(
                self.client.post(f"/reports/api/v3/workspace/{self.workspace}/search/time_entries", body)
            )
            yield tuple(record for group in groups for record in self._build_records(group))
            following = self.client.answer_headers.get("x-next-row-number", "")
            next_row = int(following) if following.isdecimal() and len(following) <= ROW_DIGITS else 0
            if not groups or next_row <= row:
                return
            row = next_row

    def _build_records(self, group: Record) -> Iterator[Record]:
        """Yield the finished entries of a group, which share their texts."""
        tags = group.get("tag_names")
        texts = {
            "User": read_words(group, "username"),
            "Email": self.addresses.get(read_words(group, "user_id"), ""),
            "Client": read_words(group, "client_name"),
            "Project": read_words(group, "project_name"),
            "Task": read_words(group, "task_name"),
            "Description": read_words(group, "description"),
            "Billable": "Yes" if group.get("billable") is True else "No",
            "Tags": ", ".join(str(tag) for tag in tags) if isinstance(tags, list) else "",
        }
        for entry in list_records(group, "time_entries"):
            start, stop, seconds = (
                parse_instant(entry.get("start")),
                parse_instant(entry.get("stop")),
                entry.get("seconds"),
            )
            if start is None or stop is None or not isinstance(seconds, int) or seconds < 0:
                continue  # a running timer
            (start_day, start_clock), (end_day, end_clock) = (format_clock(at, self.zone) for at in (start, stop))
            yield {
                **texts,
                "Start date": start_day,
                "Start time": start_clock,
                "End date": end_day,
                "End time": end_clock,
                "Duration": format_length(seconds),
            }


def _list_addresses(client: Client, workspace: str) -> dict[str, str]:
    """Return the e-mail of each account; without any where the token may not see them."""
    try:
        people = list_records(client.get(f"/api/v9/workspaces/{workspace}/users"))
    except PullRefused:
        return {}
    return {read_key(person): read_words(person, "email") for person in people}


SOURCE: PullSource = Toggl()
