"""History: every import with who, when, what and its counts; and the way back."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard import ingest, theme
from dashboard.errors import DashboardError
from dashboard.pages import reading, shown


def show() -> None:
    """Draw the tab."""
    figure = reading.read("imports")
    if figure.rows.is_empty():
        st.info("Nothing was imported yet. Drop a file under Import.", icon=":material/info:")
        return
    undone = st.session_state.pop("undone", None)
    if undone:
        st.success(f"Import {undone} was taken back. Every total is as it was before it.", icon=":material/undo:")
    for row in figure.rows.to_dicts():
        _one(row)
    table = figure.rows.select(
        "import_id", "file_name", "source", "imported_at", "imported_by",
        "rows_read", "accepted", "duplicate", "rejected",
        "hours", "first_day", "last_day", "zone", "undone_at", "undone_by",
    )  # fmt: skip
    shown.download("Download the history as CSV", table, "imports.csv", "imports-csv")


def _one(row: dict[str, object]) -> None:
    """Draw one import."""
    number, undone_at = int(str(row["import_id"])), row["undone_at"]
    with st.container(border=True, key=f"import-{number}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{number}. {shown.literal(str(row['file_name']))}**", width="content")
            if undone_at is not None:
                st.badge("undone", icon=":material/undo:", color="gray")
            elif st.button("Undo", key=f"undo-{number}", icon=":material/undo:"):
                _confirm(number, str(row["file_name"]), int(str(row["accepted"])))
        st.caption(_said(row))
        warnings = str(row["warnings"] or "").splitlines()
        if warnings:
            with st.expander(f"{len(warnings)} warning{'s' * (len(warnings) > 1)}"):
                for warning in warnings:
                    st.text(warning)


def _said(row: dict[str, object]) -> str:
    """Return who, when, what and the counts in a line."""
    when = row["imported_at"]
    parts = [str(row["source"])]
    parts += [f"{when:%-d %b %Y %H:%M} UTC"] if isinstance(when, datetime) else []
    parts += [f"by {row['imported_by']}"] if row["imported_by"] else []
    parts.append(
        f"{row['rows_read']:,} rows read: {row['accepted']:,} accepted, {row['duplicate']:,} there already, "
        f"{row['rejected']:,} rejected"
    )
    parts.append(theme.hours(float(str(row["hours"] or 0))))
    if row["first_day"]:
        parts.append(theme.span(row["first_day"], row["last_day"]))  # type: ignore[arg-type]
    return shown.literal(" · ".join(parts))


@st.dialog("Take this import back?")
def _confirm(number: int, file_name: str, accepted: int) -> None:
    """Ask once more, because every total changes."""
    st.markdown(
        f"{shown.literal(file_name)}: its {accepted:,} rows leave every figure. The history keeps a line of it, "
        "and the file can be imported again."
    )
    if st.button("Undo the import", type="primary", key="undo-for-sure"):
        try:
            ingest.undo(reading.store(), number)
        except DashboardError as error:
            shown.box(error)
            return
        st.session_state["undone"] = number
        st.rerun()
