"""CVAT jobs and quality reports as its interface lists them (`/api/jobs`, `/api/quality/reports`).

A job has no working time: the difference between its dates is its age. The time is in the events CSV.
A quality report compares a job or task with the ground truth: the share of right annotations is its gold score.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each
from dashboard.importers.frames.label_values import get_object, list_objects, read_instant, read_text

STAGES = {"annotation": "annotate", "validation": "review", "acceptance": "review"}
GROUND_TRUTH = "Jobs that hold the ground truth, kept apart from labeling: their labels are the measure of the others"


def _is_job(record: Record) -> bool:
    return {"task_id", "stage", "state", "created_date"} <= record.keys()


def _is_report(record: Record) -> bool:
    return "target" in record and {"valid_count", "total_count"} <= get_object(record.get("summary")).keys()


def _is_list(record: Record) -> bool:
    parts = list_objects(record.get("results"))
    return bool(parts) and (all(map(_is_job, parts)) or all(map(_is_report, parts)))


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the jobs or reports of a page of the list, or the one that the record is."""
    parts = [record] if _is_job(record) or _is_report(record) else list_objects(record.get("results"))
    yield from build_each(
        parts, lambda part: [_describe_report(part) if _is_report(part) else _describe_job(part, context)]
    )


def _describe_report(report: Record) -> Row:
    """Return the score of a job, task or project against the ground truth."""
    summary, target = get_object(report.get("summary")), str(report.get("target"))
    valid, total = summary.get("valid_count"), summary.get("total_count")
    number = read_text(report.get(f"{target}_id"))
    score = None
    if isinstance(valid, int) and isinstance(total, int) and 0 <= valid <= total and total > 0:
        score = valid / total
    return {
        "item": number if target == "job" else f"{target} {number}",
        "dataset": read_text(report.get("task_id")),
        "native_id": f"quality report {report.get('id')} {report.get('created_date')}",
        "stage": "review",
        "gold_score": score,
        "finished_at": read_instant(report.get("created_date")),
    }


def _describe_job(job: Record, context: FileContext) -> Row:
    state, stage = str(job.get("state")), STAGES.get(str(job.get("stage")), "annotate")
    is_gold = job.get("type") == "ground_truth"
    context.counts[GROUND_TRUTH] += is_gold
    assignee = get_object(job.get("assignee"))
    done = "accepted" if stage == "review" else "submitted"
    username = read_text(assignee.get("username"))
    is_waiting = state == "new" and stage == "annotate" and username is not None
    outcome = "assigned" if is_waiting else {"completed": done, "rejected": "rejected"}.get(state, "draft")
    return {
        "item": read_text(job.get("id")),
        "dataset": read_text(job.get("task_id")),
        "project": read_text(job.get("project_id")),
        "native_id": f"{job.get('id')} {job.get('created_date')}",
        "person": username if outcome in {"draft", "assigned"} else context.name_person(username),
        "account": read_text(assignee.get("id")),
        "stage": "adjudicate" if is_gold else stage,
        "outcome": outcome,
        "finished_at": read_instant(job.get("updated_date")),
        "changed_at": read_instant(job.get("updated_date")),
    }


IMPORTER: Importer = LabelFormat(
    name="cvat_jobs",
    tool="cvat_jobs",
    title="CVAT jobs or quality reports JSON",
    matches=match_records(lambda record: _is_job(record) or _is_report(record) or _is_list(record)),
    build_rows=build_rows,
    columns={
        "id": "item",
        "task_id": "dataset",
        "project_id": "project",
        "assignee": "person",
        "stage": "stage",
        "state": "outcome",
        "updated_date": "finished_at",
        "summary": "gold_score",
    },
    retells=("cvat_events", "cvat_xml"),
    lacks=("how long a job took", "how it was labeled", "earlier states of a job"),
)
