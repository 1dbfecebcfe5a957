"""JSON lists, objects and lines, one record in memory at a time."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NoReturn

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import BadRecord, Head
from dashboard.importers.limits import LIMITS
from dashboard.importers.table import RAW_LENGTH

_HEAD_RECORDS = 20
_SHAPE_BYTES = 1 << 20
_TOO_LARGE = f"a record larger than {LIMITS.json_record_bytes >> 20} MB"
_BLANK = " \t\r\n"
_ADVICE = "Download the export again, or have it checked as JSON."


class _Rule(ValueError):
    """JSON that Python would read and other readers would not."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Rule(f'the key "{twice[:80]}" stands twice in one object')
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _Rule(f"the number {text[:40]} is too large")
    return value


def _no_constant(text: str) -> NoReturn:
    raise _Rule(f"{text} is not a number in JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_no_constant)


def _whole(text: str, value: object) -> object:
    """Return the value of `text` without halves of surrogate pairs, which a cut emoji leaves and nothing can store."""
    return _repaired(value) if "\\ud" in text or "\\uD" in text else value


def _repaired(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_repaired(item) for item in value]
    if isinstance(value, dict):
        return {_repaired(name): _repaired(item) for name, item in value.items()}
    return value


def json_shape(path: Path, start: int, *, lines: bool) -> str | None:
    """Tell "json" from "jsonl" by the first lines, `lines` being what the name says; None for neither."""
    with path.open("rb") as file:
        file.seek(start)
        beginning = file.read(_SHAPE_BYTES).lstrip()
    if not beginning.startswith((b"{", b"[")):
        return None
    if beginning.startswith(b"["):
        return "json" if beginning[1:].lstrip()[:1] in b'{["]-0123456789tfnNI' else None
    first, _, rest = beginning.partition(b"\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return "jsonl" if lines and b"\n{" in rest else "json"
    return "jsonl" if lines or rest.strip() else "json"


class _JsonBase:
    def __init__(self, path: Path, name: str, encoding: str | None, start: int = 0) -> None:
        self.path, self.name, self.encoding, self._start = path, name, encoding, start

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Refuse: JSON has no columns of text."""
        raise UnreadableFile(f'"{self.name}" is JSON, not a table.')

    def _broken(self, line: int, what: str) -> UnreadableFile:
        return UnreadableFile(f'"{self.name}", line {line}: {what}.', _ADVICE)


class JsonLinesSource(_JsonBase):
    """One JSON value a line; a line that is none becomes a `BadRecord`."""

    def head(self) -> Head:
        """Return the first records that can be read."""
        good = (record for _, record in self.records() if not isinstance(record, BadRecord))
        return Head(shape="jsonl", records=tuple(islice(good, _HEAD_RECORDS)))

    def records(self) -> Iterator[tuple[int, object]]:
        """Yield (line, value) of each line that is not blank."""
        with self.path.open("rb") as file:
            file.seek(self._start)
            line = 0
            while text := file.readline(LIMITS.json_record_bytes + 1):
                line += 1
                if len(text) > LIMITS.json_record_bytes:
                    raise self._broken(line, _TOO_LARGE)
                if text.strip():
                    yield line, _line_value(text.decode("utf-8").strip())


def _line_value(text: str) -> object:
    try:
        value, end = _DECODER.raw_decode(text)
    except RecursionError:
        return BadRecord("nested too deeply", text[:RAW_LENGTH])
    except ValueError as error:
        return BadRecord(f"not JSON: {_cause(error)}", text[:RAW_LENGTH])
    if end != len(text):
        return BadRecord("not JSON: more than one value in the line", text[:RAW_LENGTH])
    return _whole(text, value)


def _cause(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return str(error) if isinstance(error, _Rule) else "a number with too many digits"


class JsonSource(_JsonBase):
    """A list, whose items are the records, or one object, which is the only record."""

    def head(self) -> Head:
        """Return the first items of the list, or the object."""
        return Head(shape="json", records=tuple(record for _, record in islice(self.records(), _HEAD_RECORDS)))

    def records(self) -> Iterator[tuple[int, object]]:
        """Yield (ordinal, value); raises `UnreadableFile` with the line where the text stops being JSON."""
        with self.path.open("rb") as file:
            file.seek(self._start)
            text = _Text(file)
            if text.peek() == "[":
                text.at += 1
                yield from self._items(text)
            else:
                yield 1, self._value(text)
            if text.peek():
                raise self._broken(text.line(), "text after the end of the JSON")

    def _items(self, text: _Text) -> Iterator[tuple[int, object]]:
        ordinal = 0
        while text.peek() != "]" or ordinal:
            ordinal += 1
            yield ordinal, self._value(text)
            mark = text.peek()
            if mark == "]":
                break
            if mark != ",":
                raise self._broken(text.line(), "cut off" if not mark else "a comma or ] is missing")
            text.at += 1
        text.at += 1

    def _value(self, text: _Text) -> object:
        if not text.peek():
            raise self._broken(text.line(), "cut off")
        while True:
            try:
                value, end = _DECODER.raw_decode(text.buffer, text.at)
            except RecursionError:
                raise self._broken(text.line(), "nested too deeply") from None
            except ValueError as error:
                if isinstance(error, json.JSONDecodeError) and text.more():
                    continue
                raise self._unreadable(text, error) from error
            if end == len(text.buffer) and isinstance(value, int | float) and text.more():
                continue  # a number may go on in the next piece
            if end - text.at > LIMITS.json_record_bytes:
                raise self._broken(text.line(), _TOO_LARGE)
            begin, text.at = text.at, end
            return _whole(text.buffer[begin:end], value)

    def _unreadable(self, text: _Text, error: ValueError) -> UnreadableFile:
        if len(text.buffer) - text.at > LIMITS.json_record_bytes:
            return self._broken(text.line(), f"{_TOO_LARGE}, or JSON that is broken")
        position = error.pos if isinstance(error, json.JSONDecodeError) else text.at
        at_end = isinstance(error, json.JSONDecodeError) and text.buffer[position:].strip(_BLANK) == ""
        cut = "cut off: " if at_end or "Unterminated" in str(error) else ""
        return self._broken(text.line(position), f"{cut}{_cause(error)}")


class _Text:
    """A window on a long text: `buffer` from `at` on is not used yet."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = io.TextIOWrapper(file, encoding="utf-8", newline="")
        self.buffer, self.at, self._lines_before, self._ended = "", 0, 1, False

    def peek(self) -> str:
        """Return the next mark that is not blank, "" at the end."""
        while True:
            while self.at < len(self.buffer) and self.buffer[self.at] in _BLANK:
                self.at += 1
            if self.at < len(self.buffer) or not self.more():
                return self.buffer[self.at : self.at + 1]

    def more(self) -> bool:
        """Take in more text; False at the end of the file or when one record fills the window."""
        if self._ended or len(self.buffer) - self.at > LIMITS.json_record_bytes:
            return False
        piece = self._file.read(max(LIMITS.json_chunk_characters, len(self.buffer) - self.at))
        self._ended = not piece
        self._lines_before += self.buffer.count("\n", 0, self.at)
        self.buffer, self.at = self.buffer[self.at :] + piece, 0
        return bool(piece)

    def line(self, position: int | None = None) -> int:
        """Return the line of `position` in the buffer, of the next mark without one."""
        return self._lines_before + self.buffer.count("\n", 0, self.at if position is None else position)
