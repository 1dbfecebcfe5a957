"""The commands of the manual hold-out: make plans, list them, write their items, and check the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.settings import FileArgument, resolve_store
from dashboard.cli.terminal import (
    RowFormat,
    build_rows,
    check_finite,
    check_writable,
    find_user_name,
    read_file,
    write_file,
    write_message,
    write_rows,
)
from dashboard.errors import BadMapping
from dashboard.units import format_count, format_share

if TYPE_CHECKING:
    import polars as pl

    from dashboard.settings.holdouts import HoldoutBasis

DEFAULT_SECONDS = 60.0
holdout_group = typer.Typer(help="Items left to people at random, to compare with: plan, list, export, check.")

PlanNumber = Annotated[int, typer.Argument(metavar="PLAN", min=1, help="Number of the plan.")]
Share = Annotated[
    float, typer.Option(callback=check_finite, help="Share of the items left to people, above 0 and below 1.")
]
Saving = Annotated[float, typer.Option(callback=check_finite, help="Saving you expect, as a share, for the price.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of the choice; by default a random one.")]


@holdout_group.callback()
def list_plans(context: typer.Context) -> None:
    """List the hold-out plans, newest first."""
    if context.invoked_subcommand is None:
        from dashboard.settings.holdouts import read_holdout_plans

        write_frame(read_holdout_plans(resolve_store(context)))


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

    from dashboard.savings.model.holdout import draw_holdout
    from dashboard.settings.holdouts import (
        MAX_SEED,
        find_candidates,
        format_plan_items_csv,
        parse_item_list,
        read_holdout_basis,
        save_holdout_plan,
    )

    if (items is None) != from_store:
        raise typer.BadParameter("Give either --items FILE or --from-store.")
    if not 0 < share < 1:
        raise typer.BadParameter("--share must lie between 0 and 1, such as 0.1.")
    if saving >= 1:
        raise typer.BadParameter("--saving must lie below 1, such as 0.25.")
    check_writable(out)
    current_store = resolve_store(context)
    named_items = parse_item_list(read_file(items)) if items is not None else None
    offer = find_candidates(current_store, project, named_items)
    if offer.items.is_empty():
        raise BadMapping(
            f"No item of {project} is left to choose from.", "Name items that nobody has begun, with --items."
        )
    number = secrets.randbelow(MAX_SEED) if seed is None else seed
    selection = draw_holdout(offer.items, share=share, seed=number)
    write_message(describe_price(read_holdout_basis(current_store, project), offer.items.height, share, saving))
    plan_id = save_holdout_plan(current_store, project, selection, share=share, seed=number, who=find_user_name())
    write_file(out, format_plan_items_csv(current_store, plan_id))
    exclusions = (
        f"; left out: {offer.begun} begun, {offer.planned} planned before" if offer.begun or offer.planned else ""
    )
    write_message(
        f"Plan {plan_id}: {int(selection['holdout'].sum())} of {selection.height} items are left to people{exclusions}."
    )


def describe_price(basis: HoldoutBasis, items: int, share: float, saving: float) -> str:
    """Return the plan's cost and benefit in words, with the assumptions behind them."""
    from dashboard.savings.model.holdout import compute_holdout_plan

    seconds = basis.manual_seconds or DEFAULT_SECONDS
    origin = "as measured here" if basis.manual_seconds else "a guess: no manual label has a time yet"
    cost = compute_holdout_plan(
        items, items * seconds / 3600, share=share, saving=saving, annotators=basis.annotators, held=basis.held_out
    )
    return (
        f"{cost.words} Computed with {format_count(seconds)} s per item by hand ({origin}) and a saving of "
        f"{format_share(saving)}."
    )


@holdout_group.command("export")
def export_plan(context: typer.Context, number: PlanNumber, target: FileArgument) -> None:
    """Write the list of a plan again as CSV."""
    from dashboard.settings.holdouts import format_plan_items_csv

    write_file(target, format_plan_items_csv(resolve_store(context), number))


@holdout_group.command("check")
def check_plan(context: typer.Context, number: PlanNumber) -> None:
    """Say whether the held-out items were really labeled by hand, and list what became of each."""
    from dashboard.savings.model import holdout
    from dashboard.settings.holdouts import read_plan_items, read_plan_labels

    current_store = resolve_store(context)
    compliance = holdout.check_compliance(
        read_plan_items(current_store, number), read_plan_labels(current_store, number)
    )
    write_message(compliance.words)
    write_frame(compliance.outcomes)


@holdout_group.command("withdraw")
def withdraw_plan(context: typer.Context, number: PlanNumber) -> None:
    """Delete a plan of which no item is labeled yet."""
    from dashboard.settings.holdouts import withdraw_holdout_plan

    withdraw_holdout_plan(resolve_store(context), number, who=find_user_name())
    write_message(f"Plan {number} is withdrawn.")


def write_frame(frame: pl.DataFrame) -> None:
    """Write a frame as a table."""
    write_rows(build_rows(frame.columns, frame.iter_rows()), RowFormat.table)
