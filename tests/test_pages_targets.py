"""Overview shows budgets and targets where they are set, and nothing of them where not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from test_budget_burn import MONTHLY, filled

from dashboard.mapping import budgets, targets
from dashboard.store import Store

pytestmark = pytest.mark.filterwarnings("default")


def said(store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what Overview says."""
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    app = AppTest.from_string(
        "from dashboard.pages import bar, overview, reading\nreading.begin()\nbar.show()\noverview.show()",
        default_timeout=60,
    )
    app.query_params["period"] = "All"
    app.run()
    assert not app.exception
    return "\n".join(str(block.value) for block in app.markdown).replace("\\", "")


def test_budgets_and_targets_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled(tmp_path, date(2026, 1, 5))
    budgets.save_budgets(store, [MONTHLY])
    wanted = {"measure": "labeling share", "direction": "at most", "value": 0.4, "by_on": "2026-02-28"}
    targets.save_targets(store, [wanted])
    page = said(store, monkeypatch)
    assert "42 hours used" in page
    assert "wanted: at most 40% by 2026-02-28" in page
    budgets.save_budgets(store, [])
    targets.save_targets(store, [])
    assert "wanted:" not in said(store, monkeypatch)
