"""A click on a bar of Time narrows the filters to it, or lists its entries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.allocation.chart_frames import OTHERS
from dashboard.allocation.charts import draw_hours_by_category, draw_hours_by_project
from dashboard.figures.chart_base import Spec
from dashboard.theme import Mode
from dashboard.web.chart_picks import PICK, find_days, make_clickable, read_pick

PAGE = """
from collections.abc import Callable
from datetime import date
from dashboard.web.cached_store import begin_run
from dashboard.web.chart_picks import show_pick
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.time_split.controls import show_split_bar
from dashboard.web.pages.time_split.page import show_time_split
begin_run()
show_split_bar(show_filter_bar())
show_time_split()
show_pick(PICKED, "test")
"""
pytestmark = pytest.mark.filterwarnings("default")


def open_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pick: dict[str, Any]) -> AppTest:
    """Return the page Time with a bar that was clicked."""
    monkeypatch.setenv("LABELTIME_STORE", str(worked_team.filled(tmp_path).folder))
    page = AppTest.from_string(PAGE.replace("PICKED", repr(pick).replace("datetime.date", "date")), default_timeout=60)
    page.query_params["period"] = "All"
    page.run()
    assert not page.exception
    return page


def find_project(page: AppTest) -> str:
    """Return a project of the filters."""
    return str(page.multiselect(key="project").options[0])


def test_one_click_narrows_the_filters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = find_project(open_time(tmp_path / "first", monkeypatch, {}))
    pick = {"category": "annotating", "project": project, "from": date(2026, 3, 2), "to": date(2026, 3, 8)}
    page = open_time(tmp_path, monkeypatch, pick)
    assert f"annotating, {project}, 2 Mar 2026 to 8 Mar 2026" in [text.value for text in page.text]
    page.button(key="test-only").click().run()
    assert not page.exception
    filters = page.session_state["choice"].filters
    assert (filters.categories, filters.projects) == (("annotating",), (project,))
    assert (filters.from_on, filters.to_on) == (date(2026, 3, 2), date(2026, 3, 8))


def test_one_click_lists_the_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_time(tmp_path, monkeypatch, {"category": "annotating"})
    page.button(key="test-entries").click().run()
    assert not page.exception
    assert "Single entries" in [heading.value for heading in page.subheader]
    entries = page.dataframe[-1].value
    assert set(entries["category"]) == {"annotating"}


def test_nothing_is_offered_before_a_click(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_time(tmp_path, monkeypatch, {})
    assert not [button for button in page.button if button.key and button.key.endswith(("-only", "-entries"))]


@pytest.mark.parametrize("draw", [draw_hours_by_category, draw_hours_by_project])
def test_a_chart_that_can_be_clicked_is_drawn_anew_and_the_cached_one_stays(draw: Callable[[Mode], Spec]) -> None:
    spec = draw("light")
    clickable = make_clickable(spec, ("category",))
    assert PICK not in str(spec)
    bars = clickable["layer"][0] if "layer" in clickable else clickable
    assert bars["params"] == [{"name": PICK, "select": {"type": "point", "fields": ["category"]}}]
    assert bars["mark"]["cursor"] == "pointer"


def test_what_a_click_tells() -> None:
    assert read_pick({"selection": {PICK: [{"project": "Lanes", "category": "annotating"}]}}) == {
        "project": "Lanes",
        "category": "annotating",
    }
    assert read_pick({"selection": {PICK: [{"project": OTHERS, "category": "annotating"}]}}) == {
        "category": "annotating"
    }
    assert read_pick({"selection": {PICK: []}}) == read_pick(None) == {}


def test_a_bar_of_a_chart_over_time_stands_for_its_days() -> None:
    rows = pl.DataFrame({"label": ["2 Mar", "9 Mar"], "begins_on": [date(2026, 3, 2), date(2026, 3, 9)]})
    last = date(2026, 3, 12)
    assert find_days(rows, {"label": "2 Mar"}, last) == {"from": date(2026, 3, 2), "to": date(2026, 3, 8)}
    newest = find_days(rows, {"label": "9 Mar", "category": "annotating"}, last)
    assert newest == {"category": "annotating", "from": date(2026, 3, 9), "to": last}
    assert find_days(rows, {}, last) == {}
