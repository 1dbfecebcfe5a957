"""Street signs rendered by a script: their labels are free, and a quality report compares their table with real signs.

The labels are in Labeltime's own labeling CSV; the report is a metrics JSON as mostlyai-qa writes it, about the table
of sign attributes (class, size, angle, light). The report looks good, although the training runs show that a rendered
sign is worth less than a fifth of a real one.
"""

from __future__ import annotations

import csv
import json
from datetime import datetime, time, timedelta
from pathlib import Path

from dashboard.demo.team import BY_KEY, DemoTeam

RENDERED_COUNT, DAYS_AGO = 2000, 20
PROJECT_KEY = "SS"
QUALITY_REPORT = {
    "accuracy": {
        "overall": 0.931,
        "univariate": 0.968,
        "bivariate": 0.935,
        "trivariate": 0.890,
        "coherence": None,
        "overallMax": 0.952,
        "univariateMax": 0.981,
        "bivariateMax": 0.955,
        "trivariateMax": 0.919,
        "coherenceMax": None,
    },
    "similarity": {
        "cosineSimilarityTrainingSynthetic": 0.9962,
        "cosineSimilarityTrainingHoldout": 0.9991,
        "discriminatorAUCTrainingSynthetic": 0.724,
        "discriminatorAUCTrainingHoldout": 0.511,
    },
    "distances": {
        "imsTraining": 0.0,
        "imsHoldout": 0.0,
        "imsTrnHol": 0.0,
        "dcrTraining": 0.061,
        "dcrHoldout": 0.063,
        "dcrTrnHol": 0.044,
        "dcrShare": 0.507,
        "nndrTraining": 0.412,
        "nndrHoldout": 0.421,
        "nndrTrnHol": 0.385,
    },
}


def format_report_name() -> str:
    """Return the report's file name, which begins with the project."""
    return f"{BY_KEY[PROJECT_KEY].name}__rendered.json"


def write_quality_report(path: Path) -> None:
    """Write the quality report."""
    path.write_text(json.dumps(QUALITY_REPORT, indent=2) + "\n", encoding="utf-8")


def write_rendered_labels(path: Path, team: DemoTeam) -> None:
    """Write the rendered labels: one evening of machine time, no labor."""
    begun_at = datetime.combine(team.today - timedelta(days=DAYS_AGO), time(20))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ("item", "person", "method", "finished_at", "seconds", "outcome", "project", "dataset", "label_kind")
        )
        for number in range(RENDERED_COUNT):
            finished_at = begun_at + timedelta(seconds=4 * number)
            writer.writerow(
                (f"rendered-{number:05d}", "", "synthetic", f"{finished_at:%Y-%m-%dT%H:%M:%S}Z", "", "submitted",
                 BY_KEY[PROJECT_KEY].name, "rendered", "box")
            )  # fmt: skip
