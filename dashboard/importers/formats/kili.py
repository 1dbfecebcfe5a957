"""Kili assets: each with its labels, or with the latest one.

The type of a label says how it came about: PREDICTION and INFERENCE are a model's, REVIEW is a reviewer's, AUTOSAVE
was never submitted. A label of a person beside a prediction of the asset began with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import LONGEST_SECONDS, NO_PROJECT, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each
from dashboard.importers.frames.label_values import (
    count_answers,
    digest_text,
    get_object,
    list_objects,
    mark_reported,
    mark_stamped,
    read_instant,
    read_length,
    read_text,
)
from dashboard.importers.frames.suggestion_edits import AnswerParts, describe_edit, format_content, name_outcome

MACHINE_TYPES = ("PREDICTION", "INFERENCE")
UNSTABLE = frozenset({"mid", "confidence", "score", "isKeyFrame", "labelVersion"})  # what is no part of an answer
DECIMALS = 5  # of coordinates, which are shares of the width and height
MOST_FRAMES = 10**9
BARE = "Assets without a label, not counted as rows"


def _is_asset(record: Record) -> bool:
    labels = list_objects(record.get("labels")) or [get_object(record.get("latestLabel"))]
    is_bare = {"id", "labels"} <= record.keys() and not record["labels"]
    return "externalId" in record and ("jsonMetadata" in record or "jsonResponse" in labels[0] or is_bare)


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the labels of one asset."""
    labels = list_objects(record.get("labels"))
    if not labels and isinstance(record.get("latestLabel"), dict):
        labels = [record["latestLabel"]]
    context.counts[BARE] += not labels
    item = read_text(record.get("externalId")) or read_text(record.get("id"))
    predictions = [label for label in labels if label.get("labelType") in MACHINE_TYPES]
    yield from build_each(labels, lambda label: _build_label(label, record, item, predictions, context))


def _build_label(
    label: Record, record: Record, item: str | None, predictions: list[Record], context: FileContext
) -> Iterator[Row]:
    """Yield the row of one label."""
    author = get_object(label.get("author"))
    is_machine = label in predictions
    kind = str(label.get("labelType"))
    name = " ".join(filter(None, (read_text(author.get("firstname")), read_text(author.get("lastname")))))
    email = read_text(author.get("email"))
    number = read_text(label.get("id")) or digest_text(record.get("id"), label.get("createdAt"), email, kind)
    finished = read_instant(label.get("createdAt"))
    yield {
        "item": item,
        "native_id": number,
        "annotation": None if kind == "REVIEW" else number,
        "person": None if is_machine else context.name_person(name or email or read_text(author.get("id"))),
        "email": None if is_machine else email,
        "account": None if is_machine else read_text(author.get("id")),
        "stage": "review" if kind == "REVIEW" else "annotate",
        "outcome": _find_outcome(label, kind),
        **_find_method(label, predictions),
        **({"finished_at": finished} if is_machine else _measure_time(label, finished)),
        "agreement": _read_mark(label.get("consensusMark")),
        "gold_score": _read_mark(label.get("honeypotMark")),
        **_describe_response(get_object(label.get("jsonResponse"))),
        "media_milliseconds": _find_video_length(record),
    }


def _measure_time(label: Record, finished: int | None) -> Row:
    """Return the seconds that Kili counted; without them only the completion is known."""
    seconds = label.get("totalSecondsToLabel", label.get("secondsToLabel"))
    return (
        mark_stamped(finished) if seconds is None else {"finished_at": finished} | mark_reported(read_length(seconds))
    )


def _find_outcome(label: Record, kind: str) -> str:
    if label.get("skipped") is True or label.get("isSkipped") is True:
        return "skipped"
    if kind == "AUTOSAVE":
        return "draft"
    return "rejected" if kind == "REVIEW" and label.get("isSentBackToQueue") is True else "submitted"


def _find_method(label: Record, predictions: list[Record]) -> Row:
    """Return the method, what became of the prediction, and the model."""
    if label in predictions:
        return {"method": "automatic", "suggestion": "none", "model": read_text(label.get("modelName"))}
    if not predictions:
        return {"method": "unknown", "suggestion": "unknown"}
    suggested, final = (get_object(part.get("jsonResponse")) for part in (predictions[-1], label))
    edit = describe_edit(_read_parts(suggested), _read_parts(final))
    model = read_text(predictions[-1].get("modelName"))
    return {"method": "pre-annotated", "suggestion": name_outcome(edit), "model": model, **edit}


def _list_jobs(response: Record) -> list[tuple[str, str, Record]]:
    """Return the frame of a video, the name and the content of each job of a response."""
    frames = [(name, get_object(frame)) for name, frame in response.items() if name.isdigit()]
    parts = frames or [("", response)]
    return [(number, name, get_object(job)) for number, frame in parts for name, job in frame.items()]


def _read_parts(response: Record) -> AnswerParts:
    """Return the parts of a response: objects with class and place, classes, and texts."""
    parts = AnswerParts()
    for frame, name, job in _list_jobs(response):
        for annotation in list_objects(job.get("annotations")):
            content = format_content(annotation, DECIMALS, without=UNSTABLE)
            parts.add_object((frame, name, content), has_place=True)
        for category in list_objects(job.get("categories")):
            parts.add_object((frame, name, read_text(category.get("name"))), has_place=False)
        if isinstance(job.get("text"), str):
            parts.add_text(f"{frame} {name}", job["text"])
        elif job and not {"annotations", "categories"} & job.keys():
            parts.add_object((frame, name, format_content(job, DECIMALS, without=UNSTABLE)), has_place=False)
    return parts


def _find_video_length(record: Record) -> int | None:
    """Return how long a video is: its frames at the frames per second in which they are shown."""
    facts = get_object(get_object(record.get("jsonMetadata")).get("processingParameters"))
    frames, rate = (_read_positive(facts.get(name)) for name in ("numberOfFrames", "framesPlayedPerSecond"))
    length = None if frames is None or rate is None else frames / rate
    return None if length is None or length > LONGEST_SECONDS else round(length * 1000)


def _read_positive(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < MOST_FRAMES else None  # type: ignore[operator,arg-type]


def _read_mark(value: object) -> float | None:
    is_share = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    return float(value) if is_share else None  # type: ignore[arg-type]


def _describe_response(response: Record) -> Row:
    """Return how many objects and classes a response has, by the jobs of the interface."""
    jobs = [(name, job) for _, name, job in _list_jobs(response)]
    classes: list[str | None] = []
    objects: dict[str, str | None] = {}  # an object of a video stands in each of its frames
    for _, job in jobs:
        for place, part in enumerate(list_objects(job.get("annotations"))):
            names = [read_text(category.get("name")) for category in list_objects(part.get("categories"))]
            objects[str(part.get("mid") or f"{len(objects)} {place}")] = "/".join(filter(None, names)) or None
        classes += [read_text(category.get("name")) for category in list_objects(job.get("categories"))]
    kinds = sorted({name for name, _ in jobs})
    parts = [*objects.values(), *classes]
    return {
        "objects": len(parts),
        "answer": count_answers(parts),
        "label_kind": "; ".join(kinds)[:100] or None,
    }


IMPORTER: Importer = LabelFormat(
    name="kili",
    tool="kili",
    title="Kili assets JSON",
    matches=match_records(_is_asset),
    build_rows=build_rows,
    columns={
        "externalId": "item",
        "labels.author": "person",
        "labels.createdAt": "finished_at",
        "labels.secondsToLabel": "milliseconds",
        "labels.labelType": "method",
        "labels.jsonResponse": "objects",
        "labels.consensusMark": "agreement",
        "labels.honeypotMark": "gold_score",
        "latestLabel": "person",
    },
    lacks=(NO_PROJECT, "earlier labels of an asset, where only the latest is exported"),
    has_item_files=True,
)
