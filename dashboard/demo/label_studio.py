"""Labels as Label Studio exports them: a list of tasks with annotations and the prediction they came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random

from dashboard.demo.items import Item
from dashboard.demo.reviews import Review
from dashboard.demo.team import Member, dice

MODELS = {"CR": "contract-ner-v2", "ST": "triage-llm-v1"}
SPANS = (
    ("Party", "Halden Legal GmbH"),
    ("Date", "14 March"),
    ("Amount", "EUR 12,400"),
    ("Term", "24 months"),
    ("Place", "Norrby"),
)
CONFUSED = {"Party": "Place", "Date": "Term", "Amount": "Term", "Term": "Date", "Place": "Party"}
MISTAKEN = 0.04  # part of the labels in which one class is taken for another, by people and models alike


def write_label_studio(path: Path, found: list[Item], reviews: Mapping[int, Sequence[Review]]) -> None:
    """Write one project as a snapshot export, one task a line inside the list; `reviews` by number of the item."""
    compact = json.JSONEncoder(separators=(",", ":"))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for place, item in enumerate(found):
            file.write(("[" if place == 0 else ",\n") + compact.encode(_task(item, reviews.get(item.number, ()))))
        file.write("]\n" if found else "[]\n")


def classes_given(count: int, roll: Random) -> list[str]:
    """Return the classes of so many spans as they are given; at times one is mistaken for another."""
    classes = [SPANS[place % len(SPANS)][0] for place in range(count)]
    if roll.random() < MISTAKEN:
        place = roll.randrange(count)
        classes[place] = CONFUSED[classes[place]]
    return classes


def _task(item: Item, reviews: Sequence[Review]) -> dict[str, object]:
    prediction = None if item.suggestion == "none" else _prediction(item)
    return {
        "id": item.project.number * 100_000 + item.number,
        "annotations": [{**_annotation(item, prediction), "reviews": [_review(item, one) for one in reviews]}],
        "drafts": [],
        "predictions": [] if prediction is None else [prediction],
        "data": {"text": f"{item.project.item} {item.number}", "batch": item.batch},
        "meta": {},
        "created_at": _stamp(item.started_at),
        "updated_at": _stamp(item.finished_at),
        "inner_id": item.number,
        "total_annotations": 0 if item.was_skipped else 1,
        "cancelled_annotations": 1 if item.was_skipped else 0,
        "total_predictions": 0 if prediction is None else 1,
        "project": item.project.number,
        "updated_by": item.member.number,
    }


def _annotation(item: Item, prediction: dict[str, object] | None) -> dict[str, object]:
    number = item.project.number * 100_000 + item.number
    return {
        "id": number,
        "completed_by": _who(item.member),
        "result": [] if item.was_skipped else _regions(item),
        "was_cancelled": item.was_skipped,
        "ground_truth": False,
        "created_at": _stamp(item.finished_at),
        "updated_at": _stamp(item.finished_at),
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


def _review(item: Item, review: Review) -> dict[str, object]:
    number = item.project.number * 100_000 + item.number
    return {
        "id": 2 * number + (review.outcome == "accepted"),
        "created_by": _who(review.reviewer),
        "created_at": _stamp(review.at),
        "accepted": review.outcome != "rejected",
        "fixed_annotation_history": number if review.outcome == "fixed" else None,
    }


def _who(member: Member) -> dict[str, object]:
    first, last = member.name.split()
    return {"id": member.number, "email": member.email, "first_name": first, "last_name": last}


def _prediction(item: Item) -> dict[str, object]:
    number = item.project.number * 100_000 + item.number
    return {
        "id": number,
        "result": [_suggested(item, place, name) for place, name in enumerate(_classes(item))],
        "model_version": MODELS[item.project.key],
        "score": 0.5 + 0.5 * item.kept / item.objects,
        "created_at": _stamp(item.started_at),
        "task": number,
        "project": item.project.number,
    }


def _regions(item: Item) -> list[dict[str, object]]:
    own = "manual" if item.suggestion == "none" else "prediction-changed"
    return [
        _span(place, 0, "prediction" if place < item.kept else own, name) for place, name in enumerate(_classes(item))
    ]


def _classes(item: Item) -> list[str]:
    return classes_given(item.objects, dice(item.number, "classes", item.project.key))


def _suggested(item: Item, place: int, name: str) -> dict[str, object]:
    """Return what the model proposed: two characters off where the person had to change it."""
    return _span(place, 0 if place < item.kept else 2, None, name)


@cache
def _span(place: int, shift: int, origin: str | None, label: str) -> dict[str, object]:
    text = SPANS[place][1]
    start = 40 * place
    value = {"start": start + shift, "end": start + len(text), "text": text[shift:], "labels": [label]}
    span: dict[str, object] = {
        "id": f"r{place}",
        "from_name": "ner",
        "to_name": "text",
        "type": "labels",
        "value": value,
    }
    return span if origin is None else {**span, "origin": origin}


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
