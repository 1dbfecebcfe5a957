"""The section on the weeks to come: ranges of draws, never a single number, and how well such ranges did."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard import theme
from dashboard.figures.forecast_gate import ALL, GOOD, POOR
from dashboard.figures.forecast_rows import AHEAD
from dashboard.reports import sentences
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.hours_section import whole
from dashboard.reports.model import Number, Piece, Section, Sentence, plain
from dashboard.reports.request import Part
from dashboard.reports.sentences import percent, sentence

TITLE = "What is to come"
HOURS, SAVINGS, RECORD = "forecast_hours", "forecast_savings", "backtest"
LONGEST_REASON = 300


def section(answers: Answers, seen: Disclosure) -> Section:
    """Return the section."""
    figure = answers.figure(HOURS)
    if not seen.labels:
        return Section(Part.outlook, TITLE, (sentence("Projections are withheld: too few people labeled."),))
    if figure.refused:
        reason = plain(figure.refused["reason"], LONGEST_REASON)
        return Section(Part.outlook, TITLE, (sentence(f"Nothing is projected. {reason}"),))
    said = [*of(answers, HOURS, "hours", "hours of labeling"), *saved(answers, seen)]
    if not said:
        return Section(Part.outlook, TITLE, (sentence("There is not enough history for a projection."),))
    return Section(Part.outlook, TITLE, (*said, *record(answers)))


def of(answers: Answers, figure: str, quantity: str, words: str) -> list[Sentence]:
    """Return the range of a quantity over the weeks ahead, all projects together; losses in words."""
    where = chosen(answers, figure, quantity)
    if where is None:
        return []
    row = answers.rows(figure, **where).row(0, named=True)
    low, middle, high = (answers.number(figure, end, absolute, **where) for end in ("p10", "p50", "p90"))
    if low is None or high is None or middle is None:
        return []
    weeks = sentences.counted(int(row["weeks"]), "week")
    lead = f"In the {weeks} after {theme.day(row['today'])}, 80% of simulated outcomes lie between "
    return [sentence(lead, *spread(low, middle, high, words), ".", missing(answers, figure, quantity))]


def spread(low: Number, middle: Number, high: Number, words: str) -> list[Piece]:
    """Return a range and its middle, a loss told by its word and not by its sign."""
    if high.value < 0:
        return [high, " and ", low, f" {words.replace('saved', 'lost', 1)}; half are below ", middle]
    half: list[Piece] = ["; half are above ", "a loss of " if middle.value < 0 else "", middle]
    return ["a loss of " if low.value < 0 else "", low, " and ", high, f" {words}", *half]


def absolute(value: float) -> str:
    """Return hours without their sign; the words around them have it."""
    return sentences.bare(abs(value))


def saved(answers: Answers, seen: Disclosure) -> list[Sentence]:
    """Return what automation will save, net of upkeep where that is known."""
    if answers.figure(SAVINGS).refused or not seen.savings:
        return []
    net = of(answers, SAVINGS, "net_hours", "hours saved by automation, net of upkeep")
    return net or of(answers, SAVINGS, "saved_hours", "hours saved by automation, before upkeep")


def chosen(answers: Answers, figure: str, quantity: str) -> dict[str, Any] | None:
    """Return what picks the row of all projects, or of the only one."""
    rows = answers.rows(figure, quantity=quantity, span=AHEAD).drop_nulls("p50")
    names = rows.get_column("project").to_list()
    name = ALL if ALL in names else names[0] if len(names) == 1 else None
    return None if name is None else {"project": name, "quantity": quantity, "span": AHEAD}


def missing(answers: Answers, figure: str, quantity: str) -> str:
    """Return how many projects the range leaves out."""
    asked = answers.rows(figure, span=AHEAD).filter(pl.col("project") != ALL)
    told = asked.filter((pl.col("quantity") == quantity) & pl.col("p50").is_not_null()).get_column("project").n_unique()
    count = asked.get_column("project").n_unique() - told
    return f" Not in it: {sentences.counted(count, 'project')} of which it is not known." if count else ""


def record(answers: Answers) -> list[Sentence]:
    """Return how well such projections did: the track record, in words and in outcomes that lay within the range."""
    where = chosen(answers, HOURS, "hours")
    row = answers.rows(HOURS, **where).row(0, named=True) if where else {}
    verdict = {
        GOOD: f"good up to {sentences.counted(row.get('reach') or 0, 'week')} ahead, and farther nothing is shown yet",
        POOR: "poor: do not plan with these ranges",
    }.get(str(row.get("gate")), "too short for a verdict")
    if row.get("gate") == GOOD and not row.get("reach"):
        verdict = "good"
    return [sentence(f"The track record of such ranges is {verdict}.", *outcomes(answers))]


def outcomes(answers: Answers) -> list[Piece]:
    """Return how many of the past outcomes lay within their range, at the shortest horizon, which has most of them."""
    scores = answers.rows(RECORD, kind="score").drop_nulls(["horizon", "coverage"])
    if scores.is_empty():
        return [" No projection of the past can be scored yet."]
    weeks = int(scores.get_column("horizon").to_numpy().min())
    mine = scores.filter(pl.col("horizon") == weeks)
    where: dict[str, Any] = {"kind": "score", "horizon": weeks}
    lead = f" Ranges for {weeks} weeks ahead held "
    tail = " of what came (80% are wanted)"
    if mine.height == 1:
        value, low, high, count = (
            answers.number(RECORD, column, show, **where)
            for column, show in (
                ("coverage", percent), ("coverage_low", percent), ("coverage_high", percent), ("outcomes", whole),
            )
        )  # fmt: skip
        return [
            lead,
            value or "–",
            *sentences.interval(low, high),
            tail,
            "; ",
            count or "0",
            " outcomes do not overlap.",
        ]
    least, most = (answers.number(RECORD, "coverage", percent, how=how, **where) for how in ("least", "most"))
    fewest = answers.number(RECORD, "outcomes", whole, how="least", **where)
    lead = f" Ranges for {weeks} weeks ahead held, by project, "
    return [lead, least or "–", " to ", most or "–", tail, "; ", fewest or "0", " outcomes or more do not overlap."]
