"""Charts of what was imported: what came in, and what was turned away."""

from __future__ import annotations

from functools import cache

import altair as alt

from dashboard.charts.allocation import Spec, bar, finished
from dashboard.theme import SIDE_COLOURS, Mode


@cache
def bad_row_reasons(mode: Mode) -> Spec:
    """One bar a reason, the most frequent first."""
    chart = bar(mode, color=SIDE_COLOURS[mode]["rejected"]).encode(
        y=alt.Y("reason:N", sort="-x", title=None, axis=alt.Axis(labelLimit=320, ticks=False)),
        x=alt.X("rows:Q", title="Rows", axis=alt.Axis(format="~s", tickMinStep=1)),
        tooltip=[alt.Tooltip("reason:N", title="Reason"), alt.Tooltip("rows:Q", title="Rows", format=",")],
    )
    return finished(chart, alt.Step(28))
