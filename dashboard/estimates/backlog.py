"""What the remaining labels will take, and what automation will save on them.

Hours of a week = N [(1 - c) m + c (a v + (1 - a) (v + k) + r)] / 3600, with N items, c the share offered to
automation, a the share of suggestions kept, m, v and k the seconds by hand, to check, and to correct, r the rework of
an automated item. The saving is the time that the automated items would take by hand, less the time they do take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboard.estimates.contract import Unavailable
from dashboard.estimates.plan import (
    INPUTS,
    QUANTITIES,
    WEEKS,
    Assumption,
    Borrowed,
    Given,
    Plan,
    Projection,
    SavingPerItem,
)

if TYPE_CHECKING:
    from dashboard.estimates.weekly_series import Reals

__all__ = [
    "DRAWS",
    "INPUTS",
    "QUANTITIES",
    "SEED",
    "WEEKS",
    "Assumption",
    "Borrowed",
    "Given",
    "Plan",
    "Projection",
    "SavingPerItem",
    "project_backlog",
]

SEED = 20260101
DRAWS = 2000


def project_backlog(
    weeks: pl.DataFrame,
    plan: Plan,
    *,
    saving: SavingPerItem | None = None,
    errors: Reals | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Projection | Unavailable:
    """Return the weeks ahead of a project with the history `weeks` (columns of WEEKS), or what is missing for them.

    `errors` are the standardised log errors of the team's earlier forecasts at this horizon (from `backtest`). They
    widen the interval to what it should have been; fewer than four change nothing. The draws of two plans with the
    same seed can be compared one by one.

    Raises:
        ValueError: the plan has an unknown input, or a value outside its range.
    """
    from dashboard.estimates import projected_weeks

    return projected_weeks.projected(weeks, plan, saving, errors, seed=seed, draws=draws)
