"""Labeling, speed: seconds per item, items per hour, kinds of labels, and learning."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.labeling.chart_frames import (
    ALL,
    build_accepted_rows,
    build_kind_rows,
    build_rate_rows,
    build_spread_rows,
    list_overstated_projects,
)
from dashboard.labeling.charts import (
    draw_accepted_per_hour,
    draw_items_per_hour,
    draw_learning_curve,
    draw_seconds_per_item,
    draw_time_by_kind,
)
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import (
    escape_markdown,
    show_chart,
    show_download,
    show_title,
    show_unavailable,
    theme_mode,
)
from dashboard.web.filter_bar import Choice
from dashboard.web.pages.labeling.controls import has_names, selected_grouping

SMALL_NOTE = "Grey: fewer than 20 labels, or a team of fewer than 5 people. Mostly chance, or one person's rate."
SECONDS_COLUMNS: dict[str, Any] = {
    "labels": st.column_config.NumberColumn("Labels", format="localized"),
    "mean_seconds": st.column_config.NumberColumn("Mean, s", format="%,.0f"),
    "median_seconds": st.column_config.NumberColumn("Median, s", format="%,.0f"),
    "p90_seconds": st.column_config.NumberColumn("90 % under, s", format="%,.0f"),
    "is_small": st.column_config.CheckboxColumn("Small", help="Fewer than 20 labels."),
}


def show_speed_part(choice: Choice) -> None:
    """Draw how fast labels are made."""
    left, right = st.columns([3, 2])
    with left:
        show_item_seconds(choice)
    with right:
        show_item_rates(choice)
    left, right = st.columns([3, 2])
    with left:
        show_learning_curve(choice)
    with right:
        show_accepted_rates(choice)
    show_label_kinds(choice)


def show_data_table(rows: pl.DataFrame, columns: dict[str, Any], key: str, alt: str) -> None:
    """Show the given columns as a table, with a CSV download."""
    rows = rows.select(name for name in columns if name in rows.columns)
    st.dataframe(rows.to_arrow(), hide_index=True, placeholder="–", column_config=columns, alt=alt, key=f"{key}-table")
    show_download("Download as CSV", rows, f"{key}.csv", f"{key}-csv")


def show_item_seconds(choice: Choice) -> None:
    """Draw the time per item by project and method."""
    figure = read_figure("seconds_per_item", choice.filters)
    with st.container(border=True, height="stretch"):
        show_title("How long does an item take?", figure, "seconds-per-item")
        rows = shape_rows(figure, build_spread_rows)
        if rows.is_empty():
            st.info("No label in this selection has a usable time.", icon=":material/info:")
        else:
            st.caption("Point: median. Tick: mean. The line ends where nine of ten labels are done.")
            alt = f"Points: median seconds per item by project and method, {choice.describe()}."
            show_chart(rows, draw_seconds_per_item(theme_mode()), alt, "seconds-per-item")
        with st.expander("The numbers, and labels without a usable time"):
            method_rows = figure.rows.filter(pl.col("project") != ALL, pl.col("method") != ALL)
            columns = {
                "project": st.column_config.TextColumn("Project", pinned=True),
                "method": "Method",
                "basis": st.column_config.TextColumn("Time is", help="What the seconds measure."),
                "share_of_labels": st.column_config.NumberColumn("Of its labels", format="percent"),
                **SECONDS_COLUMNS,
                "zero_seconds": st.column_config.NumberColumn("At zero", help="Saved as a batch, at zero seconds."),
            }
            show_data_table(method_rows, columns, "seconds-per-item", "Seconds per item by project, method and basis")


def show_item_rates(choice: Choice) -> None:
    """Draw items per hour by project, team or person."""
    grouping = selected_grouping()
    figure = read_figure("items_per_hour", choice.filters, names=has_names())
    with st.container(border=True, height="stretch"):
        show_title(f"Items per hour by {grouping}", figure, "items-per-hour")
        rows = shape_rows(figure, build_rate_rows, grouping)
        if rows.is_empty():
            st.info("No measured labeling time in this selection.", icon=":material/info:")
        else:
            alt = f"Bars: finished labels per hour by {grouping}, {choice.describe()}."
            show_chart(rows, draw_items_per_hour(theme_mode()), alt, f"items-per-hour-{grouping}")
            if rows.get_column("is_small").any():
                st.caption(SMALL_NOTE)
        with st.expander("The numbers, with objects per hour"):
            columns = {
                grouping: st.column_config.TextColumn(grouping.capitalize(), pinned=True),
                "items_per_hour": st.column_config.NumberColumn("Items per hour", format="%,.2f"),
                "objects_per_hour": st.column_config.NumberColumn("Objects per hour", format="%,.1f"),
                "timed_labels": st.column_config.NumberColumn("Labels", format="localized"),
                "untimed_labels": st.column_config.NumberColumn("Left out", help="Labels without a measured time."),
                "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
                "hours_without_output": st.column_config.NumberColumn(
                    "Without output", format="%,.1f", help="Hours on skipped, cancelled and unfinished labels."
                ),
                "people": st.column_config.NumberColumn("People"),
                "is_small": st.column_config.CheckboxColumn("Small"),
            }
            show_data_table(
                figure.rows.filter(pl.col("cut") == grouping),
                columns,
                f"items-per-hour-{grouping}",
                f"Items per hour by {grouping}",
            )


def show_learning_curve(choice: Choice) -> None:
    """Draw the time per item against a person's experience."""
    figure = read_figure("learning_curve", choice.filters, names=has_names())
    with st.container(border=True, height="stretch"):
        show_title("Do people get faster?", figure, "learning")
        if show_unavailable(figure):
            return
        st.caption(
            "One line per person, counted from the first label in the log. A falling line can also mean easier items "
            "or better suggestions. Grey points: fewer than 20 labels."
        )
        alt = f"Lines: median seconds per item against the labels a person finished before, {choice.describe()}."
        show_chart(figure.rows, draw_learning_curve(theme_mode()), alt, "learning")
        with st.expander("The numbers"):
            columns = {
                "person": st.column_config.TextColumn("Person", pinned=True),
                "from_label": st.column_config.NumberColumn("From label", format="localized"),
                "to_label": st.column_config.NumberColumn("To label", format="localized"),
                **SECONDS_COLUMNS,
            }
            show_data_table(figure.rows, columns, "learning-curve", "Seconds per item by person and experience")


def show_accepted_rates(choice: Choice) -> None:
    """Draw accepted items per hour by project, and say where nothing is reviewed."""
    figure = read_figure("accepted_items_per_hour", choice.filters)
    with st.container(border=True, height="stretch"):
        show_title("Accepted items per hour", figure, "accepted")
        if show_unavailable(figure):
            return
        rows = shape_rows(figure, build_accepted_rows)
        alt = f"Bars: accepted labels per hour of labeling, review and rework by project, {choice.describe()}."
        show_chart(rows, draw_accepted_per_hour(theme_mode()), alt, "accepted")
        overstated = shape_rows(figure, list_overstated_projects)
        missing = (
            f" Too high, because review time is missing from the log: {', '.join(overstated)}." if overstated else ""
        )
        st.caption(escape_markdown(f"Review and rework included, labels made by a machine alone left out.{missing}"))
        with st.expander("The numbers, and where they are too high"):
            columns = {
                "project": st.column_config.TextColumn("Project", pinned=True),
                "accepted_per_hour": st.column_config.NumberColumn("Accepted per hour", format="%,.2f"),
                "reading": "Reading",
                "accepted": st.column_config.NumberColumn("Accepted", format="localized"),
                "reviewed": st.column_config.NumberColumn("Reviewed", format="localized"),
                "share_reviewed": st.column_config.NumberColumn("Of all labels", format="percent"),
                "share_with_review_time": st.column_config.NumberColumn("With review time", format="percent"),
                "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
                "made_by_machine": st.column_config.NumberColumn("By machine", help="Not counted."),
            }
            show_data_table(figure.rows, columns, "accepted-items", "Accepted items per hour by project")


def show_label_kinds(choice: Choice) -> None:
    """Draw the time per label by kind of label."""
    figure = read_figure("time_by_label_kind", choice.filters)
    with st.container(border=True):
        show_title("Which kinds of labels take the time?", figure, "kinds")
        rows = shape_rows(figure, build_kind_rows)
        if rows.is_empty():
            st.info("No label in this selection has a measured time.", icon=":material/info:")
            return
        alt = f"Points: median seconds by kind of label and project, {choice.describe()}."
        show_chart(rows, draw_time_by_kind(theme_mode()), alt, "kinds")
        columns = {
            "label_kind": st.column_config.TextColumn("Kind", pinned=True),
            "project": "Project",
            "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
            "share": st.column_config.NumberColumn("Of measured hours", format="percent"),
            **SECONDS_COLUMNS,
            "seconds_per_object": st.column_config.NumberColumn("Seconds per object", format="%,.1f"),
        }
        show_data_table(figure.rows, columns, "label-kinds", "Time by kind of label")
