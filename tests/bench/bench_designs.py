"""What the estimate claims on designs that prove nothing, over many logs of known truth.

Run as `python -m tests.bench.bench_designs --seeds 100`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from multiprocessing import Pool

import numpy as np

from dashboard.inference.contract import SavingsEstimate
from dashboard.savings.model.assembly import estimate_savings
from tests.bench import measure
from tests.simulated_passes import simulate_passes

FIRST_SEED = 70_000
CORES = 2


def estimate_passes(plan: str, effect: float, share: float, seed: int) -> tuple[SavingsEstimate, float]:
    """Return the estimate of a log with several passes on an item, and the true share saved."""
    return estimate_savings(simulate_passes(plan, seed, effect=effect, share=share), rollouts={}), 1 - effect


CASES: dict[str, tuple[Callable[..., tuple[SavingsEstimate, float]], tuple[object, ...]]] = {
    "second look assisted": (estimate_passes, ("second look assisted", 1.0, 1.0)),
    "re-done": (estimate_passes, ("re-done", 1.0, 1.0)),
    "either order, truth 0": (estimate_passes, ("either order", 1.0, 1.0)),
    "either order, truth 30 %": (estimate_passes, ("either order", 0.7, 1.0)),
}
HEADINGS = ("log", "runs", "refused", "A", "B", "saves", "costs", "bias", "cover")


def measure_seed(name: str, seed: int) -> tuple[float, ...]:
    """Return one log's claims as 0 or 1, its error in points, and whether the interval holds the truth."""
    build, options = CASES[name]
    estimate, truth = build(*options, seed)
    share = estimate.share or estimate.current
    if estimate.refused or share is None:
        return (1.0, 0.0, 0.0, 0.0, 0.0, np.nan, np.nan)
    return (
        0.0,
        float(estimate.grade == "A"),
        float(estimate.grade == "B"),
        float(estimate.established and share.low > 0),
        float(estimate.established and share.high < 0),
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
