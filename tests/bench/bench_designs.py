"""What the estimate claims on designs that prove nothing, over many logs of known truth.

Run as `python -m tests.bench.bench_designs --seeds 100`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import Pool

import numpy as np
import polars as pl

from dashboard.inference.contract import ALIKE_SINCE_CHECK, NOTHING_BESIDE_CHECK, SavingsEstimate
from dashboard.savings.model.assembly import estimate_savings
from tests.bench import measure
from tests.simulated_log import DAYS, START, simulate
from tests.simulated_passes import simulate_passes

FIRST_SEED = 70_000
CORES = 2


def estimate_passes(plan: str, effect: float, share: float, seed: int) -> tuple[SavingsEstimate, float]:
    """Return the estimate of a log with several passes on an item, and the true share saved."""
    return estimate_savings(simulate_passes(plan, seed, effect=effect, share=share), rollouts={}), 1 - effect


def estimate_chosen_holdout(effect: float, seed: int) -> tuple[SavingsEstimate, float]:
    """Return the estimate of a log whose hold-out somebody chose among the hard items, and the true share saved."""
    log = simulate("S2", seed, people=12, items=400, holdout=0.1, effect=effect)
    drawn = pl.Series(np.random.default_rng(seed).random(log.labels.height))
    held = pl.col("eligible") & (drawn < 0.08 + 0.2 * (pl.col("proxy").fill_null(0) > 0.5))
    labels = log.labels.with_columns(holdout=held, assisted=pl.col("eligible") & ~held)
    return estimate_savings(labels, rollouts={}), 1 - log.population_ratio


def estimate_new_guideline(quickening: float, seed: int) -> tuple[SavingsEstimate, float]:
    """Return the estimate where assistance that saves nothing came on the day of a quicker guideline; truth 0."""
    log = simulate("S0", seed, people=12, items=300, effect=1.0)
    start = START + timedelta(days=DAYS // 2)
    is_after = pl.col("day_on") >= start
    labels = log.labels.with_columns(
        assisted=is_after & (pl.col("label") % 10 > 0),
        seconds=pl.when(is_after).then(pl.col("seconds") * quickening).otherwise("seconds"),
    )
    return estimate_savings(labels, rollouts=dict.fromkeys(set(labels["annotator"]), start)), 0.0


CASES: dict[str, tuple[Callable[..., tuple[SavingsEstimate, float]], tuple[object, ...]]] = {
    "second look assisted": (estimate_passes, ("second look assisted", 1.0, 1.0)),
    "re-done": (estimate_passes, ("re-done", 1.0, 1.0)),
    "either order, truth 0": (estimate_passes, ("either order", 1.0, 1.0)),
    "either order, truth 30 %": (estimate_passes, ("either order", 0.7, 1.0)),
    "hold-out chosen, truth 0": (estimate_chosen_holdout, (1.0,)),
    "guideline that day, truth 0": (estimate_new_guideline, (0.75,)),
}
HEADINGS = ("log", "runs", "refused", "A", "B", "saves", "costs", "one date", "bias", "cover")


def is_told(estimate: SavingsEstimate) -> bool:
    """Return whether the estimate has a direction that the product tells."""
    doubts = {NOTHING_BESIDE_CHECK, ALIKE_SINCE_CHECK}
    return (
        estimate.established and not estimate.bounds and all(check.name not in doubts for check in estimate.diagnostics)
    )


def measure_seed(name: str, seed: int) -> tuple[float, ...]:
    """Return one log's claims as 0 or 1, its error in points, and whether the interval holds the truth."""
    build, options = CASES[name]
    estimate, truth = build(*options, seed)
    share = estimate.share or estimate.current
    if estimate.refused or share is None:
        return (1.0, 0.0, 0.0, 0.0, 0.0, np.nan, np.nan, np.nan)
    wide = estimate.unseen.share if estimate.unseen else share
    shown = (wide.low, wide.high)
    return (
        0.0,
        float(estimate.grade == "A"),
        float(estimate.grade == "B"),
        float(is_told(estimate) and shown[0] > 0),
        float(is_told(estimate) and shown[1] < 0),
        float(any(check.name == "one rollout date" for check in estimate.diagnostics)),
        100 * (share.value - truth),
        float(share.low <= truth <= share.high),
    )


def main() -> None:
    """Print one line per kind of log."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--cases", nargs="*", help="only these")
    asked = parser.parse_args()
    measure.machine()
    measure.say("bias in points of saving; the rest are shares of the runs; bias and cover of the runs not refused")
    measure.say(f"{HEADINGS[0]:<26} " + " ".join(f"{heading:>8}" for heading in HEADINGS[1:]))
    with Pool(CORES) as pool:
        for name in asked.cases or CASES:
            seeds = range(FIRST_SEED, FIRST_SEED + asked.seeds)
            runs = np.array(pool.starmap(measure_seed, [(name, seed) for seed in seeds], chunksize=5))
            means = [np.nan if np.isnan(column).all() else np.nanmean(column) for column in runs.T]
            measure.say(f"{name:<26} {len(runs):>8} " + " ".join(f"{mean:>8.3f}" for mean in means))


if __name__ == "__main__":
    main()
