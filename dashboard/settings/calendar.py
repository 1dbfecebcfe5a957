"""The calendar: the day on which weeks begin, and the month in which the fiscal year begins."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.errors import BadMapping
from dashboard.filters import MONTHS, WEEK_STARTS, Calendar
from dashboard.settings.cells import Row
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.snapshot import Snapshot

WEEK_KEY, FISCAL_KEY = "week_shift", "fiscal_month"  # queries read the first, too


def read_calendar(snapshot: Snapshot) -> Calendar:
    """Return the calendar in force."""
    shift, month = snapshot.read_setting(WEEK_KEY), snapshot.read_setting(FISCAL_KEY)
    return Calendar(int(shift or 0), int(month or 1))


def read_calendar_sheet(store: Store) -> pl.DataFrame:
    """Return the calendar in force as one row (columns of CALENDAR_SHEET)."""
    with store.snapshot() as snapshot:
        calendar = read_calendar(snapshot)
    words = {"week_start": WEEK_STARTS[calendar.week_shift], "fiscal_month": MONTHS[calendar.fiscal_month - 1]}
    return CALENDAR_SHEET.build_frame([words])


def save_calendar(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Set the calendar to the one row, and return 1.

    Raises:
        BadMapping: none or several rows, or a word that names no day or month.
    """
    if len(rows) != 1:
        raise BadMapping(f"The calendar has {len(rows)} rows.", "Write one.")
    (_, cells), *_ = CALENDAR_SHEET.parse_rows(rows)
    with store.change("set the calendar", who) as change:
        change.save_setting(WEEK_KEY, str(WEEK_STARTS.index(cells["week_start"])))
        change.save_setting(FISCAL_KEY, str(MONTHS.index(cells["fiscal_month"]) + 1))
        change.log("calendar", f"weeks from {cells['week_start']}, fiscal years from {cells['fiscal_month']}", who)
    return 1


CALENDAR_SHEET = Sheet(
    name="calendar",
    title="Calendar",
    noun="the calendar",
    summary="First day of the week, first month of the fiscal year",
    saved="The calendar is set.",
    help="Weeks on pages and in reports begin on this day. Fiscal quarters and years are among the periods once their "
    "year does not begin in January. Forecasts, targets and budgets count weeks from Monday.",
    read=read_calendar_sheet,
    save=save_calendar,
    fields=(
        Field("week_start", "Weeks begin on", "choice", WEEK_STARTS, required=True, default=WEEK_STARTS[0]),
        Field("fiscal_month", "Fiscal years begin in", "choice", MONTHS, required=True, default=MONTHS[0]),
    ),
)
