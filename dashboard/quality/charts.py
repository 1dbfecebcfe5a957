"""Charts of quality. A frame holds one row per mark; a spec holds no data.

Intervals are lines with a point; small groups are grey crosses, so that colour is not the only sign.
"""

from __future__ import annotations

from functools import cache

import altair as alt
import polars as pl

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
from dashboard.theme import CATEGORY_COLOURS, SIDE_COLOURS, TEXT, Mode
from dashboard.units import COUNT_TIP, DAY_TIP, HOURS_TIP, MONTH_AXIS, POINTS_TIP, SHARE_AXIS, SHARE_TIP, WEEK_AXIS

VERDICTS = ("confirmed", "not confirmed", "void")
MEASURES = ("accepted, fixed ones included", "accepted as it came")
OUTCOMES = ("unchanged", "edited", "rejected", "unknown")
GROUP_SIZE_LABELS = ("20 or more", "too few to say")
MIN_REVIEWED = 20  # reviewed labels below which a share is greyed


def build_difference_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the differences of `quality_gate` with their bounds and margin, one row per automation and project."""
    return rows.drop_nulls("difference_points").select(
        "difference_points",
        "low_points",
        "high_points",
        "verdict",
        "n",
        label=pl.format("{} · {}", "automation", "project"),
        margin_at=-pl.col("margin_points"),
    )


def build_acceptance_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return `acceptance`, one row per name and measure: name, measure, share, low, high, reviewed, enough."""
    reviewed = rows.filter(pl.col("reviewed") > 0)
    parts = [
        reviewed.select(
            "name",
            "reviewed",
            measure=pl.lit(measure),
            share=f"{column}_share",
            low=f"{column}_low",
            high=f"{column}_high",
            enough=_label_group_size(pl.col("reviewed") >= MIN_REVIEWED),
        )
        for measure, column in zip(MEASURES, ("accepted", "first_pass"), strict=True)
    ]
    return pl.concat(parts).sort("name", "measure")


def build_outcome_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return `suggestion_outcomes`, one row per month and outcome: label, outcome, labels, share, place.

    A month between others without suggestions has rows without labels, so that it is a gap.
    """
    months = fill_calendar(rows.select("month_on", "known", *OUTCOMES), "month_on", "1mo")
    long = months.unpivot(OUTCOMES, index=["month_on", "known"], variable_name="outcome", value_name="labels")
    places = {outcome: position for position, outcome in enumerate(OUTCOMES)}
    known_total = pl.when(pl.col("outcome") != "unknown", pl.col("known") > 0).then("known")
    return long.with_columns(
        label=pl.col("month_on").dt.strftime(MONTH_AXIS),
        place=pl.col("outcome").replace_strict(places, return_dtype=pl.Int64),
        share=pl.col("labels") / known_total,
    ).sort("month_on", "place")


def build_quality_points(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the points of `time_against_quality`: who, minutes, share, reviewed, enough."""
    return rows.drop_nulls(["median_seconds", "first_pass_share"]).select(
        "project",
        "reviewed",
        who=pl.coalesce("person", "batch"),
        minutes=pl.col("median_seconds") / 60,
        share="first_pass_share",
        enough=_label_group_size(pl.col("is_enough")),
    )


def _label_group_size(is_enough: pl.Expr) -> pl.Expr:
    return pl.when(is_enough).then(pl.lit(GROUP_SIZE_LABELS[0])).otherwise(pl.lit(GROUP_SIZE_LABELS[1]))


def _grey_small_groups(mode: Mode, legend: alt.Legend | None) -> tuple[alt.Color, alt.Shape]:
    """Return the colour and shape that distinguish small groups."""
    side = SIDE_COLOURS[mode]
    colours = alt.Scale(domain=list(GROUP_SIZE_LABELS), range=[side["team"], side["reference"]])
    shapes = alt.Scale(domain=list(GROUP_SIZE_LABELS), range=["circle", "cross"])
    return alt.Color("enough:N", scale=colours, legend=legend), alt.Shape("enough:N", scale=shapes, legend=legend)


@cache
def draw_quality_gate(mode: Mode) -> Spec:
    """Draw differences of gold scores with their bounds, and a tick at the margin."""
    side = SIDE_COLOURS[mode]
    base = alt.Chart().encode(
        y=alt.Y("label:N", sort=None, title=None, axis=None),
        tooltip=[
            alt.Tooltip("label:N", title="Automation"),
            alt.Tooltip("difference_points:Q", title="Difference, points", format=POINTS_TIP),
            alt.Tooltip("low_points:Q", title="at worst", format=POINTS_TIP),
            alt.Tooltip("high_points:Q", title="at best", format=POINTS_TIP),
            alt.Tooltip("n:Q", title="n"),
        ],
    )
    colours = alt.Scale(domain=list(VERDICTS), range=[side["team"], side["reference"], side["rejected"]])
    shapes = alt.Scale(domain=list(VERDICTS), range=["circle", "square", "cross"])
    legend = alt.Legend(orient="bottom", title=None, columns=2)
    x = alt.X("low_points:Q", title="Score difference, points", axis=alt.Axis(tickCount=5, labelOverlap="greedy"))
    rules = base.mark_rule(strokeWidth=2, color=side["reference"]).encode(x=x, x2="high_points:Q")
    dots = base.mark_point(filled=True, size=130, opacity=1).encode(
        x="difference_points:Q",
        color=alt.Color("verdict:N", scale=colours, legend=legend),
        shape=alt.Shape("verdict:N", scale=shapes, legend=legend),
    )
    margin = base.mark_tick(thickness=3, size=26, color=side["rejected"]).encode(x="margin_at:Q")
    zero = alt.Chart().mark_rule(color=TEXT[mode], strokeDash=[4, 3], aria=False).encode(x=alt.datum(0))
    # Names are above their lines: beside them, they would leave no room for the lines on a narrow screen.
    name_labels = base.mark_text(align="left", dy=-22, color=TEXT[mode], limit=300).encode(
        x=alt.value(0), text="label:N"
    )
    return build_chart_spec(alt.layer(zero, rules, margin, dots, name_labels), alt.Step(64))


@cache
def draw_acceptance(mode: Mode) -> Spec:
    """Draw the acceptance and first-pass rates of each name with their intervals; small groups are grey."""
    base = alt.Chart().encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=170, ticks=False)),
        yOffset=alt.YOffset("measure:N", sort=list(MEASURES)),
        tooltip=[
            alt.Tooltip("name:N", title="Of"),
            alt.Tooltip("measure:N", title="Measure"),
            alt.Tooltip("share:Q", title="Share", format=SHARE_TIP),
            alt.Tooltip("low:Q", title="from", format=SHARE_TIP),
            alt.Tooltip("high:Q", title="to", format=SHARE_TIP),
            alt.Tooltip("reviewed:Q", title="Reviewed labels", format=COUNT_TIP),
        ],
    )
    axis = alt.Axis(format=SHARE_AXIS, tickCount=5)
    scale = alt.Scale(domain=[0, 1])
    rules = base.mark_rule(strokeWidth=2, color=SIDE_COLOURS[mode]["reference"]).encode(
        x=alt.X("low:Q", title="Share of reviewed labels", scale=scale, axis=axis), x2="high:Q"
    )
    legend = alt.Legend(
        orient="bottom", title=None, columns=1, labelLimit=260, symbolFillColor=TEXT[mode], symbolStrokeColor=TEXT[mode]
    )
    shapes = alt.Scale(domain=list(MEASURES), range=["diamond", "circle"])
    colour, _ = _grey_small_groups(mode, None)
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x="share:Q", color=colour, shape=alt.Shape("measure:N", scale=shapes, legend=legend)
    )
    return build_chart_spec(alt.layer(rules, dots), alt.Step(20))


@cache
def draw_suggestion_outcomes(mode: Mode) -> Spec:
    """Draw the outcomes of one automation's suggestions, one stacked bar per month, unknown ones on top."""
    colours = CATEGORY_COLOURS[mode]
    outcome_colours = [colours[name] for name in ("annotating", "modeling", "uncategorized", "data preparation")]
    chart = build_bars(mode).encode(
        x=alt.X("label:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", ticks=False)),
        y=alt.Y("labels:Q", stack="zero", title="Labels", axis=alt.Axis(format=PLAIN_NUMBERS, tickCount=5)),
        color=alt.Color(
            "outcome:N",
            scale=alt.Scale(domain=list(OUTCOMES), range=outcome_colours),
            legend=alt.Legend(orient="bottom", title=None, symbolType="square", columns=2),
        ),
        order=alt.Order("place:Q"),
        tooltip=[
            alt.Tooltip("label:O", title="Month"),
            alt.Tooltip("outcome:N", title="Outcome"),
            alt.Tooltip("labels:Q", title="Labels", format=COUNT_TIP),
            alt.Tooltip("share:Q", title="Of those known", format=SHARE_TIP),
            alt.Tooltip("known:Q", title="Known", format=COUNT_TIP),
        ],
    )
    return build_chart_spec(chart, 200)


@cache
def draw_suggestions_by_week(mode: Mode) -> Spec:
    """Draw the share of one automation's suggestions that stay unchanged, by week."""
    base = alt.Chart().encode(
        x=alt.X("week_on:T", title=None, axis=alt.Axis(format=WEEK_AXIS, tickCount=5, labelOverlap="greedy")),
        y=alt.Y(
            "unchanged_share:Q",
            title="Kept unchanged",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=SHARE_AXIS, tickCount=5),
        ),
        tooltip=[
            alt.Tooltip("week_on:T", title="Week of", format=DAY_TIP),
            alt.Tooltip("unchanged_share:Q", title="Unchanged", format=SHARE_AXIS),
            alt.Tooltip("suggestions:Q", title="Suggestions known", format=COUNT_TIP),
            alt.Tooltip("median_seconds:Q", title="Median seconds", format=COUNT_TIP),
        ],
    )
    colour = SIDE_COLOURS[mode]["team"]
    line = base.mark_line(strokeWidth=2, color=colour)
    return build_chart_spec(alt.layer(line, base.mark_point(filled=True, size=30, opacity=1, color=colour)), 160)


@cache
def draw_time_against_quality(mode: Mode) -> Spec:
    """Draw minutes per item against the first-pass rate, one point per person or batch and project."""
    colour, shape = _grey_small_groups(mode, alt.Legend(orient="bottom", title="Reviewed and timed"))
    chart = (
        alt.Chart()
        .mark_point(filled=True, size=90, opacity=0.9)
        .encode(
            x=alt.X("minutes:Q", title="Median minutes per item", axis=alt.Axis(tickCount=5)),
            y=alt.Y(
                "share:Q",
                title="Accepted as it came",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format=SHARE_AXIS, tickCount=5),
            ),
            color=colour,
            shape=shape,
            tooltip=[
                alt.Tooltip("who:N", title="Who"),
                alt.Tooltip("project:N", title="Project"),
                alt.Tooltip("minutes:Q", title="Minutes", format=HOURS_TIP),
                alt.Tooltip("share:Q", title="Accepted as it came", format=SHARE_AXIS),
                alt.Tooltip("reviewed:Q", title="Reviewed", format=COUNT_TIP),
            ],
        )
    )
    return build_chart_spec(chart, 260)


def select_automation(rows: pl.DataFrame, options: ChartOptions) -> tuple[pl.DataFrame, str]:
    """Return the rows of one automation and its name: that of the option `automation`, else the first."""
    names = rows.get_column("automation").unique().sort()
    name = str(options.get("automation", names[0] if len(names) else ""))
    return rows.filter(pl.col("automation") == name), name


def build_gate_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return the differences of gold scores with bounds and margins."""
    rows = build_difference_rows(figure.rows)
    alt_text = describe_chart(
        "Points with bounds: gold score with automation less gold score by hand, and the margin", options
    )
    return ChartView(draw_quality_gate(mode), rows, alt_text)


def build_acceptance_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return what reviewers accept by the option `by`: project, method or automation."""
    cut = str(options.get("by", "project"))
    rows = build_acceptance_rows(figure.rows.filter(pl.col("cut") == cut))
    alt_text = describe_chart(f"Points with 95% intervals: accepted share of reviewed labels by {cut}", options)
    return ChartView(draw_acceptance(mode), rows, alt_text)


def build_outcomes_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return the outcomes of one automation's suggestions by month."""
    selected_rows, name = select_automation(figure.rows, options)
    rows = build_outcome_rows(selected_rows)
    alt_text = describe_chart(
        f"Stacked bars: suggestions of {name} unchanged, edited, rejected and unknown by month", options
    )
    return ChartView(draw_suggestion_outcomes(mode), rows, alt_text)


def build_suggestion_weeks_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return the share of one automation's suggestions that stay unchanged, by week."""
    selected_rows, name = select_automation(figure.rows, options)
    rows = fill_calendar(selected_rows, "week_on")
    alt_text = describe_chart(f"Line: share of suggestions of {name} kept unchanged, by week", options)
    return ChartView(draw_suggestions_by_week(mode), rows, alt_text)


def build_quality_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return time against quality, one point per the option `by`: person or batch."""
    cut = str(options.get("by", "person"))
    rows = build_quality_points(figure.rows.filter(pl.col("cut") == cut))
    sentence = f"Points: median minutes per item against the share accepted as it came, one per {cut} and project"
    return ChartView(draw_time_against_quality(mode), rows, describe_chart(sentence, options))
