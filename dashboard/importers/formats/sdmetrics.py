"""Quality and diagnostic reports of SDMetrics as JSON: score, properties and report_info, dumped from the report.

The tool itself only saves pickles, which are rejected; `get_score()`, `get_properties()` and `get_info()` give the
same.
"""

from __future__ import annotations

from datetime import date

from dashboard.importers.contract import Head, Importer, Reading, Settings, Source
from dashboard.importers.frames.quality_scores import QualityReport, Score, read_score_batches, read_section
from dashboard.schemas import Kind

REPORT_TYPES = {"QualityReport": "quality", "DiagnosticReport": "diagnostic"}
MAX_PROPERTIES = 1000


class Sdmetrics:
    """One report: the score and its properties, each from 0 to 1."""

    name = "sdmetrics"
    title = "SDMetrics report (JSON)"
    kind: Kind = "quality_report"

    def can_read(self, head: Head) -> bool:
        """Recognise a report by its type."""
        return (
            head.shape in ("json", "jsonl")
            and bool(head.records)
            and all(_parse_report(record) for record in head.records)
        )

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the scores; `settings` is not needed."""
        del settings
        return Reading(
            batches=read_score_batches(source, _parse_report),
            columns={"score": "value", "properties": "metric", "report_info": "day_on"},
            encoding=source.encoding,
            warnings=("The report names no project: the project comes from the file name.",),
        )


def _parse_report(record: object) -> QualityReport | None:
    if not isinstance(record, dict):
        return None
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


IMPORTER: Importer = Sdmetrics()
