"""What people answered, from a file to the figures: a published alpha, a shift of labels, and old stores."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

HEADER = "item,person,method,finished_at,seconds,answer,automation\n"
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units, missing data.
OBSERVERS = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}


def filled(folder: Path, rows: list[str], header: str = HEADER) -> Store:
    """Return a store that holds a log."""
    store = Store(folder / "store")
    file = folder / "log.csv"
    file.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    import_files(store, [file], Settings(zone="UTC"))
    return store


def test_the_published_alpha_comes_out_of_the_figure(tmp_path: Path) -> None:
    rows = [
        f"u{unit},{who},manual,2026-03-02T10:{unit:02d}:00Z,60,{answer},"
        for who, told in OBSERVERS.items()
        for unit, answer in enumerate(told.split())
        if answer != "."
    ]
    found = resolve_figure(filled(tmp_path, rows), "agreement", Filters()).rows.row(0, named=True)
    assert found["measure"] == "alpha of the answers"
    assert found["value"] == pytest.approx(0.743, abs=0.0005)
    assert (found["items"], found["people"]) == (11, 4)
    assert found["low"] < found["value"] < found["high"]


def both_ways(assisted: str, count: int = 60) -> list[str]:
    """Return items that are labeled blind, half of them yes, and with a suggestion that says the same to all."""
    return [
        line
        for n in range(count)
        for line in (
            f"i{n},Ann,manual,2026-03-02T10:00:{n % 60:02d}Z,60,{'yes' if n % 2 else 'no'},",
            f"i{n},Ben,pre-annotated,2026-03-03T10:00:{n % 60:02d}Z,30,{assisted or ('yes' if n % 2 else 'no')},drafts",
        )
    ]


def test_suggestions_that_pull_the_answers_are_found(tmp_path: Path) -> None:
    found = resolve_figure(filled(tmp_path, both_ways("yes")), "anchoring", Filters()).rows.row(0, named=True)
    assert (found["compared"], found["items"], found["shifted"]) == ("answers", 60, True)
    assert found["distance_share"] == pytest.approx(0.5)


def test_answers_that_stay_are_no_shift(tmp_path: Path) -> None:
    found = resolve_figure(filled(tmp_path, both_ways("")), "anchoring", Filters()).rows.row(0, named=True)
    assert (found["compared"], found["shifted"], found["distance_share"]) == ("answers", False, 0.0)


def test_a_file_with_answers_is_the_file_without_them(tmp_path: Path) -> None:
    """Who imported the log before must not get every row twice: the answers make the same labels better known."""
    rows = both_ways("yes", 3)
    bare = [",".join(cell for place, cell in enumerate(row.split(",")) if place != 5) for row in rows]
    store = filled(tmp_path, bare, HEADER.replace(",answer", ""))
    (tmp_path / "again.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    result = import_files(store, [tmp_path / "again.csv"], Settings(zone="UTC"))[0]
    assert (result.accepted, result.changed, result.duplicate) == (0, 6, 0)


def test_label_studio_tells_answers(tmp_path: Path) -> None:
    tasks = [
        {
            "id": n,
            "data": {"text": "x"},
            "project": 1,
            "annotations": [
                {
                    "id": 10 * n + who,
                    "completed_by": who,
                    "created_at": "2026-03-02T10:00:00Z",
                    "lead_time": 20.0,
                    "result": [
                        {"from_name": "tone", "type": "choices", "origin": "manual",
                         "value": {"choices": ["good" if n % 2 or (who == 2 and n == 4) else "bad"]}}
                    ],
                }
                for who in (1, 2)
            ],
        }
        for n in range(1, 13)
    ]  # fmt: skip
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [tmp_path / "export.json"], Settings())
    found = resolve_figure(store, "agreement", Filters()).rows.filter(measure="alpha of the answers").row(0, named=True)
    # 12 items, 24 answers, 13 good and 11 bad, one item apart: 1 - 23 x (2 / 24) / (2 x 13 x 11 / 24) by hand.
    assert found["value"] == pytest.approx(1 - 23 * 2 / (2 * 13 * 11))


def test_ratings_are_compared_by_their_distance(tmp_path: Path) -> None:
    header = HEADER.replace("automation", "label_kind")
    rows = [
        f"u{unit},{who},manual,2026-03-02T10:{unit:02d}:00Z,60,stars: {answer},rating"
        for who, told in OBSERVERS.items()
        for unit, answer in enumerate(told.split())
        if answer != "."
    ]
    found = resolve_figure(filled(tmp_path, rows, header), "agreement", Filters()).rows.row(0, named=True)
    assert found["value"] == pytest.approx(0.849, abs=0.0005)
    assert "interval" in found["method"]


def test_tools_that_write_no_answer_alike_are_compared_by_objects(tmp_path: Path) -> None:
    rows = [f"{row},2" for row in both_ways("Ja")]
    store = filled(tmp_path, rows, HEADER.replace("\n", ",objects\n"))
    found = resolve_figure(store, "anchoring", Filters()).rows.row(0, named=True)
    assert (found["compared"], found["items"]) == ("number of objects", 60)


def test_a_long_answer_is_kept_as_its_digest(tmp_path: Path) -> None:
    long = "x" * 201
    rows = [f"i{n},Ann,manual,2026-03-02T10:0{n}:00Z,60,{long if n else 'x'}," for n in range(2)]
    with filled(tmp_path, rows).snapshot() as snapshot:
        told = snapshot.query("select answer from label order by item").get_column("answer").to_list()
    assert told == ["x", f"sha256:{sha256(long.encode()).hexdigest()[:16]}"]
