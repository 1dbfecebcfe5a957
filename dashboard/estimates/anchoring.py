"""The anchoring audit: whether people who see a suggestion label differently from people who do not.

A suggestion that pulls labels towards itself makes everybody agree, and is found only by labeling some assisted items
blind as well. A shift does not say which side is right: that is for gold labels to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dashboard.estimates.contract import Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MINIMUM = 50  # labels on each side
EXPECTED = 5  # least expected count of a label; rarer ones are taken together
PERMUTATIONS = 2_000
REST = "(rare labels)"
MOST_LABELS = 500
BLOCK = 1_000_000  # permuted cells held in memory at once

SHIFT: dict[str, pl.DataType] = {
    "label": pl.String(),
    "assisted": pl.Float64(),
    "blind": pl.Float64(),
    "difference": pl.Float64(),
}


@dataclass(frozen=True)
class Anchoring:
    """The shift of labels; `distance` is the total variation: the share of labels that would have to move, 0 to 1.

    `by_chance` is the mean distance with no shift at all; distances are seldom zero in small samples. `shift` has the
    share of each label on either side (columns SHIFT), the largest change first.
    """

    assisted: int
    blind: int
    distance: float | None
    by_chance: float | None
    chi_square: float | None
    freedom: int | None
    p: float | None
    shifted: bool
    shift: pl.DataFrame
    method: str
    words: str
    refused: Refusal | None


def anchoring(labels: pl.DataFrame, *, level: float = 0.95, seed: int = 0) -> Anchoring:
    """Return whether labels given with a suggestion in sight are distributed differently from blind ones.

    `labels`: item (str), assisted (bool), label (str); one row a label. Items labeled both ways are compared with
    themselves (the two labels of an item trade places at random: permutation test on the distance); if fewer than 50
    were, all labels are compared by chi-square, which also picks up that the items differ.
    """
    known = labels.drop_nulls(["assisted", "label"])
    twice = (
        known.drop_nulls("item")
        .unique(["item", "assisted"], keep="last", maintain_order=True)
        .filter(pl.len().over("item") > 1)
        .sort("item", "assisted")
    )
    paired = twice.height >= 2 * MINIMUM
    used = twice if paired else known
    assisted, blind = int(used["assisted"].sum()), int((~used["assisted"]).sum())
    if min(assisted, blind) < MINIMUM:
        reason = f"{assisted} assisted and {blind} blind labels; {MINIMUM} of each are the least."
        return _refused(assisted, blind, reason, f"{MINIMUM} assisted items labeled blind as well")
    counts = _counts(used)
    if counts.height > MOST_LABELS:
        return _refused(
            assisted, blind, f"{counts.height:,} different labels are no classes.", "labels that are classes"
        )
    statistic, freedom, p = _chi_square(counts)
    by_chance, permuted = _permuted(twice if paired else None, counts, seed)
    p = permuted if paired else p
    distance = _distance(counts)
    shifted = p is not None and p < 1 - level
    method = "items labeled both ways, permutation within items" if paired else "chi-square of all labels"
    words = _words(distance, by_chance, p, assisted, blind, shifted=shifted, paired=paired)
    return Anchoring(
        assisted, blind, distance, by_chance, statistic, freedom, p, shifted, _shift(counts), method, words, None
    )


def _counts(used: pl.DataFrame) -> pl.DataFrame:
    """Return label, assisted and blind: how often each label was given on either side."""
    side = pl.col("assisted")
    return (
        used.group_by("label").agg(assisted=side.sum().cast(pl.Int64), blind=(~side).sum().cast(pl.Int64)).sort("label")
    )


def _chi_square(counts: pl.DataFrame) -> tuple[float | None, int | None, float | None]:
    """Return Pearson's statistic, its degrees of freedom and p, rare labels taken together; None for one label."""
    from scipy.stats import chi2_contingency

    both = pl.col("assisted") + pl.col("blind")
    smaller = min(counts["assisted"].sum(), counts["blind"].sum()) / counts.select(both.sum()).item()
    name = pl.when(both * smaller < EXPECTED).then(pl.lit(REST)).otherwise(pl.col("label"))
    table = counts.group_by(name.alias("label")).agg(pl.col("assisted", "blind").sum()).select("assisted", "blind")
    if table.height < 2:  # noqa: PLR2004
        return None, None, None
    found = chi2_contingency(table.to_numpy(), correction=False)
    return float(found.statistic), int(found.dof), float(found.pvalue)


def _distance(counts: pl.DataFrame) -> float:
    """Return the total variation distance of the two distributions."""
    shares = counts.select(pl.col("assisted") / pl.col("assisted").sum() - pl.col("blind") / pl.col("blind").sum())
    return float(shares.to_series().abs().sum()) / 2


def _permuted(twice: pl.DataFrame | None, counts: pl.DataFrame, seed: int) -> tuple[float, float]:
    """Return the mean distance when nothing shifts, and how often chance alone gives at least the observed one."""
    import numpy as np

    rng = np.random.default_rng(seed)
    observed = counts.select("assisted", "blind").to_numpy().astype(float)
    if twice is None:
        sides, total = observed.sum(axis=0).astype(int), observed.sum(axis=1).astype(int)
        first = rng.multivariate_hypergeometric(total, int(sides[0]), size=PERMUTATIONS, method="marginals")
        gaps = np.abs(first / sides[0] - (total - first) / sides[1]).sum(axis=1) / 2
    else:
        gaps = _swapped(twice, len(observed), rng)
    least = _distance(counts) - 1e-12
    return float(gaps.mean()), float((1 + (gaps >= least).sum()) / (1 + PERMUTATIONS))


def _swapped(twice: pl.DataFrame, kinds: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the distances after the two labels of each item traded places at random."""
    import numpy as np

    codes = (twice["label"].rank("dense") - 1).to_numpy().astype("int64")
    blind, assisted = codes[0::2], codes[1::2]  # sorted by item and side
    pairs, items = np.unique(assisted * kinds + blind, return_counts=True)
    one, other = pairs // kinds, pairs % kinds
    turn = np.zeros((len(pairs), kinds))
    np.add.at(turn, (np.arange(len(pairs)), one), 1.0)
    np.add.at(turn, (np.arange(len(pairs)), other), -1.0)
    gaps = []
    for start in range(0, PERMUTATIONS, block := max(1, BLOCK // len(pairs))):
        # Items with the same two labels are alike: how many of them trade places is binomial.
        kept = rng.binomial(items, 0.5, size=(min(block, PERMUTATIONS - start), len(pairs)))
        gaps.append(np.abs((2 * kept - items) @ turn).sum(axis=1) / (2 * len(assisted)))
    return np.concatenate(gaps)


def _shift(counts: pl.DataFrame) -> pl.DataFrame:
    """Return each label's share on either side and the difference, the largest first."""
    shares = counts.select(
        "label", pl.col("assisted") / pl.col("assisted").sum(), pl.col("blind") / pl.col("blind").sum()
    ).with_columns(difference=pl.col("assisted") - pl.col("blind"))
    return shares.sort(pl.col("difference").abs(), "label", descending=[True, False]).cast(SHIFT)  # type: ignore[arg-type]


def _words(
    distance: float, by_chance: float, p: float | None, assisted: int, blind: int, *, shifted: bool, paired: bool
) -> str:
    """Return the finding in a sentence."""
    of = f"({assisted:,} assisted, {blind:,} blind labels)"
    size = f"{100 * distance:.1f} % of labels would have to change, {100 * by_chance:.1f} % by chance alone {of}"
    if p is None:
        return f"All labels are the same {of}; nothing can have shifted."
    if not shifted:
        return f"No shift of labels found: {size}."
    cause = (
        "Suggestions shift the labels" if paired else "Assisted and blind labels differ, as items or by the suggestions"
    )
    return f"{cause}: {size}."


def _refused(assisted: int, blind: int, reason: str, needed: str) -> Anchoring:
    """Return the answer of an audit that is missing, too small or of no classes."""
    empty = pl.DataFrame(schema=SHIFT)
    return Anchoring(
        assisted, blind, None, None, None, None, None, shifted=False, shift=empty, method="none",
        words=f"Not known whether suggestions shift the labels: {reason}", refused=Refusal(reason, needed),
    )  # fmt: skip
