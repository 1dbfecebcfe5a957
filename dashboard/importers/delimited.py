"""Delimited text (CSV, TSV): find delimiter and header, then read in stretches of columns of text.

A stretch that passes three arithmetic checks is read in one go; only the records of the
others are looked at one by one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Head
from dashboard.importers.limits import LIMITS
from dashboard.importers.records import Read, Stretch, irregular_stretch, regular_stretch
from dashboard.importers.table import frame_names

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 256 << 10
_SAMPLE_RECORDS = 60
_HEAD_RECORDS = 100
_LINE_END = re.compile(rb"\r\n|\r|\n")
_VALUE = re.compile(r"[-+]?[\d.,:/ %-]*\d[\d.,:/ %-]*(?:[AaPp][Mm])?")


@dataclass(frozen=True)
class Layout:
    """Where the header stands and what separates the fields."""

    delimiter: str
    header: tuple[str, ...]
    data_line: int  # physical line of the first record after the header, from 1
    data_offset: int  # its byte in the file


class DelimitedSource:
    """A UTF-8 table on disk; `start` is the first byte after a BOM."""

    def __init__(self, path: Path, name: str, encoding: str | None, start: int = 0) -> None:
        self.path, self.name, self.encoding = path, name, encoding
        self._layout = _laid_out(path, name, start)
        if not _has_text(path, self._layout.data_offset):
            raise UnreadableFile(f'"{name}" has a header but no rows.', "Export a period with entries in it.")

    def head(self) -> Head:
        """Return the header and up to 100 records as text."""
        frame, _ = next(self._stretches(_SAMPLE_BYTES))
        return Head(shape="table", header=self._layout.header, sample=frame.drop("_line").head(_HEAD_RECORDS))

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Read records as text with `_line`, and bad rows; raises `UnreadableFile` for an unclosed quote."""
        return self._stretches(LIMITS.chunk_bytes)

    def records(self) -> Iterator[tuple[int, object]]:
        """Refuse: a table has no JSON records."""
        raise UnreadableFile(f'"{self.name}" is a table, not JSON.')

    def _stretches(self, chunk_bytes: int) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        columns, delimiter = frame_names(self._layout.header), self._layout.delimiter
        line, rest, ended = self._layout.data_line, b"", False
        with self.path.open("rb") as file:
            file.seek(self._layout.data_offset)
            while not ended:
                piece, ended = _piece(file, chunk_bytes)
                rest = rest + piece if rest else piece
                if ended and rest and not rest.endswith(b"\n"):
                    rest += b"\n"
                while rest:
                    read = self._next(Stretch(rest, line, ended), columns, delimiter)
                    if not read.used:
                        self._short_enough(rest, line)
                        break
                    line, rest = line + read.lines, rest[read.used :]
                    yield read.frame, read.bad

    def _short_enough(self, rest: bytes, line: int) -> None:
        if len(rest) > LIMITS.record_bytes and b"\n" not in rest:
            size = LIMITS.record_bytes >> 20
            raise UnreadableFile(f'"{self.name}": line {line} is longer than {size} MB.', "Export the file again.")

    def _next(self, stretch: Stretch, columns: tuple[str, ...], delimiter: str) -> Read:
        """Read what is complete of `stretch`, which may be nothing until more text is there."""
        read = regular_stretch(stretch, columns, delimiter)
        return irregular_stretch(stretch, columns, delimiter, self.name) if read is None else read


def _piece(file: BinaryIO, chunk_bytes: int) -> tuple[bytes, bool]:
    """Read on, to the end of a line if it is near, and tell whether that was all."""
    piece = file.read(chunk_bytes)
    ended = len(piece) < chunk_bytes
    if not ended:
        piece += file.readline(LIMITS.field_bytes)
    while piece.endswith(b"\r") and (more := file.read(1)):
        piece += more
    return _line_feeds(piece), ended


def _line_feeds(piece: bytes) -> bytes:
    if b"\r" not in piece:
        return piece
    return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _has_text(path: Path, offset: int) -> bool:
    with path.open("rb") as file:
        file.seek(offset)
        return any(piece.strip() for piece in iter(lambda: file.read(1 << 20), b""))


def _laid_out(path: Path, name: str, start: int) -> Layout:
    """Find the delimiter and the header row; raises `UnreadableFile` where there is neither."""
    with path.open("rb") as file:
        file.seek(start)
        beginning = file.read(_SAMPLE_BYTES)
        if not beginning.strip():
            beginning = beginning + file.read(LIMITS.record_bytes)
        elif len(_LINE_END.split(beginning, maxsplit=2)) <= 2:  # noqa: PLR2004 - no second line in sight
            beginning += file.read(LIMITS.record_bytes)
            if not _LINE_END.search(beginning) and len(beginning) > LIMITS.record_bytes:
                raise UnreadableFile(
                    f'"{name}": line 1 is longer than {LIMITS.record_bytes >> 20} MB.', "This is not a table."
                )
    if not beginning.strip():
        raise UnreadableFile(f'"{name}" has no rows.', "Export it again.")
    text = beginning.decode("utf-8", errors="ignore")
    found = max((_candidate(text, delimiter) for delimiter in _DELIMITERS), key=lambda one: one.score)
    if len(found.header) > LIMITS.columns:
        raise UnreadableFile(
            f'"{name}": line {found.line} has {len(found.header):,} columns; {LIMITS.columns:,} are allowed.',
            "Export it with fewer fields.",
        )
    if not any(found.header):
        raise UnreadableFile(f'"{name}" has no header row.', "Export it with column names in the first line.")
    ends = [match.end() for match in _LINE_END.finditer(beginning)]
    offset = ends[found.next_line - 2] if found.next_line - 2 < len(ends) else len(beginning)
    return Layout(found.delimiter, found.header, found.next_line, start + offset)


@dataclass(frozen=True)
class _Candidate:
    delimiter: str
    score: float
    header: tuple[str, ...]
    line: int
    next_line: int


def _candidate(text: str, delimiter: str) -> _Candidate:
    """Read the beginning with `delimiter`: which record would be the header, and how well the rest fits it."""
    csv.field_size_limit(LIMITS.record_bytes * 2)
    lines = (line + "\n" for line in re.split(r"\r\n|\r|\n", text))
    reader = csv.reader(lines, delimiter=delimiter)
    seen: list[tuple[int, int, list[str]]] = []
    before = 0
    for record in reader:
        if any(field.strip() for field in record):
            seen.append((before + 1, reader.line_num + 1, record))
        before = reader.line_num
        if len(seen) >= _SAMPLE_RECORDS:
            break
    widths = [len(record) for _, _, record in seen]
    at = header_position([record for _, _, record in seen]) or 0
    line, next_line, record = seen[at]
    fitting = sum(width == len(record) for width in widths[at:]) / len(widths[at:])
    header = tuple(title(field) for field in record)
    # A wrong delimiter finds its header late, in a cell that happens to hold it.
    return _Candidate(delimiter, fitting * (len(record) - 1) / (1 + at), header, line, next_line)


def header_position(records: list[list[str]]) -> int | None:
    """Return the index of the header among the first records, None where no record looks like one."""
    widths = [len(record) for record in records]
    usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width), default=0)
    found = (at for at, record in enumerate(records[: LIMITS.preamble_records]) if _is_header(record, usual))
    return next(found, None)


def _is_header(record: list[str], usual: int) -> bool:
    """Tell titles from a preamble and from data: more than half as many as the usual fields, and none a value."""
    filled = [field.strip() for field in record if field.strip()]
    if len(record) * 2 <= usual or len(filled) * 5 < len(record) * 4:
        return False
    worded = sum(any(mark.isalpha() for mark in field) for field in filled)
    return worded * 2 >= len(filled) and not any(_VALUE.fullmatch(field) for field in filled)


def title(field: str) -> str:
    """Return a column name without invisible marks and outer blanks."""
    return "".join(mark for mark in field if mark.isprintable() or mark == "\u00a0").replace("\ufeff", "").strip()
