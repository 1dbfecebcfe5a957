"""Time split: the same hours by project, person, team or week, any two crossed, down to single entries."""

from __future__ import annotations

import re

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
        split_cards.over_time(choice, "split", "Time by week", always_weeks=True, names=has_names())
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
        rows = reading.shaped(figure, _newest_first, scope(choice.filters))
        st.dataframe(
            rows.to_arrow(),
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


def _newest_first(rows: pl.DataFrame, whose: str) -> pl.DataFrame:
    """Return the weeks of one scope, without what the table does not show."""
    kept = rows.filter(pl.col("scope") == whose).sort("week_on", descending=True)
    return kept.drop("scope", "labeling_seconds", "modeling_seconds", "all_seconds")


def categories(choice: Choice) -> None:
    """Draw the hours, the share or the full-time equivalents of every category."""
    is_fte = choice.unit == "fte"
    figure = reading.read("fte_by_category" if is_fte else "hours_by_category", choice.filters, names=has_names())
    with st.container(border=True, height="stretch"):
        shown.head("Time by category", figure, "categories")
        if shown.refused(figure):
            return
        alt = f"Bars: {split_cards.MEASURE_WORDS[choice.unit]} by category, {choice.said()}."
        draw = allocation.fte_by_category if is_fte else allocation.hours_by_category
        shown.chart(figure.rows, draw(shown.mode(), choice.unit), alt, f"categories-{choice.unit}")
        if is_fte:
            split_cards.counted(figure)


def pivot(choice: Choice) -> None:
    """Cross any two of project, person, team, category and week, in the unit that is chosen."""
    down, across = (
        str(st.session_state.get(key, usual)).lower() for key, usual in (("down", "Project"), ("across", "Category"))
    )
    if down == across:
        st.info("Rows and columns are the same thing: choose two different ones.", icon=":material/info:")
        return
    unit = choice.unit
    figure = reading.read("fte_cells" if unit == "fte" else "time_cells", choice.filters, names=has_names())
    words = {"share": f"Share of each {down}'s hours, by {across}", "fte": f"FTE by {down} and {across}"}
    title = words.get(unit, f"Hours by {down} and {across}")
    with st.container(border=True):
        shown.head(title, figure, "pivot")
        if shown.refused(figure):
            return
        pairs = reading.shaped(figure, frames.pivoted, down, across, unit)
        alt = f"Heat map: {title}, {choice.said()}. The table below holds the numbers."
        draw = allocation.person_by_category(shown.mode(), across, down, unit)
        shown.chart(pairs, draw, alt, f"pivot-{down}-{across}-{unit}")
        if unit == "fte":
            split_cards.counted(figure, by_week="week" in {down, across})
        _crossed(reading.shaped(figure, _wide, down, across, unit), unit, title)


def _wide(cells: pl.DataFrame, down: str, across: str, unit: str) -> pl.DataFrame:
    """Return the pivot as a table."""
    return frames.crossed(frames.pivoted(cells, down, across, unit), down, across, unit)


def _crossed(table: pl.DataFrame, unit: str, title: str) -> None:
    """Show the pivot table and offer it as a file."""
    _, whole, *cells = table.columns
    formats = {"share": "percent", "fte": "%.2f"}
    numbers = {name: st.column_config.NumberColumn(format=formats.get(unit, "%,.1f")) for name in cells}
    numbers[whole] = st.column_config.NumberColumn(format="%.2f" if unit == "fte" else "%,.1f")
    st.dataframe(
        table.to_arrow(),
        hide_index=True,
        placeholder="–",
        column_config=numbers,
        alt=title,
        key="pivot-table",
    )
    file_name = re.sub(r"[^a-z]+", "-", title.lower()) + ".csv"
    shown.download("Download as CSV", table, file_name, "pivot-csv")


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
            table.to_arrow(),
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
