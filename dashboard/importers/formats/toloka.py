"""Toloka assignments TSV: one row per task of a page, with the start and the submission of the page.

The tasks of one page share its time. By default the file holds only accepted assignments and not the submission, so
that there is no time: both must be asked for. Where the number of a task is not among the columns, its inputs tell it.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import NO_PROJECT, Importer
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, match_header
from dashboard.importers.frames.label_values import digest_text, measure_span, read_instant, read_text

OUTCOMES = {"REJECTED": "rejected", "SKIPPED": "skipped", "EXPIRED": "cancelled", "ACTIVE": "draft"}
INPUT, OUTPUT, GOLDEN = "INPUT:", "OUTPUT:", "GOLDEN:"
NO_SUBMISSION = "Assignments without ASSIGNMENT:submitted: add that column in the download to have their time"


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one task."""
    cells = {name.removeprefix("ASSIGNMENT:"): text for name, text in record.items() if name.startswith("ASSIGNMENT:")}
    answers = {name.removeprefix(OUTPUT): text for name, text in record.items() if name.startswith(OUTPUT)}
    golds = {name.removeprefix(GOLDEN): text for name, text in record.items() if name.startswith(GOLDEN)}
    compared = [answers.get(name) == text for name, text in golds.items()]
    inputs = [f"{name}: {text}" for name, text in sorted(record.items()) if name.startswith(INPUT)]
    task, assignment = read_text(cells.get("task_id")) or digest_text(*inputs), read_text(cells.get("assignment_id"))
    number = f"{assignment} {task}"
    submitted = read_instant(cells.get("submitted"))
    context.counts[NO_SUBMISSION] += submitted is None
    moment = submitted if submitted is not None else read_instant(cells.get("accepted"))
    started = read_instant(cells.get("started"))
    times = (
        measure_span(started, submitted) if submitted is not None else {"started_at": started, "finished_at": moment}
    )
    yield {
        "item": task,
        "dataset": read_text(cells.get("pool_id")),
        "native_id": number,
        "annotation": number,
        "person": context.name_person(read_text(cells.get("worker_id"))),
        "outcome": OUTCOMES.get((read_text(cells.get("status")) or "").upper(), "submitted"),
        **times,
        "gold_score": sum(compared) / len(compared) if compared else None,
        "answer": "; ".join(f"{name}: {text}" for name, text in sorted(answers.items())) or None,
        "label_kind": "; ".join(sorted(answers))[:100] or None,
    }


IMPORTER: Importer = LabelFormat(
    name="toloka",
    tool="toloka",
    title="Toloka assignments TSV",
    matches=match_header("ASSIGNMENT:assignment_id", "ASSIGNMENT:started", "ASSIGNMENT:worker_id"),
    build_rows=build_rows,
    columns={
        "ASSIGNMENT:task_id": "item",
        "ASSIGNMENT:assignment_id": "native_id",
        "ASSIGNMENT:worker_id": "person",
        "ASSIGNMENT:status": "outcome",
        "ASSIGNMENT:started": "started_at",
        "ASSIGNMENT:submitted": "finished_at",
    },
    prefixes=(INPUT, OUTPUT, GOLDEN),
    lacks=(NO_PROJECT, "whether a label began with a suggestion", "rejected assignments, unless asked for"),
)
