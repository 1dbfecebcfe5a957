"""How many labels by people one synthetic label is worth, from runs on different mixtures of both.

The curve error = floor + scale (human + kappa synthetic)^(-exponent) is fitted on log error. Power laws of learning
curves: Hestness et al. 2017, Rosenfeld et al. 2020; mixtures of sources: Hashimoto 2021. All four parameters are
positive and are fitted as logarithms; label counts are first divided by a typical one.

The rate is kappa in that curve. It describes only the mixtures that were tried: it falls as synthetic labels grow many,
so its valid range stands beside it. Where the runs do not support an estimate, there is no kappa, only the points and
the cheapest missing runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Interval
from dashboard.synthetic.model import run_points
from dashboard.units import format_count, format_share

Array = Any  # numpy is imported where it is used; an array of floats

LOWER_BOUNDS = (
    -16.0,
    -12.0,
    -4.0,
    -9.0,
)  # logs of floor and scale (of the smallest error), exponent, kappa: e^-9 is nothing
UPPER_BOUNDS = (0.0, 9.0, 1.1, 3.0)
START_POINTS = tuple(
    (f, a, b, k) for f in (-3.0, -0.7) for a in (-0.5, 0.5) for b in (-1.8, -0.7) for k in (-3.0, -1.0)
)
MAXIMUM_ITERATIONS = 40


@dataclass(frozen=True)
class LearningCurve:
    """The fitted parameters, in the units of the error and of single labels, and the fitted log errors."""

    floor: float
    scale: float
    exponent: float
    kappa: float
    fitted_logs: Array

    def error(self, human: Array, synthetic: Array) -> Array:
        """Return the error of the curve at these label counts."""
        return self.floor + self.scale * (human + self.kappa * synthetic) ** -self.exponent


def compute_log_errors(theta: Array, human: Array, synthetic: Array) -> tuple[Array, Array]:
    """Return log errors (sets x runs) and their derivatives (sets x runs x 4) by the log parameters (sets x 4)."""
    import numpy as np

    floor, scale, exponent, kappa = (np.exp(theta[:, index, None]) for index in range(4))
    labels = human + kappa * synthetic
    reducible_error = scale * labels**-exponent
    error = floor + reducible_error
    label_slope = -exponent * kappa * synthetic / labels
    slopes = (
        floor / error,
        reducible_error / error,
        -reducible_error * np.log(labels) * exponent / error,
        reducible_error * label_slope / error,
    )
    return np.log(error), np.stack([np.broadcast_to(slope, error.shape) for slope in slopes], axis=-1)


def fit_curve(human: Array, synthetic: Array, log_errors: Array) -> LearningCurve:
    """Return the best of several least-squares fits of the curve to log errors, each from another start."""
    import numpy as np
    from scipy.optimize import least_squares

    typical = float(np.median(human[human > 0]))
    lowest_log = float(np.min(log_errors))
    x, s, y = human / typical, synthetic / typical, log_errors - lowest_log

    def compute_residuals(theta: Array) -> Array:
        return compute_log_errors(theta[None], x, s)[0][0] - y

    def compute_slopes(theta: Array) -> Array:
        return compute_log_errors(theta[None], x, s)[1][0]

    fits = [
        least_squares(compute_residuals, start, jac=compute_slopes, bounds=(LOWER_BOUNDS, UPPER_BOUNDS), max_nfev=100)
        for start in START_POINTS
    ]
    best = min(fits, key=lambda fit: float(fit.cost)).x
    floor, scale, exponent, kappa = (float(value) for value in np.exp(best))
    error_scale = float(np.exp(lowest_log))
    return LearningCurve(
        floor * error_scale,
        scale * error_scale * typical**exponent,
        exponent,
        kappa,
        compute_log_errors(best[None], x, s)[0][0] + lowest_log,
    )


def refit_kappa(curve: LearningCurve, human: Array, synthetic: Array, draws: Array) -> Array:
    """Return the kappas of curves fitted to each row of `draws` (draws x runs, log errors), starting from `curve`.

    Levenberg and Marquardt's method for all draws at once; a step that does not reduce the error is not taken.
    """
    import numpy as np

    typical = float(np.median(human[human > 0]))
    lowest_log = float(np.min(curve.fitted_logs))
    x, s, y = human / typical, synthetic / typical, draws - lowest_log
    parameters = (curve.floor, curve.scale * typical**-curve.exponent, curve.exponent, curve.kappa)
    start = np.log(parameters) - np.array([lowest_log, lowest_log, 0, 0])
    theta = np.tile(np.clip(start, LOWER_BOUNDS, UPPER_BOUNDS), (len(draws), 1))
    damping = np.full(len(draws), 1e-2)
    fitted, slopes = compute_log_errors(theta, x, s)
    cost = ((y - fitted) ** 2).sum(axis=1)
    for _ in range(MAXIMUM_ITERATIONS):
        normal_matrix = np.einsum("dri,drj->dij", slopes, slopes)
        gradient = np.einsum("dri,dr->di", slopes, y - fitted)
        ridge = damping[:, None] * (np.einsum("dii->di", normal_matrix) + 1e-6)
        step = np.linalg.solve(normal_matrix + ridge[:, :, None] * np.eye(4), gradient[:, :, None])[:, :, 0]
        trial = np.clip(theta + np.clip(step, -2, 2), LOWER_BOUNDS, UPPER_BOUNDS)
        trial_fitted, trial_slopes = compute_log_errors(trial, x, s)
        trial_cost = ((y - trial_fitted) ** 2).sum(axis=1)
        is_better = trial_cost < cost
        theta[is_better], fitted[is_better], slopes[is_better] = (
            trial[is_better],
            trial_fitted[is_better],
            trial_slopes[is_better],
        )
        cost = np.minimum(cost, trial_cost)
        damping = np.clip(np.where(is_better, damping / 4, damping * 5), 1e-9, 1e9)
    return np.exp(theta[:, 3])


MIXTURE_COLUMNS = ("human", "synthetic")
RUN_COLUMNS: dict[str, pl.DataType] = {
    "human": pl.Float64(),
    "synthetic": pl.Float64(),
    "seed": pl.Int64(),
    "error": pl.Float64(),
}
"""One row per run: labels by people and synthetic labels for training, seed, error on one frozen test set."""

REQUIRED_SIZES, REQUIRED_SPAN = 4, 8.0  # sizes with labels by people alone, and the ratio of largest to smallest
REQUIRED_MIXTURES, REQUIRED_RATIO = 2, 4.0  # points with both kinds, and the least synthetic labels per label by people
REQUIRED_SEEDS = 2
SAME_SIZE_RATIO = 1.2  # two sizes within this ratio count as one
MAXIMUM_NOISE = 0.05  # standard deviation of log error between seeds, with two seeds per point
KAPPA_WIDENING = 1.2  # percentile intervals of kappa cover .85 to .92 instead of .95
DRAWS, SEED = 1000, 20240917
LACK_OF_FIT_LEVEL = 0.01  # level of the lack-of-fit test
PARAMETER_COUNT = 4

PurchaseAdvice = Literal["buy", "do not buy", "open"]


@dataclass(frozen=True)
class ExchangeRate:
    """The exchange rate with its valid range, or why there is none.

    `points` (human, synthetic, error, low, high, seeds) are always there. `noise` is between seeds. `fits` is False
    where points lie further from the curve than seeds explain: then kappa is an average over the range.
    """

    refused: Unavailable | None
    kappa: Interval | None
    curve: LearningCurve | None
    points: pl.DataFrame
    missing: pl.DataFrame  # human, synthetic, runs: the cheapest runs that would be enough
    human_range: tuple[float, float] | None
    synthetic_range: tuple[float, float] | None
    noise: float | None
    fits: bool
    runs: int
    method: str


def estimate_exchange_rate(
    runs: pl.DataFrame, *, level: float = 0.95, draws: int = DRAWS, seed: int = SEED
) -> ExchangeRate:
    """Return how many labels by people a synthetic label is worth; `runs` has the RUN_COLUMNS.

    Runs without labels, seed or error are left out. The same runs give the same answer: `seed` starts the draws.
    """
    seeds = run_points.average_seeds(runs.filter(pl.col("human") + pl.col("synthetic") > 0), MIXTURE_COLUMNS)
    points = run_points.summarize_points(seeds, MIXTURE_COLUMNS)
    noise = run_points.estimate_seed_noise(seeds, MIXTURE_COLUMNS)
    missing = list_missing_runs(points)
    reason = _explain_unavailable(points, noise)
    method = (
        "log error = log(floor + scale (human + kappa synthetic)^-exponent) by least squares; interval: residuals "
        f"drawn {format_count(draws)} times (seed {seed}), by whole points where these lie off the curve, "
        f"widened by {KAPPA_WIDENING}"
    )
    empty_fields = (None, None, points, missing, None, None, noise, False, seeds.height, method)
    if reason:
        return ExchangeRate(
            Unavailable(reason, _describe_needed_runs(points, noise, missing), Cause.too_little_data), *empty_fields
        )
    curve, kappa, is_adequate = _fit_kappa(seeds, level, draws, seed)
    human, synthetic = (points.get_column(name) for name in MIXTURE_COLUMNS)
    return ExchangeRate(
        None, kappa, curve, points, missing, _find_range(human.filter(human > 0)),
        _find_range(synthetic.filter(synthetic > 0)), noise, is_adequate, seeds.height, method,
    )  # fmt: skip


def advise_purchase(kappa: Interval, cost_synthetic: float, cost_human: float) -> PurchaseAdvice:
    """Return whether to buy synthetic labels next: they must cost less than kappa labels by people.

    Costs are per label, in one currency or in hours of people. Open where the interval allows both answers.
    """
    if cost_synthetic < kappa.low * cost_human:
        return "buy"
    return "do not buy" if cost_synthetic > kappa.high * cost_human else "open"


def list_missing_runs(points: pl.DataFrame) -> pl.DataFrame:
    """Return the cheapest runs that the rules still require: human, synthetic, runs.

    Smaller sets of labels by people are subsets of the largest one, so they cost no new labels. Mixtures are requested
    at the smallest sizes, where they take the fewest synthetic labels.
    """
    human_points = points.filter(pl.col("synthetic") == 0, pl.col("human") > 0)
    largest = _find_largest_human(points)
    required_points = [*_list_missing_sizes(human_points, largest), *_list_missing_mixtures(points, largest)]
    seed_counts = {
        (human, synthetic): seeds for human, synthetic, seeds in points.select(*MIXTURE_COLUMNS, "seeds").iter_rows()
    }
    rows = [
        (human, synthetic, REQUIRED_SEEDS - seed_counts.get((human, synthetic), 0))
        for human, synthetic in required_points
    ]
    schema = {"human": pl.Float64, "synthetic": pl.Float64, "runs": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("runs") > 0).unique().sort(*MIXTURE_COLUMNS)


def _find_largest_human(points: pl.DataFrame) -> float:
    """Return the largest number of labels by people in any point; 0 without points."""
    largest = points.get_column("human").max()
    return float(largest) if isinstance(largest, float) else 0.0


def _has_enough_sizes(human_points: pl.DataFrame) -> bool:
    """Return whether the points without synthetic labels are enough."""
    sizes = _select_replicated(human_points).get_column("human").to_list()
    return len(sizes) >= REQUIRED_SIZES and max(sizes) >= REQUIRED_SPAN * min(sizes)


def _list_missing_sizes(human_points: pl.DataFrame, largest: float) -> list[tuple[float, float]]:
    """Return sizes without synthetic labels that are missing or lack seeds, halving from the largest set."""
    if not largest or _has_enough_sizes(human_points):
        return []
    largest_size = _find_largest_human(human_points) or largest
    known_sizes = human_points.get_column("human").to_list()
    unreplicated = [
        (float(size), 0.0) for size in human_points.filter(pl.col("seeds") < REQUIRED_SEEDS).get_column("human")
    ]
    new = [(largest_size, 0.0)] if largest_size not in known_sizes else []
    for step in range(1, REQUIRED_SIZES):
        size = max(largest_size / 2**step, 1.0)
        is_last = step == REQUIRED_SIZES - 1
        if not any(
            known_size <= size if is_last else size / SAME_SIZE_RATIO < known_size < size * SAME_SIZE_RATIO
            for known_size in known_sizes
        ):
            new.append((float(int(size)), 0.0))
    return unreplicated + new


def _list_missing_mixtures(points: pl.DataFrame, largest: float) -> list[tuple[float, float]]:
    """Return mixtures that are missing or lack seeds, at the smallest sizes."""
    if not largest:
        return []
    mixed_points = _select_mixed(points)
    shortfall = REQUIRED_MIXTURES - _select_replicated(mixed_points).height
    unreplicated = [
        row[:2] for row in mixed_points.filter(pl.col("seeds") < REQUIRED_SEEDS).select(*MIXTURE_COLUMNS).iter_rows()
    ]
    smallest = [float(int(largest / 2**step)) for step in range(REQUIRED_SIZES - 1, -1, -1)]
    known_sizes = {human for human, _ in mixed_points.select(*MIXTURE_COLUMNS).iter_rows()}
    new = [(size, REQUIRED_RATIO * size) for size in smallest if size not in known_sizes]
    return (unreplicated + new)[: max(shortfall, 0)]


def _select_replicated(points: pl.DataFrame) -> pl.DataFrame:
    """Return the points with as many seeds as the rules require."""
    return points.filter(pl.col("seeds") >= REQUIRED_SEEDS)


def _select_mixed(points: pl.DataFrame) -> pl.DataFrame:
    """Return the points with both kinds of labels and enough synthetic ones to show their effect."""
    return points.filter(pl.col("human") > 0, pl.col("synthetic") >= REQUIRED_RATIO * pl.col("human"))


def _explain_unavailable(points: pl.DataFrame, noise: float | None) -> str | None:
    """Return why there is no exchange rate, or None."""
    if points.is_empty():
        return "No finished run states its labels, its seed and an error."
    human_points = points.filter(pl.col("synthetic") == 0, pl.col("human") > 0)
    if not _has_enough_sizes(human_points) or _select_replicated(_select_mixed(points)).height < REQUIRED_MIXTURES:
        human_sizes = _select_replicated(human_points).get_column("human")
        smallest, largest = human_sizes.min(), human_sizes.max()
        span = largest / smallest if isinstance(smallest, float) and isinstance(largest, float) else 1.0
        mixture_count = _select_replicated(_select_mixed(points)).height
        return (
            f"{human_sizes.len()} sizes of labels by people, {format_count(span)} times apart, and {mixture_count} "
            "mixtures with "
            f"at least {format_count(REQUIRED_RATIO)} synthetic labels per label by people have {REQUIRED_SEEDS} "
            "seeds; an "
            f"exchange rate needs {REQUIRED_SIZES} sizes, "
            f"{format_count(REQUIRED_SPAN)} times apart, and {REQUIRED_MIXTURES} mixtures."
        )
    if noise is None or _compute_two_seed_noise(points, noise) > MAXIMUM_NOISE:
        return (
            f"Seeds differ by {format_share(noise or 0, 1)} in error: more than {format_share(MAXIMUM_NOISE)} hides "
            "the effect of synthetic "
            "labels."
        )
    return None


def _compute_two_seed_noise(points: pl.DataFrame, noise: float) -> float:
    """Return the noise at which two seeds would give means as precise as these."""
    seeds = points.get_column("seeds").median()
    return noise * math.sqrt(2 / (seeds if isinstance(seeds, int | float) else 2))


def _describe_needed_runs(points: pl.DataFrame, noise: float | None, missing: pl.DataFrame) -> str:
    """Return a sentence on the cheapest runs that would be enough."""
    if points.is_empty():
        return (
            f"Train on {REQUIRED_SIZES} sizes of labels by people, {format_count(REQUIRED_SPAN)} times apart, and "
            f"on {REQUIRED_MIXTURES} mixtures with {format_count(REQUIRED_RATIO)} synthetic labels per label by "
            "people, each "
            f"with {REQUIRED_SEEDS} seeds: {2 * (REQUIRED_SIZES + REQUIRED_MIXTURES)} runs."
        )
    if missing.height:
        run_texts = [
            f"{runs} on {format_count(human)} labels by people"
            + (f" and {format_count(synthetic)} synthetic" if synthetic else "")
            for human, synthetic, runs in missing.iter_rows()
        ]
        return f"Add {missing.get_column('runs').sum()} runs, each with a seed of its own: {'; '.join(run_texts)}."
    seed_count = int(-(-2 * (noise or 0) ** 2 // MAXIMUM_NOISE**2))
    return f"Run each of the {points.height} points with {seed_count} seeds, or test on a larger frozen test set."


def _fit_kappa(seeds: pl.DataFrame, level: float, draws: int, seed: int) -> tuple[LearningCurve, Interval, bool]:
    """Return the curve, kappa with its interval, and whether the curve fits."""
    import numpy as np

    human, synthetic, log_errors = (seeds.get_column(name).to_numpy() for name in (*MIXTURE_COLUMNS, "log_error"))
    curve = fit_curve(human, synthetic, log_errors)
    point_codes = seeds.select(pl.struct(MIXTURE_COLUMNS).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    is_adequate = _is_adequate_fit(log_errors - curve.fitted_logs, point_codes)
    bootstrap_logs = curve.fitted_logs + _draw_residuals(
        log_errors - curve.fitted_logs, point_codes, draws, seed, by_point=not is_adequate
    )
    kappas = refit_kappa(curve, human, synthetic, bootstrap_logs)
    low, high = np.quantile(kappas, [(1 - level) / 2, (1 + level) / 2]) / curve.kappa
    # On the log scale, on which kappa is fitted, so that the interval stays above zero.
    low, high = (curve.kappa * bound**KAPPA_WIDENING for bound in (min(low, 1.0), max(high, 1.0)))
    return curve, Interval(curve.kappa, float(low), float(high), level), is_adequate


def _draw_residuals(residuals: Array, point_codes: Array, draws: int, seed: int, *, by_point: bool) -> Array:
    """Return bootstrap residuals (draws x runs), scaled up to the variance of the errors.

    By point where the curve misses points: each point takes all residuals of a point drawn at random, which keeps what
    its seeds have in common. Otherwise every run takes the residual of any run.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    counts = np.bincount(point_codes)
    unit_count = len(counts) if by_point else len(point_codes)
    centred = (residuals - residuals.mean()) * np.sqrt(unit_count / (unit_count - PARAMETER_COUNT))
    if not by_point:
        return rng.choice(centred, (draws, unit_count))
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    offsets = np.arange(len(point_codes)) - starts[point_codes]
    donors = rng.integers(0, unit_count, (draws, unit_count))[:, point_codes]
    return centred[starts[donors] + offsets % counts[donors]]


def _is_adequate_fit(residuals: Array, point_codes: Array) -> bool:
    """Return whether the curve fits the points as closely as their seeds agree (F test of lack of fit)."""
    import numpy as np
    from scipy.special import fdtrc

    counts = np.bincount(point_codes)
    means = np.bincount(point_codes, residuals) / counts
    freedom = (len(counts) - PARAMETER_COUNT, len(point_codes) - len(counts))
    within = float(((residuals - means[point_codes]) ** 2).sum()) / freedom[1]
    lack = float((counts * means**2).sum()) / freedom[0]
    return bool(fdtrc(*freedom, lack / max(within, 1e-12)) >= LACK_OF_FIT_LEVEL)


def _find_range(values: pl.Series) -> tuple[float, float]:
    """Return the smallest and the largest value."""
    return float(str(values.min())), float(str(values.max()))
