"""Work that two exports of one tool tell in different rows counts once."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from dashboard.errors import QuestionNeeded
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.store.generations import Store

FIXTURES = Path(__file__).parents[2] / "fixtures"
HISTORY = "project_id,task_id,phase,phase_stage,account_id,user_id,username,worktime_hour,started_datetime\n"
TASKS = (
    "project_id,task_id,phase,status,worktime_hour,annotation_worktime_hour,first_annotation_user_id,"
    "first_annotation_started_datetime\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


def write_history(folder: Path, tasks: list[str], project: str = "p1") -> Path:
    """Write a history of tasks in which Ana annotated for half an hour each."""
    rows = [f"{project},{task},annotation,1,ana,ana,Ana,0.5,2026-03-02T09:00:00+09:00\n" for task in tasks]
    path = folder / f"history {project}.csv"
    path.write_text(HISTORY + "".join(rows), "utf-8")
    return path


def write_tasks(folder: Path, tasks: list[str], project: str = "p1") -> Path:
    """Write a list of the same tasks."""
    rows = [f"{project},{task},annotation,complete,0.5,0.5,ana,2026-03-02T09:00:00+09:00\n" for task in tasks]
    path = folder / f"tasks {project}.csv"
    path.write_text(TASKS + "".join(rows), "utf-8")
    return path


def sum_hours(store: Store) -> float:
    """Return the hours of all labeling events."""
    with store.snapshot() as snapshot:
        return float(snapshot.query("select sum(milliseconds) / 3.6e6 from labeling_event").item())


@pytest.mark.parametrize("is_history_first", [True, False])
def test_a_history_and_a_list_of_the_same_tasks_do_not_count_twice(
    store: Store, tmp_path: Path, *, is_history_first: bool
) -> None:
    files = [write_history(tmp_path, ["t1", "t2"]), write_tasks(tmp_path, ["t2", "t3"])]
    first, second = files if is_history_first else files[::-1]
    import_files(store, [first], Settings())
    with pytest.raises(QuestionNeeded, match="has 1 item of this file") as caught:
        import_files(store, [second], Settings())
    assert first.name in caught.value.message
    assert "undo import 1" in caught.value.hint
    assert sum_hours(store) == 1.0
    undo_import(store, 1)
    import_files(store, [second], Settings())
    assert sum_hours(store) == 1.0


def test_other_tasks_and_other_projects_are_other_work(store: Store, tmp_path: Path) -> None:
    import_files(store, [write_history(tmp_path, ["t1"])], Settings())
    import_files(store, [write_tasks(tmp_path, ["t2"])], Settings())
    import_files(store, [write_tasks(tmp_path, ["t1"], project="p2")], Settings())
    assert sum_hours(store) == 1.5


def test_the_lead_may_keep_both(store: Store, tmp_path: Path) -> None:
    import_files(store, [write_history(tmp_path, ["t1"])], Settings())
    import_files(store, [write_tasks(tmp_path, ["t1"])], Settings(edited="keep"))
    assert sum_hours(store) == 1.0


def test_a_history_as_json_and_as_csv_is_the_same_work(store: Store, tmp_path: Path) -> None:
    exported = FIXTURES / "annofab" / "steps.json"
    import_files(store, [exported], Settings())
    hours = sum_hours(store)
    path = tmp_path / "history.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HISTORY.strip().split(","))
        for steps in json.loads(exported.read_text("utf-8")).values():
            for step in steps:
                if step["account_id"] is not None:
                    names = [step[name] for name in ("project_id", "task_id", "phase", "phase_stage")]
                    account = step["account_id"]
                    writer.writerow([*names, account, account, account, 0.25, step["started_datetime"]])
    (result,) = import_files(store, [path], Settings(edited="replace"))
    assert (result.accepted, result.changed + result.duplicate) == (0, 11)
    assert sum_hours(store) == pytest.approx(11 * 0.25)
    assert hours != pytest.approx(11 * 0.25)
