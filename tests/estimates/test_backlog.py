"""A projection of the backlog adds up, says where its inputs come from, and refuses what it cannot know."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from dashboard.estimates import backlog
from dashboard.estimates.backlog import Plan, Projection, SavingPerItem

SAVING = SavingPerItem(100.0, 0.05, 9)


def steady(weeks: int = 20, **columns: float) -> pl.DataFrame:
    """Return weeks of 100 items alike: half offered, 30 of 50 kept in 10 s and 20 corrected in 40 s, by hand 60 s."""
    values = {
        "items": 100, "offered": 50, "unchanged": 30, "edited": 20, "manual_seconds": 3000, "manual_timed": 50,
        "verify_seconds": 300, "verify_timed": 30, "correct_seconds": 800, "correct_timed": 20,
        "assisted_seconds": 1100, "assisted_timed": 50, "rework_seconds": 50, "rework_timed": 50, **columns,
    }  # fmt: skip
    days = [date(2026, 1, 5) + timedelta(weeks=at) for at in range(weeks)]
    return pl.DataFrame([{"week_on": day, **values} for day in days], schema=backlog.WEEKS)


def by_hand(weeks: int = 20) -> pl.DataFrame:
    """Return weeks without automation."""
    nothing = dict.fromkeys((name for name in backlog.WEEKS if name not in {"week_on", "items"}), 0)
    return steady(weeks, **{**nothing, "manual_seconds": 6000, "manual_timed": 100})


def projection(weeks: pl.DataFrame, plan: Plan | None = None, **options: object) -> Projection:
    found = backlog.project(weeks, plan or Plan(), **options)  # type: ignore[arg-type]
    assert isinstance(found, Projection), found
    return found


def total(found: Projection, quantity: str = "hours") -> float:
    return float(found.totals.filter(quantity=quantity)["p50"].item())


def test_steady_weeks_go_on() -> None:
    found = projection(steady(), saving=SAVING)
    assert total(found) == pytest.approx(12 * (50 * 60 + 50 * 22 + 50) / 3600, rel=0.02)
    assert total(found, "hours_by_hand") == pytest.approx(12 * (50 * 60 + 50 * 100) / 3600, rel=0.03)
    assert found.first_on == date(2026, 5, 25)
    assert found.weeks["week_on"].max() == date(2026, 8, 10)
    np.testing.assert_allclose(
        found.by_week["saved_hours"], found.by_week["hours_by_hand"] - found.by_week["hours"], atol=1e-9
    )
