"""The figures about what is to come, as data."""

from __future__ import annotations

import polars as pl

from dashboard.figures import (
    forecast_compared,
    forecast_finish,
    forecast_gate,
    forecast_goal,
    forecast_issued,
    forecast_payback,
    forecast_rows,
    forecast_tornado,
)
from dashboard.figures.forecast_gate import nothing_scored, remark
from dashboard.figures.spec import FigureSpec

DRAWN = (
    "Measured weeks are complete ones; projected are percentiles of 2,000 draws (P10, P50, P90), not averages, and "
    "percentiles of weeks or projects do not add up to those of their sum. Twelve weeks, or to the end of the backlog "
    "where one is planned. The history begins with the first label, whatever first day is asked for. Seed 20260101 "
    "and a number that each project's name gives."
)
HOURS = (
    "hours a week = items x [(1 - coverage) x seconds by hand + coverage x (acceptance x seconds to check + "
    "(1 - acceptance) x seconds to check and correct + rework)] / 3600, each drawn from the weeks measured"
)


def nothing_ahead(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why nothing is projected, or None."""
    if rows.is_empty():
        return {
            "reason": "There is no complete week of labels, so nothing can be projected.",
            "needed": "A projection takes six weeks with labels, or a scenario with a published figure to start from.",
        }
    if rows.get_column("p50").is_null().all():
        words = rows.get_column("words").drop_nulls().unique(maintain_order=True).to_list()
        return {"reason": "Nothing can be projected yet.", "needed": " ".join(words) or "More weeks with labels."}
    return None


def no_weeks(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why there is no projection behind a figure, or None."""
    if not rows.is_empty():
        return None
    return {
        "reason": "Nothing can be projected yet.",
        "needed": "A projection takes six complete weeks with labels; `forecast_hours` says what is missing.",
    }


def no_automation(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why nothing pays back, or None."""
    if not rows.is_empty():
        return None
    return {
        "reason": "No automation runs in the selection, so nothing can pay back.",
        "needed": "Enter the automation in the register, or save a scenario with coverage, seconds and setup.",
    }


def nothing_compared(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why there are no scenarios to compare, or None."""
    if rows.is_empty():
        return no_weeks(rows)
    if rows.filter(pl.col("kind") == "pair").is_empty():
        return {
            "reason": "No scenario is saved for these projects.",
            "needed": "Save one on the Forecast page, or load some with `labeltime scenarios load FILE`.",
        }
    return None


def nothing_sought(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why no way to the target can be told, or None."""
    if not rows.is_empty():
        return None
    return {
        "reason": "There is no labeling share, or no automation whose work is known, to start from.",
        "needed": "Import time entries of labeling and modeling, and labels that an automation helped with.",
    }


def no_backlog(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why no day can be told, or None."""
    if not rows.is_empty():
        return None
    return {
        "reason": "Nobody said how many items are still to be labeled.",
        "needed": "Say it on the Forecast page, or with `labeltime backlogs load FILE`.",
    }


def nothing_issued(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why there is no projection to list, or None."""
    if not rows.is_empty():
        return None
    return {
        "reason": "No projection was issued yet.",
        "needed": "Issue one on the Forecast page, or with `labeltime projections --issue --project NAME`.",
    }


FORECAST: tuple[FigureSpec, ...] = (
    FigureSpec(
        "forecast_hours",
        "Labeling hours and items, measured and to come",
        "hours and items a week, as said in each row",
        f"Labels that people produced. {DRAWN}",
        HOURS,
        rows=forecast_rows.hours,
        about="labels",
        remark=remark,
        refuses=nothing_ahead,
    ),
    FigureSpec(
        "forecast_savings",
        "What automation saved, and will save",
        "hours and money a week, as said in each row",
        "Seconds by hand are those of the automated items, from the estimate behind `savings_by_automation`, whose "
        "doubt is shared by all weeks. Several automations in one project are taken together. Upkeep and running cost "
        f"go on as in the last twelve weeks. Setup is not in it: see `break_even`. {DRAWN}",
        "hours saved = automated items x (seconds by hand - seconds taken) / 3600; money = rate x (hours saved - "
        "upkeep) - running cost",
        rows=forecast_rows.savings,
        about="labels",
        remark=remark,
        refuses=nothing_ahead,
    ),
    FigureSpec(
        "break_even",
        "When automation pays back",
        "money, or hours where no rate is known; days",
        "What labels, upkeep and running cost came to so far, then 52 weeks to come; measured and projected sums never "
        "share a column. Upkeep and running cost so far are spread evenly over the weeks, those to come are as in the "
        "last twelve. The present value is of the weeks to come, at 1 % a month (an assumption); setup of the past is "
        "not in it.",
        "sum over the weeks of rate x (hours saved - upkeep) - running cost, less setup; paid back since the week from "
        "which on the sum is not below zero",
        rows=forecast_payback.rows,
        about="labels",
        remark=remark,
        refuses=no_automation,
    ),
    FigureSpec(
        "scenario_comparison",
        "Scenarios side by side",
        "hours and money over the weeks ahead, as said in each row",
        "All scenarios meet the same weeks (common random numbers, seed 20260101), so that the chance that one beats "
        "another is about the plans and not about luck. Every input says whether it was measured, assumed, "
        "published or borrowed. Projects that a scenario cannot tell are left out of all of them.",
        "chance = draws in which the first has fewer hours (or more saved) / all draws; the error of P50 is from order "
        "statistics",
        rows=forecast_compared.rows,
        about="labels",
        remark=remark,
        refuses=nothing_compared,
    ),
    FigureSpec(
        "goal_seek",
        "What brings labeling's share of hours to a target",
        "shares",
        "From everyone's labeling share of labeling and modeling hours in the period to 50 %, in two ways: freed hours "
        "go to modeling, or leave the team. Coverage and checking are weighted with the hours by hand, so that several "
        "projects count as one.",
        "effort needed = target / share where freed hours go to modeling, else (1 - share) / share x target / "
        "(1 - target); effort = overhead + 1 - coverage + coverage x (checking + (1 - acceptance) x correcting)",
        rows=forecast_goal.rows,
        about="labels",
        remark=remark,
        refuses=nothing_sought,
    ),
    FigureSpec(
        "tornado",
        "Which input moves the result most",
        "hours, over the weeks ahead",
        "One input at its P10 and P90 (of its mean over the weeks), all others at their middle. The rank correlation "
        "is over all draws and also sees what inputs do together. Hold-out rows say how wide the estimate of savings "
        "gets for so many further items left to people.",
        "swing = result at P90 - result at P10; explained = variance of the result's mean within 20 bins of the input "
        "/ its whole variance",
        rows=forecast_tornado.rows,
        about="labels",
        remark=remark,
        refuses=no_weeks,
    ),
    FigureSpec(
        "finish_date",
        "When the backlog is done, and how many people it takes",
        "days and people",
        "Past weeks are drawn anew in blocks of four, because slow weeks come together. New people are taken to work "
        "like those there already, from the first day: a team that hires needs more. Seed 20260101, 2,000 draws.",
        "done in the first week in which the items drawn reach the backlog; people = backlog / items a person makes in "
        "the weeks left, at the percentile asked for",
        rows=forecast_finish.rows,
        about="labels",
        refuses=no_backlog,
    ),
    FigureSpec(
        "backtest",
        "How well such projections did in the past",
        "hours and shares, as said in each column",
        "In every week from the eighth, what was known by then makes a projection, and only outcomes known by then "
        "recalibrate it. Scored are the seconds an item, in hours of the items that came. Good: 65 to 95 % of 8 or "
        "more outcomes that do not overlap lie between P10 and P90 (80 % are wanted); fewer outcomes: not yet known; "
        "outside: poor. Beside it the rate of the last four weeks, and no change.",
        "coverage = outcomes between P10 and P90 / outcomes, bounds: Wilson; pinball loss = mean over P10, P50, P90 of "
        "the weighted miss / actual hours",
        rows=forecast_gate.rows,
        about="labels",
        remark=remark,
        refuses=nothing_scored,
    ),
    FigureSpec(
        "issued_projections",
        "Projections as they were issued, and what came",
        "hours, items and seconds, as the quantity says",
        "Nothing changes a projection once it is issued. It is scored when its weeks are over: hours per item on the "
        "items that came. Moved are inputs that would be others today, for the time up to the week it was issued in.",
        "inside = P10 <= actual <= P90; moved = inputs and weeks that differ from those stored with the projection",
        rows=forecast_issued.rows,
        about="labels",
        ignores=("teams", "people", "roles"),
        remark=remark,
        refuses=nothing_issued,
    ),
)
