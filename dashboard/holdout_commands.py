"""The commands of the manual hold-out: plan it, list plans, write their lists, and read back what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dashboard import terminal
from dashboard.errors import BadMapping
from dashboard.register_commands import Target, store
from dashboard.terminal import Format

if TYPE_CHECKING:
    import polars as pl

    from dashboard.mapping import holdouts

USUAL_SECONDS = 60.0
group = typer.Typer(help="Items left to people at random, to compare with: plan, list, export, check.")

Number = Annotated[int, typer.Argument(metavar="PLAN", min=1, help="Number of the plan.")]
Share = Annotated[float, typer.Option(help="Share of the items left to people, above 0 and below 1.")]
Saving = Annotated[float, typer.Option(help="Saving you expect, as a share, for the price.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of the choice; by default a random one.")]


@group.callback()
def plans(context: typer.Context) -> None:
    """List the hold-out plans, newest first."""
    if context.invoked_subcommand is None:
        from dashboard.mapping import holdouts

        show(holdouts.plans_frame(store(context)))


@group.command("plan")
def plan(
    context: typer.Context,
    project: Annotated[str, typer.Argument(help="The project whose items these are.")],
    out: Annotated[str, typer.Option(metavar="FILE", help='Where to write the list; "-" is standard output.')],
    *,
    share: Share = 0.1,
    items: Annotated[str | None, typer.Option(metavar="FILE", help="Items, one a line or as column item.")] = None,
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
    terminal.require_writable(out)
    held = store(context)
    named = holdouts.read_items(terminal.read_file(items)) if items is not None else None
    offer = holdouts.offered(held, project, named)
    if offer.items.is_empty():
        raise BadMapping(
            f"No item of {project} is left to deal out.", "Name items that nobody has begun, with --items."
        )
    number = secrets.randbelow(holdouts.LARGEST_SEED) if seed is None else seed
    chosen = holdout.choose(offer.items, share=share, seed=number)
    terminal.say(price(holdouts.basis(held, project), offer.items.height, share, saving))
    plan_id = holdouts.save_plan(held, project, chosen, share=share, seed=number, who=terminal.who())
    terminal.write_file(out, holdouts.items_csv(held, plan_id))
    left = f"; left out: {offer.begun} begun, {offer.planned} planned before" if offer.begun or offer.planned else ""
    terminal.say(f"Plan {plan_id}: {int(chosen['holdout'].sum())} of {chosen.height} items are left to people{left}.")


def price(basis: holdouts.Basis, items: int, share: float, saving: float) -> str:
    """Return what the plan costs and buys, in words, and what that is reckoned from."""
    from dashboard.estimates import holdout

    seconds = basis.manual_seconds or USUAL_SECONDS
    known = "as measured here" if basis.manual_seconds else "a guess: no label by hand has a time yet"
    found = holdout.plan(
        items, items * seconds / 3600, share=share, saving=saving, annotators=basis.annotators, held=basis.held_out
    )
    return f"{found.words} Reckoned with {seconds:,.0f} s an item by hand ({known}) and a saving of {saving:.0%}."


@group.command("export")
def export(context: typer.Context, number: Number, target: Target) -> None:
    """Write the list of a plan again as CSV."""
    from dashboard.mapping import holdouts

    terminal.write_file(target, holdouts.items_csv(store(context), number))


@group.command("check")
def check(context: typer.Context, number: Number) -> None:
    """Say whether the held-out items were really labeled by hand, and list what became of each."""
    from dashboard.estimates import holdout
    from dashboard.mapping import holdouts

    held = store(context)
    found = holdout.compliance(holdouts.items_frame(held, number), holdouts.done_frame(held, number))
    terminal.say(found.words)
    show(found.outcomes)


@group.command("withdraw")
def withdraw(context: typer.Context, number: Number) -> None:
    """Delete a plan of which no item is labeled yet."""
    from dashboard.mapping import holdouts

    holdouts.withdraw(store(context), number, who=terminal.who())
    terminal.say(f"Plan {number} is withdrawn.")


def show(frame: pl.DataFrame) -> None:
    """Write a frame as a table."""
    terminal.write(terminal.of(frame.columns, frame.iter_rows()), Format.table)
