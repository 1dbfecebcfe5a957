"""Editable tables of settings: in the page, and as CSV downloads and uploads; an error loses no input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeVar

import polars as pl
import streamlit as st

from dashboard.errors import BadMapping, DashboardError
from dashboard.settings.cells import Row
from dashboard.settings.sheet import Field, Sheet
from dashboard.units import format_count
from dashboard.web.cached_store import list_names, list_values, open_store, shows_sample
from dashboard.web.components import escape_markdown, show_download, show_error
from dashboard.web.tables import show_frame
from dashboard.web.unsaved_edits import build_frame, discard_edits, find_draft, keep_edits, open_draft, show_unsaved

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig
    from streamlit.runtime.uploaded_file_manager import UploadedFile

Content = TypeVar("Content")
Columns = Mapping[str, "ColumnConfig | str | None"]


def show_saved_message(name: str) -> None:
    """Show what the last change of a sheet did, where it moves nothing on the page."""
    message = st.session_state.pop(f"{name}-saved", None)
    if message:
        st.toast(escape_markdown(str(message)), icon=":material/check:", duration="long")


def rerun_with_message(name: str, message: str) -> None:
    """Keep the message for the next run, and rerun the page."""
    st.session_state[f"{name}-saved"] = message
    st.rerun()


def edit_frame(
    name: str,
    stored: pl.DataFrame,
    columns: Columns,
    alt: str,
    *,
    order: Sequence[str] | None = None,
    identity: Sequence[str] = (),
    disabled: Sequence[str] = (),
    height: int | Literal["auto"] = "auto",
) -> pl.DataFrame:
    """Draw a table for editing and return its rows; unsaved edits stay until `discard_edits`, wherever the viewer goes.

    With columns of `identity`, by which a row is known, rows are neither added nor deleted. No column may be
    `required`: the browser would keep a row that lacks such a cell to itself, and saving would lose it without a word.
    What is missing is refused when it is tried or saved.
    """
    draft = open_draft(name, stored, identity)
    st.data_editor(
        draft.lines(),
        num_rows="fixed" if identity else "dynamic",
        hide_index=True,
        height=height,
        disabled=list(disabled),
        column_config=columns,
        column_order=order,
        key=draft.key,
        on_change=keep_edits,
        args=(name,),
        placeholder="",  # what is empty has a meaning of its own, which the help of the column says
        alt=alt,
    )
    keep_edits(name)
    draft = find_draft(name) or draft
    return build_frame(draft.apply(), stored.schema)


def edit_rows(name: str, stored: pl.DataFrame, columns: Columns, alt: str) -> list[Row]:
    """Draw a table for editing and return its rows, as `edit_frame` does, empty ones left out."""
    edited = edit_frame(name, stored, columns, alt, order=list(columns))
    return list(drop_empty_rows(edited).iter_rows(named=True))


def drop_empty_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that are not empty."""
    has_text = [pl.col(name).cast(pl.String).fill_null("") != "" for name in frame.columns]
    return frame.filter(pl.any_horizontal(has_text))


def show_upload(sheet: Sheet) -> None:
    """Offer to replace a stored sheet by a CSV.

    Raises:
        BadMapping: the file cannot be used; nothing is changed then.
        ChangedMeanwhile: others are in force than the page showed.
    """
    name = sheet.name
    version, shown = st.session_state.setdefault(f"{name}-turn", 0), track_shown(sheet, "upload")
    st.caption(f"A CSV replaces {sheet.noun} as a whole. The download shows the format.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        file = st.file_uploader("Load from CSV", type=["csv"], key=f"{name}-file-{version}", width=420)
        is_requested = st.button("Replace with this file", disabled=file is None, key=f"{name}-load")
    if is_requested and file is not None:
        count = sheet.replace_shown(open_store(), sheet.parse_csv(decode_text(file)), shown)
        st.session_state[f"{name}-turn"] = version + 1
        rerun_with_message(name, f"Loaded from {file.name}: {format_count(count)} in force.")


def decode_text(file: UploadedFile) -> str:
    """Return the text of a dropped file.

    Raises:
        BadMapping: it is not UTF-8.
    """
    try:
        return file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadMapping(f"{file.name} is not text in UTF-8.", 'Save it as "CSV UTF-8" and drop it again.') from None


def track_shown(sheet: Sheet, place: str = "table") -> pl.DataFrame:
    """Return the rows of a sheet that the browser shows, those of the run before, and note those of this run.

    Each place that saves the sheet calls this once in each of its runs.
    """
    return track_content(f"{sheet.name}-{place}", sheet.list_rows(open_store()))


def track_content(name: str, current: Content) -> Content:
    """Return what the browser shows of something, the content in the run before, and note that of this run."""
    key = f"{name}-shown-{shows_sample()}"
    shown: Content = st.session_state.get(key, current)
    st.session_state[key] = current
    return shown


@st.fragment  # a run for each cell must not redraw the page: it would jump below the hands of who types
def edit_sheet(sheet: Sheet, alt: str = "") -> None:
    """Draw a sheet with its buttons; a mistake becomes a message, and what was typed stays."""
    shown, name = track_shown(sheet), f"{sheet.name}-rows"
    stored = sheet.list_rows(open_store())
    rows = edit_rows(name, stored, build_columns(sheet.fields), alt or sheet.title)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"Save the {sheet.title.lower()}"
        is_submitted = st.button(label, type="primary", key=f"{sheet.name}-save")
        show_unsaved(name)
        show_download("Download as CSV", stored, f"{sheet.name}.csv", f"{sheet.name}-csv")
    if is_submitted:
        try:
            count = sheet.replace_shown(open_store(), rows, shown)
        except DashboardError as error:
            show_error(error)
        else:
            discard_edits(name)
            rerun_with_message(sheet.name, sheet.saved.format(count=format_count(count)))


def show_sheet(sheet: Sheet) -> None:
    """Draw a sheet whole: its title and help, the table to edit, and its CSV."""
    show_saved_message(sheet.name)
    st.subheader(sheet.title, anchor=False)
    st.markdown(sheet.help)
    edit_sheet(sheet)
    with st.expander("As CSV"):
        show_upload(sheet)


def build_columns(fields: Sequence[Field], projects: Sequence[str] | None = None) -> Columns:
    """Return how columns are shown and edited; `projects` are offered instead of those of the store."""
    return {field.name: build_column(field, projects) for field in fields}


def build_column(field: Field, projects: Sequence[str] | None = None) -> ColumnConfig:
    """Return how one column is shown and edited."""
    cells, label, help_text = st.column_config, field.title, field.help or None
    if field.names_project:
        names = list_projects() if projects is None else projects
        options = [*names] if field.required or not names else ["", *names]
        return build_choice_column(field, options)
    if field.type == "choice":
        return build_choice_column(field, list(field.choices))
    if field.type == "day":
        return cells.DateColumn(label, help=help_text)
    if field.type == "number":
        number_format = "localized" if field.digits is None else f"%.{field.digits}f"
        return cells.NumberColumn(
            label, help=help_text, min_value=field.minimum, max_value=field.maximum, format=number_format
        )
    if field.type == "flag":
        return cells.CheckboxColumn(label, help=help_text)
    width: Literal["large"] | None = "large" if field.is_long else None
    return cells.TextColumn(label, help=help_text, max_chars=field.max_length, width=width)


def build_choice_column(field: Field, options: Sequence[str]) -> ColumnConfig:
    """Return a column that offers known names, or free text where none is known."""
    if options:
        return st.column_config.SelectboxColumn(field.title, options=options, help=field.help or None)
    return st.column_config.TextColumn(field.title, help=field.help or None)


def list_projects() -> list[str]:
    """Return the projects named in time entries or labels."""
    names = {*list_names("project", is_tracked=True), *list_values("label_progress", "project")}
    return sorted((name for name in names if not name.startswith("(")), key=str.casefold)


def show_label_moves(rows: pl.DataFrame, key: str) -> None:
    """Show how many labels an edit would change (columns of `mapping.label_moves`)."""
    if rows.is_empty():
        st.info("No label would change.", icon=":material/info:")
        return
    labels = int(rows.get_column("labels").sum())
    st.markdown(f"**{format_count(labels)} labels would change.** Nothing is saved yet.")
    show_frame(
        rows,
        hide_index=True,
        placeholder="–",
        column_config={
            "from_project": "Project",
            "to_project": "New project",
            "from_method": "Method",
            "to_method": "New method",
            "from_automation": "Automation",
            "to_automation": "New automation",
            "labels": st.column_config.NumberColumn("Labels", format="localized"),
        },
        alt="Labels that would change, from what to what",
        key=key,
    )
