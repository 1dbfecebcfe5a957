"""Categories are a filter on Time alone, where they narrow the hours and leave the labeling share as it is."""

from __future__ import annotations

import pytest
import worked_team
from streamlit.testing.v1 import AppTest

TIME = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.time_split.controls import show_split_bar
from dashboard.web.pages.time_split.page import show_time_split

begin_run()
show_split_bar(show_filter_bar({"period", "projects", "teams", "people", "unit"}))
show_time_split()
"""
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("LABELTIME_STORE", str(worked_team.filled.shared().folder))
    made = AppTest.from_string(TIME, default_timeout=60)
    made.query_params["period"] = "All"
    made.query_params["by"] = "Week"
    return made


def test_categories_narrow_the_hours_and_say_how_many_are_chosen(app: AppTest) -> None:
    app.query_params["categories"] = ["annotating", "review"]
    app.run()
    assert not app.exception
    assert app.session_state["choice"].filters.categories == ("annotating", "review")
    box = app.multiselect(key="categories")
    assert box.label == "Categories (2 of 10)"
    answer = next(block.value for block in app.markdown if "64" in block.value)  # the share is that of all categories
    assert "Review" not in answer
    link = next(block.value for block in app.code if "period=All" in block.value)
    assert "categories=annotating&categories=review" in link
    box.set_value([]).run()
    assert app.multiselect(key="categories").label == "Categories"
    assert app.session_state["choice"].filters.categories == ()


@pytest.mark.parametrize("view", ["Drill down", "Definitions"])
def test_no_categories_are_offered_where_they_do_not_act(app: AppTest, view: str) -> None:
    app.query_params["view"] = view
    app.query_params["categories"] = ["annotating"]
    app.run()
    assert not app.exception
    assert "categories" not in [box.key for box in app.multiselect]
    assert app.session_state["choice"].filters.categories == ()


def test_an_old_link_chooses_a_category_by_the_name_that_it_has_today(app: AppTest) -> None:
    app.query_params["categories"] = ["labeling", "review"]
    app.run()
    assert app.multiselect(key="categories").value == ["annotating", "review"]
    assert app.session_state["choice"].filters.categories == ("annotating", "review")
    app.multiselect(key="categories").set_value(["review"]).run()
    assert app.session_state["choice"].filters.categories == ("review",)


def test_an_old_link_drills_into_a_category_by_the_name_that_it_has_today(app: AppTest) -> None:
    app.query_params["view"] = "Drill down"
    app.query_params["category"] = "labeling"
    app.run()
    assert not app.exception
    assert app.selectbox(key="category").value == "annotating"
    app.selectbox(key="category").set_value("review").run()
    assert app.selectbox(key="category").value == "review"
