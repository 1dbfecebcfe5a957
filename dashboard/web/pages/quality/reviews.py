"""What reviewers accept, what a stage costs and catches, rework, agreement, and time against quality."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.quality.charts import MIN_REVIEWED
from dashboard.units import format_count
from dashboard.web.cached_store import read_figure
from dashboard.web.components import build_view, fold_table, show_table, show_title, show_unavailable, show_view
from dashboard.web.filter_bar import Choice

CUTS = ("Project", "Method", "Automation")
POINTS = ("Person", "Batch")
STAGE_COLUMNS = (
    "project",
    "stage",
    "items",
    "annotators",
    "caught",
    "caught_share",
    "caught_low",
    "caught_high",
    "events",
    "timed_events",
    "hours",
    "timed_caught",
    "hours_per_catch",
)
REWORK_COLUMNS = (
    "name",
    "cut",
    "labels",
    "reviewed",
    "sent_back",
    "reworked",
    "sent_back_untold",
    "open_reviews",
    "hours",
    "told_hours",
    "share",
)


def show_acceptance(figure: Figure) -> None:
    """Draw acceptance by project, method or automation."""
    with st.container(border=True):
        show_title("What reviewers accept", figure, "acceptance")
        if show_unavailable(figure):
            return
        cut = choose_cut()
        view = build_view(figure, {"by": cut.lower()})
        show_view(view, figure, f"acceptance-{cut}", "None of these labels was reviewed.")
        st.caption("Acceptance is no evidence of their quality where reviewers see the suggestion.")


def choose_cut() -> str:
    """Ask by what acceptance is shown."""
    return str(
        st.segmented_control(
            "By", CUTS, default=CUTS[0], required=True, key="acceptance-by", label_visibility="collapsed"
        )
    )


def fold_acceptance(figure: Figure) -> None:
    """Offer acceptance by project, method and automation as a table."""
    if not figure.unavailable:
        columns = ("cut", "name", *(name for name in figure.rows.columns if name not in {"cut", "name"}))
        fold_table("What reviewers accept", figure, columns, key="acceptance", alt="Acceptance by every cut")
        st.caption(f"Grey in its chart: fewer than {MIN_REVIEWED} reviewed.")


def show_review_stages(choice: Choice) -> None:
    """List what each review stage costs and catches."""
    figure = read_figure("stage_value", choice.filters)
    with st.container(border=True):
        show_title("What a review stage costs and catches", figure, "stages")
        if show_unavailable(figure):
            return
        if figure.rows.get_column("timed_events").sum() == 0:
            st.info(
                "No review here has a time: Label Studio and CVAT export none. A labeling events CSV can give it: "
                "review as stage, and seconds.",
                icon=":material/timer_off:",
            )
        show_table(figure.rows, figure.name, STAGE_COLUMNS, "stages", "Review stages with hours and catches")


def show_rework(choice: Choice) -> None:
    """List rework by project and method."""
    figure = read_figure("rework", choice.filters)
    with st.container(border=True):
        show_title("Rework, charged to the method that caused it", figure, "rework")
        if show_unavailable(figure):
            return
        untimed = int(figure.rows.item(0, "sent_back_untold"))
        if untimed:
            st.caption(
                f"{format_count(untimed)} labels were sent back in tools that do not say how long the rework took: "
                "their rework is "
                "unknown and in no share. A labeling events CSV can give it: rework as stage, and seconds."
            )
        show_table(figure.rows, figure.name, REWORK_COLUMNS, "rework", "Rework by project and method")


def show_quality_scatter(choice: Choice) -> None:
    """Draw time against quality by person or batch; small groups are greyed."""
    figure = read_figure("time_against_quality", choice.filters)
    with st.container(border=True):
        show_title("Time against quality", figure, "scatter")
        if show_unavailable(figure):
            return
        cut = str(st.segmented_control("One point per", POINTS, default=POINTS[0], required=True, key="scatter-by"))
        view = build_view(figure, {"by": cut.lower()})
        if not show_view(view, figure, f"scatter-{cut}"):
            st.caption(f"No {cut.lower()} has both timed and reviewed labels.")
            return
        st.caption("Items differ in difficulty, and reviewers in strictness: this ranks nobody. Grey: too few to say.")
        with st.expander("The points as a table"):
            rows = figure.rows.filter(pl.col("cut") == cut.lower())
            omitted = {"cut", "batch" if cut == POINTS[0] else "person"}
            columns = [name for name in rows.columns if name not in omitted]
            show_table(rows, figure.name, columns, "scatter", "Time and quality by person or batch")
