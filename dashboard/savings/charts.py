"""Charts of what automation saved. A frame holds one row per mark; a spec holds no data.

Savings are blue and point up, costs are pink and point down: colour is never the only sign.
"""

from __future__ import annotations

from functools import cache

import altair as alt
import polars as pl

from dashboard.figures.chart_base import PLAIN_NUMBERS, ChartOptions, ChartView, Spec, build_chart_spec, describe_chart
from dashboard.figures.resolve import Figure
from dashboard.theme import BACKGROUND, SIDE_COLOURS, TEXT, Mode
from dashboard.units import CHANGE_TIP, HOURS_TIP, MONTH_AXIS, SHARE_AXIS, SHARE_TIP, SHORT_MONTH

WITHOUT_AUTOMATION = "No automation"
ACTUAL = "Actual"
UPKEEP = "Setup and maintenance"
UNDATED = "No date"
KINDS = ("whole", "saved", "cost", "upkeep")
STATES = ("saves", "costs", "no clear difference")


def build_waterfall(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the steps from the hours without automation to the actual ones, setup and maintenance included.

    One step per month and automation, and one per month for setup and maintenance. `rows`: month_on (null:
    unknown), automation, counterfactual_hours, saved_hours, setup_hours, maintenance_hours (figure `savings_by_month`).
    Columns: place, label, automation, kind (whole, saved, cost, upkeep), hours, begins, ends.
    """
    total_hours = float(rows.get_column("counterfactual_hours").sum())
    pattern = MONTH_AXIS if rows.get_column("month_on").dt.year().n_unique() > 1 else SHORT_MONTH
    saved = rows.filter(pl.col("counterfactual_hours") > 0).select(
        "month_on",
        "automation",
        kind=pl.when(pl.col("saved_hours") >= 0).then(pl.lit("saved")).otherwise(pl.lit("cost")),
        hours="saved_hours",
    )
    ordered = pl.concat([saved, build_upkeep_steps(rows)]).sort(
        "month_on", pl.col("kind") == "upkeep", "automation", nulls_last=True
    )
    hours_after = total_hours - pl.col("hours").cum_sum()
    steps = ordered.select(
        place=pl.col("month_on").rle_id().cast(pl.Int64) + 1,
        label=pl.col("month_on").dt.strftime(pattern).fill_null(UNDATED),
        automation="automation",
        kind="kind",
        hours="hours",
        begins=hours_after + pl.col("hours"),
        ends=hours_after,
    )
    actual = total_hours - float(ordered.get_column("hours").sum())
    last = ordered.get_column("month_on").n_unique() + 1
    bars = [
        (0, WITHOUT_AUTOMATION, "", "whole", total_hours, 0.0, total_hours),
        (last, ACTUAL, "", "whole", actual, 0.0, actual),
    ]
    return pl.concat([steps, pl.DataFrame(bars, schema=steps.schema, orient="row")]).sort("place", maintain_order=True)


def build_upkeep_steps(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the hours of setup and maintenance of all automations by month, as negative steps."""
    upkeep_hours = rows.group_by("month_on").agg(
        pl.lit(UPKEEP).alias("automation"),
        pl.lit("upkeep").alias("kind"),
        hours=-(pl.col("setup_hours").sum() + pl.col("maintenance_hours").sum()),
    )
    return upkeep_hours.filter(pl.col("hours") < 0)


def list_step_labels(rows: pl.DataFrame) -> tuple[str, ...]:
    """Return the labels of a waterfall's bars, in order."""
    return tuple(rows.get_column("label").unique(maintain_order=True))


@cache
def draw_savings_by_month(mode: Mode, labels: tuple[str, ...]) -> Spec:
    """Draw a waterfall from the hours without automation to the actual hours; rows are those of `build_waterfall`."""
    side = SIDE_COLOURS[mode]
    scale = alt.Scale(domain=list(KINDS), range=[side["reference"], side["team"], side["rejected"], side["upkeep"]])
    legend_names = "{whole: 'all hours', saved: 'saved', cost: 'lost', upkeep: 'setup and maintenance'}[datum.label]"
    base = (
        alt.Chart()
        .mark_bar(stroke=BACKGROUND[mode], strokeWidth=1)
        .encode(
            x=alt.X(
                "label:O",
                sort=list(labels),
                title=None,
                axis=alt.Axis(labelAngle=0, labelOverlap="greedy", ticks=False),
            ),
            y=alt.Y("begins:Q", title="Hours", axis=alt.Axis(format=PLAIN_NUMBERS, tickCount=5)),
            y2=alt.Y2("ends:Q"),
            color=alt.Color(
                "kind:N",
                scale=scale,
                legend=alt.Legend(orient="bottom", title=None, symbolType="square", columns=2, labelExpr=legend_names),
            ),
            tooltip=[
                alt.Tooltip("label:O", title="Month"),
                alt.Tooltip("automation:N", title="Automation"),
                alt.Tooltip("hours:Q", title="Hours", format=CHANGE_TIP),
                alt.Tooltip("ends:Q", title="Hours after this step", format=HOURS_TIP),
            ],
        )
    )
    totals = base.transform_filter("datum.kind == 'whole'")
    # Automations of one month are side by side: bars over the same hours would hide each other.
    side_by_side = base.transform_filter("datum.kind != 'whole'").encode(xOffset=alt.XOffset("automation:N"))
    return build_chart_spec(alt.layer(totals, side_by_side))


@cache
def draw_savings_by_automation(mode: Mode) -> Spec:
    """Draw net hours saved by automation with their intervals, with a line at zero."""
    side = SIDE_COLOURS[mode]
    base = alt.Chart().encode(
        y=alt.Y("automation:N", sort=None, title=None, axis=alt.Axis(labelLimit=180, ticks=False)),
        tooltip=[
            alt.Tooltip("automation:N", title="Automation"),
            alt.Tooltip("hours:Q", title="Hours saved", format=HOURS_TIP),
            alt.Tooltip("hours_from:Q", title="from", format=HOURS_TIP),
            alt.Tooltip("hours_to:Q", title="to", format=HOURS_TIP),
            alt.Tooltip("state:N", title="State"),
        ],
    )
    colours = alt.Scale(domain=list(STATES), range=[side["team"], side["rejected"], side["reference"]])
    shapes = alt.Scale(domain=list(STATES), range=["triangle-up", "triangle-down", "circle"])
    legend = alt.Legend(orient="bottom", title=None, columns=2)  # one row would be cut off on a phone
    rules = base.mark_rule(strokeWidth=2, color=side["reference"]).encode(
        x=alt.X("hours_from:Q", title="Hours saved, net", axis=alt.Axis(format=PLAIN_NUMBERS, tickCount=5)),
        x2="hours_to:Q",
    )
    points = base.mark_point(filled=True, size=130, opacity=1).encode(
        x="hours:Q",
        color=alt.Color("state:N", scale=colours, legend=legend),
        shape=alt.Shape("state:N", scale=shapes, legend=legend),
    )
    return build_chart_spec(alt.layer(_build_zero_line(mode), rules, points), alt.Step(34))


@cache
def draw_savings_specifications(mode: Mode) -> Spec:
    """Draw one automation's saving under every specification and idle rule, with intervals and a line at zero."""
    side = SIDE_COLOURS[mode]
    base = alt.Chart().encode(
        y=alt.Y("specification:N", sort=None, title=None, axis=alt.Axis(labelLimit=190, ticks=False)),
        yOffset=alt.YOffset("idle_rule:N", sort=None),
        tooltip=[
            alt.Tooltip("specification:N", title="Specification"),
            alt.Tooltip("idle_rule:N", title="Idle rule"),
            alt.Tooltip("share:Q", title="Saved", format=SHARE_TIP),
            alt.Tooltip("low:Q", title="from", format=SHARE_TIP),
            alt.Tooltip("high:Q", title="to", format=SHARE_TIP),
        ],
    )
    axis = alt.Axis(format=SHARE_AXIS, tickCount=5)
    rules = base.mark_rule(strokeWidth=1.5, color=side["reference"]).encode(
        x=alt.X("low:Q", title="Share of time saved", axis=axis), x2="high:Q"
    )
    legend = alt.Legend(orient="bottom", title="Idle rule")
    points = base.mark_point(filled=True, size=70, opacity=1, color=side["team"]).encode(
        x="share:Q", shape=alt.Shape("idle_rule:N", sort=None, legend=legend)
    )
    return build_chart_spec(alt.layer(_build_zero_line(mode), rules, points), alt.Step(16))


def _build_zero_line(mode: Mode) -> alt.Chart:
    """Return the line of no saving."""
    line: alt.Chart = alt.Chart().mark_rule(color=TEXT[mode], strokeDash=[4, 3], aria=False).encode(x=alt.datum(0))
    return line


def build_automations_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return the net hours of all automations that have hours."""
    sentence = "Points with intervals: net hours saved by each automation, against no saving"
    rows = figure.rows.drop_nulls("hours")
    return ChartView(draw_savings_by_automation(mode), rows, describe_chart(sentence, options))


def build_months_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return the waterfall from no automation to the actual hours."""
    rows = figure.rows if figure.rows.is_empty() else build_waterfall(figure.rows)
    labels = () if rows.is_empty() else list_step_labels(rows)
    sentence = (
        "Waterfall: hours without automation, what each month saved or lost, its setup and maintenance, and the "
        "actual hours"
    )
    return ChartView(draw_savings_by_month(mode, labels), rows, describe_chart(sentence, options))


def build_specifications_chart(figure: Figure, mode: Mode, options: ChartOptions) -> ChartView:
    """Return the specification curve of the option `automation`, else of the first."""
    names = figure.rows.get_column("automation")
    rows = figure.rows.filter(pl.col("automation") == str(options.get("automation", names.first() or "")))
    sentence = (
        "Points with intervals: the share of time saved under each specification and idle rule, against no saving"
    )
    return ChartView(draw_savings_specifications(mode), rows, describe_chart(sentence, options))
