"""The command that writes a report: for a person once, or for a scheduler every month."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dashboard import terminal
from dashboard.errors import UnwritableFile
from dashboard.register_commands import store
from dashboard.reports.formats import Format, file_name, file_stem, images, render
from dashboard.reports.request import LINK_DAYS, Audience, Paper, Part, Request, last_month, last_quarter

DAY = ["%Y-%m-%d"]
Several = Annotated[list[str] | None, typer.Option(help="Only these; may be repeated.")]


kept = typer.Typer(help="Reports that were frozen: list, show, compare with today.")
Id = Annotated[int, typer.Argument(metavar="REPORT", min=1, help="Number of the report.")]


class Kept(StrEnum):
    """The formats that are kept of a frozen report."""

    html = "html"
    pdf = "pdf"


class Period(StrEnum):
    """The last period of this length that is over."""

    month = "month"
    quarter = "quarter"


def report(
    context: typer.Context,
    *,
    first: Annotated[datetime | None, typer.Option("--from", formats=DAY, metavar="DAY", help="First day.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=DAY, metavar="DAY", help="Last day.")] = None,
    period: Annotated[Period, typer.Option(help="Without days: the last full month or quarter.")] = Period.month,
    project: Several = None,
    team: Several = None,
    audience: Annotated[
        Audience, typer.Option(help="management: no people, no small groups; team: pseudonyms; private: names.")
    ] = Audience.management,
    without: Annotated[list[Part] | None, typer.Option(help="Leave a section out; may be repeated.")] = None,
    note: Annotated[str, typer.Option(help="Your own words, on top.")] = "",
    paper: Annotated[Paper, typer.Option(help="The sheet it is printed on.")] = Paper.a4,
    style: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.html,
    out: Annotated[str | None, typer.Option(metavar="FILE", help='Where to; "-" is standard output.')] = None,
    freeze: Annotated[str | None, typer.Option(metavar="NAME", help="Keep it for good under this name, too.")] = None,
) -> None:
    """Write a report: labeling share, hours, savings and what to decide, for one period."""
    from dashboard.reports.content import content

    days = chosen(first, last, period, datetime.now(tz=UTC).date())
    parts = tuple(part for part in Part if part not in (without or ()))
    request = Request(*days, tuple(project or ()), tuple(team or ()), audience, parts, note, paper)
    target = out or file_name(request, style)
    if target != "-":
        terminal.require_writable(target)
    with terminal.waiting("Writing the report"):
        found = content(store(context), request)
        written = render(found, style)
        beside = images(found, style, file_stem(request)) if target != "-" else {}
    save(target, written)
    if freeze:
        from dashboard.reports import frozen

        number = frozen.freeze(store(context), found, freeze, terminal.who())
        terminal.say(f"Frozen as report {number}; nothing will change it.")
    for name, image in beside.items():
        save(str(Path(target).with_name(name)), image)
    if target != "-":
        terminal.say(f"{found.about}: {target} ({len(written):,} bytes), content {found.provenance.content_hash}.")


def chosen(first: datetime | None, last: datetime | None, period: Period, today: date) -> tuple[date, date]:
    """Return the days asked for; both or neither are named."""
    if (first is None) != (last is None):
        raise typer.BadParameter("Give both --from and --to, or neither.")
    if first and last:
        return first.date(), last.date()
    return last_month(today) if period is Period.month else last_quarter(today)


def save(target: str, written: bytes) -> None:
    """Write bytes to a file, or to stdout for "-".

    Raises:
        UnwritableFile: the file cannot be written.
    """
    if target == "-":
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
        return
    try:
        Path(target).write_bytes(written)
    except OSError as error:
        raise UnwritableFile(f"{target} cannot be written ({error.strerror}).", "Choose another place.") from error


@kept.callback()
def reports(context: typer.Context) -> None:
    """List the frozen reports, newest first."""
    if context.invoked_subcommand is None:
        from dashboard.reports import frozen

        frame = frozen.frozen_frame(store(context))
        terminal.write(terminal.of(frame.columns, frame.iter_rows()), terminal.Format.table)


@kept.command("show")
def show(
    context: typer.Context,
    number: Id,
    out: Annotated[str, typer.Option(metavar="FILE", help='Where to; "-" is standard output.')],
    *,
    style: Annotated[Kept, typer.Option("--format", help="Which of the two.")] = Kept.pdf,
) -> None:
    """Write a frozen report as it was sent, byte for byte."""
    from dashboard.reports import frozen

    found = frozen.thaw(store(context), number)
    save(out, found.pdf if style is Kept.pdf else found.html.encode())


@kept.command("compare")
def compare(
    context: typer.Context,
    number: Id,
    *,
    style: Annotated[terminal.Format, typer.Option("--format", help="How to write the rows.")] = terminal.Format.table,
) -> None:
    """Say which printed numbers would be others today, and how much of that is data and how much rules."""
    from dashboard.reports import frozen

    frame = frozen.difference(store(context), number)
    terminal.write(terminal.of(frame.columns, frame.iter_rows()), style)
    terminal.say(frozen.state(store(context), number))


@kept.command("link")
def link(
    context: typer.Context,
    number: Id,
    *,
    days: Annotated[int, typer.Option(min=1, help="How long it lives.")] = LINK_DAYS,
    base_url: Annotated[str, typer.Option(metavar="URL", help="Where linked reports are served.")] = "",
) -> None:
    """Make a read-only link to a frozen report; it is shown this once."""
    from dashboard.reports import links

    made = links.make(store(context), number, days, terminal.who())
    sys.stdout.write(f"{base_url.rstrip('/')}{made.path}\n")
    terminal.say(
        f"Ends {made.expires_at:%Y-%m-%d %H:%M} UTC; `labeltime reports revoke {made.handle}` ends it at once."
    )
    terminal.say(links.OPEN_TO)


@kept.command("links")
def links(
    context: typer.Context,
    *,
    style: Annotated[terminal.Format, typer.Option("--format", help="How to write the rows.")] = terminal.Format.table,
) -> None:
    """List the links that were made, with what has become of them."""
    from dashboard.reports.links import links_frame

    frame = links_frame(store(context))
    terminal.write(terminal.of(frame.columns, frame.iter_rows()), style)


@kept.command("revoke")
def revoke(
    context: typer.Context,
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help="As `reports links` lists it.")],
) -> None:
    """End a link at once."""
    from dashboard.reports import links

    links.revoke(store(context), handle, terminal.who())
    terminal.say(f"Link {handle} has ended.")
