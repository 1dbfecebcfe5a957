"""Open untrusted files: look at the bytes, reject what cannot be read, open the rest.

Nothing is trusted: not the name, not the size that an archive states, not the encoding.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import polars as pl

from dashboard.errors import NoExport, NoRows, UnreadableFile
from dashboard.importers.contract import Head, Source
from dashboard.importers.readers.archives import Member, clean_name, detect_packing, unpack_gzip, unpack_zip
from dashboard.importers.readers.cvat_xml import CvatXmlSource, is_cvat_xml
from dashboard.importers.readers.delimited import DelimitedSource
from dashboard.importers.readers.documents import JsonLinesSource, JsonSource, detect_json_shape
from dashboard.importers.readers.encodings import convert_to_utf8
from dashboard.importers.readers.file_trees import is_tar, open_tree
from dashboard.importers.readers.labeling_jobs import choose_job_files
from dashboard.importers.readers.limits import LIMITS
from dashboard.importers.readers.lined_text import TextSource, is_lined_text
from dashboard.importers.readers.mlflow_traces import TraceSource, has_rows
from dashboard.importers.readers.workbooks import read_old_sheets, read_sheets

__all__ = ["LIMITS", "open_sources"]

_SNIFF_BYTES = 64 << 10
_OLD_OFFICE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SQLITE_MAGIC = b"SQLite format 3\x00"
_JSONL_SUFFIXES = (".jsonl", ".ndjson", ".manifest", ".log")

# File types that are rejected, by their first bytes.
_UNSUPPORTED: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"ORC", "an ORC file"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a Word document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x93NUMPY", "a NumPy file"),
)
_HINT = "Give a CSV, TSV, XLSX, XLS, JSON, JSON Lines, ICS or SQLite export, or a .gz or .zip of one."


class SqliteSource:
    """A private copy of a SQLite file at `path`; importers open it read-only."""

    encoding: str | None = None
    notes: tuple[str, ...] = ()

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self._tables = _list_tables(path, name)

    def head(self) -> Head:
        """Return the names of the tables."""
        return Head(shape="sqlite", tables=self._tables)

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Raise: importers of databases run their own queries."""
        raise UnreadableFile(f'"{self.name}" is a database, not a table.')

    def records(self) -> Iterator[tuple[int, object]]:
        """Raise: importers of databases run their own queries."""
        raise UnreadableFile(f'"{self.name}" is a database, not JSON.')


@contextmanager
def open_sources(path: Path, name: str | None = None) -> Iterator[list[Source]]:
    """Open an untrusted file as one or more sources (archive, workbook); unpacked copies are deleted at exit.

    Raises `UnreadableFile`, which names the file, the problem, and what to do.
    """
    display_name = clean_name(name if name is not None else path.name)
    _check_regular_file(path, display_name)
    with tempfile.TemporaryDirectory(prefix="labeltime-") as folder:
        yield _list_sources(path, display_name, Path(folder), packed=False)


def _check_regular_file(path: Path, display_name: str) -> None:
    """Reject pipes, devices, folders, and links that lead out of their folder."""
    try:
        if path.is_symlink() and path.resolve(strict=True).parent != path.parent.resolve():
            raise UnreadableFile(f'"{display_name}" is a link to another folder.', "Give the file itself.")
        status = path.stat()
    except OSError as error:
        raise UnreadableFile(f'"{display_name}" cannot be opened: {error.strerror}.', "Check the path.") from error
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFile(f'"{display_name}" is not a regular file.', "Give one export file.")
    if status.st_size == 0:
        raise UnreadableFile(f'"{display_name}" is empty: it has no rows.', "Export it again.")
    if status.st_size > LIMITS.file_bytes:
        raise UnreadableFile(
            f'"{display_name}" is larger than {LIMITS.file_bytes >> 30} GB.', "Export a shorter period."
        )
    if not os.access(path, os.R_OK):
        raise UnreadableFile(f'"{display_name}" may not be read.', "Check its permissions.")


def _list_sources(path: Path, display_name: str, folder: Path, *, packed: bool) -> list[Source]:
    with path.open("rb") as file:
        beginning = file.read(_SNIFF_BYTES)
    kind = detect_packing(beginning)
    if kind is not None and packed:
        raise UnreadableFile(f'"{display_name}" is an archive inside an archive.', "Unpack it first.")
    if kind == "gzip":
        unpacked = unpack_gzip(path, display_name, folder)
        return _list_sources(unpacked, clean_name(display_name.removesuffix(".gz")), folder, packed=True)
    if (kind == "zip" or is_tar(path)) and (tree := open_tree(path, display_name)) is not None:
        return [tree]
    if kind == "zip" and (members := unpack_zip(path, display_name, folder)) is not None:
        return _open_members(_choose_members(members), folder)
    if kind == "zip":
        return list(read_sheets(path, display_name))
    return _open_plain(path, display_name, folder, beginning)


def _open_plain(path: Path, display_name: str, folder: Path, beginning: bytes) -> list[Source]:
    """Return the sources of a file that is not packed."""
    if is_cvat_xml(beginning):
        return [CvatXmlSource(path, display_name)]
    if beginning.startswith(_OLD_OFFICE_MAGIC):
        return list(read_old_sheets(path, display_name))
    _reject_unsupported(beginning, display_name)
    if beginning.startswith(_SQLITE_MAGIC):
        copy = Path(tempfile.mkdtemp(dir=folder)) / "copy.sqlite"
        shutil.copyfile(path, copy)
        return _list_databases(copy, display_name)
    return [_open_text(path, display_name, folder)]


def _list_databases(path: Path, display_name: str) -> list[Source]:
    """Return a database as a source; the traces of MLflow are a second one, or the only one where there are no runs."""
    tables = _list_tables(path, display_name)
    if not has_rows(path, tables, "trace_info"):
        return [SqliteSource(path, display_name)]
    traces = TraceSource(path, display_name, tables)
    return [SqliteSource(path, display_name), traces] if has_rows(path, tables, "runs") else [traces]


def _open_members(members: Sequence[Member], folder: Path) -> list[Source]:
    """Return the sources of an archive; a JSON file keeps its place in it, and the first tells what is none.

    Raises:
        UnreadableFile: a file is damaged, or none is an export.
    """
    sources: list[Source] = []
    others: list[UnreadableFile] = []
    for member in members:
        try:
            opened = _list_sources(member.path, member.title, folder, packed=True)
        except (NoExport, NoRows) as error:
            others.append(error)
            continue
        for source in opened:
            if isinstance(source, JsonSource | JsonLinesSource):
                source.place = member.place
        sources += opened
    if not sources:
        raise others[0]
    sources[0].notes = (*sources[0].notes, *(error.message for error in others))
    return sources


def _choose_members(members: Sequence[Member]) -> Sequence[Member]:
    """Return the members of an archive that are exports: of an INCEpTION project its log, of a labeling job some."""
    job_files = choose_job_files(members)
    if job_files:
        return job_files
    names = [member.place.rsplit("/", 1)[-1] for member in members]
    if {"event.log", "exportedproject.json"} <= set(names):
        return [member for member, name in zip(members, names, strict=True) if name == "event.log"]
    return members


def _reject_unsupported(beginning: bytes, display_name: str) -> None:
    file_type = next((file_type for magic, file_type in _UNSUPPORTED if beginning.startswith(magic)), None)
    if beginning[8:12] == b"DUCK":
        file_type = "a DuckDB database"
    elif beginning[257:262] == b"ustar":
        file_type = "a tar archive"
    elif beginning[:1] == b"\x80" and beginning[1:2] in b"\x02\x03\x04\x05":
        file_type = "a Python pickle"
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<script")):
        file_type = "a web page, perhaps a login page"
    elif text.startswith((b"<?xml", b"<svg")):
        file_type = "an XML file"
    if file_type is not None:
        raise NoExport(f'"{display_name}" is {file_type}, not an export that can be read.', _HINT)


def _open_text(path: Path, display_name: str, folder: Path) -> Source:
    text = convert_to_utf8(path, display_name, folder)
    if is_lined_text(text.path, text.start):
        return TextSource(text.path, display_name, text.encoding, text.start)
    shape = detect_json_shape(text.path, text.start, lines=display_name.lower().endswith(_JSONL_SUFFIXES))
    if shape == "jsonl":
        return JsonLinesSource(text.path, display_name, text.encoding, text.start)
    if shape == "json":
        return JsonSource(text.path, display_name, text.encoding, text.start)
    return DelimitedSource(text.path, display_name, text.encoding, text.start)


def _list_tables(path: Path, display_name: str) -> frozenset[str]:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            rows = database.execute("select name from sqlite_master where type = 'table' order by name").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise UnreadableFile(f'"{display_name}" is a damaged SQLite file: {error}.', "Copy it again.") from error
    return frozenset(str(row[0]) for row in rows)
