"""The track record: what would have been projected week after week, against what came."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.charts import forecast as charts
from dashboard.figures import Figure
from dashboard.pages import reading, shown
from dashboard.pages.bar import Choice

GATES: dict[str, tuple[str, Literal["blue", "gray", "red"], str]] = {
    "track record good": (":material/verified:", "blue", "Enough of what came lay within the bands."),
    "track record not yet known": (":material/hourglass_empty:", "gray", "Fewer than eight outcomes can be scored."),
    "track record poor": (":material/dangerous:", "red", "Too much of what came lay outside of the bands."),
}


def banner(figure: Figure) -> None:
    """Warn where past projections were off; the sentence stands in the figure's note, here and in every export."""
    _, found, warning = figure.note.partition("WARNING:")
    if found:
        st.error(shown.literal(warning.strip()), title="Poor track record", icon=":material/dangerous:")


def show(choice: Choice, project: str) -> None:
    """Draw the card: the gate by project, bands against outcomes, and scores against two plain rules."""
    figure = reading.read("backtest", choice.filters)
    with st.container(border=True):
        shown.head("How well would this have worked?", figure, "record")
        if shown.refused(figure):
            return
        scores = figure.rows.filter(kind="score", horizon=4)
        _gates(scores)
        for words in reading.shaped(figure, outside):
            st.warning(shown.literal(words), title="Outside of the band", icon=":material/notification_important:")
        names = scores.get_column("project").to_list()
        chosen = project if project in names else str(names[0])
        with st.container(horizontal=True):
            if project not in names and len(names) > 1:
                chosen = str(st.selectbox("Project", names, key="record-project", width=260))
            horizon = st.segmented_control(
                "Weeks ahead", [4, 8, 12], default=4, required=True, key="record-weeks", format_func=str
            )
        rows = reading.shaped(figure, origins, chosen, int(horizon or 4))
        _said(figure.rows.filter(kind="score", project=chosen, horizon=horizon))
        if not rows.is_empty():
            alt = "Bars: what would have been projected in each week for the weeks after it. Points: what came."
            shown.chart(
                rows,
                charts.track_record(shown.mode()),
                alt,
                "record",
                reading.read("notes", replace(choice.filters, projects=(chosen,))),
            )
        _table(figure.rows.filter(kind="score"))


def origins(rows: pl.DataFrame, project: str, horizon: int) -> pl.DataFrame:
    """Return one row a past projection: origin_on, p10, p50, p90, actual, inside."""
    own = rows.filter(kind="origin", project=project, horizon=horizon)
    return own.select("origin_on", "p10", "p50", "p90", "actual", "inside").sort("origin_on")


def outside(rows: pl.DataFrame) -> tuple[str, ...]:
    """Return a sentence a project whose newest four weeks took more or less than was to be expected before them."""
    own = rows.filter(kind="origin", horizon=4).sort("origin_on")
    newest = own.unique("project", keep="last", maintain_order=True).sort("project")
    return tuple(
        f"{row['project']}: the four weeks to {theme.day(row['last_on'])} took {theme.hours(row['actual'])}, "
        f"{'more' if row['actual'] > row['p90'] else 'less'} than the {theme.hours(row['p10'])} to "
        f"{theme.hours(row['p90'])} that the weeks before let expect for the items that came. One in five lies outside "
        "by chance."
        for row in newest.filter(~pl.col("inside")).iter_rows(named=True)
    )


def _gates(scores: pl.DataFrame) -> None:
    with st.container(horizontal=True):
        for row in scores.iter_rows(named=True):
            icon, colour, words = GATES[str(row["gate"])]
            label = str(row["gate"]).removeprefix("track record ")
            st.badge(f"{shown.literal(str(row['project']))}: {label}", icon=icon, color=colour, help=words)


def _said(score: pl.DataFrame) -> None:
    """Write the score of a project and horizon in words."""
    if score.is_empty():
        st.caption("No such stretch of weeks has passed yet.")
        return
    row = score.row(0, named=True)
    within = (
        f"{theme.percent(row['coverage'])} of {row['origins']} past projections held what came (80 % is promised; "
        f"{row['outcomes']} of them do not overlap: interval {theme.percent(row['coverage_low'])} to "
        f"{theme.percent(row['coverage_high'])})."
    )
    side = "above" if row["bias"] > 0 else "below"
    st.markdown(f"{within} On average the middle lay {theme.percent(abs(row['bias']))} {side} what came.")
    st.caption(
        "Made anew from what was known in each week, for the items that then came: volume is the plan's matter. Score "
        "(pinball loss, less is better) against two plain rules: see the numbers."
    )


def _table(scores: pl.DataFrame) -> None:
    """List the scores of every project and horizon."""
    with st.expander("The scores"):
        percent = st.column_config.NumberColumn
        st.dataframe(
            scores.select(
                "project", "horizon", "gate", "origins", "outcomes", "coverage", "coverage_low", "coverage_high",
                "pinball", "pinball_last_four", "pinball_no_change", "bias", "width",
            ).to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "project": st.column_config.TextColumn("Project", pinned=True),
                "horizon": percent("Weeks ahead", help="Empty: to the end of the backlog.", format="%d"),
                "gate": "Gate",
                "origins": percent("Projections"),
                "outcomes": percent("Not overlapping"),
                "coverage": percent("Within the band", format="percent"),
                "coverage_low": percent("from", format="percent"),
                "coverage_high": percent("to", format="percent"),
                "pinball": percent("Loss", format="percent", help="Pinball loss, as a share of what came."),
                "pinball_last_four": percent("Loss, last 4 weeks' rate", format="percent"),
                "pinball_no_change": percent("Loss, no change ever", format="percent"),
                "bias": percent("Bias", format="percent"),
                "width": percent("Width", format="percent"),
            },
            alt="Scores of past projections by project and horizon",
            key="record-table",
        )  # fmt: skip
