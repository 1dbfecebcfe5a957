"""What the next hours buy: labels or modeling, from runs that vary one of the two and hold the other fixed.

How fast error falls as labels or hours are added is the elasticity at the margin.

The final code on parts of the labels shows what labels are worth; earlier code on all labels shows what modeling is
worth. A project's own history cannot rank them, because there both grow together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Interval
from dashboard.synthetic.model import run_points
from dashboard.units import format_count, format_decimal

Array = Any  # numpy is imported where it is used; an array of floats

BEND_LEVEL = 0.01  # level of the test for a bend in the curve; with one, the slope is taken at its end


@dataclass(frozen=True)
class Elasticity:
    """-d log error / d log amount at the largest amount, with its standard error and degrees of freedom."""

    value: float
    error: float
    freedom: int
    is_bent: bool

    def build_interval(self, level: float) -> Interval:
        """Return the elasticity with its t interval."""
        half_width = compute_t_bound(level, self.freedom) * self.error
        return Interval(self.value, self.value - half_width, self.value + half_width, level)


def compute_t_bound(level: float, freedom: float) -> float:
    """Return the two-sided bound of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 2))


def estimate_elasticity(seeds: pl.DataFrame, amount: str) -> Elasticity | None:
    """Return the elasticity of error to an amount; None below three amounts.

    `seeds`: the amount (> 0) and log_error, one row per run. A straight line in logarithms or, where a bend is
    significant, a parabola, with its slope at the largest amount.
    """
    import numpy as np

    x, y = np.log(seeds.get_column(amount).to_numpy()), seeds.get_column("log_error").to_numpy()
    if len(np.unique(x)) < 3 or len(y) < 4:  # noqa: PLR2004 - see the docstring; a line and a spread need four runs
        return None
    centered = x - x.max()  # so that the slope at the largest amount is a coefficient of its own
    straight = _fit_least_squares(np.column_stack([np.ones_like(centered), centered]), y)
    if len(y) - 3 > 0:
        parabola = _fit_least_squares(np.column_stack([np.ones_like(centered), centered, centered**2]), y)
        if abs(parabola[0][2]) > compute_t_bound(1 - BEND_LEVEL, parabola[2]) * parabola[1][2]:
            return Elasticity(-float(parabola[0][1]), float(parabola[1][1]), parabola[2], is_bent=True)
    return Elasticity(-float(straight[0][1]), float(straight[1][1]), straight[2], is_bent=False)


def _fit_least_squares(design: Array, y: Array) -> tuple[Array, Array, int]:
    """Return coefficients, their standard errors and the degrees of freedom."""
    import numpy as np

    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ design.T @ y
    freedom = len(y) - design.shape[1]
    variance = float(((y - design @ beta) ** 2).sum()) / freedom
    return beta, np.sqrt(np.maximum(np.diag(inverse), 0) * variance), freedom


def compute_pooled_freedom(first: tuple[float, int], second: tuple[float, int]) -> float:
    """Return the Welch-Satterthwaite freedom of a sum of two estimates, each (standard error, freedom)."""
    (first_error, first_freedom), (second_error, second_freedom) = first, second
    weight = first_error**4 / first_freedom + second_error**4 / second_freedom
    return (first_error**2 + second_error**2) ** 2 / weight if weight > 0 else math.inf


RUN_COLUMNS: dict[str, pl.DataType] = {
    "labels": pl.Float64(),
    "code": pl.String(),
    "hours": pl.Float64(),
    "seed": pl.Int64(),
    "error": pl.Float64(),
}
"""One row per run: labels it learned from, code version, modeling hours behind it, seed, error on one test set."""

RETURN_COLUMNS: dict[str, pl.DataType] = {
    "activity": pl.String(),  # labeling, modeling
    "elasticity": pl.Float64(),
    "elasticity_low": pl.Float64(),
    "elasticity_high": pl.Float64(),
    "gain": pl.Float64(),  # share of the error that the next hours remove
    "gain_low": pl.Float64(),
    "gain_high": pl.Float64(),
    "points": pl.Int64(),
    "runs": pl.Int64(),
    "bends": pl.Boolean(),
}
MISSING_COLUMNS: dict[str, pl.DataType] = {"labels": pl.Float64(), "hours": pl.Float64(), "runs": pl.Int64()}

NEXT_HOURS = 40.0
MINIMUM_POINTS, GRID_POINTS = 3, 4
MINIMUM_SEEDS, GRID_SEEDS = 2, 3
MINIMUM_SPANS = {"labels": 4.0, "hours": 2.0}  # least ratio of the largest to the smallest amount
SAME_AMOUNT_RATIO = 1.2
MAXIMUM_SEED_FACTOR = 10.0  # times the seeds needed to tell two returns apart, from which it is not worth it

Verdict = Literal["labeling", "modeling", "cannot rank"]


@dataclass(frozen=True)
class MarginalReturn:
    """Which activity returns more for the next hours, or why that is not known.

    `returns` (columns of RETURN_COLUMNS) holds what is known of each activity even if unranked; `contrast` is
    the gain of labeling less that of modeling, as a share of the error. `missing` (labels, hours, runs): the cheapest
    runs to add.
    """

    verdict: Verdict
    refused: Unavailable | None
    returns: pl.DataFrame
    contrast: Interval | None
    missing: pl.DataFrame
    error: float | None  # of the final code on all labels
    labels: float | None
    hours: float | None
    noise: float | None
    method: str


@dataclass(frozen=True)
class HistoryFit:
    """What a project's history is consistent with: both elasticities with wide intervals, never a rank."""

    labels: Interval | None
    hours: Interval | None
    is_clear: bool  # whether their difference is outside of its own t bound
    n: int
    words: str


@dataclass(frozen=True)
class ActivityReturn:
    """One activity: its runs, its elasticity and the growth that its next hours bring."""

    activity: str
    amount: str
    seeds: pl.DataFrame
    slope: Elasticity | None
    growth: float | None  # amount after the next hours / amount now

    def compute_gain(self) -> tuple[float, float] | None:
        """Return the share of the error that the next hours remove, and its standard error (delta method)."""
        if self.slope is None or self.growth is None:
            return None
        remaining_share = self.growth**-self.slope.value
        return 1 - remaining_share, remaining_share * math.log(self.growth) * self.slope.error

    def build_row(self, level: float) -> dict[str, object]:
        """Return the activity's row of RETURN_COLUMNS, without an elasticity where the runs do not suffice."""
        points = self.seeds.get_column(self.amount).n_unique() if self.seeds.height else 0
        cells: dict[str, object] = {"activity": self.activity, "points": points, "runs": self.seeds.height}
        if self.slope is None:
            return cells
        bounds = self.slope.build_interval(level)
        cells |= {"elasticity": bounds.value, "elasticity_low": bounds.low, "elasticity_high": bounds.high}
        cells["bends"] = self.slope.is_bent
        if self.growth is not None:
            gains = (1 - self.growth**-value for value in (bounds.value, bounds.low, bounds.high))
            cells |= dict(zip(("gain", "gain_low", "gain_high"), gains, strict=True))
        return cells


def estimate_marginal_return(
    runs: pl.DataFrame, *, hours_a_label: float | None, next_hours: float = NEXT_HOURS, level: float = 0.95
) -> MarginalReturn:
    """Return what the next hours of labeling and of modeling bring; `runs` has the columns of RUN_COLUMNS.

    The final code is the one with the most modeling hours (unknown counts as fewest; ties go to the most sizes). All
    labels are the most it learned from. `hours_a_label`: human hours per further label, None where unknown.
    """
    usable_runs = runs.filter(pl.col("labels") > 0).with_columns(pl.col("hours").fill_null(0))
    seeds = run_points.average_seeds(usable_runs, ("labels", "code", "hours"))
    final = seeds.filter(pl.col("code") == _find_final_code(seeds))
    labels, hours = _find_largest(final, "labels"), _find_largest(final, "hours")
    full_data = seeds.filter(pl.col("labels") == (labels or 0), pl.col("hours") > 0)
    label_growth = None if hours_a_label is None or not labels else 1 + next_hours / (hours_a_label * labels)
    sides = (
        ActivityReturn("labeling", "labels", final, _estimate_slope(final, "labels"), label_growth),
        ActivityReturn(
            "modeling",
            "hours",
            full_data,
            _estimate_slope(full_data, "hours"),
            1 + next_hours / hours if hours else None,
        ),
    )
    contrast = _compute_contrast(sides, level)
    # Ask only for runs of the unknown side, or for a full grid where the two returns cannot be told apart.
    missing_by_side = (_list_missing_sizes(final, labels, hours), _list_missing_code(full_data, labels, hours))
    missing_parts = [
        part for part, side in zip(missing_by_side, sides, strict=True) if side.slope is None or contrast is not None
    ]
    missing = pl.concat([pl.DataFrame(schema=MISSING_COLUMNS), *missing_parts])
    unavailable = _explain_unavailable(sides, contrast, missing, hours_a_label)
    final_log_error = final.filter(pl.col("labels") == labels).get_column("log_error").mean() if labels else None
    return MarginalReturn(
        "cannot rank" if unavailable or not contrast else "labeling" if contrast.value > 0 else "modeling",
        unavailable,
        pl.DataFrame([side.build_row(level) for side in sides], schema=RETURN_COLUMNS),
        contrast,
        missing,
        math.exp(final_log_error) if isinstance(final_log_error, float) else None,
        labels,
        hours,
        run_points.estimate_seed_noise(seeds, ("labels", "code", "hours")),
        f"log error on log labels (final code) and on log modeling hours (all labels), every seed one run; share of "
        f"the error gone after {next_hours:g} more hours of either; t intervals, contrast by Welch",
    )


def fit_history(runs: pl.DataFrame, *, level: float = 0.95) -> HistoryFit:
    """Return what the project's history is consistent with: one regression of log error on both.

    `runs`: labels, hours, error, one row per stage of the project (its seeds averaged, never the best so far).
    """
    import numpy as np

    stages = runs.drop_nulls(["labels", "hours", "error"]).filter(
        pl.col("labels") > 0, pl.col("hours") > 0, pl.col("error") > 0
    )
    n = stages.height
    logs = np.log(stages.select("labels", "hours", "error").to_numpy())
    design = np.column_stack([np.ones(n), logs[:, :2]])
    if n < 5 or np.linalg.matrix_rank(design) < 3:  # noqa: PLR2004 - three coefficients and a spread of two
        return HistoryFit(None, None, is_clear=False, n=n, words="The history holds too few stages to say anything.")
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ logs[:, 2]
    variance = float(((logs[:, 2] - design @ beta) ** 2).sum()) / (n - 3)
    bound = compute_t_bound(level, n - 3)
    half_widths = bound * np.sqrt(np.diag(inverse) * variance)
    labels_interval, hours_interval = (
        Interval(
            -float(beta[index]),
            float(-beta[index] - half_widths[index]),
            float(-beta[index] + half_widths[index]),
            level,
        )
        for index in (1, 2)
    )
    difference_error = math.sqrt(variance * (inverse[1, 1] + inverse[2, 2] - 2 * inverse[1, 2]))
    return HistoryFit(
        labels_interval,
        hours_interval,
        is_clear=abs(beta[1] - beta[2]) > bound * difference_error,
        n=n,
        words=_describe_history(labels_interval, hours_interval, n),
    )


def _describe_history(labels: Interval, hours: Interval, n: int) -> str:
    """Return in words what the history says, and that it cannot rank."""
    return (
        f"The history of {n} stages is consistent with {format_decimal(labels.low, 2)} to "
        f"{format_decimal(labels.high, 2)} for labels and "
        f"{format_decimal(hours.low, 2)} to {format_decimal(hours.high, 2)} for modeling. Labels and modeling grow "
        "together in a project, so a "
        "history cannot rank them."
    )


def _find_final_code(seeds: pl.DataFrame) -> str:
    """Return the code version with the most modeling hours; ties go to the one run on the most sizes."""
    codes = seeds.group_by("code").agg(pl.col("hours").max(), sizes=pl.col("labels").n_unique())
    ordered = codes.sort("hours", "sizes", "code", descending=[True, True, False])
    return str(ordered.item(0, "code")) if ordered.height else ""


def _find_largest(seeds: pl.DataFrame, name: str) -> float | None:
    """Return the largest value of a column."""
    largest = seeds.get_column(name).max()
    return float(largest) if isinstance(largest, float) else None


def _estimate_slope(seeds: pl.DataFrame, amount: str) -> Elasticity | None:
    """Return the elasticity where there are enough amounts and seeds."""
    amounts = _select_replicated(seeds, amount)
    smallest, largest = amounts.min(), amounts.max()
    if amounts.len() < MINIMUM_POINTS or not isinstance(smallest, float) or not isinstance(largest, float):
        return None
    return estimate_elasticity(seeds, amount) if largest >= MINIMUM_SPANS[amount] * smallest else None


def _select_replicated(seeds: pl.DataFrame, amount: str) -> pl.Series:
    """Return the amounts with enough seeds."""
    return seeds.group_by(amount).len().filter(pl.col("len") >= MINIMUM_SEEDS).sort(amount).get_column(amount)


def _compute_contrast(sides: tuple[ActivityReturn, ActivityReturn], level: float) -> Interval | None:
    """Return the gain of labeling less that of modeling with its t interval."""
    (label_slope, model_slope), (label_gain, model_gain) = (
        (side.slope for side in sides),
        (side.compute_gain() for side in sides),
    )
    if label_slope is None or model_slope is None or label_gain is None or model_gain is None:
        return None
    freedom = compute_pooled_freedom((label_gain[1], label_slope.freedom), (model_gain[1], model_slope.freedom))
    half_width = compute_t_bound(level, freedom) * math.hypot(label_gain[1], model_gain[1])
    value = label_gain[0] - model_gain[0]
    return Interval(value, value - half_width, value + half_width, level)


def _list_missing_amounts(seeds: pl.DataFrame, amount: str, largest: float | None) -> list[tuple[float, int]]:
    """Return the amounts of a full grid, halving down from the top, and how many runs each still lacks."""
    if not largest:
        return []
    counts = {float(value): int(n) for value, n in seeds.group_by(amount).len().iter_rows()}
    shortfalls = []
    for step in range(GRID_POINTS):
        size = largest / 2**step
        near_amounts = [value for value in counts if size / SAME_AMOUNT_RATIO < value < size * SAME_AMOUNT_RATIO]
        if not near_amounts and len(counts) - (largest in counts) >= GRID_POINTS - 1:
            continue  # amounts other than halves are as good
        known_amount = near_amounts[0] if near_amounts else size
        shortfalls.append((known_amount, GRID_SEEDS - counts.get(known_amount, 0)))
    return [(size, runs) for size, runs in shortfalls if runs > 0]


def _list_missing_sizes(final: pl.DataFrame, labels: float | None, hours: float | None) -> pl.DataFrame:
    """Return the runs of the final code on parts of the labels that are missing."""
    rows = [(float(round(size)), hours, runs) for size, runs in _list_missing_amounts(final, "labels", labels)]
    return pl.DataFrame(rows, schema=MISSING_COLUMNS, orient="row")


def _list_missing_code(full: pl.DataFrame, labels: float | None, hours: float | None) -> pl.DataFrame:
    """Return the runs of earlier code on all labels that are missing."""
    rows = [(labels, size, runs) for size, runs in _list_missing_amounts(full, "hours", hours) if size != hours]
    return pl.DataFrame(rows, schema=MISSING_COLUMNS, orient="row")


def _explain_unavailable(
    sides: tuple[ActivityReturn, ActivityReturn],
    contrast: Interval | None,
    missing: pl.DataFrame,
    hours_a_label: float | None,
) -> Unavailable | None:
    """Return why the two cannot be ranked and what to add, or None."""
    unknown_activities = [side.activity for side in sides if side.slope is None]
    if unknown_activities:
        return Unavailable(
            f"No runs show what {' or '.join(unknown_activities)} returns on its own.",
            _describe_missing_runs(missing, unknown_activities),
            Cause.too_little_data,
        )
    if contrast is None:
        unknown_quantity = "an hour of labeling buys" if hours_a_label is None else "modeling took so far"
        return Unavailable(
            f"It is not known what {unknown_quantity}.",
            "Import labels with their times, and time entries.",
            Cause.not_recorded,
        )
    if contrast.low <= 0 <= contrast.high:
        reason = "The two returns are too close to each other, or the runs too noisy, to say which is larger."
        return Unavailable(
            reason,
            _describe_missing_runs(missing) if missing.height else _advise_more_seeds(contrast),
            Cause.too_little_data,
        )
    return None


def _describe_missing_runs(missing: pl.DataFrame, unknown: Sequence[str] = ()) -> str:
    """Return the missing runs in words; without recorded modeling hours they cannot be listed one by one."""
    if missing.is_empty() and unknown == ["modeling"]:
        return (
            f"Train code of {GRID_POINTS} stages on all labels, each with {GRID_SEEDS} seeds; record code_version, "
            "seed and modeling_hours."
        )
    if missing.is_empty():
        return (
            f"Train the final code on 12.5, 25, 50 and 100% of the labels, and code of {GRID_POINTS} stages on all "
            f"labels, each with {GRID_SEEDS} seeds; record labels_used, code_version, seed and modeling_hours."
        )
    run_texts = [
        f"{runs} on {format_count(labels)} labels with the code of {format_count(hours)} modeling hours"
        for labels, hours, runs in missing.iter_rows()
    ]
    return f"Add {missing.get_column('runs').sum()} runs, each with a seed of its own: {'; '.join(run_texts)}."


def _advise_more_seeds(contrast: Interval) -> str:
    """Return how many times the seeds are needed to tell the two apart, in words."""
    seed_factor = ((contrast.high - contrast.low) / 2 / max(abs(contrast.value), 1e-12)) ** 2
    if seed_factor > MAXIMUM_SEED_FACTOR:
        return "More runs would hardly tell them apart: spend the hours on either."
    return f"Run about {math.ceil(seed_factor)} times as many seeds at every point."
