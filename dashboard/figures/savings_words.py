"""Savings in plain words: the sentence of the page, of the figure and of the terminal is one and the same."""

from __future__ import annotations

from dashboard.estimates.contract import Interval
from dashboard.figures.savings_fits import UNREGISTERED
from dashboard.figures.savings_net import WORDS, Judged, Verdict

HOLDOUT = (
    "Leave a random tenth of the eligible items, 150 or more, to people (a manual hold-out), or bring the automation "
    "to different people at different dates."
)
UNSETTLED = "The direction is not established: other ways to compute it give the other sign."
NOTHING_ASSISTED = (
    "No label was made with assistance, as far as the log and the register say.",
    "Import an export that marks assisted labels, or enter the automation and its rollout date in the register.",
)
FRAGILE = (
    "No saving is established: items that were easier to begin with could explain all of it, for what the log shows."
)


def number(hours: float) -> str:
    """Return hours as people say them: one decimal below ten."""
    text = f"{hours:,.1f}" if abs(hours) < 10 else f"{hours:,.0f}"  # noqa: PLR2004 - see above
    return "0.0" if text == "-0.0" else text


def hours(interval: Interval) -> str:
    """Return hours with their interval."""
    return f"{number(interval.value)} hours [{number(interval.low)}, {number(interval.high)}]"


def lost(interval: Interval) -> str:
    """Return hours that were lost, without minus signs."""
    return hours(Interval(-interval.value, -interval.high, -interval.low, interval.level))


def included(basis: str) -> str:
    """Return what a loss holds, from what a saving would be net of."""
    if not basis.startswith("net of "):
        return basis
    named, _, rest = basis.removeprefix("net of ").partition(", ")
    return f"{named} included{f', {rest}' if rest else ''}"


def part_of(share: Interval) -> str:
    """Return a share of the hours by hand with its interval."""
    ends = f"[{share.low:.0%}, {share.high:.0%}]"
    return f", {share.value:.0%} {ends} of what the same labels would have taken by hand"


def quality(verdict: Verdict, *, saves: bool) -> str:
    """Return the word of the quality gate."""
    return WORDS[verdict] if saves or verdict != "not confirmed" else "quality not established"


def spoken(verdict: str) -> str:
    """Return the word of the quality gate as it stands in a sentence, where "confirmed" alone could mean the hours."""
    return {"confirmed": "quality confirmed", "void": "void, quality missed the margin"}.get(verdict, verdict)


def of_part(one: Judged) -> str:
    """Return what one automation does."""
    name, net = named(one), one.hours
    found = one.part.savings
    if one.state == "not enough data":
        return f"{name}: {why(one)[0]}"
    if one.state == "direction not established" or net is None or found is None:
        return f"{name}: {why(one)[0]}"
    basis = included(one.burden.basis) if one.state == "costs" else one.burden.basis
    tail = f"{basis}, grade {found.grade}{'' if one.part.is_population else ', for our current annotators'}"
    if one.state == "saves":
        return f"{name} saved {hours(net)}, {tail}: {spoken(quality(one.verdict, saves=True))}."
    if one.state == "costs":
        return f"{name} costs {lost(net)} more than labeling by hand would have taken, {tail}."
    return f"{name}: no difference that can be told from chance, {hours(net)} saved, {tail}."


def named(one: Judged) -> str:
    """Return the automation's name, also where the register has none for it."""
    name = one.part.automation
    return "Assistance that is not in the register" if name == UNREGISTERED else name


def why(one: Judged) -> tuple[str, str]:
    """Return why there is no number, and what is needed."""
    if one.part.refused:
        return one.part.refused.reason, one.part.refused.needed
    if one.state == "direction not established":
        return UNSETTLED if one.part.hours is None else FRAGILE, HOLDOUT
    return "", ""


def of_total(counted: list[Judged], net: Interval, state: str, basis: str, share: Interval | None, verdict: str) -> str:
    """Return the answer in one sentence."""
    grade = worst_grade(counted)
    whom = (
        "" if all(one.part.is_population for one in counted) else " Too few annotators to speak of others than these."
    )
    part = part_of(share) if share else ""
    if state == "saves":
        return f"Automation saved {hours(net)}, {basis}{part}. Grade {grade}: {spoken(verdict)}.{whom}"
    if state == "costs":
        return (
            f"Automation costs {lost(net)} more than labeling by hand would have taken, {included(basis)}. "
            f"Grade {grade}: {spoken(verdict)}.{whom}"
        )
    return (
        f"No saving can be told from chance: {hours(net)} saved, {basis}. Grade {grade}: it may be a saving, "
        f"none, or a loss.{whom}"
    )


def left_out(others: list[Judged]) -> str:
    """Return which automations the total leaves out, and why."""
    said = [f"{one.part.automation} ({'void' if one.hours is not None else one.state})" for one in others]
    return f"Not in the total: {', '.join(said)}." if said else ""


def refused(judged: list[Judged]) -> tuple[str, str]:
    """Return why there is no total, and what is needed: automation by automation where there are several."""
    if not judged:
        return NOTHING_ASSISTED
    if len(judged) == 1:
        reason, needed = why(judged[0])
        return (reason or f"Its quality missed the margin: {WORDS['void']}.", needed)
    reasons = [f"{one.part.automation}: {why(one)[0] or 'void, its quality missed the margin.'}" for one in judged]
    needs = [f"{one.part.automation}: {needed}" for one in judged if (needed := why(one)[1])]
    return " ".join(reasons), " ".join(needs)


def worst_grade(counted: list[Judged]) -> str:
    """Return the grade of the weakest estimate."""
    return max(one.part.savings.grade for one in counted if one.part.savings)
