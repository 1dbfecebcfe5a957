"""How fast error falls as labels or hours are added: the elasticity at the margin.

What the next hours buy: labels or modeling, from runs that vary one of the two and hold the other fixed.

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

Array = Any  # numpy is imported where it is used; an array of floats

BENDS = 0.01  # level of the test for a bend in the curve; with one, the slope is taken at its end


@dataclass(frozen=True)
class Elasticity:
    """-d log error / d log amount at the largest amount, with its standard error and degrees of freedom."""

    value: float
    error: float
    freedom: int
    bends: bool

    def interval(self, level: float) -> Interval:
        """Return the elasticity with its t interval."""
        reach = t_bound(level, self.freedom) * self.error
        return Interval(self.value, self.value - reach, self.value + reach, level)


def t_bound(level: float, freedom: float) -> float:
    """Return the two-sided bound of Student's t."""
    from scipy.stats import t

    return float(t.ppf(0.5 + level / 2, freedom))


def elasticity(seeds: pl.DataFrame, amount: str) -> Elasticity | None:
    """Return the elasticity of error to an amount; None below three amounts.

    `seeds`: the amount (> 0) and log_error, one row per run. A straight line in logarithms or, where a bend is
    significant, a parabola, with its slope at the largest amount.
    """
    import numpy as np

    x, y = np.log(seeds.get_column(amount).to_numpy()), seeds.get_column("log_error").to_numpy()
    if len(np.unique(x)) < 3 or len(y) < 4:  # noqa: PLR2004 - see the docstring; a line and a spread need four runs
        return None
    end = x - x.max()  # so that the slope at the largest amount is a coefficient of its own
    line = _least_squares(np.column_stack([np.ones_like(end), end]), y)
    if len(y) - 3 > 0:
        bent = _least_squares(np.column_stack([np.ones_like(end), end, end**2]), y)
        if abs(bent[0][2]) > t_bound(1 - BENDS, bent[2]) * bent[1][2]:
            return Elasticity(-float(bent[0][1]), float(bent[1][1]), bent[2], bends=True)
    return Elasticity(-float(line[0][1]), float(line[1][1]), line[2], bends=False)


def _least_squares(design: Array, y: Array) -> tuple[Array, Array, int]:
    """Return coefficients, their standard errors and the degrees of freedom."""
    import numpy as np

    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ design.T @ y
    freedom = len(y) - design.shape[1]
    variance = float(((y - design @ beta) ** 2).sum()) / freedom
    return beta, np.sqrt(np.maximum(np.diag(inverse), 0) * variance), freedom


def pooled_freedom(first: tuple[float, int], second: tuple[float, int]) -> float:
    """Return the Welch-Satterthwaite freedom of a sum of two estimates, each (standard error, freedom)."""
    (one, one_freedom), (other, other_freedom) = first, second
    weight = one**4 / one_freedom + other**4 / other_freedom
    return (one**2 + other**2) ** 2 / weight if weight > 0 else math.inf


RUNS: dict[str, pl.DataType] = {
    "labels": pl.Float64(),
    "code": pl.String(),
    "hours": pl.Float64(),
    "seed": pl.Int64(),
    "error": pl.Float64(),
}
"""One row per run: labels it learned from, code version, modeling hours behind it, seed, error on one test set."""

RETURNS: dict[str, pl.DataType] = {
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
MISSING: dict[str, pl.DataType] = {"labels": pl.Float64(), "hours": pl.Float64(), "runs": pl.Int64()}

NEXT_HOURS = 40.0
LEAST_POINTS, FULL_POINTS = 3, 4
LEAST_SEEDS, FULL_SEEDS = 2, 3
SPANS = {"labels": 4.0, "hours": 2.0}  # least ratio of the largest to the smallest amount
NEAR = 1.2
TOO_LIKE = 10.0  # times the seeds needed to tell two returns apart, from which it is not worth it

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
class History:
    """What a project's history is consistent with: both elasticities with wide intervals, never a rank."""

    labels: Interval | None
    hours: Interval | None
    is_clear: bool  # whether their difference is outside of its own t bound
    n: int
    words: str


@dataclass(frozen=True)
class Side:
    """One activity: its runs, its elasticity and the growth that its next hours bring."""

    activity: str
    amount: str
    seeds: pl.DataFrame
    slope: Elasticity | None
    growth: float | None  # amount after the next hours / amount now

    def gain(self) -> tuple[float, float] | None:
        """Return the share of the error that the next hours remove, and its standard error (delta method)."""
        if self.slope is None or self.growth is None:
            return None
        left = self.growth**-self.slope.value
        return 1 - left, left * math.log(self.growth) * self.slope.error

    def row(self, level: float) -> dict[str, object]:
        """Return the activity's row of RETURN_COLUMNS, without an elasticity where the runs do not suffice."""
        points = self.seeds.get_column(self.amount).n_unique() if self.seeds.height else 0
        told: dict[str, object] = {"activity": self.activity, "points": points, "runs": self.seeds.height}
        if self.slope is None:
            return told
        ends = self.slope.interval(level)
        told |= {"elasticity": ends.value, "elasticity_low": ends.low, "elasticity_high": ends.high}
        told["bends"] = self.slope.bends
        if self.growth is not None:
            gains = (1 - self.growth**-value for value in (ends.value, ends.low, ends.high))
            told |= dict(zip(("gain", "gain_low", "gain_high"), gains, strict=True))
        return told


def estimate(
    runs: pl.DataFrame, *, hours_a_label: float | None, next_hours: float = NEXT_HOURS, level: float = 0.95
) -> MarginalReturn:
    """Return what the next hours of labeling and of modeling bring; `runs` has the columns of RUN_COLUMNS.

    The final code is the one with the most modeling hours (unknown counts as fewest; ties go to the most sizes). All
    labels are the most it learned from. `hours_a_label`: human hours per further label, None where unknown.
    """
    told = runs.filter(pl.col("labels") > 0).with_columns(pl.col("hours").fill_null(0))
    seeds = run_points.averaged(told, ("labels", "code", "hours"))
    final = seeds.filter(pl.col("code") == _final_code(seeds))
    labels, hours = _largest(final, "labels"), _largest(final, "hours")
    full = seeds.filter(pl.col("labels") == (labels or 0), pl.col("hours") > 0)
    more = None if hours_a_label is None or not labels else 1 + next_hours / (hours_a_label * labels)
    sides = (
        Side("labeling", "labels", final, _slope(final, "labels"), more),
        Side("modeling", "hours", full, _slope(full, "hours"), 1 + next_hours / hours if hours else None),
    )
    contrast = _contrast(sides, level)
    # Ask only for runs of the unknown side, or for a full grid where the two returns cannot be told apart.
    every = (_missing_sizes(final, labels, hours), _missing_code(full, labels, hours))
    wanted = [one for one, side in zip(every, sides, strict=True) if side.slope is None or contrast is not None]
    missing = pl.concat([pl.DataFrame(schema=MISSING), *wanted])
    refused = _refusal(sides, contrast, missing, hours_a_label)
    top = final.filter(pl.col("labels") == labels).get_column("log_error").mean() if labels else None
    return MarginalReturn(
        "cannot rank" if refused or not contrast else "labeling" if contrast.value > 0 else "modeling",
        refused,
        pl.DataFrame([side.row(level) for side in sides], schema=RETURNS),
        contrast,
        missing,
        math.exp(top) if isinstance(top, float) else None,
        labels,
        hours,
        run_points.noise(seeds, ("labels", "code", "hours")),
        f"log error on log labels (final code) and on log modeling hours (all labels), every seed one run; share of "
        f"the error gone after {next_hours:g} more hours of either; t intervals, contrast by Welch",
    )


def history(runs: pl.DataFrame, *, level: float = 0.95) -> History:
    """Return what the project's history is consistent with: one regression of log error on both.

    `runs`: labels, hours, error, one row per stage of the project (its seeds averaged, never the best so far).
    """
    import numpy as np

    told = runs.drop_nulls(["labels", "hours", "error"]).filter(
        pl.col("labels") > 0, pl.col("hours") > 0, pl.col("error") > 0
    )
    n = told.height
    logs = np.log(told.select("labels", "hours", "error").to_numpy())
    design = np.column_stack([np.ones(n), logs[:, :2]])
    if n < 5 or np.linalg.matrix_rank(design) < 3:  # noqa: PLR2004 - three coefficients and a spread of two
        return History(None, None, is_clear=False, n=n, words="The history holds too few stages to say anything.")
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ logs[:, 2]
    variance = float(((logs[:, 2] - design @ beta) ** 2).sum()) / (n - 3)
    bound = t_bound(level, n - 3)
    reach = bound * np.sqrt(np.diag(inverse) * variance)
    one, other = (
        Interval(-float(beta[at]), float(-beta[at] - reach[at]), float(-beta[at] + reach[at]), level) for at in (1, 2)
    )
    apart = math.sqrt(variance * (inverse[1, 1] + inverse[2, 2] - 2 * inverse[1, 2]))
    return History(one, other, is_clear=abs(beta[1] - beta[2]) > bound * apart, n=n, words=_consistent(one, other, n))


def _consistent(labels: Interval, hours: Interval, n: int) -> str:
    """Return in words what the history says, and that it cannot rank."""
    return (
        f"The history of {n} stages is consistent with {labels.low:.2f} to {labels.high:.2f} for labels and "
        f"{hours.low:.2f} to {hours.high:.2f} for modeling. Labels and modeling grow together in a project, so a "
        "history cannot rank them."
    )


def _final_code(seeds: pl.DataFrame) -> str:
    """Return the code version with the most modeling hours; ties go to the one run on the most sizes."""
    codes = seeds.group_by("code").agg(pl.col("hours").max(), sizes=pl.col("labels").n_unique())
    ordered = codes.sort("hours", "sizes", "code", descending=[True, True, False])
    return str(ordered.item(0, "code")) if ordered.height else ""


def _largest(seeds: pl.DataFrame, name: str) -> float | None:
    """Return the largest value of a column."""
    found = seeds.get_column(name).max()
    return float(found) if isinstance(found, float) else None


def _slope(seeds: pl.DataFrame, amount: str) -> Elasticity | None:
    """Return the elasticity where there are enough amounts and seeds."""
    held = _enough(seeds, amount)
    least, most = held.min(), held.max()
    if held.len() < LEAST_POINTS or not isinstance(least, float) or not isinstance(most, float):
        return None
    return elasticity(seeds, amount) if most >= SPANS[amount] * least else None


def _enough(seeds: pl.DataFrame, amount: str) -> pl.Series:
    """Return the amounts with enough seeds."""
    return seeds.group_by(amount).len().filter(pl.col("len") >= LEAST_SEEDS).sort(amount).get_column(amount)


def _contrast(sides: tuple[Side, Side], level: float) -> Interval | None:
    """Return the gain of labeling less that of modeling with its t interval."""
    (label, model), (gain, other) = (side.slope for side in sides), (side.gain() for side in sides)
    if label is None or model is None or gain is None or other is None:
        return None
    freedom = pooled_freedom((gain[1], label.freedom), (other[1], model.freedom))
    reach = t_bound(level, freedom) * math.hypot(gain[1], other[1])
    value = gain[0] - other[0]
    return Interval(value, value - reach, value + reach, level)


def _ladder(seeds: pl.DataFrame, amount: str, top: float | None) -> list[tuple[float, int]]:
    """Return the amounts of a full grid, halving down from the top, and how many runs each still lacks."""
    if not top:
        return []
    counts = {float(value): int(n) for value, n in seeds.group_by(amount).len().iter_rows()}
    lacking = []
    for step in range(FULL_POINTS):
        size = top / 2**step
        near = [value for value in counts if size / NEAR < value < size * NEAR]
        if not near and len(counts) - (top in counts) >= FULL_POINTS - 1:
            continue  # amounts other than halves are as good
        place = near[0] if near else size
        lacking.append((place, FULL_SEEDS - counts.get(place, 0)))
    return [(size, runs) for size, runs in lacking if runs > 0]


def _missing_sizes(final: pl.DataFrame, labels: float | None, hours: float | None) -> pl.DataFrame:
    """Return the runs of the final code on parts of the labels that are missing."""
    rows = [(float(round(size)), hours, runs) for size, runs in _ladder(final, "labels", labels)]
    return pl.DataFrame(rows, schema=MISSING, orient="row")


def _missing_code(full: pl.DataFrame, labels: float | None, hours: float | None) -> pl.DataFrame:
    """Return the runs of earlier code on all labels that are missing."""
    rows = [(labels, size, runs) for size, runs in _ladder(full, "hours", hours) if size != hours]
    return pl.DataFrame(rows, schema=MISSING, orient="row")


def _refusal(
    sides: tuple[Side, Side], contrast: Interval | None, missing: pl.DataFrame, hours_a_label: float | None
) -> Unavailable | None:
    """Return why the two cannot be ranked and what to add, or None."""
    unknown = [side.activity for side in sides if side.slope is None]
    if unknown:
        return Unavailable(
            f"No runs show what {' or '.join(unknown)} returns on its own.",
            _to_add(missing, unknown),
            Cause.too_little_data,
        )
    if contrast is None:
        what = "an hour of labeling buys" if hours_a_label is None else "modeling took so far"
        return Unavailable(
            f"It is not known what {what}.", "Import labels with their times, and time entries.", Cause.not_recorded
        )
    if contrast.low <= 0 <= contrast.high:
        reason = "The two returns are too close to each other, or the runs too noisy, to say which is larger."
        return Unavailable(reason, _to_add(missing) if missing.height else _more_seeds(contrast), Cause.too_little_data)
    return None


def _to_add(missing: pl.DataFrame, unknown: Sequence[str] = ()) -> str:
    """Return the missing runs in words; without recorded modeling hours they cannot be listed one by one."""
    if missing.is_empty() and unknown == ["modeling"]:
        return (
            f"Train code of {FULL_POINTS} stages on all labels, each with {FULL_SEEDS} seeds; record code_version, "
            "seed and modeling_hours."
        )
    if missing.is_empty():
        return (
            f"Train the final code on 12.5, 25, 50 and 100 % of the labels, and code of {FULL_POINTS} stages on all "
            f"labels, each with {FULL_SEEDS} seeds; record labels_used, code_version, seed and modeling_hours."
        )
    listed = [
        f"{runs} on {labels:,.0f} labels with the code of {hours:,.0f} modeling hours"
        for labels, hours, runs in missing.iter_rows()
    ]
    return f"Add {missing.get_column('runs').sum()} runs, each with a seed of its own: {'; '.join(listed)}."


def _more_seeds(contrast: Interval) -> str:
    """Return how many times the seeds are needed to tell the two apart, in words."""
    times = ((contrast.high - contrast.low) / 2 / max(abs(contrast.value), 1e-12)) ** 2
    if times > TOO_LIKE:
        return "More runs would hardly tell them apart: spend the hours on either."
    return f"Run about {math.ceil(times)} times as many seeds at every point."
