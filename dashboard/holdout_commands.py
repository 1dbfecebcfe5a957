"""The commands of the manual hold-out: make plans, list them, write their items, and check the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dashboard import terminal
from dashboard.errors import BadMapping
from dashboard.register_commands import FileArgument, resolve_store
from dashboard.terminal import RowFormat

if TYPE_CHECKING:
    import polars as pl

    from dashboard.mapping import holdouts

DEFAULT_SECONDS = 60.0
holdout_group = typer.Typer(help="Items left to people at random, to compare with: plan, list, export, check.")

PlanNumber = Annotated[int, typer.Argument(metavar="PLAN", min=1, help="Number of the plan.")]
Share = Annotated[float, typer.Option(help="Share of the items left to people, above 0 and below 1.")]
Saving = Annotated[float, typer.Option(help="Saving you expect, as a share, for the price.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of the choice; by default a random one.")]


@holdout_group.callback()
def list_plans(context: typer.Context) -> None:
    """List the hold-out plans, newest first."""
    if context.invoked_subcommand is None:
        from dashboard.mapping import holdouts

        write_frame(holdouts.read_holdout_plans(resolve_store(context)))


@holdout_group.command("plan")
def plan_holdout(
    context: typer.Context,
    project: Annotated[str, typer.Argument(help="The project whose items these are.")],
    out: Annotated[str, typer.Option(metavar="FILE", help='Where to write the list; "-" is standard output.')],
    *,
    share: Share = 0.1,
    items: Annotated[
        str | None, typer.Option(metavar="FILE", help="Items, one per line or in a column `item`.")
    ] = None,
    from_store: Annotated[bool, typer.Option("--from-store", help="Take the open items that the store knows.")] = False,
    saving: Saving = 0.25,
    seed: Seed = None,
) -> None:
    """Choose items for people at random, say what that costs, store the plan and write the list."""
    import secrets

    from dashboard.estimates import holdout
    from dashboard.mapping import holdouts

    if (items is None) != from_store:
        raise typer.BadParameter("Give either --items FILE or --from-store.")
    if not 0 < share < 1:
        raise typer.BadParameter("--share must lie between 0 and 1, such as 0.1.")
    if saving >= 1:
        raise typer.BadParameter("--saving must lie below 1, such as 0.25.")
    terminal.check_writable(out)
    current_store = resolve_store(context)
    named_items = holdouts.parse_item_list(terminal.read_file(items)) if items is not None else None
    offer = holdouts.find_candidates(current_store, project, named_items)
    if offer.items.is_empty():
        raise BadMapping(
            f"No item of {project} is left to choose from.", "Name items that nobody has begun, with --items."
        )
    number = secrets.randbelow(holdouts.MAX_SEED) if seed is None else seed
    selection = holdout.choose(offer.items, share=share, seed=number)
    terminal.write_message(describe_price(holdouts.read_holdout_basis(current_store, project), offer.items.height, share, saving))
    plan_id = holdouts.save_holdout_plan(current_store, project, selection, share=share, seed=number, who=terminal.find_user_name())
    terminal.write_file(out, holdouts.format_plan_items_csv(current_store, plan_id))
    exclusions = f"; left out: {offer.begun} begun, {offer.planned} planned before" if offer.begun or offer.planned else ""
    terminal.write_message(f"Plan {plan_id}: {int(selection['holdout'].sum())} of {selection.height} items are left to people{exclusions}.")


def describe_price(basis: holdouts.HoldoutBasis, items: int, share: float, saving: float) -> str:
    """Return the plan's cost and benefit in words, with the assumptions behind them."""
    from dashboard.estimates import holdout

    seconds = basis.manual_seconds or DEFAULT_SECONDS
    origin = "as measured here" if basis.manual_seconds else "a guess: no manual label has a time yet"
    cost = holdout.plan(
        items, items * seconds / 3600, share=share, saving=saving, annotators=basis.annotators, held=basis.held_out
    )
    return f"{cost.words} Computed with {seconds:,.0f} s per item by hand ({origin}) and a saving of {saving:.0%}."


@holdout_group.command("export")
def export_plan(context: typer.Context, number: PlanNumber, target: FileArgument) -> None:
    """Write the list of a plan again as CSV."""
    from dashboard.mapping import holdouts

    terminal.write_file(target, holdouts.format_plan_items_csv(resolve_store(context), number))


@holdout_group.command("check")
def check_plan(context: typer.Context, number: PlanNumber) -> None:
    """Say whether the held-out items were really labeled by hand, and list what became of each."""
    from dashboard.estimates import holdout
    from dashboard.mapping import holdouts

    current_store = resolve_store(context)
    compliance = holdout.compliance(holdouts.read_plan_items(current_store, number), holdouts.read_plan_labels(current_store, number))
    terminal.write_message(compliance.words)
    write_frame(compliance.outcomes)


@holdout_group.command("withdraw")
def withdraw_plan(context: typer.Context, number: PlanNumber) -> None:
    """Delete a plan of which no item is labeled yet."""
    from dashboard.mapping import holdouts

    holdouts.withdraw_holdout_plan(resolve_store(context), number, who=terminal.find_user_name())
    terminal.write_message(f"Plan {number} is withdrawn.")


def write_frame(frame: pl.DataFrame) -> None:
    """Write a frame as a table."""
    terminal.write_rows(terminal.build_rows(frame.columns, frame.iter_rows()), RowFormat.table)
