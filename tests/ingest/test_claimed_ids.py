"""Ids that two tables of one's own both count from 1 stand for different entries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.errors import QuestionNeeded
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.ingest.results import ImportResult
from dashboard.store.generations import Store

TABLES = {
    "labeling_event": (
        "id,item,person,method,finished_at,project,seconds\n",
        "{id},{name},{person},manual,{day}T09:00:00Z,{project},60\n",
    ),
    "experiment_run": (
        "id,run,person,project,started_at,state,metric,value\n",
        "{id},{name},{person},{project},{day}T09:00:00Z,finished,f1,0.5\n",
    ),
    "time_entry": ("id,person,day_on,hours,project\n", "{id},{person},{day},3,{project}\n"),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


def add_table(store: Store, kind: str, path: Path, settings: Settings | None = None, **cells: str) -> ImportResult:
    """Import three rows with the ids 1, 2, 3 on three days."""
    head, row = TABLES[kind]
    rows = [row.format(id=number, day=f"2026-{cells['month']}-0{number}", **cells) for number in (1, 2, 3)]
    path.write_text(head + "".join(rows), "utf-8")
    (result,) = import_files(store, [path], settings or Settings())
    return result


def list_projects(store: Store, kind: str) -> list[str]:
    """Return the project of each row in force."""
    with store.snapshot() as snapshot:
        return snapshot.query(f"select project from {kind} order by 1").get_column("project").to_list()  # noqa: S608


@pytest.mark.parametrize("kind", TABLES)
def test_the_entries_of_one_file_are_not_replaced_by_others_with_their_ids(
    store: Store, tmp_path: Path, kind: str
) -> None:
    add_table(store, kind, tmp_path / "signs.csv", name="a", person="ana", month="03", project="Signs")
    other = {"name": "x", "person": "ben", "month": "04", "project": "Birds"}
    with pytest.raises(QuestionNeeded, match=r"3 of its ids stand for other entries in the store.*Birds.*Signs"):
        add_table(store, kind, tmp_path / "birds.csv", **other)
    assert list_projects(store, kind) == ["Signs"] * 3
    forced = add_table(store, kind, tmp_path / "birds.csv", Settings(edited="replace"), **other)
    assert forced.changed == 3
    assert list_projects(store, kind) == ["Birds"] * 3


@pytest.mark.parametrize("kind", TABLES)
def test_a_project_that_was_renamed_asks_nothing(store: Store, tmp_path: Path, kind: str) -> None:
    cells = {"name": "a", "person": "ana", "month": "03"}
    add_table(store, kind, tmp_path / "signs.csv", project="Signs", **cells)
    assert add_table(store, kind, tmp_path / "renamed.csv", project="Street signs", **cells).changed == 3


def write_manifest(path: Path, job: str, day: str) -> Path:
    """Write the labels that a job of SageMaker gave two images, under the name `label` as any other job may."""
    facts = {"job-name": f"labeling-job/{job}", "creation-date": f"{day}T09:00:00", "type": "groundtruth/x"}
    facts |= {"class-name": job, "human-annotated": "yes"}
    rows = [{"source-ref": f"s3://b/{number}.jpg", "label": 0, "label-metadata": facts} for number in (1, 2)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_labels_of_one_job_are_not_replaced_by_those_of_another_job_that_calls_them_alike(
    store: Store, tmp_path: Path
) -> None:
    cats = write_manifest(tmp_path / "cats.manifest", "cats", "2026-03-02")
    dogs = write_manifest(tmp_path / "dogs.manifest", "dogs", "2026-04-02")
    import_files(store, [cats], Settings())
    with pytest.raises(QuestionNeeded, match=r"2 of its ids stand for other entries.*dogs.*cats") as caught:
        import_files(store, [dogs], Settings())
    assert caught.value.question == "jobs"
    import_files(store, [dogs], Settings(edited="keep"))
    assert list_projects(store, "labeling_event") == ["cats", "cats", "dogs", "dogs"]
    (again,) = import_files(store, [cats], Settings())
    assert again.import_id is None


def write_darwin(path: Path, dataset: str) -> Path:
    """Write an item of V7 without its id, as tools that convert to its format do."""
    path.parent.mkdir()
    origin = {"dataset": {"name": dataset}, "team": {"name": "Birds"}}
    item = {"name": "image_1.jpg", "path": "/", "source_info": origin, "slots": []}
    box = {"bounding_box": {"h": 1, "w": 1, "x": 1, "y": 1}, "name": dataset, "id": dataset}
    path.write_text(json.dumps({"version": "2.0", "item": item, "annotations": [box]}), "utf-8")
    return path


def test_items_called_alike_in_two_data_sets_do_not_replace_each_other(store: Store, tmp_path: Path) -> None:
    first, second = (write_darwin(tmp_path / name / "image_1.json", name) for name in ("north", "south"))
    import_files(store, [first], Settings())
    with pytest.raises(QuestionNeeded, match=r"1 of its ids stand for other entries.*south.*north") as caught:
        import_files(store, [second], Settings())
    assert caught.value.question == "jobs"
    import_files(store, [second], Settings(edited="keep"))
    with store.snapshot() as snapshot:
        places = snapshot.query("select dataset from labeling_event order by 1").get_column("dataset").to_list()
    assert places == ["north", "south"]
