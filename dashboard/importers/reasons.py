"""Why a row is refused: one wording a cause, so that refusals can be counted across importers."""

from __future__ import annotations

import polars as pl

RUNNING = "still running: no end and no duration"
TOTALS = "totals row, not an entry"
NO_DATE = "no date that can be read"
NO_DURATION = "no duration that can be read"
NEGATIVE = "negative duration"
END_BEFORE_START = "end before start"
TOO_LONG = "longer than 31 days"
DAY_OUTSIDE = "date outside 1990 to 2100"

LONGEST_SECONDS = 744 * 3600
FIRST_YEAR, LAST_YEAR = 1990, 2100


def length_reasons(seconds: pl.Expr) -> list[tuple[pl.Expr, str]]:
    """List the refusals every length in seconds is held to, in order."""
    return [(seconds.is_null(), NO_DURATION), (seconds < 0, NEGATIVE), (seconds > LONGEST_SECONDS, TOO_LONG)]


def day_reasons(day: pl.Expr) -> list[tuple[pl.Expr, str]]:
    """List the refusals every day is held to, in order."""
    return [(day.is_null(), NO_DATE), (~day.dt.year().is_between(FIRST_YEAR, LAST_YEAR), DAY_OUTSIDE)]
