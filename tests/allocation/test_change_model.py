"""Why time changed: cases worked by hand, and contributions that always add up."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.allocation.model.change import SHARE_COLUMNS, WORK_COLUMNS, decompose_share, decompose_time

Rows = list[tuple[str, int, int, int, int]]
COUNTS = st.integers(0, 500)


def work(*rows: tuple[str, int, int, int, int]) -> pl.DataFrame:
    """Return cells: name, labels before and now, milliseconds before and now."""
    return pl.DataFrame(list(rows), schema=WORK_COLUMNS, orient="row")


def parts(change: pl.DataFrame) -> dict[tuple[str, str], float]:
    """Return the contributions by cell and factor."""
    return {(cell, factor): value for cell, factor, value in change.iter_rows()}


def test_twice_the_labels_at_the_same_pace_is_volume() -> None:
    found = decompose_time(work(("a", 10, 20, 10_000, 20_000)))
    assert parts(found.contributions) == {("", "volume"): 10_000, ("a", "mix"): 0, ("a", "rate"): 0}


def test_half_the_time_a_label_is_rate() -> None:
    found = decompose_time(work(("a", 10, 10, 10_000, 5_000)))
    assert parts(found.contributions) == {("", "volume"): 0, ("a", "mix"): 0, ("a", "rate"): -5_000}


def test_more_of_the_slow_kind_is_mix() -> None:
    # 10 labels each time at 1 s and 3 s: 5 + 5 before, 2 + 8 now; the slow ones stand above the mean, the fast below.
    found = parts(decompose_time(work(("fast", 5, 2, 5_000, 2_000), ("slow", 5, 8, 15_000, 24_000))).contributions)
    assert found[("", "volume")] == 0
    assert found[("fast", "rate")] == found[("slow", "rate")] == 0
    assert found[("fast", "mix")] + found[("slow", "mix")] == 6_000
    assert found[("fast", "mix")] == pytest.approx(-3 * (1_000 - 2_300), abs=1)
    assert found[("slow", "mix")] == pytest.approx(3 * (3_000 - 2_300), abs=1)


def test_a_new_project_is_mix_and_volume_not_pace() -> None:
    found = parts(decompose_time(work(("old", 10, 10, 10_000, 10_000), ("new", 0, 10, 0, 50_000))).contributions)
    assert found[("new", "rate")] == found[("old", "rate")] == 0
    assert found[("", "volume")] + found[("new", "mix")] + found[("old", "mix")] == 50_000


def test_nothing_before_is_volume_alone() -> None:
    found = decompose_time(work(("a", 0, 5, 0, 700)))
    assert parts(found.contributions) == {("", "volume"): 700.0}


@given(st.lists(st.tuples(COUNTS, COUNTS, st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=6))
def test_contributions_add_up_to_the_millisecond(cells: list[tuple[int, int, int, int]]) -> None:
    rows = [
        (f"cell {place}", before, now, then if before else 0, after if now else 0)
        for place, (before, now, then, after) in enumerate(cells)
    ]
    found = decompose_time(work(*rows))
    assert found.contributions.get_column("contribution").sum() == found.now - found.before


def test_a_share_rises_by_what_is_done_and_by_where() -> None:
    # Project a spends half of its time on labeling, b all of it; b grows from half to three quarters of the time.
    frame = pl.DataFrame([("a", 50, 50, 100, 100), ("b", 100, 300, 100, 300)], schema=SHARE_COLUMNS, orient="row")
    found = decompose_share(frame)
    assert found is not None
    assert (found.before, found.now) == (0.75, 0.875)
    told = parts(found.contributions)
    assert told[("a", "rate")] == told[("b", "rate")] == 0
    assert told[("b", "mix")] == pytest.approx(0.25 * (1 - 0.8125))
    assert told[("a", "mix")] == pytest.approx(-0.25 * (0.5 - 0.8125))


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), min_size=1, max_size=6))
def test_contributions_to_a_share_add_up(cells: list[tuple[int, int, int, int]]) -> None:
    rows = [
        (f"cell {place}", then, after, then + more, after + later)
        for place, (then, after, more, later) in enumerate(cells)
    ]
    found = decompose_share(pl.DataFrame(rows, schema=SHARE_COLUMNS, orient="row"))
    if found is None:
        assert not sum(row[3] for row in rows) or not sum(row[4] for row in rows)
        return
    assert found.contributions.get_column("contribution").sum() == pytest.approx(found.now - found.before, abs=1e-9)
