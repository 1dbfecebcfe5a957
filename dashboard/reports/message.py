"""The message of a report: its title with its numbers, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from dashboard.allocation.verdict import Verdict
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import EVERYONE, Disclosure
from dashboard.reports.document import Piece, Remark, Sentence, clean_text
from dashboard.reports.request import ReportPart, phrase_named_period
from dashboard.reports.sections import share
from dashboard.reports.sections.labels import build_label_message, read_label_numbers
from dashboard.reports.sections.savings import list_excluded
from dashboard.reports.sentences import build_sentence, join_names
from dashboard.units import count_noun, format_count, format_hours, format_share, format_share_ends

MAX_NAMED_AUTOMATIONS = 2  # automations in the title
LEAST_SHARE = 0.005  # of the tracked hours; what an automation saved or cost below it is no headline
GRADE_WORDS = {
    "A": "a random test",
    "B": "the same items done both ways, or rollouts at different dates",
    "C": "a comparison adjusted for what the log shows, not on a test",
    "D": "a plain ratio",
}


def build_message(answers: Answers, disclosure: Disclosure, numbers: share.ShareNumbers) -> Sentence:
    """Return the title: how much labeling took and how that changed, and what automation saved or cost."""
    lead = build_share_message(answers, disclosure, numbers)
    least = LEAST_SHARE * (numbers.tracked_hours.value if numbers.tracked_hours else 0)
    savings = list_savings_pieces(answers, disclosure, least) if ReportPart.savings in answers.request.parts else []
    if not has_time(numbers) and (labels := read_label_numbers(answers, disclosure)):
        return build_label_message(answers, labels, savings)
    if not savings:
        return lead
    if not has_time(numbers):
        period = phrase_named_period(answers.request.first, answers.request.last)
        return build_sentence(f"{period[:1].upper()}{period[1:]}, ", *savings, "; no time is tracked.")
    *start, last = lead.pieces
    closed = str(last).rstrip(".")
    return build_sentence(*start, closed if isinstance(last, str) else last, "; ", *savings, ".")


def has_time(numbers: share.ShareNumbers) -> bool:
    """Return whether any time is tracked."""
    return bool(numbers.tracked_hours and numbers.tracked_hours.value)


def build_share_message(answers: Answers, disclosure: Disclosure, numbers: share.ShareNumbers) -> Sentence:
    """Return the labeling share of the period in one sentence, with its change where it can be told."""
    has_share = numbers.share_of_both and not disclosure.hides_labeling_share
    if not numbers.tracked_hours or not numbers.tracked_hours.value or not has_share or numbers.range_of_both:
        return share.build_headline(answers, disclosure, numbers)
    period = phrase_named_period(answers.request.first, answers.request.last)
    whole = f" of labeling and modeling {period}"
    change = read_change(answers)
    before = answers.read_number(
        "labeling_share", "share", format_share, period="before", scope=EVERYONE, measure=share.SHARE_OF_BOTH
    )
    verdict = Verdict(change["verdict"]) if change and before and disclosure.shows_change else Verdict.uncompared
    current = numbers.share_of_both
    if before and current and verdict is not Verdict.uncompared:
        before_text, current_text = format_share_ends(before.value, current.value)
        before, current = replace(before, text=before_text), replace(current, text=current_text)
    if verdict in {Verdict.rose, Verdict.fell}:
        return build_sentence(f"Labeling {verdict.value} from ", before, " to ", current, f"{whole}.")
    tail: list[Piece | None] = [", no clear change from ", before, "."] if verdict is Verdict.unclear else ["."]
    return build_sentence("Labeling took ", current, whole, *tail)


def read_change(answers: Answers, measure: str = share.SHARE_OF_BOTH) -> Mapping[str, Any]:
    """Return the one verdict on a measure (a row of `period_change`); nothing where there is none."""
    rows = answers.select_rows("period_change", scope=EVERYONE, measure=measure)
    return rows.row(0, named=True) if rows.height else {}


def list_savings_pieces(answers: Answers, disclosure: Disclosure, least: float) -> list[Piece]:
    """Return what the largest automations saved or cost, as part of a sentence.

    Nothing where that is not known, or is less than `least` hours each.
    """
    rows = answers.load_figure("savings_by_automation").rows
    if not disclosure.shows_savings or "state" not in rows.columns:
        return []
    counted = rows.filter(pl.col("counted") & ~pl.col("automation").is_in(disclosure.hidden_automations))
    clear = counted.filter(pl.col("state").is_in(["saves", "costs"]))
    largest = clear.sort(pl.col("hours").abs(), "automation", descending=[True, False]).head(MAX_NAMED_AUTOMATIONS)
    if largest.is_empty():
        return ["no clear saving or loss by automation"] if counted.height else []
    largest = largest.filter(pl.col("hours").abs() >= least)
    pieces: list[list[Piece]] = []
    for name, state in largest.select("automation", "state").iter_rows():
        hours = answers.read_number("savings_by_automation", "hours", format_unsigned_hours, automation=name)
        verb = "saved" if state == "saves" else "cost"
        pieces.append([f"{clean_text(name)} {verb} ", *([hours] if hours else [])])
    return join_names(pieces)


def format_unsigned_hours(value: float) -> str:
    """Return hours without their sign; the verb has it."""
    return format_hours(abs(value))


def list_remarks(
    answers: Answers, disclosure: Disclosure, numbers: share.ShareNumbers, withheld: tuple[str, ...]
) -> tuple[Remark, ...]:
    """Return two lines: how sure the message is, and what is not in it; none without words."""
    if has_time(numbers):
        remarks = (
            ("How sure", describe_certainty(answers, disclosure, numbers)),
            ("Not in it", list_missing(answers, withheld)),
        )
    else:
        summed = describe_summed(answers)
        if read_label_numbers(answers, disclosure):
            summed.append(build_sentence("Work outside of labeling tools: no time is tracked."))
        remarks = (("How sure", describe_grade(answers, disclosure)), ("Not in it", summed))
    return tuple(Remark(label, tuple(sentences)) for label, sentences in remarks if sentences)


def describe_certainty(answers: Answers, disclosure: Disclosure, numbers: share.ShareNumbers) -> list[Sentence]:
    """Return how sure the message of a team is that tracks time."""
    narrow = share.describe_narrow_ranges(answers, disclosure, numbers)
    grade = describe_grade(answers, disclosure)
    return [*describe_cover(numbers, disclosure), *narrow, *grade, *explain_money(answers, disclosure)]


def list_missing(answers: Answers, withheld: tuple[str, ...]) -> list[Sentence]:
    """Return what is not in the message of a team that tracks time."""
    missing = [*share.describe_log_limits(answers), *describe_summed(answers)]
    if ReportPart.savings in answers.request.parts and not answers.load_figure("savings").unavailable:
        names = [[name] for name in list_excluded(answers)]
        missing += [build_sentence("What was saved or lost by ", *join_names(names), ".")] if names else []
    if withheld:
        missing.append(
            build_sentence(f"Withheld, being about fewer than {MIN_GROUP_SIZE} people: {'; '.join(withheld)}.")
        )
    return missing or [build_sentence("Work that nobody tracked.")]


def describe_summed(answers: Answers) -> list[Sentence]:
    """Return how many labeling events of the period the store holds as daily sums, from which no saving is told."""
    if ReportPart.savings not in answers.request.parts:
        return []
    events = answers.load_figure("savings").summed_events
    return [build_sentence(f"{count_noun(events, 'labeling event')} held as daily sums.")] if events else []


def describe_cover(numbers: share.ShareNumbers, disclosure: Disclosure) -> list[Sentence]:
    """Return how much of all work the numbers are about."""
    if disclosure.hides_coverage:
        return []
    if numbers.coverage is None:
        return [build_sentence("How much of all work is tracked is unknown: no weekly hours are set.")]
    return [build_sentence("Tracked time covers ", numbers.coverage, " of capacity.")]


def explain_money(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return why hours are saved where money is lost, or the other way round, for each currency."""
    if ReportPart.savings not in answers.request.parts or not disclosure.shows_savings:
        return []
    estimate: Mapping[str, Any] = answers.load_figure("savings").estimate or {}
    sentences = []
    for money in estimate.get("money", ()):
        value, unit = money["value"], money["unit"]
        if value is None or value * estimate["value"] >= 0:
            continue
        running = answers.read_number("savings", "value", format_amount, measure="running cost", unit=unit)
        result = "a loss" if value < 0 else "a gain"
        reason: list[Piece | None] = ["only time with a rate counts, each person's at their own"]
        if running and value + running.value > 0 > value:
            reason = ["the running cost of ", running, " is more than these hours are worth"]
        hours = "saved" if estimate["value"] > 0 else "lost"
        sentences.append(build_sentence(f"In {unit} the hours {hours} are {result}: ", *reason, "."))
    return sentences


def format_amount(value: float) -> str:
    """Return an amount of money without its sign."""
    return format_count(abs(value))


def describe_grade(answers: Answers, disclosure: Disclosure) -> list[Sentence]:
    """Return in plain words what the hours saved rest on."""
    if ReportPart.savings not in answers.request.parts or not disclosure.shows_savings:
        return []
    estimate = answers.load_figure("savings").estimate
    words = GRADE_WORDS.get(str(estimate["grade"])) if estimate else None
    return [build_sentence(f"Hours saved rest on {words}.")] if words else []
