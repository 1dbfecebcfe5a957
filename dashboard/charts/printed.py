"""Charts of reports: values and lines are named where they stand, since paper has no tooltips; the live page has."""

from __future__ import annotations

from functools import cache

import altair as alt

from dashboard.charts.allocation import Spec, finished
from dashboard.theme import CATEGORY_COLOURS, SIDE_COLOURS, TEXT, Mode

MEASURES = ("of labeling and modeling", "of all tracked time")


@cache
def share_over_weeks(mode: Mode, claim: float) -> Spec:
    """Draw both labeling shares by week (begins_on, measure, share), and the claimed share as a dashed line."""
    colours = [CATEGORY_COLOURS[mode]["labeling"], CATEGORY_COLOURS[mode]["review"]]
    scale = alt.Scale(domain=list(MEASURES), range=colours)
    axis = alt.Axis(format=".0%", tickCount=5)
    lines = (
        alt.Chart()
        # The edge nobody sees makes a point easier to hit.
        .mark_line(point=alt.OverlayMarkDef(size=22, filled=True, stroke="transparent", strokeWidth=12))
        .encode(
            tooltip=[
                alt.Tooltip("begins_on:T", timeUnit="utcyearmonthdate", format="%-d %b %Y", title="Week of"),
                alt.Tooltip("share:Q", format=".1%", title="Labeling share"),
                alt.Tooltip("measure:N", title="Share"),
            ],
            # A day is the same day wherever it is drawn.
            x=alt.X(
                "begins_on:T",
                title=None,
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(format="%b %Y", tickCount="month", labelOverlap="greedy", labelSeparation=8),
            ),
            y=alt.Y("share:Q", title="Labeling share", scale=alt.Scale(domain=[0, 1]), axis=axis),
            color=alt.Color(
                "measure:N", scale=scale, legend=alt.Legend(orient="bottom", title=None, symbolType="stroke")
            ),
            strokeDash=alt.StrokeDash(
                "measure:N",
                scale=alt.Scale(domain=list(MEASURES), range=[[1, 0], [3, 2]]),
                legend=alt.Legend(orient="bottom", title=None, symbolType="stroke"),
            ),
        )
    )
    # One mark, not one a row: text drawn many times over itself looks smeared.
    once = alt.Chart().transform_aggregate(rows="count()")
    rule = once.mark_rule(color=TEXT[mode], strokeDash=[6, 3], aria=False).encode(y=alt.datum(claim))
    word = once.mark_text(align="right", baseline="bottom", dy=-3, color=TEXT[mode]).encode(
        x=alt.value("width"), y=alt.datum(claim), text=alt.datum(f"the {claim:.0%} belief, of all time")
    )
    return finished(alt.layer(lines, rule, word), 150)


@cache
def hours_of_projects(mode: Mode) -> Spec:
    """Draw one bar a project (project, hours, rank), the largest first, with its hours beside it."""
    base = alt.Chart().encode(
        y=alt.Y(
            "project:N",
            sort=alt.EncodingSortField("rank", op="min"),
            title=None,
            axis=alt.Axis(labelLimit=220, ticks=False),
        ),
        x=alt.X("hours:Q", title="Hours", axis=alt.Axis(format="~s", tickCount=5)),
    )
    bars = base.mark_bar(color=SIDE_COLOURS[mode]["team"], cornerRadiusEnd=2).encode(
        tooltip=[alt.Tooltip("project:N", title="Project"), alt.Tooltip("hours:Q", format=",.1f", title="Hours")]
    )
    written = base.mark_text(align="left", dx=4, color=TEXT[mode]).encode(text=alt.Text("hours:Q", format=",.0f"))
    return finished(alt.layer(bars, written), alt.Step(18))
