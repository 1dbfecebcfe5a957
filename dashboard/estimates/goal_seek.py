"""What must be true to bring the labeling share to a target, and by which lever it can be had.

Relative human effort of labeling, against making every label by hand (METHODS: backlog model):

    R = o + (1 - c) + c (rho + (1 - a) kappa)

c coverage, a acceptance, rho seconds to check a suggestion / seconds by hand, kappa seconds to correct one / seconds
by hand, o upkeep and other overhead / seconds by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

Freed = Literal["reallocate", "release"]
Lever = Literal["acceptance", "coverage", "checking"]
LEVERS: tuple[Lever, ...] = ("acceptance", "coverage", "checking")
STEPS = 60  # halvings of [0, 1]: far below 1e-6
ROUNDING = 1e-12


@dataclass(frozen=True)
class Work:
    """How labels are made: shares of 0..1 and ratios to the seconds by hand (see the module)."""

    coverage: float
    acceptance: float
    checking: float  # rho
    correcting: float  # kappa
    overhead: float = 0.0

    def effort(self) -> float:
        """Return R, the human effort relative to making every label by hand."""
        handled = self.checking + (1 - self.acceptance) * self.correcting
        return self.overhead + 1 - self.coverage + self.coverage * handled


@dataclass(frozen=True)
class Need:
    """What one lever must be, the others left alone; `value` None: not reachable by this lever alone.

    `best` is the effort R at the lever's end (acceptance 1, coverage 1, checking 0).
    """

    lever: Lever
    now: float
    value: float | None
    best: float


@dataclass(frozen=True)
class Goal:
    """How to reach an effort; `binding` is the lever that keeps acceptance alone from it, `unlock` what it must be.

    Both are None where acceptance alone suffices; `unlock` is the smallest change of the binding lever (with every
    suggestion kept) that makes the target reachable, None where no lever alone can.
    """

    required: float
    now: float
    needs: tuple[Need, ...]
    binding: Lever | None
    unlock: float | None

    @property
    def reached(self) -> bool:
        """Return whether the work as it stands is there already."""
        return self.now <= self.required + ROUNDING


def required_effort(share: float, target: float, freed: Freed, growth: float = 1.0) -> float:
    """Return the effort, relative to today's, at which labeling's share of hours falls from `share` to `target`.

    reallocate (freed hours go to modeling): target / (share growth). release (freed hours leave):
    (1 - share) / share x target / (1 - target) / growth. `growth` is next volume / today's.

    Raises:
        ValueError: a share or target outside of (0, 1), or a growth that is not positive.
    """
    if not (0 < share < 1 and 0 < target < 1 and growth > 0):
        raise ValueError("Shares lie between 0 and 1, growth above 0.")
    if freed == "reallocate":
        return target / (share * growth)
    return (1 - share) / share * target / (1 - target) / growth


def needed(lever: Lever, work: Work, required: float) -> Need:
    """Return what a lever must be for the effort `required` (relative to making all by hand), in closed form."""
    now, best = float(getattr(work, lever)), at_best(lever, work).effort()
    # Rounding must not turn "just reachable" into "not reachable", nor ask a lever that moves nothing to move.
    if work.effort() <= required + ROUNDING:
        return Need(lever, now, now, best)
    if best > required + ROUNDING:
        return Need(lever, now, None, best)
    return Need(lever, now, min(max(_solved(lever, work, required), 0.0), 1.0), best)


def _solved(lever: Lever, work: Work, required: float) -> float:
    handled = work.checking + (1 - work.acceptance) * work.correcting
    if lever == "coverage":
        return (1 + work.overhead - required) / (1 - handled)
    per_offered = (required - work.overhead - (1 - work.coverage)) / work.coverage
    if lever == "checking":
        return per_offered - (1 - work.acceptance) * work.correcting
    return 1 - (per_offered - work.checking) / work.correcting


def at_best(lever: Lever, work: Work) -> Work:
    """Return the work with a lever at the end that helps: coverage 1 helps only where a suggestion saves time."""
    if lever == "acceptance":
        return replace(work, acceptance=1.0)
    if lever == "checking":
        return replace(work, checking=0.0)
    handled = work.checking + (1 - work.acceptance) * work.correcting
    return replace(work, coverage=1.0 if handled < 1 else 0.0)


def seek(work: Work, required: float) -> Goal:
    """Return how an effort can be reached by one lever at a time, and what stands in the way of acceptance."""
    needs = tuple(needed(lever, work, required) for lever in LEVERS)
    if needs[0].value is not None:
        return Goal(required, work.effort(), needs, None, None)
    perfect = replace(work, acceptance=1.0)
    others = [needed(lever, perfect, required) for lever in ("coverage", "checking")]
    feasible = [one for one in others if one.value is not None]
    if feasible:
        easiest = min(feasible, key=lambda one: abs(float(one.value or 0.0) - one.now))
        return Goal(required, work.effort(), needs, easiest.lever, easiest.value)
    return Goal(required, work.effort(), needs, min(others, key=lambda one: one.best).lever, None)


def bisected(reaches: Callable[[float], bool]) -> float | None:
    """Return the smallest value in [0, 1] from which on `reaches` holds, None where it does not hold at 1.

    `reaches` must not turn false again as its argument grows.
    """
    if not reaches(1.0):
        return None
    low, high = 0.0, 1.0
    if reaches(0.0):
        return 0.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


@dataclass(frozen=True)
class Draws:
    """The work with its uncertainty: one value a draw (equal lengths)."""

    coverage: Reals
    checking: Reals
    correcting: Reals
    overhead: Reals

    def effort(self, acceptance: float) -> Reals:
        """Return R of every draw at an acceptance."""
        handled: Reals = self.checking + (1 - acceptance) * self.correcting
        return self.overhead + 1 - self.coverage + self.coverage * handled


def chance(draws: Draws, required: float, acceptance: float) -> float:
    """Return in which share of the draws an acceptance brings the effort down to `required`."""
    return float((draws.effort(acceptance) <= required).mean())


def acceptance_for(draws: Draws, required: float, sure: float) -> float | None:
    """Return the acceptance that reaches the effort in a share `sure` of the draws; None: no acceptance does.

    By bisection on common draws: the chance never falls as acceptance grows.
    """
    return bisected(lambda acceptance: chance(draws, required, acceptance) >= sure)
