"""The command that writes a report: for a person once, or for a scheduler every month."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from dashboard.cli.schedule import Schedule, Scheduler, add_schedule, check_targets, find_program, find_scheduler
from dashboard.cli.settings import resolve_store
from dashboard.cli.terminal import (
    RowFormat,
    build_rows,
    check_writable,
    find_user_name,
    show_progress,
    write_bytes,
    write_message,
    write_rows,
)
from dashboard.filters import Filters
from dashboard.reports.command import list_arguments
from dashboard.reports.request import (
    LINK_DAYS,
    Audience,
    Comparison,
    Paper,
    ReportPart,
    ReportRequest,
    file_stem,
    last_month,
    last_quarter,
)
from dashboard.reports.writers import ReportFormat, file_name, load_format, render_file, render_images
from dashboard.units import format_count, format_table_day

if TYPE_CHECKING:
    from dashboard.store.generations import Store

DAY = ["%Y-%m-%d"]
Several = Annotated[list[str] | None, typer.Option(help="Only these; may be repeated.")]

DEFAULT_FORMAT = ReportFormat("html")
Format = TypeVar("Format", bound=StrEnum)


report_group = typer.Typer(help="Frozen reports: list, show, compare with today.")
ReportId = Annotated[int, typer.Argument(metavar="REPORT", min=1, help="Number of the report.")]


class FrozenFormat(StrEnum):
    """The formats that are kept of a frozen report."""

    html = "html"
    pdf = "pdf"


class Period(StrEnum):
    """The last period of this length that is over."""

    month = "month"
    quarter = "quarter"


def write_report(
    context: typer.Context,
    *,
    first: Annotated[datetime | None, typer.Option("--from", formats=DAY, metavar="DAY", help="First day.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=DAY, metavar="DAY", help="Last day.")] = None,
    period: Annotated[
        Period | None, typer.Option(help="Without days: the last full month or quarter; month unless given.")
    ] = None,
    project: Several = None,
    team: Several = None,
    view: Annotated[str | None, typer.Option(metavar="NAME", help="A saved view; other options go before it.")] = None,
    scheme: Annotated[str, typer.Option(metavar="NAME", help="Own groups of the hours, beside the activities.")] = "",
    compare: Annotated[
        Comparison, typer.Option(help="The period before, or the same period last year.")
    ] = Comparison.before,
    audience: Annotated[
        Audience, typer.Option(help="management: no rows about people; team: pseudonyms; private: names.")
    ] = Audience.management,
    hide_small_groups: Annotated[
        bool,
        typer.Option(
            "--hide-small-groups", help="For management: withhold projects and categories of few people, too."
        ),
    ] = False,
    without: Annotated[list[ReportPart] | None, typer.Option(help="Leave a section out; may be repeated.")] = None,
    note: Annotated[str, typer.Option(help="Your own words, on top.")] = "",
    paper: Annotated[Paper, typer.Option(help="The sheet it is printed on.")] = Paper.a4,
    style: Annotated[
        ReportFormat | None,
        typer.Option("--format", help="How to write it; else as the name of the file ends, or HTML."),
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="FILE", help='Where to; "-" is standard output.')] = None,
    freeze: Annotated[str | None, typer.Option(metavar="NAME", help="Keep it for good under this name, too.")] = None,
    schedule: Annotated[
        bool, typer.Option("--schedule", help="Write it after every period; what is set up is shown first.")
    ] = False,
    mail: Annotated[str, typer.Option(metavar="ADDRESS", help="With --schedule: send it there by sendmail.")] = "",
    webhook: Annotated[str, typer.Option(metavar="URL", help="With --schedule: post it there with curl.")] = "",
    scheduler: Annotated[Scheduler | None, typer.Option("--with", help="With --schedule: what starts it.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="With --schedule: do not ask.")] = False,
) -> None:
    """Write a report: labeling share, hours, savings and what to decide, for one period."""
    from dashboard.figures.resolve import find_unknown_values
    from dashboard.reports.content import build_content
    from dashboard.reports.withheld import describe_withheld
    from dashboard.settings.views import resolve_view

    store, today = resolve_store(context), datetime.now(tz=UTC).date()
    days = resolve_days(first, last, period or Period.month, today)
    saved = Filters() if view is None else resolve_view(store, view, today)
    tell_wider(saved)
    style = style or find_format(ReportFormat, out, DEFAULT_FORMAT)
    parts = tuple(part for part in ReportPart if part not in (without or ()))
    request = ReportRequest(
        *days,
        tuple(project or ()),
        tuple(team or ()),
        audience,
        parts,
        note,
        paper,
        hide_small_groups,
        comparison=compare,
        scheme=scheme,
    )
    if schedule:
        if first or last or freeze or out == "-":
            raise typer.BadParameter("A schedule goes with --period and a file, not with days or a frozen name.")
        schedule_report(
            store, request, style, ScheduleOptions(period or Period.month, out, mail, webhook, scheduler, yes, view)
        )
        return
    request = narrow_request(store, request, saved, has_period=bool(first or period or view is None))
    target = out or file_name(request, style)
    if target != "-":
        check_writable(target)
    with show_progress("Writing the report"):
        report = build_content(store, request)
    if withheld := describe_withheld(report):
        write_message(withheld)
    with show_progress("Writing the file"):
        file = render_file(report, style)
        pictures = render_images(report, style, file_stem(request)) if target != "-" else {}
    write_bytes(target, file)
    if freeze:
        from dashboard.reports.frozen import freeze_report

        number = freeze_report(store, report, freeze, find_user_name())
        write_message(f"Frozen as report {number}; nothing will change it.")
    for name, image in pictures.items():
        write_bytes(str(Path(target).with_name(name)), image)
    for message in find_unknown_values(store, request.period_filters()):
        write_message(message)
    if target != "-":
        write_message(
            f"{report.about}: {target} ({format_count(len(file))} bytes), content {report.provenance.content_hash}."
        )


def tell_wider(saved: Filters) -> None:
    """Say which filters of a view do not narrow a report."""
    if saved.roles:
        write_message("A report is about everyone and names the share of engineers, so it is not narrowed to them.")
    if saved.methods or saved.stages:
        write_message("A report is about all methods and stages of labels, so it is not narrowed to those of the view.")


@dataclass(frozen=True)
class ScheduleOptions:
    """How a report comes by itself, as the command line has it."""

    period: Period
    out: str | None
    mail: str
    webhook: str
    scheduler: Scheduler | None
    yes: bool
    view: str | None  # the scheduled command names it, so that it follows later changes


def schedule_report(store: Store, request: ReportRequest, style: ReportFormat, options: ScheduleOptions) -> None:
    """Set up a report that is written after every period."""
    check_targets(options.mail, options.webhook)
    words = load_format(style)
    target = options.out or f"labeling-report-{options.period}{words.SUFFIX}"
    check_writable(target)
    arguments = list_arguments(request, str(style), str(options.period))
    arguments += [f"--view={options.view}"] if options.view is not None else []
    command = (*find_program(), "--store", str(store.folder.absolute()), *arguments)
    schedule = Schedule(
        str(options.period), command, Path(target).absolute(), words.MEDIA_TYPE, options.mail, options.webhook
    )
    add_schedule(schedule, options.scheduler or find_scheduler(), yes=options.yes)


def narrow_request(store: Store, request: ReportRequest, saved: Filters, *, has_period: bool) -> ReportRequest:
    """Return the request with the filters of a saved view where it has none; its period, unless one was given."""
    from dashboard.store.queries import run_query

    first, last = request.first, request.last
    if not has_period:
        with store.snapshot() as snapshot:
            span = run_query(snapshot, "known_span", {}).row(0, named=True)
        first, last = saved.from_on or span["time_from"] or first, saved.to_on or span["time_to"] or last
    projects, teams = request.projects or saved.projects, request.teams or saved.teams
    return replace(request, first=first, last=last, projects=projects, teams=teams)


def find_format(formats: type[Format], out: str | None, default: Format) -> Format:
    """Return the format that the name of a file ends like; the default where it has no ending of letters.

    Raises:
        BadParameter: no format ends like that.
    """
    ending = Path(out or "").suffix.lower().removeprefix(".")
    ending = "html" if ending == "htm" else ending
    if ending in formats.__members__:
        return formats(ending)
    if ending.isalpha():
        known = ", ".join(formats)
        raise typer.BadParameter(f'No format has the ending ".{ending}". Add --format, which is one of: {known}.')
    return default


def resolve_days(first: datetime | None, last: datetime | None, period: Period, today: date) -> tuple[date, date]:
    """Return the days of the report; both or neither are given."""
    if (first is None) != (last is None):
        raise typer.BadParameter("Give both --from and --to, or neither.")
    if first and last:
        return first.date(), last.date()
    return last_month(today) if period is Period.month else last_quarter(today)


@report_group.callback()
def list_reports(context: typer.Context) -> None:
    """List the frozen reports, newest first."""
    if context.invoked_subcommand is None:
        from dashboard.reports.frozen import list_frozen_reports

        frame = list_frozen_reports(resolve_store(context))
        write_rows(build_rows(frame.columns, frame.iter_rows()), RowFormat.table)


@report_group.command("show")
def show_report(
    context: typer.Context,
    number: ReportId,
    out: Annotated[str, typer.Option(metavar="FILE", help='Where to; "-" is standard output.')],
    *,
    style: Annotated[
        FrozenFormat | None,
        typer.Option("--format", help="Which of the two; else as the name of the file ends, or PDF."),
    ] = None,
) -> None:
    """Write a frozen report as it was sent, byte for byte."""
    from dashboard.reports.frozen import read_frozen_report

    style = style or find_format(FrozenFormat, out, FrozenFormat.pdf)
    frozen_report = read_frozen_report(resolve_store(context), number)
    write_bytes(out, frozen_report.pdf if style is FrozenFormat.pdf else frozen_report.html.encode())


@report_group.command("compare")
def compare_report(
    context: typer.Context,
    number: ReportId,
    *,
    style: Annotated[RowFormat, typer.Option("--format", help="How to write the rows.")] = RowFormat.table,
) -> None:
    """Say which printed numbers have changed since, and how much by the data and by the rules."""
    from dashboard.reports.frozen import compare_numbers, describe_changes

    frame = compare_numbers(resolve_store(context), number)
    write_rows(build_rows(frame.columns, frame.iter_rows()), style)
    write_message(describe_changes(resolve_store(context), number))


@report_group.command("link")
def link_report(
    context: typer.Context,
    number: ReportId,
    *,
    days: Annotated[int, typer.Option(min=1, help="How long it lives.")] = LINK_DAYS,
    base_url: Annotated[str, typer.Option(metavar="URL", help="Where linked reports are served.")] = "",
) -> None:
    """Make a read-only link to a frozen report; it is shown this once."""
    from dashboard.cli.schedule import check_web_address
    from dashboard.reports.links import REACH_NOTE, create_link

    check_web_address(base_url, "--base-url")
    report_link = create_link(resolve_store(context), number, days, find_user_name())
    sys.stdout.write(f"{base_url.rstrip('/')}{report_link.path}\n")
    write_message(
        f"Ends {format_table_day(report_link.expires_at)} {report_link.expires_at:%H:%M} UTC; "
        f"`labeltime reports revoke {report_link.handle}` ends it at once."
    )
    write_message(REACH_NOTE)


@report_group.command("links")
def list_report_links(
    context: typer.Context,
    *,
    style: Annotated[RowFormat, typer.Option("--format", help="How to write the rows.")] = RowFormat.table,
) -> None:
    """List the links that were made, each with its state."""
    from dashboard.reports.links import list_links

    frame = list_links(resolve_store(context))
    write_rows(build_rows(frame.columns, frame.iter_rows()), style)


@report_group.command("revoke")
def revoke_report_link(
    context: typer.Context,
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help="As `reports links` lists it.")],
) -> None:
    """End a link at once."""
    from dashboard.reports.links import revoke_link

    revoke_link(resolve_store(context), handle, find_user_name())
    write_message(f"Link {handle} has ended.")
