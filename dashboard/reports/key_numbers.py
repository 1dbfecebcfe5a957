"""The three large numbers of a report, each with its change since the period before, in money where rates are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashboard.allocation.verdict import MIN_TOTAL_CHANGE, Bounds, PeriodPair, Verdict, explain_uncovered, judge_change
from dashboard.errors import Cause
from dashboard.formats import write_money
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.document import KeyNumber
from dashboard.reports.message import format_amount, format_unsigned_hours, has_time, read_change
from dashboard.reports.request import ReportPart, name_period
from dashboard.reports.sections import share
from dashboard.reports.sections.labels import build_label_key_numbers, read_label_numbers
from dashboard.reports.sections.savings import VALUE_COLUMNS, build_key_number, read_hours_interval
from dashboard.savings.total import HEADLINE
from dashboard.units import format_bare_hours, format_hours_ends, format_share_ends

NO_AUTOMATION = {Cause.nothing_imported, Cause.nothing_matches, Cause.not_recorded}


def build_key_numbers(answers: Answers, disclosure: Disclosure, numbers: share.ShareNumbers) -> tuple[KeyNumber, ...]:
    """Return the large numbers; that of automation only with its section."""
    before = name_period(*answers.request.previous_days())
    labels = None if has_time(numbers) else read_label_numbers(answers, disclosure)
    if labels:
        first, second, rate = build_label_key_numbers(labels)
        saved = answers.load_figure("savings") if ReportPart.savings in answers.request.parts else None
        is_known = saved and saved.estimate and disclosure.shows_savings
        return (first, second, build_savings_number(answers, disclosure, before) if is_known else rate)
    third = (
        build_savings_number(answers, disclosure, before)
        if ReportPart.savings in answers.request.parts and has_savings(answers)
        else share.build_share_of_all(disclosure, numbers)
    )
    return (
        build_share_number(answers, disclosure, numbers, before),
        build_tracked_number(answers, disclosure, numbers, before),
        third,
    )


def has_savings(answers: Answers) -> bool:
    """Return whether anything is known of automation; a team that only tracks time has none."""
    unavailable = answers.load_figure("savings").unavailable
    return unavailable is None or unavailable.cause not in NO_AUTOMATION


def build_share_number(answers: Answers, disclosure: Disclosure, numbers: share.ShareNumbers, before: str) -> KeyNumber:
    """Return the labeling share with the verdict on its change in few words."""
    change, current = read_change(answers), numbers.share_of_both
    if not disclosure.shows_change or not change or change["change"] is None or not current:
        return share.build_share_of_both(disclosure, numbers, f"not comparable with {before}")
    before_text, current_text = format_share_ends(change["before"], current.value)
    shown = replace(numbers, share_of_both=replace(current, text=current_text))
    return share.build_share_of_both(disclosure, shown, f"{change['verdict']} from {before_text} in {before}")


def build_tracked_number(
    answers: Answers, disclosure: Disclosure, numbers: share.ShareNumbers, before: str
) -> KeyNumber:
    """Return the tracked hours, their change, and how much of capacity they are."""
    change = read_change(answers, "tracked_hours")
    parts, current = [f"not comparable with {before}"], numbers.tracked_hours
    if current and change and change["change"] is not None and disclosure.shows_before:
        before_text, current_text = format_hours_ends(change["before"], current.value)
        current = replace(current, text=current_text)
        parts = [f"{change['verdict']} from {before_text} in {before}"]
    parts += [f"{numbers.coverage} of capacity"] if numbers.coverage else []
    return KeyNumber("Tracked time", current, "; ".join(parts))


def build_savings_number(answers: Answers, disclosure: Disclosure, before: str) -> KeyNumber:
    """Return the hours saved or lost with their interval, their money and their change."""
    key = build_key_number(answers, disclosure)
    if key.number is None:
        return key
    estimate = answers.load_figure("savings").estimate or {}
    _, interval = read_hours_interval(answers, "savings", VALUE_COLUMNS, str(estimate["state"]), measure=HEADLINE)
    bounds = "".join(map(str, interval)).strip(" []")
    is_chance = estimate["state"] == "no clear difference"
    parts = [f"95%: {bounds}{', may be chance' * is_chance}" if bounds else "", *describe_money(estimate)]
    parts.append(describe_savings_change(answers, disclosure, estimate, before))
    number = replace(key.number, text=f"{format_bare_hours(abs(key.number.value))} h")  # a large number, no sentence
    return KeyNumber(key.label, number, "; ".join(filter(None, parts)))


def describe_money(estimate: Mapping[str, Any]) -> list[str]:
    """Return the value in money, one text per currency; nothing where no rates are known."""
    return [
        f"in money, less running cost: {write_money(format_amount(money['value']), money['unit'], is_code_first=True)}"
        + " lost" * (money["value"] < 0)
        + "".join(
            f", without {write_money(format_amount(cost), currency, is_code_first=True)} of cost"
            for currency, cost in money["other_costs"]
        )
        for money in estimate["money"]
        if money["value"] is not None
    ]


def describe_savings_change(
    answers: Answers, disclosure: Disclosure, estimate: Mapping[str, Any], before: str
) -> str:  # fmt: skip
    """Return the one verdict on the hours saved since the period before."""
    request = answers.request
    pair = PeriodPair(*request.previous_days(), request.first, request.last)
    with answers.store.snapshot() as snapshot:
        uncovered = explain_uncovered(snapshot, "labels", pair)
    previous = None if uncovered else answers.load_figure("savings", "before").estimate
    is_small = previous is not None and int(str(previous["annotators"])) < MIN_GROUP_SIZE
    if not previous or (disclosure.hides_groups and is_small):
        return f"not comparable with {before}"
    now, now_bounds = read_value(estimate)
    then, then_bounds = read_value(previous)
    verdict = judge_change(now, then, now_bounds, then_bounds, MIN_TOTAL_CHANGE * abs(then))
    loss = " lost" if then < 0 else ""
    words = "no clear change from" if verdict is Verdict.unclear else "after"
    return f"{words} {format_unsigned_hours(then)}{loss} in {before}"


def read_value(estimate: Mapping[str, Any]) -> tuple[float, Bounds | None]:
    """Return the hours saved and their interval."""
    low, high = estimate["low"], estimate["high"]
    return float(estimate["value"]), None if low is None or high is None else (float(low), float(high))
