"""Figures of cost: the register of automations, and what a label costs in hours, tokens and money."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard import catalog
from dashboard.figures.spec import FigureSpec, asked
from dashboard.store import Snapshot

HOUR = 3600
Refused = dict[str, str] | None


def register(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row an automation and currency: what it is, where it runs, and what it took so far.

    Columns: automation, technique, applies, projects, from_on, to_on, labels, setup_hours, maintenance_hours (null =
    not known), currency, running_cost, note.
    """
    listed = catalog.run(snapshot, "automations", params)
    effort = catalog.run(snapshot, "effort_on_automations", params)
    hours = effort.group_by("automation").agg(
        (pl.col("seconds").filter(pl.col("kind") == kind).sum() / HOUR)
        .mul(pl.when(pl.col("kind").eq(kind).any()).then(1.0))
        .alias(f"{kind}_hours")
        for kind in ("setup", "maintenance")
    )
    cost = catalog.run(snapshot, "running_cost", params).rename({"amount": "running_cost"})
    rows = listed.join(hours, on="automation", how="left").join(cost, on="automation", how="left")
    return rows.select(
        "automation",
        "technique",
        "applies",
        "projects",
        "from_on",
        "to_on",
        "labels",
        "setup_hours",
        "maintenance_hours",
        "currency",
        "running_cost",
        "note",
    ).sort("from_on", "automation", "currency", nulls_last=True)


def nothing_registered(rows: pl.DataFrame) -> Refused:
    """Return why there is no register."""
    if rows.is_empty():
        return {
            "reason": "No automation is registered.",
            "needed": "Enter name, technique, project and first day of each automation in the register.",
        }
    return None


def nothing_called(rows: pl.DataFrame) -> Refused:
    """Return why there is no cost of models."""
    if rows.is_empty():
        return {
            "reason": "No label here names a model.",
            "needed": "Import labels with their model and its tokens or cost: a labeling events CSV with model, "
            "tokens, cost and currency.",
        }
    if rows.get_column("cost").is_null().all():
        return {
            "reason": "Models are named, but neither their cost nor tokens with a price in force are known.",
            "needed": "Import tokens or cost of the calls, and enter the price of a million tokens with the rates.",
        }
    return None


def nothing_rated(rows: pl.DataFrame) -> Refused:
    """Return why there is no cost of a label."""
    if rows.is_empty() or rows.get_column("cost").is_null().all():
        return {
            "reason": "No rate is known for anybody who labeled here, so hours cannot be turned into money.",
            "needed": "Enter what an hour costs, by person or by role, with its currency and first day.",
        }
    return None


COSTS: tuple[FigureSpec, ...] = (
    FigureSpec(
        "automations",
        "The register of automations",
        "hours and money, as said in each column",
        "Labels within the period that the automation had a part in. Hours come from time entries by rule, or as typed "
        "in the register; empty means not known. Running costs end with the period or the newest label.",
        "setup and maintenance = time entries that the register's patterns find, or the hours typed there",
        rows=register,
        about="labels",
        ignores=("projects", "teams", "people", "roles"),
        refuses=nothing_registered,
    ),
    asked(
        "label_cost_llm",
        "cost of the calls for items / items accepted (where reviewed) or produced, of those with a known cost",
        about="labels",
        refuses=nothing_called,
    ),
    asked(
        "cost_per_accepted_label",
        "(hours x rate + running costs x share of the automation's labels + model cost) / accepted labels; labels that "
        "nobody reviewed count as accepted",
        about="labels",
        refuses=nothing_rated,
    ),
)
