"""The anchoring audit: whether people who see a suggestion label differently from people who do not.

A suggestion that pulls labels towards itself makes everybody agree. Only labeling some assisted items blind as well
reveals it. A shift does not say which side is right: gold labels do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.two_samples import compare_counts
from dashboard.units import format_count, format_decimal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MINIMUM_LABELS = 50  # labels on each side
MINIMUM_EXPECTED_COUNT = 5  # smallest expected count of a label; rarer labels are pooled
PERMUTATIONS = 2_000
RARE_LABELS = "(rare labels)"
MAXIMUM_CLASSES = 500
BLOCK_CELLS = 1_000_000  # permuted cells in memory at once

SHIFT_COLUMNS: dict[str, pl.DataType] = {
    "label": pl.String(),
    "assisted": pl.Float64(),
    "blind": pl.Float64(),
    "difference": pl.Float64(),
}


@dataclass(frozen=True)
class AnchoringAudit:
    """The shift of labels; `distance` is the total variation: the share of labels that would have to move, 0 to 1.

    `chance_distance` is the mean distance without any shift; it is seldom zero in small samples. `shift` has the share
    of each label on both sides (SHIFT_COLUMNS), the largest change first.
    """

    assisted: int
    blind: int
    distance: float | None
    chance_distance: float | None
    chi_square: float | None
    freedom: int | None
    p: float | None
    is_shifted: bool
    shift: pl.DataFrame
    method: str
    words: str
    refused: Unavailable | None


def audit_anchoring(labels: pl.DataFrame, *, level: float = 0.95, seed: int = 0) -> AnchoringAudit:
    """Return whether labels given with a suggestion in sight are distributed differently from blind ones.

    `labels`: item (str), assisted (bool), label (str); one row per label. Items labeled both ways are compared with
    themselves, by a permutation test on the distance: the two labels of an item swap sides at random. With fewer than
    50 such items, all labels are compared by chi-square, which also detects that the items differ.
    """
    complete_labels = labels.drop_nulls(["assisted", "label"])
    paired_labels = (
        complete_labels.drop_nulls("item")
        .unique(["item", "assisted"], keep="last", maintain_order=True)
        .filter(pl.len().over("item") > 1)
        .sort("item", "assisted")
    )
    is_paired = paired_labels.height >= 2 * MINIMUM_LABELS
    compared_labels = paired_labels if is_paired else complete_labels
    assisted, blind = int(compared_labels["assisted"].sum()), int((~compared_labels["assisted"]).sum())
    if min(assisted, blind) < MINIMUM_LABELS:
        reason = f"{assisted} assisted and {blind} blind labels; at least {MINIMUM_LABELS} of each are needed."
        return _build_unavailable(assisted, blind, reason, f"{MINIMUM_LABELS} assisted items labeled blind as well")
    counts = _count_labels(compared_labels)
    if counts.height > MAXIMUM_CLASSES:
        return _build_unavailable(
            assisted, blind, f"{format_count(counts.height)} distinct labels are no classes.", "labels that are classes"
        )
    statistic, freedom, p = _test_chi_square(counts)
    chance_distance, permutation_p = _test_permutation(paired_labels if is_paired else None, counts, seed)
    p = permutation_p if is_paired else p
    distance = _compute_total_variation(counts)
    is_shifted = p is not None and p < 1 - level
    method = "items labeled both ways, permutation within items" if is_paired else "chi-square of all labels"
    summary = _describe_shift(distance, chance_distance, p, assisted, blind, shifted=is_shifted, paired=is_paired)
    return AnchoringAudit(
        assisted,
        blind,
        distance,
        chance_distance,
        statistic,
        freedom,
        p,
        is_shifted,
        _compute_label_shift(counts),
        method,
        summary,
        None,
    )


def _count_labels(labels: pl.DataFrame) -> pl.DataFrame:
    """Return label, assisted, blind: how often each label was given on each side."""
    is_assisted = pl.col("assisted")
    return (
        labels.group_by("label")
        .agg(assisted=is_assisted.sum().cast(pl.Int64), blind=(~is_assisted).sum().cast(pl.Int64))
        .sort("label")
    )


def _test_chi_square(counts: pl.DataFrame) -> tuple[float | None, int | None, float | None]:
    """Return Pearson's chi-square, its degrees of freedom and p, rare labels pooled; None for a single label."""
    label_total = pl.col("assisted") + pl.col("blind")
    smaller_share = min(counts["assisted"].sum(), counts["blind"].sum()) / counts.select(label_total.sum()).item()
    pooled_label = (
        pl.when(label_total * smaller_share < MINIMUM_EXPECTED_COUNT)
        .then(pl.lit(RARE_LABELS))
        .otherwise(pl.col("label"))
    )
    table = (
        counts.group_by(pooled_label.alias("label")).agg(pl.col("assisted", "blind").sum()).select("assisted", "blind")
    )
    if table.height < 2:  # noqa: PLR2004
        return None, None, None
    test = compare_counts(table.to_numpy())
    return test.statistic, test.freedom, test.chance


def _compute_total_variation(counts: pl.DataFrame) -> float:
    """Return the total variation distance of the two distributions."""
    shares = counts.select(pl.col("assisted") / pl.col("assisted").sum() - pl.col("blind") / pl.col("blind").sum())
    return float(shares.to_series().abs().sum()) / 2


def _test_permutation(paired_labels: pl.DataFrame | None, counts: pl.DataFrame, seed: int) -> tuple[float, float]:
    """Return the mean distance without a shift, and the p value: how often chance gives at least the observed one."""
    import numpy as np

    rng = np.random.default_rng(seed)
    observed = counts.select("assisted", "blind").to_numpy().astype(float)
    if paired_labels is None:
        sides, total = observed.sum(axis=0).astype(int), observed.sum(axis=1).astype(int)
        assisted_counts = rng.multivariate_hypergeometric(total, int(sides[0]), size=PERMUTATIONS, method="marginals")
        distances = np.abs(assisted_counts / sides[0] - (total - assisted_counts) / sides[1]).sum(axis=1) / 2
    else:
        distances = _permute_within_items(paired_labels, len(observed), rng)
    threshold = _compute_total_variation(counts) - 1e-12
    return float(distances.mean()), float((1 + (distances >= threshold).sum()) / (1 + PERMUTATIONS))


def _permute_within_items(
    paired_labels: pl.DataFrame, class_count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the distances after swapping the two labels of each item at random."""
    import numpy as np

    codes = (paired_labels["label"].rank("dense") - 1).to_numpy().astype("int64")
    blind, assisted = codes[0::2], codes[1::2]  # sorted by item and side
    pairs, items = np.unique(assisted * class_count + blind, return_counts=True)
    assisted_codes, blind_codes = pairs // class_count, pairs % class_count
    directions = np.zeros((len(pairs), class_count))
    np.add.at(directions, (np.arange(len(pairs)), assisted_codes), 1.0)
    np.add.at(directions, (np.arange(len(pairs)), blind_codes), -1.0)
    distances = []
    for start in range(0, PERMUTATIONS, block := max(1, BLOCK_CELLS // len(pairs))):
        # Items with the same two labels are alike: the number of them that swap is binomial.
        unswapped_counts = rng.binomial(items, 0.5, size=(min(block, PERMUTATIONS - start), len(pairs)))
        distances.append(np.abs((2 * unswapped_counts - items) @ directions).sum(axis=1) / (2 * len(assisted)))
    return np.concatenate(distances)


def _compute_label_shift(counts: pl.DataFrame) -> pl.DataFrame:
    """Return each label's share on both sides and the difference, the largest difference first."""
    shares = counts.select(
        "label", pl.col("assisted") / pl.col("assisted").sum(), pl.col("blind") / pl.col("blind").sum()
    ).with_columns(difference=pl.col("assisted") - pl.col("blind"))
    return shares.sort(pl.col("difference").abs(), "label", descending=[True, False]).cast(SHIFT_COLUMNS)  # type: ignore[arg-type]


def _describe_shift(
    distance: float, chance_distance: float, p: float | None, assisted: int, blind: int, *, shifted: bool, paired: bool
) -> str:
    """Return the finding in a sentence."""
    sample_text = f"({format_count(assisted)} assisted, {format_count(blind)} blind labels)"
    size_text = (
        f"{format_decimal(100 * distance)}% of labels would have to change, {format_decimal(100 * chance_distance)}% "
        "by chance alone "
        f"{sample_text}"
    )
    if p is None:
        return f"All labels are the same {sample_text}, so there can be no shift."
    if not shifted:
        return f"No shift of labels found: {size_text}."
    cause = (
        "Suggestions shift the labels" if paired else "Assisted and blind labels differ, as items or by the suggestions"
    )
    return f"{cause}: {size_text}."


def _build_unavailable(assisted: int, blind: int, reason: str, needed: str) -> AnchoringAudit:
    """Return the result of an audit that is missing, too small or not about classes."""
    empty = pl.DataFrame(schema=SHIFT_COLUMNS)
    return AnchoringAudit(
        assisted, blind, None, None, None, None, None, is_shifted=False, shift=empty, method="none",
        words=f"Not known whether suggestions shift the labels: {reason}",
        refused=Unavailable(reason, needed, Cause.too_little_data),
    )  # fmt: skip
