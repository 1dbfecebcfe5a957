"""The first section: the labeling share, its coverage, its trend, and the 80/20 belief."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from dashboard.allocation.share_range import (
    JOIN_CORRECTION,
    MAX_SHIFT,
    describe_negative_side,
    format_range,
    read_share_range,
)
from dashboard.allocation.verdict import WEEKEND_DAYS, Verdict
from dashboard.filters import shift_day
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports import sentences
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import ENGINEERS, EVERYONE, Disclosure
from dashboard.reports.document import KeyNumber, Number, Piece, Section, Sentence
from dashboard.reports.report_charts import draw_shares
from dashboard.reports.request import ReportPart, format_period, phrase_period
from dashboard.reports.sentences import build_sentence
from dashboard.units import format_day, format_hours, format_share, round_points

SHARE_OF_BOTH = "labeling_of_labeling_and_modeling"
SHARE_OF_ALL = "labeling_of_all_tracked"
NEGATIVE_NUMBER = "one side of it sums to less than zero"
WITHHELD = f"withheld, being about fewer than {MIN_GROUP_SIZE} people"


@dataclass(frozen=True)
class ShareNumbers:
    """The numbers of the labeling share of everyone selected; None where there is no such time."""

    share_of_both: Number | None
    labeling_hours: Number | None
    both_hours: Number | None
    tracked_hours: Number | None
    share_of_all: Number | None
    coverage: Number | None
    open_hours: Number | None = None  # not sorted yet
    range_of_both: tuple[Number, Number] | None = None  # with the open hours, where they could move the share far
    range_of_all: tuple[Number, Number] | None = None
    missing_of_both: str = ""  # why there is no share: a side of it is below zero
    missing_of_all: str = ""


def read_share_numbers(answers: Answers, disclosure: Disclosure) -> ShareNumbers:
    """Return the numbers that the headline and the section are written from, without those that are withheld."""
    both = {"scope": EVERYONE, "measure": SHARE_OF_BOTH}
    tracked = {"scope": EVERYONE, "measure": SHARE_OF_ALL}
    numbers = ShareNumbers(
        share_of_both=answers.read_number("labeling_share", "share", format_share, **both),
        labeling_hours=answers.read_number("labeling_share", "numerator_hours", format_hours, **both),
        both_hours=answers.read_number("labeling_share", "denominator_hours", format_hours, **both),
        tracked_hours=answers.read_number("labeling_share", "denominator_hours", format_hours, **tracked),
        share_of_all=answers.read_number("labeling_share", "share", format_share, **tracked),
        coverage=None
        if disclosure.hides_coverage
        else answers.read_number("labeling_share", "coverage", format_share, **both),
        open_hours=answers.read_number("labeling_share", "open_hours", format_hours, **both),
        range_of_both=None if disclosure.hides_labeling_share else read_wide_range(answers, **both),
        range_of_all=None if disclosure.hides_share_of_all else read_wide_range(answers, **tracked),
        missing_of_both="" if disclosure.hides_labeling_share else read_negative_side(answers, **both),
        missing_of_all="" if disclosure.hides_share_of_all else read_negative_side(answers, **tracked),
    )
    numbers = replace(numbers, share_of_both=None, both_hours=None) if disclosure.hides_labeling_share else numbers
    return replace(numbers, share_of_all=None, labeling_hours=None) if disclosure.hides_share_of_all else numbers


def read_wide_range(answers: Answers, **conditions: Any) -> tuple[Number, Number] | None:  # noqa: ANN401 - of any column
    """Return both ends of a share, or None where its open hours leave a number."""
    rows = answers.select_rows("labeling_share", **conditions)
    share_range = read_share_range(rows.row(0, named=True)) if rows.height else None
    return read_ends(answers, **conditions) if share_range is not None and share_range.is_wide else None


def read_negative_side(answers: Answers, **conditions: Any) -> str:  # noqa: ANN401 - of any column
    """Return why a share is not known because a side of it is below zero; "" where none is."""
    rows = answers.select_rows("labeling_share", **conditions)
    return describe_negative_side(rows.row(0, named=True)) if rows.height else ""


def read_ends(
    answers: Answers,
    figure: str = "labeling_share",
    ends: tuple[str, str] = ("share_low", "share_high"),
    **conditions: Any,  # noqa: ANN401 - compared with the values of a column
) -> tuple[Number, Number] | None:
    """Return the lowest and the highest share of a row, or None where it has none."""
    low, high = (answers.read_number(figure, end, format_share, **conditions) for end in ends)
    return (low, high) if low and high else None


def build_headline(answers: Answers, disclosure: Disclosure, numbers: ShareNumbers) -> Sentence:
    """Return the labeling share in one sentence with its denominator, or why there is none."""
    period = phrase_period(answers.request.first, answers.request.last)
    if not numbers.tracked_hours or not numbers.tracked_hours.value:
        return build_sentence(f"No time is tracked {period}{explain_no_time(answers)}.")
    if disclosure.hides_share_of_all:
        return build_sentence(
            "The team tracked ", numbers.tracked_hours, f" {period}; how much of it was labeling is {WITHHELD}."
        )
    hides_both = disclosure.hides_labeling_share and numbers.share_of_all
    bounds = numbers.range_of_all if hides_both else numbers.range_of_both
    if bounds:
        whole = "all tracked" if hides_both else "labeling and modeling"
        return describe_open_share(whole, period, bounds, numbers.open_hours)
    if hides_both:
        lead = ("The team spent ", numbers.share_of_all, f" of all tracked time on labeling {period}: ")
        return build_sentence(*lead, numbers.labeling_hours, " of ", numbers.tracked_hours, ".")
    return describe_point(numbers, period)


def describe_point(numbers: ShareNumbers, period: str) -> Sentence:
    """Return the labeling share of labeling and modeling in one sentence, where it is one number."""
    if numbers.missing_of_both:
        return build_sentence("The team tracked ", numbers.tracked_hours, f" {period}. {numbers.missing_of_both}")
    if not numbers.share_of_both or not numbers.labeling_hours or not numbers.both_hours:
        return build_sentence(
            "The team tracked ", numbers.tracked_hours, f" {period}, none of it labeling or modeling."
        )
    return sentences.describe_share(
        "The team", period, numbers.share_of_both, numbers.labeling_hours, numbers.both_hours
    )


def describe_open_share(
    whole: str, period: str, bounds: tuple[Number, Number], open_hours: Number | None
) -> Sentence:  # fmt: skip
    """Return the range of a share in one sentence, and how many hours leave it open."""
    lead = build_sentence("The team spent between ", bounds[0], " and ", bounds[1], f" of {whole} time on labeling ")
    return build_sentence(*lead.pieces, f"{period}: ", open_hours, " are not sorted yet.")


def explain_no_time(answers: Answers) -> str:
    """Return where the time log begins or ends, if it misses the period."""
    log_span = answers.log_span()
    if log_span and answers.request.last < log_span[0]:
        return f": the time log begins on {format_day(log_span[0])}"
    if log_span and answers.request.first > log_span[1]:
        return f": the time log ends on {format_day(log_span[1])}"
    return ""


def describe_log_limits(answers: Answers) -> list[Sentence]:
    """Return which days of the period the time log does not cover, and what counts not in full."""
    log_span, statements = answers.log_span(), []
    if note := answers.load_figure("labeling_share").overlap_note:
        statements.append(build_sentence(note))
    if log_span and answers.request.first < log_span[0]:
        statements.append(
            build_sentence(f"The time log begins on {format_day(log_span[0])}: the days before are in no number.")
        )
    if log_span and answers.request.last > log_span[1]:
        statements.append(
            build_sentence(f"The time log ends on {format_day(log_span[1])}: the days after are in no number.")
        )
    return statements


def build_share_of_both(disclosure: Disclosure, numbers: ShareNumbers, change: str) -> KeyNumber:
    """Return the labeling share as a large number, with what it is of and its change."""
    of_both = f"of {numbers.both_hours} of labeling and modeling" if numbers.both_hours else ""
    shown = "; ".join(filter(None, (of_both, change))) if not numbers.missing_of_both else NEGATIVE_NUMBER
    beside = WITHHELD if disclosure.hides_labeling_share else shown
    return build_share_number(
        "Labeling share", numbers.share_of_both, numbers.range_of_both, numbers.open_hours, beside
    )


def build_share_of_all(disclosure: Disclosure, numbers: ShareNumbers) -> KeyNumber:
    """Return labeling's share of all tracked time as a large number."""
    of_whole = f"of {numbers.tracked_hours}" if numbers.tracked_hours else ""
    beside = WITHHELD if disclosure.hides_share_of_all else NEGATIVE_NUMBER if numbers.missing_of_all else of_whole
    return build_share_number(
        "Of all tracked time", numbers.share_of_all, numbers.range_of_all, numbers.open_hours, beside
    )


def build_share_number(
    label: str, number: Number | None, bounds: tuple[Number, Number] | None, open_hours: Number | None, beside: str
) -> KeyNumber:  # fmt: skip
    """Return a large number, or the range in its place."""
    if bounds is None:
        return KeyNumber(label, number, beside)
    return KeyNumber(label, build_range(bounds), f"{open_hours} are not sorted yet")


def build_range(bounds: tuple[Number, Number]) -> Number:
    """Return both ends of a share as one entry, for a place that holds one number."""
    low, high = bounds
    return replace(low, text=format_range(low.value, high.value), high=high.value)


def read_settled_share(
    answers: Answers, figure: str, *, shows_range: bool = True, **conditions: str
) -> Number | None:  # fmt: skip
    """Return the labeling share of a row; its range where unsorted hours leave no number; None where it has neither."""
    share = answers.read_number(figure, "labeling_share", format_share, **conditions)
    if share is not None or not shows_range:
        return share
    ends = read_ends(answers, figure, ("labeling_share_low", "labeling_share_high"), **conditions)
    return build_range(ends) if ends else None


def build_share_section(answers: Answers, disclosure: Disclosure, numbers: ShareNumbers) -> Section:
    """Return the section."""
    title = "How much of the time is labeling"
    if not numbers.tracked_hours or not numbers.tracked_hours.value:
        return Section(ReportPart.share, title, (build_sentence("No time is tracked, so there is no share."),))
    statements = describe_log_limits(answers)
    if disclosure.hides_share_of_all:
        statements.append(
            build_sentence("Of all ", numbers.tracked_hours, f" tracked, the part of labeling is {WITHHELD}.")
        )
    if missing := numbers.missing_of_both or numbers.missing_of_all:
        statements.append(build_sentence(f"{missing} {JOIN_CORRECTION}"))
    if numbers.share_of_all:
        value = join_bounds(numbers.range_of_all) or [numbers.share_of_all]
        statements.append(build_sentence("Of all ", numbers.tracked_hours, " tracked, labeling took ", *value, "."))
        statements += describe_narrow_ranges(answers, disclosure, numbers)
        statements.append(describe_change(answers, disclosure))
    unknown = build_sentence(f"How much of all work is tracked is {WITHHELD}.")
    statements.append(unknown if disclosure.hides_coverage else sentences.describe_coverage(numbers.coverage))
    statements += [*describe_engineers(answers, disclosure), *describe_belief(answers, disclosure)]
    return Section(ReportPart.share, title, tuple(statements), charts=draw_shares(answers, disclosure))


def join_bounds(bounds: tuple[Number, Number] | None) -> list[Piece]:
    """Return the words of a range, or nothing where there is none."""
    return ["between ", bounds[0], " and ", bounds[1]] if bounds else []


def describe_narrow_ranges(answers: Answers, disclosure: Disclosure, numbers: ShareNumbers) -> list[Sentence]:
    """Return how far the open hours could move the labeling share where it is given as a number."""
    is_open = numbers.open_hours is not None and numbers.open_hours.value > 0
    bounds = read_ends(answers, scope=EVERYONE, measure=SHARE_OF_BOTH)
    if not is_open or not bounds or numbers.range_of_both or not numbers.share_of_both or disclosure.hides_open_hours:
        return []
    lead = build_sentence("With the ", numbers.open_hours, " that are not sorted yet, the labeling share lies ")
    return [build_sentence(*lead.pieces, *join_bounds(bounds), ".")]


def describe_change(answers: Answers, disclosure: Disclosure) -> Sentence:
    """Return how the share of the headline moved since the period before: its one verdict."""
    first, last = answers.request.previous_days()
    before, log_span = phrase_period(first, last), answers.log_span()
    measure = SHARE_OF_ALL if disclosure.hides_labeling_share else SHARE_OF_BOTH
    is_shown = disclosure.shows_before if measure == SHARE_OF_ALL else disclosure.shows_change
    if log_span and shift_day(first, WEEKEND_DAYS) < log_span[0] <= last and not is_shown:
        began = format_day(log_span[0])
        return build_sentence(
            f"The time log begins on {began}, too late to compare it with all of {format_period(first, last)}."
        )
    if not is_shown:
        return build_sentence(f"Too few people have time {before} to compare it with.")
    conditions = {"scope": EVERYONE, "measure": measure}
    previous = answers.read_number("labeling_share", "share", format_share, period="before", **conditions)
    change = answers.read_number(
        "labeling_share", "share", sentences.format_absolute_points, how="change", **conditions
    )
    row = answers.select_rows("period_change", **conditions).row(0, named=True)
    if change and row["change"] is not None:
        points = round_points(row["before"], row["now"])
        change = replace(change, text=sentences.format_absolute_points(points / 100))
    subject = f"Labeling's share of {'all tracked time' if measure == SHARE_OF_ALL else 'labeling and modeling'}"
    return sentences.describe_change(
        subject, Verdict(row["verdict"]), format_period(first, last), change, previous, row["reason"]
    )


def describe_engineers(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return the engineers' own share, where it may be shown."""
    conditions = {"scope": ENGINEERS, "measure": SHARE_OF_ALL}
    value = answers.read_number("labeling_share", "share", format_share, **conditions)
    if value is None or disclosure.hides_engineers:
        return []
    hours = answers.read_number("labeling_share", "denominator_hours", format_hours, **conditions)
    spent = join_bounds(read_wide_range(answers, **conditions)) or [value]
    return [build_sentence("Engineers alone spent ", *spent, " of their ", hours, " on labeling.")]


def describe_belief(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return whether the 80/20 belief holds here: of engineers, as claimed, where they may be shown."""
    if answers.request.projects or disclosure.hides_share_of_all:
        return []
    scope = EVERYONE if disclosure.hides_engineers else ENGINEERS
    rows = answers.select_rows("claim_check", scope=scope)
    if rows.is_empty():
        return []
    row = rows.row(0, named=True)
    show = partial(format_share, digits=1)  # a verdict hangs on it: 79.7% is not 80%
    value = answers.read_number("claim_check", "share", show, scope=scope)
    low, high = (answers.read_number("claim_check", end, show, scope=scope) for end in ("low", "high"))
    if value is None:
        return []
    pieces: list[Piece] = [value, *sentences.format_interval(low, high)]
    if row["open_high"] - row["open_low"] > MAX_SHIFT:
        pieces = join_bounds(read_ends(answers, "claim_check", ("open_low", "open_high"), scope=scope))
    whole = "the engineers' tracked time" if scope == ENGINEERS else "all tracked time"
    statements = [sentences.describe_belief(str(row["verdict"]), str(row["settles"]), pieces, whole)]
    engineer_rows = answers.select_rows("claim_check", scope=ENGINEERS)
    if scope == EVERYONE and not engineer_rows.is_empty():
        verdicts = {"supported": "it is supported", "not supported": "it is not supported"}
        verdict = verdicts.get(str(engineer_rows.item(0, "verdict")), "it cannot be told")
        statements.append(
            build_sentence(
                f"For engineers alone {verdict}; their numbers are withheld, as they or the others are fewer than "
                f"{MIN_GROUP_SIZE}."
            )
        )
    return statements
