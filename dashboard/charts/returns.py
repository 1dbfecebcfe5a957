"""Charts of what labels and modeling return. A frame holds one row a mark; a spec holds no data.

Kinds are told apart by shape or place as well as by colour.
"""

from __future__ import annotations

from functools import cache

import altair as alt
import polars as pl

from dashboard.charts.allocation import Spec, finished
from dashboard.theme import BACKGROUND, CATEGORY_COLOURS, SIDE_COLOURS, TEXT, Mode

ENDS: dict[Mode, tuple[str, str]] = {"light": ("#3F8FC4", "#0A2F4D"), "dark": ("#3F86B5", "#D6ECFA")}
ACTIVITIES = ("labeling", "modeling")


def mixtures(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the points of one project that a logarithmic axis can show, `kind` naming their synthetic labels."""
    count = pl.col("synthetic").map_elements(lambda value: f"{value:,.0f}", return_dtype=pl.String)
    kind = pl.when(pl.col("synthetic") > 0).then(count).otherwise(pl.lit("none"))
    return rows.filter(pl.col("human") > 0).with_columns(kind=kind).sort("synthetic", "human")


def kinds(points: pl.DataFrame) -> tuple[str, ...]:
    """Return the numbers of synthetic labels in a frame of `mixtures`, fewest first."""
    return tuple(points.get_column("kind").unique(maintain_order=True))


def between(first: str, last: str, steps: int) -> list[str]:
    """Return colours from the first to the last, both written as #RRGGBB."""
    ends = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (first, last)]
    parts = [step / max(steps - 1, 1) for step in range(steps)]
    mixed = [[round(one + (other - one) * part) for one, other in zip(*ends, strict=True)] for part in parts]
    return ["#" + "".join(f"{value:02X}" for value in colour) for colour in mixed]


@cache
def exchange_rate(mode: Mode, found: tuple[str, ...]) -> Spec:
    """Draw error against labels by people on logarithms, a curve for each number of synthetic labels (`mixtures`)."""
    colours = alt.Scale(domain=list(found), range=between(*ENDS[mode], len(found)))
    legend = alt.Legend(orient="bottom", title="Synthetic labels", symbolType="circle", columns=4)
    base = alt.Chart().encode(
        x=alt.X(
            "human:Q",
            scale=alt.Scale(type="log", nice=False, padding=12),
            title="Labels by people",
            axis=alt.Axis(format="~s", tickCount=5),
        ),
        color=alt.Color("kind:N", scale=colours, sort=list(found), legend=legend),
        tooltip=[
            alt.Tooltip("human:Q", title="Labels by people", format=",.0f"),
            alt.Tooltip("synthetic:Q", title="Synthetic labels", format=",.0f"),
            alt.Tooltip("error:Q", title="Error, mean of seeds", format=".4f"),
            alt.Tooltip("error_low:Q", title="best seed", format=".4f"),
            alt.Tooltip("error_high:Q", title="worst seed", format=".4f"),
            alt.Tooltip("fitted_error:Q", title="Curve", format=".4f"),
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
        shape=alt.Shape("kind:N", sort=list(found), scale=alt.Scale(domain=list(found)), legend=None),
    )
    return finished(alt.layer(lines, rules, points))


@cache
def marginal_return(mode: Mode) -> Spec:
    """Draw what share of the error the next hours of labeling and of modeling take away, with intervals."""
    side, colours = SIDE_COLOURS[mode], CATEGORY_COLOURS[mode]
    scale = alt.Scale(domain=list(ACTIVITIES), range=[colours[name] for name in ACTIVITIES])
    axis = alt.Axis(format=".1%", tickCount=5)
    base = alt.Chart().encode(
        y=alt.Y("project:N", sort=None, title=None, axis=alt.Axis(labelLimit=150, ticks=False)),
        yOffset=alt.YOffset("activity:N", sort=list(ACTIVITIES)),
        tooltip=[
            alt.Tooltip("project:N", title="Project"),
            alt.Tooltip("activity:N", title="Spent on"),
            alt.Tooltip("gain_share:Q", title="Error gone", format=".1%"),
            alt.Tooltip("gain_low:Q", title="from", format=".1%"),
            alt.Tooltip("gain_high:Q", title="to", format=".1%"),
            alt.Tooltip("elasticity:Q", title="Elasticity", format=".3f"),
            alt.Tooltip("runs:Q", title="Runs"),
        ],
    )
    bars = base.mark_bar(stroke=BACKGROUND[mode], strokeWidth=1, opacity=0.75).encode(
        x=alt.X("gain_share:Q", title="Share of the error that the next 40 hours take away", axis=axis),
        color=alt.Color("activity:N", scale=scale, legend=alt.Legend(orient="bottom", title=None, symbolType="square")),
    )
    rules = base.mark_rule(strokeWidth=2, color=TEXT[mode]).encode(x=alt.X("gain_low:Q", axis=axis), x2="gain_high:Q")
    zero = alt.Chart().mark_rule(color=side["reference"], aria=False).encode(x=alt.datum(0))
    return finished(alt.layer(zero, bars, rules), alt.Step(26))


@cache
def label_savings_of_active_learning(mode: Mode) -> Spec:
    """Draw error against labels on logarithms, chosen by active learning and at random."""
    side = SIDE_COLOURS[mode]
    domain = ["active", "random"]
    colours = alt.Scale(domain=domain, range=[side["team"], side["reference"]])
    shapes = alt.Scale(domain=domain, range=["diamond", "circle"])
    legend = alt.Legend(orient="bottom", title="Labels chosen")
    scale = alt.Scale(type="log", nice=False, padding=12)
    base = alt.Chart().encode(
        x=alt.X("labels:Q", scale=scale, title="Labels", axis=alt.Axis(format="~s", tickCount=5)),
        y=alt.Y("error:Q", scale=scale, title="Error", axis=alt.Axis(format=".2~g", tickCount=5)),
        color=alt.Color("selection:N", scale=colours, legend=legend),
        tooltip=[
            alt.Tooltip("selection:N", title="Labels chosen"),
            alt.Tooltip("labels:Q", title="Labels", format=",.0f"),
            alt.Tooltip("error:Q", title="Error, mean of seeds", format=".4f"),
            alt.Tooltip("random_labels:Q", title="Random labels for this error", format=",.0f"),
            alt.Tooltip("saved_share:Q", title="Saved", format=".0%"),
            alt.Tooltip("seeds:Q", title="Seeds"),
        ],
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        shape=alt.Shape("selection:N", scale=shapes, legend=legend)
    )
    return finished(alt.layer(base.mark_line(strokeWidth=1.5), points))


def scores(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the scores of one report that have a closed scale, placed on it: measure, value, reference, at, beside.

    `rows`: figure `synthetic_parity`. `at` and `beside` are the places of value and reference from 0 to 1.
    """
    low, width = pl.col("scale_low"), pl.col("scale_high") - pl.col("scale_low")
    closed = rows.filter(width > 0).with_columns(
        at=(pl.col("value") - low) / width, beside=(pl.col("reference") - low) / width
    )
    return closed.select("measure", "value", "reference", "scale_low", "scale_high", "better", "at", "beside")


@cache
def synthetic_parity(mode: Mode) -> Spec:
    """Draw the scores of one report on their own scales, and a tick where real data stand (`scores`)."""
    side = SIDE_COLOURS[mode]
    ends = alt.Axis(values=[0, 1], labelExpr="datum.value ? 'end of its scale' : 'begin'", labelFlush=True, grid=False)
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
    x = alt.X("at:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=ends)
    lines = base.mark_rule(strokeWidth=1, color=side["reference"], opacity=0.6).encode(x=alt.datum(0), x2=alt.datum(1))
    points = base.mark_point(filled=True, size=90, opacity=1, color=side["team"]).encode(x=x)
    ticks = base.mark_tick(thickness=3, size=16, color=TEXT[mode]).encode(
        x=alt.X("beside:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=ends)
    )
    return finished(alt.layer(lines, points, ticks), alt.Step(24))
