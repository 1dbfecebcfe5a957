"""SuperAnnotate: one JSON per item, with its instances and who made and changed each, when.

Every instance is an event of its maker. A pre-annotated one is work of whoever changed it, else of the item's
annotator. An item without instances that is finished is one event; one that is not started is assigned. Times are
moments only. Exports of 2020 are lists: the instances of an item, named by the file, or of many, by the names in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from dashboard.importers.contract import Head, Importer, match_records
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

MACHINE_TYPES = ("preannotation", "prediction")
OPEN_STATES = ("notstarted", "inprogress", "returned")
OTHER_ENTRIES = ("meta", "comment", "tag")
NO_INSTANCE = "States, comments and tags among the instances, not counted as rows"
LIST_SUFFIX = re.compile(r"(___(objects|pixel))?\.json$")


def _is_item(record: Record) -> bool:
    metadata = record.get("metadata")
    is_item = isinstance(record.get("instances"), list) and isinstance(metadata, dict)
    return is_item and bool({"lastAction", "annotatorEmail", "qaEmail", "projectId"} & get_object(metadata).keys())


def _is_instance(record: object) -> bool:
    """Return whether an entry of a list of 2020 is an instance, or what else stands among them."""
    if not isinstance(record, Mapping):
        return False
    is_instance = "classId" in record and bool({"points", "parts", "cx"} & record.keys())
    return is_instance or record.get("type") in OTHER_ENTRIES


def _is_list_entry(record: Record) -> bool:
    """Return whether a record is an instance of a list, or the lists of many items by name."""
    if _is_instance(record):
        return True
    lists = [value for name, value in record.items() if name != "_path"]
    return bool(lists) and all(isinstance(value, list) and value and all(map(_is_instance, value)) for value in lists)


def _matches(head: Head) -> bool:
    if match_records(_is_item)(head):
        return True
    is_only_other = all(isinstance(record, Mapping) and record.get("type") in OTHER_ENTRIES for record in head.records)
    return not is_only_other and match_records(_is_list_entry)(head)


def _build_listed(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the events of instances of 2020; whether an item was finished is not told with each of them."""
    if not _is_instance(record):
        for name, instances in record.items():
            if isinstance(instances, list):
                yield from build_rows(_join_instances(name, list_objects(instances), context), context)
        return
    if record.get("type") in OTHER_ENTRIES:
        context.counts[NO_INSTANCE] += 1
        return
    name = LIST_SUFFIX.sub("", context.name_item(record).rsplit("/", 1)[-1])
    yield {"item": name, **_describe_instance(record, {}, f"{name} {record.get('classId')}", context)}


def _join_instances(name: str, entries: Sequence[Record], context: FileContext) -> Record:
    """Return the list of an item in the form of today, with what it says of the item as a whole."""
    states = [dict(entry) for entry in entries if entry.get("type") == "meta"]
    instances = [entry for entry in entries if entry.get("type") not in OTHER_ENTRIES]
    context.counts[NO_INSTANCE] += len(entries) - len(instances)
    return {"metadata": {**(states[0] if states else {}), "name": name}, "instances": instances}


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the events of the instances of one item."""
    if not _is_item(record) and "instances" not in record:
        yield from _build_listed(record, context)
        return
    metadata = get_object(record.get("metadata"))
    name = read_text(metadata.get("name")) or context.name_item(record)
    status = str(metadata.get("status") or "").casefold().replace(" ", "")
    place = {
        "item": name,
        "project": read_text(metadata.get("projectId")),
        "outcome": "skipped" if status == "skipped" else "draft" if status in OPEN_STATES else "submitted",
    }
    instances = list_objects(record.get("instances"))
    yield from build_each(
        enumerate(instances),
        lambda numbered: [{**place, **_describe_instance(numbered[1], metadata, f"{name} {numbered[0]}", context)}],
    )
    action = get_object(metadata.get("lastAction"))
    annotator = read_text(metadata.get("annotatorEmail"))
    if not instances and status == "notstarted" and annotator:
        yield {
            **place,
            "outcome": "assigned",
            "native_id": digest_text(place["project"], name),
            "person": annotator,
            "email": read_email(annotator),
            "finished_at": read_instant(action.get("timestamp")),
        }
    if not instances and place["outcome"] != "draft":
        email = annotator or read_text(action.get("email"))
        yield {
            **place,
            "native_id": digest_text(place["project"], name),
            "person": context.name_person(email),
            "email": read_email(email),
            "objects": 0,
            **mark_stamped(read_instant(action.get("timestamp"))),
        }


def _describe_instance(instance: Record, metadata: Record, key: str, context: FileContext) -> Row:
    maker, editor = get_object(instance.get("createdBy")), get_object(instance.get("updatedBy"))
    is_suggested = str(instance.get("creationType") or "").casefold() in MACHINE_TYPES
    created, updated = read_instant(instance.get("createdAt")), find_instant(instance.get("updatedAt"))
    is_edited = is_suggested and created is not None and updated is not None and updated > created
    email = read_text(maker.get("email"))
    if is_suggested:
        email = read_text(editor.get("email")) or read_text(metadata.get("annotatorEmail"))
    is_manual = str(instance.get("creationType") or "").casefold() == "manual"
    return {
        "native_id": digest_text(metadata.get("projectId"), key, instance.get("createdAt"), maker.get("email")),
        "person": context.name_person(email),
        "email": read_email(email),
        "method": "pre-annotated" if is_suggested else "manual" if is_manual else "unknown",
        "suggestion": "edited" if is_edited else "none" if is_manual else "unknown",
        "objects": 1,
        "label_kind": read_text(instance.get("type")),
        **mark_stamped(updated if is_suggested else created),
        "changed_at": updated,
    }


IMPORTER: Importer = LabelFormat(
    name="superannotate",
    tool="superannotate",
    title="SuperAnnotate item JSON",
    matches=_matches,
    build_rows=build_rows,
    columns={
        "metadata.name": "item",
        "metadata.projectId": "project",
        "metadata.status": "outcome",
        "instances.createdBy": "person",
        "instances.createdAt": "finished_at",
        "instances.creationType": "method",
    },
    lacks=("how long a label took",),
    has_item_files=True,
)
