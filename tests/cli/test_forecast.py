"""Scenarios and projections in the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from worked_labels import filled

from dashboard.cli.main import main

Run = Callable[..., tuple[int, str, str]]
SHEET = "scenario,project,input,value,origin\nBetter model,Vision,acceptance,0.9,published\n"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    store = filled(tmp_path)

    def run_command(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--store", str(store.folder), *map(str, arguments)])
        written = capsys.readouterr()
        return int(ended.value.code or 0), written.out, written.err

    return run_command


def test_scenarios_are_loaded_listed_and_exported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "scenarios.csv"
    file.write_text(SHEET, encoding="utf-8")
    assert run("scenarios", "load", file) == (0, "", "Scenarios saved: 1.\n")
    code, listed, _ = run("scenarios")
    assert code == 0
    assert "Better model" in listed
    assert "published" in listed
    assert (
        run("scenarios", "export", "-")[1].splitlines()[1].startswith("Better model,Vision,acceptance,0.9,,,published")
    )


def test_a_scenario_that_cannot_be_is_refused_with_words(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "scenarios.csv"
    file.write_text(SHEET.replace("0.9", "9"), encoding="utf-8")
    code, out, said = run("scenarios", "load", file)
    assert (code, out) == (1, "")
    assert "acceptance of Better model is 9, which is no share." in said


def test_a_projection_is_issued_and_listed(run: Run, tmp_path: Path) -> None:
    header = "item,person,seconds,method,finished_at,project\n"
    days = [f"2026-{3 + number // 28:02d}-{number % 28 + 1:02d}" for number in range(84)]
    rows = "".join(f"x{at},Ann,{60 + at % 7},manual,{day}T10:00:00Z,Long\n" for at, day in enumerate(days))
    file = tmp_path / "long.csv"
    file.write_text(header + rows, encoding="utf-8")
    assert run("import", file)[0] == 0
    assert run("projections")[2].count("No projection has been issued yet.") == 1
    code, out, said = run("projections", "--issue", "--project", "Long", "--weeks", "4")
    assert code == 0
    assert "Projection 1 is issued; nothing will change it." in said
    assert "hours_per_item" in out
    told = json.loads(run("projections", "--json")[1])
    assert {row["state"] for row in told["rows"]} <= {"open", "scored"}
    assert {row["horizon_weeks"] for row in told["rows"]} == {4}


def test_a_projection_needs_a_project_that_can_be_projected(run: Run) -> None:
    assert run("projections", "--issue")[0] == 2
    code, out, said = run("projections", "--issue", "--project", "Vision")
    assert (code, out) == (1, "")
    assert "Nothing can be projected in Vision." in said


def test_ask_takes_the_options_of_a_projection(run: Run) -> None:
    code, _, said = run("ask", "forecast_hours", "--scenario", "Nowhere")
    assert code == 1
    assert "There is no scenario 'Nowhere'." in said
    assert run("ask", "goal_seek", "--target", "2")[0] == 2
    assert run("ask", "goal_seek", "--target", "nan")[0] == 2


def test_ask_says_which_options_a_figure_does_not_take(run: Run) -> None:
    said = run("ask", "hours_by_project", "--scenario", "Nowhere", "--weeks", "3", "--format", "csv")[2]
    assert "hours_by_project takes no --scenario" in said
    assert "hours_by_project takes no --weeks" in said
    assert "takes no" not in run("ask", "goal_seek", "--target", "0.4", "--weeks", "3")[2]
