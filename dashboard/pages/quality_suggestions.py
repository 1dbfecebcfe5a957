"""What became of suggestions, and signs that they are waved through."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.charts import quality as charts
from dashboard.figures import Figure
from dashboard.pages import reading, shown
from dashboard.pages.bar import Choice


def show(choice: Choice) -> None:
    """Draw the cards; where there are no suggestions one of them says so."""
    known = reading.read("suggestion_outcomes", choice.filters)
    outcomes(known)
    if known.refused:
        return
    stamps(reading.read("rubber_stamp", choice.filters), reading.read("suggestions_by_week", choice.filters))
    shifts(reading.read("anchoring", choice.filters))


def outcomes(figure: Figure) -> None:
    """Draw the outcomes by month, one chart an automation, and the table."""
    with st.container(border=True):
        shown.head("What became of suggestions", figure, "outcomes")
        if shown.refused(figure):
            return
        notes = reading.read("notes", figure.filters)
        with st.grid(3, min_column_width=300):
            for place, automation in enumerate(figure.rows.get_column("automation").unique().sort()):
                rows = figure.rows.filter(pl.col("automation") == automation)
                with st.container():
                    st.markdown(f"**{shown.literal(automation)}**")
                    st.caption(kept(rows))
                    alt = f"Stacked bars: suggestions of {automation} unchanged, edited, rejected and unknown by month."
                    spec = charts.suggestion_outcomes(shown.mode())
                    shown.chart(charts.outcomes(rows), spec, alt, f"outcomes-{place}", notes)
        with st.expander("Outcomes as a table"):
            table(figure.rows)


def kept(rows: pl.DataFrame) -> str:
    """Return the shares over all months, with what they are of."""
    known, labels = int(rows.get_column("known").sum()), int(rows.get_column("labels").sum())
    if not known:
        return f"The log does not say what became of its {labels:,} suggestions: the column suggestion would."
    parts = [f"{rows.get_column(name).sum() / known:.0%} {name}" for name in ("unchanged", "edited", "rejected")]
    return f"{', '.join(parts)}, of {known:,} known; {labels - known:,} unknown."


def table(rows: pl.DataFrame) -> None:
    """List counts and shares by month."""
    counts = ("labels", "unchanged", "edited", "rejected", "unknown", "known")
    shares = {"unchanged_share": "Unchanged, %", "edited_share": "Edited, %", "rejected_share": "Rejected, %"}
    st.dataframe(
        rows,
        hide_index=True,
        placeholder="–",
        column_config={
            "automation": st.column_config.TextColumn("Automation", pinned=True),
            "month_on": st.column_config.DateColumn("Month", format="MMM YYYY"),
            **{name: st.column_config.NumberColumn(name.capitalize(), format="localized") for name in counts},
            **{name: st.column_config.NumberColumn(title, format="percent") for name, title in shares.items()},
        },
        alt="Outcomes of suggestions by automation and month",
        key="outcomes-table",
    )
    shown.download("Download as CSV", rows, "suggestion-outcomes.csv", "outcomes-csv")


def stamps(figure: Figure, weeks: Figure) -> None:
    """Say for each automation whether suggestions may be waved through, and draw the weeks."""
    with st.container(border=True):
        shown.head("Are suggestions waved through?", figure, "stamps")
        if shown.refused(figure):
            return
        if figure.rows.is_empty():
            st.caption("No log here says what became of suggestions.")
        for place, row in enumerate(figure.rows.iter_rows(named=True)):
            said = f"**{shown.literal(row['automation'])}**: {shown.literal(row['words'])}"
            if row["warning"]:
                st.warning(said, icon=":material/approval:")
            else:
                st.markdown(said)
            if row["warning"] is None:
                continue
            rows = weeks.rows.filter(pl.col("automation") == row["automation"])
            alt = f"Line: share of suggestions of {row['automation']} kept unchanged, by week."
            notes = reading.read("notes", weeks.filters)
            shown.chart(rows, charts.suggestions_by_week(shown.mode()), alt, f"stamps-{place}", notes)
        with st.expander("Weeks as a table"):
            st.dataframe(
                weeks.rows,
                hide_index=True,
                placeholder="–",
                column_config={
                    "automation": st.column_config.TextColumn("Automation", pinned=True),
                    "week_on": st.column_config.DateColumn("Week of"),
                    "suggestions": st.column_config.NumberColumn("Suggestions known", format="localized"),
                    "unchanged": st.column_config.NumberColumn("Unchanged", format="localized"),
                    "unchanged_share": st.column_config.NumberColumn("Unchanged, %", format="percent"),
                    "timed": st.column_config.NumberColumn("Timed", format="localized"),
                    "median_seconds": st.column_config.NumberColumn("Median seconds", format="%,.0f"),
                    "gold": "Scored against gold",
                    "wrong": "of these not full",
                },
                alt="Suggestions kept, time and errors by automation and week",
                key="stamps-table",
            )


def shifts(figure: Figure) -> None:
    """Say for each automation whether labels shift where people see the suggestion."""
    with st.container(border=True):
        shown.head("Do suggestions shift the labels?", figure, "anchoring")
        if shown.refused(figure):
            return
        for row in figure.rows.iter_rows(named=True):
            said = f"**{shown.literal(row['automation'])}**: {shown.literal(row['words'])}"
            if row["shifted"]:
                st.warning(said, icon=":material/anchor:")
            else:
                st.markdown(said)
            if row["needed"]:
                brings = "a labeling events CSV with the same item, manual as method, and answer or objects"
                st.caption(shown.literal(f"Needed: {row['needed']}: {brings}."))
        compared = figure.rows.get_column("compared").unique().sort().to_list()
        st.caption(f"Compared on items labeled both ways: {' or '.join(compared)}.")
