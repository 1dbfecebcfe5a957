"""RescueTime activities as CSV: what one person had open, summed by stretches of five minutes or an hour.

A stretch holds several activities, which have no start of their own: a row counts on its day.
"""

from __future__ import annotations

from dashboard.importers.contract import Importer
from dashboard.importers.tracker_table import TrackerTable

IMPORTER: Importer = TrackerTable(
    name="rescuetime",
    tool="rescuetime",
    title="RescueTime activities (CSV)",
    columns={
        "day_on": ("Date",),
        "seconds": ("Time Spent (seconds)",),
        "project": ("Category",),
        "description": ("Activity",),
        "SCORE": ("Productivity",),
    },
    signatures=(frozenset({"day_on", "seconds", "description", "SCORE"}),),
    lacks=("who worked", "the time of day of an activity", "whether it was work"),
)
