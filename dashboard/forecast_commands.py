"""The commands about what is to come: scenarios a lead saves, and projections that are written down for good.

Each command imports what it needs when it runs, like those of the command line itself.
"""

from __future__ import annotations

from dashboard.register_commands import Sheet, commands


def sheet() -> Sheet:
    """Return the scenarios."""
    from dashboard.mapping import scenarios as saved

    return Sheet(saved.scenarios_frame, saved.scenarios_csv, saved.load_scenarios)


scenarios = commands("scenarios", "Scenarios of what is to come", sheet, "{count} scenarios are saved.")
