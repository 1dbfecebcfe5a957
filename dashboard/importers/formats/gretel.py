"""Report JSON of Gretel: scores from 0 to 100, under the names of older and of newer reports."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.importers.contract import Importer
from dashboard.importers.frames.quality_scores import QualityReport, Score, ScoreImporter, read_section

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


def _parse_report(record: Mapping[str, object]) -> QualityReport | None:
    if "score" not in read_section(record, MAIN_SCORE):
        return None
    scores = (
        Score(name.replace("_", " "), read_section(record, name).get("score"), 0, 100, "higher") for name in SCORE_NAMES
    )
    return QualityReport(tuple(scores), record.get("left_rows"), record.get("right_rows"))


IMPORTER: Importer = ScoreImporter(
    "gretel",
    "Gretel report (JSON)",
    _parse_report,
    dict.fromkeys(SCORE_NAMES, "metric"),
    unused=("fields", "left_pca", "right_pca", "left_correlation", "right_correlation"),
)
