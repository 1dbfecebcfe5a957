"""The commands about what a lead plans and remembers: budgets, targets, and notes pinned to a day.

Each command imports what it needs when it runs, like those of the command line itself.
"""

from __future__ import annotations

from dashboard.register_commands import Sheet, commands


def budgets() -> Sheet:
    """Return the budgets."""
    from dashboard.mapping import budgets as planned

    return Sheet(planned.budgets_frame, planned.budgets_csv, planned.load_budgets)


def targets() -> Sheet:
    """Return the targets."""
    from dashboard.mapping import targets as wanted

    return Sheet(wanted.targets_frame, wanted.targets_csv, wanted.load_targets)


def notes() -> Sheet:
    """Return the notes."""
    from dashboard.mapping import notes as pinned

    return Sheet(pinned.notes_frame, pinned.notes_csv, pinned.load_notes)


GROUPS = {
    "budgets": commands("the budgets in force", "Budgets of hours and money", budgets, "{count} budgets are in force."),
    "targets": commands("the targets in force", "Targets and their days", targets, "{count} targets are in force."),
    "notes": commands("notes pinned to a day", "Notes on what happened", notes, "{count} notes are pinned."),
}
"""Name of the command -> its group."""
