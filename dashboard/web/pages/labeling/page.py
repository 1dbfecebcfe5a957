"""Labeling & automation: how fast labels are made, what automation saved, at what quality, and what comes next."""

from __future__ import annotations

import streamlit as st

from dashboard.figures.spec import LABEL_FILTERS
from dashboard.units import count_noun
from dashboard.web.cached_store import read_figure
from dashboard.web.filter_bar import Choice, read_choice, show_copy_link
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
    show_summed_events(choice)
    TABS[selected_tab()](choice)
    show_copy_link(choice, "labeling", ("tab", *LABEL_FILTERS))


def show_summed_events(choice: Choice) -> None:
    """Say how many labeling events the store holds as daily sums only, where there are any."""
    figure = read_figure("labeled_projects", choice.filters)
    events = int(figure.rows.get_column("summed_events").sum())
    if events:
        st.info(
            f"The store holds {count_noun(events, 'labeling event')} as daily sums. Labeling work, on the Speed tab,"
            " counts them. What is about single labels is without them.",
            icon=":material/functions:",
        )
