"""The section on what changed: the parts that add up to a change, and no word about causes."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard import theme
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.model import Number, Section, Sentence, plain
from dashboard.reports.request import Part
from dashboard.reports.sentences import Show, absolute_points, sentence

FIGURE = "change_explained"
SHARE, HOURS = "labeling share", "hours spent on labels"
LONGEST_REASON = 300


def section(answers: Answers, seen: Disclosure) -> Section:
    """Return the section."""
    figure = answers.figure(FIGURE)
    if not seen.before:
        said = [sentence("The period before is of too few people to be compared with.")]
    elif figure.refused:
        said = [sentence(plain(figure.refused["reason"], LONGEST_REASON))]
    else:
        said = [*of_share(answers), *of_hours(answers)]
        said.append(sentence("This says where a difference lies, not what caused it."))
    return Section(Part.change, "What changed", tuple(said))


def of_share(answers: Answers) -> list[Sentence]:
    """Return how the labeling share moved, and by what."""
    change = part(answers, SHARE, "change", absolute_points)
    if change is None:
        return []
    within, between = (part(answers, SHARE, factor, signed_points) for factor in ("rate", "mix"))
    than = f" {direction(change)} than {before(answers, SHARE)}: "
    parts = (within, " from how time is spent within projects, ", between, " from which projects it goes to.")
    return [sentence("Labeling's share of labeling and modeling is ", change, than, *parts)]


def of_hours(answers: Answers) -> list[Sentence]:
    """Return how the hours spent on labels moved, and by what."""
    change = part(answers, HOURS, "change", absolute_hours)
    if change is None:
        return []
    volume, mix, rate = (part(answers, HOURS, factor, signed_hours) for factor in ("volume", "mix", "rate"))
    return [
        sentence(
            "The hours spent on labels are ", change, f" {direction(change)}: ", volume, " from the number of labels, ",
            mix, " from the mix of work, ", rate, " from the time that a label takes.",
        )
    ]  # fmt: skip


def part(answers: Answers, measure: str, factor: str, show: Show) -> Number | None:
    """Return what a factor contributes, all its cells together."""
    where: dict[str, Any] = {"measure": measure, "factor": factor}
    return answers.number(FIGURE, "contribution", show, how="sum", **where)


def before(answers: Answers, measure: str) -> str:
    """Return the days it is compared with, which are as many as those of the period."""
    row = answers.rows(FIGURE, measure=measure, factor="change").row(0, named=True)
    first, last = row["before_from"], row["before_to"]
    return f"from {theme.span(first, last)}" if isinstance(first, date) and isinstance(last, date) else "before"


def direction(change: Number) -> str:
    """Return whether the value is higher or lower than before."""
    return "higher" if change.value >= 0 else "lower"


def signed_points(value: float) -> str:
    """Return a part of a change of shares, in percentage points with its sign."""
    return f"{value * 100:+.1f} points"


def signed_hours(value: float) -> str:
    """Return a part of a change of hours with its sign."""
    return f"{value:+,.0f} h"


def absolute_hours(value: float) -> str:
    """Return a change of hours without its sign; the word after it has it."""
    return f"{abs(value):,.0f} h"
