"""Exports of a Label Studio server as it writes them: who did what, how it began, and what a later export changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.ingest.results import ImportResult
from dashboard.store.generations import Store
from dashboard.store.health import check_store

EXPORTS = Path(__file__).parents[2] / "fixtures" / "label_studio_server"
FLAT = Path(__file__).parents[2] / "fixtures" / "label_studio_table" / "all_tasks.csv"
ALL_TASKS = Path(__file__).parents[2] / "fixtures" / "label_studio" / "all_tasks.json"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def read(store: Store, path: Path | str, *, replace_period: bool = False) -> ImportResult:
    (result,) = import_files(store, [EXPORTS / path], Settings(replace_period=replace_period))
    assert result.rows_read == result.accepted + result.changed + result.duplicate + result.rejected
    return result


def list_events(store: Store, columns: str, where: str = "stage = 'annotate'") -> list[tuple[Any, ...]]:
    with store.snapshot() as snapshot:
        return snapshot.query(
            f"select {columns} from labeling_event where {where}"  # noqa: S608 - texts of this test
            " order by cast(item as integer), cast(annotation as integer) nulls last"
        ).rows()


def is_sound(store: Store) -> bool:
    return all(passed for _, passed, _ in check_store(store))


def test_the_copy_of_a_prediction_beside_an_annotation_is_not_its_parent(store: Store) -> None:
    read(store, "blank_tab_beside_prediction.json")
    assert list_events(store, "annotation, person, outcome, method, suggestion, milliseconds") == [
        ("59", "1", "submitted", "pre-annotated", "edited", 3692),
        ("64", "2", "skipped", "pre-annotated", "unknown", 4260),
        ("65", "2", "submitted", "manual", "none", 1832),
        ("60", "1", "submitted", "manual", "none", 3828),
    ]


def test_labels_by_hand_beside_predictions_are_by_hand(store: Store) -> None:
    read(store, "by_hand_beside_prediction.json")
    assert set(list_events(store, "person, method")) == {("1", "manual"), ("2", "manual")}


def test_a_suggestion_of_another_model_version_is_not_compared(store: Store) -> None:
    read(store, "two_model_versions.json")
    assert list_events(store, "item, method, suggestion, model") == [
        ("69", "pre-annotated", "unknown", None),
        ("70", "pre-annotated", "unchanged", "new"),
        ("71", "pre-annotated", "unknown", None),
    ]


def test_a_later_export_changes_what_was_edited_and_tells_what_is_gone(store: Store) -> None:
    read(store, "week_1.json")
    second = read(store, "week_2.json")
    assert (second.accepted, second.changed, second.duplicate, second.missing) == (1, 4, 2, 1)
    cat = "cat@example.org"
    assert list_events(store, "item, person, outcome, suggestion, milliseconds") == [
        ("3", "1", "submitted", "none", 60_000),
        ("3", "2", "submitted", "none", 8_000),
        ("4", "1", "submitted", "none", 14_500),
        ("4", "2", "submitted", "none", 8_000),
        ("9", "2", "submitted", "edited", 25_000),
        ("18", cat, "submitted", "none", 14_250),
        ("20", cat, "submitted", "none", 19_000),
        ("25", "2", "submitted", "edited", 9_000),
    ]
    assert is_sound(store)


@pytest.mark.parametrize("order", [("week_1.json", "week_2.json"), ("week_2.json", "week_1.json")])
def test_the_order_of_two_exports_does_not_matter(store: Store, order: tuple[str, str]) -> None:
    for name in order:
        read(store, name)
    rows = list_events(store, "item, outcome, milliseconds")
    assert len(rows) == 8
    assert ("20", "submitted", 19_000) in rows
    undo_import(store, order.index("week_2.json") + 1)
    rows = list_events(store, "item, outcome, milliseconds")
    assert len(rows) == 8
    assert ("20", "draft", 7_000) in rows
    assert is_sound(store)


def test_an_export_that_is_the_whole_truth_takes_out_what_is_gone(store: Store) -> None:
    read(store, "week_1.json")
    read(store, "week_2.json", replace_period=True)
    rows = list_events(store, "item, person")
    assert len(rows) == 7
    assert ("4", "2") not in rows
    undo_import(store, 2)
    assert len(list_events(store, "item")) == 8


def test_a_corrected_bulk_acceptance_is_the_work_of_who_corrected_it(store: Store) -> None:
    read(store, "bulk_acceptance_corrected.json")
    assert list_events(store, "person, method, suggestion, milliseconds") == [("2", "pre-annotated", "edited", 9_000)]


def test_a_corrected_bulk_acceptance_is_known_where_the_copy_of_the_prediction_is_left_out(
    store: Store, tmp_path: Path
) -> None:
    (task,) = json.loads((EXPORTS / "bulk_acceptance_corrected.json").read_text("utf-8"))
    (annotation,) = task["annotations"]
    del annotation["prediction"]
    task["predictions"] = [{"id": annotation["parent_prediction"], "result": annotation["result"]}]
    path = tmp_path / "list.json"
    path.write_text(json.dumps([task]), "utf-8")
    read(store, path)
    assert list_events(store, "person, method") == [("2", "pre-annotated")]


def test_an_ordinary_label_stays_with_who_completed_it_whoever_updated_it(store: Store, tmp_path: Path) -> None:
    tasks = json.loads((EXPORTS / "blank_tab_beside_prediction.json").read_text("utf-8"))
    for task in tasks:
        for annotation in task["annotations"]:
            annotation["updated_by"] = 7
    path = tmp_path / "marked.json"
    path.write_text(json.dumps(tasks), "utf-8")
    read(store, path)
    assert [person for (person,) in list_events(store, "person")] == ["1", "2", "2", "1"]


def test_drafts_that_stand_by_number_only_are_told_with_how_to_get_them(store: Store) -> None:
    result = read(store, "drafts_as_numbers.json")
    assert result.rejects["reason"].unique().to_list() == ["draft without content: the export holds its number only"]
    (warning,) = (warning for warning in result.warnings if "by number only" in warning)
    assert "download_all_tasks=true" in warning
    assert warning.endswith(": 2.")


def test_labels_imported_by_a_script_are_nobodys_work(store: Store) -> None:
    read(store, "imported_by_script.json")
    assert list_events(store, "method, person, milliseconds") == [
        *[("imported", None, None)] * 5,
        ("manual", "1", 60_000),
    ]


@pytest.mark.parametrize(
    ("last_action", "import_id", "updated_by", "lead_time", "origin", "method"),
    [
        (None, None, None, 4.0, None, "imported"),  # as a server of 2026 writes imported annotations
        ("imported", None, 9, None, "manual", "imported"),  # an export of another project, imported
        ("updated", 3, 9, 12.0, "manual", "manual"),  # imported, and then worked on
        (None, None, 9, 12.0, None, "unknown"),  # sent by a script through the API
    ],
)
def test_what_a_script_imported_is_told_from_the_traces_of_the_server(
    store: Store,
    tmp_path: Path,
    last_action: str,
    import_id: int,
    updated_by: int,
    lead_time: float,
    origin: str,
    method: str,
) -> None:
    (task, *_) = json.loads((EXPORTS / "imported_by_script.json").read_text("utf-8"))
    annotation = task["annotations"][0]
    annotation |= {"last_action": last_action, "import_id": import_id, "updated_by": updated_by, "lead_time": lead_time}
    for region in annotation["result"]:
        region.pop("origin", None)
        if origin:
            region["origin"] = origin
    path = tmp_path / "one.json"
    path.write_text(json.dumps([task]), "utf-8")
    read(store, path)
    assert list_events(store, "method") == [(method,)]


def test_a_number_and_an_e_mail_of_one_account_are_one_person(store: Store, tmp_path: Path) -> None:
    read(store, "by_hand_beside_prediction.json")
    tasks = json.loads((EXPORTS / "by_hand_beside_prediction.json").read_text("utf-8"))
    for task in tasks:
        for annotation in task["annotations"]:
            number = annotation["completed_by"]
            names = {"first_name": "Ann" if number == 1 else "Ben", "last_name": "Ash"}
            annotation["completed_by"] = {"id": number, "email": f"user{number}@example.org", **names}
    path = tmp_path / "snapshot.json"
    path.write_text(json.dumps(tasks), "utf-8")
    again = read(store, path)
    assert (again.duplicate, again.changed) == (8, 0)
    assert {person for (person,) in list_events(store, "person")} == {"user1@example.org", "user2@example.org"}
    read(store, "blank_tab_beside_prediction.json")
    with store.snapshot() as snapshot:
        people = snapshot.query("select person, person_name from named_person order by 1").rows()
    assert people == [("user1@example.org", "Ann Ash"), ("user2@example.org", "Ben Ash")]


@pytest.mark.parametrize("order", [(FLAT, ALL_TASKS), (ALL_TASKS, FLAT)])
def test_json_and_csv_of_one_project_hold_the_same_labels(store: Store, order: tuple[Path, Path]) -> None:
    for path in order:
        read(store, path)
    rows = list_events(store, "annotation, method", "stage = 'annotate' and outcome = 'submitted'")
    assert len(rows) == len({annotation for annotation, _ in rows}) == 11
    assert {method for _, method in rows} == {"manual", "pre-annotated"}


def test_labels_of_a_store_that_keyed_them_by_project_are_known_again(store: Store) -> None:
    read(store, "week_1.json")
    with store.change("as before") as change:
        change.execute(
            "update labeling_event set native_id = null, annotation = null, changed_at = null, source_key ="
            " md5_number_lower(concat('id', chr(31), regexp_replace(native_id, '^(draft )?', '\\1' || project || '/')))"
        )
    read(store, "week_2.json")
    assert len(list_events(store, "item")) == 8
    assert is_sound(store)


def test_reviews_are_about_one_label_each(store: Store) -> None:
    read(store, "review_of_two_of_three.json")
    with store.snapshot() as snapshot:
        rows = snapshot.query("select outcome, is_reviewed, rejections from label where is_produced order by person")
    assert rows.rows() == [("rejected", True, 1), ("accepted", True, 0), ("submitted", False, 0)]


def test_a_draft_that_was_never_submitted_is_no_part_of_a_label(store: Store) -> None:
    read(store, "draft_beside_label.json")
    with store.snapshot() as snapshot:
        rows = snapshot.query(
            "select outcome, is_produced, annotate_ms, objects from label order by annotate_ms"
        ).rows()
    assert rows == [("draft", False, 50_000, 6), ("submitted", True, 60_000, 4)]


def test_imported_labels_stay_imported_in_a_registered_project(store: Store) -> None:
    read(store, "imported_by_script.json")
    with store.change("register") as change:
        change.execute("insert into labeling_project values ('label_studio', '1', 'Signs', 'manual')")
        change.rebuild_labels()
        methods = change.query("select method, count(*) from label group by 1 order by 1").rows()
    assert methods == [("imported", 5), ("manual", 1)]


def test_a_draft_of_a_submitted_label_is_no_open_draft(store: Store, tmp_path: Path) -> None:
    (task,) = json.loads((EXPORTS / "draft_beside_label.json").read_text("utf-8"))
    task["drafts"][0]["annotation"] = 1
    path = tmp_path / "draft_of_label.json"
    path.write_text(json.dumps([task]), "utf-8")
    read(store, path)
    with store.snapshot() as snapshot:
        rows = snapshot.query("select outcome, annotate_ms, objects from label").rows()
    assert rows == [("submitted", 60_000, 4)]


@pytest.mark.parametrize("name", ["label", "labels", "entities", "answer", "spans", "Input.text", "_unit_id", "text"])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_flat_export_is_known_whatever_the_columns_of_the_data_are_called(
    store: Store, tmp_path: Path, name: str, form: str
) -> None:
    row = {"text": "Oslo", "id": 1, name: "place", "annotator": 1, "annotation_id": 7}
    row |= {"created_at": "2026-11-02T09:00:00Z", "updated_at": "2026-11-02T09:00:00Z", "lead_time": 4.5}
    path = tmp_path / f"flat.{form}"
    path.write_text(
        json.dumps([row]) if form == "json" else ",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n", "utf-8"
    )
    read(store, path)
    assert list_events(store, "annotation, person, milliseconds") == [("7", "1", 4_500)]


def test_a_page_of_the_list_of_tasks_is_read_as_the_interface_gives_it(store: Store, tmp_path: Path) -> None:
    tasks = json.loads((EXPORTS / "by_hand_beside_prediction.json").read_text("utf-8"))
    path = tmp_path / "page.json"
    page = {"tasks": tasks, "total": len(tasks), "total_annotations": 8, "total_predictions": 4}
    path.write_text(json.dumps(page), "utf-8")
    assert read(store, path).accepted == 8
    assert read(store, "by_hand_beside_prediction.json").duplicate == 8


def write_flat(path: Path, labels: dict[int, int]) -> Path:
    """Write a flat export: annotation -> item."""
    rows = [
        {"id": item, "annotation_id": label, "annotator": 1, "lead_time": 4.0, "text": "Oslo"}
        | {"created_at": f"2026-11-02T09:{label:02d}:00Z", "updated_at": "2026-11-02T10:00:00Z"}
        for label, item in labels.items()
    ]
    path.write_text(json.dumps(rows), "utf-8")
    return path


def test_flat_exports_of_two_projects_do_not_miss_each_other(store: Store, tmp_path: Path) -> None:
    signs, spans = {1: 11, 2: 12, 5: 13}, {3: 21, 4: 22, 6: 23}
    read(store, write_flat(tmp_path / "signs.json", signs))
    assert read(store, write_flat(tmp_path / "spans.json", spans), replace_period=True).missing == 0
    del spans[4]
    assert read(store, write_flat(tmp_path / "spans.json", spans)).missing == 1
    assert read(store, write_flat(tmp_path / "again.json", {**spans, 7: 24}), replace_period=True).missing == 1
    assert [item for (item,) in list_events(store, "item")] == ["11", "12", "13", "21", "23", "24"]
    undo_import(store, 4)
    assert len(list_events(store, "item")) == 6
    assert is_sound(store)
