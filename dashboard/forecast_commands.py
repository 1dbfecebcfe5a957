"""The commands about what is to come: scenarios a lead saves, and projections that are written down for good.

Each command imports what it needs when it runs, like those of the command line itself.
"""

from __future__ import annotations

from dashboard.register_commands import Sheet, commands


def sheet() -> Sheet:
    """Return the scenarios."""
    from dashboard.mapping import scenarios as saved

    return Sheet(saved.scenarios_frame, saved.scenarios_csv, saved.load_scenarios)


def remaining() -> Sheet:
    """Return what is still to be labeled."""
    from dashboard.mapping import backlogs as planned

    return Sheet(planned.backlogs_frame, planned.backlogs_csv, planned.load_backlogs)


backlogs = commands(
    "what is still to be labeled", "Items still to be labeled", remaining, "{count} backlogs are planned."
)
scenarios = commands("scenarios", "Scenarios of what is to come", sheet, "{count} scenarios are saved.")
