"""A page that is open while the data change says so, and shows the new data when asked."""

from __future__ import annotations

from pathlib import Path

import pytest
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.settings.notes import save_notes
from dashboard.store.generations import Store

HINT = "The data was changed since"
# A fragment runs by itself in a browser; here a rerun that does not begin on the newest data stands for it.
OPEN_PAGE = """
import streamlit as st
from dashboard.web.cached_store import begin_run
from dashboard.web.stale_data import show_stale_hint

if "data" not in st.session_state or st.session_state.pop("show-new-data", False):
    begin_run()
show_stale_hint()
"""
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    made = worked_team.filled(tmp_path)
    monkeypatch.setenv("LABELTIME_STORE", str(made.folder))
    return made


def words(app: AppTest) -> str:
    """Return the text of the page."""
    assert not app.exception
    return "\n".join(block.value for block in app.markdown)


def test_a_change_from_elsewhere_is_told_and_shown_when_asked(store: Store) -> None:
    app = AppTest.from_string(OPEN_PAGE, default_timeout=60).run()
    assert HINT not in words(app)
    save_notes(store, [{"day_on": "2026-03-02", "text": "New guideline"}])
    app.run()
    assert HINT in words(app)
    shown = app.session_state["data"]
    app.button(key="show-new-data").click().run()
    assert HINT not in words(app)
    assert app.session_state["data"] != shown


def test_a_page_of_the_newest_data_has_no_hint(store: Store) -> None:
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "web" / "app.py"), default_timeout=60).run()
    save_notes(store, [{"day_on": "2026-03-02", "text": "New guideline"}])
    app.run()  # begins on the new data
    assert HINT not in words(app)
