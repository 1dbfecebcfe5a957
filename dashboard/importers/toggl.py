"""Toggl Track: the detailed CSV of a report or of "Export time entries"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dashboard.errors import UnreadableFile
from dashboard.importers import entries, table
from dashboard.importers.columns import dates, zones
from dashboard.importers.contract import Head, Reading, Settings, Source
from dashboard.schemas import Kind

COLUMNS = {
    "person": ("User", "Member"),
    "email": ("Email",),
    "client": ("Client",),
    "project": ("Project",),
    "task": ("Task",),
    "description": ("Description",),
    "tags": ("Tags",),
    "billable": ("Billable",),
    "start_day": ("Start date",),
    "start_clock": ("Start time",),
    "end_day": ("End date", "Stop date"),
    "end_clock": ("End time", "Stop time"),
    "duration": ("Duration",),
}
SUMMED = frozenset({"user", "member", "email", "client", "project", "task", "description", "time entry", "billable"})
GROUPS = frozenset({"client", "project", "time entry"})
WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b.*\d|\d{4}-\d\d-\d\d", re.IGNORECASE)
DAYS_OF_WEEK = 7
HINT = "In Toggl Track, open Reports, Detailed, and export that as CSV; or Settings, Data export, time entries."


class Toggl:
    """Recognises detailed exports, and the exports people take for them, to say so."""

    name = "toggl"
    title = "Toggl Track detailed CSV"
    kind: Kind = "time_entry"

    def recognises(self, head: Head) -> bool:
        """Tell a Toggl export by its header, whatever the order and case, or by the records of a workspace export."""
        return _is_detailed(head) or _is_summary(head) or _is_weekly(head) or _is_workspace(head)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read entries; raises `UnreadableFile` where there are none, `QuestionNeeded` for zone or date order."""
        head = source.head()
        if not _is_detailed(head):
            what = "part of a workspace export" if _is_workspace(head) else "a summary or weekly report"
            raise UnreadableFile(f"{source.name} is {what} of Toggl Track and holds no time entries.", HINT)
        columns = table.columns_by_name(head.header, COLUMNS)
        days = [columns[part] for part in ("start_day", "end_day") if part in columns]
        order = dates.decide(entries.survey_dates(source, days), settings.day_first, columns["start_day"])
        zone = zones.require(settings.zone, self.title)
        return entries.reading(source, entries.Layout(columns, order, zone))


def _names(head: Head) -> set[str]:
    return {title.casefold() for title in head.header}


def _is_detailed(head: Head) -> bool:
    return {"start date", "start time", "duration"} <= _names(head)


def _is_summary(head: Head) -> bool:
    """Tell sums by project, person or description: a duration and nothing that could be a day."""
    names = {name for name in _names(head) if not name.startswith("amount")}
    return "duration" in names and bool(GROUPS & names) and names - {"duration"} <= SUMMED


def _is_weekly(head: Head) -> bool:
    days = [title for title in head.header if WEEKDAY.fullmatch(title)]
    return (
        len(days) >= DAYS_OF_WEEK
        and "total" in _names(head)
        and bool({"user", "member", "project", "client"} & _names(head))
    )


def _is_workspace(head: Head) -> bool:
    """Tell clients, projects, tags or people of a workspace: each record says its workspace and its last change."""
    found = [record for record in head.records if isinstance(record, Mapping)]
    return bool(found) and all(
        "at" in record and ({"wid", "workspace_id"} & record.keys()) and "start" not in record for record in found
    )


IMPORTER = Toggl()
