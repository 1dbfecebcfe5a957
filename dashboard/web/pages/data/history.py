"""History: every import with its source, time, user and counts, and a button to undo it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.importers.discover import name_source
from dashboard.ingest.batch import undo_import
from dashboard.units import format_count, format_hours, format_moment, format_period
from dashboard.web.cached_store import open_store, read_figure
from dashboard.web.components import escape_markdown, open_fold, show_download, show_error

SHOWN_IMPORTS = 3


def show_history() -> None:
    """Draw the section."""
    figure = read_figure("imports")
    if figure.rows.is_empty():
        return
    st.subheader("Imported so far", anchor=False)
    undone = st.session_state.pop("undone", None)
    if undone:
        st.success(f"Import {undone} was undone. Every total is as it was before.", icon=":material/undo:")
    newest, older = figure.rows.head(SHOWN_IMPORTS), figure.rows.slice(SHOWN_IMPORTS)
    for row in newest.to_dicts():
        _show_import(row)
    if older.height:
        with open_fold(f"{format_count(older.height)} older imports", "older-imports", ":material/history:") as is_open:
            if is_open:
                for row in older.to_dicts():
                    _show_import(row)
    table = figure.rows.select(
        "import_id", "file_name", "source", "imported_at", "imported_by",
        "rows_read", "accepted", "changed", "duplicate", "rejected",
        "hours", "first_day", "last_day", "zone", "undone_at", "undone_by",
    )  # fmt: skip
    show_download("Download the history as CSV", table, "imports.csv", "imports-csv")


def _show_import(row: dict[str, object]) -> None:
    """Draw one import."""
    number, undone_at = int(str(row["import_id"])), row["undone_at"]
    with st.container(border=True, key=f"import-{number}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{number}. {escape_markdown(str(row['file_name']))}**", width="content")
            if undone_at is not None:
                st.badge("undone", icon=":material/undo:", color="gray")
            elif st.button("Undo", key=f"undo-{number}", icon=":material/undo:"):
                _confirm_undo(number, str(row["file_name"]), int(str(row["accepted"])) + int(str(row["changed"])))
        st.caption(_describe_import(row))
        warnings = str(row["warnings"] or "").splitlines()
        if warnings:
            with st.expander(f"{len(warnings)} warning{'s' * (len(warnings) > 1)}"):
                for warning in warnings:
                    st.text(warning)


def _describe_import(row: dict[str, object]) -> str:
    """Return one line with an import's source, time, user and counts."""
    imported_at = row["imported_at"]
    parts = [name_source(str(row["source"]))]
    parts += [format_moment(imported_at)] if isinstance(imported_at, datetime) else []
    parts += [f"by {row['imported_by']}"] if row["imported_by"] else []
    parts.append(
        f"{format_count(row['rows_read'])} rows read: {format_count(row['accepted'])} accepted, "
        f"{format_count(row['changed'])} changed, "
        f"{format_count(row['duplicate'])} already there, "
        f"{format_count(row['rejected'])} rejected"
    )
    if row["hours"]:  # runs and labels without a time have none
        parts.append(format_hours(float(str(row["hours"]))))
    if row["first_day"]:
        parts.append(format_period(row["first_day"], row["last_day"]))  # type: ignore[arg-type]
    return escape_markdown(" · ".join(parts))


@st.dialog("Undo this import?")
def _confirm_undo(number: int, file_name: str, accepted: int) -> None:
    """Ask for confirmation, because every total changes."""
    st.markdown(
        f"{escape_markdown(file_name)}: its {format_count(accepted)} rows will leave every figure, unless another "
        "import "
        "holds them too. The import stays in the history, and the file can be imported again."
    )
    if st.button("Undo the import", type="primary", key="undo-for-sure"):
        try:
            undo_import(open_store(), number)
        except DashboardError as error:
            show_error(error)
            return
        st.session_state["undone"] = number
        st.rerun()
