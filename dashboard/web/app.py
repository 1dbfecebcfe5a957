"""The dashboard's entry script: filters, navigation, and errors turned into messages.

Started by `dashboard.web.asgi`; the filters are drawn here, before the page runs, so that
they stay in the URL when the page is switched.
"""

from __future__ import annotations

import streamlit as st

from dashboard import theme
from dashboard.errors import DashboardError
from dashboard.web.cached_store import begin_run, is_demo, read_tracked_days
from dashboard.web.components import show_error
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.data.page import show_data_page, show_section_choice
from dashboard.web.pages.forecast.page import show_forecast_page
from dashboard.web.pages.help.page import show_help_page, show_topic_choice
from dashboard.web.pages.labeling.controls import show_labeling_bar
from dashboard.web.pages.labeling.page import show_labeling_page
from dashboard.web.pages.overview.page import show_overview_page
from dashboard.web.pages.quality.page import show_quality_page
from dashboard.web.pages.reports.page import show_reports_page
from dashboard.web.pages.returns.page import show_returns_page
from dashboard.web.pages.savings.page import show_savings_page
from dashboard.web.pages.time_split.controls import show_split_bar
from dashboard.web.pages.time_split.page import show_time_split
from dashboard.web.routes import remember_pages

# These have something to show without a time tracker.
LABELING_PAGES = {"labeling", "quality", "savings", "forecast", "returns"}


def main() -> None:
    """Draw one run of the dashboard."""
    # A Material icon here would make the browser fetch it from elsewhere; an emoji stays in the page.
    st.set_page_config(page_title="Labeltime", page_icon=theme.PAGE_ICON, layout="wide")
    pages = {
        "overview": st.Page(show_overview_page, title="Overview", icon=":material/insights:", default=True),
        "time-split": st.Page(
            show_time_split, title="Time split", icon=":material/stacked_bar_chart:", url_path="time-split"
        ),
        "labeling": st.Page(show_labeling_page, title="Labeling", icon=":material/label:", url_path="labeling"),
        "quality": st.Page(show_quality_page, title="Quality", icon=":material/verified:", url_path="quality"),
        "savings": st.Page(show_savings_page, title="Savings", icon=":material/savings:", url_path="savings"),
        "forecast": st.Page(show_forecast_page, title="Forecast", icon=":material/trending_up:", url_path="forecast"),
        "returns": st.Page(show_returns_page, title="Returns", icon=":material/balance:", url_path="returns"),
        "reports": st.Page(show_reports_page, title="Reports", icon=":material/description:", url_path="reports"),
        "data": st.Page(show_data_page, title="Data", icon=":material/database:", url_path="data"),
        "help": st.Page(show_help_page, title="Help", icon=":material/menu_book:", url_path="help"),
    }
    current = st.navigation(list(pages.values()), position="top")
    remember_pages(pages)
    try:
        begin_run()
        if is_demo():
            st.badge("Demo data: an invented team", icon=":material/science:", color="violet")
        name = next(name for name, page in pages.items() if page == current)
        if name == "data":
            show_section_choice()
        elif name == "help":
            show_topic_choice()
        elif name != "reports" and (read_tracked_days() is not None or name in LABELING_PAGES):
            choice = show_filter_bar(has_unit=name not in LABELING_PAGES)
            if name == "time-split":
                show_split_bar(choice)
            elif name == "labeling":
                show_labeling_bar()
        current.run()
    except DashboardError as error:
        show_error(error)


main()
