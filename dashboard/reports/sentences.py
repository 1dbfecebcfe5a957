"""Sentences written from numbers: rise, fall, no change, and not enough data, never more than the interval allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from dashboard.allocation.verdict import Verdict
from dashboard.reports.document import Number, Piece, Sentence
from dashboard.savings.words import describe_verdict
from dashboard.units import format_bare_hours, format_change, format_count, format_decimal

Formatter = Callable[[float], str]


def build_sentence(*pieces: Piece | None) -> Sentence:
    """Return a sentence of the pieces there are."""
    return Sentence(tuple(piece for piece in pieces if piece is not None and piece != ""))


def join_names(names: Sequence[Sequence[Piece]]) -> list[Piece]:
    """Return names joined: a; a and b; a, b and c."""
    pieces: list[Piece] = []
    for index, name in enumerate(names):
        pieces += ["" if index == 0 else " and " if index == len(names) - 1 else ", ", *name]
    return [piece for piece in pieces if piece != ""]


def format_plural(count: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun."""
    return f"{format_count(count)} {singular if count == 1 else plural or f'{singular}s'}"


def describe_change(
    subject: str, verdict: Verdict, before: str, change: Number | None, previous: Number | None, reason: str = ""
) -> Sentence:
    """Return how the share moved since the period before; `reason`: why it is neither a rise nor a fall."""
    if verdict is Verdict.uncompared or previous is None or change is None:
        return build_sentence(
            f"{subject} cannot be compared with {before}: {reason[:1].lower()}{reason[1:].rstrip('.')}."
        )
    if verdict is Verdict.unclear:
        return build_sentence(
            f"{subject} shows no clear change from {before} (", previous, ", a difference of ", change, f"): {reason}."
        )
    return build_sentence(
        f"{subject} {verdict.value} by ", change, " from ", previous, f" in {before}, more than people and weeks vary."
    )


def format_absolute_points(change: float) -> str:
    """Return a change of shares in percentage points without its sign; the verb has it."""
    return f"{format_decimal(abs(change) * 100)} percentage points"


def format_signed_points(value: float) -> str:
    """Return a part of a change of shares, in percentage points with its sign."""
    return f"{format_change(value * 100, 1)} points"


def describe_share(subject: str, period: str, share_of_both: Number, labeling: Number, total: Number) -> Sentence:
    """Return the labeling share with its denominator."""
    return build_sentence(
        f"{subject} spent ",
        share_of_both,
        f" of labeling and modeling time on labeling {period}: ",
        labeling,
        " of ",
        total,
        ".",
    )


def format_interval(low: Number | None, high: Number | None) -> list[Piece]:
    """Return both ends of an interval, or nothing where there is none."""
    return [" [", low, " to ", high, "]"] if low is not None and high is not None else []


def describe_belief(verdict: str, settles: str, value: Sequence[Piece | None], whole: str) -> Sentence:
    """Return whether the log supports that labeling takes 80% of the time; `value` is what it takes of `whole`."""
    claim = "that labeling takes 80% of the time"
    states = {"supported": "is supported", "not supported": "is not supported"}
    state = states.get(verdict, "can be neither supported nor refuted")
    tail = "" if verdict in states else f" To settle it: {settles}."
    return build_sentence(f"The belief {claim} {state}: it takes ", *value, f" of {whole}.{tail}")


def describe_saving(state: str, value: Number, interval: list[Piece], basis: str) -> Sentence:
    """Return what automation saved or cost; a loss has no minus sign, its verb says so."""
    if state == "saves":
        return build_sentence("Automation saved ", value, *interval, f", {basis}.")
    if state == "costs":
        return build_sentence("Automation cost ", value, *interval, f" more than labeling by hand, {basis}.")
    lead = "Neither a saving nor a loss by automation can be told from chance: "
    return build_sentence(lead, *describe_hours_range(interval), f", {basis}.")


def describe_hours_range(interval: Sequence[Piece]) -> list[Piece]:
    """Return between how many hours were saved, a loss by its word and not by its sign."""
    low, high = (piece for piece in interval if isinstance(piece, Number))
    ends = [replace(bound, text=format_bare_hours(abs(bound.value))) for bound in (low, high)]
    if low.value < 0 <= high.value:
        return ["between ", ends[0], " hours lost and ", ends[1], " saved"]
    if high.value < 0:
        ends.reverse()
    return ["between ", ends[0], " and ", ends[1], f" hours {'saved' if low.value >= 0 else 'lost'}"]


def describe_evidence(state: str, grade: str, quality: str, covered: str = "") -> Sentence:
    """Return how far a saving can be trusted; `covered` is of which automations the quality is known, if not of all."""
    tail = f" {describe_verdict(quality, covered)}" if state in {"saves", "costs"} else ""
    return build_sentence(f"Evidence grade {grade}.{tail}")


def format_hours(value: float) -> str:
    """Return hours saved, as the figure of savings says them."""
    return f"{format_bare_hours(value)} hours"


def format_lost_hours(value: float) -> str:
    """Return hours lost, without the minus sign that the verb has."""
    return format_hours(-value)


def format_bare_loss(value: float) -> str:
    """Return an end of an interval of hours lost."""
    return format_bare_hours(-value)


def describe_coverage(coverage: Number | None) -> Sentence:
    """Return how much of capacity is tracked."""
    if coverage is None:
        return build_sentence("How much of all work is tracked is unknown: no weekly hours are set.")
    return build_sentence(
        "Tracked time covers ",
        coverage,
        " of capacity; who stopped tracking still counts, unless a leaving day is set.",
    )
