"""The hours in the groups of own category schemes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec
from dashboard.settings.schemes import REST, read_schemes
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

GROUPED_SCHEMA: dict[str, pl.DataType] = {
    "scheme": pl.String(),
    "week_on": pl.Date(),
    "project": pl.String(),
    "group": pl.String(),
    "place": pl.Int64(),
    "seconds": pl.Int64(),
    "hours": pl.Float64(),
    "entries": pl.Int64(),
}
"""One row per scheme, week, project and group with tracked time; `place` is that of the group in its scheme."""


def build_group_rows(snapshot: Snapshot, params: Mapping[str, Any]) -> pl.DataFrame:
    """Return the hours of every scheme by week, project and group (columns of GROUPED_SCHEMA)."""
    schemes = read_schemes(snapshot)
    if schemes.is_empty():
        return pl.DataFrame(schema=GROUPED_SCHEMA)
    cells = run_query(snapshot, "time_cells", params)
    frames = [
        group_hours(cells, rows).select(pl.lit(scheme).alias("scheme"), pl.all())
        for (scheme,), rows in schemes.group_by("scheme", maintain_order=True)
    ]
    keys = ["scheme", "week_on", "project", "place"]
    return pl.concat(frames).select(*GROUPED_SCHEMA).cast(pl.Schema(GROUPED_SCHEMA)).sort(keys, maintain_order=True)


def group_hours(cells: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the hours by week, project and group of one scheme; its first row that fits decides."""
    group = pl.lit(REST)
    for row in reversed(rows.to_dicts()):
        is_category = pl.col("category") == row["category"] if row["category"] else pl.lit(value=True)
        is_project = pl.col("project") == row["project"] if row["project"] else pl.lit(value=True)
        group = pl.when(is_category & is_project).then(pl.lit(row["group"])).otherwise(group)
    names = [*rows.get_column("group").unique(maintain_order=True).to_list(), REST]
    places = {name: place for place, name in enumerate(names)}
    return (
        cells.with_columns(group=group)
        .group_by("week_on", "project", "group")
        .agg(pl.col("seconds", "hours", "entries").sum())
        .with_columns(place=pl.col("group").replace_strict(places, return_dtype=pl.Int64))
    )


def explain_missing_schemes(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is no scheme to show, or None."""
    if rows.height:
        return None
    return Unavailable(
        "There is no category scheme of your own, or no time in this selection.",
        "Write one under Data, Set-up, Advanced, or with `labeltime schemes load FILE`.",
        Cause.not_entered,
    )


SCHEMES: tuple[FigureSpec, ...] = (
    FigureSpec(
        "hours_by_group",
        "Hours by group of your own category schemes",
        "hours",
        "Each scheme divides the same hours in its own way; what fits no row of a scheme is not in it, and is shown as "
        "that. The labeling share is that of the activities, whatever the scheme.",
        "hours = sum of seconds / 3600 of the entries in the selection; group: the first row of the scheme that fits",
        rows=build_group_rows,
        refuses=explain_missing_schemes,
    ),
)
