"""What the labels still to come will take, and what automation will save on them."""

from __future__ import annotations

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

__all__ = [
    "INPUTS",
    "QUANTITIES",
    "WEEKS",
    "Assumption",
    "Borrowed",
    "Given",
    "Plan",
    "Projection",
    "SavingPerItem",
]

SEED = 20260101
DRAWS = 2000
