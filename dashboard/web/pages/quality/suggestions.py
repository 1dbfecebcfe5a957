"""What became of suggestions, and signs that they are waved through."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.quality.charts import build_outcome_rows, draw_suggestion_outcomes, draw_suggestions_by_week
from dashboard.web.cached_store import read_figure
from dashboard.web.components import (
    escape_markdown,
    show_chart,
    show_download,
    show_title,
    show_unavailable,
    theme_mode,
)
from dashboard.web.filter_bar import Choice


def show_suggestions(choice: Choice) -> None:
    """Draw the cards; where there are no suggestions one of them says so."""
    outcomes = read_figure("suggestion_outcomes", choice.filters)
    show_outcomes(outcomes)
    if outcomes.unavailable:
        return
    show_rubber_stamps(read_figure("rubber_stamp", choice.filters), read_figure("suggestions_by_week", choice.filters))
    show_anchoring(read_figure("anchoring", choice.filters))


def show_outcomes(figure: Figure) -> None:
    """Draw the outcomes by month, one chart per automation, and the table."""
    with st.container(border=True):
        show_title("What became of suggestions", figure, "outcomes")
        if show_unavailable(figure):
            return
        notes = read_figure("notes", figure.filters)
        with st.grid(3, min_column_width=300):
            for index, automation in enumerate(figure.rows.get_column("automation").unique().sort()):
                rows = figure.rows.filter(pl.col("automation") == automation)
                with st.container():
                    st.markdown(f"**{escape_markdown(automation)}**")
                    st.caption(describe_outcomes(rows))
                    alt = f"Stacked bars: suggestions of {automation} unchanged, edited, rejected and unknown by month."
                    spec = draw_suggestion_outcomes(theme_mode())
                    show_chart(build_outcome_rows(rows), spec, alt, f"outcomes-{index}", notes)
        with st.expander("Outcomes as a table"):
            show_outcomes_table(figure.rows)


def describe_outcomes(rows: pl.DataFrame) -> str:
    """Return the shares over all months, with their denominator."""
    known_count, label_count = int(rows.get_column("known").sum()), int(rows.get_column("labels").sum())
    if not known_count:
        return (
            f"The log does not say what became of its {label_count:,} suggestions: the column suggestion would say so."
        )
    parts = [f"{rows.get_column(name).sum() / known_count:.0%} {name}" for name in ("unchanged", "edited", "rejected")]
    return f"{', '.join(parts)}, of {known_count:,} known; {label_count - known_count:,} unknown."


def show_outcomes_table(rows: pl.DataFrame) -> None:
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
    show_download("Download as CSV", rows, "suggestion-outcomes.csv", "outcomes-csv")


def show_rubber_stamps(figure: Figure, weeks: Figure) -> None:
    """Say for each automation whether suggestions may be waved through, and draw the weeks."""
    with st.container(border=True):
        show_title("Are suggestions waved through?", figure, "stamps")
        if show_unavailable(figure):
            return
        if figure.rows.is_empty():
            st.caption("No log here says what became of suggestions.")
        for index, row in enumerate(figure.rows.iter_rows(named=True)):
            sentence = f"**{escape_markdown(row['automation'])}**: {escape_markdown(row['words'])}"
            if row["warning"]:
                st.warning(sentence, icon=":material/approval:")
            else:
                st.markdown(sentence)
            if row["warning"] is None:
                continue
            rows = weeks.rows.filter(pl.col("automation") == row["automation"])
            alt = f"Line: share of suggestions of {row['automation']} kept unchanged, by week."
            notes = read_figure("notes", weeks.filters)
            show_chart(rows, draw_suggestions_by_week(theme_mode()), alt, f"stamps-{index}", notes)
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


def show_anchoring(figure: Figure) -> None:
    """Say for each automation whether labels shift where people see the suggestion."""
    with st.container(border=True):
        show_title("Do suggestions shift the labels?", figure, "anchoring")
        if show_unavailable(figure):
            return
        for row in figure.rows.iter_rows(named=True):
            sentence = f"**{escape_markdown(row['automation'])}**: {escape_markdown(row['words'])}"
            if row["shifted"]:
                st.warning(sentence, icon=":material/anchor:")
            else:
                st.markdown(sentence)
            if row["needed"]:
                remedy = "a labeling events CSV with the same item, manual as method, and answer or objects"
                st.caption(escape_markdown(f"Needed: {row['needed']}: {remedy}."))
        comparisons = figure.rows.get_column("compared").unique().sort().to_list()
        st.caption(f"Compared on items labeled both ways: {' or '.join(comparisons)}.")
