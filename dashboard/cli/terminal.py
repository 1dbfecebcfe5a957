"""The terminal's two channels: data on stdout as table, CSV or JSON, messages on stderr."""

from __future__ import annotations

import getpass
import json
import math
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import StringIO, TextIOWrapper
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard import privacy
from dashboard.errors import (
    DashboardError,
    QuestionNeeded,
    Unavailable,
    UnreadableFile,
    UnwritableFile,
    is_disk_full,
)
from dashboard.units import Column, format_count, format_share, format_table_day, format_value

if TYPE_CHECKING:
    from dashboard.figures.resolve import Figure
    from dashboard.ingest.add import Progress
    from dashboard.ingest.results import ImportFailure, ImportResult

# How to answer, on the command line, a question that a file leaves open.
QUESTION_HINTS = {
    "zone": "Give it with --zone, for example --zone Europe/Berlin.",
    "date_order": "Give it with --day-first or --month-first.",
    "person": "Name the person with --person, by e-mail where there is one.",
    "mapping": "Name the columns in a JSON file and pass it with --mapping.",
}
COUNT_COLUMNS = ("rows_read", "accepted", "changed", "duplicate", "rejected")
RECORD_COLUMNS = (  # of `import --json`, after the file
    *("import_id", "source", *COUNT_COLUMNS, "seconds_total", "first_day", "last_day"),
    *("kind", "edited", "missing", "answers", "zone", "date_order", "encoding", "columns", "unused", "warnings"),
)
IMPORT_TABLE_COLUMNS = ("file_name", "import_id", "source", *COUNT_COLUMNS, "hours", "first_day", "last_day")
SUM_IN_SECONDS = ("seconds", 0)  # unit and digits; seconds of one item have digits
REJECTED_COLUMNS = ("file", "line", "reason", "raw")
MAX_HEADER = 100  # characters that are looked at of a file which may hold rejected rows
UNDO_HINT = "Undo an import with `labeltime undo IMPORT_ID`."
MAX_TABLE_WIDTH = 100_000  # lines are never wrapped, so that other programs can read them
MAX_TEXT = 50_000_000  # characters of a sheet
MAX_CELL_WIDTH = 48  # of a text in a table; CSV and JSON have all of it


class RowFormat(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


@dataclass(frozen=True)
class Rows:
    """Column names and plain values, ready to be written."""

    columns: tuple[str, ...]
    values: tuple[tuple[object, ...], ...]
    declared: tuple[Column, ...] = ()  # of a figure: title, unit and digits
    titles: Mapping[str, str] = field(default_factory=dict)  # of a sheet, by column

    def records(self) -> list[dict[str, object]]:
        """Return a mapping per row, by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.values]


def configure_streams() -> None:
    """Write UTF-8 wherever the output goes, so that no name in the data can stop the program.

    What somebody closed, as `>&-` does, is written nowhere, and reads as empty.
    """
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - as long as the program runs
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def write_message(text: str) -> None:
    """Write a line to stderr."""
    sys.stderr.write(replace_control(text) + "\n")
    sys.stderr.flush()


def write_data(text: str) -> None:
    """Write data to stdout."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def write_error(error: DashboardError) -> None:
    """Write what is wrong and what to do next."""
    write_message(f"labeltime: {error.message}")
    hint = QUESTION_HINTS.get(error.question, error.hint) if isinstance(error, QuestionNeeded) else error.hint
    if hint:
        write_message(hint)


def check_finite(value: float | None) -> float | None:
    """Return the number that an option was given; limits alone let "nan" pass.

    Raises:
        BadParameter: it is none, or infinite.
    """
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter("Give a number.")
    return value


def parse_path(text: str) -> Path:
    """Return the path that an argument names; an empty one, as of an unset variable, is not the current folder.

    Raises:
        BadParameter: it is empty.
    """
    if not text:
        raise typer.BadParameter("Name a file or a folder: this is empty.")
    return Path(text)


ExportPaths = Annotated[
    list[Path], typer.Argument(parser=parse_path, metavar="FILE|FOLDER...", help="Exports, or folders of exports.")
]


def replace_control(text: str) -> str:
    """Return the text without control characters: a name in a file must not steer the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def to_json_value(value: object) -> object:
    """Return the value as JSON knows it: days and instants as ISO text, no NaN."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): to_json_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json_value(inner) for inner in value]
    return value


def format_json(value: object) -> str:
    """Return the value as indented JSON, nothing rounded."""
    return json.dumps(to_json_value(value), indent=2, ensure_ascii=False, default=str)


def format_cell(column: Column, value: object, row_unit: str | None) -> str:
    """Return one value as the table shows it."""
    text = replace_control(format_value(value, column, row_unit)).replace("\n", " ")
    return text if len(text) <= MAX_CELL_WIDTH else text[: MAX_CELL_WIDTH - 3] + "..."


def format_table(rows: Rows) -> str:
    """Return the rows as aligned columns, numbers at the right."""
    if not rows.values:
        return "(no rows)"
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    declared = rows.declared or tuple(infer_column(rows, at) for at in range(len(rows.columns)))
    unit_at = rows.columns.index("unit") if "unit" in rows.columns else None
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    for column in declared:
        table.add_column(Text(column.title), justify="right" if column.is_number else "left", no_wrap=True)
    for row in rows.values:
        row_unit = None if unit_at is None else str(row[unit_at])
        cells = (format_cell(column, value, row_unit) for column, value in zip(declared, row, strict=True))
        table.add_row(*map(Text, cells))
    buffer = StringIO()
    Console(file=buffer, width=MAX_TABLE_WIDTH, color_system=None, emoji=False, markup=False).print(table)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines())


def infer_column(rows: Rows, at: int) -> Column:
    """Return the column of a list that is no figure: whole numbers are printed as they are, since they may be keys."""
    name = rows.columns[at]
    title = rows.titles.get(name) or name.replace("_", " ").capitalize()
    value = next((row[at] for row in rows.values if row[at] is not None), None)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return Column(name, title)
    return Column(name, title, "key" if isinstance(value, int) else "number")


def format_csv(rows: Rows) -> str:
    """Return the rows as CSV, nothing rounded, with spreadsheet formulas made harmless."""
    return privacy.format_safe_csv(rows.columns, rows.values)


def write_rows(rows: Rows, style: RowFormat) -> None:
    """Write rows to stdout; JSON is a list of records."""
    if style is RowFormat.json:
        write_data(format_json(rows.records()))
    else:
        write_data(format_csv(rows) if style is RowFormat.csv else format_table(rows))


def find_user_name() -> str | None:
    """Return the name of the person at this terminal, for the history."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None  # an account without a name, as in some containers


def write_file(target: str, text: str) -> None:
    """Write text to a file, or to stdout for "-"; raises as `write_bytes`."""
    if target == "-":
        write_data(text)
    else:
        write_bytes(target, text.encode())


def write_bytes(target: str, content: bytes) -> None:
    """Write bytes to a file, or to stdout for "-"; a file that is there stays as it was unless all can be written.

    Raises:
        UnwritableFile: the file cannot be written, or would be in a store.
    """
    if target == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    check_outside_store(path)
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()) or not os.access(path.parent, os.W_OK):
            path.write_bytes(content)  # a link, a pipe or a device is written to, not replaced
        else:
            replace_file(path, content)
    except OSError as error:
        advice = "Free some space, or choose another place." if is_disk_full(error) else "Choose another place."
        raise UnwritableFile(f"{target} cannot be written ({error.strerror}).", advice) from error


def replace_file(path: Path, content: bytes) -> None:
    """Write a file under another name, and give it its own once it is whole."""
    unfinished = path.with_name(f".labeltime-{token_hex(8)}.part")
    try:
        unfinished.write_bytes(content)
        if path.exists():
            shutil.copymode(path, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def check_outside_store(path: Path) -> None:
    """Check that a file is not written into a store, whose folder holds nothing else.

    Raises:
        UnwritableFile: it would be.
    """
    from dashboard.store.pointer import is_store

    folder = next((folder for folder in path.absolute().resolve().parents if is_store(folder)), None)
    if folder is not None:
        raise UnwritableFile(f"{path} is in the folder of a store, {folder}.", "Choose another place.")


def check_writable(target: str | None) -> None:
    """Check before the work, not after it, whether `write_file` can write to a file.

    Raises:
        UnwritableFile: it cannot.
    """
    if target and target != "-":
        check_outside_store(Path(target))
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
        UnreadableFile: not there, no ordinary file, too long, or not UTF-8.
    """
    hint = "It should be a CSV file in UTF-8."
    if source != "-" and Path(source).exists() and not Path(source).is_file():  # a pipe or device may never end
        raise UnreadableFile(f"{source} is not an ordinary file.", f'{hint} Give "-" to read from a pipe.')
    try:
        with nullcontext(sys.stdin) if source == "-" else Path(source).open(encoding="utf-8-sig") as file:
            text = file.read(MAX_TEXT + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{source} cannot be read: {error}.", hint) from error
    if len(text) > MAX_TEXT:
        raise UnreadableFile(f"{source} has more than {format_count(MAX_TEXT)} characters.", hint)
    return text


def build_rows(
    columns: Iterable[str], values: Iterable[Iterable[object]], titles: Mapping[str, str] | None = None
) -> Rows:
    """Return rows of the given columns; a table shows the titles, or else the names as words."""
    return Rows(tuple(columns), tuple(tuple(row) for row in values), titles=titles or {})


def build_figure_rows(figure: str, columns: Iterable[str], values: Iterable[Iterable[object]]) -> Rows:
    """Return rows of columns of a figure, with the titles, units and digits that it declares."""
    from dashboard.figures.columns import describe_columns

    declared = describe_columns(figure, columns)
    return Rows(tuple(declared), tuple(tuple(row) for row in values), tuple(declared.values()))


def build_record(result: ImportResult) -> dict[str, object]:
    """Return what is reported of one imported file."""
    return {"file": result.file_name, **{name: getattr(result, name) for name in RECORD_COLUMNS}}


def list_rejected_rows(results: Sequence[ImportResult]) -> Rows:
    """Return the rejected rows of all files: file, line, reason, raw."""
    rows = [
        (result.file_name, *row)
        for result in results
        for row in result.rejects.select("line", "reason", "raw").iter_rows()
    ]
    return build_rows(REJECTED_COLUMNS, rows)


def check_rejects_file(target: str | None) -> None:
    """Check that a file for rejected rows is new or holds such rows already, so that no export is overwritten.

    Raises:
        UnwritableFile: it holds something else, or cannot be written.
    """
    check_writable(target)
    if target and target != "-" and Path(target).is_file() and Path(target).stat().st_size:
        with Path(target).open(encoding="utf-8", errors="replace") as file:
            if file.readline(MAX_HEADER).strip().split(",") != list(REJECTED_COLUMNS):
                raise UnwritableFile(
                    f"{target} is there already and holds no rejected rows.", "Choose another name for --rejects."
                )


def write_import_counts(results: Sequence[ImportResult], *, in_json: bool) -> None:
    """Write the counts of each imported file to stdout."""
    if in_json:
        write_data(format_json([build_record(result) for result in results]))
    elif results:
        values = ([getattr(result, name) for name in IMPORT_TABLE_COLUMNS] for result in results)
        write_rows(build_figure_rows("imports", IMPORT_TABLE_COLUMNS, values), RowFormat.table)


def write_import_messages(results: Sequence[ImportResult], failed: Sequence[ImportFailure], *, dry_run: bool) -> None:
    """Write what a person should know about an import of files beside its counts."""
    write_warnings(results)
    for failure in failed:
        write_message(f"Not imported: {failure.file_name}")
        write_error(failure.error)
    if any(result.rejected for result in results):
        write_message("Rejected rows with line and reason: --rejects FILE.")
    if dry_run:
        write_message("Dry run: nothing was stored.")
    elif any(result.accepted for result in results):
        write_message(UNDO_HINT)


def write_warnings(results: Sequence[ImportResult]) -> None:
    """Write what is worth knowing about what was read."""
    for result in results:
        for warning in result.warnings:
            write_message(f"{result.file_name}: {warning}")


def write_figure(figure: Figure, style: RowFormat) -> None:
    """Write a figure to stdout; what a table or CSV cannot hold goes to stderr."""
    if style is RowFormat.table:
        rows = build_table_rows(figure)
    else:
        rows = build_figure_rows(figure.name, figure.columns, figure.rows.select(figure.columns).iter_rows())
    if style is RowFormat.json:
        fields = ("title", "unit", "note", "as_of")
        document: dict[str, object] = {"figure": figure.name, **{name: getattr(figure, name) for name in fields}}
        document |= {"filters": figure.filters.parameters(), "coverage": figure.coverage}
        document |= {"columns": figure.columns, "rows": rows.records()}
        document |= {"estimate": figure.estimate} if figure.estimate is not None else {}
        document |= {"refused": figure.unavailable.as_words()} if figure.unavailable else {}
        write_data(format_json(document))
        if figure.unavailable:
            write_unavailable(figure.unavailable)
        return
    write_message(f"{figure.title} ({figure.unit})")
    if figure.unavailable and style is RowFormat.csv:
        reasons = figure.unavailable.as_words()  # a header alone would read as an answer without rows
        rows = build_rows(reasons, [reasons.values()])
    write_rows(rows, style)
    if figure.unavailable:
        write_unavailable(figure.unavailable)
    if figure.estimate and figure.estimate.get("words"):
        write_message(str(figure.estimate["words"]))
    share = "unknown" if figure.coverage is None else format_share(figure.coverage, 1)
    coverage = f"Coverage {share}: {figure.coverage_note}." if figure.coverage_note else ""
    for line in (figure.note, coverage, f"Data as of {format_table_day(figure.as_of)}." if figure.as_of else ""):
        if line:
            write_message(line)


def build_table_rows(figure: Figure) -> Rows:
    """Return the rows of a figure for people: sums of seconds are told in hours, and each sum once."""
    import polars as pl

    from dashboard.figures.columns import describe_columns

    declared = describe_columns(figure.name, figure.columns)
    hours_titles = {column.title for column in declared.values() if column.unit == "hours"}
    in_hours = {
        name: Column(name, re.sub("(?i)seconds", name_hours, column.title), "hours")
        for name, column in declared.items()
        if (column.unit, column.digits) == SUM_IN_SECONDS
    }
    told_twice = {name for name, column in in_hours.items() if column.title in hours_titles}
    columns = {name: column for name, column in (declared | in_hours).items() if name not in told_twice}
    frame = figure.rows.select(pl.col(name) / 3600 if name in in_hours else name for name in columns)
    return Rows(tuple(columns), tuple(frame.iter_rows()), tuple(columns.values()))


def name_hours(seconds: re.Match[str]) -> str:
    """Return the word for hours, written as the one for seconds."""
    return "Hours" if seconds[0][0].isupper() else "hours"


def write_unavailable(unavailable: Unavailable) -> None:
    """Write to stderr why a figure is refused, and what it needs."""
    write_message("; ".join(f"{name}: {value}" for name, value in unavailable.as_words().items()))


@contextmanager
def show_progress(task: str) -> Iterator[Progress]:
    """Show on stderr that a long step is under way; yields a function that takes a file name and rows read."""
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(task) as status:
        yield lambda name, rows: status.update(Text(f"{replace_control(name)}: {format_count(rows)} rows read"))
