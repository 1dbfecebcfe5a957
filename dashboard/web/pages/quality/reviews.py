"""What reviewers accept, what a stage costs and catches, rework, agreement, and time against quality."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.quality.charts import (
    MIN_REVIEWED,
    build_acceptance_rows,
    build_quality_points,
    draw_acceptance,
    draw_time_against_quality,
)
from dashboard.quality.rows import AGREEMENT_CAVEAT, COMPARISON_NOTE
from dashboard.web.cached_store import read_figure
from dashboard.web.components import show_chart, show_download, show_title, show_unavailable, theme_mode
from dashboard.web.filter_bar import Choice

CUTS = ("Project", "Method", "Automation")
POINTS = ("Person", "Batch")


def show_acceptance(figure: Figure) -> None:
    """Draw acceptance by project, method or automation."""
    with st.container(border=True):
        show_title("What reviewers accept", figure, "acceptance")
        if show_unavailable(figure):
            return
        cut = st.segmented_control("By", CUTS, default=CUTS[0], required=True, key="acceptance-by")
        rows = figure.rows.filter(pl.col("cut") == str(cut).lower())
        reviewed = build_acceptance_rows(rows)
        if reviewed.is_empty():
            st.caption("None of these labels was reviewed.")
        else:
            alt = f"Points with 95 % intervals: accepted share of reviewed labels by {str(cut).lower()}."
            show_chart(reviewed, draw_acceptance(theme_mode()), alt, f"acceptance-{cut}")
        st.caption(
            f"Grey: fewer than {MIN_REVIEWED} reviewed. Reviewers who see a suggestion accept it more easily: "
            "acceptance of assisted labels is no evidence of their quality."
        )
        with st.expander("Acceptance as a table"):
            show_acceptance_table(rows, str(cut))


def show_acceptance_table(rows: pl.DataFrame, cut: str) -> None:
    """List counts, shares and intervals."""
    shares = {
        "accepted_share": "Accepted",
        "accepted_low": "from",
        "accepted_high": "to",
        "first_pass_share": "As it came",
        "first_pass_low": "from ",
        "first_pass_high": "to ",
        "reviewed_share": "Reviewed, of all",
    }
    numbers = {"labels": "Labels", "reviewed": "Reviewed", "accepted": "Accepted, n", "fixed": "of these fixed"}
    st.dataframe(
        rows.drop("cut"),
        hide_index=True,
        placeholder="–",
        column_config={
            "name": st.column_config.TextColumn(cut, pinned=True),
            **{name: st.column_config.NumberColumn(title, format="localized") for name, title in numbers.items()},
            "first_pass": st.column_config.NumberColumn("As it came, n", format="localized"),
            "rejections": st.column_config.NumberColumn("Rejections", format="localized"),
            **{name: st.column_config.NumberColumn(title, format="percent") for name, title in shares.items()},
            "rejections_per_label": st.column_config.NumberColumn("Rejections per label", format="%.2f"),
        },
        alt=f"Acceptance by {cut.lower()}",
        key="acceptance-table",
    )
    show_download("Download as CSV", rows, "acceptance.csv", "acceptance-csv")


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
        st.dataframe(
            figure.rows.drop("milliseconds"),
            hide_index=True,
            placeholder="–",
            column_config={
                "project": st.column_config.TextColumn("Project", pinned=True),
                "stage": "Stage",
                "items": st.column_config.NumberColumn("Items seen", format="localized"),
                "caught": st.column_config.NumberColumn("Caught", format="localized", help="Rejected or fixed."),
                "caught_share": st.column_config.NumberColumn("Caught, of seen", format="percent"),
                "caught_low": st.column_config.NumberColumn("from", format="percent"),
                "caught_high": st.column_config.NumberColumn("to", format="percent"),
                "events": st.column_config.NumberColumn("Reviews", format="localized"),
                "timed_events": st.column_config.NumberColumn("of these timed", format="localized"),
                "timed_caught": st.column_config.NumberColumn("Caught by timed", format="localized"),
                "hours": st.column_config.NumberColumn("Hours, timed", format="%,.1f"),
                "hours_per_catch": st.column_config.NumberColumn("Hours per catch", format="%.2f"),
            },
            column_order=(
                "project", "stage", "items", "caught", "caught_share", "caught_low", "caught_high", "events",
                "timed_events", "hours", "timed_caught", "hours_per_catch",
            ),
            alt="Review stages with hours and catches",
            key="stages-table",
        )  # fmt: skip
        show_download("Download as CSV", figure.rows, "review-stages.csv", "stages-csv")


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
                f"{untimed:,} labels were sent back in tools that do not say how long the rework took: their rework is "
                "unknown and in no share. A labeling events CSV can give it: rework as stage, and seconds."
            )
        st.dataframe(
            figure.rows.drop("rework_milliseconds", "told_milliseconds"),
            hide_index=True,
            placeholder="–",
            column_config={
                "cut": "By",
                "name": st.column_config.TextColumn("Of", pinned=True),
                "labels": st.column_config.NumberColumn("Labels", format="localized"),
                "reviewed": st.column_config.NumberColumn("Reviewed", format="localized"),
                "sent_back": st.column_config.NumberColumn("Sent back", format="localized"),
                "reworked": st.column_config.NumberColumn("Reworked, timed", format="localized"),
                "sent_back_untold": st.column_config.NumberColumn("Sent back, time unknown", format="localized"),
                "hours": st.column_config.NumberColumn("Rework hours", format="%,.1f"),
                "told_hours": st.column_config.NumberColumn("Of hours", format="%,.1f"),
                "share": st.column_config.NumberColumn("Share", format="percent"),
            },
            alt="Rework by project and method",
            key="rework-table",
        )
        show_download("Download as CSV", figure.rows, "rework.csv", "rework-csv")


def show_agreement(choice: Choice) -> None:
    """List how far people agree, and what else would need to be measured."""
    figure = read_figure("agreement", choice.filters)
    with st.container(border=True):
        show_title("How far people agree", figure, "agreement")
        if show_unavailable(figure):
            return
        st.warning(AGREEMENT_CAVEAT, icon=":material/visibility_off:")
        st.dataframe(
            figure.rows,
            hide_index=True,
            placeholder="–",
            column_config={
                "project": st.column_config.TextColumn("Project", pinned=True),
                "measure": "Measure",
                "basis": "Labels made",
                "items": st.column_config.NumberColumn("Items", format="localized"),
                "people": st.column_config.NumberColumn("People"),
                "value": st.column_config.NumberColumn("Value", format="%.2f"),
                "low": st.column_config.NumberColumn("from", format="%.2f"),
                "high": st.column_config.NumberColumn("to", format="%.2f"),
                "method": "Method",
                "caveat": "Caveat",
            },
            alt="Agreement by project, with 95 % intervals",
            key="agreement-table",
        )
        st.caption(COMPARISON_NOTE)


def show_quality_scatter(choice: Choice) -> None:
    """Draw time against quality by person or batch; small groups are greyed."""
    figure = read_figure("time_against_quality", choice.filters)
    with st.container(border=True):
        show_title("Time against quality", figure, "scatter")
        if show_unavailable(figure):
            return
        cut = str(st.segmented_control("One point per", POINTS, default=POINTS[0], required=True, key="scatter-by"))
        rows = figure.rows.filter(pl.col("cut") == cut.lower())
        points = build_quality_points(rows)
        if points.is_empty():
            st.caption(f"No {cut.lower()} has both timed and reviewed labels.")
            return
        alt = (
            f"Points: median minutes per item against the share accepted as it came, one per {cut.lower()} and project."
        )
        show_chart(points, draw_time_against_quality(theme_mode()), alt, f"scatter-{cut}")
        st.caption("Items differ in difficulty, and reviewers in strictness: this ranks nobody. Grey: too few to say.")
        with st.expander("The points as a table"):
            show_scatter_table(rows, "batch" if cut == POINTS[0] else "person")


def show_scatter_table(rows: pl.DataFrame, omitted: str) -> None:
    """List the points."""
    st.dataframe(
        rows.drop("cut", omitted),
        hide_index=True,
        placeholder="–",
        column_config={
            "person": "Person",
            "batch": "Batch",
            "project": "Project",
            "labels": st.column_config.NumberColumn("Labels", format="localized"),
            "timed": st.column_config.NumberColumn("Timed", format="localized"),
            "median_seconds": st.column_config.NumberColumn("Median seconds", format="%,.0f"),
            "reviewed": st.column_config.NumberColumn("Reviewed", format="localized"),
            "first_pass": st.column_config.NumberColumn("As it came, n", format="localized"),
            "first_pass_share": st.column_config.NumberColumn("As it came", format="percent"),
            "scored": st.column_config.NumberColumn("Gold scores", format="localized"),
            "gold_score": st.column_config.NumberColumn("Mean gold score", format="%.3f"),
            "is_enough": st.column_config.CheckboxColumn("Enough to say"),
        },
        alt="Time and quality by person or batch",
        key="scatter-table",
    )
    show_download("Download as CSV", rows, "time-against-quality.csv", "scatter-csv")
