"""The demo's three stories hold whatever day of the year it is built: its labels alone are made, not a whole store."""

from __future__ import annotations

import math
from datetime import date, timedelta
from statistics import mean

import polars as pl
import pytest

from dashboard.demo.diary import simulate_diary
from dashboard.demo.items import Item, simulate_items
from dashboard.demo.team import BY_KEY, DAYS, MEMBERS, PROJECTS, ZONE, DemoTeam, draw_days_away
from dashboard.forecast.model.backtest import run_backtest
from dashboard.forecast.track_record import POOR
from dashboard.inference.contract import SavingsEstimate
from dashboard.savings.fits import AutomationEstimate
from dashboard.savings.model.assembly import estimate_savings
from dashboard.savings.net_hours import AutomationResult, SetupCost

SEED = 20
# A winter, a spring, a summer and an autumn day, on four days of the week, one of them a leap day.
TODAYS = (date(2027, 1, 2), date(2028, 2, 29), date(2027, 6, 9), date(2026, 9, 28))


def simulate(today: date) -> dict[str, list[Item]]:
    """Return the demo's labels of a day, by project."""
    first_on, last_on = today - timedelta(days=DAYS), today - timedelta(days=1)
    away = tuple((member, day) for member in MEMBERS for day in sorted(draw_days_away(member, first_on, last_on, SEED)))
    team = DemoTeam(today, first_on, last_on, ZONE, MEMBERS, PROJECTS, away, {})
    diary = simulate_diary(team, SEED)
    return {project.key: simulate_items(team, diary, project, SEED) for project in PROJECTS}


def estimate(items: list[Item], key: str, today: date) -> SavingsEstimate:
    """Return what the suggestions saved in a project."""
    project = BY_KEY[key]
    rows = [
        {
            "label": item.number,
            "annotator": item.member.name,
            "project": project.name,
            "automation": project.name if item.suggestion != "none" else None,
            "kind": "",
            "proxy": math.log1p(item.objects),
            "seconds": item.seconds,
            "assisted": item.suggestion != "none",
            "day_on": item.started_at.date(),
            "item": str(item.number),
            "eligible": None,
            "holdout": None,
        }
        for item in items
        if not item.was_skipped
    ]
    begun_on = project.started_on(today)
    assert begun_on is not None
    return estimate_savings(pl.DataFrame(rows, infer_schema_length=None), rollouts={project.name: begun_on})


def judge(items: list[Item], key: str, today: date) -> str:
    """Return the state of a project's automation, before what it cost to set up."""
    savings = estimate(items, key, today)
    result = AutomationEstimate(key, "", (key,), savings, savings.refused, savings.saved, 1.0, (), savings.n)
    return AutomationResult(result, SetupCost(), "not confirmed").state


def sum_weeks(items: list[Item]) -> pl.DataFrame:
    """Return the weekly history of the labels up to the last complete week, as the query `weeks` does."""
    done = [item for item in items if not item.was_skipped]
    labels = pl.DataFrame(
        {
            "week_on": [item.started_at.date() for item in done],
            "seconds": [item.seconds for item in done],
            "outcome": [item.suggestion for item in done],
            "person": [item.member.name for item in done],
        }
    ).with_columns(pl.col("week_on").dt.truncate("1w"))
    outcome = pl.col("outcome")
    parts = {
        "manual": outcome == "none",
        "verify": outcome == "unchanged",
        "correct": outcome == "edited",
        "assisted": outcome != "none",
        "human": pl.lit(value=True),
    }
    weeks = labels.group_by("week_on").agg(
        pl.len().cast(pl.Int64).alias("items"),
        *(pl.col("seconds").filter(part).sum().alias(f"{name}_seconds") for name, part in parts.items()),
        *(pl.col("seconds").filter(part).len().cast(pl.Int64).alias(f"{name}_timed") for name, part in parts.items()),
        pl.col("person").n_unique().cast(pl.Int64).alias("people"),
    )
    weeks = weeks.with_columns(
        offered="assisted_timed", unchanged="verify_timed", edited="correct_timed", rework_timed="assisted_timed",
        rework_seconds=pl.lit(0.0),
    )  # fmt: skip
    first_on, last_on = labels.select(first=pl.col("week_on").min(), last=pl.col("week_on").max()).row(0)
    days = pl.DataFrame({"week_on": pl.date_range(first_on, last_on, "1w", eager=True)})
    return days.join(weeks, on="week_on", how="left").fill_null(0).head(-1)


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_one_saves_one_costs_and_one_cannot_be_told(today: date) -> None:
    items = simulate(today)
    states = {key: judge(items[key], key, today) for key in ("CR", "SS", "ST")}
    assert states == {"CR": "saves", "SS": "costs", "ST": "not enough data"}
    for key in ("CR", "SS"):
        kept, corrected = (
            mean(item.seconds for item in items[key] if item.suggestion == outcome and not item.was_skipped)
            for outcome in ("unchanged", "edited")
        )
        assert corrected > 1.2 * kept
    records = {key: run_backtest(sum_weeks(labels)).gate for key, labels in items.items()}
    assert POOR not in records.values()  # a poor record opens the tab on a red banner
