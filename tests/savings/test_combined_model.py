"""Several automations as one: the interval knows who worked with more than one of them."""

from __future__ import annotations

import math

import polars as pl
import pytest

from dashboard.inference.contract import Interval
from dashboard.savings.model.combined import add_intervals, combine_hours, compute_t_quantile

PEOPLE = ["a", "b", "c", "d"]
PULL = [1.0, -2.0, 3.0, -1.0]


def influence(people: list[str], hours: list[float]) -> pl.DataFrame:
    return pl.DataFrame({"annotator": people, "hours": hours})


def around(value: float) -> Interval:
    return Interval(value, value - 5, value + 5, 0.95)


def test_one_automation_keeps_its_own_interval() -> None:
    assert combine_hours([Interval(10, 4, 17, 0.95)], [influence(PEOPLE, PULL)]) == Interval(10, 4, 17, 0.95)


def test_the_quantile_is_that_of_t() -> None:
    assert compute_t_quantile(4, 0.95) == pytest.approx(3.182446)
    assert math.isinf(compute_t_quantile(1, 0.95))


def test_the_same_people_twice_make_twice_the_doubt() -> None:
    found = combine_hours([around(10), around(20)], [influence(PEOPLE, PULL)] * 2)
    assert found.value == 30
    assert found.high - 30 == pytest.approx(3.182446 * math.sqrt(4 * (1 + 4 + 9 + 1)), rel=1e-6)


def test_different_people_add_variances_and_more_of_them_are_counted() -> None:
    others = influence(["e", "f", "g", "h"], PULL)
    found = combine_hours([around(10), around(20)], [influence(PEOPLE, PULL), others])
    assert found.high - 30 == pytest.approx(compute_t_quantile(8, 0.95) * math.sqrt(2 * (1 + 4 + 9 + 1)), rel=1e-6)


def test_people_whose_errors_cancel_leave_less_doubt() -> None:
    found = combine_hours(
        [around(10), around(20)], [influence(PEOPLE, PULL), influence(PEOPLE, [-one for one in PULL])]
    )
    assert (found.low, found.high) == (30, 30)


def test_errors_of_parts_of_logs_are_added_as_independent_ones() -> None:
    others = influence(PEOPLE, [-one for one in PULL])
    hours = combine_hours([around(10), around(20)], [influence(PEOPLE, PULL), others], [3.0, 4.0])
    assert hours.high - 30 == pytest.approx(compute_t_quantile(4, 0.95) * 5)


def test_bounds_of_people_at_hand_are_added_up() -> None:
    assert add_intervals([Interval(1, 0, 3, 0.95), Interval(-4, -6, -1, 0.95)]) == Interval(-3, -6, 2, 0.95)


def test_nothing_cannot_be_added() -> None:
    with pytest.raises(ValueError, match=r"\[\]"):
        combine_hours([], [])
    with pytest.raises(ValueError, match=r"\[\]"):
        add_intervals([])
