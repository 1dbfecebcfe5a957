"""What brings labeling's share of hours to a target: the lever, the value it needs, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import polars as pl

from dashboard.allocation.share_range import (
    HEADLINE_MEASURE,
    HEADLINE_SCOPE,
    JOIN_CORRECTION,
    ShareRange,
    describe_negative_side,
    format_range,
    read_share_range,
)
from dashboard.forecast.model.goal_seek import (
    EffortInputs,
    FreedHours,
    Lever,
    LeverRequirement,
    PooledWork,
    compute_required_effort,
    compute_success_chance,
    find_acceptance,
    pool_projects,
    seek_goal,
    solve_lever,
)
from dashboard.forecast.project_forecasts import ProjectForecast, load_forecasts, resolve_scenario
from dashboard.forecast.track_record import combine_verdicts
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_share

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

DEFAULT_TARGET = 0.5
SURE_PROBABILITY = 0.8
CURVE_STEPS = 20  # of the curve over acceptance
COVERAGE_GRID = (0.6, 0.7, 0.8, 0.9, 1.0)
CHECKING_FACTORS = (1.0, 0.75, 0.5)  # times the present time to check a suggestion
BY_HAND = {"manual_seconds", "counterfactual_seconds"}  # inputs that tell the time of a label by hand
MISSING = "missing"
HIGHEST_SHARE = 0.999  # from a share of all, no use of freed hours reaches a target by less labeling alone
GOAL_SCHEMA: dict[str, pl.DataType] = {
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
    "reach": pl.Int64(),
    "words": pl.String(),
}
"""Rows by `kind`: one `answer` per mode (reallocate: freed hours go to modeling; release: they leave), its `lever`s
(what each must be on its own; null: not reachable), the `curve` of the probability over acceptance, and a `table` of
the acceptance needed for other coverages and times to check. Where there is no answer: rows of kind `missing` alone,
whose words say what is missing, for which project.

`required` is the labeling effort relative to today's, `effort_now` and `effort_required` relative to making every
label by hand. `value_sure` is the acceptance that suffices in 80% of the draws.
"""
MODE_PHRASES: dict[FreedHours, str] = {
    "reallocate": "if freed hours go to modeling",
    "release": "if freed hours leave the team",
}
LEVER_NAMES: dict[Lever, str] = {
    "acceptance": "share of suggestions kept",
    "coverage": "share of the work (in hours by hand) offered to automation",
    "checking": "time to check a suggestion (as a share of the time by hand)",
}


def build_goal_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what reaches the target share, for both uses of freed hours (columns of GOAL_SCHEMA).

    `params` may hold `target` (default .5) and `growth` (future labels / labels today, default 1).
    """
    share_row = load_labeling_share(snapshot, params)
    share_range = read_share_range(share_row)
    share = share_range.share if share_range else None
    requested_target = params.get("target")
    requested_growth = params.get("growth")
    growth = float(requested_growth) if isinstance(requested_growth, int | float) and requested_growth > 0 else 1.0
    target = (
        float(requested_target)
        if isinstance(requested_target, int | float) and 0 < requested_target < 1
        else DEFAULT_TARGET
    )
    all_forecasts = load_forecasts(snapshot, params, resolve_scenario(snapshot, params))
    forecasts = [forecast for forecast in all_forecasts if forecast.projection]
    pooled_work = pool_projects([collect_input_draws(forecast) for forecast in forecasts])
    is_open = share_range is not None and share_range.is_wide
    if share is None or not 0 < share < 1 or is_open or pooled_work is None:
        share_gaps = (
            describe_open_share(share_range, target, growth) if is_open else describe_share_gap(share, share_row)
        )
        gaps = [*share_gaps, *describe_work_gaps(all_forecasts, pooled_work)]
        return pl.DataFrame([{"kind": MISSING, "words": gap} for gap in gaps], schema=GOAL_SCHEMA)
    modes: tuple[FreedHours, ...] = get_args(FreedHours)
    goal_rows = [row for mode in modes for row in _build_mode_rows(mode, pooled_work, share, target, growth)]
    gate, reach = combine_verdicts([(forecast.gate, forecast.reach) for forecast in forecasts])
    return pl.DataFrame(goal_rows, schema=GOAL_SCHEMA).with_columns(
        gate=pl.lit(gate, dtype=pl.String), reach=pl.lit(reach, dtype=pl.Int64)
    )


def load_labeling_share(snapshot: Snapshot, params: Mapping[str, object]) -> dict[str, Any]:
    """Return everyone's labeling share of labeling and modeling hours in the period (a row of `labeling_share`)."""
    share_rows = run_query(snapshot, "labeling_share", params).filter(scope=HEADLINE_SCOPE, measure=HEADLINE_MEASURE)
    return share_rows.row(0, named=True)


def describe_open_share(share_range: ShareRange | None, target: float, growth: float) -> Iterator[str]:
    """Yield the range that the hours not sorted yet leave, of the share and of what the target takes."""
    if share_range is None:
        return
    modes: tuple[FreedHours, ...] = get_args(FreedHours)
    needs = []
    for mode in modes:
        cuts = [
            1 - compute_required_effort(share, target, mode, growth) if share > 0 else 0.0
            for share in (share_range.low, min(share_range.high, HIGHEST_SHARE))
        ]
        low, high = (max(cut, 0.0) for cut in cuts)
        needs.append(f"{format_range(low, high, 'and')} less than today {MODE_PHRASES[mode]}")
    yield (
        f"All projects: a category for every hour. The labeling share lies {share_range.describe()}. For a share of "
        f"{format_share(target)}, labeling must take between {', and between '.join(needs)}."
    )


def describe_share_gap(share: float | None, share_row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is missing for a labeling share between none and all."""
    if negative_side := describe_negative_side(share_row):
        yield f"All projects: {negative_side} {JOIN_CORRECTION}"
    elif share is None:
        yield "All projects: time entries of labeling and modeling in the period."
    elif not 0 < share < 1:
        missing, there = ("labeling", "modeling") if share <= 0 else ("modeling", "labeling")
        yield f"All projects: time entries of {missing} in the period; there are only those of {there}."


def describe_work_gaps(forecasts: Sequence[ProjectForecast], pooled_work: PooledWork | None) -> Iterator[str]:
    """Yield for each project what is missing to compare its work with making every label by hand."""
    if pooled_work is not None:
        return
    untimed = [
        forecast.history.project
        for forecast in forecasts
        if forecast.projection and not BY_HAND & set(collect_input_draws(forecast))
    ]
    if untimed:
        yield f"{', '.join(untimed)}: the time of labels by hand."
    elif not forecasts:
        yield "All projects: a complete week of labels."
    else:
        yield from (f"{forecast.history.project}: {describe_project_gap(forecast)}" for forecast in forecasts)


def describe_project_gap(forecast: ProjectForecast) -> str:
    """Return what a project lacks, where none offers work with a known time by hand to an automation."""
    if not forecast.projection:
        return forecast.why
    coverage = forecast.projection.by_input.get("coverage")
    if coverage is None or not (coverage > 0).any():
        return "labels with an automation in the last weeks."
    return "labels by hand, or items ahead, with more than no time."


def collect_input_draws(forecast: ProjectForecast) -> dict[str, Reals]:
    """Return the draws of a project's inputs and items."""
    if forecast.projection is None:
        raise ValueError(forecast.history.project)
    return {**forecast.projection.by_input, "items": forecast.projection.by_week["items"]}


def _build_mode_rows(
    mode: FreedHours, pooled_work: PooledWork, share: float, target: float, growth: float
) -> Iterator[dict[str, object]]:
    """Yield the answer, the levers and the curve of one use of freed hours."""
    required = compute_required_effort(share, target, mode, growth)
    current_effort = pooled_work.work.effort()
    required_absolute = required * current_effort
    goal = seek_goal(pooled_work.work, required_absolute)
    head = {"mode": mode, "share": share, "target": target, "required": required, "effort_now": current_effort,
            "effort_required": required_absolute}  # fmt: skip
    needs = [need for need in goal.needs if pooled_work.knows_acceptance or need.lever != "acceptance"]
    sure_acceptance = (
        find_acceptance(pooled_work.draws, required_absolute, SURE_PROBABILITY)
        if pooled_work.knows_acceptance
        else None
    )
    main_need = (
        next((need for need in needs if need.value is not None), needs[0])
        if not pooled_work.knows_acceptance
        else needs[0]
    )
    yield {
        **head,
        "kind": "answer",
        "lever": main_need.lever,
        "now": main_need.now,
        "value": main_need.value,
        "value_sure": sure_acceptance,
        "best": main_need.best_effort,
        "reachable": goal.is_reached or any(need.value is not None for need in needs),
        "binding": goal.binding if main_need.value is None else None,
        "unlock": goal.unlocking_value,
        "words": _describe_goal(
            mode, share, target, required, goal.binding, goal.unlocking_value, main_need, sure_acceptance
        ),
    }
    for need in needs:
        needed = {"now": need.now, "value": need.value, "best": need.best_effort, "reachable": need.value is not None}
        yield {**head, "kind": "lever", "lever": need.lever, **needed}
    if pooled_work.knows_acceptance:
        for step in range(CURVE_STEPS + 1):
            acceptance = step / CURVE_STEPS
            yield {
                **head,
                "kind": "curve",
                "acceptance": acceptance,
                "probability": compute_success_chance(pooled_work.draws, required_absolute, acceptance),
            }
        yield from _build_table_rows(head, pooled_work.work, required_absolute)


def _build_table_rows(head: Mapping[str, object], work: EffortInputs, required: float) -> Iterator[dict[str, object]]:
    """Yield the acceptance needed for other coverages and times to check; null if no acceptance is enough."""
    for coverage in dict.fromkeys((work.coverage, *COVERAGE_GRID)):
        for factor in CHECKING_FACTORS:
            varied_work = replace(work, coverage=coverage, checking=factor * work.checking)
            need = solve_lever("acceptance", varied_work, required)
            yield {
                **head,
                "kind": "table",
                "lever": "acceptance",
                "coverage": coverage,
                "checking": varied_work.checking,
                "value": need.value,
                "best": need.best_effort,
                "reachable": need.value is not None,
            }


def _describe_goal(
    mode: FreedHours, share: float, target: float, required: float, binding: Lever | None, unlock: float | None,
    need: LeverRequirement, sure_acceptance: float | None,
) -> str:  # fmt: skip
    """Describe the answer in a sentence or two."""
    aim = (
        f"From {format_share(share)} to {format_share(target)} {MODE_PHRASES[mode]}: labeling must take "
        f"{format_share(1 - required, 1)} less than today"
    )
    if required >= 1:
        return f"The labeling share is {format_share(share)} already, at or below the target of {format_share(target)}."
    if need.value is not None:
        certain = ""
        if need.lever == "acceptance":
            certain = (
                f"; {format_share(sure_acceptance)} for 8 of 10 simulated outcomes"
                if sure_acceptance is not None
                else "; none suffices in 8 of 10 simulated outcomes"
            )
        current_text = f"(now {format_share(need.now)}{certain})"
        return f"{aim}. The {LEVER_NAMES[need.lever]} must be {format_share(need.value)} {current_text}."
    text = f"{aim}. Not reachable by the {LEVER_NAMES[need.lever]} alone"
    if binding is None:
        return f"{text}."
    if unlock is None:
        return f"{text}, nor with any other single lever; the {LEVER_NAMES[binding]} limits it most."
    limit = f"the {LEVER_NAMES[binding]} limits it, and would have to be {format_share(unlock)}"
    return f"{text}: {limit} even with every suggestion kept."
