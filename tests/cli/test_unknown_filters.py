"""A filter value that the store does not know is told, and answers nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from worked_team import filled

from dashboard.cli.main import main
from dashboard.privacy import build_pseudonyms
from dashboard.store.generations import Store


def test_an_unknown_project_or_team_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = filled(tmp_path)
    arguments = ["--store", str(store.folder), "ask", "hours_by_project", "--format", "csv"]
    with pytest.raises(SystemExit):
        main([*arguments, "--project", "Vison", "--team", "Perception"])
    output = capsys.readouterr()
    assert "There is no project 'Vison', so nothing matches it." in output.err
    assert "no team" not in output.err
    assert "Vision" not in output.out
    with pytest.raises(SystemExit):
        main([*arguments, "--project", "Vision", "--project", "(no project)", "--team", "Labellers"])
    assert "There is no team 'Labellers'" in capsys.readouterr().err


def test_an_unknown_person_role_or_category_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = filled(tmp_path)
    arguments = ["--store", str(store.folder), "ask", "hours_by_project", "--format", "csv"]
    with pytest.raises(SystemExit):
        main([*arguments, "--person", "Adda", "--role", "enginer", "--category", "labelling"])
    output = capsys.readouterr()
    assert "There is no person 'Adda'" in output.err
    assert "There is no role 'enginer', so nothing matches it. Choose one of annotator, engineer" in output.err
    assert "There is no category 'labelling', so nothing matches it. Choose one of" in output.err
    pseudonym = build_pseudonyms(["Ada", "Bob", "Cleo", "Dan"], read_secret(store))["Ada"]
    with pytest.raises(SystemExit):
        main([*arguments, "--person", pseudonym, "--person", "Dan", "--role", "unknown", "--category", "uncategorized"])
    assert "There is no" not in capsys.readouterr().err


def read_secret(store: Store) -> str:
    with store.snapshot() as snapshot:
        return snapshot.read_setting("pseudonym_secret") or ""
