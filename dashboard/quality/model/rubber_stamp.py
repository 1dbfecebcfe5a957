"""The rubber-stamp warning: signs that suggestions are waved through instead of checked.

A single sign can have innocent causes: better suggestions are accepted more often, and easier items take less time.
Two together are a reason to audit. No sign proves anything about a person.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Diagnostic
from dashboard.units import count_noun, format_decimal, format_share

MINIMUM_WEEKS = 6
LATEST_WEEKS = 4  # weeks that count as recent
MINIMUM_GOLD = 20  # gold items in each half of the weeks
MINIMUM_MANUAL = 100
SIGNIFICANCE_LEVEL = 0.05
SIGNS_TO_WARN = 2


@dataclass(frozen=True)
class RubberStampWarning:
    """Whether to warn, the signs (each with its value and sentence), and the sentence for the page."""

    is_raised: bool
    signs: tuple[Diagnostic, ...]
    weeks: int
    words: str
    refused: Unavailable | None


def estimate_time_floor(manual_seconds: pl.Series) -> float | None:
    """Return the fifth percentile of seconds per item by hand (honest work is seldom faster); None below 100 items."""
    timed_seconds = manual_seconds.drop_nulls()
    return float(timed_seconds.quantile(0.05, "linear") or 0.0) if len(timed_seconds) >= MINIMUM_MANUAL else None


def detect_rubber_stamping(weeks: pl.DataFrame, *, least_seconds: float | None) -> RubberStampWarning:
    """Return whether the unchanged share of suggestions rises while time or quality falls.

    `weeks`: week (date), suggestions and unchanged (int: shown, and accepted as they were), seconds (float: median
    seconds per assisted item, null where unknown), gold and wrong (int: assisted items checked against gold, and wrong
    ones). `least_seconds`: the time below which nobody can have looked (see `estimate_time_floor`). The three signs:
    the unchanged rate rises over the weeks (Kendall's tau, one-sided), the median of the last four weeks is below the
    floor, and gold errors are more frequent in the later half (Fisher's exact test, one-sided); each at 5%.
    """
    shown_weeks = weeks.filter(pl.col("suggestions") > 0).sort("week")
    if shown_weeks.height < MINIMUM_WEEKS:
        reason = f"Suggestions were shown in {shown_weeks.height} weeks; a trend needs {MINIMUM_WEEKS}."
        unavailable = Unavailable(
            reason, count_noun(MINIMUM_WEEKS - shown_weeks.height, "more week"), Cause.too_little_data
        )
        return RubberStampWarning(
            is_raised=False, signs=(), weeks=shown_weeks.height, words=f"Not known yet: {reason}", refused=unavailable
        )
    signs = (
        _check_unchanged_share(shown_weeks),
        _check_time(shown_weeks, least_seconds),
        _check_gold_errors(shown_weeks),
    )
    sign_texts = [sign.words for sign in signs if sign.flag]
    is_raised = len(sign_texts) >= SIGNS_TO_WARN
    if is_raised:
        text = (
            f"Suggestions may be waved through: {' '.join(sign_texts)} Audit a blind sample before counting the saving."
        )
    elif sign_texts:
        text = f"One sign of three: {sign_texts[0]} On its own it can have innocent causes."
    else:
        text = "No sign that suggestions are waved through."
    return RubberStampWarning(is_raised, signs, shown_weeks.height, text, None)


def _check_unchanged_share(weeks: pl.DataFrame) -> Diagnostic:
    """Return whether the share of unchanged suggestions rises from week to week."""
    from scipy.stats import kendalltau

    rates = (weeks["unchanged"] / weeks["suggestions"]).to_numpy()
    early_share, late_share = (
        _compute_unchanged_share(weeks.head(weeks.height // 2)),
        _compute_unchanged_share(weeks.tail(weeks.height // 2)),
    )
    text = f"unchanged suggestions went from {format_share(early_share)} to {format_share(late_share)} of those shown."
    if (rates == rates[0]).all():
        return Diagnostic("unchanged", late_share, text, flag=False)
    trend = kendalltau(range(len(rates)), rates, alternative="greater")
    return Diagnostic(
        "unchanged", late_share, text, flag=bool(trend.pvalue < SIGNIFICANCE_LEVEL) and late_share > early_share
    )


def _check_time(weeks: pl.DataFrame, floor: float | None) -> Diagnostic:
    """Return whether items now take less time than it takes to look at them."""
    seconds = weeks["seconds"].drop_nulls().tail(LATEST_WEEKS)
    if floor is None or not len(seconds):
        return Diagnostic("time", None, "the time per item or its floor is not known.", flag=False)
    median = float(seconds.median())  # type: ignore[arg-type]
    text = (
        f"an assisted item takes {format_decimal(median)} s, and {format_decimal(floor)} s is the fastest that work "
        "by hand gets."
    )
    return Diagnostic("time", median, text, flag=median < floor)


def _check_gold_errors(weeks: pl.DataFrame) -> Diagnostic:
    """Return whether errors against gold became more frequent."""
    from scipy.stats import fisher_exact

    half_length = weeks.height // 2
    early, late = (
        rows.select(pl.col("gold", "wrong").sum()).row(0) for rows in (weeks.head(half_length), weeks.tail(half_length))
    )
    if min(early[0], late[0]) < MINIMUM_GOLD:
        text = f"fewer than {MINIMUM_GOLD} assisted items were checked against gold early or late."
        return Diagnostic("gold errors", None, text, flag=False)
    test = fisher_exact([[late[1], late[0] - late[1]], [early[1], early[0] - early[1]]], alternative="greater")
    early_rate, late_rate = early[1] / early[0], late[1] / late[0]
    text = (
        f"errors against gold went from {format_share(early_rate, 1)} of {early[0]} to {format_share(late_rate, 1)} "
        f"of {late[0]}."
    )
    return Diagnostic("gold errors", late_rate, text, flag=bool(test.pvalue < SIGNIFICANCE_LEVEL))


def _compute_unchanged_share(weeks: pl.DataFrame) -> float:
    """Return the share of the suggestions of some weeks that stayed unchanged."""
    suggestions, unchanged = weeks.select(pl.col("suggestions", "unchanged").sum()).row(0)
    return float(unchanged / suggestions)
