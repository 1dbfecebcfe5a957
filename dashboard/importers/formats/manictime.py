"""ManicTime timelines as CSV: applications with their process, or tags with notes."""

from __future__ import annotations

from dashboard.importers.contract import Head, Importer
from dashboard.importers.table import fold_title
from dashboard.importers.tracker_table import TrackerTable

TITLES = frozenset({"name", "start", "end", "duration"})


class ManicTime(TrackerTable):
    """A table with these four columns and one more, as other tools have some of them."""

    def can_read(self, head: Head) -> bool:
        """Recognise the table by all of its titles."""
        titles = {fold_title(title) for title in head.header}
        return head.shape == "table" and titles - TITLES in ({"process"}, {"notes"}) and titles >= TITLES


IMPORTER: Importer = ManicTime(
    name="manictime",
    tool="manictime",
    title="ManicTime timeline (CSV)",
    columns={
        "task": ("Name",),
        "started_at": ("Start",),
        "ended_at": ("End",),
        "duration": ("Duration",),
        "description": ("Notes", "Process"),
    },
    signatures=(),
    lacks=("who worked", "the project, apart from tags"),
)
