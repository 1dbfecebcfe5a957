"""The figure of hold-outs: what was planned, what became of it, what it costs, and how far it narrows the answer."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard import catalog
from dashboard.estimates import holdout
from dashboard.figures.spec import FigureSpec
from dashboard.store import Snapshot

HOUR = 3600
SAVING = 0.25  # what a hold-out forgoes an item, as long as one can only guess: a quarter of the time by hand

ROWS: dict[str, pl.DataType] = {
    "plan": pl.Int64(),
    "project": pl.String(),
    "planned_on": pl.Date(),
    "items": pl.Int64(),
    "held_out": pl.Int64(),
    "manual": pl.Int64(),
    "assisted": pl.Int64(),
    "unknown": pl.Int64(),
    "not_labeled": pl.Int64(),
    "compliance": pl.Float64(),
    "kept": pl.Boolean(),
    "price_hours": pl.Float64(),
    "width_share": pl.Float64(),
    "words": pl.String(),
}
"""One row a plan. `compliance` is manual / labeled hold-out items; empty cells are not known yet."""


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row a plan (columns of ROWS), newest first; `params`: projects (empty: all)."""
    projects = params["projects"]
    plans = catalog.run(snapshot, "holdout_plans", {}).to_dicts()
    chosen = [
        one for one in plans if not isinstance(projects, list | tuple) or not projects or one["project"] in projects
    ]
    return pl.DataFrame([_row(snapshot, one) for one in chosen], schema=ROWS)


def _row(snapshot: Snapshot, plan: Mapping[str, object]) -> dict[str, object]:
    """Return a plan with what its labels and the project's labels by hand say."""
    key = {"plan_id": plan["plan_id"]}
    items = catalog.run(snapshot, "holdout_items", key).select("item", "holdout")
    found = holdout.compliance(items, catalog.run(snapshot, "holdout_done", key))
    labeled = found.planned - found.missing
    basis = catalog.run(snapshot, "holdout_basis", {"project": plan["project"]}).row(0, named=True)
    seconds = basis["manual_seconds"]
    # Whoever has labeled in the project will label the rest: without them nobody knows how wide the answer gets.
    width = holdout.half_width(basis["annotators"], found.planned, items.height - found.planned, ratio=1 - SAVING)
    return {
        "plan": plan["plan_id"],
        "project": plan["project"],
        "planned_on": plan["planned_on"],
        "items": items.height,
        "held_out": found.planned,
        "manual": found.manual,
        "assisted": found.assisted,
        "unknown": found.unknown,
        "not_labeled": found.missing,
        "compliance": found.manual / labeled if labeled else None,
        "kept": found.kept if labeled else None,
        "price_hours": None if seconds is None else SAVING * found.planned * seconds / HOUR,
        "width_share": width,
        "words": found.words,
    }


def nothing_planned(found: pl.DataFrame) -> dict[str, str] | None:
    """Return why there is nothing to show."""
    if found.is_empty():
        return {
            "reason": "No hold-out is planned here.",
            "needed": "Plan one on the Savings page, or with labeltime holdout plan: 10 % of the items an automation "
            "could have, left to people.",
        }
    return None


HOLDOUTS = FigureSpec(
    "holdouts",
    "Hold-out plans, and whether they were kept",
    "items, hours and shares, as said in each column",
    "Plans of any day. Price: the hours that a saving of a quarter would have spared on the held-out items; unknown "
    "without labels by hand. Width: the expected half-width of the interval, as a share of the hours by hand, once all "
    "items are labeled.",
    "compliance = held-out items labeled by hand / held-out items labeled",
    rows=rows,
    about="labels",
    ignores=("teams", "people", "roles"),
    refuses=nothing_planned,
)
