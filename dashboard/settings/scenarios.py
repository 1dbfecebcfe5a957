"""Named scenarios: inputs of a projection that replace the measured ones, each with its origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from dashboard.errors import BadMapping
from dashboard.settings.cells import Row, check_known_names, check_unique, read_choice
from dashboard.settings.sheet import Cells, Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change

ORIGINS = ("assumed", "measured", "published", "borrowed")
BORROWED_SAVING = "borrowed_saving"
SHARE_INPUTS = frozenset({"coverage", "acceptance", "review_rate", "acceptance_decay", BORROWED_SAVING})
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
    "review_rate": "share of all labels that are reviewed; a review takes as long as the team's own, and rework stays",
    BORROWED_SAVING: "share of the seconds by hand that a published automation saves; used with a wide margin",
    "ramp": "how fast coverage moves from its present to its planned value, per week: 1 - exp(-ramp x weeks)",
    "acceptance_decay": "share of the acceptance lost per month since the model was last trained",
    "retrain_weeks": "weeks until the model is retrained",
    "retrain_hours": "hours to retrain it",
}
"""Name of an input -> its unit."""

STORED_COLUMNS = ("scenario", "project", "input", "value", "low", "high", "origin", "as_of", "source")


def read_scenarios(store: Store) -> pl.DataFrame:
    """Return every scenario as one sheet (columns of SCENARIO_SHEET)."""
    with store.snapshot() as snapshot:
        return (
            run_query(snapshot, "scenarios", {}).select(SCENARIO_SHEET.columns).cast(pl.Schema(SCENARIO_SHEET.schema))
        )


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
) -> bool:  # fmt: skip
    """Save one scenario (inputs: columns of SCENARIO_SHEET from `input`) and return whether it replaced another.

    Raises:
        BadMapping: as `save_scenarios`.
    """
    head = {"scenario": name, "project": project, "note": note}
    new = parse_scenarios([{**row, **head} for row in inputs] or [head])
    with store.change("save a scenario", who) as change:
        scenarios = (
            run_query(change, "scenarios", {}).select(SCENARIO_SHEET.columns).cast(pl.Schema(SCENARIO_SHEET.schema))
        )
        is_other = (pl.col("scenario") != name.strip()) | (pl.col("project") != project)
        _replace_scenarios(change, pl.concat([scenarios.filter(is_other), new]), who, now)
        change.log("scenario", f"{name}: {len(inputs)} inputs for {project or 'all projects'}", who)
    return not scenarios.filter(~is_other).is_empty()


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
    """Return the checked lines of a sheet (columns of SCENARIO_SHEET).

    Raises:
        BadMapping: a cell that cannot be used, an input twice, or two notes of one scenario.
    """
    parsed_rows = SCENARIO_SHEET.parse_rows(rows)
    scenarios = SCENARIO_SHEET.build_frame([_complete_row(cells, row_label) for row_label, cells in parsed_rows])
    check_unique(scenarios, ("scenario", "project", "input"), "The input of a scenario")
    notes = (
        scenarios.filter(pl.col("note").is_not_null()).group_by("scenario", "project").agg(pl.col("note").n_unique())
    )
    if (notes.get_column("note") > 1).any():
        raise BadMapping(f"The scenario {notes.item(0, 'scenario')} has two notes.", "Keep one.")
    return scenarios


def _complete_row(cells: Cells, row_label: str) -> Cells:
    """Return the checked cells of a line; a line without an input only names its scenario."""
    head = {"scenario": cells["scenario"], "project": cells["project"], "note": cells["note"] or None}
    if not cells["input"]:
        return {**dict.fromkeys(SCENARIO_SHEET.columns), **head}
    input_name, value = cells["input"], cells["value"]
    input_label = f"{input_name} of {cells['scenario']}"
    if value is None:
        raise BadMapping(f"{row_label} has no value for {input_label}.", "Write a number of 0 or more.")
    _check_bounds(input_name, (cells["low"], value, cells["high"]), input_label)
    is_borrowed = input_name == BORROWED_SAVING
    origins, default = (("borrowed",), "borrowed") if is_borrowed else (ORIGINS, "assumed")
    if is_borrowed and not cells["source"]:
        raise BadMapping(f"{input_label} has no source.", "Say who published it.")
    origin = read_choice(cells, "origin", origins, row_label, default)
    return {**cells, **head, "origin": origin, "source": cells["source"] or None}


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


SCENARIO_SHEET = Sheet(
    name="scenarios",
    title="Scenarios",
    noun="scenarios",
    summary="Scenarios of what is to come",
    saved="Scenarios saved: {count}.",
    help="What you would change in a plan, one row per input; what you leave out stays as measured.",
    read=read_scenarios,
    save=save_scenarios,
    fields=(
        Field("scenario", "Scenario", required=True),
        Field("project", "Project", help="Empty: every project.", names_project=True),
        Field(
            "input",
            "Input",
            "choice",
            tuple(INPUT_UNITS),
            column_only=True,
            help="Empty: the row only names a scenario.",
        ),
        Field("value", "Value", "number", column_only=True),
        Field("low", "Low", "number", help="80% lie between low and high; empty: treated as certain."),
        Field("high", "High", "number"),
        Field("origin", "Origin", "choice", ORIGINS, help="Empty: assumed."),
        Field("as_of", "As of", "day"),
        Field("source", "Source"),
        Field("note", "Note"),
    ),
)
