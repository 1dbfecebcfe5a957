"""What brings labeling's share of hours to a target: the lever, the value it needs, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import polars as pl

from dashboard import catalog
from dashboard.estimates.goal_seek import (
    Freed,
    Lever,
    Need,
    Work,
    acceptance_for,
    chance,
    needed,
    required_effort,
    seek,
)
from dashboard.estimates.pooled_work import Pooled, pooled
from dashboard.figures.forecast_gate import worst
from dashboard.figures.forecast_runs import Run, runs, scenario_of
from dashboard.store import Snapshot

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

TARGET = 0.5
SURE = 0.8
STEPS = 20  # of the curve over acceptance
COVERAGES = (0.6, 0.7, 0.8, 0.9, 1.0)
CHECKS = (1.0, 0.75, 0.5)  # of the time to check a suggestion as it is
GOAL: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "mode": pl.String(),
    "lever": pl.String(),
    "share": pl.Float64(),
    "target": pl.Float64(),
    "required": pl.Float64(),
    "effort_now": pl.Float64(),
    "effort_required": pl.Float64(),
    "now": pl.Float64(),
    "value": pl.Float64(),
    "value_sure": pl.Float64(),
    "best": pl.Float64(),
    "reachable": pl.Boolean(),
    "binding": pl.String(),
    "unlock": pl.Float64(),
    "acceptance": pl.Float64(),
    "coverage": pl.Float64(),
    "checking": pl.Float64(),
    "probability": pl.Float64(),
    "gate": pl.String(),
    "words": pl.String(),
}
"""Rows by `kind`: an `answer` a mode (reallocate: freed hours go to modeling; release: they leave), its `lever`s
(what each alone must be, null: not reachable), the `curve` of the chance over acceptance, and a `table` of the
acceptance needed for other coverages and times to check.

`required` is the labeling effort relative to today's, `effort_now` and `effort_required` relative to making every
label by hand. `value_sure` is the acceptance that suffices in 80 % of the draws.
"""
FREED: dict[Freed, str] = {
    "reallocate": "if freed hours go to modeling",
    "release": "if freed hours leave the team",
}
CALLED: dict[Lever, str] = {
    "acceptance": "share of suggestions kept",
    "coverage": "share of the work (in hours by hand) offered to automation",
    "checking": "time to check a suggestion (as a share of the time by hand)",
}


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what reaches the target share in both ways (columns of GOAL).

    `params` may hold `target` (.5 unless given) and `growth` (labels to come / labels today, 1 unless given).
    """
    share = labeling_share(snapshot, params)
    asked = params.get("target")
    more = params.get("growth")
    growth = float(more) if isinstance(more, int | float) and more > 0 else 1.0
    target = float(asked) if isinstance(asked, int | float) and 0 < asked < 1 else TARGET
    told = [one for one in runs(snapshot, params, scenario_of(snapshot, params)) if one.projection]
    work = pooled([inputs(one) for one in told])
    if share is None or not 0 < share < 1 or work is None:
        return pl.DataFrame(schema=GOAL)
    modes: tuple[Freed, ...] = get_args(Freed)
    found = [row for mode in modes for row in _mode(mode, work, share, target, growth)]
    gate = worst(one.gate for one in told)
    return pl.DataFrame(found, schema=GOAL).with_columns(pl.lit(gate, dtype=pl.String).alias("gate"))


def labeling_share(snapshot: Snapshot, params: Mapping[str, object]) -> float | None:
    """Return everyone's labeling hours of labeling and modeling hours in the period, None where there are none."""
    found = catalog.run(snapshot, "labeling_share", params)
    share = found.filter(scope="everyone", measure="labeling_of_labeling_and_modeling").get_column("share")
    return None if share.is_empty() or share.item(0) is None else float(share.item(0))


def inputs(one: Run) -> dict[str, Reals]:
    """Return a project's draws of what its work takes."""
    if one.projection is None:
        raise ValueError(one.history.project)
    return {**one.projection.by_input, "items": one.projection.by_week["items"]}


def _mode(mode: Freed, work: Pooled, share: float, target: float, growth: float) -> Iterator[dict[str, object]]:
    """Yield the answer, the levers and the curve of one use of freed hours."""
    required = required_effort(share, target, mode, growth)
    now = work.work.effort()
    absolute = required * now
    goal = seek(work.work, absolute)
    head = {"mode": mode, "share": share, "target": target, "required": required, "effort_now": now,
            "effort_required": absolute}  # fmt: skip
    needs = [one for one in goal.needs if work.knows_acceptance or one.lever != "acceptance"]
    sure = acceptance_for(work.draws, absolute, SURE) if work.knows_acceptance else None
    first = next((one for one in needs if one.value is not None), needs[0]) if not work.knows_acceptance else needs[0]
    yield {
        **head, "kind": "answer", "lever": first.lever, "now": first.now, "value": first.value, "value_sure": sure,
        "best": first.best, "reachable": goal.reached or any(one.value is not None for one in needs),
        "binding": goal.binding if first.value is None else None, "unlock": goal.unlock,
        "words": _words(mode, share, target, required, goal.binding, goal.unlock, first, sure),
    }  # fmt: skip
    for one in needs:
        yield {**head, "kind": "lever", "lever": one.lever, "now": one.now, "value": one.value, "best": one.best,
               "reachable": one.value is not None}  # fmt: skip
    if work.knows_acceptance:
        for step in range(STEPS + 1):
            at = step / STEPS
            yield {**head, "kind": "curve", "acceptance": at, "probability": chance(work.draws, absolute, at)}
        yield from _table(head, work.work, absolute)


def _table(head: Mapping[str, object], work: Work, required: float) -> Iterator[dict[str, object]]:
    """Yield the acceptance needed for other coverages and times to check, null where no acceptance is enough."""
    for coverage in dict.fromkeys((work.coverage, *COVERAGES)):
        for part in CHECKS:
            other = replace(work, coverage=coverage, checking=part * work.checking)
            need = needed("acceptance", other, required)
            yield {**head, "kind": "table", "lever": "acceptance", "coverage": coverage, "checking": other.checking,
                   "value": need.value, "best": need.best, "reachable": need.value is not None}  # fmt: skip


def _words(
    mode: Freed, share: float, target: float, required: float, binding: Lever | None, unlock: float | None,
    first: Need, sure: float | None,
) -> str:  # fmt: skip
    """Return the answer in a sentence or two."""
    aim = f"From {share:.0%} to {target:.0%} {FREED[mode]}: labeling must take {1 - required:.1%} less than today"
    if required >= 1:
        return f"The labeling share is {share:.0%} already, at or below the target of {target:.0%}."
    if first.value is not None:
        certain = ""
        if first.lever == "acceptance":
            certain = (
                f"; {sure:.0%} for 80 % of simulated outcomes"
                if sure is not None
                else "; none suffices in 80 % of simulated outcomes"
            )
        return f"{aim}. The {CALLED[first.lever]} must be {first.value:.0%} (now {first.now:.0%}{certain})."
    said = f"{aim}. Not reachable by the {CALLED[first.lever]} alone"
    if binding is None:
        return f"{said}."
    if unlock is None:
        return f"{said}, nor with any other single lever; the {CALLED[binding]} holds it back most."
    return f"{said}: the {CALLED[binding]} holds it back, and would have to be {unlock:.0%} with every suggestion kept."
