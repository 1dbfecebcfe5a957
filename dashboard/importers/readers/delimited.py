"""Delimited text (CSV, TSV): find delimiter and header, then read columns of text in chunks.

A chunk that passes three arithmetic checks is read in one go; the records of the others
are checked one by one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import polars as pl

from dashboard.errors import NoExport, NoRows, UnreadableFile
from dashboard.importers.contract import Head
from dashboard.importers.readers.header_rows import TitleRows, clean_title, find_titles
from dashboard.importers.readers.limits import LIMITS
from dashboard.importers.readers.records import Chunk, ParsedChunk, parse_irregular_chunk, parse_regular_chunk
from dashboard.importers.table import deduplicate_header, name_places
from dashboard.units import format_count

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 256 << 10
_SAMPLE_RECORDS = 60
_HEAD_RECORDS = 100
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True)
class TableLayout:
    """Where the header is and what separates the fields."""

    delimiter: str
    header: tuple[str, ...]
    data_line: int  # physical line of the first record after the header, from 1
    data_offset: int  # its byte in the file
    notes: tuple[str, ...] = ()  # how the header was found, where it is not the first line
    has_titles: bool = True
    width: int = 0  # fields of the first record, whatever it is
    first_line: int = 1  # physical line of the first record
    first_offset: int = 0  # its byte in the file


class DelimitedSource:
    """A UTF-8 table on disk; `start` is the first byte after a BOM."""

    def __init__(self, path: Path, name: str, encoding: str | None, start: int = 0) -> None:
        self.path, self.name, self.encoding = path, name, encoding
        self._layout = _detect_layout(path, name, start)
        self.notes = self._layout.notes
        if not _has_text(path, self._layout.data_offset):
            raise _build_empty_error(name, self._layout.header)

    def head(self) -> Head:
        """Return the header and up to 100 records as text."""
        frame, _ = next(self._read_chunks(_SAMPLE_BYTES))
        return Head(
            shape="table",
            header=self._layout.header,
            sample=frame.drop("_line").head(_HEAD_RECORDS),
            has_titles=self._layout.has_titles,
        )

    def number_columns(self) -> DelimitedSource:
        """Return the same table as one without titles: its columns are named by their places, its first row is data."""
        numbered, layout = copy(self), self._layout
        numbered.notes = ()
        numbered._layout = replace(  # noqa: SLF001 - a copy of itself
            layout,
            header=name_places(max(len(layout.header), layout.width)),
            data_line=layout.first_line,
            data_offset=layout.first_offset,
            notes=(),
        )
        return numbered

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Read records as text with `_line`, and rejected rows; raises `UnreadableFile` for an unclosed quote."""
        return self._read_chunks(LIMITS.chunk_bytes)

    def records(self) -> Iterator[tuple[int, object]]:
        """Raise: a table has no JSON records."""
        raise UnreadableFile(f'"{self.name}" is a table, not JSON.')

    def _read_chunks(self, chunk_bytes: int) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        columns, delimiter = deduplicate_header(self._layout.header), self._layout.delimiter
        line, buffer, is_last, is_cut = self._layout.data_line, b"", False, False
        with self.path.open("rb") as file:
            file.seek(self._layout.data_offset)
            while not is_last:
                added, is_last = _read_lines(file, chunk_bytes)
                buffer = buffer + added if buffer else added
                if is_last and buffer and not buffer.endswith(b"\n"):
                    buffer, is_cut = buffer + b"\n", True
                while buffer:
                    parsed_chunk = self._parse_chunk(Chunk(buffer, line, is_last, is_cut), columns, delimiter)
                    if not parsed_chunk.used:
                        self._check_line_length(buffer, line)
                        break
                    line, buffer = line + parsed_chunk.lines, buffer[parsed_chunk.used :]
                    yield _drop_blank_rows(parsed_chunk.frame), parsed_chunk.bad

    def _check_line_length(self, buffer: bytes, line: int) -> None:
        if len(buffer) > LIMITS.record_bytes and b"\n" not in buffer:
            size = LIMITS.record_bytes >> 20
            raise UnreadableFile(f'"{self.name}": line {line} is longer than {size} MB.', "Export the file again.")

    def _parse_chunk(self, chunk: Chunk, columns: tuple[str, ...], delimiter: str) -> ParsedChunk:
        """Read the complete records of `chunk`; there may be none until more text is read."""
        parsed_chunk = parse_regular_chunk(chunk, columns, delimiter)
        return parse_irregular_chunk(chunk, columns, delimiter, self.name) if parsed_chunk is None else parsed_chunk


def _drop_blank_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows without those of delimiters only, which a spreadsheet writes for a blank row."""
    columns = [name for name in frame.columns if name != "_line"]
    if not (frame[columns[0]].fill_null("") == "").any():
        return frame
    return frame.filter(pl.any_horizontal(pl.col(columns).fill_null("") != ""))


def _build_empty_error(name: str, header: tuple[str, ...]) -> UnreadableFile:
    """Return what is wrong with a file of one line: column titles without rows, or a sentence."""
    if len(header) <= 2 or any(title.count(" ") >= 4 for title in header):  # noqa: PLR2004 - words, not titles
        line = ", ".join(header)[:80]
        return NoExport(
            f'"{name}" is text and no table: its only line is "{line}".', "Give a table with column names and rows."
        )
    return NoRows(f'"{name}" has a header but no rows.', "Export a period with entries in it.")


def _read_lines(file: BinaryIO, chunk_bytes: int) -> tuple[bytes, bool]:
    """Read more bytes, to the end of a line if it is near; also return whether the file has ended."""
    data = file.read(chunk_bytes)
    is_last = len(data) < chunk_bytes
    if not is_last:
        data += file.readline(LIMITS.field_bytes)
    while data.endswith(b"\r") and (next_byte := file.read(1)):
        data += next_byte
    return _normalize_newlines(data), is_last


def _normalize_newlines(data: bytes) -> bytes:
    if b"\r" not in data:
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _has_text(path: Path, offset: int) -> bool:
    with path.open("rb") as file:
        file.seek(offset)
        return any(block.strip() for block in iter(lambda: file.read(1 << 20), b""))


def _detect_layout(path: Path, name: str, start: int) -> TableLayout:
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
        raise NoRows(f'"{name}" has no rows.', "Export it again.")
    text = beginning.decode("utf-8", errors="ignore")
    if not text.strip("".join(_DELIMITERS) + " \r\n\"'"):
        raise NoRows(f'"{name}" has no rows, only delimiters.', "Export a period with entries in it.")
    best = max((_score_layout(text, delimiter) for delimiter in _DELIMITERS), key=lambda candidate: candidate.score)
    if len(best.header) > LIMITS.columns:
        raise UnreadableFile(
            f'"{name}": line {best.line} has {format_count(len(best.header))} columns; '
            f"{format_count(LIMITS.columns)} are allowed.",
            "Export it with fewer fields.",
        )
    if not any(best.header):
        raise UnreadableFile(f'"{name}" has no header row.', "Export it with column names in the first line.")
    line_ends = [match.end() for match in _LINE_END.finditer(beginning)]
    offset = line_ends[best.next_line - 2] if best.next_line - 2 < len(line_ends) else len(beginning)
    first_offset = line_ends[best.first_line - 2] if 1 < best.first_line <= len(line_ends) + 1 else 0
    return TableLayout(
        best.delimiter,
        best.header,
        best.next_line,
        start + offset,
        best.notes,
        best.has_titles,
        best.width,
        best.first_line,
        start + first_offset,
    )


@dataclass(frozen=True)
class _LayoutCandidate:
    delimiter: str
    score: float
    header: tuple[str, ...]
    line: int
    next_line: int
    notes: tuple[str, ...] = ()
    has_titles: bool = True
    width: int = 0
    first_line: int = 1


def _score_layout(text: str, delimiter: str) -> _LayoutCandidate:
    """Score `delimiter`: find the record that would be the header, and how well the rest fits it."""
    csv.field_size_limit(LIMITS.record_bytes * 2)
    text_lines = (line + "\n" for line in re.split(r"\r\n|\r|\n", text))
    reader = csv.reader(text_lines, delimiter=delimiter)
    numbered_records: list[tuple[int, int, list[str]]] = []
    last_line = 0
    for record in reader:
        if any(field.strip() for field in record):
            numbered_records.append((last_line + 1, reader.line_num + 1, record))
        last_line = reader.line_num
        if len(numbered_records) >= _SAMPLE_RECORDS:
            break
    widths = [len(record) for _, _, record in numbered_records]
    if not numbered_records:
        return _LayoutCandidate(delimiter, -1, (), 1, 2)
    records = [record for _, _, record in numbered_records]
    titles = find_titles(records)
    rows = titles or TitleRows(0, 0, tuple(clean_title(field) for field in records[0]))
    fit_share = sum(width == len(rows.titles) for width in widths[rows.first :]) / len(widths[rows.first :])
    # A wrong delimiter finds its header late, in a cell that happens to hold it.
    score = fit_share * (len(rows.titles) - 1) / (1 + rows.first) * _measure_quote_fit(text, delimiter)
    lines = [line for line, _, _ in numbered_records]
    notes = rows.describe(records, lines)
    return _LayoutCandidate(
        delimiter,
        score,
        rows.titles,
        lines[rows.first],
        numbered_records[rows.last][1],
        notes,
        titles is not None,
        widths[0],
        lines[0],
    )


def _measure_quote_fit(text: str, delimiter: str) -> float:
    """Return the share of quotes that stand beside `delimiter`, a line end or another quote, as those of fields do."""
    edge = re.escape(delimiter)
    well_placed = len(re.findall(rf'(?:(?<=[{edge}\r\n"])|(?<![\s\S]))"|"(?=[{edge}\r\n"]|\Z)', text))
    quotes = text.count('"')
    return well_placed / quotes if quotes else 1.0
