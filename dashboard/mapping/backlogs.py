"""What is still to be labeled: items, pace and team of each project, as a lead plans them."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard import catalog
from dashboard.errors import BadMapping
from dashboard.mapping import amounts
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


def save_backlogs(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace all backlogs by those of a frame (columns of BACKLOG) and return how many there are.

    Raises:
        BadMapping: a cell that cannot be used, a project twice, or one that the store does not know.
    """
    read = [_line(row, number) for number, row in enumerate(frame.to_dicts(), start=1)]
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
