"""Answers kept on disk: the next process has them at once, another state, day, version or a damaged file does not."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported

from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.resolve import query_figure
from dashboard.filters import Filters
from dashboard.store import kept_answers
from dashboard.store.cache import StoreState
from dashboard.store.generations import Store
from dashboard.store.kept_answers import keep_frame, name_folder

ROWS = pl.DataFrame({"hours": [0.1, None], "words": ["日本", None], "week_on": [date(2026, 3, 2), None]})


@pytest.fixture
def state(tmp_path: Path) -> StoreState:
    return StoreState(str(tmp_path), 3)


@pytest.fixture(autouse=True)
def _keep_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_answers, "WORTH_SECONDS", 0)


def fail() -> pl.DataFrame:
    raise AssertionError("computed again")


def test_an_answer_is_computed_once_and_comes_back_as_it_was(state: StoreState) -> None:
    assert keep_frame(state, "hours", lambda: ROWS) is ROWS
    assert keep_frame(state, "hours", fail).equals(ROWS)


@pytest.mark.parametrize("change", ["question", "generation", "version"])
def test_another_question_state_or_version_is_answered_anew(
    state: StoreState, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_frame(state, "hours", lambda: ROWS)
    if change == "version":
        monkeypatch.setattr(kept_answers, "hash_program", lambda: "another")
    asked = state._replace(generation=4) if change == "generation" else state
    assert keep_frame(asked, "others" if change == "question" else "hours", ROWS.head).equals(ROWS)
    with pytest.raises(AssertionError):
        keep_frame(asked, "never asked", fail)


def test_a_store_made_anew_under_the_same_number_is_answered_anew(tmp_path: Path) -> None:
    store = imported(tmp_path / "first", [events(simulate("S0", 1))])
    keep_frame(store.state(), "hours", lambda: ROWS)
    for path in filter(Path.is_file, store.folder.iterdir()):
        path.unlink()
    other = imported(tmp_path / "second", [events(simulate("S0", 2))])
    for path in filter(Path.is_file, other.folder.iterdir()):
        shutil.copy(path, store.folder)
    assert keep_frame(store.state(), "hours", lambda: ROWS.head(1)).height == 1


def test_a_damaged_or_unfinished_file_is_computed_anew(state: StoreState) -> None:
    keep_frame(state, "hours", lambda: ROWS)
    (path,) = name_folder(state).iterdir()
    for content in (path.read_bytes()[:-1], b"", path.read_bytes()[:40] + b"\0" + path.read_bytes()[41:]):
        path.write_bytes(content)
        assert keep_frame(state, "hours", lambda: ROWS.head(1)).height == 1


def test_a_store_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert keep_frame(StoreState(str(tmp_path / "file"), 3), "hours", lambda: ROWS) is ROWS


def test_too_many_answers_drop_the_oldest(state: StoreState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_answers, "MAX_FILES", 4)
    for number in range(9):
        keep_frame(state, number, lambda: ROWS)
        for path in name_folder(state).iterdir():
            stamp = path.stat().st_mtime - 10
            os.utime(path, (stamp, stamp))
    assert len(list(name_folder(state).iterdir())) <= 4
    assert keep_frame(state, 8, fail).equals(ROWS)


def test_a_change_of_the_store_drops_them_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1))])
    with store.snapshot() as snapshot:
        parameters = {"limit": 10, "today": datetime.now(tz=UTC).date(), "tasks": []}
        query_figure(snapshot, CATALOGUE["savings"], Filters(), parameters, names=False)
    folder = name_folder(store.state())
    assert [path.suffix for path in folder.iterdir()] == [".arrow"]
    assert folder.stat().st_mode & 0o077 == 0
    with store.change("nothing"):
        pass
    assert not folder.exists()
    assert Store(store.folder).folder.stat().st_mode & 0o077 == 0
