"""The pages' names and titles, links between them that keep the filters, and the addresses they had before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

PAGES = {  # name, which is the address, too: title, icon
    "overview": ("Overview", "insights"),
    "time": ("Time", "stacked_bar_chart"),
    "labeling": ("Labeling & automation", "label"),
    "reports": ("Reports", "description"),
    "data": ("Data", "database"),
    "help": ("Help", "menu_book"),
}
FIRST_PAGE = "overview"
# Links to these were shared: each leads to its new place.
FORMER_PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "time-split": ("time", {}),
    "quality": ("labeling", {"tab": "Quality"}),
    "savings": ("labeling", {"tab": "Savings"}),
    "forecast": ("labeling", {"tab": "Outlook"}),
    "returns": ("labeling", {"tab": "Labels or model?"}),
}


def remember_pages(pages: dict[str, StreamlitPage]) -> None:
    """Remember this run's pages, so that they can link to each other without importing each other."""
    st.session_state["places"] = pages


def open_former_page(name: str) -> NoReturn:
    """Open the new place of a former page, with the parameters of its address."""
    place, parameters = FORMER_PAGES[name]
    current_parameters = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    st.switch_page(st.session_state["places"][place], query_params=[*current_parameters, *parameters.items()])


def show_page_link(
    name: str, label: str, query: dict[str, str] | None = None, icon: str = ":material/arrow_forward:"
) -> None:
    """Draw a link to a page that keeps the filters; `query` adds parameters or replaces them."""
    pages: dict[str, StreamlitPage] = st.session_state.get("places", {})
    if name in pages:
        parameters = [
            (key, value) for key, value in st.session_state.get("filter-query", []) if key not in (query or {})
        ]
        st.page_link(pages[name], label=label, icon=icon, query_params=[*parameters, *(query or {}).items()])


def show_page_button(name: str, label: str, icon: str, key: str) -> None:
    """Draw a button for the next step, which a link would not stand out as; it opens a page."""
    pages: dict[str, StreamlitPage] = st.session_state.get("places", {})
    if st.button(label, icon=icon, type="primary", key=key) and name in pages:
        st.switch_page(pages[name])
