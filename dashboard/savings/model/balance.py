"""Whether the labels that were left to people look drawn by chance from the eligible ones.

A flag in the log says that items were held out, not how. Where the held-out labels differ from the others in
difficulty, kind or week by more than chance, somebody chose them, and they prove as little as any other choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.inference.contract import Diagnostic
from dashboard.inference.design_matrix import Codes, Mask
from dashboard.inference.two_samples import compare_counts, compare_means
from dashboard.savings.model.labels import LabelLog
from dashboard.units import format_decimal, format_share

SMALLEST_CHANCE = 0.001  # a lot that differs more than this by chance is taken for none
FEWEST_EXPECTED = 5.0  # of a cell of the chi-squared test; rarer kinds and weeks are counted as one
FEWEST_KNOWN = 20  # labels of each group with a known difficulty


@dataclass(frozen=True)
class GroupDifference:
    """How the held-out labels differ from the other eligible ones in one respect."""

    respect: str
    chance: float  # p value: how often a fair lot differs at least as much
    size: str  # in words


def find_unfair_differences(log: LabelLog, compared: Mask) -> list[GroupDifference]:
    """Return in which respects the held-out labels of a comparison differ from the others by more than chance.

    Difficulty by Welch's t test, kind and week by Pearson's chi-squared test; an item counts once.
    """
    eligible = log.where(compared)
    once = eligible.where(mark_first_rows(eligible.item))
    differences = [
        compare_difficulty(once),
        compare_shares("kind", once.kind, once.holdout),
        compare_shares("week", once.week, once.holdout),
    ]
    return [found for found in differences if found is not None and found.chance <= SMALLEST_CHANCE]


def mark_first_rows(items: Codes) -> Mask:
    """Return the first row of each item, and every row of an unknown item."""
    mask: Mask = items < 0
    mask[np.unique(items, return_index=True)[1]] = True
    return mask


def compare_difficulty(log: LabelLog) -> GroupDifference | None:
    """Return how the difficulty of the held-out labels differs; None where it is not known of enough labels."""
    has_proxy = ~log.proxy_unknown
    held, others = log.proxy[has_proxy & log.holdout], log.proxy[has_proxy & ~log.holdout]
    if min(held.size, others.size) < FEWEST_KNOWN or held.std() + others.std() == 0:
        return None
    gap = float(held.mean() - others.mean())
    size = f"{format_decimal(abs(gap), 2)} standard deviations {'harder' if gap > 0 else 'easier'}"
    return GroupDifference("difficulty", compare_means(held, others), size)


def compare_shares(respect: str, codes: Codes, holdout: Mask) -> GroupDifference | None:
    """Return whether the share held out differs between kinds, or weeks; None where there is only one."""
    table = np.stack(
        [np.bincount(codes[mask], minlength=int(codes.max(initial=0)) + 1) for mask in (holdout, ~holdout)]
    )
    totals = table.sum(axis=0)
    is_rare = totals * (table.sum(axis=1).min() / max(table.sum(), 1)) < FEWEST_EXPECTED
    merged = np.column_stack([table[:, ~is_rare], table[:, is_rare].sum(axis=1)])
    merged = merged[:, merged.sum(axis=0) > 0]
    if merged.shape[1] < 2 or (merged.sum(axis=1) == 0).any():  # noqa: PLR2004 - one column leaves nothing to compare
        return None
    shares = merged[0] / merged.sum(axis=0)
    size = f"between {format_share(shares.min())} and {format_share(shares.max())} held out, by {respect}"
    return GroupDifference(respect, compare_counts(merged).chance, size)


def check_lot(log: LabelLog, compared: Mask) -> Diagnostic | None:
    """Return the warning that the held-out labels were not drawn by chance; None where they may have been."""
    differences = find_unfair_differences(log, compared)
    if not differences:
        return None
    described = "; ".join(f"{found.respect}: {found.size}" for found in differences)
    text = (
        f"The labels left to people are not like the other eligible ones ({described}), and chance alone does this in "
        "less than one log of a thousand. So they count as somebody's choice, and as no hold-out."
    )
    return Diagnostic("lot", min(found.chance for found in differences), text, flag=True)
