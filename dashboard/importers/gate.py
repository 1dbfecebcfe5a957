"""The gate for files from outside: look at the bytes, refuse what cannot be read, open the rest.

Nothing is believed: not the name, not the size an archive states, not the encoding.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers import archives
from dashboard.importers.contract import Head, Source
from dashboard.importers.delimited import DelimitedSource
from dashboard.importers.documents import JsonLinesSource, JsonSource, json_shape
from dashboard.importers.encodings import as_utf8
from dashboard.importers.limits import LIMITS
from dashboard.importers.workbooks import sheets

__all__ = ["LIMITS", "opened"]

_SNIFFED_BYTES = 64 << 10
_SQLITE = b"SQLite format 3\x00"
_LINES_NAMES = (".jsonl", ".ndjson", ".manifest", ".log")

# What these files are, by how they begin.
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"ORC", "an ORC file"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a Word document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x93NUMPY", "a NumPy file"),
    (b"BEGIN:VCALENDAR", "a calendar"),
)
_ADVICE = "Give a CSV, TSV, XLSX, JSON, JSON Lines or SQLite export, or a .gz or .zip of one."


class SqliteSource:
    """A private copy of a SQLite file at `path`; importers open it read-only."""

    encoding: str | None = None

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self._tables = _tables(path, name)

    def head(self) -> Head:
        """Return the names of the tables."""
        return Head(shape="sqlite", tables=self._tables)

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Refuse: importers of databases ask their own questions."""
        raise UnreadableFile(f'"{self.name}" is a database, not a table.')

    def records(self) -> Iterator[tuple[int, object]]:
        """Refuse: importers of databases ask their own questions."""
        raise UnreadableFile(f'"{self.name}" is a database, not JSON.')


@contextmanager
def opened(path: Path, name: str | None = None) -> Iterator[list[Source]]:
    """Open an untrusted file as sources, several for an archive or a workbook; unpacked copies go at exit.

    Raises `UnreadableFile`, which names the file, what is wrong, and what to do.
    """
    shown = _shown(name if name is not None else path.name)
    _regular(path, shown)
    with tempfile.TemporaryDirectory(prefix="labeltime-") as folder:
        yield _sources(path, shown, Path(folder), packed=False)


def _shown(name: str) -> str:
    """Keep a name fit for messages: its last part, without anything invisible, not too long."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return "".join(mark for mark in last if mark.isprintable())[:120] or "file"


def _regular(path: Path, shown: str) -> None:
    """Refuse pipes, devices, folders, and links that lead out of their folder."""
    try:
        if path.is_symlink() and path.resolve(strict=True).parent != path.parent.resolve():
            raise UnreadableFile(f'"{shown}" is a link to another folder.', "Give the file itself.")
        status = path.stat()
    except OSError as error:
        raise UnreadableFile(f'"{shown}" cannot be opened: {error.strerror}.', "Check the path.") from error
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFile(f'"{shown}" is not a regular file.', "Give one export file.")
    if status.st_size == 0:
        raise UnreadableFile(f'"{shown}" is empty: it has no rows.', "Export it again.")
    if status.st_size > LIMITS.file_bytes:
        raise UnreadableFile(f'"{shown}" is larger than {LIMITS.file_bytes >> 30} GB.', "Export a shorter period.")
    if not os.access(path, os.R_OK):
        raise UnreadableFile(f'"{shown}" may not be read.', "Check its permissions.")


def _sources(path: Path, shown: str, folder: Path, *, packed: bool) -> list[Source]:
    with path.open("rb") as file:
        start = file.read(_SNIFFED_BYTES)
    kind = archives.packing(start)
    if kind is not None and packed:
        raise UnreadableFile(f'"{shown}" is an archive inside an archive.', "Unpack it first.")
    if kind == "gzip":
        inner = archives.gunzipped(path, shown, folder)
        return _sources(inner, _shown(shown.removesuffix(".gz")), folder, packed=True)
    if kind == "zip" and (members := archives.unzipped(path, shown, folder)) is not None:
        return [source for member, title in members for source in _sources(member, title, folder, packed=True)]
    if kind == "zip":
        return list(sheets(path, shown))
    _refuse(start, shown)
    if start.startswith(_SQLITE):
        copy = Path(tempfile.mkdtemp(dir=folder)) / "copy.sqlite"
        shutil.copyfile(path, copy)
        return [SqliteSource(copy, shown)]
    return [_text_source(path, shown, folder)]


def _refuse(start: bytes, shown: str) -> None:
    what = next((what for magic, what in _REFUSED if start.startswith(magic)), None)
    if start[8:12] == b"DUCK":
        what = "a DuckDB database"
    elif start[257:262] == b"ustar":
        what = "a tar archive"
    elif start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05":
        what = "a Python pickle"
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<script")):
        what = "a web page, perhaps a login page"
    elif text.startswith((b"<?xml", b"<svg")):
        what = "an XML file"
    if what is not None:
        raise UnreadableFile(f'"{shown}" is {what}, not an export that can be read.', _ADVICE)


def _text_source(path: Path, shown: str, folder: Path) -> Source:
    text = as_utf8(path, shown, folder)
    shape = json_shape(text.path, text.start, lines=shown.lower().endswith(_LINES_NAMES))
    if shape == "jsonl":
        return JsonLinesSource(text.path, shown, text.encoding, text.start)
    if shape == "json":
        return JsonSource(text.path, shown, text.encoding, text.start)
    return DelimitedSource(text.path, shown, text.encoding, text.start)


def _tables(path: Path, shown: str) -> frozenset[str]:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            rows = database.execute("select name from sqlite_master where type = 'table' order by name").fetchall()
    except sqlite3.Error as error:
        raise UnreadableFile(f'"{shown}" is a damaged SQLite file: {error}.', "Copy it again.") from error
    return frozenset(str(row[0]) for row in rows)
