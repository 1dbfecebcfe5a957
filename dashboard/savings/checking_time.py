"""The time of review and rework in an estimate: charged to its label where both sides are treated alike.

What is timed on one side only is left out of both. Where reviews were logged on one side only, nobody knows whether
the other labels were not reviewed or their reviews not logged, so both readings are computed and bound the saving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from dashboard.inference.contract import Bounds, SavingsEstimate

CHECKING = ("review", "rework")
DONE_COLUMNS = {"review": "is_reviewed", "rework": "is_rejected"}
UNTIMED_LIMIT = 0.02  # of the reviews, or rework, of one side
UNLOGGED_SHARE, LOGGED_SHARE = 0.02, 0.1  # of the labels of a side: hardly any is checked, and many are
FEWEST_LABELS = 20  # of a side that can be said to have no reviews
READINGS_NEEDED = (
    "Import the reviews of both kinds of labels, or have both reviewed alike from now on (a random part is enough)."
)


def find_untimed_work(labels: pl.DataFrame) -> list[tuple[str, str]]:
    """Return the kinds of checking, with the project, whose time is unknown too often on either side."""
    untimed = []
    for work, done in DONE_COLUMNS.items():
        unknown = pl.col(f"{work}_seconds").is_null().filter(pl.col(done)).mean()
        sides = labels.group_by("project", "assisted").agg(unknown=unknown)
        projects = sides.filter(pl.col("unknown") > UNTIMED_LIMIT).get_column("project").unique().sort()
        untimed += [(work, project) for project in projects]
    return untimed


def charge_checking(labels: pl.DataFrame, left_out: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """Return the labels with `seconds` (labeling and checking) and `is_checked`, some checking left out."""
    annotating = seconds = pl.col("annotate_seconds")
    for work in CHECKING:
        projects = [project for kind, project in left_out if kind == work]
        charged = pl.col(f"{work}_seconds").fill_null(0.0)
        seconds = seconds + pl.when(pl.col("project").is_in(projects)).then(0.0).otherwise(charged)
    is_checked = pl.any_horizontal(pl.col("is_reviewed", "is_rejected").fill_null(value=False))
    return labels.with_columns(
        seconds=pl.when(annotating == 0).then(annotating).otherwise(seconds),  # not known, with or without a review
        is_checked=is_checked | pl.col("review_seconds").is_not_null() | pl.col("rework_seconds").is_not_null(),
    )


def find_one_sided_projects(labels: pl.DataFrame) -> list[str]:
    """Return the projects whose log shows checks of one side only, if their time is in the comparison.

    Where the sides of the comparison are different projects, it is the labels of all projects that decide.
    """
    is_charged = pl.col("seconds") > pl.col("annotate_seconds")
    rows = labels.group_by("project", "assisted").agg(pl.len(), pl.col("is_checked").sum(), charged=is_charged.any())
    one_sided = [
        project for (project,), sides in rows.group_by("project", maintain_order=True) if is_checked_on_one_side(sides)
    ]
    if is_checked_on_one_side(
        rows.group_by("assisted").agg(pl.col("len", "is_checked").sum(), pl.col("charged").any())
    ):
        one_sided = rows.get_column("project").unique().to_list()
    return sorted(one_sided)


def is_checked_on_one_side(sides: pl.DataFrame) -> bool:
    """Return whether many labels of one side and hardly any of the other were checked, and it took time."""
    is_small = bool((sides.get_column("len") < FEWEST_LABELS).any())
    if sides.height < 2 or is_small or not sides.get_column("charged").any():  # noqa: PLR2004 - both sides
        return False
    low, high = sorted((sides.get_column("is_checked") / sides.get_column("len")).to_list())
    return bool(low < UNLOGGED_SHARE and high >= LOGGED_SHARE)


def bound_both_readings(
    estimate: SavingsEstimate, without_checking: SavingsEstimate, projects: Sequence[str]
) -> SavingsEstimate:
    """Return the estimate with bounds that hold whether the other side was not checked, or its checks not logged."""
    readings = [get_shown_bounds(reading) for reading in (estimate, without_checking)]
    if None in readings:
        return estimate if estimate.refused else without_checking
    lows, highs = zip(*(reading for reading in readings if reading), strict=True)
    other = f" {estimate.bounds.reason}" if estimate.bounds else ""
    reason = (
        f"Reviews are logged for one kind of labels only ({', '.join(projects)}): nobody knows whether the others were "
        "not reviewed, or their reviews not logged. The bounds hold both ways."
    )
    return replace(estimate, bounds=Bounds(min(lows), max(highs), reason + other, READINGS_NEEDED))


def get_shown_bounds(estimate: SavingsEstimate) -> tuple[float, float] | None:
    """Return the widest bounds that an estimate shows of the share saved; None if it is refused."""
    share = estimate.share or estimate.current
    if estimate.refused or share is None:
        return None
    if estimate.bounds:
        return estimate.bounds.low, estimate.bounds.high
    unseen = estimate.unseen.share if estimate.unseen else share
    return min(share.low, unseen.low), max(share.high, unseen.high)
