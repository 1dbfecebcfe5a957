"""Import: drop files, see exactly what would be stored, answer what the file leaves open, import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Literal

import polars as pl
import streamlit as st

from dashboard.errors import (
    AmbiguousFormat,
    BadMapping,
    DashboardError,
    ProjectNeeded,
    QuestionNeeded,
    SameFile,
    UnknownFormat,
    join_quotes,
    shorten_quote,
)
from dashboard.importers.columns.zones import list_zones
from dashboard.importers.contract import Settings, names_project
from dashboard.importers.discover import IMPORTERS, name_source
from dashboard.importers.neighbours import MAPPING_HINT
from dashboard.ingest.batch import import_files, preview_import
from dashboard.ingest.results import ImportResult
from dashboard.units import count_noun, format_count, format_hours, format_period
from dashboard.web.cached_store import Contents, close_sample, list_names, open_store, read_contents, shows_sample
from dashboard.web.components import escape_markdown, open_fold, show_download, show_error
from dashboard.web.editable_sheet import Columns, show_saved_message
from dashboard.web.pages.data.import_answers import forget_settings, read_settings, save_settings
from dashboard.web.pages.data.mapping_form import ask_words, edit_mapping
from dashboard.web.pages.overview.to_do import show_to_do
from dashboard.web.routes import show_page_link
from dashboard.web.tables import show_frame
from dashboard.web.uploads import Upload, save_uploads

SHOWN_REJECTS = 20
TIME_TITLES = {"time_entry": "Hours", "labeling_event": "Labeling time", "experiment_run": "Machine hours"}
PREVIEW_COLUMNS: Columns = {  # of others the title is the name
    "pair": "Entry",
    "day_on": st.column_config.DateColumn("Day"),
    "started_local": st.column_config.DatetimeColumn("Start", format="HH:mm"),
    "finished_at": st.column_config.DatetimeColumn("Finished (UTC)", format="YYYY-MM-DD HH:mm"),
    "hours": st.column_config.NumberColumn("Hours", format="%,.2f"),
    "seconds": st.column_config.NumberColumn("Hours", format="%,.2f"),
    "milliseconds": st.column_config.NumberColumn("Seconds", format="%,.1f"),
}
EDIT_CHOICES: dict[str, dict[str, Literal["replace", "keep", "new"]]] = {
    "edited": {"They were edited: the file's version counts": "replace", "Both are entries of their own": "keep"},
    "ids": {"The ids are right: the file's version counts": "replace"},
    "jobs": {
        "Both are labels of their own": "keep",
        "They were labeled anew: the file's version counts": "replace",
    },
    "shifted": {"They are other entries": "keep"},
    "retold": {"They are other work": "keep"},
    "events": {"Leave these events out, import the others": "new", "They are other work": "keep"},
}


def show_imports() -> None:
    """Draw the section; nothing is imported into the sample, which is built anew and would lose it."""
    if shows_sample():
        st.info("You are looking at sample data. Your own files belong into your own store.", icon=":material/info:")
        st.button("Back to my own data", on_click=close_sample, type="primary", key="leave-sample")
        return
    _show_last_imports()
    show_saved_message("mappings")
    version = st.session_state.setdefault("upload-turn", 0)
    files = st.file_uploader(
        "Drop exports here: Toggl, Clockify, Harvest, Jira, Label Studio, CVAT, MLflow, or any table",
        accept_multiple_files=True,
        key=f"files-{version}",
        help="CSV, TSV, XLSX, JSON, JSONL, SQLite, and .gz or .zip of them. Nothing is stored before you press Import.",
    )
    if not files:
        _show_known_exports()
        return
    top = st.container()  # the button is in sight above previews of any length
    uploads = _drop_copies(save_uploads(files))
    uploads_ready = [(upload, settings) for upload in uploads if (settings := _show_file(upload)) is not None]
    if uploads_ready:
        with top:
            if st.button(f"Import {count_noun(len(uploads_ready), 'file')}", type="primary", key="import"):
                _run_import(uploads_ready)


def _drop_copies(uploads: Sequence[Upload]) -> list[Upload]:
    """Return the files without the copies of others, and say which these are: their rows would be promised twice."""
    originals: dict[str, Upload] = {}
    for upload in uploads:
        original = originals.setdefault(_hash_content(upload, upload.key), upload)
        if original is not upload:
            names = (escape_markdown(upload.name), escape_markdown(original.name))
            st.info("{} is a copy of {}, which is read once.".format(*names), icon=":material/content_copy:")
    return list(originals.values())


@st.cache_data(max_entries=100, show_spinner=False, scope="session")
def _hash_content(_upload: Upload, key: str) -> str:
    del key
    with _upload.path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _show_known_exports() -> None:
    with open_fold(f"The {len(IMPORTERS)} exports that Labeltime recognizes", "exports", ":material/list:") as is_open:
        if is_open:
            st.markdown("\n".join(f"- {escape_markdown(importer.title)}" for importer in IMPORTERS))
    st.caption("Larger than 200 MB: `labeltime import FILE` in the terminal takes files of any size.")


def _show_last_imports() -> None:
    """Say what the last import added and what is to do next, until the store changes again."""
    generation, imports = st.session_state.get("imported", (None, []))
    if generation != open_store().generation():
        return
    for imported in imports:
        _show_imported(imported)
    show_to_do(is_data_page=True)


def _show_imported(imported: ImportResult) -> None:
    """Say what an import added, and link to it."""
    st.success(
        f"{escape_markdown(imported.file_name)}: {format_count(imported.accepted)} rows imported, "
        f"{format_count(imported.changed)} replaced an earlier version, "
        f"{format_count(imported.duplicate)} were already there, {format_count(imported.rejected)} rejected. "
        f"{imported.describe_lines()}".rstrip(),
        title="Imported",
        icon=":material/check:",
    )
    first, last = imported.first_day, imported.last_day
    if imported.accepted and first and last:
        days = {"period": "Custom", "from": str(first), "to": str(last)}
        page, place = describe_place(read_contents())
        show_page_link(page, f"See {format_period(first, last)} {place}", days)


def describe_place(contents: Contents) -> tuple[str, str]:
    """Return the page that shows what was imported, and how a link calls it: without hours the overview is empty."""
    has_labels_alone = contents.has_labels and not contents.has_time
    return ("labeling", "in Labeling & automation") if has_labels_alone else ("overview", "in the overview")


def _show_file(upload: Upload) -> Settings | None:
    """Draw one file's preview and return its settings once it can be imported."""
    settings = read_settings(upload)
    with st.container(border=True):
        st.subheader(escape_markdown(upload.name), anchor=False)
        if settings != Settings():
            forget = partial(forget_settings, upload)
            st.button("Answer anew", on_click=forget, icon=":material/undo:", type="tertiary", key=f"anew-{upload.key}")
        is_open = settings.mapping is not None and ask_words(upload, settings)
        return settings if not is_open and _show_outcome(upload, settings) else None


def _show_outcome(upload: Upload, settings: Settings) -> bool:
    """Draw what an import would do, or what is to be answered first; return whether there is something to import."""
    try:
        with st.spinner("Reading the file"):
            previews = _preview_import(upload, settings, f"{upload.key} {settings} {open_store().generation()}")
    except QuestionNeeded as question:
        _ask_question(upload, question)
    except SameFile as same_file:
        _offer_replacement(upload, same_file)
    except UnknownFormat as error:
        hint = error.hint.replace(MAPPING_HINT, "Say below what each column holds.")
        st.warning(escape_markdown(f"{error.message} {hint}"), title="Not a known export", icon=":material/table:")
        edit_mapping(upload)
    except (AmbiguousFormat, BadMapping) as error:
        show_error(error)
        edit_mapping(upload)
    except DashboardError as error:
        show_error(error)
        if settings.mapping:
            edit_mapping(upload)
    else:
        for number, preview in enumerate(previews):
            _show_preview(preview, f"{upload.key}-{number}")
        _offer_project(upload, previews)
        _offer_whole_period(upload, previews)
        if any(preview.accepted or preview.changed for preview in previews) or settings.replace_period:
            return True
        st.info("This file contains nothing new, so there is nothing to import.", icon=":material/info:")
    return False


@st.cache_data(max_entries=20, show_spinner=False, scope="session")
def _preview_import(_upload: Upload, _settings: Settings, key: str) -> list[ImportResult]:
    del key
    return preview_import(open_store(), _upload.path, _settings, name=_upload.name)


def _ask_question(upload: Upload, question: QuestionNeeded) -> None:
    """Ask what the file leaves open, without a default: a wrong guess would shift every day."""
    st.warning(escape_markdown(question.message), title="One question about this file", icon=":material/help:")
    settings = read_settings(upload)
    if question.question == "zone":
        browser_zone = st.context.timezone
        zone = st.selectbox(
            "Time zone of the times in this file",
            list_zones(),
            index=None,
            placeholder="Type a city, such as Berlin",
            key=f"zone-{upload.key}",
            help=f"Your browser is in {browser_zone}." if browser_zone else None,
        )
        if zone:
            save_settings(upload, replace(settings, zone=zone))
        if browser_zone and st.button(f"Use {browser_zone}, the zone of this browser", key=f"here-{upload.key}"):
            save_settings(upload, replace(settings, zone=browser_zone))
    elif question.question == "date_order":
        order = st.radio(
            "03/04/2026 means", ["3 April", "4 March"], index=None, key=f"order-{upload.key}", horizontal=True
        )
        if order:
            save_settings(upload, replace(settings, day_first=order == "3 April"))
    elif question.question in EDIT_CHOICES:
        _ask_edited(upload, question.question)
    elif isinstance(question, ProjectNeeded):
        _ask_project(upload, question)
    elif question.question == "person":
        person = st.text_input("Whose entries are these? An e-mail is best.", key=f"person-{upload.key}")
        if person:
            save_settings(upload, replace(settings, person=person.replace(";", ",")))
    else:
        st.caption(escape_markdown(question.hint))
        _ask_decimal_sign(upload, question.question, settings)


def _ask_decimal_sign(upload: Upload, question: str, settings: Settings) -> None:
    if question != "decimal" or not settings.mapping:
        return
    sign = st.radio("The decimal sign is", [".", ","], index=None, key=f"decimal-{upload.key}", horizontal=True)
    if sign:
        save_settings(upload, replace(settings, mapping=settings.mapping | {"_decimal": sign}))


def _ask_project(upload: Upload, question: ProjectNeeded) -> None:
    """Offer the project of the import whose ids the file has, or another one."""
    settings = read_settings(upload)
    if st.button(f"The same project as import {question.import_id}", key=f"same-project-{upload.key}"):
        gets_name = settings.project and not question.project and question.can_name
        same = replace(settings, edited="same") if gets_name else replace(settings, project=question.project)
        save_settings(upload, same)
    project = _choose_project(upload, "Another project", settings.project)
    if project and st.button(f"Project {escape_markdown(shorten_quote(project))}", key=f"other-project-{upload.key}"):
        save_settings(upload, replace(settings, project=project, edited="keep"))


def _choose_project(upload: Upload, label: str, proposed: str | None) -> str | None:
    """Draw the choice of a project: a known one, one called like the file, or any other name."""
    names = list(dict.fromkeys(filter(None, [proposed, Path(upload.name).stem, *list_names("project")])))
    return st.selectbox(
        label,
        names,
        index=names.index(proposed) if proposed else None,
        accept_new_options=True,
        placeholder="Choose or type a project",
        key=f"project-{upload.key}",
    )


def _offer_project(upload: Upload, previews: Sequence[ImportResult]) -> None:
    """Let the lead name the project of a file whose format names none; without an answer it stays unknown."""
    unnamed = {importer.name for importer in IMPORTERS if not names_project(importer)}
    if not any(preview.source in unnamed for preview in previews):
        return
    settings = read_settings(upload)
    chosen = next((str(preview.answers["project"]) for preview in previews if preview.answers.get("project")), None)
    project = _choose_project(upload, "Which project is this file of?", settings.project or chosen)
    if (project or None) != (settings.project or chosen):
        save_settings(upload, replace(settings, project=project or ""))


def _ask_edited(upload: Upload, question: str) -> None:
    """Offer what to do with entries that may be in the store: edited, moved by a zone, or told by another export."""
    with st.container(horizontal=True):
        for label, edited in EDIT_CHOICES[question].items():
            if st.button(label, key=f"{edited}-{upload.key}"):
                save_settings(upload, replace(read_settings(upload), edited=edited))
    if question in ("retold", "events"):
        st.caption("If it is the same work, leave the file out, or undo the earlier import first.")
    if question == "shifted":
        st.caption("Or read the file as the earlier one was:")
        zone = st.selectbox("Time zone", list_zones(), index=None, key=f"zone-{upload.key}")
        if zone:
            save_settings(upload, replace(read_settings(upload), zone=zone))


def _offer_replacement(upload: Upload, same_file: SameFile) -> None:
    """Offer to read a file again that is in the store with other answers."""
    st.warning(escape_markdown(same_file.message), title="Already imported", icon=":material/content_copy:")
    if st.button(f"Replace import {same_file.import_id} with this reading", key=f"replace-{upload.key}"):
        save_settings(upload, replace(read_settings(upload), replaces=same_file.import_id))


def _offer_whole_period(upload: Upload, previews: Sequence[ImportResult]) -> None:
    """Let the lead say that entries missing in the file are gone from the tracker."""
    missing = sum(preview.missing for preview in previews)
    settings = read_settings(upload)
    if missing or settings.replace_period:
        label = f"The file is the whole truth for its days: take out the {format_count(missing)} entries that it lacks"
        is_whole = st.toggle(label, value=settings.replace_period, key=f"whole-{upload.key}")
        if is_whole != settings.replace_period:
            save_settings(upload, replace(settings, replace_period=is_whole))


def _format_total(preview: ImportResult) -> str:
    """Return the hours that a file states; labels of which none has a time have an unknown one, not zero."""
    is_unknown = preview.kind == "labeling_event" and not preview.seconds_total
    return "not stated" if is_unknown else format_hours(preview.seconds_total / 3600)


def _show_preview(preview: ImportResult, key: str) -> None:
    """Show what the file is and what would be stored."""
    facts = [
        name_source(preview.source),
        preview.encoding or "",
        f"times in {preview.zone}" if preview.zone else "days as written",
    ]
    facts += [f"dates {preview.date_order}"] if preview.date_order else []
    facts += [format_period(preview.first_day, preview.last_day)] if preview.first_day else []
    st.caption(escape_markdown(" · ".join(filter(None, facts))))
    with st.grid(5, min_column_width=150):
        st.metric("New rows", format_count(preview.accepted), border=True)
        st.metric("Changed", format_count(preview.changed), border=True)
        st.metric("Already there", format_count(preview.duplicate), border=True)
        st.metric("Rejected", format_count(preview.rejected), border=True)
        if preview.kind in TIME_TITLES:
            st.metric(TIME_TITLES[preview.kind], _format_total(preview), border=True)
    if preview.warnings:
        warning_lines = "\n".join(f"- {escape_markdown(warning)}" for warning in preview.warnings)
        st.warning(warning_lines, title="Worth knowing", icon=":material/warning:")
    if not preview.changes.is_empty():
        st.markdown("**Entries that change**, before and after")
        show_frame(
            scale_lengths(preview.changes),
            hide_index=True,
            placeholder="–",
            alt="Entries that change",
            column_config=title_columns(preview.changes),
            key=f"changes-{key}",
        )
    if not preview.first_rows.is_empty():
        st.markdown("**The first rows, as they will be stored**")
        show_frame(
            scale_lengths(preview.first_rows),
            hide_index=True,
            placeholder="–",
            column_config=title_columns(preview.first_rows),
            alt="First rows of the file",
            key=f"rows-{key}",
        )
    _show_categories(preview, key)
    _show_rejects(preview, key)
    with st.expander("Columns of the file"):
        used = pl.DataFrame({"column of the file": list(preview.columns), "stored as": list(preview.columns.values())})
        show_frame(used, hide_index=True, alt="Columns used", key=f"columns-{key}")
        if preview.unused:
            st.caption("Not used: " + escape_markdown(join_quotes(preview.unused, most=100)))


def scale_lengths(rows: pl.DataFrame) -> pl.DataFrame:
    """Return stored rows with their lengths in the units that a preview shows: hours of work, seconds of a label."""
    scales = {"seconds": 3600, "milliseconds": 1000}
    return rows.with_columns(pl.col(name) / scale for name, scale in scales.items() if name in rows.columns)


def title_columns(rows: pl.DataFrame) -> Columns:
    """Return how the columns of stored rows are shown."""
    return {name: PREVIEW_COLUMNS.get(name, name.replace("_", " ").capitalize()) for name in rows.columns}


def _show_categories(preview: ImportResult, key: str) -> None:
    if preview.by_category.is_empty():
        return
    st.markdown("**Hours by category**, by the current rules")
    rows = preview.by_category.with_columns(hours=pl.col("seconds") / 3600).select("category", "entries", "hours")
    show_frame(
        rows,
        hide_index=True,
        column_config=title_columns(rows),
        alt="Hours of the file by category",
        key=f"categories-{key}",
    )


def _show_rejects(preview: ImportResult, key: str) -> None:
    if preview.rejects.is_empty():
        return
    st.markdown(f"**{format_count(preview.rejected)} rejected rows**, with their line in the file and the reason")
    show_frame(preview.rejects.head(SHOWN_REJECTS), hide_index=True, alt="Rejected rows", key=f"rejects-{key}")
    show_download("Download all rejected rows", preview.rejects, "rejected-rows.csv", f"download-{key}")


def _run_import(uploads_ready: list[tuple[Upload, Settings]]) -> None:
    """Import every ready file; a failure leaves the store as it was before that file."""
    imports: list[ImportResult] = []
    try:
        with st.status("Importing", expanded=True) as status:
            for upload, settings in uploads_ready:
                st.text(upload.name)
                line = st.empty()
                imports += import_files(
                    open_store(),
                    [upload.path],
                    settings,
                    names={upload.path: upload.name},
                    progress=lambda _, rows, line=line: line.text(f"{format_count(rows)} rows read"),  # type: ignore[misc]
                )
            status.update(label="Imported", state="complete")
    except DashboardError as error:
        show_error(error)
        return
    st.session_state["imported"] = (open_store().generation(), imports)
    st.session_state["import-settings"] = {}
    st.session_state["upload-turn"] += 1
    st.rerun()
