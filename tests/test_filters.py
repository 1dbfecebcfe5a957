"""Periods by name, and the ones before and after them."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.errors import BadFilter
from dashboard.filters import (
    BEFORE,
    LAST_YEAR,
    Filters,
    find_days_last_year,
    find_next_days,
    find_previous_days,
    resolve_period,
)
from dashboard.reports.request import ReportRequest

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


@pytest.mark.parametrize("compares_with", [BEFORE, LAST_YEAR])
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date.min, date.max),
        (date.min, date(1, 1, 31)),
        (date.min, date(1, 1, 7)),
        (date(1, 2, 3), date(1, 2, 4)),
        (date(9999, 12, 1), date.max),
        (date.max, date.max),
    ],
)
def test_a_period_at_the_edge_of_the_calendar_is_compared_with_what_is_left_of_it(
    first: date, last: date, compares_with: str
) -> None:
    before = Filters(first, last, compares_with=compares_with).previous()
    assert before is not None
    assert before.from_on is not None
    assert before.from_on <= first
    after = Filters(*find_next_days(first, last))
    assert after.to_on is not None
    assert after.to_on >= last
    assert ReportRequest(first, last, week_shift=1).history_filters().from_on is not None


def test_the_year_before_whole_months_ends_with_the_month() -> None:
    assert find_days_last_year(date(2025, 2, 1), date(2025, 2, 28)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert find_days_last_year(date(2025, 1, 1), date(2025, 12, 31)) == (date(2024, 1, 1), date(2024, 12, 31))
