"""The commands that list, export and load what a lead registers: automations, rates, and which project is which.

Each command imports what it needs when it runs, like those of the command line itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard import terminal
from dashboard.terminal import RowFormat

if TYPE_CHECKING:
    import polars as pl

    from dashboard.store import Store

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help='A CSV file; "-" is standard output.')]


@dataclass(frozen=True)
class Sheet:
    """How a sheet is read as a frame, written as CSV, and replaced by a CSV text (which returns a count)."""

    load_frame: Callable[[Store], pl.DataFrame]
    export_csv: Callable[[Store], str]
    load_csv: Callable[[Store, str, str | None], int]


def build_automation_sheet() -> Sheet:
    """Return the register of automations."""
    from dashboard.mapping import automations as register

    return Sheet(register.read_automations, register.format_automations_csv, register.load_automations_csv)


def build_rate_sheet() -> Sheet:
    """Return the prices of hours and tokens."""
    from dashboard.mapping import rates as prices

    return Sheet(prices.read_rates, prices.format_rates_csv, prices.load_rates_csv)


def build_project_sheet() -> Sheet:
    """Return the tracker's project of each labeling tool's project."""
    from dashboard.mapping import labeling_projects as places

    return Sheet(places.read_labeling_projects, places.format_labeling_projects_csv, places.load_labeling_projects_csv)


def build_commands(noun: str, what: str, sheet: Callable[[], Sheet], loaded: str) -> typer.Typer:
    """Return the commands of one sheet; `loaded` says after a load how many `{count}` there are."""
    group = typer.Typer(help=f"{what}: list, export, load.")

    @group.callback(help=f"List {noun}.")
    def list_rows(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            frame = sheet().load_frame(resolve_store(context))
            terminal.write_rows(terminal.build_rows(frame.columns, frame.iter_rows()), RowFormat.table)

    @group.command("export", help=f"Write {noun} as CSV, to keep them in version control.")
    def export_rows(context: typer.Context, target: FileArgument) -> None:
        terminal.write_file(target, sheet().export_csv(resolve_store(context)))

    @group.command("load", help=f"Replace {noun} by those of a CSV file; every figure follows.")
    def load_rows(context: typer.Context, target: FileArgument) -> None:
        count = sheet().load_csv(resolve_store(context), terminal.read_file(target), terminal.find_user_name())
        terminal.write_message(loaded.format(count=count))

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
        "rates and token prices", "What hours and tokens cost", build_rate_sheet, "{count} rates and token prices are in force."
    ),
    "projects": build_commands(
        "the projects of labeling tools",
        "Which project each labeling tool's project is",
        build_project_sheet,
        "{count} projects of labeling tools are matched.",
    ),
}
"""Name of the command -> its group."""
