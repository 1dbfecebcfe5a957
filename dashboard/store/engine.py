"""DuckDB, locked down: open a store's two files, migrate their schema, define views and macros, run a statement.

What files say, and what is derived from it alone, stands in a database `facts` of its own, so that a note or a rule is
saved without copying it. Statements name tables alone: the search path finds them in either file.
"""

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
from dashboard.errors import StoreUnusable
from dashboard.filters import is_encodable
from dashboard.store.category_rules import RULE_COLUMNS, SCHEME, load_default_rules
from dashboard.variables import MEMORY, THREADS


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
    return sha256("".join(list_vocabulary_texts()).encode()).hexdigest()[:16]


def list_vocabulary_texts() -> list[str]:
    """Return the SQL of all that a store derives from its facts."""
    folders = ("views", "rollups", "labels")
    return [build_definition_sql(), *(sql for folder in folders for _, sql in read_sql_files(folder))]


FULL_DISK = ("No space left", "Disk quota", "File too large", "disk full")
FACTS_APART = 21  # the migration that gave facts a file of their own
FACT_TABLES = frozenset(
    (
        "bad_row",
        "experiment_run",
        "experiment_run_superseded",
        "holding",
        "imported_time_off",
        "label",
        "labeling_day",
        "labeling_event",
        "labeling_event_superseded",
        "quality_report",
        "quality_report_superseded",
        "rolled_day",
        "rolled_month",
        "shared_time",
        "time_entry",
        "time_entry_superseded",
    )
)
"""A migration that adds one names its file: `create table facts.<name>`."""


def require_plain_path(folder: Path) -> None:
    """Refuse a folder whose path DuckDB takes for another one.

    Raises:
        StoreUnusable: it holds a question mark, a backslash that separates nothing, or bytes that are no text.
    """
    path = str(folder)
    if "?" in path or ("\\" in path and os.sep != "\\") or not is_encodable(path):
        raise StoreUnusable(
            f"No store can be in {path!a}: its path holds a question mark, a backslash, or bytes that are not UTF-8.",
            "Name another folder with --store.",
        )


def open_database(path: Path | None, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file (None = in memory), locked down: no extension is fetched or loaded.

    DuckDB takes the beginning of a relative path, such as `s3:`, for the name of an extension.
    """
    con = duckdb.connect(
        ":memory:" if path is None else str(path.absolute()),
        read_only=read_only,
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": MEMORY.read(),
            "threads": str(THREADS.read()),
        },
    )
    # Only SET is enforced; the same limit given to connect() is shown but ignored.
    con.execute("set max_temp_directory_size = '20GB'")
    con.execute("set timezone = 'UTC'")
    con.execute("set enable_progress_bar = false")  # it is drawn on stdout, which is for answers
    con.execute("set preserve_insertion_order = false")  # every query states its order; inserts run in parallel
    return con


def open_generation(path: Path, facts: Path) -> duckdb.DuckDBPyConnection:
    """Open the two files of a generation to read from.

    Nearly every statement asks who is who: planning that view anew each time takes longer than what it is asked for,
    so its rows stand in memory, before the view on the search path.
    """
    con = open_database(None, read_only=False)
    try:
        con.execute(f"set temp_directory = '{quote_path(path)}.tmp'")
        con.execute(f"attach '{quote_path(path)}' as entered (read_only)")
        con.execute(f"attach '{quote_path(facts)}' as facts (read_only)")
        con.execute("set search_path = 'entered.main,facts.main'")
        con.execute("create schema memory.derived")
        con.execute("create table memory.derived.named_person as from named_person")
        con.execute("set search_path = 'memory.derived,entered.main,facts.main'")
    except duckdb.Error:
        con.close()
        raise
    return con


def quote_path(path: Path) -> str:
    """Return the path of a file for a text of SQL."""
    return str(path.absolute()).replace("'", "''")


def attach_facts(con: duckdb.DuckDBPyConnection, path: Path | None, *, read_only: bool) -> None:
    """Attach the file of the facts (None = in memory), so that statements find the tables of both files."""
    place = ":memory:" if path is None else quote_path(path)
    con.execute(f"attach if not exists '{place}' as facts {'(read_only)' if read_only else ''}")
    search_both(con)


def search_both(con: duckdb.DuckDBPyConnection) -> None:
    """Let statements of a connection find the tables of both files."""
    others = "select database_name from duckdb_databases() where not internal and database_name <> 'facts'"
    (name,) = con.execute(others).fetchall()[0]
    con.execute(f"set search_path = '\"{name}\".main,facts.main'")


def read_search_path(con: duckdb.DuckDBPyConnection) -> str:
    """Return where statements of a connection look for tables; a cursor does not inherit it."""
    return str(con.execute("select current_setting('search_path')").fetchall()[0][0])


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
    if version < FACTS_APART:
        con.execute("use facts")  # where all tables are, until that migration
    for name, sql in read_sql_files("schema"):
        number = int(name[:4])
        if version < number <= (upto or number):
            if number == FACTS_APART:
                search_both(con)
                move_settings(con)
            con.execute(sql)
            con.execute("insert or replace into meta values ('schema', cast(? as varchar))", [number])
    if version == 0:
        renew_secret(con)
        insert_default_rules(con)


def move_settings(con: duckdb.DuckDBPyConnection) -> None:
    """Move every table that holds no facts out of the file of the facts; drop its views, which are made anew."""
    own = "database_name = 'facts' and not internal order by 1"
    for (view,) in con.execute(f"select view_name from duckdb_views() where {own}").fetchall():  # noqa: S608 - own text
        con.execute(f'drop view facts."{view}"')
    for table, sql in con.execute(f"select table_name, sql from duckdb_tables() where {own}").fetchall():  # noqa: S608 - own text
        if table not in FACT_TABLES:
            con.execute(sql)
            con.execute(f'insert into "{table}" by name select * from facts."{table}"')  # noqa: S608 - own names
            con.execute(f'drop table facts."{table}"')


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


_EMPTY: list[tuple[bytes, bytes]] = []  # the files of a store without facts, once this process has made them


def create_database(path: Path, facts: Path) -> None:
    """Create the files of a store without facts; later ones of a process are copies of its first, made in no time.

    A copy has the secret of what it was copied from, so `renew_secret` has to follow.
    """
    if not _EMPTY:
        con = open_database(path, read_only=False)
        try:
            create_tables(con, facts)
            con.execute("checkpoint")
            con.execute("checkpoint facts")
        finally:
            con.close()
        _EMPTY.append((path.read_bytes(), facts.read_bytes()))
    for file, content in zip((path, facts), _EMPTY[0], strict=True):
        file.write_bytes(content)


def create_tables(con: duckdb.DuckDBPyConnection, facts: Path | None) -> None:
    """Create the tables and views of an empty store, the facts in a file of their own (None = in memory)."""
    attach_facts(con, facts, read_only=False)
    migrate_schema(con)
    define_vocabulary(con)


@cache
def open_empty(memory: str) -> duckdb.DuckDBPyConnection:
    """Open a store without facts in memory; all readers of empty stores share it, through cursors of their own."""
    del memory  # a limit that was changed meanwhile holds for who opens next
    con = open_database(None, read_only=False)
    create_tables(con, None)
    return con
