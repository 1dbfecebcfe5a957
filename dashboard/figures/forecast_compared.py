"""Saved scenarios beside what was measured, on common draws: every scenario meets the same weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from dashboard import catalog
from dashboard.estimates import draws
from dashboard.estimates.scenarios import pairs, side_by_side
from dashboard.figures.forecast_gate import worst
from dashboard.figures.forecast_rows import unit_of
from dashboard.figures.forecast_runs import AS_MEASURED, Run, inputs_of, runs
from dashboard.store import Snapshot

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

MEASURED = "as measured"
QUANTITIES = ("hours", "saved_hours", "net_hours", "cash")
COMPARED: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "quantity": pl.String(),
    "unit": pl.String(),
    "scenario": pl.String(),
    "than": pl.String(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "p50_error": pl.Float64(),
    "probability": pl.Float64(),
    "weeks": pl.Int64(),
    "projects": pl.String(),
    "inputs": pl.String(),
    "gate": pl.String(),
}
"""`kind` scenario: its sum over the weeks ahead, with the Monte Carlo error of P50 and its inputs with their origin.
`kind` pair: in which share of the draws `scenario` beats `than` (fewer hours, or more saved), and by how much."""


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return every scenario that says something of the projects within the filters (columns of COMPARED)."""
    saved = catalog.run(snapshot, "scenarios", {})
    measured = runs(snapshot, params)
    named = {one.history.project for one in measured}
    about = saved.filter(pl.col("project").is_in(["", *sorted(named)])).get_column("scenario").unique().sort()
    if not measured:
        return pl.DataFrame(schema=COMPARED)
    weeks = max(one.plan.weeks for one in measured)  # a scenario must not be better for being shorter
    names = [AS_MEASURED, *about]
    found = {name or MEASURED: runs(snapshot, {**params, "weeks": weeks}, name) for name in names}
    told = {name or MEASURED: inputs_text(saved, name, named) for name in names}
    return pl.DataFrame(
        [row for quantity in QUANTITIES for row in compared(quantity, found, told, weeks)], schema=COMPARED
    )


def inputs_text(saved: pl.DataFrame, scenario: str, projects: set[str]) -> str:
    """Return what a scenario changes, each input with its origin and day."""
    if scenario == AS_MEASURED:
        return "everything as measured"
    mine = saved.filter(pl.col("scenario") == scenario)
    said: list[str] = []
    for project in sorted(projects):
        for name, one in inputs_of(mine, project).items():
            day = f", {one.as_of}" if one.as_of else ""
            said.append(f"{name} {one.value:g} ({one.origin}{day})")
    return "; ".join(dict.fromkeys(said)) or "nothing changed"


def compared(
    quantity: str, found: Mapping[str, Sequence[Run]], told: Mapping[str, str], weeks: int
) -> list[dict[str, object]]:
    """Return the rows of one quantity: the projects that all scenarios can tell, summed."""
    common = [
        place for place in range(len(found[MEASURED])) if all(tells(one[place], quantity) for one in found.values())
    ]
    if not common:
        return []
    some = [found[MEASURED][place] for place in common]
    currencies = {one.history.price.currency for one in some}
    if quantity == "cash" and len(currencies) > 1:
        return []
    results = {name: total([each[place] for place in common], quantity) for name, each in found.items()}
    names = "; ".join(one.history.project for one in some)
    head = {
        "quantity": quantity, "unit": unit_of(quantity, next(iter(currencies))), "weeks": weeks, "projects": names,
        "gate": worst(one.gate for one in some),
    }  # fmt: skip
    each = [
        {**head, "kind": "scenario", **row, "inputs": told[str(row["scenario"])]}
        for row in side_by_side(results).to_dicts()
    ]
    beside = [
        {**head, "kind": "pair", "scenario": row.pop("better"), **row}
        for row in pairs(results, more_is_better=quantity != "hours").to_dicts()
    ]
    return [*each, *beside]


def tells(one: Run, quantity: str) -> bool:
    """Tell whether a run has a quantity."""
    return one.projection is not None and quantity in one.projection.by_week


def total(several: Sequence[Run], quantity: str) -> Reals:
    """Return the sum over projects and weeks, one value a draw."""
    found = [one.projection.by_week[quantity] for one in several if one.projection]
    whole: Reals = draws.added(found).sum(axis=1)
    return whole
