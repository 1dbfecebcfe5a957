"""What a planned share of reviewed labels does to hours: that of the team's own reviews, or nothing where they lack."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.errors import Cause, Unavailable
from dashboard.forecast.model.plan import InputOverride, Plan, Projection
from dashboard.forecast.model.projected_weeks import NO_REVIEW_EFFECT, project_backlog
from tests.simulated_weeks import world

WEEKS = 26
REVIEW_SECONDS = 20.0


def add_reviews(share: float, timed: float = 1.0) -> pl.DataFrame:
    """Return weeks in which a share of the labels is reviewed in 20 s each, and a part of the reviews is timed."""
    reviewed = (pl.col("items") * share).round()
    timed_reviews = (reviewed * timed).round()
    return world(7, WEEKS).with_columns(
        reviewed=reviewed, review_timed=timed_reviews, review_seconds=timed_reviews * REVIEW_SECONDS
    )


def sum_hours(weeks: pl.DataFrame, rate: float | None, quantity: str = "hours") -> float:
    """Return the middle of a quantity over the weeks ahead."""
    inputs = {} if rate is None else {"review_rate": InputOverride(rate)}
    outcome = project_backlog(weeks, Plan(inputs=inputs))
    assert isinstance(outcome, Projection)
    return float(outcome.by_week[quantity].sum(axis=1).mean())


@pytest.mark.parametrize("rate", [0.0, 0.25, 0.5, 0.9, 1.0])
def test_a_rate_adds_its_difference_times_the_seconds_of_a_review(rate: float) -> None:
    weeks = add_reviews(0.5)
    items = sum_hours(weeks, None, "items")
    expected = (rate - 0.5) * REVIEW_SECONDS * items / 3600
    assert sum_hours(weeks, rate) - sum_hours(weeks, None) == pytest.approx(expected, rel=0.02, abs=items * 1e-4)


def test_fewer_reviews_take_away_only_time_that_was_recorded() -> None:
    weeks = add_reviews(0.5, timed=0.4)
    items = sum_hours(weeks, None, "items")
    expected = -0.5 * 0.4 * REVIEW_SECONDS * items / 3600
    assert sum_hours(weeks, 0.0) - sum_hours(weeks, None) == pytest.approx(expected, rel=0.02)


def test_reviews_take_as_long_by_hand_so_that_they_save_nothing_and_what_they_prevent_is_not_counted() -> None:
    outcomes = [
        project_backlog(add_reviews(0.5), Plan(inputs={"coverage": InputOverride(0.0), **inputs}))
        for inputs in ({}, {"review_rate": InputOverride(1.0)})
    ]
    for outcome in outcomes:
        assert isinstance(outcome, Projection)
        assert abs(outcome.by_week["saved_hours"]).max() < 1e-9
    assert isinstance(outcomes[1], Projection)
    assert NO_REVIEW_EFFECT in outcomes[1].missing
    assert any(assumption.name == "review_rate" for assumption in outcomes[1].assumptions)


@pytest.mark.parametrize("weeks", [world(7, WEEKS), add_reviews(0.5, timed=0.0)], ids=["no reviews", "none timed"])
def test_too_few_timed_reviews_are_not_enough_data(weeks: pl.DataFrame) -> None:
    outcome = project_backlog(weeks, Plan(inputs={"review_rate": InputOverride(0.5)}))
    assert isinstance(outcome, Unavailable)
    assert outcome.cause is Cause.too_little_data
    assert "Not enough data" in outcome.reason
    assert "30 timed reviews" in outcome.needed
