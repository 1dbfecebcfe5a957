"""The gate: what a file holds, whatever its dress, and where each record stands in it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import BadRecord, Source
from dashboard.importers.readers import delimited
from dashboard.importers.readers.limits import Limits
from dashboard.importers.readers.open_source import open_sources

TABLE = "User,Project,Hours\nAnn,Birds,1.5\nBob,Boats,2\n"
ROWS = [("Ann", "Birds", "1.5", 2), ("Bob", "Boats", "2", 3)]


def written(folder: Path, content: str | bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def taken(source: Source) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All records and all bad rows of a source."""
    good, bad = zip(*source.frames(), strict=True)
    return pl.concat(good), pl.concat(bad)


def table_of(path: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    with open_sources(path) as (source,):
        return taken(source)


def json_of(path: Path) -> list[tuple[int, object]]:
    with open_sources(path) as (source,):
        assert list(source.records()) == list(source.records())
        return list(source.records())


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters_and_line_ends(tmp_path: Path, mark: str, ends: str) -> None:
    good, bad = table_of(written(tmp_path, TABLE.replace(",", mark).replace("\n", ends)))
    assert good.rows() == ROWS
    assert bad.is_empty()


def test_mixed_line_ends(tmp_path: Path) -> None:
    good, _ = table_of(written(tmp_path, "User,Project,Hours\r\nAnn,Birds,1.5\rBob,Boats,2\n"))
    assert good.rows() == ROWS


def test_semicolons_with_decimal_commas(tmp_path: Path) -> None:
    good, _ = table_of(written(tmp_path, 'Projekt;Stunden;Notiz\nVögel;7,5;"a, b; c"\nBoote;1.000,25;d, e\n'))
    assert good.rows() == [("Vögel", "7,5", "a, b; c", 2), ("Boote", "1.000,25", "d, e", 3)]


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8-sig", "Näme,Größe\nJürgen,1\n"),
        ("utf-16", "Näme,Größe\nJürgen,1\n"),
        ("cp1252", "Projekt,Tätigkeit\nVögel,Überprüfung – fertig\n"),
        ("latin-1", "Projet,Équipe\nHélène,vérifiée\n"),
        ("cp932", "日付,ユーザー,作業時間\n2024-01-01,山田,8.0\n"),
        ("gb18030", "项目,日期,用户\n数据标注,2024,张三\n"),
        ("cp1251", "Проект,Дата\nРазметка,Иванов Сергей\n"),  # noqa: RUF001 - Cyrillic is the point
    ],
)
def test_encodings(tmp_path: Path, encoding: str, content: str) -> None:
    path = written(tmp_path, content.encode(encoding))
    with open_sources(path) as (source,):
        good, _ = taken(source)
        assert source.encoding not in {None, "utf-8"}
    header, *rows = csv.reader(io.StringIO(content))
    assert good.columns == [*header, "_line"]
    assert [list(row[:-1]) for row in good.rows()] == rows


def test_a_preamble_is_passed_over(tmp_path: Path) -> None:
    text = 'Summary report\n"2024-01-01 - 2024-01-31"\n\nProject,User,Time (h)\nBirds,Ann,1:30\nTotal,,1:30\n'
    path = written(tmp_path, text)
    with open_sources(path) as (source,):
        assert source.head().header == ("Project", "User", "Time (h)")
        good, _ = taken(source)
    assert good["_line"].to_list() == [5, 6]


def test_repeated_names_are_kept_apart(tmp_path: Path) -> None:
    path = written(tmp_path, "Key,Log Work,Log Work,Log Work\nA-1,x,y,z\n")
    with open_sources(path) as (source,):
        assert source.head().header == ("Key", "Log Work", "Log Work", "Log Work")
        good, _ = taken(source)
    assert good.columns == ["Key", "Log Work", "Log Work__2", "Log Work__3", "_line"]


def test_lines_of_records_with_line_feeds(tmp_path: Path) -> None:
    good, _ = table_of(written(tmp_path, 'User,Note\nAnn,"one\ntwo\n\nthree"\nBob,"say ""hi"""\nCy,\n'))
    assert good.rows() == [("Ann", "one\ntwo\n\nthree", 2), ("Bob", 'say "hi"', 6), ("Cy", "", 7)]


def test_a_quote_within_plain_text_is_text(tmp_path: Path) -> None:
    good, bad = table_of(written(tmp_path, 'User,Note\nAnn,5" pipe\nBob,"a, b"\n'))
    assert good.rows() == [("Ann", '5" pipe', 2), ("Bob", "a, b", 3)]
    assert bad.is_empty()


FIELDS = st.text(alphabet=st.sampled_from('ab1 ,"\né'), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.lists(FIELDS, min_size=3, max_size=3), min_size=1, max_size=12),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ends=st.sampled_from(["\n", "\r\n"]),
)
def test_records_are_those_of_the_csv_module(tmp_path: Path, records: list[list[str]], quoting: int, ends: str) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=quoting, lineterminator=ends)  # type: ignore[arg-type]
    writer.writerows([["Name", "Note", "Tags"], *records, ["last", "row", "here"]])
    path = tmp_path / "generated.csv"
    path.write_text(buffer.getvalue(), newline="")
    reader = csv.reader(io.StringIO(buffer.getvalue(), newline=""))
    expected, line = [], 1
    for record in reader:
        expected.append((*(field.replace("\r\n", "\n") for field in record), line))
        line = reader.line_num + 1
    good, bad = table_of(path)
    assert bad.is_empty()
    assert good.rows() == [row for row in expected[1:] if any(row[:-1])]  # a blank row is no record


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.lists(FIELDS, min_size=1, max_size=5), min_size=1, max_size=12),
    chunk=st.integers(min_value=20, max_value=200),
)
def test_every_record_is_counted_whatever_the_stretch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, records: list[list[str]], chunk: int
) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([["Name", "Note", "Tags"], *([["a", "b", "c"]] * 3), *records])
    path = tmp_path / "generated.csv"
    path.write_text(buffer.getvalue(), newline="")
    read = [record for record in csv.reader(io.StringIO(buffer.getvalue(), newline="")) if record][1:]
    blank = sum(not any(record) for record in read)
    monkeypatch.setattr(delimited, "LIMITS", Limits(chunk_bytes=chunk))
    good, bad = table_of(path)
    assert len(read) - blank <= good.height + bad.height <= len(read)
    assert sorted([*good["_line"], *bad["line"]]) == sorted({*good["_line"], *bad["line"]})


def test_an_archive_of_several(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("reports/", "")
        archive.writestr("reports/time.csv", TABLE)
        archive.writestr("tasks.json", "[1, 2]")
        archive.writestr("__MACOSX/._time.csv", b"\x00\x05\x16\x07")
    with open_sources(path) as sources:
        assert [source.name for source in sources] == ["export.zip: time.csv", "export.zip: tasks.json"]
        assert taken(sources[0])[0].rows() == ROWS
        folder = sources[0].path
    assert not folder.exists()


def test_gzip(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(TABLE.encode()), "export.csv.gz")
    with open_sources(path) as (source,):
        assert source.name == "export.csv"
        assert taken(source)[0].rows() == ROWS


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    book = xlsxwriter.Workbook(str(path))
    day, clock, length, both = (
        book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "hh:mm:ss", "[h]:mm:ss", "yyyy-mm-dd hh:mm")
    )
    sheet = book.add_worksheet("Entries")
    sheet.write_row(0, 0, ["Time report"])
    sheet.write_row(2, 0, ["Date", "Start", "Duration", "When", "Hours", "Note"])
    sheet.write_datetime(3, 0, date(2025, 1, 3), day)
    sheet.write_datetime(3, 1, time(8, 30, 5), clock)
    sheet.write_datetime(3, 2, timedelta(hours=32, minutes=15), length)
    sheet.write_datetime(3, 3, datetime(2025, 1, 2, 3, 4), both)  # noqa: DTZ001 - Excel has no zones
    sheet.write(3, 4, 1.5)
    sheet.write_string(3, 5, "=not a formula")
    sheet.write_row(5, 0, ["04/05/2025", "", "1:30", "", 2, ""])
    book.add_worksheet("Empty")
    book.close()
    good, bad = table_of(path)
    assert bad.is_empty()
    assert good.rows() == [
        ("2025-01-03", "8:30:05", "32:15:00", "2025-01-02 03:04:00", "1.5", "=not a formula", 4),
        ("04/05/2025", "", "1:30", "", "2", "", 6),
    ]


def test_every_sheet_with_a_header_is_a_source(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name in ("June", "July"):
        book.add_worksheet(name).write_row(0, 0, ["User", "Hours"])
        book.get_worksheet_by_name(name).write_row(1, 0, [name, "1"])
    book.close()
    with open_sources(path) as sources:
        assert [source.name for source in sources] == ["export.xlsx: June", "export.xlsx: July"]


def test_sqlite_is_read_from_a_private_copy(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table runs (id)")
        database.commit()
    with open_sources(path) as (source,):
        assert source.head().shape == "sqlite"
        assert source.head().tables == {"runs"}
        assert source.path != path


def test_a_json_list_longer_than_the_window(tmp_path: Path) -> None:
    items: list[object] = [{"id": number, "text": "é" * (number % 50)} for number in range(120_000)] + [
        1,
        -2.5,
        "x",
        None,
    ]
    assert [value for _, value in json_of(written(tmp_path, json.dumps(items, ensure_ascii=False), "a.json"))] == items


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, 2]}', [{"a": [1, 2]}]),
        ('\n {"a":\n 1}\n', [{"a": 1}]),
        ("[]", []),
        ("[ 123456789012345678901234567890 , [] ]", [123456789012345678901234567890, []]),
        ('\ufeff[{"a": 1}]', [{"a": 1}]),
        ('[NaN, {"a": -Infinity, "b": [Infinity, 1]}]', [None, {"a": None, "b": [None, 1]}]),
    ],
)
def test_json(tmp_path: Path, text: str, expected: list[object]) -> None:
    assert json_of(written(tmp_path, text, "a.json")) == list(enumerate(expected, start=1))


def test_json_lines(tmp_path: Path) -> None:
    text = '{"a": 1}\n\n{"a": 2\n{"a": NaN}\n{"a": 3} {"a": 4}\n{"a": 5}\n'
    records = json_of(written(tmp_path, text, "a.jsonl"))
    assert [line for line, _ in records] == [1, 3, 4, 5, 6]
    assert [record for _, record in records if not isinstance(record, BadRecord)] == [{"a": 1}, {"a": None}, {"a": 5}]
    assert all(isinstance(record, BadRecord) and record.reason for _, record in (records[1], records[3]))


def test_frames_of_json_and_records_of_tables_are_refused(tmp_path: Path) -> None:
    with open_sources(written(tmp_path, TABLE)) as (table,), pytest.raises(UnreadableFile, match="not JSON"):
        table.records()
    with open_sources(written(tmp_path, "[1]", "a.json")) as (document,), pytest.raises(UnreadableFile, match="table"):
        document.frames()
