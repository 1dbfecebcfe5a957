"""The work of several projects as one: the same effort R, whatever levers each of them has.

With w the hours by hand of a project, c the part of them that is offered to automation, a the acceptance, rho and
kappa checking and correcting relative to the seconds by hand, R = sum w (o + 1 - c + c (rho + (1 - a) kappa)) / sum w
is kept by the means of c weighted with w, of rho and 1 - a with w c, of kappa with w c (1 - a).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.estimates.goal_seek import EffortDraws, EffortInputs

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

HOUR = 3600.0


@dataclass(frozen=True)
class Pooled:
    """The work as it stands (medians of the draws) and its draws.

    Without `knows_acceptance` it makes no difference to the time whether a suggestion is kept, or it is not known:
    checking then is all the time of a suggestion.
    """

    work: EffortInputs
    draws: EffortDraws
    knows_acceptance: bool


def pooled(projects: Sequence[Mapping[str, Reals]]) -> Pooled | None:
    """Return the work of projects together, None where nothing is offered to automation or nothing is labeled.

    Each project maps inputs to draws x weeks: items and manual_seconds; where automation helps coverage, and either
    verify_seconds, correct_seconds and acceptance, or assisted_seconds; as far as known counterfactual_seconds (of
    automated items) and maintenance_hours (a week).
    """
    import numpy as np

    parts = [_weights({name: draws.mean(axis=1) for name, draws in one.items()}) for one in projects]
    if not parts:
        return None
    hand, offered, checked, missed, corrected, upkeep = (np.sum([one[place] for one in parts], 0) for place in range(6))
    if not (np.median(hand) > 0 and np.median(offered) > 0):
        return None
    known = bool(np.median(missed) > 0 and np.median(corrected) > 0)
    if known:
        with np.errstate(invalid="ignore", divide="ignore"):
            correcting = np.where(missed > 0, corrected / missed, 0.0)
    else:
        checked, correcting = checked + corrected, 0 * checked
    found = EffortDraws(offered / hand, checked / offered, correcting, upkeep / hand)
    middle = [float(np.median(one)) for one in (found.coverage, found.checking, found.correcting, found.overhead)]
    acceptance = 1 - float(np.median(missed / offered)) if known else 1.0
    return Pooled(EffortInputs(middle[0], acceptance, *middle[1:]), found, known)


def _weights(one: Mapping[str, Reals]) -> tuple[Reals, ...]:
    """Return hours by hand, those offered, and of these: checked, not accepted, corrected; and hours of upkeep."""
    coverage = one.get("coverage", 0 * one["manual_seconds"])
    by_hand = one.get("counterfactual_seconds", one["manual_seconds"])
    offered = one["items"] * coverage * by_hand / HOUR
    hand = one["items"] * (1 - coverage) * one["manual_seconds"] / HOUR + offered
    rework = one.get("rework_seconds", 0 * by_hand)
    upkeep = one.get("maintenance_hours", 0 * by_hand)
    if "acceptance" in one and "verify_seconds" in one and "correct_seconds" in one:
        checked = offered * (one["verify_seconds"] + rework) / by_hand
        missed = offered * (1 - one["acceptance"])
        return (
            hand,
            offered,
            checked,
            missed,
            missed * (one["correct_seconds"] - one["verify_seconds"]) / by_hand,
            upkeep,
        )
    checked = offered * (one.get("assisted_seconds", by_hand) + rework) / by_hand
    return hand, offered, checked, 0 * offered, 0 * offered, upkeep
