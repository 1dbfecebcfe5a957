"""What became of suggestions, and signs that they are waved through."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.units import format_count, format_share
from dashboard.web.cached_store import read_figure
from dashboard.web.components import (
    build_view,
    escape_markdown,
    fold_table,
    show_table,
    show_title,
    show_unavailable,
    show_view,
)
from dashboard.web.filter_bar import Choice
from dashboard.web.pages.quality.gate import list_needs


def show_suggestions(choice: Choice) -> None:
    """Draw the cards; where there are no suggestions one of them says so."""
    outcomes = read_figure("suggestion_outcomes", choice.filters)
    show_outcomes(outcomes)
    if outcomes.unavailable:
        return
    edits = read_figure("suggestion_edits", choice.filters)
    fold_table(edits.title, edits, key="edits", alt="How much of suggestions people changed, by automation")
    versions = read_figure("model_versions", choice.filters)
    if versions.rows.get_column("model").n_unique() > 1:
        fold_table(versions.title, versions, key="versions", alt="What became of suggestions, by version of the model")
    show_rubber_stamps(read_figure("rubber_stamp", choice.filters), read_figure("suggestions_by_week", choice.filters))
    show_anchoring(read_figure("anchoring", choice.filters))


def show_outcomes(figure: Figure) -> None:
    """Draw the outcomes by month, one chart per automation, and the table."""
    with st.container(border=True):
        show_title("What became of suggestions", figure, "outcomes")
        if show_unavailable(figure):
            return
        with st.grid(3, min_column_width=300):
            for index, automation in enumerate(figure.rows.get_column("automation").unique().sort()):
                rows = figure.rows.filter(pl.col("automation") == automation)
                with st.container():
                    st.markdown(f"**{escape_markdown(automation)}**")
                    st.caption(describe_outcomes(rows))
                    show_view(build_view(figure, {"automation": automation}), figure, f"outcomes-{index}")
        with st.expander("Outcomes as a table"):
            show_table(figure.rows, figure.name, None, "outcomes", "Outcomes of suggestions by automation and month")


def describe_outcomes(rows: pl.DataFrame) -> str:
    """Return the shares over all months, with their denominator."""
    known_count, label_count = int(rows.get_column("known").sum()), int(rows.get_column("labels").sum())
    if not known_count:
        return (
            f"The log does not say what became of its {format_count(label_count)} suggestions: the column suggestion "
            "would say so."
        )
    parts = [
        f"{format_share(rows.get_column(name).sum() / known_count)} {name}"
        for name in ("unchanged", "edited", "rejected")
    ]
    return (
        f"{', '.join(parts)}, of {format_count(known_count)} known; {format_count(label_count - known_count)} unknown."
    )


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
            show_view(build_view(weeks, {"automation": row["automation"]}), weeks, f"stamps-{index}")
        with st.expander("Weeks as a table"):
            alt = "Suggestions kept, time and errors by automation and week"
            show_table(weeks.rows, weeks.name, None, "stamps", alt)


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
        for need in list_needs(figure.rows):
            remedy = "a labeling events CSV with the same item, manual as method, and answer or objects"
            st.caption(escape_markdown(f"{need}: {remedy}."))
        comparisons = figure.rows.get_column("compared").unique().sort().to_list()
        st.caption(f"Compared on items labeled both ways: {' or '.join(comparisons)}.")
