"""Metrics JSON of mostlyai-qa, with names in camel case or in snake case.

Accuracy is read against what the real data allow (the *Max fields), similarity and distances against a hold-out of
real data. Sequence metrics are empty for tables without sequences, and are then no rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dashboard.importers.contract import Head, Importer, Reading, Settings, Source
from dashboard.importers.quality_scores import Better, Report, Score, batches, part
from dashboard.schemas import Kind

PARTS = ("accuracy", "similarity", "distances")
ACCURACY = ("overall", "univariate", "bivariate", "trivariate", "coherence")
Row = tuple[str, str, float | None, float | None, Better, str | None]
OTHERS: tuple[Row, ...] = (  # part, name, ends of the scale, what is better, name of the reference
    ("similarity", "cosine_similarity_training_synthetic", -1, 1, "reference", "cosine_similarity_training_holdout"),
    ("similarity", "discriminator_auc_training_synthetic", 0, 1, "reference", "discriminator_auc_training_holdout"),
    ("distances", "ims_training", 0, 1, "lower", "ims_trn_hol"),
    ("distances", "ims_holdout", 0, 1, "lower", "ims_trn_hol"),
    ("distances", "dcr_training", 0, None, "reference", "dcr_trn_hol"),
    ("distances", "dcr_holdout", 0, None, "reference", "dcr_trn_hol"),
    ("distances", "dcr_share", 0, 1, "reference", None),
    ("distances", "nndr_training", 0, 1, "reference", "nndr_trn_hol"),
    ("distances", "nndr_holdout", 0, 1, "reference", "nndr_trn_hol"),
)
HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
EVEN = 0.5  # the share of synthetic rows nearer to training than to hold-out data, where nothing was copied


class MostlyaiQa:
    """One report: accuracy, similarity and distances of synthetic data."""

    name = "mostlyai_qa"
    title = "mostlyai-qa metrics (JSON)"
    kind: Kind = "quality_report"

    def recognises(self, head: Head) -> bool:
        """Tell a report by its three parts."""
        return head.shape in ("json", "jsonl") and bool(head.records) and all(_report(one) for one in head.records)

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the scores; there is nothing that `settings` could add."""
        del settings
        return Reading(
            batches=batches(source, _report),
            columns=dict.fromkeys(PARTS, "metric"),
            encoding=source.encoding,
            warnings=("The report has no date and names no project: its file name stands for it.",),
        )


def _report(record: object) -> Report | None:
    if not isinstance(record, dict) or not all(isinstance(record.get(name), dict) for name in PARTS):
        return None
    parts = {name: _snake(part(record, name)) for name in PARTS}
    told = parts["accuracy"]
    scores = [Score(f"accuracy {name}", told.get(name), 0, 1, "higher", told.get(f"{name}_max")) for name in ACCURACY]
    for where, name, low, high, better, reference in OTHERS:
        beside = EVEN if reference is None else parts[where].get(reference)
        scores.append(Score(name.replace("_", " "), parts[where].get(name), low, high, better, beside))
    return Report(tuple(scores))


def _snake(record: Mapping[str, object]) -> dict[str, object]:
    """Return the fields under names in snake case: dcrTrnHol is dcr_trn_hol, AUCTraining auc_training."""
    return {HUMPS.sub("_", str(key)).lower(): one for key, one in record.items()}


IMPORTER: Importer = MostlyaiQa()
