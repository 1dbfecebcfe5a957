"""The dashboard's entry script: filters, navigation, and errors turned into messages.

Started by `dashboard.server`; the filters are drawn here, before the page runs, so that
they stay in the URL when the page is switched.
"""

from __future__ import annotations

import streamlit as st

from dashboard import theme
from dashboard.errors import DashboardError
from dashboard.pages import (
    bar,
    data,
    forecast,
    labeling,
    labeling_bar,
    overview,
    places,
    quality,
    reading,
    reports,
    returns,
    savings,
    shown,
    split_bar,
    time_split,
)

# These have something to show without a time tracker.
LABELING_PAGES = {"labeling", "quality", "savings", "forecast", "returns"}


def main() -> None:
    """Draw one run of the dashboard."""
    # A Material icon here would make the browser fetch it from elsewhere; an emoji stays in the page.
    st.set_page_config(page_title="Labeltime", page_icon=theme.PAGE_ICON, layout="wide")
    pages = {
        "overview": st.Page(overview.show_overview_page, title="Overview", icon=":material/insights:", default=True),
        "time-split": st.Page(
            time_split.show_time_split, title="Time split", icon=":material/stacked_bar_chart:", url_path="time-split"
        ),
        "labeling": st.Page(
            labeling.show_labeling_page, title="Labeling", icon=":material/label:", url_path="labeling"
        ),
        "quality": st.Page(quality.show_quality_page, title="Quality", icon=":material/verified:", url_path="quality"),
        "savings": st.Page(savings.show_savings_page, title="Savings", icon=":material/savings:", url_path="savings"),
        "forecast": st.Page(
            forecast.show_forecast_page, title="Forecast", icon=":material/trending_up:", url_path="forecast"
        ),
        "returns": st.Page(returns.show_returns_page, title="Returns", icon=":material/balance:", url_path="returns"),
        "reports": st.Page(
            reports.show_reports_page, title="Reports", icon=":material/description:", url_path="reports"
        ),
        "data": st.Page(data.show_data_page, title="Data", icon=":material/database:", url_path="data"),
    }
    current = st.navigation(list(pages.values()), position="top")
    places.remember_pages(pages)
    try:
        reading.begin_run()
        if reading.is_demo():
            st.badge("Demo data: an invented team", icon=":material/science:", color="violet")
        name = next(name for name, page in pages.items() if page == current)
        if name == "data":
            data.show_section_choice()
        elif name != "reports" and (reading.read_tracked_days() is not None or name in LABELING_PAGES):
            choice = bar.show_filter_bar(has_unit=name not in LABELING_PAGES)
            if name == "time-split":
                split_bar.show_split_bar(choice)
            elif name == "labeling":
                labeling_bar.show_labeling_bar()
        current.run()
    except DashboardError as error:
        shown.show_error(error)


main()
