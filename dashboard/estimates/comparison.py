"""Which comparison a log allows: the strongest design whose own conditions hold becomes the headline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.estimates import labels
from dashboard.estimates.evidence import HOLDOUT_ITEMS, HOLDOUT_SHARE, enough
from dashboard.estimates.labels import Log
from dashboard.estimates.rollout import Rollout
from dashboard.estimates.terms import Codes, Mask, Terms

Design = Literal["holdout", "same items", "staggered", "one date", "observed"]

METHODS: dict[Design, str] = {
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
        """Return the method in words."""
        return METHODS[self.design]

    def terms(self, log: Log) -> Terms:
        """Return the terms of the headline for labels that are compared."""
        if self.design == "same items":
            return labels.item_terms(log)
        return labels.terms(log, weeks=self.design == "staggered", line=self.design == "one date")

    def population(self, log: Log) -> Codes:
        """Return the clusters that stand for people in general."""
        return log.clusters()

    def present(self, log: Log) -> Codes:
        """Return the clusters that stand for the people at hand; where dates decide, weeks are not independent."""
        return log.clusters() if self.design in {"staggered", "one date"} else log.weekly_clusters()


def held_out(log: Log) -> Mask:
    """Return the labels of a hold-out: eligible ones, assisted or left manual by lot."""
    kept: Mask = log.eligible & (log.assisted != log.holdout)
    return kept


def holdout_is_enough(log: Log) -> bool:
    """Tell whether a tenth of the eligible labels, and enough of them, were left manual by lot."""
    kept = held_out(log)
    left = int((kept & log.holdout).sum())
    return left >= HOLDOUT_ITEMS and left >= HOLDOUT_SHARE * kept.sum()


def both_ways(log: Log) -> Mask:
    """Return the labels of items that one person labeled assisted and another manually."""
    named = log.item >= 0
    if not named.any():
        return named
    count = int(log.item.max()) + 1
    people: list[tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], ...]] = []
    for arm in (named & log.assisted, named & ~log.assisted):
        least, most = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
        np.minimum.at(least, log.item[arm], log.annotator[arm])
        np.maximum.at(most, log.item[arm], log.annotator[arm])
        people.append((least, most))
    (low, high), (low_manual, high_manual) = people
    both = (high >= 0) & (high_manual >= 0) & ~((low == high) & (low == low_manual) & (low == high_manual))
    doubled: Mask = named & both[np.where(named, log.item, 0)]
    return doubled


def candidates(log: Log, rollout: Rollout) -> Iterator[Comparison]:
    """Yield the comparisons that the log allows, the strongest first; the last one takes all labels."""
    if holdout_is_enough(log):
        yield Comparison("holdout", held_out(log))
    same = both_ways(log)
    if enough(log.where(same)) != "refused":
        yield Comparison("same items", same)
    shapes: dict[str, Design] = {"staggered": "staggered", "one": "one date", "none": "observed"}
    yield Comparison(shapes[rollout.shape], np.ones(log.rows, dtype=np.bool_))
