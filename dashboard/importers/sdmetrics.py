"""Quality and diagnostic reports of SDMetrics as JSON: score, properties and report_info, dumped from the report.

The tool itself saves pickles only, which are refused; `get_score()`, `get_properties()` and `get_info()` give the same.
"""

from __future__ import annotations

from datetime import date

from dashboard.importers.contract import Head, Importer, Reading, Settings, Source
from dashboard.importers.quality_scores import Report, Score, batches, part
from dashboard.schemas import Kind

TYPES = {"QualityReport": "quality", "DiagnosticReport": "diagnostic"}
MOST_PROPERTIES = 1000


class Sdmetrics:
    """One report: the score and its properties, all from 0 to 1."""

    name = "sdmetrics"
    title = "SDMetrics report (JSON)"
    kind: Kind = "quality_report"

    def recognises(self, head: Head) -> bool:
        """Tell a report by its type."""
        return head.shape in ("json", "jsonl") and bool(head.records) and all(_report(one) for one in head.records)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the scores; there is nothing that `settings` could add."""
        del settings
        return Reading(
            batches=batches(source, _report),
            columns={"score": "value", "properties": "metric", "report_info": "day_on"},
            encoding=source.encoding,
            warnings=("The report names no project: its file name stands for it.",),
        )


def _report(record: object) -> Report | None:
    if not isinstance(record, dict):
        return None
    info, properties = part(record, "report_info"), record.get("properties")
    kind = TYPES.get(str(info.get("report_type")))
    if kind is None or not isinstance(properties, list) or "score" not in record:
        return None
    scores = [Score(kind, record["score"], 0, 1, "higher")]
    named = [
        one for one in properties[:MOST_PROPERTIES] if isinstance(one, dict) and isinstance(one.get("Property"), str)
    ]
    scores += [Score(f"{kind}: {one['Property'].lower()}", one.get("Score"), 0, 1, "higher") for one in named]
    rows = (info.get("num_rows_real_data"), info.get("num_rows_synthetic_data"))
    return Report(tuple(scores), *rows, _day(info.get("generated_date")))


def _day(text: object) -> date | None:
    """Return the day of the report, None where it cannot be read."""
    try:
        found = date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None  # noqa: PLR2004 - as in `reasons`


IMPORTER: Importer = Sdmetrics()
