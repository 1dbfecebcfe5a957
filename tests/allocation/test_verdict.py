"""One verdict per change: from one function, for whole periods that the log covers on both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_copies import copied

from dashboard.allocation.verdict import Verdict, find_selected_days, judge_change, judge_interval, judge_total
from dashboard.errors import BadFilter
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters, find_days_last_year, find_previous_days
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

MAY = Filters(date(2026, 5, 1), date(2026, 5, 31))
PEOPLE = ("Ada", "Bob", "Cleo", "Dan", "Eve")


@copied
def build_store(folder: Path, hours: dict[date, float], category: str = "annotating") -> Store:
    """Return a store in which five people track eight hours a workday, so many of them labeling."""
    lines = ["person,day_on,seconds,project,category"]
    for day, labeling in hours.items():
        for name in PEOPLE:
            lines.append(f"{name},{day},{labeling * 3600:.0f},Signs,{category}")
            lines.append(f"{name},{day},{(8 - labeling) * 3600:.0f},Signs,modeling")
    file = folder / "log.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    store = Store(folder / "store")
    import_files(store, [file], Settings())
    return store


def workdays(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def change(store: Store, measure: str, filters: Filters = MAY) -> dict[str, Any]:
    rows = resolve_figure(store, "period_change", filters).rows
    return rows.filter(scope="everyone", measure=measure).row(0, named=True)


@pytest.mark.parametrize(
    ("now", "then", "around_now", "around_then", "verdict"),
    [
        (0.5, 0.4, (0.47, 0.53), (0.37, 0.43), Verdict.rose),
        (0.4, 0.5, (0.37, 0.43), (0.47, 0.53), Verdict.fell),
        (0.5, 0.4, (0.42, 0.58), (0.37, 0.43), Verdict.unclear),
        (0.4, 0.5, None, (0.47, 0.53), Verdict.unclear),
        (0.4, 0.404, (0.4, 0.4), (0.404, 0.404), Verdict.unclear),
        (0.4, 0.407, (0.4, 0.4), (0.407, 0.407), Verdict.fell),
        (0.4, None, (0.3, 0.5), None, Verdict.uncompared),
    ],
)
def test_only_intervals_that_part_are_a_rise_or_a_fall(
    now: float,
    then: float | None,
    around_now: tuple[float, float] | None,
    around_then: tuple[float, float] | None,
    verdict: Verdict,
) -> None:
    assert judge_change(now, then, around_now, around_then) is verdict


def test_a_total_is_judged_by_its_size_alone() -> None:
    assert judge_total(103, 100) is Verdict.rose
    assert judge_total(97, 100) is Verdict.fell
    assert judge_total(101, 100) is Verdict.unclear
    assert judge_total(101, 0) is Verdict.uncompared
    assert judge_total(0.54, 0.51) is Verdict.unclear  # both are printed as 0.5 h
    assert judge_interval(-0.1, 0.1) is Verdict.unclear


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2026, 5, 1), date(2026, 5, 31), (date(2026, 4, 1), date(2026, 4, 30))),
        (date(2026, 3, 1), date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 4, 1), date(2026, 6, 30), (date(2026, 1, 1), date(2026, 3, 31))),
        (date(2026, 1, 1), date(2026, 12, 31), (date(2025, 1, 1), date(2025, 12, 31))),
        (date(2026, 5, 4), date(2026, 5, 10), (date(2026, 4, 27), date(2026, 5, 3))),
    ],
)
def test_whole_calendar_periods_stand_against_whole_ones(first: date, last: date, before: tuple[date, date]) -> None:
    assert find_previous_days(first, last) == before
    previous = Filters(first, last).previous()
    assert previous is not None
    assert (previous.from_on, previous.to_on) == before


def test_a_clear_rise_is_told_as_one(tmp_path: Path) -> None:
    days = workdays(date(2026, 4, 1), date(2026, 5, 31))
    store = build_store(tmp_path, {day: 6 if day >= date(2026, 5, 1) else 2 for day in days})
    row = change(store, "labeling_of_all_tracked")
    assert (row["verdict"], row["before"], row["now"], row["reason"]) == ("rose", 0.25, 0.75, "")
    assert row["before_from"] == date(2026, 4, 1)
    words = resolve_figure(store, "change_explained", MAY).rows.item(0, "words")
    assert words.startswith("Labeling's share of labeling and modeling rose from 25.0% to 75.0% (+50.0 points)")


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ([date(2026, 4, 30), *workdays(date(2026, 5, 1), date(2026, 5, 31))], "begins on 30 Apr 2026"),
        (workdays(date(2026, 4, 1), date(2026, 5, 15)), "ends on 15 May 2026"),
        ([date(2026, 4, 1), *workdays(date(2026, 5, 1), date(2026, 5, 31))], "too few days of one period"),
    ],
)
def test_a_period_that_the_log_does_not_cover_is_not_compared(tmp_path: Path, days: list[date], reason: str) -> None:
    store = build_store(tmp_path, dict.fromkeys(days, 4.0))
    for measure in ("labeling_of_all_tracked", "labeling_of_labeling_and_modeling", "tracked_hours"):
        row = change(store, measure)
        assert (row["verdict"], row["change"]) == ("cannot be compared", None)
        assert reason in row["reason"]
        before, current = (sum(day.month == month for day in days) for month in (4, 5))
        assert f"{before} day{'' if before == 1 else 's'} with {before * 40:,} h" in row["reason"]
        assert f"{current} days with {current * 40:,} h" in row["reason"]
    refused = resolve_figure(store, "change_explained", MAY).unavailable
    assert refused is not None
    assert reason in refused.reason


def test_hours_that_are_not_sorted_forbid_a_verdict(tmp_path: Path) -> None:
    days = workdays(date(2026, 4, 1), date(2026, 5, 31))
    store = build_store(tmp_path, {day: 6 if day >= date(2026, 5, 1) else 2 for day in days}, category="")
    row = change(store, "labeling_of_labeling_and_modeling")
    assert row["verdict"] == "cannot be compared"
    assert "not sorted yet" in row["reason"]


YEAR_BEFORE = workdays(date(2025, 5, 1), date(2025, 5, 31))
TWO_YEARS = {
    **dict.fromkeys(YEAR_BEFORE, 2.0),
    **dict.fromkeys(workdays(date(2025, 6, 1), date(2026, 4, 30)), 6.0),
    **dict.fromkeys(workdays(date(2026, 5, 1), date(2026, 5, 31)), 4.0),
}


def test_the_same_period_last_year_gives_its_own_verdict(tmp_path: Path) -> None:
    store = build_store(tmp_path, TWO_YEARS)
    of_both = "labeling_of_labeling_and_modeling"
    assert change(store, of_both)["before"] == pytest.approx(0.75)
    row = change(store, of_both, replace(MAY, compares_with="same period last year"))
    assert (row["before"], row["now"]) == (pytest.approx(0.25), pytest.approx(0.5))
    assert (row["before_from"], row["before_to"]) == (date(2025, 5, 1), date(2025, 5, 31))
    assert row["verdict"] == Verdict.rose


def test_a_year_that_the_log_does_not_reach_is_not_compared(tmp_path: Path) -> None:
    store = build_store(tmp_path, TWO_YEARS)
    april = Filters(date(2026, 4, 1), date(2026, 4, 30), compares_with="same period last year")
    row = change(store, "tracked_hours", april)
    assert row["verdict"] == Verdict.uncompared
    assert "begins on 1 May 2025, after the period to compare with began" in row["reason"]


def test_an_earlier_project_is_compared_by_its_share_and_not_by_its_hours(tmp_path: Path) -> None:
    lines = ["person,day_on,seconds,project,category"]
    for day in workdays(date(2026, 1, 1), date(2026, 5, 31)):
        project, labeling = ("Signs", 6) if day < date(2026, 4, 1) else ("Lanes", 2)
        lines += [f"{name},{day},{labeling * 3600},{project},annotating" for name in PEOPLE]
        lines += [f"{name},{day},{(8 - labeling) * 3600},{project},modeling" for name in PEOPLE]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [tmp_path / "log.csv"], Settings())
    lanes = replace(MAY, projects=("Lanes",), compares_with="project Signs")
    row = change(store, "labeling_of_labeling_and_modeling", lanes)
    assert (row["before"], row["now"], row["verdict"]) == (pytest.approx(0.75), pytest.approx(0.25), Verdict.fell)
    assert (row["before_from"], row["before_to"]) == (date(2026, 1, 1), date(2026, 3, 31))
    assert change(store, "tracked_hours", lanes)["verdict"] == Verdict.uncompared
    refused = resolve_figure(store, "change_explained", lanes).unavailable
    assert refused is not None
    assert "no parts in common" in refused.reason
    missing = change(store, "tracked_hours", replace(lanes, compares_with="project Nothing of that"))
    assert "Nothing of that has no time in the log" in missing["reason"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 2, 1), date(2026, 2, 28), (date(2025, 2, 1), date(2025, 2, 28))),
        (date(2024, 2, 1), date(2024, 2, 29), (date(2023, 2, 1), date(2023, 2, 28))),
        (date(2025, 2, 1), date(2025, 2, 28), (date(2024, 2, 1), date(2024, 2, 29))),
        (date(2026, 3, 2), date(2026, 3, 8), (date(2025, 3, 3), date(2025, 3, 9))),  # both from Monday to Sunday
        (date(2026, 3, 5), date(2026, 3, 7), (date(2025, 3, 5), date(2025, 3, 7))),
        (date(2024, 2, 29), date(2024, 3, 4), (date(2023, 2, 28), date(2023, 3, 4))),
    ],
)
def test_the_days_of_a_year_earlier(first: date, last: date, expected: tuple[date, date]) -> None:
    assert find_days_last_year(first, last) == expected


def test_what_nothing_can_be_compared_with_is_refused() -> None:
    with pytest.raises(BadFilter, match="Nothing can be compared with 'last summer'"):
        Filters(compares_with="last summer")


def test_the_first_day_of_the_calendar_ends_a_period() -> None:
    assert find_selected_days({"to_on": date.min}, date(2026, 3, 31)) == (date.min, date.min)
