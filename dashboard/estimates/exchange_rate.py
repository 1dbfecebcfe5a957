"""How many labels by people one synthetic label is worth, from runs on different mixtures of both.

kappa of error = floor + scale (human + kappa synthetic)^(-exponent). It is a fact about the mixtures that were tried:
it falls as synthetic labels grow many, so the range it holds in stands beside it. Where the runs cannot carry it, there
is the curve and no kappa, and the cheapest runs that are missing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import polars as pl

from dashboard.estimates import power_law, run_points
from dashboard.estimates.contract import Interval, Refusal
from dashboard.estimates.power_law import Array, Curve

MIXTURE = ("human", "synthetic")
RUNS: dict[str, pl.DataType] = {
    "human": pl.Float64(),
    "synthetic": pl.Float64(),
    "seed": pl.Int64(),
    "error": pl.Float64(),
}
"""One row a run: labels by people and synthetic labels it learned from, its seed, its error on one frozen test set."""

SIZES, SPAN = 4, 8.0  # sizes of labels by people alone, and how far apart the smallest and the largest are
MIXED, RATIO = 2, 4.0  # points with both kinds, and how many synthetic labels to one by people
SEEDS = 2
NEAR = 1.2  # two sizes within this ratio are one size
MOST_NOISE = 0.05  # standard deviation of log error between seeds, where each point has two of them
WIDENED = 1.2  # percentile intervals of kappa cover .85 to .92 where .95 is meant
DRAWS, SEED = 1000, 20240917
LACK = 0.01  # level of the test that asks whether the curve fits the points
PARAMETERS = 4

Buy = Literal["buy", "do not buy", "open"]


@dataclass(frozen=True)
class ExchangeRate:
    """The exchange rate with the range it holds in, or why there is none.

    `points` (human, synthetic, error, low, high, seeds) are always given. `noise` is between seeds; `fits` is False
    where points lie further off the curve than seeds explain: then kappa is an average over the range.
    """

    refused: Refusal | None
    kappa: Interval | None
    curve: Curve | None
    points: pl.DataFrame
    missing: pl.DataFrame  # human, synthetic, runs: the cheapest runs that would do
    human_range: tuple[float, float] | None
    synthetic_range: tuple[float, float] | None
    noise: float | None
    fits: bool
    runs: int
    method: str


def estimate(runs: pl.DataFrame, *, level: float = 0.95, draws: int = DRAWS, seed: int = SEED) -> ExchangeRate:
    """Return how many labels by people a synthetic label is worth; `runs` has the columns of RUNS.

    Runs without labels, seed or error are left out. The same runs give the same answer: `seed` starts the draws.
    """
    seeds = run_points.averaged(runs.filter(pl.col("human") + pl.col("synthetic") > 0), MIXTURE)
    points = run_points.points(seeds, MIXTURE)
    noise = run_points.noise(seeds, MIXTURE)
    missing = missing_runs(points)
    reason = _reason(points, noise)
    method = (
        "log error = log(floor + scale (human + kappa synthetic)^-exponent) by least squares; interval: residuals "
        f"drawn {draws:,} times (seed {seed}), by whole points where these lie off the curve, widened by {WIDENED}"
    )
    nothing = (None, None, points, missing, None, None, noise, False, seeds.height, method)
    if reason:
        return ExchangeRate(Refusal(reason, _needed(points, noise, missing)), *nothing)
    curve, kappa, fits = _fitted(seeds, level, draws, seed)
    human, synthetic = (points.get_column(name) for name in MIXTURE)
    return ExchangeRate(
        None, kappa, curve, points, missing, _ends(human.filter(human > 0)), _ends(synthetic.filter(synthetic > 0)),
        noise, fits, seeds.height, method,
    )  # fmt: skip


def worth_buying(kappa: Interval, cost_synthetic: float, cost_human: float) -> Buy:
    """Return whether the next money should buy synthetic labels: they must cost less than kappa labels by people.

    Costs are of one label, in one currency or in hours of people. Open where the interval holds both answers.
    """
    if cost_synthetic < kappa.low * cost_human:
        return "buy"
    return "do not buy" if cost_synthetic > kappa.high * cost_human else "open"


def missing_runs(points: pl.DataFrame) -> pl.DataFrame:
    """Return the cheapest runs that the rules still want: human, synthetic, runs.

    Smaller sets of labels by people are parts of the largest one, so they cost no labels; mixtures are asked for at
    the smallest sizes, where four synthetic labels to each are fewest.
    """
    alone = points.filter(pl.col("synthetic") == 0, pl.col("human") > 0)
    largest = _largest(points)
    wanted = [*_sizes(alone, largest), *_mixtures(points, largest)]
    held = {(human, synthetic): seeds for human, synthetic, seeds in points.select(*MIXTURE, "seeds").iter_rows()}
    rows = [(human, synthetic, SEEDS - held.get((human, synthetic), 0)) for human, synthetic in wanted]
    schema = {"human": pl.Float64, "synthetic": pl.Float64, "runs": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("runs") > 0).unique().sort(*MIXTURE)


def _largest(points: pl.DataFrame) -> float:
    """Return the most labels by people that any run learned from; 0 where there is none."""
    largest = points.get_column("human").max()
    return float(largest) if isinstance(largest, float) else 0.0


def _has_sizes(alone: pl.DataFrame) -> bool:
    """Return whether the points without synthetic labels suffice."""
    sizes = _enough(alone).get_column("human").to_list()
    return len(sizes) >= SIZES and max(sizes) >= SPAN * min(sizes)


def _sizes(alone: pl.DataFrame, largest: float) -> list[tuple[float, float]]:
    """Return sizes without synthetic labels that are missing, or lack seeds, down from the largest set by halves."""
    if not largest or _has_sizes(alone):
        return []
    top = _largest(alone) or largest
    known = alone.get_column("human").to_list()
    lacking = [(float(size), 0.0) for size in alone.filter(pl.col("seeds") < SEEDS).get_column("human")]
    new = [(top, 0.0)] if top not in known else []
    for step in range(1, SIZES):
        size = max(top / 2**step, 1.0)
        last = step == SIZES - 1
        if not any(one <= size if last else size / NEAR < one < size * NEAR for one in known):
            new.append((float(int(size)), 0.0))
    return lacking + new


def _mixtures(points: pl.DataFrame, largest: float) -> list[tuple[float, float]]:
    """Return mixtures that are missing, or lack seeds, at the smallest sizes."""
    if not largest:
        return []
    mixed = _mixed(points)
    short = MIXED - _enough(mixed).height
    lacking = [row[:2] for row in mixed.filter(pl.col("seeds") < SEEDS).select(*MIXTURE).iter_rows()]
    smallest = [float(int(largest / 2**step)) for step in range(SIZES - 1, -1, -1)]
    taken = {human for human, _ in mixed.select(*MIXTURE).iter_rows()}
    new = [(size, RATIO * size) for size in smallest if size not in taken]
    return (lacking + new)[: max(short, 0)]


def _enough(points: pl.DataFrame) -> pl.DataFrame:
    """Return the points with as many seeds as the rules ask for."""
    return points.filter(pl.col("seeds") >= SEEDS)


def _mixed(points: pl.DataFrame) -> pl.DataFrame:
    """Return the points with both kinds of labels and enough synthetic ones to see what they do."""
    return points.filter(pl.col("human") > 0, pl.col("synthetic") >= RATIO * pl.col("human"))


def _reason(points: pl.DataFrame, noise: float | None) -> str | None:
    """Return why there is no exchange rate, or None."""
    if points.is_empty():
        return "No finished run says its labels, its seed and an error."
    at_all = points.filter(pl.col("synthetic") == 0, pl.col("human") > 0)
    if not _has_sizes(at_all) or _enough(_mixed(points)).height < MIXED:
        alone = _enough(at_all).get_column("human")
        least, most = alone.min(), alone.max()
        span = most / least if isinstance(least, float) and isinstance(most, float) else 1.0
        mixed = _enough(_mixed(points)).height
        return (
            f"{alone.len()} sizes of labels by people, {span:.0f} times apart, and {mixed} mixtures with at least "
            f"{RATIO:.0f} synthetic labels to one by people have {SEEDS} seeds; an exchange rate takes {SIZES} sizes, "
            f"{SPAN:.0f} times apart, and {MIXED} mixtures."
        )
    if noise is None or _of_two(points, noise) > MOST_NOISE:
        return (
            f"Seeds differ by {noise or 0:.1%} in error: more than {MOST_NOISE:.0%} drowns what a synthetic label does."
        )
    return None


def _of_two(points: pl.DataFrame, noise: float) -> float:
    """Return the noise that two seeds would need to have for means as sure as these."""
    seeds = points.get_column("seeds").median()
    return noise * math.sqrt(2 / (seeds if isinstance(seeds, int | float) else 2))


def _needed(points: pl.DataFrame, noise: float | None, missing: pl.DataFrame) -> str:
    """Return the cheapest runs that would do, in words."""
    if points.is_empty():
        return (
            f"Train on {SIZES} sizes of labels by people, {SPAN:.0f} times apart, and on {MIXED} mixtures with "
            f"{RATIO:.0f} synthetic labels to one, each with {SEEDS} seeds: {2 * (SIZES + MIXED)} runs."
        )
    if missing.height:
        listed = [
            f"{runs} on {human:,.0f} labels by people" + (f" and {synthetic:,.0f} synthetic" if synthetic else "")
            for human, synthetic, runs in missing.iter_rows()
        ]
        return f"Add {missing.get_column('runs').sum()} runs, each with a seed of its own: {'; '.join(listed)}."
    wanted = int(-(-2 * (noise or 0) ** 2 // MOST_NOISE**2))
    return f"Run each of the {points.height} points with {wanted} seeds, or test on a larger frozen test set."


def _fitted(seeds: pl.DataFrame, level: float, draws: int, seed: int) -> tuple[Curve, Interval, bool]:
    """Return the curve, kappa with its interval, and whether the curve fits."""
    import numpy as np

    human, synthetic, logs = (seeds.get_column(name).to_numpy() for name in (*MIXTURE, "log_error"))
    curve = power_law.fit(human, synthetic, logs)
    point = seeds.select(pl.struct(MIXTURE).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    fits = _is_near(logs - curve.fitted, point)
    drawn = curve.fitted + _drawn(logs - curve.fitted, point, draws, seed, by_point=not fits)
    kappas = power_law.refit(curve, human, synthetic, drawn)
    low, high = np.quantile(kappas, [(1 - level) / 2, (1 + level) / 2]) / curve.kappa
    # On the logarithm, as kappa is sought: an interval of a rate stays above nothing.
    low, high = (curve.kappa * end**WIDENED for end in (min(low, 1.0), max(high, 1.0)))
    return curve, Interval(curve.kappa, float(low), float(high), level), fits


def _drawn(residuals: Array, point: Array, draws: int, seed: int, *, by_point: bool) -> Array:
    """Return draws x runs of residuals, made as wide as the errors behind them.

    By point, where the curve misses points: what the seeds of a point have in common then stays together, and each
    point takes the residuals of a point drawn at random. Else every run takes the residual of any run.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    counts = np.bincount(point)
    units = len(counts) if by_point else len(point)
    centred = (residuals - residuals.mean()) * np.sqrt(units / (units - PARAMETERS))
    if not by_point:
        return rng.choice(centred, (draws, units))
    begins = np.concatenate([[0], np.cumsum(counts)[:-1]])
    place = np.arange(len(point)) - begins[point]
    donor = rng.integers(0, units, (draws, units))[:, point]
    return centred[begins[donor] + place % counts[donor]]


def _is_near(residuals: Array, point: Array) -> bool:
    """Return whether the points lie as near to the curve as their seeds to each other (F test of lack of fit)."""
    import numpy as np
    from scipy.stats import f

    counts = np.bincount(point)
    means = np.bincount(point, residuals) / counts
    freedom = (len(counts) - PARAMETERS, len(point) - len(counts))
    within = float(((residuals - means[point]) ** 2).sum()) / freedom[1]
    lack = float((counts * means**2).sum()) / freedom[0]
    return bool(f.sf(lack / max(within, 1e-12), *freedom) >= LACK)


def _ends(values: pl.Series) -> tuple[float, float]:
    """Return the smallest and the largest value."""
    return float(str(values.min())), float(str(values.max()))
