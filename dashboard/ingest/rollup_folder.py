"""A folder of rollups: daily sums of labeling events by month, and the manifest that says which of them count.

A file that the manifest does not name is nothing: left by a run that was killed, or replaced by a later one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import polars as pl

from dashboard.errors import UnreadableFile, shorten_quote
from dashboard.filters import METHODS, STAGES
from dashboard.importers.contract import FIRST_YEAR, LAST_YEAR, LONGEST_SECONDS, TOO_LONG
from dashboard.importers.readers.regular_files import open_regular
from dashboard.schemas import MAX_ROWS_PER_BYTE, OUTCOMES, TIME_KINDS
from dashboard.store.private_files import sync_to_disk
from dashboard.units import count_noun, format_count

MANIFEST = "rollup.json"
FORMAT = 1
SUMS_FOLDER = "labeling_day"
MAX_BYTES, MAX_MANIFEST_BYTES = 1 << 30, 10_000_000
SUMS_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.String,
    "day_on": pl.Date,
    "project": pl.String,
    "dataset": pl.String,
    "person": pl.String,
    "method": pl.String,
    "stage": pl.String,
    "outcome": pl.String,
    "time_kind": pl.String,
    "events": pl.Int64,
    "timed_events": pl.Int64,
    "milliseconds": pl.Int64,
    "objects": pl.Int64,
}
WORDS = {"method": METHODS, "stage": STAGES, "outcome": OUTCOMES, "time_kind": TIME_KINDS}
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}|undated")
HASH = re.compile(r"[0-9a-f]{64}")
NEGATIVE = "negative"  # the time kind that `event_files/labeling_event` gives to a time or number below zero
LONGEST_MS = 1000 * LONGEST_SECONDS  # of one event
AGAIN_HINT = "Run `labeltime rollup` again."


@dataclass(frozen=True)
class MonthSums:
    """The daily sums of one month: what they were made of, their hash, and how much they hold."""

    month: str
    fingerprint: str  # of the event files and of the SQL
    sha256: str  # of the file of sums
    rows: int
    events: int
    milliseconds: int

    @property
    def file_name(self) -> str:
        """Return the name of the file of sums."""
        return f"{self.month}-{self.fingerprint[:16]}.parquet"


@dataclass(frozen=True)
class Manifest:
    """The months that a folder of rollups holds, and the place of the events they are sums of."""

    events: str
    months: tuple[MonthSums, ...]


def is_rollup_folder(folder: Path) -> bool:
    """Return whether a folder holds rollups."""
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder of rollups; without one, no month is there.

    Raises:
        UnreadableFile: it is damaged, or of a newer version.
    """
    path = folder / MANIFEST
    if not path.exists():
        return Manifest("", ())
    try:
        if path.stat().st_size > MAX_MANIFEST_BYTES:
            raise UnreadableFile(f"{path} is too large for what it should be.", f"Delete it. {AGAIN_HINT}")
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["labeltime_rollup"] != FORMAT:
            raise UnreadableFile(f"{path} was written by another version of Labeltime.", "Update Labeltime.")
        manifest = Manifest(content["events"], tuple(MonthSums(**month) for month in content["months"]))
        is_whole = isinstance(manifest.events, str) and all(map(is_month, manifest.months))
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnreadableFile(f"{path} is damaged.", f"Delete it. {AGAIN_HINT}") from error
    if not is_whole or len({month.month for month in manifest.months}) < len(manifest.months):
        raise UnreadableFile(f"{path} is damaged.", f"Delete it. {AGAIN_HINT}")
    return manifest


def is_month(month: MonthSums) -> bool:
    """Return whether the values of a month are what a manifest has; they make the name of a file."""
    texts = (month.month, MONTH), (month.fingerprint, HASH), (month.sha256, HASH)
    counts = month.rows, month.events, month.milliseconds
    return all(isinstance(text, str) and pattern.fullmatch(text) for text, pattern in texts) and all(
        type(count) is int and count >= 0 for count in counts
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Publish a manifest, atomically and durably: all months that it names, or none."""
    content = {"labeltime_rollup": FORMAT, **asdict(manifest)}
    replace_bytes(folder / MANIFEST, json.dumps(content, indent=1).encode())


def write_sums(folder: Path, month: str, fingerprint: str, frame: pl.DataFrame) -> MonthSums:
    """Write the sums of a month; the same sums give the same bytes, whoever made them."""
    buffer = BytesIO()
    order = [name for name in SUMS_SCHEMA if name not in {"events", "timed_events", "milliseconds", "objects"}]
    frame.select(pl.col(name).cast(dtype) for name, dtype in SUMS_SCHEMA.items()).sort(order).write_parquet(buffer)
    sums = describe_sums(month, fingerprint, buffer.getvalue())
    (folder / SUMS_FOLDER).mkdir(exist_ok=True)
    replace_bytes(folder / SUMS_FOLDER / sums.file_name, buffer.getvalue())
    return sums


def describe_sums(month: str, fingerprint: str, content: bytes) -> MonthSums:
    """Return what the bytes of a file of sums hold.

    Raises:
        UnreadableFile: they are no sums of labeling events.
    """
    frame = parse_sums(content)
    events, milliseconds = (int(frame.get_column(name).sum()) for name in ("events", "milliseconds"))
    return MonthSums(month, fingerprint, sha256(content).hexdigest(), frame.height, events, milliseconds)


def find_finished(folder: Path, month: str, fingerprint: str) -> MonthSums | None:
    """Return the sums of a month that an earlier run finished and could not publish, or None."""
    path = folder / SUMS_FOLDER / MonthSums(month, fingerprint, "", 0, 0, 0).file_name
    try:
        return describe_sums(month, fingerprint, path.read_bytes())
    except (OSError, UnreadableFile):
        return None


def read_sums(folder: Path, month: MonthSums, check: Callable[[Path], None]) -> pl.DataFrame:
    """Return the sums of a month that a manifest names, once `check` could read their file.

    Raises:
        UnreadableFile: the file is gone, or not the one that the manifest means.
    """
    path = folder / SUMS_FOLDER / month.file_name
    try:
        with open_regular(path, follows_link=True) as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.", AGAIN_HINT) from error
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"{path} is too large for a file of daily sums.", AGAIN_HINT)
    is_same = sha256(content).hexdigest() == month.sha256  # before it is parsed
    if is_same:
        check(path)
    if not is_same or describe_sums(month.month, month.fingerprint, content) != month:
        raise UnreadableFile(f"{path} is not what the manifest says of it.", f"Delete it. {AGAIN_HINT}")
    return parse_sums(content)


def parse_sums(content: bytes) -> pl.DataFrame:
    """Return the rows of a file of sums.

    Raises:
        UnreadableFile: it is damaged, or holds something else.
    """
    try:
        rows = pl.scan_parquet(content).select(pl.len()).collect().item()
        if rows > len(content) * MAX_ROWS_PER_BYTE:  # it would fill the memory
            size = f"{format_count(rows)} rows in {format_count(len(content))} bytes"
            raise UnreadableFile(f"A file of daily sums says that it has {size}.", AGAIN_HINT)
        frame = pl.read_parquet(BytesIO(content))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableFile("A file of daily sums is damaged.", AGAIN_HINT) from error
    if dict(frame.schema) != {name: pl.Schema(SUMS_SCHEMA)[name] for name in SUMS_SCHEMA}:
        raise UnreadableFile("A file of daily sums has other columns.", AGAIN_HINT)
    check_sums(frame)
    return frame


def check_sums(frame: pl.DataFrame) -> None:
    """Refuse sums that no events have: they would show a wrong number.

    Raises:
        UnreadableFile: a word, a day or a count cannot be; the message says of how many events.
    """
    check_words(frame)
    outside = frame.filter(~pl.col("day_on").dt.year().is_between(FIRST_YEAR, LAST_YEAR).fill_null(True))  # noqa: FBT003
    if outside.height:
        number = count_noun(int(outside.get_column("events").sum()), "event")
        raise UnreadableFile(
            f"{number} dated outside {FIRST_YEAR} to {LAST_YEAR}, such as {outside.item(0, 'day_on')}.",
            "Correct the day in the events, or leave it empty.",
        )
    if frame.filter(pl.any_horizontal(pl.col(pl.String).str.contains("\0", literal=True))).height:
        raise UnreadableFile("A name has a NUL byte.", "Correct it in the events.")
    events, timed, milliseconds = (pl.col(name) for name in ("events", "timed_events", "milliseconds"))
    has_objects = (pl.col("objects") >= 0).fill_null(True)  # noqa: FBT003
    is_possible = (events >= 1) & timed.is_between(0, events) & (milliseconds >= 0) & has_objects
    if not frame.select(is_possible.fill_null(False).all()).item():  # noqa: FBT003
        raise UnreadableFile("A file of daily sums holds counts that no events have.", AGAIN_HINT)
    too_long = frame.filter(milliseconds.cast(pl.Float64) > timed.cast(pl.Float64) * LONGEST_MS)
    if too_long.height:
        raise UnreadableFile(
            f"Events on {too_long.item(0, 'day_on') or 'no day'} are {TOO_LONG} on average.",
            "Correct the time in the events, or leave it empty.",
        )


def check_words(frame: pl.DataFrame) -> None:
    """Refuse sums of events whose method, stage, outcome or time is not a known word, or that name no tool.

    Raises:
        UnreadableFile: there are some; the message says how many.
    """
    for name, words in {"source": None, **WORDS}.items():
        wrong = frame.filter(pl.col(name).is_null() if words is None else ~pl.col(name).is_in(words).fill_null(False))  # noqa: FBT003
        if wrong.height:
            events, value = count_noun(int(wrong.get_column("events").sum()), "event"), wrong.item(0, name)
            if value == NEGATIVE:
                raise UnreadableFile(
                    f"{events} with a time or number of objects below zero.", "Write an unknown one as empty."
                )
            known = f" It is one of {', '.join(words)}." if words else ""
            example = "an empty one" if value is None else repr(shorten_quote(str(value)))
            raise UnreadableFile(
                f"{events} without a known {name}, such as {example}.",
                f"Correct it in the events.{known}",
            )


def replace_bytes(path: Path, content: bytes) -> None:
    """Write a file durably; it has its name only when it is whole."""
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    unfinished.write_bytes(content)
    sync_to_disk(unfinished)
    unfinished.replace(path)
    sync_to_disk(path.parent)


def delete_unnamed(folder: Path, manifest: Manifest) -> None:
    """Delete the files of sums that a published manifest does not name."""
    named = {month.file_name for month in manifest.months}
    for path in (folder / SUMS_FOLDER).glob("*"):
        if path.name not in named and path.is_file():
            path.unlink()
