"""Work that comes again under another name, or out of another tracker, is asked about before it counts twice."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import QuestionNeeded, UnreadableFile
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.ingest.results import ImportResult
from dashboard.ingest.same_work import are_same_name
from dashboard.privacy import format_frame_csv
from dashboard.store.generations import Store

DAYS = "person,project,task,day_on,hours\n"
CLOCKS = "person,project,task,started_at,seconds\n"
HARVEST = "Date,Client,Project,Task,Hours,Billable?,First Name,Last Name,External Reference URL\n"
TOGGL = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\n"
LABELS = "item,project,person,method,finished_at,seconds\n"
RUNS = "run,project,started_at,metric,value\n"

TWO_DAYS = "Ann,Signs,labeling,2026-03-02,3\nAnn,Signs,labeling,2026-03-03,4\n"
TWO_CLOCKS = "Ann,Signs,labeling,2026-03-02T09:00:00Z,7200\nAnn,Signs,labeling,2026-03-03T09:00:00Z,7500\n"
HARVEST_DAYS = "2026-03-02,,Signs,labeling,3.00,No,Ann,Lee,\n2026-03-03,,Signs,labeling,4.00,No,Ann,Lee,\n"
TOGGL_DAYS = (
    "Ann Lee,ann@x.org,,Signs,,labeling,No,2026-03-02,09:00:00,2026-03-02,12:00:00,03:00:00,\n"
    "Ann Lee,ann@x.org,,Signs,,labeling,No,2026-03-03,09:00:00,2026-03-03,13:00:00,04:00:00,\n"
)
TEN_LABELS = "".join(f"i{k},Signs,Ann,manual,2026-03-02T09:{k:02d}:00Z,{20 + k}\n" for k in range(10))
TEN_RUNS = "".join(f"r{k},Signs,2026-03-02T09:{k:02d}:00Z,f1,.{20 + k}\n" for k in range(10))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


def import_texts(store: Store, folder: Path, *texts: str, edited: Literal["keep"] | None = None) -> list[ImportResult]:
    """Import one text after the other as files of their own, and return what became of the last one."""
    results: list[ImportResult] = []
    for number, text in enumerate(texts):
        path = folder / f"export {number}.csv"
        path.write_text(text, "utf-8")
        results = import_files(store, [path], Settings(zone="UTC", edited=edited))
    return results


def sum_hours(store: Store) -> float:
    """Return all hours of the store."""
    with store.snapshot() as snapshot:
        return float(snapshot.query("select sum(seconds) / 3600 from time_entry").item())


def write_week(person: str, project: str, hours: list[float]) -> str:
    """Return one row for each day from a Monday on."""
    days = [date(2026, 3, 2) + timedelta(days=number) for number in range(len(hours))]
    return "".join(f"{person},{project},labeling,{day},{length}\n" for day, length in zip(days, hours, strict=True))


@pytest.mark.parametrize(
    ("header", "rows"),
    [(DAYS, TWO_DAYS), (HARVEST, HARVEST_DAYS), (LABELS, TEN_LABELS), (RUNS, TEN_RUNS)],
    ids=["days", "harvest", "labels", "runs"],
)
@pytest.mark.parametrize("new_name", ["Street signs", "Traffic"])
def test_a_renamed_project_is_asked_about(store: Store, tmp_path: Path, header: str, rows: str, new_name: str) -> None:
    with pytest.raises(QuestionNeeded, match=f"of project {new_name} equal those of project Signs in import 1"):
        import_texts(store, tmp_path, header + rows, header + rows.replace("Signs", new_name))


@pytest.mark.parametrize(
    ("header", "rows"),
    [(DAYS, TWO_DAYS), (LABELS, TEN_LABELS)],
    ids=["days", "labels"],
)
def test_a_renamed_person_is_asked_about(store: Store, tmp_path: Path, header: str, rows: str) -> None:
    with pytest.raises(QuestionNeeded, match="of Ann Lee equal those of Ann in import 1"):
        import_texts(store, tmp_path, header + rows, header + rows.replace("Ann", "Ann Lee"))


def test_clock_times_of_two_names_are_told(store: Store, tmp_path: Path) -> None:
    (result,) = import_texts(store, tmp_path, CLOCKS + TWO_CLOCKS, CLOCKS + TWO_CLOCKS.replace("Ann", "Ann Lee"))
    assert "2 entries of Ann Lee stand at the same times as those of Ann in import 1." in " ".join(result.warnings)


def test_one_renamed_person_in_the_export_of_a_team_is_asked_about(store: Store, tmp_path: Path) -> None:
    others = write_week("Bob", "Signs", [8, 7, 6, 5, 4])
    new_days = write_week("Dan", "Roads", [1] * 9)
    hours = [7.5, 6.25, 8, 3, 4]
    with pytest.raises(QuestionNeeded, match=r"of A\. Miller equal those of Ann in import 1"):
        import_texts(
            store,
            tmp_path,
            DAYS + write_week("Ann", "Signs", hours) + others,
            DAYS + write_week("A. Miller", "Signs", hours) + others + new_days[-30:],
        )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (TOGGL + TOGGL_DAYS, HARVEST + HARVEST_DAYS),
        (HARVEST + HARVEST_DAYS, TOGGL + TOGGL_DAYS),
        (HARVEST + HARVEST_DAYS, DAYS + TWO_DAYS.replace("Ann", "Ann Lee")),
        (HARVEST + HARVEST_DAYS, DAYS + TWO_DAYS),
    ],
    ids=["clocks first", "clocks second", "days", "near names"],
)
def test_the_hours_of_another_tracker_are_asked_about(store: Store, tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(QuestionNeeded, match="of another tracker seems to have the same hours") as caught:
        import_texts(store, tmp_path, first, second)
    assert "undo import 1" in caught.value.hint
    assert sum_hours(store) == 7


@pytest.mark.parametrize("hours", [5, 4])
def test_equal_hours_of_one_project_in_two_trackers_are_asked_about(store: Store, tmp_path: Path, hours: int) -> None:
    days = [date(2026, 3, 2) + timedelta(days=number) for number in range(5)]
    harvest = HARVEST + "".join(f"{day},,Signs,boxes,{hours}.00,No,Ann,Lee,\n" for day in days)
    with pytest.raises(QuestionNeeded, match="5 sums by day are equal to the minute"):
        import_texts(store, tmp_path, harvest, DAYS + write_week("Ann Lee", "Signs", [hours] * 5))


CLOCKIFY = (
    '"Project","Client","Description","Task","User","Group","Email","Tags","Billable","Start Date","Start Time",'
    '"End Date","End Time","Duration (h)","Duration (decimal)"\n'
)


def write_clocks(name: str, *, is_toggl: bool) -> str:
    """Return ten entries with odd starts and lengths, as Toggl or as Clockify writes them."""
    rows = []
    for number in range(10):
        day, minute, length = date(2026, 3, 2) + timedelta(days=number), 7 * number % 50, 61 + 13 * number
        start, end = f"09:{minute:02d}:00", f"{9 + (minute + length) // 60:02d}:{(minute + length) % 60:02d}:00"
        duration = f"{length // 60:02d}:{length % 60:02d}:00"
        rows.append(
            f"{name},,,Signs,,boxes,No,{day},{start},{day},{end},{duration},\n"
            if is_toggl
            else f'"Signs","","boxes","","{name}","","","","No","{day}","{start}","{day}","{end}","{duration}","1"\n'
        )
    return "".join(rows)


@pytest.mark.parametrize(
    ("name", "zone", "words"),
    [
        ("Ann Lee", "UTC", "10 entries are at the same times"),
        ("A. Miller", "UTC", "10 entries of A. Miller, there Ann Lee, are at the same times"),
        ("Ann Lee", "Europe/Berlin", "10 entries are of the same lengths, 1 h earlier here"),
        ("Ann Lee", "America/New_York", "10 entries are of the same lengths, 5 h later here"),
    ],
)
def test_the_same_clock_times_in_two_trackers_are_asked_about(
    store: Store, tmp_path: Path, name: str, zone: str, words: str
) -> None:
    import_texts(store, tmp_path, TOGGL + write_clocks("Ann Lee", is_toggl=True))
    path = tmp_path / "clockify.csv"
    path.write_text(CLOCKIFY + write_clocks(name, is_toggl=False), "utf-8")
    with pytest.raises(QuestionNeeded) as caught:
        import_files(store, [path], Settings(zone=zone))
    assert words in caught.value.message


def test_two_persons_with_the_same_office_hours_are_not_asked_about(store: Store, tmp_path: Path) -> None:
    days = [date(2026, 3, 2) + timedelta(days=number) for number in range(5)]
    toggl = "".join(f"Ann Lee,,,Signs,,boxes,No,{day},09:00:00,{day},17:00:00,08:00:00,\n" for day in days)
    native = "".join(f"Bob Ray,Signs,boxes,{day}T09:00:00Z,28800\n" for day in days)
    import_texts(store, tmp_path, TOGGL + toggl, CLOCKS + native)
    assert sum_hours(store) == 80


def test_two_trackers_that_fill_more_than_a_day_are_asked_about(store: Store, tmp_path: Path) -> None:
    rounded = HARVEST + HARVEST_DAYS.replace("3.00", "8.25").replace("4.00", "7.75")
    with pytest.raises(QuestionNeeded, match="more than 12 h on most days"):
        import_texts(store, tmp_path, rounded, DAYS + write_week("Ann Lee", "Roads", [8, 8]))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (write_week("Ann", "Signs", [8, 8, 8, 8, 4]), write_week("Bob", "Signs", [8, 8, 8, 8, 4])),
        (write_week("Ann", "Signs", [4] * 5), write_week("Ann", "Roads", [4] * 5)),
        (write_week("Ann", "Signs 1", [4, 3, 4]), write_week("Ann", "Signs 2", [2, 3, 4])),
        (write_week("Ann", "Signs", [3, 4]), write_week("Ann", "Signs", [3, 4]) + write_week("Ann", "Roads", [3, 4])),
    ],
    ids=["two persons of one plan", "a day shared by two projects", "two phases", "both names in the file"],
)
def test_equal_habits_are_not_asked_about(store: Store, tmp_path: Path, first: str, second: str) -> None:
    import_texts(store, tmp_path, DAYS + first, DAYS + second)


def test_a_day_shared_by_two_trackers_is_not_asked_about(store: Store, tmp_path: Path) -> None:
    half = HARVEST + HARVEST_DAYS.replace("3.00", "4.00")
    import_texts(store, tmp_path, half, DAYS + write_week("Ann Lee", "Roads", [4, 4]))
    assert sum_hours(store) == 16


def test_the_lead_may_say_that_it_is_other_work(store: Store, tmp_path: Path) -> None:
    import_texts(store, tmp_path, DAYS + TWO_DAYS, DAYS + TWO_DAYS.replace("Signs", "Roads"), edited="keep")
    assert sum_hours(store) == 14


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        ("Signs", "Street signs", True),
        ("Ann", "ann.lee@example.org", True),
        ("Müller", "MÜLLER", True),
        (None, "Ann", True),
        ("Signs", "Roads", False),
        ("Signs", "Signs 2", False),
        ("Signs 1", "Street signs 1", True),
        ("", "Signs", False),
        ("!!!", "Signs", False),
    ],
)
def test_names_are_near_if_one_has_all_words_of_the_other(
    before: str | None, after: str | None, *, is_same: bool
) -> None:
    assert are_same_name(before, after) is is_same


@given(st.text(max_size=30) | st.none(), st.text(max_size=30) | st.none())
def test_which_name_comes_first_does_not_matter(before: str | None, after: str | None) -> None:
    assert are_same_name(before, after) == are_same_name(after, before)


@pytest.mark.parametrize("names", [True, False])
def test_a_list_of_entries_out_of_the_store_is_not_read_into_it_again(
    store: Store, tmp_path: Path, *, names: bool
) -> None:
    import_texts(store, tmp_path, TOGGL + TOGGL_DAYS)
    rows = resolve_figure(store, "entries", Filters(), names=names).rows
    path = tmp_path / "entries.csv"
    path.write_text(format_frame_csv(rows), "utf-8")
    with pytest.raises(UnreadableFile, match="list of entries that Labeltime wrote"):
        import_files(store, [path], Settings(zone="UTC"))
    assert sum_hours(store) == 7


@pytest.mark.parametrize("moved", [0, 1])
def test_the_labels_of_a_tool_in_a_table_of_ones_own_are_asked_about(
    store: Store, tmp_path: Path, *, moved: int
) -> None:
    tasks = [
        {
            "id": number,
            "project": 3,
            "data": {"text": f"text {number}"},
            "annotations": [
                {
                    "id": 100 + number,
                    "completed_by": {"email": "ann@example.org", "id": 1},
                    "created_at": f"2026-03-02T09:{number:02d}:00.000Z",
                    "updated_at": f"2026-03-02T09:{number:02d}:00.000Z",
                    "lead_time": 30 + number,
                    "result": [
                        {"type": "choices", "from_name": "c", "to_name": "t", "value": {"choices": ["A"]}},
                    ],
                }
            ],
        }
        for number in range(10)
    ]
    path = tmp_path / "project.json"
    path.write_text(json.dumps(tasks), "utf-8")
    import_files(store, [path], Settings())
    own = "".join(f"text {k}.txt,Mail,Ann,manual,2026-03-02T09:{k:02d}:0{moved}Z,{30 + k}\n" for k in range(10))
    if moved:
        import_texts(store, tmp_path, LABELS + own)
        return
    with pytest.raises(QuestionNeeded, match="10 ended in the same second and took as long"):
        import_texts(store, tmp_path, LABELS + own)


def test_labels_of_a_machine_and_of_people_at_one_moment_are_not_asked_about(store: Store, tmp_path: Path) -> None:
    header = "item,project,person,method,finished_at\n"
    machine = "".join(f"i{number},Signs,,automatic,2026-03-02T09:00:00Z\n" for number in range(5))
    import_texts(store, tmp_path, header + machine, header + machine.replace(",,automatic", ",Ann,manual"))
    with store.snapshot() as snapshot:
        assert snapshot.query("select count(*) from labeling_event").item() == 10
