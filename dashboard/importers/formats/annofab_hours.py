"""Hours of labor of Annofab: who worked how long on which day.

Beside the actual hours, which come from people's own records, a table may have the monitored ones, in which the editor
was open. They are a part of the actual hours and are never added to them.
"""

from __future__ import annotations

from dashboard.importers.contract import Importer
from dashboard.importers.tracker_table import TrackerTable

IMPORTER: Importer = TrackerTable(
    name="annofab_hours",
    tool="annofab",
    title="Annofab labor and worktime per date (CSV)",
    columns={
        "day_on": ("date",),
        "person": ("user_id", "account_id", "username", "user_name"),
        "project": ("project_title", "project_name", "project_id"),
        "hours": ("actual_worktime_hour", "worktime_actual", "作業実績時間"),
    },
    signatures=(frozenset({"day_on", "person", "hours"}),),
    lacks=("tasks", "the time of day"),
)
