"""Cost figures: the register of automations, and what a label costs in hours, tokens and money."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.cost.budgets import BUDGETS
from dashboard.cost.effort import load_effort
from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec, build_query_spec
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

SECONDS_PER_HOUR = 3600
MissingReason = Unavailable | None


def build_automation_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row per automation and currency: what it is, where it runs, and what it has cost so far.

    Columns: automation, technique, applies, projects, from_on, to_on, labels, setup_hours, maintenance_hours (null =
    not known), currency, running_cost, note.
    """
    automations = run_query(snapshot, "automations", params)
    effort = load_effort(snapshot, params)
    hours = effort.group_by("automation").agg(
        (pl.col("seconds").filter(pl.col("kind") == kind).sum() / SECONDS_PER_HOUR)
        .mul(pl.when(pl.col("kind").eq(kind).any()).then(1.0))
        .alias(f"{kind}_hours")
        for kind in ("setup", "maintenance")
    )
    cost = run_query(snapshot, "running_cost", params).rename({"amount": "running_cost"})
    rows = automations.join(hours, on="automation", how="left").join(cost, on="automation", how="left")
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


def explain_missing_automations(rows: pl.DataFrame) -> MissingReason:
    """Return why there is no register to show, or None."""
    if rows.is_empty():
        return Unavailable(
            "No automation is registered.",
            "Enter name, technique, project and first day of each automation in the register.",
            Cause.not_entered,
        )
    return None


def explain_missing_model_cost(rows: pl.DataFrame) -> MissingReason:
    """Return why the cost of models is not known, or None."""
    if rows.is_empty():
        return Unavailable(
            "No label here names a model.",
            "Import labels with their model and its tokens or cost: a labeling events CSV with model, "
            "tokens, cost and currency.",
            Cause.not_recorded,
        )
    if rows.get_column("cost").is_null().all():
        return Unavailable(
            "Models are named, but neither their cost nor tokens with a price in force are known.",
            "Import tokens or cost of the calls, and enter the price per million tokens with the rates.",
            Cause.not_recorded,
        )
    return None


def explain_missing_rates(rows: pl.DataFrame) -> MissingReason:
    """Return why the cost of a label is not known, or None."""
    if rows.is_empty() or rows.get_column("cost").is_null().all():
        return Unavailable(
            "No rate is known for anybody who labeled here, so hours cannot be turned into money.",
            "Enter the cost per hour, by person or by role, with its currency and first day.",
            Cause.not_entered,
        )
    return None


def explain_missing_resources(rows: pl.DataFrame) -> MissingReason:
    """Return why there is nothing to show, or None."""
    if rows.is_empty():
        return Unavailable(
            "No hours, runs, model calls, running costs or invoices match the filters.",
            "Import an export, or enter invoices.",
            Cause.nothing_matches,
        )
    return None


FIGURES: tuple[FigureSpec, ...] = (
    FigureSpec(
        "automations",
        "The register of automations",
        "hours and money, as stated in each column",
        "Labels are those in the period that the automation helped with. Hours come from time entries by rule, or as "
        "typed in the register; empty means not known. Running costs end with the period or the newest label.",
        "setup and maintenance = time entries that the register's patterns find, or the hours typed there",
        rows=build_automation_rows,
        about="labels",
        counts_hours=True,
        ignores=("projects", "teams", "people", "roles"),
        refuses=explain_missing_automations,
    ),
    build_query_spec(
        "label_cost_llm",
        "cost of the calls for items / items accepted (where reviewed) or produced, of those with a known cost",
        about="labels",
        refuses=explain_missing_model_cost,
    ),
    build_query_spec(
        "cost_per_accepted_label",
        "(hours x rate + running costs x share of the automation's labels + model cost) / accepted labels; labels that "
        "nobody reviewed count as accepted",
        about="labels",
        refuses=explain_missing_rates,
    ),
    build_query_spec(
        "resources_by_month",
        "hours, and hours x rate, tokens x price, or an amount x its days in the month / days of its period",
        counts_labels=True,
        ignores=("teams", "people", "roles", "categories"),
        refuses=explain_missing_resources,
    ),
    *BUDGETS,
)
