"""A store that an earlier version wrote opens, is brought up to date, and gives the answers that version gave."""

from __future__ import annotations

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from store_copies import write_older_generation

from dashboard.cli.terminal import to_json_value
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.store.engine import (
    FACTS_APART,
    hash_vocabulary,
    latest_schema_version,
    read_sql_files,
)
from dashboard.store.generations import Store
from dashboard.store.pointer import Pointer, write_pointer_file

STORES = Path(__file__).parents[2] / "fixtures" / "stores"
ANSWERS: dict[str, dict[str, Any]] = json.loads((STORES / "store_0.1.answers.json").read_text(encoding="utf-8"))
DAY = date(2026, 11, 22)
# What this version counts better, each with the reason: two names of one e-mail are one person, and what one person
# made of an item by hand and from a suggestion are two labels (seven items here), and a draft never submitted is none
# of the label before it. A label of 0 seconds is one of
# unknown time. A share that unsorted hours could move by more than five points is a range, without a point; measures
# of reports are spelled out.
BETTER: dict[str, dict[str, Any]] = json.loads((STORES / "store_0.1.counted_better.json").read_text(encoding="utf-8"))
# What that version called otherwise.
RENAMED = {
    "labeling": "annotating",
    "labeling + labeling operations + review": "annotating + labeling operations + review",
    "data preparation + labeling + labeling operations + review": (
        "annotating + data preparation + labeling operations + review"
    ),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store as version 0.1 left it: exports of trackers, labeling tools and runs."""
    folder = tmp_path_factory.mktemp("older") / "store"
    with zipfile.ZipFile(STORES / "store_0.1.zip") as archive:
        archive.extractall(folder)
    return Store(folder)


def test_readers_that_open_an_older_store_at_once_bring_it_up_to_date_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(STORES / "store_0.1.zip") as archive:
        archive.extractall(tmp_path)
    older = Store(tmp_path).list_generations()

    def read(_: int) -> int:
        with Store(tmp_path).snapshot() as snapshot:
            return int(snapshot.query("select count(*) from time_entry").item())

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(read, range(4)))) == 1
    assert len(Store(tmp_path).list_generations()) == len(older) + 1


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_older_store_gives_the_same_answers(store: Store, name: str) -> None:
    figure = resolve_figure(store, name, Filters(), names=True, today=DAY)
    expected = BETTER.get(name, ANSWERS[name])
    assert [column for column in figure.columns if column in expected["columns"]] == expected["columns"]
    rows = to_json_value(figure.rows.select(figure.columns).to_dicts())
    assert isinstance(rows, list)
    assert len(rows) == len(expected["rows"])
    for row, older in zip(rows, expected["rows"], strict=True):
        for column, value in older.items():
            if column in {"words", "note", "needed", "reason"}:
                continue  # sentences may become better
            if isinstance(value, float):
                assert row[column] == pytest.approx(value, rel=1e-12), column
            else:
                assert row[column] == RENAMED.get(value, value), column


def test_there_is_something_to_compare() -> None:
    assert sum(len(answer["rows"]) for answer in ANSWERS.values()) > len(ANSWERS)


def test_migrations_are_numbered_without_a_gap_or_a_double() -> None:
    numbers = [int(name[:4]) for name, _ in read_sql_files("schema")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_store_is_migrated_where_only_its_tables_are_old(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.folder.mkdir()
    write_older_generation(store.generation_path(1), FACTS_APART - 1)
    write_pointer_file(store.folder, Pointer(1, FACTS_APART - 1, hash_vocabulary()))
    with Store(store.folder).snapshot() as snapshot:
        assert snapshot.read_setting("schema") == str(latest_schema_version())
    assert store.read_pointer().schema == latest_schema_version()
