"""Published figures: those of the program until they are edited, each cited and dated."""

from __future__ import annotations

from pathlib import Path

import pytest
import worked_team

from dashboard.errors import BadMapping
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.settings.references import REFERENCE_SHEET, load_references
from dashboard.store.generations import Store

OWN = {
    "id": "X1", "about": "time", "label": "Our sister team", "percent": "35", "measured": "tracked time on labeling",
    "share_of_time": "yes", "labeling_only": "yes", "grade": "C", "authors": "Sister team", "year": "2026",
    "source": "Yearly report", "url": "https://example.org/report", "caveat": "Other data.",
}  # fmt: skip


def test_a_row_that_is_added_stands_beside_the_own_share(tmp_path: Path) -> None:
    store = worked_team.filled(tmp_path)
    count = REFERENCE_SHEET.save(store, [*load_references().to_dicts(), OWN], None)
    assert count == load_references().height + 1
    compared = resolve_figure(store, "share_against_reference", Filters()).rows
    added = compared.filter(label="Our sister team (2026)").row(0, named=True)
    assert (added["share"], added["grade"]) == (pytest.approx(0.35), "C")
    assert "https://example.org/report" in added["source"]
    assert "X1" in resolve_figure(store, "reference_figures", Filters()).rows.get_column("id").to_list()


def test_an_empty_sheet_brings_those_of_the_program_back(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    REFERENCE_SHEET.save(store, [OWN], None)
    assert REFERENCE_SHEET.list_rows(store).height == 1
    REFERENCE_SHEET.save(store, [], None)
    assert REFERENCE_SHEET.list_rows(store).equals(load_references())


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"source": ""}, "has no source"),
        ({"year": ""}, "has no year"),
        ({"year": "26"}, "year of Line 1 of the published figures"),
        ({"url": "javascript:alert(1)"}, "url of Line 1"),
        ({"percent": "120"}, "no share of time"),
        ({"percent": "40", "percent_to": "30"}, "no range from low to high"),
        ({"share_of_time": "no", "percent": "", "percent_to": "30"}, "no range from low to high"),
    ],
)
def test_a_figure_without_its_source_or_sense_is_refused(tmp_path: Path, cells: dict[str, str], words: str) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(BadMapping, match=words):
        REFERENCE_SHEET.save(store, [{**OWN, **cells}], None)
    assert REFERENCE_SHEET.list_rows(store).equals(load_references())


def test_an_id_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="X1 is there twice"):
        REFERENCE_SHEET.save(Store(tmp_path / "store"), [OWN, OWN], None)
