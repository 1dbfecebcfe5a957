"""Charts of reports: values and lines are labeled in place, since paper has no tooltips; the live page has them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import altair as alt

from dashboard.figures.chart_base import Spec, build_chart_spec
from dashboard.theme import CATEGORY_COLOURS, SIDE_COLOURS, TEXT, Mode
from dashboard.units import COUNT_TIP, DAY_TIP, HOURS_TIP, MONTH_AXIS, SHARE_AXIS, SHARE_TIP, format_share

CHART_HEIGHT = 150  # pixels
WIDE, THIN = 2.0, 0.8  # pixels, of lines
MEASURES = ("of labeling and modeling", "of all tracked time")
LIMITS = tuple(
    f"{measure}, at {end}" for measure in MEASURES for end in ("least", "most")
)  # where hours are not sorted
LINES = (*MEASURES, *LIMITS)  # one colour each for a measure and its limits, which are thin


@cache
def draw_share_over_weeks(mode: Mode, claim: float) -> Spec:
    """Draw both labeling shares by week (begins_on, measure, share), and the claimed share as a dashed line.

    A week with hours that are not sorted yet may have thin limits in place of a share.
    """
    belief = f"the {format_share(claim)} belief, of all tracked time"
    looks = [find_look(name, mode) for name in LINES]
    names = [*LINES, belief]
    scale = alt.Scale(domain=names, range=[*(look.colour for look in looks), TEXT[mode]])
    dashes = alt.Scale(domain=names, range=[*([3, 2] if look.is_dotted else [1, 0] for look in looks), [6, 3]])
    legend = alt.Legend(
        orient="bottom", title=None, symbolType="stroke", columns=2, labelLimit=240, values=[*MEASURES, belief]
    )
    axis = alt.Axis(format=SHARE_AXIS, tickCount=5)
    lines = (
        alt.Chart()
        # The invisible edge makes a point easier to hit.
        .mark_line(point=alt.OverlayMarkDef(size=22, filled=True, stroke="transparent", strokeWidth=12))
        .encode(
            tooltip=[
                alt.Tooltip("begins_on:T", timeUnit="utcyearmonthdate", format=DAY_TIP, title="Week of"),
                alt.Tooltip("share:Q", format=SHARE_TIP, title="Labeling share"),
                alt.Tooltip("measure:N", title="Share"),
            ],
            # In UTC, a day stays the same day in every time zone.
            x=alt.X(
                "begins_on:T",
                title=None,
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(format=MONTH_AXIS, tickCount="month", labelOverlap="greedy", labelSeparation=8),
            ),
            y=alt.Y("share:Q", title="Labeling share", scale=alt.Scale(domain=[0, 1]), axis=axis),
            color=alt.Color("measure:N", scale=scale, legend=legend),
            strokeDash=alt.StrokeDash("measure:N", scale=dashes, legend=legend),
            strokeWidth=alt.condition(
                alt.FieldOneOfPredicate("measure", list(MEASURES)), alt.value(WIDE), alt.value(THIN)
            ),
        )
    )
    # One mark in all, not one per row: a dashed line drawn many times over itself looks smeared.
    rule = (
        alt.Chart()
        .transform_aggregate(rows="count()")
        .mark_rule(aria=False)
        .encode(y=alt.datum(claim), color=alt.datum(belief), strokeDash=alt.datum(belief))
    )
    return build_chart_spec(alt.layer(lines, rule), CHART_HEIGHT)


class LineLook(NamedTuple):
    """How a line looks; its width is in pixels."""

    colour: str
    is_dotted: bool
    width: float


def find_look(name: str, mode: Mode) -> LineLook:
    """Return how a line of LINES looks: measures are told apart without colours, and limits are thin."""
    is_first = name.startswith(MEASURES[0])
    colour = CATEGORY_COLOURS[mode]["annotating" if is_first else "review"]
    return LineLook(colour, not is_first, WIDE if name in MEASURES else THIN)


@cache
def draw_hours_of_projects(mode: Mode) -> Spec:
    """Draw one bar per project (project, hours, rank), the largest first, with its hours beside it."""
    base = alt.Chart().encode(
        y=alt.Y(
            "project:N",
            sort=alt.EncodingSortField("rank", op="min"),
            title=None,
            axis=alt.Axis(labelLimit=220, ticks=False),
        ),
        x=alt.X("hours:Q", title="Hours", axis=alt.Axis(format=COUNT_TIP, tickCount=5)),
    )
    bars = base.mark_bar(color=SIDE_COLOURS[mode]["team"], cornerRadiusEnd=2).encode(
        tooltip=[alt.Tooltip("project:N", title="Project"), alt.Tooltip("hours:Q", format=HOURS_TIP, title="Hours")]
    )
    value_labels = base.mark_text(align="left", dx=4, color=TEXT[mode]).encode(
        text=alt.Text("hours:Q", format=COUNT_TIP)
    )
    # Nothing is seen of it: it leaves room for the number beside the longest bar.
    room = base.transform_calculate(room="datum.hours * 1.1").mark_point(opacity=0, aria=False).encode(x="room:Q")
    return build_chart_spec(alt.layer(bars, value_labels, room), alt.Step(18))
