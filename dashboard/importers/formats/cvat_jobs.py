"""CVAT jobs as its interface lists them (`/api/jobs`): who has which job, in which stage and state.

A job has no working time: the difference between its dates is its age. The time is in the events CSV.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import Importer
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each, match_records
from dashboard.importers.frames.label_values import get_object, list_objects, read_instant, read_text

STAGES = {"annotation": "annotate", "validation": "review", "acceptance": "review"}
GROUND_TRUTH = "Jobs that hold the ground truth, kept apart from labeling: their labels are the measure of the others"


def _is_job(record: Record) -> bool:
    return {"task_id", "stage", "state", "created_date"} <= record.keys()


def _is_list(record: Record) -> bool:
    jobs = list_objects(record.get("results"))
    return bool(jobs) and all(_is_job(job) for job in jobs)


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the jobs of a page of the list, or the one that the record is."""
    jobs = [record] if _is_job(record) else list_objects(record.get("results"))
    yield from build_each(jobs, lambda job: [_describe_job(job, context)])


def _describe_job(job: Record, context: FileContext) -> Row:
    state, stage = str(job.get("state")), STAGES.get(str(job.get("stage")), "annotate")
    is_gold = job.get("type") == "ground_truth"
    context.counts[GROUND_TRUTH] += is_gold
    assignee = get_object(job.get("assignee"))
    done = "accepted" if stage == "review" else "submitted"
    outcome = {"completed": done, "rejected": "rejected"}.get(state, "draft")
    username = read_text(assignee.get("username"))
    return {
        "item": read_text(job.get("id")),
        "dataset": read_text(job.get("task_id")),
        "project": read_text(job.get("project_id")),
        "native_id": f"{job.get('id')} {job.get('created_date')}",
        "person": username if outcome == "draft" else context.name_person(username),
        "account": read_text(assignee.get("id")),
        "stage": "adjudicate" if is_gold else stage,
        "outcome": outcome,
        "finished_at": read_instant(job.get("updated_date")),
        "changed_at": read_instant(job.get("updated_date")),
    }


IMPORTER: Importer = LabelFormat(
    name="cvat_jobs",
    tool="cvat_jobs",
    title="CVAT jobs JSON",
    matches=match_records(lambda record: _is_job(record) or _is_list(record)),
    build_rows=build_rows,
    columns={
        "id": "item",
        "task_id": "dataset",
        "project_id": "project",
        "assignee": "person",
        "stage": "stage",
        "state": "outcome",
        "updated_date": "finished_at",
    },
    lacks=("how long a job took", "how it was labeled", "earlier states of a job"),
)
