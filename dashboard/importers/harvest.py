"""Harvest: the detailed time report as CSV, decimal hours by day and person."""

from __future__ import annotations

import polars as pl

from dashboard.importers import entries, table
from dashboard.importers.columns import dates, numbers, zones
from dashboard.importers.contract import Head, Reading, Settings, Source
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
OWN = frozenset(
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

OWN_NEEDED = 3


class Harvest:
    """Recognises time reports of any generation; the timer's clock is read where an account records it."""

    name = "harvest"
    title = "Harvest time report CSV"
    kind: Kind = "time_entry"

    def recognises(self, head: Head) -> bool:
        """Tell a Harvest report by its header: a date, hours, and at least three columns of Harvest's own."""
        names = {title.casefold() for title in head.header}
        return {"date", "hours"} <= names and len(OWN & names) >= OWN_NEEDED

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read entries; raises `QuestionNeeded` for the date order, and for the zone where clocks are filled in."""
        columns = table.columns_by_name(source.head().header, COLUMNS)
        days, hours, has_clocks = dates.DateFacts(), numbers.NumberFacts(), False
        for frame, _ in source.frames():
            days = days + dates.survey(frame[columns["start_day"]])
            hours = hours + _survey_hours(frame[columns["duration"]])
            has_clocks = has_clocks or _has_clocks(frame, columns)
        order = dates.decide(days, settings.day_first, columns["start_day"])
        decimal = numbers.decide(hours, columns["duration"])
        if not has_clocks:
            columns = {part: name for part, name in columns.items() if part not in ("start_clock", "end_clock")}
        zone = zones.require(settings.zone, self.title) if has_clocks else None
        return entries.reading(source, entries.Layout(columns, order, zone, decimal=decimal))


def _survey_hours(values: pl.Series) -> numbers.NumberFacts:
    """Survey hours; no entry lasts a thousand of them, so three digits after a single sign are decimals."""
    return numbers.survey(values.str.replace(r"^\s*(\d{1,3}[.,]\d{3})\s*$", "${1}0"))


def _has_clocks(frame: pl.DataFrame, columns: dict[str, str]) -> bool:
    """Tell whether any row says when it began."""
    if "start_clock" not in columns:
        return False
    told = frame[columns["start_clock"]]
    return bool((told.is_not_null() & (told.str.strip_chars() != "")).any())


IMPORTER = Harvest()
