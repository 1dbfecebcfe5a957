"""Roboflow annotation jobs: the answer of its interface, how many images of a job are labeled, approved and rejected.

The list names no image and no moment but the creation of a job. Each counted image is a numbered row, so that counts
by person are right, and each verdict of the reviewer too; which image one is about is not told.
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
    read_email,
    read_text,
    require_image_count,
)

JOB_FIELDS = frozenset({"id", "labeler", "numImages", "annotated"})
DAY_NOTE = "Images have the day on which their job was created: the list of jobs gives them no other."
TWICE = "Annotation insights of Roboflow count the same images: where those are imported, leave this file out."
NO_ID = "no id of the job"
BARE = "Jobs without a labeled image, not counted as rows"


def _is_answer(record: Record) -> bool:
    jobs = record.get("jobs")
    return record.keys() >= JOB_FIELDS or (isinstance(jobs, list) and all(_is_answer(get_object(job)) for job in jobs))


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the rows of each job of an answer, or of the one that the record is."""
    jobs = [record] if "numImages" in record else list_objects(record.get("jobs"))
    yield from build_each(jobs, lambda job: _build_job(job, context))


def _build_job(job: Record, context: FileContext) -> Iterator[Row]:
    """Yield a row for each labeled image of a job, and one for each verdict of its reviewer."""
    number = read_text(job.get("id"))
    if number is None:
        raise BadRecordError(NO_ID)
    total, left = (require_image_count(job.get(name)) for name in ("numImages", "unannotated"))
    accepted, rejected = (require_image_count(job.get(name, 0)) for name in ("approved", "rejected"))
    labeler, reviewer = read_text(job.get("labeler")), read_text(job.get("reviewer"))
    shared = {
        "project": read_text(job.get("project")),
        "dataset": read_text(job.get("name")),
        "finished_at": _read_creation(job.get("created")),
    }
    context.counts[BARE] += total <= left
    for place in range(1, total - left + 1):
        name = f"job {number} image {place}"
        maker = {"person": context.name_person(labeler), "email": read_email(labeler)}
        yield {**shared, **maker, "item": name, "native_id": name, "annotation": name}
    for outcome, count in (("accepted", accepted), ("rejected", rejected)):
        for place in range(1, count + 1):
            name = f"job {number} {outcome} review {place}"
            judge = {"person": reviewer, "email": read_email(reviewer), "stage": "review", "outcome": outcome}
            yield {**shared, **judge, "item": name, "native_id": name}


def _read_creation(value: object) -> int | None:
    """Return the instant at which a job was created: seconds in an object, or an instant in any other form."""
    return find_instant(get_object(value).get("_seconds", value))


IMPORTER: Importer = LabelFormat(
    name="roboflow_jobs",
    tool="roboflow",
    title="Roboflow annotation jobs JSON",
    matches=match_records(_is_answer),
    build_rows=build_rows,
    columns={
        "jobs.labeler": "person",
        "jobs.reviewer": "person",
        "jobs.project": "project",
        "jobs.name": "dataset",
        "jobs.created": "finished_at",
        "jobs.numImages": "item",
        "jobs.approved": "outcome",
        "jobs.rejected": "outcome",
    },
    notes=(UTC_DAYS, DAY_NOTE, TWICE),
    lacks=("which image it was", "when it was labeled", "how long it took", "whether a label began with a suggestion"),
)
