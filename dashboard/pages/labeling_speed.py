"""Labeling, speed: seconds per item, items per hour, kinds of labels, and learning."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.charts import labeling as charts
from dashboard.charts import labeling_frames as frames
from dashboard.pages import labeling_bar, reading, shown
from dashboard.pages.bar import Choice

SMALL = "Grey: fewer than 20 labels, or a team of fewer than 5 people. Mostly chance, or one person's rate."
SECONDS: dict[str, Any] = {
    "labels": st.column_config.NumberColumn("Labels", format="localized"),
    "mean_seconds": st.column_config.NumberColumn("Mean, s", format="%,.0f"),
    "median_seconds": st.column_config.NumberColumn("Median, s", format="%,.0f"),
    "p90_seconds": st.column_config.NumberColumn("90 % under, s", format="%,.0f"),
    "is_small": st.column_config.CheckboxColumn("Small", help="Fewer than 20 labels."),
}


def show(choice: Choice) -> None:
    """Draw how fast labels are made."""
    left, right = st.columns([3, 2])
    with left:
        seconds(choice)
    with right:
        rates(choice)
    left, right = st.columns([3, 2])
    with left:
        learning(choice)
    with right:
        accepted(choice)
    kinds(choice)


def table(rows: pl.DataFrame, columns: dict[str, Any], key: str, alt: str) -> None:
    """List the columns that are named, and offer them as a file."""
    rows = rows.select(name for name in columns if name in rows.columns)
    st.dataframe(rows.to_arrow(), hide_index=True, placeholder="–", column_config=columns, alt=alt, key=f"{key}-table")
    shown.download("Download as CSV", rows, f"{key}.csv", f"{key}-csv")


def seconds(choice: Choice) -> None:
    """Draw the time of an item by project and method."""
    figure = reading.read("seconds_per_item", choice.filters)
    with st.container(border=True, height="stretch"):
        shown.head("How long does an item take?", figure, "seconds-per-item")
        rows = reading.shaped(figure, frames.spread)
        if rows.is_empty():
            st.info("No label in this selection has a time that says something.", icon=":material/info:")
        else:
            st.caption("Point: median. Tick: mean. The line ends where nine of ten labels are done.")
            alt = f"Points: median seconds per item by project and method, {choice.said()}."
            shown.chart(rows, charts.seconds_per_item(shown.mode()), alt, "seconds-per-item")
        with st.expander("The numbers, and labels without a usable time"):
            kept = figure.rows.filter(pl.col("project") != frames.ALL, pl.col("method") != frames.ALL)
            columns = {
                "project": st.column_config.TextColumn("Project", pinned=True),
                "method": "Method",
                "basis": st.column_config.TextColumn("Time is", help="What the seconds are worth."),
                "share_of_labels": st.column_config.NumberColumn("Of its labels", format="percent"),
                **SECONDS,
                "zero_seconds": st.column_config.NumberColumn("At zero", help="Saved as a batch, at zero seconds."),
            }
            table(kept, columns, "seconds-per-item", "Seconds per item by project, method and basis")


def rates(choice: Choice) -> None:
    """Draw items per hour by project, team or person."""
    per = labeling_bar.per()
    figure = reading.read("items_per_hour", choice.filters, names=labeling_bar.has_names())
    with st.container(border=True, height="stretch"):
        shown.head(f"Items per hour by {per}", figure, "items-per-hour")
        rows = reading.shaped(figure, frames.rates, per)
        if rows.is_empty():
            st.info("No measured labeling time in this selection.", icon=":material/info:")
        else:
            alt = f"Bars: finished labels per hour by {per}, {choice.said()}."
            shown.chart(rows, charts.items_per_hour(shown.mode()), alt, f"items-per-hour-{per}")
            if rows.get_column("is_small").any():
                st.caption(SMALL)
        with st.expander("The numbers, with objects per hour"):
            columns = {
                per: st.column_config.TextColumn(per.capitalize(), pinned=True),
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
            table(
                figure.rows.filter(pl.col("cut") == per), columns, f"items-per-hour-{per}", f"Items per hour by {per}"
            )


def learning(choice: Choice) -> None:
    """Draw the time of an item against a person's experience."""
    figure = reading.read("learning_curve", choice.filters, names=labeling_bar.has_names())
    with st.container(border=True, height="stretch"):
        shown.head("Do people get faster?", figure, "learning")
        if shown.refused(figure):
            return
        st.caption(
            "One line a person, counted from the first label in the log. A falling line can also mean easier items "
            "or better suggestions. Grey points: fewer than 20 labels."
        )
        alt = f"Lines: median seconds per item against the labels a person finished before, {choice.said()}."
        shown.chart(figure.rows, charts.learning_curve(shown.mode()), alt, "learning")
        with st.expander("The numbers"):
            columns = {
                "person": st.column_config.TextColumn("Person", pinned=True),
                "from_label": st.column_config.NumberColumn("From label", format="localized"),
                "to_label": st.column_config.NumberColumn("To label", format="localized"),
                **SECONDS,
            }
            table(figure.rows, columns, "learning-curve", "Seconds per item by person and experience")


def accepted(choice: Choice) -> None:
    """Draw accepted items per hour by project, and say where nothing is reviewed."""
    figure = reading.read("accepted_items_per_hour", choice.filters)
    with st.container(border=True, height="stretch"):
        shown.head("Accepted items per hour", figure, "accepted")
        if shown.refused(figure):
            return
        rows = reading.shaped(figure, frames.accepted)
        alt = f"Bars: accepted labels per hour of labeling, review and rework by project, {choice.said()}."
        shown.chart(rows, charts.accepted_items_per_hour(shown.mode()), alt, "accepted")
        high = reading.shaped(figure, frames.too_high)
        missing = f" Too high, because review time is missing from the log: {', '.join(high)}." if high else ""
        st.caption(shown.literal(f"Review and rework included, labels that a machine made alone left out.{missing}"))
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
            table(figure.rows, columns, "accepted-items", "Accepted items per hour by project")


def kinds(choice: Choice) -> None:
    """Draw the time of a label by what was drawn or chosen."""
    figure = reading.read("time_by_label_kind", choice.filters)
    with st.container(border=True):
        shown.head("Which kinds of labels take the time?", figure, "kinds")
        rows = reading.shaped(figure, frames.kinds)
        if rows.is_empty():
            st.info("No label in this selection has a measured time.", icon=":material/info:")
            return
        alt = f"Points: median seconds by kind of label and project, {choice.said()}."
        shown.chart(rows, charts.time_by_label_kind(shown.mode()), alt, "kinds")
        columns = {
            "label_kind": st.column_config.TextColumn("Kind", pinned=True),
            "project": "Project",
            "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
            "share": st.column_config.NumberColumn("Of measured hours", format="percent"),
            **SECONDS,
            "seconds_per_object": st.column_config.NumberColumn("Seconds an object", format="%,.1f"),
        }
        table(figure.rows, columns, "label-kinds", "Time by kind of label")
