"""Links between pages that keep the filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def remember_pages(pages: dict[str, StreamlitPage]) -> None:
    """Remember this run's pages, so that they can link to each other without importing each other."""
    st.session_state["places"] = pages


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
