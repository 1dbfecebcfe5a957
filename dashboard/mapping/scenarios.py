"""Scenarios a lead saves under a name: inputs of a projection other than those measured, each with its origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import BadMapping
from dashboard.mapping import amounts, sheets
from dashboard.mapping.amounts import Row
from dashboard.mapping.people import day, text
from dashboard.store import Change, Store

ORIGINS = ("assumed", "measured", "published", "borrowed")
BORROWED = "borrowed_saving"
SHARES = frozenset({"coverage", "acceptance", "acceptance_decay", BORROWED})
INPUTS: Mapping[str, str] = {
    "coverage": "share of the items that are offered to automation",
    "acceptance": "share of the suggestions kept as they come",
    "manual_seconds": "seconds an item by hand",
    "counterfactual_seconds": "seconds that an automated item would take by hand",
    "verify_seconds": "seconds to check a suggestion that is kept",
    "correct_seconds": "seconds to check and correct a suggestion that is not",
    "assisted_seconds": "seconds of an automated item, kept or corrected",
    "rework_seconds": "seconds of rework an automated item",
    "items_per_week": "items a week",
    "team_size": "people who label",
    "hourly": "money an hour",
    "setup_hours": "hours to set up",
    "maintenance_hours": "hours a month to keep up",
    "running_cost": "money a month to run",
    BORROWED: "share of the seconds by hand that a published automation spares; taken with a wide margin",
    "ramp": "how fast coverage gets from where it is to the planned one, a week: 1 - exp(-ramp x weeks)",
    "acceptance_decay": "share of the acceptance lost a month since the model was last trained",
    "retrain_weeks": "weeks after which the model is trained anew",
    "retrain_hours": "hours to train it anew",
}
"""Name of an input -> its unit."""

SHEET: dict[str, pl.DataType] = {
    "scenario": pl.String(),
    "project": pl.String(),
    "input": pl.String(),
    "value": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "origin": pl.String(),
    "as_of": pl.Date(),
    "source": pl.String(),
    "note": pl.String(),
}
"""One row an input; project empty: for every project; low and high empty: as sure as the value."""
COLUMNS = tuple(SHEET)
STORED = ("scenario", "project", "input", "value", "low", "high", "origin", "as_of", "source")


def scenarios_frame(store: Store) -> pl.DataFrame:
    """Return every scenario as one sheet (columns of SHEET)."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "scenarios", {}).select(COLUMNS).cast(pl.Schema(SHEET))


def scenarios_csv(store: Store) -> str:
    """Return every scenario as CSV (columns of SHEET)."""
    return privacy.frame_csv(scenarios_frame(store))


def load_scenarios(store: Store, text_: str, who: str | None = None) -> int:
    """Replace all scenarios by those of a CSV text and return how many there are.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_scenarios`.
    """
    return save_rows(store, sheets.read(text_, ("scenario", "input", "value"), COLUMNS), who)


def save_scenarios(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace all scenarios by those of a frame (columns of SHEET) and return how many there are.

    Raises:
        BadMapping: a cell that cannot be used, an input twice, or a project that the store does not know.
    """
    return save_rows(store, frame.to_dicts(), who)


def save_rows(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Replace all scenarios by those of a sheet; one that stays under its name keeps the day it was made.

    Raises:
        BadMapping: as `save_scenarios`.
    """
    new = read_sheet(rows)
    with store.change("save scenarios", who) as change:
        count = _replace(change, new, who, now)
        change.log("scenarios", f"{count} scenarios, {new.height} lines", who)
    return count


def save_scenario(
    store: Store, name: str, inputs: Sequence[Row], project: str = "", note: str = "", who: str | None = None,
    *, now: datetime | None = None,
) -> None:  # fmt: skip
    """Save one scenario (inputs: columns of SHEET from `input` to `source`), in place of one of the same name.

    Raises:
        BadMapping: as `save_scenarios`.
    """
    head = {"scenario": name, "project": project, "note": note}
    new = read_sheet([{**row, **head} for row in inputs] or [head])
    with store.change("save a scenario", who) as change:
        others = catalog.run(change, "scenarios", {}).select(COLUMNS).cast(pl.Schema(SHEET))
        is_other = (pl.col("scenario") != name.strip()) | (pl.col("project") != project)
        _replace(change, pl.concat([others.filter(is_other), new]), who, now)
        change.log("scenario", f"{name}: {len(inputs)} inputs for {project or 'all projects'}", who)


def delete_scenario(store: Store, name: str, project: str = "", who: str | None = None) -> None:
    """Delete a scenario; what was projected with it stays as it was issued.

    Raises:
        BadMapping: no such scenario.
    """
    key: dict[str, object] = {"name": name, "project": project}
    with store.change("delete a scenario", who) as change:
        if catalog.run(change, "scenarios", {}).filter(scenario=name, project=project).is_empty():
            raise BadMapping(f"There is no scenario {name!r} for {project or 'all projects'}.", "List the scenarios.")
        change.execute("delete from scenario_input where scenario = $name and project = $project", key)
        change.execute("delete from scenario where name = $name and project = $project", key)
        change.log("scenario", f"{name} for {project or 'all projects'} deleted", who)


def read_sheet(rows: Sequence[Row]) -> pl.DataFrame:
    """Return the lines of a sheet, checked in themselves (columns of SHEET).

    Raises:
        BadMapping: a cell that cannot be used, an input that stands there twice, or two notes of one scenario.
    """
    read = [_line(row, f"Line {number} of the scenarios") for number, row in enumerate(rows, start=1)]
    found = pl.DataFrame(read, schema=SHEET, orient="row")
    amounts.unique(found, ("scenario", "project", "input"), "The input of a scenario")
    notes = found.filter(pl.col("note").is_not_null()).group_by("scenario", "project").agg(pl.col("note").n_unique())
    if (notes.get_column("note") > 1).any():
        raise BadMapping(f"The scenario {notes.item(0, 'scenario')} has two notes.", "Keep one.")
    return found


def _line(row: Row, where: str) -> tuple[object, ...]:
    """Return the cells of a line; a line without an input only names its scenario."""
    name = amounts.required(row, "scenario", where)
    head, note = (name, text(row, "project")), text(row, "note") or None
    if not text(row, "input"):
        return (*head, None, None, None, None, None, None, None, note)
    input_ = amounts.choice(row, "input", tuple(INPUTS), where)
    what = f"{input_} of {name}"
    value, low, high = amounts.price(row, "value", what), *(amounts.amount(row, end, what) for end in ("low", "high"))
    _refuse_disorder(input_, (low, value, high), what)
    lent = input_ == BORROWED
    origin = amounts.choice(row, "origin", ("borrowed",) if lent else ORIGINS, where, "borrowed" if lent else "assumed")
    if lent and not text(row, "source"):
        raise BadMapping(f"{what} has no source.", "Say who published it.")
    return (*head, input_, value, low, high, origin, day(row, "as_of", where), text(row, "source") or None, note)


def _refuse_disorder(input_: str, ends: tuple[float | None, float, float | None], what: str) -> None:
    """Refuse bounds without their partner or out of order, and shares above 1.

    Raises:
        BadMapping: there are such.
    """
    low, value, high = ends
    if (low is None) != (high is None):
        raise BadMapping(f"{what} has only one of low and high.", "Write both, or none.")
    if low is not None and high is not None and not low <= value <= high:
        message = f"{what} is {value:g}, which is not between {low:g} and {high:g}."
        raise BadMapping(message, "Order them: low, value, high.")
    largest = max(end for end in ends if end is not None)
    if input_ in SHARES and largest > 1:
        raise BadMapping(f"{what} is {largest:g}, which is no share.", "Write a number from 0 to 1, such as 0.8.")


def _replace(change: Change, new: pl.DataFrame, who: str | None, now: datetime | None) -> int:
    """Write scenarios and inputs into a change and return how many scenarios there are."""
    amounts.refuse_strangers(change, new, "project", "known_projects")
    moment = (now or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)
    kept = catalog.run(change, "scenarios", {}).select("scenario", "project", "created_at", "created_by").unique()
    heads = new.group_by("scenario", "project").agg(pl.col("note").drop_nulls().first()).sort("scenario", "project")
    named = heads.join(kept, on=("scenario", "project"), how="left").select(
        pl.col("scenario").alias("name"),
        "project",
        pl.col("created_at").fill_null(pl.lit(moment)).cast(pl.Datetime("us")),
        pl.when(pl.col("created_at").is_null()).then(pl.lit(who)).otherwise("created_by").alias("created_by"),
        "note",
    )
    for table, frame in (("scenario", named), ("scenario_input", new.drop_nulls("input").select(STORED))):
        change.execute(f"delete from {table}")  # noqa: S608 - fixed names
        change.insert(table, frame)
    return heads.height
