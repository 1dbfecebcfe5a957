"""What it takes to bring the labeling share to a target, and which lever can do it.

Human effort of labeling, relative to making every label by hand (METHODS: backlog model):

    R = o + (1 - c) + c (rho + (1 - a) kappa)

c coverage, a acceptance, rho seconds to check a suggestion / seconds by hand, kappa seconds to correct one / seconds by
hand, o upkeep and other overhead / seconds by hand.

Several projects are pooled into one that needs the same effort R, whatever levers each of them has. Let w be the hours
by hand of a project, c the share offered to automation, a the acceptance, and rho and kappa the times to check and to
correct relative to the time by hand. R = sum w (o + 1 - c + c (rho + (1 - a) kappa)) / sum w stays the same with the
means of c weighted by w, of rho and 1 - a weighted by w c, and of kappa weighted by w c (1 - a).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals


FreedHours = Literal["reallocate", "release"]
Lever = Literal["acceptance", "coverage", "checking"]
LEVERS: tuple[Lever, ...] = ("acceptance", "coverage", "checking")
BISECTION_STEPS = 60  # halvings of [0, 1]: far below 1e-6
ROUNDING_TOLERANCE = 1e-12


@dataclass(frozen=True)
class EffortInputs:
    """How labels are made: shares of 0..1 and ratios to the seconds by hand (see the module)."""

    coverage: float
    acceptance: float
    checking: float  # rho
    correcting: float  # kappa
    overhead: float = 0.0

    def effort(self) -> float:
        """Return R, the human effort relative to making every label by hand."""
        suggestion_effort = self.checking + (1 - self.acceptance) * self.correcting
        return self.overhead + 1 - self.coverage + self.coverage * suggestion_effort


@dataclass(frozen=True)
class LeverRequirement:
    """The value one lever needs while the others stay as they are; None: this lever alone cannot reach it.

    `best` is the effort R at the lever's best value (acceptance 1, coverage 1, checking 0).
    """

    lever: Lever
    now: float
    value: float | None
    best_effort: float


@dataclass(frozen=True)
class GoalSolution:
    """How to reach an effort; `binding` is the lever that keeps acceptance alone from reaching it.

    `unlock` is the value of the binding lever that makes the target reachable with the smallest change (with every
    suggestion kept), None where no lever alone can. Both are None where acceptance alone is enough.
    """

    required: float
    now: float
    needs: tuple[LeverRequirement, ...]
    binding: Lever | None
    unlocking_value: float | None

    @property
    def is_reached(self) -> bool:
        """Return whether the present work already reaches the effort."""
        return self.now <= self.required + ROUNDING_TOLERANCE


def compute_required_effort(share: float, target: float, freed: FreedHours, growth: float = 1.0) -> float:
    """Return the effort, relative to today's, at which the labeling share of hours falls from `share` to `target`.

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


def solve_lever(lever: Lever, work: EffortInputs, required: float) -> LeverRequirement:
    """Return the lever value that gives the effort `required` (relative to all by hand), in closed form."""
    current, best_effort = float(getattr(work, lever)), apply_best_lever(lever, work).effort()
    # Rounding must not turn "just reachable" into "not reachable", nor move a lever that has no effect.
    if work.effort() <= required + ROUNDING_TOLERANCE:
        return LeverRequirement(lever, current, current, best_effort)
    if best_effort > required + ROUNDING_TOLERANCE:
        return LeverRequirement(lever, current, None, best_effort)
    return LeverRequirement(
        lever, current, min(max(_compute_lever_value(lever, work, required), 0.0), 1.0), best_effort
    )


def _compute_lever_value(lever: Lever, work: EffortInputs, required: float) -> float:
    suggestion_effort = work.checking + (1 - work.acceptance) * work.correcting
    if lever == "coverage":
        return (1 + work.overhead - required) / (1 - suggestion_effort)
    per_offered = (required - work.overhead - (1 - work.coverage)) / work.coverage
    if lever == "checking":
        return per_offered - (1 - work.acceptance) * work.correcting
    return 1 - (per_offered - work.checking) / work.correcting


def apply_best_lever(lever: Lever, work: EffortInputs) -> EffortInputs:
    """Return the work with a lever at its best value; full coverage is best only where a suggestion saves time."""
    if lever == "acceptance":
        return replace(work, acceptance=1.0)
    if lever == "checking":
        return replace(work, checking=0.0)
    suggestion_effort = work.checking + (1 - work.acceptance) * work.correcting
    return replace(work, coverage=1.0 if suggestion_effort < 1 else 0.0)


def seek_goal(work: EffortInputs, required: float) -> GoalSolution:
    """Return how one lever at a time can reach an effort, and which lever limits acceptance."""
    needs = tuple(solve_lever(lever, work, required) for lever in LEVERS)
    if needs[0].value is not None:
        return GoalSolution(required, work.effort(), needs, None, None)
    perfect_work = replace(work, acceptance=1.0)
    other_needs = [solve_lever(lever, perfect_work, required) for lever in ("coverage", "checking")]
    feasible = [need for need in other_needs if need.value is not None]
    if feasible:
        easiest = min(feasible, key=lambda need: abs(float(need.value or 0.0) - need.now))
        return GoalSolution(required, work.effort(), needs, easiest.lever, easiest.value)
    return GoalSolution(required, work.effort(), needs, min(other_needs, key=lambda need: need.best_effort).lever, None)


def find_threshold(reaches: Callable[[float], bool]) -> float | None:
    """Return the smallest value in [0, 1] from which `reaches` holds; None where it does not hold at 1.

    `reaches` must stay true as its argument grows.
    """
    if not reaches(1.0):
        return None
    low, high = 0.0, 1.0
    if reaches(0.0):
        return 0.0
    for _ in range(BISECTION_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


@dataclass(frozen=True)
class EffortDraws:
    """The inputs with their uncertainty: one value per draw (equal lengths)."""

    coverage: Reals
    checking: Reals
    correcting: Reals
    overhead: Reals

    def effort(self, acceptance: float) -> Reals:
        """Return the effort R of every draw at an acceptance."""
        suggestion_effort: Reals = self.checking + (1 - acceptance) * self.correcting
        return self.overhead + 1 - self.coverage + self.coverage * suggestion_effort


def compute_success_chance(draws: EffortDraws, required: float, acceptance: float) -> float:
    """Return the share of draws in which an acceptance brings the effort down to `required`."""
    return float((draws.effort(acceptance) <= required).mean())


def find_acceptance(draws: EffortDraws, required: float, confidence: float) -> float | None:
    """Return the acceptance that reaches the effort in a share `sure` of the draws; None if no acceptance does.

    By bisection on common draws: the chance never falls as acceptance grows.
    """
    return find_threshold(lambda acceptance: compute_success_chance(draws, required, acceptance) >= confidence)


SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True)
class PooledWork:
    """The pooled work as it stands (medians of the draws) and its draws.

    Without `knows_acceptance`, acceptance is unknown or makes no difference to the time: checking then stands for all
    the time of a suggestion.
    """

    work: EffortInputs
    draws: EffortDraws
    knows_acceptance: bool


def pool_projects(projects: Sequence[Mapping[str, Reals]]) -> PooledWork | None:
    """Return the pooled work of the projects, None where nothing is offered or labeled, or no time by hand is known.

    Each project maps inputs to draws x weeks: items and manual_seconds; with automation also coverage, and either
    verify_seconds, correct_seconds and acceptance, or assisted_seconds; where known, counterfactual_seconds (of
    automated items) and maintenance_hours (per week).
    """
    import numpy as np

    if not all({"manual_seconds", "counterfactual_seconds"} & set(part) for part in projects):
        return None  # the time by hand, which everything is compared with, is not known for one of them
    parts = [_compute_work_hours({name: draws.mean(axis=1) for name, draws in part.items()}) for part in projects]
    if not parts:
        return None
    manual_hours, offered_hours, checked_hours, missed_hours, corrected_hours, upkeep_hours = (
        np.sum([part[index] for part in parts], 0) for index in range(6)
    )
    if not (np.median(manual_hours) > 0 and np.median(offered_hours) > 0):
        return None
    knows_acceptance = bool(np.median(missed_hours) > 0 and np.median(corrected_hours) > 0)
    if knows_acceptance:
        with np.errstate(invalid="ignore", divide="ignore"):
            correction_ratio = np.where(missed_hours > 0, corrected_hours / missed_hours, 0.0)
    else:
        checked_hours, correction_ratio = checked_hours + corrected_hours, 0 * checked_hours
    effort_draws = EffortDraws(
        offered_hours / manual_hours, checked_hours / offered_hours, correction_ratio, upkeep_hours / manual_hours
    )
    medians = [
        float(np.median(part))
        for part in (effort_draws.coverage, effort_draws.checking, effort_draws.correcting, effort_draws.overhead)
    ]
    acceptance = 1 - float(np.median(missed_hours / offered_hours)) if knows_acceptance else 1.0
    return PooledWork(EffortInputs(medians[0], acceptance, *medians[1:]), effort_draws, knows_acceptance)


def _compute_work_hours(inputs: Mapping[str, Reals]) -> tuple[Reals, ...]:
    """Return the hours by hand, those offered, of these the hours checked, not accepted and corrected, and upkeep."""
    # Where everything is offered to automation, nobody measured other items; their share is then zero.
    other_seconds = inputs["manual_seconds"] if "manual_seconds" in inputs else inputs["counterfactual_seconds"]
    coverage = inputs.get("coverage", 0 * other_seconds)
    manual_seconds = inputs.get("counterfactual_seconds", other_seconds)
    offered_hours = inputs["items"] * coverage * manual_seconds / SECONDS_PER_HOUR
    manual_hours = inputs["items"] * (1 - coverage) * other_seconds / SECONDS_PER_HOUR + offered_hours
    rework_seconds = inputs.get("rework_seconds", 0 * manual_seconds)
    upkeep_hours = inputs.get("maintenance_hours", 0 * manual_seconds)
    if "acceptance" in inputs and "verify_seconds" in inputs and "correct_seconds" in inputs:
        checked_hours = offered_hours * (inputs["verify_seconds"] + rework_seconds) / manual_seconds
        missed_hours = offered_hours * (1 - inputs["acceptance"])
        return (
            manual_hours,
            offered_hours,
            checked_hours,
            missed_hours,
            missed_hours * (inputs["correct_seconds"] - inputs["verify_seconds"]) / manual_seconds,
            upkeep_hours,
        )
    checked_hours = offered_hours * (inputs.get("assisted_seconds", manual_seconds) + rework_seconds) / manual_seconds
    return manual_hours, offered_hours, checked_hours, 0 * offered_hours, 0 * offered_hours, upkeep_hours
