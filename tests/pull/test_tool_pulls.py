"""Pulling from small servers that speak the interfaces of trackers: pages, troubles, edits and deletions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tool_server import Answer, Request, Route, Status, ToolServer, serve_tool
from tracker_servers import BUILDERS, KEY, Entry, Tracker, build_clockify, build_toggl, check

from dashboard.errors import PullFailed, PullRefused, QuestionNeeded
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.pull import client as client_module
from dashboard.pull.contract import Account, Wishes
from dashboard.pull.discover import SOURCES
from dashboard.pull.run import Pull, run_pull, write_records
from dashboard.pull.sources import clockify, cvat, harvest, jira, mlflow, toggl
from dashboard.store.generations import Store
from dashboard.store.health import check_store

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Ask for small pages without a pause between them; also in fixtures of the whole module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client_module, "pause_pull", lambda _: None)
        for module in (toggl, clockify, harvest, cvat, mlflow):
            patch.setattr(module, "PAGE_SIZE", 2)
        patch.setattr(jira, "WORKLOGS", 2)
        patch.setattr(jira, "OVERLAP", timedelta(0))
        yield


@pytest.fixture
def tracker() -> Tracker:
    return Tracker()


@pytest.fixture(params=list(BUILDERS))
def tool(request: pytest.FixtureRequest, tracker: Tracker) -> Iterator[tuple[str, ToolServer]]:
    with serve_tool(BUILDERS[request.param](tracker)) as server:
        yield request.param, server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def pull(
    store: Store, name: str, server: ToolServer, *, key: str = KEY, today: date = TODAY, full: bool = False
) -> Pull:
    user = "77" if name == "harvest" else None
    done = Pull(store, SOURCES[name], Account(server.address, key, user), Wishes(is_full=full, today=today))
    run_pull(done, lambda *_: None)
    return done


def list_entries(store: Store) -> list[tuple[Any, ...]]:
    with store.snapshot() as snapshot:
        return snapshot.query(
            "select told_name, day_on, seconds, project from time_entry order by day_on, told_name, seconds"
        ).rows()


def expect(entries: list[Entry]) -> list[tuple[Any, ...]]:
    return sorted(
        ((entry["who"], entry["at"].date(), entry["seconds"], "Signs") for entry in entries if entry["seconds"]),
        key=lambda row: (row[1], row[0], row[2]),
    )


def is_sound(store: Store) -> bool:
    return all(good for _, good, _ in check_store(store))


def test_a_pull_brings_every_finished_entry_once(store: Store, tool: tuple[str, ToolServer], tracker: Tracker) -> None:
    name, server = tool
    server.troubles = [Status(429, {"Retry-After": "1"}), "half", Status(503), "cut"]
    pull(store, name, server)
    assert list_entries(store) == expect(tracker.entries)
    pull(store, name, server)
    assert list_entries(store) == expect(tracker.entries)
    with store.snapshot() as snapshot:
        assert snapshot.query("select count(*) from import").item() == 1
    assert is_sound(store)


def test_a_clock_that_was_ahead_at_one_pull_hides_nothing_from_the_next(
    store: Store, tool: tuple[str, ToolServer], tracker: Tracker
) -> None:
    name, server = tool
    missing = tracker.entries.pop()
    pull(store, name, server, today=TODAY + timedelta(days=100))
    tracker.entries.append(missing | {"changed": datetime.now(tz=UTC) + timedelta(hours=1)})
    pull(store, name, server)
    assert list_entries(store) == expect(tracker.entries)
    assert is_sound(store)


def test_a_pull_of_an_idle_account_brings_nothing_and_tells_what_is_gone(
    store: Store, tool: tuple[str, ToolServer], tracker: Tracker
) -> None:
    name, server = tool
    entries, tracker.entries = tracker.entries, []
    assert pull(store, name, server).results == []
    tracker.entries = entries
    pull(store, name, server)
    tracker.deleted += [entry["id"] for entry in entries]
    tracker.entries = []
    pull(store, name, server)
    kept = list_entries(store)  # of days that are not asked for every time
    assert all(day < TODAY - timedelta(days=35) for _, day, _, _ in kept)
    assert is_sound(store)


def test_edits_and_deletions_between_two_pulls(store: Store, tool: tuple[str, ToolServer], tracker: Tracker) -> None:
    name, server = tool
    pull(store, name, server)
    now = datetime.now(tz=UTC) + timedelta(hours=1)
    tracker.entries[1] |= {"seconds": 7_200, "changed": now}
    tracker.entries[4] |= {"seconds": 1_800, "changed": now}  # it ran, and was stopped
    tracker.deleted.append(tracker.entries.pop(2)["id"])
    second = pull(store, name, server)
    assert second.gone == 1
    assert list_entries(store) == expect(tracker.entries)
    assert is_sound(store)


def test_an_old_entry_that_changed_is_found_where_the_tracker_tells_it(
    store: Store, tool: tuple[str, ToolServer], tracker: Tracker
) -> None:
    name, server = tool
    pull(store, name, server)
    tracker.entries[0] |= {"seconds": 900, "changed": datetime.now(tz=UTC) + timedelta(hours=1)}
    pull(store, name, server, full=name in ("toggl", "clockify"))
    assert list_entries(store) == expect(tracker.entries)


def test_what_a_file_brought_in_is_not_doubled_and_not_taken_out(
    store: Store, tool: tuple[str, ToolServer], tracker: Tracker, tmp_path: Path
) -> None:
    name, server = tool
    other = Store(tmp_path / "other")
    done = pull(other, name, server)
    assert done.results
    if name != "toggl":
        return
    path = tmp_path / "toggl.csv"
    path.write_text(
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\n"
        'Ada,ada@example.org,,Signs,,Work 2,Yes,2026-11-02,11:00:00,2026-11-02,12:00:02,01:00:02,"a, b"\n'
        "Ada,ada@example.org,,Signs,,By hand,Yes,2026-11-03,11:00:00,2026-11-03,12:00:00,01:00:00,\n",
        "utf-8",
    )
    import_files(store, [path], Settings(zone="Europe/Oslo"))
    assert pull(store, name, server).gone == 0
    assert len(list_entries(store)) == len(expect(tracker.entries)) + 1


def test_a_file_read_in_another_zone_is_asked_about_once(store: Store, tracker: Tracker, tmp_path: Path) -> None:
    path = tmp_path / "toggl.csv"
    head = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags"
    rows = [
        f"{entry['who']},{entry['who'].lower()}@example.org,,Signs,,{entry['text']},Yes,{entry['at']:%Y-%m-%d,%H:%M:%S},"
        f'{entry["at"]:%Y-%m-%d},,01:00:0{entry["id"]},"a, b"'
        for entry in tracker.entries[:4]
    ]
    path.write_text("\n".join([head, *rows, ""]), "utf-8")
    import_files(store, [path], Settings(zone="Europe/Oslo"))
    with serve_tool(build_toggl(tracker)) as server:
        with pytest.raises(QuestionNeeded, match="stand here"):
            pull(store, "toggl", server)
        assert len(list_entries(store)) == 4
        answered = Pull(store, SOURCES["toggl"], Account(server.address, KEY), Wishes(today=TODAY), keeps_similar=True)
        run_pull(answered, lambda *_: None)
        assert len(list_entries(store)) == 8
        tracker.entries[1] |= {"seconds": 7_200}
        pull(store, "toggl", server)
        assert len(list_entries(store)) == 8
    assert is_sound(store)


def test_another_account_takes_nothing_out(store: Store, tracker: Tracker) -> None:
    with serve_tool(build_toggl(tracker)) as server:
        pull(store, "toggl", server)
        all_entries = expect(tracker.entries)
        tracker.entries = tracker.entries[:1]
        server.routes["/api/v9/me"] = lambda _: {"id": 10, "timezone": "Europe/Oslo"}
        assert pull(store, "toggl", server).gone == 0
        assert list_entries(store) == all_entries


def test_a_wrong_key_is_refused_and_never_told(store: Store, tool: tuple[str, ToolServer]) -> None:
    name, server = tool
    for path in list(server.routes):
        server.routes[path] = lambda _: (_ for _ in ()).throw(Status(401))
    with pytest.raises(PullRefused) as error:
        pull(store, name, server, key="wr0ng-k3y")
    assert "wr0ng" not in repr(error.value)
    assert not store.exists() or list_entries(store) == []


@pytest.fixture(scope="module", params=list(BUILDERS))
def pulled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, ToolServer, Store]]:
    """Give a tool from which a store was pulled, to tests that leave both as they are."""
    with serve_tool(BUILDERS[request.param](Tracker())) as server:
        store = Store(tmp_path_factory.mktemp("pulled") / "store")
        pull(store, request.param, server)
        generation = store.generation()
        assert list_entries(store)
        yield request.param, server, store
        assert store.generation() == generation, "a test changed the store that others read"


@pytest.mark.parametrize("answer", [[], {}, "x", {"values": 1}, [1], {"time_entries": [{"spent_date": 1}]}, None])
def test_an_answer_of_another_shape_takes_nothing_out(
    pulled: tuple[str, ToolServer, Store], answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, server, store = pulled
    before = list_entries(store)
    path = {"toggl": "/api/v9/me", "clockify": "/api/v1/user", "harvest": "/v2/time_entries"}.get(name)
    monkeypatch.setitem(server.routes, path or "/rest/api/2/worklog/updated", lambda _: answer)
    with pytest.raises(PullFailed, match="as its interface says"):
        pull(store, name, server)
    assert list_entries(store) == before


@pytest.mark.parametrize("text", ["cut \ud83d", "\ud83d\ude80", "a\0b", 'a\n"b",'])
def test_a_text_that_no_file_can_hold_keeps_out_no_entry(
    store: Store, tool: tuple[str, ToolServer], tracker: Tracker, text: str
) -> None:
    name, server = tool
    tracker.entries[1] |= {"text": text}
    pull(store, name, server)
    assert list_entries(store) == expect(tracker.entries)
    assert pull(store, name, server).results == []


@pytest.mark.parametrize("start", ["9999-12-31T23:30:00", "0001-01-01T00:30:00"])
def test_an_entry_beyond_the_calendar_keeps_out_no_other(store: Store, start: str) -> None:
    routes, days = build_toggl(Tracker()), ("2026-11-02T08:00:00", start)
    entries = [{"start": f"{day}+00:00", "stop": f"{day[:-5]}59:00+00:00", "seconds": 60} for day in days]

    def report(request: Request) -> object:
        is_november = request.body["start_date"] == "2026-11-01"
        rows = [{"username": "Ada", "project_name": "Signs", "time_entries": entries}] if is_november else []
        return Answer(rows, {"X-Next-Row-Number": "9" * 5_000})

    routes["/reports/api/v3/workspace/5/search/time_entries"] = report
    with serve_tool(routes) as server:
        done = pull(store, "toggl", server)
        assert list_entries(store) == [("Ada", date(2026, 11, 2), 60, "Signs")]
        assert "1 record could not be read: date outside 1990 to 2100 (1)." in done.describe_rejected()
        again = pull(store, "toggl", server)
    assert [result.import_id for result in again.results] == [None]
    assert again.describe_rejected() == done.describe_rejected()


def test_a_server_that_never_ends_a_list_is_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "KEPT_BYTES", 100_000)
    routes = build_clockify(Tracker())
    interval = {"start": "2026-11-02T08:00:00Z", "end": "2026-11-02T09:00:00Z"}
    page = [{"description": "x" * 1_000, "timeInterval": interval}] * 2
    routes["/api/v1/workspaces/w1/user/"] = lambda _: page
    with serve_tool(routes) as server:
        with pytest.raises(PullFailed, match="again and again"):
            pull(store, "clockify", server)
        assert len(server.asked) < 100


def test_runs_with_more_columns_than_a_table_may_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PullFailed, match="5,001 columns"):
        write_records(tmp_path / "pull.csv", [{f"tags.{number}": "x" for number in range(5_001)}], ())
    assert not list(tmp_path.iterdir())


def build_job(number: int, state: str, changed: str) -> Entry:
    """Return a job as CVAT lists it."""
    job: Entry = {
        "id": number,
        "task_id": 1,
        "project_id": 2,
        "stage": "annotation",
        "state": state,
        "type": "annotation",
    }
    assignee = {"id": 5, "username": "ada"}
    return job | {"assignee": assignee, "created_date": "2026-11-01T08:00:00.000000Z", "updated_date": changed}


def test_jobs_of_cvat_that_changed_are_told_anew(store: Store) -> None:
    jobs = [build_job(number, "in progress", f"2026-11-0{number}T09:00:00.000000Z") for number in range(1, 6)]

    def list_jobs(request: Request) -> object:
        check(request, "authorization", f"Bearer {KEY}")
        asked = json.loads(request.word("filter", "{}"))
        after = asked["and"][0][">="][1] if asked else ""
        found = sorted((job for job in jobs if job["updated_date"] >= after), key=lambda job: job["updated_date"])
        number, size = int(request.word("page")), int(request.word("page_size"))
        if number > 1 and not found[(number - 1) * size :]:
            raise Status(404)
        return {"count": len(found), "next": None, "results": found[(number - 1) * size : number * size]}

    with serve_tool({"/api/jobs": list_jobs}) as server:
        assert pull(store, "cvat", server).records == 5
        jobs[0] |= {"state": "completed", "updated_date": "2026-11-09T09:00:00.000000Z"}
        server.troubles = ["half", Status(502)]
        pull(store, "cvat", server)
    with store.snapshot() as snapshot:
        rows = snapshot.query("select item, outcome from labeling_event order by item").rows()
    assert rows == [("1", "submitted"), *[(str(number), "draft") for number in range(2, 6)]]
    assert is_sound(store)


def test_the_log_of_cvat_is_written_waited_for_and_fetched(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (Path(__file__).parents[2] / "fixtures" / "cvat_events" / "log.csv").read_text("utf-8").splitlines()
    stamp = lines[0].split(",").index("timestamp")
    states = ["queued", "started"]

    def export(request: Request) -> object:
        check(request, "authorization", f"Bearer {KEY}")
        return {"rq_id": f"{request.word('from')}|{request.word('to')}"}

    def state(request: Request) -> object:
        number = request.path.rpartition("/")[2]
        return (
            {"status": "started"}
            if states and states.pop()
            else {"status": "finished", "result_url": f"http://{request.headers['host']}/api/events/file?of={number}"}
        )

    def file(request: Request) -> object:
        start, end = request.word("of").replace("%7C", "|").split("|")
        chosen = [line for line in lines[1:] if start <= line.split(",")[stamp].replace(" ", "T") < end]
        return "\n".join([lines[0], *chosen, ""]).encode()

    routes: dict[str, Route] = {"/api/events/export": export, "/api/requests/": state, "/api/events/file": file}
    with serve_tool(routes) as server:
        pull(store, "cvat_events", server, today=date(2024, 7, 20))
        pull(store, "cvat_events", server, today=date(2024, 7, 21))
        other = Store(store.folder.parent / "other")
        import_files(other, [Path(__file__).parents[2] / "fixtures" / "cvat_events" / "log.csv"], Settings())
        question = "select day_on, person, item, outcome, milliseconds from labeling_event order by all"
        with store.snapshot() as pulled, other.snapshot() as imported:
            rows = pulled.query(question).rows()
            assert rows
            assert rows == imported.query(question).rows()
        assert is_sound(store)
        server.routes["/api/requests/"] = lambda _: {"status": "finished", "result_url": "https://evil.example.org/x"}
        with pytest.raises(PullRefused, match="another server"):
            pull(store, "cvat_events", server, today=date(2024, 7, 22))


def test_runs_of_mlflow_that_began_ended_or_still_run_are_fetched(store: Store) -> None:
    base = 1_763_000_000_000
    runs = [
        {
            "info": {"run_id": f"r{at}", "experiment_id": "1", "status": "FINISHED", "lifecycle_stage": "active"}
            | {"start_time": base + at, "end_time": base + at + 5_000},
            "data": {"metrics": [{"key": "f1", "value": 0.5}], "params": [{"key": "train_size", "value": "10"}]}
            | {
                "tags": [{"key": "mlflow.user", "value": "ada"}, {"key": "mlflow.log-model.history", "value": "x" * 99}]
            },
        }
        for at in range(5)
    ]
    runs[4]["info"] |= {"status": "RUNNING"}
    del runs[4]["info"]["end_time"]  # type: ignore[union-attr]

    def search(request: Request) -> object:
        question = request.body.get("filter", "")
        found: list[Any] = runs
        if "RUNNING" in question:
            found = [run for run in runs if run["info"]["status"] == "RUNNING"]  # type: ignore[index]
        elif ">" in question:
            name, _, value = question.removeprefix("attributes.").partition(" > ")
            found = [run for run in runs if run["info"].get(name, 0) > int(value)]  # type: ignore[index,union-attr]
        elif question:
            found = []
        at = int(request.body.get("page_token", "0"))
        following = {"next_page_token": str(at + 2)} if at + 2 < len(found) else {}
        return {"runs": found[at : at + 2], **following}

    experiments = {"experiments": [{"experiment_id": "1", "name": "Signs", "lifecycle_stage": "active"}]}
    with serve_tool(
        {"/api/2.0/mlflow/experiments/search": lambda _: experiments, "/api/2.0/mlflow/runs/search": search}
    ) as server:
        assert pull(store, "mlflow", server).records == 5
        later = int(datetime.now(tz=UTC).timestamp() * 1_000) + 60_000
        runs[4]["info"] |= {"status": "FINISHED", "end_time": later}
        assert pull(store, "mlflow", server).records == 1
    with store.snapshot() as snapshot:
        rows = snapshot.query(
            "select native_id, project, person, state, value, labels_used from experiment_run order by 1"
        )
    assert rows.rows() == [(f"r{at}", "Signs", "ada", "finished", 0.5, 10) for at in range(5)]
    assert is_sound(store)
