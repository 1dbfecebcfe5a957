"""Which input moves the result most, and what it is worth to measure next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from dashboard import catalog
from dashboard.estimates import draws
from dashboard.estimates.backlog import Projection
from dashboard.estimates.tornado import swings
from dashboard.estimates.worth_knowing import narrowing, widths
from dashboard.figures.forecast_runs import Run, runs, scenario_of
from dashboard.store import Snapshot

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

HOUR = 3600
SAVED, HOURS = "saved_hours", "hours"
MOVERS = (
    *("items_per_week", "coverage", "acceptance", "manual_seconds", "counterfactual_seconds"),
    *("verify_seconds", "correct_seconds", "assisted_seconds", "rework_seconds"),
)
TORNADO: dict[str, pl.DataType] = {
    "project": pl.String(),
    "kind": pl.String(),
    "quantity": pl.String(),
    "input": pl.String(),
    "origin": pl.String(),
    "input_p10": pl.Float64(),
    "input_p90": pl.Float64(),
    "base": pl.Float64(),
    "at_p10": pl.Float64(),
    "at_p90": pl.Float64(),
    "swing": pl.Float64(),
    "rank_correlation": pl.Float64(),
    "explained": pl.Float64(),
    "items": pl.Int64(),
    "half_width": pl.Float64(),
    "of_now": pl.Float64(),
    "price_hours": pl.Float64(),
    "gate": pl.String(),
    "reach": pl.Int64(),
}
"""`kind` input: the result (hours saved, or hours) with one input at its P10 and P90 and all others at their median,
largest swing first; the rank correlation and the share of the variance explained over all draws. `kind` hold-out: how
wide the estimate of savings gets (half-width as a share; of_now: of today's) for so many further items left to people.
"""


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what moves the result in each project (columns of TORNADO)."""
    found = runs(snapshot, params, scenario_of(snapshot, params))
    told = [row for one in found for row in (*moved(one), *narrower(snapshot, one))]
    return pl.DataFrame(told, schema=TORNADO)


def moved(one: Run) -> Iterator[dict[str, object]]:
    """Yield one row an input of a project."""
    found = one.projection
    if found is None:
        return
    quantity = SAVED if SAVED in found.by_week and (found.by_input["coverage"] > 0).any() else HOURS
    drawn = found.by_week[quantity].sum(axis=1)
    # The mean over the weeks: no input is at its P10 in every week, as weeks err apart.
    inputs = {
        name: values.mean(axis=1, keepdims=True)
        for name, values in found.by_input.items()
        if moves(name, quantity, found)
    }
    if one.plan.items is not None:
        inputs.pop("items_per_week", None)  # how many there are is planned, not drawn
    origins = {each.name: each.origin for each in found.assumptions}
    explained = dict(widths(inputs, drawn).iter_rows())
    for row in swings(inputs, result(found, quantity), drawn).filter(pl.col("swing") > 0).to_dicts():
        ends = draws.spread(inputs[row["input"]].mean(axis=1))
        yield {
            "project": one.history.project, "kind": "input", "quantity": quantity, "gate": one.gate, "reach": one.reach,
            "origin": origins.get(row["input"], origins.get("items_per_week")), "input_p10": ends.p10,
            "input_p90": ends.p90, "explained": explained.get(row["input"]), **row,
        }  # fmt: skip


def moves(name: str, quantity: str, found: Projection) -> bool:
    """Tell whether an input goes into a result on its own; what assisted labels take is told by its parts."""
    if name == "assisted_seconds":
        return "acceptance" not in found.by_input
    return name in MOVERS and (quantity == HOURS or name != "manual_seconds")


def result(found: Projection, quantity: str) -> Callable[[Mapping[str, Reals]], Reals]:
    """Return the arithmetic of a projection: mean inputs (draws x 1) to the sum over the weeks, one value a draw."""
    stretch = stretched(found)
    planned = float(found.by_week["items"].sum(axis=1).mean())
    weeks = found.by_week["items"].shape[1]

    def of(inputs: Mapping[str, Reals]) -> Reals:
        covered = inputs["coverage"]
        items = weeks * inputs["items_per_week"] if "items_per_week" in inputs else planned
        if "acceptance" in inputs:
            kept = inputs["acceptance"]
            assisted = stretch * (kept * inputs["verify_seconds"] + (1 - kept) * inputs["correct_seconds"])
        else:
            assisted = inputs.get("assisted_seconds", 0 * covered)
        assisted = assisted + inputs.get("rework_seconds", 0 * covered)
        by_hand = inputs.get("counterfactual_seconds", 0 * covered)
        if quantity == SAVED:
            saved: Reals = (items * covered * (by_hand - assisted)).sum(axis=1) / HOUR
            return saved
        manual = inputs.get("manual_seconds", 0 * covered)
        hours: Reals = (items * ((1 - covered) * manual + covered * assisted)).sum(axis=1) / HOUR
        return hours

    return of


def stretched(found: Projection) -> float:
    """Return seconds of an assisted label / those that its known outcomes make: labels of unknown outcome differ."""
    known = found.by_input
    if "acceptance" not in known or "assisted_seconds" not in known:
        return 1.0
    mean = known["acceptance"] * known["verify_seconds"] + (1 - known["acceptance"]) * known["correct_seconds"]
    return float(known["assisted_seconds"].sum() / mean.sum())


def narrower(snapshot: Snapshot, one: Run) -> Iterator[dict[str, object]]:
    """Yield what further hold-out items buy, where automation helps."""
    saving = one.history.saving
    if saving is None or one.projection is None:
        return
    basis = catalog.run(snapshot, "holdout_basis", {"project": one.history.project}).row(0, named=True)
    totals = saving.weekly.select(pl.col("saved_hours").sum() / pl.col("counterfactual_hours").sum()).item()
    hours = saving.counterfactual.value / HOUR
    found = narrowing(basis["held_out"], saving.labels, saving.annotators, saving=abs(totals), hours_per_item=hours)
    for row in found.to_dicts():
        yield {"project": one.history.project, "kind": "hold-out", **row}
