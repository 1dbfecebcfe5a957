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
from dashboard.store.health import check_store

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


ANA = {"displayName": "Ana Lima"}
WORKLOGS = {
    "tempo.csv": (
        "Issue Key,Hours,Work date,Full name,Project Name,Work Description\n"
        "ML-1,1,2024-01-01 09:00,Ana Lima,Signs,boxes\nML-1,0.5,2024-01-02 09:00,Ana Lima,Signs,boxes again\n"
    ),
    "days.csv": (
        "Issue Key,Hours,Work date,Full name,Project Name,Work Description\n"
        "ML-1,1,2024-01-01 00:00,Ana Lima,Signs,boxes\nML-1,0.5,2024-01-02 00:00,Ana Lima,Signs,boxes again\n"
    ),
    "rest.json": json.dumps(
        {
            "issues": [
                {
                    "key": "ML-1",
                    "fields": {
                        "summary": "Label signs",
                        "worklog": {
                            "worklogs": [
                                {
                                    "id": "1",
                                    "author": ANA,
                                    "started": "2024-01-01T09:00:00.000+0100",
                                    "timeSpentSeconds": 3600,
                                },
                                {
                                    "id": "2",
                                    "author": ANA,
                                    "started": "2024-01-02T09:00:00.000+0100",
                                    "timeSpentSeconds": 1800,
                                },
                            ]
                        },
                    },
                }
            ]
        }
    ),
    "report.csv": (
        "Worklog id,Author,Work description,Issue,Project,Started,Time spent\n"
        "1,Ana Lima,boxes,ML-1,Signs,2024-01-01T09:00:00.000+0100,3600\n"
        "2,Ana Lima,boxes again,ML-1,Signs,2024-01-02T09:00:00.000+0100,1800\n"
    ),
    "issues.csv": (
        "Summary,Issue key,Issue id,Log Work,Log Work\n"
        "Signs,ML-1,1,boxes;01/Jan/24 9:00 AM;ana;3600,boxes again;02/Jan/24 9:00 AM;ana;1800\n"
    ),
}


def write_file(folder: Path, name: str, text: str) -> Path:
    """Write a text to a file of the folder."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def count_rows(store: Store, kind: str) -> int:
    """Return how many facts of a kind are in force."""
    with store.snapshot() as snapshot:
        return int(snapshot.query(f"select count(*) from {kind}").item())  # noqa: S608 - names of this test


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("tempo.csv", "rest.json"),
        ("rest.json", "issues.csv"),
        ("issues.csv", "report.csv"),
        ("report.csv", "days.csv"),
    ],
)
def test_worklogs_of_jira_in_two_formats_count_once(store: Store, tmp_path: Path, first: str, second: str) -> None:
    files = [write_file(tmp_path, name, WORKLOGS[name]) for name in (first, second)]
    import_files(store, files[:1], Settings(zone="Europe/Berlin"))
    with pytest.raises(QuestionNeeded, match="has 2 entries of this file"):
        import_files(store, files[1:], Settings(zone="UTC"))
    assert count_rows(store, "time_entry") == 2
    import_files(store, files[1:], Settings(zone="UTC", edited="keep"))
    assert count_rows(store, "time_entry") == 4


def test_worklogs_of_another_issue_are_other_work(store: Store, tmp_path: Path) -> None:
    first = write_file(tmp_path, "tempo.csv", WORKLOGS["tempo.csv"])
    second = write_file(tmp_path, "issues.csv", WORKLOGS["issues.csv"].replace("ML-1", "ML-2"))
    for path in (first, second):
        import_files(store, [path], Settings(zone="Europe/Berlin"))
    assert count_rows(store, "time_entry") == 4


def write_calendar(folder: Path, days: list[str]) -> Path:
    """Write a calendar of Ana with half an hour at ten on each day."""
    events = "".join(
        f"BEGIN:VEVENT\nUID:{day}\nDTSTART:{day}T100000Z\nDTEND:{day}T103000Z\nSUMMARY:Daily\nEND:VEVENT\n"
        for day in days
    )
    text = f"BEGIN:VCALENDAR\nX-WR-CALNAME:ana@example.org\nX-WR-TIMEZONE:UTC\n{events}END:VCALENDAR\n"
    return write_file(folder, "ana.ics", text)


@pytest.mark.parametrize("is_calendar_first", [True, False])
def test_meetings_that_the_tracker_has_are_asked_about(
    store: Store, tmp_path: Path, *, is_calendar_first: bool
) -> None:
    calendar = write_calendar(tmp_path, ["20260330", "20260331"])
    header = "person,email,started_at,seconds,description\n"
    row = "Ana,ana@example.org,2026-03-30T09:00:00Z,14400,labeling and a meeting\n"
    tracker = write_file(tmp_path, "native.csv", header + row)
    files = [calendar, tracker] if is_calendar_first else [tracker, calendar]
    import_files(store, files[:1], Settings())
    with pytest.raises(QuestionNeeded, match="has the time of 1 event of the calendar"):
        import_files(store, files[1:], Settings())
    others = write_file(tmp_path, "ben.csv", header + row.replace("Ana,ana", "Ben,ben"))
    import_files(store, [others], Settings())


def test_a_calendar_may_add_only_what_the_tracker_does_not_hold(store: Store, tmp_path: Path) -> None:
    calendar = write_calendar(tmp_path, ["20260330", "20260331", "20260401"])
    header = "person,email,started_at,seconds,description\n"
    row = "Ana,ana@example.org,2026-03-30T09:00:00Z,14400,labeling and a meeting\n"
    last = "Ana,ana@example.org,2026-04-01T16:00:00Z,3600,labeling\n"
    import_files(store, [write_file(tmp_path, "native.csv", header + row + last)], Settings())
    with pytest.raises(QuestionNeeded, match="has the time of 1 event of the calendar") as caught:
        import_files(store, [calendar], Settings())
    assert "--edited new" in caught.value.hint
    (result,) = import_files(store, [calendar], Settings(edited="new"))
    assert (result.accepted, result.duplicate) == (2, 1)
    assert any("1 event (0.50 h) left out, because entries of import 1 hold" in warning for warning in result.warnings)
    assert sum_entries(store) == 4 + 1 + 2 * 0.5
    assert all(passed for _, passed, _ in check_store(store))
    undo_import(store, 1)
    assert sum_entries(store) == 2 * 0.5
    (again,) = import_files(store, [calendar], Settings(edited="new"))
    assert (again.accepted, again.duplicate) == (1, 2)
    assert sum_entries(store) == 3 * 0.5


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        ("Ana,ana@example.org,2026-03-30T10:00:00Z,1080\n", "0.20"),
        ("Ana,ana@example.org,2026-03-30T10:12:00Z,7200\nAna,ana@example.org,2026-03-31T10:03:00Z,1620\n", "0.25"),
        ("Ana,ana@example.org,2026-03-30T09:00:00Z,14400\n", None),
        ("Ana,ana@example.org,2026-03-30T09:00:00Z,4500\nAna,ana@example.org,2026-03-30T10:15:00Z,7200\n", None),
    ],
)
def test_time_of_half_covered_events_is_told(store: Store, tmp_path: Path, rows: str, hours: str | None) -> None:
    """The events are at 10:00 and half an hour long."""
    calendar = write_calendar(tmp_path, ["20260330", "20260331"])
    import_files(store, [write_file(tmp_path, "native.csv", f"person,email,started_at,seconds\n{rows}")], Settings())
    (result,) = import_files(store, [calendar], Settings(edited="new"))
    (warning,) = (text for text in result.warnings if "left out, because entries of import 1" in text)
    assert ("No entry holds" in warning) == (hours is not None)
    assert hours is None or f"No entry holds {hours} h of their time: it is not counted." in warning


def test_only_a_calendar_is_thinned_out(store: Store, tmp_path: Path) -> None:
    import_files(store, [write_calendar(tmp_path, ["20260330"])], Settings())
    row = "person,email,started_at,seconds\nAna,ana@example.org,2026-03-30T09:00:00Z,14400\n"
    with pytest.raises(QuestionNeeded, match="has the time of 1 event of the calendar") as caught:
        import_files(store, [write_file(tmp_path, "native.csv", row)], Settings(edited="new"))
    assert "then the calendar with --edited new" in caught.value.hint


def sum_entries(store: Store) -> float:
    """Return the hours of all time entries."""
    with store.snapshot() as snapshot:
        return float(snapshot.query("select coalesce(sum(seconds), 0) / 3600 from time_entry").item())


JOBS = """[{"id": 5, "task_id": 3, "stage": "annotation", "state": "completed", "type": "annotation",
    "assignee": {"username": "ana"}, "created_date": "2026-03-02T07:00:00Z", "updated_date": "2026-03-02T09:00:00Z"}]"""
EVENTS = (
    "scope,obj_name,obj_id,obj_val,timestamp,count,task_id,job_id,user_name,payload\n"
    "update:job,state,5,completed,2026-03-02 09:00:00.000,1,3,5,ana,\n"
)
SHAPES = (
    '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n'
    "<version>1.1</version>\n<meta><{level}><id>{number}</id></{level}></meta>\n"
    '<image id="0" name="a.png" width="9" height="9"><box label="car" source="manual" occluded="0" xtl="1" ytl="1"'
    ' xbr="2" ybr="2" z_order="0"></box></image>\n</annotations>\n'
)


@pytest.mark.parametrize(
    ("first", "second"), [("jobs", "events"), ("events", "job"), ("task", "jobs"), ("task", "job"), ("job", "events")]
)
def test_a_job_of_cvat_in_two_formats_counts_once(store: Store, tmp_path: Path, first: str, second: str) -> None:
    texts = {
        "jobs": ("jobs.json", JOBS),
        "events": ("events.csv", EVENTS),
        "job": ("job.xml", SHAPES.format(level="job", number=5)),
        "task": ("task.xml", SHAPES.format(level="task", number=3)),
    }
    import_files(store, [write_file(tmp_path, *texts[first])], Settings())
    with pytest.raises(QuestionNeeded, match="is another export of the same work"):
        import_files(store, [write_file(tmp_path, *texts[second])], Settings())
    assert count_rows(store, "labeling_event") == 1


def test_another_job_of_the_task_is_other_work(store: Store, tmp_path: Path) -> None:
    import_files(store, [write_file(tmp_path, "jobs.json", JOBS)], Settings())
    import_files(store, [write_file(tmp_path, "events.csv", EVENTS.replace(",5,ana", ",6,ana"))], Settings())
    assert count_rows(store, "labeling_event") == 2


@pytest.mark.parametrize(("month", "is_same"), [("03", True), ("09", False)])
def test_a_manifest_and_the_responses_of_its_days_are_one_job(
    store: Store, tmp_path: Path, month: str, *, is_same: bool
) -> None:
    answer = {"workerId": "w1", "submissionTime": "2026-03-02T09:00:00Z", "answerContent": {"crowd": {"label": "a"}}}
    responses = write_file(tmp_path, "responses.json", json.dumps({"answers": [answer]}))
    facts = {"class-name": "a", "human-annotated": "yes", "creation-date": f"2026-{month}-02T11:00:00"}
    line = {"source-ref": "s3://b/1.jpg", "kind": 0, "kind-metadata": {**facts, "job-name": "labeling-job/signs"}}
    manifest = write_file(tmp_path, "output.manifest", json.dumps(line) + "\n")
    import_files(store, [responses], Settings())
    if is_same:
        with pytest.raises(QuestionNeeded, match="is another export of the same work"):
            import_files(store, [manifest], Settings())
    else:
        import_files(store, [manifest], Settings())
    assert count_rows(store, "labeling_event") == (1 if is_same else 2)


ENCORD = {
    "units": [{"userEmail": "ann@example.org", "userRole": "annotator", "dataTitle": "a.jpg", "timeSeconds": 180}],
    "periods": [
        {
            "period_start_time": "2026-03-02T00:00:00Z",
            "time_spent_seconds": 180,
            "user_email": "ann@example.org",
            "project_user_role": "annotator",
            "data_uuid": "u1",
            "data_title": "a.jpg",
        }
    ],
    "labels": [
        {
            "label_hash": "l1",
            "data_hash": "u1",
            "data_title": "a.jpg",
            "data_units": {
                "u1": {
                    "labels": {
                        "objects": [
                            {
                                "objectHash": "o1",
                                "shape": "bounding_box",
                                "createdAt": "Mon, 02 Mar 2026 08:00:00 UTC",
                                "createdBy": "ann@example.org",
                                "manualAnnotation": True,
                            }
                        ]
                    }
                }
            },
        }
    ],
}


@pytest.mark.parametrize(
    ("first", "second"),
    [("units", "periods"), ("periods", "units"), ("units", "labels"), ("labels", "units"), ("labels", "periods")],
)
def test_a_persons_time_in_two_exports_of_encord_counts_once(
    store: Store, tmp_path: Path, first: str, second: str
) -> None:
    import_files(store, [write_file(tmp_path, "first.json", json.dumps(ENCORD[first]))], Settings())
    later = write_file(tmp_path, "second.json", json.dumps(ENCORD[second]))
    with pytest.raises(QuestionNeeded, match="is another export of the same work"):
        import_files(store, [later], Settings())
    assert count_rows(store, "labeling_event") == 1
    import_files(store, [later], Settings(edited="keep"))
    assert count_rows(store, "labeling_event") == 2


@pytest.mark.parametrize(("name", "project"), [("units", ""), ("periods", None)])
def test_a_newer_export_of_times_of_encord_replaces_the_earlier_one(
    store: Store, tmp_path: Path, name: str, project: str | None
) -> None:
    """Times by data unit have neither a project nor a moment, so that the lead says whose they are."""
    text = json.dumps(ENCORD[name])
    import_files(store, [write_file(tmp_path, "first.json", text)], Settings())
    later = write_file(tmp_path, "second.json", text.replace("180", "360"))
    import_files(store, [later], Settings(project=project))
    assert sum_hours(store) == pytest.approx(0.1)
