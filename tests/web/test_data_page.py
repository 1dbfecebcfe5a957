"""The Data page without a browser: questions before an import, the import itself, every section, people."""

from __future__ import annotations

from pathlib import Path

import pytest
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.settings.people import read_people
from dashboard.store.generations import Store

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.pages.data.page import show_data_page
from dashboard.web.pages.data.page import show_section_choice
begin_run()
show_section_choice()
show_data_page()
"""
SECTIONS = ("Import", "History", "Rejected rows", "Doubts", "Rules", "People", "Projects", "Rates")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    return AppTest.from_string(PAGE, default_timeout=60)


def words(app: AppTest) -> str:
    """Return all text of the page."""
    blocks = (*app.markdown, *app.subheader, *app.info, *app.error, *app.warning, *app.caption, *app.success)
    return "\n".join(str(block.value) for block in blocks)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_stands_on_an_empty_and_on_a_filled_store(app: AppTest, tmp_path: Path, section: str) -> None:
    app.query_params["section"] = section
    app.run()
    assert not app.exception
    worked_team.filled(tmp_path)
    app.run()
    assert not app.exception
    assert not app.error


def test_a_file_without_a_zone_is_asked_about_and_then_previewed(app: AppTest) -> None:
    toggl = Path(__file__).parents[2] / "fixtures" / "toggl" / "export_2025.csv"
    app.run()
    app.file_uploader[0].upload(toggl.name, toggl.read_bytes(), "text/csv")
    app.run()
    assert not app.exception
    assert "without a time zone" in words(app)
    app.selectbox[0].select("Europe/Berlin").run()
    assert not app.exception
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["New rows"] == "6"
    assert shown["Rejected"] == "1"
    app.button(key="import").click().run()
    assert not app.exception
    assert "6 rows imported" in words(app)


def test_an_unknown_table_is_mapped_by_hand(app: AppTest, tmp_path: Path) -> None:
    app.run()
    table = b"Who,When,Stunden,What\nAda,2026-03-02,1.5,label images\nBob,2026-03-03,2.5,train model\n"
    app.file_uploader[0].upload("odd.csv", table, "text/csv")
    app.run()
    assert not app.exception
    assert "no importer recognises" in words(app).replace("\\", "")
    choice = {box.label: box for box in app.selectbox}
    choice["Day"].select("When")
    choice["Description"].select("What")
    app.button[0].click().run()
    assert not app.exception
    assert {metric.label: metric.value for metric in app.metric}["Hours"] == "4.0 h"
    app.button(key="import").click().run()
    assert Store(tmp_path / "store").generation() == 1


def test_names_are_proposed_and_count_once_confirmed(app: AppTest, tmp_path: Path) -> None:
    store = worked_team.imported(tmp_path)
    app.query_params["section"] = "People"
    app.run()
    assert not app.exception
    assert read_people(store).is_empty()
    app.button(key="aliases-confirm").click().run()
    assert not app.exception
    assert set(read_people(store).get_column("name")) == {"Ada", "Bob", "Cleo", "Dan"}
