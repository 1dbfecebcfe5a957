"""The quality gate: whether assisted or automatic labels are as good as human ones, within a margin set beforehand.

Shares measured on the same items are compared by Tango's score limit for their difference.

Evidence is a blind audit against gold. People's agreement with a suggestion they have seen is no evidence, and no
function here takes it. The test is one of non-inferiority: H0 says that automation is worse by the margin or more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.units import format_change, format_count, format_decimal, format_share, round_up

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def compute_score_limits(gained: int, lost: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the one-sided lower and upper limit, each at `level`, of (gained - lost) / n.

    `gained`: pairs in which only the second is right; `lost`: only the first. The interval keeps its level where Wald's
    does not, at small n and with few discordant pairs (Tango 1998, Statistics in Medicine 17, 891-908).
    """
    from scipy.special import ndtri

    z = float(ndtri(level))
    return _find_limit(gained, lost, n, z), -_find_limit(lost, gained, n, z)


def _find_limit(gained: int, lost: int, n: int, z: float) -> float:
    """Return the difference below the estimate at which the score statistic equals z."""
    from scipy.optimize import brentq

    estimate = (gained - lost) / n
    if lost == n:
        return -1.0
    return float(
        brentq(lambda difference: _compute_score(difference, gained, lost, n) - z, -1 + 1e-12, estimate, xtol=1e-12)
    )


def _compute_score(difference: float, gained: int, lost: int, n: int) -> float:
    """Return the score statistic for a true `difference`, with the nuisance share at its restricted maximum."""
    b = (2 * n - gained + lost) * difference - gained - lost
    restricted = (math.sqrt(max(0.0, b * b + 8 * n * lost * difference * (1 - difference))) - b) / (4 * n)
    variance = n * (2 * restricted + difference * (1 - difference))
    distance = gained - lost - n * difference
    return distance / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, distance) if distance else 0.0


Verdict = Literal["confirmed", "not confirmed", "void"]

MINIMUM_PAIRS = 30  # pairs, or labels in each arm: below this no bound is shown
TARGET_POWER = 0.8
MINIMUM_BOOTSTRAP_PEOPLE = 20  # with fewer people the percentile bootstrap is too narrow, and t is used
BOOTSTRAP_RESAMPLES = 2_000
BLOCK_WEIGHTS = 4_000_000  # resampling weights held in memory at once


@dataclass(frozen=True)
class QualityComparison:
    """The result of an audit; `difference` (automated less human), the bounds and the margin are shares.

    `bound` and `upper` are one-sided bounds, each at `level`. `needed` is how many pairs (unpaired: labels on each
    side) give 80% power if there is no true difference. `refused` says what is missing where there is no bound.
    """

    difference: float | None
    bound: float | None
    upper: float | None
    margin: float
    level: float
    n: int
    annotators: int
    needed: int | None
    verdict: Verdict
    method: str
    words: str
    refused: Unavailable | None
    caveat: str = ""  # the end of `words`: why this is weaker evidence


@dataclass(frozen=True)
class _BoundedDifference:
    """A difference with its one-sided bounds and method."""

    difference: float
    low: float
    high: float
    method: str


def compare_paired_quality(
    pairs: pl.DataFrame, *, margin: float, level: float = 0.95, seed: int = 0
) -> QualityComparison:
    """Return whether automated labels are as good as human ones on items that have both.

    `pairs`: item and annotator of the human label (str or null), human and automated (float: 1 right, 0 wrong, or a
    score such as F1 or IoU). Two or more annotators: t(J - 1) clustered by annotator, and by item as well where items
    repeat; with right-or-wrong scores never more confident than Tango's limit. One or unknown: Tango's limit, which
    takes items as independent. Other scores: paired bootstrap of annotators from 20 up, or of items where unknown.
    Raises ValueError for a margin or level outside (0, 1).
    """
    _check_shares(margin, level)
    row_name = pl.concat_str(pl.lit("row "), pl.int_range(pl.len()))
    scored_pairs = pairs.filter(pl.col("human").is_finite(), pl.col("automated").is_finite())
    scored_pairs = scored_pairs.with_columns(item=pl.coalesce("item", row_name))
    annotator_count = scored_pairs["annotator"].drop_nulls().n_unique()
    difference = (scored_pairs["automated"] - scored_pairs["human"]).to_numpy()
    if len(difference) < MINIMUM_PAIRS:
        return _build_unavailable(margin, level, len(difference), annotator_count, "audited pairs")
    mean_square = float((difference**2).mean())
    needed = compute_sample_size(max(mean_square, 1 / len(difference)), margin, level)
    is_binary = scored_pairs.select(pl.col("human", "automated").is_in([0.0, 1.0]).all()).row(0) == (True, True)
    if not is_binary and float(difference.std()) == 0.0:
        return _build_unavailable(margin, level, len(difference), annotator_count, "pairs whose scores differ")
    bounded = (
        _bound_binary(scored_pairs, difference, level)
        if is_binary
        else _bound_scores(scored_pairs, difference, level, seed)
    )
    return _build_comparison(bounded, margin, level, len(difference), annotator_count, needed, "")


def compare_unpaired_quality(labels: pl.DataFrame, *, margin: float, level: float = 0.95) -> QualityComparison:
    """Compare the gold scores of assisted and manual labels on different items, which is weaker evidence.

    `labels`: annotator (str or null), assisted (bool), score (float). Compares within annotators where two or more have
    both kinds, else the plain means; t(J - 1) clustered by annotator. Automatic labels have no annotator; each is its
    own cluster. Raises ValueError for a margin or level outside of (0, 1).
    """
    _check_shares(margin, level)
    scored_labels = labels.filter(pl.col("score").is_finite(), pl.col("assisted").is_not_null())
    mixed_annotators = (
        scored_labels.drop_nulls("annotator")
        .group_by("annotator")
        .agg(pl.col("assisted").n_unique() > 1)
        .filter("assisted")
    )
    within = mixed_annotators.height > 1
    compared_labels = (
        scored_labels.join(mixed_annotators.select("annotator"), on="annotator") if within else scored_labels
    )
    annotator_count = compared_labels["annotator"].drop_nulls().n_unique()
    assisted = compared_labels["assisted"].to_numpy()
    smaller_arm = int(min(assisted.sum(), (~assisted).sum()))
    if smaller_arm < MINIMUM_PAIRS:
        return _build_unavailable(margin, level, smaller_arm, annotator_count, "labels with a gold score on each side")
    if annotator_count < 2:  # noqa: PLR2004
        return _build_unavailable(margin, level, annotator_count, annotator_count, "annotators", 2)
    effect, influence, clusters = _estimate_effect(compared_labels, within=within)
    error = math.sqrt(_compute_cluster_variance(influence, clusters))
    if error == 0.0:
        return _build_unavailable(margin, level, smaller_arm, annotator_count, "gold scores that differ")
    scores = compared_labels["score"].to_numpy()
    variance_sum = float(scores[assisted].var() + scores[~assisted].var())
    margin_of_error = _compute_t_quantile(level, annotator_count - 1) * error
    method = f"difference of {'means within annotators' if within else 'means'}, t clustered by annotator"
    bounded = _BoundedDifference(effect, effect - margin_of_error, effect + margin_of_error, method)
    caveat = " Weaker evidence than an audit: the two kinds of labels are of different items."
    return _build_comparison(
        bounded,
        margin,
        level,
        compared_labels.height,
        annotator_count,
        compute_sample_size(variance_sum, margin, level),
        caveat,
    )


def compute_sample_size(discordance: float, margin: float, level: float = 0.95, power: float = TARGET_POWER) -> int:
    """Return how many pairs give `power` to confirm equal quality: (z + z)^2 x discordance / margin^2.

    `discordance`: the share of pairs with one right and one wrong label (in general the mean squared difference).
    """
    from scipy.special import ndtri

    return math.ceil(float(ndtri(level) + ndtri(power)) ** 2 * discordance / margin**2)


def _bound_binary(pairs: pl.DataFrame, difference: NDArray[np.float64], level: float) -> _BoundedDifference:
    """Bound the difference of two shares by Tango's limit or, with several people, the wider of it and clusters."""
    gained, lost = int((difference > 0).sum()), int((difference < 0).sum())
    low, high = compute_score_limits(gained, lost, len(difference), level)
    clustered = _bound_clustered(pairs, difference, level)
    if clustered is None:
        return _BoundedDifference(float(difference.mean()), low, high, "Tango's score limit, items independent")
    return _BoundedDifference(
        clustered.difference, min(low, clustered.low), max(high, clustered.high), clustered.method
    )


def _bound_scores(pairs: pl.DataFrame, difference: NDArray[np.float64], level: float, seed: int) -> _BoundedDifference:
    """Bound the mean difference of scores other than right or wrong."""
    clustered = _bound_clustered(pairs, difference, level)
    annotators = pairs["annotator"].fill_null("")
    if clustered is not None and (annotators.n_unique() < MINIMUM_BOOTSTRAP_PEOPLE or _has_repeated_items(pairs)):
        return clustered
    units, unit = (annotators, "annotators") if clustered is not None else (pairs["item"], "items")
    low, high = _bootstrap_bounds(difference, _encode_values(units), level, seed)
    return _BoundedDifference(
        float(difference.mean()),
        low,
        high,
        f"paired bootstrap of {unit}, {format_count(BOOTSTRAP_RESAMPLES)} resamples",
    )


def _bound_clustered(pairs: pl.DataFrame, difference: NDArray[np.float64], level: float) -> _BoundedDifference | None:
    """Return the mean difference with t(J - 1) bounds clustered by annotator, or None for fewer than two."""
    annotator_codes = _encode_values(pairs["annotator"].fill_null(""))
    if annotator_codes.max() == 0:
        return None
    mean = float(difference.mean())
    influence = (difference - mean) / len(difference)
    variance, method = _compute_cluster_variance(influence, annotator_codes), "t clustered by annotator"
    if _has_repeated_items(pairs):
        # An automatic label that several people are compared with is wrong for all of them at once.
        item_codes = _encode_values(pairs["item"])
        item_variance = _compute_cluster_variance(influence, item_codes)
        cell_variance = _compute_cluster_variance(influence, annotator_codes * (item_codes.max() + 1) + item_codes)
        variance, method = (
            max(variance, item_variance, variance + item_variance - cell_variance),
            "t clustered by annotator and item",
        )
    half_width = _compute_t_quantile(level, int(annotator_codes.max())) * math.sqrt(variance)
    return _BoundedDifference(mean, mean - half_width, mean + half_width, method)


def _estimate_effect(labels: pl.DataFrame, *, within: bool) -> tuple[float, NDArray[np.float64], NDArray[np.int64]]:
    """Return the effect of assistance on the score, each row's influence on it, and each row's cluster."""
    row_name = pl.int_range(pl.len()).cast(pl.String)
    labels = labels.with_columns(annotator=pl.coalesce(pl.col("annotator").str.replace("^", "person "), row_name))
    group = pl.col("annotator") if within else pl.lit(0)
    centered = labels.select(
        "annotator",
        x=pl.col("assisted").cast(pl.Float64) - pl.col("assisted").cast(pl.Float64).mean().over(group),
        y=pl.col("score") - pl.col("score").mean().over(group),
    )
    x, y = centered["x"].to_numpy(), centered["y"].to_numpy()
    total = float((x * x).sum())
    effect = float((x * y).sum()) / total
    return effect, x * (y - effect * x) / total, _encode_values(centered["annotator"])


def _compute_cluster_variance(influence: NDArray[np.float64], clusters: NDArray[np.int64]) -> float:
    """Return the cluster-robust variance of an estimate from each row's influence on it (Liang & Zeger 1986, CR1)."""
    import numpy as np

    groups, codes = np.unique(clusters, return_inverse=True)
    sums = np.bincount(codes, weights=influence)
    return float(len(groups) / (len(groups) - 1) * (sums**2).sum())


def _bootstrap_bounds(
    difference: NDArray[np.float64], units: NDArray[np.int64], level: float, seed: int
) -> tuple[float, float]:
    """Return the percentile bounds of the mean difference when whole units are resampled."""
    import numpy as np

    rng = np.random.default_rng(seed)
    sums, counts = np.bincount(units, weights=difference), np.bincount(units)
    size = len(counts)
    means: list[NDArray[np.float64]] = []
    block_size = max(1, BLOCK_WEIGHTS // size)
    for start in range(0, BOOTSTRAP_RESAMPLES, block_size):
        resample_counts = rng.multinomial(
            size, np.full(size, 1 / size), size=min(block_size, BOOTSTRAP_RESAMPLES - start)
        )
        means.append((resample_counts @ sums) / (resample_counts @ counts))
    low, high = np.quantile(np.concatenate(means), [1 - level, level])
    return float(low), float(high)


def _encode_values(values: pl.Series) -> NDArray[np.int64]:
    """Return codes 0, 1, 2 ... of the distinct values."""
    return (values.rank("dense") - 1).to_numpy().astype("int64")


def _has_repeated_items(pairs: pl.DataFrame) -> bool:
    """Return whether an item was labeled by more than one person."""
    return pairs["item"].n_unique() < pairs.height


def _compute_t_quantile(level: float, freedom: int) -> float:
    """Return the one-sided t quantile."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, level))


def _check_shares(margin: float, level: float) -> None:
    """Raise ValueError unless margin and level are shares strictly between 0 and 1."""
    if not (0 < margin < 1 and 0 < level < 1):
        raise ValueError(f"margin {margin} and level {level} must lie between 0 and 1")


def _build_comparison(
    bounded: _BoundedDifference, margin: float, level: float, n: int, people: int, needed: int, caveat: str
) -> QualityComparison:
    """Return the verdict: an interval wholly above -margin confirms quality, one wholly below it voids the saving."""
    verdict: Verdict = "not confirmed"
    if bounded.low > -margin:
        verdict = "confirmed"
    elif bounded.high < -margin:
        verdict = "void"
    (low, high), margin_text = format_bounds(bounded.low, bounded.high, margin), format_margin(margin)
    sample_text = (
        f"({format_count(n)} {'labels' if caveat else 'pairs'}{f', {people} annotators' if people > 1 else ''})"
    )
    text = {
        "confirmed": f"Quality confirmed: worse by at most {format_loss(bounded.low, margin)} points with "
        f"{format_share(level)} confidence, where up to {margin_text} was allowed {sample_text}.",
        "void": f"Void: quality is worse by more than the {margin_text} points allowed; the difference is at "
        f"best {high} points {sample_text}.",
        "not confirmed": f"Quality not established: the difference lies between {low} and {high} points, and at most "
        f"{margin_text} worse was allowed {sample_text}; about {format_count(needed)} would do if quality is the same "
        "and "
        "people err alike.",
    }[verdict]
    return QualityComparison(
        bounded.difference, bounded.low, bounded.high, margin, level, n, people, needed, verdict, bounded.method,
        text + caveat, None, caveat,
    )  # fmt: skip


def _build_unavailable(
    margin: float, level: float, n: int, annotator_count: int, noun: str, minimum: int = MINIMUM_PAIRS
) -> QualityComparison:
    """Return the result of an audit that is missing or too small."""
    needed = compute_sample_size(0.1, margin, level)
    reason = f"There are {n} {noun}; at least {minimum} are needed."
    unavailable = Unavailable(
        reason,
        f"about {format_count(needed)} audited items, if one in ten is right on one side only",
        Cause.too_little_data,
    )
    return QualityComparison(
        None, None, None, margin, level, n, annotator_count, needed, "not confirmed", "none",
        f"Quality not established: {reason}", unavailable,
    )  # fmt: skip


def count_margin_digits(margin: float) -> int:
    """Return how many decimals the points of a margin need, at least one; bounds have as many to compare with it."""
    return next((digits for digits in (1, 2) if math.isclose(100 * margin, round(100 * margin, digits))), 3)


def format_margin(margin: float) -> str:
    """Return a margin (a share) in percentage points."""
    return format_decimal(100 * margin, count_margin_digits(margin))


def format_loss(low: float, margin: float) -> str:
    """Return by how many percentage points quality is worse at most, given the low bound: never fewer than it says."""
    digits = count_margin_digits(margin)
    return format_decimal(round_up(max(0.0, -100 * low), digits), digits)


def format_bounds(low: float, high: float, margin: float) -> tuple[str, str]:
    """Return both bounds (shares) in percentage points, rounded outwards so that they hold the true ones."""
    digits = count_margin_digits(margin)
    points = (-round_up(-100 * low, digits), round_up(100 * high, digits))
    texts = [format_change(value, digits).replace("-", "−") for value in points]
    return texts[0], texts[1]
