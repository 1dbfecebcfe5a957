"""Street signs rendered by a script: their labels come for free, and a report compares their table with real signs.

The labels are Labeltime's own labeling CSV; the report is a metrics JSON as mostlyai-qa writes it, about the table of
sign attributes (class, size, angle, light). It looks good, while the runs say that a rendered sign teaches a model
less than a fifth of what a real one does.
"""

from __future__ import annotations

import csv
import json
from datetime import datetime, time, timedelta
from pathlib import Path

from dashboard.demo.team import BY_KEY, DemoTeam

RENDERED, DAYS_AGO = 2000, 20
SIGNS = "SS"
REPORT = {
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


def report_name() -> str:
    """Return the report's file name, whose first part is the project."""
    return f"{BY_KEY[SIGNS].name}__rendered.json"


def write_report(path: Path) -> None:
    """Write the quality report."""
    path.write_text(json.dumps(REPORT, indent=2) + "\n", encoding="utf-8")


def write_rendered(path: Path, team: DemoTeam) -> None:
    """Write the rendered labels: one evening's work of a machine, nobody's time."""
    begun_at = datetime.combine(team.today - timedelta(days=DAYS_AGO), time(20))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(
            ("item", "person", "method", "finished_at", "seconds", "outcome", "project", "dataset", "label_kind")
        )
        for number in range(RENDERED):
            at = begun_at + timedelta(seconds=4 * number)
            out.writerow(
                (f"rendered-{number:05d}", "", "synthetic", f"{at:%Y-%m-%dT%H:%M:%S}Z", "", "submitted",
                 BY_KEY[SIGNS].name, "rendered", "box")
            )  # fmt: skip
