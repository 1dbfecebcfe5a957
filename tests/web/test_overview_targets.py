"""Overview shows budgets and targets where they are set, and nothing of them where not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from budgeted_team import MONTHLY, filled
from streamlit.testing.v1 import AppTest

from dashboard.settings.budgets import save_budgets
from dashboard.settings.targets import save_targets
from dashboard.store.generations import Store

pytestmark = pytest.mark.filterwarnings("default")


def said(store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what Overview says."""
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    app = AppTest.from_string(
        "from dashboard.web.cached_store import begin_run\n"
        "from dashboard.web.filter_bar import show_filter_bar\n"
        "from dashboard.web.pages.overview.page import show_overview_page\n"
        "begin_run()\nshow_filter_bar()\nshow_overview_page()",
        default_timeout=60,
    )
    app.query_params["period"] = "All"
    app.run()
    assert not app.exception
    return "\n".join(str(block.value) for block in app.markdown).replace("\\", "")


def test_budgets_and_targets_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled(tmp_path, date(2026, 1, 5))
    save_budgets(store, [MONTHLY])
    wanted = {"measure": "labeling share", "direction": "at most", "value": 0.4, "by_on": "2026-02-28"}
    save_targets(store, [wanted])
    page = said(store, monkeypatch)
    assert "42 hours used" in page
    assert "wanted: at most 40% by 2026-02-28" in page
    save_budgets(store, [])
    save_targets(store, [])
    assert "wanted:" not in said(store, monkeypatch)
