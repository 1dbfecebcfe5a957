"""Whatever is missing in a store, forecasts, costs and returns give an answer or say what they lack; none fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported, register

from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.resolve import Figure, build_figure, query_figure
from dashboard.filters import Filters
from dashboard.forecast.inputs import ProjectHistory, ProjectPrices
from dashboard.forecast.model.plan import InputOverride
from dashboard.forecast.project_forecasts import MAX_HORIZON, compute_horizon
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.backlogs import BACKLOG_SHEET
from dashboard.settings.budgets import BUDGET_SHEET
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.rates import RATE_SHEET
from dashboard.settings.scenarios import SCENARIO_SHEET
from dashboard.store.cache import StoreState
from dashboard.store.generations import Store
from dashboard.store.snapshot import Change

SUBJECTS = ("forecast", "cost", "synthetic")
TODAY = date(2026, 3, 9)
FIGURES = {  # by subject; projections that are compared or issued are read from the same forecasts
    subject: [name for name, spec in CATALOGUE.items() if spec.rows and spec.rows.__module__.split(".")[1] == subject]
    for subject in SUBJECTS
}
FIGURES["cost"] += ["label_cost_llm", "cost_per_accepted_label"]
ENTERED = ("automation", "automation_scope", "person", "capacity", "rate", "backlog_plan", "scenario", "scenario_input",
           "budget", "category_rule", "import", "time_entry", "labeling_event", "experiment_run")  # fmt: skip
# What labels and sums by day are derived from.
DERIVED_FROM = ("time_entry", "labeling_event", "automation", "person", "category_rule", "import")
BLANKED = {  # what is emptied in the facts, beside whole tables
    "times of labels": "update labeling_event set milliseconds = null",
    "times of labels by hand": "update labeling_event set milliseconds = null where method = 'manual'",
    "times of assisted labels": "update labeling_event set milliseconds = null where method <> 'manual'",
    "times of one project": "update labeling_event set milliseconds = null where project = 'scans'",
    "labels without length": "update labeling_event set milliseconds = 0",
    "labels by hand": "delete from labeling_event where method = 'manual'",
    "assisted labels": "delete from labeling_event where method <> 'manual'",
    "labels of one project": "delete from labeling_event where project = 'reviews'",
    "methods": "update labeling_event set method = 'unknown'",
    "annotators": "update labeling_event set person = null",
    "days of labels": "update labeling_event set day_on = null, started_at = null, finished_at = null",
    "projects of labels": "update labeling_event set project = null",
    "items": "update labeling_event set item = null",
    "kinds": "update labeling_event set label_kind = null, difficulty = null",
    "all but one week": "delete from labeling_event where day_on > date '2026-01-11'",
    "modeling entries": "delete from time_entry where category = 'modeling'",
    "labeling entries": "delete from time_entry where category = 'annotating'",
    "people of entries": "update time_entry set person = null",
    "projects of entries": "update time_entry set project = null",
    "entries without length": "update time_entry set seconds = 0",
    "metrics": "update experiment_run set metric = null, value = null",
    "labels used": "update experiment_run set labels_used = null, labels_synthetic = null",
    "days of runs": "update experiment_run set day_on = null, started_at = null, finished_at = null",
    "projects of runs": "update experiment_run set project = null",
    "code versions": "update experiment_run set code_version = null, seed = null",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with every input: reviews with drafts, scans by hand, entries, runs, and what a lead enters."""
    folder = tmp_path_factory.mktemp("inputs")
    by_hand = events(simulate("S0", 2), project="scans").filter(pl.col("method") == "manual")
    store = imported(folder, [events(simulate("S0", 1)), by_hand])
    register(store, "drafts", setup_seconds=36_000)
    entries = ["person,day_on,seconds,project,category"]
    runs = ["run,started_at,project,metric,value,labels_used,labels_synthetic,code_version,seed,selection"]
    for week in range(8):
        day = date(2026, 1, 5) + timedelta(weeks=week)
        entries += [f"P0,{day},72000,reviews,annotating", f"Eve,{day},30000,reviews,modeling"]
        runs.append(
            f"r{week},{day}T09:00:00Z,reviews,error,{0.3 - week / 50},{500 + 100 * week},0,v1,{week % 2},random"
        )
    for name, lines in (("entries.csv", entries), ("runs.csv", runs)):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        import_files(store, [folder / name], Settings(zone="UTC"))
    PEOPLE_SHEET.load_csv(store, "name,team,role,weekly_hours\nEve,Models,engineer,40\nP0,Labels,annotator,20\n")
    RATE_SHEET.load_csv(store, "person,hourly,currency\n,30,EUR\n")
    BACKLOG_SHEET.load_csv(store, "project,items,from_on\nreviews,5000,2026-03-01\n")
    BUDGET_SHEET.load_csv(store, "covers,unit,recurs,from_on,amount\nlabeling,EUR,month,2026-01-01,4000\n")
    SCENARIO_SHEET.load_csv(store, "scenario,project,input,value,origin\nmore,reviews,coverage,0.9,assumed\n")
    return store


def list_drops() -> Iterator[tuple[str, str, list[str]]]:
    """Yield the name of each input, the statement that takes it away, and the figures that may need it."""
    statements = {table: f"delete from {table}" for table in ENTERED} | BLANKED  # noqa: S608 - own tables
    for missing, statement in statements.items():
        subjects = ("synthetic",) if "experiment_run" in statement else SUBJECTS
        yield missing, statement, [name for subject in subjects for name in FIGURES[subject]]


@contextmanager
def without(store: Store, missing: str, statement: str) -> Iterator[Change]:
    """Give a copy of the store that lacks an input; it is thrown away."""
    with store.try_change() as change:
        change.execute(statement)
        if any(name in statement for name in DERIVED_FROM):
            change.rebuild_rollups()
            change.rebuild_labels()
        change.state = StoreState(f"without {missing}", 1)
        yield change


def ask(change: Change, name: str) -> Figure:
    """Return a figure of the store as it is inside a change."""
    options = {"tasks": [], "limit": 100, "today": TODAY, "learns": False, "weeks": 1}
    answer = query_figure(change, CATALOGUE[name], Filters(), options, names=True)
    return build_figure(CATALOGUE[name], Filters(), answer)


@pytest.mark.parametrize(("missing", "statement", "names"), [pytest.param(*drop, id=drop[0]) for drop in list_drops()])
def test_what_is_missing_is_told_and_never_a_failure(
    store: Store, missing: str, statement: str, names: list[str]
) -> None:
    with without(store, missing, statement) as change:
        for name in names:
            figure = ask(change, name)
            refusal = figure.unavailable
            assert figure.rows.height or refusal, f"{name} gives neither rows nor a reason"
            assert not refusal or (refusal.reason and refusal.needed), name


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("labeling entries", ["All projects: time entries of labeling"]),
        ("modeling entries", ["All projects: time entries of modeling"]),
        ("times of labels", ["reviews:", "scans:"]),
        ("assisted labels", ["reviews: labels with an automation", "scans: labels with an automation"]),
    ],
)
def test_goal_seek_names_what_is_missing_and_for_which_project(store: Store, missing: str, words: list[str]) -> None:
    with without(store, missing, BLANKED[missing]) as change:
        refusal = ask(change, "goal_seek").unavailable
    assert refusal is not None
    assert all(word in refusal.needed for word in words), refusal.needed


def test_a_backlog_that_hardly_moves_lasts_as_long_as_projections_reach() -> None:
    history = ProjectHistory(
        "signs", pl.DataFrame(), None, "", ProjectPrices(None, None, None, 0, 0, 0, 0, None, 0, 0), None
    )
    assert compute_horizon(history, 1e9, {"items_per_week": InputOverride(1e-300)}) == MAX_HORIZON
    assert compute_horizon(history, 10, {"items_per_week": InputOverride(0)}) == MAX_HORIZON
    assert compute_horizon(history, 100, {"items_per_week": InputOverride(10)}) == 15
