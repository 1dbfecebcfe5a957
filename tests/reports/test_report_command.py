"""`labeltime report`: files for people, standard output for scripts, and words when it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.cli.main import main
from dashboard.store.generations import Store


def run(store: Store, *words: str) -> int:
    """Return the exit code of the command."""
    with pytest.raises(SystemExit) as ended:
        main(["--store", str(store.folder), "report", *words])
    return int(ended.value.code or 0)


OCTOBER = ("--from", "2026-10-01", "--to", "2026-10-31")


def test_a_report_is_written_where_it_is_wanted(
    demo: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "october.html"
    assert run(demo, *OCTOBER, "--out", str(target)) == 0
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    told = capsys.readouterr()
    assert not told.out
    assert "october.html" in told.err


def test_markdown_brings_its_images(demo: Store, tmp_path: Path) -> None:
    assert run(demo, *OCTOBER, "--out", str(tmp_path / "r.md")) == 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".md", ".png", ".png", ".png"]


@pytest.mark.parametrize(
    ("name", "begin"), [("r.PDF", b"%PDF"), ("r.htm", b"<!doctype"), ("r", b"<!doctype"), ("r.2026-10", b"<!doctype")]
)
def test_the_name_of_the_file_says_the_format(demo: Store, tmp_path: Path, name: str, begin: bytes) -> None:
    assert run(demo, *OCTOBER, "--out", str(tmp_path / name)) == 0
    assert (tmp_path / name).read_bytes().lower().startswith(begin.lower())


def test_an_ending_that_no_format_has_is_refused(
    demo: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(demo, *OCTOBER, "--out", str(tmp_path / "r.docx")) == 2
    assert "pptx" in capsys.readouterr().err
    assert not (tmp_path / "r.docx").exists()


def test_standard_output_holds_the_report_alone(demo: Store, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(demo, *OCTOBER, "--format", "md", "--out", "-") == 0
    assert capfdbinary.readouterr().out.startswith(b"# Labeling took ")


def test_a_group_too_small_is_refused_with_a_way_out(
    demo: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "small.html"
    assert run(demo, *OCTOBER, "--project", "Crop Health", "--hide-small-groups", "--out", str(target)) == 1
    assert "make the report for the team" in capsys.readouterr().err
    assert not target.exists()


def test_one_day_alone_is_wrong_usage(demo: Store) -> None:
    assert run(demo, "--from", "2026-10-01") == 2
