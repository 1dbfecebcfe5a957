"""One number, three ways: the terminal, the Time split page, and a sum made by hand from the files, to the second."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.cli.main import main
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.rules import RULE_SHEET
from dashboard.store.generations import Store

FIXTURES = Path(__file__).parents[2] / "fixtures"
TOGGL = FIXTURES / "toggl" / "class_time.csv"
CLOCKIFY = FIXTURES / "clockify" / "worklog.csv"
RULES = """\
field,operator,pattern,category
description,contains,Regular Meetings|Sprint Activities,meetings and coordination
project,equals,Data Science,modeling
project,equals,FP Card Controls,evaluation
project,equals,Database Management,data preparation
description,starts with,WS,labeling
"""
# What a spreadsheet's sums by category come to for the two exports under these rules.
SECONDS = {
    "uncategorized": 517_847,
    "evaluation": 300_879,
    "modeling": 207_071,
    "data preparation": 120_856,
    "meetings and coordination": 91_598,
    "annotating": 835,
}
# The page of the app, without the navigation that only a browser can follow.
PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.time_split.controls import show_split_bar
from dashboard.web.pages.time_split.page import show_time_split
begin_run()
show_split_bar(show_filter_bar())
show_time_split()
"""
pytestmark = pytest.mark.filterwarnings("default")


def asked(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, int]:
    """Return the seconds of each category as the terminal answers."""
    with pytest.raises(SystemExit) as ended:
        main(["--store", str(folder / "store"), "ask", "hours_by_category", "--format", "json", *options])
    assert not ended.value.code
    rows = json.loads(capsys.readouterr().out)["rows"]
    for row in rows:
        assert row["hours"] * 3600 == pytest.approx(row["seconds"], abs=1e-6)
    return {row["category"]: row["seconds"] for row in rows if row["seconds"]}


def drawn(folder: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> dict[str, int]:
    """Return the seconds of each category in the rows of the chart that the Time split page draws."""
    monkeypatch.setenv("LABELTIME_STORE", str(folder / "store"))
    app = AppTest.from_string(PAGE, default_timeout=60)
    for name, value in {"period": "All", **query}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    charts = [pl.read_ipc_stream(chart.proto.data.data) for chart in app.get("vega_lite_chart")]
    (rows,) = [rows for rows in charts if "project" not in rows.columns]  # beside it: the chart by project
    return {category: seconds for category, seconds in rows.select("category", "seconds").iter_rows() if seconds}


def by_hand(path: Path) -> Counter[str]:
    """Return the seconds of each category by reading the file line by line and deciding as the rules say."""
    sums: Counter[str] = Counter()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            hours, minutes, seconds = (row.get("Duration (h)") or row["Duration"]).split(":")
            sums[category_of(row)] += int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return sums


def category_of(row: dict[str, str]) -> str:
    """Return the category of one row of an export, by plain comparisons."""
    description, project = row["Description"], row["Project"]
    if "Regular Meetings" in description or "Sprint Activities" in description:
        return "meetings and coordination"
    of_project = {
        "Data Science": "modeling",
        "FP Card Controls": "evaluation",
        "Database Management": "data preparation",
    }
    if project in of_project:
        return of_project[project]
    return "annotating" if description.startswith("WS") else "uncategorized"


def test_two_exports_come_to_the_same_three_ways(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    import_files(store, [TOGGL], Settings(zone="America/Denver", person="the class"))
    import_files(store, [CLOCKIFY], Settings(zone="Asia/Manila", day_first=True))
    RULE_SHEET.load_csv(store, RULES)
    assert by_hand(TOGGL) + by_hand(CLOCKIFY) == SECONDS
    assert asked(tmp_path, capsys) == drawn(tmp_path, monkeypatch) == SECONDS


def test_the_worked_team_comes_to_the_same_three_ways(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_team.filled(tmp_path)
    hours = {
        "annotating": 12,
        "evaluation": 3,
        "modeling": 3,
        "data preparation": 2,
        "review": 2,
        "uncategorized": 2,
        "meetings and coordination": 1,
    }
    expected = {category: count * 3600 for category, count in hours.items()}
    assert asked(tmp_path, capsys) == drawn(tmp_path, monkeypatch) == expected


def test_filters_narrow_the_page_and_the_terminal_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_team.filled(tmp_path)
    expected = {"annotating": 8 * 3600, "uncategorized": 2 * 3600, "modeling": 3600, "meetings and coordination": 3600}
    assert asked(tmp_path, capsys, "--project", "Text") == expected
    assert drawn(tmp_path, monkeypatch, project="Text") == expected
