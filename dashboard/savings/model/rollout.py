"""When assistance began, for whom, and which comparison that allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from dashboard.inference.design_matrix import Reals
from dashboard.savings.model.labels import Log

EPOCH = date(1970, 1, 1)
NEVER = float("inf")
SHARP = 0.9
EARLY = 0.02
BEFORE = 0.05
WEEK = 7
MIXED_PEOPLE_BEFORE = 10

Shape = Literal["none", "one", "staggered"]


@dataclass(frozen=True)
class Rollout:
    """The first day of assistance of each label's group (infinite: never), and the shape this gives the log.

    `sharp`: nearly every label of a group was assisted from its first day on, so nobody chose item by item.
    `inferred`: the dates come from the log, because the register holds none.
    """

    first: Reals
    shape: Shape
    dates: int
    never: bool
    sharp: bool
    weeks_before: int
    inferred: bool


def read(log: Log, rollouts: Mapping[str, date]) -> Rollout:
    """Return the rollout of a log; a person's own date takes precedence over the project's."""
    first = registered(log, rollouts)
    inferred = not np.isfinite(first).any()
    if inferred:
        first = switched(log)
    if not log.rows or not np.isfinite(first).any():
        return Rollout(first, "none", 0, never=True, sharp=False, weeks_before=0, inferred=False)
    return described(log, first, inferred=inferred)


def registered(log: Log, rollouts: Mapping[str, date]) -> Reals:
    """Return the registered first day of each label's person or project."""
    days = {group: float((on - EPOCH).days) for group, on in rollouts.items()}
    pairs = zip(log.name, log.project, strict=True)
    found = (days.get(name, days.get(project, NEVER)) for name, project in pairs)
    return np.fromiter(found, dtype=np.float64, count=log.rows)


def switched(log: Log) -> Reals:
    """Return each person's first assisted day if the log shows that people switched over, else never.

    It does when nearly all labels from that day on are assisted, and people had worked without assistance before.
    Days within one week count as one date.
    """
    first = np.full(log.rows, NEVER)
    for one in np.unique(log.annotator[log.assisted]):
        mine = log.annotator == one
        first[mine] = log.day[mine & log.assisted].min()
    after = log.day >= first
    before = np.bincount(log.annotator[~after & np.isfinite(first)], minlength=1)
    helped = len(np.unique(log.annotator[log.assisted]))
    if not after.any() or log.assisted[after].mean() < SHARP or (before >= MIXED_PEOPLE_BEFORE).sum() < helped / 2:
        return np.full(log.rows, NEVER)
    finite = np.unique(first[np.isfinite(first)])
    starts = finite[np.concatenate([[True], np.diff(finite) > WEEK])]
    first[np.isfinite(first)] = starts[np.searchsorted(starts, first[np.isfinite(first)], side="right") - 1]
    return first


def described(log: Log, first: Reals, *, inferred: bool) -> Rollout:
    """Return the rollout that these first days make in this log."""
    start = log.day.min()
    coming = np.unique(first[np.isfinite(first) & (first > start)])
    never, already = bool(np.isinf(first).any()), bool((first <= start).any())
    waves = len(coming) + never + already
    manual_before = (log.day < first) & ~log.assisted
    shape: Shape = "none"
    if len(coming) and manual_before.sum() >= BEFORE * log.rows:
        shape = "staggered" if waves > 1 else "one"
    after = log.day >= first
    sharp = bool(after.any() and log.assisted[after].mean() >= SHARP and early(log, after) <= EARLY)
    weeks = int((coming.min() - start) // WEEK) if len(coming) else 0
    return Rollout(first, shape, len(coming) + never, never, sharp, weeks, inferred)


def early(log: Log, after: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    """Return the share of the labels before their group's first day that were assisted nevertheless."""
    return float(log.assisted[~after].mean()) if (~after).any() else 0.0
