"""Supervisely annotation JSON: one file per image, with its objects and tags, who made each, and when.

The item is the file's own name; in the archive of a project, after that of its data set. `nnCreated` marks an object
that a network made. Times are moments only.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import NO_PROJECT, Importer, match_records
from dashboard.importers.frames.label_records import (
    FileContext,
    LabelFormat,
    Record,
    Row,
    build_each,
)
from dashboard.importers.frames.label_values import (
    digest_text,
    find_instant,
    list_objects,
    mark_stamped,
    read_email,
    read_instant,
    read_text,
)

IMAGE_FIELDS = frozenset({"size", "objects", "tags"})
BARE = "Images without an object or tag, not counted as rows"


def _is_image(record: Record) -> bool:
    parts = [*list_objects(record.get("objects")), *list_objects(record.get("tags"))]
    return record.keys() >= IMAGE_FIELDS and all("labelerLogin" in part for part in parts)


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the objects and tags of one image."""
    parts = [*list_objects(record.get("objects")), *list_objects(record.get("tags"))]
    context.counts[BARE] += not parts
    folder, _, image = context.name_item(record).removesuffix(".json").rpartition("/")
    dataset = folder.removesuffix("/ann").rpartition("/")[2] or None
    yield from build_each(parts, lambda part: [_describe_part(part, image, dataset, context)])


def _describe_part(part: Record, image: str, dataset: str | None, context: FileContext) -> Row:
    login = read_text(part.get("labelerLogin"))
    created, updated = read_instant(part.get("createdAt")), find_instant(part.get("updatedAt"))
    is_suggested = part.get("nnCreated") is True
    is_edited = created is not None and updated is not None and updated > created
    kind = read_text(part.get("geometryType")) or "tag"
    return {
        "item": f"{dataset}/{image}" if dataset else image,
        "dataset": dataset,
        "native_id": digest_text(image, kind, part.get("id"), part.get("createdAt")),
        "person": context.name_person(login),
        "email": read_email(login),
        "method": "pre-annotated" if is_suggested else "unknown",
        "suggestion": "edited" if is_suggested and is_edited else "unknown",
        "objects": 1,
        "label_kind": kind,
        **mark_stamped(created),
        "changed_at": updated,
    }


IMPORTER: Importer = LabelFormat(
    name="supervisely",
    tool="supervisely",
    title="Supervisely annotation JSON",
    matches=match_records(_is_image),
    build_rows=build_rows,
    columns={
        "objects.labelerLogin": "person",
        "objects.createdAt": "finished_at",
        "objects.updatedAt": "changed_at",
        "objects.geometryType": "label_kind",
    },
    retells=("supervisely_jobs",),
    lacks=("how long a label took", NO_PROJECT),
    has_item_files=True,
)
