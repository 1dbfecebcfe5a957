"""Tables that a person has touched: notes beside them, columns twice, nothing but delimiters."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from dashboard.errors import BadMapping, UnreadableFile
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.ingest.results import ImportResult
from dashboard.store.generations import Store

HEADER = ["person", "day_on", "seconds", "project"]
ROWS = [["Ada", "2026-03-02", "60", "Lanes"], ["Ben", "2026-03-03", "120", "Signs"]]


def imported(folder: Path, path: Path) -> list[ImportResult]:
    return import_files(Store(folder / "store"), [path], Settings())


def written(folder: Path, text: str) -> Path:
    path = folder / "time.csv"
    path.write_text(text, encoding="utf-8")
    return path


def sheet_with(folder: Path, tables: list[tuple[int, int]], notes: list[tuple[int, int]]) -> Path:
    """Write a workbook, blank first sheet included, with tables and notes at (row, column)."""
    path = folder / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Blank")
        sheet = book.add_worksheet("Times")
        for number, (row, column) in enumerate(tables):
            for offset, cells in enumerate([HEADER, *([*cells[:3], f"{cells[3]} {number}"] for cells in ROWS)]):
                sheet.write_row(row + offset, column, cells)
        for row, column in notes:
            sheet.write_string(row, column, "my note")
    return path


@pytest.mark.parametrize(
    ("table", "note"),
    [((0, 0), (2, 7)), ((0, 0), (0, 7)), ((0, 0), (1, 5)), ((0, 2), (1, 0)), ((3, 1), (4, 9)), ((0, 0), (9, 30))],
)
def test_a_note_beside_a_table_is_told_and_hides_nothing(
    tmp_path: Path, table: tuple[int, int], note: tuple[int, int]
) -> None:
    (result,) = imported(tmp_path, sheet_with(tmp_path, [table], [note]))
    assert (result.accepted, result.rejected, result.seconds_total) == (2, 0, 180)
    assert set(result.columns) == set(HEADER)
    assert any("my note" in warning for warning in result.warnings)


@pytest.mark.parametrize("note", [(0, 0), (6, 0)])
def test_a_note_above_or_below_a_table_hides_nothing(tmp_path: Path, note: tuple[int, int]) -> None:
    (result,) = imported(tmp_path, sheet_with(tmp_path, [(2, 0)], [note]))
    assert (result.accepted, result.seconds_total) == (2, 180)


def test_two_tables_side_by_side_are_two_tables(tmp_path: Path) -> None:
    results = imported(tmp_path, sheet_with(tmp_path, [(0, 0), (0, 6)], []))
    assert [(result.file_name, result.accepted) for result in results] == [
        ("book.xlsx: columns A to D", 2),
        ("book.xlsx: columns G to J", 2),
    ]


@pytest.mark.parametrize("header", ["person,person,seconds,day_on", "person,Person ,seconds,day_on"])
def test_a_column_that_comes_twice_is_asked_about(tmp_path: Path, header: str) -> None:
    with pytest.raises(BadMapping, match=r'time\.csv" has 2 columns called "person"') as caught:
        imported(tmp_path, written(tmp_path, f"{header}\nann,bob,3600,2026-01-05\n"))
    assert "mapping" in caught.value.hint
    (result,) = imported(tmp_path, written(tmp_path, f"{header}\nann,ann,3600,2026-01-05\n"))
    assert result.accepted == 1


@pytest.mark.parametrize("text", [",,,,\n,,,,\n", ",\n", ";;;\n\n;;;", "\t\t\n", '"","",""\n', "|||\r\n", " , , \n"])
def test_nothing_but_delimiters_is_no_table(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFile, match=r'time\.csv" has no rows'):
        imported(tmp_path, written(tmp_path, text))


@pytest.mark.parametrize("header", [",,,", ";;;"])
def test_a_header_of_delimiters_above_rows_is_named(tmp_path: Path, header: str) -> None:
    with pytest.raises(Exception, match=r"time\.csv") as caught:
        imported(tmp_path, written(tmp_path, f"{header}\n1{header}\n2{header}\n"))
    assert "breaks the reader" not in str(caught.value)
