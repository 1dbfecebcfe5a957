"""Harvest: the detailed time report as CSV, decimal hours by day and person."""

from __future__ import annotations

import polars as pl

from dashboard.importers.columns.dates import DateFacts, collect_date_facts, resolve_date_order
from dashboard.importers.columns.numbers import NumberFacts, collect_hours_facts, resolve_decimal_sign
from dashboard.importers.columns.zones import require_zone
from dashboard.importers.contract import Head, Reading, Settings, Source
from dashboard.importers.frames.time_entries import EntryLayout, read_entries
from dashboard.importers.table import match_columns
from dashboard.schemas import Kind

COLUMNS = {
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "client": ("Client",),
    "project": ("Project",),
    "task": ("Task",),
    "description": ("Notes",),
    "billable": ("Billable?",),
    "start_day": ("Date",),
    "start_clock": ("Started At",),
    "end_clock": ("Ended At",),
    "duration": ("Hours",),
}
OWN_COLUMNS = frozenset(
    {
        "project code",
        "notes",
        "hours rounded",
        "billable?",
        "invoiced?",
        "approved?",
        "first name",
        "last name",
        "employee?",
        "external reference url",
    }
)

MIN_OWN_COLUMNS = 3


class Harvest:
    """Recognises time reports of any generation; clock times are read where an account records them."""

    name = "harvest"
    tool = "harvest"
    title = "Harvest time report CSV"
    kind: Kind = "time_entry"

    def can_read(self, head: Head) -> bool:
        """Recognise a Harvest report by its header: date, hours, and at least three columns of Harvest's own."""
        names = {title.casefold() for title in head.header}
        return {"date", "hours"} <= names and len(OWN_COLUMNS & names) >= MIN_OWN_COLUMNS

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read entries; raises `QuestionNeeded` for the date order, and for the zone where clocks are filled in."""
        columns = match_columns(source.head().header, COLUMNS)
        date_facts, hours_facts, has_clocks = DateFacts(), NumberFacts(), False
        for frame, _ in source.frames():
            date_facts = date_facts + collect_date_facts(frame[columns["start_day"]])
            hours_facts = hours_facts + collect_hours_facts(frame[columns["duration"]])
            has_clocks = has_clocks or _has_clocks(frame, columns)
        order = resolve_date_order(date_facts, settings.day_first, columns["start_day"])
        decimal = resolve_decimal_sign(hours_facts, columns["duration"])
        if not has_clocks:
            columns = {part: name for part, name in columns.items() if part not in ("start_clock", "end_clock")}
        zone = require_zone(settings.zone, self.title) if has_clocks else None
        return read_entries(source, EntryLayout(columns, order, zone, decimal=decimal))


def _has_clocks(frame: pl.DataFrame, columns: dict[str, str]) -> bool:
    """Return whether any row has a start time."""
    if "start_clock" not in columns:
        return False
    cells = frame[columns["start_clock"]]
    return bool((cells.is_not_null() & (cells.str.strip_chars() != "")).any())


IMPORTER = Harvest()
