"""When the backlog is done, and how many people it takes by a date, from the team's own weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from dashboard.estimates import backlog
from dashboard.estimates.contract import Refusal
from dashboard.estimates.finish import Finish, Heads, finish_date, head_count
from dashboard.figures.forecast_runs import Run, runs
from dashboard.store import Snapshot

VELOCITY_WEEKS = 26
BY_WEEKS = 12  # people are counted for being done in so many weeks, unless a day is asked for
FINISH: dict[str, pl.DataType] = {
    "project": pl.String(),
    "items": pl.Float64(),
    "p10_on": pl.Date(),
    "p50_on": pl.Date(),
    "p90_on": pl.Date(),
    "per_week_p10": pl.Float64(),
    "per_week_p50": pl.Float64(),
    "per_week_p90": pl.Float64(),
    "weeks_used": pl.Int64(),
    "by_on": pl.Date(),
    "weeks": pl.Int64(),
    "people_now": pl.Float64(),
    "people_even": pl.Int64(),
    "people_likely": pl.Int64(),
    "people_sure": pl.Int64(),
    "seed": pl.Int64(),
    "words": pl.String(),
}
"""One row a project with a backlog. `p90_on`: 90 % of the draws are done by then (null: not within five years).
`people_even`, `_likely`, `_sure`: people who are done by `by_on` in 50, 80 and 90 % of the draws."""


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return when each planned backlog is done (`params` may hold `by_on`, a day); columns of FINISH."""
    found = [one for one in runs(snapshot, params) if one.plan.items is not None]
    return pl.DataFrame([finish(one, params.get("by_on")) for one in found], schema=FINISH)


def finish(one: Run, by_on: object) -> dict[str, object]:
    """Return the row of one project."""
    first_on, items = one.history.next_on, float(one.plan.items or 0)
    recent = one.history.weeks.tail(VELOCITY_WEEKS)
    done = finish_date(recent.get_column("items").cast(pl.Float64).to_numpy(), items, first_on, seed=backlog.SEED)
    worked = recent.filter(pl.col("people") > 0)
    each = worked.select(pl.col("items") / pl.col("people")).to_series().to_numpy()
    weeks = (by_on - first_on).days // 7 if isinstance(by_on, date) else BY_WEEKS
    heads = head_count(each, items, weeks, seed=backlog.SEED)
    until = by_on if isinstance(by_on, date) else first_on + timedelta(days=7 * BY_WEEKS - 3)
    people = worked.tail(12).get_column("people").mean()
    return {
        "project": one.history.project, "items": items, **ended(done), "by_on": until, "weeks": weeks,
        "people_now": people, **needed(heads), "seed": backlog.SEED, "words": said(items, done, heads, until),
    }  # fmt: skip


def ended(done: Finish | Refusal) -> dict[str, object]:
    """Return the days, nothing where they are refused."""
    if isinstance(done, Refusal):
        return {}
    pace = {f"per_week_{name}": value for name, value in zip(("p10", "p50", "p90"), done.per_week, strict=True)}
    return {"p10_on": done.p10, "p50_on": done.p50, "p90_on": done.p90, "weeks_used": done.weeks_used, **pace}


def needed(heads: Heads | Refusal) -> dict[str, object]:
    """Return the people, nothing where they are refused."""
    if isinstance(heads, Refusal):
        return {}
    return {f"people_{name}": getattr(heads, name) for name in ("even", "likely", "sure")}


def said(items: float, done: Finish | Refusal, heads: Heads | Refusal, until: date) -> str:
    """Return days and people in sentences."""
    if isinstance(done, Refusal):
        return f"{done.reason} {done.needed}"
    late = f"by {done.p90}" if done.p90 else "later than five years from now"
    half = f"half of them by {done.p50}" if done.p50 else "fewer than half of them within five years"
    early = f"from {done.p10} on" if done.p10 else "never within five years"
    words = f"{items:,.0f} items: 80 % of simulated outcomes are done {early} and {late}, {half}."
    if isinstance(heads, Refusal):
        return f"{words} People: {heads.reason} {heads.needed}"
    people = f"{heads.likely} people are done by {until} in 80 % of simulated outcomes, {heads.even} in half of them."
    return f"{words} {people}"
