"""Time off: whole days or hours of a person, entered by first and last day; it lowers their capacity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from dashboard.errors import BadMapping
from dashboard.settings.cells import Row, read_period
from dashboard.settings.people import HOURS_PER_DAY, read_time_off, save_time_off
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.generations import Store
from dashboard.units import format_count

MAX_DAYS = 1100  # of one row: three years of leave
DAY_SCHEMA: dict[str, pl.DataType] = {"name": pl.String(), "day_on": pl.Date(), "hours": pl.Float64()}


def read_absences(store: Store) -> pl.DataFrame:
    """Return time off with a row for each run of days that follow each other and have the same hours."""
    runs: list[tuple[str, date, date, float]] = []
    for name, day_on, hours in read_time_off(store).rows():
        previous = runs[-1] if runs else None
        if previous and (previous[0], previous[3]) == (name, hours) and day_on - previous[2] == timedelta(days=1):
            runs[-1] = (name, previous[1], day_on, hours)
        else:
            runs.append((name, day_on, day_on, hours))
    rows = [(*run[:3], None if run[3] == HOURS_PER_DAY else run[3]) for run in runs]
    return pl.DataFrame(rows, schema=TIME_OFF_SHEET.schema, orient="row")


def save_absences(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace all time off and return the number of days.

    Raises:
        BadMapping: an unknown person, a cell that cannot be used, a very long row, or a day with two lengths.
    """
    days: list[tuple[str, date, float]] = []
    for row, (row_label, cells) in zip(rows, TIME_OFF_SHEET.parse_rows(rows), strict=True):
        first, last = read_period(row, row_label)
        length = ((last or first) - first).days + 1
        if length > MAX_DAYS:
            message = f"{row_label} is {format_count(length)} days long."
            raise BadMapping(
                message, f"Write at most {format_count(MAX_DAYS)} days in a row, or a leaving day under people."
            )
        hours = HOURS_PER_DAY if cells["hours"] is None else cells["hours"]
        days += [(cells["person"], first + timedelta(days=day), hours) for day in range(length)]
    return save_time_off(store, pl.DataFrame(days, schema=DAY_SCHEMA, orient="row"), who)


TIME_OFF_SHEET = Sheet(
    name="time_off",
    title="Time off",
    noun="the time off",
    summary="Days or hours that people did not work",
    saved="Days of time off known: {count}.",
    help="Time off lowers the capacity that coverage and FTE are measured against. Without a last day a row is one "
    "day; without hours it is whole days. Weekends have no capacity and do not matter.",
    read=read_absences,
    save=save_absences,
    row_name="person",
    fields=(
        Field("person", "Person", required=True, help="As under people."),
        Field("from_on", "First day", "day", required=True),
        Field("to_on", "Last day", "day", help="Empty: the first day alone."),
        Field("hours", "Hours a day", "number", maximum=HOURS_PER_DAY, help="Empty: whole days."),
    ),
)
