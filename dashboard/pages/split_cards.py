"""Cards shared by the overview and the time split: the split over time, and by one thing."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import allocation, frames
from dashboard.figures import Figure
from dashboard.filters import Filters
from dashboard.pages import pinning, reading, shown
from dashboard.pages.bar import Choice

BEGINS = {"day": "day_on", "week": "week_on", "month": "month_on"}
OVER_TIME = {
    "day": allocation.hours_by_day,
    "week": allocation.hours_by_week,
    "month": allocation.hours_by_month,
}
BY = {
    "project": allocation.hours_by_project,
    "person": allocation.hours_by_person,
    "team": allocation.hours_by_team,
}
FEW, MANY = 10, 30  # bars beside other charts, and on a page of their own
TABLE_COLUMNS = ("fte", "hours", "labeling_share", "share", "entries", "people")
FTE_BY = {
    "project": allocation.fte_by_project,
    "person": allocation.fte_by_person,
    "team": allocation.fte_by_team,
}
MEASURE_WORDS = {
    "share": "share of tracked time",
    "part": "share of all tracked time",
    "hours": "hours",
    "fte": "full-time equivalents",
}


def grain_for(filters: Filters) -> str:
    """Return days, weeks or months, by the length of the period or of the data."""
    known = reading.known_days()
    first = filters.from_on or (known[0] if known else None)
    last = filters.to_on or (known[1] if known else None)
    return frames.grain_of(first, last)


def over_time(
    choice: Choice,
    key: str,
    title: str = "How is the split changing?",
    *,
    always_weeks: bool = False,
    names: bool = False,
) -> None:
    """Draw the split by category over time, in the unit that is chosen."""
    filters = choice.filters
    grain = "week" if always_weeks or choice.unit == "fte" else grain_for(filters)
    figure = reading.read("fte_by_week" if choice.unit == "fte" else f"hours_by_{grain}", filters, names=names)
    with st.container(border=True, height="stretch"):
        shown.head(title, figure, f"{key}-over-time")
        if shown.refused(figure):
            return
        rows = reading.shaped(figure, frames.over_time, BEGINS[grain], grain, *_bounds(filters))
        present = reading.shaped(figure, frames.present)
        draw = allocation.fte_by_week if choice.unit == "fte" else OVER_TIME[grain]
        alt = f"Stacked bars: {MEASURE_WORDS[choice.unit]} by category, one bar a {grain}, {choice.said()}."
        spec = draw(shown.mode(), choice.unit, present)
        notes = reading.read("notes", filters)
        shown.chart(rows, spec, alt, f"{key}-over-time-{choice.unit}-{grain}", notes)
        pinning.offer(filters, key)
        if rows.get_column("partial").any():
            st.caption(f"Faded bars: {grain}s that the period cuts short.")
        if choice.unit == "fte":
            counted(figure)


def _bounds(filters: Filters) -> tuple[date | None, date | None]:
    """Return the days that cut periods short: those asked for, or the last day known."""
    known = reading.known_days()
    return filters.from_on, filters.to_on or (known[1] if known else None)


def by(choice: Choice, column: str, key: str, title: str, *, names: bool = False) -> None:
    """Draw the chosen unit by project, person or team, the largest first."""
    is_fte, is_small = choice.unit == "fte", key == "overview"
    figure = reading.read(f"fte_by_{column}" if is_fte else f"{column}_by_category", choice.filters, names=names)
    # A share of each one's own time would make all bars the same length and hide which takes the most.
    unit = "part" if is_small and choice.unit == "share" else choice.unit
    with st.container(border=True, height="stretch"):
        shown.head(title, figure, f"{key}-{column}")
        if shown.refused(figure):
            return
        rows = reading.shaped(figure, frames.ranked, column, FEW if is_small else MANY, "fte" if is_fte else "hours")
        present = reading.shaped(figure, frames.present)
        alt = f"Stacked bars: {MEASURE_WORDS[unit]} by {column} and category, {choice.said()}."
        draw = (FTE_BY if is_fte else BY)[column]
        shown.chart(rows, draw(shown.mode(), unit, present), alt, f"{key}-by-{column}-{unit}")
        if is_fte:
            counted(figure)


def counted(figure: Figure, *, by_week: bool = False) -> None:
    """Say over how many weeks FTE is an average, and whose time it leaves out."""
    parts = ["FTE of each week"] if by_week or "weeks" not in figure.columns else []
    if "weeks" in figure.columns:
        weeks = int(figure.rows.item(0, "weeks"))
        parts.append(f"{'average' if parts else 'FTE: average'} over {weeks} {'week' if weeks == 1 else 'weeks'}")
    st.caption(shown.literal("; ".join([*parts, figure.coverage_note])))


def table(choice: Choice, column: str, key: str, *, names: bool = False) -> pl.DataFrame:
    """Show the table behind the bars: hours, labeling share, share of all, entries; return its rows."""
    figure = reading.read(f"hours_by_{column}", choice.filters, names=names)
    known = reading.read(f"fte_by_{column}", choice.filters, names=names) if choice.unit == "fte" else None
    rows = reading.shaped(figure, _listed, column, known)
    st.dataframe(
        rows.to_arrow(),
        hide_index=True,
        placeholder="–",
        column_config={
            column: st.column_config.TextColumn(column.capitalize(), pinned=True),
            "fte": st.column_config.NumberColumn(
                "FTE", format="%.2f", help="Average over the weeks, of those whose weekly hours are known."
            ),
            "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
            "labeling_share": st.column_config.ProgressColumn(
                "Labeling share", format="percent", min_value=0, max_value=1, help="Of labeling and modeling together."
            ),
            "share": st.column_config.NumberColumn("Of all tracked", format="percent"),
            "entries": st.column_config.NumberColumn("Entries", format="localized"),
            "people": st.column_config.NumberColumn("People"),
        },
        alt=f"Table: hours by {column}, {choice.said()}",
        key=f"{key}-table-{column}",
    )
    shown.download("Download as CSV", rows, f"hours-by-{column}.csv", f"{key}-csv-{column}")
    return rows


def _listed(rows: pl.DataFrame, column: str, known: Figure | None) -> pl.DataFrame:
    """Return the columns of the table; with FTE where those who are known have some."""
    if known is not None:
        fte = known.rows.group_by(column).agg(pl.col("fte").sum())
        rows = rows.join(fte, on=column, how="left", maintain_order="left")
    return rows.select(name for name in (column, *TABLE_COLUMNS) if name in rows.columns)


def no_match(choice: Choice, clear: object) -> None:
    """Say which filters leave nothing, and offer the way out."""
    known = reading.known_days()
    st.info(
        f"No time is tracked for: {shown.literal(choice.said())}."
        + (f" The data runs from {theme.day(known[0])} to {theme.day(known[1])}." if known else ""),
        title="Nothing matches these filters",
        icon=":material/filter_alt_off:",
    )
    st.button("Clear filters", on_click=clear, type="primary", key="clear-filters")  # type: ignore[arg-type]
