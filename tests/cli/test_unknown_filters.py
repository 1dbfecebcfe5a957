"""A filter value that the store does not know is told, and answers nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from worked_team import filled

from dashboard.cli.main import main


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
