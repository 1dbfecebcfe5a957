"""At the first look the charts come before the cards; afterwards the cards stand at once, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest
import worked_team
from streamlit.testing.v1 import AppTest

PAGE = """
import streamlit as st
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.late_cards import LateCards

def show_card(name):
    st.session_state["order"].append(name)
    st.metric(name, 1)

begin_run()
late = LateCards("test", show_filter_bar())
st.session_state["order"] = []
late.add_card(lambda: show_card("slow"), is_slow=True)
late.add_card(lambda: show_card("fast"))
st.session_state["order"].append("chart")
late.show_waiting()
"""
CARDS_FIRST, CHART_FIRST = ["slow", "fast", "chart"], ["chart", "fast", "slow"]
pytestmark = pytest.mark.filterwarnings("default")


def read_order(app: AppTest) -> list[str]:
    """Return what was drawn one after another; the places of the cards are always the same."""
    assert not app.exception
    assert [metric.label for metric in app.metric] == ["slow", "fast"]
    return list(app.session_state["order"])


def test_cards_wait_for_the_charts_at_the_first_look_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(worked_team.filled(tmp_path).folder))
    app = AppTest.from_string(PAGE, default_timeout=60).run()
    assert read_order(app) == CHART_FIRST
    assert read_order(app.run()) == CARDS_FIRST
    app.button_group(key="unit").set_value("Hours").run()  # another chart of the same filters
    assert read_order(app) == CARDS_FIRST
    app.selectbox(key="period").select("90d").run()
    assert read_order(app) == CHART_FIRST
    assert read_order(app.run()) == CARDS_FIRST
