"""Savings in plain words: page, figure and terminal share the same sentences."""

from __future__ import annotations

from dashboard.categories import join_words
from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import ALIKE_SINCE_CHECK, CAPPED_CHECK, Interval
from dashboard.savings.fits import UNREGISTERED
from dashboard.savings.model.holdout import HOLDOUT_ITEMS
from dashboard.savings.net_hours import VERDICT_WORDS, AutomationResult, Verdict, classify_interval
from dashboard.units import format_bare_hours, format_hours_range, format_share, format_time_range

WIDE_HALF_WIDTH = 0.2
QUALITY_SENTENCES = {"confirmed": "confirmed by a blind audit", "void": "void, a blind audit missed the margin"}
CONFIDENCE = {"A": "high confidence", "B": "medium confidence", "C": "low confidence"}  # by the grade
HOLDOUT_NEEDED = (
    f"Leave a random tenth of the eligible items, {HOLDOUT_ITEMS} or more, to people (a manual hold-out), or bring the "
    "automation to different people at different dates."
)
UNSETTLED_REASON = "The direction is not established: other ways to compute it give the other sign."
NOTHING_ASSISTED = Unavailable(
    "No label was made with assistance, as far as the log and the register say.",
    "Import an export that marks assisted labels, or enter the automation and its rollout date in the register.",
    Cause.not_recorded,
)
FRAGILE_REASON = (
    "No saving is established. The assisted items may have been easier in ways that the log does not show, and that "
    "alone could explain all of it."
)
ONE_DATE_DOUBT = " Everybody got assistance on one date, so another change on that date may be part of this, too."
NOTHING_BESIDE_REASON = (
    "No {result} is established. Everybody had assistance from one date on, or within two weeks, and hardly anything "
    "was labeled by hand since: whatever else changed then would look the same."
)
FRAGILE_LOSS_REASON = (
    "No loss is established. The assisted items may have been harder in ways that the log does not show, and that "
    "alone could explain all of it."
)
CHOICE_REASON = (
    "Neither a saving nor a loss is established. The assisted items may have been easier or harder in ways that the "
    "log does not show, and that could change the result by more than chance does."
)


def describe_confidence(state: str, grade: str) -> str:
    """Return in a few words how far a number of hours can be trusted."""
    return "may be chance" if state == "no clear difference" else CONFIDENCE.get(grade, "")


def format_interval(interval: Interval) -> str:
    """Return hours with their interval."""
    bounds = f"[{format_bare_hours(interval.low)}, {format_bare_hours(interval.high)}]"
    return f"{format_bare_hours(interval.value)} hours {bounds}"


def format_loss(interval: Interval) -> str:
    """Return lost hours as a positive interval."""
    return format_interval(Interval(-interval.value, -interval.high, -interval.low, interval.level))


def describe_loss_basis(basis: str) -> str:
    """Return what a loss includes, given what a saving would be net of."""
    if not basis.startswith("net of "):
        return basis
    kinds, _, remainder = basis.removeprefix("net of ").partition(", ")
    return f"{kinds} included{f', {remainder}' if remainder else ''}"


def describe_share(share: Interval) -> str:
    """Return a share of the hours by hand with its interval, in a sentence about the labels alone."""
    bounds = f"[{format_share(share.low)}, {format_share(share.high)}]"
    return f" The assisted labels took {format_share(share.value)} {bounds} less time than by hand."


def lead_with_width(share: Interval | None) -> str:
    """Return the range as the beginning of an answer where it is more than 20 points to either side."""
    if share is None or (share.high - share.low) / 2 <= WIDE_HALF_WIDTH:
        return ""
    low, high = (
        f"a {'saving' if bound >= 0 else 'loss'} of {format_share(abs(bound))}" for bound in (share.low, share.high)
    )
    return f"Somewhere between {low} and {high}. "


def describe_doubts(results: list[AutomationResult], state: str) -> str:
    """Return what beside assistance may be part of a saving or loss: the choice of items, or the one date."""
    if state not in {"saves", "costs"}:
        return ""
    one_date = ONE_DATE_DOUBT if any(result.has_one_date for result in results) else ""
    return describe_choice(results, state) + one_date + describe_caps(results)


def describe_caps(results: list[AutomationResult]) -> str:
    """Return that times are capped, and what that does to the result, where they are."""
    caps = {check.words for result in results if (check := result.find_check(CAPPED_CHECK))}
    return "".join(f" {text}" for text in sorted(caps))


def describe_choice(results: list[AutomationResult], state: str) -> str:
    """Return how much of a saving or loss may come from the choice of items, where somebody chose them."""
    points = []
    for result in results:
        unseen = result.estimate.savings.unseen if result.estimate.savings else None
        if unseen is not None and unseen.is_choice:
            points.append(round(100 * (unseen.easier if state == "saves" else unseen.harder)))
    if not points or not max(points):
        return ""
    items = "easier" if state == "saves" else "harder"
    return (
        " Which items were assisted was somebody's choice, so up to "
        f"{max(points)} {'point' if max(points) == 1 else 'points'} of this may be {items} items."
    )


def describe_quality(verdict: Verdict, *, saves: bool) -> str:
    """Return the verdict of the quality gate in words."""
    return VERDICT_WORDS[verdict] if saves or verdict != "not confirmed" else "quality not established"


def describe_verdict(verdict: str, covered: str = "") -> str:
    """Return the verdict as a sentence of its own, so that it is not taken for one on the hours.

    `covered` is of which automations it holds, if not of all (`describe_covered`).
    """
    return f"Quality: {QUALITY_SENTENCES.get(verdict, 'not established')}{covered}."


def describe_covered(covered: int, total: int) -> str:
    """Return for how many automations a verdict holds, as the end of its sentence; nothing where that is all."""
    return f", for {covered} of {total} automations" if 0 < covered < total else ""


def describe_automation(result: AutomationResult) -> str:
    """Return a sentence on what one automation saved or cost."""
    name, net = format_automation_name(result), result.hours
    savings = result.estimate.savings
    if result.state == "not enough data":
        return f"{name}: {explain_missing_hours(result)[0]}"
    if net is None or savings is None:
        return f"{name}: {explain_missing_hours(result)[0]}"
    basis = describe_loss_basis(result.setup_cost.basis) if result.state == "costs" else result.setup_cost.basis
    people = "" if result.estimate.is_population else ", for our current annotators"
    tail = f"{basis}, grade {describe_grade([result])}{people}"
    lead = lead_with_width(result.estimate.share)
    if result.state == "saves":
        verdict = describe_verdict(describe_quality(result.verdict, saves=True))
        return f"{lead}{name} saved {format_interval(net)}, {tail}.{describe_doubts([result], result.state)} {verdict}"
    if result.state == "costs":
        loss = f"{lead}{name} costs {format_loss(net)} more than labeling by hand would have taken, {tail}."
        return loss + describe_doubts([result], result.state)
    return (
        f"{lead}{name}: no difference that can be told from chance, {format_hours_range(net.low, net.high)}, {tail}."
        f"{describe_caps([result])}"
    )


def describe_baseline(result: AutomationResult) -> str:
    """Return a sentence on the share that one comparison says was saved, or why it says nothing."""
    share = result.shown_share
    if share is None:
        return explain_missing_hours(result)[0]
    people = "" if result.estimate.is_population else ", for our current annotators"
    if share.low <= 0 <= share.high:
        bounds = format_time_range(share.low, share.high)
        return f"No difference that can be told from chance: the assisted labels took {bounds}{people}."
    low, high = sorted((abs(share.low), abs(share.high)))
    size = (
        f"{format_share(abs(share.value))} [{format_share(low)}, {format_share(high)}] "
        f"{'less' if share.value > 0 else 'more'} time"
    )
    doubts = describe_doubts([result], "saves" if share.value > 0 else "costs")
    quality = f" {describe_verdict(describe_quality(result.verdict, saves=True))}" if share.value > 0 else ""
    return f"The assisted labels took {size} than by hand{people}.{doubts}{quality}"


def format_automation_name(result: AutomationResult) -> str:
    """Return the automation's name as the beginning of a sentence."""
    name = result.estimate.automation
    return name.capitalize() if name == UNREGISTERED else name


def explain_missing_hours(result: AutomationResult) -> tuple[str, str]:
    """Return why there is no number, and what is needed."""
    if result.estimate.refused:
        return result.estimate.refused.reason, result.estimate.refused.needed
    if result.state == "direction not established":
        return explain_missing_direction(result), HOLDOUT_NEEDED
    if bounds := result.estimate.bounds:
        took = format_time_range(bounds.low, bounds.high)
        return f"The assisted labels took {took}; there is no single number. {bounds.reason}", bounds.needed
    return "", ""


def explain_missing_direction(result: AutomationResult) -> str:
    """Return why neither a saving nor a loss is established."""
    hours = result.estimate.hours
    direction = "loss" if hours and hours.value < 0 else "saving"
    if result.has_nothing_beside:
        return NOTHING_BESIDE_REASON.format(result=direction)
    if hours is None:
        return UNSETTLED_REASON
    if check := result.find_check(ALIKE_SINCE_CHECK):
        return f"No {direction} is established. {check.words}"
    if result.net_hours and classify_interval(result.net_hours) == "no clear difference":
        return CHOICE_REASON + describe_unseen_range(result)
    return (FRAGILE_REASON if hours.value > 0 else FRAGILE_LOSS_REASON) + describe_unseen_range(result)


def describe_unseen_range(result: AutomationResult) -> str:
    """Return between which shares the saving lies if items may have been chosen; '' where that leaves out nothing."""
    unseen = result.estimate.savings.unseen if result.estimate.savings else None
    if unseen is None or not unseen.share.low <= 0 <= unseen.share.high:
        return ""
    took = format_time_range(unseen.share.low, unseen.share.high)
    return f" Allowing for that, the assisted labels took {took}."


def describe_total(
    results: list[AutomationResult], net: Interval, state: str, basis: str, share: Interval, verdict: str
) -> str:
    """Return the answer in one sentence."""
    grade = describe_grade(results)
    population_note = (
        ""
        if all(result.estimate.is_population for result in results)
        else " Too few annotators to speak of others than these."
    )
    doubts, lead = describe_doubts(results, state), lead_with_width(share)
    covered = sum(describe_quality(result.verdict, saves=True) == verdict for result in results)
    quality = describe_verdict(verdict, describe_covered(covered, len(results)) if verdict in QUALITY_SENTENCES else "")
    if state == "saves":
        return (
            f"{lead}Automation saved {format_interval(net)}, {basis}.{describe_share(share)}{doubts} "
            f"Grade {grade}. {quality}{population_note}"
        )
    if state == "costs":
        return (
            f"{lead}Automation costs {format_loss(net)} more than labeling by hand would have taken, "
            f"{describe_loss_basis(basis)}.{doubts} Grade {grade}. {quality}{population_note}"
        )
    return (
        f"{lead}Neither a saving nor a loss can be told from chance: {format_hours_range(net.low, net.high)}, {basis}. "
        f"Grade {grade}.{describe_caps(results)}{population_note}"
    )


def describe_left_out(results: list[AutomationResult]) -> str:
    """Return which automations the total leaves out, and why."""
    names_by_reason: dict[str, list[str]] = {}
    for result in results:
        reason = "void" if result.hours is not None else str(result.state)
        names_by_reason.setdefault(reason, []).append(result.estimate.automation)
    groups = [f"{join_words(names)} ({reason})" for reason, names in names_by_reason.items()]
    return f"Not in the total: {', '.join(groups)}." if groups else ""


def explain_missing_total(results: list[AutomationResult]) -> Unavailable:
    """Return why there is no total, and what is needed: automation by automation where there are several."""
    if not results:
        return NOTHING_ASSISTED
    if len(results) == 1:
        reason, needed = explain_missing_hours(results[0])
        reason = reason or f"Its quality missed the margin: {VERDICT_WORDS['void']}."
        return Unavailable(reason, needed, find_cause(results))
    reasons = [
        f"{result.estimate.automation}: {explain_missing_hours(result)[0] or 'void, its quality missed the margin.'}"
        for result in results
    ]
    needs = [
        f"{result.estimate.automation}: {needed}" for result in results if (needed := explain_missing_hours(result)[1])
    ]
    return Unavailable(" ".join(reasons), " ".join(needs), find_cause(results))


def find_cause(results: list[AutomationResult]) -> Cause:
    """Return whether more of the same labels would give an answer, or only another comparison."""
    is_unclear = any(result.state in {"range only", "direction not established"} for result in results)
    return Cause.not_identified if is_unclear else Cause.too_little_data


def describe_grade(results: list[AutomationResult]) -> str:
    """Return the grade of the weakest estimate, and what was compared for it."""
    grade = find_worst_grade(results)
    designs = {savings.design for result in results if (savings := result.estimate.savings) and savings.grade == grade}
    return f"{grade} ({', '.join(sorted(designs))})"


def find_worst_grade(results: list[AutomationResult]) -> str:
    """Return the grade of the weakest estimate."""
    return max(result.estimate.savings.grade for result in results if result.estimate.savings)
