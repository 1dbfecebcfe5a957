"""Overview: the answer in one sentence, four numbers, the split over time, the projects."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import allocation, frames
from dashboard.figures import Figure
from dashboard.filters import Filters
from dashboard.pages import bar, headline, overview_change, overview_targets, places, reading, shown, split_cards
from dashboard.pages.bar import Choice


def show() -> None:
    """Draw the page."""
    if reading.known_days() is None:
        first_run()
        return
    choice = bar.chosen()
    share = reading.read("labeling_share", choice.filters)
    if not share.used:
        split_cards.no_match(choice, bar.clear)
        return
    shown.head("Where labeling time goes", share, "headline", is_page=True)
    headline.sentence(share, choice)
    headline.cards(share, choice)
    left, right = st.columns([3, 2])
    with left:
        split_cards.over_time(choice, "overview")
    with right:
        split_cards.by(choice, "project", "overview", "Which projects take the most time?")
    with st.container(border=True):
        figure = reading.read("hours_by_project", choice.filters)
        shown.head("Projects", figure, "overview-table")
        split_cards.table(choice, "project", "overview")
    overview_targets.show(choice)
    overview_change.show(choice)
    reference(choice.filters)
    footer(share, choice)


def first_run() -> None:
    """Say what to do with an empty store."""
    st.header("Where does your team's time go?", anchor=False)
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        st.subheader("Import your time tracking", anchor=False)
        st.markdown(
            "Export a detailed report from Toggl, Clockify, Harvest or Jira, or take any table of hours, "
            "and drop the file on the Data page. You see exactly what would be stored before anything is."
        )
        places.link("data", "Import files", icon=":material/upload_file:")
    with right.container(border=True, height="stretch"):
        st.subheader("Or look at a demo team first", anchor=False)
        st.markdown("Twelve invented people, four projects, ten months. It has a store of its own; yours stays empty.")
        st.code("labeltime demo", language=None)


def reference(filters: Filters) -> None:
    """Set the team's share beside published figures, with what those measured."""
    figure = reading.read("share_against_reference", filters)
    with st.container(border=True):
        shown.head("Against the published figures", figure, "reference")
        st.caption(
            "The 80/20 split is a claim of practitioners, not a measurement. Most published shares count "
            "all data work, not labeling alone: compare with care. The team's own shares are those of its engineers "
            "where roles are known."
        )
        if not shown.refused(figure):
            rows = reading.shaped(figure, frames.beside_references)
            alt = "Points: this team's labeling share beside published shares of time."
            shown.chart(rows, allocation.share_against_reference(shown.mode()), alt, "reference")
            _sources(rows)


def _sources(rows: pl.DataFrame) -> None:
    """List what each share measured, its source and its caveat."""
    with st.expander("Sources and caveats"):
        st.dataframe(
            rows.select("label", "share", "measured", "grade", "caveat", "source").to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "label": st.column_config.TextColumn("Share", pinned=True),
                "share": st.column_config.NumberColumn("Value", format="percent"),
                "measured": "Of what",
                "grade": st.column_config.TextColumn(
                    "Grade", help="A: controlled trial. D: survey, vendor or single account."
                ),
                "caveat": "Caveat",
                "source": "Source",
            },
            alt="Published shares with source and caveat",
            key="reference-table",
        )


def footer(share: Figure, choice: Choice) -> None:
    """Say how fresh the data is, how complete, and how much no rule decided."""
    latest = reading.shaped(reading.read("imports"), _latest)
    open_hours, total = reading.shaped(reading.read("hours_by_category", choice.filters), _undecided)
    parts = [f"Data as of {theme.day(share.as_of)}"]
    if latest:
        parts.append(f"last import: {shown.literal(latest['file_name'])}, {latest['imported_at']:%-d %b %Y %H:%M} UTC")
    parts.append(shown.literal(share.coverage_note) if share.coverage_note else "coverage unknown")
    parts.append(f"uncategorized: {theme.hours(open_hours)} ({theme.percent(open_hours / total if total else None)})")
    st.caption(" · ".join(parts))
    bar.copy_link(choice, "")
    places.link("data", "Decide what uncategorized time was for", {"section": "Rules"}, ":material/rule:")


def _latest(imports: pl.DataFrame) -> dict[str, Any]:
    """Return the newest import that is not undone; empty if there is none."""
    in_force = imports.filter(pl.col("undone_at").is_null())
    return in_force.row(0, named=True) if in_force.height else {}


def _undecided(by_category: pl.DataFrame) -> tuple[float, float]:
    """Return the hours that no rule decided, and all hours."""
    undecided = by_category.filter(pl.col("category") == "uncategorized")
    return float(undecided.get_column("hours").sum()), float(by_category.get_column("hours").sum())
