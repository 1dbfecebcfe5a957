"""The commands that list, export and load what a lead registers: automations, rates, and which project is which.

Each command imports what it needs when it runs, like those of the command line itself.

The commands for what a lead plans and records: budgets, targets, and notes pinned to a day.

Each command imports what it needs when it runs, like those of the command line itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.terminal import (
    RowFormat,
    build_rows,
    find_user_name,
    read_file,
    write_file,
    write_message,
    write_rows,
)

if TYPE_CHECKING:
    import polars as pl

    from dashboard.store.generations import Store


FileArgument = Annotated[str, typer.Argument(metavar="FILE", help='A CSV file; "-" is standard output.')]


@dataclass(frozen=True)
class Sheet:
    """How a sheet is read as a frame, written as CSV, and replaced by a CSV text (which returns a count)."""

    load_frame: Callable[[Store], pl.DataFrame]
    export_csv: Callable[[Store], str]
    load_csv: Callable[[Store, str, str | None], int]


def build_automation_sheet() -> Sheet:
    """Return the register of automations."""
    from dashboard.settings.automations import format_automations_csv, load_automations_csv, read_automations

    return Sheet(read_automations, format_automations_csv, load_automations_csv)


def build_rate_sheet() -> Sheet:
    """Return the prices of hours and tokens."""
    from dashboard.settings.rates import format_rates_csv, load_rates_csv, read_rates

    return Sheet(read_rates, format_rates_csv, load_rates_csv)


def build_project_sheet() -> Sheet:
    """Return the tracker's project of each labeling tool's project."""
    from dashboard.settings.labeling_projects import (
        format_labeling_projects_csv,
        load_labeling_projects_csv,
        read_labeling_projects,
    )

    return Sheet(read_labeling_projects, format_labeling_projects_csv, load_labeling_projects_csv)


def build_commands(noun: str, what: str, sheet: Callable[[], Sheet], loaded: str) -> typer.Typer:
    """Return the commands of one sheet; `loaded` says after a load how many `{count}` there are."""
    group = typer.Typer(help=f"{what}: list, export, load.")

    @group.callback(help=f"List {noun}.")
    def list_rows(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            frame = sheet().load_frame(resolve_store(context))
            write_rows(build_rows(frame.columns, frame.iter_rows()), RowFormat.table)

    @group.command("export", help=f"Write {noun} as CSV, to keep them in version control.")
    def export_rows(context: typer.Context, target: FileArgument) -> None:
        write_file(target, sheet().export_csv(resolve_store(context)))

    @group.command("load", help=f"Replace {noun} by those of a CSV file; every figure follows.")
    def load_rows(context: typer.Context, target: FileArgument) -> None:
        count = sheet().load_csv(resolve_store(context), read_file(target), find_user_name())
        write_message(loaded.format(count=count))

    return group


def resolve_store(context: typer.Context) -> Store:
    """Return the store in use, as the command line resolved it."""
    current: Store = context.find_root().obj()
    return current


REGISTER_GROUPS = {
    "automations": build_commands(
        "the register of automations",
        "Automations, who uses them, and since when",
        build_automation_sheet,
        "{count} automations are registered.",
    ),
    "rates": build_commands(
        "rates and token prices",
        "What hours and tokens cost",
        build_rate_sheet,
        "{count} rates and token prices are in force.",
    ),
    "projects": build_commands(
        "the projects of labeling tools",
        "Which project each labeling tool's project is",
        build_project_sheet,
        "{count} projects of labeling tools are matched.",
    ),
}
"""Name of the command -> its group."""


def build_budget_sheet() -> Sheet:
    """Return the budgets."""
    from dashboard.settings.budgets import format_budgets_csv, load_budgets_csv, read_budgets

    return Sheet(read_budgets, format_budgets_csv, load_budgets_csv)


def build_target_sheet() -> Sheet:
    """Return the targets."""
    from dashboard.settings.targets import format_targets_csv, load_targets_csv, read_targets

    return Sheet(read_targets, format_targets_csv, load_targets_csv)


def build_note_sheet() -> Sheet:
    """Return the notes."""
    from dashboard.settings.notes import format_notes_csv, load_notes_csv, read_notes

    return Sheet(read_notes, format_notes_csv, load_notes_csv)


PLAN_GROUPS = {
    "budgets": build_commands(
        "the budgets in force", "Budgets of hours and money", build_budget_sheet, "{count} budgets are in force."
    ),
    "targets": build_commands(
        "the targets in force", "Targets and their days", build_target_sheet, "{count} targets are in force."
    ),
    "notes": build_commands(
        "notes pinned to a day", "Notes on what happened", build_note_sheet, "{count} notes are pinned."
    ),
}
"""Name of the command -> its group."""
