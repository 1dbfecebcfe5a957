"""The command line: data on stdout, messages on stderr; exit 0 done, 1 cannot be served, 2 wrong usage, 130 Ctrl-C.

Each command imports what it needs when it runs, so that `labeltime --help` answers at once.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dashboard import __version__
from dashboard.cli.failures import INTERRUPTED, STOPPED, explain_failure, note_interrupts, was_interrupted
from dashboard.cli.forecast import list_projections as projection_command
from dashboard.cli.holdout import holdout_group as holdout_commands
from dashboard.cli.letterhead import set_letterhead
from dashboard.cli.mappings import add_mapping_commands, find_mapping
from dashboard.cli.open_files import export_store, restore_store
from dashboard.cli.pull import pull_source
from dashboard.cli.reports import report_group as kept_reports
from dashboard.cli.reports import write_report
from dashboard.cli.rollup import roll_up
from dashboard.cli.rules import add_rule_commands
from dashboard.cli.settings import build_sheet_groups
from dashboard.cli.terminal import (
    ExportPaths,
    RowFormat,
    build_rows,
    build_table_rows,
    check_finite,
    check_rejects_file,
    configure_streams,
    find_user_name,
    format_csv,
    list_rejected_rows,
    show_progress,
    write_data,
    write_figure,
    write_file,
    write_import_counts,
    write_import_messages,
    write_message,
    write_rows,
)
from dashboard.cli.watch import watch_folders
from dashboard.error_log import describe_log
from dashboard.errors import DashboardError, UnreadableFile
from dashboard.variables import STORE, check_variables

if TYPE_CHECKING:
    from dashboard.importers.contract import Settings
    from dashboard.ingest.add import Progress
    from dashboard.ingest.results import ImportFailure, ImportResult
    from dashboard.store.generations import Store

NO_DOCSTRINGS = (
    "The charts need the docstrings of Python. Start Labeltime without PYTHONOPTIMIZE=2 and without -OO; 1 and -O work."
)
TABLE_ROWS = 1000
ALL_ROWS = 1_000_000_000
application = typer.Typer(
    name="labeltime",
    help="Where a machine-learning team's time goes: labeling versus modeling.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name_, group in build_sheet_groups().items():
    if name_ == "rules":
        add_rule_commands(group)
    if name_ == "mappings":
        add_mapping_commands(group)
    application.add_typer(group, name=name_, invoke_without_command=True)
application.add_typer(holdout_commands, name="holdout", invoke_without_command=True)
application.command("pull")(pull_source)
application.command("report")(write_report)
application.command("letterhead")(set_letterhead)
application.add_typer(kept_reports, name="reports", invoke_without_command=True)
application.command("projections")(projection_command)
application.command("watch")(watch_folders)
application.command("rollup")(roll_up)
application.command("export-store")(export_store)
application.command("restore-store")(restore_store)

Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")]
Several = Annotated[list[str] | None, typer.Option(help="Only these; may be repeated.")]
DAY = ["%Y-%m-%d"]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="First port to try.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Only print the address.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    configure_streams()
    if sys.flags.optimize > 1:
        write_message(f"labeltime: {NO_DOCSTRINGS}")
        sys.exit(1)
    with note_interrupts() as interrupts:
        try:
            application(args=arguments)
        except BaseException as error:  # noqa: BLE001 - a panic of Polars is no Exception
            if was_interrupted(error, interrupts):
                write_message(f"labeltime: {STOPPED}")
                sys.exit(INTERRUPTED)
            explain_failure(error)
            sys.exit(1)


def show_version(is_wanted: bool) -> None:  # noqa: FBT001 - the signature of an option's callback
    """Print the version and end."""
    if is_wanted:
        write_data(__version__)
        raise typer.Exit


@application.callback()
def configure_context(
    context: typer.Context,
    *,
    store: Annotated[  # noqa: ARG001 - read from the context by the commands
        Path | None,
        typer.Option(envvar=STORE.name, help="Folder of the store; default: the platform's data folder."),
    ] = None,
    version: Annotated[  # noqa: ARG001 - answered by its callback, before any command is looked for
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=show_version),
    ] = False,
) -> None:
    """Where a machine-learning team's time goes: labeling versus modeling."""
    if context.invoked_subcommand != "help":  # which says what the variables may be
        check_variables()
    context.obj = partial(open_store, context)


def resolve_store_folder(context: typer.Context) -> Path:
    """Return the folder named with --store or LABELTIME_STORE, or the one in the platform's data folder."""
    root = context.find_root()
    named: Path | None = root.params["store"]
    source = root.get_parameter_source("store")
    if named is not None and source is not None and source.name == "ENVIRONMENT":
        named = STORE.read() if str(named).strip() else None  # as it was checked: without blanks around it
    return named or find_data_folder() / "store"


def resolve_demo_folder(context: typer.Context) -> Path:
    """Return the folder named with --store, or the demo's own; LABELTIME_STORE names a store that is not the demo's."""
    root = context.find_root()
    source = root.get_parameter_source("store")
    is_named = source is not None and source.name == "COMMANDLINE"
    return root.params["store"] if is_named else find_data_folder() / "demo"


def find_data_folder() -> Path:
    """Return the platform's folder for this program's data."""
    from platformdirs import user_data_path

    return user_data_path("labeltime", appauthor=False)


def open_store(context: typer.Context) -> Store:
    """Return the store in use; it need not exist yet."""
    from dashboard.store.generations import Store

    store = Store(resolve_store_folder(context))
    write_for_people(store)
    return store


def write_for_people(store: Store) -> None:
    """Write numbers, days and money as the store has it; as usual where it cannot be read, which the command says."""
    from dashboard.formats import USUAL, set_formats
    from dashboard.settings.formats import read_formats

    set_formats(USUAL)
    with suppress(DashboardError), store.snapshot() as snapshot:
        set_formats(read_formats(snapshot))


def list_exports(paths: Sequence[Path]) -> list[Path]:
    """Return the files named, and the visible files below the folders named.

    Raises:
        UnreadableFile: a path does not exist, or no file is found.
    """
    from dashboard.ingest.batch import list_input_files

    for path in paths:
        if not path.exists():
            raise UnreadableFile(f"There is no file or folder {path}.", "Check the name.")
    files = list_input_files(paths)
    if not files:
        raise UnreadableFile("There are no files in there.", "Name the exports or their folder.")
    return files


def rehearse_import(
    store: Store,
    files: Sequence[Path],
    settings: Settings,
    source: str | None,
    progress: Progress,
) -> list[ImportResult | ImportFailure]:
    """Return what an import of all these files would do, without doing it."""
    from dashboard.ingest.batch import import_path, take_back_replaced
    from dashboard.ingest.results import ImportResult

    with store.try_change() as change:
        take_back_replaced(change, settings, None)
        outcomes = [
            outcome for file in files for outcome in import_path(change, file, settings, None, source, None, progress)
        ]
    return [replace(outcome, import_id=None) if isinstance(outcome, ImportResult) else outcome for outcome in outcomes]


@application.command("import")
def import_files(
    context: typer.Context,
    paths: ExportPaths,
    *,
    source: Annotated[str | None, typer.Option(help="Read as this format instead of recognising it.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone of files that name none, such as Europe/Berlin.")] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help='A saved mapping, or a JSON file: {"columns": {"person": "Its column"}}. Without it, an unknown table'
            " is read by the last mapping of one with the same columns.",
        ),
    ] = None,
    rejects: Annotated[str | None, typer.Option(metavar="FILE", help="Write the rejected rows as CSV.")] = None,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="How to read 03/04/2025 where the file does not prove it."),
    ] = None,
    person: Annotated[
        list[str] | None,
        typer.Option(metavar="WHO", help="Whose entries a file without names holds, or NAME=E-MAIL of a name."),
    ] = None,
    project: Annotated[
        str | None, typer.Option(metavar="NAME", help='Project of the rows that name none; "" leaves it unknown.')
    ] = None,
    edited: Annotated[
        Literal["replace", "keep", "new", "same", "ask"] | None,
        typer.Option(
            help="Entries that look edited in the tracker: the file's version counts, or both do. new: of a calendar,"
            " only the events whose time no other import holds. same: labels imported without a project are of the one"
            " given."
        ),
    ] = None,
    replace_period: Annotated[
        bool,
        typer.Option("--replace-period", help="The file is the whole truth for its days, people and projects."),
    ] = False,
    replaces: Annotated[
        int | None,
        typer.Option("--replace", metavar="IMPORT_ID", help="Undo that import and import these files, in one step."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Import exports: each file is recognised by its content, and no entry is stored twice."""
    from dashboard.importers.contract import Settings
    from dashboard.ingest.batch import import_each_file
    from dashboard.ingest.results import ImportFailure, ImportResult, NothingToPublish
    from dashboard.web.temporary_files import keep_temporary_files

    context.with_resource(keep_temporary_files())
    settings = Settings(zone=zone, day_first=day_first, recalls=True)
    if mapping is not None:
        settings = replace(settings, mapping=find_mapping(open_store(context), mapping))
    settings = replace(settings, person="; ".join(person) if person else None, project=project)
    settings = replace(settings, edited=edited, replace_period=replace_period, replaces=replaces)
    files, store = list_exports(paths), open_store(context)
    check_rejects_file(rejects)
    outcomes: Sequence[ImportResult | ImportFailure]
    with show_progress(f"Reading {len(files)} file(s)") as progress:
        try:
            if dry_run:
                outcomes = rehearse_import(store, files, settings, source, progress)
            else:
                outcomes = import_each_file(
                    store, files, settings, who=find_user_name(), source=source, progress=progress
                )
        except NothingToPublish as nothing:
            outcomes = nothing.outcomes
    imported = [outcome for outcome in outcomes if isinstance(outcome, ImportResult)]
    failed = [outcome for outcome in outcomes if isinstance(outcome, ImportFailure)]
    if rejects:
        write_file(rejects, format_csv(list_rejected_rows(imported)))
    if rejects != "-":
        write_import_counts(imported, in_json=as_json)
    write_import_messages(imported, failed, dry_run=dry_run)
    raise typer.Exit(1 if failed else 0)


@application.command("undo")
def undo_import(context: typer.Context, import_id: Annotated[int, typer.Argument(metavar="IMPORT_ID")]) -> None:
    """Undo an import; every total returns to what it was."""
    from dashboard.ingest import batch

    batch.undo_import(open_store(context), import_id, who=find_user_name())
    write_message(f"Import {import_id} is undone.")


@application.command("imports")
def list_imports(context: typer.Context, *, as_json: Json = False) -> None:
    """List every import: when, by whom, and its counts."""
    from dashboard.figures.resolve import resolve_figure
    from dashboard.filters import Filters

    figure = resolve_figure(open_store(context), "imports", Filters())
    rows = build_rows(figure.columns, figure.rows.iter_rows()) if as_json else build_table_rows(figure)
    write_rows(rows, RowFormat.json if as_json else RowFormat.table)


@application.command("ask")
def ask_figure(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A figure; without it: the list.")] = None,
    *,
    first: Annotated[datetime | None, typer.Option("--from", formats=DAY, metavar="DAY", help="First day.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=DAY, metavar="DAY", help="Last day.")] = None,
    project: Several = None,
    team: Several = None,
    person: Several = None,
    role: Several = None,
    category: Several = None,
    method: Several = None,
    stage: Several = None,
    view: Annotated[str | None, typer.Option(metavar="NAME", help="A saved view; other options go before it.")] = None,
    compare: Annotated[
        str | None,
        typer.Option(metavar="WITH", help='"period before", "same period last year", or "project NAME".'),
    ] = None,
    style: Annotated[RowFormat, typer.Option("--format", help="How to write the rows.")] = RowFormat.table,
    names: Annotated[bool, typer.Option("--names", help="Show people by name, not by pseudonym.")] = False,
    weeks: Annotated[int | None, typer.Option(min=1, max=520, help="How many weeks ahead, of a projection.")] = None,
    scenario: Annotated[str | None, typer.Option(help="A saved scenario, of a projection.")] = None,
    target: Annotated[
        float | None,
        typer.Option(min=0.01, max=0.99, callback=check_finite, help="The share sought by goal_seek."),
    ] = None,
) -> None:
    """Answer a question: any figure as table, CSV or JSON; without dates, over everything stored."""
    from dashboard.figures.catalogue import CATALOGUE
    from dashboard.figures.resolve import find_unknown_values, list_unused_options, resolve_figure
    from dashboard.filters import Filters
    from dashboard.formats import USUAL, set_formats
    from dashboard.settings.views import resolve_view

    if name is None:
        figure_list = [(spec.name, spec.title, spec.unit) for spec in CATALOGUE.values()]
        write_rows(build_rows(("figure", "title", "unit"), figure_list), style)
        return
    store = open_store(context)
    if style is not RowFormat.table:
        set_formats(USUAL)  # words among the rows, too
    saved = resolve_view(store, view, datetime.now(tz=UTC).date()) if view is not None else Filters()
    filters = Filters(
        from_on=first.date() if first else saved.from_on,
        to_on=last.date() if last else saved.to_on,
        projects=tuple(project or saved.projects),
        teams=tuple(team or saved.teams),
        people=tuple(person or ()),
        roles=tuple(role or saved.roles),
        categories=tuple(category or saved.categories),
        compares_with=compare or saved.compares_with,
        methods=tuple(method or saved.methods),
        stages=tuple(stage or saved.stages),
    )
    # A table is read by a person, who wants the first rows; a script wants them all.
    limit = TABLE_ROWS if style is RowFormat.table else ALL_ROWS
    options = {"weeks": weeks, "scenario": scenario, "target": target}
    write_figure(resolve_figure(store, name, filters, names=names, limit=limit, options=options), style)
    for message in (*find_unknown_values(store, filters), *list_unused_options(name, options)):
        write_message(message)


@application.command("check")
def check_store(
    context: typer.Context,
    *,
    as_json: Json = False,
    repair: Annotated[bool, typer.Option("--repair", help="Fall back to the newest good state of the store.")] = False,
) -> None:
    """Check the health of the store and of the data in it; exit 1 when something is wrong."""
    from dashboard.store import health

    findings = [*health.check_store(open_store(context), repair=repair), describe_log()]
    if as_json:
        write_rows(build_rows(("check", "good", "what"), findings), RowFormat.json)
    else:
        write_data("\n".join(f"{'good' if good else 'BAD '}  {title} {words}" for title, good, words in findings))
    if not all(good for _, good, _ in findings):
        raise typer.Exit(1)


def check_host_names(names: list[str] | None) -> list[str] | None:
    """Return the names given with --allow.

    Raises:
        BadParameter: one is not a name alone.
    """
    from dashboard.web.access import is_host_name

    for name in names or ():
        if not is_host_name(name):
            raise typer.BadParameter("Give a name such as dashboard.example.org, without http:// and port.")
    return names


@application.command("serve")
def serve_dashboard(
    context: typer.Context,
    port: Port = None,
    *,
    no_browser: NoBrowser = False,
    links_only: Annotated[bool, typer.Option(help="Serve linked reports and nothing else.")] = False,
    host: Annotated[str | None, typer.Option(help="With --links-only: the address to listen on.")] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            callback=check_host_names,
            help="Another name of the dashboard, that of a server or tunnel in front of it; may be repeated.",
        ),
    ] = None,
) -> None:
    """Open the dashboard on your store, or only the reports that are linked."""
    if links_only:
        if allow:
            raise typer.BadParameter("Linked reports are shown under every name; --allow goes with the dashboard.")
        from dashboard.web.server import ADDRESS, serve_links

        serve_links(open_store(context).folder, port, host or ADDRESS)
        return
    if host is not None:
        raise typer.BadParameter("The dashboard listens on this machine only; --host goes with --links-only.")
    run_dashboard(resolve_store_folder(context), port, open_browser=not no_browser, allowed=allow or ())


@application.command("demo")
def serve_demo(context: typer.Context, port: Port = None, *, no_browser: NoBrowser = False) -> None:
    """Open the dashboard on a made-up team, in a store of its own."""
    from dashboard.demo.build import build_demo

    folder = resolve_demo_folder(context)
    build_demo(folder, progress=write_message)
    run_dashboard(folder, port, open_browser=not no_browser)


@application.command("help")
def show_help(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="A topic; without it: the list.")] = None,
) -> None:
    """Print the reference on a topic, the same as on the Help page."""
    from dashboard.help import list_topics, read_topic

    if topic is not None:
        write_data(read_topic(topic).text.rstrip())
        return
    for entry in list_topics():
        write_data(f"{entry.name:<14}{entry.summary}")


def run_dashboard(folder: Path, port: int | None, *, open_browser: bool, allowed: Sequence[str] = ()) -> None:
    """Run the dashboard, and watch the folders of its store, until it is stopped; SIGTERM stops it like Ctrl+C."""
    from dashboard.ingest.watch import start_watcher
    from dashboard.store.generations import Store
    from dashboard.web import server

    # A shell's background job ignores Ctrl+C, and a service is stopped by SIGTERM: both must end the child too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    start_watcher(Store(folder))
    code = server.serve_dashboard(folder, port, open_browser=open_browser, allowed=allowed)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
