"""The steps to a first report tick themselves, and are gone once a report is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.content import build_content
from dashboard.reports.frozen import freeze_report
from dashboard.reports.request import ReportRequest
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.unsorted import list_unsorted, sort_groups
from dashboard.store.generations import Store

APP = Path(__file__).parents[2] / "dashboard" / "web" / "app.py"
DONE, OPEN = ":material/check_box:", ":material/check_box_outline_blank:"
pytestmark = pytest.mark.filterwarnings("default")


def read_steps(app: AppTest) -> list[str]:
    """Return the steps as the overview shows them."""
    app.run()
    assert not app.exception
    lines = [str(caption.value) for caption in app.caption if str(caption.value).startswith("First steps: ")]
    steps = lines[0].removeprefix("First steps: ").split(" · ") if lines else []
    assert not any(" " in step for step in steps)  # a phone would part the box from its words
    return [step.replace("\u00a0", " ") for step in steps]


def test_each_step_ticks_itself_until_a_report_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "store")
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["period"] = "All"
    assert not read_steps(app)  # the first run has three ways to begin
    file = tmp_path / "time.csv"
    file.write_text(
        "person,day_on,seconds,project,description\nAda,2026-03-02,3600,Signs,kick the tyres\n", encoding="utf-8"
    )
    import_files(store, [file], Settings(zone="UTC"))
    steps = ["Imported", "Sorted", "Roles and hours", "First report kept"]
    assert read_steps(app) == [f"{DONE} {steps[0]}", *(f"{OPEN} {step}" for step in steps[1:])]
    sort_groups(store, list_unsorted(store), "other")
    assert read_steps(app)[:2] == [f"{DONE} {step}" for step in steps[:2]]
    PEOPLE_SHEET.load_csv(store, "name,role,weekly_hours\nAda,engineer,40\n")
    assert read_steps(app) == [*(f"{DONE} {step}" for step in steps[:3]), f"{OPEN} {steps[3]}"]
    freeze_report(store, build_content(store, ReportRequest(date(2026, 3, 1), date(2026, 3, 31))), "March")
    assert not read_steps(app)
