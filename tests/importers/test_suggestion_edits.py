"""How much of a suggestion was edited, by hand for each shape of answer, from exports that hold both answers."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from importers.golden import FIXTURES, read_all

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Importer, Settings
from dashboard.importers.formats import argilla, kili, label_studio, native_labeling
from dashboard.importers.frames.label_studio_edits import compare_regions
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store
from dashboard.store.health import check_store

Parts = list[dict[str, Any]]


def choice(*names: str, number: str | None = None, name: str = "class") -> dict[str, Any]:
    return {"id": number, "from_name": name, "to_name": "t", "type": "choices", "value": {"choices": list(names)}}


def written(*texts: str) -> dict[str, Any]:
    return {"from_name": "note", "to_name": "t", "type": "textarea", "value": {"text": list(texts)}}


def span(start: int, end: int, label: str, **more: object) -> dict[str, Any]:
    value = {"start": start, "end": end, "labels": [label], **more}
    return {"from_name": "ner", "to_name": "t", "type": "labels", "value": value}


def box(number: str, x: float, label: str, **more: object) -> dict[str, Any]:
    value = {"x": x, "y": 10, "width": 5, "height": 5, "rotation": 0, "rectanglelabels": [label], **more}
    return {"id": number, "from_name": "box", "to_name": "i", "type": "rectanglelabels", "value": value}


SHAPES: list[tuple[Parts, Parts, float, str]] = [
    ([choice("Cat")], [choice("Cat")], 0, "choices"),
    ([choice("Cat")], [choice("Dog")], 1, "choices"),
    ([choice("Cat", number="r1", name="a"), choice("Dog", number="r2", name="b")],
     [choice("Cat", number="new", name="a"), choice("Cow", number="r2", name="b")], 1 / 2, "choices"),
    ([written("kitten")], [written("sitting")], 3 / 7, "text"),
    ([{"from_name": "note", "to_name": "t", "type": "textarea", "value": {"text": "same"}}], [written("same")], 0,
     "text"),
    # Three spans: one as it was (the editor adds the text under it), one a sign longer, one taken away; one is new.
    ([span(0, 3, "PER", score=0.9), span(5, 9, "ORG"), span(20, 22, "LOC")],
     [span(0, 3, "PER", text="Ann"), span(5, 10, "ORG", text="Acme"), span(30, 33, "LOC", text="Rom")], 2 / 3,
     "regions"),
    # Four boxes: two as they were, but for the last digits; one moved, one of another class.
    ([box("1", 1.00001, "Car"), box("2", 2, "Car"), box("3", 3, "Bus"), box("4", 4, "Bus")],
     [box("1", 1, "Car"), box("2", 2.0, "Car"), box("3", 3.5, "Bus"), box("4", 4, "Car")], 2 / 4, "regions"),
    ([box("1", 1, "Car")], [], 1, "regions"),
    ([], [], 0, "regions"),
    ([choice("Cat"), written("abcd")], [choice("Cat"), written("abxd")], (1 / 4) / 2, "several kinds"),
]  # fmt: skip


@pytest.mark.parametrize(("proposed", "final", "share", "basis"), SHAPES)
def test_a_share_edited_is_as_counted_by_hand(proposed: Parts, final: Parts, share: float, basis: str) -> None:
    assert compare_regions(proposed, final) == {"edit_share": pytest.approx(share), "edit_basis": basis}


def test_a_shape_and_its_class_with_one_id_are_one_region() -> None:
    shape = {"id": "r", "from_name": "box", "to_name": "i", "type": "rectangle", "value": {"x": 1, "y": 2}}
    named, other = (
        {**shape, "from_name": "class", "type": "labels", "value": {"x": 1, "y": 2, "labels": [name]}}
        for name in ("Car", "Bus")
    )
    second = {**shape, "id": "s", "value": {"x": 5, "y": 5}}
    assert compare_regions([shape, named, second], [shape, other, second])["edit_share"] == 1 / 2


REGION = st.builds(
    lambda number, x, name: {**box(number, x, name), "id": number},
    st.none() | st.text("ab", max_size=2),
    st.integers(0, 3) | st.floats(0, 3),
    st.sampled_from(["Car", "Bus"]),
) | st.builds(written, st.text(max_size=4))


@given(st.lists(REGION, max_size=4), st.lists(REGION, max_size=4))
def test_a_share_is_symmetric_and_0_for_the_same_regions(proposed: Parts, final: Parts) -> None:
    share = compare_regions(proposed, final)["edit_share"]
    assert 0 <= share <= 1
    assert compare_regions(final, proposed)["edit_share"] == pytest.approx(share)
    assert compare_regions(proposed, proposed)["edit_share"] == 0


def export_task(number: int, proposed: Parts, final: Parts, **more: object) -> dict[str, Any]:
    """Return a task of a snapshot with one prediction in full, and one annotation that began with it."""
    annotation = {
        "id": number, "completed_by": {"id": 1, "email": "ann@example.org", "first_name": "Ann", "last_name": "Ott"},
        "created_at": f"2026-03-02T08:00:{number:02}Z", "updated_at": f"2026-03-02T08:00:{number:02}Z",
        "lead_time": 9.0, "was_cancelled": False, "parent_prediction": 100 + number,
        "result": [{**region, "origin": "prediction"} for region in final], **more,
    }  # fmt: skip
    prediction = {"id": 100 + number, "model_version": "one", "result": proposed}
    return {"id": number, "project": 7, "data": {}, "predictions": [prediction], "annotations": [annotation]}


def write_json(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def list_edits(importer: Importer, path: Path) -> list[tuple[Any, ...]]:
    _, _, accepted, _ = read_all(importer, path)
    return accepted.sort("line", maintain_order=True).select("suggestion", "edit_share", "edit_basis").rows()


def test_an_export_of_label_studio_with_predictions_in_full_is_measured(tmp_path: Path) -> None:
    tasks = [export_task(number, *shape[:2]) for number, shape in enumerate(SHAPES, 1)]
    edits = list_edits(label_studio.IMPORTER, write_json(tmp_path / "snapshot.json", tasks))
    assert [edit[1:] for edit in edits] == [(pytest.approx(share), basis) for *_, share, basis in SHAPES]
    assert all((outcome == "unchanged") == (share == 0) for outcome, share, _ in edits)
    for task in tasks:
        task["predictions"] = [100 + task["id"]]  # the quick export: numbers only
    quick = list_edits(label_studio.IMPORTER, write_json(tmp_path / "quick.json", tasks))
    assert set(quick) == {("unknown", None, None)}


def test_no_text_of_either_answer_is_kept(tmp_path: Path) -> None:
    task = export_task(1, [written("a secret draft")], [written("a secret word")])
    store = Store(tmp_path / "store")
    import_files(store, [write_json(tmp_path / "snapshot.json", [task])], Settings())
    with store.snapshot() as snapshot:
        assert "secret" not in str(snapshot.query("select * from labeling_event").rows())  # every column


def test_a_figure_says_how_much_was_edited_and_for_how_many_labels_that_is_known(tmp_path: Path) -> None:
    tasks = [export_task(number, *shape[:2]) for number, shape in enumerate(SHAPES, 1)]
    unseen = export_task(50, [choice("Cat")], [choice("Dog")])
    unseen["predictions"] = [150]
    store = Store(tmp_path / "store")
    import_files(store, [write_json(tmp_path / "snapshot.json", [*tasks, unseen])], Settings())
    figure = resolve_figure(store, "suggestion_edits", Filters())
    columns = ("basis", "labels", "unchanged", "mean_edit_share", "median_edit_share")
    assert figure.rows.select(columns).rows() == [
        ("choices", 3, 1, pytest.approx(1 / 2), pytest.approx(3 / 4)),  # 0, 1, 1/2
        ("not stored", 1, None, None, None),
        ("regions", 4, 1, pytest.approx((2 / 3 + 1 / 2 + 1) / 4), pytest.approx(2 / 3)),
        ("several kinds", 1, 0, pytest.approx(1 / 8), pytest.approx(1 / 8)),
        ("text", 2, 1, pytest.approx(3 / 14), pytest.approx(3 / 7)),
    ]
    assert figure.rows.get_column("share_of_labels").sum() == pytest.approx(1)
    assert "known in full for 10 of 11 labels" in figure.note


def test_an_edit_of_a_place_alone_replaces_the_earlier_statement(tmp_path: Path) -> None:
    first, second = (
        write_json(
            tmp_path / f"{number}.json",
            [
                export_task(
                    1, [box("1", 1, "Car"), box("2", 2, "Car")], final, updated_at=f"2026-03-0{number}T09:00:00Z"
                )
            ],
        )
        for number, final in (
            (3, [box("1", 5, "Car"), box("2", 2, "Car")]),
            (4, [box("1", 5, "Car"), box("2", 6, "Car")]),
        )
    )
    store = Store(tmp_path / "store")
    import_files(store, [first, second], Settings())
    with store.snapshot() as snapshot:
        assert snapshot.query("select edit_share from labeling_event").rows() == [(1.0,)]
    assert resolve_figure(store, "suggestion_edits", Filters()).rows.get_column("mean_edit_share").to_list() == [1.0]


def test_a_file_that_an_earlier_version_imported_brings_the_shares_when_it_is_read_again(tmp_path: Path) -> None:
    file = write_json(tmp_path / "snapshot.json", [export_task(1, [choice("Cat")], [choice("Dog")])])
    store = Store(tmp_path / "store")
    import_files(store, [file], Settings())
    with store.change("forget the shares") as change:
        change.execute("update labeling_event set edit_share = null, edit_basis = null")
        change.execute("update import set reader = null")  # by what that version read
    (again,) = import_files(store, [file], Settings())
    assert (again.accepted, again.changed, again.duplicate) == (0, 1, 0)
    assert resolve_figure(store, "suggestion_edits", Filters()).rows.get_column("mean_edit_share").to_list() == [1.0]
    assert all(passed for _, passed, _ in check_store(store))


def test_argilla_compares_the_questions_that_have_both(tmp_path: Path) -> None:
    long = "a text that is longer than the name of any class can be, which makes it one"
    suggestions = {
        "label": "good", "classes": ["a", "b"], "ranking": ["x", "y"], "text": long,
        "spans": [{"label": "PER", "start": 0, "end": 3}, {"label": "ORG", "start": 5, "end": 9}],
    }  # fmt: skip
    answers: list[tuple[dict[str, object], tuple[object, ...]]] = [
        ({"label": "good", "comment": "not suggested"}, ("unchanged", 0, "choices")),
        ({"label": "bad"}, ("edited", 1, "choices")),
        ({"classes": ["a", "c"]}, ("edited", 1 / 2, "choices")),
        ({"ranking": ["y", "x"]}, ("edited", None, None)),  # whether the order counts is not said
        ({"text": long + "!"}, ("edited", pytest.approx(1 / (len(long) + 1)), "text")),
        ({"spans": [{"label": "PER", "start": 0, "end": 3}]}, ("edited", 1 / 2, "regions")),
    ]
    records = [
        {
            "id": str(number),
            "fields": {},
            "suggestions": {name: {"value": value, "agent": "m"} for name, value in suggestions.items()},
            "responses": {name: [{"value": value, "user_id": "u"}] for name, value in answer.items()},
        }
        for number, (answer, _) in enumerate(answers)
    ]
    assert list_edits(argilla.IMPORTER, write_json(tmp_path / "records.json", records)) == [edit for _, edit in answers]


def test_kili_compares_with_the_prediction_without_its_confidence(tmp_path: Path) -> None:
    def answer(name: str, confidence: int, x: float, mid: str) -> dict[str, Any]:
        place = [{"normalizedVertices": [{"x": x, "y": 0.5}]}]
        drawn = {"categories": [{"name": name, "confidence": confidence}], "mid": mid, "boundingPoly": place}
        return {"BOXES": {"annotations": [drawn]}, "CLASS": {"categories": [{"name": "day", "confidence": confidence}]}}

    finals = [
        (answer("CAR", 100, 0.5, "new"), ("unchanged", 0, "several kinds")),
        (answer("CAR", 100, 0.501, "m"), ("edited", 1 / 2, "several kinds")),
        ({"NOTE": {"text": "abcd"}}, ("edited", 1, "several kinds")),
    ]
    labels: Parts = [{"id": "p", "labelType": "PREDICTION", "jsonResponse": answer("CAR", 80, 0.5, "m"), "author": {}}]
    labels += [
        {"id": str(number), "labelType": "DEFAULT", "jsonResponse": final, "author": {"email": "ann@example.org"},
         "createdAt": f"2026-03-02T08:0{number}:00.000Z", "secondsToLabel": 9}
        for number, (final, _) in enumerate(finals)
    ]  # fmt: skip
    asset = {"id": "a", "externalId": "1.jpg", "jsonMetadata": {}, "labels": labels}
    edits = list_edits(kili.IMPORTER, write_json(tmp_path / "assets.json", [asset]))
    assert edits == [("none", None, None), *(edit for _, edit in finals)]


def test_a_script_may_state_the_share(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "item,person,method,finished_at,edit_share\n"
        + "".join(
            f"item {share},Ann,pre-annotated,2026-03-02T08:00:00Z,{share}\n" for share in ("0", "0.25", "", "1.5", "x")
        ),
        encoding="utf-8",
    )
    _, _, accepted, bad = read_all(native_labeling.IMPORTER, file)
    assert accepted.select("edit_share", "edit_basis").rows() == [(0, "stated"), (0.25, "stated"), (None, None)]
    assert set(bad["reason"]) == {"edit_share is not from 0 to 1", "edit_share cannot be read"}


def test_long_texts_are_compared_in_time_or_not_at_all(tmp_path: Path) -> None:
    tasks = [
        export_task(number, [written("ab" * length)], [written("ba" * length + "c")])
        for number, length in enumerate([9_000] * 14 + [300_000], 1)
    ]
    begun = time.monotonic()
    edits = list_edits(label_studio.IMPORTER, write_json(tmp_path / "long.json", tasks))
    assert time.monotonic() - begun < 10
    assert edits[-1] == ("edited", None, None)
    assert edits[0][1] == pytest.approx(2 / 18_001)


def test_files_of_real_servers_have_shares_where_the_prediction_is_in_them() -> None:
    edits = list_edits(label_studio.IMPORTER, FIXTURES / "label_studio_server" / "two_model_versions.json")
    assert all((share is None) == (outcome in ("unknown", "none")) for outcome, share, _ in edits)
