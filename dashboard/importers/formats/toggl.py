"""Toggl Track: the detailed CSV of a report or of "Export time entries"."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.columns.dates import resolve_date_order
from dashboard.importers.columns.zones import require_zone
from dashboard.importers.contract import Head, Reading, Settings, Source
from dashboard.importers.frames.time_entries import EntryLayout, collect_source_dates, find_decimal_sign, read_entries
from dashboard.importers.table import match_columns
from dashboard.importers.tracker_table import PreparedSource
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
SUMMARY_COLUMNS = frozenset(
    {"user", "member", "email", "client", "project", "task", "description", "time entry", "billable"}
)
LENGTH_COLUMNS = frozenset({"duration", "duration %"})
WORK_COLUMNS = frozenset({"client", "project", "task", "description", "tags", "user", "member", "email"})
GROUP_COLUMNS = frozenset({"client", "project", "time entry"})
WEEKDAY_PATTERN = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b.*\d|\d{4}-\d\d-\d\d", re.IGNORECASE)
DAYS_OF_WEEK = 7
NEWER_TITLES = frozenset({"stop date", "stop time"})
EMPTY_MARK = "-"  # what reports with the newer titles write into an empty cell
# Without a duration, only the small letters of a title tell a report from Clockify's.
CLOCK_COLUMNS = ({"Start date", "Start time", "Stop date", "Stop time"}, {"Start date", "Start time", "End time"})
HINT = "In Toggl Track, open Reports, Detailed, and export that as CSV; or Settings, Data export, time entries."


class Toggl:
    """Recognises detailed exports, and exports mistaken for them, to explain the mistake."""

    name = "toggl"
    tool = "toggl"
    title = "Toggl Track detailed CSV"
    kind: Kind = "time_entry"

    def can_read(self, head: Head) -> bool:
        """Recognise an export by its header, in any order and case, or by the records of a workspace export."""
        return _is_detailed(head) or _is_summary(head) or _is_weekly(head) or _is_workspace(head)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read entries; raises `UnreadableFile` where there are none, `QuestionNeeded` for zone or date order."""
        head = source.head()
        if not _is_detailed(head):
            export_type = "part of a workspace export" if _is_workspace(head) else "a summary or weekly report"
            raise UnreadableFile(f"{source.name} is {export_type} of Toggl Track and holds no time entries.", HINT)
        if NEWER_TITLES & _fold_titles(head):
            source = PreparedSource(source, _empty_marked_cells)
        columns = match_columns(head.header, COLUMNS)
        days = [columns[part] for part in ("start_day", "end_day") if part in columns]
        order = resolve_date_order(collect_source_dates(source, days), settings.day_first, columns["start_day"])
        zone = require_zone(settings.zone, self.title)
        return read_entries(source, EntryLayout(columns, order, zone, decimal=find_decimal_sign(source, columns)))


def _fold_titles(head: Head) -> set[str]:
    return {title.casefold() for title in head.header}


def _is_detailed(head: Head) -> bool:
    titles = _fold_titles(head)
    has_length = {"start date", "start time", "duration"} <= titles
    has_clocks = any(columns <= set(head.header) for columns in CLOCK_COLUMNS)
    return (has_length or has_clocks) and bool(WORK_COLUMNS & titles)


def _empty_marked_cells(frame: pl.DataFrame) -> pl.DataFrame:
    cell = pl.col(pl.String)
    return frame.with_columns(pl.when(cell.str.strip_chars() != EMPTY_MARK).then(cell))


def _is_summary(head: Head) -> bool:
    """Recognise sums by project, person or description: a duration and no column that could be a day."""
    names = {name for name in _fold_titles(head) if not name.startswith("amount")}
    return "duration" in names and bool(GROUP_COLUMNS & names) and names - LENGTH_COLUMNS <= SUMMARY_COLUMNS


def _is_weekly(head: Head) -> bool:
    days = [title for title in head.header if WEEKDAY_PATTERN.fullmatch(title)]
    return (
        len(days) >= DAYS_OF_WEEK
        and "total" in _fold_titles(head)
        and bool({"user", "member", "project", "client"} & _fold_titles(head))
    )


def _is_workspace(head: Head) -> bool:
    """Recognise clients, projects, tags or people of a workspace: each record has its workspace and last change."""
    records = [record for record in head.records if isinstance(record, Mapping)]
    return bool(records) and all(
        "at" in record and ({"wid", "workspace_id"} & record.keys()) and "start" not in record for record in records
    )


IMPORTER = Toggl()
