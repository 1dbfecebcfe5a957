"""Budgets of hours or money, once or recurring: as a lead sets them, every version kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import BadMapping
from dashboard.mapping import amounts, sheets, versions
from dashboard.mapping.amounts import Row
from dashboard.mapping.people import day, text
from dashboard.store import Store

COVERS = ("labeling", "all time")
RECURS = ("once", "month", "quarter", "year")
HOURS = "hours"
LARGEST = 1e12
KEY = ("project", "covers", "unit", "recurs", "from_on")
BUDGET: dict[str, pl.DataType] = {
    "project": pl.String(),
    "covers": pl.String(),
    "unit": pl.String(),
    "recurs": pl.String(),
    "from_on": pl.Date(),
    "amount": pl.Float64(),
}
"""One row a budget: project empty for all, unit hours or a currency; a later from_on takes over from an earlier one."""


def budgets_frame(store: Store) -> pl.DataFrame:
    """Return the budgets in force (columns of BUDGET)."""
    with store.snapshot() as snapshot:
        kept = catalog.run(snapshot, "budget_versions", {})
    return versions.in_force(kept, KEY, "amount").select(list(BUDGET)).cast(pl.Schema(BUDGET)).sort(KEY)


def budgets_csv(store: Store) -> str:
    """Return the budgets in force as CSV (columns of BUDGET)."""
    return privacy.frame_csv(budgets_frame(store))


def load_budgets(store: Store, text_: str, who: str | None = None) -> int:
    """Let the budgets be those of a CSV text and return how many there are; what changes is kept as history.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_rows`.
    """
    return save_rows(store, sheets.read(text_, ("unit", "recurs", "from_on", "amount"), tuple(BUDGET)), who)


def save_rows(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Let the budgets be those of a sheet and return how many there are; what changes is kept as history.

    Raises:
        BadMapping: a cell that cannot be used, a budget twice, or an unknown project.
    """
    read = [_line(row, number) for number, row in enumerate(rows, start=1)]
    new = pl.DataFrame(read, schema=BUDGET, orient="row")
    amounts.unique(new, ("project", "covers", "unit", "from_on"), "The budget of")
    with store.change("save budgets", who) as change:
        amounts.refuse_strangers(change, new, "project", "known_projects")
        added = versions.differences(catalog.run(change, "budget_versions", {}), new, KEY, "amount")
        versions.add(change, "budget", added, versions.moment(now), who)
        change.log("budgets", f"{new.height} in force, {added.height} changed", who)
    return new.height


def _line(row: Row, number: int) -> tuple[str, str, str, str, date, float]:
    where = f"Line {number} of the budgets"
    from_on = day(row, "from_on", where)
    if from_on is None:
        raise BadMapping(f"{where} has no first day.", "Write it in from_on, like 2026-01-01.")
    value = amounts.price(row, "amount", where)
    if not 0 < value <= LARGEST:
        raise BadMapping(f"amount of {where} is {value:g}.", "Write a number above 0.")
    covers = amounts.choice(row, "covers", COVERS, where, "labeling")
    recurs = amounts.choice(row, "recurs", RECURS, where)
    return text(row, "project"), covers, _unit(row, where), recurs, from_on, value


def _unit(row: Row, where: str) -> str:
    """Return hours, or the currency.

    Raises:
        BadMapping: neither.
    """
    written = text(row, "unit")
    if written.casefold() == HOURS:
        return HOURS
    if not amounts.CURRENCY.fullmatch(written.upper()):
        raise BadMapping(f"{where} has the unit {written!r}.", "Write hours, or the three letters of a currency.")
    return written.upper()
