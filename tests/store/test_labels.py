"""Labels: what the events and the register make of one item, and that no millisecond is lost."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.automations import TECHNIQUES
from dashboard.store.generations import Store

FIXTURES = Path(__file__).parents[2] / "fixtures"
HEADER = "item,person,seconds,method,started_at,finished_at,stage,outcome,project\n"


def told(folder: Path, rows: str, *register: str) -> pl.DataFrame:
    """Import native events, edit the register, and return the labels in item and person order."""
    folder.mkdir(exist_ok=True)
    path = folder / "events.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    store = Store(folder / "store")
    import_files(store, [path], Settings(zone="UTC"))
    with store.change("register") as change:
        for statement in register:
            change.execute(statement)
        change.rebuild_labels()
    with store.snapshot() as snapshot:
        return snapshot.query("select * from label order by item, person nulls last")


def test_a_review_belongs_to_the_last_label_before_it(tmp_path: Path) -> None:
    labels = told(
        tmp_path,
        "a,Ann,10,manual,,2026-03-02T10:00:00Z,annotate,submitted,P\n"
        "a,Bob,20,manual,,2026-03-02T11:00:00Z,annotate,submitted,P\n"
        "a,Rae,7.001,manual,,2026-03-02T12:00:00Z,review,accepted,P\n",
    )
    people = labels.filter(pl.col("person").is_not_null())
    assert people["review_ms"].to_list() == [None, 7001]
    assert people["outcome"].to_list() == ["submitted", "accepted"]
    assert people["open_reviews"].to_list() == [0, 0]
    total = labels.select(pl.sum("annotate_ms").fill_null(0) + pl.sum("review_ms").fill_null(0)).item()
    assert total == 37_001
    assert labels["events"].sum() == 3


def test_a_review_that_may_be_about_any_label_is_shared_to_the_millisecond(tmp_path: Path) -> None:
    labels = told(
        tmp_path,
        "a,Ann,10,manual,,2026-03-02T10:00:00Z,annotate,submitted,P\n"
        "a,Bob,20,manual,,2026-03-02T10:00:00Z,annotate,submitted,P\n"
        "a,Rae,7.001,manual,,2026-03-02T12:00:00Z,review,accepted,P\n",
    )
    people = labels.filter(pl.col("person").is_not_null())
    assert people["review_ms"].to_list() == [3501, 3500]
    assert people["outcome"].to_list() == ["accepted", "accepted"]
    assert people["open_reviews"].to_list() == [1, 1]


def test_reviews_scores_and_rework_belong_to_the_label_that_they_name(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(
        "item,person,seconds,method,finished_at,stage,outcome,project,annotation,about,gold_score\n"
        "a,Ann,10,manual,2026-03-02T10:00:00Z,annotate,submitted,P,1,,\n"
        "a,Bob,20,manual,2026-03-02T11:00:00Z,annotate,submitted,P,2,,\n"
        "a,Cat,30,manual,2026-03-02T11:30:00Z,annotate,submitted,P,3,,\n"
        "a,Rae,7,manual,2026-03-02T12:00:00Z,review,rejected,P,,1,0.5\n"
        "a,Rae,5,manual,2026-03-02T12:01:00Z,review,accepted,P,,2,1\n"
        "a,Bob,9,manual,2026-03-02T13:00:00Z,rework,submitted,P,,1,\n",
        encoding="utf-8",
    )
    store = Store(tmp_path / "store")
    import_files(store, [path], Settings(zone="UTC"))
    with store.snapshot() as snapshot:
        rows = snapshot.query(
            "select person, outcome, is_reviewed, rejections, review_ms, rework_ms, gold_score from label"
            " where person is not null order by person"
        ).rows()
    assert rows == [
        ("Ann", "submitted", True, 1, 7_000, 9_000, 0.5),
        ("Bob", "accepted", True, 0, 5_000, None, 1.0),
        ("Cat", "submitted", False, 0, None, None, None),
    ]


def test_one_person_labels_one_item_in_two_ways(tmp_path: Path) -> None:
    labels = told(
        tmp_path,
        "a,Ann,10,manual,,2026-03-02T10:00:00Z,annotate,submitted,P\n"
        "a,Ann,2,unknown,,2026-03-03T09:00:00Z,annotate,draft,P\n"
        "a,Ann,6,pre-annotated,,2026-03-03T10:00:00Z,annotate,submitted,P\n"
        "a,Ann,3,pre-annotated,,2026-03-03T12:00:00Z,rework,submitted,P\n",
    )
    rows = labels.filter(pl.col("person").is_not_null()).sort("method")
    assert rows.select("method", "annotate_ms", "rework_ms").rows() == [
        ("manual", 10_000, None),
        ("pre-annotated", 8_000, 3_000),
    ]


def test_a_draft_is_apart_unless_its_person_submits_later(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(
        "item,person,seconds,method,finished_at,outcome,objects\n"
        "a,Ann,60,manual,2026-03-02T10:00:00Z,submitted,4\n"
        "a,Ann,50,manual,2026-03-02T11:00:00Z,draft,6\n"
        "b,Bob,50,manual,2026-03-02T10:00:00Z,draft,6\n"
        "b,Bob,60,manual,2026-03-02T11:00:00Z,submitted,7\n"
        "c,Cat,50,manual,2026-03-02T10:00:00Z,draft,6\n",
        encoding="utf-8",
    )
    store = Store(tmp_path / "store")
    import_files(store, [path], Settings(zone="UTC"))
    with store.snapshot() as snapshot:
        rows = snapshot.query(
            "select item, outcome, annotate_ms, objects from label order by item, outcome desc"
        ).rows()
    assert rows == [
        ("a", "submitted", 60_000, 4),
        ("a", "draft", 50_000, 6),
        ("b", "submitted", 110_000, 7),
        ("c", "draft", 50_000, 6),
    ]


def test_rework_is_charged_to_the_label_that_was_sent_back(tmp_path: Path) -> None:
    labels = told(
        tmp_path,
        "a,Ann,10,manual,,2026-03-02T10:00:00Z,annotate,submitted,P\n"
        "a,Bob,6,pre-annotated,,2026-03-02T11:00:00Z,annotate,submitted,P\n"
        "a,Rae,1,pre-annotated,,2026-03-02T12:00:00Z,review,rejected,P\n"
        "a,Bob,5,pre-annotated,,2026-03-02T13:00:00Z,rework,submitted,P\n",
    )
    rows = labels.filter(pl.col("person").is_not_null()).sort("person")
    assert rows.select("person", "rejections", "review_ms", "rework_ms").rows() == [
        ("Ann", 0, None, None),
        ("Bob", 1, 1_000, 5_000),
    ]


def test_a_label_rejected_and_redone_is_submitted_again(tmp_path: Path) -> None:
    labels = told(
        tmp_path,
        "a,Ann,10,manual,,2026-03-02T10:00:00Z,annotate,submitted,P\n"
        "a,Rae,5,manual,,2026-03-02T11:00:00Z,review,rejected,P\n"
        "a,Ann,8,manual,,2026-03-02T12:00:00Z,rework,submitted,P\n",
    )
    ann = labels.row(0, named=True)
    assert (ann["outcome"], ann["rejections"], ann["annotate_ms"], ann["rework_ms"]) == ("submitted", 1, 10_000, 8_000)


@pytest.mark.parametrize(
    ("register", "expected"),
    [
        ((), ["unknown", "unknown"]),
        (("insert into labeling_project values ('native_labeling', 'P', 'P', 'manual')",), ["manual", "manual"]),
        (
            (
                "insert into automation values ('Pre', 'pre-labeling', 'every item', null, null)",
                "insert into automation_scope values ('Pre', 'P', '', '2026-03-03', null)",
            ),
            ["manual", "pre-annotated"],
        ),
    ],
)
def test_the_register_speaks_where_the_log_is_silent(
    tmp_path: Path, register: tuple[str, ...], expected: list[str]
) -> None:
    labels = told(
        tmp_path,
        "a,Ann,10,unknown,,2026-03-02T10:00:00Z,annotate,submitted,P\n"
        "b,Ann,10,unknown,,2026-03-04T10:00:00Z,annotate,submitted,P\n",
        *register,
    )
    assert labels["method"].to_list() == expected


def test_an_automation_gets_the_labels_of_its_own_technique_only(tmp_path: Path) -> None:
    def automation(name: str, technique: str, applies: str, from_on: str) -> tuple[str, str]:
        return (
            f"insert into automation values ('{name}', '{technique}', '{applies}', null, null)",  # noqa: S608
            f"insert into automation_scope values ('{name}', 'P', '', '{from_on}', null)",  # noqa: S608
        )

    rows = (
        "a,,,synthetic,,2026-03-04T10:00:00Z,annotate,submitted,P\n"
        "b,Ann,10,pre-annotated,,2026-03-04T10:00:00Z,annotate,submitted,P\n"
        "c,Ann,10,unknown,,2026-03-04T10:00:00Z,annotate,submitted,P\n"
        "d,,,automatic,,2026-03-04T10:00:00Z,annotate,submitted,P\n"
    )
    pre = automation("Pre", "pre-labeling", "every item", "2026-03-01")
    labels = told(tmp_path / "one", rows, *pre)
    assert labels.select("method", "automation").rows() == [
        ("synthetic", None), ("pre-annotated", "Pre"), ("pre-annotated", "Pre"), ("automatic", "Pre")
    ]  # fmt: skip
    newer = automation("Rendered", "synthetic data", "marked items", "2026-03-02")
    newest = automation("Auto", "auto-labeling", "marked items", "2026-03-03")
    labels = told(tmp_path / "three", rows, *pre, *newer, *newest)
    assert labels.select("method", "automation").rows() == [
        ("synthetic", "Rendered"), ("pre-annotated", "Pre"), ("pre-annotated", "Pre"), ("automatic", "Auto")
    ]  # fmt: skip


def test_an_item_that_a_machine_proposed_is_one_assisted_label(tmp_path: Path) -> None:
    labels = told(
        tmp_path,
        "a,,,automatic,,2026-03-02T09:00:00Z,annotate,submitted,P\n"
        "a,Ann,10,unknown,,2026-03-02T10:00:00Z,annotate,submitted,P\n",
    )
    assert labels.filter("is_produced").select("person", "method").rows() == [("Ann", "pre-annotated")]


def test_units_open_at_once_share_their_time(tmp_path: Path) -> None:
    labels = told(
        tmp_path,
        "a,Ann,,manual,2026-03-02T10:00:00Z,2026-03-02T10:01:00Z,annotate,submitted,P\n"
        "b,Ann,,manual,2026-03-02T10:00:00Z,2026-03-02T10:01:00Z,annotate,submitted,P\n"
        "c,Ann,,manual,2026-03-02T10:00:30Z,2026-03-02T10:02:00Z,annotate,submitted,P\n",
    )
    timed = dict(labels.select("item", "annotate_ms").rows())
    assert labels["time_kind"].to_list() == ["start-end"] * 3
    assert timed == {"a": 25_000, "b": 25_000, "c": 70_000}


def test_reported_times_of_labels_open_at_once_take_no_longer_than_the_clock(tmp_path: Path) -> None:
    hours = [("08:00", "09:00"), ("08:10", "09:10"), ("08:20", "09:20")]
    rows = "".join(
        f"h{place},Ada,3600,manual,2026-03-02T{begun}:00Z,2026-03-02T{done}:00Z,annotate,submitted,P\n"
        for place, (begun, done) in enumerate(hours)
    )
    apart = "h9,Ada,600,manual,2026-03-02T12:00:00Z,2026-03-02T13:00:00Z,annotate,submitted,P\n"
    labels = told(tmp_path, rows + apart)
    assert labels["annotate_ms"].to_list() == [1_600_000, 1_600_000, 1_600_000, 600_000]
    with Store(tmp_path / "store").snapshot() as snapshot:
        events = snapshot.query("select sum(milliseconds) from filtered_events(null, null, [], [], [], [])").item()
        (warnings,) = snapshot.query("select warnings from import").row(0)
    assert events == 5_400_000
    assert "add up to 3.2 h, and by the clock they took 1.5 h" in warnings


def test_short_reported_times_in_overlapping_tabs_stay_as_they_are(tmp_path: Path) -> None:
    labels = told(
        tmp_path,
        "a,Ada,60,manual,2026-03-02T08:00:00Z,2026-03-02T09:00:00Z,annotate,submitted,P\n"
        "b,Ada,90,manual,2026-03-02T08:10:00Z,2026-03-02T09:10:00Z,annotate,submitted,P\n"
        "c,Bob,90,manual,2026-03-02T08:10:00Z,2026-03-02T09:10:00Z,annotate,submitted,P\n",
    )
    assert labels["annotate_ms"].to_list() == [60_000, 90_000, 90_000]


def test_a_store_of_an_older_version_gets_its_labels_at_first_sight(tmp_path: Path) -> None:
    row = "a,Ann,10,manual,,2026-03-02T10:00:00Z,annotate,submitted,P\n"
    assert told(tmp_path, row, "delete from labeling_project").height == 1
    store = Store(tmp_path / "store")
    with store.change("forget") as change:
        change.execute("delete from label")
    pointer = json.loads((store.folder / "current.json").read_text(encoding="utf-8"))
    (store.folder / "current.json").write_text(json.dumps({**pointer, "vocabulary": "older"}), encoding="utf-8")
    with Store(store.folder).snapshot() as snapshot:
        assert snapshot.query("select count(*) from label").item() == 1


def test_time_from_start_to_end_is_known_only_where_the_instants_differ(tmp_path: Path) -> None:
    labels = told(
        tmp_path,
        "a,Ann,,manual,2026-03-02T10:00:00Z,2026-03-02T10:01:00Z,annotate,submitted,P\n"
        "b,Ann,,manual,2026-03-02T11:00:00Z,2026-03-02T11:00:00Z,annotate,submitted,P\n"
        "c,Ann,,manual,,2026-03-02T12:00:00Z,annotate,submitted,P\n"
        "d,Ann,5,manual,2026-03-02T13:00:00Z,2026-03-02T13:01:00Z,annotate,submitted,P\n",
    )
    assert labels.select("item", "annotate_ms", "time_kind", "idle_rule").rows() == [
        ("a", 60_000, "start-end", "start to end, idle not cut"),
        ("b", None, "none", None),
        ("c", None, "none", None),
        ("d", 5_000, "reported", None),
    ]


@pytest.mark.parametrize(
    ("technique", "method"),
    [
        ("pre-labeling", "pre-annotated"),
        ("auto-labeling", "automatic"),
        ("LLM labels", "pre-annotated"),
        ("active learning", "active_learning"),
        ("weak supervision", "weak"),
        ("self-supervised pre-training", "manual"),  # it helps the model; the label comes about as it did before
    ],
)
def test_every_technique_makes_labels_of_its_method(tmp_path: Path, technique: str, method: str) -> None:
    labels = told(
        tmp_path,
        "a,Ann,10,unknown,,2026-03-04T10:00:00Z,annotate,submitted,P\n",
        "insert into labeling_project values ('native_labeling', 'P', 'P', 'manual')",
        f"insert into automation values ('Aid', '{technique}', 'every item', null, null)",  # noqa: S608 - typed above
        "insert into automation_scope values ('Aid', 'P', '', '2026-03-03', null)",
    )
    assert labels.get_column("method").to_list() == [method]


def test_every_technique_is_covered_above() -> None:
    marks = test_every_technique_makes_labels_of_its_method.pytestmark  # type: ignore[attr-defined]
    tried = {technique for mark in marks for technique, _ in mark.args[1]}
    assert tried | {"synthetic data"} == set(TECHNIQUES)  # synthetic data make labels of no person


def test_a_label_without_a_moment_keeps_what_its_export_says(tmp_path: Path) -> None:
    """Records of Argilla 2 have no moment at all."""
    store = Store(tmp_path / "store")
    import_files(store, [FIXTURES / "argilla" / "records.json"], Settings())
    with store.snapshot() as snapshot:
        events, labels = (
            snapshot.query(f"select answer, label_kind, model, edit_share from {table} order by all")  # noqa: S608
            for table in ("labeling_event", "label")
        )
    assert events["answer"].null_count() == 0
    assert labels.rows() == events.rows()
