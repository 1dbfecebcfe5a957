"""What is still to be labeled: items, pace and team of each project, as a lead plans them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import BadMapping
from dashboard.mapping import amounts, sheets
from dashboard.mapping.amounts import Row
from dashboard.mapping.people import day
from dashboard.store import Store

BACKLOG: dict[str, pl.DataType] = {
    "project": pl.String(),
    "items": pl.Int64(),
    "items_per_week": pl.Float64(),
    "from_on": pl.Date(),
    "team_size": pl.Float64(),
}
"""One row a project: items remaining on `from_on`; items a week empty: the team's own velocity."""
LARGEST = 1e12


def backlogs_frame(store: Store) -> pl.DataFrame:
    """Return every backlog (columns of BACKLOG)."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "backlog_plans", {}).cast(pl.Schema(BACKLOG))


def backlogs_csv(store: Store) -> str:
    """Return every backlog as CSV (columns of BACKLOG)."""
    return privacy.frame_csv(backlogs_frame(store))


def load_backlogs(store: Store, text: str, who: str | None = None) -> int:
    """Replace all backlogs by those of a CSV text and return how many there are.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_backlogs`.
    """
    return save_rows(store, sheets.read(text, ("project", "items", "from_on"), tuple(BACKLOG)), who)


def save_backlogs(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace all backlogs by those of a frame (columns of BACKLOG) and return how many there are.

    Raises:
        BadMapping: a cell that cannot be used, a project twice, or one that the store does not know.
    """
    return save_rows(store, frame.to_dicts(), who)


def save_rows(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace all backlogs by those of a sheet and return how many there are.

    Raises:
        BadMapping: as `save_backlogs`.
    """
    read = [_line(row, number) for number, row in enumerate(rows, start=1)]
    new = pl.DataFrame(read, schema=BACKLOG, orient="row")
    amounts.unique(new, ("project",), "The backlog of")
    with store.change("save backlogs", who) as change:
        amounts.refuse_strangers(change, new, "project", "known_projects")
        change.execute("delete from backlog_plan")
        change.insert("backlog_plan", new)
        change.log("backlogs", f"{new.height} backlogs, {new.get_column('items').sum()} items", who)
    return new.height


def _line(row: Row, number: int) -> tuple[str, int, float | None, date, float | None]:
    where = f"Line {number} of the backlogs"
    project = amounts.required(row, "project", where)
    items = amounts.price(row, "items", where)
    if not (0 < items <= LARGEST and items.is_integer()):
        raise BadMapping(f"items of {where} is {items:g}.", "Write how many items remain, a whole number above 0.")
    from_on = day(row, "from_on", where)
    if from_on is None:
        raise BadMapping(f"{where} has no day.", "Write in from_on of which day the number of items is.")
    return project, int(items), _above_zero(row, "items_per_week", where), from_on, _above_zero(row, "team_size", where)


def _above_zero(row: Row, column: str, where: str) -> float | None:
    """Return a cell as a number above 0, None for an empty one.

    Raises:
        BadMapping: not such a number.
    """
    value = amounts.amount(row, column, where)
    if value == 0:
        raise BadMapping(f"{column} of {where} is 0.", "Write a number above 0, or leave it empty.")
    return value
