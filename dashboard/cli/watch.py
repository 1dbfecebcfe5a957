"""The command that imports what is dropped into a folder."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.settings import resolve_store
from dashboard.cli.terminal import (
    check_finite,
    find_user_name,
    parse_path,
    write_error,
    write_import_counts,
    write_import_messages,
    write_message,
)
from dashboard.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.ingest.results import ImportFailure, ImportResult


def watch_folders(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            parser=parse_path, metavar="FOLDER...", help="Watch these from now on; default: those in watch."
        ),
    ] = None,
    *,
    every: Annotated[
        float, typer.Option(min=1, max=86_400, callback=check_finite, help="Seconds between two looks.")
    ] = 10,
    once: Annotated[bool, typer.Option("--once", help="Import what is there and end, as a timer would.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop watching the folders named.")] = False,
) -> None:
    """Import each export that is dropped into a folder, once; the dashboard does the same while it runs."""
    from dashboard.ingest import watch
    from dashboard.web.temporary_files import keep_temporary_files

    context.with_resource(keep_temporary_files())
    store, who = resolve_store(context), find_user_name()
    for folder in folders or ():
        watch.watch_folder(store, folder, active=not stop, who=who)
    if stop:
        return
    with store.snapshot() as snapshot:
        active = watch.list_active(snapshot)
    if not active:
        raise UnreadableFile("No folder is watched.", "Name one: labeltime watch FOLDER.")
    write_message(f"Watching {', '.join(map(str, active))}.{'' if once else ' Ctrl+C ends it.'}")
    watcher = watch.Watcher(store, who)
    if once:
        watcher.look()
        time.sleep(every)  # a file that is still being written differs at the second look
        report_outcomes(watcher.look())
        return
    try:
        watcher.run(Event(), every, report_outcomes, write_error)
    except KeyboardInterrupt:
        return


def report_outcomes(outcomes: Sequence[ImportResult | ImportFailure]) -> None:
    """Write what came of the files of one look."""
    from dashboard.ingest.results import ImportFailure, ImportResult

    imported = [outcome for outcome in outcomes if isinstance(outcome, ImportResult)]
    failed = [outcome for outcome in outcomes if isinstance(outcome, ImportFailure)]
    if imported:
        write_import_counts(imported, in_json=False)
    write_import_messages(imported, failed, dry_run=False)
