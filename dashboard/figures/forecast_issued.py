"""Projections as they were issued: writing one down, scoring it when its weeks are over, and what moved since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from dashboard import catalog
from dashboard.errors import BadFilter
from dashboard.estimates import draws
from dashboard.estimates.backlog import Projection
from dashboard.figures.forecast_gate import UNKNOWN
from dashboard.figures.forecast_rows import human_hours, measured
from dashboard.figures.forecast_runs import AS_MEASURED, COURSE, LONGEST, Run, runs, scenario_of
from dashboard.filters import Filters
from dashboard.mapping import issued
from dashboard.mapping.issued import Projected, Told
from dashboard.store import Snapshot, Store

DIGITS = 9  # sums in another order differ in their last digits, and are no other inputs
COMPARED = 12  # issue weeks whose inputs are computed anew: each takes an estimate of its own
QUANTITIES = ("hours_per_item", "hours", "saved_hours", "items")
ISSUED: dict[str, pl.DataType] = {
    "projection_id": pl.Int64(),
    "issued_at": pl.Datetime("us"),
    "project": pl.String(),
    "scenario": pl.String(),
    "horizon_weeks": pl.Int64(),
    "first_on": pl.Date(),
    "last_on": pl.Date(),
    "quantity": pl.String(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "actual": pl.Float64(),
    "inside": pl.Boolean(),
    "state": pl.String(),
    "gate": pl.String(),
    "moved": pl.Int64(),
    "moved_words": pl.String(),
    "seed": pl.Int64(),
    "draws": pl.Int64(),
    "inputs_hash": pl.String(),
    "code_version": pl.String(),
    "issued_by": pl.String(),
}
"""One row a projection and quantity, newest first. `actual` is there once all weeks are over (`state` scored); `moved`
counts the inputs that would be others today, and is null where that was not computed."""


def issue(
    store: Store, project: str, weeks: int | None = None, scenario: str = AS_MEASURED, who: str | None = None,
    *, today: date, now: datetime | None = None,
) -> int:  # fmt: skip
    """Project one project from its last complete week, write that down for good, and return its number.

    Raises:
        BadFilter: no complete week of such a project, no such scenario, more weeks than are ever projected, or nothing
            to say.
    """
    if weeks is not None and not 1 <= weeks <= LONGEST:
        raise BadFilter(f"{weeks} weeks cannot be projected.", f"Take 1 to {LONGEST} weeks.")
    with store.snapshot() as snapshot:
        params = {**Filters(projects=(project,)).parameters(), "today": today}
        known = catalog.run(snapshot, "weeks", params).get_column("week_on")
        if known.is_empty():
            raise BadFilter(f"There is no complete week of labels in {project!r}.", "Name a project that has one.")
        named = scenario_of(snapshot, {"scenario": scenario})
        one = as_of(snapshot, project, known.to_list()[-1], weeks, named, learns=True)
    if one.projection is None:
        raise BadFilter(f"Nothing can be projected in {project}.", one.why)
    return issued.issue(store, projected(one, one.projection), who, now=now)


def as_of(snapshot: Snapshot, project: str, week_on: date, weeks: int | None, scenario: str, *, learns: bool) -> Run:
    """Return a project's projection from what the store now knows of the time up to the end of a week.

    Raises:
        BadFilter: the store knows nothing of the project in that time any more.
    """
    until = {**Filters(to_on=week_on + timedelta(days=6)).parameters(), "today": week_on + timedelta(days=7)}
    told = runs(snapshot, {**until, "weeks": weeks, "learns": learns, "then": until["today"]}, scenario)
    found = [one for one in told if one.history.project == project]
    if not found:
        raise BadFilter(f"There is no history of {project!r} up to {week_on}.", "Import its labels.")
    return found[0]


def projected(one: Run, found: Projection) -> Projected:
    """Return what is to be written down of a projection."""
    weeks = found.by_week["hours"].shape[1]
    spreads = {name: draws.in_total(found.by_week[name]) for name in QUANTITIES if name in found.by_week}
    spreads["hours_per_item"] = draws.ratio(found.by_week["hours"], found.by_week["items"])
    return Projected(
        project=one.history.project,
        scenario=one.scenario,
        horizon_weeks=weeks,
        first_on=found.first_on,
        last_on=found.first_on + timedelta(days=7 * weeks - 1),
        history_to=one.history.next_on - timedelta(days=7),
        seed=found.seed,
        draws=found.draws,
        items=spreads["items"].p50,
        inputs=inputs(one, found),
        told=[Told(name, **vars(spreads[name])) for name in QUANTITIES if name in spreads],
        gate=one.gate or UNKNOWN,
    )


def inputs(one: Run, found: Projection) -> dict[str, object]:
    """Return everything a projection was computed from, as JSON knows it."""
    named = [{name: plain(value) for name, value in vars(each).items()} for each in found.assumptions]
    planned = {name: getattr(one.plan, name) for name in ("items", *COURSE)}
    named += [{"name": name, "value": plain(value), "origin": "assumed"} for name, value in planned.items() if value]
    weeks = one.history.weeks.to_dict(as_series=False)
    return {"inputs": named, "weeks": {name: [plain(value) for value in values] for name, values in weeks.items()}}


def plain(value: object) -> object:
    """Return a value without the digits that depend on the order of a sum, days as ISO text."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return value.isoformat() if isinstance(value, date) else value


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return every issued projection with its score and what moved since (columns of ISSUED)."""
    told = catalog.run(snapshot, "projections", {})
    wanted = params["projects"]
    if isinstance(wanted, list) and wanted:
        told = told.filter(pl.col("project").is_in(wanted))
    if told.is_empty():
        return pl.DataFrame(schema=ISSUED)
    everything = {**Filters().parameters(), "today": params["today"], "learns": False}
    known = {one.history.project: one for one in runs(snapshot, everything)}
    days = told.get_column("history_to").unique().sort(descending=True).to_list()[:COMPARED]
    moves: dict[int, pl.DataFrame | None] = {}
    found: list[dict[str, object]] = []
    for row in told.iter_rows(named=True):
        if row["projection_id"] not in moves:
            moves[row["projection_id"]] = moved(snapshot, row) if row["history_to"] in days else None
        found.append(scored(row, known.get(row["project"]), moves[row["projection_id"]]))
    return pl.DataFrame(found, schema=ISSUED).sort(
        "projection_id", pl.col("quantity").replace_strict({name: at for at, name in enumerate(QUANTITIES)}, default=9),
        descending=[True, False],
    )  # fmt: skip


def moved(snapshot: Snapshot, row: Mapping[str, Any]) -> pl.DataFrame:
    """Return which inputs of an issued projection would be others today: input, then, now (as `issued.moved`)."""
    then = json.loads(row["inputs"])
    try:
        one = as_of(snapshot, row["project"], row["history_to"], row["horizon_weeks"], row["scenario"], learns=False)
    except BadFilter:
        return issued.moved(then, {})
    return issued.moved(then, inputs(one, one.projection) if one.projection else {})


def scored(row: Mapping[str, Any], known: Run | None, moves: pl.DataFrame | None) -> dict[str, object]:
    """Return a row with what came, and what moved."""
    actual = came(known, row["quantity"], row["first_on"], row["last_on"]) if known else None
    words = (
        None
        if moves is None
        else "; ".join(f"{name}: {then or 'none'} → {now or 'none'}" for name, then, now in moves.iter_rows())
    )
    return {
        **{name: row[name] for name in ISSUED if name in row},
        "actual": actual,
        "inside": None if actual is None else row["p10"] <= actual <= row["p90"],
        "state": "open" if actual is None else "scored",
        "moved": None if moves is None else moves.height,
        "moved_words": words,
    }


def came(one: Run, quantity: str, first_on: date, last_on: date) -> float | None:
    """Return what a quantity came to from a Monday to a Sunday, None as long as weeks are missing or unknown."""
    within = pl.col("week_on").is_between(first_on, last_on)
    weeks = one.history.weeks.filter(within)
    if weeks.height < (last_on - first_on).days // 7 + 1:
        return None
    items = float(weeks.get_column("items").sum())
    if quantity == "hours_per_item":
        hours = weeks.select(human_hours().alias("hours")).get_column("hours")
        return float(hours.sum()) / items if items and not hours.has_nulls() else None
    values = measured(one, quantity).filter(within).get_column("value")
    return float(values.sum()) if values.len() == weeks.height and not values.has_nulls() else None
