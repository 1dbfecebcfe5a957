"""The dashboard's entry script: filters, navigation, and errors turned into messages.

Started by `dashboard.web.asgi`; the filters are drawn here, before the page runs, so that
they stay in the URL when the page is switched.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import theme
from dashboard.errors import DashboardError
from dashboard.settings.overlaps import OVERLAP_RULES, OVERLAP_SHEET
from dashboard.web.cached_store import (
    Contents,
    begin_run,
    close_sample,
    is_demo,
    read_contents,
    read_sheet,
    shows_sample,
)
from dashboard.web.components import show_error, theme_mode
from dashboard.web.filter_bar import ALL_CONTROLS, show_filter_bar
from dashboard.web.pages.data.page import show_data_page, show_section_choice
from dashboard.web.pages.help.page import show_help_page, show_topic_choice
from dashboard.web.pages.labeling.page import show_labeling_page
from dashboard.web.pages.labeling.tabs import TAB_CONTROLS, choose_tab, narrow_labels
from dashboard.web.pages.overview.page import show_overview_page
from dashboard.web.pages.reports.page import show_reports_page
from dashboard.web.pages.time_split.controls import show_split_bar
from dashboard.web.pages.time_split.page import show_time_split
from dashboard.web.routes import FIRST_PAGE, FORMER_PAGES, PAGES, open_former_page, remember_pages
from dashboard.web.stale_data import show_stale_hint

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def main() -> None:
    """Draw one run of the dashboard."""
    # A Material icon here would make the browser fetch it from elsewhere; an emoji stays in the page.
    st.set_page_config(page_title="Labeltime", page_icon=theme.PAGE_ICON, layout="wide")
    if theme_mode() == "dark":
        st.html(theme.DARK_PAGE_STYLE)
    try:
        begin_run()
        contents = read_contents()
    except DashboardError as error:
        st.navigation(list(build_pages().values()), position="top")
        show_error(error)
        return
    pages = build_pages(contents.list_empty_pages())
    current = st.navigation(list(pages.values()), position="top")
    remember_pages(pages)
    name = next(name for name, page in pages.items() if page == current)
    if name in FORMER_PAGES:
        open_former_page(name)
    try:
        show_stale_hint()
        if is_demo():
            show_demo_badge()
        show_overlap_rule()
        show_controls(name, contents)
        current.run()
    except DashboardError as error:
        show_error(error)


SHOW_PAGE = {
    "overview": show_overview_page,
    "time": show_time_split,
    "labeling": show_labeling_page,
    "reports": show_reports_page,
    "data": show_data_page,
    "help": show_help_page,
}


def build_pages(empty: Collection[str] = ()) -> dict[str, StreamlitPage]:
    """Return the pages by name; those without data and the former addresses are not in the navigation."""
    pages = {
        name: st.Page(
            SHOW_PAGE[name],
            title=title,
            icon=f":material/{icon}:",
            url_path=name,
            default=name == FIRST_PAGE,
            visibility="hidden" if name in empty else "visible",
        )
        for name, (title, icon) in PAGES.items()
    }
    former = {name: st.Page(main, title=name, url_path=name, visibility="hidden") for name in FORMER_PAGES}
    return pages | former


def show_demo_badge() -> None:
    """Say that the data are made up, and offer the way back to the own store where there is one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge("Demo data: an invented team", icon=":material/science:", color="violet")
        if shows_sample():
            st.button("Back to my own data", on_click=close_sample, type="tertiary", key="close-sample")


def show_overlap_rule() -> None:
    """Say which rule for overlapping entries is in force, unless these count in full."""
    rule = str(read_sheet(OVERLAP_SHEET).item(0, "rule"))
    if rule != OVERLAP_RULES[0]:
        st.badge(f"Overlapping entries: {rule}", icon=":material/layers:", color="gray")


def show_controls(name: str, contents: Contents) -> None:
    """Draw the controls that act on the page, and no others."""
    if name == "data":
        show_section_choice()
    elif name == "help":
        show_topic_choice()
    elif name == "labeling":
        tab = choose_tab(contents)
        narrow_labels(show_filter_bar(TAB_CONTROLS[tab]), tab)
    elif name == "overview" and contents.has_time:
        show_filter_bar(ALL_CONTROLS)
    elif name == "time" and contents.has_time:
        show_split_bar(show_filter_bar(ALL_CONTROLS - {"compare"}))


main()
