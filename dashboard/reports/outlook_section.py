"""The section on the weeks to come: ranges of draws, never a single number, and how well such ranges did."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard import theme
from dashboard.reports import sentences
from dashboard.reports.answers import Answers
from dashboard.reports.model import Section, Sentence, plain
from dashboard.reports.request import Part
from dashboard.reports.sentences import sentence

ALL = "(all projects)"
AHEAD = "weeks ahead"
HOURS, SAVINGS = "forecast_hours", "forecast_savings"
LONGEST_REASON = 300


def section(answers: Answers) -> Section:
    """Return the section."""
    figure = answers.figure(HOURS)
    if figure.refused:
        reason = plain(figure.refused["reason"], LONGEST_REASON)
        return Section(Part.outlook, "What is to come", (sentence(f"Nothing is projected. {reason}"),))
    said = [*of(answers, HOURS, "hours", "hours of labeling"), *saved(answers), *record(answers)]
    if not said:
        said = [sentence("There is not enough history for a projection.")]
    return Section(Part.outlook, "What is to come", tuple(said))


def of(answers: Answers, figure: str, quantity: str, words: str) -> list[Sentence]:
    """Return the range of a quantity over the weeks ahead, all projects together."""
    where = chosen(answers, figure, quantity)
    if where is None:
        return []
    row = answers.rows(figure, **where).row(0, named=True)
    ends = [answers.number(figure, end, sentences.bare, **where) for end in ("p10", "p90", "p50")]
    low, high, middle = ends
    if low is None or high is None or middle is None:
        return []
    weeks = sentences.counted(int(row["weeks"]), "week")
    return [
        sentence(
            f"In the {weeks} after {theme.day(row['today'])}, 80% of simulated outcomes lie between ", low,
            " and ", high,
            f" {words}; half are above ", middle, ".", missing(answers, figure, quantity),
        )
    ]  # fmt: skip


def saved(answers: Answers) -> list[Sentence]:
    """Return what automation will save, net of upkeep where that is known."""
    if answers.figure(SAVINGS).refused:
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
    """Return how well such projections did."""
    where = chosen(answers, HOURS, "hours")
    if where is None:
        return []
    gate = answers.rows(HOURS, **where).item(0, "gate")
    return [sentence(f"How far such ranges can be trusted: {plain(gate, LONGEST_REASON)}.")] if gate else []
