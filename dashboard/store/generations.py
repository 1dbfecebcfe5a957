"""The generations of a store: read the current one, change a private copy, publish it.

A crash leaves an orphan that the next writer sweeps; a reader is never blocked.
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
from pathlib import Path
from typing import Any, NoReturn

import duckdb
from filelock import FileLock, Timeout

from dashboard.errors import StoreBusy, StoreUnusable
from dashboard.store.engine import connect, define_vocabulary, migrate, schema_version, sync, vocabulary_hash
from dashboard.store.snapshot import Change, Snapshot

POINTER = "current.json"
SCRATCH = "scratch-"
LOCK_SECONDS = 120.0
KEEP = 5  # generations kept behind the current one: undo of anything, and a backup, for free
RETRY = "Try again when the other import has ended."
REPAIR = "Run `labeltime check --repair` to go back to the newest good state."


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
        except (NotADirectoryError, PermissionError) as error:
            self._unusable(error)
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
                change = Change(con, number)
                if number and pointer.get("vocabulary") != vocabulary_hash():
                    change.rebuild_labels()  # what an older version derived, or did not derive
                yield path, change
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
        sync(self.folder)  # the name must survive a power loss before anything points to it
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
        if isinstance(error, NotADirectoryError | FileExistsError):
            raise StoreUnusable(f"{self.folder} is not a folder, so no store can be there.", "Name another folder.")
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
