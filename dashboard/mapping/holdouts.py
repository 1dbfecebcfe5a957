"""Hold-out plans: which automatable items are left to people, stored before anybody labels them.

Choosing at random is the business of `dashboard.estimates.holdout`; here is what may be chosen from, and what was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import BadMapping
from dashboard.mapping import sheets
from dashboard.store import Change, Store

ITEM_COLUMNS = ("item", "holdout", "project", "planned_on")
LARGEST_LIST = 1_000_000
LARGEST_SEED = 2**31


@dataclass(frozen=True)
class Offer:
    """What a plan can choose from: `items` (item), and how many named items were left out because they are taken."""

    items: pl.DataFrame
    begun: int  # labeled or begun already: no die can deal them any more
    planned: int  # in an earlier plan of the project


@dataclass(frozen=True)
class Basis:
    """What the price of a hold-out in a project is reckoned from; `manual_seconds` is a mean, None where unknown."""

    annotators: int
    manual_labels: int
    manual_seconds: float | None
    held_out: int


def read_items(text: str) -> list[str]:
    """Return the item names of a list, each once: one a line, or the column `item` of a CSV.

    Raises:
        BadMapping: no name in it, more than a million, or not CSV although its first line names the column.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    header = next(csv.reader(lines[:1]), []) if lines else []
    named = [column.strip().lower() for column in header]
    found = _column(lines, named.index("item")) if "item" in named else [sheets.plain(line) for line in lines]
    items = list(dict.fromkeys(filter(None, found)))
    if not items:
        raise BadMapping("There are no items in the list.", "Write one item a line, as the labeling tool names it.")
    if len(items) > LARGEST_LIST:
        raise BadMapping(f"The list has {len(items):,} items.", f"Plan at most {LARGEST_LIST:,} at a time.")
    return items


def _column(lines: Sequence[str], place: int) -> list[str]:
    """Return the cells of one column below the header."""
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), strict=True))[1:]
    except csv.Error as error:
        raise BadMapping(f"This is not CSV: {error}.", "Write one item a line.") from None
    return [sheets.plain(row[place]) for row in rows if len(row) > place]


def offered(store: Store, project: str, items: Sequence[str] | None = None) -> Offer:
    """Return what can be dealt out: of these items, or of the open ones that the store knows (None)."""
    with store.snapshot() as snapshot:
        if items is None:
            return Offer(catalog.run(snapshot, "holdout_open", {"project": project}), 0, 0)
        taken = catalog.run(snapshot, "holdout_taken", {"project": project})
    named = pl.DataFrame({"item": list(items)}, schema={"item": pl.String})
    reasons = dict(named.join(taken, on="item").group_by("reason").len().iter_rows())
    free = named.join(taken, on="item", how="anti").sort("item")
    return Offer(free, reasons.get("begun", 0), reasons.get("planned", 0))


def basis(store: Store, project: str) -> Basis:
    """Return what the store knows of a project's manual labels."""
    with store.snapshot() as snapshot:
        return Basis(**catalog.run(snapshot, "holdout_basis", {"project": project}).row(0, named=True))


def plans_frame(store: Store) -> pl.DataFrame:
    """Return every plan, newest first: plan_id, project, share, seed, planned_on, planned_by, items, held_out."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "holdout_plans", {})


def items_frame(store: Store, plan_id: int) -> pl.DataFrame:
    """Return the items of a plan: columns of ITEM_COLUMNS.

    Raises:
        BadMapping: no such plan.
    """
    with store.snapshot() as snapshot:
        found = catalog.run(snapshot, "holdout_items", {"plan_id": plan_id})
    if found.is_empty():
        raise BadMapping(f"There is no hold-out plan {plan_id}.", "List the plans to see their numbers.")
    return found.select(ITEM_COLUMNS)


def items_csv(store: Store, plan_id: int) -> str:
    """Return the items of a plan as CSV, as `items_frame`."""
    return privacy.frame_csv(items_frame(store, plan_id))


def done_frame(store: Store, plan_id: int) -> pl.DataFrame:
    """Return how a plan's items were labeled since: item, assisted (null: unknown), one row a label."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "holdout_done", {"plan_id": plan_id})


def save_plan(
    store: Store, project: str, chosen: pl.DataFrame, *, share: float, seed: int, who: str | None = None,
    today: date | None = None,
) -> int:  # fmt: skip
    """Store a choice (item, holdout) as the newest plan of a project and return its number.

    Raises:
        BadMapping: no project, nothing or everything held out, or an item that was begun or planned in the meantime.
    """
    if not project.strip():
        raise BadMapping("The plan names no project.", "Choose the project whose items these are.")
    held = int(chosen.get_column("holdout").sum())
    if not 0 < held < chosen.height:
        message = f"The plan holds out {held} of {chosen.height} items."
        raise BadMapping(message, "Give more items or another share: some must be held out, and some not.")
    with store.change("plan a hold-out", who) as change:
        _refuse_taken(change, project, chosen)
        plan_id = int(change.query("select coalesce(max(plan_id), 0) + 1 as next from holdout_plan order by 1").item())
        row = {"plan_id": plan_id, "project": project, "share": share, "seed": seed, "who": who}
        change.execute(
            "insert into holdout_plan values ($plan_id, $project, $share, $seed, $planned_on, $who)",
            {**row, "planned_on": today or datetime.now(tz=UTC).date()},
        )
        change.insert("holdout_item", chosen.select(pl.lit(plan_id).alias("plan_id"), "item", "holdout"))
        change.rebuild_labels()
        change.log("hold-out", f"plan {plan_id}: {held} of {chosen.height} items of {project} by hand", who)
    return plan_id


def _refuse_taken(change: Change, project: str, chosen: pl.DataFrame) -> None:
    """Refuse items that are no longer free."""
    taken = catalog.run(change, "holdout_taken", {"project": project}).join(chosen, on="item")
    if taken.height:
        message = f"{taken.height} of the items were begun or planned in the meantime, such as {taken['item'][0]}."
        raise BadMapping(message, "Choose again; such items are left out then.")


def withdraw(store: Store, plan_id: int, who: str | None = None) -> None:
    """Delete a plan that nobody has worked by yet.

    Raises:
        BadMapping: no such plan, or some of its items are labeled: then it stays, whatever came out.
    """
    items_frame(store, plan_id)
    with store.change("withdraw a hold-out plan", who) as change:
        if catalog.run(change, "holdout_done", {"plan_id": plan_id}).height:
            message = f"Items of plan {plan_id} are labeled already."
            raise BadMapping(message, "A plan that was begun stays, so that nobody can pick the result.")
        for table in ("holdout_item", "holdout_plan"):
            change.execute(f"delete from {table} where plan_id = $plan_id", {"plan_id": plan_id})  # noqa: S608 - fixed
        change.rebuild_labels()
        change.log("hold-out", f"plan {plan_id} withdrawn before any of its items was labeled", who)
