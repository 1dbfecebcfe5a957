"""The traces in an MLflow database, beside its runs: one record a trace, with the tokens and models of its spans.

Until version 3.10 tokens and cost stand in the metadata of a trace, later in columns of their own.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Head

TRACE_TABLES: Final = frozenset({"trace_info", "trace_request_metadata", "spans"})
BATCH_TRACES: Final = 500  # the ids of a batch are bound as parameters; old sqlite allows 999
TRACES_SQL: Final = """
    select trace_info.*, experiments.name as experiment
    from trace_info left join experiments on experiments.experiment_id = trace_info.experiment_id
    order by trace_info.timestamp_ms, trace_info.request_id
"""
METADATA_SQL: Final = (
    "select request_id, key, value from trace_request_metadata where request_id in ({marks}) order by key"
)
MODELS_SQL: Final = (
    "select trace_id, model_name, model_name from spans"
    " where model_name is not null and trace_id in ({marks}) order by model_name"
)


def has_rows(path: Path, tables: frozenset[str], table: str) -> bool:
    """Return whether a database has rows in `table`."""
    if table not in tables:
        return False
    with suppress(sqlite3.Error), closing(_connect(path)) as database:
        return database.execute(f"select 1 from {table} limit 1").fetchone() is not None  # noqa: S608 - fixed names
    return False


class TraceSource:
    """The traces of a private copy of a database at `path`."""

    encoding: str | None = None
    notes: tuple[str, ...] = ()

    def __init__(self, path: Path, name: str, tables: frozenset[str]) -> None:
        self.path, self.name, self._tables = path, f"{name}: traces", tables & TRACE_TABLES

    def head(self) -> Head:
        """Return the names of the tables of traces."""
        return Head(shape="sqlite", tables=self._tables)

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Raise: traces are read as records."""
        raise UnreadableFile(f'"{self.name}" is a database, not a table.')

    def records(self) -> Iterator[tuple[int, object]]:
        """Yield each trace; raises `UnreadableFile` for a damaged database."""
        try:
            with closing(_connect(self.path)) as database:
                yield from self._list_traces(database)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            message = f"{self.name}: the database cannot be read ({error})."
            raise UnreadableFile(
                message, "Copy it while the tracking server is stopped, and import the copy."
            ) from error

    def _list_traces(self, database: sqlite3.Connection) -> Iterator[tuple[int, object]]:
        rows, line = database.execute(TRACES_SQL), 0
        names = [column[0] for column in rows.description]
        has_models = _has_column(database, "spans", "model_name")
        while chunk := rows.fetchmany(BATCH_TRACES):
            records = [dict(zip(names, row, strict=True)) for row in chunk]
            ids = [record["request_id"] for record in records]
            has_metadata = "trace_request_metadata" in self._tables
            metadata = _group_values(database, METADATA_SQL, ids) if has_metadata else {}
            models = _group_values(database, MODELS_SQL, ids) if has_models else {}
            for record in records:
                line += 1
                facts = {name: _decode(text) for name, text in metadata.get(record["request_id"], {}).items()}
                yield line, {**record, "metadata": facts, "models": sorted(models.get(record["request_id"], {}))}


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    database.text_factory = lambda content: content.decode("utf-8", "replace")
    return database


def _has_column(database: sqlite3.Connection, table: str, column: str) -> bool:
    return column in {row[1] for row in database.execute(f"pragma table_info({table})")}


def _group_values(
    database: sqlite3.Connection, sql: str, ids: Sequence[object]
) -> Mapping[object, Mapping[str, str | None]]:
    """Return texts by name for each trace."""
    values: dict[object, dict[str, str | None]] = defaultdict(dict)
    for trace, name, text in database.execute(sql.format(marks=", ".join("?" * len(ids))), ids):
        values[trace][str(name)] = text
    return values


def _decode(text: str | None) -> object:
    """Return what a JSON text holds; the text itself where it is none."""
    with suppress(ValueError, TypeError, RecursionError):
        return json.loads(text or "null")
    return text
