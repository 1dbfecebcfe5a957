"""The project that was given with a file, where its time entries or runs name none."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.edit_distance import are_nearly_equal
from dashboard.errors import BadMapping, ProjectNeeded, shorten_quote
from dashboard.importers.columns.text import clean_text
from dashboard.importers.contract import Importer, Settings
from dashboard.schemas import UNNAMED_PROJECT
from dashboard.store.engine import read_sql_files
from dashboard.store.snapshot import Change
from dashboard.units import count_noun

INGEST_SQL = dict(read_sql_files("ingest"))
LONGEST_NAME = 200  # characters
FEWEST_ROWS = 2  # that say the same: one may do so by chance
NOT_USED = "Every row of the file names its project, so that the project given with it is not used."
SLOTS = {  # key of a row, were it of a project that was given
    "time_entry": "time_entry_slot(native_id, person, started_at, day_on, given_project, task)",
    "labeling_event": "labeling_event_slot(native_id, given_project, item, person, stage, started_at, finished_at,"
    " day_on)",
    "experiment_run": "experiment_run_slot(native_id, run, given_project, started_at)",
}
SAID_BESIDE_SECONDS = {"time_entry": "description", "experiment_run": "value"}
KNOWN_NAMES_SQL = """
    select project from time_entry where import_id <> $import_id
    union select project from labeling_event where import_id <> $import_id
    union select project from experiment_run where import_id <> $import_id
    order by project
"""

Meeting = dict[str, Any]  # a row of met_given, met_elsewhere or met_projects


def clean_project(answer: str | None) -> str | None:
    """Return the name of a project as the lead gave it, cleaned as names in files are; "" if it is to stay unknown.

    Raises:
        BadMapping: it is too long for a name.
    """
    if answer is None:
        return None
    cleaned = pl.select(clean_text(pl.lit(answer, pl.String))).item() or ""
    name = " ".join(cleaned.split())
    if len(name) > LONGEST_NAME:
        raise BadMapping(f"A project of {len(name)} characters: {shorten_quote(name)}.", "Give a name of a few words.")
    return "" if name == UNNAMED_PROJECT else name


def check_given(change: Change, importer: Importer, import_id: int, name: str, settings: Settings) -> None:
    """Ask about rows without a project that an earlier import has in one, or has without the one that is given now.

    Raises:
        ProjectNeeded: these rows would lose their project, or count twice.
    """
    if importer.kind not in SLOTS or settings.is_part:
        return
    if settings.project is not None:
        if settings.edited != "keep":
            check_given_otherwise(change, importer, import_id, name, settings.project)
        return
    for meeting in read_given(change, importer, import_id):
        raise ProjectNeeded(
            meeting["earlier_id"],
            meeting["project"],
            f"{name} names no project for {count_noun(meeting['labels'], 'row')} that import {meeting['earlier_id']}"
            f" ({meeting['file_name']}) has in project {shorten_quote(meeting['project'])}, as it was given with it.",
            f'Say --project "{meeting["project"]}" again.',
        )


def read_given(change: Change, importer: Importer, import_id: int) -> list[Meeting]:
    """Return the given projects that have rows of an import which names none, those with the most rows first."""
    query = INGEST_SQL["met_given.sql"].replace("fact_table", importer.kind)
    query = query.replace("slot_of_row", SLOTS[importer.kind])
    parameters: dict[str, object] = {"import_id": import_id, "source": importer.tool, "kind": importer.kind}
    return change.query(query, parameters).rows(named=True)


def check_given_otherwise(change: Change, importer: Importer, import_id: int, name: str, project: str) -> None:
    """Ask about rows that an earlier import has in another project than is given for them now, or in none."""
    query = INGEST_SQL["met_elsewhere.sql"].replace("fact_table", importer.kind)
    query = query.replace("slot_of_row", SLOTS[importer.kind])
    query = query.replace("content_value", SAID_BESIDE_SECONDS[importer.kind])
    parameters: dict[str, object] = {"import_id": import_id, "source": importer.tool, "kind": importer.kind}
    for meeting in change.query(query, parameters | {"project": project or None}).iter_rows(named=True):
        known = meeting["project"] or ""
        fewest = 1 if known and are_nearly_equal(known, project) else FEWEST_ROWS
        if meeting["equal"] < fewest or 2 * meeting["equal"] < min(meeting["incoming"], meeting["stored"]):
            continue
        number = meeting["earlier_id"]
        named = f", or --replace {number} to read all of it again with this project" if project and not known else ""
        raise ProjectNeeded(
            number,
            known,
            f"{name} has {count_noun(meeting['equal'], 'row')} of import {number} ({meeting['file_name']}), which are"
            f" there {f'in project {shorten_quote(known)}' if known else 'without a project'}. They would count twice.",
            f'If it is the same work, say --project "{known}"{named}; if it is other work, say --edited keep.',
            can_name=False,
        )


def describe_near_name(change: Change, import_id: int, project: str | None) -> str | None:
    """Return what to say of the project that was given with a file, if it is new and nearly called as a known one."""
    if not project:
        return None
    names = change.query(KNOWN_NAMES_SQL, {"import_id": import_id}).get_column("project").drop_nulls().to_list()
    near = next((known for known in names if are_nearly_equal(known, project)), None)
    if project in names or near is None:
        return None
    return (
        f"There was no project {shorten_quote(project)} yet, but there is {shorten_quote(near)}. If that is meant, undo"
        f' this import and say --project "{near}".'
    )
