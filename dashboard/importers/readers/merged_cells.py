"""Cells of a workbook that are merged over several rows: the file says so, and their value holds for each row.

A merged number is left where it stands, because it may be a sum over its rows.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

from dashboard.units import count_noun

_CHUNK_BYTES = 1 << 20
_LONGEST_TAG = 1 << 10
_MERGE_PATTERN = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]{0,200}?ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)
_SHEET_PATTERN = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_TARGET_PATTERN = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE_PATTERN = re.compile(r"([\w:]+)=([\"'])(.*?)\2")
_DATE_PATTERN = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:\D|$)")
_LENGTH_YEARS = ("1899-", "1900-", "1904-")  # lengths are counted from these years
_NUMBER_START = re.compile(r"[-+]?[.,]?\d")


@dataclass(frozen=True, order=True)
class RowSpan:
    """The rows that a merged cell covers, counted from 1."""

    first: int
    last: int


Merges = Mapping[int, Sequence[RowSpan]]  # position of a column, from 0 -> its merged cells


def read_merges(path: Path) -> dict[str, Merges]:
    """Return the cells merged over rows in each sheet of an XLSX workbook; none for other or damaged files."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: _read_sheet_merges(archive, member) for name, member in _list_sheets(archive)}
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, RuntimeError, EOFError, zlib.error):
        return {}


def fill_merges(
    cells: pl.DataFrame, merges: Mapping[str, Sequence[RowSpan]], title_row: int
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the cells with each merged text or date in all of its rows that hold anything, and what was done.

    `merges` has the merged cells by column; those in the titles, down to `title_row`, are left alone.
    """
    spans_by_column = {name: [span for span in spans if span.first > title_row] for name, spans in merges.items()}
    spans_by_column = {name: spans for name, spans in spans_by_column.items() if spans and name in cells.columns}
    if not spans_by_column:
        return cells, ()
    has_content = cells.select(pl.any_horizontal(pl.all() != "")).to_series().to_list()
    repeated: list[RowSpan] = []
    sums: list[RowSpan] = []
    columns = []
    for name, spans in spans_by_column.items():
        values = cells[name].to_list()
        for span in spans:
            value = values[span.first - 1] if span.first <= len(values) else ""
            if value:
                (sums if _is_number(value) else repeated).append(span)
                _fill_span(values, span, has_content)
        columns.append(pl.Series(name, values, dtype=pl.String))
    return cells.with_columns(columns), tuple(_describe_merges(repeated, sums))


def _fill_span(values: list[str], span: RowSpan, has_content: Sequence[bool]) -> None:
    """Write what a merged cell shows into its further rows: a sheet may still hold other values below it."""
    value = values[span.first - 1]
    for row in range(span.first, min(span.last, len(values))):
        if has_content[row]:
            values[row] = "" if _is_number(value) else value


def _describe_merges(repeated: list[RowSpan], sums: list[RowSpan]) -> Iterator[str]:
    """Yield what was done with merged cells."""
    if repeated:
        yield (
            f"{count_noun(len(repeated), 'cell')} merged over several rows counted for each of these rows, such as the"
            f" one in rows {repeated[0].first} to {repeated[0].last}."
        )
    if sums:
        yield (
            f"{count_noun(len(sums), 'cell')} with a number merged over several rows counted for the first row only,"
            f" because the number may be their sum, such as the one in rows {sums[0].first} to {sums[0].last}."
        )


def _is_number(value: str) -> bool:
    """Return whether a cell holds a number or a length and no date."""
    is_date = bool(_DATE_PATTERN.match(value)) and not value.startswith(_LENGTH_YEARS)
    return bool(_NUMBER_START.match(value)) and not is_date


def _list_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet and of its part of the archive."""
    targets = {}
    for tag in _TARGET_PATTERN.findall(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")):
        attributes = _read_attributes(tag)
        targets[attributes.get("Id")] = attributes.get("Target", "")
    members = set(archive.namelist())
    for tag in _SHEET_PATTERN.findall(archive.read("xl/workbook.xml").decode("utf-8", "replace")):
        attributes = _read_attributes(tag)
        target = next((targets.get(value, "") for name, value in attributes.items() if name.endswith(":id")), "")
        member = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if member in members:
            yield attributes.get("name", ""), member


def _read_attributes(tag: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, _, value in _ATTRIBUTE_PATTERN.findall(tag)}


def _read_sheet_merges(archive: zipfile.ZipFile, member: str) -> Merges:
    """Return the merged cells of a sheet by the position of their first column, in order and without overlaps."""
    spans: defaultdict[int, list[RowSpan]] = defaultdict(list)
    with archive.open(member) as part:
        for column, first, last in _scan_merges(part):
            spans[column].append(RowSpan(first, last))
    return {column: _drop_overlaps(sorted(unsorted)) for column, unsorted in spans.items()}


def _drop_overlaps(spans: list[RowSpan]) -> list[RowSpan]:
    """Return the spans that begin below the ones before them: a program that writes sheets never overlaps them."""
    separate: list[RowSpan] = []
    for span in spans:
        if not separate or span.first > separate[-1].last:
            separate.append(span)
    return separate


def _scan_merges(part: IO[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield (position of the first column, first row, last row) of cells merged over rows, in one pass."""
    remainder = b""
    while chunk := part.read(_CHUNK_BYTES):
        text = remainder + chunk
        end = 0
        for match in _MERGE_PATTERN.finditer(text):
            end = match.end()
            if int(match[2]) < int(match[4]):
                yield _find_position(match[1].decode()), int(match[2]), int(match[4])
        remainder = text[max(end, len(text) - _LONGEST_TAG) :]


def _find_position(letters: str) -> int:
    """Return the position of a column, from 0, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
