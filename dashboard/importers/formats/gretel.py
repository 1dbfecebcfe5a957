"""Report JSON of Gretel: scores from 0 to 100, under the names of older and of newer reports."""

from __future__ import annotations

from dashboard.importers.contract import Head, Importer, Reading, Settings, Source
from dashboard.importers.frames.quality_scores import QualityReport, Score, read_score_batches, read_section
from dashboard.schemas import Kind

MAIN_SCORE = "synthetic_data_quality_score"
SCORE_NAMES = (
    MAIN_SCORE,
    "field_correlation_stability",
    "principal_component_stability",
    "field_distribution_stability",
    "column_correlation_stability",
    "deep_structure_stability",
    "column_distribution_stability",
    "text_semantic_similarity",
    "text_structure_similarity",
    "data_privacy_score",
    "membership_inference_attack_score",
    "attribute_inference_attack_score",
)


class Gretel:
    """One report: the quality score and its components."""

    name = "gretel"
    title = "Gretel report (JSON)"
    kind: Kind = "quality_report"

    def can_read(self, head: Head) -> bool:
        """Recognise a report by its quality score."""
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
            columns=dict.fromkeys(SCORE_NAMES, "metric"),
            unused=("fields", "left_pca", "right_pca", "left_correlation", "right_correlation"),
            encoding=source.encoding,
            warnings=("The report has no date and names no project: the project comes from the file name.",),
        )


def _parse_report(record: object) -> QualityReport | None:
    if not isinstance(record, dict) or "score" not in read_section(record, MAIN_SCORE):
        return None
    scores = (
        Score(name.replace("_", " "), read_section(record, name).get("score"), 0, 100, "higher") for name in SCORE_NAMES
    )
    return QualityReport(tuple(scores), record.get("left_rows"), record.get("right_rows"))


IMPORTER: Importer = Gretel()
