"""An MLflow file store (`mlruns`), as a folder or packed as tar or zip: a folder for each experiment and each run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dashboard.importers.contract import Batch, Head, Importer, Reading, Settings, Source
from dashboard.importers.frames.mlflow_runs import (
    NO_STATE,
    WARNINGS,
    MlflowRun,
    build_run_batch,
    describe_counts,
    parse_metrics,
)
from dashboard.schemas import Kind

STATES = {"1": "running", "2": "scheduled", "3": "finished", "4": "failed", "5": "killed"}
VALUE_FOLDERS = ("params", "metrics", "tags")
COLUMNS = {
    "run_id": "native_id",
    "run_name": "run",
    "user_id": "person",
    "status": "state",
    "start_time": "started_at",
    "end_time": "finished_at",
    "metrics": "metrics",
    "params": "parameters_hash",
}


@dataclass
class RunFiles:
    """What the files of one run hold."""

    meta: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=lambda: {name: {} for name in VALUE_FOLDERS})


class MlflowFiles:
    """Runs of a file store."""

    name = "mlflow_files"
    tool = "mlflow"
    title = "MLflow file store (mlruns as folder, tar or zip)"
    kind: Kind = "experiment_run"

    def can_read(self, head: Head) -> bool:
        """Recognise a store by its descriptions of runs."""
        return head.shape == "tree" and bool(head.records)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read all runs, deleted ones too; `settings` is not needed."""
        del settings
        counts: Counter[str] = Counter()
        return Reading(
            batches=_read_batches(source, counts),
            columns=COLUMNS,
            warnings=WARNINGS,
            final_warnings=lambda: describe_counts(counts),
        )


def _read_batches(source: Source, counts: Counter[str]) -> Iterator[Batch]:
    runs: dict[tuple[str, ...], RunFiles] = defaultdict(RunFiles)
    experiments: dict[tuple[str, ...], str] = {}
    for _, record in source.records():
        if isinstance(record, tuple):
            _collect_file(str(record[0]), str(record[1]), runs, experiments)
    complete = sorted(
        (place, files) for place, files in runs.items() if "run_id" in files.meta or "run_uuid" in files.meta
    )
    yield build_run_batch(
        (
            _build_run(line, files, experiments.get(place[:-1]) or files.meta.get("experiment_id"))
            for line, (place, files) in enumerate(complete, start=1)
        ),
        None,
        counts,
    )


def _collect_file(
    path: str, text: str, runs: dict[tuple[str, ...], RunFiles], experiments: dict[tuple[str, ...], str]
) -> None:
    """Add what one file says to its run, or the name of an experiment."""
    parts = tuple(path.split("/"))
    if parts[-1] == "meta.yaml":
        meta = parse_meta(text)
        if "run_id" in meta or "run_uuid" in meta:
            runs[parts[:-1]].meta = meta
        elif "name" in meta:
            experiments[parts[:-1]] = meta["name"]
        return
    for place, folder in enumerate(parts):
        if folder in VALUE_FOLDERS and place:
            key = "/".join(parts[place + 1 :])  # the name of a metric may have slashes
            runs[parts[:place]].values[folder][key] = _read_last(text) if folder == "metrics" else text.strip("\n")
            return


def parse_meta(text: str) -> dict[str, str]:
    """Return the names and values of a flat YAML file; null is left out."""
    meta: dict[str, str] = {}
    for line in text.splitlines():
        name, separator, value = line.partition(":")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1].replace("''", "'")
        if separator and not name.startswith((" ", "-")) and value not in ("", "null", "~"):
            meta[name.strip()] = value
    return meta


def _read_last(text: str) -> str:
    """Return the value of a metric at its last step: a line holds the instant, the value and the step."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    numbered = [(_read_step(parts), place, parts) for place, parts in enumerate(lines) if len(parts) > 1]
    return max(numbered)[2][1] if numbered else ""


def _read_step(parts: list[str]) -> int:
    """Return the step of a line, 0 where it has none, as older stores."""
    return int(parts[2]) if len(parts) > 2 and parts[2].lstrip("-").isdecimal() else 0  # noqa: PLR2004 - the third part


def _build_run(line: int, files: RunFiles, project: str | None) -> MlflowRun:
    meta, tags = files.meta, dict(files.values["tags"])
    if meta.get("source_version") and "mlflow.source.git.commit" not in tags:
        tags["mlflow.source.git.commit"] = meta["source_version"]
    user = meta.get("user_id")
    return MlflowRun(
        line=line,
        run_id=meta.get("run_id") or meta.get("run_uuid"),
        name=tags.get("mlflow.runName") or meta.get("run_name"),
        project=project,
        person=tags.get("mlflow.user") or (user if user != "unknown" else None),
        status=STATES.get(meta.get("status", ""), meta.get("status", NO_STATE).lower()),
        started=_read_milliseconds(meta, "start_time"),
        ended=_read_milliseconds(meta, "end_time"),
        is_deleted=meta.get("lifecycle_stage") == "deleted",
        is_readable_start=_is_readable(meta, "start_time"),
        is_readable_end=_is_readable(meta, "end_time"),
        metrics=parse_metrics(files.values["metrics"]),
        parameters=files.values["params"],
        tags=tags,
    )


def _read_milliseconds(meta: Mapping[str, str], name: str) -> int | None:
    text = meta.get(name, "")
    return int(text) if text.lstrip("-").isdecimal() and len(text) < len("1" * 18) else None


def _is_readable(meta: Mapping[str, str], name: str) -> bool:
    return name not in meta or _read_milliseconds(meta, name) is not None


IMPORTER: Importer = MlflowFiles()
