"""The section on the weeks to come: ranges of simulated outcomes, never single numbers, and how well they did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.errors import Cause
from dashboard.forecast.track_record import ALL_PROJECTS, GOOD, POOR, format_verdict
from dashboard.forecast.weeks import AHEAD, RANGE_LEAD, WEEK, WEEKS_BEFORE
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.document import Number, Piece, Section, Sentence, clean_text
from dashboard.reports.request import ReportPart
from dashboard.reports.sentences import (
    build_sentence,
    format_interval,
    format_plural,
)
from dashboard.units import format_bare_hours, format_count, format_day, format_share

TITLE = "What is to come"
HOURS, SAVINGS, RECORD = "forecast_hours", "forecast_savings", "backtest"
MAX_TURN_LENGTH = 2_000
TOO_SHORT = "Nothing can be projected yet: that takes six weeks with timed labels of one project."
MAX_REASON_LENGTH = 300


AUTOMATION_SAVES = {"gain": "automation will save", "loss": "automation will lose"}


def build_outlook_section(answers: Answers, disclosure: Disclosure) -> Section:
    """Return the section."""
    figure = answers.load_figure(HOURS)
    if not disclosure.shows_label_hours:
        return Section(
            ReportPart.outlook, TITLE, (build_sentence("Projections are withheld: too few people labeled."),)
        )
    if figure.unavailable:
        is_short = figure.unavailable.cause is Cause.too_little_data
        reason = TOO_SHORT if is_short else clean_text(figure.unavailable.reason, MAX_REASON_LENGTH)
        return Section(ReportPart.outlook, TITLE, (build_sentence(reason),))
    ranges = [*describe_hours(answers), *describe_savings(answers, disclosure)]
    if not ranges:
        return Section(ReportPart.outlook, TITLE, (build_sentence("There is not enough history for a projection."),))
    return Section(ReportPart.outlook, TITLE, (*ranges, *describe_track_record(answers)))


def describe_hours(answers: Answers) -> list[Sentence]:
    """Return what labeling will take and what it took, of which projects, and that trackers' hours are not in it."""
    total = select_total(answers, HOURS, "hours")
    if total is None:
        return []
    rows = answers.select_rows(HOURS, quantity="hours")
    projected = rows.filter(pl.col("p50").is_not_null() & (pl.col("project") != ALL_PROJECTS))
    scope = format_plural(projected.get_column("project").n_unique(), "project")
    takes = f"the labels of {scope} will take"
    measured = rows.filter(project=total["project"]).drop_nulls("measured").sort("week_on").tail(WEEKS_BEFORE)
    weeks = tuple(measured.get_column("week_on").to_list())
    conditions = total | {"span": WEEK, "week_on": weeks}
    before = answers.read_number(HOURS, "measured", format_bare_hours, how="sum", **conditions) if weeks else None
    count = format_plural(len(weeks), "measured week")
    return [
        *describe_range(answers, HOURS, "hours", {"gain": takes, "loss": takes, "unit": "hours"}),
        *([build_sentence(f"The {count} before took ", before, " hours.")] if before else []),
        build_sentence("Only work in labeling tools is in this, no hours of time trackers."),
    ]


def describe_range(
    answers: Answers, figure: str, quantity: str, words: Mapping[str, str], lead: str = ""
) -> list[Sentence]:
    """Return the range of a quantity over the weeks ahead, all projects together; losses in words."""
    conditions = select_total(answers, figure, quantity)
    if conditions is None:
        return []
    row = answers.select_rows(figure, **conditions).row(0, named=True)
    low, middle, high = (
        answers.read_number(figure, quantile, format_absolute_hours, **conditions) for quantile in ("p10", "p50", "p90")
    )
    if low is None or high is None or middle is None:
        return []
    weeks = format_plural(int(row["weeks"]), "week")
    lead = lead or f"In the {weeks} after {format_day(row['today'])}, "
    return [
        build_sentence(
            lead, *format_range(low, middle, high, words), describe_missing_projects(answers, figure, quantity)
        )
    ]


def format_range(low: Number, middle: Number, high: Number, words: Mapping[str, str]) -> list[Piece]:
    """Return the middle and its range as the page of the outlook does: a loss by its word and not by its sign."""
    lead = f"{words['loss' if middle.value < 0 else 'gain']} about "
    if high.value < 0:
        low, high = high, low
    if low.value < 0 <= high.value:
        ends: list[Piece] = ["a loss of ", low, " to a gain of ", high, f" {words['unit']}"]
        return [f"automation may save or lose time ({RANGE_LEAD}", *ends, ")."]
    return [lead, middle, f" {words['unit']} ({RANGE_LEAD}", low, " to ", high, ")."]


def format_absolute_hours(value: float) -> str:
    """Return hours without their sign; the words around them have it."""
    return format_bare_hours(abs(value))


def describe_savings(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return what automation will save, net of upkeep where that is known."""
    if answers.load_figure(SAVINGS).unavailable or not disclosure.shows_savings:
        return []
    for quantity, unit in (("net_hours", "hours, net of upkeep"), ("saved_hours", "hours, before upkeep")):
        if sentences := describe_range(
            answers, SAVINGS, quantity, AUTOMATION_SAVES | {"unit": unit}, "In the same weeks, "
        ):
            return [*sentences, *describe_turn(answers, disclosure, quantity)]
    return []


def describe_turn(answers: Answers, disclosure: Disclosure, quantity: str) -> list[Sentence]:
    """Return why hours saved ahead have another sign than those so far; nothing where that would name the withheld."""
    turn = answers.select_rows(SAVINGS, **(select_total(answers, SAVINGS, quantity) or {})).item(0, "turn")
    is_shown = turn and not (disclosure.hidden_automations or disclosure.hidden_projects)
    return [build_sentence(clean_text(turn, MAX_TURN_LENGTH))] if is_shown else []


def select_total(answers: Answers, figure: str, quantity: str) -> dict[str, Any] | None:
    """Return the conditions that select the row of all projects, or of the only one."""
    rows = answers.select_rows(figure, quantity=quantity, span=AHEAD).drop_nulls("p50")
    names = rows.get_column("project").to_list()
    name = ALL_PROJECTS if ALL_PROJECTS in names else names[0] if len(names) == 1 else None
    return None if name is None else {"project": name, "quantity": quantity, "span": AHEAD}


def describe_missing_projects(answers: Answers, figure: str, quantity: str) -> str:
    """Return how many projects the range leaves out."""
    rows = answers.select_rows(figure, span=AHEAD).filter(pl.col("project") != ALL_PROJECTS)
    known_count = (
        rows.filter((pl.col("quantity") == quantity) & pl.col("p50").is_not_null()).get_column("project").n_unique()
    )
    count = rows.get_column("project").n_unique() - known_count
    return f" Not included: {format_plural(count, 'project')} for which it is not known." if count else ""


def describe_track_record(answers: Answers) -> list[Sentence]:
    """Return how well such projections did: the track record, in words and in outcomes that lay within the range."""
    conditions = select_total(answers, HOURS, "hours")
    row = answers.select_rows(HOURS, **conditions).row(0, named=True) if conditions else {}
    gate = str(row.get("gate"))
    verdict = "too short for a verdict"
    if gate in {GOOD, POOR}:
        advice = ", and farther nothing is shown yet" if gate == GOOD else ": do not plan that far with these ranges"
        verdict = format_verdict(gate, row.get("reach")) + advice
    return [build_sentence(f"The track record of such ranges is {verdict}.", *describe_outcomes(answers))]


def describe_outcomes(answers: Answers) -> list[Piece]:
    """Return how many of the past outcomes lay within their range, at the shortest horizon, which has most of them."""
    scores = answers.select_rows(RECORD, kind="score").drop_nulls(["horizon", "coverage"])
    if scores.is_empty():
        return [" No projection of the past can be scored yet."]
    weeks = int(scores.get_column("horizon").to_numpy().min())
    shortest = scores.filter(pl.col("horizon") == weeks)
    conditions: dict[str, Any] = {"kind": "score", "horizon": weeks}
    lead = f" Ranges for {weeks} weeks ahead held "
    tail = " of the outcomes (80% are expected)"
    if shortest.height == 1:
        value, low, high, count = (
            answers.read_number(RECORD, column, show, **conditions)
            for column, show in (
                ("coverage", format_share), ("coverage_low", format_share),
                ("coverage_high", format_share), ("outcomes", format_count),
            )
        )  # fmt: skip
        return [
            lead,
            value or "–",
            *format_interval(low, high),
            tail,
            "; ",
            count or "0",
            " outcome." if count and count.value == 1 else " outcomes, none of which overlap.",
        ]
    least, most = (
        answers.read_number(RECORD, "coverage", format_share, how=how, **conditions) for how in ("least", "most")
    )
    fewest = answers.read_number(RECORD, "outcomes", format_count, how="least", **conditions)
    lead = f" Ranges for {weeks} weeks ahead held, by project, "
    return [
        lead,
        least or "–",
        " to ",
        most or "–",
        tail,
        "; ",
        fewest or "0",
        " outcomes or more per project, none of which overlap.",
    ]
