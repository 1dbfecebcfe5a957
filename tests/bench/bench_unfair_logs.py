"""Bias and coverage of the saving on logs of unfair kinds, over seeds that no test uses.

Run as `python -m tests.bench.bench_unfair_logs --seeds 400`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from multiprocessing import Pool

import numpy as np

from dashboard.savings.model.assembly import estimate_savings
from tests.bench import measure
from tests.bench.unfair_logs import UnfairLog, simulate_two_peaks, simulate_wide_spread

CORES = 2
FIRST_SEED = 10_000
CASES: dict[str, Callable[[int], UnfairLog]] = {
    **{
        f"two peaks, {share:.0%} assisted, x{correction}": partial(
            simulate_two_peaks, assisted_share=share, correction=correction
        )
        for share in (0.3, 0.8)
        for correction in (1.1, 2.5)
    },
    "assisted spread 1.0": simulate_wide_spread,
}


def measure_log(case: str, seed: int) -> tuple[float, float, float, float] | None:
    """Return error, coverage, width and the share of assisted labels that were dropped; None if there is no share."""
    log = CASES[case](seed)
    estimate = estimate_savings(log.labels, rollouts={})
    share = estimate.share or estimate.current
    if share is None:
        return None
    is_covered = float(share.low <= log.saving <= share.high)
    return share.value - log.saving, is_covered, share.high - share.low, estimate.idle["share"][1]


def main() -> None:
    """Print one line per kind of log."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=400)
    parser.add_argument("--cases", nargs="*", help="only those that begin so")
    options = parser.parse_args()
    measure.machine()
    measure.say(
        f"{'log':<32} {'runs':>5} {'bias':>6} {'cover':>6} {'width':>6} {'idle':>6}  (points, shares of the runs)"
    )
    with Pool(CORES) as pool:
        for case in CASES:
            if options.cases and not case.startswith(tuple(options.cases)):
                continue
            seeds = range(FIRST_SEED, FIRST_SEED + options.seeds)
            rows = [row for row in pool.starmap(measure_log, [(case, seed) for seed in seeds]) if row]
            bias, cover, width, idle = np.mean(rows, axis=0)
            measure.say(f"{case:<32} {len(rows):>5} {100 * bias:>6.1f} {cover:>6.2f} {100 * width:>6.1f} {idle:>6.3f}")


if __name__ == "__main__":
    main()
