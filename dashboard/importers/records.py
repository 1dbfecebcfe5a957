"""Records of delimited text: whole stretches where they are regular, one by one where they are not."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.limits import LIMITS
from dashboard.importers.table import RAW_LENGTH
from dashboard.schemas import BAD_ROW, bad_rows

_WIDEST_PATTERN = 200  # a pattern for more fields costs more than reading the records one by one
_FIELD_TOO_LONG = f"field longer than {LIMITS.field_bytes >> 20} MB"
_STRAY_QUOTE = "quote inside a quoted field that is not doubled"


@dataclass(frozen=True)
class Read:
    """Complete records of a stretch, what is wrong with others, and how far they reach."""

    frame: pl.DataFrame  # columns of text, and `_line`
    bad: pl.DataFrame
    used: int  # bytes
    lines: int


@dataclass(frozen=True)
class Stretch:
    """Text with line feeds only, from the beginning of a record at physical line `line`; `ended`: nothing follows."""

    text: bytes
    line: int
    ended: bool

    def whole_lines(self) -> tuple[int, int]:
        """Bytes up to the last line feed outside quotes, if quotes are used as they should be, and the quotes there."""
        end = self.text.rfind(b"\n") + 1
        quotes = self.text.count(b'"', 0, end)
        if quotes % 2:
            end = self.text.rfind(b"\n", 0, self.text.rfind(b'"', 0, end)) + 1
            quotes -= 1
        return end, quotes


def regular_stretch(stretch: Stretch, columns: Sequence[str], delimiter: str) -> Read | None:
    """Read all complete records at once; None where any is blank, short, long, or oddly quoted.

    With every field present, the bytes must be the field bytes, a separator or line feed a
    field, and the quotes; only a quote within a field, doubled in the file, counts once more.
    """
    used, quotes = stretch.whole_lines()
    text = stretch.text if used == len(stretch.text) else stretch.text[:used]
    if not used or len(columns) == 1 or (quotes and _has_stray_quote(text, delimiter)):
        return None
    frame = _parsed(text, columns, delimiter)
    if frame is None or frame.select(pl.sum_horizontal(pl.all().null_count())).item():
        return None
    sizes = frame.select(pl.all().str.len_bytes().cast(pl.Int64).sum()).row(0)
    longest = max(frame.select(pl.all().str.len_bytes().max()).row(0))
    doubled = sum(sizes) + frame.height * len(columns) + quotes - len(text)
    if longest > LIMITS.field_bytes or (doubled and doubled != _quotes_in(frame)):
        return None
    line_feeds = text.count(b"\n") if quotes else frame.height
    return Read(frame.with_columns(_lines(frame, line_feeds, stretch.line)), bad_rows(), used, line_feeds)


def _quotes_in(frame: pl.DataFrame) -> int:
    return sum(frame.select(pl.all().str.count_matches('"', literal=True).cast(pl.Int64).sum()).row(0))


def _has_stray_quote(text: bytes, delimiter: str) -> bool:
    """Find a quote with text on both sides: the fast reader would drop it without a word."""
    side = rf'[^"\n{delimiter}]'
    return bool(pl.Series([text.decode("utf-8")]).str.contains(f'{side}"{side}')[0])


def _parsed(text: bytes, columns: Sequence[str], delimiter: str) -> pl.DataFrame | None:
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
        return None  # ragged or oddly quoted: read one by one, which says where


def _lines(frame: pl.DataFrame, line_feeds: int, first: int) -> pl.Expr:
    """Physical line of each record; only fields with line feeds of their own make them uneven."""
    if frame.height == line_feeds:
        return pl.int_range(first, first + pl.len(), dtype=pl.Int64).alias("_line")
    inner = pl.sum_horizontal(pl.col(frame.columns).str.count_matches("\n", literal=True))
    return (first + (inner + 1).cast(pl.Int64).cum_sum().shift(1, fill_value=0)).alias("_line")


@dataclass
class _Harvest:
    """What reading one by one brings in."""

    lines: list[int] = field(default_factory=list)
    records: list[list[str]] = field(default_factory=list)
    bad: list[tuple[int, str, str]] = field(default_factory=list)


def irregular_stretch(stretch: Stretch, columns: Sequence[str], delimiter: str, name: str) -> Read:
    """Read regular lines together and the others one by one; raises `UnreadableFile` for an unclosed quote."""
    end = stretch.text.rfind(b"\n") + 1
    texts = stretch.text[:end].decode("utf-8").split("\n")[:-1]
    lines = pl.Series("text", texts, dtype=pl.String)
    regular = _is_regular(lines, len(columns), delimiter)
    harvest, swallowed, at, consumed = _Harvest(), bytearray(len(texts)), 0, len(texts)
    for start in (~regular).arg_true().to_list():
        if start < at:
            continue
        at = _read_one(texts, start, len(columns), delimiter, harvest, stretch, name)
        if at < 0:
            end, consumed = len("\n".join([*texts[:start], ""]).encode()) if start else 0, start
            swallowed[start:] = b"\1" * (len(texts) - start)
            break
        swallowed[start:at] = b"\1" * (at - start)
    kept = ~pl.Series(list(swallowed), dtype=pl.UInt8).cast(pl.Boolean)
    numbers = pl.int_range(stretch.line, stretch.line + len(texts), dtype=pl.Int64, eager=True).filter(kept)
    together = _together(lines.filter(kept), numbers, columns, delimiter)
    single = pl.DataFrame(harvest.records, schema=dict.fromkeys(columns, pl.String), orient="row").with_columns(
        pl.Series("_line", harvest.lines, dtype=pl.Int64)
    )
    bad = bad_rows(pl.DataFrame(harvest.bad, schema=BAD_ROW, orient="row"))
    return Read(pl.concat([together, single]).sort("_line"), bad, end, consumed)


def _is_regular(lines: pl.Series, width: int, delimiter: str) -> pl.Series:
    if not 1 < width <= _WIDEST_PATTERN:
        return pl.Series([False], dtype=pl.Boolean).new_from_index(0, lines.len())
    mark = "\\" + delimiter if delimiter == "|" else delimiter
    cell = rf'(?:"(?:[^"]|"")*"|[^"{delimiter}]*)'
    fits = lines.str.contains(rf"^{cell}(?:{mark}{cell}){{{width - 1}}}$")
    return fits & (lines.str.len_bytes() <= LIMITS.field_bytes)


def _together(lines: pl.Series, numbers: pl.Series, columns: Sequence[str], delimiter: str) -> pl.DataFrame:
    text = "\n".join([*lines.to_list(), ""]).encode()
    frame = _parsed(text, columns, delimiter)
    if frame is None:  # not reached for lines that fit the pattern; kept loud, not silent
        raise UnreadableFile(f"Lines {numbers[0]} to {numbers[-1]} cannot be read as a table.")
    return frame.with_columns(numbers.alias("_line"))


def _read_one(
    texts: list[str], start: int, width: int, delimiter: str, harvest: _Harvest, stretch: Stretch, name: str
) -> int:
    """Read the record that begins at `start` into `harvest`; return where the next begins, -1 when it is cut off."""
    if not texts[start]:
        return start + 1
    line = stretch.line + start
    until = min(len(texts), start + LIMITS.record_lines)
    reader = csv.reader((texts[at] + "\n" for at in range(start, until)), delimiter=delimiter, strict=True)
    try:
        record = next(reader)
    except csv.Error as error:
        if "unexpected end" in str(error):
            open_size = sum(map(len, texts[start:until]))
            if until == len(texts) and not stretch.ended and open_size <= LIMITS.record_bytes:
                return -1
            raise _unclosed(name, line) from error
        if reader.line_num > 1:
            raise _unclosed(name, line) from error
        harvest.bad.append((line, _STRAY_QUOTE, texts[start][:RAW_LENGTH]))
        return start + 1
    reason = _reason(record, width)
    if reason:
        raw = "\n".join(texts[start : start + min(reader.line_num, RAW_LENGTH)])[:RAW_LENGTH]
        harvest.bad.append((line, reason, raw))
    else:
        harvest.lines.append(line)
        harvest.records.append(record)
    return start + reader.line_num


def _reason(record: list[str], width: int) -> str | None:
    if len(record) != width:
        return f"{'fewer' if len(record) < width else 'more'} fields than the header: {len(record)} of {width}"
    longest = max(record, key=len)
    if len(longest) > LIMITS.field_bytes // 4 and len(longest.encode()) > LIMITS.field_bytes:
        return _FIELD_TOO_LONG
    return None


def _unclosed(name: str, line: int) -> UnreadableFile:
    return UnreadableFile(
        f'"{name}": the record that begins in line {line} opens a quote that is not closed.',
        "Close or remove the quote there, or export the file again.",
    )
