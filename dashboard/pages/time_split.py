"""Time split: the same hours by project, person, team or week, any two crossed, down to single entries."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.charts import allocation, frames
from dashboard.pages import bar, drill, overview, reading, shown, split_bar, split_cards
from dashboard.pages.bar import Choice
from dashboard.pages.headline import scope


def show() -> None:
    """Draw the page."""
    if reading.known_days() is None:
        overview.first_run()
        return
    choice = bar.chosen()
    if not reading.read("labeling_share", choice.filters).used:
        split_cards.no_match(choice, bar.clear)
        return
    views = {"Pivot": pivot, "Drill down": drill.show, "Definitions": definitions}
    views.get(str(st.session_state.get("view")), split)(choice)
    bar.copy_link(choice, "time-split", (*split_bar.KEYS, *split_bar.DRILL))


def has_names() -> bool:
    """Return whether people are shown by name."""
    return bool(st.session_state.get("names"))


def split(choice: Choice) -> None:
    """Draw the split by category, and by one thing."""
    column = str(st.session_state.get("by", "Project")).lower()
    if column == "week":
        split_cards.over_time(choice, "split", "Time by week", always_weeks=True)
        weeks(choice)
    else:
        left, right = st.columns([3, 2])
        with left:
            split_cards.by(choice, column, "split", f"Time by {column}", names=has_names())
        with right:
            categories(choice)
    if column != "week":
        with st.container(border=True):
            figure = reading.read(f"hours_by_{column}", choice.filters, names=has_names())
            shown.head(f"By {column}", figure, "split-table")
            split_cards.table(choice, column, "split", names=has_names())


def weeks(choice: Choice) -> None:
    """List the weeks with both shares and what they are shares of."""
    figure = reading.read("share_over_time", choice.filters)
    with st.container(border=True):
        shown.head("By week", figure, "weeks")
        if shown.refused(figure):
            return
        rows = figure.rows.filter(pl.col("scope") == scope(choice.filters)).sort("week_on", descending=True)
        rows = rows.drop("scope", "labeling_seconds", "modeling_seconds", "all_seconds")
        st.dataframe(
            rows,
            hide_index=True,
            placeholder="–",
            column_config={
                "week_on": st.column_config.DateColumn("Week of", pinned=True),
                "labeling_hours": st.column_config.NumberColumn("Labeling hours", format="%,.1f"),
                "modeling_hours": st.column_config.NumberColumn("Modeling hours", format="%,.1f"),
                "all_hours": st.column_config.NumberColumn("All hours", format="%,.1f"),
                "share_of_labeling_and_modeling": st.column_config.NumberColumn("Labeling share", format="percent"),
                "share_of_all_tracked": st.column_config.NumberColumn("Of all tracked", format="percent"),
            },
            alt="Weeks with labeling hours and shares",
            key="weeks",
        )
        shown.download("Download as CSV", rows, "weeks.csv", "weeks-csv")


def categories(choice: Choice) -> None:
    """Draw the hours or the share of every category."""
    figure = reading.read("hours_by_category", choice.filters)
    unit = "share" if choice.unit == "share" else "hours"
    with st.container(border=True, height="stretch"):
        shown.head("Time by category", figure, "categories")
        alt = f"Bars: {unit} by category, {choice.said()}."
        shown.chart(figure.rows, allocation.hours_by_category(shown.mode(), unit), alt, f"categories-{unit}")


def pivot(choice: Choice) -> None:
    """Cross any two of project, person, team, category and week."""
    down, across = (
        str(st.session_state.get(key, usual)).lower() for key, usual in (("down", "Project"), ("across", "Category"))
    )
    if down == across:
        st.info("Rows and columns are the same thing: choose two different ones.", icon=":material/info:")
        return
    figure = reading.read("time_cells", choice.filters, names=has_names())
    with st.container(border=True):
        shown.head(f"Hours by {down} and {across}", figure, "pivot")
        pairs = frames.pivoted(figure.rows, down, across)
        alt = f"Heat map: hours by {down} and {across}, {choice.said()}. The table below holds the numbers."
        shown.chart(pairs, allocation.person_by_category(shown.mode(), across, down), alt, f"pivot-{down}-{across}")
        table = frames.crossed(pairs, down, across)
        numbers = {name: st.column_config.NumberColumn(format="%,.1f") for name in table.columns[1:]}
        st.dataframe(
            table,
            hide_index=True,
            placeholder="–",
            column_config=numbers,
            alt=f"Hours by {down} and {across}",
            key="pivot-table",
        )
        shown.download("Download as CSV", table, f"hours-by-{down}-and-{across}.csv", "pivot-csv")


def definitions(choice: Choice) -> None:
    """Set the labeling share under each definition side by side."""
    figure = reading.read("share_by_definition", choice.filters)
    with st.container(border=True):
        shown.head("The same hours under four definitions", figure, "definitions")
        st.caption("What counts as labeling decides the headline. Each row divides the same hours in its own way.")
        if shown.refused(figure):
            return
        rows = figure.rows.filter(pl.col("scope") == scope(choice.filters))
        alt = "Points: the labeling share under the narrow, default, data preparation and broad definitions."
        shown.chart(rows, allocation.share_by_definition(shown.mode()), alt, "definitions")
        table = rows.select(
            "definition", "share", "numerator_hours", "denominator_hours", "labeling_side", "modeling_side"
        )
        st.dataframe(
            table,
            hide_index=True,
            placeholder="–",
            column_config={
                "definition": "Definition",
                "share": st.column_config.NumberColumn("Labeling share", format="percent"),
                "numerator_hours": st.column_config.NumberColumn("Labeling hours", format="%,.1f"),
                "denominator_hours": st.column_config.NumberColumn("Of hours", format="%,.1f"),
                "labeling_side": "Labeling side",
                "modeling_side": "Modeling side",
            },
            alt="Labeling share by definition",
            key="definitions-table",
        )
