"""What a budget's period will have used at its end, assuming only that the weeks go on as before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import Cause, Unavailable
from dashboard.inference.draws import MINIMUM_WEEKS, resample_weeks

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals


@dataclass(frozen=True)
class BurnForecast:
    """Use at the end of the period, in the unit of the budget; `over` is the share of draws that exceed it."""

    p10: float
    p50: float
    p90: float
    over: float
    weeks_used: int


def forecast_burn(
    history: Reals, used: float, weeks: float, budget: float, *, draws: int = 2000, seed: int
) -> BurnForecast | Unavailable:
    """Return the use at the end of a period with `weeks` weeks to go (a fraction of a week counts as a fraction).

    `history` is the use per complete week, in order; it is resampled in blocks (see `finish`).
    """
    import numpy as np

    if len(history) < MINIMUM_WEEKS:
        missing = MINIMUM_WEEKS - len(history)
        return Unavailable(
            f"Use is known for {len(history)} complete weeks only.",
            f"{missing} more complete weeks.",
            Cause.too_little_data,
        )
    if not sum(history):
        return Unavailable(
            "Nothing was used in the complete weeks before.", "Weeks in which something is used.", Cause.too_little_data
        )
    whole_weeks = int(weeks)
    weekly_draws = resample_weeks(history, whole_weeks + 1, draws, np.random.default_rng(seed))
    end_totals = used + weekly_draws[:, :whole_weeks].sum(axis=1) + weekly_draws[:, whole_weeks] * (weeks - whole_weeks)
    p10, p50, p90 = (float(value) for value in np.quantile(end_totals, (0.1, 0.5, 0.9)))
    return BurnForecast(p10, p50, p90, float(np.mean(end_totals > budget)), len(history))
