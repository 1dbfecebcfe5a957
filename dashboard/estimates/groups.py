"""Whether the two arms are comparable: overlap by stratum, and balance of what is known about the labels."""

from __future__ import annotations

import numpy as np

from dashboard.estimates.contract import Diagnostic
from dashboard.estimates.labels import Log, dense
from dashboard.estimates.stratified import strata
from dashboard.estimates.terms import Codes, Mask, Reals, summed

FEWEST, MOST = 0.05, 0.95
OUTSIDE = 0.1
UNBALANCED = 0.1


def overlap(log: Log) -> Diagnostic:
    """Return the share of assisted labels in strata where (almost) everything or nothing was assisted."""
    stratum = strata(log)
    cells = int(stratum.max()) + 1
    rows = summed(stratum, np.ones(log.rows), cells)
    assisted = summed(stratum, log.assisted.astype(np.float64), cells)
    part = assisted / rows
    outside = float(assisted[(part < FEWEST) | (part > MOST)].sum() / assisted.sum())
    words = "Every kind and difficulty that was assisted was also done by hand often enough to compare."
    if outside > 0:
        words = (
            f"{outside:.0%} of the assisted labels are of a kind and difficulty of which nearly all or nearly none "
            "were assisted, so there is little to compare them with."
        )
    return Diagnostic("overlap", outside, words, outside > OUTSIDE)


def balance(log: Log) -> Diagnostic:
    """Return the largest standardised difference between the arms, and where it lies."""
    found = {
        "the difficulty proxy": abs(difference(log.proxy, log.assisted)),
        "the kind of item": widest(log.kind, log.assisted),
        "the annotator": widest(log.annotator, log.assisted),
        "the week": widest(log.week, log.assisted),
    }
    worst = max(found, key=lambda name: found[name])
    off = [f"{name} ({size:.2f})" for name, size in found.items() if size > UNBALANCED]
    words = (
        f"Assisted and manual labels differ in {', '.join(off)} standard deviations; the model adjusts for these."
        if off
        else "Assisted and manual labels are alike in difficulty proxy, kind, annotator and week."
    )
    return Diagnostic("balance", found[worst], words, bool(off))


def difference(column: Reals, assisted: Mask) -> float:
    """Return the difference of the arms' means in pooled standard deviations."""
    helped, manual = column[assisted], column[~assisted]
    pooled = float(np.sqrt((helped.var() + manual.var()) / 2))
    return float((helped.mean() - manual.mean()) / pooled) if pooled > 0 else 0.0


def widest(codes: Codes, assisted: Mask) -> float:
    """Return the largest standardised difference among the shares of the levels."""
    group = dense(codes)
    count = int(group.max()) + 1
    helped = summed(group, assisted.astype(np.float64), count) / assisted.sum()
    manual = summed(group, (~assisted).astype(np.float64), count) / (~assisted).sum()
    pooled = np.sqrt((helped * (1 - helped) + manual * (1 - manual)) / 2)
    return float(np.max(np.abs(helped - manual) / np.where(pooled > 0, pooled, 1.0)))
