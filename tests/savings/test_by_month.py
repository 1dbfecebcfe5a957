"""Months add up to the headline, setup and maintenance with them; what has no date is said apart."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported, register

from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.savings.charts import ACTUAL, UNDATED, WITHOUT_AUTOMATION, build_waterfall, list_step_labels
from dashboard.store.generations import Store

TIME = (
    "person,day_on,seconds,project,task,description\n"
    "Ada,2025-12-30,3600,Vision,Setup of drafts,\n"
    "Ada,2026-01-06,1800,Vision,,fix drafts model\n"
    "Ada,2026-04-02,5400,Vision,,fix drafts model\n"
)
RULES = (
    "insert into automation_effort values ('drafts', 'setup', 'task', 'setup of drafts')",
    "insert into automation_effort values ('drafts', 'maintenance', 'description', 'drafts model')",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One automation with entries for setup and maintenance, one that loses time and has typed setup hours only."""
    folder = tmp_path_factory.mktemp("months")
    frames = [events(simulate("S0", 1)), events(simulate("S0", 2, effect=1.4), project="scans", automation="masks")]
    store = imported(folder, frames)
    register(store, "drafts")
    register(store, "masks", projects=(), setup_seconds=7200)
    (folder / "time.csv").write_text(TIME, encoding="utf-8")
    import_files(store, [folder / "time.csv"], Settings())
    with store.change("rules") as change:
        for rule in RULES:
            change.execute(rule)
    return store


def head(store: Store, filters: Filters, measure: str = "hours saved") -> float:
    rows = resolve_figure(store, "savings", filters).rows
    return float(rows.filter(pl.col("measure") == measure).item(0, "value"))


def months(store: Store, filters: Filters) -> Figure:
    return resolve_figure(store, "savings_by_month", filters)


PERIODS = [
    Filters(),
    Filters(from_on=date(2026, 1, 1), to_on=date(2026, 1, 31)),
    Filters(from_on=date(2026, 2, 1)),
    Filters(projects=("reviews",)),
]


@pytest.mark.parametrize("filters", PERIODS)
def test_net_hours_of_the_months_add_up_to_the_headline(store: Store, filters: Filters) -> None:
    rows = months(store, filters).rows
    assert rows.get_column("saved_hours").sum() == pytest.approx(head(store, filters, "hours saved, gross"), rel=1e-9)
    assert rows.get_column("net_hours").sum() == pytest.approx(head(store, filters), rel=1e-9)


def test_hours_stand_in_the_month_they_fell_in(store: Store) -> None:
    rows = months(store, Filters()).rows
    drafts = rows.filter(pl.col("automation") == "drafts")
    spent = {
        row["month_on"]: (row["setup_hours"], row["maintenance_hours"], row["labels"] > 0) for row in drafts.to_dicts()
    }
    assert spent[date(2025, 12, 1)] == (1.0, 0.0, False)
    assert spent[date(2026, 1, 1)] == (0.0, 0.5, True)
    assert spent[date(2026, 4, 1)][:2] == (0.0, 1.5)
    masks = rows.filter(pl.col("automation") == "masks")
    assert masks.get_column("maintenance_hours").is_null().all()
    assert masks.filter(pl.col("month_on").is_null()).get_column("setup_hours").to_list() == [2.0]


def test_setup_nobody_knows_of_is_not_zero(tmp_path: Path) -> None:
    rows = months(imported(tmp_path, [events(simulate("S0", 1))]), Filters()).rows
    assert rows.get_column("setup_hours").is_null().all()
    assert rows.get_column("net_hours").to_list() == rows.get_column("saved_hours").to_list()


def test_the_waterfall_ends_at_the_net_hours(store: Store) -> None:
    rows = months(store, Filters()).rows
    steps = build_waterfall(rows)
    first, last = steps.row(0, named=True), steps.row(-1, named=True)
    assert (first["label"], last["label"]) == (WITHOUT_AUTOMATION, ACTUAL)
    assert first["hours"] - last["hours"] == pytest.approx(head(store, Filters()), rel=1e-9)
    inner = steps.slice(1, steps.height - 2)
    assert inner.get_column("begins").to_list() == pytest.approx(
        [first["hours"], *inner.get_column("ends").to_list()[:-1]]
    )
    assert list_step_labels(steps) == (
        WITHOUT_AUTOMATION,
        "Dec 2025",
        "Jan 2026",
        "Feb 2026",
        "Mar 2026",
        "Apr 2026",
        UNDATED,
        ACTUAL,
    )
    assert inner.filter(pl.col("kind") == "upkeep").get_column("hours").to_list() == [-1.0, -0.5, -1.5, -2.0]


def test_an_automation_is_told_from_its_first_day_on(tmp_path: Path) -> None:
    """Before it there is nothing to find out; in a later period without labels, the last one before it is named."""
    is_early = pl.col("automation").is_null() | (pl.col("finished_at") < "2026-02-01")
    store = imported(tmp_path, [events(simulate("S0", 1)).filter(is_early)])
    register(store, "drafts")
    register(store, "later", from_on=date(2026, 2, 20))
    answers = [
        resolve_figure(store, "savings_by_automation", Filters(from_on=first, to_on=last)).rows
        for first, last in ((None, date(2026, 2, 19)), (date(2026, 2, 10), None))
    ]
    before, after = (dict(rows.select("automation", "reason").iter_rows()) for rows in answers)
    assert before.keys() == {"drafts"}
    assert after.keys() == {"drafts", "later"}
    assert re.fullmatch(
        r"No label of this period .*: [\d,]+ labels before it, the last on 31 Jan 2026.", after["drafts"]
    )
