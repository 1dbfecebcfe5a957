"""Agreement of people who labeled the same items without seeing each other's labels, beyond what chance gives.

Only blind labels are evidence: people who edit the same suggestion agree with it, and so with each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from dashboard.estimates.contract import Interval, Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Scale = Literal["nominal", "ordinal", "interval", "ratio"]

MINIMUM_ITEMS = 10  # with two ratings or more each, below which no agreement is printed
RESAMPLES = 1_000
MOST_CELLS = 20_000_000  # items x different values held in memory at once

KAPPAS: dict[str, pl.DataType] = {
    "first": pl.String(),
    "second": pl.String(),
    "class": pl.String(),
    "items": pl.Int64(),
    "agreed": pl.Float64(),
    "kappa": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
}


@dataclass(frozen=True)
class Agreement:
    """Krippendorff's alpha with an interval; `items` and `ratings` are those that can be paired."""

    alpha: Interval | None
    scale: Scale
    items: int
    ratings: int
    annotators: int
    method: str
    refused: Refusal | None


def krippendorff(ratings: pl.DataFrame, scale: Scale, *, level: float = 0.95, seed: int = 0) -> Agreement:
    """Return alpha = 1 - observed / expected disagreement for any number of people and missing ratings.

    `ratings`: item (str), annotator (str), value (text or number; a number unless nominal, and not negative on a ratio
    scale); null values are missing; of several ratings of a person for an item the last counts. The interval resamples
    items. Follows Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), through the coincidence matrix.
    """
    import numpy as np

    paired = _paired(ratings)
    people = paired["annotator"].n_unique()
    values = paired["value"].cast(pl.String if scale == "nominal" else pl.Float64)
    items, kinds = paired["item"].n_unique(), values.n_unique()
    refusal = _refusal(items, kinds)
    if refusal:
        return Agreement(None, scale, items, paired.height, people, "none", refusal)
    counts = _counts(paired["item"], values)
    known = values.unique().sort()
    points = np.arange(kinds, dtype=float) if scale == "nominal" else known.to_numpy()
    alpha = _alpha(counts, np.ones((1, items)), scale, points)[0]
    weights = np.random.default_rng(seed).multinomial(items, np.full(items, 1 / items), size=RESAMPLES)
    drawn = _alpha(counts, weights.astype(float), scale, points)
    tail = (1 - level) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    if alpha == 1.0:
        # Resampling items without a disagreement never draws one; the exact bound of their share still allows some.
        low = min(low, tail ** (1 / items))
    interval = Interval(float(alpha), float(min(low, alpha)), float(max(high, alpha)), level)
    method = f"Krippendorff's alpha, {scale}; bootstrap of items, {RESAMPLES:,} resamples"
    return Agreement(interval, scale, items, paired.height, people, method, None)


def kappas(ratings: pl.DataFrame, *, level: float = 0.95) -> pl.DataFrame:
    """Return Cohen's kappa of every pair of people, over all classes (class null) and for each class against the rest.

    `ratings` as for `krippendorff`, values as names of classes. Columns: KAPPAS; `agreed` is the raw share of items,
    `kappa` and its asymptotic interval are null for fewer than ten shared items and where chance cannot be told from
    agreement. Of a rare class look at both: raw agreement is high whatever people do.
    """
    paired = _paired(ratings).with_columns(pl.col("value").cast(pl.String))
    pairs = (
        paired.join(paired, on="item", suffix="_other")
        .filter(pl.col("annotator") < pl.col("annotator_other"))
        .sort("annotator", "annotator_other", "item")
    )
    rows = [
        row
        for (first, second), shared in pairs.group_by("annotator", "annotator_other", maintain_order=True)
        for row in _pair(str(first), str(second), shared["value"], shared["value_other"], level)
    ]
    return pl.DataFrame(rows, schema=KAPPAS, orient="row")


def _pair(
    first: str, second: str, one: pl.Series, other: pl.Series, level: float
) -> list[tuple[str, str, str | None, int, float, float | None, float | None, float | None]]:
    """Return the rows of one pair of people: all classes, then each class either of them used."""
    labels: list[str | None] = [None, *pl.concat([one, other]).unique().sort().to_list()]
    rows = []
    for label in labels:
        left, right = (one, other) if label is None else (one == label, other == label)
        rows.append(
            (first, second, label, len(one), int((left == right).sum()) / len(left), *_kappa(left, right, level))
        )
    return rows


def _kappa(left: pl.Series, right: pl.Series, level: float) -> tuple[float | None, float | None, float | None]:
    """Return kappa with its interval (Fleiss, Cohen & Everitt 1969, as statsmodels has it), or nothing."""
    import numpy as np
    from scipy.stats import norm
    from statsmodels.stats.inter_rater import cohens_kappa

    both = pl.concat([left, right])
    kinds = both.n_unique()
    if len(left) < MINIMUM_ITEMS or kinds == 1:
        return None, None, None
    codes = (both.cast(pl.String).rank("dense") - 1).to_numpy().astype("int64")
    table = np.bincount(codes[: len(left)] * kinds + codes[len(left) :], minlength=kinds * kinds)
    fit = cohens_kappa(table.reshape(kinds, kinds).astype(float))
    tail = (1 - level) / 2
    reach = float(norm.ppf(1 - tail) * fit.std_kappa)
    low = fit.kappa - reach if (left != right).any() else tail ** (1 / len(left))
    return float(fit.kappa), float(low), float(min(1.0, fit.kappa + reach))


def _paired(ratings: pl.DataFrame) -> pl.DataFrame:
    """Return the ratings of items that at least two people rated, one a person and item."""
    return (
        ratings.drop_nulls(["item", "annotator", "value"])
        .unique(["item", "annotator"], keep="last", maintain_order=True)
        .filter(pl.len().over("item") > 1)
    )


def _refusal(items: int, kinds: int) -> Refusal | None:
    """Return why there is no alpha, if there is none."""
    if items < MINIMUM_ITEMS:
        missing = f"{MINIMUM_ITEMS - items} more items labeled blind by two people or more"
        return Refusal(f"{items} items have two ratings or more; {MINIMUM_ITEMS} are the least.", missing)
    if kinds == 1:
        return Refusal("All ratings are the same; chance alone would agree as well.", "items that differ")
    if items * kinds > MOST_CELLS:
        return Refusal(f"{items:,} items with {kinds:,} different values are too many.", "a shorter period")
    return None


def _counts(items: pl.Series, values: pl.Series) -> NDArray[np.float64]:
    """Return how often each value was given to each item, items x values, values in ascending order."""
    import numpy as np

    item = (items.rank("dense") - 1).to_numpy().astype("int64")
    value = (values.rank("dense") - 1).to_numpy().astype("int64")
    shape = (int(item.max()) + 1, int(value.max()) + 1)
    return np.bincount(item * shape[1] + value, minlength=shape[0] * shape[1]).reshape(shape).astype(float)


def _alpha(
    counts: NDArray[np.float64], weights: NDArray[np.float64], scale: Scale, points: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return alpha for each row of item weights, nan where all weighted ratings are the same."""
    import numpy as np

    per_pair = 1 / (counts.sum(axis=1) - 1)
    alphas = np.full(len(weights), np.nan)
    if scale == "nominal":
        return _nominal(counts, weights)
    distance = None if scale == "ordinal" else _distance(scale, points)
    fixed = None if distance is None else _within(counts, distance) * per_pair
    for at, weight in enumerate(weights):
        totals = weight @ counts
        apart = distance if distance is not None else _ranks_apart(totals)
        within = fixed if fixed is not None else _within(counts, apart) * per_pair
        expected = float(totals @ apart @ totals)
        if expected > 0:
            alphas[at] = 1 - (totals.sum() - 1) * float(weight @ within) / expected
    return alphas


def _nominal(counts: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return alpha where values are the same or not, without a table of values x values."""
    import numpy as np

    ratings = counts.sum(axis=1)
    within = (ratings**2 - (counts**2).sum(axis=1)) / (ratings - 1)
    alphas = np.full(len(weights), np.nan)
    for at, weight in enumerate(weights):
        totals = weight @ counts
        expected = float(totals.sum() ** 2 - totals @ totals)
        if expected > 0:
            alphas[at] = 1 - (totals.sum() - 1) * float(weight @ within) / expected
    return alphas


def _within(counts: NDArray[np.float64], distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of squared distances over the ordered pairs of ratings within each item."""
    import numpy as np

    return np.asarray(((counts @ distance) * counts).sum(axis=1))


def _distance(scale: Scale, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squared distances between values, values x values (Krippendorff 2011, section E)."""
    import numpy as np

    difference: NDArray[np.float64] = points[:, None] - points[None, :]
    if scale == "interval":
        return difference * difference
    total = points[:, None] + points[None, :]
    relative: NDArray[np.float64] = np.divide(difference, total, out=np.zeros_like(difference), where=total != 0)
    return relative * relative


def _ranks_apart(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squared distances on an ordinal scale: how many ratings lie between the middles of two values."""
    middle = totals.cumsum() - totals / 2
    return (middle[:, None] - middle[None, :]) ** 2
