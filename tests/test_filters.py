"""Periods by name, and the ones before and after them."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.errors import BadFilter
from dashboard.filters import find_next_days, find_previous_days, resolve_period

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("7d", date(2026, 11, 20), date(2026, 11, 26)),
        ("this week", date(2026, 11, 23), date(2026, 11, 26)),
        ("last week", date(2026, 11, 16), date(2026, 11, 22)),
        ("this month", date(2026, 11, 1), date(2026, 11, 26)),
        ("last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("this quarter", date(2026, 10, 1), date(2026, 11, 26)),
        ("last quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("this year", date(2026, 1, 1), date(2026, 11, 26)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("all", None, None),
    ],
)
def test_a_period_has_its_calendar_days(name: str, first: date | None, last: date | None) -> None:
    assert resolve_period(name, FRIDAY) == (first, last)


def test_on_the_first_day_of_a_month_the_last_month_is_the_one_that_has_just_ended() -> None:
    assert resolve_period("last month", date(2026, 12, 1)) == (date(2026, 11, 1), date(2026, 11, 30))
    assert resolve_period("this month", date(2026, 12, 1)) == (date(2026, 12, 1), date(2026, 12, 1))
    assert resolve_period("last year", date(2027, 1, 1)) == (date(2026, 1, 1), date(2026, 12, 31))
    assert resolve_period("last week", date(2026, 11, 30)) == (date(2026, 11, 23), date(2026, 11, 29))


def test_an_unknown_period_names_the_known_ones() -> None:
    with pytest.raises(BadFilter, match="no period 'fortnight'"):
        resolve_period("fortnight", FRIDAY)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2025, 12, 1), date(2026, 2, 28)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 3, 2), date(2026, 3, 8)),
    ],
)
def test_a_step_forth_takes_a_step_back_back(first: date, last: date) -> None:
    assert find_next_days(*find_previous_days(first, last)) == (first, last)
    assert find_previous_days(*find_next_days(first, last)) == (first, last)
