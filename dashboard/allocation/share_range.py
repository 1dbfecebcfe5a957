"""The labeling share with every hour that is not sorted yet counted either way: one number, or a range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.units import format_count, format_hours, format_share

MAX_SHIFT = 0.05  # a share; open hours that could move the share further leave a range, and no number
HEADLINE_SCOPE, HEADLINE_MEASURE = "everyone", "labeling_of_labeling_and_modeling"
METHOD = "every hour that is not sorted yet counted once as modeling and once as labeling"


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
