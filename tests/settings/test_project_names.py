"""What names a labeling tool's project follows it when the lead matches it to a tracked one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from store_copies import copied

from dashboard.errors import BadMapping
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.backlogs import BACKLOG_SHEET
from dashboard.settings.labeling_projects import PROJECT_SHEET, preview_labeling_projects, read_labeling_projects
from dashboard.settings.project_names import NAMING_TABLES
from dashboard.settings.scenarios import SCENARIO_SHEET
from dashboard.settings.sheet import find_sheets
from dashboard.settings.targets import TARGET_SHEET
from dashboard.store.generations import Store

FIRST_ON = date(2026, 6, 1)
REGISTER = (
    "row,automation,technique,applies,project,from_on\n"
    "automation,Pre,pre-labeling,every item,,\n"
    "rollout,Pre,,,signs-ls,2026-06-15\n"
)
MATCH = "source,tool_project,project,unmarked\nnative_labeling,signs-ls,Signs,manual\n"


@copied
def build_store(folder: Path) -> Store:
    """Return a store with 30 labels of a tool's project that settings name, and hours of a tracked one."""
    days = [FIRST_ON + timedelta(days=number) for number in range(30)]
    labels = "".join(f"i{number},signs-ls,Ann,,{day}T09:00:00Z,50\n" for number, day in enumerate(days))
    hours = "".join(f"Ann,Signs,label,{day},6\n" for day in days)
    (folder / "labels.csv").write_text("item,project,person,method,finished_at,seconds\n" + labels, "utf-8")
    (folder / "hours.csv").write_text("person,project,task,day_on,hours\n" + hours, "utf-8")
    store = Store(folder / "store")
    import_files(store, [folder / "labels.csv", folder / "hours.csv"], Settings())
    find_sheets()["automations"].load_csv(store, REGISTER)
    BACKLOG_SHEET.load_csv(store, "project,items,from_on\nsigns-ls,500,2026-06-30\n")
    SCENARIO_SHEET.load_csv(store, "scenario,project,input,value\nMore,signs-ls,items_per_week,200\n")
    TARGET_SHEET.load_csv(
        store, "measure,project,direction,value,by_on\nlabels a week,signs-ls,at least,4,2026-12-31\n"
    )
    return store


def count_automated(store: Store, project: str) -> int:
    """Return how many labels of a project are counted to the automation."""
    query = "select count(*) from label where automation = 'Pre' and project = $project"
    with store.snapshot() as snapshot:
        return int(snapshot.query(query, {"project": project}).item())


def list_names(store: Store) -> set[str]:
    """Return the projects that settings name."""
    union = " union ".join(f"select project from {table}" for table in NAMING_TABLES)  # noqa: S608 - own names
    with store.snapshot() as snapshot:
        projects = snapshot.query(f"from ({union}) order by project").get_column("project")
    return {*projects} - {""}


def test_a_matched_project_keeps_its_rollouts_backlog_scenarios_and_targets(tmp_path: Path) -> None:
    store = build_store(tmp_path)
    assert (count_automated(store, "signs-ls"), list_names(store)) == (16, {"signs-ls"})
    PROJECT_SHEET.load_csv(store, MATCH)
    assert (count_automated(store, "Signs"), list_names(store)) == (16, {"Signs"})


def test_the_preview_of_a_match_shows_no_label_that_loses_its_automation(tmp_path: Path) -> None:
    store = build_store(tmp_path)
    matches = read_labeling_projects(store).select(PROJECT_SHEET.columns)
    changes = preview_labeling_projects(store, matches.with_columns(project=matches["project"].fill_null("Signs")))
    assert changes.select("from_automation", "to_automation").unique().sort("to_automation").rows() == [
        (None, None),
        ("Pre", "Pre"),
    ]


def test_a_name_that_is_still_in_use_stays(tmp_path: Path) -> None:
    store = build_store(tmp_path)
    hours = tmp_path / "more.csv"
    hours.write_text("person,project,task,day_on,hours\nBob,signs-ls,label,2026-06-01,6\n", "utf-8")
    import_files(store, [hours], Settings(edited="keep"))
    PROJECT_SHEET.load_csv(store, MATCH)
    assert list_names(store) == {"signs-ls"}


@pytest.mark.parametrize(
    ("sheet", "text"),
    [
        (BACKLOG_SHEET, "project,items,from_on\nsigns-ls,500,2026-06-30\nSigns,400,2026-06-30\n"),
        (
            SCENARIO_SHEET,
            "scenario,project,input,value\nMore,signs-ls,items_per_week,200\nMore,Signs,items_per_week,9\n",
        ),
    ],
    ids=["backlog", "scenario"],
)
def test_two_settings_of_what_becomes_one_project_are_refused(tmp_path: Path, sheet: object, text: str) -> None:
    store = build_store(tmp_path)
    sheet.load_csv(store, text)  # type: ignore[attr-defined]
    before = store.generation()
    with pytest.raises(BadMapping, match="is there for signs-ls and for Signs, which would be one project"):
        PROJECT_SHEET.load_csv(store, MATCH)
    assert store.generation() == before
