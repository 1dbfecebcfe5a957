"""Colours, number formats and labels, shared by pages, charts and reports."""

from __future__ import annotations

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
# Of own category schemes: none of them is a colour of an activity; the last is for what is in no group.
GROUP_COLOURS: dict[Mode, tuple[str, ...]] = {
    "light": (
        *("#3F5FB0", "#B4500A", "#2C7A4B", "#8A3FA8", "#A62C52", "#5C6B1E", "#147C86", "#7D5A2F"),
        "#6B7280",
    ),
    "dark": (
        *("#8FB0F0", "#F2A065", "#72D19B", "#CFA0E8", "#F090AE", "#BFC980", "#70D3E0", "#D1B08E"),
        "#9CA3AF",
    ),
}
SEQUENTIAL: dict[Mode, tuple[str, str]] = {"light": ("#EAF4FA", "#075E8C"), "dark": ("#1E2A36", "#80C8F8")}
BACKGROUND: dict[Mode, str] = {"light": "#FFFFFF", "dark": "#12161C"}
# At 60 % opacity, as in Streamlit's captions, the light one still has a contrast of 4.5:1 on every background.
TEXT: dict[Mode, str] = {"light": "#12161E", "dark": "#E8EAED"}

# Streamlit writes white on every primary colour, which cannot be read on the light one of the dark page.
_PRIMARY = "button[kind^=primary]:not(:disabled)"
DARK_PAGE_STYLE = f"<style>{_PRIMARY}, {_PRIMARY} * {{ color: {BACKGROUND['dark']}; }}</style>"

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
    "theme.dark.codeTextColor": TEXT["dark"],
    "theme.dark.borderColor": "#37404C",
}


def format_category(category: str) -> str:
    """Return a category's title."""
    return TITLES[category]
