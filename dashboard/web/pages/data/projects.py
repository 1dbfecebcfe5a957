"""Projects: match each labeling tool's project to one of the time tracker; a proposal counts once confirmed."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.importers.discover import name_source
from dashboard.settings.labeling_projects import PROJECT_SHEET, preview_labeling_projects, read_labeling_projects
from dashboard.units import format_count
from dashboard.web.cached_store import list_names, open_store
from dashboard.web.components import show_download, show_error
from dashboard.web.editable_sheet import (
    build_choice_column,
    build_columns,
    edit_frame,
    rerun_with_message,
    show_label_moves,
    show_saved_message,
    show_upload,
    track_shown,
)
from dashboard.web.unsaved_edits import discard_edits, show_unsaved

MATCH_TABLE = "places"


def show_projects() -> None:
    """Draw the section."""
    show_saved_message(PROJECT_SHEET.name)
    try:
        matches = read_labeling_projects(open_store())
        if matches.is_empty():
            st.info("No labeling events are imported yet, so there is nothing to match.", icon=":material/info:")
        else:
            edit_matches(matches)
        show_upload(PROJECT_SHEET)
    except DashboardError as error:
        show_error(error)


def edit_matches(matches: pl.DataFrame) -> None:
    """Draw the matches with the proposals filled in; a mistake becomes a message and loses no input."""
    show_match_state(matches)
    edit_match_rows()


@st.fragment
def edit_match_rows() -> None:
    """Draw the table and its buttons."""
    shown, matches = track_shown(PROJECT_SHEET), read_labeling_projects(open_store())
    rows = edit_match_table(matches)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_dry_run = st.button("Try out", icon=":material/science:", key="places-try", help="Shows what would change.")
        is_confirmed = st.button("Confirm and save", type="primary", key="places-save")
        show_unsaved(MATCH_TABLE)
        show_download(
            "Download as CSV",
            matches.select(PROJECT_SHEET.columns),
            "labeling-projects.csv",
            "places-csv",
        )
    try:
        if is_dry_run:
            show_label_moves(preview_labeling_projects(open_store(), rows), "places-moves")
        elif is_confirmed:
            count = PROJECT_SHEET.replace_shown(open_store(), rows.to_dicts(), shown)
            discard_edits(MATCH_TABLE)
            rerun_with_message(
                PROJECT_SHEET.name,
                f"{format_count(count)} projects of labeling tools are matched; every label was decided anew.",
            )
    except DashboardError as error:
        show_error(error)


def show_match_state(matches: pl.DataFrame) -> None:
    """Say which projects are matched, and what happens to the others."""
    unmapped = matches.filter(pl.col("project").is_null())
    st.markdown(PROJECT_SHEET.help)
    if unmapped.is_empty():
        st.caption(f"All {format_count(matches.height)} projects of labeling tools are matched.")
        return
    labels, proposed = int(unmapped.get_column("labels").sum()), unmapped.drop_nulls("proposed").height
    st.info(
        f"{format_count(unmapped.height)} of {format_count(matches.height)} projects of labeling tools, with "
        f"{format_count(labels)} labels, are not "
        f"matched: "
        f"they count under their own name. {format_count(proposed)} have a proposal below; it counts once you confirm.",
        icon=":material/join_inner:",
    )


def edit_match_table(matches: pl.DataFrame) -> pl.DataFrame:
    """Draw the table and return the edited matches."""
    cells = st.column_config
    (project_field,) = PROJECT_SHEET.pick_fields(["project"])
    projects = sorted(
        {*list_names("project", is_tracked=True), *matches.get_column("project").drop_nulls()},
        key=str.casefold,
    )
    rows = matches.with_columns(
        project=pl.coalesce("project", "proposed"),
        tool=pl.col("source").map_elements(name_source, return_dtype=pl.String),
    )
    edited = edit_frame(
        MATCH_TABLE,
        rows,
        {
            **build_columns(PROJECT_SHEET.fields),
            "project": build_choice_column(project_field, projects),
            "reason": cells.TextColumn("Proposed because", help="Only a proposal, until you confirm."),
            "tool": "Export",
            "labels": cells.NumberColumn("Labels", format="localized"),
            "first_on": cells.DateColumn("First day"),
            "last_on": cells.DateColumn("Last day"),
        },
        "Projects of labeling tools and the projects they are",
        order=["tool_project", "project", "reason", "unmarked", "labels", "tool", "first_on", "last_on"],
        identity=["source", "tool_project"],
        disabled=["tool", "tool_project", "labels", "first_on", "last_on", "reason"],
    )
    return edited.select(PROJECT_SHEET.columns)
