"""Charts of labeling: speed, progress, and how reliable the recorded time is. Small groups are grey.

Every `draw_` function takes the mode ("light" or "dark") and returns a Vega-Lite spec without data. Every `build_`
function is the chart of one figure, as its declaration names it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from dashboard.figures.chart_base import (
    PLAIN_NUMBERS,
    ChartOptions,
    ChartView,
    Spec,
    build_bars,
    build_chart_spec,
    describe_chart,
    fill_calendar,
)
from dashboard.figures.resolve import Figure
from dashboard.labeling import chart_frames
from dashboard.theme import CATEGORY_COLOURS, SIDE_COLOURS, TEXT, Mode
from dashboard.units import COUNT_TIP, DAY_TIP, HOURS_TIP, NUMBER_TIP, WEEK_AXIS

STATE_COLOURS = {  # state -> the category whose colour it has
    "labeled": "annotating",
    "worked on": "data preparation",
    "accepted": "deployment and operations",
    "fixed in review": "review",
    "sent back": "uncategorized",
    "reworked": "evaluation",
    "skipped": "other",
    "taken back": "labeling operations",
    "made by a machine": "meetings and coordination",
    "reviewed": "modeling",
}
BURNDOWN_COLOURS = {
    "not started": "meetings and coordination",
    "annotating": "data preparation",
    "labeled, not reviewed": "review",
    "done": "annotating",
    "made by a machine": "labeling operations",
    "skipped": "other",
}
STAGE_COLOURS = {"annotate": "annotating", "review": "review", "rework": "uncategorized"}
PROGRESS_COLOURS = {"done": "annotating", "skipped": "other", "left to do": "evaluation"}
CAP_COLOURS = {"counted": "annotating", "over the cap": "uncategorized"}
VIEW_COLOURS = {"logged": "modeling", "observed": "annotating"}


def _build_colour(mode: Mode, field: str, meanings: dict[str, str], **channel_options: Any) -> alt.Color:  # noqa: ANN401
    """Return one fixed colour per value."""
    colours = [CATEGORY_COLOURS[mode][category] for category in meanings.values()]
    legend = alt.Legend(orient="bottom", title=None, columns=alt.ExprRef("max(1, floor(width / 170))"))
    return alt.Color(
        f"{field}:N", scale=alt.Scale(domain=list(meanings), range=colours), legend=legend, **channel_options
    )


def _grey_small_groups(mode: Mode) -> Any:  # noqa: ANN401 - Altair's conditions have no type of their own
    """Return the team's colour, or grey where the group is small."""
    side = SIDE_COLOURS[mode]
    return alt.condition("datum.is_small", alt.value(side["reference"]), alt.value(side["team"]))


def _build_axis(field: str, order: list[str] | str | None = None) -> alt.Y:
    axis = alt.Axis(labelLimit=200, labelExpr="split(datum.label, ': ')", ticks=False)  # a line for each part
    return alt.Y(f"{field}:N", sort=order, title=None, axis=axis)


def _draw_spread(mode: Mode, unit: str) -> Spec:
    """Draw the median as a point, the range up to the 90th percentile as a line, the mean as a tick."""
    number = HOURS_TIP if unit == "minutes" else COUNT_TIP
    base = alt.Chart().encode(
        y=_build_axis("label"),
        tooltip=[
            alt.Tooltip("label:N", title="Labels of"),
            alt.Tooltip(f"median_{unit}:Q", title=f"Median, {unit}", format=number),
            alt.Tooltip(f"mean_{unit}:Q", title=f"Mean, {unit}", format=number),
            alt.Tooltip(f"p90_{unit}:Q", title=f"90% under, {unit}", format=number),
            alt.Tooltip("n:Q", title="Labels with a known time", format=COUNT_TIP),
        ],
    )
    axis = alt.Axis(tickCount=5)
    across = alt.X(f"median_{unit}:Q", title=f"{unit.capitalize()} per item", scale=alt.Scale(zero=True), axis=axis)
    reach = base.mark_rule(strokeWidth=3, opacity=0.45).encode(
        x=across, x2=f"p90_{unit}:Q", color=_grey_small_groups(mode)
    )
    mean = base.mark_tick(thickness=2, size=14, color=TEXT[mode]).encode(x=f"mean_{unit}:Q")
    middle = base.mark_point(filled=True, size=110, opacity=1).encode(x=across, color=_grey_small_groups(mode))
    return build_chart_spec(alt.layer(reach, mean, middle), alt.Step(30))


@cache
def draw_seconds_per_item(mode: Mode, unit: str = "seconds") -> Spec:
    """Draw one line per project and method; unit: seconds or minutes."""
    return _draw_spread(mode, unit)


@cache
def draw_time_by_kind(mode: Mode, unit: str = "seconds") -> Spec:
    """Draw one line per kind of label and project; unit: seconds or minutes."""
    return _draw_spread(mode, unit)


def _draw_rates(mode: Mode, field: str, title: str) -> Spec:
    base = alt.Chart().encode(
        y=_build_axis("label"),
        x=alt.X(f"{field}:Q", title=title, axis=alt.Axis(tickCount=5)),
        tooltip=[
            alt.Tooltip("label:N", title="Who or what"),
            alt.Tooltip(f"{field}:Q", title=title, format=NUMBER_TIP),
            alt.Tooltip("n:Q", title="Labels behind it", format=COUNT_TIP),
            alt.Tooltip("hours:Q", title="Hours behind it", format=HOURS_TIP),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=3).encode(color=_grey_small_groups(mode))
    value_labels = base.mark_text(align="left", dx=4, color=TEXT[mode]).encode(
        text=alt.Text(f"{field}:Q", format=HOURS_TIP)
    )
    return build_chart_spec(alt.layer(bars, value_labels), alt.Step(28))


@cache
def draw_items_per_hour(mode: Mode) -> Spec:
    """Draw one bar per project, team or person."""
    return _draw_rates(mode, "items_per_hour", "Items per hour")


@cache
def draw_accepted_per_hour(mode: Mode) -> Spec:
    """Draw one bar per project."""
    return _draw_rates(mode, "accepted_per_hour", "Accepted items per hour")


def _draw_stacked(
    mode: Mode, field: str, meanings: dict[str, str], title: str, *, value: str = "hours", step: int = 30
) -> Spec:
    """Draw one stacked bar per label; `value` is hours or a number of labels, `step` the height of a bar in pixels."""
    is_hours = value == "hours"
    chart = build_bars(mode).encode(
        y=_build_axis("label"),
        x=alt.X(f"{value}:Q", title=title, stack="zero", axis=alt.Axis(format=PLAIN_NUMBERS, tickCount=5)),
        color=_build_colour(mode, field, meanings),
        order=alt.Order("place:Q"),
        tooltip=[
            alt.Tooltip("label:N", title="Of"),
            alt.Tooltip(f"{field}:N", title="What"),
            alt.Tooltip(f"{value}:Q", title=title, format=HOURS_TIP if is_hours else COUNT_TIP),
        ],
    )
    return build_chart_spec(chart, alt.Step(step))


@cache
def draw_active_time(mode: Mode) -> Spec:
    """Draw one bar per tool and its rule: hours that count, and hours over the cap."""
    return _draw_stacked(mode, "part", CAP_COLOURS, "Hours", step=42)  # its labels have two lines


@cache
def draw_seconds_by_stage(mode: Mode) -> Spec:
    """Draw one bar per method, split by stage."""
    return _draw_stacked(mode, "stage", STAGE_COLOURS, "Hours")


@cache
def draw_label_progress(mode: Mode) -> Spec:
    """Draw one bar per project: done, skipped, left to do."""
    return _draw_stacked(mode, "state", PROGRESS_COLOURS, "Labels", value="labels")


@cache
def draw_time_by_gap(mode: Mode) -> Spec:
    """Draw estimated hours by limit, and the hours the tool recorded as a dashed line."""
    base = alt.Chart().encode(
        x=alt.X("limit_seconds:O", title="Longest gap that counts as work, seconds", axis=alt.Axis(labelAngle=0)),
        tooltip=[
            alt.Tooltip("source:N", title="Tool"),
            alt.Tooltip("limit_seconds:O", title="Limit, seconds"),
            alt.Tooltip("estimated_hours:Q", title="Estimated hours", format=HOURS_TIP),
            alt.Tooltip("recorded_hours:Q", title="Recorded hours", format=HOURS_TIP),
        ],
    )
    hours = alt.Axis(format=PLAIN_NUMBERS, tickCount=5)
    estimate = base.mark_line(point=True, color=SIDE_COLOURS[mode]["team"]).encode(
        y=alt.Y("estimated_hours:Q", title="Hours", axis=hours), detail="source:N"
    )
    recorded = base.mark_line(strokeDash=[4, 4], color=SIDE_COLOURS[mode]["reference"]).encode(
        y=alt.Y("recorded_hours:Q"), detail="source:N"
    )
    return build_chart_spec(alt.layer(estimate, recorded), 220)


@cache
def draw_learning_curve(mode: Mode, unit: str = "seconds") -> Spec:
    """Draw one line per person; points of few labels are grey; unit: seconds or minutes."""
    first, last = "format(datum.from_label, ',')", "format(datum.to_label, ',')"
    chart = alt.Chart().transform_calculate(bin=f"{first} + (isValid(datum.to_label) ? ' to ' + {last} : ' and more')")
    base = chart.encode(
        x=alt.X(
            "from_label:Q",
            title="Labels finished before",
            scale=alt.Scale(type="log"),
            axis=alt.Axis(format=PLAIN_NUMBERS, tickCount=5, grid=False),
        ),
        y=alt.Y(f"median_{unit}:Q", title=f"Median {unit} per item", axis=alt.Axis(tickCount=5)),
        detail="person:N",
        tooltip=[
            alt.Tooltip("person:N", title="Person"),
            alt.Tooltip("bin:N", title="Labels"),
            alt.Tooltip(f"median_{unit}:Q", title=f"Median, {unit}", format=",.1f" if unit == "minutes" else ",.0f"),
            alt.Tooltip("labels:Q", title="Labels with a measured time", format=COUNT_TIP),
        ],
    )
    lines = base.mark_line(opacity=0.55, color=SIDE_COLOURS[mode]["team"])
    points = base.mark_point(filled=True, size=60, opacity=1).encode(color=_grey_small_groups(mode))
    return build_chart_spec(alt.layer(lines, points), 260)


@cache
def draw_label_states(mode: Mode, present: tuple[str, ...] = tuple(STATE_COLOURS)) -> Spec:
    """Draw one line per state that occurs."""
    meanings = {state: category for state, category in STATE_COLOURS.items() if state in present}
    chart = (
        alt.Chart()
        .mark_line(point=alt.OverlayMarkDef(size=18))
        .encode(
            x=alt.X("week_on:T", title=None, axis=alt.Axis(format=WEEK_AXIS, tickCount=6, labelOverlap="greedy")),
            y=alt.Y("items:Q", title="Items in the week", axis=alt.Axis(format=PLAIN_NUMBERS, tickCount=5)),
            color=_build_colour(mode, "state", meanings),
            tooltip=[
                alt.Tooltip("week_on:T", title="Week of", format=DAY_TIP),
                alt.Tooltip("state:N", title="State"),
                alt.Tooltip("items:Q", title="Items", format=COUNT_TIP),
            ],
        )
    )
    return build_chart_spec(chart, 260)


@cache
def draw_items_by_state(mode: Mode) -> Spec:
    """Draw one band per state over the days; what is open shrinks as what is done grows."""
    chart = (
        alt.Chart()
        .mark_area(interpolate="step-after")
        .encode(
            x=alt.X("day_on:T", title=None, axis=alt.Axis(format=WEEK_AXIS, tickCount=6, labelOverlap="greedy")),
            y=alt.Y("items:Q", title="Items", stack="zero", axis=alt.Axis(format=PLAIN_NUMBERS, tickCount=5)),
            color=_build_colour(mode, "state", BURNDOWN_COLOURS),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("day_on:T", title="Day", format=DAY_TIP),
                alt.Tooltip("state:N", title="State"),
                alt.Tooltip("items:Q", title="Items", format=COUNT_TIP),
            ],
        )
    )
    return build_chart_spec(chart, 260)


@cache
def draw_logged_against_observed(mode: Mode) -> Spec:
    """Draw two bars per month side by side, never stacked."""
    chart = build_bars(mode).encode(
        x=alt.X("month:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", ticks=False)),
        xOffset=alt.XOffset("seen:N", sort=list(VIEW_COLOURS)),
        y=alt.Y("hours:Q", title="Hours", stack=None, axis=alt.Axis(format=PLAIN_NUMBERS, tickCount=5)),
        color=_build_colour(mode, "seen", VIEW_COLOURS),
        tooltip=[
            alt.Tooltip("month:O", title="Month"),
            alt.Tooltip("seen:N", title="Time"),
            alt.Tooltip("hours:Q", title="Hours", format=HOURS_TIP),
        ],
    )
    return build_chart_spec(chart, 240)


def build_seconds_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return the spread of seconds per item by project and method."""
    rows = chart_frames.add_minutes(chart_frames.build_spread_rows(figure.rows))
    unit = chart_frames.choose_time_unit(rows)
    alt_text = describe_chart(f"Points: median {unit} per item by project and method", options)
    return ChartView(draw_seconds_per_item(mode, unit), rows, alt_text)


def build_kinds_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return the spread of seconds by kind of label."""
    rows = chart_frames.add_minutes(chart_frames.build_kind_rows(figure.rows))
    unit = chart_frames.choose_time_unit(rows)
    alt_text = describe_chart(f"Points: median {unit} by kind of label and project", options)
    return ChartView(draw_time_by_kind(mode, unit), rows, alt_text)


def build_rates_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return items per hour by the option `by`: project, team or person."""
    grouping = str(options.get("by", "project"))
    rows = chart_frames.build_rate_rows(figure.rows, grouping)
    alt_text = describe_chart(f"Bars: finished labels per hour by {grouping}", options)
    return ChartView(draw_items_per_hour(mode), rows, alt_text)


def build_accepted_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return accepted items per hour by project."""
    rows = chart_frames.build_accepted_rows(figure.rows)
    alt_text = describe_chart("Bars: accepted labels per hour of labeling, review and rework by project", options)
    return ChartView(draw_accepted_per_hour(mode), rows, alt_text)


def build_active_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return each tool's hours under the option `cap_seconds`, and those over it."""
    cap = options.get("cap_seconds")
    cap_seconds, cap_name = cap if isinstance(cap, int) else None, options.get("cap", "No cap")
    rows = chart_frames.split_capped_hours(figure.rows, cap_seconds)
    alt_text = describe_chart(f"Stacked bars: hours by tool and what they mean, with a cap of {cap_name}", options)
    return ChartView(draw_active_time(mode), rows, alt_text)


def build_stages_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return hours by method and stage."""
    rows = chart_frames.build_stage_rows(figure.rows)
    alt_text = describe_chart("Stacked bars: hours by method of the label and stage of the work", options)
    return ChartView(draw_seconds_by_stage(mode), rows, alt_text)


def build_progress_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return labels done, skipped and left to do by project."""
    rows = chart_frames.build_progress_rows(figure.rows)
    alt_text = describe_chart("Stacked bars: labels done, skipped and left to do by project", options)
    return ChartView(draw_label_progress(mode), rows, alt_text)


def build_gaps_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return estimated hours by gap limit."""
    alt_text = describe_chart("Line: estimated hours by the longest gap that counts as work", options)
    return ChartView(draw_time_by_gap(mode), chart_frames.name_tools(figure.rows), alt_text)


def build_learning_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return seconds per item by experience, one line per person."""
    rows = chart_frames.add_minutes(figure.rows)
    unit = chart_frames.choose_time_unit(rows)
    alt_text = describe_chart(f"Lines: median {unit} per item against the labels a person finished before", options)
    return ChartView(draw_learning_curve(mode, unit), rows, alt_text)


def build_states_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return what happened to items by week; a week without any is a gap."""
    rows = fill_calendar(figure.rows, "week_on", by="state")
    alt_text = describe_chart("Lines: items labeled, accepted, sent back and more by week", options)
    return ChartView(draw_label_states(mode, chart_frames.list_states(rows)), rows, alt_text)


def build_burndown_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return how many items stand in each state by day, done ones at the bottom."""
    rows = chart_frames.order_states(figure.rows)
    alt_text = describe_chart("Bands: items not started, annotating, not reviewed, done and skipped by day", options)
    return ChartView(draw_items_by_state(mode), rows, alt_text)


def build_views_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return logged and observed hours by month, side by side."""
    rows = chart_frames.build_view_rows(figure.rows)
    alt_text = describe_chart("Bars: logged and observed labeling hours by month", options)
    return ChartView(draw_logged_against_observed(mode), rows, alt_text)
