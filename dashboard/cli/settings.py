"""The commands that list, export and load each sheet a lead edits, built from the sheets' own declarations.

The modules of the sheets are imported when a command runs, so that `--help` answers at once.
"""

from __future__ import annotations

from importlib import import_module
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
from dashboard.discovery import Declaration, read_declarations

if TYPE_CHECKING:
    from dashboard.settings.sheet import Sheet
    from dashboard.store.generations import Store


FileArgument = Annotated[str, typer.Argument(metavar="FILE", help='A CSV file; "-" is standard output.')]


def build_sheet_groups() -> dict[str, typer.Typer]:
    """Return the commands of every sheet by the sheet's name."""
    declarations = read_declarations("dashboard.settings", "Sheet")
    groups = {str(declaration.literals["name"]): build_commands(declaration) for declaration in declarations}
    return dict(sorted(groups.items()))


def build_commands(declaration: Declaration) -> typer.Typer:
    """Return the commands of one sheet."""
    noun = str(declaration.literals["noun"])
    group = typer.Typer(help=f"{declaration.literals['summary']}: list, export, load.")

    @group.callback(help=f"List {noun}.")
    def list_rows(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            sheet = import_sheet(declaration)
            frame = sheet.list_rows(resolve_store(context))
            titles = {field.name: field.title for field in sheet.fields}
            write_rows(build_rows(frame.columns, frame.iter_rows(), titles), RowFormat.table)
            if frame.is_empty():
                write_message(
                    f"Nothing is set. `labeltime {sheet.name} load FILE` reads a CSV file with the columns"
                    f" {', '.join(titles)}; `labeltime help sheets` says what they hold."
                )

    @group.command("export", help=f"Write {noun} as CSV, to keep them in version control.")
    def export_rows(context: typer.Context, target: FileArgument) -> None:
        write_file(target, import_sheet(declaration).format_csv(resolve_store(context)))

    @group.command("load", help=f"Replace {noun} by those of a CSV file; every figure follows.")
    def load_rows(context: typer.Context, target: FileArgument) -> None:
        sheet = import_sheet(declaration)
        count = sheet.load_csv(resolve_store(context), read_file(target), find_user_name())
        write_message(sheet.saved.format(count=count))

    return group


def import_sheet(declaration: Declaration) -> Sheet:
    """Return the sheet that a module declares."""
    sheet: Sheet = getattr(import_module(declaration.module), declaration.constant)
    return sheet


def resolve_store(context: typer.Context) -> Store:
    """Return the store in use, as the command line resolved it."""
    current: Store = context.find_root().obj()
    return current
