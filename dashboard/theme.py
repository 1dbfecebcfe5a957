"""Colours, number formats and labels, shared by pages, charts and reports."""

from __future__ import annotations

from datetime import date
from typing import Literal

from dashboard.categories import CATEGORY_TABLE, TITLES

Mode = Literal["light", "dark"]

# Blue: labeling. Brown: modeling. Every colour has a contrast of at least 3:1 with the background of its mode.
CATEGORY_COLOURS: dict[Mode, dict[str, str]] = {
    "light": {category.name: category.colour_light for category in CATEGORY_TABLE},
    "dark": {category.name: category.colour_dark for category in CATEGORY_TABLE},
}

SIDE_COLOURS: dict[Mode, dict[str, str]] = {
    "light": {
        "team": "#0F9DDF",
        "reference": "#5E6470",
        "accepted": "#0F9DDF",
        "rejected": "#C2447E",
        "upkeep": "#D9772B",
    },
    "dark": {
        "team": "#6593D3",
        "reference": "#B9AEAC",
        "accepted": "#6593D3",
        "rejected": "#F58BB9",
        "upkeep": "#FE952F",
    },
}
SEQUENTIAL: dict[Mode, tuple[str, str]] = {"light": ("#EAF4FA", "#075E8C"), "dark": ("#1E2A36", "#80C8F8")}
BACKGROUND: dict[Mode, str] = {"light": "#FFFFFF", "dark": "#12161C"}
# At 60 % opacity, as in Streamlit's captions, the light one still has a contrast of 4.5:1 on every background.
TEXT: dict[Mode, str] = {"light": "#12161E", "dark": "#E8EAED"}

PAGE_ICON = "⏱️"

# Passed to Streamlit at start, so that they apply whatever folder it is started from.
STREAMLIT_THEME: dict[str, str] = {
    "theme.baseRadius": "0.6rem",
    "theme.headingFontSizes": '["1.75rem", "1.35rem", "1.1rem"]',
    "theme.metricValueFontSize": "1.9rem",
    "theme.showWidgetBorder": "true",
    "theme.paddingTop": "1rem",
    "theme.paddingBottom": "2rem",
    "theme.light.primaryColor": "#0B6E9E",
    "theme.light.backgroundColor": BACKGROUND["light"],
    "theme.light.secondaryBackgroundColor": "#F4F6F8",
    "theme.light.textColor": TEXT["light"],
    "theme.light.codeTextColor": TEXT["light"],  # Streamlit's green is too faint in captions
    "theme.light.borderColor": "#D5DAE1",
    "theme.dark.primaryColor": "#6FB7E9",
    "theme.dark.backgroundColor": BACKGROUND["dark"],
    "theme.dark.secondaryBackgroundColor": "#1B212A",
    "theme.dark.textColor": TEXT["dark"],
    "theme.dark.borderColor": "#37404C",
}


def format_percent(share: float | None) -> str:
    """Return a share (0..1) as whole percent, or a dash."""
    return "–" if share is None else f"{share:.0%}"


def format_hours(value: float | None) -> str:
    """Return hours with a thousands separator; one decimal below 100 hours."""
    if value is None:
        return "–"
    return f"{value:,.1f} h" if abs(value) < 100 else f"{value:,.0f} h"  # noqa: PLR2004 - three digits are enough


def format_duration(seconds: float | None) -> str:
    """Return a time per item in seconds, from two minutes on in minutes; one decimal below 10 seconds."""
    if seconds is None:
        return "–"
    if seconds >= 120:  # noqa: PLR2004 - see the docstring
        return f"{seconds / 60:,.1f} min"
    return f"{seconds:,.1f} s" if seconds < 10 else f"{seconds:,.0f} s"  # noqa: PLR2004 - see the docstring


def format_points(change: float) -> str:
    """Return a change of a share in percentage points, with its sign."""
    return f"{change * 100:+.1f} pp"


def format_day(value: date | None) -> str:
    """Return a day in the form 5 Mar 2026."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"


def format_period(first: date | None, last: date | None) -> str:
    """Return a period in words; a year that both days share is written once."""
    if first is None and last is None:
        return "all time"
    if first is not None and last is not None and first.year == last.year:
        return f"{first.day} {first:%b} to {format_day(last)}"
    return f"{format_day(first)} to {format_day(last)}"


def format_category(category: str) -> str:
    """Return a category's title."""
    return TITLES[category]
