"""Scores of a report on synthetic data as rows: each on the report's own scale, beside what real data reach on it.

Reports name neither project nor data set. The file's name is the report's name, and what stands in it before two
underscores is the project: `Signs__march.metrics.json`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Literal

import polars as pl

from dashboard.importers import table
from dashboard.importers.contract import BadRecord, Batch, Source
from dashboard.schemas import QUALITY_REPORT

Better = Literal["higher", "lower", "reference"]
NO_SCORE = "score cannot be read"
OFF_SCALE = "score outside of its scale"
NO_REPORT = "no report of this kind"
REFUSALS = (NO_REPORT, NO_SCORE, OFF_SCALE)


@dataclass(frozen=True)
class Score:
    """One score as the file gives it; `better` is "reference" where the best value is the reference itself."""

    metric: str
    value: object
    low: float | None
    high: float | None
    better: Better
    reference: object = None


@dataclass(frozen=True)
class Report:
    """What a report says beside its scores."""

    scores: tuple[Score, ...]
    rows_real: object = None
    rows_synthetic: object = None
    day_on: date | None = None


def batches(source: Source, report_of: Callable[[Mapping[str, object]], Report | None]) -> Iterator[Batch]:
    """Yield a batch a record; one that `report_of` does not know is a row that is refused."""
    name = PurePath(source.name).name
    for line, record in source.records():
        found = report_of(record) if isinstance(record, dict) else None
        rows = _rows(name, line, found) if found else [_refused(name, line, record)]
        yield _batch(rows)


def named(file_name: str) -> tuple[str, str | None, str | None]:
    """Return the report's name, its project and its data set, all from the file's name."""
    project, _, rest = file_name.rpartition("__") if "__" in file_name else ("", "", file_name)
    return file_name, project.strip() or None, rest.split(".")[0].strip() or None


def _rows(name: str, line: int, report: Report) -> list[dict[str, object]]:
    """Return a row a score; a score that the report leaves empty is none."""
    report_name, project, dataset = named(name)
    shared = {
        "_line": line,
        "report": report_name,
        "project": project,
        "dataset": dataset,
        "rows_real": _count(report.rows_real),
        "rows_synthetic": _count(report.rows_synthetic),
        "day_on": report.day_on,
    }
    return [shared | _scored(score) for score in report.scores if score.value is not None]


def _scored(score: Score) -> dict[str, object]:
    """Return a score's part of a row, with the reason where it cannot be taken."""
    value, reference = _finite(score.value), _finite(score.reference)
    low, high = score.low, score.high
    off = value is not None and ((low is not None and value < low) or (high is not None and value > high))
    return {
        "_reason": NO_SCORE if value is None else OFF_SCALE if off else None,
        "record": f"{score.metric} | {score.value!s:.100}",
        "metric": score.metric,
        "value": value,
        "scale_low": low,
        "scale_high": high,
        "better": score.better,
        "reference": reference,
    }


def _refused(name: str, line: int, record: object) -> dict[str, object]:
    """Return a record that is no report."""
    raw = record.raw if isinstance(record, BadRecord) else f"{record!s:.100}"
    return {"_line": line, "_reason": NO_REPORT, "record": f"{name} | {raw}"}


def _batch(rows: list[dict[str, object]]) -> Batch:
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"_line": pl.Int64, "_reason": pl.String, "record": pl.String}
    schema |= {name: dtype for name, dtype in QUALITY_REPORT.items() if name != "line"}
    frame = pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema)
    return table.split(frame, [(pl.col("_reason") == reason, reason) for reason in REFUSALS], "quality_report")


def _finite(value: object) -> float | None:
    """Return a number, but no truth value and nothing that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _count(value: object) -> int | None:
    """Return a number of rows."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62 else None


def part(record: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Return an object inside of an object, empty where there is none."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}
