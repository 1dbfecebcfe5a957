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
from tests.bench import measure, unfair_logs

CORES = 2
FIRST_SEED = 10_000
HEADINGS = ("bias", "cover", "wide", "width", "idle", "range", "saves", "costs")
CASES: dict[str, Callable[[int], unfair_logs.UnfairLog]] = {
    **{
        f"two peaks, {share:.0%} assisted, x{correction}": partial(
            unfair_logs.simulate_two_peaks, assisted_share=share, correction=correction
        )
        for share in (0.3, 0.8)
        for correction in (1.1, 2.5)
    },
    "assisted spread 1.0": unfair_logs.simulate_wide_spread,
    "hard items, truth 0": partial(unfair_logs.simulate_choice, pull=1.0),
    "hard items, truth +10 %": partial(unfair_logs.simulate_choice, pull=1.0, effect=0.9),
    "easy items, truth 0": partial(unfair_logs.simulate_choice, pull=-1.0),
    "easy items, truth 0, no proxy": partial(unfair_logs.simulate_choice, pull=-1.0, proxy=False),
    **{f"capped at percentile {at}": partial(unfair_logs.simulate_capped, at=at) for at in (60, 80, 92)},
    "capped at percentile 92, costs": partial(unfair_logs.simulate_capped, at=92, effect=1.2),
    "corrections capped": unfair_logs.simulate_capped_corrections,
    "slow assisted labels untimed": partial(unfair_logs.simulate_untimed, untimed=0.0, assisted_untimed=0.2),
    "slow labels untimed": partial(unfair_logs.simulate_untimed, untimed=0.35),
    "only accepted suggestions timed": unfair_logs.simulate_only_accepted_timed,
}


def measure_log(case: str, seed: int) -> tuple[float, ...] | None:
    """Return one log's figures in the order of HEADINGS; None if there is no share."""
    log = CASES[case](seed)
    estimate = estimate_savings(log.labels, rollouts={})
    share = estimate.share or estimate.current
    if share is None:
        return None
    wide = estimate.unseen.share if estimate.unseen else share
    shown = (estimate.bounds.low, estimate.bounds.high) if estimate.bounds else (wide.low, wide.high)
    return (
        100 * (share.value - log.saving),
        float(share.low <= log.saving <= share.high),
        float(shown[0] <= log.saving <= shown[1]),
        100 * (share.high - share.low),
        100 * estimate.idle["share"][1],
        float(estimate.bounds is not None),
        float(shown[0] > 0 and not estimate.bounds),
        float(shown[1] < 0 and not estimate.bounds),
    )


def main() -> None:
    """Print one line per kind of log."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=400)
    parser.add_argument("--cases", nargs="*", help="only those that begin so")
    options = parser.parse_args()
    measure.machine()
    measure.say(
        "bias, width and idle in points; the rest are shares of the runs; wide: with something unseen allowed for"
    )
    measure.say(" ".join([f"{'log':<32}", f"{'runs':>5}", *(f"{heading:>6}" for heading in HEADINGS)]))
    with Pool(CORES) as pool:
        for case in CASES:
            if options.cases and not case.startswith(tuple(options.cases)):
                continue
            seeds = range(FIRST_SEED, FIRST_SEED + options.seeds)
            rows = [row for row in pool.starmap(measure_log, [(case, seed) for seed in seeds]) if row]
            figures = " ".join(f"{figure:>6.2f}" for figure in np.mean(rows, axis=0)) if rows else "all refused"
            measure.say(f"{case:<32} {len(rows):>5} {figures}")


if __name__ == "__main__":
    main()
