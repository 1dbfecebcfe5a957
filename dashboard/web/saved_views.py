"""Saved views in the filter bar: open one, name the filters in use, rename and delete in place, with an undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.figures.spec import LABEL_FILTERS
from dashboard.settings.views import (
    MAX_NAME_LENGTH,
    VIEW_SHEET,
    delete_view,
    rename_view,
    save_view,
    save_views,
    split_names,
)
from dashboard.web.cached_store import open_store, read_sheet
from dashboard.web.components import escape_markdown, show_error

NEW_NAME, EDITED, EDITED_NAME, STEP, ERROR = "view-new", "view-edited", "view-name", "view-step", "view-error"


@dataclass(frozen=True)
class ViewStep:
    """The last change of the saved views, for its message and its undo."""

    message: str
    views_before: pl.DataFrame
    generation: int


def show_views(row: Mapping[str, object]) -> None:
    """Draw the saved views; `row` is the filters in use, as a row of their sheet without a name."""
    views = read_sheet(VIEW_SHEET).to_dicts()
    current = next((str(view["view"]) for view in views if all(view[name] == row[name] for name in row)), "")
    label = escape_markdown(current) if current else "Views"
    with st.popover(label, icon=":material/bookmark:", key="views", help="Filters under a name."):
        for number, view in enumerate(views):
            _show_view(number, view, is_current=view["view"] == current)
        if not current:
            st.text_input("Name the filters in use", key=NEW_NAME, max_chars=MAX_NAME_LENGTH)
            st.button("Save", key="view-save", icon=":material/bookmark_add:", on_click=_save_new, args=(dict(row),))
        _show_last_step()


def _show_view(number: int, view: Mapping[str, Any], *, is_current: bool) -> None:
    """Draw one view: a button that opens it, and one to rename or delete it in place."""
    name = str(view["view"])
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"view-row-{number}"):
        if st.session_state.get(EDITED) == name:
            st.text_input("Name of the view", key=EDITED_NAME, max_chars=MAX_NAME_LENGTH)
            st.button("Rename", key="view-rename", on_click=_rename, args=(name,))
            st.button("Delete", key="view-delete", icon=":material/delete:", on_click=_delete, args=(name,))
            return
        label = escape_markdown(name)
        st.button(label, key=f"view-open-{number}", on_click=open_view, args=(dict(view),), disabled=is_current)
        st.button(
            "",
            icon=":material/edit:",
            key=f"view-edit-{number}",
            help=f"Rename or delete {label}",
            type="tertiary",
            on_click=_edit,
            args=(name,),
        )


def open_view(view: Mapping[str, Any]) -> None:
    """Set the filters to those of a view; for buttons."""
    st.session_state.update(
        {
            "period": view["period"],
            "from": view["from_on"],
            "to": view["to_on"],
            "project": list(split_names(view["projects"])),
            "team": list(split_names(view["teams"])),
            "who": view["people"],
            **{key: list(split_names(view[key])) for key in ("categories", *LABEL_FILTERS)},
        }
    )


def _edit(name: str) -> None:
    st.session_state.update({EDITED: name, EDITED_NAME: name})


def _save_new(row: dict[str, object]) -> None:
    name = " ".join(str(st.session_state.get(NEW_NAME) or "").split())
    is_there = name in read_sheet(VIEW_SHEET).get_column("view")
    message = f"{name} now has the filters in use." if is_there else f"{name} is saved."
    if _keep_step(lambda: save_view(open_store(), {**row, "view": name}), message):
        st.session_state[NEW_NAME] = ""


def _rename(name: str) -> None:
    new_name = str(st.session_state.get(EDITED_NAME) or "")
    if _keep_step(lambda: rename_view(open_store(), name, new_name), f"{name} is called {new_name} now."):
        st.session_state.pop(EDITED, None)


def _delete(name: str) -> None:
    if _keep_step(lambda: delete_view(open_store(), name), f"{name} is deleted."):
        st.session_state.pop(EDITED, None)


def _keep_step(change: Callable[[], pl.DataFrame], message: str) -> bool:
    """Change the views, keep what is needed for the undo, and return whether it worked."""
    try:
        before = change()
    except DashboardError as error:
        st.session_state[ERROR] = error
        return False
    st.session_state[STEP] = ViewStep(message, before, open_store().generation())
    return True


def _show_last_step() -> None:
    """Say what the last change did, and offer its undo as long as nothing else was changed."""
    error = st.session_state.pop(ERROR, None)
    if isinstance(error, DashboardError):
        show_error(error)
    step = st.session_state.get(STEP)
    if isinstance(step, ViewStep) and step.generation == open_store().generation():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(escape_markdown(step.message), width="content")
            st.button("Undo", icon=":material/undo:", key="view-undo", on_click=_undo, args=(step,))


def _undo(step: ViewStep) -> None:
    """Bring the views before the last change back, unless somebody changed something in between."""
    try:
        if step.generation == open_store().generation():
            save_views(open_store(), step.views_before.to_dicts())
    except DashboardError as error:
        st.session_state[ERROR] = error
        return
    st.session_state.pop(STEP, None)
