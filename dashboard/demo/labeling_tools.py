"""The demo's labels, as two labeling tools would export them.

CVAT's analytics: one row per event, UTC without offset, working time in milliseconds.
Label Studio: a list of tasks with annotations and their predictions.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from dashboard.demo.items import Item, Review
from dashboard.demo.team import Member, make_rng

EVENT_COLUMNS = (
    "scope,obj_name,obj_id,obj_val,source,timestamp,count,duration,project_id,task_id,job_id,user_id,user_name,"
    "user_email,org_id,org_slug,payload"
)
SHAPES_PER_OBJECT = 12  # boxes drawn per object of an item
REPORT_SECONDS = 600.0  # the client reports working time about every ten minutes


def write_cvat(path: Path, items: list[Item]) -> None:
    """Write one project's events: each item is a job that is worked on, saved and completed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(EVENT_COLUMNS.split(","))
        for item in items:
            writer.writerows(_build_events(item))


def _build_events(item: Item) -> Iterator[list[object]]:
    if item.number == 1:
        yield _build_row(item, item.started_at, "load:job", "client")
    if item.suggestion != "none":
        called_at = item.started_at + timedelta(seconds=2)
        yield _build_row(item, called_at, "call:function", "server", payload='{"function": {"id": "signs-detector"}}')
        if item.suggestion == "edited":  # wrong boxes, which the person then deletes
            yield _build_row(item, called_at, "create:shapes", "server", count=item.objects * SHAPES_PER_OBJECT // 3)
    reported = 0.0
    while reported < item.seconds:
        slice_seconds = min(REPORT_SECONDS, item.seconds - reported)
        reported += slice_seconds
        payload = f'{{"working_time": {round(slice_seconds * 1000)}, "username": "{item.member.login}"}}'
        reported_at = item.started_at + timedelta(seconds=reported)
        yield _build_row(item, reported_at, "send:working_time", "server", payload=payload)
    if item.was_skipped:
        return
    shape_count = item.objects * SHAPES_PER_OBJECT
    if item.suggestion == "edited":
        yield _build_row(item, item.finished_at, "delete:shapes", "server", count=shape_count // 3)
    yield _build_row(item, item.finished_at, "create:shapes", "server", count=shape_count)
    yield _build_row(item, item.finished_at, "update:job", "server", name="state", value="completed")


def _build_row(
    item: Item,
    event_at: datetime,
    scope: str,
    source: str,
    *,
    name: str = "",
    value: str = "",
    count: int | str = "",
    payload: str = "",
) -> list[object]:
    job = item.project.number * 100_000 + item.number
    timestamp = event_at.isoformat(" ", "milliseconds").removesuffix("+00:00")
    cells = (scope, name, "", value, source, timestamp, count, 0, item.project.number, item.batch, job)
    return [*cells, item.member.number, item.member.login, item.member.email, 1, "lumen", payload]


MODEL_VERSIONS = {"CR": "contract-ner-v2", "ST": "triage-llm-v1"}
SPANS = (
    ("Party", "Halden Legal GmbH"),
    ("Date", "14 March"),
    ("Amount", "EUR 12,400"),
    ("Term", "24 months"),
    ("Place", "Norrby"),
)
CONFUSED_CLASSES = {"Party": "Place", "Date": "Term", "Amount": "Term", "Term": "Date", "Place": "Party"}
MISTAKEN_SHARE = 0.04  # share of the labels in which people or models mistake one class for another


def write_label_studio(path: Path, items: list[Item], reviews: Mapping[int, Sequence[Review]]) -> None:
    """Write one project as a snapshot export with one task per line; `reviews` by item number."""
    compact = json.JSONEncoder(separators=(",", ":"))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for index, item in enumerate(items):
            file.write(("[" if index == 0 else ",\n") + compact.encode(_build_task(item, reviews.get(item.number, ()))))
        file.write("]\n" if items else "[]\n")


def draw_classes(count: int, rng: Random) -> list[str]:
    """Return the annotated classes of `count` spans; at times one is mistaken for another."""
    classes = [SPANS[index % len(SPANS)][0] for index in range(count)]
    if rng.random() < MISTAKEN_SHARE:
        index = rng.randrange(count)
        classes[index] = CONFUSED_CLASSES[classes[index]]
    return classes


def _build_task(item: Item, reviews: Sequence[Review]) -> dict[str, object]:
    prediction = None if item.suggestion == "none" else _build_prediction(item)
    return {
        "id": item.project.number * 100_000 + item.number,
        "annotations": [
            {**_build_annotation(item, prediction), "reviews": [_build_review(item, review) for review in reviews]}
        ],
        "drafts": [],
        "predictions": [] if prediction is None else [prediction],
        "data": {"text": f"{item.project.item} {item.number}", "batch": item.batch},
        "meta": {},
        "created_at": _format_instant(item.started_at),
        "updated_at": _format_instant(item.finished_at),
        "inner_id": item.number,
        "total_annotations": 0 if item.was_skipped else 1,
        "cancelled_annotations": 1 if item.was_skipped else 0,
        "total_predictions": 0 if prediction is None else 1,
        "project": item.project.number,
        "updated_by": item.member.number,
    }


def _build_annotation(item: Item, prediction: dict[str, object] | None) -> dict[str, object]:
    number = item.project.number * 100_000 + item.number
    return {
        "id": number,
        "completed_by": _build_user(item.member),
        "result": [] if item.was_skipped else _build_regions(item),
        "was_cancelled": item.was_skipped,
        "ground_truth": False,
        "created_at": _format_instant(item.finished_at),
        "updated_at": _format_instant(item.finished_at),
        "draft_created_at": None,
        "lead_time": item.seconds,
        "prediction": prediction or {},
        "result_count": 0 if item.was_skipped else item.objects,
        "unique_id": f"00000000-0000-4000-8000-{number:012d}",
        "last_action": None,
        "bulk_created": False,
        "task": number,
        "project": item.project.number,
        "parent_prediction": None if prediction is None else number,
        "parent_annotation": None,
    }


def _build_review(item: Item, review: Review) -> dict[str, object]:
    number = item.project.number * 100_000 + item.number
    return {
        "id": 2 * number + (review.outcome == "accepted"),
        "created_by": _build_user(review.reviewer),
        "created_at": _format_instant(review.at),
        "accepted": review.outcome != "rejected",
        "fixed_annotation_history": number if review.outcome == "fixed" else None,
    }


def _build_user(member: Member) -> dict[str, object]:
    first, last = member.name.split()
    return {"id": member.number, "email": member.email, "first_name": first, "last_name": last}


def _build_prediction(item: Item) -> dict[str, object]:
    number = item.project.number * 100_000 + item.number
    return {
        "id": number,
        "result": [_build_suggestion(item, index, name) for index, name in enumerate(_draw_item_classes(item))],
        "model_version": MODEL_VERSIONS[item.project.key],
        "score": 0.5 + 0.5 * item.kept / item.objects,
        "created_at": _format_instant(item.started_at),
        "task": number,
        "project": item.project.number,
    }


def _build_regions(item: Item) -> list[dict[str, object]]:
    changed_origin = "manual" if item.suggestion == "none" else "prediction-changed"
    return [
        _build_span(index, 0, "prediction" if index < item.kept else changed_origin, name)
        for index, name in enumerate(_draw_item_classes(item))
    ]


def _draw_item_classes(item: Item) -> list[str]:
    return draw_classes(item.objects, make_rng(item.number, "classes", item.project.key))


def _build_suggestion(item: Item, index: int, name: str) -> dict[str, object]:
    """Return the span the model proposed: two characters off if the person had to change it."""
    return _build_span(index, 0 if index < item.kept else 2, None, name)


@cache
def _build_span(index: int, shift: int, origin: str | None, label: str) -> dict[str, object]:
    text = SPANS[index][1]
    start = 40 * index
    value = {"start": start + shift, "end": start + len(text), "text": text[shift:], "labels": [label]}
    span: dict[str, object] = {
        "id": f"r{index}",
        "from_name": "ner",
        "to_name": "text",
        "type": "labels",
        "value": value,
    }
    return span if origin is None else {**span, "origin": origin}


def _format_instant(instant: datetime) -> str:
    return instant.isoformat(timespec="microseconds").replace("+00:00", "Z")
