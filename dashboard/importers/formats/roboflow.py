"""Roboflow annotation insights: the answer of its statistics, how many images each person labeled in each project.

The statistics name no image and no day. Each counted image is a numbered row, so that counts by person, project and
method are right, and each review too; which image a review is about is not told. The period is the one in the name
of the file, or that of a tick of the older statistics. Time is a sum over all images of a person: it stands in a row
of its own and is not shared among the images.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from dashboard.importers.contract import Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each
from dashboard.importers.frames.label_values import (
    get_object,
    list_objects,
    mark_reported,
    read_count,
    read_email,
    read_instant,
    read_length,
    read_text,
    require_image_count,
)

IMAGES = ("imagesLabeled", "total_images_labeled")
MINUTES = "total_time_spent_annotating_minutes"
MINUTE = 60
SUM_RULE = "sum over the images of a person and period"
BOTH_NOTE = "Sums of a project, not counted as rows, because the file has the same work by person and period"
TWICE = "The list of annotation jobs of Roboflow counts the same images: where it is imported, undo that import."
NULL_NOTE = "Images marked as without objects, counted among the labeled ones"
NO_PERIOD = (
    "Rows without a day, because the statistics do not name their period: put its first and last day into the name of"
    ' the file, such as "roboflow 2026-03-01 2026-03-31.json", and import statistics of a day or week each. Without'
    " it, the same images of two files count once"
)
_DAY_PATTERN = re.compile(r"(?<!\d)(20\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")


@dataclass(frozen=True)
class Period:
    """What the rows of a part of the statistics are about: the name of the period in ids, and its last day."""

    name: str
    last_on: date | None


def _is_count(record: object) -> bool:
    return isinstance(record, Mapping) and "projectId" in record and any(name in record for name in IMAGES)


def _is_statistics(record: Record) -> bool:
    """Return whether a record is an answer of the statistics, new or older, or one count of it."""
    inner = get_object(record.get("data")) or record
    parts = inner.get("data")
    is_answer = isinstance(parts, list) and bool(parts or isinstance(inner.get("labelers"), list))
    return _is_count(record) or (is_answer and all(map(_is_count, parts)))  # type: ignore[arg-type]


def find_period(name: str) -> Period:
    """Return the period that a file's name gives: its first and last day, or none."""
    days = []
    for match in _DAY_PATTERN.finditer(name):
        try:
            days.append(date(int(match[1]), int(match[3]), int(match[4])))
        except ValueError:
            continue
    return Period(f"{min(days)} {max(days)}", max(days)) if days else Period("", None)


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the rows of one answer: of its ticks where it has them, else of its counts."""
    inner = get_object(record.get("data")) or record
    labelers = {read_text(labeler.get("id")): labeler for labeler in list_objects(inner.get("labelers"))}
    counts = [record] if _is_count(record) else list_objects(inner.get("data"))
    ticks = [tick for tick in list_objects(inner.get("ticks")) if get_object(tick.get("values"))]
    context.counts[BOTH_NOTE] += len(counts) if ticks else 0
    dated = _list_ticks(ticks, counts) if ticks else [(count, find_period(context.file)) for count in counts]
    yield from build_each(dated, lambda part: _build_count(part[0], labelers, part[1], context))


def _list_ticks(ticks: list[Record], counts: list[Record]) -> Iterator[tuple[Record, Period]]:
    """Yield the counts of each person in each tick; of the project that they are of, where there is only one."""
    project = {name: counts[0].get(name) for name in ("projectId", "projectName")} if len(counts) == 1 else {}
    for tick in ticks:
        for labeler, count in get_object(tick["values"]).items():
            yield {**project, **get_object(count), "labelerId": labeler}, _read_tick(tick)


def _read_tick(tick: Record) -> Period:
    """Return the period of a tick."""
    first, last = (read_instant(tick.get(name)) for name in ("start_ms", "end_ms"))
    return Period(f"{first} {last}", None if last is None else datetime.fromtimestamp(last / 1e6, tz=UTC).date())


def _build_count(
    count: Record, labelers: Mapping[str | None, Record], period: Period, context: FileContext
) -> Iterator[Row]:
    """Yield a row for each image of a person and project, for each review, and for the time."""
    images = _read_images(count, *IMAGES)
    assisted = _read_images(count, "modelAssisted", default=0)
    approved, rejected = (_read_images(count, name, default=0) for name in ("approved", "rejected"))
    labeler = read_text(count.get("labelerId"))
    account = labelers.get(labeler, {})
    email = read_email(account.get("email"))
    person = context.name_person(read_text(account.get("displayName")) or email or labeler)
    key = " ".join(filter(None, (read_text(count.get("projectId")), labeler, period.name)))
    shared = {
        "project": read_text(count.get("projectName")) or read_text(count.get("projectId")),
        "day_on": period.last_on,
    }
    maker = {**shared, "person": person, "email": email, "account": labeler}
    context.counts[NULL_NOTE] += read_count(count.get("markedNull", count.get("num_images_marked_null"))) or 0
    for number in range(1, images + 1):
        name = f"{key} image {number}"
        method = "pre-annotated" if number <= assisted else "unknown"
        yield {**maker, "item": name, "native_id": name, "annotation": name, "method": method}
    for outcome, reviews in (("accepted", approved), ("rejected", rejected)):
        for number in range(1, reviews + 1):
            name = f"{key} {outcome} review {number}"
            yield {**shared, "item": name, "native_id": name, "stage": "review", "outcome": outcome}
    minutes = read_length(count.get(MINUTES), unit_seconds=MINUTE)
    rows = images + approved + rejected
    if minutes:
        time = mark_reported(minutes, SUM_RULE)
        yield {**maker, "item": f"{key} time", "native_id": f"{key} time", "outcome": "draft", **time}
    if period.last_on is None:
        context.counts[NO_PERIOD] += rows + bool(minutes)


def _read_images(count: Record, *names: str, default: int | None = None) -> int:
    """Return how many images a count states; raises `BadRecordError` for what is no count that can be right."""
    return require_image_count(next((count[name] for name in names if count.get(name) is not None), default))


IMPORTER: Importer = LabelFormat(
    name="roboflow",
    tool="roboflow",
    title="Roboflow annotation insights JSON",
    matches=match_records(_is_statistics),
    build_rows=build_rows,
    columns={
        "data.labelerId": "person",
        "labelers.email": "email",
        "data.projectName": "project",
        "data.imagesLabeled": "item",
        "data.modelAssisted": "method",
        "data.approved": "outcome",
        "data.rejected": "outcome",
        f"data.{MINUTES}": "milliseconds",
    },
    notes=(TWICE,),
    lacks=("which image it was", "when in the period it was labeled", "how long an image took", "who reviewed"),
)
