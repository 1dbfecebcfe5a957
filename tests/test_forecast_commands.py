"""Scenarios and projections in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from worked_labels import filled

from dashboard import cli

Run = Callable[..., tuple[int, str, str]]
SHEET = "scenario,project,input,value,origin\nBetter model,Vision,acceptance,0.9,published\n"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    store = filled(tmp_path)

    def run_command(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["--store", str(store.folder), *map(str, arguments)])
        written = capsys.readouterr()
        return int(ended.value.code or 0), written.out, written.err

    return run_command


def test_scenarios_are_loaded_listed_and_exported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "scenarios.csv"
    file.write_text(SHEET, encoding="utf-8")
    assert run("scenarios", "load", file) == (0, "", "1 scenarios are saved.\n")
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
