"""Prodigy JSONL (`db-out`): answers with the moment of submission, and no time.

The item is the input (`_input_hash`), so that it is known again in other datasets; the person is `_annotator_id`, else
the name in `_session_id`. A rejected task is an answer where the question was yes or no, else work without output.
A span that keeps the `source` of a model or the `pattern` of a rule was suggested; a changed one loses it, and
pre-selected classes leave no trace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboard.importers.contract import NO_PROJECT, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import (
    count_answers,
    digest_text,
    list_objects,
    mark_stamped,
    read_instant,
    read_text,
)

ANSWERS = {"accept": "submitted", "reject": "rejected", "ignore": "skipped"}
BINARY_VIEWS = frozenset({"classification", "binary", "text", "image", "html", "ner", "pos", "dep", "compare"})
SESSION_START = re.compile(r"\d{4}-\d{2}-\d{2}_\d{2}-\d{2}-\d{2}")
OLD = "Answers without a moment, as before Prodigy 1.11: they have no day and no time"


def _is_answer(record: Record) -> bool:
    return {"_input_hash", "_task_hash"} <= record.keys() and "answer" in record


def _find_person(record: Record) -> str | None:
    """Return the annotator; a session that is only the moment of its start names nobody."""
    for name in ("_annotator_id", "_session_id"):
        text = read_text(record.get(name))
        if text and not SESSION_START.fullmatch(text):
            return text
    return None


def _is_binary(record: Record) -> bool:
    has_choice = "options" in record or "accept" in record
    view = read_text(record.get("_view_id"))
    return not has_choice and (record.get("_is_binary") is True or view in BINARY_VIEWS)


def _describe_answer(record: Record, outcome: str) -> Row:
    """Return how many objects a label has, of which kind, and the answer."""
    view = read_text(record.get("_view_id"))
    if outcome != "submitted":
        return {"label_kind": view}
    if _is_binary(record):
        subject = read_text(record.get("label")) or count_answers(
            read_text(span.get("label")) for span in list_objects(record.get("spans"))
        )
        return {"label_kind": view, "objects": 1, "answer": f"{subject}: {record['answer']}"}
    parts = [read_text(part.get("label")) for name in ("spans", "relations") for part in list_objects(record.get(name))]
    choices = record.get("accept")
    parts += [read_text(choice) for choice in choices] if isinstance(choices, list) else []
    if not any(name in record for name in ("spans", "relations", "accept")):
        return {"label_kind": view}
    return {"label_kind": view, "objects": len(parts), "answer": count_answers(parts)}


def _describe_origin(record: Record) -> Row:
    """Return whether a model or rule suggested spans, and which; what a person changed has lost the trace."""
    spans = list_objects(record.get("spans"))
    sources = {read_text(span.get("source")) or ("pattern" if "pattern" in span else None) for span in spans}
    names = sorted(source for source in sources if source)
    if not names:
        return {"method": "unknown", "suggestion": "unknown"}
    suggestion = "edited" if None in sources else "unknown"
    return {"method": "pre-annotated", "suggestion": suggestion, "model": "; ".join(names)}


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the event of one answer."""
    answer = read_text(record.get("answer")) or ""
    outcome = ANSWERS.get(answer)
    if outcome is None:
        yield {"_reason": "answer is not accept, reject or ignore"}
        return
    if outcome == "rejected" and _is_binary(record):
        outcome = "submitted"
    stamp = record.get("_timestamp")
    finished = read_instant(stamp)
    context.counts[OLD] += finished is None
    is_review = "sessions" in record or record.get("_view_id") == "review"
    person = _find_person(record)
    number = digest_text(record.get("_input_hash"), record.get("_task_hash"), stamp, person)
    yield {
        "item": read_text(record.get("_input_hash")),
        "dataset": read_text(record.get("dataset")),
        "native_id": number,
        "annotation": None if is_review else number,
        "person": context.name_person(person),
        "stage": "adjudicate" if is_review else "annotate",
        "outcome": outcome,
        **_describe_origin(record),
        **_describe_answer(record, outcome),
        **mark_stamped(finished),
    }


IMPORTER: Importer = LabelFormat(
    name="prodigy",
    tool="prodigy",
    title="Prodigy JSONL",
    matches=match_records(_is_answer),
    build_rows=build_rows,
    columns={
        "_input_hash": "item",
        "_task_hash": "native_id",
        "_annotator_id": "person",
        "_session_id": "person",
        "_timestamp": "finished_at",
        "_view_id": "label_kind",
        "answer": "outcome",
        "accept": "answer",
        "spans": "objects",
    },
    lacks=("how long a label took", "whether classes were pre-selected", NO_PROJECT),
    has_local_ids=True,
)
