"""Hamster, the time tracker of GNOME: its report saved as tab-separated values.

The category of an activity stands for its project. Versions write the length as minutes or as `h:mm` under the same
title, so that the one from start to end counts.
"""

from __future__ import annotations

from dashboard.importers.contract import Importer
from dashboard.importers.tracker_table import TrackerTable

IMPORTER: Importer = TrackerTable(
    name="hamster",
    tool="hamster",
    title="Hamster report (TSV)",
    columns={
        "project": ("category",),
        "task": ("activity",),
        "description": ("description",),
        "tags": ("tags",),
        "started_at": ("start time",),
        "ended_at": ("end time",),
        "MINUTES": ("duration minutes",),
    },
    signatures=(frozenset({"project", "task", "started_at", "ended_at", "MINUTES"}),),
    lacks=("whose work it is",),
)
