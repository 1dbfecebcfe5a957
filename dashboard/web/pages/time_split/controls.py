"""The time split's own controls; like the filters, the entry script draws them and the URL keeps them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.categories import CATEGORIES, resolve_categories, resolve_category
from dashboard.filters import Filters
from dashboard.web.cached_store import read_figure
from dashboard.web.filter_bar import Choice, choose_among, choose_names, choose_segment, keep_choice
from dashboard.web.pages.time_split.schemes import choose_scheme

VIEWS = ("Split", "Pivot", "Drill down", "Definitions")
GROUPINGS = ("Project", "Person", "Team", "Week")
PIVOT = ("Project", "Person", "Team", "Category", "Week")
KEYS = ("view", "by", "down", "across", "rows", "categories", "scheme")
CATEGORY_VIEWS = ("Split", "Pivot")  # Drill down has one category of its own, and a definition needs all of them
DRILL_LEVELS = ("category", "in", "task")


def show_split_bar(choice: Choice) -> None:
    """Draw the controls of the selected view."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="split-bar"):
        view = choose_segment("View", VIEWS, "view")
        if view in CATEGORY_VIEWS:
            categories = _choose_categories()
            keep_choice(replace(choice, filters=replace(choice.filters, categories=categories)))
        scheme = choose_scheme() if view == "Split" else ""
        if view == "Split" and not scheme:
            choose_segment("By", GROUPINGS, "by")
        elif view == "Pivot":
            _choose_option("Rows", PIVOT, "down", 0)
            _choose_option("Columns", PIVOT, "across", 3)
        elif view == "Drill down":
            _show_drill_controls(choice.filters)
        if view != "Definitions" and not scheme:  # no group names anybody
            choose_names()


def _choose_categories() -> tuple[str, ...]:
    """Draw a choice of categories, its label with how many are chosen, and return them.

    An old link names some as they were called before; what an address says can only be changed in the run after it.
    """
    kept = list(st.session_state.get("categories") or ())
    if kept != [*resolve_categories(kept)]:
        st.session_state["categories"] = [*resolve_categories(kept)]
    help_text = "Narrows the hours below. A share of labeling needs all categories and stays as it is."
    chosen = choose_among("Categories", list(CATEGORIES), "categories", help_text)
    if chosen != resolve_categories(chosen):
        st.rerun()
    return chosen


def _choose_option(label: str, options: tuple[str, ...], key: str, index: int) -> None:
    st.selectbox(label, options, index=index, key=key, bind="query-params", width=150)


def _show_drill_controls(filters: Filters) -> None:
    """Draw category, project and task, each narrowed by the one before."""
    linked = str(st.query_params.get("category", ""))
    if resolve_category(linked) != linked:  # of an old link
        st.session_state["category"] = resolve_category(linked)
    category = st.selectbox(
        "Category",
        list(CATEGORIES),
        index=None,
        placeholder="All",
        key="category",
        bind="query-params",
        width=200,
    )
    category_filters = replace(filters, categories=(category,)) if category else filters
    projects = (
        read_figure("hours_by_project", category_filters).rows.get_column("project").to_list() if category else []
    )
    project = _choose_level("Project", projects, "in", enabled=category is not None)
    tasks = []
    if category and project:
        project_filters = replace(category_filters, projects=(project,))
        tasks = read_figure("tasks", project_filters).rows.get_column("task").unique(maintain_order=True).to_list()
    _choose_level("Task", tasks, "task", enabled=project is not None)
    st.toggle("Single entries", key="rows", bind="query-params")


def _choose_level(label: str, options: list[str], key: str, *, enabled: bool) -> str | None:
    if not enabled:
        return None
    option = st.selectbox(label, options, index=None, placeholder="All", key=key, bind="query-params", width=220)
    return str(option) if option is not None else None


def narrow_filters(filters: Filters) -> Filters:
    """Return the filters with the category and the project drilled into."""
    category, project = st.session_state.get("category"), st.session_state.get("in")
    if category:
        filters = replace(filters, categories=(str(category),))
    return replace(filters, projects=(str(project),)) if category and project else filters
