"""The track record knows nothing of the future, covers what it promises, and is silent where it cannot know."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.estimates import backtest
from tests.simulated_weeks import START, world

SAID = ["origin_on", "horizon", "seconds_p10", "seconds_p50", "seconds_p90", "recalibrated"]
SECONDS = [name for name in world(0, 9).columns if name.endswith("_seconds")]


def said_at(weeks: pl.DataFrame, origin: date) -> pl.DataFrame:
    """Return what was said at origins up to a day."""
    return backtest.roll(weeks, draws=200).origins.filter(pl.col("origin_on") <= origin).select(SAID)


@pytest.mark.parametrize("origin", [12, 20, 32])
def test_the_future_changes_no_past_projection(origin: int) -> None:
    weeks = world(3, 44)
    past, future = weeks.head(origin), weeks.slice(origin)
    on = START + timedelta(weeks=origin)
    shuffled = future.sample(fraction=1.0, shuffle=True, seed=1).with_columns(future["week_on"])
    edited = future.with_columns(pl.col(SECONDS) * 3, unchanged=pl.col("edited"), edited=pl.col("unchanged"))
    truth = said_at(weeks, on)
    assert truth.height == 3 * (origin - 7)
    assert truth["recalibrated"].any() == (origin > 15)
    for other in (shuffled, edited):
        assert said_at(pl.concat([past, other]), on).equals(truth)
