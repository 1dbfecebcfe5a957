"""Report JSON of Gretel: scores from 0 to 100, under the names of older and of newer reports."""

from __future__ import annotations

from dashboard.importers.contract import Head, Importer, Reading, Settings, Source
from dashboard.importers.quality_scores import Report, Score, batches, part
from dashboard.schemas import Kind

MAIN = "synthetic_data_quality_score"
SCORES = (
    MAIN,
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
    """One report: the quality score and what it is made of."""

    name = "gretel"
    title = "Gretel report (JSON)"
    kind: Kind = "quality_report"

    def recognises(self, head: Head) -> bool:
        """Tell a report by its quality score."""
        return head.shape in ("json", "jsonl") and bool(head.records) and all(_report(one) for one in head.records)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the scores; there is nothing that `settings` could add."""
        del settings
        return Reading(
            batches=batches(source, _report),
            columns=dict.fromkeys(SCORES, "metric"),
            unused=("fields", "left_pca", "right_pca", "left_correlation", "right_correlation"),
            encoding=source.encoding,
            warnings=("The report has no date and names no project: its file name stands for it.",),
        )


def _report(record: object) -> Report | None:
    if not isinstance(record, dict) or "score" not in part(record, MAIN):
        return None
    scores = (Score(name.replace("_", " "), part(record, name).get("score"), 0, 100, "higher") for name in SCORES)
    return Report(tuple(scores), record.get("left_rows"), record.get("right_rows"))


IMPORTER: Importer = Gretel()
