"""The store: a folder of immutable DuckDB generations and one pointer file.

Readers open the generation that the pointer names, read-only, and are never blocked.
A writer changes a private copy and publishes it whole, under a new name. This is the only module that knows DuckDB.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import polars as pl
from filelock import FileLock, Timeout

from dashboard import rules
from dashboard.errors import BadMapping, StoreBusy, StoreUnusable

POINTER = "current.json"
SCRATCH = "scratch-"
LOCK_SECONDS = 120.0
KEEP = 5  # generations kept behind the current one: undo of anything, and a backup, for free
RETRY = "Try again when the other import has ended."
REPAIR = "Run `labeltime check --repair` to go back to the newest good state."


def texts(folder: str) -> list[tuple[str, str]]:
    """Return (file name, SQL) of every file in a folder of `queries/`, in name order."""
    found = [entry for entry in files("queries").joinpath(folder).iterdir() if entry.name.endswith(".sql")]
    return [(entry.name, entry.read_text(encoding="utf-8")) for entry in sorted(found, key=lambda entry: entry.name)]


def schema_version() -> int:
    """Return the number of the newest migration this version knows."""
    return int(texts("schema")[-1][0][:4])


def vocabulary_hash() -> str:
    """Return a hash of the views and macros, so that a store of an older version is brought up to date."""
    return sha256("".join(sql for _, sql in texts("views")).encode()).hexdigest()[:16]


def connect(path: Path | None, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file (None = in memory), locked down: no extension is fetched or loaded."""
    con = duckdb.connect(
        ":memory:" if path is None else str(path),
        read_only=read_only,
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": os.environ.get("LABELTIME_MEMORY", "1GB"),
        },
    )
    # Only SET is enforced; the same limit given to connect() is shown but ignored.
    con.execute("set max_temp_directory_size = '20GB'")
    con.execute("set timezone = 'UTC'")
    return con


def rows(cursor: duckdb.DuckDBPyConnection, sql: str, params: dict[str, object] | None) -> pl.DataFrame:
    """Run one statement and return its rows as a frame."""
    relation = cursor.sql(sql, params=params or {})
    return pl.DataFrame() if relation is None else relation.pl()


def migrate(con: duckdb.DuckDBPyConnection, upto: int | None = None) -> None:
    """Bring an open store from whatever version it has to `upto` (default: the newest), forward only."""
    has_meta = con.sql("select count(*) from duckdb_tables() where table_name = 'meta'").fetchall()[0][0]
    at = con.sql("select cast(value as integer) from meta where key = 'schema'").fetchall() if has_meta else []
    version = at[0][0] if at else 0
    for name, sql in texts("schema"):
        number = int(name[:4])
        if version < number <= (upto or number):
            con.execute(sql)
            con.execute("insert or replace into meta values ('schema', cast(? as varchar))", [number])
    if version == 0:
        con.execute("insert into meta values ('pseudonym_secret', ?)", [uuid.uuid4().hex + uuid.uuid4().hex])
        for rule in rules.DEFAULT_RULES:
            con.execute(
                "insert into category_rule values ('activity', ?, ?, ?, ?, ?)",
                [rule.position, rule.field, rule.operator, rule.pattern, rule.category],
            )


def define_vocabulary(con: duckdb.DuckDBPyConnection) -> None:
    """Create the shared views and macros anew."""
    for _, sql in texts("views"):
        con.execute(sql)


class Snapshot:
    """A read-only look at one generation; each query has a cursor of its own."""

    def __init__(self, con: duckdb.DuckDBPyConnection, generation: int) -> None:
        self._con = con
        self.generation = generation

    def query(self, sql: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        """Run a select with named parameters and return its rows."""
        cursor = self._con.cursor()
        try:
            return rows(cursor, sql, params)
        finally:
            cursor.close()

    def meta(self, key: str) -> str | None:
        """Return a setting kept in the store, or None."""
        found = self.query("select value from meta where key = $key", {"key": key})
        return None if found.is_empty() else str(found.item())


class Change(Snapshot):
    """A generation in the making: everything done to it is published together, or not at all."""

    def query(self, sql: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        """Run a select inside the change."""
        return rows(self._con, sql, params)

    def execute(self, sql: str, params: dict[str, object] | None = None) -> None:
        """Run a statement with named parameters, to its end: DuckDB 2 starts a large one and returns."""
        self._con.execute(sql, params or {}).fetchall()

    def load(self, frame: pl.DataFrame, sql: str, params: dict[str, object] | None = None) -> None:
        """Run a statement that reads a frame as `incoming_frame`; UTC instants lose their zone, not their value."""
        zoned = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and dtype.time_zone]
        plain = frame.with_columns(pl.col(zoned).dt.convert_time_zone("UTC").dt.replace_time_zone(None))
        self._con.register("incoming_frame", plain)
        try:
            self.execute(sql, params)
        finally:
            self._con.unregister("incoming_frame")

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Append a frame to a table, columns matched by name."""
        self.load(frame, f'insert into "{table}" by name select * from incoming_frame')  # noqa: S608 - own names

    def set_meta(self, key: str, value: str) -> None:
        """Keep a setting in the store."""
        self.execute("insert or replace into meta values ($key, $value)", {"key": key, "value": value})

    def log(self, what: str, detail: str = "", who: str | None = None) -> None:
        """Write a line of the audit log."""
        self.execute(
            "insert into audit_log values (cast(now() as timestamp), $who, $what, $detail)",
            {"who": who, "what": what, "detail": detail},
        )

    def categorize(self, scheme: str = "activity") -> None:
        """Decide the category of texts that have none yet, by the scheme's ordered rules.

        Raises:
            BadMapping: a pattern that the store's regular expressions cannot run.
        """
        ordered = self.query(
            "select position, field, operator, pattern, category from category_rule where scheme = $scheme order by 1",
            {"scheme": scheme},
        )
        expression, params = rules.category_expression([rules.Rule(**row) for row in ordered.to_dicts()])
        try:
            self.execute(undecided(expression), {**params, "scheme": scheme})
        except duckdb.InvalidInputException as error:
            raise BadMapping(
                f"A rule's pattern cannot be used: {error}.", "Correct the pattern and save again."
            ) from None

    def rebuild_categories(self, scheme: str = "activity") -> None:
        """Decide every category anew after a rule edit, and the sums that hang on them."""
        self.execute("delete from activity where scheme = $scheme", {"scheme": scheme})
        self.categorize(scheme)
        self.rebuild_rollups()

    def rebuild_rollups(self) -> None:
        """Sum all facts anew."""
        for name, _ in texts("rollups"):
            self.execute(f"delete from {name[:-4]}")  # noqa: S608 - names of own files
        self.add_rollups(None)

    def add_rollups(self, import_id: int | None) -> None:
        """Sum the facts of one import, or of all of them (None)."""
        for name, sql in texts("rollups"):
            self.execute(f"insert into {name[:-4]} by name {sql}", {"import_id": import_id})  # noqa: S608 - own files

    def remove_import(self, import_id: int) -> None:
        """Take all rows of an import out of facts, rollups and bad rows."""
        for table in ("time_entry", "labeling_event", "experiment_run", "bad_row", "time_day", "labeling_day"):
            self.execute(f"delete from {table} where import_id = $id", {"id": import_id})  # noqa: S608 - fixed names


def undecided(expression: str) -> str:
    """Return the statement that categorizes texts not yet in `activity`; `expression` gives a rule position."""
    return f"""
        insert into activity
        with texts as (
            select activity_key, any_value(source) as source, any_value(person) as person,
                any_value(client) as client, any_value(project) as project, any_value(task) as task,
                any_value(description) as description, any_value(tags) as tags
            from time_entry
            where activity_key not in (select activity_key from activity where scheme = $scheme)
            group by activity_key
        ), decided as (select activity_key, {expression} as position from texts)
        select $scheme, activity_key, coalesce(rule.category, 'uncategorized'), rule.position
        from decided left join category_rule as rule
            on rule.scheme = $scheme and rule.position = decided.position
    """  # noqa: S608 - the expression holds only allow-listed names and bound parameters


@dataclass
class Generation:
    """An open generation and how many are looking at it."""

    number: int
    con: duckdb.DuckDBPyConnection
    users: int = 0


class Store:
    """A store in a folder; creates nothing until the first change."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._open: Generation | None = None
        self._guard = threading.Lock()

    def exists(self) -> bool:
        """Return whether anything was ever published here."""
        return (self.folder / POINTER).exists()

    def pointer(self) -> dict[str, Any]:
        """Return what the pointer file says; an empty store is generation 0.

        Raises:
            StoreUnusable: the pointer is damaged, or the store is from a newer version.
        """
        try:
            said = json.loads((self.folder / POINTER).read_text(encoding="utf-8"))
            pointer = {"generation": int(said["generation"]), "schema": int(said["schema"]), **said}
        except FileNotFoundError:
            if any(self.folder.glob("[0-9]*.duckdb")):
                raise StoreUnusable(f"The store in {self.folder} has lost its pointer file.", REPAIR) from None
            return {"generation": 0, "schema": 0, "vocabulary": ""}
        except (OSError, ValueError, KeyError, TypeError):
            raise StoreUnusable(f"The pointer file of the store in {self.folder} is damaged.", REPAIR) from None
        if pointer["schema"] > schema_version():
            raise StoreUnusable(
                f"The store in {self.folder} was written by a newer version of Labeltime.",
                "Update Labeltime, or name another store with --store.",
            )
        return pointer

    def file(self, generation: int) -> Path:
        """Return where a generation lies."""
        return self.folder / f"{generation:06d}.duckdb"

    def generation(self) -> int:
        """Return the number of the current generation."""
        return int(self.pointer()["generation"])

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Look at the current generation; later changes do not show in it.

        Raises:
            StoreUnusable: damaged, missing, or from a newer version.
        """
        generation = self._enter()
        try:
            yield Snapshot(generation.con, generation.number)
        except (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException) as error:
            self._unusable(error)
        finally:
            self._leave(generation)

    @contextmanager
    def change(self, what: str, who: str | None = None) -> Iterator[Change]:
        """Change the store: lock, copy, change, publish. If the body raises, nothing happened.

        Raises:
            StoreBusy: another writer did not finish in time.
            StoreUnusable: disk full, folder read-only, store damaged or newer.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "write.lock", timeout=LOCK_SECONDS)
            with lock, self._copy(self.folder) as (path, change):
                yield change
                change.log("change", what, who)
                self._publish(path, change)
        except Timeout:
            raise StoreBusy(f"Another import is still writing to {self.folder}.", RETRY) from None
        except (OSError, duckdb.IOException) as error:
            self._unusable(error)

    @contextmanager
    def rehearsal(self) -> Iterator[Change]:
        """Try a change on a copy that is thrown away: the very code of the real thing, for previews."""
        with tempfile.TemporaryDirectory(prefix="labeltime-") as folder:
            try:
                with self._copy(Path(folder)) as (_, change):
                    yield change
            except (OSError, duckdb.IOException) as error:
                self._unusable(error)

    def _enter(self) -> Generation:
        with self._guard:
            pointer = self.pointer()
            if pointer["generation"] and pointer.get("vocabulary") != vocabulary_hash():
                with self.change("bring the store up to this version"):
                    pass
                pointer = self.pointer()
            number = int(pointer["generation"])
            if self._open is None or self._open.number != number:
                stale, self._open = self._open, Generation(number, self._load(number))
                if stale and not stale.users:
                    stale.con.close()
            self._open.users += 1
            return self._open

    def _leave(self, generation: Generation) -> None:
        with self._guard:
            generation.users -= 1
            if generation is not self._open and not generation.users:
                generation.con.close()

    def _load(self, number: int) -> duckdb.DuckDBPyConnection:
        if number == 0:
            con = connect(None, read_only=False)
            migrate(con)
            define_vocabulary(con)
            return con
        if not self.file(number).is_file():
            raise StoreUnusable(f"{self.file(number)} is missing.", REPAIR)
        try:
            return connect(self.file(number), read_only=True)
        except duckdb.Error as error:
            self._unusable(error)

    @contextmanager
    def _copy(self, folder: Path) -> Iterator[tuple[Path, Change]]:
        pointer = self.pointer()
        path = folder / f"{SCRATCH}{uuid.uuid4().hex}.duckdb"
        number = int(pointer["generation"])
        try:
            if number:
                if not self.file(number).is_file():
                    raise StoreUnusable(f"{self.file(number)} is missing.", REPAIR)
                # The source is never written by anyone, so dropping its POSIX lock here does no harm.
                shutil.copyfile(self.file(number), path)
            with duckdb_errors(self):
                con = connect(path, read_only=False)
            try:
                # No transaction: the copy itself is thrown away or published whole, and DuckDB 2.0.0 reads
                # no rows back from a large insert into a table that was made in the same transaction.
                migrate(con)
                define_vocabulary(con)
                yield path, Change(con, number)
            finally:
                con.close()
        finally:
            for leftover in (path, path.with_name(path.name + ".wal")):
                leftover.unlink(missing_ok=True)

    def _publish(self, path: Path, change: Change) -> None:
        change.execute("checkpoint")
        change._con.close()  # noqa: SLF001 - the one place where a change ends
        numbers = [int(found.stem) for found in self.folder.glob("[0-9]*.duckdb")]
        # Above every name ever used: a name that once meant another file would be served from cache.
        number = max([*numbers, change.generation]) + 1
        sync(path)
        path.rename(self.file(number))
        self.point(number)
        self._sweep(number)

    def point(self, number: int) -> None:
        """Make a generation the current one, atomically and durably."""
        said = {"generation": number, "schema": schema_version(), "vocabulary": vocabulary_hash()}
        fresh = self.folder / f"{POINTER}.{uuid.uuid4().hex}"
        fresh.write_text(json.dumps(said), encoding="utf-8")
        sync(fresh)
        fresh.replace(self.folder / POINTER)
        sync(self.folder)

    def good(self, number: int) -> bool:
        """Return whether a generation can be read from end to end (DuckDB checks every block it reads)."""
        try:
            con = connect(self.file(number), read_only=True)
        except duckdb.Error:
            return False
        try:
            for (table,) in con.sql("select table_name from duckdb_tables() where not internal").fetchall():
                con.sql(f'select count(hash(t)) from "{table}" as t').fetchall()  # noqa: S608 - own tables
        except duckdb.Error:
            return False
        finally:
            con.close()
        return True

    def repair(self) -> int:
        """Go back to the newest generation that can be read whole; returns its number.

        Raises:
            StoreUnusable: no generation can be read.
        """
        with FileLock(self.folder / "write.lock", timeout=LOCK_SECONDS):
            for number in sorted((int(found.stem) for found in self.folder.glob("[0-9]*.duckdb")), reverse=True):
                if self.good(number):
                    self.point(number)
                    return number
        raise StoreUnusable(
            f"No generation of the store in {self.folder} can be read.", "Restore the folder from a backup."
        )

    def _sweep(self, current: int) -> None:
        keep = int(os.environ.get("LABELTIME_KEEP", KEEP))
        kept = sorted(int(found.stem) for found in self.folder.glob("[0-9]*.duckdb"))
        old = [self.file(number) for number in kept if number <= current][: -(keep + 1)]
        orphans = [*self.folder.glob(f"{SCRATCH}*"), *self.folder.glob(f"{POINTER}.*")]
        for leftover in (*old, *orphans):
            with suppress(OSError):  # a reader on another system may hold it; the next change tries again
                leftover.unlink(missing_ok=True)

    def _unusable(self, error: Exception) -> NoReturn:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        if "No space left" in str(error) or "Disk quota" in str(error):
            raise StoreUnusable(
                f"The disk of the store in {self.folder} is full; nothing was changed.", "Free some space."
            )
        if isinstance(error, PermissionError) or "Read-only file system" in str(error):
            raise StoreUnusable(
                f"The store in {self.folder} cannot be written: {text}.", "Check the folder's permissions."
            )
        raise StoreUnusable(f"The store in {self.folder} cannot be used: {text}.", REPAIR) from error


@contextmanager
def duckdb_errors(store: Store) -> Iterator[None]:
    """Turn what DuckDB says of a damaged file into a message."""
    try:
        yield
    except duckdb.Error as error:
        store._unusable(error)  # noqa: SLF001 - same module


def sync(path: Path) -> None:
    """Make a file or folder survive a power loss."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
