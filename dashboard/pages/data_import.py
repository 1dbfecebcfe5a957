"""Import: drop files, see exactly what would be stored, answer what the file leaves open, import."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import available_timezones

import polars as pl
import streamlit as st

from dashboard import ingest, theme
from dashboard.errors import AmbiguousFormat, BadMapping, DashboardError, QuestionNeeded, UnknownFormat
from dashboard.importers import IMPORTERS, gate, generic
from dashboard.importers.contract import Settings
from dashboard.ingest import Imported
from dashboard.pages import places, reading, shown, uploads
from dashboard.pages.uploads import Upload

# Canonical columns that a mapping can fill, with the words of the form.
MAPPABLE = {
    "person": "Person",
    "day_on": "Day",
    "started_at": "Start (day and time)",
    "start_date": "Start day",
    "start_time": "Start time",
    "ended_at": "End (day and time)",
    "end_time": "End time",
    "duration": "Length (h:mm, 1.5 h or the like)",
    "hours": "Length in hours",
    "minutes": "Length in minutes",
    "seconds": "Length in seconds",
    "project": "Project",
    "task": "Task or issue",
    "description": "Description",
    "tags": "Tags",
    "client": "Client",
    "category": "Category",
}
SHOWN_REJECTS = 20


def show() -> None:
    """Draw the tab."""
    done: list[Imported] = st.session_state.pop("imported", [])
    for imported in done:
        _thank(imported)
    turn = st.session_state.setdefault("upload-turn", 0)
    files = st.file_uploader(
        "Drop exports here: Toggl, Clockify, Harvest, Jira, Label Studio, CVAT, MLflow, or any table",
        accept_multiple_files=True,
        key=f"files-{turn}",
        help="CSV, TSV, XLSX, JSON, JSONL, SQLite, and .gz or .zip of them. Nothing is stored before you press Import.",
    )
    if not files:
        _what_works()
        return
    ready = [(upload, settings) for upload in uploads.kept(files) if (settings := _file(upload)) is not None]
    if ready and st.button(f"Import {len(ready)} file{'s' * (len(ready) > 1)}", type="primary", key="import"):
        _import(ready)


def _what_works() -> None:
    st.caption("Known exports: " + shown.literal(", ".join(importer.title for importer in IMPORTERS)) + ".")
    st.caption("Larger than 200 MB: `labeltime import FILE` in the terminal takes files of any size.")


def _thank(imported: Imported) -> None:
    """Say what an import brought, and lead to it."""
    st.success(
        f"{shown.literal(imported.file_name)}: {imported.accepted:,} rows imported, "
        f"{imported.duplicate:,} were there already, {imported.rejected:,} rejected.",
        title="Imported",
        icon=":material/check:",
    )
    first, last = imported.first_day, imported.last_day
    if imported.accepted and first and last:
        days = {"period": "Custom", "from": str(first), "to": str(last)}
        places.link("overview", f"See {theme.span(first, last)} in the overview", days)


def _file(upload: Upload) -> Settings | None:
    """Draw one file's preview; return its settings when it is ready to be imported."""
    settings = _settings(upload)
    with st.container(border=True):
        st.subheader(shown.literal(upload.name), anchor=False)
        try:
            with st.spinner("Reading the file"):
                previews = _preview(upload, settings, f"{upload.key} {settings} {reading.store().generation()}")
        except QuestionNeeded as question:
            _ask(upload, question)
        except UnknownFormat as error:
            st.warning(shown.literal(error.message), title="Not a known export", icon=":material/table:")
            _mapping(upload)
        except (AmbiguousFormat, BadMapping) as error:
            shown.box(error)
            _mapping(upload)
        except DashboardError as error:
            shown.box(error)
        else:
            for number, preview in enumerate(previews):
                _show_preview(preview, f"{upload.key}-{number}")
            if any(preview.accepted for preview in previews):
                return settings
            st.info("This file brings nothing new, so there is nothing to import.", icon=":material/info:")
    return None


def _settings(upload: Upload) -> Settings:
    known = st.session_state.setdefault("import-settings", {})
    settings = known.get(upload.key, Settings())
    return settings if isinstance(settings, Settings) else Settings()


def _answer(upload: Upload, settings: Settings) -> None:
    st.session_state.setdefault("import-settings", {})[upload.key] = settings
    st.rerun()


@st.cache_data(max_entries=20, show_spinner=False, scope="session")
def _preview(_upload: Upload, _settings: Settings, key: str) -> list[Imported]:
    del key
    return ingest.preview(reading.store(), _upload.path, _settings, name=_upload.name)


def _ask(upload: Upload, question: QuestionNeeded) -> None:
    """Ask what the file leaves open; nothing is chosen beforehand, because a guess would shift every day."""
    st.warning(shown.literal(question.message), title="One question about this file", icon=":material/help:")
    settings = _settings(upload)
    if question.question == "zone":
        here = st.context.timezone
        zone = st.selectbox(
            "Time zone of the times in this file",
            sorted(available_timezones()),
            index=None,
            placeholder="Type a city, such as Berlin",
            key=f"zone-{upload.key}",
            help=f"Your browser is in {here}." if here else None,
        )
        if zone:
            _answer(upload, replace(settings, zone=zone))
        if here and st.button(f"Use {here}, the zone of this browser", key=f"here-{upload.key}"):
            _answer(upload, replace(settings, zone=here))
    elif question.question == "date_order":
        order = st.radio(
            "03/04/2026 means", ["3 April", "4 March"], index=None, key=f"order-{upload.key}", horizontal=True
        )
        if order:
            _answer(upload, replace(settings, day_first=order == "3 April"))
    else:
        st.caption(shown.literal(question.hint))


def _mapping(upload: Upload) -> None:
    """Ask which column of an unknown table holds what; header words give a proposal to correct."""
    try:
        with gate.opened(upload.path, upload.name) as sources:
            head = sources[0].head()
    except DashboardError:
        return  # the file itself cannot be read; its message stands above
    if not head.header:
        return
    proposed = generic.propose_mapping(head) | (_settings(upload).mapping or {})
    with st.form(f"mapping-{upload.key}"):
        st.markdown("**Which column holds what?** A day or a start, and a length or an end are needed.")
        chosen: dict[str, str] = {}
        with st.grid(4, min_column_width=200):
            for part, label in MAPPABLE.items():
                place = head.header.index(proposed[part]) if proposed.get(part) in head.header else None
                key = f"map-{part}-{upload.key}"
                column = st.selectbox(label, head.header, index=place, placeholder="not in this file", key=key)
                if column:
                    chosen[part] = column
        if st.form_submit_button("Read with this mapping", type="primary") and chosen:
            _answer(upload, replace(_settings(upload), mapping=chosen))


def _show_preview(preview: Imported, key: str) -> None:
    """Show what the file is and what of it would be stored."""
    facts = [preview.source, preview.encoding or "", f"times in {preview.zone}" if preview.zone else "days as written"]
    facts += [f"dates {preview.date_order}"] if preview.date_order else []
    facts += [theme.span(preview.first_day, preview.last_day)] if preview.first_day else []
    st.caption(shown.literal(" · ".join(filter(None, facts))))
    with st.grid(4, min_column_width=150):
        st.metric("New rows", f"{preview.accepted:,}", border=True)
        st.metric("Already there", f"{preview.duplicate:,}", border=True)
        st.metric("Rejected", f"{preview.rejected:,}", border=True)
        st.metric("Hours", theme.hours(preview.seconds_total / 3600), border=True)
    if preview.warnings:
        said = "\n".join(f"- {shown.literal(warning)}" for warning in preview.warnings)
        st.warning(said, title="Worth knowing", icon=":material/warning:")
    if not preview.first_rows.is_empty():
        st.markdown("**The first rows, as they will be stored**")
        st.dataframe(
            preview.first_rows,
            hide_index=True,
            placeholder="–",
            column_config={"day_on": st.column_config.DateColumn()},
            alt="First rows of the file",
            key=f"rows-{key}",
        )
    _categories(preview, key)
    _rejects(preview, key)
    with st.expander("Columns of the file"):
        used = pl.DataFrame({"column of the file": list(preview.columns), "stored as": list(preview.columns.values())})
        st.dataframe(used, hide_index=True, alt="Columns used", key=f"columns-{key}")
        if preview.unused:
            st.caption("Not used: " + shown.literal(", ".join(preview.unused)))


def _categories(preview: Imported, key: str) -> None:
    if preview.by_category.is_empty():
        return
    st.markdown("**Hours by category**, by the rules as they are now")
    rows = preview.by_category.with_columns(hours=pl.col("seconds") / 3600).select("category", "entries", "hours")
    st.dataframe(
        rows,
        hide_index=True,
        column_config={"hours": st.column_config.NumberColumn(format="%.1f")},
        alt="Hours of the file by category",
        key=f"categories-{key}",
    )


def _rejects(preview: Imported, key: str) -> None:
    if preview.rejects.is_empty():
        return
    st.markdown(f"**{preview.rejected:,} rejected rows**, with their line in the file and the reason")
    st.dataframe(preview.rejects.head(SHOWN_REJECTS), hide_index=True, alt="Rejected rows", key=f"rejects-{key}")
    shown.download("Download all rejected rows", preview.rejects, "rejected-rows.csv", f"download-{key}")


def _import(ready: list[tuple[Upload, Settings]]) -> None:
    """Import every ready file; a failure leaves the store as it was before that file."""
    done: list[Imported] = []
    try:
        with st.status("Importing", expanded=True) as status:
            for upload, settings in ready:
                st.text(upload.name)
                line = st.empty()
                done += ingest.add(
                    reading.store(),
                    [upload.path],
                    settings,
                    names={upload.path: upload.name},
                    progress=lambda _, rows, line=line: line.text(f"{rows:,} rows read"),  # type: ignore[misc]
                )
            status.update(label="Imported", state="complete")
    except DashboardError as error:
        shown.box(error)
        return
    st.session_state["imported"] = done
    st.session_state["import-settings"] = {}
    st.session_state["upload-turn"] += 1
    st.rerun()
