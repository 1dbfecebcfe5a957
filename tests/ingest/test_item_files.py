"""Exports of one file for each item: an archive or folder of them is one import; what lies beside is left out."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_each_file, import_files, list_input_files
from dashboard.ingest.results import ImportFailure, ImportResult, NothingToPublish
from dashboard.store.generations import Store

HEADER = '"Project","Description","User","Email","Start Date","Start Time","End Date","End Time","Duration (h)"'
ENTRY = '"Birds","Boxes","Ann","ann@example.com","2026-03-14","09:00:00","2026-03-14","10:00:00","01:00:00"'
JPEG = b"\xff\xd8\xff\xe0JFIF"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


def describe_image(number: int, login: str = "ann") -> str:
    """Return the annotation of an image by Supervisely, with one object."""
    moment = f"2026-03-02T10:{number // 60:02}:{number % 60:02}.000Z"
    thing = {"id": number, "labelerLogin": login, "createdAt": moment, "updatedAt": moment, "geometryType": "polygon"}
    return json.dumps({"description": "", "tags": [], "size": {"height": 9, "width": 9}, "objects": [thing]})


BARE_IMAGE = json.dumps({"description": "", "tags": [], "size": {"height": 9, "width": 9}, "objects": []})
PROJECT: dict[str, str | bytes] = {
    "birds/meta.json": json.dumps({"classes": [{"title": "bird", "shape": "polygon"}], "tags": []}),
    "birds/spring/ann/a.jpg.json": describe_image(1),
    "birds/spring/ann/b.jpg.json": describe_image(2, "bob"),
    "birds/spring/ann/c.jpg.json": BARE_IMAGE,
    "birds/spring/img/a.jpg": JPEG,
}


def pack(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write an archive."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def lay_out(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the same files as folders."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def read_labels(store: Store) -> list[tuple[object, ...]]:
    """Return item, data set and person of each label."""
    with store.snapshot() as snapshot:
        sql = "select item, dataset, person from labeling_event order by item"
        return snapshot.query(sql).rows()


def test_the_archive_of_a_project_is_one_import(store: Store, tmp_path: Path) -> None:
    (result,) = import_files(store, [pack(tmp_path / "birds.zip", PROJECT)], Settings())
    assert (result.source, result.rows_read, result.accepted) == ("supervisely", 2, 2)
    assert "Not read, because it is no export that is known: meta.json." in result.warnings
    assert "Images without an object or tag, not counted as rows: 1." in result.warnings
    assert read_labels(store) == [("spring/a.jpg", "spring", "ann"), ("spring/b.jpg", "spring", "bob")]


def test_an_archive_may_hold_more_items_than_other_files(store: Store, tmp_path: Path) -> None:
    files = {f"birds/spring/ann/{number}.jpg.json": describe_image(number) for number in range(500)}
    (result,) = import_files(store, [pack(tmp_path / "birds.zip", files)], Settings())
    assert (result.rows_read, result.accepted) == (500, 500)


def test_a_folder_of_items_is_one_import_and_the_same_as_the_archive(store: Store, tmp_path: Path) -> None:
    import_files(store, [pack(tmp_path / "birds.zip", PROJECT)], Settings())
    files = list_input_files([lay_out(tmp_path / "unpacked", PROJECT)])
    assert [file.name for file in files] == ["meta.json", "ann"]
    more = lay_out(tmp_path / "unpacked", {"birds/spring/ann/d.jpg.json": describe_image(9)}) / "birds/spring"
    (result,) = import_files(store, list_input_files([more]), Settings())
    assert (result.rows_read, result.accepted, result.duplicate) == (3, 1, 2)
    assert [item for item, _, _ in read_labels(store)] == ["spring/a.jpg", "spring/b.jpg", "spring/d.jpg"]


def test_exports_in_a_folder_stay_imports_of_their_own(tmp_path: Path) -> None:
    task = {"id": 1, "start": "20260302T100000Z", "end": "20260302T110000Z"}
    files: dict[str, str | bytes] = {
        "ann.json": json.dumps([task]),
        "bob.json": json.dumps([task]),
        "a.png": b"\x89PNG",
    }
    assert [file.name for file in list_input_files([lay_out(tmp_path, files)])] == ["ann.json", "bob.json"]


def test_a_broken_item_costs_one_row(store: Store, tmp_path: Path) -> None:
    (result,) = import_files(
        store, [pack(tmp_path / "birds.zip", {**PROJECT, "birds/spring/ann/d.jpg.json": '{"size": {'})], Settings()
    )
    assert (result.rows_read, result.accepted, result.rejected) == (3, 2, 1)
    assert "not JSON" in result.rejects["reason"][0]


def test_files_without_rows_do_not_keep_out_the_others(store: Store, tmp_path: Path) -> None:
    files = {"week.csv": f"{HEADER}\n{ENTRY}\n", "next week.csv": f"{HEADER}\n"}
    (result,) = import_files(store, [pack(tmp_path / "weeks.zip", files)], Settings(zone="Europe/Berlin"))
    assert result.accepted == 1
    assert '"weeks.zip: next week.csv" has a header but no rows.' in result.warnings
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
    files = {"month.csv": f"{HEADER}\n{ENTRY.replace('03-14', '03-15')}\n", "holidays.ics": calendar}
    (result,) = import_files(store, [pack(tmp_path / "months.zip", files)], Settings(zone="Europe/Berlin"))
    assert "Without rows: holidays.ics." in result.warnings


def test_a_table_that_nobody_knows_is_told_as_a_failure(store: Store, tmp_path: Path) -> None:
    files = {"week.csv": f"{HEADER}\n{ENTRY}\n", "other.csv": "Who,When,Long\nAnn,2026-03-14,1.5\n"}
    path = pack(tmp_path / "weeks.zip", files)
    outcomes = import_each_file(store, [path], Settings(zone="Europe/Berlin"))
    assert [type(outcome) for outcome in outcomes] == [ImportResult, ImportFailure]


def test_an_archive_of_pictures_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NothingToPublish, match="no files that could be an export"):
        import_each_file(store, [pack(tmp_path / "birds.zip", {"a.jpg": JPEG, "b.PNG": b"\x89PNG"})], Settings())


def test_a_data_set_for_training_is_named(store: Store, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"labels/{number}.txt": "0 0.5 0.5 0.1 0.1\n" for number in range(300)}
    with pytest.raises(NothingToPublish, match="data set for training"):
        import_each_file(store, [pack(tmp_path / "yolo.zip", files)], Settings())


def test_annotators_of_doccano_are_named_by_the_files_of_the_archive(store: Store, tmp_path: Path) -> None:
    line = json.dumps({"id": 1, "text": "A bird", "label": ["bird"], "Comments": []})
    import_files(store, [pack(tmp_path / "birds.zip", {"ann.jsonl": line, "bob.jsonl": line})], Settings())
    assert sorted(str(person) for _, _, person in read_labels(store)) == ["ann", "bob"]


@pytest.mark.parametrize("name", ["ann (1).jsonl", "ann - Copy.jsonl"])
def test_a_second_download_of_an_annotator_of_doccano_adds_what_is_new(store: Store, tmp_path: Path, name: str) -> None:
    lines = [json.dumps({"id": number, "text": "A bird", "label": ["bird"], "Comments": []}) for number in (1, 2)]
    (tmp_path / "ann.jsonl").write_text(lines[0], "utf-8")
    (tmp_path / name).write_text("\n".join(lines), "utf-8")
    for path in (tmp_path / "ann.jsonl", tmp_path / name):
        import_files(store, [path], Settings(project="Birds"))
    assert [str(person) for _, _, person in read_labels(store)] == ["ann", "ann"]


def describe_line(number: int, by: str) -> str:
    """Return a line of the output manifest of SageMaker Ground Truth."""
    facts = {"job-name": "labeling-job/birds", "human-annotated": by, "creation-date": "2026-03-02T12:00:00"}
    return json.dumps({"source-ref": f"s3://b/{number}.jpg", "birds": 0, "birds-metadata": facts}) + "\n"


def describe_response(number: int) -> str:
    """Return the answer of a worker on an item."""
    answer = {
        "workerId": f"w{number}",
        "acceptanceTime": "2026-03-02T10:00:00Z",
        "submissionTime": "2026-03-02T10:00:30Z",
    }
    return json.dumps({"answers": [{**answer, "answerContent": {"class": {"label": "duck"}}}]})


def test_of_a_labeling_job_each_label_counts_once(store: Store, tmp_path: Path) -> None:
    annotations = "birds/annotations"
    files: dict[str, str | bytes] = {
        f"{annotations}/worker-response/iteration-1/0/2026-03-02_10.json": describe_response(0),
        f"{annotations}/worker-response/iteration-1/1/2026-03-02_10.json": describe_response(1),
        f"{annotations}/consolidated-annotation/consolidation-request/iteration-1/a.json": '[{"datasetObjectId": "0"}]',
        f"{annotations}/intermediate/1/annotations.manifest": describe_line(0, "yes"),
        "birds/manifests/output/output.manifest": describe_line(0, "yes") + describe_line(2, "no"),
        "birds/annotation-tool/data.json": '{"labels": [{"label": "duck"}]}',
    }
    folder = lay_out(tmp_path, files) / "birds"
    outcomes = import_each_file(store, [folder], Settings())
    assert [type(outcome) for outcome in outcomes] == [ImportResult, ImportResult]
    with store.snapshot() as snapshot:
        labels = snapshot.query("select item, person, method, milliseconds from labeling_event order by item").rows()
    assert labels == [
        ("0", "w0", "unknown", 30_000),
        ("1", "w1", "unknown", 30_000),
        ("s3://b/2.jpg", None, "automatic", None),
    ]
    again = import_each_file(store, [pack(tmp_path / "birds.zip", files)], Settings())
    assert [outcome.accepted for outcome in again if isinstance(outcome, ImportResult)] == [0, 0]


def test_files_that_a_system_keeps_for_itself_are_passed_over(store: Store, tmp_path: Path) -> None:
    names = (".DS_Store", "desktop.ini", "~$march.xlsx", "Thumbs.db")
    files: dict[str, str | bytes] = {
        **dict.fromkeys(names, b"\x05not an export"),
        "./march.csv": f"{HEADER}\n{ENTRY}\n",
    }
    assert [file.name for file in list_input_files([lay_out(tmp_path / "folder", files)])] == ["march.csv"]
    (result,) = import_files(store, [pack(tmp_path / "march.zip", files)], Settings(zone="UTC"))
    assert (result.accepted, result.file_name) == (1, "march.zip: march.csv")
