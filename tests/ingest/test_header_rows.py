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


MERGED = {"A2:A4": "Ada", "B3:B4": "2026-03-03", "D2:D3": "Lanes & Signs"}
LENGTHS = ["1.5", "2", "3", "4"]


def write_merged(folder: Path, merges: dict[str, str], **cells: str) -> Path:
    """Write a workbook with a sheet before the one whose cells are merged."""
    path = folder / "merged.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Notes").write("A1", "Read the next sheet")
        sheet = book.add_worksheet("Tim & Ada's times")
        sheet.write_row("A1", ["person", "day_on", "hours", "project"])
        sheet.write_column("C2", LENGTHS)
        for place, text in {"B2": "2026-03-02", "A5": "Ben", "B5": "2026-03-02", "D5": "Lanes", **cells}.items():
            sheet.write(place, text)
        for place, text in merges.items():
            sheet.merge_range(place, text)
    return path


def test_merged_texts_and_days_count_for_each_of_their_rows(tmp_path: Path) -> None:
    result = imported(tmp_path, write_merged(tmp_path, MERGED, D4="Maps"))
    assert (result.accepted, result.rejected, result.seconds_total) == (4, 0, 37_800)
    with Store(tmp_path / "store").snapshot() as snapshot:
        rows = snapshot.query("select person, cast(day_on as varchar), project from time_entry order by line").rows()
    assert rows == [
        ("Ada", "2026-03-02", "Lanes & Signs"),
        ("Ada", "2026-03-03", "Lanes & Signs"),
        ("Ada", "2026-03-03", "Maps"),
        ("Ben", "2026-03-02", "Lanes"),
    ]
    (warning,) = (warning for warning in result.warnings if "merged" in warning)
    assert warning.startswith(
        "3 cells merged over several rows counted for each of these rows, such as the one in rows 2 to 4"
    )


def test_a_merged_number_is_not_repeated(tmp_path: Path) -> None:
    path = write_merged(tmp_path, {"C2:C3": "6", "A2:A4": "Ada"}, B3="2026-03-03", B4="2026-03-04")
    result = imported(tmp_path, path)
    assert (result.accepted, result.rejected, result.seconds_total) == (3, 1, 13 * 3600)
    assert any("merged over several rows counted for the first row only" in warning for warning in result.warnings)


def test_a_cell_merged_beyond_the_table_makes_no_rows(tmp_path: Path) -> None:
    path = write_merged(
        tmp_path, {"A5:A40": "Ben", "D2:D5": "Lanes"}, A2="Ada", A3="Ada", B3="2026-03-03", A4="Ada", B4="2026-03-04"
    )
    result = imported(tmp_path, path)
    assert (result.rows_read, result.accepted) == (4, 4)


def test_blank_cells_that_are_not_merged_stay_blank(tmp_path: Path) -> None:
    result = imported(tmp_path, write_merged(tmp_path, {}, A2="Ada", B3="2026-03-03", B4="2026-03-04"))
    assert any("2 entries name nobody" in warning for warning in result.warnings)
    assert not any("merged" in warning for warning in result.warnings)


@pytest.mark.parametrize("write", [write_csv, write_sheet])
def test_the_row_numbers_of_pandas_have_no_title(tmp_path: Path, write: object) -> None:
    rows = [["", "person", "day_on", "hours"], ["0", "Ada", "2026-03-02", "1.5"], ["1", "Ben", "2026-03-03", "2"]]
    result = imported(tmp_path, write(tmp_path, rows))  # type: ignore[operator]
    assert (result.accepted, result.rejected, result.seconds_total) == (2, 0, 12_600)


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f"])
def test_blanks_that_bind_the_words_of_a_title_are_blanks(tmp_path: Path, blank: str) -> None:
    rows = [
        ["User", f"Start{blank}date", f"Start{blank}time", "Duration"],
        ["Ada", "2026-03-02", "09:00:00", "01:30:00"],
    ]
    (result,) = import_files(Store(tmp_path / "store"), [write_csv(tmp_path, rows)], Settings(zone="UTC"))
    assert (result.source, result.seconds_total) == ("toggl", 5_400)
