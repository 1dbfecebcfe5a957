"""Quality and diagnostic reports of SDMetrics as JSON: score, properties and report_info, dumped from the report.

The tool itself only saves pickles, which are rejected; `get_score()`, `get_properties()` and `get_info()` give the
same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dashboard.importers.contract import Importer
from dashboard.importers.frames.quality_scores import QualityReport, Score, ScoreImporter, read_section

REPORT_TYPES = {"QualityReport": "quality", "DiagnosticReport": "diagnostic"}
MAX_PROPERTIES = 1000


def _parse_report(record: Mapping[str, object]) -> QualityReport | None:
    info, properties = read_section(record, "report_info"), record.get("properties")
    kind = REPORT_TYPES.get(str(info.get("report_type")))
    if kind is None or not isinstance(properties, list) or "score" not in record:
        return None
    scores = [Score(kind, record["score"], 0, 1, "higher")]
    entries = [
        entry
        for entry in properties[:MAX_PROPERTIES]
        if isinstance(entry, dict) and isinstance(entry.get("Property"), str)
    ]
    scores += [Score(f"{kind}: {entry['Property'].lower()}", entry.get("Score"), 0, 1, "higher") for entry in entries]
    row_counts = (info.get("num_rows_real_data"), info.get("num_rows_synthetic_data"))
    return QualityReport(tuple(scores), *row_counts, _parse_day(info.get("generated_date")))


def _parse_day(text: object) -> date | None:
    """Return the day of the report, None where it is unreadable."""
    try:
        day = date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2100 else None  # noqa: PLR2004 - as in `list_day_rejections`


IMPORTER: Importer = ScoreImporter(
    "sdmetrics",
    "SDMetrics report (JSON)",
    _parse_report,
    {"score": "value", "properties": "metric", "report_info": "day_on"},
    warning="The report names no project: the project comes from the file name.",
)
