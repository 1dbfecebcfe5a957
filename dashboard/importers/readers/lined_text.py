"""Text that is neither a table nor JSON but has lines that trackers write: calendars, and clocks.

Clocks are those of org files, of timeclock files (hledger, ledger) and of Timewarrior's own data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Head
from dashboard.importers.readers.limits import LIMITS

_SNIFF_BYTES = 1 << 20
_HEAD_LINES = 20
_CALENDAR = b"BEGIN:VCALENDAR"
_CLOCK_LINE = re.compile(
    rb"(?m)^(?:[ \t]*CLOCK: \[\d{4}-\d\d-\d\d|[io] \d{4}([-/])\d\d?\1\d\d? \d{1,2}:\d\d|inc \d{8}T\d{6}Z)"
)


class TextSource:
    """Lines of UTF-8 text; `start` is the first byte after a BOM."""

    notes: tuple[str, ...] = ()

    def __init__(self, path: Path, name: str, encoding: str | None, start: int = 0) -> None:
        self.path, self.name, self.encoding, self._start = path, name, encoding, start

    def head(self) -> Head:
        """Return the first lines, and the first one that tells the format."""
        first_lines = [line for _, line in islice(self.records(), _HEAD_LINES)]
        clock = next((line for _, line in self.records() if _CLOCK_LINE.match(str(line).encode())), None)
        return Head(shape="text", records=tuple(first_lines if clock is None else [*first_lines, clock]))

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Raise: text has no columns."""
        raise UnreadableFile(f'"{self.name}" is text, not a table.')

    def records(self) -> Iterator[tuple[int, object]]:
        """Yield (number, text) of each line; raises `UnreadableFile` for a line beyond the limit."""
        with self.path.open("rb") as file:
            file.seek(self._start)
            number = 0
            while line := file.readline(LIMITS.field_bytes + 1):
                number += 1
                if len(line) > LIMITS.field_bytes:
                    raise UnreadableFile(f'"{self.name}": line {number} is too long.', "Export the file again.")
                yield number, line.decode("utf-8", errors="replace").rstrip("\r\n")


def is_lined_text(path: Path, start: int) -> bool:
    """Return whether a file is a calendar, or has lines of clocks."""
    with path.open("rb") as file:
        file.seek(start)
        beginning = file.read(_SNIFF_BYTES)
    return beginning.lstrip().upper().startswith(_CALENDAR) or bool(_CLOCK_LINE.search(beginning))
