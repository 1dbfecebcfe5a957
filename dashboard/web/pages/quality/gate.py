"""The quality gate on the page: verdict, evidence and margin of every automation, and the form for the margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl
import streamlit as st

from dashboard.categories import join_words
from dashboard.errors import DashboardError
from dashboard.figures.resolve import Figure
from dashboard.quality.model.non_inferiority import MINIMUM_PAIRS, format_loss, format_margin
from dashboard.settings.margins import MAX_POINTS, read_margins, save_margin
from dashboard.units import format_count
from dashboard.web.cached_store import list_names, list_values, open_store, read_figure
from dashboard.web.components import (
    build_view,
    escape_markdown,
    fold_table,
    show_error,
    show_table,
    show_title,
    show_unavailable,
    show_view,
)
from dashboard.web.filter_bar import Choice
from dashboard.web.tables import show_frame

ALL_PROJECTS = "All projects"
PROPOSED_POINTS = 2.0
NAMED = 3  # automations, and projects of each, that are named of those without an audit
UNLISTED = ("words", "needed", "margin_note", "level_share")  # said above the table
VERDICTS: dict[str, tuple[str, str, Literal["blue", "red", "gray"]]] = {
    "confirmed": ("Confirmed", ":material/verified:", "blue"),
    "not confirmed": ("Not confirmed", ":material/help:", "gray"),
    "void": ("Void", ":material/block:", "red"),
}


def show_quality_gate(figure: Figure) -> None:
    """Draw the gate, or what an audit needs, then the margin."""
    with st.container(border=True):
        show_title("Quality gate", figure, "quality-gate")
        if figure.unavailable:  # why stands at the top of the tab
            st.info(escape_markdown(figure.unavailable.needed), icon=":material/playlist_add:")
        else:
            is_unaudited = (pl.col("n") == 0) & pl.col("low_points").is_null()
            for row in figure.rows.filter(~is_unaudited).iter_rows(named=True):
                show_verdict(row)
            if unaudited := describe_unaudited(figure.rows.filter(is_unaudited)):
                st.markdown(escape_markdown(unaudited))
            show_view(build_view(figure), figure, "quality-gate")
        edit_margin()


def show_verdict(row: Mapping[str, object]) -> None:
    """Write one verdict in a line: how much worse at most, or how many audited pairs there are."""
    label, icon, colour = VERDICTS[str(row["verdict"])]
    name = str(row["automation"])
    heading = f"**{escape_markdown(name[:1].upper() + name[1:])}**, {escape_markdown(str(row['project']))}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(heading, width="content")
        st.badge(label, icon=icon, color=colour)
        st.markdown(escape_markdown(describe_verdict(row)), width="content")
        if "after the audit" in str(row["margin_note"]):
            st.badge("Margin set after the audit", icon=":material/history:", color="orange")


def describe_unaudited(rows: pl.DataFrame) -> str:
    """Return which automations have no audited pair yet, with their projects; "" where all have one."""
    if rows.is_empty():
        return ""
    projects = rows.group_by("automation", maintain_order=True).agg("project")
    names = [f"{automation} ({list_first(places)})" for automation, places in projects.iter_rows()]
    return f"Without any of the {MINIMUM_PAIRS} audited pairs that it takes: {list_first(names)}."


def list_first(names: Sequence[str]) -> str:
    """Return the first names as a list in a sentence, and how many more there are."""
    rest = len(names) - NAMED
    return join_words([*names[:NAMED], *([f"{format_count(rest)} more"] if rest > 0 else [])])


def describe_verdict(row: Mapping[str, object]) -> str:
    """Return what the audit shows, in a few words."""
    low, margin = row["low_points"], row["margin_points"]
    if not isinstance(low, float):
        n = int(str(row["n"]))
        return (
            f"{format_count(n)} of {MINIMUM_PAIRS} audited pairs"
            if n < MINIMUM_PAIRS
            else f"all {format_count(n)} scores alike"
        )
    is_set = isinstance(margin, float)
    limit = margin / 100 if isinstance(margin, float) else PROPOSED_POINTS / 100
    allowed = f"{format_margin(limit)} allowed" if is_set else "no margin set"
    return f"at most {format_loss(low / 100, limit)} points worse, {allowed}"


def show_gate_details(figure: Figure) -> None:
    """Write each verdict in full with what it still needs, and list the evidence."""
    if figure.unavailable:
        return
    with st.container(border=True):
        show_title("The quality gate in numbers", figure, "gate-details")
        st.caption(
            "A blind audit scores labels against gold, by hand and with automation. A saving counts as confirmed only "
            "where assisted labels are not worse than the margin allows; without a margin nothing is. Line of the "
            "chart: one-sided 95% bounds. Upright tick: the margin. Agreement after assistance is no evidence."
        )
        for row in figure.rows.iter_rows(named=True):
            name = escape_markdown(f"{row['automation']}, {row['project']}")
            text = f"{row['words']} Margin: {row['margin_note']}"
            st.markdown(f"**{name}**: {escape_markdown(text)}")
        for need in list_needs(figure.rows):
            st.markdown(escape_markdown(need))
        columns = [name for name in figure.rows.columns if name not in UNLISTED]
        fold_table("The evidence", figure, columns, key="quality-gate", alt="Quality gate by project and automation")


def list_needs(rows: pl.DataFrame) -> list[str]:
    """Return what verdicts on automations still need, each demand once with the automations that it is for."""
    names_by_need: dict[str, list[str]] = {}
    for automation, need in rows.drop_nulls("needed").select("automation", "needed").iter_rows():
        names = names_by_need.setdefault(need, [])
        names += [automation] if automation not in names else []
    return [f"Needed for {join_words(names)}: {need}" for need, names in names_by_need.items() if need]


def show_replacement_test(choice: Choice) -> None:
    """List which models may replace annotators, by what people answered, or what that takes."""
    figure = read_figure("replacement_test", choice.filters)
    with st.container(border=True):
        show_title("May a model replace annotators?", figure, "replacement-test")
        if show_unavailable(figure):
            return
        for row in figure.rows.iter_rows(named=True):
            needed = f" Needed: {row['needed']}" if row["needed"] else ""
            name = " · ".join(filter(None, (row["model"], row["label_kind"], row["project"])))
            st.markdown(f"**{escape_markdown(name)}**: {escape_markdown(row['words'] + needed)}")
        columns = [name for name in figure.rows.columns if name not in UNLISTED]
        show_table(figure.rows, figure.name, columns, "replacement-test", "Replacement test by model and kind of label")
        st.caption(figure.note)


def edit_margin() -> None:
    """Show every margin ever set, with a form for a new one."""
    message = st.session_state.pop("margin-saved", None)
    if message:
        st.success(escape_markdown(str(message)), icon=":material/check:")
    with st.expander("Set the margin: how much worse they may be"):
        st.markdown(
            "Set it before the audit is scored: a margin set afterwards proves little, and the gate says so. "
            "Every change is kept, with its time and who made it."
        )
        try:
            show_margin_form()
            show_margin_history(read_margins(open_store()))
        except DashboardError as error:
            show_error(error)


def show_margin_form() -> None:
    """Offer to set the margin of one project or of all."""
    names = {*list_values("quality_gate", "project"), *list_names("project", is_tracked=True)}
    projects = [ALL_PROJECTS, *sorted(names, key=str.casefold)]
    with st.form("margin", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        project = st.selectbox("For", projects, key="margin-project", width=220)
        points = st.number_input(
            "Points", 0.1, MAX_POINTS, PROPOSED_POINTS, 0.5, format="%.1f", key="margin-points", width=140
        )
        set_by = st.text_input("Set by", key="margin-who", width=200, help="Kept beside the margin.")
        is_submitted = st.form_submit_button("Set the margin", type="primary", key="margin-save")
    if is_submitted:
        save_margin(open_store(), float(points), "" if project == ALL_PROJECTS else project, set_by.strip() or None)
        st.session_state["margin-saved"] = f"The margin is {format_margin(points / 100)} points for {project}."
        st.rerun()


def show_margin_history(rows: pl.DataFrame) -> None:
    """List the margins, newest first."""
    if rows.is_empty():
        st.caption(f"No margin is set: nothing is confirmed. {format_count(PROPOSED_POINTS)} points are proposed.")
        return
    margins = rows.select(
        pl.when(pl.col("project") == "").then(pl.lit(ALL_PROJECTS)).otherwise("project").alias("project"),
        points=100 * pl.col("margin"),
        set_at="set_at",
        set_by="set_by",
    )
    show_frame(
        margins,
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
