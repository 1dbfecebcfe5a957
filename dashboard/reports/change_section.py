"""The section on what changed and why: the parts that add up to a change, and no word about causes."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.model import Number, Section, Sentence, plain
from dashboard.reports.request import Audience, Part
from dashboard.reports.sentences import SAME, Show, absolute_points, percent, sentence, signed_points, unsigned_zero

FIGURE = "change_explained"
SHARE, HOURS = "labeling share", "hours spent on labels"
LONGEST_REASON = 300
FEWEST = 2  # cells; the only one is the whole
SAME_HOURS = 0.5  # prints as none


def section(answers: Answers, seen: Disclosure) -> Section:
    """Return the section."""
    figure = answers.figure(FIGURE)
    if figure.refused:
        said = [sentence(plain(figure.refused["reason"], LONGEST_REASON))]
    else:
        said = [*of_share(answers, seen), *of_hours(answers, seen)]
        said.append(
            sentence(
                "The parts add up to the difference: they are sums of what was logged, not estimates, and say where "
                "it lies, not what caused it."
            )
        )
    return Section(Part.change, "What changed", tuple(said))


def of_share(answers: Answers, seen: Disclosure) -> list[Sentence]:
    """Return how the labeling share moved, and by what; or why that cannot be told."""
    if not seen.moved:
        return [sentence("How labeling's share of labeling and modeling moved is withheld: too few people.")]
    change = part(answers, SHARE, "change", absolute_points)
    if change is None:
        return reason(answers, SHARE)
    then = answers.number(FIGURE, "before", percent, measure=SHARE, factor="change")
    if abs(change.value) < SAME:
        return [sentence("Labeling's share of labeling and modeling is the same as ", before(answers, SHARE), ".")]
    within, between = (part(answers, SHARE, factor, signed_points) for factor in ("rate", "mix"))
    return [
        sentence(
            "Labeling's share of labeling and modeling is ", change, f" {direction(change)} than ",
            before(answers, SHARE), " (", then, "): ", within, " from how time is spent within projects, ", between,
            " from which projects it goes to.", *most(answers, change),
        )
    ]  # fmt: skip


def of_hours(answers: Answers, seen: Disclosure) -> list[Sentence]:
    """Return how the hours spent on labels moved, and by what; or why that cannot be told."""
    if not seen.labels:
        return [sentence("The hours spent on labels are withheld: too few people labeled.")]
    change = part(answers, HOURS, "change", absolute_hours)
    if change is None:
        return reason(answers, HOURS)
    volume, mix, rate = (part(answers, HOURS, factor, signed_hours) for factor in ("volume", "mix", "rate"))
    when = before(answers, HOURS)
    moved = [f"as many as {when}"] if abs(change.value) < SAME_HOURS else [change, f" {direction(change)} than {when}"]
    return [
        sentence(
            "The hours spent on labels are ", *moved, ": ", volume, " from the number of labels, ", mix,
            " from the mix of work, ", rate, " from the time that a label takes.",
        )
    ]  # fmt: skip


def reason(answers: Answers, measure: str) -> list[Sentence]:
    """Return why a measure cannot be compared."""
    words = answers.rows(FIGURE, measure=measure).get_column("words").drop_nulls()
    return [sentence(plain(words.item(0), LONGEST_REASON))] if words.len() else []


def most(answers: Answers, change: Number) -> list[str | Number]:
    """Return the project behind most of the change of the share; never for management, whose rows may be withheld."""
    if answers.request.audience is Audience.management:
        return []
    rows = answers.rows(FIGURE, measure=SHARE).drop_nulls("cell")
    cells = rows.group_by("cell").agg(pl.col("contribution").sum())
    along = cells.filter(pl.col("contribution") * change.value > 0)
    if cells.height < FEWEST or along.is_empty():
        return []
    cell = along.sort(pl.col("contribution").abs(), "cell", descending=[True, False]).item(0, "cell")
    number = answers.number(FIGURE, "contribution", signed_points, how="sum", measure=SHARE, cell=cell)
    return [f" Most of it lies in {plain(cell)} (", number, ")."] if number else []


def part(answers: Answers, measure: str, factor: str, show: Show) -> Number | None:
    """Return what a factor contributes, all its cells together."""
    where: dict[str, Any] = {"measure": measure, "factor": factor}
    return answers.number(FIGURE, "contribution", show, how="sum", **where)


def before(answers: Answers, measure: str) -> str:
    """Return the days it is compared with, which are as many as those of the period."""
    row = answers.rows(FIGURE, measure=measure, factor="change").row(0, named=True)
    first, last = row["before_from"], row["before_to"]
    if not isinstance(first, date) or not isinstance(last, date):
        return "before"
    return f"on {theme.day(first)}" if first == last else f"from {theme.span(first, last)}"


def direction(change: Number) -> str:
    """Return whether the value is higher or lower than before."""
    return "higher" if change.value >= 0 else "lower"


def signed_hours(value: float) -> str:
    """Return a part of a change of hours with its sign."""
    return f"{unsigned_zero(f'{value:+,.0f}')} h"


def absolute_hours(value: float) -> str:
    """Return a change of hours without its sign; the word after it has it."""
    return f"{abs(value):,.0f} h"
