"""Labeling, progress: what is begun, done and left to do, and what happened week by week."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.labeling.chart_frames import build_progress_rows, list_states
from dashboard.labeling.charts import draw_label_progress, draw_label_states
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import show_chart, show_title, theme_mode
from dashboard.web.filter_bar import Choice
from dashboard.web.pages.labeling.controls import has_names
from dashboard.web.pages.labeling.speed import show_data_table


def show_progress_part(choice: Choice) -> None:
    """Draw how far the work is."""
    left, right = st.columns(2)
    with left:
        show_project_progress(choice)
    with right:
        show_weekly_states(choice)
    show_people_progress(choice)


def show_project_progress(choice: Choice) -> None:
    """Draw done, skipped and left to do by project."""
    figure = read_figure("label_progress", choice.filters, names=has_names())
    with st.container(border=True, height="stretch"):
        show_title("How far is each project?", figure, "progress")
        st.caption(
            "Left to do is what the log shows as open: drafts, labels sent back, and items that only a machine "
            "proposed for. Items that nobody opened are in no export."
        )
        rows = shape_rows(figure, build_progress_rows)
        alt = f"Stacked bars: labels done, skipped and left to do by project, {choice.describe()}."
        show_chart(rows, draw_label_progress(theme_mode()), alt, "progress")


def show_weekly_states(choice: Choice) -> None:
    """Draw what happened to items by week."""
    figure = read_figure("label_states", choice.filters)
    with st.container(border=True, height="stretch"):
        show_title("What happened each week?", figure, "states")
        st.caption("Distinct items by state. An item counts in every state it reached: the lines do not add up.")
        alt = f"Lines: items labeled, accepted, sent back and more by week, {choice.describe()}."
        present = shape_rows(figure, list_states)
        show_chart(figure.rows, draw_label_states(theme_mode(), present), alt, "states")
        with st.expander("The numbers"):
            columns = {
                "week_on": st.column_config.DateColumn("Week of", pinned=True),
                "state": "State",
                "items": st.column_config.NumberColumn("Items", format="localized"),
                "events": st.column_config.NumberColumn("Events", format="localized"),
            }
            show_data_table(
                figure.rows.sort("week_on", "state", descending=[True, False]), columns, "states", "Items by week"
            )


def show_people_progress(choice: Choice) -> None:
    """List the same by project and person; the project's own row comes first."""
    figure = read_figure("label_progress", choice.filters, names=has_names())
    with st.container(border=True):
        show_title("By project and person", figure, "progress-people")
        count_titles = {
            "begun": "Begun",
            "done": "Done",
            "reviewed": "Reviewed",
            "accepted": "Accepted",
            "skipped": "Skipped",
            "open_drafts": "Drafts",
            "sent_back": "Sent back",
            "waiting": "Machine only",
            "left_to_do": "Left to do",
            "made_by_machine": "By machine alone",
        }
        columns = {
            "project": st.column_config.TextColumn("Project", pinned=True),
            "person": st.column_config.TextColumn("Person"),
            "share_done": st.column_config.ProgressColumn("Done of begun", format="percent", min_value=0, max_value=1),
            **{name: st.column_config.NumberColumn(title, format="localized") for name, title in count_titles.items()},
        }
        rows = figure.rows.with_columns(pl.col("person").fill_null("everybody"))
        show_data_table(rows, columns, "label-progress", "Begun, done and left to do by project and person")
