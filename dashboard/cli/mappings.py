"""Saved mappings on the command line: find one for an import, and the commands that add and delete one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.settings import resolve_store
from dashboard.cli.terminal import find_user_name, write_message

if TYPE_CHECKING:
    from dashboard.store.generations import Store


def delete_mapping(
    context: typer.Context, name: Annotated[str, typer.Argument(help="As `mappings` lists it.")]
) -> None:
    """Delete a saved mapping; what was imported by it stays."""
    from dashboard.settings import mappings

    mappings.delete_mapping(resolve_store(context), name, find_user_name())
    write_message(f"The mapping {name} is deleted.")


def add_mapping(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="By which --mapping names it; one of the same name is replaced.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A JSON file; `labeltime help formats` shows its form.")],
) -> None:
    """Save the mapping of a JSON file under a name."""
    from dashboard.importers.generic_mapping import load_mapping
    from dashboard.settings.mappings import save_mapping

    is_other = save_mapping(resolve_store(context), name, load_mapping(file), find_user_name())
    write_message(f"The mapping {name} is {'replaced' if is_other else 'saved'}.")


def add_mapping_commands(group: typer.Typer) -> None:
    """Add the commands to the group `mappings`."""
    group.command("add")(add_mapping)
    group.command("delete")(delete_mapping)


def find_mapping(store: Store, name: str) -> dict[str, str]:
    """Return the saved mapping of a name, else that of a JSON file.

    Raises:
        BadMapping: there is neither, or the file cannot be used.
    """
    from dashboard.importers.generic_mapping import load_mapping
    from dashboard.settings.mappings import read_mappings, resolve_mapping

    with store.snapshot() as snapshot:
        if name in read_mappings(snapshot) or not Path(name).exists():
            return resolve_mapping(snapshot, name)
    return load_mapping(Path(name))
