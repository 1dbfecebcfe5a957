"""Why a saving that was measured and the one that is projected point in opposite directions, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.forecast.project_forecasts import ProjectForecast
from dashboard.inference.draws import compute_total_percentiles
from dashboard.units import format_bare_hours

SAVED = "saved_hours"
RECENT_WEEKS = 12
UPKEEP = "the upkeep of the automation takes more than its labels save"
LATEST_WEEKS = (
    "the range starts from the checking, correcting and coverage of the latest weeks, which are not as before"
)
SMALLEST_HOURS = 1.0  # less than an hour is neither a saving nor a loss worth a sentence


def explain_sign_change(forecasts: Sequence[ProjectForecast], projected: float, *, is_clear: bool = True) -> str:
    """Return why `projected` hours saved (the middle) have another sign than those measured so far, or nothing.

    `is_clear`: the whole range has that sign.
    """
    measured = sum(sum_measured_hours(forecast) for forecast in forecasts)
    if min(abs(measured), abs(projected)) < SMALLEST_HOURS or (measured > 0) == (projected > 0):
        return ""
    lead = f"So far automation {'saved' if measured > 0 else 'lost'} {format_bare_hours(abs(measured))} hours"
    verb = "turns" if is_clear else "may turn"
    return f"{lead}; that {verb}, as {find_reason(forecasts, is_loss=projected < 0)}."


def find_reason(forecasts: Sequence[ProjectForecast], *, is_loss: bool) -> str:
    """Return what turns the sign: upkeep, projects that go on the other way, backlogs that end, or the last weeks."""
    sign = -1 if is_loss else 1
    turning = [forecast for forecast in forecasts if sign * compute_middle(forecast) > 0]
    if not turning:
        return UPKEEP if is_loss else LATEST_WEEKS
    ending = [
        forecast.history.project
        for forecast in forecasts
        if forecast not in turning and forecast.plan.items is not None and sign * sum_measured_hours(forecast) < 0
    ]
    if len(forecasts) > 1:
        names = " and ".join(list_automations(forecast) for forecast in turning)
        reason = f"{names} {'go' if len(turning) > 1 else 'goes'} on {'costing' if is_loss else 'saving'} time"
        return f"{reason} while the backlog of {' and '.join(ending)} ends" if ending else reason
    recent = sum_measured_hours(forecasts[0], RECENT_WEEKS)
    if sign * recent > 0:
        verb = "lost" if is_loss else "saved"
        hours = format_bare_hours(abs(recent))
        return f"the last {RECENT_WEEKS} weeks already {verb} {hours} hours, and the range starts there"
    return LATEST_WEEKS


def list_automations(forecast: ProjectForecast) -> str:
    """Return the automations of a project, with the project."""
    saving = forecast.history.saving
    names = ", ".join(saving.automations) if saving else ""
    return f"{names} in {forecast.history.project}" if names else forecast.history.project


def sum_measured_hours(forecast: ProjectForecast, weeks: int | None = None) -> float:
    """Return the hours saved so far, or in the last weeks only."""
    saving = forecast.history.saving
    if saving is None:
        return 0.0
    weekly = saving.weekly
    if weeks is not None:
        first_on = forecast.history.weeks.tail(weeks).get_column("week_on").min()
        weekly = weekly.filter(pl.col("week_on") >= first_on)
    return float(weekly.get_column(SAVED).sum())


def compute_middle(forecast: ProjectForecast) -> float:
    """Return the middle of the hours saved that are projected, before upkeep."""
    projection = forecast.projection
    if projection is None or SAVED not in projection.by_week:
        return 0.0
    return compute_total_percentiles(projection.by_week[SAVED]).p50
