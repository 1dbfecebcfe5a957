"""Amazon Mechanical Turk batch results: one row per assignment.

The time is that from accepting to submitting, which is what WorkTimeInSeconds holds too; it includes idle time, and
assignments that a worker had open together share it. Clock times name their zone by an abbreviation of the American
west coast. The table of a published crowd data set with the same columns under other names is read too, and the JSON
of the command line or boto3 (`list-assignments-for-hit`), in which the answers of an assignment are XML in one field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape

from dashboard.importers.columns.dates import MONTHS_IN_ENGLISH
from dashboard.importers.contract import NO_DATE, Head, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each, match_header
from dashboard.importers.frames.label_values import (
    OPEN_RULE,
    BadRecordError,
    list_objects,
    mark_reported,
    measure_span,
    read_instant,
    read_length,
    read_text,
)

OFFSETS = {"PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CST": -6, "CDT": -5, "EST": -5, "EDT": -4, "UTC": 0, "GMT": 0}
CLOCK_TIME = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{1,2}:\d{2}:\d{2}) (?:([A-Z]{3}) )?(\d{4})")
MONTHS = tuple(name.title() for name in MONTHS_IN_ENGLISH)
NO_ZONE = "a clock time without a time zone that is known"
OUTCOMES = {"rejected": "rejected", "abandoned": "cancelled", "returned": "cancelled"}
FIELDS = frozenset({"AssignmentId", "WorkerId", "HITId", "AcceptTime"})
ANSWER = re.compile(r"<Answer>(.*?)</Answer>", re.DOTALL)
QUESTION = re.compile(r"<QuestionIdentifier>(.*?)</QuestionIdentifier>", re.DOTALL)
CONTENT = re.compile(r"<(FreeText|SelectionIdentifier|OtherSelectionText|UploadedFileKey)>(.*?)</\1>", re.DOTALL)
EMPTY_PAGES = "Pages without an assignment, not counted as rows"
OLD_NAMES = {  # of a data set's table -> of the batch results
    "!amt_annotation_ids": "AssignmentId",
    "!amt_worker_ids": "WorkerId",
    "orig_id": "HITId",
    "response": "Answer.response",
    "start": "AcceptTime",
    "end": "SubmitTime",
}


def parse_clock_time(text: object) -> int | None:
    """Return microseconds since 1970 of `Wed Oct 25 06:27:55 PDT 2017`, of ISO text, or of seconds since 1970.

    Raises:
        BadRecordError: it is neither, or its zone is not known.
    """
    match = CLOCK_TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        return read_instant(text)
    month, day, clock, zone, year = match.groups()
    if month not in MONTHS or zone not in OFFSETS:
        raise BadRecordError(NO_ZONE if month in MONTHS else NO_DATE)
    try:
        local = datetime.fromisoformat(f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}T{clock:0>8}")
    except ValueError as error:
        raise BadRecordError(NO_DATE) from error
    return read_instant((local.replace(tzinfo=UTC) - timedelta(hours=OFFSETS[zone])).isoformat())


def _is_page(record: Record) -> bool:
    page = record.get("Assignments")
    return isinstance(page, list) and all(_is_assignment(assignment) for assignment in page)


def _is_assignment(record: object) -> bool:
    return isinstance(record, Mapping) and record.keys() >= FIELDS


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one assignment, or of every one of a page."""
    if context.head.shape == "table":
        yield from _build_assignment(record, context)
        return
    page = list_objects(record.get("Assignments")) if "Assignments" in record else [record]
    context.counts[EMPTY_PAGES] += not page
    yield from build_each(page, lambda assignment: _build_assignment(_list_cells(assignment), context))


def _list_cells(assignment: Record) -> Record:
    """Return an assignment as the cells of a batch."""
    cells = {name: value for name, value in assignment.items() if name != "Answer" and value is not None}
    for answer in ANSWER.findall(str(assignment.get("Answer") or "")):
        question = QUESTION.search(answer)
        texts = [unescape(text).strip() for _, text in CONTENT.findall(answer)]
        if question and any(texts):
            cells[f"Answer.{unescape(question[1]).strip()}"] = "|".join(texts)
    return cells


def _build_assignment(record: Record, context: FileContext) -> Iterator[Row]:
    cells = {OLD_NAMES.get(name, name): text for name, text in record.items()}
    answers = {name: text for name, text in cells.items() if name.startswith("Answer.")}
    number = read_text(cells.get("AssignmentId"))
    worker = read_text(cells.get("WorkerId"))
    begun, ended = parse_clock_time(cells.get("AcceptTime")), parse_clock_time(cells.get("SubmitTime"))
    span = measure_span(begun, ended)
    if "milliseconds" not in span:
        span |= mark_reported(read_length(cells.get("WorkTimeInSeconds")), OPEN_RULE)
    status = (read_text(cells.get("AssignmentStatus")) or "").casefold()
    yield {
        "item": read_text(cells.get("HITId")),
        "project": read_text(cells.get("Title")),
        "dataset": read_text(cells.get("HITTypeId")),
        "native_id": number,
        "annotation": number,
        "person": context.name_person(worker),
        "outcome": OUTCOMES.get(status, "submitted"),
        **span,
        "answer": _format_answers(answers),
        "label_kind": "; ".join(sorted(name.removeprefix("Answer.") for name in answers))[:100] or None,
    }


def _format_answers(answers: Record) -> str | None:
    """Return the answer of an assignment; the name of its field only where there are several."""
    if len(answers) == 1:
        return read_text(next(iter(answers.values())))
    named = (f"{name.removeprefix('Answer.')}: {text.strip()}" for name, text in sorted(answers.items()))
    return "; ".join(named) or None


def _matches(head: Head) -> bool:
    is_batch = match_header("HITId", "AssignmentId", "WorkerId", "AcceptTime", "SubmitTime")
    is_listed = match_records(lambda record: _is_page(record) or _is_assignment(record))
    return is_batch(head) or match_header(*OLD_NAMES)(head) or is_listed(head)


IMPORTER: Importer = LabelFormat(
    name="mturk",
    tool="mturk",
    title="Amazon Mechanical Turk batch results CSV or assignments JSON",
    matches=_matches,
    build_rows=build_rows,
    columns={
        "HITId": "item",
        "HITTypeId": "dataset",
        "Title": "project",
        "AssignmentId": "native_id",
        "WorkerId": "person",
        "AssignmentStatus": "outcome",
        "AcceptTime": "started_at",
        "SubmitTime": "finished_at",
        "WorkTimeInSeconds": "milliseconds",
        "!amt_annotation_ids": "native_id",
        "!amt_worker_ids": "person",
        "orig_id": "item",
        "response": "answer",
        "start": "started_at",
        "end": "finished_at",
    },
    prefixes=("Answer.",),
    lacks=("whether a label began with a suggestion", "idle time within an assignment"),
)
