"""doccano JSONL or CSV: a text, image or recording with its labels per line, a file per annotator (`<username>.jsonl`).

Nothing inside says who labeled, when or how; the file's name is the annotator, unless it is a usual name of data such
as `all.jsonl`. A CSV joins the classes of a text by `#`. The form before version 1 names a number of the user with
every label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboard.importers.contract import NO_PROJECT, Head, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, match_header
from dashboard.importers.frames.label_values import count_answers, digest_text, list_objects, read_text

LABEL_FIELDS = ("label", "labels", "entities", "relations", "cats")
SHAPE_FIELDS = {"bbox": "box", "segments": "polygon", "segmentation": "polygon"}  # of images -> kind of label
SOURCES = ("text", "filename", "data")
OWN_FIELDS = frozenset({"id", *SOURCES, *LABEL_FIELDS, "Comments", "comments", "meta", "annotation_approver"})
FOREIGN_FIELDS = frozenset({"_input_hash", "answer", "responses", "fields", "spans", "tokens", "data_row", "prompt"})
COMMON_NAMES = frozenset({"all", "data", "dataset", "export", "labels", "train", "test", "dev", "admin_export"})
LONGEST_USERNAME = 40
COPY_MARK = re.compile(r"\s*\(\d+\)$|\s+-\s+(?:copy|kopie|copie|copia)$", re.IGNORECASE)  # of a second download
NAMED_BY_FILE = "Labels whose annotator is taken from the name of the file; to name another, import it with the person"
BARE = "Texts without a label, not counted as rows"


def _is_text(record: Record) -> bool:
    if FOREIGN_FIELDS & record.keys() or not any(isinstance(record.get(name), str) for name in SOURCES):
        return False
    if isinstance(record.get("annotations"), list) and "annotation_approver" in record:
        return True
    return any(isinstance(record.get(name), list) for name in LABEL_FIELDS) or _has_shapes(record)


def _has_shapes(record: Record) -> bool:
    """Return whether an image has a list of shapes, each with its class; without any, only the comments tell."""
    lists = [record[name] for name in SHAPE_FIELDS if isinstance(record.get(name), list)]
    return bool(lists) and all(
        all(isinstance(part, dict) and "label" in part for part in parts) if parts else "Comments" in record
        for parts in lists
    )


def _matches(head: Head) -> bool:
    is_table = match_header("id", "label", "Comments")(head) and bool(set(SOURCES) & set(head.header))
    return is_table or match_records(_is_text)(head)


def _find_annotator(context: FileContext) -> str | None:
    stem = COPY_MARK.sub("", context.file.rsplit(".", 1)[0].strip())
    is_username = stem.casefold() not in COMMON_NAMES and len(stem) <= LONGEST_USERNAME
    if not is_username or context.settings.person:
        return context.name_person(None)
    context.counts[NAMED_BY_FILE] += 1
    return stem


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the label of one text; in the old form one for each user."""
    text = next((record[name] for name in SOURCES if isinstance(record.get(name), str)), None)
    item = read_text(record.get("id")) or digest_text(text)
    if "annotations" in record:
        yield from _build_old_rows(record, item, context)
        return
    label = record.get("label")
    parts = [part for part in label.split("#") if part.strip()] if isinstance(label, str) else []
    fields = [name for name in (*LABEL_FIELDS, *SHAPE_FIELDS) if isinstance(record.get(name), list)]
    parts += [part for name in fields for part in record[name]]
    if not parts:
        context.counts[BARE] += 1
        return
    yield {
        "item": item,
        "person": _find_annotator(context),
        "objects": len(parts),
        "answer": count_answers(_format_part(part) for part in parts),
        "label_kind": next((SHAPE_FIELDS[name] for name in fields if name in SHAPE_FIELDS), None)
        or ("text span" if any(isinstance(part, list | dict) for part in parts) else "class"),
    }


def _build_old_rows(record: Record, item: str, context: FileContext) -> Iterator[Row]:
    annotations = list_objects(record.get("annotations"))
    context.counts[BARE] += not annotations
    for user in dict.fromkeys(read_text(annotation.get("user")) for annotation in annotations):
        parts = [annotation for annotation in annotations if read_text(annotation.get("user")) == user]
        yield {
            "item": item,
            "person": context.name_person(user),
            "objects": len(parts),
            "answer": count_answers(_format_part(part) for part in parts),
            "label_kind": "text span" if any("start_offset" in part for part in parts) else "class",
        }


def _format_part(part: object) -> str | None:
    """Return the class of a span (`[begin, end, class]` or an object), or a class."""
    if isinstance(part, list):
        return read_text(part[-1]) if part else None
    if isinstance(part, dict):
        return read_text(part.get("label")) or read_text(part.get("type")) or read_text(part.get("text"))
    return read_text(part)


IMPORTER: Importer = LabelFormat(
    name="doccano",
    tool="doccano",
    title="doccano JSONL or CSV",
    matches=_matches,
    build_rows=build_rows,
    columns={"id": "item", "label": "answer", "labels": "answer", "entities": "answer"},
    notes=(),
    lacks=(
        "when a text was labeled",
        "how long it took",
        "who labeled it",
        "whether a label was suggested",
        NO_PROJECT,
    ),
    has_local_ids=True,
)
