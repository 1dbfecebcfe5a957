"""Pulling from a server that speaks Label Studio's interface: what changed, what is gone, and what breaks off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tool_server import Request, Status, ToolServer, serve_tool

from dashboard.errors import DashboardError, PullFailed, PullRefused
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.pull import client as client_module
from dashboard.pull import run as run_module
from dashboard.pull.contract import Account, Wishes
from dashboard.pull.discover import SOURCES
from dashboard.pull.run import Pull, run_pull
from dashboard.pull.sources import label_studio
from dashboard.store.generations import Store
from dashboard.store.health import check_store

EXPORTS = Path(__file__).parents[2] / "fixtures" / "label_studio_server"
LEGACY = "0123456789abcdef"
PERSONAL = "head.body.sign"
NAMES = {1: ("Ann", "ann@example.org"), 2: ("Ben", "ben@example.org"), 3: ("Cat", "cat@example.org")}
PEOPLE = [{"id": at, "email": mail, "first_name": name, "last_name": ""} for at, (name, mail) in NAMES.items()]


class Project:
    """A project as the server holds it."""

    def __init__(self) -> None:
        self.tasks = self.load("week_1.json")
        self.valid = {f"Token {LEGACY}"}
        self.refreshed = 0

    def load(self, name: str) -> dict[int, dict[str, Any]]:
        """Return the tasks of an export by number."""
        return {task["id"]: task for task in json.loads((EXPORTS / name).read_text("utf-8"))}

    def check(self, request: Request) -> None:
        """Answer 401 to who is not known."""
        if request.headers.get("authorization") not in self.valid:
            raise Status(401)

    def list_tasks(self, request: Request) -> object:
        """Answer as /api/tasks does; behind the last page there is nothing."""
        self.check(request)
        tasks = list(self.tasks.values())
        asked = json.loads(request.word("query", "{}"))
        for item in asked.get("filters", {}).get("items", []):
            column = item["filter"].rpartition(":")[2]
            value = item["value"].replace("Z", "") if isinstance(item["value"], str) else item["value"]
            tasks = [task for task in tasks if self.read_column(task, column) > value]  # type: ignore[operator]
        for column in asked.get("ordering", []):
            tasks.sort(key=lambda task: self.read_column(task, column.rpartition(":")[2]))
        page, size = int(request.word("page")), int(request.word("page_size"))
        chosen = tasks[(page - 1) * size : page * size]
        if not chosen and page > 1:
            raise Status(404)
        rows = chosen if request.word("fields") == "all" else [{"id": task["id"]} for task in chosen]
        return {"tasks": rows, "total": len(tasks), "total_annotations": 0, "total_predictions": 0}

    def read_column(self, task: dict[str, Any], column: str) -> object:
        """Return what a filter compares."""
        return task[column].replace("Z", "") if isinstance(task[column], str) else task[column]

    def export(self, request: Request) -> object:
        """Answer as the quick export does: predictions as numbers, people too."""
        self.check(request)
        wanted = [int(number) for number in request.query["ids[]"]]
        return [
            {**task, "predictions": [part["id"] for part in task["predictions"] if isinstance(part, dict)]}
            for number, task in self.tasks.items()
            if number in wanted
        ]

    def refresh(self, request: Request) -> object:
        """Answer a personal token with one that lives shortly."""
        assert request.body == {"refresh": PERSONAL}
        assert "authorization" not in request.headers
        self.refreshed += 1
        self.valid = {f"Bearer access-{self.refreshed}"}
        return {"access": f"access-{self.refreshed}"}

    def list_projects(self, request: Request) -> object:
        """Answer with the one project."""
        self.check(request)
        return {"count": 1, "next": "http://evil.example.org/", "results": [{"id": 1, "title": "Signs"}]}


@pytest.fixture
def project() -> Project:
    return Project()


@pytest.fixture
def tool(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[ToolServer]:
    monkeypatch.setattr(label_studio, "PAGE_SIZE", 2)
    monkeypatch.setattr(label_studio, "ID_PAGE_SIZE", 2)
    monkeypatch.setattr(label_studio, "OVERLAP", timedelta(seconds=1))
    monkeypatch.setattr(client_module, "pause_pull", lambda _: None)
    routes = {
        "/api/users/": lambda _: PEOPLE,
        "/api/current-user/whoami": lambda _: PEOPLE[0],
        "/api/projects/": project.list_projects,
        "/api/projects/1/export": project.export,
        "/api/tasks": project.list_tasks,
        "/api/token/refresh/": project.refresh,
    }
    with serve_tool(routes) as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def pull(store: Store, tool: ToolServer, token: str = LEGACY, projects: tuple[str, ...] = ()) -> Pull:
    done = Pull(store, SOURCES["label_studio"], Account(tool.address, token), Wishes(projects))
    run_pull(done, lambda *_: None)
    return done


def list_labels(store: Store) -> list[tuple[Any, ...]]:
    with store.snapshot() as snapshot:
        return snapshot.query(
            "select item, person, outcome, method, suggestion, milliseconds, edit_share from labeling_event"
            " where stage = 'annotate' order by cast(item as integer), person, milliseconds"
        ).rows()


def count_imports(store: Store) -> int:
    with store.snapshot() as snapshot:
        return int(snapshot.query("select count(*) from import").item())


def test_a_pull_stores_what_an_export_of_the_same_moment_does(store: Store, tool: ToolServer, tmp_path: Path) -> None:
    assert pull(store, tool).records == 6
    other = Store(tmp_path / "other")
    import_files(other, [EXPORTS / "week_1.json"], Settings())
    without_people = [(row[0], *row[2:]) for row in list_labels(store)]
    assert without_people == [(row[0], *row[2:]) for row in list_labels(other)]
    assert {row[1] for row in list_labels(store)} == {None, *(mail for _, mail in NAMES.values())}  # None: in bulk
    assert all(good for _, good, _ in check_store(store))


def test_a_pull_tells_how_much_of_a_prediction_was_edited(store: Store, tool: ToolServer, project: Project) -> None:
    """The list of tasks holds predictions in full, the export that is pulled for them only numbers."""
    task = project.tasks[9]
    (annotation,) = task["annotations"]
    del annotation["prediction"]
    (region,) = annotation["result"]
    other = {**region, "id": "other"}
    task["predictions"] = [{"id": 9, "result": [region, other], "model_version": "one"}]
    pull(store, tool)
    assert [row[4:] for row in list_labels(store) if row[0] == "9"] == [("edited", annotation["lead_time"] * 1000, 0.5)]


def test_an_export_after_a_pull_adds_nothing(store: Store, tool: ToolServer) -> None:
    pull(store, tool)
    (again,) = import_files(store, [EXPORTS / "week_1.json"], Settings())
    assert (again.accepted, again.changed, again.duplicate) == (0, 0, 8)


def test_the_second_pull_fetches_what_changed_and_takes_out_what_was_deleted(
    store: Store, tool: ToolServer, project: Project, tmp_path: Path
) -> None:
    pull(store, tool)
    project.tasks = project.load("week_2.json")
    tool.asked.clear()
    second = pull(store, tool)
    assert second.gone == 1
    other = Store(tmp_path / "other")
    import_files(other, [EXPORTS / "week_2.json"], Settings())
    assert [(row[0], *row[2:]) for row in list_labels(store)] == [(row[0], *row[2:]) for row in list_labels(other)]
    assert all(good for _, good, _ in check_store(store))
    undo_import(store, 2)
    assert len(list_labels(store)) == 8
    assert all(good for _, good, _ in check_store(store))
    assert pull(store, tool).gone == 1
    assert len(list_labels(store)) == 7


def test_a_pull_without_news_leaves_no_import_and_asks_for_little(store: Store, tool: ToolServer) -> None:
    pull(store, tool)
    before = list_labels(store)
    tool.asked.clear()
    pull(store, tool)
    assert count_imports(store) == 1
    assert list_labels(store) == before
    exported = [request for request in tool.asked if request.path.endswith("/export")]
    assert sum(len(request.query["ids[]"]) for request in exported) < 6
    assert all(good for _, good, _ in check_store(store))


def test_an_undone_pull_is_fetched_again(store: Store, tool: ToolServer) -> None:
    pull(store, tool)
    undo_import(store, 1)
    assert list_labels(store) == []
    pull(store, tool)
    assert len(list_labels(store)) == 8


def test_a_deleted_task_is_noticed_by_the_number_of_tasks(store: Store, tool: ToolServer, project: Project) -> None:
    pull(store, tool)
    del project.tasks[3]
    assert pull(store, tool).gone == 2
    assert "3" not in {row[0] for row in list_labels(store)}
    assert all(good for _, good, _ in check_store(store))


def test_a_task_that_lost_its_only_label_has_none_any_more(store: Store, tool: ToolServer, project: Project) -> None:
    pull(store, tool)
    project.tasks[18] |= {"annotations": [], "updated_at": "2026-11-27T08:00:00.000001Z"}
    assert pull(store, tool).gone == 1
    assert "18" not in {row[0] for row in list_labels(store)}


def test_labels_of_another_server_with_the_same_numbers_stay(store: Store, tool: ToolServer, project: Project) -> None:
    tasks = project.load("week_1.json")
    for task in tasks.values():
        for annotation in task["annotations"]:
            annotation["created_at"] = annotation["created_at"].replace("2026-11", "2025-11")
    path = store.folder.parent / "elsewhere.json"
    path.write_text(json.dumps(list(tasks.values())), "utf-8")
    import_files(store, [path], Settings())
    pull(store, tool)
    elsewhere = len(list_labels(store)) - 8
    project.tasks = {3: project.tasks[3]}
    pull(store, tool)
    with store.snapshot() as snapshot:
        old = snapshot.query("select count(*) from labeling_event where finished_at < date '2026-01-01'").item()
    assert old == elsewhere == 7


def test_tasks_that_changed_in_one_stroke_are_all_fetched(store: Store, tool: ToolServer, project: Project) -> None:
    for task in project.tasks.values():
        task["updated_at"] = "2026-11-26T23:34:13.793438Z"
    pull(store, tool)
    assert len(list_labels(store)) == 8


def test_a_pull_that_breaks_off_goes_on_from_there(
    store: Store, tool: ToolServer, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "STORED_RECORDS", 2)
    served = project.export
    exports: list[int] = []

    def break_off(request: Request) -> object:
        exports.append(1)
        if len(exports) > 2:
            raise Status(503)
        return served(request)

    tool.routes["/api/projects/1/export"] = break_off
    with pytest.raises(PullFailed, match="status 503"):
        pull(store, tool)
    assert 0 < len(list_labels(store)) < 8
    tool.routes["/api/projects/1/export"] = served
    tool.asked.clear()
    pull(store, tool)
    fetched = [number for request in tool.asked for number in request.query.get("ids[]", [])]
    assert len(list_labels(store)) == 8
    assert len(fetched) < 6
    assert all(good for _, good, _ in check_store(store))


@pytest.mark.parametrize("is_list_short", [True, False])
def test_answers_that_are_too_large_are_asked_for_in_halves(
    store: Store, tool: ToolServer, project: Project, monkeypatch: pytest.MonkeyPatch, *, is_list_short: bool
) -> None:
    monkeypatch.setattr(label_studio, "PAGE_SIZE", 4)
    monkeypatch.setattr(
        client_module, "ANSWER_BYTES", max(len(json.dumps(task)) for task in project.tasks.values()) + 500
    )
    if is_list_short:
        listed = project.list_tasks
        short = ("id", "updated_at", "created_at")
        tool.routes["/api/tasks"] = lambda request: {
            "tasks": [{name: task[name] for name in short if name in task} for task in listed(request)["tasks"]],  # type: ignore[index]
            "total": 6,
        }
    pull(store, tool)
    assert len(list_labels(store)) == 8
    sizes = {request.word("page_size") for request in tool.asked if request.word("fields") == "all"}
    assert sizes == ({"4", "1"} if is_list_short else {"4", "2", "1"})


def test_a_personal_token_is_exchanged_and_renewed_in_mid_pull(
    store: Store, tool: ToolServer, project: Project
) -> None:
    served = project.list_tasks
    expiries = ["once"]

    def expire(request: Request) -> object:
        if expiries:
            expiries.pop()
            project.valid = set()
        return served(request)

    tool.routes["/api/tasks"] = expire
    pull(store, tool, PERSONAL)
    assert project.refreshed == 2
    assert len(list_labels(store)) == 8


def test_a_wrong_token_is_refused_and_written_nowhere(store: Store, tool: ToolServer) -> None:
    with pytest.raises(PullRefused) as error:
        pull(store, tool, "wr0ng-t0ken")
    assert "wr0ng" not in repr(error.value)
    pull(store, tool)
    assert not any(LEGACY.encode() in path.read_bytes() for path in store.folder.rglob("*") if path.is_file())


def test_an_unknown_project_is_named_with_those_there_are(store: Store, tool: ToolServer) -> None:
    with pytest.raises(PullRefused, match=r"sees no project 9.*It sees: 1"):
        pull(store, tool, projects=("9",))


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"tasks": "no"},
        {"tasks": [1]},
        {"tasks": [{"id": None, "updated_at": "2026-11-26T23:34:13Z"}]},
        {"tasks": [{"id": 3}]},
        {"tasks": [{"id": 3, "updated_at": "yesterday"}]},
    ],
)
def test_an_answer_of_another_shape_is_refused(store: Store, tool: ToolServer, answer: object) -> None:
    tool.routes["/api/tasks"] = lambda _: answer
    with pytest.raises(PullFailed, match="as its interface says"):
        pull(store, tool)
    assert count_imports(store) == 0


def test_hostile_texts_do_no_harm(store: Store, tool: ToolServer, project: Project) -> None:
    project.tasks[3]["annotations"][0] |= {"completed_by": {"email": "=cmd|' /C calc'!A0\x00\x1b[2J", "id": 5}}
    project.tasks[4]["annotations"] = [None, 7, "x", [], {"id": {"a": 1}, "created_at": "x", "lead_time": 1e300}]
    project.tasks[9]["drafts"] = "none"
    try:
        pull(store, tool)
    except DashboardError:
        assert count_imports(store) == 0
    else:
        assert len(list_labels(store)) >= 5
