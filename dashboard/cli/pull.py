"""`labeltime pull`: fetch from a tool what changed, and import it like an export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dashboard.cli.terminal import (
    UNDO_HINT,
    RowFormat,
    build_rows,
    find_user_name,
    replace_control,
    write_import_counts,
    write_message,
    write_rows,
    write_warnings,
)
from dashboard.units import count_noun

if TYPE_CHECKING:
    from dashboard.pull.run import Advance, Pull


def pull_source(
    context: typer.Context,
    source: Annotated[
        str | None, typer.Argument(metavar="[SOURCE]", help="A tool; without it: the list, with the last pulls.")
    ] = None,
    *,
    server: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Such as https://labels.example.org.")] = None,
    project: Annotated[list[str] | None, typer.Option(help="Only this project of the tool; may be repeated.")] = None,
    user: Annotated[str | None, typer.Option(help="The e-mail or number that some tools want beside a token.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="First day of a first pull.")
    ] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone of clock times, where the tool names none.")] = None,
    edited: Annotated[
        Literal["replace", "keep"] | None,
        typer.Option(help="Entries that look like known ones, edited or moved: the tool's version counts, or both do."),
    ] = None,
    is_full: Annotated[bool, typer.Option("--full", help="Fetch everything again, not only what changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
) -> None:
    """Fetch from a tool what changed since the last pull; nothing is asked of any server but by this command."""
    if source is None:
        list_sources(context, as_json=as_json)
        return
    from dashboard.pull.contract import Wishes
    from dashboard.pull.discover import find_source
    from dashboard.pull.run import Pull, run_pull
    from dashboard.pull.tokens import read_account
    from dashboard.web.temporary_files import keep_temporary_files

    context.with_resource(keep_temporary_files())
    tool = find_source(source)
    day = since.date() if since else None
    wishes = Wishes(tuple(project or ()), day, is_full=is_full, zone=zone)
    account = read_account(tool, server, user)
    pull = Pull(context.obj(), tool, account, wishes, find_user_name(), keeps_similar=edited == "keep")
    try:
        with show_pull(tool.title) as advance:
            run_pull(pull, advance)
    finally:  # what came before an error is stored
        write_pull(pull, as_json=as_json)


def write_pull(pull: Pull, *, as_json: bool) -> None:
    """Write the counts of a pull to stdout, and what a person should know to stderr."""
    write_import_counts(pull.results, in_json=as_json)
    write_warnings(pull.results)
    imports = sum(1 for result in pull.results if result.import_id is not None)
    write_message(f"{count_noun(pull.records, 'record')} fetched; imports with something new: {imports}.")
    if rejected := pull.describe_rejected():
        write_message(rejected)
    if pull.gone:
        write_message(f"Taken out, because the server has them no longer: {count_noun(pull.gone, 'entry')}.")
    if imports:
        write_message(UNDO_HINT)


def list_sources(context: typer.Context, *, as_json: bool) -> None:
    """Write the sources, each with its last pull."""
    from dashboard.pull.overview import list_pulls

    columns = ("source", "server", "scope", "pulled_at", "pulled_by", "pulls", "records")
    rows = [[row[name] for name in columns] for row in list_pulls(context.obj())]
    write_rows(build_rows(columns, rows), RowFormat.json if as_json else RowFormat.table)


@contextmanager
def show_pull(title: str) -> Iterator[Advance]:
    """Show a progress bar on stderr; yields a function that takes what is read, how many records, and of how many."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.text import Text

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.completed:,}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)

        def advance(scope: str, records: int, expected: int | None) -> None:
            text = Text(replace_control(f"{title}, {scope}")).plain
            total = max(expected, records) if expected is not None else None
            progress.update(task, description=text, completed=records, total=total)

        yield advance
