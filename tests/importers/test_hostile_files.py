"""Files made to break the reading: each is refused in words that name it, or read without harm."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import resource
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from dashboard.errors import QuestionNeeded, UnreadableFile
from dashboard.importers.columns.dates import collect_date_facts, parse_day, parse_timestamp, resolve_date_order
from dashboard.importers.columns.durations import parse_duration
from dashboard.importers.columns.numbers import parse_number
from dashboard.importers.columns.zones import convert_to_utc, describe_dst_shifts
from dashboard.importers.contract import BadRecord, list_day_rejections
from dashboard.importers.readers.limits import LIMITS
from dashboard.importers.readers.open_source import open_sources

HEADER = "User,Project,Hours\n"
MEGABYTE = 1 << 20


def written(folder: Path, content: str | bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def table_of(path: Path, name: str | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    with open_sources(path, name) as (source,):
        good, bad = zip(*source.frames(), strict=True)
    return pl.concat(good), pl.concat(bad)


def read_all(path: Path) -> None:
    """Read every record of every source in the file."""
    with open_sources(path) as sources:
        for source in sources:
            shape = source.head().shape
            for _ in source.frames() if shape == "table" else source.records():
                pass


def refused(path: Path, *words: str) -> str:
    """Read the file to its refusal; the message names the file and holds `words`, the hint says what to do."""
    with pytest.raises(UnreadableFile) as caught:
        read_all(path)
    assert path.name.removesuffix(".gz")[:40] in caught.value.message
    for word in words:
        assert word in caught.value.message
    assert caught.value.hint
    return caught.value.message


@pytest.fixture
def bounded() -> Iterator[None]:
    """Let the process grow by no more than half a gigabyte at its peak."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    unit = 1 if sys.platform == "darwin" else 1024
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit < 512 * MEGABYTE


# Number 1: nothing in it.
@pytest.mark.parametrize("content", ["", "\n\n\r\n", HEADER, HEADER + "\n \n", "\ufeff"])
def test_no_rows(tmp_path: Path, content: str) -> None:
    refused(written(tmp_path, content), "no rows")


# Number 2 and 20: something else under the name of a table.
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b"\xef\xbb\xbf\n<html>", "web page"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "image"),
        (b"PAR1" + bytes(50), "Parquet"),
        (bytes(8) + b"DUCK" + bytes(50), "DuckDB"),
        (pickle.dumps({"a": 1}), "pickle"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Excel"),
        (bytes(range(256)) * 64, "NUL"),
        (bytes(range(1, 256)) * 64, "binary"),
    ],
)
def test_not_an_export(tmp_path: Path, content: bytes, what: str) -> None:
    refused(written(tmp_path, content), what if what != "NUL" else "binary")


def test_random_bytes(tmp_path: Path) -> None:
    refused(written(tmp_path, os.urandom(100_000)))


def test_an_office_document_is_not_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    refused(path, "office document")


def test_a_zip_with_a_password(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("export.csv", HEADER + "Ann,Birds,1\n")
    packed = bytearray(buffer.getvalue())
    packed[packed.index(b"PK\x01\x02") + 8] |= 1  # the flags of the member, as a tool that locks it writes them
    refused(written(tmp_path, bytes(packed), "export.zip"), "locked with a password")


def test_the_name_of_a_member_cannot_steer_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("in/\x1b[31m\n\u202eweek.csv", HEADER + "Ann,Birds,1\n")
    with open_sources(path) as (source,):
        assert source.name == "export.zip: [31mweek.csv"


def test_a_damaged_workbook(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook><sheets><sheet name='A'/>")
    refused(path, "damaged workbook")


def test_a_damaged_database(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table runs (id)")
        database.commit()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 4000)
    refused(path, "damaged SQLite")


# Number 3: ragged rows.
def test_ragged_rows_are_listed(tmp_path: Path) -> None:
    good, bad = table_of(written(tmp_path, HEADER + "Ann,Birds,1\nBob\nCy,x,2,3\n\nDee,Boats,4\n"))
    assert good.rows() == [("Ann", "Birds", "1", 2), ("Dee", "Boats", "4", 6)]
    assert bad.rows() == [
        (3, "fewer fields than the header: 1 of 3", "Bob"),
        (4, "more fields than the header: 4 of 3", "Cy,x,2,3"),
    ]


def test_short_and_long_rows_do_not_make_up_for_each_other(tmp_path: Path) -> None:
    good, bad = table_of(written(tmp_path, HEADER + 'Ann,"Birds",1\nBob,1\nCy,"x""y",\n\nDee,,,x\n'))
    assert (good["_line"].to_list(), bad["line"].to_list()) == ([2, 3, 4], [6])


@pytest.mark.parametrize("cut", ["Bob,Boa", 'Bob,"Boats"', "Bob,"])
def test_a_last_row_that_is_cut_off_is_rejected(tmp_path: Path, cut: str) -> None:
    good, bad = table_of(written(tmp_path, HEADER + f"Ann,Birds,1\n{cut}"))
    assert (good["_line"].to_list(), bad["line"].to_list()) == ([2], [3])
    assert "the file ends within the line" in bad["reason"].item()
    # A row without its empty fields, as editors write it: the line ends, others lack theirs, too, or it is whole.
    for text in (f"Ann,Birds,1\n{cut}\n", f"Ann,Birds\nCy,Boats,2\n{cut}", f"{cut}", f"Ann,Birds\n{cut},2"):
        assert table_of(written(tmp_path, HEADER + text))[1].is_empty()


# Number 4: a quote that is never closed.
@pytest.mark.parametrize("rest", ["Bob,Boats,2\n", '"Bob","Boats","2"\n'])
@pytest.mark.usefixtures("bounded")
def test_an_unclosed_quote_is_named(tmp_path: Path, rest: str) -> None:
    path = written(tmp_path, HEADER + 'Ann,Birds,1\nAnn,"Birds,1\n' + rest * 1_000_000)
    refused(path, "line 3", "quote")


def test_a_quote_that_is_not_doubled_costs_one_row(tmp_path: Path) -> None:
    good, bad = table_of(written(tmp_path, HEADER + '"Ann","the "big" one","1"\n"Bob","Boats","2"\n'))
    assert (good["_line"].to_list(), bad["line"].to_list()) == ([3], [2])


# Number 6: many names twice.
def test_headers_that_differ_by_case_stay_apart(tmp_path: Path) -> None:
    good, _ = table_of(written(tmp_path, "User,user,USER,User\na,b,c,d\n"))
    assert good.columns == ["User", "user", "USER", "User__2", "_line"]


# Number 7: encodings.
def test_mixed_encodings_are_refused(tmp_path: Path) -> None:
    content = HEADER.encode() + "Jürgen,Vögel,1\n".encode() + "Jürgen,Vögel,1\n".encode("cp1252")
    refused(written(tmp_path, content), "line 3", "mixed")


def test_a_late_byte_of_another_encoding_is_found(tmp_path: Path) -> None:
    content = HEADER.encode() + b"Ann,Birds,1\n" * 500_000 + "Jürgen,Vögel,1\n".encode("cp1252")
    good, _ = table_of(written(tmp_path, content))
    assert good.row(-1) == ("Jürgen", "Vögel", "1", 500_002)


def test_half_of_utf_16(tmp_path: Path) -> None:
    refused(written(tmp_path, (HEADER + "Ann,Birds,1\n").encode("utf-16")[:-1]))
    refused(written(tmp_path, (HEADER + "Ann,Birds,1\n").encode("utf-16-le")), "NUL")


# Number 8: NUL bytes and control characters.
def test_nul_bytes_are_refused(tmp_path: Path) -> None:
    refused(written(tmp_path, HEADER + "Ann,Birds,1\nAnn,Bi\0rds,1\n"), "NUL", "line 3")


def test_control_characters_do_not_hide_rows(tmp_path: Path) -> None:
    good, _ = table_of(written(tmp_path, HEADER + "Ann\x1b[31m,Bi\x1ards,1\n" + "Bob,Boats,2\n" * 50))
    assert good.height == 51


# Number 11: long fields and lines.
def test_a_field_of_five_megabytes_is_one_bad_row(tmp_path: Path) -> None:
    good, bad = table_of(written(tmp_path, HEADER + f"Ann,{'x' * 5 * MEGABYTE},1\nBob,Boats,2\n"))
    assert good["_line"].to_list() == [3]
    assert bad["reason"].to_list() == ["field longer than 1 MB"]
    assert bad["raw"].str.len_chars().to_list() == [500]


@pytest.mark.parametrize("start", ["", HEADER])
@pytest.mark.usefixtures("bounded")
def test_a_line_of_two_hundred_megabytes(tmp_path: Path, start: str) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(start.encode())
        for _ in range(200):
            file.write(b"x" * MEGABYTE)
    refused(path, "line")


# Number 12: columns beyond number.
@pytest.mark.usefixtures("bounded")
def test_fifty_thousand_columns(tmp_path: Path) -> None:
    header = ",".join(f"column {number}" for number in range(50_000))
    refused(written(tmp_path, header + "\n" + "," * 49_999 + "\n"), "50,000 columns")


# Number 13: bombs.
def zeros(megabytes: int) -> Iterator[bytes]:
    return (b"0" * MEGABYTE for _ in range(megabytes))


@pytest.mark.usefixtures("bounded")
def test_a_gzip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "export.csv.gz"
    with gzip.open(path, "wb") as file:
        for piece in zeros(300):
            file.write(piece)
    refused(path, "times its size")


@pytest.mark.parametrize(("member", "name"), [("time.csv", "export.zip"), ("xl/workbook.xml", "export.xlsx")])
@pytest.mark.usefixtures("bounded")
def test_a_zip_bomb(tmp_path: Path, member: str, name: str) -> None:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(member, "w") as file:
        for piece in zeros(100):
            file.write(piece)
    refused(path, "times its size")


@pytest.mark.usefixtures("bounded")
def test_a_zip_that_lies_about_its_size(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("time.csv", b"".join(zeros(50)))
    packed = buffer.getvalue().replace((50 * MEGABYTE).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    refused(written(tmp_path, packed, "export.zip"))


def test_an_archive_in_an_archive_and_one_of_many(tmp_path: Path) -> None:
    inner = gzip.compress(HEADER.encode() + b"Ann,Birds,1\n")
    refused(written(tmp_path, gzip.compress(inner), "export.csv.gz"), "archive inside an archive")
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(LIMITS.members + 1):
            archive.writestr(f"{number}.csv", HEADER)
    refused(path, "files")


# Number 14: JSON.
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 200_000, ["too deeply"]),
        ('{"a":' * 200_000, ["too deeply"]),
        ('[{"a": 1, "a": 2}]', ["line 1", '"a" occurs twice']),
        ('[{"a": 1},\n{"a": ', ["line 2", "cut off"]),
        ('[{"a": 1},\n{"a": "x', ["line 2", "cut off"]),
        ('[{"a": 1}', ["cut off"]),
        ('[{"a": 1},\n', ["cut off"]),
        ("[", ["cut off"]),
        ("[1e309]", ["too large"]),
        (f"[{'9' * 5000}]", ["digits"]),
        ("[1 2]", ["comma"]),
        ("[1] x", ["after the end"]),
        ("[1,]", ["line 1"]),
    ],
)
def test_json_that_is_broken(tmp_path: Path, text: str, words: list[str]) -> None:
    refused(written(tmp_path, text, "tasks.json"), *words)


def test_a_json_record_of_sixty_megabytes(tmp_path: Path) -> None:
    refused(written(tmp_path, json.dumps([{"a": "x" * 60 * MEGABYTE}]), "tasks.json"), "32 MB")
    refused(written(tmp_path, '{"a": 1}\n' + json.dumps({"a": "x" * 60 * MEGABYTE}), "tasks.jsonl"), "line 2", "32 MB")


def test_a_deep_line_is_one_bad_record(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": 1}\n' + '{"a":' * 100_000 + "\n" + '{"a": 2}\n', "tasks.jsonl")
    with open_sources(path) as (source,):
        records = dict(source.records())
    assert records[1] == {"a": 1}
    assert records[3] == {"a": 2}
    assert isinstance(records[2], BadRecord)


# Number 16: cut off on the way.
def test_a_workbook_of_too_many_sheets_is_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "sheets.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for _ in range(300):
            workbook.add_worksheet()
    message = refused(path, "300 sheets")
    assert "training" not in message


def test_a_gzip_that_is_cut_off(tmp_path: Path) -> None:
    packed = gzip.compress(os.urandom(50_000).hex().encode())
    refused(written(tmp_path, packed[: len(packed) // 2], "export.csv.gz"), "cut off")
    refused(written(tmp_path, packed[:-8] + b"\0" * 8, "export.csv.gz"), "damaged")


def test_a_zip_that_is_cut_off(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("time.csv", HEADER * 100)
    refused(written(tmp_path, buffer.getvalue()[:500], "export.zip"), "damaged")


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_is_garbled_inside(tmp_path: Path, packing: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        archive.writestr("time.csv", os.urandom(2_000).hex())
    packed = bytearray(buffer.getvalue())
    packed[60:400] = bytes(255 - byte for byte in packed[60:400])
    refused(written(tmp_path, bytes(packed), "export.zip"), "damaged")


def test_a_zip_with_a_garbled_name(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("zeit\u00fc.csv", HEADER)
    refused(written(tmp_path, buffer.getvalue().replace(b"\xc3\xbc", b"\xc3\xe1"), "export.zip"), "damaged")


# Number 18: names are shown, never opened.
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\exports\\time.csv", "time.csv"),
        ("a[1].csv", "a[1].csv"),
        ("CON", "CON"),
        ("x" * 300, "x" * 120),
        ("time\u202evsc.exe", "timevsc.exe"),
        ("'; drop table--.csv", "'; drop table--.csv"),
        ("a\r\nb\x1b[31m.csv", "ab[31m.csv"),
        ("///", "file"),
    ],
)
def test_hostile_names(tmp_path: Path, name: str, shown: str) -> None:
    path = written(tmp_path, HEADER + "Ann,Birds,1\n", "upload")
    with open_sources(path, name) as (source,):
        assert source.name == shown
        assert source.path.parent in {tmp_path, *source.path.parents}


def test_members_stay_inside(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../outside.csv", HEADER + "Ann,Birds,1\n")
        archive.writestr("/absolute.csv", HEADER + "Ann,Birds,1\n")
    with open_sources(path) as sources:
        assert [source.name for source in sources] == ["export.zip: outside.csv", "export.zip: absolute.csv"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["export.zip"]


# Number 19: not a regular file.
def test_links_pipes_devices_and_folders(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    secret = written(outside, HEADER + "Ann,Birds,1\n")
    (inside / "away.csv").symlink_to(secret)
    refused(inside / "away.csv", "link")
    (inside / "dangling.csv").symlink_to(inside / "nothing")
    refused(inside / "dangling.csv", "cannot be opened")
    os.mkfifo(inside / "pipe.csv")
    refused(inside / "pipe.csv", "not a regular file")
    refused(Path("/dev/zero"), "not a regular file")
    refused(inside, "not a regular file")
    refused(inside / "absent.csv", "cannot be opened")
    beside = written(inside, HEADER + "Ann,Birds,1\n", "real.csv")
    (inside / "beside.csv").symlink_to(beside)
    os.link(beside, inside / "hard.csv")
    assert table_of(inside / "beside.csv")[0].height == table_of(inside / "hard.csv")[0].height == 1


# Numbers 23 to 26: values.
def day_of(value: str) -> object:
    return pl.DataFrame({"text": [value]}).select(parse_day(pl.col("text"), "day-month-year")).item()


def test_the_fold_and_the_gap_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "Start,Hours\n2026-11-01 01:30,1\n2026-03-08 02:30,1\n2026-03-08 03:30,1\n")
    good, _ = table_of(path)
    local = good.select(parse_timestamp(pl.col("Start"), "year-month-day").alias("local"))["local"]
    utc = local.to_frame().select(convert_to_utc(pl.col("local"), "America/New_York").dt.replace_time_zone(None))
    assert [moment.isoformat() for moment in utc.to_series()] == [
        "2026-11-01T05:30:00", "2026-03-08T07:30:00", "2026-03-08T07:30:00"
    ]  # fmt: skip
    assert len(describe_dst_shifts(local, "America/New_York")) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0001-01-01", date(1, 1, 1)),
        ("9999-12-31", date(9999, 12, 31)),
        ("10000-01-01", None),
        ("0044-03-15 BC", None),
        ("infinity", None),
        ("30.02.2024", None),
        ("1700000000", None),
        ("1700000000000", None),
    ],
)
def test_days_out_of_this_world(value: str, expected: date | None) -> None:
    assert day_of(value) == expected
    frame = pl.DataFrame({"day": [expected]}, schema={"day": pl.Date})
    assert frame.select(
        pl.any_horizontal(refusal.fill_null(value=False) for refusal, _ in list_day_rejections(pl.col("day")))
    ).item()


def test_an_open_date_is_asked_not_guessed() -> None:
    with pytest.raises(QuestionNeeded, match="03/04/2026"):
        resolve_date_order(collect_date_facts(pl.Series(["03/04/2026", "05/06/2026"])), None, "Date")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e309", "", "١٢", "0x1F", "1;2"])
def test_no_number_and_no_duration(value: str) -> None:
    frame = pl.DataFrame({"text": [value]})
    assert frame.select(parse_number(pl.col("text"), ".")).item() is None
    assert frame.select(parse_duration(pl.col("text"), bare="hours")).item() is None


@pytest.mark.parametrize(
    "value", ["9223372036854775808", "99999999999999999999:00:00", "1e300", "999999999999999999999h"]
)
def test_lengths_beyond_number_do_not_overflow(value: str) -> None:
    frame = pl.DataFrame({"text": [value]})
    assert frame.select(parse_duration(pl.col("text"), bare="hours")).item() is None


def test_a_database_whose_tables_cannot_be_named_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table runs (run_uuid text)")
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE runs", b"CREATE TABLE \x80uns("))
    refused(path, "damaged SQLite file")


@pytest.mark.parametrize("encoding", ["utf-f-8", "utf-16-le-x", "shift_jis"])
def test_an_annotation_file_in_an_encoding_that_is_none_is_refused(tmp_path: Path, encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?><annotations><version>1.1</version></annotations>'
    refused(written(tmp_path, content, "annotations.xml"), "annotations.xml")
