"""Hold-out plans: which automatable items are labeled by hand, stored before anybody labels them.

`dashboard.savings.model.holdout` draws them at random; this module stores what can be drawn and what was drawn.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.settings.csv_text import restore_cell
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change
from dashboard.units import format_count

PLAN_ITEM_COLUMNS = ("item", "holdout", "project", "planned_on")
MAX_ITEMS = 1_000_000
MAX_LINE = 100_000  # characters
LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # those of `str.splitlines`
MAX_SEED = 2**31


@dataclass(frozen=True)
class HoldoutCandidates:
    """The items that a plan can draw from (column item), and how many listed items are not available."""

    items: pl.DataFrame
    begun: int  # labeled or begun already, so they cannot be randomized
    planned: int  # in an earlier plan of the project


@dataclass(frozen=True)
class HoldoutBasis:
    """What the cost of a hold-out in a project is computed from; `manual_seconds` is a mean, None if unknown."""

    annotators: int
    manual_labels: int
    manual_seconds: float | None
    held_out: int


def parse_item_list(text: str) -> list[str]:
    """Return the distinct item names in a text: one per line, or the column `item` of a CSV.

    Raises:
        BadMapping: no name, more than a million, too long a line, or not CSV although the first line names the column.
    """
    if sum(map(text.count, LINE_ENDS)) > 2 * MAX_ITEMS:  # before they fill the memory; a line may end with two signs
        raise BadMapping(
            f"The list has more than {format_count(MAX_ITEMS)} lines.",
            f"Plan at most {format_count(MAX_ITEMS)} items at a time.",
        )
    lines = text.removeprefix("\ufeff").splitlines()
    if any(len(line) > MAX_LINE for line in lines):
        raise BadMapping(
            f"A line of the list has more than {format_count(MAX_LINE)} characters.", "Write one item per line."
        )
    header = next(csv.reader(lines[:1]), []) if lines else []
    columns = [column.strip().lower() for column in header]
    names = _read_column(lines, columns.index("item")) if "item" in columns else [restore_cell(line) for line in lines]
    items = list(dict.fromkeys(filter(None, names)))
    if not items:
        raise BadMapping("There are no items in the list.", "Write one item per line, named as in the labeling tool.")
    if len(items) > MAX_ITEMS:
        raise BadMapping(
            f"The list has {format_count(len(items))} items.", f"Plan at most {format_count(MAX_ITEMS)} at a time."
        )
    return items


def _read_column(lines: Sequence[str], index: int) -> list[str]:
    """Return the cells of one column below the header."""
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), strict=True))[1:]
    except csv.Error as error:
        raise BadMapping(f"This is not CSV: {error}.", "Write one item per line.") from None
    return [restore_cell(row[index]) for row in rows if len(row) > index]


def find_candidates(store: Store, project: str, items: Sequence[str] | None = None) -> HoldoutCandidates:
    """Return the candidates among these items, or among the open items that the store knows (None)."""
    with store.snapshot() as snapshot:
        if items is None:
            return HoldoutCandidates(run_query(snapshot, "holdout_open", {"project": project}), 0, 0)
        unavailable = run_query(snapshot, "holdout_taken", {"project": project})
    candidates = pl.DataFrame({"item": list(items)}, schema={"item": pl.String})
    reasons = dict(candidates.join(unavailable, on="item").group_by("reason").len().iter_rows())
    free = candidates.join(unavailable, on="item", how="anti").sort("item")
    return HoldoutCandidates(free, reasons.get("begun", 0), reasons.get("planned", 0))


def read_holdout_basis(store: Store, project: str) -> HoldoutBasis:
    """Return the number and mean time of a project's manual labels."""
    with store.snapshot() as snapshot:
        return HoldoutBasis(**run_query(snapshot, "holdout_basis", {"project": project}).row(0, named=True))


def read_holdout_plans(store: Store) -> pl.DataFrame:
    """Return every plan, newest first: plan_id, project, share, seed, planned_on, planned_by, items, held_out."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "holdout_plans", {})


def read_plan_items(store: Store, plan_id: int) -> pl.DataFrame:
    """Return the items of a plan: columns of ITEM_COLUMNS.

    Raises:
        BadMapping: no such plan.
    """
    with store.snapshot() as snapshot:
        plan_items = run_query(snapshot, "holdout_items", {"plan_id": plan_id})
    if plan_items.is_empty():
        raise BadMapping(f"There is no hold-out plan {plan_id}.", "List the plans to see their numbers.")
    return plan_items.select(PLAN_ITEM_COLUMNS)


def format_plan_items_csv(store: Store, plan_id: int) -> str:
    """Return the items of a plan as CSV; see `read_plan_items`."""
    return privacy.format_frame_csv(read_plan_items(store, plan_id))


def read_plan_labels(store: Store, plan_id: int) -> pl.DataFrame:
    """Return the labels made since on a plan's items, one row each: item, assisted (null: unknown)."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "holdout_done", {"plan_id": plan_id})


def save_holdout_plan(
    store: Store, project: str, choice: pl.DataFrame, *, share: float, seed: int, who: str | None = None,
    today: date | None = None,
) -> int:  # fmt: skip
    """Save a draw (item, holdout) as the newest plan of a project and return its number.

    Raises:
        BadMapping: no project, no item or every item held out, or an item begun or planned in the meantime.
    """
    if not project.strip():
        raise BadMapping("The plan names no project.", "Choose the project whose items these are.")
    held_out = int(choice.get_column("holdout").sum())
    if not 0 < held_out < choice.height:
        message = f"The plan holds out {held_out} of {choice.height} items."
        raise BadMapping(message, "Give more items or another share: some must be held out, and some not.")
    with store.change("plan a hold-out", who) as change:
        _check_still_free(change, project, choice)
        plan_id = int(change.query("select coalesce(max(plan_id), 0) + 1 as next from holdout_plan order by 1").item())
        row = {"plan_id": plan_id, "project": project, "share": share, "seed": seed, "who": who}
        change.execute(
            "insert into holdout_plan values ($plan_id, $project, $share, $seed, $planned_on, $who)",
            {**row, "planned_on": today or datetime.now(tz=UTC).date()},
        )
        change.insert("holdout_item", choice.select(pl.lit(plan_id).alias("plan_id"), "item", "holdout"))
        change.rebuild_labels()
        change.log("hold-out", f"plan {plan_id}: {held_out} of {choice.height} items of {project} by hand", who)
    return plan_id


def _check_still_free(change: Change, project: str, choice: pl.DataFrame) -> None:
    """Refuse items that were begun or planned in the meantime."""
    blocked = run_query(change, "holdout_taken", {"project": project}).join(choice, on="item")
    if blocked.height:
        message = f"{blocked.height} of the items were begun or planned in the meantime, such as {blocked['item'][0]}."
        raise BadMapping(message, "Choose again; such items are left out then.")


def withdraw_holdout_plan(store: Store, plan_id: int, who: str | None = None) -> None:
    """Delete a plan whose items nobody has labeled yet.

    Raises:
        BadMapping: no such plan, or some of its items are labeled; then it stays.
    """
    read_plan_items(store, plan_id)
    with store.change("withdraw a hold-out plan", who) as change:
        if run_query(change, "holdout_done", {"plan_id": plan_id}).height:
            message = f"Items of plan {plan_id} are labeled already."
            raise BadMapping(message, "A plan stays once it was begun, so that nobody can choose the result.")
        for table in ("holdout_item", "holdout_plan"):
            change.execute(f"delete from {table} where plan_id = $plan_id", {"plan_id": plan_id})  # noqa: S608 - fixed
        change.rebuild_labels()
        change.log("hold-out", f"plan {plan_id} withdrawn before any of its items was labeled", who)
