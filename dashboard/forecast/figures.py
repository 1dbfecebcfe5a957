"""The declarations of the forecast figures."""

from __future__ import annotations

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec
from dashboard.forecast.compared import build_comparison_rows
from dashboard.forecast.finish import build_finish_rows
from dashboard.forecast.goal import MISSING, build_goal_rows
from dashboard.forecast.issued import build_issued_rows
from dashboard.forecast.payback import build_payback_rows
from dashboard.forecast.tornado import build_tornado_rows
from dashboard.forecast.track_record import build_backtest_rows, describe_track_record, explain_missing_backtest
from dashboard.forecast.weeks import build_hours_fan, build_savings_fan

DRAWS_NOTE = (
    "Measured weeks are complete. Projected values come from 2,000 draws: low (1 in 10 below), middle and high (1 in "
    "10 above). Those of weeks or projects do not add up to those of their sum. The horizon is twelve weeks, or the "
    "end of a planned backlog. The history begins with the first label, whatever first day is selected. Seed 20260101 "
    "plus a number derived from the project's name."
)
HOURS_FORMULA = (
    "hours per week = items x [(1 - coverage) x seconds by hand + coverage x (acceptance x seconds to check + "
    "(1 - acceptance) x seconds to check and correct + rework)] / 3600, each drawn from the measured weeks"
)


def explain_missing_projection(rows: pl.DataFrame) -> Unavailable | None:
    """Return why nothing is projected, or None."""
    if rows.is_empty():
        return Unavailable(
            "There is no complete week of labels, so nothing can be projected.",
            "A projection needs six weeks with labels, or a scenario that starts from a published figure.",
            Cause.too_little_data,
        )
    if rows.get_column("p50").is_null().all():
        return Unavailable(
            "Nothing can be projected yet.",
            describe_project_gaps(rows) or "More weeks with labels.",
            Cause.too_little_data,
        )
    return None


def describe_project_gaps(rows: pl.DataFrame) -> str:
    """Return what is missing, each once, with the projects that lack it."""
    gaps = (
        rows.select("project", "words")
        .filter(pl.col("words").str.len_chars() > 0)
        .unique(maintain_order=True)
        .group_by("words", maintain_order=True)
        .agg(pl.col("project").str.join(", "))
    )
    return " ".join(f"{projects}: {words}" for words, projects in gaps.iter_rows())


def explain_missing_weeks(rows: pl.DataFrame) -> Unavailable | None:
    """Return why the projection behind a figure is missing, or None."""
    if not rows.is_empty():
        return None
    return Unavailable(
        "Nothing can be projected yet.",
        "A projection needs six complete weeks with labels; `forecast_hours` says what is missing.",
        Cause.too_little_data,
    )


def explain_missing_automation(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is no payback to compute, or None."""
    if not rows.is_empty():
        return None
    return Unavailable(
        "No automation runs in the selection, so nothing can pay back.",
        "Enter the automation in the register, or save a scenario with coverage, seconds and setup.",
        Cause.not_entered,
    )


def explain_missing_scenarios(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there are no scenarios to compare, or None."""
    if rows.is_empty():
        return explain_missing_weeks(rows)
    if rows.filter(pl.col("kind") == "pair").is_empty():
        return Unavailable(
            "No scenario is saved for these projects.",
            "Save one under Labeling & automation, Outlook, or load some with `labeltime scenarios load FILE`.",
            Cause.not_entered,
        )
    return None


def explain_missing_goal(rows: pl.DataFrame) -> Unavailable | None:
    """Return why no way to the target can be computed, or None."""
    gaps = rows.filter(pl.col("kind") == MISSING).get_column("words").to_list()
    if not gaps:
        return None
    return Unavailable(
        "There is no one labeling share to start from, or no work of which the time by hand is known.",
        f"Missing: {' '.join(gaps)}",
        Cause.too_little_data,
    )


def explain_missing_backlog(rows: pl.DataFrame) -> Unavailable | None:
    """Return why no finish date can be computed, or None."""
    if not rows.is_empty():
        return None
    return Unavailable(
        "Nobody has entered how many items are still to be labeled.",
        "Enter it under Labeling & automation, Outlook, or load it with `labeltime backlogs load FILE`.",
        Cause.not_entered,
    )


def explain_missing_issues(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is no projection to list, or None."""
    if not rows.is_empty():
        return None
    return Unavailable(
        "No projection has been issued yet.",
        "Issue one under Labeling & automation, Outlook, or with `labeltime projections --issue --project NAME`.",
        Cause.not_entered,
    )


FIGURES: tuple[FigureSpec, ...] = (
    FigureSpec(
        "forecast_hours",
        "Labeling hours and items, measured and projected",
        "hours and items per week, as stated in each row",
        f"Only labels that people produced. {DRAWS_NOTE}",
        HOURS_FORMULA,
        rows=build_hours_fan,
        options=("weeks", "scenario"),
        about="labels",
        counts_hours=True,
        remark=describe_track_record,
        refuses=explain_missing_projection,
    ),
    FigureSpec(
        "forecast_savings",
        "What automation saved, and will save",
        "hours and money per week, as stated in each row",
        "Seconds by hand are those of the automated items, from the estimate behind `savings_by_automation`, whose "
        "error is shared by all weeks. Several automations in one project are combined. Upkeep and running cost "
        f"continue as in the last twelve weeks. Setup is not included: see `break_even`. {DRAWS_NOTE}",
        "hours saved = automated items x (seconds by hand - seconds taken) / 3600; money = rate x (hours saved - "
        "upkeep) - running cost",
        rows=build_savings_fan,
        options=("weeks", "scenario"),
        about="labels",
        counts_hours=True,
        remark=describe_track_record,
        refuses=explain_missing_projection,
    ),
    FigureSpec(
        "break_even",
        "When automation pays back",
        "money, or hours if no rate is known; days",
        "Savings, upkeep and running cost so far, then 52 weeks ahead; measured and projected sums never share a "
        "column. Upkeep and running cost so far are spread evenly over the weeks; those ahead are as in the last "
        "twelve weeks. The present value covers the weeks ahead, at 1% per month (an assumption), without past setup. "
        "Payback in money is not known while a cost is in another currency or hours of setup or upkeep have no rate.",
        "sum over the weeks of rate x (hours saved - upkeep) - running cost, less setup; paid back from the week after "
        "which the sum never falls below zero",
        rows=build_payback_rows,
        options=("weeks", "scenario"),
        about="labels",
        counts_hours=True,
        remark=describe_track_record,
        refuses=explain_missing_automation,
    ),
    FigureSpec(
        "scenario_comparison",
        "Scenarios side by side",
        "hours and money over the weeks ahead, as stated in each row",
        "All scenarios use the same draws of weeks (common random numbers, seed 20260101), so the probability that one "
        "beats another reflects the plans and not luck. Every input says whether it was measured, assumed, published "
        "or borrowed. A project that one scenario cannot project is left out of all of them.",
        "probability = draws in which the first has fewer hours (or more saved) / all draws; the error of the middle "
        "is from order statistics",
        rows=build_comparison_rows,
        options=("weeks",),
        about="labels",
        counts_hours=True,
        remark=describe_track_record,
        refuses=explain_missing_scenarios,
    ),
    FigureSpec(
        "goal_seek",
        "What brings labeling's share of hours to a target",
        "shares",
        "From everyone's labeling share of labeling and modeling hours in the period to 50%, in two ways: freed hours "
        "go to modeling, or leave the team. Coverage and checking are weighted by the hours by hand, so that several "
        "projects count as one.",
        "effort needed = target / share if freed hours go to modeling, else (1 - share) / share x target / "
        "(1 - target); effort = overhead + 1 - coverage + coverage x (checking + (1 - acceptance) x correcting)",
        rows=build_goal_rows,
        options=("weeks", "scenario", "target"),
        about="labels",
        counts_hours=True,
        remark=describe_track_record,
        refuses=explain_missing_goal,
    ),
    FigureSpec(
        "tornado",
        "Which input moves the result most",
        "hours, over the weeks ahead",
        "One input low (1 in 10 below) or high (1 in 10 above), all others in the middle. The rank correlation "
        "is over all draws and also reflects how inputs act together. Hold-out rows show how wide the estimate of "
        "savings becomes if that many further items are labeled by hand.",
        "swing = result at the high input - result at the low one; explained = variance of the result's mean within 20 "
        "bins of the input / its whole variance",
        rows=build_tornado_rows,
        options=("weeks", "scenario"),
        about="labels",
        counts_hours=True,
        remark=describe_track_record,
        refuses=explain_missing_weeks,
    ),
    FigureSpec(
        "finish_date",
        "When the backlog is done, and how many people it takes",
        "days and people",
        "Past weeks are resampled in blocks of four, because slow weeks cluster. New people are assumed to work like "
        "the present ones from the first day; a team that hires needs more. With a scenario everybody labels as many "
        "hours a week as so far, so that items which take longer are done later. Seed 20260101, 2,000 draws.",
        "done in the first week in which the drawn items reach the backlog; people = backlog / items per person in the "
        "weeks left, at the requested percentile",
        rows=build_finish_rows,
        options=("scenario",),
        about="labels",
        counts_hours=True,
        refuses=explain_missing_backlog,
    ),
    FigureSpec(
        "backtest",
        "How well such projections did in the past",
        "hours and shares, as stated in each column",
        "From the eighth week on, each week's projection uses only what was known by then, and only outcomes known by "
        "then recalibrate it. The seconds per item are scored, in hours of the items that came. Good: 65 to 95% of 8 "
        "or more outcomes that do not overlap lie within the range (the aim is 80%); fewer outcomes: not yet "
        "known; outside: poor. For comparison: the rate of the last four weeks, and no change.",
        "coverage = outcomes within the range / outcomes, bounds: Wilson; pinball loss = mean over low, middle and "
        "high of the weighted miss / actual hours",
        rows=build_backtest_rows,
        about="labels",
        counts_hours=True,
        remark=describe_track_record,
        refuses=explain_missing_backtest,
    ),
    FigureSpec(
        "issued_projections",
        "Projections as they were issued, and what came",
        "hours, items and seconds, by quantity",
        "A projection never changes once it is issued. It is scored when its weeks are over: hours per item on the "
        "items that came. Moved counts the inputs that would differ today, for the time up to the week of issue.",
        "inside = low <= actual <= high; moved = inputs and weeks that differ from those stored with the projection",
        rows=build_issued_rows,
        about="labels",
        counts_hours=True,
        ignores=("teams", "people", "roles"),
        remark=describe_track_record,
        refuses=explain_missing_issues,
    ),
)
