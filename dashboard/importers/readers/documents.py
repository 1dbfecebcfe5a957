"""JSON lists, objects and lines, with one record in memory at a time."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import BadRecord, Head
from dashboard.importers.readers.limits import LIMITS
from dashboard.importers.table import RAW_LENGTH

_HEAD_RECORDS = 20
_SHAPE_BYTES = 1 << 20
_TOO_LARGE = f"a record larger than {LIMITS.json_record_bytes >> 20} MB"
_BLANK = " \t\r\n"
_HINT = "Download the export again, or have it checked as JSON."


class _JsonRuleError(ValueError):
    """JSON that Python reads but other readers reject."""


def _check_unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise _JsonRuleError(f'the key "{repeated[:80]}" occurs twice in one object')
    return mapping


def _parse_finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _JsonRuleError(f"the number {text[:40]} is too large")
    return value


def _read_constant(text: str) -> None:
    """Return nothing for NaN and infinity, which tools written in Python put where a number is not known."""
    del text


_DECODER = json.JSONDecoder(
    object_pairs_hook=_check_unique_keys, parse_float=_parse_finite, parse_constant=_read_constant
)


def _repair_surrogates(text: str, value: object) -> object:
    """Return `value` without lone surrogates, which a cut emoji leaves in `text` and nothing can store."""
    return _replace_surrogates(value) if "\\ud" in text or "\\uD" in text else value


def _replace_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_replace_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_replace_surrogates(name): _replace_surrogates(item) for name, item in value.items()}
    return value


def detect_json_shape(path: Path, start: int, *, lines: bool) -> str | None:
    """Return "json" or "jsonl" by the first lines, None for neither; `lines` says what the name suggests."""
    with path.open("rb") as file:
        file.seek(start)
        beginning = file.read(_SHAPE_BYTES).lstrip()
    if not beginning.startswith((b"{", b"[")):
        return None
    if beginning.startswith(b"["):
        return "json" if beginning[1:].lstrip()[:1] in b'{["]-0123456789tfnNI' else None
    first_line, _, remainder = beginning.partition(b"\n")
    try:
        json.loads(first_line)
    except (ValueError, RecursionError):
        return "jsonl" if lines and b"\n{" in remainder else "json"
    return "jsonl" if lines or remainder.strip() else "json"


class _JsonSourceBase:
    notes: tuple[str, ...] = ()
    place = ""  # its path, where it is a file of an archive

    def __init__(self, path: Path, name: str, encoding: str | None, start: int = 0) -> None:
        self.path, self.name, self.encoding, self._start = path, name, encoding, start

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Raise: JSON has no columns of text."""
        raise UnreadableFile(f'"{self.name}" is JSON, not a table.')

    def _build_error(self, line: int, problem: str) -> UnreadableFile:
        return UnreadableFile(f'"{self.name}", line {line}: {problem}.', _HINT)


class JsonLinesSource(_JsonSourceBase):
    """One JSON value per line; any other line becomes a `BadRecord`."""

    def head(self) -> Head:
        """Return the first readable records; raises `UnreadableFile` where no line is one."""
        readable = (record for _, record in self.records() if not isinstance(record, BadRecord))
        records = tuple(islice(readable, _HEAD_RECORDS))
        line, first = (0, None) if records else next(self.records(), (0, None))
        if isinstance(first, BadRecord):
            raise self._build_error(line, first.reason)
        return Head(shape="jsonl", records=records)

    def records(self) -> Iterator[tuple[int, object]]:
        """Yield (line, value) of each line that is not blank."""
        with self.path.open("rb") as file:
            file.seek(self._start)
            line = 0
            while text := file.readline(LIMITS.json_record_bytes + 1):
                line += 1
                if len(text) > LIMITS.json_record_bytes:
                    raise self._build_error(line, _TOO_LARGE)
                if text.strip():
                    yield line, _parse_line(text.decode("utf-8").strip())


def _parse_line(text: str) -> object:
    try:
        value, end = _DECODER.raw_decode(text)
    except RecursionError:
        return BadRecord("nested too deeply", text[:RAW_LENGTH])
    except ValueError as error:
        return BadRecord(f"not JSON: {_describe_cause(error)}", text[:RAW_LENGTH])
    if end != len(text):
        return BadRecord("not JSON: more than one value in the line", text[:RAW_LENGTH])
    return _repair_surrogates(text, value)


def _describe_cause(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return str(error) if isinstance(error, _JsonRuleError) else "a number with too many digits"


class JsonSource(_JsonSourceBase):
    """A list whose items are the records, or one object as the only record."""

    def head(self) -> Head:
        """Return the first items of the list, or the object."""
        return Head(shape="json", records=tuple(record for _, record in islice(self.records(), _HEAD_RECORDS)))

    def records(self) -> Iterator[tuple[int, object]]:
        """Yield (ordinal, value); raises `UnreadableFile` with the line where the text stops being JSON."""
        with self.path.open("rb") as file:
            file.seek(self._start)
            text = _TextWindow(file)
            if text.peek_char() == "[":
                text.at += 1
                yield from self._read_items(text)
            else:
                yield 1, self._read_value(text)
            if text.peek_char():
                raise self._build_error(text.line(), "text after the end of the JSON")

    def _read_items(self, text: _TextWindow) -> Iterator[tuple[int, object]]:
        ordinal = 0
        while text.peek_char() != "]" or ordinal:
            ordinal += 1
            yield ordinal, self._read_value(text)
            char = text.peek_char()
            if char == "]":
                break
            if char != ",":
                raise self._build_error(text.line(), "cut off" if not char else "a comma or ] is missing")
            text.at += 1
        text.at += 1

    def _read_value(self, text: _TextWindow) -> object:
        if not text.peek_char():
            raise self._build_error(text.line(), "cut off")
        while True:
            try:
                value, end = _DECODER.raw_decode(text.buffer, text.at)
            except RecursionError:
                raise self._build_error(text.line(), "nested too deeply") from None
            except ValueError as error:
                if isinstance(error, json.JSONDecodeError) and text.read_more():
                    continue
                raise self._explain_error(text, error) from error
            if end == len(text.buffer) and isinstance(value, int | float) and text.read_more():
                continue  # a number may go on in the next piece
            if end - text.at > LIMITS.json_record_bytes:
                raise self._build_error(text.line(), _TOO_LARGE)
            start, text.at = text.at, end
            return _repair_surrogates(text.buffer[start:end], value)

    def _explain_error(self, text: _TextWindow, error: ValueError) -> UnreadableFile:
        if len(text.buffer) - text.at > LIMITS.json_record_bytes:
            return self._build_error(text.line(), f"{_TOO_LARGE}, or JSON that is broken")
        position = error.pos if isinstance(error, json.JSONDecodeError) else text.at
        at_end = isinstance(error, json.JSONDecodeError) and text.buffer[position:].strip(_BLANK) == ""
        prefix = "cut off: " if at_end or "Unterminated" in str(error) else ""
        return self._build_error(text.line(position), f"{prefix}{_describe_cause(error)}")


class _TextWindow:
    """A window on a long text: `buffer` is unused from `at` on."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = io.TextIOWrapper(file, encoding="utf-8", newline="")
        self.buffer, self.at, self._lines_before, self._is_complete = "", 0, 1, False

    def peek_char(self) -> str:
        """Return the next character that is not blank, "" at the end."""
        while True:
            while self.at < len(self.buffer) and self.buffer[self.at] in _BLANK:
                self.at += 1
            if self.at < len(self.buffer) or not self.read_more():
                return self.buffer[self.at : self.at + 1]

    def read_more(self) -> bool:
        """Read more text; return False at the end of the file or when one record fills the window."""
        if self._is_complete or len(self.buffer) - self.at > LIMITS.json_record_bytes:
            return False
        added = self._file.read(max(LIMITS.json_chunk_characters, len(self.buffer) - self.at))
        self._is_complete = not added
        self._lines_before += self.buffer.count("\n", 0, self.at)
        self.buffer, self.at = self.buffer[self.at :] + added, 0
        return bool(added)

    def line(self, position: int | None = None) -> int:
        """Return the line of `position` in the buffer, by default of the next character."""
        return self._lines_before + self.buffer.count("\n", 0, self.at if position is None else position)


class ItemFilesSource:
    """The files of an export that has one for each item, as one list; each item gets its file's place as `_path`."""

    notes: tuple[str, ...] = ()

    def __init__(self, name: str, files: Sequence[JsonSource]) -> None:
        self.name, self._files = name, files
        self.path, self.encoding = files[0].path, files[0].encoding

    def head(self) -> Head:
        """Return the items of the first files."""
        readable = (record for _, record in self.records() if not isinstance(record, BadRecord))
        return Head(shape="json", records=tuple(islice(readable, _HEAD_RECORDS)))

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Raise: JSON has no columns of text."""
        raise UnreadableFile(f'"{self.name}" is JSON, not a table.')

    def records(self) -> Iterator[tuple[int, object]]:
        """Yield (number of the file, its item); a file that is no JSON costs no other."""
        for number, file in enumerate(self._files, start=1):
            try:
                for _, record in file.records():
                    yield number, {**record, "_path": file.place} if isinstance(record, Mapping) else record
            except UnreadableFile as error:
                yield number, BadRecord(f"not JSON: {error.message}", file.place[:RAW_LENGTH])
