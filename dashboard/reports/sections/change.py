"""The section on what changed: the parts that add up to the change, with no claim about causes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from dashboard.allocation.verdict import Verdict
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.document import Number, Piece, Section, Sentence, clean_text
from dashboard.reports.request import ReportPart, format_period
from dashboard.reports.sentences import (
    Formatter,
    build_sentence,
    format_absolute_points,
    format_signed_points,
)
from dashboard.schemas import UNNAMED_PROJECT
from dashboard.units import (
    choose_hours_digits,
    format_change,
    format_decimal,
    format_share,
    round_hours_change,
    round_parts,
    round_points,
)

FIGURE = "change_explained"
SHARE, HOURS = "labeling share", "hours spent on labels"
MAX_REASON_LENGTH = 800  # two logs that do not cover both periods, each with its days and hours
PARTS_NOTE = (
    "The parts add up to the difference. They are sums of what was logged, and say where it lies, not what caused it."
)
MIN_CELLS = 2  # cells; a single one is the whole change


def build_change_section(answers: Answers, disclosure: Disclosure) -> Section:
    """Return the section."""
    figure = answers.load_figure(FIGURE)
    if figure.unavailable and not (disclosure.shows_change and disclosure.shows_label_hours):
        sentences = [build_sentence("What changed is withheld: too few people.")]
    elif figure.unavailable:
        sentences = [build_sentence(clean_text(figure.unavailable.reason, MAX_REASON_LENGTH))]
    else:
        explained = [*explain_share(answers, disclosure), *explain_hours(answers, disclosure)]
        sentences = [sentence for sentence in explained if has_numbers(sentence)]
        sentences += [build_sentence(PARTS_NOTE)] if sentences else []
        sentences += [sentence for sentence in explained if not has_numbers(sentence)]
    return Section(ReportPart.change, "What changed", tuple(sentences))


def has_numbers(sentence: Sentence) -> bool:
    """Return whether a sentence tells a change and its parts, and not why they are unknown."""
    return any(isinstance(piece, Number) for piece in sentence.pieces)


def explain_share(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return how the labeling share changed and what contributed, or why that is unknown."""
    if not disclosure.shows_change:
        return [build_sentence("How labeling's share of labeling and modeling moved is withheld: too few people.")]
    change = sum_contribution(answers, SHARE, "change", format_absolute_points)
    if change is None:
        return explain_refusal(answers, SHARE)
    points = round_points(*read_ends(answers, SHARE))
    change = replace(change, text=format_absolute_points(points / 100))
    previous = answers.read_number(FIGURE, "before", format_share, measure=SHARE, factor="change")
    within, between = align_parts(
        [sum_contribution(answers, SHARE, factor, format_signed_points) for factor in ("rate", "mix")],
        points, format_signed_points, 1, scale=100,
    )  # fmt: skip
    lead = f"Against {format_comparison(answers, SHARE)}, labeling's share of labeling and modeling "
    verdict: list[Piece | None]
    if read_verdict(answers, SHARE) is Verdict.unclear:
        verdict = [f"{lead}shows no clear change (", previous, " before, a difference of ", change, "): "]
    else:
        verdict = [f"{lead}{read_verdict(answers, SHARE).value} by ", change, " from ", previous, ": "]
    return [
        build_sentence(
            *verdict, within, " from how time is spent within projects, ", between,
            " from which projects it goes to.", *name_main_project(answers, disclosure, change),
        )
    ]  # fmt: skip


def explain_hours(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return how the hours spent on labels changed and what contributed, or why that is unknown."""
    if not disclosure.shows_label_hours:
        return [build_sentence("The hours spent on labels are withheld: too few people labeled.")]
    change = sum_contribution(answers, HOURS, "change", format_absolute_hours)
    if change is None:
        return explain_refusal(answers, HOURS)
    ends = read_ends(answers, HOURS)
    hours, digits = round_hours_change(*ends), choose_hours_digits(*ends)
    change = replace(change, text=format_absolute_hours(hours, digits))
    show = partial(format_signed_hours, digits=digits)
    volume, mix, rate = align_parts(
        [sum_contribution(answers, HOURS, factor, show) for factor in ("volume", "mix", "rate")], hours, show, digits
    )
    lead = f"Against {format_comparison(answers, HOURS)}, the hours spent on labels "
    verdict = read_verdict(answers, HOURS)
    comparison: list[Piece | None] = (
        [f"{lead}show no clear change (a difference of ", change, "): "]
        if verdict is Verdict.unclear
        else [f"{lead}{verdict.value} by ", change, ": "]
    )
    return [
        build_sentence(
            *comparison, volume, " from the number of labels, ", mix, " from the mix of work, ", rate,
            " from the time per label.",
        )
    ]  # fmt: skip


def align_parts(
    parts: list[Number | None], change: float, show: Formatter, digits: int, *, scale: int = 1
) -> list[Number | None]:
    """Return the parts, printed so that they add up to the printed change, which is `scale` times the values."""
    known_parts = [part for part in parts if part is not None]
    rounded = iter(round_parts([part.value * scale for part in known_parts], change, digits))
    return [part and replace(part, text=show(next(rounded) / scale)) for part in parts]


def read_ends(answers: Answers, measure: str) -> tuple[float, float]:
    """Return a measure before and now."""
    row = answers.select_rows(FIGURE, measure=measure, factor="change").row(0, named=True)
    return float(row["before"]), float(row["now"])


def read_verdict(answers: Answers, measure: str) -> Verdict:
    """Return the verdict on a measure that is compared."""
    return Verdict(answers.select_rows(FIGURE, measure=measure, factor="change").item(0, "verdict"))


def explain_refusal(answers: Answers, measure: str) -> list[Sentence]:
    """Return why a measure cannot be compared."""
    reasons = answers.select_rows(FIGURE, measure=measure).get_column("words").drop_nulls()
    return [build_sentence(clean_text(reasons.item(0), MAX_REASON_LENGTH))] if reasons.len() else []


def name_main_project(answers: Answers, disclosure: Disclosure, change: Number) -> list[str | Number]:
    """Return the project that contributes most to the change; none where withheld rows or unsorted hours could."""
    if disclosure.hides_groups or any(has_open_hours(answers, period) for period in ("this", "before")):
        return []
    rows = answers.select_rows(FIGURE, measure=SHARE).drop_nulls("cell")
    cells = rows.group_by("cell").agg(pl.col("contribution").sum())
    contributors = cells.filter(pl.col("contribution") * change.value > 0)
    if cells.height < MIN_CELLS or contributors.is_empty():
        return []
    cell = contributors.sort(pl.col("contribution").abs(), "cell", descending=[True, False]).item(0, "cell")
    if cell == UNNAMED_PROJECT:
        return []
    number = answers.read_number(FIGURE, "contribution", format_signed_points, how="sum", measure=SHARE, cell=cell)
    return [f" The largest part lies in {clean_text(cell)} (", number, ")."] if number else []


def has_open_hours(answers: Answers, period: str) -> bool:
    """Return whether hours of a period are not sorted yet."""
    return bool((answers.load_figure("hours_by_project", period).rows.get_column("open_hours") > 0).any())


def sum_contribution(answers: Answers, measure: str, factor: str, show: Formatter) -> Number | None:
    """Return the contribution of a factor, summed over its cells."""
    conditions: dict[str, Any] = {"measure": measure, "factor": factor}
    return answers.read_number(FIGURE, "contribution", show, how="sum", **conditions)


def format_comparison(answers: Answers, measure: str) -> str:
    """Return in words the days of comparison, as many as those of the period."""
    row = answers.select_rows(FIGURE, measure=measure, factor="change").row(0, named=True)
    first, last = row["before_from"], row["before_to"]
    if not isinstance(first, date) or not isinstance(last, date):
        return "before"
    return format_period(first, last)


def format_signed_hours(value: float, digits: int = 0) -> str:
    """Return a part of a change of hours with its sign."""
    return f"{format_change(value, digits)} h"


def format_absolute_hours(value: float, digits: int = 0) -> str:
    """Return a change of hours without its sign; the verb has it."""
    return f"{format_decimal(abs(value), digits)} h"
