"""Time: the same hours by project, person, team or week, any two crossed, down to single entries."""

from __future__ import annotations

import re

import polars as pl
import streamlit as st

from dashboard.allocation.chart_frames import pivot_pairs, sum_pairs
from dashboard.allocation.charts import (
    draw_fte_by_category,
    draw_hours_by_category,
    draw_person_by_category,
    draw_share_by_definition,
)
from dashboard.categories import DEFINITIONS, join_words
from dashboard.web.cached_store import read_figure, read_tracked_days, shape_rows
from dashboard.web.chart_picks import show_pick
from dashboard.web.components import show_chart, show_download, show_title, show_unavailable, theme_mode
from dashboard.web.filter_bar import Choice, clear_filters, has_names, read_choice, show_copy_link
from dashboard.web.first_run import show_first_run
from dashboard.web.headline import resolve_scope, show_sentence
from dashboard.web.pages.time_split.controls import DRILL_LEVELS, KEYS
from dashboard.web.pages.time_split.drill_down import show_drill_down
from dashboard.web.pages.time_split.schemes import selected_scheme, show_scheme
from dashboard.web.split_cards import (
    MEASURE_WORDS,
    SHARE_RANGE_HELP,
    show_by_column,
    show_fte_note,
    show_hours_table,
    show_no_match,
    show_over_time,
)
from dashboard.web.tables import SHARE_CELL, scale_shares, show_frame

WEEK_SHARES = (
    *("share_of_labeling_and_modeling", "share_of_both_low", "share_of_both_high"),
    *("share_of_all_tracked", "share_of_all_low", "share_of_all_high"),
)


def show_time_split() -> None:
    """Draw the page."""
    if read_tracked_days() is None:
        show_first_run()
        return
    choice = read_choice()
    share = read_figure("labeling_share", choice.filters)
    if not share.used:
        show_no_match(choice, clear_filters)
        return
    show_title("How time is split", share, "time", is_page=True)
    show_sentence(share, choice)
    views = {"Pivot": show_pivot, "Drill down": show_drill_down, "Definitions": show_definitions}
    views.get(str(st.session_state.get("view")), show_split)(choice)
    show_copy_link(choice, "time", (*KEYS, *DRILL_LEVELS))


def show_split(choice: Choice) -> None:
    """Draw the split by category, and by one column; or the groups of an own scheme."""
    if scheme := selected_scheme():
        show_scheme(choice, scheme)
        return
    column = str(st.session_state.get("by", "Project")).lower()
    if column == "week":
        show_over_time(choice, "split", "Time by week", always_weeks=True, names=has_names(), is_clickable=True)
        show_weeks_table(choice)
    else:
        left, right = st.columns([2, 3])  # the categories first: their bars are the legend of the others
        with left:
            show_categories(choice)
        with right:
            show_by_column(choice, column, "split", f"Time by {column}", names=has_names())
    if column != "week":
        with st.container(border=True):
            figure = read_figure(f"hours_by_{column}", choice.filters, names=has_names())
            show_title(f"By {column}", figure, "split-table")
            show_hours_table(choice, column, "split", names=has_names())


def show_weeks_table(choice: Choice) -> None:
    """List the weeks with both shares and their denominators."""
    figure = read_figure("share_over_time", choice.filters)
    with st.container(border=True):
        show_title("By week", figure, "weeks")
        if show_unavailable(figure):
            return
        rows = shape_rows(figure, _sort_newest_first, resolve_scope(choice.filters))
        show_frame(
            scale_shares(rows, *WEEK_SHARES).to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "week_on": st.column_config.DateColumn("Week of", pinned=True),
                "labeling_hours": st.column_config.NumberColumn("Labeling hours", format="%,.1f"),
                "modeling_hours": st.column_config.NumberColumn("Modeling hours", format="%,.1f"),
                "all_hours": st.column_config.NumberColumn("All hours", format="%,.1f"),
                "share_of_labeling_and_modeling": st.column_config.NumberColumn("Labeling share", format=SHARE_CELL),
                "open_hours": st.column_config.NumberColumn("Not sorted yet", format="%,.1f"),
                "share_of_both_low": st.column_config.NumberColumn(
                    "At least", format=SHARE_CELL, help=SHARE_RANGE_HELP
                ),
                "share_of_both_high": st.column_config.NumberColumn(
                    "At most", format=SHARE_CELL, help=SHARE_RANGE_HELP
                ),
                "share_of_all_tracked": st.column_config.NumberColumn("Of all tracked", format=SHARE_CELL),
                "share_of_all_low": st.column_config.NumberColumn("Of all, at least", format=SHARE_CELL),
                "share_of_all_high": st.column_config.NumberColumn("Of all, at most", format=SHARE_CELL),
            },
            alt="Weeks with labeling hours and shares",
            key="weeks",
        )
        show_download("Download as CSV", rows, "weeks.csv", "weeks-csv", "share_over_time")


def _sort_newest_first(rows: pl.DataFrame, scope_name: str) -> pl.DataFrame:
    """Return the weeks of one scope, without what the table does not show."""
    week_rows = rows.filter(pl.col("scope") == scope_name).sort("week_on", descending=True)
    return week_rows.drop("scope", "labeling_seconds", "modeling_seconds", "all_seconds")


def show_categories(choice: Choice) -> None:
    """Draw the hours, the share or the full-time equivalents of every category."""
    is_fte = choice.unit == "fte"
    figure = read_figure("fte_by_category" if is_fte else "hours_by_category", choice.filters, names=has_names())
    with st.container(border=True, height="stretch"):
        show_title("Time by category", figure, "categories")
        if show_unavailable(figure):
            return
        alt = f"Bars: {MEASURE_WORDS[choice.unit]} by category, {choice.describe()}."
        draw_chart = draw_fte_by_category if is_fte else draw_hours_by_category
        spec, key = draw_chart(theme_mode(), choice.unit), f"categories-{choice.unit}"
        show_pick(show_chart(figure.rows, spec, alt, key, picks=("category",)), "categories")
        if is_fte:
            show_fte_note(figure)


def show_pivot(choice: Choice) -> None:
    """Cross any two of project, person, team, category and week, in the chosen unit."""
    down, across = (
        str(st.session_state.get(key, default)).lower()
        for key, default in (("down", "Project"), ("across", "Category"))
    )
    if down == across:
        st.info("Rows and columns show the same thing: choose something else for one of them.", icon=":material/info:")
        return
    unit = choice.unit
    figure = read_figure("fte_cells" if unit == "fte" else "time_cells", choice.filters, names=has_names())
    titles = {"share": f"Share of each {down}'s hours, by {across}", "fte": f"FTE by {down} and {across}"}
    title = titles.get(unit, f"Hours by {down} and {across}")
    with st.container(border=True):
        show_title(title, figure, "pivot")
        if show_unavailable(figure):
            return
        pairs = shape_rows(figure, sum_pairs, down, across, unit)
        alt = f"Heat map: {title}, {choice.describe()}. The table below holds the numbers."
        spec = draw_person_by_category(theme_mode(), across, down, unit)
        show_chart(pairs, spec, alt, f"pivot-{down}-{across}-{unit}")
        if unit == "fte":
            show_fte_note(figure, by_week="week" in {down, across})
        _show_pivot_table(shape_rows(figure, _build_wide_table, down, across, unit), unit, title)


def _build_wide_table(cells: pl.DataFrame, down: str, across: str, unit: str) -> pl.DataFrame:
    """Return the pivot as a table."""
    return pivot_pairs(sum_pairs(cells, down, across, unit), down, across, unit)


def _show_pivot_table(table: pl.DataFrame, unit: str, title: str) -> None:
    """Show the pivot table and offer it as a file."""
    _, total_column, *cell_columns = table.columns
    formats = {"share": SHARE_CELL, "fte": "%.2f"}
    numbers = {name: st.column_config.NumberColumn(format=formats.get(unit, "%,.1f")) for name in cell_columns}
    numbers[total_column] = st.column_config.NumberColumn(format="%.2f" if unit == "fte" else "%,.1f")
    show_frame(
        scale_shares(table, *(cell_columns if unit == "share" else ())).to_arrow(),
        hide_index=True,
        placeholder="–",
        column_config=numbers,
        alt=title,
        key="pivot-table",
    )
    file_name = re.sub(r"[^a-z]+", "-", title.lower()) + ".csv"
    show_download("Download as CSV", table, file_name, "pivot-csv")


def show_definitions(choice: Choice) -> None:
    """Show the labeling share under each definition side by side."""
    figure = read_figure("share_by_definition", choice.filters)
    with st.container(border=True):
        show_title("The same hours under four definitions", figure, "definitions")
        st.caption("What counts as labeling decides the headline. Each row divides the same hours in its own way.")
        if show_unavailable(figure):
            return
        rows = figure.rows.filter(pl.col("scope") == resolve_scope(choice.filters))
        alt = f"Points: the labeling share under the definitions {join_words(DEFINITIONS)}."
        show_chart(rows, draw_share_by_definition(theme_mode()), alt, "definitions")
        table = rows.select(
            "definition", "share", "numerator_hours", "denominator_hours", "labeling_side", "modeling_side"
        )
        show_frame(
            scale_shares(table, "share").to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "definition": "Definition",
                "share": st.column_config.NumberColumn("Labeling share", format=SHARE_CELL),
                "numerator_hours": st.column_config.NumberColumn("Labeling hours", format="%,.1f"),
                "denominator_hours": st.column_config.NumberColumn("Of hours", format="%,.1f"),
                "labeling_side": "Labeling side",
                "modeling_side": "Modeling side",
            },
            alt="Labeling share by definition",
            key="definitions-table",
        )
