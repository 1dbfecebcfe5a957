"""What automation saved: the door to the estimators. The numerical libraries load with the first question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from dashboard.estimates.contract import LABEL_COLUMNS, Diagnostic, Interval, SavingsEstimate, Unavailable

__all__ = ["LABEL_COLUMNS", "Diagnostic", "Interval", "SavingsEstimate", "Unavailable", "estimate"]


def estimate(labels: pl.DataFrame, *, rollouts: Mapping[str, date], level: float = 0.95) -> SavingsEstimate:
    """Return what assistance saved on these labels, with intervals at a level, grade and checks, or a refusal.

    `labels` has the columns of LABELS; `rollouts` gives the first day of assistance by person or project and may be
    empty. The headline is a ratio of total hours (PPML) under the strongest design the log allows; the typical
    item's speed-up stands beside it and never becomes hours.
    """
    from dashboard.estimates import assembly

    return assembly.assemble_savings(labels, rollouts, level)
