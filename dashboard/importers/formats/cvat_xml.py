"""CVAT annotation XML (for images or video): what was drawn, and whether by hand, but neither who, when nor how long.

One row per image or track and source. The assignee of a job is its person where the file is of one job; in other
files nobody is named. CVAT keeps `auto` on a shape whose class a person changed, and gives `manual` to a copied one.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import count_answers, get_object, list_objects, read_text

METHODS = {"manual": "manual", "auto": "automatic", "semi-auto": "pre-annotated", "file": "imported"}
SUGGESTIONS = {"manual": "none", "automatic": "none"}
BARE = "Images without a shape, not counted as rows"


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the labels of one image or track, one for each source of its shapes."""
    meta = get_object(record.get("cvat"))
    level, number = read_text(meta.get("level")), read_text(meta.get("id"))
    shapes = list_objects(record.get("shapes"))
    context.counts[BARE] += not shapes
    place = f"{level} {number}" if level else context.name
    item = read_text(record.get("name")) or f"{record.get('part')} {record.get('id')}"
    assignee = read_text(meta.get("assignee")) if level == "job" else None
    for source in dict.fromkeys(read_text(shape.get("source")) for shape in shapes):
        own = [shape for shape in shapes if read_text(shape.get("source")) == source]
        method = METHODS.get(source or "", "unknown")
        is_persons = method in ("manual", "pre-annotated", "unknown")
        yield {
            "item": item,
            "dataset": read_text(meta.get("subset")),
            "project": read_text(meta.get("name")) or place,
            "native_id": f"{place} {record.get('part')} {record.get('id')} {item} {source}",
            "person": context.name_person(assignee) if is_persons else None,
            "method": method,
            "suggestion": SUGGESTIONS.get(method, "unknown"),
            "objects": len(own),
            "label_kind": "; ".join(sorted({str(shape.get("kind")) for shape in own})),
            "answer": count_answers(read_text(shape.get("label")) for shape in own),
        }


IMPORTER: Importer = LabelFormat(
    name="cvat_xml",
    tool="cvat_xml",
    title="CVAT annotation XML",
    matches=match_records(lambda record: {"cvat", "part", "shapes"} <= record.keys()),
    build_rows=build_rows,
    columns={
        "image": "item",
        "track": "item",
        "job.id": "project",
        "assignee": "person",
        "source": "method",
        "label": "answer",
    },
    notes=(),
    retells=("cvat_xml", "cvat_events", "cvat_jobs"),
    lacks=("when an image was labeled", "how long it took", "who labeled it, unless the file is of one job"),
)
