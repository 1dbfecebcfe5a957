"""Sentences written from numbers: rise, fall, no change, and not enough data, never more than the interval allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from dashboard import theme
from dashboard.figures.savings_words import number as hours_said
from dashboard.figures.savings_words import spoken
from dashboard.reports.model import Number, Piece, Sentence

Course = Literal["rise", "fall", "higher", "lower", "none", "unknown"]
SAME = 0.0005  # under a twentieth of a percentage point is no change
Range = tuple[float, float]
Show = Callable[[float], str]


def sentence(*pieces: Piece | None) -> Sentence:
    """Return a sentence of the pieces there are."""
    return Sentence(tuple(piece for piece in pieces if piece is not None and piece != ""))


def listed(names: Sequence[Sequence[Piece]]) -> list[Piece]:
    """Return things side by side: a; a and b; a, b and c."""
    pieces: list[Piece] = []
    for place, name in enumerate(names):
        pieces += ["" if place == 0 else " and " if place == len(names) - 1 else ", ", *name]
    return [piece for piece in pieces if piece != ""]


def counted(count: int, one: str, several: str | None = None) -> str:
    """Return a count with its noun."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def course(now: float, then: float | None, around_now: Range | None, around_then: Range | None) -> Course:
    """Return what may be said of a change: rise and fall only where the two intervals do not touch."""
    if then is None:
        return "unknown"
    if abs(now - then) < SAME:
        return "none"
    apart = (
        around_now is not None
        and around_then is not None
        and (around_now[0] > around_then[1] or around_now[1] < around_then[0])
    )
    if now > then:
        return "rise" if apart else "higher"
    return "fall" if apart else "lower"


def changed(what: Course, before: str, change: Number | None, then: Number | None, unjudged: str = "") -> Sentence:
    """Return how the share moved since the period before, and whether chance could do it; `unjudged`: why not known."""
    if what == "unknown" or then is None or change is None:
        return sentence(f"Nothing is tracked {before}, so there is nothing to compare it with.")
    if what == "none":
        return sentence(f"It is the same as {before} (", then, ").")
    if what in {"rise", "fall"}:
        verb = "rose" if what == "rise" else "fell"
        return sentence(f"It {verb} by ", change, " from ", then, f" {before}, more than people and weeks vary.")
    doubt = unjudged or "a difference that people and weeks can make by chance"
    return sentence("It is ", change, f" {what} than {before} (", then, f"), {doubt}.")


def absolute_points(change: float) -> str:
    """Return a change of shares in percentage points without its sign; the verb has it."""
    return f"{abs(change) * 100:.1f} percentage points"


def bare_points(value: float) -> str:
    """Return the lower end of a change in percentage points; the upper end has the unit."""
    return f"{abs(value) * 100:.1f}"


def signed_points(value: float) -> str:
    """Return a part of a change of shares, in percentage points with its sign."""
    return f"{unsigned_zero(f'{value * 100:+.1f}')} points"


def share(whose: str, when: str, two: Number, part: Number, whole: Number) -> Sentence:
    """Return the labeling share with its denominator."""
    return sentence(
        f"{whose} spent ", two, f" of labeling and modeling time on labeling {when}: ", part, " of ", whole, "."
    )


def interval(low: Number | None, high: Number | None) -> list[Piece]:
    """Return both ends of an interval, or nothing where there is none."""
    return [" [", low, " to ", high, "]"] if low is not None and high is not None else []


def belief(verdict: str, settles: str, value: Number, low: Number | None, high: Number | None) -> Sentence:
    """Return whether the log bears out that labeling takes 80 % of the time."""
    claim, ends = "that labeling takes 80% of the time", interval(low, high)
    if verdict == "supported":
        return sentence(f"The belief {claim} is supported: it takes ", value, *ends, " of all tracked time.")
    if verdict == "not supported":
        return sentence(f"The belief {claim} is not supported: it takes ", value, *ends, " of all tracked time.")
    return sentence(
        f"The belief {claim} can be neither supported nor refused: it takes ",
        value,
        *ends,
        f" of all tracked time. To settle it: {settles}.",
    )


def saving(state: str, value: Number, ends: list[Piece], basis: str) -> Sentence:
    """Return what automation saved or cost; a loss has no minus sign, its verb says so."""
    if state == "saves":
        return sentence("Automation saved ", value, *ends, f", {basis}.")
    if state == "costs":
        return sentence("Automation cost ", value, *ends, f" more than labeling by hand, {basis}.")
    return sentence("Whether automation saved time cannot be told from chance: ", value, *ends, f", {basis}.")


def trust(state: str, grade: str, quality: str) -> Sentence:
    """Return how far a saving can be trusted."""
    tail = "; it may be a saving, none, or a loss" if state not in {"saves", "costs"} else f": {spoken(quality)}"
    return sentence(f"Evidence grade {grade}{tail}.")


def hours(value: float) -> str:
    """Return hours saved, as the figure of savings says them."""
    return f"{hours_said(value)} hours"


def lost(value: float) -> str:
    """Return hours lost, without the minus sign that the verb has."""
    return hours(-value)


def bare(value: float) -> str:
    """Return an end of an interval of hours."""
    return hours_said(value)


def bare_lost(value: float) -> str:
    """Return an end of an interval of hours lost."""
    return hours_said(-value)


def covered(coverage: Number | None) -> Sentence:
    """Return how much of capacity is tracked."""
    if coverage is None:
        return sentence("How much of all work is tracked is unknown: no weekly hours are set.")
    return sentence("Tracked time covers ", coverage, " of capacity.")


def unsigned_zero(text: str) -> str:
    """Return a printed number without its sign where it is rounded to nothing."""
    return text if text.strip("+-0.,") else text.lstrip("+-")


def percent(value: float) -> str:
    """Return a share of 0..1 as whole percent."""
    return theme.percent(value)
