"""Labelbox: the NDJSON of data rows (export v2), and the JSON list or CSV of labels before it (v1).

A label of v1 is the word "Skip" where nothing was labeled; before 2019 it names the shapes by their class, and the
first of them have no moment.

Each block of v2 is there only if it was asked for: labels without `label_details` have neither person nor day, without
`performance_details` no time. Seconds of review belong to the last review of a label; without one they are an event
of their own, of nobody.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from dashboard.importers.contract import Head, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each
from dashboard.importers.frames.label_values import (
    count_answers,
    digest_text,
    find_instant,
    get_object,
    list_objects,
    mark_reported,
    read_email,
    read_instant,
    read_length,
    read_text,
)

PERCENT = 100
SKIP = "Skip"
SAME_MOMENT = 5_000_000  # microseconds
BARE = "Data rows without a label, not counted as rows"
NO_DETAILS = "Labels without label_details: ask for them in the export, to know who made them and when"


def _is_export(record: Record) -> bool:
    is_row = isinstance(record.get("data_row"), dict) and isinstance(record.get("projects"), dict)
    return is_row or _is_old_label(record.keys())


def _is_old_label(names: Collection[str]) -> bool:
    tells_work = "Created At" in names or {"Created By", "Seconds to Label"} <= set(names)
    return "Label" in names and tells_work and not {"DataRow ID", "Labeled Data"}.isdisjoint(names)


def _matches(head: Head) -> bool:
    return _is_old_label(head.header) if head.shape == "table" else match_records(_is_export)(head)


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the labels and reviews of a data row (v2), or of a label (v1)."""
    if "data_row" not in record:
        data = read_text(record.get("External ID")) or digest_text(record.get("Labeled Data"))
        place = {
            "item": read_text(record.get("DataRow ID")) or data,
            "dataset": read_text(record.get("Dataset Name")),
            "project": read_text(record.get("Project Name")),
        }
        yield from _build_label_rows(_convert_old_label(record), place, context)
        return
    data_row = get_object(record["data_row"])
    details = get_object(data_row.get("details"))
    count = 0
    for number, project in get_object(record.get("projects")).items():
        labels = get_object(project).get("labels")
        workflow = get_object(get_object(project).get("project_details"))
        place = {
            "item": read_text(data_row.get("id")) or read_text(data_row.get("global_key")),
            "dataset": read_text(details.get("dataset_name")) or read_text(details.get("dataset_id")),
            "project": read_text(get_object(project).get("name")) or number,
        }
        count += len(list_objects(labels))
        yield from _build_project_rows(list_objects(labels), workflow, place, context)
    context.counts[BARE] += count == 0


def _build_project_rows(labels: list[Any], workflow: Record, place: Row, context: FileContext) -> Iterator[Row]:
    """Yield the labels and reviews of a data row in one project; a review that a step tells too is one."""
    rows = list(build_each(labels, lambda label: _build_label_rows(label, place, context)))
    open_reviews = [row for row in rows if row.get("stage") == "review" and row["outcome"] == "submitted"]
    steps = list_objects(workflow.get("workflow_history"))
    selected = read_text(workflow.get("selected_label_id")) or (
        read_text(labels[0].get("id")) if len(labels) == 1 else None
    )
    for row in build_each(steps, lambda step: _build_step_rows(step, selected, place)):
        same = next((review for review in open_reviews if _is_same_review(review, row)), None)
        if same is None:
            rows.append(row)
        else:
            same["outcome"] = row["outcome"]
            open_reviews.remove(same)
    yield from rows


def _is_same_review(review: Row, step: Row) -> bool:
    """Return whether a step of the workflow is the verdict of a review: by the same person in the same moment."""
    reviewed, stepped = review.get("finished_at"), step.get("finished_at")
    if review.get("person") != step.get("person") or reviewed is None or stepped is None:
        return False
    return bool(abs(reviewed - stepped) <= SAME_MOMENT)


def _build_label_rows(label: Record, place: Row, context: FileContext) -> Iterator[Row]:
    details, performance = get_object(label.get("label_details")), get_object(label.get("performance_details"))
    annotations = get_object(label.get("annotations"))
    context.counts[NO_DETAILS] += not details
    parts = [*list_objects(annotations.get("objects")), *list_objects(annotations.get("classifications"))]
    author = read_text(details.get("created_by"))
    label_id = read_text(label.get("id"))
    yield {
        **place,
        **_describe_parts(parts),
        "native_id": label_id,
        "annotation": label_id,
        "person": context.name_person(author),
        "email": read_email(author),
        "outcome": "skipped" if performance.get("skipped") is True else "submitted",
        "finished_at": read_instant(details.get("created_at")),
        "changed_at": find_instant(details.get("updated_at")),
        **mark_reported(read_length(performance.get("seconds_to_create"))),
        "agreement": _read_score(performance.get("consensus_score")),
        "gold_score": _read_score(performance.get("benchmark_score")),
    }
    reviews = [
        (review.get("reviewed_at"), review.get("reviewed_by"), _read_verdict(review))
        for review in list_objects(details.get("reviews"))
    ]
    yield from _build_review_rows(reviews, performance.get("seconds_to_review"), label_id, place)


def _build_review_rows(
    reviews: list[tuple[Any, Any, str]], seconds: object, label_id: str | None, place: Row
) -> Iterator[Row]:
    """Yield the reviews of a label; the seconds go with the last one."""
    length = read_length(seconds) or None
    if not reviews and length is None:
        return
    for number, (moment, reviewer, verdict) in enumerate(reviews or [(None, None, "submitted")], start=1):
        is_last = number == max(len(reviews), 1)
        yield {
            **place,
            "native_id": label_id and f"{label_id} review {number}",
            "about": label_id,
            "stage": "review",
            "outcome": verdict,
            "person": read_text(reviewer),
            "email": read_email(reviewer),
            "finished_at": read_instant(moment),
            **mark_reported(length if is_last else None),
        }


def _build_step_rows(step: Record, selected: str | None, place: Row) -> Iterator[Row]:
    """Yield the approval or rejection of a data row in a review step of its project."""
    action = str(step.get("action") or "").casefold()
    verdict = "accepted" if action.startswith("approve") else "rejected" if action.startswith("reject") else None
    if verdict is not None:
        person = read_text(step.get("created_by"))
        yield {
            **place,
            "native_id": f"{place['project']} {place['item']} {step.get('created_at')} {action}",
            "about": selected,
            "stage": "review",
            "outcome": verdict,
            "person": person,
            "email": read_email(person),
            "finished_at": read_instant(step.get("created_at")),
        }


def _convert_old_label(record: Record) -> Record:
    """Return a label of an export before v2 under the names of v2."""
    reviews = [
        {**review, "reviewed_at": review.get("createdAt"), "reviewed_by": review.get("createdBy")}
        for review in list_objects(_parse_cell(record.get("Reviews")))
    ]
    content = _parse_cell(record.get("Label"))
    return {
        "id": record.get("ID"),
        "annotations": _convert_old_content(get_object(content)),
        "label_details": {
            "created_by": record.get("Created By"),
            "created_at": record.get("Created At"),
            "updated_at": record.get("Updated At"),
            "reviews": reviews,
        },
        "performance_details": {
            "skipped": record.get("Skipped") in (True, "true", "True") or content == SKIP,
            "seconds_to_create": record.get("Seconds to Create", record.get("Seconds to Label")),
            "seconds_to_review": record.get("Seconds to Review"),
            "consensus_score": _parse_cell(record.get("Agreement")),
            "benchmark_score": _parse_cell(record.get("Benchmark Agreement")),
        },
    }


def _parse_cell(value: object) -> object:
    """Return what a cell of a CSV holds as JSON; any other value as it is."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def _convert_old_content(content: Record) -> Record:
    """Return the shapes by class of a label before 2019 as objects, its answers as classifications."""
    if not content or {"objects", "classifications"} & content.keys():
        return content
    objects = [{"title": name, "polygon": shape} for name, value in content.items() for shape in _list_shapes(value)]
    answers = [{"title": name, "answer": {"title": value}} for name, value in content.items() if isinstance(value, str)]
    return {"objects": objects, "classifications": answers}


def _list_shapes(value: object) -> list[object]:
    return [part for part in value if isinstance(part, list | dict)] if isinstance(value, list) else []


def _read_verdict(review: Record) -> str:
    """Return what a review decided; submitted where it does not say."""
    score = review.get("score")
    if isinstance(score, int | float) and score:
        return "accepted" if score > 0 else "rejected"
    words = " ".join(str(review.get(name) or "") for name in ("review_status", "status", "label_review", "type"))
    words = words.casefold()
    return "accepted" if "approve" in words else "rejected" if "reject" in words else "submitted"


def _read_score(value: object) -> float | None:
    """Return an agreement as a share; -1 stands for none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= PERCENT:
        return None
    return value / PERCENT if value > 1 else float(value)


def _describe_parts(parts: list[Any]) -> Row:
    """Return how many objects and classifications a label has, of which kind, and the answer."""
    kinds = {_find_kind(part) for part in parts} - {None}
    return {
        "objects": len(parts),
        "label_kind": "; ".join(sorted(filter(None, kinds))) or None,
        "answer": count_answers(_format_part(part) for part in parts),
    }


def _find_kind(part: Record) -> str | None:
    kind = read_text(part.get("annotation_kind"))
    if kind:
        return kind
    shapes = {"bbox": "box", "bounding_box": "box", "polygon": "polygon", "point": "point", "line": "line"}
    shapes |= {"mask": "mask", "instanceURI": "mask", "data": "text span", "answer": "class", "answers": "class"}
    shapes |= {"radio_answer": "class", "checklist_answers": "class", "text_answer": "text"}
    return next((kind for name, kind in shapes.items() if name in part), None)


def _format_part(part: Record) -> str | None:
    name = read_text(part.get("name")) or read_text(part.get("title")) or read_text(part.get("value"))
    answers = [part.get("radio_answer"), part.get("answer")]
    answers += [*list_objects(part.get("checklist_answers")), *list_objects(part.get("answers"))]
    values = [
        read_text(answer.get("name")) or read_text(answer.get("title")) or read_text(answer.get("value"))
        for answer in answers
        if isinstance(answer, dict)
    ]
    texts = ", ".join(sorted(filter(None, values)))
    return f"{name}: {texts}" if name and texts else name


IMPORTER: Importer = LabelFormat(
    name="labelbox",
    tool="labelbox",
    title="Labelbox NDJSON (v2), JSON or CSV (v1)",
    matches=_matches,
    build_rows=build_rows,
    columns={
        "data_row.id": "item",
        "label_details.created_by": "person",
        "label_details.created_at": "finished_at",
        "performance_details.seconds_to_create": "milliseconds",
        "performance_details.seconds_to_review": "milliseconds",
        "performance_details.skipped": "outcome",
        "performance_details.consensus_score": "agreement",
        "performance_details.benchmark_score": "gold_score",
        "label_details.reviews": "stage",
        "annotations": "objects",
        "ID": "native_id",
        "DataRow ID": "item",
        "External ID": "item",
        "Label": "objects",
        "Created By": "person",
        "Created At": "finished_at",
        "Updated At": "changed_at",
        "Project Name": "project",
        "Dataset Name": "dataset",
        "Seconds to Label": "milliseconds",
        "Seconds to Create": "milliseconds",
        "Seconds to Review": "milliseconds",
        "Agreement": "agreement",
        "Benchmark Agreement": "gold_score",
        "Reviews": "stage",
        "Skipped": "outcome",
    },
    lacks=("whether a label began with a suggestion",),
)
