"""Supervisely statistics of labeling jobs (`jobs.stats`): the seconds and the review of each image of a job.

The jobs themselves (`jobs.list`, `jobs.info`) say who is to label which images: of one not begun these are assigned.

The statistics name no person and no day of an image: the day is the one on which the job was finished, else begun.
Time of a job that none of its images has stands in a row of the job, so that sums stay those of the job.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import Importer, match_records
from dashboard.importers.frames.label_records import UTC_DAYS, FileContext, LabelFormat, Record, Row, build_each
from dashboard.importers.frames.label_values import (
    BadRecordError,
    find_instant,
    get_object,
    list_objects,
    mark_reported,
    read_count,
    read_length,
    read_text,
)

BEGUN = "Jobs that are begun, not counted as rows: their statistics (`jobs.stats`) tell what was done"
NO_ID = "no id of the job or image"
VERDICTS = ("accepted", "rejected")
DAY_NOTE = "Images have the day on which their job was finished, else begun: the statistics give them no other."
REST_NOTE = "Jobs with time that none of their images has, kept as time of the job"
EDITING_NOTE = "Jobs with editing time beside annotation time, not added: whether one holds the other is not documented"


def _is_statistics(record: Record) -> bool:
    job, images = get_object(record.get("job")), get_object(record.get("images"))
    return "annotationDuration" in job and isinstance(images.get("images"), list)


def _is_job(record: Record) -> bool:
    return isinstance(record.get("entities"), list) and {"assignedToLogin", "status", "datasetId"} <= record.keys()


def _build_assigned(job: Record, context: FileContext) -> Iterator[Row]:
    """Yield the images of a job that nobody has begun; those of others are told by its statistics."""
    number, images = read_text(job.get("id")), list_objects(job.get("entities"))
    if number is None:
        raise BadRecordError(NO_ID)
    if job.get("status") != "pending":
        context.counts[BEGUN] += 1
        return
    for image in images:
        name = read_text(image.get("name")) or read_text(image.get("id"))
        yield {
            "item": name,
            "dataset": read_text(job.get("name")),
            "project": read_text(job.get("projectName")) or read_text(job.get("projectId")),
            "native_id": f"job {number} image {read_text(image.get('id')) or name}",
            "person": context.name_person(read_text(job.get("assignedToLogin"))),
            "outcome": "assigned",
            "finished_at": find_instant(job.get("createdAt")),
        }


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the images of one job, their reviews, and the time of the job that no image has."""
    if _is_job(record):
        yield from _build_assigned(record, context)
        return
    job = get_object(record.get("job"))
    number = read_text(job.get("id"))
    if number is None:
        raise BadRecordError(NO_ID)
    images = list_objects(get_object(record.get("images")).get("images"))
    started, finished = find_instant(job.get("startedAt")), find_instant(job.get("finishedAt"))
    shared = {"dataset": read_text(job.get("name")), "started_at": started, "finished_at": finished}
    context.counts[EDITING_NOTE] += bool(job.get("editingDuration"))
    yield from build_each(images, lambda image: _build_image(image, f"job {number}", shared, context))
    total, parts = _read_seconds(job), sum(map(_find_seconds, images))
    if (total or 0) > parts:
        context.counts[REST_NOTE] += 1
        yield {
            **shared,
            "item": f"job {number}",
            "native_id": f"job {number}",
            "person": context.name_person(None),
            "outcome": "draft",
            **mark_reported((total or 0) - parts),
        }


def _build_image(image: Record, job: str, shared: Row, context: FileContext) -> Iterator[Row]:
    """Yield the row of an image, and the one of its review."""
    number, status = read_text(image.get("id")), str(image.get("reviewStatus"))
    if number is None:
        raise BadRecordError(NO_ID)
    objects = read_count(image.get("labelsCount"))
    key = f"{job} image {number}"
    item = {**shared, "item": read_text(image.get("name")) or number}
    yield {
        **item,
        "native_id": key,
        "annotation": key,
        "person": context.name_person(None),
        "outcome": "draft" if status == "none" and not objects else "submitted",
        "objects": objects,
        **mark_reported(_read_seconds(image) or None),  # 0 where the tool measured nothing
    }
    if status in VERDICTS:
        yield {**item, "native_id": f"{key} review", "about": key, "stage": "review", "outcome": status}


def _read_seconds(part: Record) -> int | None:
    return read_length(part.get("annotationDuration"))


def _find_seconds(image: Record) -> int:
    """Return the milliseconds of an image, 0 where they cannot be read."""
    try:
        return _read_seconds(image) or 0
    except BadRecordError:
        return 0


IMPORTER: Importer = LabelFormat(
    name="supervisely_jobs",
    tool="supervisely",
    title="Supervisely labeling job or its statistics JSON",
    matches=match_records(lambda record: _is_statistics(record) or _is_job(record)),
    build_rows=build_rows,
    columns={
        "job.name": "dataset",
        "job.startedAt": "started_at",
        "job.finishedAt": "finished_at",
        "job.annotationDuration": "milliseconds",
        "images.name": "item",
        "images.annotationDuration": "milliseconds",
        "images.labelsCount": "objects",
        "images.reviewStatus": "outcome",
        "assignedToLogin": "person",
        "entities.name": "item",
    },
    retells=("supervisely",),
    notes=(UTC_DAYS, DAY_NOTE),
    lacks=(
        "who labeled or reviewed and the project (statistics)",
        "whether a label began with a suggestion",
        "the day of an image",
    ),
)
