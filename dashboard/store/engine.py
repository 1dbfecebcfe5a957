"""DuckDB, locked down: open a file, migrate its schema, define shared views and macros, run a statement."""

from __future__ import annotations

import os
import uuid
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl

from dashboard.categories import build_definition_sql
from dashboard.store.category_rules import RULE_COLUMNS, SCHEME, load_default_rules
from dashboard.variables import MEMORY


@cache
def read_sql_files(folder: str) -> list[tuple[str, str]]:
    """Return file name and SQL of every file in a folder of `queries/`, ordered by name."""
    sql_files = [entry for entry in files("queries").joinpath(folder).iterdir() if entry.name.endswith(".sql")]
    return [
        (entry.name, entry.read_text(encoding="utf-8")) for entry in sorted(sql_files, key=lambda entry: entry.name)
    ]


@cache
def latest_schema_version() -> int:
    """Return the number of the newest migration that this version has."""
    return int(read_sql_files("schema")[-1][0][:4])


@cache
def hash_vocabulary() -> str:
    """Return a hash of the SQL of views, macros and derived tables; a store with another hash is brought up to date."""
    sql_texts = [build_definition_sql(), *(sql for folder in ("views", "labels") for _, sql in read_sql_files(folder))]
    return sha256("".join(sql_texts).encode()).hexdigest()[:16]


def open_database(path: Path | None, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file (None = in memory), locked down: no extension is fetched or loaded."""
    con = duckdb.connect(
        ":memory:" if path is None else str(path),
        read_only=read_only,
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": MEMORY.read(),
        },
    )
    # Only SET is enforced; the same limit given to connect() is shown but ignored.
    con.execute("set max_temp_directory_size = '20GB'")
    con.execute("set timezone = 'UTC'")
    con.execute("set enable_progress_bar = false")  # it is drawn on stdout, which is for answers
    con.execute("set preserve_insertion_order = false")  # every query states its order; inserts run in parallel
    return con


def fetch_rows(cursor: duckdb.DuckDBPyConnection, sql: str, params: dict[str, object] | None) -> pl.DataFrame:
    """Run one statement and return its rows as a frame; Polars takes them without the start of pyarrow and numpy."""
    relation = cursor.sql(sql, params=params or {})
    if relation is None:
        return pl.DataFrame()
    try:
        return pl.DataFrame(relation)
    except pl.exceptions.ComputeError:  # a statement that fails midway: DuckDB says the cause in its own terms
        frame: pl.DataFrame = relation.pl()
        return frame


def read_schema_version(con: duckdb.DuckDBPyConnection) -> int:
    """Return the version of an open store's schema; 0 before the first migration."""
    has_meta = con.sql("select count(*) from duckdb_tables() where table_name = 'meta'").fetchall()[0][0]
    rows = con.sql("select cast(value as integer) from meta where key = 'schema'").fetchall() if has_meta else []
    return int(rows[0][0]) if rows else 0


def migrate_schema(con: duckdb.DuckDBPyConnection, upto: int | None = None) -> None:
    """Migrate an open store forward to version `upto` (default: the newest)."""
    version = read_schema_version(con)
    for name, sql in read_sql_files("schema"):
        number = int(name[:4])
        if version < number <= (upto or number):
            con.execute(sql)
            con.execute("insert or replace into meta values ('schema', cast(? as varchar))", [number])
    if version == 0:
        renew_secret(con)
        insert_default_rules(con)


def renew_secret(con: duckdb.DuckDBPyConnection) -> None:
    """Give an open store a new secret, which pseudonyms are made with."""
    secret = uuid.uuid4().hex + uuid.uuid4().hex
    con.execute("insert or replace into meta values ('pseudonym_secret', ?)", [secret])


def insert_default_rules(con: duckdb.DuckDBPyConnection) -> None:
    """Insert the default rules; a schema before suggestions has no column for a rule's effect."""
    columns = [row[0] for row in con.sql("select column_name from (describe category_rule)").fetchall()]
    con.execute(
        "insert into category_rule by name select $scheme as scheme, unnest($rules, recursive := true)",
        {
            "scheme": SCHEME,
            "rules": [
                {name: getattr(rule, name) for name in RULE_COLUMNS if name in columns} for rule in load_default_rules()
            ],
        },
    )


def define_vocabulary(con: duckdb.DuckDBPyConnection) -> None:
    """Recreate the shared views and macros."""
    con.execute(build_definition_sql())
    for _, sql in read_sql_files("views"):
        con.execute(sql)


_EMPTY: list[bytes] = []  # the file of a store without facts, once this process has made one


def create_database(path: Path) -> None:
    """Create the file of a store without facts; later ones of a process are copies of its first, made in no time.

    A copy has the secret of what it was copied from, so `renew_secret` has to follow.
    """
    if _EMPTY:
        path.write_bytes(_EMPTY[0])
        return
    con = open_database(path, read_only=False)
    try:
        migrate_schema(con)
        define_vocabulary(con)
        con.execute("checkpoint")
    finally:
        con.close()
    _EMPTY.append(path.read_bytes())


@cache
def open_empty(memory: str) -> duckdb.DuckDBPyConnection:
    """Open a store without facts in memory; all readers of empty stores share it, through cursors of their own."""
    del memory  # a limit that was changed meanwhile holds for who opens next
    con = open_database(None, read_only=False)
    migrate_schema(con)
    define_vocabulary(con)
    return con


def sync_to_disk(path: Path) -> None:
    """Make a file or folder survive a power loss."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
