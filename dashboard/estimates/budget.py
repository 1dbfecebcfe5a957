"""What a budget's period will have used at its end, from the weeks before: nothing is assumed but that they go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.estimates.contract import Refusal
from dashboard.estimates.finish import LEAST_WEEKS, resampled

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals


@dataclass(frozen=True)
class Burn:
    """Use at the end of the period, in the unit of the budget; `over`: share of the draws that end past it."""

    p10: float
    p50: float
    p90: float
    over: float
    weeks_used: int


def at_the_end(
    history: Reals, used: float, weeks: float, budget: float, *, draws: int = 2000, seed: int
) -> Burn | Refusal:
    """Return the use at the end of a period that has `weeks` weeks to go (a part of a week counts in part).

    `history`: use a complete week, in order, resampled in blocks (see `finish.resampled`).
    """
    import numpy as np

    if len(history) < LEAST_WEEKS:
        missing = LEAST_WEEKS - len(history)
        return Refusal(f"Use is known for {len(history)} complete weeks only.", f"{missing} more complete weeks.")
    if not sum(history):
        return Refusal("Nothing was used in the complete weeks before.", "Weeks in which something is used.")
    whole = int(weeks)
    drawn = resampled(history, whole + 1, draws, np.random.default_rng(seed))
    ends = used + drawn[:, :whole].sum(axis=1) + drawn[:, whole] * (weeks - whole)
    p10, p50, p90 = (float(value) for value in np.quantile(ends, (0.1, 0.5, 0.9)))
    return Burn(p10, p50, p90, float(np.mean(ends > budget)), len(history))
