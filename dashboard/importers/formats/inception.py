"""INCEpTION event log (`event.log` of a project's archive): one event per line, with the moment and no time.

The item is the document. Creating, changing and deleting annotations is work of the user, of which the time is
derived from the gaps; accepted, rejected and skipped suggestions tell what became of the recommender's.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import NO_PROJECT, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import get_object, mark_stamped, read_text, require_instant

NO_EFFORT = "no labeling effort or output in this row"
CREATED = ("SpanCreatedEvent", "RelationCreatedEvent", "ChainSpanCreatedEvent", "ChainLinkCreatedEvent")
DELETED = ("SpanDeletedEvent", "RelationDeletedEvent", "ChainSpanDeletedEvent", "ChainLinkDeletedEvent")
SUGGESTIONS = {
    "RecommendationAcceptedEvent": "unchanged",
    "RecommendationRejectedEvent": "rejected",
    "RecommendationSkippedEvent": "unknown",
}
WORK = ("FeatureValueUpdatedEvent", "DocumentOpenedEvent", "SpanMovedEvent", "AnnotationStateChangeEvent")
FINISHED_STATES = frozenset({"FINISHED", "COMPLETE", "ANNOTATION_FINISHED"})


def _is_event(record: Record) -> bool:
    return {"event", "created", "user"} <= record.keys() and str(record["event"]).endswith("Event")


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the labeling event of a line; other events are rejected by their name."""
    name = str(record.get("event"))
    user, annotator = read_text(record.get("user")), read_text(record.get("annotator"))
    document = read_text(record.get("document_name"))
    details = _describe_event(name, get_object(record.get("details")))
    if details is None or document is None or user == "<SYSTEM>":
        yield {"_reason": f"{NO_EFFORT} (event {name[:60]})"}
        return
    is_curating = annotator == "CURATION_USER" or (annotator is not None and annotator != user)
    yield {
        "item": document,
        "native_id": read_text(record.get("id")) and f"{record['id']} {record.get('created')}",
        "person": context.name_person(user),
        "stage": "adjudicate" if is_curating else "annotate",
        **details,
        **mark_stamped(require_instant(record.get("created"))),
    }


def _describe_event(name: str, details: Record) -> Row | None:
    """Return what an event says of the label, None for one without labeling."""
    target = get_object(details.get("annotation")) or details
    kind = read_text(target.get("type"))
    if name in CREATED or name in DELETED:
        return {"outcome": "submitted" if name in CREATED else "deleted", "objects": 1, "label_kind": kind}
    if name in SUGGESTIONS:
        suggestion = SUGGESTIONS[name]
        outcome = "submitted" if suggestion == "unchanged" else "draft"
        return {"outcome": outcome, "method": "pre-annotated", "suggestion": suggestion, "label_kind": kind}
    if name not in WORK:
        return None
    state = str(details.get("annotatorState") or details.get("state") or "")
    return {"outcome": "submitted" if state in FINISHED_STATES else "draft"}


IMPORTER: Importer = LabelFormat(
    name="inception",
    tool="inception",
    title="INCEpTION event log",
    matches=match_records(_is_event),
    build_rows=build_rows,
    columns={
        "id": "native_id",
        "event": "outcome",
        "created": "finished_at",
        "user": "person",
        "annotator": "stage",
        "document_name": "item",
        "details": "label_kind",
    },
    lacks=("how long a label took", NO_PROJECT),
)
