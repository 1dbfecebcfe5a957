"""Tango's score limit for the difference of two shares measured on the same items.

The quality gate: whether assisted or automatic labels are as good as human ones, within a margin agreed beforehand.

Evidence is a blind audit against gold. People's agreement with a suggestion they have seen is no evidence, and no
function here takes it. The test is one of non-inferiority: H0 says that automation is worse by the margin or more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from dashboard.errors import Cause, Unavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def limits(gained: int, lost: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the one-sided lower and upper limit, each at `level`, of (gained - lost) / n.

    `gained`: pairs in which only the second is right; `lost`: only the first. The interval keeps its level where Wald's
    does not, at small n and with few discordant pairs (Tango 1998, Statistics in Medicine 17, 891-908).
    """
    from scipy.special import ndtri

    z = float(ndtri(level))
    return _limit(gained, lost, n, z), -_limit(lost, gained, n, z)


def _limit(gained: int, lost: int, n: int, z: float) -> float:
    """Return the difference below the estimate at which the score statistic equals z."""
    from scipy.optimize import brentq

    estimate = (gained - lost) / n
    if lost == n:
        return -1.0
    return float(brentq(lambda at: _score(at, gained, lost, n) - z, -1 + 1e-12, estimate, xtol=1e-12))


def _score(at: float, gained: int, lost: int, n: int) -> float:
    """Return the score statistic for a true `difference`, with the nuisance share at its restricted maximum."""
    b = (2 * n - gained + lost) * at - gained - lost
    restricted = (math.sqrt(max(0.0, b * b + 8 * n * lost * at * (1 - at))) - b) / (4 * n)
    variance = n * (2 * restricted + at * (1 - at))
    distance = gained - lost - n * at
    return distance / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, distance) if distance else 0.0


Verdict = Literal["confirmed", "not confirmed", "void"]

MINIMUM = 30  # pairs, or labels in each arm: below this no bound is shown
POWER = 0.8
RESAMPLED_PEOPLE = 20  # with fewer people the percentile bootstrap is too narrow, and t is used
RESAMPLES = 2_000
BLOCK = 4_000_000  # resampling weights held in memory at once


@dataclass(frozen=True)
class Parity:
    """The result of an audit; `difference` (automated less human), the bounds and the margin are shares.

    `bound` and `upper` are one-sided bounds, each at `level`. `needed` is how many pairs (unpaired: labels on each
    side) give 80 % power if there is no true difference. `refused` says what is missing where there is no bound.
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


@dataclass(frozen=True)
class _Evidence:
    """A difference with its one-sided bounds and method."""

    difference: float
    low: float
    high: float
    method: str


def parity(pairs: pl.DataFrame, *, margin: float, level: float = 0.95, seed: int = 0) -> Parity:
    """Return whether automated labels are as good as human ones on items that have both.

    `pairs`: item and annotator of the human label (str or null), human and automated (float: 1 right, 0 wrong, or a
    score such as F1 or IoU). Two or more annotators: t(J - 1) clustered by annotator, and by item as well where items
    repeat; with right-or-wrong scores never more confident than Tango's limit. One or unknown: Tango's limit, which
    takes items as independent. Other scores: paired bootstrap of annotators from 20 up, or of items where unknown.
    Raises ValueError for a margin or level outside (0, 1).
    """
    _check(margin, level)
    row = pl.concat_str(pl.lit("row "), pl.int_range(pl.len()))
    known = pairs.filter(pl.col("human").is_finite(), pl.col("automated").is_finite())
    known = known.with_columns(item=pl.coalesce("item", row))
    people = known["annotator"].drop_nulls().n_unique()
    difference = (known["automated"] - known["human"]).to_numpy()
    if len(difference) < MINIMUM:
        return _refused(margin, level, len(difference), people, "audited pairs")
    spread = float((difference**2).mean())
    needed = sample_size(max(spread, 1 / len(difference)), margin, level)
    binary = known.select(pl.col("human", "automated").is_in([0.0, 1.0]).all()).row(0) == (True, True)
    if not binary and float(difference.std()) == 0.0:
        return _refused(margin, level, len(difference), people, "pairs whose scores differ")
    evidence = _right_or_wrong(known, difference, level) if binary else _scored(known, difference, level, seed)
    return _judged(evidence, margin, level, len(difference), people, needed, "")


def unpaired(labels: pl.DataFrame, *, margin: float, level: float = 0.95) -> Parity:
    """Compare the gold scores of assisted and manual labels on different items, which is weaker evidence.

    `labels`: annotator (str or null), assisted (bool), score (float). Compares within annotators where two or more have
    both kinds, else the plain means; t(J - 1) clustered by annotator. Automatic labels have no annotator; each is its
    own cluster. Raises ValueError for a margin or level outside of (0, 1).
    """
    _check(margin, level)
    known = labels.filter(pl.col("score").is_finite(), pl.col("assisted").is_not_null())
    both = known.drop_nulls("annotator").group_by("annotator").agg(pl.col("assisted").n_unique() > 1).filter("assisted")
    within = both.height > 1
    used = known.join(both.select("annotator"), on="annotator") if within else known
    people = used["annotator"].drop_nulls().n_unique()
    assisted = used["assisted"].to_numpy()
    smaller = int(min(assisted.sum(), (~assisted).sum()))
    if smaller < MINIMUM:
        return _refused(margin, level, smaller, people, "labels with a gold score on each side")
    if people < 2:  # noqa: PLR2004
        return _refused(margin, level, people, people, "annotators", 2)
    effect, influence, clusters = _slope(used, within=within)
    error = math.sqrt(_variance(influence, clusters))
    if error == 0.0:
        return _refused(margin, level, smaller, people, "gold scores that differ")
    scores = used["score"].to_numpy()
    spread = float(scores[assisted].var() + scores[~assisted].var())
    margin_of_error = _t(level, people - 1) * error
    method = f"difference of {'means within annotators' if within else 'means'}, t clustered by annotator"
    evidence = _Evidence(effect, effect - margin_of_error, effect + margin_of_error, method)
    caveat = " Weaker evidence than an audit: the two kinds of labels are of different items."
    return _judged(evidence, margin, level, used.height, people, sample_size(spread, margin, level), caveat)


def sample_size(discordance: float, margin: float, level: float = 0.95, power: float = POWER) -> int:
    """Return how many pairs give `power` to confirm equal quality: (z + z)^2 x discordance / margin^2.

    `discordance`: the share of pairs with one right and one wrong label (in general the mean squared difference).
    """
    from scipy.special import ndtri

    return math.ceil(float(ndtri(level) + ndtri(power)) ** 2 * discordance / margin**2)


def _right_or_wrong(known: pl.DataFrame, difference: NDArray[np.float64], level: float) -> _Evidence:
    """Bound the difference of two shares by Tango's limit or, with several people, the wider of it and clusters."""
    gained, lost = int((difference > 0).sum()), int((difference < 0).sum())
    low, high = limits(gained, lost, len(difference), level)
    clustered = _clustered(known, difference, level)
    if clustered is None:
        return _Evidence(float(difference.mean()), low, high, "Tango's score limit, items independent")
    return _Evidence(clustered.difference, min(low, clustered.low), max(high, clustered.high), clustered.method)


def _scored(known: pl.DataFrame, difference: NDArray[np.float64], level: float, seed: int) -> _Evidence:
    """Bound the mean difference of scores other than right or wrong."""
    clustered = _clustered(known, difference, level)
    named = known["annotator"].fill_null("")
    if clustered is not None and (named.n_unique() < RESAMPLED_PEOPLE or _repeats(known)):
        return clustered
    units, unit = (named, "annotators") if clustered is not None else (known["item"], "items")
    low, high = _bootstrap(difference, _codes(units), level, seed)
    return _Evidence(float(difference.mean()), low, high, f"paired bootstrap of {unit}, {RESAMPLES:,} resamples")


def _clustered(known: pl.DataFrame, difference: NDArray[np.float64], level: float) -> _Evidence | None:
    """Return the mean difference with t(J - 1) bounds clustered by annotator, or None for fewer than two."""
    people = _codes(known["annotator"].fill_null(""))
    if people.max() == 0:
        return None
    mean = float(difference.mean())
    influence = (difference - mean) / len(difference)
    variance, method = _variance(influence, people), "t clustered by annotator"
    if _repeats(known):
        # An automatic label that several people are compared with is wrong for all of them at once.
        items = _codes(known["item"])
        by_item = _variance(influence, items)
        both = _variance(influence, people * (items.max() + 1) + items)
        variance, method = max(variance, by_item, variance + by_item - both), "t clustered by annotator and item"
    reach = _t(level, int(people.max())) * math.sqrt(variance)
    return _Evidence(mean, mean - reach, mean + reach, method)


def _slope(used: pl.DataFrame, *, within: bool) -> tuple[float, NDArray[np.float64], NDArray[np.int64]]:
    """Return the effect of assistance on the score, each row's influence on it, and each row's cluster."""
    row = pl.int_range(pl.len()).cast(pl.String)
    used = used.with_columns(annotator=pl.coalesce(pl.col("annotator").str.replace("^", "person "), row))
    group = pl.col("annotator") if within else pl.lit(0)
    centred = used.select(
        "annotator",
        x=pl.col("assisted").cast(pl.Float64) - pl.col("assisted").cast(pl.Float64).mean().over(group),
        y=pl.col("score") - pl.col("score").mean().over(group),
    )
    x, y = centred["x"].to_numpy(), centred["y"].to_numpy()
    total = float((x * x).sum())
    effect = float((x * y).sum()) / total
    return effect, x * (y - effect * x) / total, _codes(centred["annotator"])


def _variance(influence: NDArray[np.float64], clusters: NDArray[np.int64]) -> float:
    """Return the cluster-robust variance of an estimate from each row's influence on it (Liang & Zeger 1986, CR1)."""
    import numpy as np

    groups, codes = np.unique(clusters, return_inverse=True)
    sums = np.bincount(codes, weights=influence)
    return float(len(groups) / (len(groups) - 1) * (sums**2).sum())


def _bootstrap(
    difference: NDArray[np.float64], units: NDArray[np.int64], level: float, seed: int
) -> tuple[float, float]:
    """Return the percentile bounds of the mean difference when whole units are resampled."""
    import numpy as np

    rng = np.random.default_rng(seed)
    sums, counts = np.bincount(units, weights=difference), np.bincount(units)
    size = len(counts)
    means: list[NDArray[np.float64]] = []
    block = max(1, BLOCK // size)
    for start in range(0, RESAMPLES, block):
        drawn = rng.multinomial(size, np.full(size, 1 / size), size=min(block, RESAMPLES - start))
        means.append((drawn @ sums) / (drawn @ counts))
    low, high = np.quantile(np.concatenate(means), [1 - level, level])
    return float(low), float(high)


def _codes(values: pl.Series) -> NDArray[np.int64]:
    """Return codes 0, 1, 2 ... of the distinct values."""
    return (values.rank("dense") - 1).to_numpy().astype("int64")


def _repeats(known: pl.DataFrame) -> bool:
    """Return whether an item was labeled by more than one person."""
    return known["item"].n_unique() < known.height


def _t(level: float, freedom: int) -> float:
    """Return the one-sided t quantile."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, level))


def _check(margin: float, level: float) -> None:
    """Raise ValueError unless margin and level are shares strictly between 0 and 1."""
    if not (0 < margin < 1 and 0 < level < 1):
        raise ValueError(f"margin {margin} and level {level} must lie between 0 and 1")


def _judged(evidence: _Evidence, margin: float, level: float, n: int, people: int, needed: int, caveat: str) -> Parity:
    """Return the verdict: an interval wholly above -margin confirms quality, one wholly below it voids the saving."""
    verdict: Verdict = "not confirmed"
    if evidence.low > -margin:
        verdict = "confirmed"
    elif evidence.high < -margin:
        verdict = "void"
    low, high, agreed = _points(evidence.low), _points(evidence.high), f"{100 * margin:.1f}"
    of = f"({n:,} {'labels' if caveat else 'pairs'}{f', {people} annotators' if people > 1 else ''})"
    words = {
        "confirmed": f"Quality confirmed: worse by at most "
        f"{_points(max(0.0, -evidence.low), signed=False)} points with {level:.0%} confidence, where up to {agreed} was "
        f"agreed {of}.",
        "void": f"Void: quality is worse by more than the agreed {agreed} points; the difference is at "
        f"best {high} points {of}.",
        "not confirmed": f"Quality not established: the difference lies between {low} and {high} points, and at most "
        f"{agreed} worse was agreed {of}; about {needed:,} would do if quality is the same and "
        "people err alike.",
    }[verdict]
    return Parity(
        evidence.difference, evidence.low, evidence.high, margin, level, n, people, needed, verdict, evidence.method,
        words + caveat, None,
    )  # fmt: skip


def _refused(margin: float, level: float, n: int, people: int, what: str, least: int = MINIMUM) -> Parity:
    """Return the result of an audit that is missing or too small."""
    needed = sample_size(0.1, margin, level)
    reason = f"There are {n} {what}; at least {least} are needed."
    refusal = Unavailable(
        reason, f"about {needed:,} audited items, if one in ten is right on one side only", Cause.too_little_data
    )
    return Parity(
        None, None, None, margin, level, n, people, needed, "not confirmed", "none",
        f"Quality not established: {reason}", refusal,
    )  # fmt: skip


def _points(share: float, *, signed: bool = True) -> str:
    """Return a share as percentage points to one decimal."""
    return f"{100 * share:{'+' if signed else ''}.1f}".replace("-", "−")
