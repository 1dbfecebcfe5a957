"""V7 Darwin JSON 2.0 or 1.0: one file per item, with its annotations and, if asked for, annotators and reviewers.

One row per item and annotator, and one per item and reviewer; neither has a day or a time.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import count_answers, get_object, list_objects, read_email, read_text

BARE = "Items without an annotation, not counted as rows"
SHAPES = ("bounding_box", "polygon", "mask", "keypoint", "line", "skeleton", "cuboid", "ellipse", "tag")
RASTER_LAYER = "raster_layer"  # the pixels of all masks of an item, not an object of its own


def _is_item(record: Record) -> bool:
    if not isinstance(record.get("annotations"), list):
        return False
    if _is_first_version(record):
        return True
    return isinstance(record.get("item"), dict) and (
        "schema_ref" in record or str(record.get("version", "")).startswith("2.")
    )


def _is_first_version(record: Record) -> bool:
    return isinstance(record.get("dataset"), str) and "workview_url" in get_object(record.get("image"))


def _list_people(part: Record, field: str) -> list[tuple[str | None, str | None]]:
    """Return names and e-mails."""
    people = list_objects(part.get(field))
    return [
        (read_text(person.get("full_name")) or read_text(person.get("email")), read_email(person.get("email")))
        for person in people
    ]


def _describe_place(record: Record, context: FileContext) -> Row:
    """Return the item, its data set, and the team as its project; version 1.0 names only the data set."""
    if _is_first_version(record):
        image = get_object(record.get("image"))
        name = read_text(image.get("original_filename")) or read_text(image.get("filename"))
        dataset_name = read_text(record.get("dataset"))
        return {"item": name or context.name_item(record), "dataset": dataset_name, "project": dataset_name}
    item = get_object(record.get("item"))
    origin = get_object(item.get("source_info"))
    dataset, team = get_object(origin.get("dataset")), get_object(origin.get("team"))
    name = read_text(origin.get("item_id")) or read_text(item.get("name")) or context.name_item(record)
    return {"item": name, "dataset": read_text(dataset.get("name")), "project": read_text(team.get("name"))}


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the rows of one item."""
    parts = [part for part in list_objects(record.get("annotations")) if RASTER_LAYER not in part]
    context.counts[BARE] += not parts
    place = _describe_place(record, context)
    name = place["item"]
    makers = list(
        dict.fromkeys(person for part in parts for person in _list_people(part, "annotators") or [(None, None)])
    )
    for person, email in makers:
        own = [part for part in parts if (person, email) in (_list_people(part, "annotators") or [(None, None)])]
        kinds = sorted({shape for part in own for shape in SHAPES if shape in part})
        is_suggested = any("inference" in part for part in own)
        yield {
            **place,
            "native_id": f"{name} {email or person or ''}".strip(),
            "person": context.name_person(person),
            "email": email,
            "method": "pre-annotated" if is_suggested else "unknown",
            "objects": len(own),
            "label_kind": "; ".join(kinds) or None,
            "answer": count_answers(read_text(part.get("name")) for part in own),
        }
    for person, email in dict.fromkeys(person for part in parts for person in _list_people(part, "reviewers")):
        yield {
            **place,
            "native_id": f"{name} review {email or person}",
            "person": person,
            "email": email,
            "stage": "review",
        }


IMPORTER: Importer = LabelFormat(
    name="v7",
    tool="v7",
    title="V7 Darwin JSON",
    matches=match_records(_is_item),
    build_rows=build_rows,
    columns={
        "item.name": "item",
        "item.source_info.dataset": "dataset",
        "annotations.annotators": "person",
        "annotations.reviewers": "stage",
        "annotations": "objects",
    },
    notes=(),
    lacks=("when an item was labeled", "how long it took", "what a review decided"),
    has_item_files=True,
)
