"""The hold-out figure: plans, their compliance, their price, and how narrow the interval becomes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec
from dashboard.savings.model import holdout
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

HOUR = 3600
ASSUMED_SAVING = 0.25  # assumed saving per held-out item until one is measured: a quarter of the time by hand

HOLDOUT_SCHEMA: dict[str, pl.DataType] = {
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
"""One row per plan. `compliance` is manual / labeled hold-out items; null cells are not known yet."""


def build_holdout_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row per plan (columns of HOLDOUT_SCHEMA), newest first; `params`: projects (empty: all)."""
    projects = params["projects"]
    plans = run_query(snapshot, "holdout_plans", {}).to_dicts()
    selected_plans = [
        plan for plan in plans if not isinstance(projects, list | tuple) or not projects or plan["project"] in projects
    ]
    return pl.DataFrame([_build_row(snapshot, plan) for plan in selected_plans], schema=HOLDOUT_SCHEMA)


def _build_row(snapshot: Snapshot, plan: Mapping[str, object]) -> dict[str, object]:
    """Return a plan with its compliance, its price and the expected width of the interval."""
    key = {"plan_id": plan["plan_id"]}
    items = run_query(snapshot, "holdout_items", key).select("item", "holdout")
    compliance = holdout.check_compliance(items, run_query(snapshot, "holdout_done", key))
    labeled = compliance.planned - compliance.missing
    basis = run_query(snapshot, "holdout_basis", {"project": plan["project"]}).row(0, named=True)
    seconds = basis["manual_seconds"]
    # The annotators so far are assumed to label the rest too; without any, the width is unknown.
    half_width = holdout.compute_half_width(
        basis["annotators"], compliance.planned, items.height - compliance.planned, ratio=1 - ASSUMED_SAVING
    )
    return {
        "plan": plan["plan_id"],
        "project": plan["project"],
        "planned_on": plan["planned_on"],
        "items": items.height,
        "held_out": compliance.planned,
        "manual": compliance.manual,
        "assisted": compliance.assisted,
        "unknown": compliance.unknown,
        "not_labeled": compliance.missing,
        "compliance": compliance.manual / labeled if labeled else None,
        "kept": compliance.kept if labeled else None,
        "price_hours": None if seconds is None else ASSUMED_SAVING * compliance.planned * seconds / HOUR,
        "width_share": half_width,
        "words": compliance.words,
    }


def explain_missing_plans(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is no hold-out plan to show, or None."""
    if rows.is_empty():
        return Unavailable(
            "No hold-out is planned here.",
            "Plan one under Data, Set-up, Hold-outs, or with labeltime holdout plan: 10% of the items an automation "
            "could have, left to people.",
            Cause.not_entered,
        )
    return None


HOLDOUTS = FigureSpec(
    "holdouts",
    "Hold-out plans, and whether they were kept",
    "items, hours and shares, as said in each column",
    "Plans of any day. Price: the hours that a saving of a quarter would have spared on the held-out items; unknown "
    "without labels by hand. Width: the expected half-width of the interval, as a share of the hours by hand, once all "
    "items are labeled.",
    "compliance = held-out items labeled by hand / held-out items labeled",
    rows=build_holdout_rows,
    about="labels",
    ignores=("teams", "people", "roles"),
    refuses=explain_missing_plans,
)
