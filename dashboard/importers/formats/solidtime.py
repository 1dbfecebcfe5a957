"""Time entries of solidtime as CSV."""

from __future__ import annotations

from dashboard.importers.contract import Importer
from dashboard.importers.tracker_table import TrackerTable

IMPORTER: Importer = TrackerTable(
    name="solidtime",
    tool="solidtime",
    title="solidtime entries (CSV)",
    columns={
        "person": ("User", "Member"),
        "client": ("Client",),
        "project": ("Project",),
        "task": ("Task",),
        "description": ("Description",),
        "tags": ("Tags",),
        "billable": ("Billable",),
        "started_at": ("Start",),
        "ended_at": ("End",),
        "duration": ("Duration",),
        "DECIMAL": ("Duration (decimal)",),
    },
    signatures=(frozenset({"started_at", "ended_at", "duration", "DECIMAL"}),),
    unit="hours",
)
