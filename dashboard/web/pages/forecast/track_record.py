"""The track record: what would have been projected in each past week, against what came."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.forecast.charts import draw_track_record
from dashboard.forecast.track_record import (
    EXPLANATIONS,
    GOOD,
    POOR,
    UNKNOWN,
    describe_poor_record,
    format_verdict,
    select_verdicts,
)
from dashboard.units import count_noun, format_day, format_hours, format_share
from dashboard.web.cached_store import read_figure, shape_rows
from dashboard.web.components import escape_markdown, show_chart, show_title, show_unavailable, theme_mode
from dashboard.web.filter_bar import Choice
from dashboard.web.tables import SHARE_CELL, scale_shares, show_frame

BADGES: dict[str, tuple[str, Literal["blue", "gray", "red"]]] = {
    GOOD: (":material/verified:", "blue"),
    UNKNOWN: (":material/hourglass_empty:", "gray"),
    POOR: (":material/dangerous:", "red"),
}


SCORE_SHARES = (
    *("coverage", "coverage_low", "coverage_high", "pinball", "pinball_last_four", "pinball_no_change"),
    *("bias", "width"),
)


def show_record_warning(figure: Figure) -> None:
    """Warn where past projections were off; the sentence is part of the figure's note, so every export has it."""
    warning = describe_poor_record(figure.rows)
    if warning:
        st.error(escape_markdown(warning), title="Poor track record", icon=":material/dangerous:")


def show_track_record(choice: Choice, project: str) -> None:
    """Draw the card: the gate by project, bands against outcomes, and scores against two simple rules."""
    figure = read_figure("backtest", choice.filters)
    with st.container(border=True):
        show_title("How well would this have worked?", figure, "record")
        if show_unavailable(figure):
            return
        scores = figure.rows.filter(kind="score", horizon=4)
        _show_verdicts(figure.rows)
        for sentence in shape_rows(figure, describe_outliers):
            st.warning(escape_markdown(sentence), title="Outside the band", icon=":material/notification_important:")
        names = scores.get_column("project").to_list()
        selected = project if project in names else str(names[0])
        st.markdown(f"**{escape_markdown(selected)}**")
        horizon = st.segmented_control(
            "Weeks ahead", [4, 8, 12], default=4, required=True, key="record-weeks", format_func=str
        )
        rows = shape_rows(figure, select_origins, selected, int(horizon or 4))
        _show_score(figure.rows.filter(kind="score", project=selected, horizon=horizon))
        if not rows.is_empty():
            alt = "Bars: what would have been projected in each week for the weeks after it. Points: what came."
            show_chart(
                rows,
                draw_track_record(theme_mode()),
                alt,
                "record",
                read_figure("notes", replace(choice.filters, projects=(selected,))),
            )
        _show_scores_table(figure.rows.filter(kind="score"))


def select_origins(rows: pl.DataFrame, project: str, horizon: int) -> pl.DataFrame:
    """Return one row per past projection: origin_on, p10, p50, p90, actual, inside."""
    selected = rows.filter(kind="origin", project=project, horizon=horizon)
    return selected.select("origin_on", "p10", "p50", "p90", "actual", "inside").sort("origin_on")


def describe_outliers(rows: pl.DataFrame) -> tuple[str, ...]:
    """Return a sentence for each project whose latest four weeks fell outside the projected range."""
    outcomes = rows.filter(kind="origin", horizon=4).sort("origin_on")
    newest = outcomes.unique("project", keep="last", maintain_order=True).sort("project")
    return tuple(
        f"{row['project']}: the four weeks to {format_day(row['last_on'])} took "
        f"{format_hours(row['actual'])}, "
        f"{'more' if row['actual'] > row['p90'] else 'less'} than the {format_hours(row['p10'])} to "
        f"{format_hours(row['p90'])} expected from the weeks before, for the items that came. "
        "One outcome in five lies outside by chance."
        for row in newest.filter(~pl.col("inside")).iter_rows(named=True)
    )


def _show_verdicts(rows: pl.DataFrame) -> None:
    with st.container(horizontal=True):
        for project, verdict, reach in select_verdicts(rows).iter_rows():
            icon, colour = BADGES[verdict]
            explanation = EXPLANATIONS[verdict]
            label = f"{escape_markdown(project)}: {format_verdict(verdict, reach)}"
            st.badge(label, icon=icon, color=colour, help=f"{explanation[:1].upper()}{explanation[1:]}")


def _show_score(score: pl.DataFrame) -> None:
    """Write the score of a project and horizon in words."""
    if score.is_empty():
        st.caption("Not enough weeks have passed yet to score this.")
        return
    row = score.row(0, named=True)
    within = (
        f"{format_share(row['coverage'])} of {count_noun(row['origins'], 'past projection')} contained the outcome "
        f"(80% is promised; {row['outcomes']} without overlap: interval {format_share(row['coverage_low'])} to "
        f"{format_share(row['coverage_high'])})."
    )
    side = "above" if row["bias"] > 0 else "below"
    st.markdown(f"{within} On average the median lay {format_share(abs(row['bias']))} {side} what came.")
    st.caption(
        "Recomputed from what was known in each week, for the items that then came: volume belongs to the plan. Score "
        "(pinball loss, lower is better) against two simple rules: see the numbers."
    )


def _show_scores_table(scores: pl.DataFrame) -> None:
    """List the scores of every project and horizon."""
    with st.expander("The scores"):
        number = st.column_config.NumberColumn
        show_frame(
            scale_shares(scores, *SCORE_SHARES).select(
                "project", "horizon", "gate", "origins", "outcomes", "coverage", "coverage_low", "coverage_high",
                "pinball", "pinball_last_four", "pinball_no_change", "bias", "width",
            ).to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "project": st.column_config.TextColumn("Project", pinned=True),
                "horizon": number("Weeks ahead", help="Empty: to the end of the backlog.", format="%d"),
                "gate": "Gate",
                "origins": number("Projections"),
                "outcomes": number("Not overlapping"),
                "coverage": number("Within the band", format=SHARE_CELL),
                "coverage_low": number("from", format=SHARE_CELL),
                "coverage_high": number("to", format=SHARE_CELL),
                "pinball": number("Loss", format=SHARE_CELL, help="Pinball loss, as a share of what came."),
                "pinball_last_four": number("Loss, last 4 weeks' rate", format=SHARE_CELL),
                "pinball_no_change": number("Loss, no change ever", format=SHARE_CELL),
                "bias": number("Bias", format=SHARE_CELL),
                "width": number("Width", format=SHARE_CELL),
            },
            alt="Scores of past projections by project and horizon",
            key="record-table",
        )  # fmt: skip
