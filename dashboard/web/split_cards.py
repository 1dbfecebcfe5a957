"""Cards shared by the overview and the time split: the split over time, and by one column."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from dashboard.allocation import chart_frames
from dashboard.allocation.charts import (
    draw_fte_by_person,
    draw_fte_by_project,
    draw_fte_by_team,
    draw_fte_by_week,
    draw_hours_by_day,
    draw_hours_by_month,
    draw_hours_by_person,
    draw_hours_by_project,
    draw_hours_by_team,
    draw_hours_by_week,
)
from dashboard.figures.resolve import Figure
from dashboard.filters import Filters
from dashboard.units import count_noun, format_day
from dashboard.web.cached_store import read_figure, read_tracked_days, shape_rows
from dashboard.web.chart_picks import find_days, show_pick
from dashboard.web.components import (
    escape_markdown,
    show_chart,
    show_download,
    show_title,
    show_unavailable,
    theme_mode,
)
from dashboard.web.filter_bar import Choice
from dashboard.web.note_form import show_note_form, show_note_message
from dashboard.web.tables import SHARE_CELL, scale_shares, show_frame

START_COLUMNS = {"day": "day_on", "week": "week_on", "month": "month_on"}
OVER_TIME = {
    "day": draw_hours_by_day,
    "week": draw_hours_by_week,
    "month": draw_hours_by_month,
}
HOURS_BY = {
    "project": draw_hours_by_project,
    "person": draw_hours_by_person,
    "team": draw_hours_by_team,
}
FEW_BARS, MANY_BARS = 10, 30  # bars beside other charts, and on a page of their own
TABLE_COLUMNS = (
    "fte",
    "hours",
    "labeling_share",
    "labeling_share_low",
    "labeling_share_high",
    "share",
    "entries",
    "people",
)
TABLE_SHARES = tuple(name for name in TABLE_COLUMNS if "share" in name)
SHARE_RANGE_HELP = (
    "Hours that are not sorted yet, counted as modeling and as labeling; the share itself is empty where they could "
    "move it by more than 5 points."
)
FTE_BY = {
    "project": draw_fte_by_project,
    "person": draw_fte_by_person,
    "team": draw_fte_by_team,
}
MEASURE_WORDS = {
    "share": "share of tracked time",
    "part": "share of all tracked time",
    "hours": "hours",
    "fte": "full-time equivalents",
}


def choose_grain(filters: Filters) -> str:
    """Return days, weeks or months, by the length of the period or of the data."""
    tracked_days = read_tracked_days()
    first = filters.from_on or (tracked_days[0] if tracked_days else None)
    last = filters.to_on or (tracked_days[1] if tracked_days else None)
    return chart_frames.choose_grain(first, last)


def show_over_time(
    choice: Choice,
    key: str,
    title: str = "How is the split changing?",
    *,
    always_weeks: bool = False,
    names: bool = False,
    is_clickable: bool = False,
) -> None:
    """Draw the split by category over time, in the chosen unit."""
    filters = choice.filters
    grain = "week" if always_weeks or choice.unit == "fte" else choose_grain(filters)
    figure = read_figure("fte_by_week" if choice.unit == "fte" else f"hours_by_{grain}", filters, names=names)
    with st.container(border=True, height="stretch"):
        show_title(title, figure, f"{key}-over-time")
        if show_unavailable(figure):
            return
        rows = shape_rows(figure, chart_frames.build_period_rows, START_COLUMNS[grain], grain, *_read_bounds(filters))
        present = shape_rows(figure, chart_frames.list_present_categories)
        draw_chart = draw_fte_by_week if choice.unit == "fte" else OVER_TIME[grain]
        alt = f"Stacked bars: {MEASURE_WORDS[choice.unit]} by category, one bar per {grain}, {choice.describe()}."
        spec = draw_chart(theme_mode(), choice.unit, present)
        notes = read_figure("notes", filters)
        show_note_message(key)
        pick = show_chart(
            rows,
            spec,
            alt,
            f"{key}-over-time-{choice.unit}-{grain}",
            notes,
            show_form=lambda: show_note_form(filters, key),
            picks=("label", "category") if is_clickable else (),
        )
        show_pick(find_days(rows, pick, _read_bounds(filters)[1]), f"{key}-over-time")
        if rows.get_column("partial").any():
            st.caption(f"Faded: partial {grain}.")
        if choice.unit == "fte":
            show_fte_note(figure)


def _read_bounds(filters: Filters) -> tuple[date | None, date | None]:
    """Return the days that cut periods short: those of the filters, or the last day with data."""
    tracked_days = read_tracked_days()
    return filters.from_on, filters.to_on or (tracked_days[1] if tracked_days else None)


def show_by_column(choice: Choice, column: str, key: str, title: str, *, names: bool = False) -> None:
    """Draw the chosen unit by project, person or team, the largest first."""
    is_fte, is_small = choice.unit == "fte", key == "overview"
    figure = read_figure(f"fte_by_{column}" if is_fte else f"{column}_by_category", choice.filters, names=names)
    # A share of each one's own time would make all bars the same length and hide which takes the most.
    unit = "part" if is_small and choice.unit == "share" else choice.unit
    with st.container(border=True, height="stretch"):
        show_title(title, figure, f"{key}-{column}")
        if show_unavailable(figure):
            return
        limit = FEW_BARS if is_small else MANY_BARS
        rows = shape_rows(figure, chart_frames.rank_rows, column, limit, "fte" if is_fte else "hours")
        others = rows.filter(pl.col("rank") >= limit) if unit != "share" else rows.clear()
        present = shape_rows(figure, chart_frames.list_present_categories)
        alt = f"Stacked bars: {MEASURE_WORDS[unit]} by {column} and category, {choice.describe()}."
        draw_chart = (FTE_BY if is_fte else HOURS_BY)[column]
        # Nobody is a filter: a click on a person's bar is one on its category.
        picks = () if is_small else ("category",) if column == "person" else (column, "category")
        spec = draw_chart(theme_mode(), unit, present)
        drawn = rows.join(others, on="rank", how="anti", maintain_order="left")
        show_pick(show_chart(drawn, spec, alt, f"{key}-by-{column}-{unit}", picks=picks), f"{key}-by-{column}")
        if not others.is_empty():
            names_of_others = count_noun(figure.rows.get_column(column).n_unique() - limit, f"other {column}")
            st.caption(chart_frames.describe_others(others, rows, names_of_others))
        if is_fte:
            show_fte_note(figure)


def show_fte_note(figure: Figure, *, by_week: bool = False) -> None:
    """Say over how many weeks FTE is averaged, and whose time it leaves out."""
    parts = ["FTE of each week"] if by_week or "weeks" not in figure.columns else []
    if "weeks" in figure.columns:
        weeks = int(figure.rows.item(0, "weeks"))
        parts.append(f"{'average' if parts else 'FTE: average'} over {weeks} {'week' if weeks == 1 else 'weeks'}")
    st.caption(escape_markdown("; ".join([*parts, figure.coverage_note])))


def show_hours_table(choice: Choice, column: str, key: str, *, names: bool = False) -> pl.DataFrame:
    """Show the table behind the bars: hours, labeling share, share of all, entries; return its rows."""
    figure = read_figure(f"hours_by_{column}", choice.filters, names=names)
    fte_figure = read_figure(f"fte_by_{column}", choice.filters, names=names) if choice.unit == "fte" else None
    rows = shape_rows(figure, _select_columns, column, fte_figure)
    show_frame(
        scale_shares(rows, *TABLE_SHARES).to_arrow(),
        hide_index=True,
        placeholder="–",
        column_config={
            column: st.column_config.TextColumn(column.capitalize(), pinned=True),
            "fte": st.column_config.NumberColumn(
                "FTE", format="%.2f", help="Average over the weeks, of those whose weekly hours are known."
            ),
            "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
            "labeling_share": st.column_config.ProgressColumn(
                "Labeling share",
                format=SHARE_CELL,
                min_value=0,
                max_value=100,
                help="Of labeling and modeling together.",
            ),
            "labeling_share_low": st.column_config.NumberColumn("At least", format=SHARE_CELL, help=SHARE_RANGE_HELP),
            "labeling_share_high": st.column_config.NumberColumn("At most", format=SHARE_CELL, help=SHARE_RANGE_HELP),
            "share": st.column_config.NumberColumn("Of all tracked", format=SHARE_CELL),
            "entries": st.column_config.NumberColumn("Entries", format="localized"),
            "people": st.column_config.NumberColumn("People"),
        },
        alt=f"Table: hours by {column}, {choice.describe()}",
        key=f"{key}-table-{column}",
    )
    show_download("Download as CSV", rows, f"hours-by-{column}.csv", f"{key}-csv-{column}", f"hours_by_{column}")
    return rows


def _select_columns(rows: pl.DataFrame, column: str, fte_figure: Figure | None) -> pl.DataFrame:
    """Return the columns of the table, with FTE where it is known."""
    if fte_figure is not None:
        fte = fte_figure.rows.group_by(column).agg(pl.col("fte").sum())
        rows = rows.join(fte, on=column, how="left", maintain_order="left")
    return rows.select(name for name in (column, *TABLE_COLUMNS) if name in rows.columns)


def show_no_match(choice: Choice, clear: object) -> None:
    """Say which filters match nothing, and offer to clear them."""
    tracked_days = read_tracked_days()
    st.info(
        f"No time is tracked for: {escape_markdown(choice.describe())}."
        + (
            f" The data runs from {format_day(tracked_days[0])} to {format_day(tracked_days[1])}."
            if tracked_days
            else ""
        ),
        title="Nothing matches these filters",
        icon=":material/filter_alt_off:",
    )
    st.button("Clear filters", on_click=clear, type="primary", key="clear-filters")  # type: ignore[arg-type]
