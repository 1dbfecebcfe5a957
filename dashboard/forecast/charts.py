"""Charts of forecasts. Measured is solid, projected is dashed within its band; a rule marks today."""

from __future__ import annotations

from functools import cache

import altair as alt

from dashboard.figures.chart_base import PLAIN_NUMBERS, Spec, build_chart_spec
from dashboard.theme import BACKGROUND, SIDE_COLOURS, TEXT, Mode
from dashboard.units import DAY_TIP, HOURS_TIP, MONTH_AXIS, SHARE_AXIS, SHORT_MONTH, WEEK_AXIS

BAND = 0.22
DASH = [6, 4]


def describe_range() -> list[alt.Tooltip]:
    """Return the tooltips of a projected range."""
    titles = {"p10": "Low (1 in 10 below)", "p50": "Middle", "p90": "High (1 in 10 above)"}
    return [alt.Tooltip(f"{column}:Q", title=title, format=HOURS_TIP) for column, title in titles.items()]


def build_month_axis() -> alt.Axis:
    """Return an axis of months; the year stands at the first of them and in January."""
    is_year_shown = "datum.index == 0 || month(datum.value) == 0"
    label = f"timeFormat(datum.value, {is_year_shown} ? '{MONTH_AXIS}' : '{SHORT_MONTH}')"
    return alt.Axis(labelExpr=label, tickCount=6, labelOverlap="greedy")


@cache
def draw_fan(mode: Mode, title: str) -> Spec:
    """Draw measured weeks, then projected ones with their band.

    Rows: week_on, measured, p10, p50, p90, today (the last measured day, the same in every row); a row holds either
    `measured` or the three others. `title` is the title of the axis.
    """
    side = SIDE_COLOURS[mode]
    time = alt.X("week_on:T", title=None, axis=build_month_axis())
    axis = alt.Axis(format=PLAIN_NUMBERS, tickCount=4)
    base = alt.Chart().encode(x=time)
    band = base.mark_area(opacity=BAND, color=side["team"]).encode(
        y=alt.Y("p10:Q", title=title, axis=axis),
        y2="p90:Q",
        tooltip=[
            alt.Tooltip("week_on:T", title="Week of", format=DAY_TIP),
            *describe_range(),
        ],
    )
    projected = base.mark_line(strokeDash=DASH, strokeWidth=2, color=side["team"]).encode(y="p50:Q")
    measured = base.mark_line(strokeWidth=2, color=side["team"], point={"filled": True, "size": 22}).encode(
        y="measured:Q",
        tooltip=[
            alt.Tooltip("week_on:T", title="Week of", format=DAY_TIP),
            alt.Tooltip("measured:Q", title="Measured", format=HOURS_TIP),
        ],
    )
    return build_chart_spec(alt.layer(band, projected, measured, _build_today_rule(mode)))


@cache
def draw_track_record(mode: Mode) -> Spec:
    """Draw projections against actuals, one row per origin: origin_on, p10, p50, p90, actual, inside."""
    side = SIDE_COLOURS[mode]
    time = alt.X(
        "origin_on:T", title="Projected in the week of", axis=alt.Axis(format=WEEK_AXIS, labelOverlap="greedy")
    )
    tooltip = [
        alt.Tooltip("origin_on:T", title="Projected in the week of", format=DAY_TIP),
        alt.Tooltip("actual:Q", title="Came", format=HOURS_TIP),
        *describe_range(),
    ]
    base = alt.Chart().encode(x=time, tooltip=tooltip)
    axis = alt.Axis(format=PLAIN_NUMBERS, tickCount=5)
    bands = base.mark_rule(strokeWidth=5, opacity=0.45, color=side["team"]).encode(
        y=alt.Y("p10:Q", title="Hours", scale=alt.Scale(zero=False), axis=axis), y2="p90:Q"
    )
    middles = base.mark_tick(thickness=2, width=9, color=side["team"]).encode(y="p50:Q")
    labels = {True: "inside the band", False: "outside the band"}
    colours = alt.Scale(domain=list(labels.values()), range=[side["reference"], side["rejected"]])
    shapes = alt.Scale(domain=list(labels.values()), range=["circle", "diamond"])
    legend = alt.Legend(orient="bottom", title="What came")
    actual = (
        base.transform_calculate(lies=f"datum.inside ? '{labels[True]}' : '{labels[False]}'")
        .mark_point(filled=True, size=60, opacity=1)
        .encode(
            y="actual:Q",
            color=alt.Color("lies:N", scale=colours, legend=legend),
            shape=alt.Shape("lies:N", scale=shapes, legend=legend),
        )
    )
    return build_chart_spec(alt.layer(bands, middles, actual))


@cache
def draw_payback(mode: Mode, title: str) -> Spec:
    """Draw the cumulative net benefit of automation since its setup, with a line at zero.

    Rows as for `draw_fan`, every column a running sum.
    """
    layers = draw_fan(mode, title)
    zero = build_chart_spec(
        alt.layer(alt.Chart().mark_rule(color=TEXT[mode], strokeWidth=1, aria=False).encode(y=alt.datum(0)))
    )
    return {**layers, "layer": [*zero["layer"], *layers["layer"]]}


@cache
def draw_tornado(mode: Mode, title: str) -> Spec:
    """Draw how much each input alone moves the result: input, base, at_p10, at_p90 (results), largest swing first."""
    side = SIDE_COLOURS[mode]
    base = (
        alt.Chart()
        .transform_fold(["at_p10", "at_p90"], as_=["end", "result"])
        .transform_calculate(side="datum.end == 'at_p10' ? 'input low' : 'input high'")
        .encode(y=alt.Y("input:N", sort=None, title=None, axis=alt.Axis(labelLimit=200, ticks=False)))
    )
    scale = alt.Scale(domain=["input low", "input high"], range=[side["reference"], side["team"]])
    bars = base.mark_bar(stroke=BACKGROUND[mode], strokeWidth=1).encode(
        x=alt.X(
            "base:Q",
            title=f"{title}, middle",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(format=PLAIN_NUMBERS, tickCount=5),
        ),
        x2="result:Q",
        color=alt.Color("side:N", scale=scale, legend=alt.Legend(orient="bottom", title=None, symbolType="square")),
        tooltip=[
            alt.Tooltip("input:N", title="Input"),
            alt.Tooltip("side:N", title="Bar for"),
            alt.Tooltip("result:Q", title="Result", format=HOURS_TIP),
            alt.Tooltip("base:Q", title="Result as it stands", format=HOURS_TIP),
        ],
    )
    return build_chart_spec(alt.layer(bars), alt.Step(28))


@cache
def draw_scenarios(mode: Mode, title: str) -> Spec:
    """Draw scenarios side by side: scenario, p10, p50, p90."""
    side = SIDE_COLOURS[mode]
    base = alt.Chart().encode(
        y=alt.Y("scenario:N", sort=None, title=None, axis=alt.Axis(labelLimit=200, ticks=False)),
        tooltip=[
            alt.Tooltip("scenario:N", title="Scenario"),
            *describe_range(),
        ],
    )
    rules = base.mark_rule(strokeWidth=2, strokeDash=DASH, color=side["team"]).encode(
        x=alt.X("p10:Q", title=title, scale=alt.Scale(zero=False), axis=alt.Axis(format=PLAIN_NUMBERS, tickCount=5)),
        x2="p90:Q",
    )
    points = base.mark_point(filled=False, size=110, strokeWidth=2, color=side["team"]).encode(x="p50:Q")
    return build_chart_spec(alt.layer(rules, points), alt.Step(34))


@cache
def draw_target_chance(mode: Mode) -> Spec:
    """Draw the chance of reaching a target over the acceptance of suggestions: acceptance, probability, mode."""
    side = SIDE_COLOURS[mode]
    share = alt.Axis(format=SHARE_AXIS, tickCount=5)
    middle = f"format(datum.probability, '{SHARE_AXIS}')"  # no chance is written as certain
    chance = f"datum.probability < 0.005 ? '<1%' : datum.probability >= 0.995 ? '>99%' : {middle}"
    lines = (
        alt.Chart()
        .transform_calculate(chance=chance)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("acceptance:Q", title="Share of suggestions kept", axis=share),
            y=alt.Y("probability:Q", title="Chance of reaching the target", axis=share, scale=alt.Scale(domain=[0, 1])),
            color=alt.Color(
                "mode:N",
                scale=alt.Scale(domain=["reallocate", "release"], range=[side["team"], side["rejected"]]),
                legend=alt.Legend(orient="bottom", title="Freed hours"),
            ),
            strokeDash=alt.StrokeDash("mode:N", legend=None),
            tooltip=[
                alt.Tooltip("mode:N", title="Freed hours"),
                alt.Tooltip("acceptance:Q", title="Kept", format=SHARE_AXIS),
                alt.Tooltip("chance:N", title="Chance"),
            ],
        )
    )
    return build_chart_spec(alt.layer(lines))


def _build_today_rule(mode: Mode) -> alt.Chart:
    """Return the rule between what was measured and what is projected."""
    rule: alt.Chart = (
        alt.Chart().mark_rule(color=TEXT[mode], strokeDash=[2, 3]).encode(x=alt.X("today:T", aggregate="max"))
    )
    return rule
