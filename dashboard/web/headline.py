"""The headline: one sentence with its denominators."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.allocation.share_range import (
    JOIN_CORRECTION,
    ShareRange,
    describe_narrow_range,
    describe_negative_side,
    describe_open_hours,
    format_range,
    read_share_range,
)
from dashboard.figures.resolve import Figure
from dashboard.filters import Filters
from dashboard.units import format_hours, format_share
from dashboard.web.cached_store import shape_rows
from dashboard.web.components import escape_markdown
from dashboard.web.filter_bar import Choice

LABELING_AND_MODELING = "labeling_of_labeling_and_modeling"
ALL_TRACKED = "labeling_of_all_tracked"


def resolve_scope(filters: Filters) -> str:
    """Return the scope of the filters: engineers or everyone."""
    return "engineers" if filters.roles == ("engineer",) else "everyone"


def find_measure(figure: Figure, filters: Filters, measure: str) -> dict[str, object]:
    """Return the row of one share: share, numerator_hours, denominator_hours, coverage."""
    return shape_rows(figure, find_row, resolve_scope(filters), measure)


def find_row(rows: pl.DataFrame, scope: str, measure: str) -> dict[str, object]:
    """Return the row of a scope and measure; empty where there is none."""
    matches = rows.filter((pl.col("scope") == scope) & (pl.col("measure") == measure))
    return matches.row(0, named=True) if not matches.is_empty() else {}


def read_number(row: dict[str, object], name: str) -> float | None:
    """Return a number of a row, or None."""
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else None


def show_sentence(figure: Figure, choice: Choice, *, has_coverage: bool = True) -> None:
    """Write the answer, each share with its denominator; a range where too many hours are not sorted yet.

    `has_coverage`: the coverage follows, where no number beside the sentence says it.
    """
    of_both, of_all = (find_measure(figure, choice.filters, name) for name in (LABELING_AND_MODELING, ALL_TRACKED))
    subject = "Engineers" if choice.filters.roles else "The team"
    both_range, all_range = read_share_range(of_both), read_share_range(of_all)
    tracked = format_hours(read_number(of_all, "denominator_hours"))
    if both_range is None or all_range is None:
        reasons = [describe_negative_side(row) for row in (of_both, of_all)]
        reason = next(filter(None, reasons), "")
        st.markdown(
            f"{subject} tracked {tracked}. {reason} {JOIN_CORRECTION}"
            if reason
            else f"{subject} tracked {tracked}, none of it labeling or modeling."
        )
        return
    hours = format_hours(read_number(of_both, "numerator_hours"))
    whole = format_hours(read_number(of_both, "denominator_hours"))
    if both_range.is_wide:
        lead = f"{subject} spent {_format_range(both_range)} of labeling and modeling on labeling: "
        lead += f"{describe_open_hours(both_range.open_hours)}."
    else:
        lead = (
            f"{subject} spent {_format_range(both_range)} of the {whole} of labeling and modeling on labeling ({hours})"
        )
        lead += f"; {describe_narrow_range(both_range)}." if both_range.open_hours else "."
    coverage = _describe_coverage(read_number(of_both, "coverage")) if has_coverage else ""
    st.markdown(
        f"{lead} That is {_format_range(all_range)} of all {tracked} tracked, {escape_markdown(choice.describe())}. "
        f"{coverage}"
    )


def _format_range(share_range: ShareRange) -> str:
    """Return the number, or the range in its place, in bold."""
    if share_range.is_wide:
        return f"**between {format_range(share_range.low, share_range.high, 'and')}**"
    return f"**{format_share(share_range.share)}**"


def _describe_coverage(coverage: float | None) -> str:
    if coverage is None:
        return "How much of all work is tracked is unknown: no weekly hours are set."
    return f"Tracked time covers {format_share(coverage)} of capacity."
