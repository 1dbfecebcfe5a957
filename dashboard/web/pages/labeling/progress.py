"""Labeling, progress: what is begun, done and left to do, and what happened week by week."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.web.cached_store import read_figure
from dashboard.web.components import build_view, show_card, show_table, show_title, show_view
from dashboard.web.filter_bar import Choice, has_names

PROGRESS_COLUMNS = (
    "project",
    "person",
    "share_done",
    "assigned",
    "not_begun",
    "begun",
    "done",
    "reviewed",
    "accepted",
    "skipped",
    "open_drafts",
    "sent_back",
    "waiting",
    "left_to_do",
    "made_by_machine",
)
SIDES = ("Week", "Project", "Team", "Person", "Method", "Stage", "Outcome")
WORK_COLUMNS = ("hours", "events", "timed_share", "objects", "summed_events")


def show_project_progress(choice: Choice) -> None:
    """Draw done, skipped and left to do by project; the table is a card of its own."""
    figure = read_figure("label_progress", choice.filters, names=has_names())
    with st.container(border=True, height="stretch"):
        show_title("How far is each project?", figure, "progress")
        show_view(build_view(figure, {"selection": choice.describe()}), figure, "progress")


def show_weekly_states(choice: Choice) -> None:
    """Draw what happened to items by week."""
    figure = read_figure("label_states", choice.filters)
    show_card(
        figure,
        key="states",
        title="What happened each week?",
        options={"selection": choice.describe()},
        columns=("week_on", "state", "items", "events"),
        rows=figure.rows.sort("week_on", "state", descending=[True, False]),
        intro="Distinct items by state. An item counts in every state it reached: the lines do not add up.",
        alt="Items by week",
    )


def show_items_by_state(choice: Choice) -> None:
    """Draw how many items stand in each state by day."""
    figure = read_figure("items_by_state", choice.filters)
    show_card(
        figure,
        key="burndown",
        title="What is open, day by day?",
        options={"selection": choice.describe()},
        columns=("day_on", "state", "items", "share", "known_items"),
        rows=figure.rows.sort("day_on", "state", descending=[True, False]),
        intro="Each item in one state at the end of the day. Items that no export names are not in it.",
        alt="Items by state and day",
    )


def show_labeling_work(choice: Choice) -> None:
    """List hours and events along one side at a time; events that are held as daily sums are counted."""
    side = str(st.segmented_control("Work per", SIDES, default=SIDES[0], required=True, key="work-per")).lower()
    figure = read_figure("labeling_hours", choice.filters, names=has_names())
    with st.container(border=True):
        show_title(f"Labeling work by {side}", figure, "work")
        column = "week_on" if side == "week" else side
        rows = figure.rows.filter(pl.col("cut") == side)
        show_table(rows, figure.name, (column, *WORK_COLUMNS), f"work-{side}", f"Labeling work by {side}")


def show_people_progress(choice: Choice) -> None:
    """List the same by project and person; the project's own row comes first."""
    figure = read_figure("label_progress", choice.filters, names=has_names())
    with st.container(border=True):
        show_title("By project and person", figure, "progress-people")
        rows = figure.rows.with_columns(pl.col("person").fill_null("everybody"))
        alt = "Begun, done and left to do by project and person"
        show_table(rows, figure.name, PROGRESS_COLUMNS, "label-progress", alt)
