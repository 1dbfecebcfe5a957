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
from dashboard.reports.formats import Format, file_stem, images, render
from dashboard.reports.request import Audience, Paper, Part, Request, last_month, last_quarter

DAY = ["%Y-%m-%d"]
Several = Annotated[list[str] | None, typer.Option(help="Only these; may be repeated.")]


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
) -> None:
    """Write a report: labeling share, hours, savings and what to decide, for one period."""
    from dashboard.reports.content import content

    days = chosen(first, last, period, datetime.now(tz=UTC).date())
    parts = tuple(part for part in Part if part not in (without or ()))
    request = Request(*days, tuple(project or ()), tuple(team or ()), audience, parts, note, paper)
    target = out or f"{file_stem(request)}.{style}"
    if target != "-":
        terminal.require_writable(target)
    with terminal.waiting("Writing the report"):
        found = content(store(context), request)
        written = render(found, style)
        beside = images(found, style, file_stem(request)) if target != "-" else {}
    save(target, written)
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
