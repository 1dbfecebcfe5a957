"""Charts of imports: the rows that were rejected."""

from __future__ import annotations

from functools import cache

import altair as alt

from dashboard.charts.allocation import Spec, build_bars, build_chart_spec
from dashboard.theme import SIDE_COLOURS, Mode


@cache
def draw_bad_row_reasons(mode: Mode) -> Spec:
    """Draw one bar per reason, the most frequent first."""
    chart = build_bars(mode, color=SIDE_COLOURS[mode]["rejected"]).encode(
        y=alt.Y("reason:N", sort="-x", title=None, axis=alt.Axis(labelLimit=320, ticks=False)),
        x=alt.X("rows:Q", title="Rows", axis=alt.Axis(format="~s", tickMinStep=1)),
        tooltip=[alt.Tooltip("reason:N", title="Reason"), alt.Tooltip("rows:Q", title="Rows", format=",")],
    )
    return build_chart_spec(chart, alt.Step(28))
