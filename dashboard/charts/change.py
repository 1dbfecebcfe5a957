"""The chart of a change: from before to now, one step per cause. A spec holds no data."""

from __future__ import annotations

from functools import cache

import altair as alt
import polars as pl

from dashboard.charts.allocation import Spec, build_chart_spec
from dashboard.theme import BACKGROUND, SIDE_COLOURS, Mode

FACTORS = {"volume": "Number of labels", "mix": "Mix of work", "rate": "Time a label"}
WITHIN = {"mix": "Which projects", "rate": "Within projects"}
KINDS = ("whole", "less", "more")


def build_change_steps(rows: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Return the steps of a measure's change, one per factor, between its value before and now.

    `rows` are those of the figure `change_explained`. Columns: label, kind (whole, less, more), amount, begins, ends;
    empty where the measure cannot be compared.
    """
    measure_rows = rows.filter(pl.col("measure") == measure)
    schema = {"label": pl.String, "kind": pl.String, "amount": pl.Float64, "begins": pl.Float64, "ends": pl.Float64}
    head = measure_rows.filter(pl.col("factor") == "change")
    if head.is_empty():
        return pl.DataFrame(schema=schema)
    before, after = float(head.item(0, "before")), float(head.item(0, "now"))
    names = WITHIN if measure == "labeling share" else FACTORS
    steps: list[tuple[str, str, float, float, float]] = [("Before", "whole", before, 0.0, before)]
    level = before
    for factor, label in names.items():
        amount = float(measure_rows.filter(pl.col("factor") == factor).get_column("contribution").sum())
        steps.append((label, "more" if amount >= 0 else "less", amount, level, level + amount))
        level += amount
    steps.append(("Now", "whole", after, 0.0, after))
    return pl.DataFrame(steps, schema=schema, orient="row")


@cache
def draw_change_explained(mode: Mode, measure: str) -> Spec:
    """Draw a waterfall from before to now; rows are those of `build_change_steps`."""
    side = SIDE_COLOURS[mode]
    is_share = measure == "labeling share"
    form = ".0%" if is_share else "~s"
    title = "Labeling of labeling and modeling" if is_share else "Hours on labels"
    scale = alt.Scale(domain=list(KINDS), range=[side["reference"], side["team"], side["rejected"]])
    bars = (
        alt.Chart()
        .mark_bar(stroke=BACKGROUND[mode], strokeWidth=1)
        .encode(
            x=alt.X("label:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelLimit=90, ticks=False)),
            y=alt.Y("begins:Q", title=title, axis=alt.Axis(format=form, tickCount=5)),
            y2="ends:Q",
            color=alt.Color(
                "kind:N",
                scale=scale,
                legend=alt.Legend(
                    orient="bottom",
                    title=None,
                    symbolType="square",
                    labelExpr="{whole: 'the whole', less: 'less labeling', more: 'more labeling'}[datum.label]",
                ),
            ),
            tooltip=[
                alt.Tooltip("label:O", title="Step"),
                alt.Tooltip("amount:Q", title="Amount", format="+.1%" if is_share else "+,.1f"),
                alt.Tooltip("ends:Q", title="After this step", format=".1%" if is_share else ",.1f"),
            ],
        )
    )
    return build_chart_spec(bars)
