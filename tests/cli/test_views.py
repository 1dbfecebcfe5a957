"""Saved views in the terminal: figures and reports take the filters of one by its name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from store_copies import copied

from dashboard.cli.main import main
from dashboard.settings.views import save_view
from dashboard.store.generations import Store

LOG = (
    "person,day_on,hours,project,category,description\n"
    "Ada,2026-03-02,6,Lanes,annotating,boxes\n"
    "Ada,2026-03-03,2,Signs,modeling,loss\n"
    "Ada,2026-04-03,1,Lanes,modeling,loss\n"
)
MARCH = {"view": "March", "period": "Custom", "from_on": "2026-03-01", "to_on": "2026-03-31", "projects": "Lanes"}


@copied
def build_viewed(folder: Path) -> Store:
    """Return a store in the folder with a log and a view of March."""
    (folder / "log.csv").write_text(LOG)
    assert call(folder / "store", "import", folder / "log.csv") == 0
    save_view(Store(folder / "store"), MARCH)
    return Store(folder / "store")


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    store = build_viewed(tmp_path)
    capsys.readouterr()
    return store.folder


def call(folder: Path, *arguments: object) -> int:
    """Return the exit code of a command on a store."""
    with pytest.raises(SystemExit) as ended:
        main(["--store", str(folder), *map(str, arguments)])
    return ended.value.code if isinstance(ended.value.code, int) else 0


def filters(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, object]:
    """Return the filters that an answer used."""
    assert call(folder, "ask", "hours_by_category", "--format", "json", *options) == 0
    used: dict[str, object] = json.loads(capsys.readouterr().out)["filters"]
    return used


def test_a_figure_takes_the_filters_of_a_view(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    used = filters(folder, capsys, "--view", "March")
    assert (used["from_on"], used["to_on"], used["projects"]) == ("2026-03-01", "2026-03-31", ["Lanes"])


def test_an_option_goes_before_the_view(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    used = filters(folder, capsys, "--view", "March", "--project", "Signs", "--to", "2026-04-30")
    assert (used["from_on"], used["to_on"], used["projects"]) == ("2026-03-01", "2026-04-30", ["Signs"])


@pytest.mark.parametrize("command", [["ask", "hours_by_category"], ["report", "--out", "-"]])
def test_a_view_that_is_not_there_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert call(folder, *command, "--view", "May") == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert "There is no view 'May'." in written.err
    assert "Known: March." in written.err


def test_a_report_takes_days_and_projects_of_a_view(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(folder, "report", "--view", "March", "--format", "md", "--out", "-") == 0
    text = capsys.readouterr().out
    assert "March 2026" in text
    assert "Lanes" in text
    assert "Signs" not in text


def test_methods_of_a_view_narrow_an_answer_and_not_a_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_view(Store(folder), {**MARCH, "methods": "manual", "stages": "review"})
    used = filters(folder, capsys, "--view", "March")
    assert (used["methods"], used["stages"]) == (["manual"], ["review"])
    assert filters(folder, capsys, "--view", "March", "--method", "weak")["methods"] == ["weak"]
    assert call(folder, "report", "--view", "March", "--format", "md", "--out", "-") == 0
    assert "not narrowed to those of the view" in capsys.readouterr().err


def test_a_view_from_before_methods_and_stages_is_loaded(folder: Path) -> None:
    text = "view,period,from_on,to_on,projects,teams,people,categories\nOld,All,,,,,Everyone,\n"
    (folder.parent / "old.csv").write_text(text)
    assert call(folder, "views", "load", folder.parent / "old.csv") == 0


def test_views_are_a_sheet_of_their_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(folder, "views", "export", "-") == 0
    assert capsys.readouterr().out.splitlines()[1] == "March,Custom,2026-03-01,2026-03-31,Lanes,,Everyone,,,"
