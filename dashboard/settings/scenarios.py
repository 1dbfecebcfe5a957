"""Named scenarios: inputs of a projection that replace the measured ones, each with its origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.settings.cells import (
    Row,
    check_known_names,
    check_unique,
    read_amount,
    read_choice,
    read_required,
    read_required_amount,
)
from dashboard.settings.csv_text import parse_csv
from dashboard.settings.people import read_day, read_text
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change

ORIGINS = ("assumed", "measured", "published", "borrowed")
BORROWED_SAVING = "borrowed_saving"
SHARE_INPUTS = frozenset({"coverage", "acceptance", "acceptance_decay", BORROWED_SAVING})
INPUT_UNITS: Mapping[str, str] = {
    "coverage": "share of the items that are offered to automation",
    "acceptance": "share of the suggestions kept as they come",
    "manual_seconds": "seconds per item by hand",
    "counterfactual_seconds": "seconds per automated item, had it been labeled by hand",
    "verify_seconds": "seconds per kept suggestion to check it",
    "correct_seconds": "seconds per suggestion that is not kept, to check and correct it",
    "assisted_seconds": "seconds per automated item, kept or corrected",
    "rework_seconds": "seconds of rework per automated item",
    "items_per_week": "items per week",
    "team_size": "people who label",
    "hourly": "money per hour",
    "setup_hours": "hours to set up",
    "maintenance_hours": "hours per month for maintenance",
    "running_cost": "running cost per month",
    BORROWED_SAVING: "share of the seconds by hand that a published automation saves; used with a wide margin",
    "ramp": "how fast coverage moves from its present to its planned value, per week: 1 - exp(-ramp x weeks)",
    "acceptance_decay": "share of the acceptance lost per month since the model was last trained",
    "retrain_weeks": "weeks until the model is retrained",
    "retrain_hours": "hours to retrain it",
}
"""Name of an input -> its unit."""

SCENARIO_SCHEMA: dict[str, pl.DataType] = {
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
"""One row per input; project empty: every project; low and high empty: the value is certain."""
SCENARIO_COLUMNS = tuple(SCENARIO_SCHEMA)
STORED_COLUMNS = ("scenario", "project", "input", "value", "low", "high", "origin", "as_of", "source")


def read_scenarios(store: Store) -> pl.DataFrame:
    """Return every scenario as one sheet (columns of SCENARIO_SCHEMA)."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "scenarios", {}).select(SCENARIO_COLUMNS).cast(pl.Schema(SCENARIO_SCHEMA))


def format_scenarios_csv(store: Store) -> str:
    """Return every scenario as CSV (columns of SCENARIO_SCHEMA)."""
    return privacy.format_frame_csv(read_scenarios(store))


def load_scenarios_csv(store: Store, csv_text: str, who: str | None = None) -> int:
    """Replace all scenarios by those in a CSV text and return their number.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_scenarios`.
    """
    return save_scenarios(store, parse_csv(csv_text, ("scenario", "input", "value"), SCENARIO_COLUMNS), who)


def save_scenarios_frame(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace all scenarios by those in a frame (columns of SCENARIO_SCHEMA) and return their number.

    Raises:
        BadMapping: as `save_scenarios`.
    """
    return save_scenarios(store, frame.to_dicts(), who)


def save_scenarios(store: Store, rows: Sequence[Row], who: str | None = None, *, now: datetime | None = None) -> int:
    """Replace all scenarios by these rows and return their number; one that keeps its name keeps its creation day.

    Raises:
        BadMapping: a cell that cannot be used, an input twice, or a project that the store does not know.
    """
    new = parse_scenarios(rows)
    with store.change("save scenarios", who) as change:
        count = _replace_scenarios(change, new, who, now)
        change.log("scenarios", f"{count} scenarios, {new.height} lines", who)
    return count


def save_scenario(
    store: Store, name: str, inputs: Sequence[Row], project: str = "", note: str = "", who: str | None = None,
    *, now: datetime | None = None,
) -> None:  # fmt: skip
    """Save one scenario (inputs: columns of SCENARIO_SCHEMA from `input` to `source`); replace one of the same name.

    Raises:
        BadMapping: as `save_scenarios`.
    """
    head = {"scenario": name, "project": project, "note": note}
    new = parse_scenarios([{**row, **head} for row in inputs] or [head])
    with store.change("save a scenario", who) as change:
        scenarios = run_query(change, "scenarios", {}).select(SCENARIO_COLUMNS).cast(pl.Schema(SCENARIO_SCHEMA))
        is_other = (pl.col("scenario") != name.strip()) | (pl.col("project") != project)
        _replace_scenarios(change, pl.concat([scenarios.filter(is_other), new]), who, now)
        change.log("scenario", f"{name}: {len(inputs)} inputs for {project or 'all projects'}", who)


def delete_scenario(store: Store, name: str, project: str = "", who: str | None = None) -> None:
    """Delete a scenario; projections issued with it stay.

    Raises:
        BadMapping: no such scenario.
    """
    key: dict[str, object] = {"name": name, "project": project}
    with store.change("delete a scenario", who) as change:
        if run_query(change, "scenarios", {}).filter(scenario=name, project=project).is_empty():
            raise BadMapping(f"There is no scenario {name!r} for {project or 'all projects'}.", "List the scenarios.")
        change.execute("delete from scenario_input where scenario = $name and project = $project", key)
        change.execute("delete from scenario where name = $name and project = $project", key)
        change.log("scenario", f"{name} for {project or 'all projects'} deleted", who)


def parse_scenarios(rows: Sequence[Row]) -> pl.DataFrame:
    """Return the checked lines of a sheet (columns of SCENARIO_SCHEMA).

    Raises:
        BadMapping: a cell that cannot be used, an input twice, or two notes of one scenario.
    """
    parsed_rows = [_parse_row(row, f"Line {number} of the scenarios") for number, row in enumerate(rows, start=1)]
    scenarios = pl.DataFrame(parsed_rows, schema=SCENARIO_SCHEMA, orient="row")
    check_unique(scenarios, ("scenario", "project", "input"), "The input of a scenario")
    notes = (
        scenarios.filter(pl.col("note").is_not_null()).group_by("scenario", "project").agg(pl.col("note").n_unique())
    )
    if (notes.get_column("note") > 1).any():
        raise BadMapping(f"The scenario {notes.item(0, 'scenario')} has two notes.", "Keep one.")
    return scenarios


def _parse_row(row: Row, row_label: str) -> tuple[object, ...]:
    """Return the cells of a line; a line without an input only names its scenario."""
    name = read_required(row, "scenario", row_label)
    head, note = (name, read_text(row, "project")), read_text(row, "note") or None
    if not read_text(row, "input"):
        return (*head, None, None, None, None, None, None, None, note)
    input_name = read_choice(row, "input", tuple(INPUT_UNITS), row_label)
    input_label = f"{input_name} of {name}"
    value, low, high = (
        read_required_amount(row, "value", input_label),
        *(read_amount(row, bound, input_label) for bound in ("low", "high")),
    )
    _check_bounds(input_name, (low, value, high), input_label)
    is_borrowed = input_name == BORROWED_SAVING
    origin = read_choice(
        row, "origin", ("borrowed",) if is_borrowed else ORIGINS, row_label, "borrowed" if is_borrowed else "assumed"
    )
    if is_borrowed and not read_text(row, "source"):
        raise BadMapping(f"{input_label} has no source.", "Say who published it.")
    return (
        *head,
        input_name,
        value,
        low,
        high,
        origin,
        read_day(row, "as_of", row_label),
        read_text(row, "source") or None,
        note,
    )


def _check_bounds(input_name: str, bounds: tuple[float | None, float, float | None], input_label: str) -> None:
    """Refuse a single bound, bounds out of order, and shares above 1.

    Raises:
        BadMapping: there is one.
    """
    low, value, high = bounds
    if (low is None) != (high is None):
        raise BadMapping(f"{input_label} has only one of low and high.", "Write both, or none.")
    if low is not None and high is not None and not low <= value <= high:
        message = f"{input_label} is {value:g}, which is not between {low:g} and {high:g}."
        raise BadMapping(message, "Order them: low, value, high.")
    largest = max(bound for bound in bounds if bound is not None)
    if input_name in SHARE_INPUTS and largest > 1:
        raise BadMapping(
            f"{input_label} is {largest:g}, which is no share.", "Write a number from 0 to 1, such as 0.8."
        )


def _replace_scenarios(change: Change, new: pl.DataFrame, who: str | None, now: datetime | None) -> int:
    """Write scenarios and inputs into a change and return the number of scenarios."""
    check_known_names(change, new, "project", "known_projects")
    saved_at = (now or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)
    authors = run_query(change, "scenarios", {}).select("scenario", "project", "created_at", "created_by").unique()
    heads = new.group_by("scenario", "project").agg(pl.col("note").drop_nulls().first()).sort("scenario", "project")
    scenarios = heads.join(authors, on=("scenario", "project"), how="left").select(
        pl.col("scenario").alias("name"),
        "project",
        pl.col("created_at").fill_null(pl.lit(saved_at)).cast(pl.Datetime("us")),
        pl.when(pl.col("created_at").is_null()).then(pl.lit(who)).otherwise("created_by").alias("created_by"),
        "note",
    )
    for table, frame in (("scenario", scenarios), ("scenario_input", new.drop_nulls("input").select(STORED_COLUMNS))):
        change.execute(f"delete from {table}")  # noqa: S608 - fixed names
        change.insert(table, frame)
    return heads.height
