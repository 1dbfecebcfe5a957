"""Charts of labeling: speed, progress, and what the recorded time is worth. Small groups are drawn grey.

Every function takes the mode ("light" or "dark") and gives a Vega-Lite spec without data.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from dashboard.charts.allocation import Spec, bar, finished
from dashboard.theme import CATEGORY_COLOURS, SIDE_COLOURS, TEXT, Mode

STATES = {  # state -> the category of time whose colour it has
    "labeled": "labeling",
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
STAGES = {"annotate": "labeling", "review": "review", "rework": "uncategorized"}
PROGRESS = {"done": "labeling", "skipped": "other", "left to do": "evaluation"}
KEPT = {"counted": "labeling", "over the cap": "uncategorized"}
SEEN = {"logged": "modeling", "observed": "labeling"}


def _colour(mode: Mode, field: str, meanings: dict[str, str], **more: Any) -> alt.Color:  # noqa: ANN401
    """Return one fixed colour a value."""
    colours = [CATEGORY_COLOURS[mode][category] for category in meanings.values()]
    legend = alt.Legend(orient="bottom", title=None, columns=alt.ExprRef("max(1, floor(width / 170))"))
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=list(meanings), range=colours), legend=legend, **more)


def _greyed(mode: Mode) -> Any:  # noqa: ANN401 - Altair's conditions have no type of their own
    """Return the team's colour, grey where the group is small."""
    side = SIDE_COLOURS[mode]
    return alt.condition("datum.is_small", alt.value(side["reference"]), alt.value(side["team"]))


def _axis(field: str, order: list[str] | str | None = None) -> alt.Y:
    return alt.Y(f"{field}:N", sort=order, title=None, axis=alt.Axis(labelLimit=200, ticks=False))


def _spread(mode: Mode) -> Spec:
    """Draw the median as a point, the way to the 90th percentile as a line, the mean as a tick."""
    base = alt.Chart().encode(
        y=_axis("label"),
        tooltip=[
            alt.Tooltip("label:N", title="Labels of"),
            alt.Tooltip("median_seconds:Q", title="Median, seconds", format=",.0f"),
            alt.Tooltip("mean_seconds:Q", title="Mean, seconds", format=",.0f"),
            alt.Tooltip("p90_seconds:Q", title="90 % under, seconds", format=",.0f"),
            alt.Tooltip("n:Q", title="Labels with a known time", format=","),
        ],
    )
    across = alt.X("median_seconds:Q", title="Seconds per item", scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=5))
    reach = base.mark_rule(strokeWidth=3, opacity=0.45).encode(x=across, x2="p90_seconds:Q", color=_greyed(mode))
    mean = base.mark_tick(thickness=2, size=14, color=TEXT[mode]).encode(x="mean_seconds:Q")
    middle = base.mark_point(filled=True, size=110, opacity=1).encode(x=across, color=_greyed(mode))
    return finished(alt.layer(reach, mean, middle), alt.Step(30))


@cache
def seconds_per_item(mode: Mode) -> Spec:
    """One line a project and method."""
    return _spread(mode)


@cache
def time_by_label_kind(mode: Mode) -> Spec:
    """One line a kind of label and project."""
    return _spread(mode)


def _rates(mode: Mode, field: str, title: str) -> Spec:
    base = alt.Chart().encode(
        y=_axis("label"),
        x=alt.X(f"{field}:Q", title=title, axis=alt.Axis(tickCount=5)),
        tooltip=[
            alt.Tooltip("label:N", title="Who or what"),
            alt.Tooltip(f"{field}:Q", title=title, format=",.2f"),
            alt.Tooltip("n:Q", title="Labels behind it", format=","),
            alt.Tooltip("hours:Q", title="Hours behind it", format=",.1f"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=3).encode(color=_greyed(mode))
    written = base.mark_text(align="left", dx=4, color=TEXT[mode]).encode(text=alt.Text(f"{field}:Q", format=",.1f"))
    return finished(alt.layer(bars, written), alt.Step(28))


@cache
def items_per_hour(mode: Mode) -> Spec:
    """One bar a project, team or person."""
    return _rates(mode, "items_per_hour", "Items per hour")


@cache
def accepted_items_per_hour(mode: Mode) -> Spec:
    """One bar a project."""
    return _rates(mode, "accepted_per_hour", "Accepted items per hour")


def _stacked(mode: Mode, field: str, meanings: dict[str, str], title: str, *, value: str = "hours") -> Spec:
    """Draw one stacked bar a label; `value` is hours or a number of labels."""
    is_hours = value == "hours"
    chart = bar(mode).encode(
        y=_axis("label"),
        x=alt.X(f"{value}:Q", title=title, stack="zero", axis=alt.Axis(format="~s", tickCount=5)),
        color=_colour(mode, field, meanings),
        order=alt.Order("place:Q"),
        tooltip=[
            alt.Tooltip("label:N", title="Of"),
            alt.Tooltip(f"{field}:N", title="What"),
            alt.Tooltip(f"{value}:Q", title=title, format=",.1f" if is_hours else ","),
        ],
    )
    return finished(chart, alt.Step(30))


@cache
def active_against_open_time(mode: Mode) -> Spec:
    """One bar a tool and its rule: hours that count, and hours that the cap takes away."""
    return _stacked(mode, "part", KEPT, "Hours")


@cache
def seconds_by_method_and_stage(mode: Mode) -> Spec:
    """One bar a method, by stage."""
    return _stacked(mode, "stage", STAGES, "Hours")


@cache
def label_progress(mode: Mode) -> Spec:
    """One bar a project: done, skipped, left to do."""
    return _stacked(mode, "state", PROGRESS, "Labels", value="labels")


@cache
def time_by_gap_rule(mode: Mode) -> Spec:
    """Draw estimated hours by limit, and the hours the tool recorded as a dashed line."""
    base = alt.Chart().encode(
        x=alt.X("limit_seconds:O", title="Longest gap that counts as work, seconds", axis=alt.Axis(labelAngle=0)),
        tooltip=[
            alt.Tooltip("source:N", title="Tool"),
            alt.Tooltip("limit_seconds:O", title="Limit, seconds"),
            alt.Tooltip("estimated_hours:Q", title="Estimated hours", format=",.1f"),
            alt.Tooltip("recorded_hours:Q", title="Recorded hours", format=",.1f"),
        ],
    )
    hours = alt.Axis(format="~s", tickCount=5)
    estimate = base.mark_line(point=True, color=SIDE_COLOURS[mode]["team"]).encode(
        y=alt.Y("estimated_hours:Q", title="Hours", axis=hours), detail="source:N"
    )
    recorded = base.mark_line(strokeDash=[4, 4], color=SIDE_COLOURS[mode]["reference"]).encode(
        y=alt.Y("recorded_hours:Q"), detail="source:N"
    )
    return finished(alt.layer(estimate, recorded), 220)


@cache
def learning_curve(mode: Mode) -> Spec:
    """One line a person; points of few labels are grey."""
    base = alt.Chart().encode(
        x=alt.X(
            "from_label:Q",
            title="Labels finished before",
            scale=alt.Scale(type="log"),
            axis=alt.Axis(format="~s", tickCount=5, grid=False),
        ),
        y=alt.Y("median_seconds:Q", title="Median seconds per item", axis=alt.Axis(tickCount=5)),
        detail="person:N",
        tooltip=[
            alt.Tooltip("person:N", title="Person"),
            alt.Tooltip("from_label:Q", title="From label", format=","),
            alt.Tooltip("to_label:Q", title="To label", format=","),
            alt.Tooltip("median_seconds:Q", title="Median, seconds", format=",.0f"),
            alt.Tooltip("labels:Q", title="Labels with a measured time", format=","),
        ],
    )
    lines = base.mark_line(opacity=0.55, color=SIDE_COLOURS[mode]["team"])
    points = base.mark_point(filled=True, size=60, opacity=1).encode(color=_greyed(mode))
    return finished(alt.layer(lines, points), 260)


@cache
def label_states(mode: Mode, present: tuple[str, ...] = tuple(STATES)) -> Spec:
    """One line a state that occurs."""
    meanings = {state: category for state, category in STATES.items() if state in present}
    chart = (
        alt.Chart()
        .mark_line(point=alt.OverlayMarkDef(size=18))
        .encode(
            x=alt.X("week_on:T", title=None, axis=alt.Axis(format="%d %b", tickCount=6, labelOverlap="greedy")),
            y=alt.Y("items:Q", title="Items in the week", axis=alt.Axis(format="~s", tickCount=5)),
            color=_colour(mode, "state", meanings),
            tooltip=[
                alt.Tooltip("week_on:T", title="Week of", format="%d %b %Y"),
                alt.Tooltip("state:N", title="State"),
                alt.Tooltip("items:Q", title="Items", format=","),
            ],
        )
    )
    return finished(chart, 260)


@cache
def logged_against_observed(mode: Mode) -> Spec:
    """Two bars a month beside each other, never on top of each other."""
    chart = bar(mode).encode(
        x=alt.X("month:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", ticks=False)),
        xOffset=alt.XOffset("seen:N", sort=list(SEEN)),
        y=alt.Y("hours:Q", title="Hours", stack=None, axis=alt.Axis(format="~s", tickCount=5)),
        color=_colour(mode, "seen", SEEN),
        tooltip=[
            alt.Tooltip("month:O", title="Month"),
            alt.Tooltip("seen:N", title="Time"),
            alt.Tooltip("hours:Q", title="Hours", format=",.1f"),
        ],
    )
    return finished(chart, 240)
