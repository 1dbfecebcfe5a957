"""The time split's own controls; like the filters they stand in the entry script and in the URL."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.filters import Filters
from dashboard.pages import reading
from dashboard.pages.bar import Choice
from dashboard.schemas import CATEGORIES

VIEWS = ("Split", "Pivot", "Drill down", "Definitions")
BY = ("Project", "Person", "Team", "Week")
PIVOT = ("Project", "Person", "Team", "Category", "Week")
KEYS = ("view", "by", "down", "across", "rows")
DRILL = ("category", "in", "task")


def show(choice: Choice) -> None:
    """Draw the controls of the view that is chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="split-bar"):
        view = _segments("View", VIEWS, "view")
        if view == "Split":
            _segments("By", BY, "by")
        elif view == "Pivot":
            _select("Rows", PIVOT, "down", 0)
            _select("Columns", PIVOT, "across", 3)
        elif view == "Drill down":
            _drill(choice.filters)
        if view != "Definitions":
            st.toggle("Show names", key="names", persist_state="session", help="Names of people instead of pseudonyms.")


def _segments(label: str, options: tuple[str, ...], key: str) -> str:
    chosen = st.segmented_control(label, options, default=options[0], required=True, key=key, bind="query-params")
    return str(chosen)


def _select(label: str, options: tuple[str, ...], key: str, index: int) -> None:
    st.selectbox(label, options, index=index, key=key, bind="query-params", width=150)


def _drill(filters: Filters) -> None:
    """Draw category, project and task, each narrowed by the one before."""
    category = st.selectbox(
        "Category",
        list(CATEGORIES),
        index=None,
        placeholder="All",
        key="category",
        bind="query-params",
        width=200,
    )
    inside = replace(filters, categories=(category,)) if category else filters
    found = reading.read("hours_by_project", inside).rows.get_column("project").to_list() if category else []
    project = _level("Project", found, "in", enabled=category is not None)
    tasks = []
    if category and project:
        narrowed = replace(inside, projects=(project,))
        tasks = reading.read("tasks", narrowed).rows.get_column("task").unique(maintain_order=True).to_list()
    _level("Task", tasks, "task", enabled=project is not None)
    st.toggle("Single entries", key="rows", bind="query-params")


def _level(label: str, options: list[str], key: str, *, enabled: bool) -> str | None:
    if not enabled:
        return None
    chosen = st.selectbox(label, options, index=None, placeholder="All", key=key, bind="query-params", width=220)
    return str(chosen) if chosen is not None else None


def narrowed(filters: Filters) -> Filters:
    """Return the filters with the category and the project drilled into."""
    category, project = st.session_state.get("category"), st.session_state.get("in")
    if category:
        filters = replace(filters, categories=(str(category),))
    return replace(filters, projects=(str(project),)) if category and project else filters
