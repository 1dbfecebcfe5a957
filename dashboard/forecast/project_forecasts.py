"""One forecast per project, from what was measured or from a saved scenario: computed once, read by every figure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from zlib import crc32

import polars as pl

from dashboard.errors import BadFilter, Unavailable
from dashboard.forecast.inputs import ProjectHistory, ProjectPrices, ProjectSaving, load_histories
from dashboard.forecast.model.plan import (
    INPUT_NAMES,
    CounterfactualEstimate,
    InputOverride,
    Plan,
    Projection,
    PublishedSaving,
)
from dashboard.forecast.track_record import load_track_record
from dashboard.inference.draws import SEED
from dashboard.savings.by_automation import FILTERS
from dashboard.savings.model.combined import compute_t_quantile
from dashboard.store.cache import CACHE
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

AS_MEASURED = ""
PACE_WEEKS = 12  # from which the present pace is taken
DEFAULT_HORIZON = 12  # weeks, unless a backlog lasts longer
MAX_HORIZON = 104
COURSE_INPUTS = ("ramp", "acceptance_decay", "retrain_weeks", "retrain_hours")
MAX_DECAY = 0.99  # per month; a larger decay would leave no acceptance
SEED_RANGE = 100_000  # every project has its own seed, so that errors are independent; a filter changes none


@dataclass(frozen=True)
class ProjectForecast:
    """The projection of one project, or why there is none."""

    history: ProjectHistory
    scenario: str
    plan: Plan
    outcome: Projection | Unavailable
    gate: str | None = None  # the verdict on the track record; None if it was not computed
    reach: int | None = None  # how many weeks ahead the track record is good

    @property
    def projection(self) -> Projection | None:
        """Return the projection, or None if it is unavailable."""
        return None if isinstance(self.outcome, Unavailable) else self.outcome

    @property
    def why(self) -> str:
        """Return why there is no projection and what it needs, or nothing."""
        return f"{self.outcome.reason} {self.outcome.needed}" if isinstance(self.outcome, Unavailable) else ""

    @property
    def today(self) -> date:
        """Return the last measured day."""
        return self.history.next_on - timedelta(days=1)


def load_forecasts(
    snapshot: Snapshot, params: Mapping[str, object], scenario: str = AS_MEASURED
) -> list[ProjectForecast]:
    """Return the forecast of every matching project; they are cached by store, generation and parameters.

    `params` may hold `weeks`, how many are projected (default 12, or to the end of a planned backlog), and `seed`. With
    `then`, a day, backlogs entered after it are ignored. With `learns` false nothing is learned from past errors, which
    saves the backtest of the history.
    """
    filters = tuple(str(params[name]) for name in (*FILTERS, "today") if name != "from_on")
    options = tuple(str(params.get(name)) for name in ("weeks", "seed", "learns", "then"))
    question = "forecasts", filters, options, scenario
    return list(CACHE.recall(snapshot.state, question, lambda: compute_forecasts(snapshot, params, scenario)))


def compute_forecasts(
    snapshot: Snapshot, params: Mapping[str, object], scenario: str = AS_MEASURED
) -> tuple[ProjectForecast, ...]:
    """Return what `load_forecasts` caches."""
    requested_weeks, seed, learns = params.get("weeks"), params.get("seed", SEED), bool(params.get("learns", True))
    project_histories = load_histories(snapshot, params)
    saved_inputs = run_query(snapshot, "scenarios", {}).filter(pl.col("scenario") == scenario)
    first_on = max((history.next_on for history in project_histories), default=None)
    weeks, first_seed = (
        requested_weeks if isinstance(requested_weeks, int) else None,
        seed if isinstance(seed, int) else SEED,
    )
    plans = [
        build_plan(history, collect_inputs(saved_inputs, history.project), weeks, first_on)
        for history in project_histories
    ]
    # Sums over projects must cover the same weeks: work without a planned end lasts as long as the longest backlog.
    longest = max((plan.weeks for plan in plans), default=DEFAULT_HORIZON)
    plans = [replace(plan, weeks=longest) if weeks is None and plan.items is None else plan for plan in plans]
    return tuple(
        compute_forecast(
            history, plan, scenario, first_seed + crc32(history.project.encode()) % SEED_RANGE, learns=learns
        )
        for history, plan in zip(project_histories, plans, strict=True)
    )


def compute_forecast(
    history: ProjectHistory, plan: Plan, scenario: str = AS_MEASURED, seed: int = SEED, *, learns: bool = True
) -> ProjectForecast:
    """Return the forecast of a project; if it `learns`, its own past errors set how wide it is."""
    from dashboard.forecast.model.projected_weeks import project_backlog  # noqa: PLC0415 - numpy and scipy load late

    track_record = load_track_record(history) if learns else None
    errors = track_record.find_errors(plan.weeks) if track_record else None
    projection = project_backlog(
        history.weeks, plan, saving=build_saving_input(history.saving), errors=errors, seed=seed
    )
    if track_record is None:
        return ProjectForecast(history, scenario, plan, projection)
    return ProjectForecast(history, scenario, plan, projection, track_record.gate, track_record.reach())


def build_saving_input(saving: ProjectSaving | None) -> CounterfactualEstimate | None:
    """Return the seconds by hand of an automated item, with the error of their logarithm."""
    if saving is None:
        return None
    quantile_width = compute_t_quantile(saving.annotators, saving.counterfactual.level)
    error = saving.relative_half_width / quantile_width if math.isfinite(quantile_width) else saving.relative_half_width
    return CounterfactualEstimate(saving.counterfactual.value, error, max(saving.annotators - 1, 1), saving.as_of)


def build_plan(
    history: ProjectHistory,
    scenario_inputs: Mapping[str, InputOverride],
    requested_weeks: int | None,
    first_on: date | None,
) -> Plan:
    """Build the plan: prices of the store and the lead's backlog, overridden by what a scenario changes."""
    planned_backlog = history.backlog
    course = build_course(scenario_inputs)
    changed_inputs = {name: value for name, value in scenario_inputs.items() if name in INPUT_NAMES}
    plan_inputs = {**build_price_inputs(history.price, history.next_on - timedelta(days=1)), **changed_inputs}
    remaining = None
    if planned_backlog is not None:
        # A scenario's own volume or team goes before those of the backlog.
        is_pace_given = bool({"items_per_week", "team_size"} & scenario_inputs.keys())
        if planned_backlog.items_per_week is not None and not is_pace_given:
            plan_inputs["items_per_week"] = InputOverride(
                planned_backlog.items_per_week * planned_backlog.labels_per_item,
                source="the backlog",
                as_of=planned_backlog.from_on,
            )
        elif planned_backlog.team_size is not None and not is_pace_given:
            plan_inputs["team_size"] = InputOverride(
                planned_backlog.team_size, source="the backlog", as_of=planned_backlog.from_on
            )
        labels_done = float(
            history.weeks.filter(pl.col("week_on") >= planned_backlog.from_on).get_column("items").sum()
        )
        remaining = max(planned_backlog.labels_needed - labels_done, 0.0)
    plan_inputs |= compute_team_pace(history, plan_inputs)
    weeks = requested_weeks or (
        compute_horizon(history, remaining, plan_inputs) if remaining is not None else DEFAULT_HORIZON
    )
    return Plan(weeks=weeks, first_on=first_on, items=remaining, inputs=plan_inputs, **course)


def build_course(scenario_inputs: Mapping[str, InputOverride]) -> dict[str, Any]:
    """Return what a scenario says about the course over time: ramp, decay, retraining, a published saving."""
    course: dict[str, Any] = {name: scenario_inputs[name].value for name in COURSE_INPUTS if name in scenario_inputs}
    if "retrain_weeks" in course:
        course["retrain_weeks"] = max(round(course["retrain_weeks"]), 1)
    if "acceptance_decay" in course:
        course["acceptance_decay"] = min(course["acceptance_decay"], MAX_DECAY)
    borrowed_saving = scenario_inputs.get("borrowed_saving")
    if borrowed_saving is not None:
        course["borrowed"] = PublishedSaving(
            borrowed_saving.value, borrowed_saving.source or "", as_of=borrowed_saving.as_of
        )
    return course


def compute_horizon(history: ProjectHistory, remaining: float, plan_inputs: Mapping[str, InputOverride]) -> int:
    """Return how many weeks a backlog lasts at the team's pace, times 1.5 to allow for slow draws."""
    pace = plan_inputs["items_per_week"].value if "items_per_week" in plan_inputs else compute_recent_pace(history)
    needed = 1.5 * remaining
    return max(math.ceil(needed / pace), 4) if needed < MAX_HORIZON * pace else MAX_HORIZON


def compute_team_pace(history: ProjectHistory, plan_inputs: dict[str, InputOverride]) -> dict[str, InputOverride]:
    """Return the items per week of a team of the given size, at the pace per person of the last twelve weeks."""
    size = plan_inputs.pop("team_size", None)
    recent_weeks = history.weeks.tail(PACE_WEEKS).filter(pl.col("people") > 0)
    if size is None or "items_per_week" in plan_inputs or recent_weeks.is_empty():
        return {}
    items_per_person = recent_weeks.select(pl.col("items").sum() / pl.col("people").sum()).item()
    low, high = (None if end is None else end * items_per_person for end in (size.low, size.high))
    source = f"{size.value:g} people at the pace of the last twelve weeks"
    return {"items_per_week": InputOverride(size.value * items_per_person, low, high, size.origin, size.as_of, source)}


def compute_recent_pace(history: ProjectHistory) -> float:
    """Return the mean items per week over the last twelve weeks."""
    return float(history.weeks.tail(PACE_WEEKS).select(pl.col("items").mean()).item())


def build_price_inputs(price: ProjectPrices, as_of: date) -> dict[str, InputOverride]:
    """Return the prices of hours, upkeep and running, as far as the store knows them."""
    extra_upkeep = price.upkeep_money_month - (price.hourly or 0.0) * (price.upkeep_hours_month or 0.0)
    running_cost = max(price.running_month + extra_upkeep, 0.0) if price.hourly is not None else None
    running_source = "the register, last twelve weeks; with it what upkeep costs beyond the rate of labeling"
    known_prices = {
        "hourly": (price.hourly, "rates"),
        "maintenance_hours": (price.upkeep_hours_month, "time entries of the register, last twelve weeks"),
        "running_cost": (running_cost, running_source),
    }
    return {
        name: InputOverride(value, origin="measured", as_of=as_of, source=source)
        for name, (value, source) in known_prices.items()
        if value is not None
    }


def resolve_scenario(snapshot: Snapshot, params: Mapping[str, object]) -> str:
    """Return the selected scenario, or "" for none.

    Raises:
        BadFilter: no such scenario is saved.
    """
    scenario = str(params.get("scenario") or AS_MEASURED)
    saved_scenarios = run_query(snapshot, "scenarios", {}).get_column("scenario").unique().sort().to_list()
    if scenario and scenario not in saved_scenarios:
        raise BadFilter(f"There is no scenario {scenario!r}.", f"Saved are: {', '.join(saved_scenarios) or 'none'}.")
    return scenario


def collect_inputs(saved_inputs: pl.DataFrame, project: str) -> dict[str, InputOverride]:
    """Return a scenario's inputs for a project; inputs for the project override those for all projects."""
    inputs: dict[str, InputOverride] = {}
    for row in (
        saved_inputs.filter(pl.col("project").is_in(["", project])).drop_nulls("input").sort("project").to_dicts()
    ):
        inputs[row["input"]] = build_input(row)
    return inputs


def build_input(row: Mapping[str, Any]) -> InputOverride:
    """Build one input from its saved row."""
    return InputOverride(row["value"], row["low"], row["high"], row["origin"], row["as_of"], row["source"])
