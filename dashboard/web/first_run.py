"""What pages of time and reports show before anything is imported: three ways to begin."""

from __future__ import annotations

import streamlit as st

from dashboard.web.cached_store import open_sample, read_contents, sample_folder
from dashboard.web.routes import show_page_button, show_page_link


def show_first_run() -> None:
    """Say what to do with an empty store: three ways to begin."""
    st.header("Where does your team's time go?", anchor=False)
    if read_contents().has_labels:
        show_page_link("labeling", "See what the imported labels say", icon=":material/label:")
    with st.grid(3, min_column_width=280):
        with st.container(border=True, height="stretch"):
            st.subheader("Import your time tracking", anchor=False)
            st.markdown(
                "Export a detailed report from your tracker, or take any table of hours, and drop the file. "
                "You see exactly what would be stored before anything is."
            )
            show_page_button("data", "Import files", ":material/upload_file:", "first-import")
        with st.container(border=True, height="stretch"):
            st.subheader("Look at sample data", anchor=False)
            st.markdown(
                "Twelve invented people, four projects, ten months. It has a store of its own; yours stays empty."
            )
            if st.button("Show the sample", icon=":material/science:", key="open-sample"):
                from dashboard.demo.build import build_demo  # noqa: PLC0415 - only who asks for it needs its generator

                with st.spinner("Building the sample; this takes half a minute the first time"):
                    build_demo(sample_folder())
                open_sample()
                st.rerun()
        with st.container(border=True, height="stretch"):
            st.subheader("Read what it does", anchor=False)
            st.markdown("What each page shows, how each number is computed, and which exports can be read.")
            show_page_link("help", "Open the help", icon=":material/menu_book:")
