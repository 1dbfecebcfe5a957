"""Encord labels: label rows with their data units, and each object and classification with who made it and when.

`manualAnnotation` tells what a person drew from what a model or an interpolation made. An object of a video stands in
many frames and is one object. Times are moments only.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from dashboard.importers.contract import NO_DATE, NO_PROJECT, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each
from dashboard.importers.frames.label_values import (
    BadRecordError,
    get_object,
    list_objects,
    mark_stamped,
    read_email,
    read_instant,
    read_text,
)

BARE = "Label rows without a label, not counted as rows"


def _is_label_row(record: Record) -> bool:
    return isinstance(record.get("data_units"), dict) and bool({"label_hash", "data_hash"} & record.keys())


def parse_moment(value: object) -> int | None:
    """Return microseconds since 1970 of `Tue, 05 Jan 2021 12:00:00 GMT`, or of ISO text.

    Raises:
        BadRecordError: it is neither.
    """
    if not isinstance(value, str) or "," not in value:
        return read_instant(value)
    try:
        return read_instant(parsedate_to_datetime(value.replace(" UTC", " GMT")).isoformat())
    except (ValueError, TypeError) as error:
        raise BadRecordError(NO_DATE) from error


def _list_parts(record: Record) -> Iterator[tuple[str, Record]]:
    """Yield the kind and content of the objects and classifications, those of several frames once."""
    keys: set[str] = set()
    for unit in get_object(record.get("data_units")).values():
        labels = get_object(get_object(unit).get("labels"))
        frames = [labels] if "objects" in labels or "classifications" in labels else list(labels.values())
        for frame in frames:
            for kind, name in (("objects", "objectHash"), ("classifications", "classificationHash")):
                for part in list_objects(get_object(frame).get(kind)):
                    key = f"{kind} {part.get(name)}"
                    if part.get(name) is None or key not in keys:
                        keys.add(key)
                        yield kind, part


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the objects and classifications of one label row."""
    item = read_text(record.get("data_hash")) or read_text(record.get("label_hash"))
    parts = list(_list_parts(record))
    context.counts[BARE] += not parts
    yield from build_each(parts, lambda part: _build_part(record, item, *part, context))


def _build_part(record: Record, item: str | None, kind: str, part: Record, context: FileContext) -> Iterator[Row]:
    """Yield the row of one object or classification."""
    created = parse_moment(part.get("createdAt"))
    is_manual = part.get("manualAnnotation")
    author = read_text(part.get("createdBy"))
    number = read_text(part.get("objectHash")) or read_text(part.get("classificationHash"))
    try:
        edited = parse_moment(part.get("lastEditedAt"))
    except BadRecordError:
        edited = None
    is_edited = edited is not None and created is not None and edited > created
    method = "unknown" if not isinstance(is_manual, bool) else "manual" if is_manual else "pre-annotated"
    yield {
        "item": item,
        "dataset": read_text(record.get("dataset_title")) or read_text(record.get("dataset_hash")),
        "native_id": number and f"{item} {number}",
        "person": context.name_person(author),
        "email": read_email(author),
        "method": method,
        "suggestion": {"manual": "none", "pre-annotated": "edited" if is_edited else "unknown"}.get(method, "unknown"),
        "objects": 1,
        "label_kind": read_text(part.get("shape")) or kind.removesuffix("s"),
        **mark_stamped(created),
        "changed_at": edited,
    }


IMPORTER: Importer = LabelFormat(
    name="encord",
    tool="encord",
    title="Encord labels JSON",
    matches=match_records(_is_label_row),
    build_rows=build_rows,
    columns={
        "data_hash": "item",
        "dataset_hash": "dataset",
        "objects.createdBy": "person",
        "objects.createdAt": "finished_at",
        "objects.manualAnnotation": "method",
        "objects.shape": "label_kind",
    },
    retells=("encord_time",),
    lacks=("how long a label took", NO_PROJECT),
    has_item_files=True,
)
