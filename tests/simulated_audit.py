"""Audits with a known truth, from a pool of people who differ in accuracy, to count how often the gate is wrong."""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.quality.model.non_inferiority import compare_paired_quality

MARGIN = 0.02
ACCURACY = 0.90  # of the human pool
ICC = 0.05  # share of the variance of right and wrong that lies between people
SIZES = (200, 400, 800, 1_600)


def audit(
    rng: np.random.Generator, n: int, *, annotators: int = 10, icc: float = ICC, lag: float = MARGIN
) -> pl.DataFrame:
    """Return n pairs; automation is truly worse by `lag`, people's accuracies are beta distributed around the pool's.

    With an intraclass correlation of icc the beta distribution has a + b = 1 / icc - 1; errors are independent.
    """
    size = 1 / icc - 1 if icc else None
    accuracy = rng.beta(ACCURACY * size, (1 - ACCURACY) * size, annotators) if size else np.full(annotators, ACCURACY)
    who = np.arange(n) % annotators
    return pl.DataFrame(
        {
            "item": [f"i{item}" for item in range(n)],
            "annotator": [f"a{person}" for person in who],
            "human": (rng.random(n) < accuracy[who]).astype(float),
            "automated": (rng.random(n) < ACCURACY - lag).astype(float),
        }
    )


def type_one(seeds: int, sizes: tuple[int, ...] = SIZES) -> pl.DataFrame:
    """Return how often quality is confirmed although it is worse by just the margin: n, clustered, independent, power.

    `clustered` is the gate as it is; `independent` the same audits with nobody's name on them (Tango's limit);
    `power` how often the gate confirms a truth of no difference. All are shares of `seeds` audits.
    """
    rows = []
    for n in sizes:
        wrong, naive, right = 0, 0, 0
        for seed in range(seeds):
            rng = np.random.default_rng([n, seed])
            worse, same = audit(rng, n), audit(rng, n, lag=0.0)
            nameless = worse.with_columns(annotator=pl.lit(None, pl.String))
            wrong += compare_paired_quality(worse, margin=MARGIN).verdict == "confirmed"
            naive += compare_paired_quality(nameless, margin=MARGIN).verdict == "confirmed"
            right += compare_paired_quality(same, margin=MARGIN).verdict == "confirmed"
        rows.append({"n": n, "clustered": wrong / seeds, "independent": naive / seeds, "power": right / seeds})
    return pl.DataFrame(rows)
