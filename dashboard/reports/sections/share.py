"""The first section: the labeling share, its coverage, its trend, and the 80/20 belief."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from dashboard import theme
from dashboard.allocation.change import WEEKEND_DAYS
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports import sentences
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import ENGINEERS, EVERYONE, Disclosure
from dashboard.reports.document import KeyNumber, Number, Section, Sentence
from dashboard.reports.report_charts import draw_shares
from dashboard.reports.request import HISTORY_WEEKS, ReportPart, format_period, phrase_period
from dashboard.reports.sentences import build_sentence, format_percent, format_signed_points

SHARE_OF_BOTH = "labeling_of_labeling_and_modeling"
SHARE_OF_ALL = "labeling_of_all_tracked"
WITHHELD = f"withheld, being about fewer than {MIN_GROUP_SIZE} people"
CHOSEN_PROJECTS, TOO_FEW = "chosen projects", "so few people or weeks"


@dataclass(frozen=True)
class ShareNumbers:
    """The numbers of the labeling share of everyone selected; None where there is no such time."""

    share_of_both: Number | None
    labeling_hours: Number | None
    both_hours: Number | None
    tracked_hours: Number | None
    share_of_all: Number | None
    coverage: Number | None


def read_share_numbers(answers: Answers, disclosure: Disclosure) -> ShareNumbers:
    """Return the numbers that the headline and the section are written from, without those that are withheld."""
    both = {"scope": EVERYONE, "measure": SHARE_OF_BOTH}
    tracked = {"scope": EVERYONE, "measure": SHARE_OF_ALL}
    numbers = ShareNumbers(
        share_of_both=answers.read_number("labeling_share", "share", format_percent, **both),
        labeling_hours=answers.read_number("labeling_share", "numerator_hours", theme.format_hours, **both),
        both_hours=answers.read_number("labeling_share", "denominator_hours", theme.format_hours, **both),
        tracked_hours=answers.read_number("labeling_share", "denominator_hours", theme.format_hours, **tracked),
        share_of_all=answers.read_number("labeling_share", "share", format_percent, **tracked),
        coverage=None
        if disclosure.hides_coverage
        else answers.read_number("labeling_share", "coverage", format_percent, **both),
    )
    numbers = replace(numbers, share_of_both=None, both_hours=None) if disclosure.hides_labeling_share else numbers
    return replace(numbers, share_of_all=None, labeling_hours=None) if disclosure.hides_share_of_all else numbers


def build_headline(answers: Answers, disclosure: Disclosure, numbers: ShareNumbers) -> Sentence:
    """Return the labeling share in one sentence with its denominator, or why there is none."""
    period = phrase_period(answers.request.first, answers.request.last)
    if not numbers.tracked_hours or not numbers.tracked_hours.value:
        return build_sentence(f"No time is tracked {period}{explain_no_time(answers)}.")
    if disclosure.hides_share_of_all:
        return build_sentence(
            "The team tracked ", numbers.tracked_hours, f" {period}; how much of it was labeling is {WITHHELD}."
        )
    if disclosure.hides_labeling_share and numbers.share_of_all:
        lead = ("The team spent ", numbers.share_of_all, f" of all tracked time on labeling {period}: ")
        return build_sentence(*lead, numbers.labeling_hours, " of ", numbers.tracked_hours, ".")
    if not numbers.share_of_both or not numbers.labeling_hours or not numbers.both_hours:
        return build_sentence(
            "The team tracked ", numbers.tracked_hours, f" {period}, none of it labeling or modeling."
        )
    return sentences.describe_share(
        "The team", period, numbers.share_of_both, numbers.labeling_hours, numbers.both_hours
    )


def explain_no_time(answers: Answers) -> str:
    """Return where the time log begins or ends, if it misses the period."""
    log_span = answers.log_span()
    if log_span and answers.request.last < log_span[0]:
        return f": the time log begins on {theme.format_day(log_span[0])}"
    if log_span and answers.request.first > log_span[1]:
        return f": the time log ends on {theme.format_day(log_span[1])}"
    return ""


def describe_log_limits(answers: Answers) -> list[Sentence]:
    """Return which days of the period the time log does not cover."""
    log_span, statements = answers.log_span(), []
    if log_span and answers.request.first < log_span[0]:
        statements.append(
            build_sentence(f"The time log begins on {theme.format_day(log_span[0])}: the days before are in no number.")
        )
    if log_span and answers.request.last > log_span[1]:
        statements.append(
            build_sentence(f"The time log ends on {theme.format_day(log_span[1])}: the days after are in no number.")
        )
    return statements


def build_key_numbers(disclosure: Disclosure, numbers: ShareNumbers) -> list[KeyNumber]:
    """Return the large numbers of the share."""
    of_both = f"of {numbers.both_hours} of labeling and modeling" if numbers.both_hours else ""
    of_whole = f"of {numbers.tracked_hours}" if numbers.tracked_hours else ""
    covers = "tracked of capacity" if numbers.coverage else "no weekly hours are set"
    return [
        KeyNumber("Labeling share", numbers.share_of_both, WITHHELD if disclosure.hides_labeling_share else of_both),
        KeyNumber("Of all tracked time", numbers.share_of_all, WITHHELD if disclosure.hides_share_of_all else of_whole),
        KeyNumber("Coverage", numbers.coverage, WITHHELD if disclosure.hides_coverage else covers),
    ]


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
    if numbers.share_of_all:
        statements.append(
            build_sentence("Of all ", numbers.tracked_hours, " tracked, labeling took ", numbers.share_of_all, ".")
        )
        statements += [describe_change(answers, disclosure), *describe_history(answers, disclosure)]
    unknown = build_sentence(f"How much of all work is tracked is {WITHHELD}.")
    statements.append(unknown if disclosure.hides_coverage else sentences.describe_coverage(numbers.coverage))
    statements += [*describe_engineers(answers, disclosure), *describe_belief(answers, disclosure)]
    return Section(ReportPart.share, title, tuple(statements), charts=draw_shares(answers, disclosure))


def describe_change(answers: Answers, disclosure: Disclosure) -> Sentence:
    """Return how the share of all tracked time moved since the period before."""
    first, last = answers.request.previous_days()
    before, log_span = phrase_period(first, last), answers.log_span()
    if log_span and first + timedelta(days=WEEKEND_DAYS) < log_span[0] <= last:
        began = theme.format_day(log_span[0])
        return build_sentence(
            f"The time log begins on {began}, too late to compare it with all of {format_period(first, last)}."
        )
    if not disclosure.shows_before:
        return build_sentence(f"Too few people have time {before} to compare it with.")
    conditions = {"scope": EVERYONE, "measure": SHARE_OF_ALL}
    previous = answers.read_number("labeling_share", "share", format_percent, period="before", **conditions)
    change = answers.read_number(
        "labeling_share", "share", sentences.format_absolute_points, how="change", **conditions
    )
    intervals = [read_interval(answers, period) for period in ("this", "before")]
    current = answers.read_number("labeling_share", "share", format_percent, **conditions)
    unjudged = ""
    if None in intervals:
        unjudged = f"and chance cannot be told apart for {CHOSEN_PROJECTS if answers.request.projects else TOO_FEW}"
    direction = sentences.classify_change(
        current.value if current else 0.0, previous.value if previous else None, intervals[0], intervals[1]
    )
    return sentences.describe_change(direction, before, change, previous, unjudged)


def read_interval(answers: Answers, period: str) -> tuple[float, float] | None:
    """Return the interval of everyone's share of all tracked time; none where projects are chosen."""
    if answers.request.projects:
        return None  # the figure is about all projects
    bounds = [
        answers.read_number("claim_check", end, format_percent, period=period, scope=EVERYONE)
        for end in ("low", "high")
    ]
    return (bounds[0].value, bounds[1].value) if bounds[0] and bounds[1] else None


def describe_history(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return the range of the weekly shares of the half year before."""
    conditions: dict[str, Any] = {"scope": EVERYONE} | (
        {} if disclosure.shown_weeks is None else {"week_on": disclosure.shown_weeks}
    )
    weeks = answers.select_rows("share_over_time", "history", **conditions).drop_nulls("share_of_all_tracked").height
    if weeks < HISTORY_WEEKS // 4:
        count = "is no week" if not weeks else "is only 1 week" if weeks == 1 else f"are only {weeks} weeks"
        return [build_sentence(f"There {count} of history to compare it with.")]
    least, median, most = (
        answers.read_number(
            "share_over_time", "share_of_all_tracked", format_percent, period="history", how=how, **conditions
        )
        for how in ("least", "median", "most")
    )
    statement = build_sentence(
        f"In the {weeks} weeks before, a week's share lay between ", least, " and ", most, ", half of them above ",
        median, ".",
    )  # fmt: skip
    return [statement, *describe_trend(answers, conditions)]


def describe_trend(answers: Answers, conditions: dict[str, Any]) -> list[Sentence]:
    """Return whether the share rose or fell over the weeks before: only where all of the interval says so."""

    def read_bound(how: str, show: sentences.Formatter) -> Number | None:
        return answers.read_number(
            "share_over_time", "share_of_all_tracked", show, period="history", how=how, **conditions
        )

    low, high = read_bound("drift_from", format_signed_points), read_bound("drift_to", format_signed_points)
    if low is None or high is None:
        return [
            build_sentence(
                "Whether they rose or fell cannot be told: the weeks are too few or too similar to each other."
            )
        ]
    if low.value <= 0 <= high.value:
        return [build_sentence("Over these weeks there is no clear trend (", low, " to ", high, ").")]
    verb, bounds = ("rose", ("drift_from", "drift_to")) if low.value > 0 else ("fell", ("drift_to", "drift_from"))
    least, most = (
        read_bound(bounds[0], sentences.format_bare_points),
        read_bound(bounds[1], sentences.format_absolute_points),
    )
    return [build_sentence(f"Over these weeks it {verb}, by ", least, " to ", most, " along a straight line (95%).")]


def describe_engineers(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return the engineers' own share, where it may be shown."""
    conditions = {"scope": ENGINEERS, "measure": SHARE_OF_ALL}
    value = answers.read_number("labeling_share", "share", format_percent, **conditions)
    if value is None or disclosure.hides_engineers:
        return []
    hours = answers.read_number("labeling_share", "denominator_hours", theme.format_hours, **conditions)
    return [build_sentence("Engineers alone spent ", value, " of their ", hours, " on labeling.")]


def describe_belief(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return whether the 80/20 belief holds here: of engineers, as claimed, where they may be shown."""
    if answers.request.projects or disclosure.hides_share_of_all:
        return []
    scope = EVERYONE if disclosure.hides_engineers else ENGINEERS
    rows = answers.select_rows("claim_check", scope=scope)
    if rows.is_empty():
        return []
    row = rows.row(0, named=True)
    value = answers.read_number("claim_check", "share", format_percent, scope=scope)
    low, high = (answers.read_number("claim_check", end, format_percent, scope=scope) for end in ("low", "high"))
    if value is None:
        return []
    statements = [sentences.describe_belief(str(row["verdict"]), str(row["settles"]), value, low, high)]
    engineer_rows = answers.select_rows("claim_check", scope=ENGINEERS)
    if scope == EVERYONE and not engineer_rows.is_empty():
        verdicts = {"supported": "it is supported", "not supported": "it is not supported"}
        verdict = verdicts.get(str(engineer_rows.item(0, "verdict")), "it cannot be told")
        statements.append(
            build_sentence(
                f"For engineers alone {verdict}; their numbers are withheld: they, or the others, are too few at it."
            )
        )
    return statements
