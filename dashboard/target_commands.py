"""The commands for what a lead plans and records: budgets, targets, and notes pinned to a day.

Each command imports what it needs when it runs, like those of the command line itself.
"""

from __future__ import annotations

from dashboard.register_commands import Sheet, build_commands


def build_budget_sheet() -> Sheet:
    """Return the budgets."""
    from dashboard.mapping import budgets as planned

    return Sheet(planned.read_budgets, planned.format_budgets_csv, planned.load_budgets_csv)


def build_target_sheet() -> Sheet:
    """Return the targets."""
    from dashboard.mapping import targets as wanted

    return Sheet(wanted.read_targets, wanted.format_targets_csv, wanted.load_targets_csv)


def build_note_sheet() -> Sheet:
    """Return the notes."""
    from dashboard.mapping import notes as pinned

    return Sheet(pinned.read_notes, pinned.format_notes_csv, pinned.load_notes_csv)


PLAN_GROUPS = {
    "budgets": build_commands("the budgets in force", "Budgets of hours and money", build_budget_sheet, "{count} budgets are in force."),
    "targets": build_commands("the targets in force", "Targets and their days", build_target_sheet, "{count} targets are in force."),
    "notes": build_commands("notes pinned to a day", "Notes on what happened", build_note_sheet, "{count} notes are pinned."),
}
"""Name of the command -> its group."""
