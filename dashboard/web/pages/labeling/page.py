"""Labeling & automation: how fast labels are made, what automation saved, at what quality, and what comes next."""

from __future__ import annotations

from dashboard.figures.spec import LABEL_FILTERS
from dashboard.web.filter_bar import read_choice, show_copy_link
from dashboard.web.pages.forecast.page import show_outlook_tab
from dashboard.web.pages.labeling.speed import show_speed_tab
from dashboard.web.pages.labeling.tabs import OUTLOOK, QUALITY, RETURNS, SAVINGS, SPEED, selected_tab
from dashboard.web.pages.quality.page import show_quality_tab
from dashboard.web.pages.returns.page import show_returns_tab
from dashboard.web.pages.savings.page import show_savings_tab

TABS = {
    SPEED: show_speed_tab,
    SAVINGS: show_savings_tab,
    QUALITY: show_quality_tab,
    OUTLOOK: show_outlook_tab,
    RETURNS: show_returns_tab,
}


def show_labeling_page() -> None:
    """Draw the selected tab."""
    choice = read_choice()
    TABS[selected_tab()](choice)
    show_copy_link(choice, "labeling", ("tab", *LABEL_FILTERS))
