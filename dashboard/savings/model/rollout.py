"""When assistance began, for whom, and which comparison that allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from dashboard.inference.design_matrix import Reals, densify_codes
from dashboard.savings.model.labels import LabelLog

EPOCH = date(1970, 1, 1)
NEVER = float("inf")
SHARP_SHARE = 0.9
MAXIMUM_EARLY = 0.02
MINIMUM_BEFORE = 0.05
DAYS_PER_WEEK = 7
ONE_DATE_DAYS = 14
MINIMUM_LABELS_BEFORE = 10

RolloutShape = Literal["none", "one", "staggered"]


@dataclass(frozen=True)
class Rollout:
    """The first day of assistance of each label's group (infinite: never), and the shape this gives the log.

    `sharp`: nearly every label of a group was assisted from its first day on, so nobody chose item by item.
    `inferred`: the dates come from the log, because the register holds none.
    `people_apart`: how many people have another date than most; a single one is no group to compare with.
    """

    first: Reals
    shape: RolloutShape
    dates: int
    has_never: bool
    sharp: bool
    weeks_before: int
    inferred: bool
    people_apart: int = 0


def read_rollout(log: LabelLog, rollouts: Mapping[str, date]) -> Rollout:
    """Return the rollout of a log; a person's own date takes precedence over the project's."""
    first_days = find_registered_dates(log, rollouts)
    inferred = not np.isfinite(first_days).any()
    if inferred:
        first_days = infer_switch_dates(log)
    first_days = merge_near_dates(first_days)
    if not log.rows or not np.isfinite(first_days).any():
        return Rollout(first_days, "none", 0, has_never=True, sharp=False, weeks_before=0, inferred=False)
    return describe_rollout(log, first_days, inferred=inferred)


def find_registered_dates(log: LabelLog, rollouts: Mapping[str, date]) -> Reals:
    """Return the registered first day of each label's person or project."""
    days = {group: float((start_on - EPOCH).days) for group, start_on in rollouts.items()}
    if not days or not log.rows:
        return np.full(log.rows, NEVER)
    own, projects = (np.array([days.get(name, NEVER) for name in names]) for names in (log.names, log.projects))
    project_days = np.where(log.project >= 0, projects[log.project], NEVER) if projects.size else NEVER
    first_days: Reals = np.where(np.isfinite(own[log.annotator]), own[log.annotator], project_days)
    return first_days


def infer_switch_dates(log: LabelLog) -> Reals:
    """Return each person's first assisted day if the log shows that people switched over, else never.

    It does when nearly all labels from that day on are assisted, and people had worked without assistance before.
    """
    earliest = np.full(len(log.names), NEVER)
    np.minimum.at(earliest, log.annotator[log.assisted], log.day[log.assisted].astype(np.float64))
    first_days = earliest[log.annotator]
    is_after = log.day >= first_days
    labels_before = np.bincount(log.annotator[~is_after & np.isfinite(first_days)], minlength=1)
    assisted_people = len(np.unique(log.annotator[log.assisted]))
    if (
        not is_after.any()
        or log.assisted[is_after].mean() < SHARP_SHARE
        or (labels_before >= MINIMUM_LABELS_BEFORE).sum() < assisted_people / 2
    ):
        return np.full(log.rows, NEVER)
    return first_days


def merge_near_dates(first_days: Reals) -> Reals:
    """Return the first days with those of one week as one date, the earliest; all within two weeks are one date.

    Days apart are told from one change for everybody only if other things had time to change in between.
    """
    dates = np.unique(first_days[np.isfinite(first_days)])
    if not dates.size:
        return first_days
    starts = [dates[0]]
    if dates[-1] - dates[0] > ONE_DATE_DAYS:
        for day in dates[1:]:
            if day - starts[-1] > DAYS_PER_WEEK:
                starts.append(day)
    places = np.searchsorted(np.array(starts), first_days, side="right") - 1
    return np.where(np.isfinite(first_days), np.array(starts)[places], first_days)


def describe_rollout(log: LabelLog, first_days: Reals, *, inferred: bool) -> Rollout:
    """Return the rollout that these first days make in this log."""
    start = log.day.min()
    later_dates = np.unique(first_days[np.isfinite(first_days) & (first_days > start)])
    has_never, has_started = bool(np.isinf(first_days).any()), bool((first_days <= start).any())
    waves = len(later_dates) + has_never + has_started
    manual_before = (log.day < first_days) & ~log.assisted
    shape: RolloutShape = "none"
    if len(later_dates) and manual_before.sum() >= MINIMUM_BEFORE * log.rows:
        shape = "staggered" if waves > 1 else "one"
    is_after = log.day >= first_days
    is_sharp = bool(
        is_after.any()
        and log.assisted[is_after].mean() >= SHARP_SHARE
        and compute_early_share(log, is_after) <= MAXIMUM_EARLY
    )
    weeks = int((later_dates.min() - start) // DAYS_PER_WEEK) if len(later_dates) else 0
    people = count_people_apart(log, first_days)
    return Rollout(first_days, shape, len(later_dates) + has_never, has_never, is_sharp, weeks, inferred, people)


def count_people_apart(log: LabelLog, first_days: Reals) -> int:
    """Return how many people have another first day than the one that most people have."""
    dates, date_codes = densify_codes(np.where(np.isfinite(first_days), first_days, -1.0).astype(np.int64))
    pairs = densify_codes(log.annotator * len(dates) + date_codes)[0]
    sizes = np.bincount(pairs % max(len(dates), 1))
    return int(sizes.sum() - sizes.max(initial=0))


def compute_early_share(log: LabelLog, is_after: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    """Return the share of the labels before their group's first day that were assisted nevertheless."""
    return float(log.assisted[~is_after].mean()) if (~is_after).any() else 0.0
