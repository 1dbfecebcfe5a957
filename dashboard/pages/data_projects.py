"""Projects: which project of the tracker each labeling tool's project is; proposed by name, counted once confirmed."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.mapping import labeling_projects as places
from dashboard.pages import reading, sheet, shown


def show() -> None:
    """Draw the tab."""
    sheet.saved("places")
    try:
        found = places.places_frame(reading.store())
        if found.is_empty():
            st.info("No labeling events are imported yet, so there is nothing to match.", icon=":material/info:")
        else:
            edit(found)
        sheet.upload("places", "all matches", places.load_places)
    except DashboardError as error:
        shown.box(error)


def edit(found: pl.DataFrame) -> None:
    """Draw the map with the proposals filled in; a mistake becomes a message, and what was typed stays."""
    opened(found)
    rows = table(found)
    with st.container(horizontal=True):
        tried = st.button("Try out", icon=":material/science:", key="places-try", help="Shows what would change.")
        kept = st.button("Confirm and save", type="primary", key="places-save")
        shown.download("Download as CSV", found.select(places.PLACE_COLUMNS), "labeling-projects.csv", "places-csv")
    try:
        if tried:
            sheet.moves(places.dry_run(reading.store(), rows), "places-moves")
        elif kept:
            count = places.save_places(reading.store(), rows)
            sheet.done("places", f"{count:,} projects of labeling tools are matched; every label was decided anew.")
    except DashboardError as error:
        shown.box(error)


def opened(found: pl.DataFrame) -> None:
    """Say what is matched, what is open, and what happens to the open ones."""
    unmapped = found.filter(pl.col("project").is_null())
    st.markdown(
        "Labeling tools and time trackers name projects differently. Say which is which, so that labels and hours of "
        "one project stand side by side; and whether a label without any mark in the log was made by hand there."
    )
    if unmapped.is_empty():
        st.caption(f"All {found.height:,} projects of labeling tools are matched.")
        return
    labels, proposed = int(unmapped.get_column("labels").sum()), unmapped.drop_nulls("proposed").height
    st.info(
        f"{unmapped.height:,} of {found.height:,} projects of labeling tools, with {labels:,} labels, are not matched: "
        f"they count under their own name. {proposed:,} have a proposal below; it counts once you confirm.",
        icon=":material/join_inner:",
    )


def table(found: pl.DataFrame) -> pl.DataFrame:
    """Draw the table and return what it decides."""
    cells = st.column_config
    projects = sorted(
        {*reading.values("hours_by_project", "project"), *found.get_column("project").drop_nulls()}, key=str.casefold
    )
    known = found.with_columns(project=pl.coalesce("project", "proposed"))
    edited: pl.DataFrame = st.data_editor(
        known,
        hide_index=True,
        disabled=["source", "tool_project", "labels", "first_on", "last_on", "reason"],
        column_order=["tool_project", "project", "reason", "unmarked", "labels", "source", "first_on", "last_on"],
        column_config={
            "tool_project": cells.TextColumn("In the labeling tool", pinned=True),
            "project": sheet.choices("Is the project", projects, help="Empty: it keeps its own name."),
            "reason": cells.TextColumn("Proposed because", help="Only a proposal, until you confirm."),
            "unmarked": sheet.choices("Label without a mark", list(places.UNMARKED), required=True),
            "labels": cells.NumberColumn("Labels", format="localized"),
            "source": "Tool",
            "first_on": cells.DateColumn("First day"),
            "last_on": cells.DateColumn("Last day"),
        },
        key=f"places-{reading.store().generation()}",
        alt="Projects of labeling tools and the projects they are",
    )
    return edited.select(places.PLACE_COLUMNS)
