"""Charts of own category schemes: one bar per group, and stacked bars by project and by week."""

from __future__ import annotations

from functools import cache

import altair as alt
import polars as pl

from dashboard.allocation.chart_frames import divide_hours, rank_names
from dashboard.figures.chart_base import PLAIN_NUMBERS, Spec, build_bars, build_chart_spec, fill_calendar
from dashboard.formats import write_pattern
from dashboard.settings.schemes import REST
from dashboard.theme import GROUP_COLOURS, TEXT, Mode
from dashboard.units import DAY_TIP, HOURS_TIP, SHARE_AXIS, SHARE_TIP, WEEK_AXIS

MEASURES = {"share": ("share", "Share of tracked time", SHARE_AXIS), "hours": ("hours", "Hours", PLAIN_NUMBERS)}
MAX_PROJECTS = 30


def sum_groups(rows: pl.DataFrame, scheme: str) -> pl.DataFrame:
    """Return one row per group of a scheme: group, place, hours, entries, share."""
    return (
        rows.filter(scheme=scheme)
        .group_by("group", "place")
        .agg(pl.col("hours", "entries").sum())
        .with_columns(share=divide_hours(pl.col("hours").sum()))
        .sort("place")
    )


def sum_groups_by_project(rows: pl.DataFrame, scheme: str) -> pl.DataFrame:
    """Return one row per project and group, the largest projects first, the others as one; share is of the project."""
    ranked = rank_names(rows.filter(scheme=scheme), "project", MAX_PROJECTS)
    return (
        ranked.group_by("project", "rank", "group", "place")
        .agg(pl.col("hours").sum())
        .with_columns(share=divide_hours(pl.col("hours").sum().over("project")))
        .sort("rank", "place")
    )


def sum_groups_by_week(rows: pl.DataFrame, scheme: str) -> pl.DataFrame:
    """Return one row per week and group, a week without hours too; share is of the week."""
    weeks = rows.filter(scheme=scheme).group_by("week_on", "group", "place").agg(pl.col("hours").sum()).sort("week_on")
    filled = fill_calendar(weeks, "week_on")
    several = filled.get_column("week_on").dt.year().n_unique() > 1
    pattern = DAY_TIP if several else WEEK_AXIS
    return filled.with_columns(
        share=divide_hours(pl.col("hours").sum().over("week_on")),
        label=pl.col("week_on").dt.strftime(write_pattern(pattern)),
    ).sort("week_on", "place")


def _build_colour(mode: Mode, groups: tuple[str, ...], *, legend: bool) -> alt.Color:
    colours = [*GROUP_COLOURS[mode][: len(groups)]]
    named = [name for name in groups if name != REST]
    scale = alt.Scale(domain=[*named, REST], range=[*colours[: len(named)], GROUP_COLOURS[mode][-1]])
    style = alt.Legend(orient="bottom", title=None, symbolType="square", columns=3) if legend else None
    return alt.Color("group:N", scale=scale, legend=style, title="Group")


def _build_tooltips() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("group:N", title="Group"),
        alt.Tooltip("hours:Q", title="Hours", format=HOURS_TIP),
        alt.Tooltip("share:Q", title="Share", format=SHARE_TIP),
    ]


@cache
def draw_groups(mode: Mode, unit: str, groups: tuple[str, ...]) -> Spec:
    """Draw one bar per group, in the order of the scheme, with its value beside it."""
    column, title, axis_format = MEASURES[unit]
    base = alt.Chart().encode(
        y=alt.Y("group:N", sort=[*groups], title=None, axis=alt.Axis(labelLimit=180, ticks=False)),
        x=alt.X(f"{column}:Q", title=title, axis=alt.Axis(format=axis_format, tickCount=5)),
        tooltip=_build_tooltips(),
    )
    bars = base.mark_bar(cornerRadiusEnd=3).encode(color=_build_colour(mode, groups, legend=False))
    value_format = SHARE_AXIS if unit == "share" else HOURS_TIP
    labels = base.mark_text(align="left", dx=4, color=TEXT[mode]).encode(
        text=alt.Text(f"{column}:Q", format=value_format)
    )
    return build_chart_spec(alt.layer(bars, labels), alt.Step(28))


@cache
def draw_groups_by_project(mode: Mode, unit: str, groups: tuple[str, ...]) -> Spec:
    """Draw one stacked bar per project, the largest first."""
    column, title, axis_format = MEASURES[unit]
    chart = build_bars(mode).encode(
        y=alt.Y(
            "project:N",
            sort=alt.EncodingSortField("rank", op="min"),
            title=None,
            axis=alt.Axis(labelLimit=150, ticks=False),
        ),
        x=alt.X(f"{column}:Q", stack="zero", title=title, axis=alt.Axis(format=axis_format, tickCount=5)),
        color=_build_colour(mode, groups, legend=False),
        order=alt.Order("place:Q"),
        tooltip=[alt.Tooltip("project:N", title="Project"), *_build_tooltips()],
    )
    return build_chart_spec(chart, alt.Step(26))


@cache
def draw_groups_by_week(mode: Mode, unit: str, groups: tuple[str, ...]) -> Spec:
    """Draw one stacked bar per week."""
    column, title, axis_format = MEASURES[unit]
    axis = alt.Axis(format=axis_format, tickCount=5)
    chart = build_bars(mode).encode(
        x=alt.X("label:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", ticks=False)),
        y=alt.Y(f"{column}:Q", stack="zero", title=None if unit == "share" else title, axis=axis),
        color=_build_colour(mode, groups, legend=True),
        order=alt.Order("place:Q"),
        tooltip=[alt.Tooltip("week_on:T", title="Week of", format=DAY_TIP), *_build_tooltips()],
    )
    return build_chart_spec(chart)
