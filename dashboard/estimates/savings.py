"""What automation saved: the door to the estimators. The numerical libraries load with the first question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from dashboard.estimates.contract import LABELS, Diagnostic, Interval, Refusal, Savings

__all__ = ["LABELS", "Diagnostic", "Interval", "Refusal", "Savings", "estimate"]


def estimate(labels: pl.DataFrame, *, rollouts: Mapping[str, date], level: float = 0.95) -> Savings:
    """Return what assistance saved on these labels, with intervals at a level, grade and checks, or a refusal.

    `labels` has the columns of LABELS; `rollouts` gives the first day of assistance by person or project and may be
    empty. The headline is a ratio of total hours (PPML) under the strongest design the log allows; the typical
    item's speed-up stands beside it and never becomes hours.
    """
    from dashboard.estimates import assembly

    return assembly.savings(labels, rollouts, level)
