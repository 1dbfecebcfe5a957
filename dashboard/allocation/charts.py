"""Charts of where the time goes, of what changed, and of rejected rows.

Frames hold one row per mark; a spec holds no data.

Every `draw_` function takes the mode ("light" or "dark") and returns a Vega-Lite spec as a dict.
Share charts read the column `share` of 0..1 (`part` where it is of all time), hour charts `hours`, FTE charts `fte`.
The chart of a change goes from before to now, one step per cause.
"""

from __future__ import annotations

from functools import cache

import altair as alt
import polars as pl

from dashboard.categories import CATEGORIES
from dashboard.figures.chart_base import PLAIN_NUMBERS, Spec, build_bars, build_chart_spec
from dashboard.theme import BACKGROUND, CATEGORY_COLOURS, SEQUENTIAL, SIDE_COLOURS, TEXT, Mode
from dashboard.units import (
    CHANGE_TIP,
    COUNT_TIP,
    DAY_TIP,
    FTE_TIP,
    HOURS_TIP,
    MONTH_AXIS,
    POINTS_TIP,
    SHARE_AXIS,
    SHARE_TIP,
    WEEK_AXIS,
)

MEASURES: dict[str, tuple[str, str, str]] = {
    "share": ("share", "Share of tracked time", SHARE_AXIS),
    "part": ("part", "Share of all tracked time", SHARE_AXIS),
    "hours": ("hours", "Hours", HOURS_TIP),
    "fte": ("fte", "FTE", FTE_TIP),
}
AXIS_FORMATS = {"share": SHARE_AXIS, "part": SHARE_AXIS}  # other units: short numbers
GRAINS = {"day": (WEEK_AXIS, "Day"), "week": (WEEK_AXIS, "Week of"), "month": (MONTH_AXIS, "Month")}


def build_category_colour(mode: Mode, present: tuple[str, ...] = CATEGORIES, *, legend: bool = True) -> alt.Color:
    """Return the category colours, which are the same in every chart."""
    scale = alt.Scale(domain=list(present), range=[CATEGORY_COLOURS[mode][category] for category in present])
    legend_style = alt.Legend(
        orient="bottom",
        columns=alt.ExprRef("max(2, min(5, floor(width / 135)))"),
        title=None,
        symbolType="square",
        labelExpr="replace(replace(datum.label, ' and operations', ''), ' and coordination', '')",
    )
    return alt.Color("category:N", scale=scale, legend=legend_style if legend else None, title="Category")


def build_stack_order() -> alt.Order:
    """Return the stacking order: labeling at the bottom."""
    return alt.Order("place:Q")


def build_tooltips(unit: str) -> list[alt.Tooltip]:
    """Return the tooltip's numbers. No shares beside FTE: they would leave out the people that FTE leaves out."""
    if unit == "fte":
        return [
            alt.Tooltip("fte:Q", title="FTE", format=MEASURES["fte"][2]),
            alt.Tooltip("hours:Q", title="Hours behind it", format=HOURS_TIP),
        ]
    share = ("part:Q", "Share of all tracked time") if unit == "part" else ("share:Q", "Share")
    return [
        alt.Tooltip("hours:Q", title="Hours", format=HOURS_TIP),
        alt.Tooltip(share[0], title=share[1], format=SHARE_TIP),
    ]


def _draw_over_time(mode: Mode, grain: str, unit: str, present: tuple[str, ...]) -> Spec:
    column, title, _ = MEASURES[unit]
    pattern, period_title = GRAINS[grain]
    upper = alt.Scale(domain=[0, 1]) if unit == "share" else alt.Undefined
    axis = alt.Axis(
        format=SHARE_AXIS if unit == "share" else PLAIN_NUMBERS, title=None if unit == "share" else title, tickCount=5
    )
    chart = build_bars(mode).encode(
        x=alt.X("label:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", ticks=False)),
        y=alt.Y(f"{column}:Q", stack="zero", scale=upper, axis=axis),
        color=build_category_colour(mode, present),
        opacity=alt.condition("datum.partial", alt.value(0.5), alt.value(1)),
        order=build_stack_order(),
        tooltip=[
            alt.Tooltip("begins_on:T", title=period_title, format=DAY_TIP if grain != "month" else pattern),
            alt.Tooltip("category:N", title="Category"),
            *build_tooltips(unit),
        ],
    )
    return build_chart_spec(chart)


@cache
def draw_hours_by_day(mode: Mode, unit: str = "share", present: tuple[str, ...] = CATEGORIES) -> Spec:
    """Draw one stacked bar per day."""
    return _draw_over_time(mode, "day", unit, present)


@cache
def draw_hours_by_week(mode: Mode, unit: str = "share", present: tuple[str, ...] = CATEGORIES) -> Spec:
    """Draw one stacked bar per week."""
    return _draw_over_time(mode, "week", unit, present)


@cache
def draw_hours_by_month(mode: Mode, unit: str = "share", present: tuple[str, ...] = CATEGORIES) -> Spec:
    """Draw one stacked bar per month."""
    return _draw_over_time(mode, "month", unit, present)


@cache
def draw_fte_by_week(mode: Mode, unit: str = "fte", present: tuple[str, ...] = CATEGORIES) -> Spec:
    """Draw one stacked bar of full-time equivalents per week."""
    return _draw_over_time(mode, "week", unit, present)


@cache
def draw_hours_by_category(mode: Mode, unit: str = "hours") -> Spec:
    """Draw one bar per category, in the order of the work, with its value beside it."""
    column, title, value_format = MEASURES[unit]
    base = alt.Chart().encode(
        y=alt.Y("category:N", sort=list(CATEGORIES), title=None, axis=alt.Axis(labelLimit=180, ticks=False)),
        x=alt.X(f"{column}:Q", title=title, axis=alt.Axis(format=AXIS_FORMATS.get(unit, PLAIN_NUMBERS), tickCount=5)),
        tooltip=[
            alt.Tooltip("category:N", title="Category"),
            *build_tooltips(unit),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=3).encode(color=build_category_colour(mode, legend=False))
    value_labels = base.mark_text(align="left", dx=4, color=TEXT[mode]).encode(
        text=alt.Text(f"{column}:Q", format=value_format)
    )
    return build_chart_spec(alt.layer(bars, value_labels), alt.Step(28))


@cache
def draw_fte_by_category(mode: Mode, unit: str = "fte") -> Spec:
    """Draw one bar of full-time equivalents per category."""
    return draw_hours_by_category(mode, unit)


def _draw_ranked(mode: Mode, column: str, unit: str, present: tuple[str, ...]) -> Spec:
    measure, title, _ = MEASURES[unit]
    chart = build_bars(mode).encode(
        y=alt.Y(
            f"{column}:N",
            sort=alt.EncodingSortField("rank", op="min"),
            title=None,
            axis=alt.Axis(labelLimit=150, ticks=False),
        ),
        x=alt.X(
            f"{measure}:Q",
            stack="zero",
            title=title,
            axis=alt.Axis(format=AXIS_FORMATS.get(unit, PLAIN_NUMBERS), tickCount=5),
        ),
        color=build_category_colour(mode, present, legend=False),
        order=build_stack_order(),
        tooltip=[
            alt.Tooltip(f"{column}:N", title=column.replace("_", " ").capitalize()),
            alt.Tooltip("category:N", title="Category"),
            *build_tooltips(unit),
        ],
    )
    return build_chart_spec(chart, alt.Step(26))


@cache
def draw_hours_by_project(mode: Mode, unit: str = "hours", present: tuple[str, ...] = CATEGORIES) -> Spec:
    """Draw one stacked bar per project, the largest first, the remaining ones as `others`."""
    return _draw_ranked(mode, "project", unit, present)


@cache
def draw_hours_by_person(mode: Mode, unit: str = "hours", present: tuple[str, ...] = CATEGORIES) -> Spec:
    """Draw one stacked bar per person."""
    return _draw_ranked(mode, "person", unit, present)


@cache
def draw_hours_by_team(mode: Mode, unit: str = "hours", present: tuple[str, ...] = CATEGORIES) -> Spec:
    """Draw one stacked bar per team."""
    return _draw_ranked(mode, "team", unit, present)


@cache
def draw_fte_by_project(mode: Mode, unit: str = "fte", present: tuple[str, ...] = CATEGORIES) -> Spec:
    """Draw one stacked bar of full-time equivalents per project."""
    return _draw_ranked(mode, "project", unit, present)


@cache
def draw_fte_by_person(mode: Mode, unit: str = "fte", present: tuple[str, ...] = CATEGORIES) -> Spec:
    """Draw one stacked bar of full-time equivalents per person."""
    return _draw_ranked(mode, "person", unit, present)


@cache
def draw_fte_by_team(mode: Mode, unit: str = "fte", present: tuple[str, ...] = CATEGORIES) -> Spec:
    """Draw one stacked bar of full-time equivalents per team."""
    return _draw_ranked(mode, "team", unit, present)


@cache
def draw_person_by_category(mode: Mode, across: str = "category", down: str = "person", unit: str = "hours") -> Spec:
    """Draw a heat map, one cell per pair, with the value in the tooltip; a share is of its row."""
    column, title, value_format = MEASURES[unit] if unit != "share" else ("share", f"Share of the {down}", ".1%")
    low, high = SEQUENTIAL[mode]
    sort = list(CATEGORIES) if across == "category" else "ascending"
    chart = (
        alt.Chart()
        .mark_rect(stroke=BACKGROUND[mode], strokeWidth=1)
        .encode(
            x=alt.X(
                f"{across}:N",
                sort=sort,
                title=None,
                axis=alt.Axis(labelAngle=-35, labelLimit=160, ticks=False, labelOverlap=False),
            ),
            y=alt.Y(
                f"{down}:N",
                sort=list(CATEGORIES) if down == "category" else "ascending",
                title=None,
                axis=alt.Axis(labelLimit=160, ticks=False),
            ),
            color=alt.Color(
                f"{column}:Q",
                scale=alt.Scale(range=[low, high]),
                title=title,
                legend=alt.Legend(orient="top", gradientLength=160, format=AXIS_FORMATS.get(unit, PLAIN_NUMBERS)),
            ),
            tooltip=[
                alt.Tooltip(f"{down}:N", title=down.capitalize()),
                alt.Tooltip(f"{across}:N", title=across.capitalize()),
                alt.Tooltip(f"{column}:Q", title=title, format=value_format),
            ],
        )
    )
    return build_chart_spec(chart, alt.Step(26))


@cache
def draw_share_by_definition(mode: Mode) -> Spec:
    """Draw the labeling share under each definition, as points on one scale."""
    base = alt.Chart().encode(
        y=alt.Y("definition:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, ticks=False)),
        x=alt.X(
            "share:Q",
            title="Labeling share",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=SHARE_AXIS, tickCount=5),
        ),
        tooltip=[
            alt.Tooltip("definition:N", title="Definition"),
            alt.Tooltip("share:Q", title="Labeling share", format=SHARE_TIP),
        ],
    )
    value_labels = (
        base.mark_text(align="left", dx=10, color=TEXT[mode])
        .encode(text=alt.Text("share:Q", format=SHARE_AXIS))
        .transform_filter("isValid(datum.share)")
    )
    points = base.mark_point(filled=True, size=120, color=SIDE_COLOURS[mode]["team"], opacity=1)
    return build_chart_spec(alt.layer(points, value_labels), alt.Step(34))


@cache
def draw_share_against_reference(mode: Mode) -> Spec:
    """Draw the team's share beside published ones: the team as a filled diamond, the others as rings.

    A bar spans the shares that the team's hours not sorted yet leave possible.
    """
    side = SIDE_COLOURS[mode]
    kinds = ["this team", "published"]
    base = alt.Chart().encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=230, ticks=False)),
        x=alt.X(
            "share:Q",
            title="Share of time",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=SHARE_AXIS, tickCount=5),
        ),
        tooltip=[
            alt.Tooltip("whose:N", title="Source"),
            alt.Tooltip("share:Q", title="Share", format=SHARE_AXIS),
            alt.Tooltip("measured:N", title="Of what"),
        ],
    )
    points = base.mark_point(size=110, opacity=1, filled=True).encode(
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[side["team"], side["reference"]]), legend=None),
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["diamond", "circle"]), legend=None),
    )
    value_labels = (
        base.mark_text(align="left", dx=10, color=TEXT[mode])
        .encode(text=alt.Text("share:Q", format=SHARE_AXIS))
        .transform_filter("isValid(datum.share)")
    )
    spans = base.mark_bar(size=6, opacity=0.5, color=side["team"]).encode(
        x=alt.X("share_low:Q", title="Share of time"), x2="share_high:Q"
    )
    span_labels = (
        base.mark_text(align="left", dx=10, color=TEXT[mode])
        .encode(x=alt.X("share_high:Q", title="Share of time"), text="span:N")
        .transform_filter("isValid(datum.span)")
    )
    return build_chart_spec(alt.layer(spans, points, value_labels, span_labels), alt.Step(30))


FACTORS = {"volume": "Number of labels", "mix": "Mix of work", "rate": "Time a label"}
WITHIN = {"mix": "Which projects", "rate": "Within projects"}
KINDS = ("whole", "less", "more")


def build_change_steps(rows: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Return the steps of a measure's change, one per factor, between its value before and now.

    `rows` are those of the figure `change_explained`. Columns: label, kind (whole, less, more), amount (of a share
    in percentage points), begins, ends; empty where the measure cannot be compared.
    """
    measure_rows = rows.filter(pl.col("measure") == measure)
    schema = {"label": pl.String, "kind": pl.String, "amount": pl.Float64, "begins": pl.Float64, "ends": pl.Float64}
    head = measure_rows.filter(pl.col("factor") == "change")
    if head.is_empty():
        return pl.DataFrame(schema=schema)
    before, after = float(head.item(0, "before")), float(head.item(0, "now"))
    names = WITHIN if measure == "labeling share" else FACTORS
    steps: list[tuple[str, str, float, float, float]] = [("Before", "whole", before, 0.0, before)]
    level = before
    for factor, label in names.items():
        amount = float(measure_rows.filter(pl.col("factor") == factor).get_column("contribution").sum())
        steps.append((label, "more" if amount >= 0 else "less", amount, level, level + amount))
        level += amount
    steps.append(("Now", "whole", after, 0.0, after))
    scale = 100 if measure == "labeling share" else 1
    return pl.DataFrame(steps, schema=schema, orient="row").with_columns(pl.col("amount") * scale)


@cache
def draw_change_explained(mode: Mode, measure: str) -> Spec:
    """Draw a waterfall from before to now; rows are those of `build_change_steps`."""
    side = SIDE_COLOURS[mode]
    is_share = measure == "labeling share"
    form = ".0%" if is_share else PLAIN_NUMBERS
    title = "Labeling of labeling and modeling" if is_share else "Hours on labels"
    scale = alt.Scale(domain=list(KINDS), range=[side["reference"], side["team"], side["rejected"]])
    bars = (
        alt.Chart()
        .mark_bar(stroke=BACKGROUND[mode], strokeWidth=1)
        .encode(
            x=alt.X("label:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelLimit=90, ticks=False)),
            y=alt.Y("begins:Q", title=title, axis=alt.Axis(format=form, tickCount=5)),
            y2="ends:Q",
            color=alt.Color(
                "kind:N",
                scale=scale,
                legend=alt.Legend(
                    orient="bottom",
                    title=None,
                    symbolType="square",
                    labelExpr="{whole: 'the whole', less: 'less labeling', more: 'more labeling'}[datum.label]",
                ),
            ),
            tooltip=[
                alt.Tooltip("label:O", title="Step"),
                alt.Tooltip(
                    "amount:Q", title="Points" if is_share else "Amount", format=POINTS_TIP if is_share else CHANGE_TIP
                ),
                alt.Tooltip("ends:Q", title="After this step", format=SHARE_TIP if is_share else HOURS_TIP),
            ],
        )
    )
    return build_chart_spec(bars)


@cache
def draw_bad_row_reasons(mode: Mode) -> Spec:
    """Draw one bar per reason, the most frequent first."""
    chart = build_bars(mode, color=SIDE_COLOURS[mode]["rejected"]).encode(
        y=alt.Y("reason:N", sort="-x", title=None, axis=alt.Axis(labelLimit=320, ticks=False)),
        x=alt.X("rows:Q", title="Rows", axis=alt.Axis(format=PLAIN_NUMBERS, tickMinStep=1)),
        tooltip=[alt.Tooltip("reason:N", title="Reason"), alt.Tooltip("rows:Q", title="Rows", format=COUNT_TIP)],
    )
    return build_chart_spec(chart, alt.Step(28))
