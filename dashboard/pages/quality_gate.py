"""The quality gate on the page: verdict, evidence and margin of every automation, and the margin's edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl
import streamlit as st

from dashboard.charts import quality as charts
from dashboard.errors import DashboardError
from dashboard.figures import Figure
from dashboard.mapping.margins import LARGEST_POINTS, margins_frame, set_margin
from dashboard.pages import reading, shown

ALL = "All projects"
USUAL_POINTS = 2.0
WORDS: dict[str, tuple[str, str, Literal["blue", "red", "gray"]]] = {
    "confirmed": ("Confirmed", ":material/verified:", "blue"),
    "not confirmed": ("Not confirmed", ":material/help:", "gray"),
    "void": ("Void", ":material/block:", "red"),
}


def show(figure: Figure) -> None:
    """Draw the gate, or what an audit needs, and the margin."""
    with st.container(border=True):
        shown.head("Quality gate", figure, "quality-gate")
        st.caption(
            "A blind audit scores labels against gold, by hand and with automation. A saving counts as confirmed only "
            "where assisted labels are not worse than the margin allows. Agreement after assistance is no evidence."
        )
        if not shown.refused(figure):
            drawn(figure.rows)
        margin()


def drawn(rows: pl.DataFrame) -> None:
    """Draw the differences on one scale, a card an automation, and the table."""
    known = rows.drop_nulls("difference_points").select(
        "difference_points",
        "low_points",
        "high_points",
        "verdict",
        "n",
        label=pl.format("{} · {}", "automation", "project"),
        margin_at=-pl.col("margin_points"),
    )
    if known.height:
        alt = "Points with bounds: gold score with automation less gold score by hand, and the margin."
        shown.chart(known, charts.quality_gate(shown.mode()), alt, "quality-gate")
        st.caption(
            "Line: one-sided 95 % bounds. Upright tick: the margin. Confirmed where the whole line is right of it."
        )
    with st.grid(3, min_column_width=300):
        for row in rows.iter_rows(named=True):
            card(row)
    table(rows)


def card(row: Mapping[str, object]) -> None:
    """Draw one verdict in words, with what is needed where there is none."""
    word, icon, colour = WORDS[str(row["verdict"])]
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{shown.literal(str(row['automation']))}**  \n{shown.literal(str(row['project']))}")
        st.badge(word, icon=icon, color=colour)
        st.markdown(shown.literal(str(row["words"])))
        if row["needed"]:
            st.caption(shown.literal(f"Needed: {row['needed']}"))
        note = str(row["margin_note"])
        if "after the audit" in note:
            st.warning(shown.literal(note), icon=":material/history:")
        else:
            st.caption(shown.literal(f"Margin: {note}"))


def table(rows: pl.DataFrame) -> None:
    """List the evidence."""
    points = {"difference_points": "Difference", "low_points": "At worst", "high_points": "At best"}
    table = rows.drop("words", "needed", "margin_note", "level_share")
    with st.expander("The evidence as a table"):
        st.dataframe(
            table,
            hide_index=True,
            placeholder="–",
            column_config={
                "project": st.column_config.TextColumn("Project", pinned=True),
                "automation": "Automation",
                "labels": st.column_config.NumberColumn("Labels", format="localized"),
                "design": st.column_config.TextColumn("Design", help="Paired: the same items both ways."),
                "verdict": "Verdict",
                **{
                    name: st.column_config.NumberColumn(f"{title}, points", format="%+.1f")
                    for name, title in points.items()
                },
                "margin_points": st.column_config.NumberColumn("Margin, points", format="%.1f"),
                "margin_set_on": st.column_config.DateColumn("Margin set on"),
                "n": "n",
                "annotators": "Annotators",
                "scored_assisted": "Scored, assisted",
                "scored_manual": "Scored, by hand",
                "newest_audit_on": st.column_config.DateColumn("Newest audit"),
                "method": "Method",
                "needed_items": st.column_config.NumberColumn(
                    "Items for 80 % power", format="localized", help="If quality is truly the same."
                ),
            },
            alt="Quality gate by project and automation",
            key="quality-gate-table",
        )
        shown.download("Download as CSV", rows, "quality-gate.csv", "quality-gate-csv")


def margin() -> None:
    """Show every margin ever set, and set a new one."""
    said = st.session_state.pop("margin-saved", None)
    if said:
        st.success(shown.literal(str(said)), icon=":material/check:")
    with st.expander("The margin: how much worse assisted labels may be"):
        st.markdown(
            "Agree on it before the audit is scored: a margin set afterwards proves little, and the gate says so. "
            "Every change is kept, with its time and who made it."
        )
        try:
            form()
            history(margins_frame(reading.store()))
        except DashboardError as error:
            shown.box(error)


def form() -> None:
    """Offer to set the margin of one project or of all."""
    known = {*reading.values("quality_gate", "project"), *reading.values("hours_by_project", "project")}
    projects = [ALL, *sorted(known, key=str.casefold)]
    with st.form("margin", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        project = st.selectbox("For", projects, key="margin-project", width=220)
        points = st.number_input(
            "Points", 0.1, LARGEST_POINTS, USUAL_POINTS, 0.5, format="%.1f", key="margin-points", width=140
        )
        who = st.text_input("Set by", key="margin-who", width=200, help="Kept beside the margin.")
        sent = st.form_submit_button("Set the margin", type="primary", key="margin-save")
    if sent:
        set_margin(reading.store(), float(points), "" if project == ALL else project, who.strip() or None)
        st.session_state["margin-saved"] = f"The margin is {points:.1f} points for {project}."
        st.rerun()


def history(rows: pl.DataFrame) -> None:
    """List the margins, newest first."""
    if rows.is_empty():
        st.caption(f"None was set yet: the gate uses the default of {USUAL_POINTS:.0f} points.")
        return
    listed = rows.select(
        pl.when(pl.col("project") == "").then(pl.lit(ALL)).otherwise("project").alias("project"),
        points=100 * pl.col("margin"),
        set_at="set_at",
        set_by="set_by",
    )
    st.dataframe(
        listed,
        hide_index=True,
        placeholder="–",
        column_config={
            "project": "For",
            "points": st.column_config.NumberColumn("Points", format="%.1f"),
            "set_at": st.column_config.DatetimeColumn("Set at (UTC)", format="YYYY-MM-DD HH:mm"),
            "set_by": "By",
        },
        alt="Every margin that was set",
        key="margins",
    )
