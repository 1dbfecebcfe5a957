"""The cache: each answer is computed once, by whichever thread comes first, and what is old or too much is dropped."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Event, Thread

import numpy as np
import polars as pl
import pytest

from dashboard.store.cache import ANY_STATE, StoreCache, StoreState, measure_size
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

STATE = StoreState("store", 1)
THREADS = 8
PATIENCE = 20.0  # seconds until a test that hangs fails


def counter(answers: list[int], answer: int = 7) -> Callable[[], int]:
    def compute() -> int:
        answers.append(answer)
        return answer

    return compute


def test_threads_that_ask_the_same_at_once_compute_it_once() -> None:
    cache, computed, begin = StoreCache(), [], Barrier(THREADS)
    slow = Event()

    def compute() -> object:
        computed.append(1)
        slow.wait(0.2)
        return object()

    def ask(_: int) -> object:
        begin.wait(PATIENCE)
        return cache.recall(STATE, "question", compute)

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(ask, range(THREADS)))
    assert len(computed) == 1
    assert len(set(map(id, answers))) == 1


def test_threads_with_other_questions_do_not_wait_for_each_other() -> None:
    cache, other_is_done = StoreCache(), Event()
    slow = Thread(target=lambda: cache.recall(STATE, "slow", lambda: other_is_done.wait(PATIENCE)))
    slow.start()
    assert cache.recall(STATE, "quick", lambda: 1) == 1
    other_is_done.set()
    slow.join(PATIENCE)
    assert cache.recall(STATE, "slow", lambda: False) is True


def test_none_is_an_answer_too() -> None:
    cache = StoreCache()
    assert cache.recall(STATE, "question", lambda: None) is None
    assert cache.recall(STATE, "question", lambda: 1) is None


def test_a_new_generation_drops_the_answers_about_the_old_one_and_no_others() -> None:
    cache = StoreCache()
    for state in (STATE, StoreState("elsewhere", 1), ANY_STATE):
        cache.recall(state, "question", lambda: 1)
    assert cache.recall(StoreState("store", 2), "question", lambda: 2) == 2
    assert len(cache) == 3
    assert cache.recall(StoreState("elsewhere", 1), "question", lambda: 3) == 1
    assert cache.recall(ANY_STATE, "question", lambda: 3) == 1
    assert cache.recall(STATE, "question", lambda: 3) == 3


def test_an_answer_that_comes_after_its_generation_went_is_given_but_not_cached() -> None:
    cache = StoreCache()

    def compute() -> int:
        cache.recall(StoreState("store", 2), "question", lambda: 2)
        return 1

    assert cache.recall(STATE, "question", compute) == 1
    assert len(cache) == 1
    assert cache.recall(StoreState("store", 2), "question", lambda: 3) == 2


def test_the_least_recently_used_answer_goes_first() -> None:
    cache = StoreCache(max_entries=2)
    for question in ("a", "b"):
        cache.recall(STATE, question, lambda: 1)
    cache.recall(STATE, "a", lambda: 2)
    cache.recall(STATE, "c", lambda: 1)
    assert len(cache) == 2
    assert cache.recall(STATE, "a", lambda: 3) == 1
    assert cache.recall(STATE, "b", lambda: 3) == 3


def test_the_bound_in_bytes_holds_whatever_threads_do() -> None:
    cache, array = StoreCache(max_bytes=100_000), np.zeros(1_000)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda number: cache.recall(STATE, number % 40, array.copy), range(400)))
    assert 0 < len(cache) <= 100_000 // array.nbytes


def test_an_answer_above_its_own_bound_is_given_and_pushes_nothing_out() -> None:
    cache, computed = StoreCache(), []
    cache.recall(STATE, "small", counter(computed))
    array = np.zeros(1_000)
    assert cache.recall(STATE, "large", lambda: array, array.nbytes - 1) is array
    assert len(cache) == 1
    assert cache.recall(STATE, "fitting", array.copy, 2 * array.nbytes) is cache.recall(STATE, "fitting", array.copy)
    assert cache.recall(STATE, "small", counter(computed)) == 7
    assert computed == [7]


def test_a_query_is_run_once_for_the_same_generation_and_parameters(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.change("begin") as change:
        assert run_query(change, "category_rules", {}) is not run_query(change, "category_rules", {})
    with store.snapshot() as snapshot:
        rules, rejected = run_query(snapshot, "category_rules", {}), run_query(snapshot, "bad_rows", {"limit": 5})
        assert run_query(snapshot, "category_rules", {"limit": 5}) is rules  # it asks for no limit
        assert run_query(snapshot, "bad_rows", {"limit": 5, "today": "any"}) is rejected
        assert run_query(snapshot, "bad_rows", {"limit": 6}) is not rejected
    with store.change("rules") as change:
        change.execute("delete from category_rule where position > 2")
    with store.snapshot() as snapshot:
        assert run_query(snapshot, "category_rules", {}).height == 2 < rules.height


def test_an_exception_is_passed_on_and_not_cached() -> None:
    cache, computed = StoreCache(), []

    def fail() -> int:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        cache.recall(STATE, "question", fail)
    assert len(cache) == 0
    assert cache.recall(STATE, "question", counter(computed)) == 7
    assert computed == [7]


def test_a_thread_that_waits_for_one_that_fails_computes_the_answer_itself() -> None:
    cache, is_running, may_fail = StoreCache(), Event(), Event()

    def fail() -> int:
        is_running.set()
        may_fail.wait(PATIENCE)
        raise ValueError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.recall, STATE, "question", fail)
        is_running.wait(PATIENCE)
        second = pool.submit(cache.recall, STATE, "question", lambda: 1)
        may_fail.set()
        assert second.result(PATIENCE) == 1
        assert isinstance(first.exception(PATIENCE), ValueError)


def test_a_question_that_asks_itself_does_not_wait_for_ever() -> None:
    cache = StoreCache()
    assert cache.recall(STATE, "question", lambda: cache.recall(STATE, "question", lambda: 1)) == 1


def test_a_change_that_is_not_published_is_never_cached(tmp_path: Path) -> None:
    store, cache, computed = Store(tmp_path), StoreCache(), []
    with store.change("begin") as change:
        assert change.state is None
        for _ in range(2):
            cache.recall(change.state, "question", counter(computed))
    assert len(computed) == 2
    with store.snapshot() as snapshot:
        assert snapshot.state == store.state()
        assert store.state()[:2] == (str(tmp_path.resolve()), 1)


def test_the_size_of_an_answer_counts_what_is_in_it() -> None:
    @dataclass
    class Answer:
        rows: pl.DataFrame
        draws: dict[str, object]

    answer = Answer(pl.DataFrame({"a": [1, 2, 3]}), {"hours": np.zeros(10), "pages": (b"12345", "678")})
    assert measure_size(answer) == 24 + 80 + 8
