"""Coverage on small logs, counted before the rule on precision refuses any, and what the rule lets through.

Chance decides label by label which half of each person's labels is assisted. Run as
`python -m tests.bench.bench_small_logs --seeds 400`.
"""

from __future__ import annotations

import argparse
from functools import partial
from multiprocessing import Pool

import numpy as np

from dashboard.savings.model.assembly import drop_idle_labels, estimate_savings
from dashboard.savings.model.evidence import list_comparisons
from dashboard.savings.model.headline import estimate_headline
from dashboard.savings.model.labels import prepare_labels
from dashboard.savings.model.rollout import read_rollout
from tests.bench import measure
from tests.simulated_small_log import simulate_small_log

CORES = 2
SIZES = ((41, 2), (16, 8), (13, 12), (8, 8), (6, 25))
SPREADS = (0.1, 0.4)
HEADINGS = ("people", "each", "spread", "runs", "cover", "width", "refused", "rest", "people", "saves", "costs")


def measure_log(people: int, each: int, spread: float, seed: int) -> tuple[float, ...]:
    """Return whether the interval holds the truth, its width in points, and what the product says of the log."""
    log = simulate_small_log(people, each, spread, seed)
    full_log, _ = prepare_labels(log.labels)
    rollout = read_rollout(full_log, {})
    *_, comparison = list_comparisons(full_log, rollout)
    filtered = drop_idle_labels(full_log, comparison, rollout)
    interval = estimate_headline(filtered.log, filtered.comparison, 0.95).population
    truth = np.log(1 - log.saving)
    estimate = estimate_savings(log.labels, rollouts={})
    share = estimate.share or estimate.current
    saving = log.saving if estimate.share else log.current_saving
    return (
        float(interval.low <= truth <= interval.high),
        100 * float(np.exp(interval.high) - np.exp(interval.low)),
        float(estimate.refused is not None),
        np.nan if share is None else float(share.low <= saving <= share.high),
        float(estimate.share is not None),
        float(share is not None and share.low > 0),
        float(share is not None and share.high < 0),
    )


def main() -> None:
    """Print one line per size and spread of the effect between people."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=400)
    asked = parser.parse_args()
    measure.machine()
    measure.say(" ".join(f"{heading:>8}" for heading in HEADINGS))
    with Pool(CORES) as pool:
        for people, each in SIZES:
            for spread in SPREADS:
                runs = np.array(pool.map(partial(measure_log, people, each, spread), range(asked.seeds), chunksize=10))
                means = np.nanmean(runs, axis=0)
                figures = " ".join(f"{mean:>8.3f}" for mean in means)
                measure.say(f"{people:>8} {each:>8} {spread:>8} {len(runs):>8} {figures}")


if __name__ == "__main__":
    main()
