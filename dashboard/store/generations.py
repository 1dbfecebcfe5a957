"""The generations of a store: read the current one, change a private copy, publish it.

A crash leaves an orphan file that the next writer deletes; readers are never blocked.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import duckdb

from dashboard.errors import StoreUnusable
from dashboard.store.cache import StoreState
from dashboard.store.engine import (
    create_database,
    hash_vocabulary,
    latest_schema_version,
    open_database,
    open_empty,
    read_schema_version,
    renew_secret,
    sync_to_disk,
)
from dashboard.store.pointer import POINTER_FILE, Pointer, read_pointer_file, write_pointer_file
from dashboard.store.private_files import FILE_MODE, restrict_folder, restrict_mode
from dashboard.store.snapshot import Change, Snapshot
from dashboard.store.write_lock import lock_store
from dashboard.variables import KEEP, MEMORY

MAX_DIGITS = 8  # of a generation's number; fewer than a pointer takes, so that there is always a next one
SCRATCH_PREFIX = "scratch-"
LOCK_TIMEOUT_SECONDS = 120.0
STORAGE_ERRORS = (
    duckdb.IOException,
    duckdb.SerializationException,
    duckdb.InternalException,
    duckdb.FatalException,
    duckdb.TransactionException,
    duckdb.OutOfMemoryException,
)
FULL_DISK = ("No space left", "Disk quota", "File too large", "disk full")
REPAIR_HINT = "Run `labeltime check --repair` to go back to the newest good state."


@dataclass
class Generation:
    """An open generation and the number of its readers."""

    number: int
    con: duckdb.DuckDBPyConnection
    users: int = 0


class Store:
    """A store in a folder; it creates nothing before the first change."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.lock_seconds = LOCK_TIMEOUT_SECONDS
        self._open: Generation | None = None
        self._guard = threading.Lock()

    def exists(self) -> bool:
        """Return whether a generation was ever published here."""
        return (self.folder / POINTER_FILE).exists()

    def read_pointer(self) -> Pointer:
        """Return the content of the pointer file; an empty store has generation 0.

        Raises:
            StoreUnusable: the pointer is damaged, or the store is from a newer version.
        """
        try:
            pointer = read_pointer_file(self.folder)
        except FileNotFoundError:
            if self.list_generations():
                raise StoreUnusable(f"The store in {self.folder} has lost its pointer file.", REPAIR_HINT) from None
            return Pointer(0, 0)
        except (NotADirectoryError, PermissionError) as error:
            self._raise_unusable(error)
        except (OSError, ValueError):
            raise StoreUnusable(f"The pointer file of the store in {self.folder} is damaged.", REPAIR_HINT) from None
        if pointer.schema > latest_schema_version():
            raise StoreUnusable(
                f"The store in {self.folder} was written by a newer version of Labeltime.",
                "Update Labeltime, or name another store with --store.",
            )
        return pointer

    def generation_path(self, generation: int) -> Path:
        """Return the path of a generation."""
        return self.folder / f"{generation:06d}.duckdb"

    def list_generations(self) -> list[int]:
        """Return the numbers of the generations that have a file, in ascending order."""
        names = (path.stem for path in self.folder.glob("[0-9]*.duckdb"))
        # A longer number is somebody's copy, such as one named by the time; the next one would fit into no pointer.
        digits = (name for name in names if name.isascii() and name.isdecimal() and len(name) <= MAX_DIGITS)
        return sorted(int(name) for name in digits if int(name))

    def generation(self) -> int:
        """Return the number of the current generation."""
        return self.read_pointer().generation

    def state(self) -> StoreState:
        """Return the store's current state, by which its answers are cached."""
        return StoreState(str(self.folder.resolve()), self.generation())

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Open the current generation for reading; later changes do not show in it.

        Raises:
            StoreUnusable: damaged, missing, or from a newer version.
        """
        generation = self._acquire_generation()
        try:
            yield Snapshot(generation.con, generation.number, StoreState(str(self.folder.resolve()), generation.number))
        except STORAGE_ERRORS as error:
            self._raise_unusable(error)
        finally:
            self._release_generation(generation)

    @contextmanager
    def change(self, action: str, who: str | None = None) -> Iterator[Change]:
        """Change the store: lock, copy, change, publish. If the body raises, nothing is changed.

        Raises:
            StoreBusy: another writer did not finish in time.
            StoreUnusable: disk full, folder read-only, store damaged or newer.
        BadVariable: how many generations to keep is not a count.
        """
        kept_count = KEEP.read()  # a bad value must be found before anything is written
        try:
            restrict_folder(self.folder)
            with (
                lock_store(self.folder, self.lock_seconds),
                self._copy_generation(self.folder) as (path, change),
            ):
                yield change
                change.log("change", action, who)
                self._publish_copy(path, change, kept_count)
        except (OSError, *STORAGE_ERRORS) as error:
            self._raise_unusable(error)

    @contextmanager
    def try_change(self) -> Iterator[Change]:
        """Try a change on a copy that is thrown away, so that previews run the code of real changes."""
        with tempfile.TemporaryDirectory(prefix="labeltime-") as folder:
            try:
                with self._copy_generation(Path(folder)) as (_, change):
                    yield change
            except (OSError, *STORAGE_ERRORS) as error:
                self._raise_unusable(error)

    def _acquire_generation(self) -> Generation:
        with self._guard:
            pointer = self.read_pointer()
            current = (latest_schema_version(), hash_vocabulary())
            if pointer.generation and (pointer.schema, pointer.vocabulary) != current:
                with self.change("bring the store up to this version"):
                    pass
                pointer = self.read_pointer()
            number = pointer.generation
            if self._open is None or self._open.number != number:
                stale, self._open = self._open, Generation(number, self._open_generation(number))
                if stale and not stale.users:
                    stale.con.close()
            self._open.users += 1
            return self._open

    def _release_generation(self, generation: Generation) -> None:
        with self._guard:
            generation.users -= 1
            if generation is not self._open and not generation.users:
                generation.con.close()

    def _open_generation(self, number: int) -> duckdb.DuckDBPyConnection:
        if number == 0:
            return open_empty(MEMORY.read()).cursor()
        if not self.generation_path(number).is_file():
            raise StoreUnusable(f"{self.generation_path(number)} is missing.", REPAIR_HINT)
        try:
            return open_database(self.generation_path(number), read_only=True)
        except duckdb.Error as error:
            self._raise_unusable(error)

    @contextmanager
    def _copy_generation(self, folder: Path) -> Iterator[tuple[Path, Change]]:
        pointer = self.read_pointer()
        path = folder / f"{SCRATCH_PREFIX}{uuid.uuid4().hex}.duckdb"
        number = pointer.generation
        try:
            if number:
                if not self.generation_path(number).is_file():
                    raise StoreUnusable(f"{self.generation_path(number)} is missing.", REPAIR_HINT)
                # Nobody ever writes to the source, so dropping its POSIX lock here does no harm.
                shutil.copyfile(self.generation_path(number), path)
            with translate_errors(self):
                if not number:
                    create_database(path)
                con = open_database(path, read_only=False)
                restrict_mode(path, FILE_MODE)
            try:
                # No transaction: the copy is thrown away or published as a whole, and DuckDB 2.0.0 reads no
                # rows back from a large insert into a table that was created in the same transaction.
                change = Change(con, number)
                is_same_vocabulary = pointer.vocabulary == hash_vocabulary()
                if not number:
                    renew_secret(con)
                elif not is_same_vocabulary or pointer.schema != latest_schema_version():
                    change.upgrade_tables(is_derived=is_same_vocabulary)  # an older version may derive differently
                yield path, change
            finally:
                con.close()
        finally:
            for leftover in (path, path.with_name(path.name + ".wal")):
                leftover.unlink(missing_ok=True)

    def _publish_copy(self, path: Path, change: Change, kept_count: int) -> None:
        change.execute("checkpoint")
        change._con.close()  # noqa: SLF001 - the one place where a change ends
        # Higher than every number ever used: a reused file name would be served from cache.
        number = max([*self.list_generations(), change.generation]) + 1
        sync_to_disk(path)
        path.rename(self.generation_path(number))
        sync_to_disk(self.folder)  # the name must survive a power loss before anything points to it
        self.set_current(number)
        self._delete_leftovers(number, kept_count)

    def set_current(self, number: int) -> None:
        """Make a generation the current one, atomically and durably."""
        write_pointer_file(self.folder, Pointer(number, latest_schema_version(), hash_vocabulary()))

    def is_readable(self, number: int) -> bool:
        """Return whether a whole generation can be read (DuckDB checks every block it reads)."""
        if not self.generation_path(number).is_file():
            return False
        try:
            con = open_database(self.generation_path(number), read_only=True)
        except duckdb.Error:
            return False
        try:
            if not read_schema_version(con):
                return False  # a database of something else
            for (table,) in con.sql("select table_name from duckdb_tables() where not internal").fetchall():
                con.sql(f'select count(hash(t)) from "{table}" as t').fetchall()  # noqa: S608 - own tables
        except duckdb.Error:
            return False
        finally:
            con.close()
        return True

    def _delete_leftovers(self, current: int, kept_count: int) -> None:
        """Delete what is neither the current generation, one of those kept before it, nor the newest good one."""
        earlier = [number for number in self.list_generations() if number < current]
        outdated = earlier[: max(len(earlier) - kept_count, 0)]
        if outdated:
            remaining = [*earlier[len(outdated) :], current]
            # A copy of a damaged generation is damaged as well; the last good one must not go.
            if not any(map(self.is_readable, reversed(remaining))):
                newest_readable = next(filter(self.is_readable, reversed(outdated)), None)
                outdated = [number for number in outdated if number != newest_readable]
        orphans = [*self.folder.glob(f"{SCRATCH_PREFIX}*"), *self.folder.glob(f"{POINTER_FILE}.*")]
        for leftover in (*map(self.generation_path, outdated), *orphans):
            with suppress(OSError):  # a reader on another system may have it open; the next change tries again
                leftover.unlink(missing_ok=True)

    def _raise_unusable(self, error: Exception) -> NoReturn:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        if any(words in str(error) for words in FULL_DISK):
            raise StoreUnusable(
                f"The disk of the store in {self.folder} is full; nothing was changed.", "Free some space."
            )
        if isinstance(error, duckdb.OutOfMemoryException):
            raise StoreUnusable(
                f"The store in {self.folder} needs more memory: {text}.", f"Give it more with {MEMORY.name}."
            )
        if isinstance(error, NotADirectoryError | FileExistsError):
            raise StoreUnusable(f"{self.folder} is not a folder, so no store can be there.", "Name another folder.")
        if isinstance(error, PermissionError) or "Read-only file system" in str(error):
            raise StoreUnusable(
                f"The store in {self.folder} cannot be written: {text}.", "Check the folder's permissions."
            )
        raise StoreUnusable(f"The store in {self.folder} cannot be used: {text}.", REPAIR_HINT) from error


@contextmanager
def translate_errors(store: Store) -> Iterator[None]:
    """Turn DuckDB errors about a damaged file into StoreUnusable."""
    try:
        yield
    except duckdb.Error as error:
        store._raise_unusable(error)  # noqa: SLF001 - same module
