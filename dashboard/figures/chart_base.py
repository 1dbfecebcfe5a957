"""Building blocks of charts: bars, and the finished Vega-Lite spec without data."""

from __future__ import annotations

from typing import Any

import altair as alt

from dashboard.theme import BACKGROUND, Mode

Spec = dict[str, Any]

DEFAULT_HEIGHT = 250


def build_bars(mode: Mode, **mark_options: Any) -> alt.Chart:  # noqa: ANN401 - passed on to Altair
    """Return bars with a gap of background between neighbours, so that colour is not the only border."""
    chart: alt.Chart = alt.Chart().mark_bar(stroke=BACKGROUND[mode], strokeWidth=1, **mark_options)
    return chart


def build_chart_spec(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart, height: int | alt.Step = DEFAULT_HEIGHT
) -> Spec:
    """Return the chart as a spec that fills its container's width; the height is that of the marks alone."""
    spec: Spec = chart.properties(height=height).configure_view(strokeWidth=0).to_dict(validate=False)
    # Altair names an empty data set everywhere, which would hide the rows that are passed separately.
    for part in (spec, *spec.get("layer", [])):
        part.pop("data", None)
        part.pop("datasets", None)
    return {**spec, "autosize": {"type": "fit-x", "contains": "padding"}}
