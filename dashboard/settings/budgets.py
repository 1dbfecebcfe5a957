"""Budgets of hours or money, once or recurring; every version is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from dashboard.errors import BadMapping
from dashboard.settings.cells import CURRENCY_PATTERN, Row, check_known_names, check_unique
from dashboard.settings.sheet import Field, Sheet
from dashboard.settings.versions import find_changes, insert_versions, resolve_instant, select_current
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

BUDGET_SCOPES = ("labeling", "all time")
RECURRENCES = ("once", "month", "quarter", "year")
HOURS_UNIT = "hours"
MIN_AMOUNT, MAX_AMOUNT = 0.01, 1e12
BUDGET_KEY = ("project", "covers", "unit", "recurs", "from_on")


def read_budgets(store: Store) -> pl.DataFrame:
    """Return the budgets in force (columns of BUDGET_SHEET)."""
    with store.snapshot() as snapshot:
        history = run_query(snapshot, "budget_versions", {})
    return (
        select_current(history, BUDGET_KEY, "amount")
        .select(BUDGET_SHEET.columns)
        .cast(pl.Schema(BUDGET_SHEET.schema))
        .sort(BUDGET_KEY)
    )


def save_budgets(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Replace the budgets by these rows and return their number; earlier versions are kept.

    Raises:
        BadMapping: a cell that cannot be used, a budget twice, or an unknown project.
    """
    parsed_rows = BUDGET_SHEET.parse_rows(rows)
    new = BUDGET_SHEET.build_frame([{**cells, "unit": read_unit(cells["unit"], label)} for label, cells in parsed_rows])
    check_unique(new, ("project", "covers", "unit", "from_on"), "The budget of")
    with store.change("save budgets", who) as change:
        check_known_names(change, new, "project", "known_projects")
        old = run_query(change, "budget_versions", {})
        added = find_changes(old, new, BUDGET_KEY, "amount")
        insert_versions(change, "budget", added, resolve_instant(now), who, old.join(added, on=BUDGET_KEY, how="semi"))
        change.log("budgets", f"{new.height} in force, {added.height} changed", who)
    return new.height


def read_unit(written: str, row_label: str) -> str:
    """Return the unit: hours or a currency.

    Raises:
        BadMapping: neither hours nor a currency.
    """
    if written.casefold() == HOURS_UNIT:
        return HOURS_UNIT
    if not CURRENCY_PATTERN.fullmatch(written.upper()):
        raise BadMapping(f"{row_label} has the unit {written!r}.", "Write hours, or the three letters of a currency.")
    return written.upper()


BUDGET_SHEET = Sheet(
    name="budgets",
    title="Budgets",
    noun="the budgets in force",
    summary="Budgets of hours and money",
    saved="Budgets in force: {count}.",
    help="Hours or money, once or for each period. A later one takes over; earlier ones are kept. Overview shows "
    "how much of each is used.",
    read=read_budgets,
    save=save_budgets,
    fields=(
        Field("project", "Project", help="Empty: all projects together.", names_project=True),
        Field("covers", "Of", "choice", BUDGET_SCOPES, default="labeling", help="Labeling time, or all tracked time."),
        Field("unit", "Unit", required=True, help="hours, or a currency such as EUR."),
        Field("recurs", "For each", "choice", RECURRENCES, required=True),
        Field("from_on", "From", "day", required=True),
        Field("amount", "Amount", "number", required=True, minimum=MIN_AMOUNT, maximum=MAX_AMOUNT),
    ),
)
