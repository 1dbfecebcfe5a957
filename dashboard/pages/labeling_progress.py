"""Labeling, progress: what is begun, done and left to do, and what happened week by week."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.charts import labeling as charts
from dashboard.charts import labeling_frames as frames
from dashboard.pages import labeling_bar, reading, shown
from dashboard.pages.bar import Choice
from dashboard.pages.labeling_speed import table


def show(choice: Choice) -> None:
    """Draw how far the work is."""
    left, right = st.columns(2)
    with left:
        progress(choice)
    with right:
        states(choice)
    people(choice)


def progress(choice: Choice) -> None:
    """Draw done, skipped and left to do by project."""
    figure = reading.read("label_progress", choice.filters, names=labeling_bar.has_names())
    with st.container(border=True, height="stretch"):
        shown.head("How far is each project?", figure, "progress")
        st.caption(
            "Left to do is what the log shows as open: drafts, labels sent back, and items that only a machine "
            "proposed for. Items that nobody opened are in no export."
        )
        rows = reading.shaped(figure, frames.progress)
        alt = f"Stacked bars: labels done, skipped and left to do by project, {choice.said()}."
        shown.chart(rows, charts.label_progress(shown.mode()), alt, "progress")


def states(choice: Choice) -> None:
    """Draw what happened to items by week."""
    figure = reading.read("label_states", choice.filters)
    with st.container(border=True, height="stretch"):
        shown.head("What happened each week?", figure, "states")
        st.caption("Distinct items by state. An item counts in every state it reached: the lines do not add up.")
        alt = f"Lines: items labeled, accepted, sent back and more by week, {choice.said()}."
        present = reading.shaped(figure, frames.states)
        shown.chart(figure.rows, charts.label_states(shown.mode(), present), alt, "states")
        with st.expander("The numbers"):
            columns = {
                "week_on": st.column_config.DateColumn("Week of", pinned=True),
                "state": "State",
                "items": st.column_config.NumberColumn("Items", format="localized"),
                "events": st.column_config.NumberColumn("Events", format="localized"),
            }
            table(figure.rows.sort("week_on", "state", descending=[True, False]), columns, "states", "Items by week")


def people(choice: Choice) -> None:
    """List the same by project and person; the project's own row stands first."""
    figure = reading.read("label_progress", choice.filters, names=labeling_bar.has_names())
    with st.container(border=True):
        shown.head("By project and person", figure, "progress-people")
        count = {
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
            **{name: st.column_config.NumberColumn(words, format="localized") for name, words in count.items()},
        }
        named = figure.rows.with_columns(pl.col("person").fill_null("everybody"))
        table(named, columns, "label-progress", "Begun, done and left to do by project and person")
