"""The forecast command: projections that are issued for good.

It imports what it needs when it runs, like those of the command line itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from dashboard.cli.settings import resolve_store
from dashboard.cli.terminal import RowFormat, find_user_name, write_figure, write_message


def list_projections(
    context: typer.Context,
    *,
    issue: Annotated[bool, typer.Option("--issue", help="Write a projection down for good.")] = False,
    project: Annotated[str | None, typer.Option(help="Of this project.")] = None,
    weeks: Annotated[int | None, typer.Option(min=1, help="How many weeks ahead; default: 12, or the backlog.")] = None,
    scenario: Annotated[str, typer.Option(help="A saved scenario instead of what was measured.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
) -> None:
    """List projections as they were issued, with their score; with --issue, write another one down for good."""
    from dashboard.figures.resolve import find_unknown_values, resolve_figure
    from dashboard.filters import Filters
    from dashboard.forecast.issued import issue_projection
    from dashboard.formats import USUAL, set_formats

    if issue and not project:
        raise typer.BadParameter("Name the project with --project.", param_hint="--issue")
    if issue and project:
        today = datetime.now(tz=UTC).date()
        number = issue_projection(resolve_store(context), project, weeks, scenario, find_user_name(), today=today)
        write_message(f"Projection {number} is issued; nothing will change it.")
    filters, store = Filters(projects=(project,) if project else ()), resolve_store(context)
    if as_json:
        set_formats(USUAL)
    figure = resolve_figure(store, "issued_projections", filters)
    write_figure(figure, RowFormat.json if as_json else RowFormat.table)
    for message in find_unknown_values(store, filters):
        write_message(message)
