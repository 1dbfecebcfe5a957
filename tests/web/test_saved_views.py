"""Saved views in the filter bar: save, open, rename, delete and undo, on the real app and a real store."""

from __future__ import annotations

from pathlib import Path

import pytest
import worked_labels
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.settings.views import read_views, save_view
from dashboard.store.generations import Store
from dashboard.store.write_lock import lock_store
from dashboard.web import cached_store

APP = Path(__file__).parents[2] / "dashboard" / "web" / "app.py"
LABELING = """
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
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    made = worked_team.filled(tmp_path)
    monkeypatch.setenv("LABELTIME_STORE", str(made.folder))
    return made


def names(store: Store) -> list[str]:
    """Return the names of the saved views."""
    return read_views(store).get_column("view").to_list()


def click(app: AppTest, key: str) -> None:
    """Press a button; the page must stand."""
    app.button(key=key).click().run()
    assert not app.exception


def open_app(**parameters: str) -> AppTest:
    """Return the app at an address."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_filters_are_named_and_opened_again(store: Store) -> None:
    project = worked_team_project(store)
    app = open_app(period="Custom", project=project, who="Engineers only", **{"from": "2026-03-02", "to": "2026-03-08"})
    app.text_input(key="view-new").set_value("  First   week ")
    click(app, "view-save")
    assert names(store) == ["First week"]

    app = open_app(period="All")
    click(app, "view-open-0")
    state = app.session_state
    assert (state["period"], state["project"], state["who"]) == ("Custom", [project], "Engineers only")
    assert (str(state["from"]), str(state["to"])) == ("2026-03-02", "2026-03-08")
    assert app.button(key="view-open-0").disabled  # it is what is shown


def worked_team_project(store: Store) -> str:
    """Return a project of the log."""
    with store.snapshot() as snapshot:
        return str(snapshot.query("select min(project) from time_day where project <> ''").item())


def test_a_view_is_renamed_and_deleted_in_place_and_brought_back(store: Store) -> None:
    save_view(store, {"view": "Quarter", "period": "Last quarter"})
    app = open_app(period="All")
    click(app, "view-edit-0")
    app.text_input(key="view-name").set_value("Quarter before")
    click(app, "view-rename")
    assert names(store) == ["Quarter before"]
    click(app, "view-edit-0")
    click(app, "view-delete")
    assert names(store) == []
    click(app, "view-undo")
    assert names(store) == ["Quarter before"]


def test_a_bad_name_is_told_and_what_was_typed_stays(store: Store) -> None:
    save_view(store, {"view": "Quarter", "period": "Last quarter"})
    save_view(store, {"view": "Month", "period": "Last month"})
    app = open_app(period="All")
    click(app, "view-edit-0")
    app.text_input(key="view-name").set_value("Quarter")
    click(app, "view-rename")
    assert "is there twice" in app.error[0].value
    assert app.text_input(key="view-name").value == "Quarter"
    assert names(store) == ["Month", "Quarter"]


def test_an_undo_does_not_take_back_what_was_changed_since(store: Store) -> None:
    save_view(store, {"view": "Quarter", "period": "Last quarter"})
    app = open_app(period="All")
    click(app, "view-edit-0")
    click(app, "view-delete")
    save_view(store, {"view": "Month", "period": "Last month"})
    click(app, "view-undo")
    assert names(store) == ["Month"]


def test_an_undo_that_cannot_be_stored_says_why_and_can_be_tried_again(store: Store) -> None:
    save_view(store, {"view": "Quarter", "period": "Last quarter"})
    app = open_app(period="All")
    click(app, "view-edit-0")
    click(app, "view-delete")
    cached_store._open_folder(str(store.folder)).lock_seconds = 0.1  # noqa: SLF001 - two minutes are too long here
    with lock_store(store.folder, 1.0):
        click(app, "view-undo")
    assert "Another import is still writing" in app.error[0].value
    assert names(store) == []
    click(app, "view-undo")
    assert names(store) == ["Quarter"]


def test_methods_and_stages_of_a_link_are_in_its_view_and_come_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    labels = worked_labels.filled(tmp_path)
    monkeypatch.setenv("LABELTIME_STORE", str(labels.folder))
    page = AppTest.from_string(LABELING, default_timeout=60)
    page.query_params.update({"period": ["All"], "methods": ["manual"], "stages": ["annotate", "review"]})
    page.run()
    assert not page.exception
    assert page.multiselect(key="stages").label == "Stages (2 of 4)"
    page.text_input(key="view-new").set_value("By hand")
    click(page, "view-save")
    (view,) = read_views(labels).to_dicts()
    assert (view["methods"], view["stages"]) == ("manual", "annotate;review")
    page.multiselect(key="methods").set_value([]).run()
    assert not page.button(key="view-open-0").disabled
    click(page, "view-open-0")
    assert page.session_state["choice"].filters.methods == ("manual",)
    assert page.button(key="view-open-0").disabled
