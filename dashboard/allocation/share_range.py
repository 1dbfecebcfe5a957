"""The labeling share with every hour that is not sorted yet counted either way: one number, or a range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.units import format_count, format_hours, format_share

MAX_SHIFT = 0.05  # a share; open hours that could move the share further leave a range, and no number
HEADLINE_SCOPE, HEADLINE_MEASURE = "everyone", "labeling_of_labeling_and_modeling"
METHOD = "every hour that is not sorted yet counted once as modeling and once as labeling"
SECONDS_PER_HOUR = 3600
SPLIT_CORRECTION = "a correction stands apart from the hours it corrects"
JOIN_CORRECTION = "Give the negative hours the category of those they correct, or widen the selection."
NEGATIVE_SIDE = f"There is no share where the hours of one side sum to less than zero: {SPLIT_CORRECTION}."
# Of the figures with shares: the columns that are empty where a share is not known, and the hours it is made of.
SHARE_ENDS = ("share_high", "labeling_share_high", "share_of_both_high", "share_of_all_high")
SIDE_COLUMNS = (
    *("numerator_seconds", "denominator_seconds", "numerator_hours", "denominator_hours"),
    *("labeling_seconds", "modeling_seconds", "open_hours", "seconds"),
)


@dataclass(frozen=True)
class ShareRange:
    """A share of the sorted hours, and what it would be with all open hours on either side."""

    share: float | None
    low: float
    high: float
    open_hours: float

    @property
    def is_wide(self) -> bool:
        """Return whether the open hours could move the share so far that only the range is an answer."""
        return self.share is None or max(self.share - self.low, self.high - self.share) > MAX_SHIFT

    def describe_value(self) -> str:
        """Return the number, or the range in its place."""
        return format_range(self.low, self.high) if self.is_wide else format_share(self.share)

    def describe(self) -> str:
        """Return the answer in words: a range with the open hours, a number with its range, or a number alone."""
        if self.is_wide:
            return f"between {format_range(self.low, self.high, 'and')}: {describe_open_hours(self.open_hours)}"
        if not self.open_hours:
            return format_share(self.share)
        return f"{format_share(self.share)}; {describe_narrow_range(self)}"


def build_range(part: float, whole: float, open_part: float, widest: float) -> ShareRange | None:
    """Return the range of a share from seconds; None without any, or where one side of them is below zero."""
    if widest <= 0 or not (0 <= part <= whole and 0 <= open_part <= widest - part):
        return None
    open_hours = open_part / SECONDS_PER_HOUR
    return ShareRange(part / whole if whole else None, part / widest, (part + open_part) / widest, open_hours)


def has_negative_side(rows: pl.DataFrame) -> bool:
    """Return whether a row of a figure has hours and no share, because one side of them is below zero."""
    ends = [*SHARE_ENDS, *(("share",) if "seconds" in rows.columns else ())]
    no_share, has_hours = (
        pl.any_horizontal(pl.lit(value=False), *(condition(pl.col(name)) for name in names if name in rows.columns))
        for names, condition in ((ends, pl.Expr.is_null), (SIDE_COLUMNS, lambda column: column != 0))
    )
    return not rows.filter(no_share & has_hours).is_empty()


def describe_negative_sides(rows: pl.DataFrame) -> str:
    """Return why rows of a figure have no share, and what to do; "" where every side has hours."""
    return f"{NEGATIVE_SIDE} {JOIN_CORRECTION}" if has_negative_side(rows) else ""


def refuse_negative_sides(rows: pl.DataFrame) -> Unavailable | None:
    """Return that a figure has no share at all because a side is below zero, or None."""
    ends = [name for name in SHARE_ENDS if name in rows.columns]
    has_share = any(rows.get_column(name).is_not_null().any() for name in ends)
    return refuse_share() if has_negative_side(rows) and not has_share else None


def refuse_share() -> Unavailable:
    """Return why there is no share where a side of it is below zero, and what to do."""
    return Unavailable(NEGATIVE_SIDE, JOIN_CORRECTION, Cause.no_share)


def describe_negative_side(row: Mapping[str, Any]) -> str:
    """Return which hours of a row of `labeling_share` are below zero, so that it has no share; "" where none are."""
    labeling, open_seconds = row["numerator_seconds"], row["open_seconds"]
    is_of_both = row["measure"] == HEADLINE_MEASURE
    others = row["denominator_seconds"] - labeling - (0 if is_of_both else open_seconds)
    sides = {"labeling": labeling, "modeling" if is_of_both else "all else": others, "no category": open_seconds}
    name = next((side for side, seconds in sides.items() if seconds < 0), "")
    return f"The hours of {name} sum to less than zero, so there is no labeling share: {SPLIT_CORRECTION}." * bool(name)


def format_range(low: float, high: float, joint: str = "to") -> str:
    """Return two shares as whole percent: 40 to 92%."""
    return f"{format_count(low * 100)} {joint} {format_share(high)}"


def describe_open_hours(open_hours: float) -> str:
    """Return how many hours are open."""
    return f"{format_hours(open_hours)} {'is' if open_hours == 1 else 'are'} not sorted yet"


def describe_narrow_range(share_range: ShareRange) -> str:
    """Return between which shares a number lies once its open hours are counted."""
    bounds = format_range(share_range.low, share_range.high, "and")
    return f"between {bounds} with the {format_hours(share_range.open_hours)} not sorted yet"


def read_share_range(row: Mapping[str, Any]) -> ShareRange | None:
    """Return the range of a row with share, share_low, share_high and open_hours; None where there is no time."""
    if row.get("share_high") is None:
        return None
    return ShareRange(row["share"], row["share_low"], row["share_high"], row["open_hours"])


def estimate_share(rows: pl.DataFrame) -> dict[str, object] | None:
    """Return everyone's share of labeling and modeling as an estimate; no value where only a range is known."""
    matches = rows.filter(scope=HEADLINE_SCOPE, measure=HEADLINE_MEASURE)
    share_range = read_share_range(matches.row(0, named=True)) if matches.height else None
    if share_range is None:
        return None
    return {
        "value": None if share_range.is_wide else share_range.share, "low": share_range.low, "high": share_range.high,
        "level": None, "n": matches.item(0, "people"), "method": METHOD, "grade": None,
        "words": f"Labeling, of labeling and modeling (everyone): {share_range.describe()}.",
    }  # fmt: skip


def blank_wide_shares(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose share is empty where only its range is an answer."""
    shift = pl.max_horizontal(pl.col("share") - pl.col("share_low"), pl.col("share_high") - pl.col("share"))
    return rows.with_columns(share=pl.when(shift <= MAX_SHIFT).then("share"))
