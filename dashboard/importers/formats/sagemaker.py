"""SageMaker Ground Truth: the output manifest, and the workers' responses (also of Augmented AI).

A manifest holds the label that was consolidated from the workers', without them, and the moment of consolidation,
which is no working time. The attribute's name is the job's own choice: it is the one beside its `-metadata` with a
job, a type or a creation date. Older responses hold only the moment of submission.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboard.importers.contract import Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each
from dashboard.importers.frames.label_values import (
    count_answers,
    digest_text,
    format_value,
    get_object,
    list_objects,
    mark_reported,
    mark_stamped,
    measure_span,
    read_instant,
    read_length,
    read_text,
)

SUFFIX = "-metadata"
FACTS = frozenset({"job-name", "human-annotated", "creation-date"})
ADJUSTMENTS = {"adjusted": "edited", "unadjusted": "unchanged"}
ITEM_IN_PATH = re.compile(r"iteration-\d+/([^/]+)/")
TWICE_IN_MANIFEST = (
    "Labels of people in a manifest, consolidated from the workers' responses. Where those are imported too, each item"
    " counts twice, for a manifest and a response share no number of an item or worker: keep the responses, which have"
    " who and when, and undo this import"
)
TWICE_IN_RESPONSES = (
    "Answers of workers. Where the job's output manifest is imported too, each item counts twice, for a manifest and a"
    " response share no number of an item or worker: keep this import, and undo that of the manifest"
)
BARE = "Lines without a label, not counted as rows"


def _is_line(record: Record) -> bool:
    return bool(_list_attributes(record)) and ("source-ref" in record or "source" in record)


def _list_attributes(record: Record) -> list[str]:
    return [
        name.removesuffix(SUFFIX)
        for name, value in record.items()
        if name.endswith(SUFFIX) and isinstance(value, dict) and FACTS & value.keys()
    ]


def _is_response(record: Record) -> bool:
    answers = list_objects(record.get("answers") or record.get("humanAnswers"))
    return bool(answers) and all("workerId" in answer and "submissionTime" in answer for answer in answers)


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the labels of a line of a manifest, or the answers of a response file."""
    if _is_response(record):
        yield from _build_responses(record, context)
        return
    item = read_text(record.get("source-ref")) or digest_text(record.get("source"))
    attributes = _list_attributes(record)
    context.counts[BARE] += not attributes
    yield from build_each(attributes, lambda name: _build_label(record, name, item, context))


def _build_label(record: Record, name: str, item: str | None, context: FileContext) -> Iterator[Row]:
    """Yield the row of one label of a line."""
    facts = get_object(record[name + SUFFIX])
    is_machine = str(facts.get("human-annotated")).casefold() == "no"
    adjusted = ADJUSTMENTS.get(str(facts.get("adjustment-status")))
    context.counts[TWICE_IN_MANIFEST] += not is_machine
    kind = str(facts.get("type") or "").removeprefix("groundtruth/") or None
    yield {
        "item": item,
        "project": str(facts.get("job-name") or name).removeprefix("labeling-job/"),
        "native_id": f"{name} {item}",
        "person": None if is_machine else context.name_person(None),
        "stage": "review" if kind and "verification" in kind else "annotate",
        "method": "automatic" if is_machine else "pre-annotated" if adjusted else "unknown",
        "suggestion": "none" if is_machine else adjusted or "unknown",
        "finished_at": read_instant(facts.get("creation-date")),
        "label_kind": kind,
        **_describe_content(record.get(name), facts),
    }


def _describe_content(content: object, facts: Record) -> Row:
    """Return how many objects a label has, and the answer by class names."""
    names = get_object(facts.get("class-map"))
    parts = list_objects(get_object(content).get("annotations"))
    if isinstance(content, dict) and "annotations" in content:
        classes = [read_text(part.get("class_id")) for part in parts]
        return {
            "objects": len(parts),
            "answer": count_answers(read_text(names.get(str(name))) or name for name in classes),
        }
    if isinstance(content, list):
        labels = [read_text(names.get(str(value))) or format_value(value) for value in content]
        return {"objects": len(labels), "answer": count_answers(labels)}
    return {"objects": 1, "answer": read_text(facts.get("class-name")) or format_value(content)}


def _build_responses(record: Record, context: FileContext) -> Iterator[Row]:
    path = context.name_item(record)
    match = ITEM_IN_PATH.search(path)
    item = match[1] if match else read_text(record.get("humanLoopName")) or path
    answers = list_objects(record.get("answers") or record.get("humanAnswers"))
    yield from build_each(answers, lambda answer: _build_answer(answer, item, context))


def _build_answer(answer: Record, item: str | None, context: FileContext) -> Iterator[Row]:
    """Yield the row of one answer of a worker."""
    submitted = read_instant(answer.get("submissionTime"))
    worker = read_text(answer.get("workerId"))
    seconds = read_length(answer.get("timeSpentInSeconds"))
    accepted = read_instant(answer.get("acceptanceTime"))
    times = mark_stamped(submitted) if accepted is None else measure_span(accepted, submitted)
    if seconds is not None:
        times |= mark_reported(seconds)
    context.counts[TWICE_IN_RESPONSES] += 1
    content = get_object(answer.get("answerContent"))
    number = digest_text(item, worker, answer.get("submissionTime"))
    yield {
        "item": item,
        "native_id": number,
        "annotation": number,
        "person": context.name_person(worker),
        **times,
        "label_kind": "; ".join(sorted(content))[:100] or None,
        "answer": "; ".join(f"{name}: {format_value(content[name])}" for name in sorted(content)) or None,
    }


IMPORTER: Importer = LabelFormat(
    name="sagemaker",
    tool="sagemaker",
    title="SageMaker Ground Truth manifest or worker responses",
    matches=match_records(lambda record: _is_line(record) or _is_response(record)),
    build_rows=build_rows,
    columns={
        "source-ref": "item",
        "human-annotated": "method",
        "creation-date": "finished_at",
        "job-name": "project",
        "adjustment-status": "suggestion",
        "answers.workerId": "person",
        "answers.submissionTime": "finished_at",
        "answers.acceptanceTime": "started_at",
        "answers.timeSpentInSeconds": "milliseconds",
    },
    retells=("sagemaker", "sagemaker_log"),
    lacks=("who labeled and how long it took (manifest)", "whether a label was suggested (responses)"),
    has_item_files=True,
)
