"""Charts of the return of labels and modeling. A frame holds one row per mark; a spec holds no data.

Kinds differ in shape or position as well as in colour.
"""

from __future__ import annotations

from functools import cache

import altair as alt
import polars as pl

from dashboard.figures.chart_base import PLAIN_NUMBERS, ChartOptions, ChartView, Spec, build_chart_spec, describe_chart
from dashboard.figures.resolve import Figure
from dashboard.theme import BACKGROUND, CATEGORY_COLOURS, SIDE_COLOURS, TEXT, Mode
from dashboard.units import COUNT_TIP, ELASTICITY_TIP, ERROR_TIP, SHARE_AXIS, SHARE_TIP, format_count

RAMP_COLOURS: dict[Mode, tuple[str, str]] = {"light": ("#3F8FC4", "#0A2F4D"), "dark": ("#3F86B5", "#D6ECFA")}
ACTIVITIES = {"labeling": "annotating", "modeling": "modeling"}  # side -> the category whose colour it has
# A log axis names only the ticks after a power of ten unless it is asked for many; what would overlap is left out.
COUNT_AXIS = alt.Axis(format=PLAIN_NUMBERS, tickCount=20, labelOverlap="greedy")


def build_mixture_points(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the points of one project that a log axis can show; `kind` is their number of synthetic labels."""
    count = pl.col("synthetic").map_elements(format_count, return_dtype=pl.String)
    kind = pl.when(pl.col("synthetic") > 0).then(count).otherwise(pl.lit("none"))
    return rows.filter(pl.col("human") > 0).with_columns(kind=kind).sort("synthetic", "human")


def list_mixture_kinds(points: pl.DataFrame) -> tuple[str, ...]:
    """Return the numbers of synthetic labels in a frame of `build_mixture_points`, fewest first."""
    return tuple(points.get_column("kind").unique(maintain_order=True))


def blend_colours(first: str, last: str, steps: int) -> list[str]:
    """Return a ramp of colours from the first to the last, both as #RRGGBB."""
    rgb_ends = [[int(colour[offset : offset + 2], 16) for offset in (1, 3, 5)] for colour in (first, last)]
    parts = [step / max(steps - 1, 1) for step in range(steps)]
    mixed = [[round(start + (end - start) * part) for start, end in zip(*rgb_ends, strict=True)] for part in parts]
    return ["#" + "".join(f"{value:02X}" for value in colour) for colour in mixed]


@cache
def draw_exchange_rate(mode: Mode, kinds: tuple[str, ...]) -> Spec:
    """Draw error against labels by people on log scales, one curve per number of synthetic labels."""
    colours = alt.Scale(domain=list(kinds), range=blend_colours(*RAMP_COLOURS[mode], len(kinds)))
    legend = alt.Legend(orient="bottom", title="Synthetic labels", symbolType="circle", columns=4)
    base = alt.Chart().encode(
        x=alt.X(
            "human:Q",
            scale=alt.Scale(type="log", nice=False, padding=12),
            title="Labels by people",
            axis=COUNT_AXIS,
        ),
        color=alt.Color("kind:N", scale=colours, sort=list(kinds), legend=legend),
        tooltip=[
            alt.Tooltip("human:Q", title="Labels by people", format=COUNT_TIP),
            alt.Tooltip("synthetic:Q", title="Synthetic labels", format=COUNT_TIP),
            alt.Tooltip("error:Q", title="Error, mean of seeds", format=ERROR_TIP),
            alt.Tooltip("error_low:Q", title="best seed", format=ERROR_TIP),
            alt.Tooltip("error_high:Q", title="worst seed", format=ERROR_TIP),
            alt.Tooltip("fitted_error:Q", title="Curve", format=ERROR_TIP),
            alt.Tooltip("seeds:Q", title="Seeds"),
        ],
    )
    scale, axis = alt.Scale(type="log", nice=False, padding=12), alt.Axis(format=".2~g", tickCount=5)
    lines = base.mark_line(strokeWidth=1.5).encode(y=alt.Y("fitted_error:Q", title="Error", scale=scale, axis=axis))
    rules = base.mark_rule(strokeWidth=1.5).encode(
        y=alt.Y("error_low:Q", title="Error", scale=scale, axis=axis), y2="error_high:Q"
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        y=alt.Y("error:Q", title="Error", scale=scale, axis=axis),
        shape=alt.Shape("kind:N", sort=list(kinds), scale=alt.Scale(domain=list(kinds)), legend=None),
    )
    return build_chart_spec(alt.layer(lines, rules, points))


@cache
def draw_marginal_return(mode: Mode) -> Spec:
    """Draw the share of the error that the next hours of labeling and of modeling remove, with intervals."""
    side, colours = SIDE_COLOURS[mode], CATEGORY_COLOURS[mode]
    scale = alt.Scale(domain=list(ACTIVITIES), range=[colours[category] for category in ACTIVITIES.values()])
    axis = alt.Axis(format=SHARE_TIP, tickCount=5)
    base = alt.Chart().encode(
        y=alt.Y("project:N", sort=None, title=None, axis=alt.Axis(labelLimit=150, ticks=False)),
        yOffset=alt.YOffset("activity:N", sort=list(ACTIVITIES)),
        tooltip=[
            alt.Tooltip("project:N", title="Project"),
            alt.Tooltip("activity:N", title="Spent on"),
            alt.Tooltip("gain_share:Q", title="Error removed", format=SHARE_TIP),
            alt.Tooltip("gain_low:Q", title="from", format=SHARE_TIP),
            alt.Tooltip("gain_high:Q", title="to", format=SHARE_TIP),
            alt.Tooltip("elasticity:Q", title="Elasticity", format=ELASTICITY_TIP),
            alt.Tooltip("runs:Q", title="Runs"),
        ],
    )
    bars = base.mark_bar(stroke=BACKGROUND[mode], strokeWidth=1, opacity=0.75).encode(
        x=alt.X("gain_share:Q", title="Error removed by the next 40 hours", axis=axis),
        color=alt.Color("activity:N", scale=scale, legend=alt.Legend(orient="bottom", title=None, symbolType="square")),
    )
    rules = base.mark_rule(strokeWidth=2, color=TEXT[mode]).encode(x=alt.X("gain_low:Q", axis=axis), x2="gain_high:Q")
    zero = alt.Chart().mark_rule(color=side["reference"], aria=False).encode(x=alt.datum(0))
    return build_chart_spec(alt.layer(zero, bars, rules), alt.Step(26))


@cache
def draw_active_learning_savings(mode: Mode) -> Spec:
    """Draw error against labels on log scales, for labels chosen by active learning and at random."""
    side = SIDE_COLOURS[mode]
    domain = ["active", "random"]
    colours = alt.Scale(domain=domain, range=[side["team"], side["reference"]])
    shapes = alt.Scale(domain=domain, range=["diamond", "circle"])
    legend = alt.Legend(orient="bottom", title="Labels chosen")
    scale = alt.Scale(type="log", nice=False, padding=12)
    base = alt.Chart().encode(
        x=alt.X("labels:Q", scale=scale, title="Labels", axis=COUNT_AXIS),
        y=alt.Y("error:Q", scale=scale, title="Error", axis=alt.Axis(format=".2~g", tickCount=5)),
        color=alt.Color("selection:N", scale=colours, legend=legend),
        tooltip=[
            alt.Tooltip("selection:N", title="Labels chosen"),
            alt.Tooltip("labels:Q", title="Labels", format=COUNT_TIP),
            alt.Tooltip("error:Q", title="Error, mean of seeds", format=ERROR_TIP),
            alt.Tooltip("random_labels:Q", title="Random labels for this error", format=COUNT_TIP),
            alt.Tooltip("saved_share:Q", title="Saved", format=SHARE_AXIS),
            alt.Tooltip("seeds:Q", title="Seeds"),
        ],
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        shape=alt.Shape("selection:N", scale=shapes, legend=legend)
    )
    return build_chart_spec(alt.layer(base.mark_line(strokeWidth=1.5), points))


def build_score_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the scores of one report that have a closed scale: measure, value, reference, scale, better, at, beside.

    `rows`: figure `synthetic_parity`. `at` and `beside` are the positions of value and reference, from 0 to 1.
    """
    low, width = pl.col("scale_low"), pl.col("scale_high") - pl.col("scale_low")
    closed = rows.filter(width > 0).with_columns(
        at=(pl.col("value") - low) / width, beside=(pl.col("reference") - low) / width
    )
    return closed.select("measure", "value", "reference", "scale_low", "scale_high", "better", "at", "beside")


@cache
def draw_synthetic_parity(mode: Mode) -> Spec:
    """Draw the scores of one report on their own scales, and a tick for real data (rows of `build_score_rows`)."""
    side = SIDE_COLOURS[mode]
    scale_axis = alt.Axis(
        values=[0, 1], labelExpr="datum.value ? 'end of its scale' : 'start'", labelFlush=True, grid=False
    )
    base = alt.Chart().encode(
        y=alt.Y("measure:N", sort=None, title=None, axis=alt.Axis(labelLimit=170, ticks=False)),
        tooltip=[
            alt.Tooltip("measure:N", title="Score"),
            alt.Tooltip("value:Q", title="Value", format=".4~g"),
            alt.Tooltip("reference:Q", title="Real data", format=".4~g"),
            alt.Tooltip("scale_low:Q", title="Scale from"),
            alt.Tooltip("scale_high:Q", title="to"),
            alt.Tooltip("better:N", title="Better"),
        ],
    )
    x = alt.X("at:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=scale_axis)
    lines = base.mark_rule(strokeWidth=1, color=side["reference"], opacity=0.6).encode(x=alt.datum(0), x2=alt.datum(1))
    points = base.mark_point(filled=True, size=90, opacity=1, color=side["team"]).encode(x=x)
    ticks = base.mark_tick(thickness=3, size=16, color=TEXT[mode]).encode(
        x=alt.X("beside:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=scale_axis)
    )
    return build_chart_spec(alt.layer(lines, points, ticks), alt.Step(24))


def select_value(rows: pl.DataFrame, column: str, options: ChartOptions) -> pl.DataFrame:
    """Return the rows with the value of the option of that name, else those with the first value."""
    values = rows.get_column(column).drop_nulls()
    return rows.filter(pl.col(column) == str(options.get(column, values.first() or "")))


def build_exchange_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return the curves of the option `project`, one per number of synthetic labels."""
    rows = build_mixture_points(select_value(figure.rows, "project", options))
    sentence = "Error against labels by people, both on logarithmic axes, a curve for each number of synthetic labels"
    return ChartView(draw_exchange_rate(mode, list_mixture_kinds(rows)), rows, describe_chart(sentence, options))


def build_return_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return what the next hours of labeling and of modeling remove of the error."""
    rows = figure.rows.drop_nulls("gain_share")
    sentence = "Bars with intervals: share of the error that the next 40 hours remove, labeling and modeling"
    return ChartView(draw_marginal_return(mode), rows, describe_chart(sentence, options))


def build_learning_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return both curves of the option `project`: labels chosen by active learning, and at random."""
    rows = select_value(figure.rows, "project", options).drop_nulls("error")
    rows = rows.filter(pl.col("technique") == "active learning")
    sentence = "Error against labels, both on logarithmic axes, for labels chosen by active learning and at random"
    return ChartView(draw_active_learning_savings(mode), rows, describe_chart(sentence, options))


def build_parity_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return the scores of the option `report`, each on its own scale."""
    rows = build_score_rows(select_value(figure.rows.filter(pl.col("about") == "report"), "report", options))
    sentence = "Points: each score of the report on its own scale; upright ticks: where real data stand on it"
    return ChartView(draw_synthetic_parity(mode), rows, describe_chart(sentence, options))
