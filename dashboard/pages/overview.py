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


def show_overview_page() -> None:
    """Draw the page."""
    if reading.read_tracked_days() is None:
        show_first_run()
        return
    choice = bar.read_choice()
    share = reading.read_figure("labeling_share", choice.filters)
    if not share.used:
        split_cards.show_no_match(choice, bar.clear_filters)
        return
    shown.show_title("Where labeling time goes", share, "headline", is_page=True)
    headline.show_sentence(share, choice)
    headline.show_cards(share, choice)
    left, right = st.columns([3, 2])
    with left:
        split_cards.show_over_time(choice, "overview")
    with right:
        split_cards.show_by_column(choice, "project", "overview", "Which projects take the most time?")
    with st.container(border=True):
        figure = reading.read_figure("hours_by_project", choice.filters)
        shown.show_title("Projects", figure, "overview-table")
        split_cards.show_hours_table(choice, "project", "overview")
    overview_targets.show_targets(choice)
    overview_change.show_change_card(choice)
    show_reference(choice.filters)
    show_footer(share, choice)


def show_first_run() -> None:
    """Say what to do with an empty store."""
    st.header("Where does your team's time go?", anchor=False)
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        st.subheader("Import your time tracking", anchor=False)
        st.markdown(
            "Export a detailed report from Toggl, Clockify, Harvest or Jira, or take any table of hours, "
            "and drop the file on the Data page. You see exactly what would be stored before anything is."
        )
        places.show_page_link("data", "Import files", icon=":material/upload_file:")
    with right.container(border=True, height="stretch"):
        st.subheader("Or look at a demo team first", anchor=False)
        st.markdown("Twelve invented people, four projects, ten months. It has a store of its own; yours stays empty.")
        st.code("labeltime demo", language=None)


def show_reference(filters: Filters) -> None:
    """Draw the team's share beside published figures, with what each measured."""
    figure = reading.read_figure("share_against_reference", filters)
    with st.container(border=True):
        shown.show_title("Against the published figures", figure, "reference")
        st.caption(
            "The 80/20 split is a claim of practitioners, not a measurement. Most published shares count "
            "all data work, not labeling alone: compare with care. The team's own shares are those of its engineers "
            "where roles are known."
        )
        if not shown.show_unavailable(figure):
            rows = reading.shape_rows(figure, frames.shorten_team_labels)
            alt = "Points: this team's labeling share beside published shares of time."
            shown.show_chart(rows, allocation.draw_share_against_reference(shown.theme_mode()), alt, "reference")
            _show_sources(rows)


def _show_sources(rows: pl.DataFrame) -> None:
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


def show_footer(share: Figure, choice: Choice) -> None:
    """Say how recent and complete the data is, and how much time no rule categorized."""
    latest = reading.shape_rows(reading.read_figure("imports"), _find_latest_import)
    undecided_hours, total_hours = reading.shape_rows(
        reading.read_figure("hours_by_category", choice.filters), _sum_undecided_hours
    )
    parts = [f"Data as of {theme.format_day(share.as_of)}"]
    if latest:
        parts.append(
            f"last import: {shown.escape_markdown(latest['file_name'])}, {latest['imported_at']:%-d %b %Y %H:%M} UTC"
        )
    parts.append(shown.escape_markdown(share.coverage_note) if share.coverage_note else "coverage unknown")
    parts.append(
        f"uncategorized: {theme.format_hours(undecided_hours)} "
        f"({theme.format_percent(undecided_hours / total_hours if total_hours else None)})"
    )
    st.caption(" · ".join(parts))
    bar.show_copy_link(choice, "")
    places.show_page_link("data", "Decide what uncategorized time was for", {"section": "Rules"}, ":material/rule:")


def _find_latest_import(imports: pl.DataFrame) -> dict[str, Any]:
    """Return the newest import that is not undone; empty if there is none."""
    in_force = imports.filter(pl.col("undone_at").is_null())
    return in_force.row(0, named=True) if in_force.height else {}


def _sum_undecided_hours(by_category: pl.DataFrame) -> tuple[float, float]:
    """Return the uncategorized hours, and all hours."""
    undecided = by_category.filter(pl.col("category") == "uncategorized")
    return float(undecided.get_column("hours").sum()), float(by_category.get_column("hours").sum())
