"""The commands that write the whole store as open files and make a store of them again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.settings import resolve_store
from dashboard.cli.terminal import write_message
from dashboard.units import format_count

if TYPE_CHECKING:
    from dashboard.store.open_files import Manifest


def export_store(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or empty folder.")],
) -> None:
    """Write the whole store as open files: Parquet, SQL and a manifest of hashes; names and secrets are in them."""
    from dashboard.store import open_files

    write_message(f"Exported {describe_manifest(open_files.export_store(resolve_store(context), folder))} to {folder}.")


def restore_store(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What export-store wrote.")],
) -> None:
    """Make a new store of what export-store wrote, where there is none; it watches no folder until you name one."""
    from dashboard.reports.restored import check_restored
    from dashboard.store import open_files

    store = resolve_store(context)
    manifest = open_files.restore_store(store, folder, check_restored)
    write_message(f"Restored {describe_manifest(manifest)} to {store.folder}.")


def describe_manifest(manifest: Manifest) -> str:
    """Return how much an export holds, in words."""
    return f"{len(manifest.tables)} tables with {format_count(manifest.count_rows())} rows"
