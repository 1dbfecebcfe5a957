"""Datasaur time per task report, as its command line tool Robosaur writes it: a row of a file and person, timed.

The time runs from opening a row to labeling it and is added up where a person did so more than once; idle time is not
cut. A row that was labeled without being opened counts as one second. Times are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import END_BEFORE_START, Importer
from dashboard.importers.frames.label_records import UTC_DAYS, FileContext, LabelFormat, Record, Row, match_header
from dashboard.importers.frames.label_values import (
    OPEN_RULE,
    BadRecordError,
    digest_text,
    mark_reported,
    read_email,
    read_length,
    read_text,
    require_instant,
)

ITEM, PERSON, START, END, LENGTH = (
    "Row Number",
    "Team Member",
    "Start Date (UTC)",
    "End Date (UTC)",
    "Duration (minutes)",
)
MINUTE = 60
REVIEWER = "REVIEWER"
BOTH_ROLES = "LABELER_AND_REVIEWER"
NO_ITEM = "no file or row that can be told apart"
BOTH_NOTE = "Rows of people who both label and review in their project, counted as labeled"
PERIOD_NOTE = (
    "A row that a person labeled in the periods of two reports is in both with the time of each: the periods of reports"
    " should not overlap."
)


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one row of the report."""
    file, number = read_text(record.get("File ID") or record.get("File Name")), read_text(record.get(ITEM))
    if file is None or number is None:
        raise BadRecordError(NO_ITEM)
    started, finished = require_instant(record.get(START)), require_instant(record.get(END))
    if finished < started:
        raise BadRecordError(END_BEFORE_START)
    member = read_text(record.get(PERSON))
    role = str(record.get("Project Assignment Role") or record.get("Role") or "").strip().upper()
    context.counts[BOTH_NOTE] += role == BOTH_ROLES
    yield {
        "item": f"{file} row {number}",
        "dataset": read_text(record.get("File Name")),
        "project": read_text(record.get("Project Name") or record.get("Project ID")),
        "native_id": digest_text(file, number, member, started),
        "person": context.name_person(member),
        "email": read_email(member),
        "stage": "review" if role == REVIEWER else "annotate",
        "started_at": started,
        "finished_at": finished,
        **mark_reported(read_length(record.get(LENGTH), unit_seconds=MINUTE), OPEN_RULE),
    }


IMPORTER: Importer = LabelFormat(
    name="datasaur",
    tool="datasaur",
    title="Datasaur time per task report (CSV)",
    matches=match_header(ITEM, PERSON, START, END, LENGTH),
    build_rows=build_rows,
    columns={
        "Project ID": "project",
        "Project Name": "project",
        "File ID": "item",
        "File Name": "dataset",
        ITEM: "item",
        PERSON: "person",
        "Role": "stage",
        "Project Assignment Role": "stage",
        START: "started_at",
        END: "finished_at",
        LENGTH: "milliseconds",
    },
    notes=(UTC_DAYS, PERIOD_NOTE),
    lacks=("whether a label began with a suggestion", "what a review decided"),
)
