"""Targets: a measure, a value, and the day by which it should be reached; every version kept."""

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

MEASURES = {
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
"""What a target may be set on, and its unit; all are computed from complete weeks."""
DIRECTIONS = ("at least", "at most")
KEY = ("measure", "project")
TARGET: dict[str, pl.DataType] = {
    "measure": pl.String(),
    "project": pl.String(),
    "direction": pl.String(),
    "value": pl.Float64(),
    "by_on": pl.Date(),
}
"""One row a measure and project (empty: all together); shares are 0..1."""


def targets_frame(store: Store) -> pl.DataFrame:
    """Return the targets in force (columns of TARGET)."""
    with store.snapshot() as snapshot:
        kept = catalog.run(snapshot, "target_versions", {})
    return versions.in_force(kept, KEY, "value").select(list(TARGET)).cast(pl.Schema(TARGET)).sort(KEY)


def targets_csv(store: Store) -> str:
    """Return the targets in force as CSV (columns of TARGET)."""
    return privacy.frame_csv(targets_frame(store))


def load_targets(store: Store, text_: str, who: str | None = None) -> int:
    """Let the targets be those of a CSV text and return how many there are; what changes is kept as history.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_rows`.
    """
    return save_rows(store, sheets.read(text_, ("measure", "direction", "value", "by_on"), tuple(TARGET)), who)


def save_rows(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Let the targets be those of a sheet and return how many there are; what changes is kept as history.

    Raises:
        BadMapping: a cell that cannot be used, a measure twice for one project, or an unknown project.
    """
    read = [_line(row, number) for number, row in enumerate(rows, start=1)]
    new = pl.DataFrame(read, schema=TARGET, orient="row")
    amounts.unique(new, KEY, "The target of")
    with store.change("save targets", who) as change:
        amounts.refuse_strangers(change, new, "project", "known_projects")
        added = versions.differences(catalog.run(change, "target_versions", {}), new, KEY, "value")
        versions.add(change, "target", added, versions.moment(now), who)
        change.log("targets", f"{new.height} in force, {added.height} changed", who)
    return new.height


def _line(row: Row, number: int) -> tuple[str, str, str, float, date]:
    where = f"Line {number} of the targets"
    measure = amounts.choice(row, "measure", tuple(MEASURES), where)
    value = amounts.price(row, "value", where)
    if MEASURES[measure] == "share" and value > 1:
        raise BadMapping(f"value of {where} is {value:g}.", f"{measure} is a share: write 0.5 for 50 %.")
    by_on = day(row, "by_on", where)
    if by_on is None:
        raise BadMapping(f"{where} has no day.", "Write in by_on when it should be reached, like 2026-12-31.")
    return measure, text(row, "project"), amounts.choice(row, "direction", DIRECTIONS, where), value, by_on
