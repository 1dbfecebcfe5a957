"""Metrics JSON of mostlyai-qa, with names in camel case or snake case.

The reference of accuracy is what the real data allow (the *Max fields); that of similarity and distances is a
hold-out of real data. Sequence metrics are empty for tables without sequences, and then give no rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dashboard.importers.contract import Importer
from dashboard.importers.frames.quality_scores import Better, QualityReport, Score, ScoreImporter, read_section

SECTIONS = ("accuracy", "similarity", "distances")
ACCURACY_SCORES = ("overall", "univariate", "bivariate", "trivariate", "coherence")
ScoreSpec = tuple[str, str, float | None, float | None, Better, str | None]
OTHER_SCORES: tuple[ScoreSpec, ...] = (  # part, name, ends of the scale, what is better, name of the reference
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
CAMEL_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
EVEN_SHARE = 0.5  # share of synthetic rows nearer to training than to hold-out data if nothing was copied


def _parse_report(record: Mapping[str, object]) -> QualityReport | None:
    if not all(isinstance(record.get(name), dict) for name in SECTIONS):
        return None
    sections = {name: _convert_names(read_section(record, name)) for name in SECTIONS}
    accuracy = sections["accuracy"]
    scores = [
        Score(f"accuracy {name}", accuracy.get(name), 0, 1, "higher", accuracy.get(f"{name}_max"))
        for name in ACCURACY_SCORES
    ]
    for section, name, low, high, better, reference in OTHER_SCORES:
        reference_value = EVEN_SHARE if reference is None else sections[section].get(reference)
        scores.append(Score(name.replace("_", " "), sections[section].get(name), low, high, better, reference_value))
    return QualityReport(tuple(scores))


def _convert_names(record: Mapping[str, object]) -> dict[str, object]:
    """Return the fields with names in snake case: dcrTrnHol is dcr_trn_hol, AUCTraining auc_training."""
    return {CAMEL_HUMPS.sub("_", str(key)).lower(): value for key, value in record.items()}


IMPORTER: Importer = ScoreImporter(
    "mostlyai_qa", "mostlyai-qa metrics (JSON)", _parse_report, dict.fromkeys(SECTIONS, "metric")
)
