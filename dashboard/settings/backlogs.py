"""Backlogs: the items left to label in each project, and the planned pace and team size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.settings.cells import (
    Row,
    check_known_names,
    check_unique,
    read_amount,
    read_required,
    read_required_amount,
)
from dashboard.settings.csv_text import parse_csv
from dashboard.settings.people import read_day
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

BACKLOG_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "items": pl.Int64(),
    "items_per_week": pl.Float64(),
    "from_on": pl.Date(),
    "team_size": pl.Float64(),
}
"""One row per project: items remaining on `from_on`. If items_per_week is empty, the team's own velocity counts."""
MAX_ITEMS = 1e12


def read_backlogs(store: Store) -> pl.DataFrame:
    """Return every backlog (columns of BACKLOG_SCHEMA)."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "backlog_plans", {}).cast(pl.Schema(BACKLOG_SCHEMA))


def format_backlogs_csv(store: Store) -> str:
    """Return every backlog as CSV (columns of BACKLOG_SCHEMA)."""
    return privacy.format_frame_csv(read_backlogs(store))


def load_backlogs_csv(store: Store, csv_text: str, who: str | None = None) -> int:
    """Replace all backlogs by those in a CSV text and return their number.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_backlogs`.
    """
    return save_backlogs(store, parse_csv(csv_text, ("project", "items", "from_on"), tuple(BACKLOG_SCHEMA)), who)


def save_backlogs_frame(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace all backlogs by those in a frame (columns of BACKLOG_SCHEMA) and return their number.

    Raises:
        BadMapping: as `save_backlogs`.
    """
    return save_backlogs(store, frame.to_dicts(), who)


def save_backlogs(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace all backlogs by these rows and return their number.

    Raises:
        BadMapping: a cell that cannot be used, a project twice, or one that the store does not know.
    """
    parsed_rows = [_parse_row(row, number) for number, row in enumerate(rows, start=1)]
    new = pl.DataFrame(parsed_rows, schema=BACKLOG_SCHEMA, orient="row")
    check_unique(new, ("project",), "The backlog of")
    with store.change("save backlogs", who) as change:
        check_known_names(change, new, "project", "known_projects")
        change.execute("delete from backlog_plan")
        change.insert("backlog_plan", new)
        change.log("backlogs", f"{new.height} backlogs, {new.get_column('items').sum()} items", who)
    return new.height


def _parse_row(row: Row, number: int) -> tuple[str, int, float | None, date, float | None]:
    row_label = f"Line {number} of the backlogs"
    project = read_required(row, "project", row_label)
    items = read_required_amount(row, "items", row_label)
    if not (0 < items <= MAX_ITEMS and items.is_integer()):
        raise BadMapping(f"items of {row_label} is {items:g}.", "Write how many items remain, a whole number above 0.")
    from_on = read_day(row, "from_on", row_label)
    if from_on is None:
        raise BadMapping(f"{row_label} has no day.", "Write in from_on the day on which this many items remained.")
    return (
        project,
        int(items),
        _read_positive(row, "items_per_week", row_label),
        from_on,
        _read_positive(row, "team_size", row_label),
    )


def _read_positive(row: Row, column: str, row_label: str) -> float | None:
    """Return a cell as a number above 0, None if it is empty.

    Raises:
        BadMapping: not such a number.
    """
    value = read_amount(row, column, row_label)
    if value == 0:
        raise BadMapping(f"{column} of {row_label} is 0.", "Write a number above 0, or leave it empty.")
    return value
