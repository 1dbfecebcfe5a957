"""Scores of a report on synthetic data as rows: each on the report's own scale, with the score of real data.

Reports name neither project nor data set. The file's name is the report's name, and its part before two
underscores is the project: `Signs__march.metrics.json`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath
from typing import Literal

import polars as pl

from dashboard.importers.contract import BadRecord, Batch, Head, Reading, Settings, Source
from dashboard.importers.table import split_batch
from dashboard.schemas import QUALITY_REPORT, Kind

Better = Literal["higher", "lower", "reference"]
NO_SCORE = "score cannot be read"
OFF_SCALE = "score outside of its scale"
NO_REPORT = "no report of this kind"
REJECT_REASONS = (NO_REPORT, NO_SCORE, OFF_SCALE)


@dataclass(frozen=True)
class Score:
    """One score as exported; `better` is "reference" where the best value is the reference itself."""

    metric: str
    value: object
    low: float | None
    high: float | None
    better: Better
    reference: object = None


@dataclass(frozen=True)
class QualityReport:
    """A report: its scores and what else it says."""

    scores: tuple[Score, ...]
    rows_real: object = None
    rows_synthetic: object = None
    day_on: date | None = None


ReportParser = Callable[[Mapping[str, object]], QualityReport | None]


@dataclass
class ScoreImporter:
    """An importer of reports in JSON: `parse_report` returns the scores of a record, None for anything else."""

    name: str
    title: str
    parse_report: ReportParser
    columns: dict[str, str]
    unused: tuple[str, ...] = ()
    warning: str = "The report has no date and names no project: the project comes from the file name."
    kind: Kind = field(default="quality_report", init=False)
    tool: str = field(init=False)

    def __post_init__(self) -> None:
        """Name the tool, which has one format of reports."""
        object.__setattr__(self, "tool", self.name)

    def can_read(self, head: Head) -> bool:
        """Recognise a file all of whose first records are reports."""
        records = [record if isinstance(record, dict) else {} for record in head.records]
        return head.shape in ("json", "jsonl") and bool(records) and all(map(self.parse_report, records))

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the scores; `settings` is not needed."""
        del settings
        batches = read_score_batches(source, self.parse_report)
        return Reading(batches, self.columns, self.unused, encoding=source.encoding, warnings=(self.warning,))


def read_score_batches(source: Source, parse_report: ReportParser) -> Iterator[Batch]:
    """Yield one batch per record; a record that `parse_report` does not know is a rejected row."""
    name = PurePath(source.name).name
    for line, record in source.records():
        report = parse_report(record) if isinstance(record, dict) else None
        rows = _build_rows(name, line, report) if report else [_build_rejected_row(name, line, record)]
        yield _build_batch(rows)


def parse_file_name(file_name: str) -> tuple[str, str | None, str | None]:
    """Return the report's name, project and data set from the file's name."""
    project, _, report_name = file_name.rpartition("__") if "__" in file_name else ("", "", file_name)
    return file_name, project.strip() or None, report_name.split(".")[0].strip() or None


def _build_rows(name: str, line: int, report: QualityReport) -> list[dict[str, object]]:
    """Return one row per score; empty scores are left out."""
    report_name, project, dataset = parse_file_name(name)
    shared = {
        "_line": line,
        "report": report_name,
        "project": project,
        "dataset": dataset,
        "rows_real": _parse_count(report.rows_real),
        "rows_synthetic": _parse_count(report.rows_synthetic),
        "day_on": report.day_on,
    }
    return [shared | _build_score(score) for score in report.scores if score.value is not None]


def _build_score(score: Score) -> dict[str, object]:
    """Return a score's part of a row, with the reason if it is rejected."""
    value, reference = _parse_finite(score.value), _parse_finite(score.reference)
    low, high = score.low, score.high
    is_off_scale = value is not None and ((low is not None and value < low) or (high is not None and value > high))
    return {
        "_reason": NO_SCORE if value is None else OFF_SCALE if is_off_scale else None,
        "record": f"{score.metric} | {score.value!s:.100}",
        "metric": score.metric,
        "value": value,
        "scale_low": low,
        "scale_high": high,
        "better": score.better,
        "reference": reference,
    }


def _build_rejected_row(name: str, line: int, record: object) -> dict[str, object]:
    """Return the row of a record that is not a report."""
    raw = record.raw if isinstance(record, BadRecord) else f"{record!s:.100}"
    return {"_line": line, "_reason": NO_REPORT, "record": f"{name} | {raw}"}


def _build_batch(rows: list[dict[str, object]]) -> Batch:
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"_line": pl.Int64, "_reason": pl.String, "record": pl.String}
    schema |= {name: dtype for name, dtype in QUALITY_REPORT.items() if name != "line"}
    frame = pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema)
    return split_batch(frame, [(pl.col("_reason") == reason, reason) for reason in REJECT_REASONS], "quality_report")


def _parse_finite(value: object) -> float | None:
    """Return a finite number; None for anything else, also for booleans."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _parse_count(value: object) -> int | None:
    """Return a plausible number of rows, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62 else None


def read_section(record: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Return a nested object, empty where there is none."""
    section = record.get(name)
    return section if isinstance(section, dict) else {}
