"""Hold-outs in the terminal: plan, list, write again, read back; and the figure about them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from store_copies import copied

from dashboard.cli.main import main
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

HEADER = "item,person,seconds,method,finished_at,project\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_command(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--store", str(tmp_path / "store"), *map(str, arguments)])
        written = capsys.readouterr()
        return int(ended.value.code or 0), written.out, written.err

    return run_command


@copied
def build_labeled(folder: Path) -> Store:
    """Return a store in the folder with labels by hand of two people."""
    store, past = Store(folder / "store"), folder / "past.csv"
    rows = "".join(f"o{number},{'AB'[number % 2]},36,manual,2026-03-02T10:00:00Z,P\n" for number in range(6))
    past.write_text(HEADER + rows, encoding="utf-8")
    import_files(store, [past], Settings())
    return store


@pytest.fixture
def items(tmp_path: Path) -> Path:
    """Give the store that `run` uses labels; return a list of forty new items and an old one."""
    build_labeled(tmp_path)
    listed = tmp_path / "items.txt"
    listed.write_text("\n".join(["o1", *(f"n{number}" for number in range(40))]), encoding="utf-8")
    return listed


def test_a_hold_out_is_planned_listed_and_read_back(run: Run, items: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.csv"
    code, _, said = run("holdout", "plan", "P", "--share", "0.25", "--items", items, "--out", out, "--seed", "5")
    assert code == 0
    assert "Plan 1: 10 of 40 items are left to people; left out: 1 begun" in said
    assert "36 s per item by hand (as measured here)" in said
    with out.open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    held = [row["item"] for row in listed if row["holdout"] == "True"]
    assert (len(listed), len(held)) == (40, 10)
    assert run("holdout", "export", "1", "-")[1] == out.read_bytes().decode()
    assert "P" in run("holdout")[1]
    done = tmp_path / "done.csv"
    ways = ["manual"] * 4 + ["pre-annotated"]
    rows = "".join(f"{item},A,30,{way},2099-01-02T10:00:00Z,P\n" for item, way in zip(held, ways, strict=False))
    done.write_text(HEADER + rows, encoding="utf-8")
    assert run("import", done)[0] == 0
    code, table, said = run("holdout", "check", "1")
    assert (code, "was not kept" in said, table.count("not labeled")) == (0, True, 5)
    (row,) = json.loads(run("ask", "holdouts", "--format", "json")[1])["rows"]
    assert (row["held_out"], row["manual"], row["assisted"], row["not_labeled"]) == (10, 4, 1, 5)
    assert (row["compliance"], row["kept"]) == (0.8, False)
    assert row["price_hours"] > 0
    assert row["width_share"] > 0
    assert run("holdout", "withdraw", "1")[0] == 1


def test_without_a_plan_the_figure_says_what_to_do(run: Run, items: Path) -> None:
    answer = json.loads(run("ask", "holdouts", "--format", "json")[1])
    assert "holdout plan" in answer["refused"]["needed"]
    assert list(answer["refused"]) == ["reason", "needed"]


@pytest.mark.parametrize("style", ["csv", "json", "table"])
@pytest.mark.parametrize("figure", ["holdouts", "savings", "quality_gate", "exchange_rate", "forecast_hours"])
def test_a_refused_figure_is_an_answer_with_its_reason(run: Run, items: Path, style: str, figure: str) -> None:
    answer = run("ask", figure, "--format", style)
    assert answer[0] == 0
    assert "needed: " in answer[2]
    if style == "csv":
        ((header, row),) = [tuple(csv.reader(answer[1].splitlines()))]
        assert header == ["reason", "needed"]
        assert all(row)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--out", "-"], 2),
        (["--out", "-", "--from-store", "--items", "x"], 2),
        (["--out", "-", "--from-store", "--share", "1"], 2),
        (["--out", "-", "--from-store", "--saving", "nan"], 2),
        (["--out", "-", "--from-store", "--saving", "-inf"], 2),
        (["--out", "-", "--from-store"], 1),
        (["--out", "/nowhere/plan.csv", "--from-store"], 1),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused(run: Run, items: Path, arguments: list[str], code: int) -> None:
    ended, _, said = run("holdout", "plan", "P", *arguments)
    assert ended == code
    assert said
