"""What a page compares with: the address names it, links of earlier versions still work."""

from __future__ import annotations

from pathlib import Path

import pytest
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files

APP = Path(__file__).parents[2] / "dashboard" / "web" / "app.py"
pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.parametrize(
    ("compare", "first", "projects"),
    [
        (None, "2026-02-23", ()),
        ("true", "2026-02-23", ()),
        ("Same period last year", "2025-03-03", ()),
        ("Project Text", None, ("Text",)),
        ("Nothing", "", ()),
        ("false", "", ()),
    ],
)
def test_the_address_names_what_is_compared_with(
    monkeypatch: pytest.MonkeyPatch, compare: str | None, first: str | None, projects: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(worked_team.filled.shared().folder))
    app = AppTest.from_file(str(APP), default_timeout=60)
    given = {"period": "Custom", "from": "2026-03-02", "to": "2026-03-08"} | ({"compare": compare} if compare else {})
    for name, value in given.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    previous: Filters | None = app.session_state["choice"].previous
    if first == "":
        assert previous is None
        assert "What changed" not in "".join(block.value for block in app.markdown)
        return
    assert previous is not None
    assert (previous.from_on and previous.from_on.isoformat(), previous.projects) == (first, projects)


def test_work_without_a_project_is_no_project_to_compare_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = worked_team.filled(tmp_path)
    file = tmp_path / "loose.csv"
    file.write_text("person,day_on,seconds,project,description\nAda,2026-03-02,3600,,label images\n", encoding="utf-8")
    import_files(store, [file], Settings())
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not app.exception
    (choice,) = (box for box in app.selectbox if box.label == "Compare with")
    assert "Project Text" in choice.options
    assert "Project (no project)" not in choice.options


def test_a_first_time_lead_is_told_once_that_there_is_nothing_to_compare_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(worked_team.filled.shared().folder))
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params.update({"period": "Custom", "from": "2026-03-02", "to": "2026-03-08"})
    app.run()
    assert app.metric
    verdicts = [metric.proto.delta_description for metric in app.metric]
    assert not [verdict for verdict in verdicts if "compared" in verdict]
    assert sum("can be compared" in block.value for block in app.markdown) == 1
