"""Methods and stages of labels are filters on Speed and Quality, where they narrow the numbers that have them."""

from __future__ import annotations

import pytest
import worked_labels
from streamlit.testing.v1 import AppTest

PAGE = """
from dashboard.web.cached_store import begin_run, read_contents
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.labeling.page import show_labeling_page
from dashboard.web.pages.labeling.tabs import TAB_CONTROLS, choose_tab, narrow_labels

begin_run()
tab = choose_tab(read_contents())
narrow_labels(show_filter_bar(TAB_CONTROLS[tab]), tab)
show_labeling_page()
"""
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("LABELTIME_STORE", str(worked_labels.filled.shared().folder))
    made = AppTest.from_string(PAGE, default_timeout=60)
    made.query_params["period"] = "All"
    return made


def find_used(app: AppTest) -> str:
    """Return how many timed labels the answer is about."""
    return next(part for block in app.caption for part in block.value.split(" · ") if "timed labels" in part)


def test_a_method_narrows_speed_and_says_how_many_are_chosen(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert find_used(app) == "6 timed labels"
    app.multiselect(key="methods").set_value(["manual"]).run()
    assert not app.exception
    assert app.multiselect(key="methods").label == "Methods (1 of 8)"
    assert app.multiselect(key="stages").label == "Stages"
    assert find_used(app) != "6 timed labels"
    link = next(block.value for block in app.code if "period=All" in block.value)
    assert "methods=manual" in link
    assert any("labeltime ask" in block.value and "--method=manual" in block.value for block in app.code)


def test_a_method_without_labels_offers_to_clear_it(app: AppTest) -> None:
    app.query_params["methods"] = ["synthetic"]
    app.run()
    assert not app.exception
    assert "No labels match" in app.info[0].value
    app.button(key="clear-filters").click().run()
    assert not app.exception
    assert find_used(app) == "6 timed labels"


@pytest.mark.parametrize(("tab", "is_offered"), [("Quality", True), ("Savings", False), ("Outlook", False)])
def test_they_are_offered_where_they_act(app: AppTest, tab: str, *, is_offered: bool) -> None:
    app.query_params["tab"] = tab
    app.query_params["methods"] = ["manual"]
    app.run()
    assert not app.exception
    assert ("methods" in [box.key for box in app.multiselect]) == is_offered
    assert app.session_state["choice"].filters.methods == (("manual",) if is_offered else ())
