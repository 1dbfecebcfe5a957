"""DuckDB sums event files on this machine; it is locked down, and reads these files and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.store.engine import fetch_rows, open_database
from dashboard.store.event_files import (
    EventFile,
    check_columns,
    list_local_files,
    read_event_sql,
    shorten_message,
)


class DuckEngine:
    """Sums the events of local files."""

    def list_files(self, place: str) -> list[EventFile]:
        """Return the Parquet files below a folder.

        Raises:
            UnreadableFile: the place is an address, or no folder that can be listed.
        """
        if "://" in place:
            raise UnreadableFile(f"DuckDB reads folders of this machine, and not {place}.", "Add --engine spark.")
        return list_local_files(Path(place))

    def sum_events(self, paths: Sequence[str]) -> pl.DataFrame:
        """Return the daily sums of the events in some files; raises as `EventEngine.sum_events`."""
        view_sql, sums_sql = read_event_sql()
        con = open_database(None, read_only=False)
        try:
            lock_paths(con, paths)
            files = f"read_parquet({quote_list(paths)}, union_by_name = true, hive_partitioning = false)"
            described = con.execute(f"describe from {files}").fetchall()
            check_columns({name: kind for name, kind, *_ in described})
            con.execute(f"create view event_file as from {files}")
            con.execute(f"create view labeling_event as {view_sql}")
            return fetch_rows(con.cursor(), sums_sql, None)
        except duckdb.Error as error:
            raise UnreadableFile(
                f"The events cannot be read: {shorten_message(error)}", "Write the files of that month anew."
            ) from error
        finally:
            con.close()


def lock_paths(con: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> None:
    """Keep a connection from any other file and from being unlocked."""
    con.execute(f"set allowed_paths = {quote_list(paths)}")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")


def quote_list(texts: Sequence[str]) -> str:
    """Return texts as a list in SQL."""
    return "[" + ", ".join("'" + text.replace("'", "''") + "'" for text in texts) + "]"
