"""The whole store as open files: Parquet, SQL and a manifest of hashes, so that nobody is locked in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from glob import escape
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dashboard import __version__
from dashboard.errors import DashboardError, StoreUnusable, UnreadableFile, UnwritableFile
from dashboard.schemas import MAX_ROWS_PER_BYTE
from dashboard.store.engine import FULL_DISK, hash_vocabulary, latest_schema_version
from dashboard.store.private_files import (
    FILE_MODE,
    FOLDER_MODE,
    delete_paths,
    restrict_mode,
    sync_to_disk,
    write_private,
)
from dashboard.store.revocations import add_revoked, read_revoked
from dashboard.units import format_count

if TYPE_CHECKING:
    from dashboard.store.generations import Store
    from dashboard.store.snapshot import Change, Snapshot

MANIFEST_FILE = "manifest.json"
SQL_FILE = "load.sql"
MAX_MANIFEST_BYTES = 10_000_000
MAX_TEXT = 100  # characters of a name or hash in it; ours have at most 64
SQL_INTRODUCTION = """-- Every table of a Labeltime store. In this folder, any DuckDB reads them: duckdb -init load.sql
-- `labeltime restore-store` makes a store of this folder again.
"""
TABLES_SQL = """
    select table_name, sql from duckdb_tables()
    where database_name not in ('temp', 'system') and schema_name = 'main' and not internal
    order by table_name
"""
NUMBERS_SQL = """
    select table_name, column_name from duckdb_columns()
    where database_name not in ('temp', 'system') and schema_name = 'main' and not internal
        and column_name like '%\\_id' escape '\\' and data_type = 'INTEGER'
    order by table_name, column_name
"""
VALUES_SQL = """
    select table_name, column_name, data_type from duckdb_columns()
    where database_name not in ('temp', 'system') and schema_name = 'main' and not internal
        and data_type in ('DATE', 'TIMESTAMP', 'DOUBLE', 'BIGINT')
    order by table_name, column_name
"""
UNUSABLE = {  # by type: what no importer and no sheet lets in, and what ends answers with an error
    "DATE": 'bool_or(not isfinite("{0}") or year("{0}") not between 1 and 9999)',
    "TIMESTAMP": 'bool_or(not isfinite("{0}") or year("{0}") not between 1 and 9999)',
    "DOUBLE": 'bool_or(not isfinite("{0}"))',
    "BIGINT": 'sum(abs(cast("{0}" as hugeint))) > 1e15',  # it would be more than a sum of milliseconds holds
}
MAX_NUMBER = 1_000_000_000  # of an import, a report or a person; the type ends at twice as many


@dataclass(frozen=True)
class TableFile:
    """A table of the store in a Parquet file: its rows and the file's SHA-256."""

    table: str
    rows: int
    sha256: str

    @property
    def file_name(self) -> str:
        """Return the name of the file."""
        return f"{self.table}.parquet"


@dataclass(frozen=True)
class Manifest:
    """What an export holds: the version of its schema, a hash of the views it was made under, and its tables."""

    schema: int
    vocabulary: str
    tables: tuple[TableFile, ...]
    revoked_links: tuple[str, ...] = ()

    def count_rows(self) -> int:
        """Return the number of rows of all tables."""
        return sum(table.rows for table in self.tables)


def export_store(store: Store, folder: Path) -> Manifest:
    """Write every table of a store to an empty folder, which only its owner can read; the manifest comes last.

    Raises:
        StoreUnusable: there is no store, or it cannot be read.
        UnwritableFile: the folder holds something, or cannot be written.
    """
    if not store.exists():
        raise StoreUnusable(f"There is no store in {store.folder}.", "Name its folder with --store.")
    try:
        prepare_folder(folder, store.folder)
        try:
            return write_export(store, folder)
        except BaseException:
            delete_paths(list(folder.iterdir()))  # half an export would stand in the way of the next one
            raise
    except OSError as error:
        raise UnwritableFile(f"{folder} cannot be written: {error}.", "Name another folder.") from error


def write_export(store: Store, folder: Path) -> Manifest:
    """Write the files of an export to a folder that is empty."""
    with store.snapshot() as snapshot:
        tables = snapshot.query(TABLES_SQL).rows()
        manifest = Manifest(
            int(snapshot.read_setting("schema") or 0),
            hash_vocabulary(),
            tuple(write_table(snapshot, table, folder) for table, _ in tables),
            tuple(sorted(read_revoked(store.folder))),
        )
    statements = [f"{sql}\ninsert into \"{table}\" by name from '{table}.parquet';\n" for table, sql in tables]
    write_private(folder / SQL_FILE, (SQL_INTRODUCTION + "\n".join(statements)).encode())
    content = {"labeltime": __version__, **asdict(manifest)}
    write_private(folder / MANIFEST_FILE, json.dumps(content, indent=1).encode())
    for path in (*folder.iterdir(), folder):
        sync_to_disk(path)
    return manifest


def prepare_folder(folder: Path, store_folder: Path) -> None:
    """Create the folder of an export.

    Raises:
        UnwritableFile: it holds something already, is no folder, or lies in that of the store.
    """
    hint = "Name a new or an empty folder."
    if folder.resolve().is_relative_to(store_folder.resolve()):
        raise UnwritableFile(f"{folder} is in the folder of the store.", "Name a folder elsewhere.")
    if not folder.is_dir() and (folder.exists() or folder.is_symlink()):
        raise UnwritableFile(f"{folder} is no folder.", hint)
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    if any(folder.iterdir()):
        raise UnwritableFile(f"{folder} is not empty.", hint)
    restrict_mode(folder, FOLDER_MODE)


def write_table(snapshot: Snapshot, table: str, folder: Path) -> TableFile:
    """Write a table to its Parquet file."""
    path = folder / f"{table}.parquet"
    write_private(path, b"")  # what cannot be written here is no fault of the store
    try:
        rows = snapshot.query(f"copy \"{table}\" to '{quote_path(path)}' (format parquet, compression zstd)").item()
    except duckdb.IOException as error:
        if not any(words in str(error) for words in FULL_DISK):
            raise
        hint = "Free some space, or name a folder on another disk."
        raise UnwritableFile(f"The disk of {folder} is full; nothing was exported.", hint) from error
    restrict_mode(path, FILE_MODE)
    return TableFile(table, int(rows), hash_file(path))


def quote_path(path: Path) -> str:
    """Return a path as the inside of an SQL string."""
    return str(path).replace("'", "''")


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as source:
        return file_digest(source, "sha256").hexdigest()


def restore_store(store: Store, folder: Path, check: Callable[[Change], None] | None = None) -> Manifest:
    """Make a new store of an exported folder; nothing is written unless all of it is whole.

    `check` raises what it finds wrong with the contents of the tables.

    Raises:
        UnreadableFile: the folder is no export, damaged, incomplete, or from a newer version.
        StoreUnusable: there is a store already, or its folder cannot be written.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    refuse_other_store(store, store.list_generations())
    with store.change(f"restore from {folder.name}") as change:
        refuse_other_store(store, [change.generation] if change.generation else [])
        load_tables(change, folder, manifest)
        check_contents(change, folder, check)
        # An export of somebody else may name any folder, and have a link to a report that is yet to be frozen.
        change.execute("update watched_folder set active = false")
        change.execute("delete from report_link where report_id not in (select report_id from frozen_report)")
        add_revoked(store.folder, manifest.revoked_links)  # before it is published: none may open for a moment
    return manifest


def refuse_other_store(store: Store, generations: list[int]) -> None:
    """Refuse to restore over a store.

    Raises:
        StoreUnusable: there are generations.
    """
    if generations:
        raise StoreUnusable(f"There is a store in {store.folder} already.", "Name an empty folder with --store.")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of an exported folder.

    Raises:
        UnreadableFile: there is none, it is damaged, or from a newer version.
    """
    path = folder / MANIFEST_FILE
    try:
        if not path.is_file() or path.stat().st_size > MAX_MANIFEST_BYTES:
            raise UnreadableFile(
                f"{folder} is no complete export of a store: it has no {MANIFEST_FILE}.",
                "Name a folder that `labeltime export-store` wrote.",
            )
        manifest = parse_manifest(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnreadableFile(f"{path} is damaged.", "Take the export from a backup, or export again.") from error
    if manifest.schema > latest_schema_version():
        raise UnreadableFile(f"{folder} was written by a newer version of Labeltime.", "Update Labeltime.")
    return manifest


def parse_manifest(content: dict[str, Any]) -> Manifest:
    """Return a manifest read from its JSON.

    Raises:
        ValueError, TypeError or KeyError: the content is not one.
    """
    tables = tuple(TableFile(**entry) for entry in content["tables"])
    manifest = Manifest(content["schema"], content["vocabulary"], tables, tuple(content["revoked_links"]))
    texts = [
        manifest.vocabulary,
        *manifest.revoked_links,
        *(text for table in tables for text in (table.table, table.sha256)),
    ]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(texts)
    if any(type(number) is not int for number in (manifest.schema, *(table.rows for table in tables))):
        raise TypeError(manifest)
    is_foreign = [text for text in texts if not text.isascii() or len(text) > MAX_TEXT]
    if manifest.schema < 1 or is_foreign:
        raise ValueError(manifest.schema, is_foreign)
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Check that each file of an export is there and unchanged.

    Raises:
        UnreadableFile: one is missing or differs from the manifest.
    """
    for table in manifest.tables:
        path = folder / table.file_name
        # A name with a slash would lead out of the folder.
        if Path(table.file_name).name != table.file_name or not path.is_file():
            raise UnreadableFile(
                f"{folder} lacks {table.file_name}.", "Take the export from a backup, or export again."
            )
        if hash_file(path) != table.sha256:
            raise UnreadableFile(
                f"{path} is not what was exported: its hash differs from the manifest's.",
                "Take the export from a backup, or export again.",
            )


def load_tables(change: Change, folder: Path, manifest: Manifest) -> None:
    """Fill a new store with an export: tables of its schema, the rows, then this version's schema and views.

    Raises:
        UnreadableFile: the tables of the export are not those of its schema, or do not make a store.
    """
    change.recreate_tables(manifest.schema)
    expected = [table for table, _ in change.query(TABLES_SQL).rows()]
    if sorted(table.table for table in manifest.tables) != expected:
        raise UnreadableFile(
            f"{folder} does not hold the tables of a store of schema {manifest.schema}.",
            "Take the export from a backup, or export again.",
        )
    for table in manifest.tables:
        path = quote_path(Path(escape(str(folder / table.file_name))))
        try:
            check_size(change, folder / table.file_name, path)
            change.execute(f'delete from "{table.table}"')  # noqa: S608 - names of own tables
            change.execute(f"insert into \"{table.table}\" by name from read_parquet('{path}')")
            rows = change.query(f'select count(*) from "{table.table}"').item()  # noqa: S608 - names of own tables
        except duckdb.Error as error:
            raise UnreadableFile(
                f"{folder / table.file_name} does not fit into a store: {str(error).splitlines()[0]}.",
                "Take the export from a backup, or export again.",
            ) from error
        if rows != table.rows:
            raise UnreadableFile(
                f"{folder / table.file_name} holds {rows} rows and the manifest says {table.rows}.",
                "Take the export from a backup, or export again.",
            )
    is_derived = (manifest.schema, manifest.vocabulary) == (latest_schema_version(), hash_vocabulary())
    try:
        is_same_schema = change.read_setting("schema") == str(manifest.schema)
        change.upgrade_tables(is_derived=is_derived)
    except duckdb.Error as error:
        raise UnreadableFile(
            f"The tables in {folder} do not make a store: {str(error).splitlines()[0]}.",
            "Take the export from a backup, or export again.",
        ) from error
    if not is_same_schema:
        raise UnreadableFile(
            f"The tables in {folder} are not of the schema that {MANIFEST_FILE} says.",
            "Take the export from a backup, or export again.",
        )


def check_size(change: Change, path: Path, quoted_path: str) -> None:
    """Check that a table is no file of a few kilobytes that says one row millions of times.

    Raises:
        UnreadableFile: it is.
    """
    rows = int(change.query(f"select num_rows from parquet_file_metadata('{quoted_path}')").item())  # noqa: S608
    size = path.stat().st_size
    if rows > size * MAX_ROWS_PER_BYTE:
        raise UnreadableFile(
            f"{path} says that it has {format_count(rows)} rows in {format_count(size)} bytes, which no export has.",
            "Take the export from a backup, or export again.",
        )


def check_contents(change: Change, folder: Path, check: Callable[[Change], None] | None) -> None:
    """Check that what is in the tables can be read, and that there are numbers left for what is to come.

    Raises:
        UnreadableFile: it cannot, or there are none.
    """
    highest = {
        table: change.query(f'select max("{column}") from "{table}"').item()  # noqa: S608 - names of own tables
        for table, column in change.query(NUMBERS_SQL).rows()
    }
    too_high = [table for table, number in highest.items() if number is not None and number > MAX_NUMBER]
    if too_high:
        raise UnreadableFile(
            f"{folder / too_high[0]}.parquet has a number above {MAX_NUMBER}, after which there is no next one.",
            "Take the export from a backup, or export again.",
        )
    for table, columns in group_columns(change).items():
        tests = ", ".join(UNUSABLE[data_type].format(column) for column, data_type in columns)
        answers = change.query(f'select {tests} from "{table}"').row(0)  # noqa: S608 - names of own tables
        unusable = [column for (column, _), answer in zip(columns, answers, strict=True) if answer]
        if unusable:
            raise UnreadableFile(
                f"{folder / table}.parquet has a day or a number in {unusable[0]} that nothing can be counted with.",
                "Take the export from a backup, or export again.",
            )
    try:
        if check is not None:
            check(change)
    except UnreadableFile:
        raise
    except (DashboardError, duckdb.Error, ValueError, TypeError, LookupError, AttributeError) as error:
        raise UnreadableFile(
            f"What is in {folder} cannot be used: {describe_problem(error)}.",
            "Take the export from a backup, or export again.",
        ) from error


def group_columns(change: Change) -> dict[str, list[tuple[str, str]]]:
    """Return name and type of the columns with days and numbers, by table."""
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, column, data_type in change.query(VALUES_SQL).rows():
        columns.setdefault(table, []).append((column, data_type))
    return columns


def describe_problem(error: Exception) -> str:
    """Return what is wrong in one line; of an error of Python only its kind, for its words may be anything."""
    if isinstance(error, DashboardError | duckdb.Error):
        return (error.message if isinstance(error, DashboardError) else str(error)).splitlines()[0].rstrip(".")
    return f"a setting, a view or a report in it is damaged ({type(error).__name__})"
