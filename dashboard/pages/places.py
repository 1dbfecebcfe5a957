"""Where the pages are: links between them that keep the filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def remember(pages: dict[str, StreamlitPage]) -> None:
    """Keep this run's pages, so that pages can link to each other without knowing each other."""
    st.session_state["places"] = pages


def link(name: str, label: str, query: dict[str, str] | None = None, icon: str = ":material/arrow_forward:") -> None:
    """Draw a link to a page that keeps the filters; `query` adds parameters or replaces them."""
    pages: dict[str, StreamlitPage] = st.session_state.get("places", {})
    if name in pages:
        kept = [(key, value) for key, value in st.session_state.get("filter-query", []) if key not in (query or {})]
        st.page_link(pages[name], label=label, icon=icon, query_params=[*kept, *(query or {}).items()])
