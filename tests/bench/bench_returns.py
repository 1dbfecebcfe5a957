"""What the returns are worth over many worlds of known truth.

Run as `python -m tests.bench.bench_returns --worlds 80`.
"""

from __future__ import annotations

import argparse
from multiprocessing import Pool
from multiprocessing.pool import Pool as PoolType
from time import perf_counter

import numpy as np

from dashboard.synthetic.model.exchange_rate import estimate_exchange_rate
from dashboard.synthetic.model.label_savings import estimate_labels_saved
from dashboard.synthetic.model.marginal_return import estimate_marginal_return, fit_history
from tests.bench import measure
from tests.simulated_runs import FEW_MIXED, HUMAN, ablation, chosen, mixtures, sprints

FEW_SYNTHETIC = tuple((human, synthetic) for human in HUMAN for synthetic in (0, 500, 1000, 2000))
DESIGNS = {
    "grid 5 x 4 x 2": (None, 2, 0.03, 0.2),
    "same, small kappa": (None, 2, 0.03, 0.05),
    "5 + 2 points x 3": (FEW_MIXED, 3, 0.03, 0.2),
    "grid, noise 8 %": (None, 2, 0.08, 0.05),
    "synthetic <= 2,000, noise 8 %": (FEW_SYNTHETIC, 2, 0.08, 0.05),
}
CORES = 2


def exchanged(case: tuple[str, int]) -> tuple[float, bool, bool]:
    """Return kappa (not a number where refused), whether the interval holds the truth, and whether it was refused."""
    name, seed = case
    points, seeds, noise, kappa = DESIGNS[name]
    found = estimate_exchange_rate(mixtures(seed, kappa, noise, points, seeds), draws=500)
    if found.kappa is None:
        return float("nan"), False, True
    return found.kappa.value, found.kappa.low <= kappa <= found.kappa.high, False


def exchange(worlds: int, pool: PoolType) -> None:
    """Print a row a design: truth, median, 5th and 95th percentile, coverage, share refused."""
    measure.say(_line(("exchange rate", "noise", "kappa", "median", "5-95 %", "cover", "refused")))
    for name, (_, _, noise, kappa) in DESIGNS.items():
        found = np.array(pool.map(exchanged, [(name, seed) for seed in range(worlds)]), dtype=float)
        given = found[found[:, 2] == 0]
        told = ("–",) * 3 if not len(given) else (
            f"{np.median(given[:, 0]):.3f}",
            "–".join(f"{value:.3f}" for value in np.quantile(given[:, 0], [0.05, 0.95])),
            f"{given[:, 1].mean():.2f}",
        )  # fmt: skip
        measure.say(_line((name, f"{noise:.0%}", f"{kappa}", *told, f"{found[:, 2].mean():.2f}")))


def ranked(seed: int) -> tuple[str, float, float]:
    """Return the verdict on an ablation grid and both elasticities."""
    found = estimate_marginal_return(ablation(seed), hours_a_label=1 / 40)
    return found.verdict, *found.returns.get_column("elasticity").to_list()


def told(seed: int) -> tuple[float, float, bool]:
    """Return both elasticities of a history, and whether their difference is outside of its bound."""
    found = fit_history(sprints(seed))
    return (found.labels.value, found.hours.value, found.is_clear) if found.labels and found.hours else (0, 0, False)


def returns(worlds: int, pool: PoolType) -> None:
    """Print how often a grid ranks, and a history is unclear where it would rank wrongly."""
    grids = pool.map(ranked, range(worlds))
    verdicts = [grid[0] for grid in grids]
    spread = np.std([grid[1:] for grid in grids], axis=0)
    measure.say(
        f"ablation grid: labeling ranked first {verdicts.count('labeling') / worlds:.3f}, wrongly "
        f"{verdicts.count('modeling') / worlds:.3f}; SD {spread[0]:.3f} and {spread[1]:.3f}"
    )
    histories = np.array(pool.map(told, range(worlds)))
    wrong = histories[histories[:, 0] < histories[:, 1]]
    spread = np.std(histories[:, :2], axis=0)
    measure.say(
        f"history: {len(wrong) / worlds:.2f} would rank wrongly, of these {1 - wrong[:, 2].mean():.2f} below their "
        f"t bound; SD {spread[0]:.2f} and {spread[1]:.2f}; ranked: never"
    )


def against_random(seed: int) -> tuple[float, bool]:
    """Return the share saved by active learning, truly 40 %, and whether the interval holds it."""
    row = estimate_labels_saved(chosen(seed)).saved.row(1, named=True)
    return row["share"], row["share_low"] <= 0.4 <= row["share_high"]


def _line(cells: tuple[str, ...]) -> str:
    return "".join([f"{cells[0]:<32}", *(f"{cell:>14}" for cell in cells[1:])])


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--worlds", type=int, default=80)
    worlds = asked.parse_args().worlds
    begun = perf_counter()
    measure.machine()
    with Pool(CORES) as pool:
        exchange(worlds, pool)
        returns(5 * worlds, pool)
        saved = np.array(pool.map(against_random, range(5 * worlds)))
    measure.say(f"active learning, truly 40 %: median {np.median(saved[:, 0]):.3f}, cover {saved[:, 1].mean():.2f}")
    measure.say(f"{worlds} worlds each, {perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
