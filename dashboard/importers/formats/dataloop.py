"""Dataloop: the annotations of an item or of several, each with who made it and when.

`metadata.system.automated` tells a model's annotation from a person's. Times are moments only.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each
from dashboard.importers.frames.label_values import (
    digest_text,
    find_instant,
    get_object,
    list_objects,
    mark_stamped,
    read_email,
    read_instant,
    read_text,
)

BARE = "Items without an annotation, not counted as rows"


def _get_system(annotation: Record) -> Record:
    return get_object(get_object(annotation.get("metadata")).get("system"))


def _is_annotation(record: Record) -> bool:
    return {"creator", "createdAt", "metadata"} <= record.keys() and {"itemId", "datasetId"} & record.keys() != set()


def _is_item(record: Record) -> bool:
    annotations = list_objects(record.get("annotations"))
    return bool(annotations) and all(_is_annotation(annotation) for annotation in annotations)


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the annotations of an item, or the one that the record is."""
    annotations = [record] if _is_annotation(record) else list_objects(record.get("annotations"))
    context.counts[BARE] += not annotations
    yield from build_each(
        enumerate(annotations), lambda numbered: _build_annotation(numbered[1], numbered[0], record, context)
    )


def _build_annotation(annotation: Record, number: int, record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the row of one annotation."""
    system = _get_system(annotation)
    is_machine = system.get("automated") is True
    model = get_object(get_object(get_object(annotation.get("metadata")).get("user")).get("model"))
    creator = read_text(annotation.get("creator"))
    is_drawn = system.get("automated") is False and read_text(annotation.get("source")) == "ui"
    moment = read_instant(annotation.get("createdAt"))
    yield {
        "item": read_text(annotation.get("itemId")) or read_text(record.get("filename")) or context.name_item(record),
        "dataset": read_text(annotation.get("datasetId")),
        "project": read_text(system.get("taskId")),
        "native_id": digest_text(annotation.get("itemId"), annotation.get("id"), system.get("clientId"), number),
        "person": None if is_machine else context.name_person(creator),
        "email": None if is_machine else read_email(creator),
        "method": "automatic" if is_machine else "manual" if is_drawn else "unknown",
        "suggestion": "none" if is_machine or is_drawn else "unknown",
        "model": read_text(model.get("name")),
        "objects": 1,
        "label_kind": read_text(annotation.get("type")),
        **({"finished_at": moment} if is_machine else mark_stamped(moment)),
        "changed_at": find_instant(annotation.get("updatedAt")),
    }


IMPORTER: Importer = LabelFormat(
    name="dataloop",
    tool="dataloop",
    title="Dataloop item JSON",
    matches=match_records(lambda record: _is_annotation(record) or _is_item(record)),
    build_rows=build_rows,
    columns={
        "annotations.itemId": "item",
        "annotations.datasetId": "dataset",
        "annotations.creator": "person",
        "annotations.createdAt": "finished_at",
        "annotations.metadata.system.automated": "method",
        "annotations.type": "label_kind",
    },
    lacks=("how long a label took",),
    has_item_files=True,
)
