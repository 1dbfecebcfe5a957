"""Which labels were idle time: those far from what the model expects, on either side.

The rule drops what lies more than three robust standard deviations from a Huber fit of log seconds; cutting at a
fixed percentile leaves bias, because idle time inflates the percentile itself.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.estimates.contract import IDLE_COLUMNS, Diagnostic
from dashboard.estimates.labels import Log
from dashboard.estimates.terms import Mask, Reals

HEADLINE = "3 SD"
RULES = {"none": float("inf"), HEADLINE: 3.0, "2.5 SD": 2.5}
UNEVEN = 0.02


def kept(residuals: Reals, rule: str) -> Mask:
    """Return the labels that a rule keeps; residuals are in robust standard deviations."""
    within: Mask = np.abs(residuals) <= RULES[rule]
    return within


def counts(log: Log, used: Mask) -> pl.DataFrame:
    """Return labels, dropped labels and their share by arm."""
    rows = []
    for assisted in (False, True):
        arm = log.assisted == assisted
        dropped = int((arm & ~used).sum())
        rows.append((assisted, int(arm.sum()), dropped, dropped / max(int(arm.sum()), 1)))
    return pl.DataFrame(rows, schema=IDLE_COLUMNS, orient="row")


def diagnostic(dropped: pl.DataFrame) -> Diagnostic:
    """Return how unevenly idle time was dropped: uneven idling is a bias of its own."""
    manual, assisted = dropped["share"].to_list()
    words = f"Dropped as idle: {manual:.1%} of the manual and {assisted:.1%} of the assisted labels."
    uneven = abs(assisted - manual) > UNEVEN
    return Diagnostic("idle", assisted - manual, words + (" The shares differ: look why." if uneven else ""), uneven)
