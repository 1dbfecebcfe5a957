"""Runs of Kubeflow Pipelines as its interface gives them, v2beta1 or v1beta1: one run, or the answer that lists them.

A run that has not ended may carry the instant zero as its end. Its service account is not a person.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dashboard.importers.contract import BadRecord, Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.frames.mlflow_runs import NO_STATE, MlflowRun, build_run_batch, describe_counts
from dashboard.schemas import Kind
from dashboard.units import count_noun, format_count

STATES = {
    "PENDING": "scheduled",
    "RUNNING": "running",
    "PAUSED": "running",
    "CANCELING": "running",
    "CANCELED": "killed",
    "FAILED": "failed",
    "SUCCEEDED": "finished",
    "SKIPPED": "finished",  # its result was in the cache
}
RUN_FIELDS = frozenset({"run_id", "experiment_id"})
OLD_RUN_FIELDS = frozenset({"id", "created_at"})
OLD_STATES = {"Error": "FAILED", "Terminated": "CANCELED", "Omitted": "SKIPPED"}  # others only in capital letters
COLUMNS = {
    "run_id": "native_id",
    "display_name": "run",
    "experiment_id": "project",
    "created_at": "started_at",
    "finished_at": "finished_at",
    "state": "state",
    "runtime_config.parameters": "parameters_hash",
}
WAIT_WARNING = "Run time is machine time from creation to end, with the time spent waiting."
RunRecord = Mapping[str, object]


@dataclass
class PageFacts:
    """What the list says of itself: how many runs there are in all, and whether more pages follow."""

    listed: int = 0
    total: int = 0
    has_next: bool = False

    def warnings(self) -> tuple[str, ...]:
        """Return what to do where the file is one page of several."""
        if not self.has_next and self.total <= self.listed:
            return ()
        part = f"{format_count(self.listed)} of " if self.total > self.listed else ""
        runs = count_noun(max(self.listed, self.total), "run")
        return (f"The file is one page, with {part}{runs}: ask for all pages, or for a larger page_size.",)


class Kubeflow:
    """Runs of Kubeflow Pipelines, in the answer of ListRuns or GetRun."""

    name = "kubeflow"
    tool = "kubeflow"
    title = "Kubeflow Pipelines runs (v2beta1 or v1beta1 JSON)"
    kind: Kind = "experiment_run"
    lacks = ("who started a run", "scores", "the name of the experiment")

    def can_read(self, head: Head) -> bool:
        """Recognise runs by their ids and states, and a list of runs by its name, also where it is empty."""
        records = [record for record in head.records if isinstance(record, dict)]
        return head.shape in ("json", "jsonl") and bool(records) and all(map(_is_run_or_list, records))

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read each run; `settings` is not needed."""
        del settings
        counts: Counter[str] = Counter()
        pages = PageFacts()
        return Reading(
            batches=_read_batches(source, counts, pages),
            columns=COLUMNS,
            zone="UTC",
            encoding=source.encoding,
            warnings=(WAIT_WARNING,),
            final_warnings=lambda: (*pages.warnings(), *describe_counts(counts)),
        )


def _is_run_or_list(record: RunRecord) -> bool:
    runs = record.get("runs")
    if isinstance(runs, list):
        are_runs = all(isinstance(run, dict) and record_is_run(run) for run in runs)
        return are_runs and bool(runs or record.keys() <= {"runs", "total_size", "next_page_token"})
    return record_is_run(record)


def record_is_run(record: RunRecord) -> bool:
    """Return whether a record is a run of the v2beta1 interface, or of v1beta1 before it."""
    is_old = record.keys() >= OLD_RUN_FIELDS and bool(record.keys() & {"pipeline_spec", "resource_references"})
    return is_old or (record.keys() >= RUN_FIELDS and bool(record.keys() & {"state", "created_at", "storage_state"}))


def convert_old_run(record: RunRecord) -> RunRecord:
    """Return a run of the v1beta1 interface under the names of v2beta1; any other one as it is."""
    if "run_id" in record or "id" not in record:
        return record
    references = [
        part for part in _list_objects(record.get("resource_references")) if isinstance(part.get("key"), dict)
    ]
    owners = [part["key"].get("id") for part in references if part["key"].get("type") == "EXPERIMENT"]
    specification = record.get("pipeline_spec")
    parameters = _list_objects(specification.get("parameters")) if isinstance(specification, dict) else []
    status = str(record.get("status") or "")
    return {
        **record,
        "run_id": record["id"],
        "display_name": record.get("name"),
        "experiment_id": next(iter(owners), None),
        "state": OLD_STATES.get(status, status.upper()),
        "runtime_config": {"parameters": {str(part.get("name")): part.get("value") for part in parameters}},
    }


def _list_objects(value: object) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _read_batches(source: Source, counts: Counter[str], pages: PageFacts) -> Iterator[Batch]:
    line = 0
    for _, record in source.records():
        runs = [record]
        if isinstance(record, dict) and isinstance(record.get("runs"), list):
            runs = record["runs"]
            pages.has_next = pages.has_next or bool(record.get("next_page_token"))
            pages.total = max(pages.total, _read_count(record.get("total_size")))
        pages.listed += len(runs)
        yield build_run_batch([_build_run(line + place, run) for place, run in enumerate(runs, start=1)], None, counts)
        line += len(runs)


def _read_count(value: object) -> int:
    """Return a number that may stand as text, as 64-bit numbers do in this interface."""
    return int(str(value)) if str(value).isdecimal() and len(str(value)) < len("1" * 18) else 0


def _build_run(line: int, record: object) -> MlflowRun:
    if not isinstance(record, dict):
        raw = record.raw if isinstance(record, BadRecord) else f"{record!s:.100}"
        return MlflowRun(line, None, raw, None, None, NO_STATE, None, None)
    record = convert_old_run(record)
    config = record.get("runtime_config")
    parameters = config.get("parameters") if isinstance(config, dict) else None
    created, finished = (_parse_instant(record.get(name)) for name in ("created_at", "finished_at"))
    if finished == 0:
        finished = None
    return MlflowRun(
        line=line,
        run_id=_read_text(record, "run_id"),
        name=_read_text(record, "display_name"),
        project=_read_text(record, "experiment_id"),
        person=None,
        status=STATES.get(str(record.get("state")), NO_STATE),
        started=created,
        ended=finished,
        is_readable_start=created is not None,
        is_readable_end=finished is not None or not _is_end_text(record.get("finished_at")),
        parameters={str(key): _write_value(value) for key, value in parameters.items()}
        if isinstance(parameters, dict)
        else {},
    )


def _is_end_text(value: object) -> bool:
    """Return whether an end is given that is not the instant zero."""
    return bool(value) and _parse_instant(value) != 0


def _read_text(record: RunRecord, name: str) -> str | None:
    value = record.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _write_value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _parse_instant(value: object) -> int | None:
    """Return milliseconds since 1970 of an instant with an offset; None for anything else."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if moment.tzinfo is None or not 1 < moment.year < 9999:  # noqa: PLR2004 - the offset must not leave the calendar
        return None
    return round(moment.astimezone(UTC).timestamp() * 1000)


IMPORTER: Importer = Kubeflow()
