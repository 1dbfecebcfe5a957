"""Times of labels that a tool only stamps when they are finished: derived from gaps, and marked as such."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.store.generations import Store

BEGIN = 1_714_752_000
# Ana: first, after 30 s, two after 20 s more, one after a break of 10 min, one 5 min later. Ben: one a second later.
STAMPS = [("ana", 0), ("ana", 30), ("ana", 50), ("ana", 50), ("ana", 650), ("ana", 950), ("ben", 1)]
SECONDS = [None, 30.0, 10.0, 10.0, None, 300.0, None]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def write_answers(path: Path, stamps: list[tuple[str, int]], first: int = 0) -> Path:
    """Write Prodigy answers of people at seconds after a moment."""
    lines = [
        json.dumps(
            {
                "_input_hash": first + number,
                "_task_hash": first + number,
                "answer": "accept",
                "_annotator_id": person,
                "_timestamp": BEGIN + seconds,
            }
        )
        for number, (person, seconds) in enumerate(stamps)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def list_seconds(store: Store) -> list[float | None]:
    with store.snapshot() as snapshot:
        labels = snapshot.query("select annotate_ms, time_kind from label order by cast(item as integer)")
    assert all((kind == "gap-derived") == (length is not None) for length, kind in labels.rows())
    return [None if length is None else length / 1000 for length in labels["annotate_ms"]]


def test_a_gap_up_to_the_limit_is_the_time_of_the_label(store: Store, tmp_path: Path) -> None:
    (result,) = import_files(store, [write_answers(tmp_path / "a.jsonl", STAMPS)], Settings())
    assert list_seconds(store) == SECONDS
    assert result.seconds_total == 0
    assert any("For 4 of 7 labels the time is estimated" in warning for warning in result.warnings)


def test_gaps_are_those_of_all_files_in_force(store: Store, tmp_path: Path) -> None:
    import_files(store, [write_answers(tmp_path / "a.jsonl", [("ana", 0), ("ana", 100)])], Settings())
    (between,) = import_files(store, [write_answers(tmp_path / "b.jsonl", [("ana", 60)], first=2)], Settings())
    assert list_seconds(store) == [None, 40.0, 60.0]
    undo_import(store, between.import_id)
    assert list_seconds(store) == [None, 100.0]


def test_gaps_between_labels_of_nobody_are_no_time(store: Store, tmp_path: Path) -> None:
    seconds = [10 * number for number in range(4)]
    files = [
        write_answers(tmp_path / f"{name}.jsonl", [("", second) for second in seconds[name::2]], first=10 * name)
        for name in range(2)
    ]
    results = import_files(store, files, Settings())
    assert list_seconds(store) == [None] * 4
    for result in results:
        assert any("no person: their time is unknown" in warning for warning in result.warnings)
        assert not any("the time is estimated" in warning for warning in result.warnings)


def test_gaps_are_time_where_the_lead_names_the_person(store: Store, tmp_path: Path) -> None:
    path = write_answers(tmp_path / "a.jsonl", [("", 0), ("", 30)])
    import_files(store, [path], Settings(person="ana@example.org"))
    assert list_seconds(store) == [None, 30.0]


def test_every_figure_about_labels_says_that_times_are_estimates(store: Store, tmp_path: Path) -> None:
    import_files(store, [write_answers(tmp_path / "a.jsonl", STAMPS)], Settings())
    for name in ("seconds_per_item", "cost_per_accepted_label", "savings", "time_against_quality"):
        assert "The time of 4 of 4 timed labels is estimated" in resolve_figure(store, name, Filters()).note, name
    rows = resolve_figure(store, "seconds_per_item", Filters()).rows
    assert set(rows["basis"]) == {"gap-derived", "unknown"}


def test_scripts_may_name_the_kind_of_their_times(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(
        "item,person,method,finished_at,seconds,time_kind\n"
        "1,ana,manual,2026-03-02T09:00:00Z,,gap-derived\n"
        "2,ana,manual,2026-03-02T09:00:40Z,,gap-derived\n"
        "3,ana,manual,2026-03-02T09:01:00Z,7,gap_derived\n"
        "4,ana,manual,2026-03-02T09:02:00Z,8,\n"
        "5,ana,manual,2026-03-02T09:03:00Z,,reported\n"
        "6,ana,manual,2026-03-02T09:04:00Z,9,guessed\n",
        encoding="utf-8",
    )
    (result,) = import_files(store, [path], Settings())
    assert result.rejects["reason"].to_list() == ["time_kind not known"]
    with store.snapshot() as snapshot:
        labels = snapshot.query("select annotate_ms, time_kind from label order by item").rows()
    assert labels == [
        (None, "none"),
        (40_000, "gap-derived"),
        (7_000, "gap-derived"),
        (8_000, "reported"),
        (None, "none"),
    ]
