"""Titles above a table, groups above its column titles: repaired where the file proves how, and told."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from dashboard.errors import DashboardError
from dashboard.importers.contract import Settings
from dashboard.importers.readers.header_rows import find_titles
from dashboard.importers.readers.open_source import open_sources
from dashboard.ingest.batch import import_files
from dashboard.ingest.results import ImportResult
from dashboard.store.generations import Store

DATA = [["Ada", "2026-03-02", "1.5", "Lanes"], ["Ben", "2026-03-03", "2", "Signs"]]
SPANNING = [["person", "", "Work", ""], ["", "day_on", "hours", "project"]]
REPEATED = [["Person", "Labeling", "", "Modeling", ""], ["", "Hours", "Cost", "Hours", "Cost"]]


def write_csv(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "time.csv"
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_sheet(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "time.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Times")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell)
    return path


def imported(folder: Path, path: Path) -> ImportResult:
    (result,) = import_files(Store(folder / "store"), [path], Settings())
    return result


@pytest.mark.parametrize("write", [write_csv, write_sheet])
def test_groups_above_column_titles_are_joined_and_told(tmp_path: Path, write: object) -> None:
    path = write(tmp_path, [["Timesheet March", "", "", ""], *SPANNING, *DATA])  # type: ignore[operator]
    result = imported(tmp_path, path)
    assert (result.accepted, result.rejected, result.seconds_total) == (2, 0, 12_600)
    assert set(result.columns) == {"person", "day_on", "hours", "project"}
    assert any("two rows, lines 2 and 3" in warning for warning in result.warnings)
    assert any('"Timesheet March"' in warning for warning in result.warnings)


@pytest.mark.parametrize("write", [write_csv, write_sheet])
def test_a_title_blank_lines_and_a_total_leave_the_entries(tmp_path: Path, write: object) -> None:
    header = ["person", "day_on", "hours", "project"]
    rows = [["Team Signs", "", "", ""], ["March 2026", "", "", ""], ["", "", "", ""], header]
    rows += [DATA[0], ["", "", "", ""], DATA[1], ["Total", "", "3.5", ""]]
    result = imported(tmp_path, write(tmp_path, rows))  # type: ignore[operator]
    assert (result.accepted, result.rejected, result.seconds_total) == (2, 1, 12_600)
    assert any('"Team Signs March 2026"' in warning for warning in result.warnings)


@pytest.mark.parametrize("write", [write_csv, write_sheet])
def test_a_header_in_the_first_line_is_not_told(tmp_path: Path, write: object) -> None:
    rows = [["person", "day_on", "hours", "project"], *DATA]
    result = imported(tmp_path, write(tmp_path, rows))  # type: ignore[operator]
    assert not any("above the table" in warning or "two rows" in warning for warning in result.warnings)


def test_a_title_that_comes_twice_is_told_by_its_group(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [*REPEATED, ["Ada", "1.5", "60", "2", "80"]])
    with open_sources(path) as sources:
        assert sources[0].head().header == (
            "Person",
            "Labeling Hours",
            "Labeling Cost",
            "Modeling Hours",
            "Modeling Cost",
        )
    with pytest.raises(DashboardError):
        imported(tmp_path, path)


@pytest.mark.parametrize(
    "rows",
    [
        [["Date", "User", "", "Notes"], ["Meeting", "Ada", "", "x"], ["2026-03-02", "Ben", "", "y"]],
        [["Date", "User", "Hours"], ["", "", ""], ["2026-03-02", "Ben", "2"]],
        [
            ["Name", "E-mail", "Date", "Hours"],
            ["Ada", "ada@example.org", "2026-03-02", "3"],
            ["Ben", "", "2026-03-03", "1"],
        ],
        [["Name", "", "Date", "Hours"], ["", "Team", "Monday", "three"], ["Ben", "a", "Tuesday", "one"]],
    ],
)
def test_rows_that_do_not_prove_two_rows_of_titles_are_left_as_they_are(rows: list[list[str]]) -> None:
    found = find_titles(rows)
    assert found is None or found.first == found.last


def test_merged_cells_of_a_workbook_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Times")
        sheet.merge_range("A1:D1", "Timesheet March")
        sheet.merge_range("A2:A3", "person")
        sheet.merge_range("B2:D2", "Work")
        sheet.write_row("B3", ["day_on", "hours", "project"])
        for number, row in enumerate(DATA):
            sheet.write_row(3 + number, 0, row)
    result = imported(tmp_path, path)
    assert (result.accepted, result.rejected, result.seconds_total) == (2, 0, 12_600)
    assert any("two rows" in warning for warning in result.warnings)
