"""Where a measured saving and the projected one point in opposite directions, one sentence says why."""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import polars as pl
import pytest

from dashboard.forecast.inputs import ProjectHistory, ProjectPrices, ProjectSaving
from dashboard.forecast.model.plan import Plan, Projection
from dashboard.forecast.project_forecasts import ProjectForecast
from dashboard.forecast.sign_change import explain_sign_change
from dashboard.inference.contract import Interval

FIRST_ON = date(2026, 1, 5)
PRICES = ProjectPrices(None, None, None, 0.0, 0.0, 0.0, 0.0, None, 0.0, 0.0)


def forecast(project: str, saved: list[float], ahead: float, items: float | None = None) -> ProjectForecast:
    """Return a forecast that saved so many hours in each week, and saves `ahead` hours in the week to come."""
    days = [FIRST_ON + timedelta(weeks=week) for week in range(len(saved))]
    weekly = pl.DataFrame({"week_on": days, "saved_hours": saved})
    saving = ProjectSaving((f"the {project} model",), Interval(9.0, 8.0, 10.0, 0.95), 0.1, 9, 99, weekly, "", days[-1])
    history = ProjectHistory(project, pl.DataFrame({"week_on": days}), saving, "", PRICES, None)
    draws = MappingProxyType({"saved_hours": np.full((9, 1), ahead)})
    outcome = Projection(
        draws, {}, {}, (), (), borrowed=False, recalibrated=False, seed=1, draws=9,
        history_weeks=len(saved), first_on=days[-1],
    )  # fmt: skip
    return ProjectForecast(history, "", Plan(weeks=1, items=items), outcome)


@pytest.mark.parametrize(
    ("forecasts", "projected", "reason"),
    [
        ([forecast("texts", [4.0] * 20, 5.0)], 5.0, ""),
        ([forecast("texts", [0.01] * 20, -0.5)], -0.5, ""),
        (
            [forecast("texts", [50.0] * 10 + [-2.0] * 12, -6.0)],
            -6.0,
            "476: the last 12 weeks already lost 24 hours, and the range starts there.",
        ),
        (
            [forecast("texts", [4.0] * 20, 5.0)],
            -3.0,
            "80: the upkeep of the automation takes more than its labels save.",
        ),
        (
            [forecast("texts", [9.0] * 20, 2.0, items=100.0), forecast("signs", [-4.0] * 20, -9.0)],
            -7.0,
            "100: the signs model in signs goes on costing time while the backlog of texts ends.",
        ),
    ],
)
def test_a_turn_of_sign_has_a_reason(forecasts: list[ProjectForecast], projected: float, reason: str) -> None:
    hours, _, cause = reason.partition(": ")
    sentence = f"So far automation saved {hours} hours; that turns, as {cause}" if reason else ""
    assert explain_sign_change(forecasts, projected) == sentence


@pytest.mark.parametrize(
    ("forecasts", "reason"),
    [
        ([forecast("texts", [-50.0] * 10 + [2.0] * 12, 6.0)], "476: the last 12 weeks already saved 24 hours, and"),
        # The middle of a sum may be above zero where that of no project is; upkeep never makes a saving.
        (
            [forecast("texts", [-4.0] * 20, -0.1), forecast("signs", [-1.0] * 20, -0.1)],
            "100: the range starts from the checking, correcting and coverage of the latest weeks,",
        ),
    ],
)
def test_a_loss_that_turns_into_a_saving_has_a_reason(forecasts: list[ProjectForecast], reason: str) -> None:
    hours, _, cause = reason.partition(": ")
    lead = f"So far automation lost {hours} hours; that turns, as {cause}"
    assert explain_sign_change(forecasts, 6.0).startswith(lead)


def test_a_range_around_none_may_turn_the_sign() -> None:
    sentence = explain_sign_change([forecast("texts", [4.0] * 20, 5.0)], -3.0, is_clear=False)
    assert sentence.startswith("So far automation saved 80 hours; that may turn, as ")
