"""Targets: a measure, a value, and the day by which to reach it; every version is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from dashboard.errors import BadMapping
from dashboard.settings.cells import Row, check_known_names, check_unique
from dashboard.settings.sheet import Cells, Field, Sheet
from dashboard.settings.versions import find_changes, insert_versions, resolve_instant, select_current
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

MEASURE_UNITS = {
    "labeling share": "share",
    "labeling share of all tracked": "share",
    "coverage": "share",
    "labeling hours a week": "hours",
    "modeling hours a week": "hours",
    "review hours a week": "hours",
    "tracked hours a week": "hours",
    "hours not sorted a week": "hours",
    "labels a week": "labels",
    "labels an hour": "labels",
    "seconds a label": "seconds",
    "accepted items an hour": "items an hour",
    "cost an accepted label": "money",
    "hours saved": "hours",
    "acceptance": "share",
    "first-pass acceptance": "share",
    "suggestions kept": "share",
    "rework share": "share",
    "gold score": "share",
}
"""Measures that can have a target -> unit; of complete weeks, but hours saved, which are those so far."""
DIRECTIONS = ("at least", "at most")
TARGET_KEY = ("measure", "project")


def read_targets(store: Store) -> pl.DataFrame:
    """Return the targets in force (columns of TARGET_SHEET)."""
    with store.snapshot() as snapshot:
        history = run_query(snapshot, "target_versions", {})
    return (
        select_current(history, TARGET_KEY, "value")
        .select(TARGET_SHEET.columns)
        .cast(pl.Schema(TARGET_SHEET.schema))
        .sort(TARGET_KEY)
    )


def save_targets(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Replace the targets by these rows and return their number; earlier versions are kept.

    Raises:
        BadMapping: a cell that cannot be used, a measure twice for one project, or an unknown project.
    """
    parsed_rows = TARGET_SHEET.parse_rows(rows)
    for row_label, cells in parsed_rows:
        check_share(cells, row_label)
    new = TARGET_SHEET.build_frame([cells for _, cells in parsed_rows])
    check_unique(new, TARGET_KEY, "The target of")
    with store.change("save targets", who) as change:
        check_known_names(change, new, "project", "known_projects")
        old = run_query(change, "target_versions", {})
        added = find_changes(old, new, TARGET_KEY, "value")
        insert_versions(change, "target", added, resolve_instant(now), who, old.join(added, on=TARGET_KEY, how="semi"))
        change.log("targets", f"{new.height} in force, {added.height} changed", who)
    return new.height


def check_share(cells: Cells, row_label: str) -> None:
    """Refuse a share above 1.

    Raises:
        BadMapping: it is one.
    """
    if MEASURE_UNITS[cells["measure"]] == "share" and cells["value"] > 1:
        message = f"value of {row_label} is {cells['value']:g}."
        raise BadMapping(message, f"{cells['measure']} is a share: write 0.5 for 50%.")


TARGET_SHEET = Sheet(
    name="targets",
    title="Targets",
    noun="the targets in force",
    summary="Targets and their days",
    saved="Targets in force: {count}.",
    help="What a number should reach by a given day: a measure of the latest weeks, or the hours saved so far. "
    "Overview says whether it is on course. A number that is known from one side only decides nothing that its other "
    "side leaves open.",
    read=read_targets,
    save=save_targets,
    fields=(
        Field("measure", "Measure", "choice", tuple(MEASURE_UNITS), required=True),
        Field("project", "Project", help="Empty: all projects together.", names_project=True),
        Field("direction", "Wanted", "choice", DIRECTIONS, required=True),
        Field(
            "value",
            "Value",
            "number",
            required=True,
            help="Shares as 0.5 for 50%; money in the currency of your rates.",
        ),
        Field("by_on", "By", "day", required=True, help="The day by which to reach it."),
    ),
)
