"""Labeling importers against their fixtures, and what must hold for any file."""

from __future__ import annotations

import csv
import json
import random
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from importers.golden import FIXTURES, cases, counted, expected, lines_by_reason, read_all, recognised, told

from dashboard.errors import DashboardError, QuestionNeeded
from dashboard.importers.contract import Importer, Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.formats import (
    cvat_events,
    cvat_jobs,
    kili,
    label_studio,
    label_studio_table,
    labelbox,
    native_labeling,
)
from dashboard.importers.readers.open_source import open_sources
from dashboard.ingest.batch import import_files
from dashboard.ingest.recognise import find_importer
from dashboard.store.generations import Store

LABEL_STUDIO = FIXTURES / "label_studio"
CVAT = FIXTURES / "cvat_events" / "log.csv"


@pytest.mark.parametrize(("importer", "path"), cases("labeling_event"))
def test_a_fixture_is_read_as_counted_by_hand(importer: Importer, path: Path) -> None:
    wanted = expected(path)
    _, rows, accepted, bad = read_all(importer, path)
    assert recognised(path) == [importer.name]
    assert (rows, accepted.height, bad.height) == (wanted["rows_read"], wanted["accepted"], wanted["rejected"])
    assert accepted["milliseconds"].sum() == wanted["milliseconds"]
    for column in ("method", "outcome", "suggestion"):
        assert counted(accepted[column]) == wanted[column], column
    assert sorted(accepted["person"].drop_nulls().unique()) == wanted["people"]
    assert lines_by_reason(bad) == wanted.get("reasons", {})
    if "tokens" in wanted:
        assert accepted["tokens"].sum() == wanted["tokens"]
    if "cost" in wanted:
        assert accepted["cost"].sum() == pytest.approx(wanted["cost"])
    if "objects" in wanted:
        assert accepted["objects"].sum() == wanted["objects"]
    for column in ("time_kind", "stage"):
        if column in wanted:
            assert counted(accepted[column]) == wanted[column], column


@pytest.mark.parametrize(("importer", "path"), cases("labeling_event"))
def test_the_same_labels_in_another_file_add_nothing(importer: Importer, path: Path, tmp_path: Path) -> None:
    again = tmp_path / path.name
    again.write_bytes(path.read_bytes() + b"\n")
    first, second = import_files(Store(tmp_path / "store"), [path, again], told(path))
    assert first.source == second.source == importer.name
    assert first.rows_read == first.accepted + first.changed + first.duplicate + first.rejected
    assert first.rows_read == expected(path)["rows_read"]
    assert (second.accepted, second.changed) == (0, 0)


@pytest.mark.parametrize(("importer", "path"), cases("labeling_event"))
def test_a_damaged_file_is_a_message(importer: Importer, path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    for number, damaged in enumerate((content[: len(content) * 2 // 3], content.replace(b":", b";", 40), content[9:])):
        broken = tmp_path / f"{number}{path.suffix}"
        broken.write_bytes(damaged)
        try:
            with open_sources(broken) as sources:
                reader = find_importer(sources[0].head(), broken.name, Settings())
            _, rows, _, _ = read_all(reader, broken, told(path))
        except DashboardError:
            continue
        assert reader is importer
        assert rows


def events(path: Path) -> dict[str, dict[str, Any]]:
    """Return the events of a Label Studio fixture by the first part of their id, such as `draft 1`."""
    _, _, accepted, _ = read_all(label_studio.IMPORTER, path)
    return {str(row["native_id"]).split("@")[0]: row for row in accepted.iter_rows(named=True)}


def test_what_became_of_a_prediction_is_told_from_its_content() -> None:
    found = events(LABEL_STUDIO / "enterprise.json")
    judged = {number: (found[f"{number}"]["method"], found[f"{number}"]["suggestion"]) for number in range(1, 9)}
    assert judged == {
        1: ("manual", "none"),
        2: ("pre-annotated", "unchanged"),  # the same regions in another order
        3: ("pre-annotated", "rejected"),  # nothing of the prediction is left
        4: ("pre-annotated", "unknown"),  # the export leaves the prediction out
        5: ("pre-annotated", "unknown"),  # skipped
        6: ("automatic", "unchanged"),  # bulk action; the task holds the prediction
        7: ("unknown", "unknown"),  # a copy of another annotation keeps its origins
        8: ("manual", "none"),
    }


def test_completions_of_annotation_lab_have_their_own_names_of_who_when_and_what_before() -> None:
    found = events(LABEL_STUDIO / "annotation_lab.json")
    assert [found[number]["day_on"].isoformat() for number in ("11001", "11002", "11003")] == [
        "2022-10-30", "2022-10-29", "2022-10-28",
    ]  # fmt: skip
    assert (found["11001"]["model"], found["11001"]["edit_share"]) == (
        "SparkNLP Pre-annotation",
        0.5,
    )  # one of two spans


def test_how_long_audio_and_video_are_is_told_by_their_regions_or_frames(tmp_path: Path) -> None:
    told = [
        [{"id": "a", "type": "labels", "original_length": 98.7195, "value": {"start": 1, "end": 2, "labels": ["Dog"]}}],
        [{"id": "v", "type": "videorectangle", "value": {"framesCount": 100, "duration": 4, "sequence": []}}],
        [{"id": "b", "type": "rectanglelabels", "value": {"x": 1, "rectanglelabels": ["Car"]}}],
        [{"id": "x", "type": "labels", "original_length": -1, "value": {"duration": "long"}}],
    ]
    tasks = [
        {"id": number, "data": {}, "annotations": [{"id": number, "completed_by": 1, "result": regions}]}
        for number, regions in enumerate(told)
    ]
    file = tmp_path / "media.json"
    file.write_text(json.dumps(tasks), "utf-8")
    _, _, accepted, _ = read_all(label_studio.IMPORTER, file)
    assert accepted["media_milliseconds"].to_list() == [98_720, 4_000, None, None]
    _, _, accepted, _ = read_all(kili.IMPORTER, FIXTURES / "kili" / "video.json")
    assert accepted["media_milliseconds"].to_list() == [4_300]  # 86 frames, 20 a second


def test_an_edit_shows_although_every_region_says_prediction() -> None:
    assert events(LABEL_STUDIO / "snapshot.json")["6"]["suggestion"] == "edited"


def test_annotations_made_in_bulk_have_neither_person_nor_time() -> None:
    row = events(LABEL_STUDIO / "bulk_accept.json")["13"]
    assert (row["method"], row["person"], row["milliseconds"], row["time_kind"]) == ("automatic", None, None, "none")


def test_a_draft_on_an_annotation_does_not_repeat_its_time() -> None:
    found = events(LABEL_STUDIO / "enterprise.json")
    assert [found[f"draft {number}"]["milliseconds"] for number in (1, 2)] == [None, 6500]
    assert [found[f"draft {number}"]["person"] for number in (1, 2)] == ["Ana Ott", "user2@example.org"]


def test_reviews_are_events_of_the_reviewer() -> None:
    found = events(LABEL_STUDIO / "enterprise.json")
    reviews = [found[f"review {number}"] for number in (1, 2, 3)]
    assert [(row["stage"], row["outcome"], row["person"]) for row in reviews] == [
        ("review", "accepted", "Rita Review"),
        ("review", "rejected", "Rita Review"),
        ("review", "fixed", "Rita Review"),
    ]


def test_the_moment_is_the_submission_and_the_person_who_completed() -> None:
    row = events(LABEL_STUDIO / "enterprise.json")["1"]
    assert row["finished_at"].isoformat() == "2025-03-02T10:00:00.000100+00:00"
    assert (row["started_at"], row["person"], row["email"]) == (None, "Ana Ott", "user1@example.org")
    assert (row["objects"], row["label_kind"], row["agreement"]) == (2, "labels", 0.8)


def test_seconds_since_1970_are_read_as_the_old_exports_wrote_them() -> None:
    _, _, accepted, _ = read_all(label_studio.IMPORTER, LABEL_STUDIO / "completions_2020.json")
    assert accepted["finished_at"][0].isoformat() == "2020-07-22T13:10:56+00:00"


def test_the_same_annotation_has_the_same_id_in_every_json_export() -> None:
    quick, snapshot = (events(LABEL_STUDIO / name) for name in ("all_tasks.json", "snapshot.json"))
    assert {row["native_id"] for row in quick.values()} == {row["native_id"] for row in snapshot.values()}


def test_what_only_the_whole_file_tells_is_said_at_the_end() -> None:
    reading, *_ = read_all(label_studio.IMPORTER, LABEL_STUDIO / "enterprise.json")
    said = " ".join(reading.final_warnings())
    assert "Tasks without an annotation or draft, not counted as rows: 1." in said
    assert "Drafts that repeat the time of a submitted annotation, kept without time: 1." in said
    assert "Annotations marked as ground truth: 1." in said


def test_flat_exports_say_what_they_lack() -> None:
    reading, *_ = read_all(label_studio_table.IMPORTER, FIXTURES / "label_studio_table" / "bulk_accept.csv")
    assert any("method and suggestion outcome are unknown" in warning for warning in reading.warnings)
    assert reading.final_warnings() == ("Annotations without time, kept as unknown, not zero: 1.",)
    assert set(reading.unused) == {"ext_id", "ner", "text", "topic"}


def test_cvat_effort_and_output_are_told_apart() -> None:
    _, _, accepted, _ = read_all(cvat_events.IMPORTER, CVAT)
    rows = {row["line"]: row for row in accepted.iter_rows(named=True)}
    assert {row["idle_rule"] for row in rows.values() if row["milliseconds"]} == {"gaps over 100 s not counted"}
    assert [(rows[line]["outcome"], rows[line]["objects"]) for line in (9, 11)] == [("submitted", 24), ("deleted", 2)]
    assert [(rows[line]["stage"], rows[line]["outcome"]) for line in (14, 15, 16)] == [
        ("annotate", "submitted"),
        ("review", "accepted"),
        ("review", "rejected"),
    ]
    assert (rows[17]["method"], rows[17]["model"], rows[17]["person"]) == ("automatic", "yolo", None)


def test_cvat_warns_of_its_window_of_30_days() -> None:
    reading, *_ = read_all(cvat_events.IMPORTER, CVAT)
    assert any("last 30 days" in warning for warning in reading.warnings)


def test_a_new_job_of_cvat_is_assigned_to_who_has_not_begun(tmp_path: Path) -> None:
    jobs = [
        {"id": number, "task_id": 1, "stage": stage, "state": state, "assignee": {"id": 7, "username": "ann"}}
        | {"created_date": "2026-03-02T08:00:00Z", "updated_date": "2026-03-02T08:00:00Z"}
        for number, (stage, state) in enumerate(
            [("annotation", "new"), ("annotation", "in progress"), ("validation", "new"), ("annotation", "completed")]
        )
    ]
    file = tmp_path / "jobs.json"
    file.write_text(json.dumps({"count": 4, "results": [*jobs, {**jobs[0], "id": 9, "assignee": None}]}))
    _, _, accepted, _ = read_all(cvat_jobs.IMPORTER, file)
    outcomes = accepted.select("person", "outcome").rows()
    assert outcomes == [("ann", "assigned"), ("ann", "draft"), ("ann", "draft"), ("ann", "submitted"), (None, "draft")]


def test_native_days_are_those_on_the_clock_of_the_writer() -> None:
    reading, _, accepted, _ = read_all(native_labeling.IMPORTER, FIXTURES / "native_labeling" / "events.csv")
    assert accepted["day_on"][1].isoformat() == "2025-03-03"
    assert accepted["finished_at"][1].isoformat() == "2025-03-04T07:30:00+00:00"
    assert reading.unused == ("colour",)
    assert accepted["holdout"].to_list() == [True, False, None, None, None, None]


def test_native_wall_clocks_ask_for_the_zone_and_tell_odd_times() -> None:
    path = FIXTURES / "native_labeling" / "wall_clock.csv"
    with pytest.raises(QuestionNeeded) as asked:
        read_all(native_labeling.IMPORTER, path, Settings())
    assert asked.value.question == "zone"
    reading, _, accepted, _ = read_all(native_labeling.IMPORTER, path)
    assert reading.zone == "Europe/Berlin"
    assert len(reading.final_warnings()) == 2
    assert accepted["finished_at"][2].isoformat() == "2025-06-02T21:59:59+00:00"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
annotation_like = st.fixed_dictionaries(
    {},
    optional={
        "id": anything,
        "completed_by": anything,
        "result": anything | st.lists(st.fixed_dictionaries({"id": anything, "value": anything, "origin": anything})),
        "lead_time": anything,
        "created_at": anything | st.datetimes().map(lambda at: at.isoformat() + "Z"),
        "prediction": anything | st.fixed_dictionaries({"result": st.lists(anything, max_size=2)}),
        "parent_prediction": anything,
        "reviews": anything,
        "annotation": anything,
        "user": anything,
        "created_username": anything,
    },
)
task_like = st.fixed_dictionaries(
    {
        "id": anything,
        "data": st.just({}),
        "annotations": st.lists(annotation_like | anything, max_size=3),
        "drafts": st.lists(annotation_like, max_size=2) | anything,
        "predictions": anything,
        "agreement": anything,
        "project": anything,
    }
)


def written(folder: str, name: str, text: str) -> Path:
    """Write a file for the gate."""
    path = Path(folder) / name
    path.write_text(text, "utf-8", newline="")
    return path


@settings(max_examples=30, deadline=None)
@given(st.lists(task_like, min_size=1, max_size=4))
def test_every_annotation_and_draft_is_accounted_for(tasks: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _, rows, _, _ = read_all(label_studio.IMPORTER, written(folder, "tasks.json", json.dumps(tasks)))
    drafts = [task["drafts"] if isinstance(task["drafts"], list) else [] for task in tasks]
    assert rows >= sum(len(task["annotations"]) for task in tasks) + sum(map(len, drafts))


cell = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(cell, cell, cell, cell, cell, cell), min_size=1, max_size=20), st.data())
def test_no_event_of_cvat_is_lost(found: list[tuple[str, ...]], data: st.DataObject) -> None:
    scopes = st.sampled_from(["send:working_time", "create:shapes", "update:job", "call:function"])
    header = ["scope", "timestamp", "count", "payload", "obj_name", "obj_val", "job_id"]
    rows = [[data.draw(scopes | cell), *cells[:-1], "x" + cells[-1]] for cells in found]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        _, counted_rows, _, _ = read_all(cvat_events.IMPORTER, path)
    assert counted_rows == len(rows)


def test_two_servers_may_use_the_same_numbers() -> None:
    ids = [events(LABEL_STUDIO / name) for name in ("all_tasks.json", "boxes.json")]
    assert ids[0].keys() & ids[1].keys()
    assert not {row["native_id"] for row in ids[0].values()} & {row["native_id"] for row in ids[1].values()}


def test_a_native_file_with_a_start_is_not_taken_for_time_entries(tmp_path: Path) -> None:
    path = written(str(tmp_path), "events.csv", "item,person,method,started_at,finished_at,seconds\na,,,,,\n")
    assert recognised(path) == ["native_labeling"]


def test_of_a_project_archive_of_inception_only_the_log_is_read(tmp_path: Path) -> None:
    path = tmp_path / "project.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(FIXTURES / "inception" / "relations.log", "event.log")
        archive.writestr("exportedproject.json", "{}")
        archive.writestr("source/Obama.txt", "Barack Obama was born in Honolulu, Hawaii.")
        archive.writestr("annotation_ser/Obama.txt/admin.ser", b"\xac\xed\x00\x05sr\x00")
    (result,) = import_files(Store(tmp_path / "store"), [path], Settings())
    assert (result.source, result.rows_read, result.accepted) == ("inception", 35, 18)


def test_an_annotation_of_target_storage_is_the_one_of_the_export() -> None:
    stored = events(LABEL_STUDIO / "target_storage.json")["1"]
    exported = events(LABEL_STUDIO / "enterprise.json")["1"]
    assert {**stored, "line": 1} == {**exported, "line": 1}


def test_a_label_that_cannot_be_taken_does_not_cost_the_others_of_its_item() -> None:
    kili = next(importer for importer in IMPORTERS if importer.name == "kili")
    _, rows, accepted, bad = read_all(kili, FIXTURES / "kili" / "labels.json")
    assert (rows, accepted.filter(item="1.jpg").height, lines_by_reason(bad)) == (7, 5, {"negative duration": [1]})


def test_a_review_of_labelbox_that_its_workflow_tells_too_is_one(tmp_path: Path) -> None:
    review = {"reviewed_at": "2026-03-03T10:00:00.000+00:00", "reviewed_by": "rob@example.org"}
    steps = [
        {"action": "Approve", "created_at": "2026-03-03T10:00:01.000+00:00", "created_by": "rob@example.org"},
        {"action": "Reject", "created_at": "2026-03-04T10:00:00.000+00:00", "created_by": "rob@example.org"},
    ]
    label = {
        "id": "l1",
        "label_details": {"created_at": "2026-03-02T10:00:00Z", "created_by": "ana@example.org", "reviews": [review]},
        "performance_details": {"seconds_to_create": 35, "seconds_to_review": 12},
        "annotations": {"objects": []},
    }
    project = {"name": "Birds", "labels": [label], "project_details": {"workflow_history": steps}}
    path = tmp_path / "rows.ndjson"
    path.write_text(json.dumps({"data_row": {"id": "d1"}, "projects": {"p": project}}), "utf-8")
    _, _, accepted, _ = read_all(labelbox.IMPORTER, path)
    reviews = accepted.filter(stage="review")
    assert reviews["outcome"].to_list() == ["accepted", "rejected"]
    assert reviews["milliseconds"].to_list() == [12_000, None]


def test_seconds_that_kili_gives_for_a_prediction_are_no_labeling_time(tmp_path: Path) -> None:
    kili = next(importer for importer in IMPORTERS if importer.name == "kili")
    path = tmp_path / "labels.json"
    path.write_text(
        (FIXTURES / "kili" / "labels.json").read_text("utf-8").replace('"secondsToLabel": 0,', '"secondsToLabel": 9,')
    )
    _, _, accepted, _ = read_all(kili, path)
    assert accepted.filter(method="automatic").select("milliseconds", "time_kind").rows() == [(None, "none")]
    assert accepted["milliseconds"].sum() == expected(FIXTURES / "kili" / "labels.json")["milliseconds"]


def test_what_a_format_does_not_tell_is_said_with_every_import(tmp_path: Path) -> None:
    (result,) = import_files(Store(tmp_path / "store"), [FIXTURES / "v7" / "people.json"], Settings())
    assert "This format does not tell when an item was labeled, how long it took or what a review decided." in (
        result.warnings
    )


def test_a_named_person_has_what_people_made_and_not_what_a_machine_made(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_files(store, [FIXTURES / "sagemaker" / "chained.manifest"], Settings(person="ana@example.org"))
    with store.snapshot() as snapshot:
        made = snapshot.query("select distinct method, person from labeling_event order by method").rows()
    assert made == [("automatic", None), ("pre-annotated", "ana@example.org"), ("unknown", "ana@example.org")]


ODD_VALUES = (None, True, -1, 10**30, 1e300, "", "x", "2024-99-99", [], [None], [[]], {}, {"id": None}, [{"a": []}])
JSON_CASES = [case for case in cases("labeling_event") if case.values[1].suffix in {".json", ".jsonl", ".ndjson"}]


def damage(value: object, chance: float, draw: random.Random) -> object:
    """Return JSON in which some values are replaced by odd ones and some fields are missing."""
    if draw.random() < chance:
        return draw.choice(ODD_VALUES)
    if isinstance(value, dict):
        return {name: damage(part, chance, draw) for name, part in value.items() if draw.random() > chance / 2}
    return [damage(part, chance, draw) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("importer", "path"), JSON_CASES)
def test_odd_values_anywhere_are_rows_or_messages(importer: Importer, path: Path, tmp_path: Path) -> None:
    text = path.read_text("utf-8")
    records = [json.loads(text)] if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()[:9]]
    draw = random.Random(path.name)  # the same odd values in every run
    for number in range(15):
        odd = tmp_path / f"{number}{path.suffix}"
        chance = (0.01, 0.05, 0.2)[number % 3]
        odd.write_text("\n".join(json.dumps(damage(record, chance, draw)) for record in records), "utf-8")
        with suppress(DashboardError):  # a message is as good as rows
            read_all(importer, odd, told(path))


def test_an_answer_nested_too_deeply_costs_no_other(tmp_path: Path) -> None:
    answers = [{"workerId": "w", "submissionTime": "2026-03-02T10:00:00Z", "answerContent": {"a": "Duck"}}]
    deep = json.dumps({"answers": answers}).replace('"Duck"', "[" * 400 + "1" + "]" * 400)
    path = tmp_path / "responses.jsonl"
    path.write_text("\n".join([json.dumps({"answers": answers}), deep]), "utf-8")
    importer = next(importer for importer in IMPORTERS if importer.name == "sagemaker")
    _, rows, accepted, bad = read_all(importer, path)
    assert (rows, accepted["line"].to_list()) == (2, [1])
    assert lines_by_reason(bad) == {"nested too deeply": [2]}


def test_an_assignment_by_the_command_line_is_that_of_the_batch(tmp_path: Path) -> None:
    batch = tmp_path / "batch.csv"
    batch.write_text(
        "HITId,AssignmentId,WorkerId,AssignmentStatus,AcceptTime,SubmitTime,Answer.label\n"
        "H1,3A1,AWA,Approved,Tue Mar 02 10:00:00 PST 2021,Tue Mar 02 10:01:30 PST 2021,cat\n",
        "utf-8",
    )
    answer = "<Answer><QuestionIdentifier>label</QuestionIdentifier><FreeText>cat</FreeText></Answer>"
    assignment = {"HITId": "H1", "AssignmentId": "3A1", "WorkerId": "AWA", "AssignmentStatus": "Approved"}
    times = {"AcceptTime": "2021-03-02T10:00:00-08:00", "SubmitTime": "2021-03-02T10:01:30-08:00"}
    page = tmp_path / "page.json"
    page.write_text(json.dumps({"Assignments": [{**assignment, **times, "Answer": answer}]}), "utf-8")
    first, second = import_files(Store(tmp_path / "store"), [batch, page], Settings())
    assert (first.accepted, second.duplicate) == (1, 1)
