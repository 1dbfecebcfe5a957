"""Agreement beyond chance between people who labeled the same items without seeing each other's labels.

Only blind labels are evidence: people who edit the same suggestion agree with it, and so with each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Interval
from dashboard.units import format_count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Scale = Literal["nominal", "ordinal", "interval", "ratio"]

MINIMUM_ITEMS = 10  # each with two ratings or more; with fewer items no agreement is shown
BOOTSTRAP_RESAMPLES = 1_000
MAXIMUM_CELLS = 20_000_000  # items x distinct values in memory at once


@dataclass(frozen=True)
class AgreementEstimate:
    """Krippendorff's alpha with its interval; `items` and `ratings` count only what can be paired."""

    alpha: Interval | None
    scale: Scale
    items: int
    ratings: int
    annotators: int
    method: str
    refused: Unavailable | None


def estimate_krippendorff_alpha(
    ratings: pl.DataFrame, scale: Scale, *, level: float = 0.95, seed: int = 0
) -> AgreementEstimate:
    """Return alpha = 1 - observed / expected disagreement for any number of people and missing ratings.

    `ratings`: item (str), annotator (str), value (text or number; a number unless nominal, and not negative on a ratio
    scale). Null values are missing. If a person rated an item several times, the last rating counts. The interval comes
    from resampling items. Follows Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), through the
    coincidence matrix.
    """
    import numpy as np

    paired_ratings = _select_paired_ratings(ratings)
    people = paired_ratings["annotator"].n_unique()
    values = paired_ratings["value"].cast(pl.String if scale == "nominal" else pl.Float64)
    items, value_count = paired_ratings["item"].n_unique(), values.n_unique()
    unavailable = _check_ratings(items, value_count)
    if unavailable:
        return AgreementEstimate(None, scale, items, paired_ratings.height, people, "none", unavailable)
    counts = _count_values(paired_ratings["item"], values)
    distinct_values = values.unique().sort()
    points = np.arange(value_count, dtype=float) if scale == "nominal" else distinct_values.to_numpy()
    alpha = _compute_alpha(counts, np.ones((1, items)), scale, points)[0]
    weights = np.random.default_rng(seed).multinomial(items, np.full(items, 1 / items), size=BOOTSTRAP_RESAMPLES)
    bootstrap_alphas = _compute_alpha(counts, weights.astype(float), scale, points)
    tail = (1 - level) / 2
    low, high = np.nanquantile(bootstrap_alphas, [tail, 1 - tail])
    if alpha == 1.0:
        # Without any disagreement, resampling never draws one; the exact bound of its share still allows some.
        low = min(low, tail ** (1 / items))
    interval = Interval(float(alpha), float(min(low, alpha)), float(max(high, alpha)), level)
    method = f"Krippendorff's alpha, {scale}; bootstrap of items, {format_count(BOOTSTRAP_RESAMPLES)} resamples"
    return AgreementEstimate(interval, scale, items, paired_ratings.height, people, method, None)


def _select_paired_ratings(ratings: pl.DataFrame) -> pl.DataFrame:
    """Return the ratings of items that at least two people rated, one per person and item."""
    return (
        ratings.drop_nulls(["item", "annotator", "value"])
        .unique(["item", "annotator"], keep="last", maintain_order=True)
        .filter(pl.len().over("item") > 1)
    )


def _check_ratings(items: int, value_count: int) -> Unavailable | None:
    """Return why alpha cannot be computed, or None."""
    if items < MINIMUM_ITEMS:
        missing = f"{MINIMUM_ITEMS - items} more items labeled blind by two people or more"
        return Unavailable(
            f"{items} items have two ratings or more; at least {MINIMUM_ITEMS} are needed.",
            missing,
            Cause.too_little_data,
        )
    if value_count == 1:
        return Unavailable(
            "All ratings are the same, so chance would agree as well.", "items that differ", Cause.not_identified
        )
    if items * value_count > MAXIMUM_CELLS:
        return Unavailable(
            f"{format_count(items)} items with {format_count(value_count)} distinct values are too many.",
            "a shorter period",
            Cause.out_of_reach,
        )
    return None


def _count_values(items: pl.Series, values: pl.Series) -> NDArray[np.float64]:
    """Return how often each item got each value: items x values, values in ascending order."""
    import numpy as np

    item = (items.rank("dense") - 1).to_numpy().astype("int64")
    value = (values.rank("dense") - 1).to_numpy().astype("int64")
    shape = (int(item.max()) + 1, int(value.max()) + 1)
    return np.bincount(item * shape[1] + value, minlength=shape[0] * shape[1]).reshape(shape).astype(float)


def _compute_alpha(
    counts: NDArray[np.float64], weights: NDArray[np.float64], scale: Scale, points: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return alpha for each row of item weights; nan where all weighted ratings are the same."""
    import numpy as np

    per_pair = 1 / (counts.sum(axis=1) - 1)
    alphas = np.full(len(weights), np.nan)
    if scale == "nominal":
        return _compute_nominal_alpha(counts, weights)
    distance = None if scale == "ordinal" else _compute_value_distances(scale, points)
    fixed_within = None if distance is None else _sum_item_distances(counts, distance) * per_pair
    for index, weight in enumerate(weights):
        totals = weight @ counts
        value_distances = distance if distance is not None else _compute_rank_distances(totals)
        within = fixed_within if fixed_within is not None else _sum_item_distances(counts, value_distances) * per_pair
        expected = float(totals @ value_distances @ totals)
        if expected > 0:
            alphas[index] = 1 - (totals.sum() - 1) * float(weight @ within) / expected
    return alphas


def _compute_nominal_alpha(counts: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return alpha on a nominal scale, without a table of values x values."""
    import numpy as np

    ratings = counts.sum(axis=1)
    within = (ratings**2 - (counts**2).sum(axis=1)) / (ratings - 1)
    alphas = np.full(len(weights), np.nan)
    for index, weight in enumerate(weights):
        totals = weight @ counts
        expected = float(totals.sum() ** 2 - totals @ totals)
        if expected > 0:
            alphas[index] = 1 - (totals.sum() - 1) * float(weight @ within) / expected
    return alphas


def _sum_item_distances(counts: NDArray[np.float64], distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of squared distances over the ordered pairs of ratings within each item."""
    import numpy as np

    return np.asarray(((counts @ distance) * counts).sum(axis=1))


def _compute_value_distances(scale: Scale, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squared distances between values, values x values (Krippendorff 2011, section E)."""
    import numpy as np

    difference: NDArray[np.float64] = points[:, None] - points[None, :]
    if scale == "interval":
        return difference * difference
    total = points[:, None] + points[None, :]
    relative: NDArray[np.float64] = np.divide(difference, total, out=np.zeros_like(difference), where=total != 0)
    return relative * relative


def _compute_rank_distances(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squared distances on an ordinal scale: the number of ratings between the midpoints of two values."""
    midpoints = totals.cumsum() - totals / 2
    return (midpoints[:, None] - midpoints[None, :]) ** 2
