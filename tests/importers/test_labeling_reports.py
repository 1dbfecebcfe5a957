"""Statistics and reports of labeling tools: sums by person, job or row, as edited and overlapping exports tell them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from importers.golden import FIXTURES, read_all, recognised

from dashboard.errors import DashboardError, QuestionNeeded, UnreadableFile
from dashboard.importers.contract import Settings
from dashboard.importers.formats import roboflow, v7_report
from dashboard.ingest.batch import import_files, undo_import
from dashboard.ingest.results import ImportResult
from dashboard.store.generations import Store

INSIGHTS = FIXTURES / "roboflow" / "2026-03-02 2026-03-08.json"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


def add(store: Store, *paths: Path) -> ImportResult:
    """Return the result of importing files, of the last one."""
    return import_files(store, list(paths), Settings())[-1]


def ask(store: Store, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with store.snapshot() as snapshot:
        return snapshot.query(query).rows()


def write_insights(folder: Path, name: str, **changes: object) -> Path:
    """Write the statistics of Roboflow with other values for Ana's street signs."""
    answer = json.loads(INSIGHTS.read_text("utf-8"))
    answer["data"][0] |= changes
    path = folder / name
    path.write_text(json.dumps(answer), "utf-8")
    return path


def test_images_of_roboflow_count_each_and_by_method(store: Store) -> None:
    add(store, INSIGHTS)
    counts = (
        "select project, person, method, count(*), min(day_on) from label where is_produced group by all order by all"
    )
    assert [row[:4] for row in ask(store, counts)] == [
        ("Lanes", "ana@example.org", "pre-annotated", 2),
        ("Street signs", "ana@example.org", "pre-annotated", 1),
        ("Street signs", "ana@example.org", "unknown", 3),
        ("Street signs", "ben@example.org", "unknown", 3),
    ]
    assert {str(row[4]) for row in ask(store, counts)} == {"2026-03-08"}


def test_time_of_roboflow_is_that_of_the_ticks_and_never_twice() -> None:
    _, _, accepted, _ = read_all(roboflow.IMPORTER, FIXTURES / "roboflow" / "ticks.json")
    times = accepted.filter(time_kind="reported")
    assert times.select("person", "milliseconds").rows() == [("Ana", 630_000), ("Ben", 480_000), ("Ana", 335_400)]
    assert accepted.filter(outcome="submitted").height == 5


def test_later_statistics_of_one_period_add_what_is_new(store: Store, tmp_path: Path) -> None:
    first = add(store, INSIGHTS)
    later = add(store, write_insights(tmp_path, INSIGHTS.name, imagesLabeled=6, modelAssisted=2))
    assert (later.accepted, later.changed, later.duplicate) == (2, 1, first.accepted - 1)
    other = add(store, write_insights(tmp_path, "2026-03-09 2026-03-15.json", imagesLabeled=6, modelAssisted=2))
    assert (other.accepted, other.changed) == (15, 0)
    undo_import(store, other.import_id or 0)
    undo_import(store, later.import_id or 0)
    assert ask(store, "select count(*) from label where is_produced and method = 'unknown'") == [(6,)]


def test_statistics_without_a_period_say_so(store: Store, tmp_path: Path) -> None:
    result = add(store, write_insights(tmp_path, "stats.json"))
    assert any("put its first and last day into the name" in warning for warning in result.warnings)


@pytest.mark.parametrize("count", [-1, "9" * 12, 10**7, True, None])
def test_counts_of_roboflow_that_cannot_be_right_are_refused(tmp_path: Path, count: object) -> None:
    path = write_insights(tmp_path, INSIGHTS.name, imagesLabeled=count)
    _, rows, accepted, bad = read_all(roboflow.IMPORTER, path)
    assert (rows, accepted.height, bad.height) == (8, 6, 2)


def test_statistics_without_labelers_have_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / INSIGHTS.name
    path.write_text(json.dumps({"data": json.loads(INSIGHTS.read_text("utf-8"))["data"]}), "utf-8")
    assert recognised(path) == ["roboflow"]
    _, _, accepted, _ = read_all(roboflow.IMPORTER, path)
    assert set(accepted["person"].drop_nulls()) == {"u1", "u2"}


def test_statistics_of_nothing_are_not_taken_for_another_tool(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "stats.json"
    path.write_text('{"data": [], "labelers": [], "stats": {}}', "utf-8")
    with pytest.raises(DashboardError) as caught:
        add(store, path)
    assert "Label Studio" not in str(caught.value)


def test_a_cut_answer_is_a_message(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "stats.json"
    path.write_text(INSIGHTS.read_text("utf-8")[:-40], "utf-8")
    with pytest.raises(DashboardError):
        add(store, path)


TASK_TIMES = FIXTURES / "datasaur" / "week.csv"


def test_rows_of_datasaur_have_the_minutes_of_each_person(store: Store) -> None:
    add(store, TASK_TIMES)
    sums = ask(store, "select item, person, annotate_ms, review_ms from label where is_produced order by all")
    assert sums == [
        ("f1 row 1", "ana@example.org", 90_000, None),
        ("f1 row 1", "ben@example.org", 1_200, 30_000),  # the last one before the review
        ("f1 row 2", "ana@example.org", 135_000, None),
        ("f2 row 7", "cleo@example.org", 60_000, None),
    ]


def test_a_row_that_went_on_after_a_report_replaces_its_earlier_time(store: Store, tmp_path: Path) -> None:
    first = add(store, TASK_TIMES)
    text = TASK_TIMES.read_text("utf-8").replace("09:01:30.000Z,1.50", "16:00:00.000Z,4.00")
    path = tmp_path / "later.csv"
    new = (
        "p1",
        "",
        "f1",
        "",
        "3",
        "ben@example.org",
        "LABELER",
        "",
        "2026-03-05T10:00:00Z",
        "2026-03-05T10:01:00Z",
        "1",
    )
    path.write_text(f"{text}{','.join(new)}\n", "utf-8")
    later = add(store, path)
    assert (later.accepted, later.changed, later.duplicate, later.rejected) == (1, 1, 4, 3)
    total = "select sum(annotate_ms) from label"
    assert ask(store, total) == [(286_200 + 150_000 + 60_000,)]
    undo_import(store, later.import_id or 0)
    assert ask(store, total) == [(286_200,)]
    assert first.accepted == 5


JOBS = FIXTURES / "supervisely_jobs" / "stats.json"


def write_jobs(folder: Path, seconds: int, status: str, *, images: int = 2) -> Path:
    """Write the statistics of a job of Supervisely whose first image has the given seconds and review."""
    (job, *_) = json.loads(JOBS.read_text("utf-8"))
    job["images"]["images"] = job["images"]["images"][:images]
    job["images"]["images"][0] |= {"annotationDuration": seconds, "reviewStatus": status}
    path = folder / f"stats {seconds} {status} {images}.json"
    path.write_text(json.dumps(job), "utf-8")
    return path


def test_seconds_of_a_job_are_those_of_its_images_and_the_rest(store: Store) -> None:
    add(store, JOBS)
    sums = "select dataset, sum(milliseconds) from labeling_event group by all order by all"
    assert ask(store, sums) == [("Street (#1) (day)", 200_000), ("Street (#2) (night)", 720_000)]
    verdicts = "select item, outcome, annotate_ms from label where is_reviewed order by all"
    assert ask(store, verdicts) == [("day_1.jpg", "accepted", 60_000), ("day_2.jpg", "rejected", 90_000)]


def test_later_statistics_of_a_job_replace_its_times_and_reviews(store: Store, tmp_path: Path) -> None:
    first = add(store, write_jobs(tmp_path, 60, "rejected"))
    later = add(store, write_jobs(tmp_path, 75, "accepted", images=3))
    assert first.accepted == 5
    assert (later.accepted, later.changed, later.duplicate) == (1, 3, 2)  # the rest of the job, too
    state = "select outcome, annotate_ms from label where is_produced and item = 'day_1.jpg'"
    assert ask(store, state) == [("accepted", 75_000)]
    assert ask(store, "select sum(milliseconds) from labeling_event") == [(200_000,)]
    undo_import(store, later.import_id or 0)
    assert ask(store, state) == [("rejected", 60_000)]


def test_the_same_images_with_and_without_seconds_do_not_count_twice(store: Store, tmp_path: Path) -> None:
    labels = tmp_path / "day_1.jpg.json"
    figure = {"id": 1, "labelerLogin": "ana", "createdAt": "2026-03-02T09:05:00Z", "geometryType": "rectangle"}
    labels.write_text(json.dumps({"size": {"height": 1, "width": 1}, "tags": [], "objects": [figure]}), "utf-8")
    add(store, JOBS)
    with pytest.raises(QuestionNeeded, match="has 1 item of this file"):
        add(store, labels)


REPORT = FIXTURES / "v7_report" / "seconds.csv"
REPORT_TITLES = "timestamp,actor_id,actor_email,active_time,total_annotations,total_items_annotated\n"


def write_report(folder: Path, *rows: str) -> Path:
    """Write a report of V7 with few columns."""
    path = folder / f"report {len(list(folder.iterdir()))}.csv"
    path.write_text(REPORT_TITLES + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


@pytest.mark.parametrize(
    ("rows", "milliseconds"),
    [
        (["2026-03-02T09:00:00Z,1,a@x.org,3600,40,9"], 3_600_000),
        (["2026-03-02T09:00:00Z,1,a@x.org,3601000,40,9"], 3_601_000),  # more seconds than there are in an hour
        (["2026-03-02T09:00:00Z,1,a@x.org,900,0,30"], 900_000),  # reviews: items and no annotations
        (["2026-03-02T09:00:00Z,1,a@x.org,1800000,9,9", "2026-03-02T10:00:00Z,1,a@x.org,2000,1,1"], 1_802_000),
        (["2026-03-02T00:00:00Z,1,a@x.org,20000,90,9", "2026-03-03T00:00:00Z,1,a@x.org,20000,90,9"], 40_000_000),
        (["2026-03-02T09:00:00Z,,,7200,400,9", "2026-03-02T10:00:00Z,,,7200,400,9"], 14_400_000),  # of a whole team
    ],
)
def test_the_report_of_v7_shows_its_unit(tmp_path: Path, rows: list[str], milliseconds: int) -> None:
    _, _, accepted, _ = read_all(v7_report.IMPORTER, write_report(tmp_path, *rows))
    assert accepted["milliseconds"].sum() == milliseconds


@pytest.mark.parametrize("row", ["2026-03-02T09:00:00Z,1,a@x.org,2000,1,1", "2026-03-02T09:00:00Z,1,a@x.org,7200,90,9"])
def test_a_report_of_v7_that_does_not_show_its_unit_is_a_message(tmp_path: Path, row: str) -> None:
    with pytest.raises(UnreadableFile, match="seconds or milliseconds"):
        read_all(v7_report.IMPORTER, write_report(tmp_path, row))


def test_an_hour_that_went_on_after_a_report_replaces_its_earlier_time(store: Store, tmp_path: Path) -> None:
    sooner = "2026-03-02T09:00:00Z,1,a@x.org,3000,90,9"
    add(store, write_report(tmp_path, sooner, "2026-03-02T10:00:00Z,1,a@x.org,600,20,2"))
    later = add(
        store,
        write_report(tmp_path, "2026-03-02T10:00:00Z,1,a@x.org,1800,60,6", "2026-03-02T11:00:00Z,1,a@x.org,60,2,1"),
    )
    assert (later.accepted, later.changed) == (1, 1)
    total = "select sum(milliseconds) / 1000, sum(objects) from labeling_event"
    assert ask(store, total) == [(4860, 152)]
    undo_import(store, later.import_id or 0)
    assert ask(store, total) == [(3600, 110)]


def test_only_rows_without_any_moment_have_no_day() -> None:
    reading, *_ = read_all(v7_report.IMPORTER, REPORT)
    assert not any("without a date" in warning for warning in reading.final_warnings())


def test_instances_of_potato_are_those_of_the_annotator_whose_folder_they_are_in(store: Store, tmp_path: Path) -> None:
    file = FIXTURES / "potato_instances" / "annotated_instances.jsonl"
    archive = tmp_path / "output.zip"
    with zipfile.ZipFile(archive, "w") as folders:
        for person in ("ann", "bob"):
            folders.write(file, f"annotation_output/{person}/{file.name}")
    assert [result.accepted for result in import_files(store, [archive], Settings())] == [3, 3]
    assert ask(store, "select person, sum(milliseconds) from labeling_event group by all order by all") == [
        ("ann", 95_000), ("bob", 95_000),
    ]  # fmt: skip
    with pytest.raises(QuestionNeeded, match="An archive of all annotators' folders says it"):
        import_files(store, [file], Settings())
    (again,) = import_files(store, [file], Settings(person="cat"))
    assert again.accepted == 3
