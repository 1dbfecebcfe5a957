"""Records of delimited text: whole chunks where they are regular, one by one where they are not."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.readers.limits import LIMITS
from dashboard.importers.table import RAW_LENGTH
from dashboard.schemas import BAD_ROW, build_bad_rows

_MAX_PATTERN_FIELDS = 200  # with more fields, the pattern costs more than reading one by one
_FIELD_TOO_LONG = f"field longer than {LIMITS.field_bytes >> 20} MB"
_STRAY_QUOTE = "quote inside a quoted field that is not doubled"


@dataclass(frozen=True)
class ParsedChunk:
    """Complete records of a chunk, its rejected rows, and how many bytes and lines they take."""

    frame: pl.DataFrame  # columns of text, and `_line`
    bad: pl.DataFrame
    used: int  # bytes
    lines: int


@dataclass(frozen=True)
class Chunk:
    """Text with line feeds only, from the beginning of a record at physical line `line`.

    `ended`: nothing follows. `is_cut`: the file had no line feed after the last line.
    """

    text: bytes
    line: int
    ended: bool
    is_cut: bool = False

    def measure_complete_lines(self) -> tuple[int, int]:
        """Return the bytes up to the last line feed outside (well-formed) quotes, and the number of quotes in them."""
        end = self.text.rfind(b"\n") + 1
        quotes = self.text.count(b'"', 0, end)
        if quotes % 2:
            end = self.text.rfind(b"\n", 0, self.text.rfind(b'"', 0, end)) + 1
            quotes -= 1
        return end, quotes


def parse_regular_chunk(chunk: Chunk, columns: Sequence[str], delimiter: str) -> ParsedChunk | None:
    """Read all complete records at once; None where any is blank, short, long, or oddly quoted.

    With every field present, the bytes must be the field bytes, one separator or line feed per
    field, and the quotes; only a quote within a field, doubled in the file, counts once more.
    """
    bytes_used, quotes = chunk.measure_complete_lines()
    text = chunk.text if bytes_used == len(chunk.text) else chunk.text[:bytes_used]
    if not bytes_used or len(columns) == 1 or (quotes and _has_stray_quote(text, delimiter)):
        return None
    frame = _parse_csv(text, columns, delimiter)
    if frame is None or frame.select(pl.sum_horizontal(pl.all().null_count())).item():
        return None
    sizes = frame.select(pl.all().str.len_bytes().cast(pl.Int64).sum()).row(0)
    longest = max(frame.select(pl.all().str.len_bytes().max()).row(0))
    doubled = sum(sizes) + frame.height * len(columns) + quotes - len(text)
    if longest > LIMITS.field_bytes or (doubled and doubled != _count_quotes(frame)):
        return None
    line_feeds = text.count(b"\n") if quotes else frame.height
    return ParsedChunk(
        frame.with_columns(_number_lines(frame, line_feeds, chunk.line)), build_bad_rows(), bytes_used, line_feeds
    )


def _count_quotes(frame: pl.DataFrame) -> int:
    return sum(frame.select(pl.all().str.count_matches('"', literal=True).cast(pl.Int64).sum()).row(0))


def _has_stray_quote(text: bytes, delimiter: str) -> bool:
    """Find a quote with text on both sides: the fast reader would drop it silently."""
    neighbour = rf'[^"\n{delimiter}]'
    return bool(pl.Series([text.decode("utf-8")]).str.contains(f'{neighbour}"{neighbour}')[0])


def _parse_csv(text: bytes, columns: Sequence[str], delimiter: str) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            text,
            has_header=False,
            separator=delimiter,
            schema=dict.fromkeys(columns, pl.String),
            empty_string_is_null=False,
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None  # ragged or oddly quoted: reading one by one finds where


def _number_lines(frame: pl.DataFrame, line_feeds: int, first_line: int) -> pl.Expr:
    """Return the physical line of each record; records take one line unless a field contains line feeds."""
    if frame.height == line_feeds:
        return pl.int_range(first_line, first_line + pl.len(), dtype=pl.Int64).alias("_line")
    inner_feeds = pl.sum_horizontal(pl.col(frame.columns).str.count_matches("\n", literal=True))
    return (first_line + (inner_feeds + 1).cast(pl.Int64).cum_sum().shift(1, fill_value=0)).alias("_line")


@dataclass
class _CollectedRecords:
    """Records that were read one by one."""

    lines: list[int] = field(default_factory=list)
    records: list[list[str]] = field(default_factory=list)
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    has_short: bool = False  # a record lacks fields at its end


def parse_irregular_chunk(chunk: Chunk, columns: Sequence[str], delimiter: str, name: str) -> ParsedChunk:
    """Read regular lines together and the others one by one; raises `UnreadableFile` for an unclosed quote."""
    end = chunk.text.rfind(b"\n") + 1
    texts = chunk.text[:end].decode("utf-8").split("\n")[:-1]
    lines = pl.Series("text", texts, dtype=pl.String)
    is_regular = _flag_regular(lines, len(columns), delimiter)
    collected, is_collected, next_start, line_count = _CollectedRecords(), bytearray(len(texts)), 0, len(texts)
    for start in (~is_regular).arg_true().to_list():
        if start < next_start:
            continue
        next_start = _read_record(texts, start, len(columns), delimiter, collected, chunk, name)
        if next_start < 0:
            end, line_count = len("\n".join([*texts[:start], ""]).encode()) if start else 0, start
            is_collected[start:] = b"\1" * (len(texts) - start)
            break
        is_collected[start:next_start] = b"\1" * (next_start - start)
    is_left = ~pl.Series(list(is_collected), dtype=pl.UInt8).cast(pl.Boolean)
    line_numbers = pl.int_range(chunk.line, chunk.line + len(texts), dtype=pl.Int64, eager=True).filter(is_left)
    regular_frame = _parse_regular_lines(lines.filter(is_left), line_numbers, columns, delimiter)
    irregular_frame = pl.DataFrame(
        collected.records, schema=dict.fromkeys(columns, pl.String), orient="row"
    ).with_columns(pl.Series("_line", collected.lines, dtype=pl.Int64))
    bad = build_bad_rows(pl.DataFrame(collected.bad, schema=BAD_ROW, orient="row"))
    return ParsedChunk(pl.concat([regular_frame, irregular_frame]).sort("_line"), bad, end, line_count)


def _flag_regular(lines: pl.Series, width: int, delimiter: str) -> pl.Series:
    if not 1 < width <= _MAX_PATTERN_FIELDS:
        return pl.Series([False], dtype=pl.Boolean).new_from_index(0, lines.len())
    separator = "\\" + delimiter if delimiter == "|" else delimiter
    cell = rf'(?:"(?:[^"]|"")*"|[^"{delimiter}]*)'
    fits = lines.str.contains(rf"^{cell}(?:{separator}{cell}){{{width - 1}}}$")
    return fits & (lines.str.len_bytes() <= LIMITS.field_bytes)


def _parse_regular_lines(
    lines: pl.Series, line_numbers: pl.Series, columns: Sequence[str], delimiter: str
) -> pl.DataFrame:
    text = "\n".join([*lines.to_list(), ""]).encode()
    frame = _parse_csv(text, columns, delimiter)
    if frame is None:  # not reached for lines that fit the pattern; never silent
        raise UnreadableFile(f"Lines {line_numbers[0]} to {line_numbers[-1]} cannot be read as a table.")
    return frame.with_columns(line_numbers.alias("_line"))


def _read_record(
    texts: list[str], start: int, width: int, delimiter: str, collected: _CollectedRecords, chunk: Chunk, name: str
) -> int:
    """Read the record at `start` into `collected`; return where the next one begins, -1 if it is cut off."""
    if not texts[start]:
        return start + 1
    line = chunk.line + start
    stop = min(len(texts), start + LIMITS.record_lines)
    reader = csv.reader((texts[index] + "\n" for index in range(start, stop)), delimiter=delimiter, strict=True)
    try:
        record = next(reader)
    except csv.Error as error:
        if "unexpected end" in str(error):
            open_size = sum(map(len, texts[start:stop]))
            if stop == len(texts) and not chunk.ended and open_size <= LIMITS.record_bytes:
                return -1
            raise _build_unclosed_error(name, line) from error
        if reader.line_num > 1:
            raise _build_unclosed_error(name, line) from error
        collected.bad.append((line, _STRAY_QUOTE, texts[start][:RAW_LENGTH]))
        return start + 1
    is_short = 1 < len(record) < width
    is_last = chunk.is_cut and start > 0 and start + reader.line_num == len(texts)
    if is_short and is_last and not collected.has_short:
        reason: str | None = f"cut off: {len(record)} of {width} fields, and the file ends within the line"
    else:
        record = _fit_record(record, width)
        reason = _find_defect(record, width)
    collected.has_short |= is_short
    if reason:
        raw = "\n".join(texts[start : start + min(reader.line_num, RAW_LENGTH)])[:RAW_LENGTH]
        collected.bad.append((line, reason, raw))
    else:
        collected.lines.append(line)
        collected.records.append(record)
    return start + reader.line_num


def _fit_record(record: list[str], width: int) -> list[str]:
    """Return the record with as many fields as the header where only empty fields at its end are missing or too many.

    Editors leave empty fields at the end away, or add some. A record of one field is no record of a wider table.
    """
    if 1 < len(record) < width:
        return [*record, *[""] * (width - len(record))]
    return record[:width] if not any(field.strip() for field in record[width:]) else record


def _find_defect(record: list[str], width: int) -> str | None:
    if len(record) != width:
        return f"{'fewer' if len(record) < width else 'more'} fields than the header: {len(record)} of {width}"
    longest = max(record, key=len)
    if len(longest) > LIMITS.field_bytes // 4 and len(longest.encode()) > LIMITS.field_bytes:
        return _FIELD_TOO_LONG
    return None


def _build_unclosed_error(name: str, line: int) -> UnreadableFile:
    return UnreadableFile(
        f'"{name}": the record that begins in line {line} opens a quote that is not closed.',
        "Close or remove the quote there, or export the file again.",
    )
