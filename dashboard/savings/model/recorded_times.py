"""Whether the recorded times can be compared: the arms must be timed alike, and no clock may stop at a limit.

A time that is missing for one arm more often, or for suggestions that had to be corrected, is missing for the slow
labels, or for the quick ones: what is left says nothing of the others. A clock that stops at a limit makes the slow
labels look quicker than they were.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.units import format_share

UNKNOWN_LIMIT = 0.3
DIFFERENCE_LIMIT = 0.1
CHANCE_ERRORS = 2.0  # a difference within so many standard errors may be chance
FEWEST_LABELS = 20  # of each group whose times are compared
CAP_LIMIT, CAP_REFUSED = 0.05, 0.15
CAP_LABELS = 5
CAP_PROMINENCE = 2  # a cap holds so many times the labels of any value in the upper half below it
CAP_DOMINANCE = 3
BEYOND_CAP = 0.01
FEWEST_SCREENED = 1000  # times of a project and arm that two percentiles can clear of a cap
TIMES_NEEDED = (
    "Import an export that times every label, or compare only projects and periods in which nearly every label of both "
    "kinds is timed."
)
CAP_NEEDED = "Raise the limit at which the labeling tool stops the clock, or import an export with the full times."


@dataclass(frozen=True)
class TimeCap:
    """At how many seconds the clock of each project seems to stop, and the share of each arm's timed labels there."""

    seconds: tuple[float, ...]
    manual: float
    assisted: float

    def hides_direction(self, *, saves: bool) -> bool:
        """Return whether the cap may make a saving, or a loss, look larger than it is.

        It makes it look smaller only where the slower side reaches it far more often: corrections of suggestions that
        reach it as often as labels by hand may take far longer than these.
        """
        slower, quicker = (self.manual, self.assisted) if saves else (self.assisted, self.manual)
        return CAP_DOMINANCE * quicker > slower

    def describe(self) -> str:
        """Return at which time labels are capped, and how many are."""
        limits = " or ".join(f"{seconds:,.4g}" for seconds in self.seconds)
        return (
            f"Times are capped at {limits} s: {format_share(self.manual)} of the labels by hand and "
            f"{format_share(self.assisted)} of the assisted ones have exactly this time"
        )

    def refuse(self) -> Unavailable:
        """Return why capped times allow no estimate."""
        return Unavailable(f"{self.describe()}, and nobody knows how long they took.", CAP_NEEDED, Cause.not_recorded)


def explain_missing_times(labels: pl.DataFrame) -> Unavailable | None:
    """Return why labels without a time make the timed ones no fair sample; None if they may be one."""
    is_known = (pl.col("seconds").is_finite() & (pl.col("seconds") > 0)).fill_null(value=False)  # 0: no known time
    timed = labels.select("assisted", "suggestion", is_unknown=is_known.not_())
    arms = count_unknown_times(timed, "assisted")
    if len(arms) < 2:  # noqa: PLR2004 - with one arm there is nothing to compare
        return None
    names = {True: "the assisted labels", False: "the labels by hand"}
    described = ", ".join(f"{format_share(share)} of {names[bool(arm)]}" for arm, _, share in arms)
    if differ_in_unknown_times(arms):
        reason = f"The time is unknown for {described}: the timed ones need not be like the others."
        return Unavailable(reason, TIMES_NEEDED, Cause.not_recorded)
    outcomes = count_unknown_times(timed.filter("assisted").with_columns(suggestion=name_outcome()), "suggestion")
    if differ_in_unknown_times(outcomes):
        shares = ", ".join(f"{format_share(share)} of those {name}" for name, _, share in outcomes)
        reason = f"Whether an assisted label is timed depends on its suggestion: the time is unknown for {shares}."
        return Unavailable(reason, TIMES_NEEDED, Cause.not_recorded)
    if int(timed.get_column("is_unknown").sum()) > UNKNOWN_LIMIT * timed.height:
        reason = f"The time is unknown for {described}: too many to take the timed ones for all."
        return Unavailable(reason, TIMES_NEEDED, Cause.not_recorded)
    return None


def name_outcome() -> pl.Expr:
    """Return what became of a suggestion: kept as it was, or not; null where unknown."""
    kept = pl.when(pl.col("suggestion") == "unchanged").then(pl.lit("left unchanged"))
    return kept.when(pl.col("suggestion").is_in(["edited", "rejected"])).then(pl.lit("edited or rejected"))


def count_unknown_times(timed: pl.DataFrame, group: str) -> list[tuple[object, int, float]]:
    """Return the groups with their labels and the share of these without a time."""
    counts = timed.drop_nulls(group).group_by(group).agg(pl.len(), pl.col("is_unknown").mean().alias("share"))
    return list(counts.sort(group).iter_rows())


def differ_in_unknown_times(groups: list[tuple[object, int, float]]) -> bool:
    """Return whether the largest and the smallest share without a time differ by more than the limit and chance."""
    large_groups = [(share, rows) for _, rows, share in groups if rows >= FEWEST_LABELS]
    if len(large_groups) < 2:  # noqa: PLR2004 - one group has nothing to differ from
        return False
    (low, low_rows), (high, high_rows) = min(large_groups), max(large_groups)
    pooled = (low * low_rows + high * high_rows) / (low_rows + high_rows)
    error = math.sqrt(pooled * (1 - pooled) * (1 / low_rows + 1 / high_rows))
    return high - low > max(DIFFERENCE_LIMIT, CHANCE_ERRORS * error)


def find_time_cap(labels: pl.DataFrame) -> TimeCap | None:
    """Return the time at which a clock seems to stop; None if no arm of any project has enough labels with it.

    The time of labeling alone shows it, since that of a review is added to it.
    """
    times = labels.select("project", "assisted", time=pl.coalesce("annotate_seconds", "seconds"))
    times = times.filter(pl.col("time").is_finite(), pl.col("time") > 0)
    group = ["project", "assisted"]
    suspects = find_suspect_groups(times)
    if suspects.is_empty():
        return None
    suspect_times = times.join(suspects, on=group, how="semi", nulls_equal=True)
    counts = suspect_times.group_by("project", "assisted", "time").len("same")
    highest = (
        counts.filter(pl.col("same") == pl.col("same").max().over(group))
        .group_by(group)
        .agg(cap=pl.col("time").max(), pile=pl.col("same").max())
    )
    beside = (
        counts.join(highest, on=group, nulls_equal=True)
        .group_by(*group, "cap", "pile")
        .agg(
            rows=pl.col("same").sum(),
            beyond=pl.col("same").filter(pl.col("time") > pl.col("cap")).sum(),
            below=pl.col("same").filter(pl.col("time") < pl.col("cap"), pl.col("time") >= pl.col("cap") / 2).max(),
        )
    )
    capped = beside.filter(
        pl.col("pile") >= CAP_LABELS,
        pl.col("pile") > CAP_LIMIT * pl.col("rows"),
        pl.col("beyond") <= BEYOND_CAP * pl.col("rows"),
        pl.col("pile") > CAP_PROMINENCE * pl.col("below").fill_null(0),
    )
    if capped.is_empty():
        return None
    caps = capped.select("project", time="cap").unique()
    at_cap = times.join(caps, on=["project", "time"], how="semi", nulls_equal=True)
    piled = dict(at_cap.group_by("assisted").len().iter_rows())
    totals = dict(times.group_by("assisted").len().iter_rows())
    shares = {arm: piled.get(arm, 0) / max(totals.get(arm, 0), 1) for arm in (False, True)}
    return TimeCap(tuple(capped.get_column("cap").unique().sort()), shares[False], shares[True])


def find_suspect_groups(times: pl.DataFrame) -> pl.DataFrame:
    """Return the projects and arms whose times may be capped, which spares the others a count of every value.

    A cap with over 5% of the times at it and at most 1% beyond it is both the 96th and the 98th percentile.
    """
    low, high = (pl.col("time").quantile(level, "lower") for level in (0.96, 0.98))
    groups = times.group_by("project", "assisted").agg(rows=pl.len(), is_flat=low == high)
    return groups.filter((pl.col("rows") < FEWEST_SCREENED) | pl.col("is_flat"))


def refuse_recorded_times(labels: pl.DataFrame, cap: TimeCap | None) -> Unavailable | None:
    """Return why the recorded times allow no estimate at all, or None."""
    if cap is not None and max(cap.manual, cap.assisted) >= CAP_REFUSED:
        return cap.refuse()
    return explain_missing_times(labels)
