"""The rubber-stamp warning: signs that suggestions are waved through instead of checked.

A single sign can have innocent causes: better suggestions are accepted more often, and easier items take less time.
Two together are a reason to audit. No sign proves anything about a person.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Diagnostic

LEAST_WEEKS = 6
LATEST = 4  # weeks that count as recent
LEAST_GOLD = 20  # gold items in each half of the weeks
LEAST_MANUAL = 100
RISK = 0.05
SIGNS_TO_WARN = 2


@dataclass(frozen=True)
class RubberStamp:
    """Whether to warn, the signs (each with its value and sentence), and the sentence for the page."""

    raised: bool
    signs: tuple[Diagnostic, ...]
    weeks: int
    words: str
    refused: Unavailable | None


def floor(manual_seconds: pl.Series) -> float | None:
    """Return the fifth percentile of seconds per item by hand (honest work is seldom faster); None below 100 items."""
    known = manual_seconds.drop_nulls()
    return float(known.quantile(0.05, "linear") or 0.0) if len(known) >= LEAST_MANUAL else None


def rubber_stamp(weeks: pl.DataFrame, *, least_seconds: float | None) -> RubberStamp:
    """Return whether the unchanged share of suggestions rises while time or quality falls.

    `weeks`: week (date), suggestions and unchanged (int: shown, and accepted as they were), seconds (float: median
    seconds per assisted item, null where unknown), gold and wrong (int: assisted items checked against gold, and wrong
    ones). `least_seconds`: the time below which nobody can have looked (see `estimate_time_floor`). The three signs:
    the unchanged rate rises over the weeks (Kendall's tau, one-sided), the median of the last four weeks is below the
    floor, and gold errors are more frequent in the later half (Fisher's exact test, one-sided); each at 5 %.
    """
    shown = weeks.filter(pl.col("suggestions") > 0).sort("week")
    if shown.height < LEAST_WEEKS:
        reason = f"Suggestions were shown in {shown.height} weeks; a trend needs {LEAST_WEEKS}."
        missing = Unavailable(reason, f"{LEAST_WEEKS - shown.height} more weeks", Cause.too_little_data)
        return RubberStamp(
            raised=False, signs=(), weeks=shown.height, words=f"Not known yet: {reason}", refused=missing
        )
    signs = (_unchanged(shown), _hasty(shown, least_seconds), _gold(shown))
    up = [sign.words for sign in signs if sign.flag]
    raised = len(up) >= SIGNS_TO_WARN
    if raised:
        words = f"Suggestions may be waved through: {' '.join(up)} Audit a blind sample before counting the saving."
    elif up:
        words = f"One sign of three: {up[0]} On its own it can have innocent causes."
    else:
        words = "No sign that suggestions are waved through."
    return RubberStamp(raised, signs, shown.height, words, None)


def _unchanged(weeks: pl.DataFrame) -> Diagnostic:
    """Return whether the share of unchanged suggestions rises from week to week."""
    from scipy.stats import kendalltau

    rates = (weeks["unchanged"] / weeks["suggestions"]).to_numpy()
    first, last = _pooled(weeks.head(weeks.height // 2)), _pooled(weeks.tail(weeks.height // 2))
    said = f"unchanged suggestions went from {first:.0%} to {last:.0%} of those shown."
    if (rates == rates[0]).all():
        return Diagnostic("unchanged", last, said, flag=False)
    trend = kendalltau(range(len(rates)), rates, alternative="greater")
    return Diagnostic("unchanged", last, said, flag=bool(trend.pvalue < RISK) and last > first)


def _hasty(weeks: pl.DataFrame, least: float | None) -> Diagnostic:
    """Return whether items now take less time than it takes to look at them."""
    seconds = weeks["seconds"].drop_nulls().tail(LATEST)
    if least is None or not len(seconds):
        return Diagnostic("time", None, "the time per item or its floor is not known.", flag=False)
    now = float(seconds.median())  # type: ignore[arg-type]
    said = f"an assisted item takes {now:,.1f} s, and {least:,.1f} s is the fastest that work by hand gets."
    return Diagnostic("time", now, said, flag=now < least)


def _gold(weeks: pl.DataFrame) -> Diagnostic:
    """Return whether errors against gold became more frequent."""
    from scipy.stats import fisher_exact

    half = weeks.height // 2
    early, late = (part.select(pl.col("gold", "wrong").sum()).row(0) for part in (weeks.head(half), weeks.tail(half)))
    if min(early[0], late[0]) < LEAST_GOLD:
        said = f"fewer than {LEAST_GOLD} assisted items were checked against gold early or late."
        return Diagnostic("gold errors", None, said, flag=False)
    test = fisher_exact([[late[1], late[0] - late[1]], [early[1], early[0] - early[1]]], alternative="greater")
    before, now = early[1] / early[0], late[1] / late[0]
    said = f"errors against gold went from {before:.1%} of {early[0]} to {now:.1%} of {late[0]}."
    return Diagnostic("gold errors", now, said, flag=bool(test.pvalue < RISK))


def _pooled(weeks: pl.DataFrame) -> float:
    """Return the share of the suggestions of some weeks that stayed unchanged."""
    shown, unchanged = weeks.select(pl.col("suggestions", "unchanged").sum()).row(0)
    return float(unchanged / shown)
