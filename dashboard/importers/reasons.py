"""Why a row is rejected: one wording per cause, so that rejections can be counted across importers."""

from __future__ import annotations

import polars as pl

STILL_RUNNING = "still running: no end and no duration"
TOTALS_ROW = "totals row, not an entry"
NO_DATE = "no date that can be read"
NO_DURATION = "no duration that can be read"
NEGATIVE_DURATION = "negative duration"
END_BEFORE_START = "end before start"
TOO_LONG = "longer than 31 days"
DAY_OUTSIDE = "date outside 1990 to 2100"

LONGEST_SECONDS = 744 * 3600
FIRST_YEAR, LAST_YEAR = 1990, 2100


def list_length_rejections(seconds: pl.Expr) -> list[tuple[pl.Expr, str]]:
    """Return the checks for a length in seconds, each with its reason, in order."""
    return [(seconds.is_null(), NO_DURATION), (seconds < 0, NEGATIVE_DURATION), (seconds > LONGEST_SECONDS, TOO_LONG)]


def list_day_rejections(day: pl.Expr) -> list[tuple[pl.Expr, str]]:
    """Return the checks for a day, each with its reason, in order."""
    return [(day.is_null(), NO_DATE), (~day.dt.year().is_between(FIRST_YEAR, LAST_YEAR), DAY_OUTSIDE)]
