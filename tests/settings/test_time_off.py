"""Time off is entered by first and last day, comes back as entered, and lowers capacity."""

from __future__ import annotations

from pathlib import Path

import pytest
from worked_team import filled

from dashboard.errors import BadMapping
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.settings.time_off import TIME_OFF_SHEET
from dashboard.store.generations import Store

HEADER = "person,from_on,to_on,hours\n"


def read_capacity(store: Store, person: str) -> float:
    """Return the hours that a person could have tracked over the whole log."""
    rows = resolve_figure(store, "coverage", Filters(people=(person,)), names=True).rows
    return float(rows.get_column("capacity_hours").sum())


def test_whole_days_and_hours_lower_capacity(tmp_path: Path) -> None:
    store = filled(tmp_path)
    before = read_capacity(store, "Ada")
    # Monday to Sunday and two hours of a Tuesday: Ada works 8 h on each of five weekdays.
    assert TIME_OFF_SHEET.load_csv(store, f"{HEADER}Ada,2026-03-02,2026-03-08,\nAda,2026-03-10,,2\n") == 8
    assert read_capacity(store, "Ada") == pytest.approx(before - 42)
    text = f"{HEADER}Ada,2026-03-02,2026-03-08,\nAda,2026-03-10,2026-03-10,2.0\n"
    assert TIME_OFF_SHEET.format_csv(store).replace("\r", "") == text
    TIME_OFF_SHEET.load_csv(store, HEADER)
    assert read_capacity(store, "Ada") == before


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Nemo,2026-03-02,,", "Nobody is called 'Nemo'"),
        (",2026-03-02,,", "has no person"),
        ("Ada,,,", "has no from_on|has no first day"),
        ("Ada,2026-03-09,2026-03-02,", "ends on 2026-03-02, before it begins"),
        ("Ada,2026-03-02,,25", "is '25'"),
        ("Ada,2026-03-02,2036-03-02,", "days long"),
        ("Ada,2026-03-02,2026-03-03,\nAda,2026-03-03,,4", "time off twice"),
    ],
)
def test_time_off_that_cannot_be_used_changes_nothing(tmp_path: Path, row: str, message: str) -> None:
    store = filled(tmp_path)
    with pytest.raises(BadMapping, match=message):
        TIME_OFF_SHEET.load_csv(store, f"{HEADER}{row}\n")
    assert TIME_OFF_SHEET.list_rows(store).is_empty()
