"""The terminal's two channels: data on stdout as table, CSV or JSON, talk on stderr."""

from __future__ import annotations

import getpass
import json
import math
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard import privacy
from dashboard.errors import DashboardError, QuestionNeeded, UnreadableFile, UnwritableFile

if TYPE_CHECKING:
    from dashboard.figures import Figure
    from dashboard.ingest import Failed, Imported, Progress

# What the command line calls the answer to a question that a file leaves open.
ANSWERS = {
    "zone": "Say it with --zone, for example --zone Europe/Berlin.",
    "date_order": "Say it with --day-first or --month-first.",
    "mapping": "Name the columns in a JSON file and pass it with --mapping.",
}
# The columns of `import`, and the order of its table.
IMPORT_COLUMNS = (
    "file",
    "import_id",
    "source",
    "rows_read",
    "accepted",
    "duplicate",
    "rejected",
    "seconds_total",
    "first_day",
    "last_day",
)
DETAILS = ("kind", "zone", "date_order", "encoding", "columns", "unused", "warnings")
SHARES = ("share", "coverage", "change", "claim", "low", "high", "level")  # columns shown in percent
WIDEST = 48  # of a text in a table; CSV and JSON have all of it
QUIET_SECONDS = 2.0  # a shorter wait needs no word
QUIET_SECONDS_IN_LOG = 15.0  # each beat is a line of its own there


class Format(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


@dataclass(frozen=True)
class Rows:
    """Column names and plain values, ready to be written."""

    columns: tuple[str, ...]
    values: tuple[tuple[object, ...], ...]

    def records(self) -> list[dict[str, object]]:
        """Return a mapping per row, by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.values]


def prepare() -> None:
    """Write UTF-8 wherever the output goes, so that no name in the data can stop the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def say(text: str) -> None:
    """Write a line of talk to stderr."""
    sys.stderr.write(printable(text) + "\n")
    sys.stderr.flush()


def give(text: str) -> None:
    """Write data to stdout."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def complain(error: DashboardError) -> None:
    """Say what is wrong and what to do next."""
    say(f"labeltime: {error.message}")
    hint = ANSWERS.get(error.question, error.hint) if isinstance(error, QuestionNeeded) else error.hint
    if hint:
        say(hint)


def printable(text: str) -> str:
    """Return the text without control characters: a name in a file must not steer the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def plain(value: object) -> object:
    """Return the value as JSON knows it: days and instants as ISO text, no NaN."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return value


def as_json(value: object) -> str:
    """Return the value as indented JSON, nothing rounded."""
    return json.dumps(plain(value), indent=2, ensure_ascii=False, default=str)


def cell(column: str, value: object) -> str:
    """Return one value as the table shows it; the only place where the terminal rounds."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return number(column, value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    text = printable(str(value)).replace("\n", " ")
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."


def number(column: str, value: float | Decimal) -> str:
    """Return a number as its column wants it: a share in percent, a key without separators."""
    if isinstance(value, int):
        return str(value) if column.endswith(("id", "line", "position")) else f"{value:,}"
    return f"{value:.1%}" if column.endswith(SHARES) else f"{value:,.1f}"


def as_table(rows: Rows) -> str:
    """Return the rows as aligned columns, numbers to the right."""
    if not rows.values:
        return "(no rows)"
    cells = [[cell(column, value) for column, value in zip(rows.columns, row, strict=True)] for row in rows.values]
    widths = [max(len(name), *(len(row[at]) for row in cells)) for at, name in enumerate(rows.columns)]
    right = [any(isinstance(row[at], int | float | Decimal) for row in rows.values) for at in range(len(rows.columns))]

    def line(texts: Sequence[str]) -> str:
        padded = (
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(texts, widths, right, strict=True)
        )
        return "  ".join(padded).rstrip()

    return "\n".join([line(rows.columns), line(["-" * width for width in widths]), *map(line, cells)])


def as_csv(rows: Rows) -> str:
    """Return the rows as CSV, nothing rounded, with spreadsheet formulas made harmless."""
    return privacy.neutral_csv(rows.columns, rows.values)


def write(rows: Rows, style: Format) -> None:
    """Write rows to stdout; JSON is a list of records."""
    if style is Format.json:
        give(as_json(rows.records()))
    else:
        give(as_csv(rows) if style is Format.csv else as_table(rows))


def who() -> str | None:
    """Return the name of the person at this terminal, for the history."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None  # an account without a name, as in some containers


def write_file(target: str, text: str) -> None:
    """Write text to a file, or to stdout for "-".

    Raises:
        UnwritableFile: the file cannot be written.
    """
    if target == "-":
        give(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UnwritableFile(f"{target} cannot be written ({error.strerror}).", "Choose another place.") from error


def require_writable(target: str | None) -> None:
    """Find out before the work, not after it, whether `write_file` can write to a file.

    Raises:
        UnwritableFile: it cannot.
    """
    if target and target != "-":
        is_new = not Path(target).exists()
        try:
            with Path(target).open("a", encoding="utf-8"):
                pass
        except OSError as error:
            raise UnwritableFile(f"{target} cannot be written ({error.strerror}).", "Choose another place.") from error
        if is_new:
            Path(target).unlink()


def read_file(source: str) -> str:
    """Return the text of a file, or of stdin for "-".

    Raises:
        UnreadableFile: not there, or not UTF-8.
    """
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{source} cannot be read: {error}.", "It should be a CSV file in UTF-8.") from error


def of(columns: Iterable[str], values: Iterable[Iterable[object]]) -> Rows:
    """Return rows of the given columns."""
    return Rows(tuple(columns), tuple(tuple(row) for row in values))


def record(result: Imported) -> dict[str, object]:
    """Return what is said of one imported file."""
    names = (*IMPORT_COLUMNS[1:], *DETAILS)
    return {"file": result.file_name, **{name: getattr(result, name) for name in names}}


def rejected_rows(results: Sequence[Imported]) -> Rows:
    """Return the rejected rows of all files: file, line, reason, raw."""
    rows = [(one.file_name, *row) for one in results for row in one.rejects.select("line", "reason", "raw").iter_rows()]
    return of(("file", "line", "reason", "raw"), rows)


def report(results: Sequence[Imported], *, in_json: bool) -> None:
    """Write the counts of each imported file to stdout."""
    records = [record(result) for result in results]
    if in_json:
        give(as_json(records))
    elif records:
        write(of(IMPORT_COLUMNS, ([one[name] for name in IMPORT_COLUMNS] for one in records)), Format.table)


def talk(results: Sequence[Imported], failed: Sequence[Failed], *, dry_run: bool) -> None:
    """Say what a person should know about an import beside its counts."""
    for result in results:
        for warning in result.warnings:
            say(f"{result.file_name}: {warning}")
    for failure in failed:
        say(f"Not imported: {failure.file_name}")
        complain(failure.error)
    if any(result.rejected for result in results):
        say("Rejected rows with line and reason: --rejects FILE.")
    if dry_run:
        say("Dry run: nothing was stored.")
    elif any(result.accepted for result in results):
        say("Take an import back with `labeltime undo IMPORT_ID`.")


def answer(figure: Figure, style: Format) -> None:
    """Write a figure to stdout; what a table or CSV cannot hold is said on stderr."""
    rows = of(figure.columns, figure.rows.select(figure.columns).iter_rows())
    if style is Format.json:
        head = ("title", "unit", "note", "as_of")
        told: dict[str, object] = {"figure": figure.name, **{name: getattr(figure, name) for name in head}}
        told |= {"filters": figure.filters.parameters(), "coverage": figure.coverage}
        told |= {"columns": figure.columns, "rows": rows.records()}
        told |= {name: value for name in ("estimate", "refused") if (value := getattr(figure, name)) is not None}
        give(as_json(told))
        return
    say(f"{figure.title} ({figure.unit})")
    write(rows, style)
    if figure.refused:
        say("; ".join(f"{name}: {value}" for name, value in figure.refused.items()))
    if figure.estimate and figure.estimate.get("words"):
        say(str(figure.estimate["words"]))
    covered = "unknown" if figure.coverage is None else f"{figure.coverage:.1%}"
    coverage = f"Coverage {covered}: {figure.coverage_note}." if figure.coverage_note else ""
    for line in (figure.note, coverage, f"Data as of {figure.as_of}." if figure.as_of else ""):
        if line:
            say(line)


@contextmanager
def waiting(what: str) -> Iterator[Progress]:
    """Show on stderr that a long step is under way; yields a function that takes a file name and rows read."""
    ended = threading.Event()
    alive = sys.stderr.isatty()
    begun = time.monotonic()
    now = [what]

    def progress(name: str, rows: int) -> None:
        now[0] = f"{name}: {rows:,} rows read"

    def tick() -> None:
        pause = QUIET_SECONDS if alive else QUIET_SECONDS_IN_LOG
        while not ended.wait(pause):
            line = f"{printable(now[0])} ({round(time.monotonic() - begun)} s)"
            sys.stderr.write(f"\r\x1b[K{line}" if alive else f"{line}\n")
            sys.stderr.flush()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        ended.set()
        thread.join()
        if alive and time.monotonic() - begun > QUIET_SECONDS:
            sys.stderr.write("\r\x1b[K")
