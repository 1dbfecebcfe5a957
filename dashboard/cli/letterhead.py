"""The command that shows and sets whose reports they are: team, author and logo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.settings import resolve_store
from dashboard.cli.terminal import find_user_name, write_message
from dashboard.errors import UnreadableFile
from dashboard.units import format_count


def set_letterhead(
    context: typer.Context,
    *,
    team: Annotated[str | None, typer.Option(help='Name of the team; "" removes it.')] = None,
    author: Annotated[str | None, typer.Option(help='Who signs; "" removes it.')] = None,
    logo: Annotated[
        str | None, typer.Option(metavar="FILE", help='PNG or SVG of at most 200 kB; "" removes it.')
    ] = None,
) -> None:
    """Show the letterhead of reports, or set what is given."""
    from dashboard.reports.letterhead import MAX_LOGO_BYTES, check_logo, read_letterhead, save_letterhead

    store = resolve_store(context)
    letterhead = read_letterhead(store)
    if team is not None:
        letterhead = replace(letterhead, team=team)
    if author is not None:
        letterhead = replace(letterhead, author=author)
    if logo is not None:
        picture = check_logo(read_bytes(logo, MAX_LOGO_BYTES + 1)) if logo else None
        letterhead = replace(letterhead, logo=picture)
    if (team, author, logo) != (None, None, None):
        save_letterhead(store, letterhead, find_user_name())
        letterhead = read_letterhead(store)
    picture_words = (
        f"a logo ({letterhead.logo.style}, {format_count(len(letterhead.logo.data))} bytes)"
        if letterhead.logo
        else "no logo"
    )
    write_message(f"Team: {letterhead.team or '–'}; author: {letterhead.author or '–'}; {picture_words}.")


def read_bytes(path: str, limit: int) -> bytes:
    """Return the bytes of a file, at most so many.

    Raises:
        UnreadableFile: it cannot be read, or is none.
    """
    hint = "Give the path of a PNG or SVG file."
    if Path(path).exists() and not Path(path).is_file():
        raise UnreadableFile(f"{path} is not a file.", hint)  # reading a pipe may wait for ever
    try:
        with Path(path).open("rb") as file:
            return file.read(limit)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read ({error.strerror}).", hint) from error
