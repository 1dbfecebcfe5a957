"""Targets: a measure, a value, and the day by which to reach it; every version is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.settings.cells import Row, check_known_names, check_unique, read_choice, read_required_amount
from dashboard.settings.csv_text import parse_csv
from dashboard.settings.people import read_day, read_text
from dashboard.settings.versions import find_changes, insert_versions, resolve_instant, select_current
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

MEASURE_UNITS = {
    "labeling share": "share",
    "labeling hours a week": "hours",
    "modeling hours a week": "hours",
    "review hours a week": "hours",
    "tracked hours a week": "hours",
    "labels a week": "labels",
    "labels an hour": "labels",
    "seconds a label": "seconds",
    "acceptance": "share",
    "first-pass acceptance": "share",
    "suggestions kept": "share",
    "rework share": "share",
    "gold score": "share",
}
"""Measures that can have a target -> unit; all are computed from complete weeks."""
DIRECTIONS = ("at least", "at most")
TARGET_KEY = ("measure", "project")
TARGET_SCHEMA: dict[str, pl.DataType] = {
    "measure": pl.String(),
    "project": pl.String(),
    "direction": pl.String(),
    "value": pl.Float64(),
    "by_on": pl.Date(),
}
"""One row per measure and project (empty: all projects together); shares are 0..1."""


def read_targets(store: Store) -> pl.DataFrame:
    """Return the targets in force (columns of TARGET_SCHEMA)."""
    with store.snapshot() as snapshot:
        history = run_query(snapshot, "target_versions", {})
    return (
        select_current(history, TARGET_KEY, "value")
        .select(list(TARGET_SCHEMA))
        .cast(pl.Schema(TARGET_SCHEMA))
        .sort(TARGET_KEY)
    )


def format_targets_csv(store: Store) -> str:
    """Return the targets in force as CSV (columns of TARGET_SCHEMA)."""
    return privacy.format_frame_csv(read_targets(store))


def load_targets_csv(store: Store, csv_text: str, who: str | None = None) -> int:
    """Replace the targets by those in a CSV text and return their number; earlier versions are kept.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_targets`.
    """
    return save_targets(
        store, parse_csv(csv_text, ("measure", "direction", "value", "by_on"), tuple(TARGET_SCHEMA)), who
    )


def save_targets(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Replace the targets by these rows and return their number; earlier versions are kept.

    Raises:
        BadMapping: a cell that cannot be used, a measure twice for one project, or an unknown project.
    """
    parsed_rows = [_parse_row(row, number) for number, row in enumerate(rows, start=1)]
    new = pl.DataFrame(parsed_rows, schema=TARGET_SCHEMA, orient="row")
    check_unique(new, TARGET_KEY, "The target of")
    with store.change("save targets", who) as change:
        check_known_names(change, new, "project", "known_projects")
        added = find_changes(run_query(change, "target_versions", {}), new, TARGET_KEY, "value")
        insert_versions(change, "target", added, resolve_instant(now), who)
        change.log("targets", f"{new.height} in force, {added.height} changed", who)
    return new.height


def _parse_row(row: Row, number: int) -> tuple[str, str, str, float, date]:
    row_label = f"Line {number} of the targets"
    measure = read_choice(row, "measure", tuple(MEASURE_UNITS), row_label)
    value = read_required_amount(row, "value", row_label)
    if MEASURE_UNITS[measure] == "share" and value > 1:
        raise BadMapping(f"value of {row_label} is {value:g}.", f"{measure} is a share: write 0.5 for 50 %.")
    by_on = read_day(row, "by_on", row_label)
    if by_on is None:
        raise BadMapping(f"{row_label} has no day.", "Write in by_on the day by which to reach it, like 2026-12-31.")
    return measure, read_text(row, "project"), read_choice(row, "direction", DIRECTIONS, row_label), value, by_on
