"""What the program and its reading process say to each other: lines of JSON, and frames as Arrow files.

Nothing of what the reading process sends is run: it is not trusted more than the file it reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import date
from pathlib import Path

import polars as pl

from dashboard import errors
from dashboard.errors import DashboardError, UnreadableFile
from dashboard.importers.contract import Batch, Head, Reading, Settings
from dashboard.schemas import BAD_ROW, FRAMES, Kind

Message = dict[str, object]
LINE_BYTES = 64 << 20  # no line of JSON is longer


def encode_message(message: Mapping[str, object]) -> bytes:
    """Return a message as one line of JSON."""
    return json.dumps(message, default=str).encode() + b"\n"


def decode_message(line: bytes) -> Message:
    """Return the message in a line of JSON; raises `ValueError` where it is none."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("not a message")  # noqa: TRY004 - one error for all lines that are no message
    return message


def pack_settings(settings: Settings) -> Message:
    """Return what the lead said about a file, for JSON."""
    return {field.name: getattr(settings, field.name) for field in fields(settings)}


def unpack_settings(message: Mapping[str, object]) -> Settings:
    """Return the settings that `pack_settings` packed."""
    today = message.get("today")
    return Settings(**{**message, "today": date.fromisoformat(today) if isinstance(today, str) else None})  # type: ignore[arg-type]


def pack_error(error: DashboardError) -> Message:
    """Return an error that the lead can act on, for JSON."""
    return {"error": type(error).__name__, "about": {key: str(value) for key, value in vars(error).items()}}


def unpack_error(message: Mapping[str, object]) -> DashboardError:
    """Return the error that `pack_error` packed."""
    error_class = getattr(errors, str(message["error"]), None)
    if not (isinstance(error_class, type) and issubclass(error_class, DashboardError)):
        error_class = UnreadableFile
    about = message["about"] if isinstance(message["about"], dict) else {}
    error = error_class.__new__(error_class)
    DashboardError.__init__(error, str(about.get("message", "")), str(about.get("hint", "")))
    vars(error).update(about)
    return error


def pack_reading(reading: Reading) -> Message:
    """Return how an open file is read, without its batches and what is only known after them."""
    return {
        field.name: getattr(reading, field.name)
        for field in fields(reading)
        if field.name not in {"batches", "final_warnings"}
    }


def pack_batch(batch: Batch, folder: Path, number: int) -> Message:
    """Write the frames of a batch into a folder; return where they are, and how many rows were read."""
    message: Message = {}
    for field in fields(batch):
        value = getattr(batch, field.name)
        if isinstance(value, pl.DataFrame):
            name = f"{number}-{field.name}.arrow"
            value.write_ipc(folder / name, compression="uncompressed")
            value = name
        message[field.name] = value
    return message


def unpack_batch(message: Mapping[str, object], folder: Path, kind: Kind) -> Batch:
    """Return the batch that `pack_batch` packed, and delete its files."""
    values: dict[str, object] = {field.name: message[field.name] for field in fields(Batch)}
    schemas = {"accepted": FRAMES[kind], "bad": BAD_ROW}
    for name, schema in schemas.items():
        frame = read_frame(folder / Path(str(values[name])).name)
        if dict(frame.schema) != {
            column: dtype() if isinstance(dtype, type) else dtype for column, dtype in schema.items()
        }:
            raise ValueError(f"{name} has other columns than {kind}")
        values[name] = frame
    return Batch(**values)  # type: ignore[arg-type]


def pack_head(head: Head, folder: Path) -> Message:
    """Return the beginning of a table, with its sample as a file; decoded records stay behind."""
    head.sample.write_ipc(folder / "head.arrow")
    return {"shape": head.shape, "header": head.header, "tables": sorted(head.tables), "has_titles": head.has_titles}


def unpack_head(message: Mapping[str, object], folder: Path) -> Head:
    """Return the head that `pack_head` packed."""
    header, tables = message["header"], message["tables"]
    return Head(
        shape=message["shape"],  # type: ignore[arg-type]
        header=tuple(map(str, header)) if isinstance(header, list) else (),
        sample=read_frame(folder / "head.arrow"),
        tables=frozenset(map(str, tables)) if isinstance(tables, list) else frozenset(),
        has_titles=bool(message["has_titles"]),
    )


def read_frame(path: Path) -> pl.DataFrame:
    """Read a frame and delete its file."""
    frame = pl.scan_ipc(path, glob=False).collect()  # the folder for temporary files may be called anything
    with suppress(OSError):  # Windows keeps what is mapped; the folder goes later
        path.unlink()
    return frame


def freeze_lists(value: object) -> object:
    """Return a decoded value with tuples for lists, at every depth, as the contract of importers has them."""
    return tuple(freeze_lists(part) for part in value) if isinstance(value, list) else value
