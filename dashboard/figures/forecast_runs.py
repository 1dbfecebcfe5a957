"""One projection a project, from what was measured or from a saved scenario: run once, read by every figure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Lock
from typing import Any
from zlib import crc32

import polars as pl

from dashboard import catalog
from dashboard.errors import BadFilter
from dashboard.estimates import backlog
from dashboard.estimates.backlog import Borrowed, Given, Plan, Projection, SavingPerItem
from dashboard.estimates.combined import quantile
from dashboard.estimates.contract import Refusal
from dashboard.figures.forecast_gate import record
from dashboard.figures.forecast_inputs import History, Saving, histories
from dashboard.figures.forecast_prices import Price
from dashboard.figures.savings_rows import FILTERS
from dashboard.store import Snapshot

AS_MEASURED = ""
HORIZON = 12  # weeks, where no backlog says more
LONGEST = 104
COURSE = ("ramp", "acceptance_decay", "retrain_weeks", "retrain_hours")
MOST_DECAY = 0.99  # nothing is left of an acceptance that loses more a month
SEEDS = 100_000  # seeds of projects lie apart, so that their weeks err apart; a filter changes none
KEPT_BYTES = 200_000_000  # of draws
_KEPT: dict[tuple[object, ...], tuple[Run, ...]] = {}
_LOCK = Lock()


@dataclass(frozen=True)
class Run:
    """The projection of one project, or why there is none."""

    history: History
    scenario: str
    plan: Plan
    found: Projection | Refusal
    gate: str | None = None  # the word of the track record; None where it was not asked for
    reach: int | None = None  # how many weeks ahead it is good

    @property
    def projection(self) -> Projection | None:
        """Return the projection, None where it is refused."""
        return None if isinstance(self.found, Refusal) else self.found

    @property
    def why(self) -> str:
        """Return why there is no projection and what it takes, or nothing."""
        return f"{self.found.reason} {self.found.needed}" if isinstance(self.found, Refusal) else ""

    @property
    def size(self) -> int:
        """Return the bytes that its draws take."""
        found = self.projection
        return sum(draws.nbytes for draws in (*found.by_week.values(), *found.by_input.values())) if found else 0

    @property
    def today(self) -> date:
        """Return the last day that was measured."""
        return self.history.next_on - timedelta(days=1)


def runs(snapshot: Snapshot, params: Mapping[str, object], scenario: str = AS_MEASURED) -> list[Run]:
    """Return the projection of every project within the filters; the last few are kept, by store and question.

    `params` may hold `weeks`, how many are projected (12, or to the end of the backlog where one is planned), and
    `seed`; with `then`, a day, backlogs counted after it are not known yet; without `learns` (true) nothing is learned
    from past errors, which spares rolling through the history.
    """
    asked, seed, learns = params.get("weeks"), params.get("seed", backlog.SEED), bool(params.get("learns", True))
    secret = snapshot.meta("pseudonym_secret")  # no two stores have the same
    filters = tuple(str(params[name]) for name in (*FILTERS, "today") if name != "from_on")
    key = (secret, snapshot.generation, filters, asked, seed, learns, params.get("then"), scenario)
    with _LOCK:
        if key in _KEPT:
            return list(_KEPT[key])
    found = histories(snapshot, params)
    saved = catalog.run(snapshot, "scenarios", {}).filter(pl.col("scenario") == scenario)
    first_on = max((one.next_on for one in found), default=None)
    weeks, first_seed = asked if isinstance(asked, int) else None, seed if isinstance(seed, int) else backlog.SEED
    plans = [plan_of(one, inputs_of(saved, one.project), weeks, first_on) for one in found]
    # Sums over projects must be of the same weeks: work without a planned end goes on as long as the longest backlog.
    longest = max((plan.weeks for plan in plans), default=HORIZON)
    plans = [replace(plan, weeks=longest) if weeks is None and plan.items is None else plan for plan in plans]
    read = tuple(
        run(one, plan, scenario, first_seed + crc32(one.project.encode()) % SEEDS, learns=learns)
        for one, plan in zip(found, plans, strict=True)
    )
    if secret is not None:
        with _LOCK:
            _KEPT[key] = read
            while sum(one.size for kept in _KEPT.values() for one in kept) > KEPT_BYTES:
                _KEPT.pop(next(iter(_KEPT)))
    return list(read)


def run(
    history: History, plan: Plan, scenario: str = AS_MEASURED, seed: int = backlog.SEED, *, learns: bool = True
) -> Run:
    """Return the projection of a project; it `learns` from its own past errors how wide it must be."""
    rolled = record(history) if learns else None
    errors = rolled.errors_for(plan.weeks) if rolled else None
    found = backlog.project(history.weeks, plan, saving=saving_of(history.saving), errors=errors, seed=seed)
    if rolled is None:
        return Run(history, scenario, plan, found)
    return Run(history, scenario, plan, found, rolled.gate, rolled.reach())


def saving_of(saving: Saving | None) -> SavingPerItem | None:
    """Return what an automated item would take by hand, with the error of its logarithm."""
    if saving is None:
        return None
    width = quantile(saving.annotators, saving.counterfactual.level)
    error = saving.doubt / width if math.isfinite(width) else saving.doubt
    return SavingPerItem(saving.counterfactual.value, error, max(saving.annotators - 1, 1), saving.as_of)


def plan_of(history: History, changed: Mapping[str, Given], asked: int | None, first_on: date | None) -> Plan:
    """Return what is planned: prices of the store, the lead's backlog, and over both what a scenario changes."""
    own = history.backlog
    course = course_of(changed)
    inputs = {name: value for name, value in changed.items() if name in backlog.INPUTS}
    given = {**prices(history.price, history.next_on - timedelta(days=1)), **inputs}
    remaining = None
    if own is not None:
        if own.items_per_week is not None and "items_per_week" not in changed:
            given["items_per_week"] = Given(own.items_per_week, source="the backlog", as_of=own.from_on)
        elif own.team_size is not None and "team_size" not in changed:
            given["team_size"] = Given(own.team_size, source="the backlog", as_of=own.from_on)
        since = history.weeks.filter(pl.col("week_on") >= own.from_on).get_column("items").sum()
        remaining = float(max(own.items - since, 0))
    given |= pace_of(history, given)
    weeks = asked or (horizon(history, remaining, given) if remaining is not None else HORIZON)
    return Plan(weeks=weeks, first_on=first_on, items=remaining, inputs=given, **course)


def course_of(changed: Mapping[str, Given]) -> dict[str, Any]:
    """Return what a scenario says of the course of things: ramp, decay, training anew, a published saving."""
    course: dict[str, Any] = {name: changed[name].value for name in COURSE if name in changed}
    if "retrain_weeks" in course:
        course["retrain_weeks"] = max(round(course["retrain_weeks"]), 1)
    if "acceptance_decay" in course:
        course["acceptance_decay"] = min(course["acceptance_decay"], MOST_DECAY)
    lent = changed.get("borrowed_saving")
    if lent is not None:
        course["borrowed"] = Borrowed(lent.value, lent.source or "", as_of=lent.as_of)
    return course


def horizon(history: History, remaining: float, given: Mapping[str, Given]) -> int:
    """Return how many weeks a backlog lasts at the team's pace, half as long again for the slow draws."""
    pace = given["items_per_week"].value if "items_per_week" in given else recent_pace(history)
    return min(max(math.ceil(1.5 * remaining / pace), 4), LONGEST) if pace > 0 else LONGEST


def pace_of(history: History, given: dict[str, Given]) -> dict[str, Given]:
    """Return the items a week of a team of another size, at the pace of its people in the last twelve weeks."""
    size = given.pop("team_size", None)
    recent = history.weeks.tail(12).filter(pl.col("people") > 0)
    if size is None or "items_per_week" in given or recent.is_empty():
        return {}
    each = recent.select(pl.col("items").sum() / pl.col("people").sum()).item()
    low, high = (None if end is None else end * each for end in (size.low, size.high))
    words = f"{size.value:g} people at the pace of the last twelve weeks"
    return {"items_per_week": Given(size.value * each, low, high, size.origin, size.as_of, words)}


def recent_pace(history: History) -> float:
    """Return items a week over the last twelve weeks."""
    return float(history.weeks.tail(12).select(pl.col("items").mean()).item())


def prices(price: Price, as_of: date) -> dict[str, Given]:
    """Return what hours, upkeep and running cost, as far as the store knows."""
    beyond = price.upkeep_money_month - (price.hourly or 0.0) * (price.upkeep_hours_month or 0.0)
    running = max(price.running_month + beyond, 0.0) if price.hourly is not None else None
    words = "the register, last twelve weeks; with it what upkeep costs beyond the rate of labeling"
    told = {
        "hourly": (price.hourly, "rates"),
        "maintenance_hours": (price.upkeep_hours_month, "time entries of the register, last twelve weeks"),
        "running_cost": (running, words),
    }
    return {
        name: Given(value, origin="measured", as_of=as_of, source=source)
        for name, (value, source) in told.items()
        if value is not None
    }


def scenario_of(snapshot: Snapshot, params: Mapping[str, object]) -> str:
    """Return the scenario asked for, "" for none.

    Raises:
        BadFilter: no such scenario is saved.
    """
    scenario = str(params.get("scenario") or AS_MEASURED)
    known = catalog.run(snapshot, "scenarios", {}).get_column("scenario").unique().sort().to_list()
    if scenario and scenario not in known:
        raise BadFilter(f"There is no scenario {scenario!r}.", f"Saved are: {', '.join(known) or 'none'}.")
    return scenario


def inputs_of(saved: pl.DataFrame, project: str) -> dict[str, Given]:
    """Return what a scenario says of a project; what it says of the project goes before what it says of all."""
    found: dict[str, Given] = {}
    for row in saved.filter(pl.col("project").is_in(["", project])).drop_nulls("input").sort("project").to_dicts():
        found[row["input"]] = given(row)
    return found


def given(row: Mapping[str, Any]) -> Given:
    """Return one saved input."""
    return Given(row["value"], row["low"], row["high"], row["origin"], row["as_of"], row["source"])
