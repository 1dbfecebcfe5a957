"""The Pull sheet under Set-up: what it shows, and that looking at it asks nobody."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.pull.discover import SOURCES
from dashboard.pull.history import record_pull
from dashboard.store.generations import Store

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.pages.data.pulls import show_pulls
begin_run()
show_pulls()
"""
KEY = "s3cret-t0ken-of-a-lead"
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the page asked a server")

    monkeypatch.setattr(httpx.Client, "send", refuse)
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    for name in SOURCES:
        for part in ("SERVER", "TOKEN", "USER"):
            monkeypatch.delenv(f"LABELTIME_{name.upper()}_{part}", raising=False)
    return Store(tmp_path / "store")


def test_the_sheet_shows_each_source_its_command_and_its_last_pull(store: Store) -> None:
    with store.change("pull") as change:
        record_pull(
            change, "label_studio", "https://ls.example.org", "project 3", {}, records=9, import_id=None, who="ann"
        )
    app = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not app.exception
    assert [title.value for title in app.subheader] == [source.title for source in SOURCES.values()]
    assert "labeltime pull label_studio --server https://ls.example.org" in [code.value for code in app.code]
    captions = "\n".join(str(caption.value) for caption in app.caption)
    assert "from https" in captions
    assert "Pull now, which appears once" in captions
    assert [button.key for button in app.button if str(button.key).startswith("pull-label")] == []


def test_a_button_is_there_where_server_and_token_are_in_the_environment(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELTIME_LABEL_STUDIO_TOKEN", KEY)
    monkeypatch.setenv("LABELTIME_LABEL_STUDIO_SERVER", "https://ls.example.org")
    app = AppTest.from_string(PAGE, default_timeout=60).run()
    assert "pull-label_studio" in [button.key for button in app.button]
    assert KEY not in str(app)
