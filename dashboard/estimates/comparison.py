"""Which comparison a log allows: the headline uses the strongest design whose conditions hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.estimates import labels
from dashboard.estimates.evidence import HOLDOUT_ITEMS, HOLDOUT_SHARE, resolve_tier
from dashboard.estimates.labels import Log
from dashboard.estimates.rollout import Rollout
from dashboard.estimates.terms import Codes, Mask, Terms

Design = Literal["holdout", "same items", "staggered", "one date", "observed"]

METHOD_TEXTS: dict[Design, str] = {
    "holdout": "PPML on automation-eligible items, a random part of which was left manual",
    "same items": "PPML with item and annotator effects on items labeled both ways by different people",
    "staggered": "PPML with annotator, kind and week effects, difficulty and experience (staggered rollout)",
    "one date": "PPML with annotator and kind effects, difficulty, experience and a time line (one rollout date)",
    "observed": "PPML with annotator and kind effects, difficulty and experience",
}


@dataclass(frozen=True)
class Comparison:
    """The design of the headline and the labels it compares."""

    design: Design
    kept: Mask

    @property
    def method(self) -> str:
        """Return a description of the method."""
        return METHOD_TEXTS[self.design]

    def terms(self, log: Log) -> Terms:
        """Return the terms of the headline model for the compared labels."""
        if self.design == "same items":
            return labels.item_terms(log)
        return labels.terms(log, weeks=self.design == "staggered", line=self.design == "one date")

    def population(self, log: Log) -> Codes:
        """Return the clusters for a claim about people in general."""
        return log.clusters()

    def present(self, log: Log) -> Codes:
        """Return the clusters for a claim about the current people; where dates decide, weeks are not independent."""
        return log.clusters() if self.design in {"staggered", "one date"} else log.weekly_clusters()


def select_holdout_labels(log: Log) -> Mask:
    """Return the labels of a hold-out: eligible ones, assisted or left manual at random."""
    mask: Mask = log.eligible & (log.assisted != log.holdout)
    return mask


def has_enough_holdout(log: Log) -> bool:
    """Return whether a tenth of the eligible labels, and enough of them, were left manual at random."""
    mask = select_holdout_labels(log)
    manual_count = int((mask & log.holdout).sum())
    return manual_count >= HOLDOUT_ITEMS and manual_count >= HOLDOUT_SHARE * mask.sum()


def select_paired_labels(log: Log) -> Mask:
    """Return the labels of items that one person labeled assisted and another manually."""
    has_item = log.item >= 0
    if not has_item.any():
        return has_item
    count = int(log.item.max()) + 1
    annotator_ranges: list[tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], ...]] = []
    for arm in (has_item & log.assisted, has_item & ~log.assisted):
        lowest, highest = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
        np.minimum.at(lowest, log.item[arm], log.annotator[arm])
        np.maximum.at(highest, log.item[arm], log.annotator[arm])
        annotator_ranges.append((lowest, highest))
    (low, high), (low_manual, high_manual) = annotator_ranges
    is_paired = (high >= 0) & (high_manual >= 0) & ~((low == high) & (low == low_manual) & (low == high_manual))
    mask: Mask = has_item & is_paired[np.where(has_item, log.item, 0)]
    return mask


def list_comparisons(log: Log, rollout: Rollout) -> Iterator[Comparison]:
    """Yield the comparisons that the log allows, the strongest first; the last one uses all labels."""
    if has_enough_holdout(log):
        yield Comparison("holdout", select_holdout_labels(log))
    paired_mask = select_paired_labels(log)
    if resolve_tier(log.where(paired_mask)) != "refused":
        yield Comparison("same items", paired_mask)
    designs: dict[str, Design] = {"staggered": "staggered", "one": "one date", "none": "observed"}
    yield Comparison(designs[rollout.shape], np.ones(log.rows, dtype=np.bool_))
