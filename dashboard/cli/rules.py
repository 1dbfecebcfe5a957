"""The commands beside the sheet of category rules: accept suggestions, and take over newer default rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.settings import FileArgument, resolve_store
from dashboard.cli.terminal import RowFormat, build_rows, find_user_name, write_file, write_message, write_rows
from dashboard.errors import BadMapping
from dashboard.units import format_count, format_decimal

if TYPE_CHECKING:
    import polars as pl

Style = Annotated[RowFormat, typer.Option("--format", help="How to write the rows.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would move.")]


def add_rule_commands(group: typer.Typer) -> None:
    """Add the commands to the group `rules`."""
    group.command("suggest")(list_suggested)
    group.command("accept")(accept_suggested)
    group.command("upgrade")(upgrade_defaults)
    group.command("default")(export_defaults)


def list_suggested(context: typer.Context, style: Style = RowFormat.table) -> None:
    """List what rules only suggest, with its hours; it counts as uncategorized until it is accepted."""
    from dashboard.settings.suggestions import list_suggestions

    write_frame(list_suggestions(resolve_store(context)), style)


def accept_suggested(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[NUMBER]...", help="As `suggest` lists them.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Accept all suggestions.")] = False,
    category: Annotated[str | None, typer.Option(help="Another category than the suggested ones.")] = None,
) -> None:
    """Accept suggestions: they become rules that decide, and every figure follows."""
    from dashboard.settings.suggestions import accept_suggestions, list_suggestions

    store = resolve_store(context)
    rows = list_suggestions(store).to_dicts()
    unknown = sorted(set(numbers or ()) - {row["number"] for row in rows})
    if unknown:
        raise BadMapping(f"There is no suggestion {unknown[0]}.", "See `labeltime rules suggest`.")
    chosen = [row for row in rows if everything or row["number"] in (numbers or ())]
    done = accept_suggestions(store, chosen, category, find_user_name())
    write_message(
        f"{len(chosen)} accepted: {format_count(done.entries)} entries with {format_decimal(done.hours)} hours moved."
    )


def upgrade_defaults(context: typer.Context, *, dry_run: DryRun = False) -> None:
    """Replace old default rules by the newest; your own rules stay, and edited defaults are never replaced."""
    from dashboard.settings.suggestions import upgrade_rules

    moves = upgrade_rules(resolve_store(context), find_user_name(), dry_run=dry_run)
    write_frame(moves.drop("seconds"), RowFormat.table)
    write_message("Nothing is changed yet." if dry_run else "The newest default rules are in force.")


def export_defaults(target: FileArgument) -> None:
    """Write the newest default rules as CSV, to compare them with yours."""
    from dashboard import privacy
    from dashboard.settings.rules import build_rules_frame
    from dashboard.store.category_rules import load_default_rules

    write_file(target, privacy.format_frame_csv(build_rules_frame(load_default_rules())))


def write_frame(frame: pl.DataFrame, style: RowFormat) -> None:
    """Write a frame."""
    write_rows(build_rows(frame.columns, frame.iter_rows()), style)
