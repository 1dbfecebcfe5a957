"""Tables of settings as a lead edits them: in the page, as CSV out, as CSV in; nothing typed is lost on an error."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from dashboard.errors import BadMapping
from dashboard.mapping.amounts import Row
from dashboard.pages import reading, shown
from dashboard.store import Store

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig
    from streamlit.runtime.uploaded_file_manager import UploadedFile

Columns = Mapping[str, "ColumnConfig | str | None"]


def saved(name: str) -> None:
    """Say what the last change of a sheet did."""
    said = st.session_state.pop(f"{name}-saved", None)
    if said:
        st.success(shown.literal(str(said)), icon=":material/check:")


def done(name: str, said: str) -> None:
    """Keep the message for the next run, and start it."""
    st.session_state[f"{name}-saved"] = said
    st.rerun()


def form(name: str) -> AbstractContextManager[object]:
    """Return the frame of tables and their buttons: what is typed reaches the page when a button is pressed.

    Without it every cell would start a run of the page, and letters typed while one is going on would be lost.
    """
    return st.form(name, border=False, enter_to_submit=False)


def editor(name: str, frame: pl.DataFrame, columns: Columns, alt: str) -> list[Row]:
    """Draw a table for editing and return its rows, empty ones left out; edits stay until the stored table changes.

    No column may be `required`: the browser would keep a row that lacks such a cell to itself, and saving would lose
    it without a word. What is missing is refused when it is tried or saved.
    """
    mark = zlib.crc32(frame.write_csv().encode())
    edited: pl.DataFrame = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        column_config=columns,
        column_order=list(columns),
        key=f"{name}-{mark}",
        alt=alt,
    )
    typed = edited.cast(pl.Schema(frame.schema), strict=False)  # the editor gives days back as moments
    return list(filled(typed).iter_rows(named=True))


def filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in which anything is written."""
    written = [pl.col(name).cast(pl.String).fill_null("") != "" for name in frame.columns]
    return frame.filter(pl.any_horizontal(written))


def upload(name: str, noun: str, load: Callable[[Store, str], int]) -> None:
    """Offer to replace a stored sheet by a CSV, which `load` reads and counts; what is wrong with it becomes a message.

    Raises:
        BadMapping: the file cannot be used; nothing is changed then.
    """
    turn = st.session_state.setdefault(f"{name}-turn", 0)
    st.caption(f"A CSV replaces {noun} as a whole. The download is also its form.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        file = st.file_uploader("Load from CSV", type=["csv"], key=f"{name}-file-{turn}", width=420)
        asked = st.button("Replace by the file", disabled=file is None, key=f"{name}-load")
    if asked and file is not None:
        count = load(reading.store(), decoded(file))
        st.session_state[f"{name}-turn"] = turn + 1
        done(name, f"Loaded from {file.name}: {count:,} in force.")


def decoded(file: UploadedFile) -> str:
    """Return the text of a dropped file.

    Raises:
        BadMapping: it is not UTF-8.
    """
    try:
        return file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadMapping(f"{file.name} is not text in UTF-8.", 'Save it as "CSV UTF-8" and drop it again.') from None


def choices(label: str, options: list[str], **settings: bool | str) -> ColumnConfig:
    """Return a column that offers known names, or free text where none is known."""
    if options:
        return st.column_config.SelectboxColumn(label, options=options, **settings)  # type: ignore[arg-type]
    return st.column_config.TextColumn(label, **settings)  # type: ignore[arg-type]


def moves(rows: pl.DataFrame, key: str) -> None:
    """Show how many labels an edit would change (columns of `mapping.label_moves`)."""
    if rows.is_empty():
        st.info("No label would change.", icon=":material/info:")
        return
    labels = int(rows.get_column("labels").sum())
    st.markdown(f"**{labels:,} labels would change.** Nothing is saved yet.")
    st.dataframe(
        rows,
        hide_index=True,
        placeholder="–",
        column_config={
            "from_project": "Project",
            "to_project": "Project then",
            "from_method": "Method",
            "to_method": "Method then",
            "from_automation": "Automation",
            "to_automation": "Automation then",
            "labels": st.column_config.NumberColumn("Labels", format="localized"),
        },
        alt="Labels that would change, from what to what",
        key=key,
    )
