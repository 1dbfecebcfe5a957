"""The commands that list, export and load what a lead registers: automations, rates, and which project is which.

Each command imports what it needs when it runs, like those of the command line itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard import terminal
from dashboard.terminal import Format

if TYPE_CHECKING:
    import polars as pl

    from dashboard.store import Store

Target = Annotated[str, typer.Argument(metavar="FILE", help='A CSV file; "-" is standard output.')]


@dataclass(frozen=True)
class Sheet:
    """How a sheet is read as a frame, written as CSV, and replaced by a CSV text (which returns a count)."""

    frame: Callable[[Store], pl.DataFrame]
    csv: Callable[[Store], str]
    load: Callable[[Store, str, str | None], int]


def automations() -> Sheet:
    """Return the register of automations."""
    from dashboard.mapping import automations as register

    return Sheet(register.automations_frame, register.automations_csv, register.load_automations)


def rates() -> Sheet:
    """Return what hours and tokens cost."""
    from dashboard.mapping import rates as prices

    return Sheet(prices.rates_frame, prices.rates_csv, prices.load_rates)


def projects() -> Sheet:
    """Return which project of the tracker each project of a labeling tool is."""
    from dashboard.mapping import labeling_projects as places

    return Sheet(places.places_frame, places.places_csv, places.load_places)


def commands(noun: str, what: str, sheet: Callable[[], Sheet], loaded: str) -> typer.Typer:
    """Return the commands of one sheet; `loaded` says after a load how many `{count}` there are."""
    group = typer.Typer(help=f"{what}: list, export, load.")

    @group.callback(help=f"List {noun}.")
    def show(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            frame = sheet().frame(store(context))
            terminal.write(terminal.of(frame.columns, frame.iter_rows()), Format.table)

    @group.command("export", help=f"Write {noun} as CSV, to keep them in version control.")
    def export(context: typer.Context, target: Target) -> None:
        terminal.write_file(target, sheet().csv(store(context)))

    @group.command("load", help=f"Replace {noun} by those of a CSV file; every figure follows.")
    def load(context: typer.Context, target: Target) -> None:
        count = sheet().load(store(context), terminal.read_file(target), terminal.who())
        terminal.say(loaded.format(count=count))

    return group


def store(context: typer.Context) -> Store:
    """Return the store in use, as the command line found it out."""
    found: Store = context.find_root().obj()
    return found


GROUPS = {
    "automations": commands(
        "the register of automations", "What helps whom since when", automations, "{count} automations are registered."
    ),
    "rates": commands(
        "rates and token prices", "What hours and tokens cost", rates, "{count} rates and token prices are in force."
    ),
    "projects": commands(
        "the projects of labeling tools",
        "Which project each labeling tool's project is",
        projects,
        "{count} projects of labeling tools are matched.",
    ),
}
"""Name of the command -> its group."""
