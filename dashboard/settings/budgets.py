"""Budgets of hours or money, once or recurring; every version is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.settings.cells import (
    CURRENCY_PATTERN,
    Row,
    check_known_names,
    check_unique,
    read_choice,
    read_required_amount,
)
from dashboard.settings.csv_text import parse_csv
from dashboard.settings.people import read_day, read_text
from dashboard.settings.versions import find_changes, insert_versions, resolve_instant, select_current
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

BUDGET_SCOPES = ("labeling", "all time")
RECURRENCES = ("once", "month", "quarter", "year")
HOURS_UNIT = "hours"
MAX_AMOUNT = 1e12
BUDGET_KEY = ("project", "covers", "unit", "recurs", "from_on")
BUDGET_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "covers": pl.String(),
    "unit": pl.String(),
    "recurs": pl.String(),
    "from_on": pl.Date(),
    "amount": pl.Float64(),
}
"""One row per budget: project empty for all, unit hours or a currency; a later from_on replaces an earlier one."""


def read_budgets(store: Store) -> pl.DataFrame:
    """Return the budgets in force (columns of BUDGET_SCHEMA)."""
    with store.snapshot() as snapshot:
        history = run_query(snapshot, "budget_versions", {})
    return (
        select_current(history, BUDGET_KEY, "amount")
        .select(list(BUDGET_SCHEMA))
        .cast(pl.Schema(BUDGET_SCHEMA))
        .sort(BUDGET_KEY)
    )


def format_budgets_csv(store: Store) -> str:
    """Return the budgets in force as CSV (columns of BUDGET_SCHEMA)."""
    return privacy.format_frame_csv(read_budgets(store))


def load_budgets_csv(store: Store, csv_text: str, who: str | None = None) -> int:
    """Replace the budgets by those in a CSV text and return their number; earlier versions are kept.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_budgets`.
    """
    return save_budgets(store, parse_csv(csv_text, ("unit", "recurs", "from_on", "amount"), tuple(BUDGET_SCHEMA)), who)


def save_budgets(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Replace the budgets by these rows and return their number; earlier versions are kept.

    Raises:
        BadMapping: a cell that cannot be used, a budget twice, or an unknown project.
    """
    parsed_rows = [_parse_row(row, number) for number, row in enumerate(rows, start=1)]
    new = pl.DataFrame(parsed_rows, schema=BUDGET_SCHEMA, orient="row")
    check_unique(new, ("project", "covers", "unit", "from_on"), "The budget of")
    with store.change("save budgets", who) as change:
        check_known_names(change, new, "project", "known_projects")
        added = find_changes(run_query(change, "budget_versions", {}), new, BUDGET_KEY, "amount")
        insert_versions(change, "budget", added, resolve_instant(now), who)
        change.log("budgets", f"{new.height} in force, {added.height} changed", who)
    return new.height


def _parse_row(row: Row, number: int) -> tuple[str, str, str, str, date, float]:
    row_label = f"Line {number} of the budgets"
    from_on = read_day(row, "from_on", row_label)
    if from_on is None:
        raise BadMapping(f"{row_label} has no first day.", "Write it in from_on, like 2026-01-01.")
    value = read_required_amount(row, "amount", row_label)
    if not 0 < value <= MAX_AMOUNT:
        raise BadMapping(f"amount of {row_label} is {value:g}.", "Write a number above 0.")
    covers = read_choice(row, "covers", BUDGET_SCOPES, row_label, "labeling")
    recurs = read_choice(row, "recurs", RECURRENCES, row_label)
    return read_text(row, "project"), covers, _read_unit(row, row_label), recurs, from_on, value


def _read_unit(row: Row, row_label: str) -> str:
    """Return the unit: hours or a currency.

    Raises:
        BadMapping: neither hours nor a currency.
    """
    written = read_text(row, "unit")
    if written.casefold() == HOURS_UNIT:
        return HOURS_UNIT
    if not CURRENCY_PATTERN.fullmatch(written.upper()):
        raise BadMapping(f"{row_label} has the unit {written!r}.", "Write hours, or the three letters of a currency.")
    return written.upper()
