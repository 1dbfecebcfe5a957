"""The generations of a store: read the current one, change a private copy, publish it.

A generation is two files: what a lead enters, and the facts. While the facts do not change, generations share the file
of the facts, each under a name of its own (a hard link).

A crash leaves an orphan file that the next writer deletes; readers are never blocked.
"""

from __future__ import annotations

import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

import duckdb

from dashboard.errors import StoreBusy, StoreUnusable
from dashboard.store.cache import StoreState
from dashboard.store.engine import (
    FACTS_APART,
    FULL_DISK,
    attach_facts,
    create_database,
    hash_vocabulary,
    latest_schema_version,
    open_database,
    open_empty,
    open_generation,
    read_schema_version,
    read_search_path,
    renew_secret,
    require_plain_path,
    search_both,
)
from dashboard.store.kept_answers import drop_outdated_answers
from dashboard.store.pointer import POINTER_FILE, Pointer, read_pointer_file, stamp_file, write_pointer_file
from dashboard.store.private_files import (
    FILE_MODE,
    copy_private,
    delete_paths,
    link_file,
    restrict_folder,
    restrict_mode,
    sync_to_disk,
)
from dashboard.store.snapshot import Change, Snapshot
from dashboard.store.write_lock import lock_store
from dashboard.variables import KEEP, MEMORY

MAX_DIGITS = 8  # of a generation's number; fewer than a pointer takes, so that there is always a next one
SCRATCH_PREFIX = "scratch-"
FACTS_SUFFIX = ".facts.duckdb"
LOCK_SUFFIX = ".lock"
LOCK_TIMEOUT_SECONDS = 120.0
READER_SECONDS = 10.0  # for the last readers of a store that was made anew
DISK_ERROR = duckdb.IOException
STORAGE_ERRORS = (
    DISK_ERROR,
    duckdb.SerializationException,
    duckdb.InternalException,
    duckdb.FatalException,
    duckdb.TransactionException,
    duckdb.OutOfMemoryException,
)
NO_TEMPORARY_FOLDER = "No usable temporary directory"  # the words of Python
REPAIR_HINT = "Run `labeltime check --repair` to go back to the newest good state."


@dataclass
class Generation:
    """An open generation, where its statements look for tables, and the number of its readers."""

    state: StoreState
    con: duckdb.DuckDBPyConnection
    search_path: str
    users: int = 0


class Store:
    """A store in a folder; it creates nothing before the first change."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.lock_seconds = LOCK_TIMEOUT_SECONDS
        self._open: Generation | None = None
        self._guard = threading.Condition()

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

    def facts_path(self, generation: int) -> Path:
        """Return the path of a generation's facts; generations of earlier versions have them in their one file."""
        return self.folder / f"{generation:06d}{FACTS_SUFFIX}"

    def list_generations(self) -> list[int]:
        """Return the numbers of the generations that have a file, in ascending order."""
        return self._list_numbers(".duckdb")

    def _list_numbers(self, suffix: str) -> list[int]:
        names = (path.name.removesuffix(suffix) for path in self.folder.glob(f"[0-9]*{suffix}"))
        # A longer number is somebody's copy, such as one named by the time; the next one would fit into no pointer.
        digits = (name for name in names if name.isascii() and name.isdecimal() and len(name) <= MAX_DIGITS)
        return sorted(int(name) for name in digits if int(name))

    def generation(self) -> int:
        """Return the number of the current generation."""
        return self.read_pointer().generation

    def state(self) -> StoreState:
        """Return the store's current state, by which its answers are cached."""
        number = self.generation()
        return StoreState(str(self.folder.resolve()), number, stamp_file(self.generation_path(number)))

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Open the current generation for reading; later changes do not show in it.

        Raises:
            StoreUnusable: damaged, missing, or from a newer version.
        """
        generation = self._acquire_generation()
        try:
            state = generation.state
            yield Snapshot(generation.con, state.generation, generation.search_path, state)
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
        with self._lock_for_writing() as kept_count, self._change_locked(action, who, kept_count) as change:
            yield change

    def _bring_up_to_date(self) -> None:
        """Bring the store up to this version, unless another one that opened it at the same time did so."""
        with self._lock_for_writing() as kept_count:
            if not is_current(self.read_pointer()):
                with self._change_locked("bring the store up to this version", None, kept_count):
                    pass

    @contextmanager
    def _lock_for_writing(self) -> Iterator[int]:
        """Lock the store for writing, and give how many generations are to be kept."""
        kept_count = KEEP.read()  # a bad value must be found before anything is written
        try:
            restrict_folder(self.folder)
            with self._lock_and_sweep():
                yield kept_count
        except (OSError, *STORAGE_ERRORS) as error:
            self._raise_unusable(error)

    @contextmanager
    def _change_locked(self, action: str, who: str | None, kept_count: int) -> Iterator[Change]:
        """Change a copy of the current generation and publish it."""
        with self._copy_generation(self.folder) as (path, change):
            yield change
            change.settle_overlaps(are_facts_new=path.with_suffix(FACTS_SUFFIX).exists())
            change.log("change", action, who)
            self._publish_copy(path, change, kept_count)

    @contextmanager
    def try_change(self) -> Iterator[Change]:
        """Try a change on a copy that is thrown away, so that previews run the code of real changes."""
        place = None
        try:
            place = Path(tempfile.gettempdir())
            with (
                tempfile.TemporaryDirectory(prefix="labeltime-", dir=place) as folder,
                self._copy_generation(Path(folder)) as (_, change),
            ):
                yield change
        except (OSError, *STORAGE_ERRORS) as error:
            self._raise_unusable(error, place)

    def _acquire_generation(self) -> Generation:
        with self._guard:
            if not is_current(self.read_pointer()):
                self._bring_up_to_date()
            state = self.state()
            while self._open is None or self._open.state != state:
                self._close_namesake(state.generation)
                try:
                    con = self._open_generation(state.generation)
                except StoreUnusable:
                    if self.state() == state:
                        raise
                    state = self.state()  # a writer has published and deleted meanwhile
                    continue
                stale, self._open = self._open, Generation(state, con, read_search_path(con))
                if stale and not stale.users:
                    stale.con.close()
            self._open.users += 1
            return self._open

    def _close_namesake(self, number: int) -> None:
        """Close the generation of a store that was deleted and made anew: DuckDB would open it again by its name.

        Raises:
            StoreBusy: it is still read.
        """
        if self._open is None or self._open.state.generation != number:
            return
        namesake = self._open
        if not self._guard.wait_for(lambda: not namesake.users, READER_SECONDS):
            raise StoreBusy(f"The store in {self.folder} was made anew while it was read.", "Try again.")
        if self._open is namesake:
            self._open = None
            namesake.con.close()

    def _release_generation(self, generation: Generation) -> None:
        with self._guard:
            generation.users -= 1
            self._guard.notify_all()
            if generation is not self._open and not generation.users:
                generation.con.close()

    def _open_generation(self, number: int) -> duckdb.DuckDBPyConnection:
        if number == 0:
            cursor = open_empty(MEMORY.read()).cursor()
            search_both(cursor)
            return cursor
        self._require_files(self.generation_path(number), self.facts_path(number))
        try:
            return open_generation(self.generation_path(number), self.facts_path(number))
        except duckdb.Error as error:
            self._raise_unusable(error)

    def _require_files(self, *paths: Path) -> None:
        for path in paths:
            if not path.is_file():
                raise StoreUnusable(f"{path} is missing.", REPAIR_HINT)

    @contextmanager
    def _lock_and_sweep(self) -> Iterator[None]:
        """Lock the store, and delete what killed writers left: their copies may be what fills the disk."""
        with lock_store(self.folder, self.lock_seconds):
            self._delete_scratch()
            yield

    @contextmanager
    def _copy_generation(self, folder: Path) -> Iterator[tuple[Path, Change]]:
        pointer = self.read_pointer()
        path = folder / f"{SCRATCH_PREFIX}{uuid.uuid4().hex}.duckdb"
        require_plain_path(folder.absolute())
        number, facts = pointer.generation, path.with_suffix(FACTS_SUFFIX)
        with ExitStack() as stack:
            stack.callback(lambda: delete_paths(folder.glob(f"{path.stem}.*")))
            source = self._copy_files(pointer, path, facts, stack)
            with translate_errors(self, folder):
                con = open_database(path, read_only=False)
                stack.callback(con.close)
                restrict_mode(path, FILE_MODE)
                is_shared = not facts.exists()
                attach_facts(con, self.facts_path(number) if is_shared else facts, read_only=is_shared)
            # No transaction: the copy is thrown away or published as a whole, and DuckDB 2.0.0 reads no
            # rows back from a large insert into a table that was created in the same transaction.
            change = Change(con, number, lambda: copy_facts(con, source, facts))
            is_same_vocabulary = pointer.vocabulary == hash_vocabulary()
            if not number:
                renew_secret(con)
            elif not is_same_vocabulary or pointer.schema != latest_schema_version():
                change.upgrade_tables(is_derived=is_same_vocabulary)  # an older version may derive differently
            yield path, change

    def _copy_files(self, pointer: Pointer, path: Path, facts: Path, stack: ExitStack) -> BinaryIO | None:
        """Copy a generation without its facts, and return these, open: they may be deleted before they are needed.

        Where there is none, both files are created. One of an earlier version has all in one file: all facts at first.
        """
        number = pointer.generation
        if not number:
            with translate_errors(self, path.parent):
                create_database(path, facts)
            restrict_mode(facts, FILE_MODE)
            return None
        self._require_files(self.generation_path(number))
        source = stack.enter_context(self.generation_path(number).open("rb"))
        # Opening a database takes its time, so its schema is read only where pointer or files leave a doubt.
        is_apart = pointer.schema >= FACTS_APART and self.facts_path(number).is_file()
        if not is_apart and self._read_schema(number) < FACTS_APART:
            copy_private(source, facts)
            return None
        self._require_files(self.facts_path(number))
        # Nobody ever writes to the source, so dropping its POSIX lock here does no harm.
        copy_private(source, path)
        return stack.enter_context(self.facts_path(number).open("rb"))

    def _read_schema(self, number: int) -> int:
        """Return the version of a generation's schema."""
        with translate_errors(self):
            con = open_database(self.generation_path(number), read_only=True)
            try:
                return read_schema_version(con)
            finally:
                con.close()

    def _publish_copy(self, path: Path, change: Change, kept_count: int) -> None:
        facts = path.with_suffix(FACTS_SUFFIX)
        change.execute("checkpoint")
        if facts.exists():
            change.execute("checkpoint facts")
        change._con.close()  # noqa: SLF001 - the one place where a change ends
        if not facts.exists():
            link_file(self.facts_path(change.generation), facts)
        # Higher than every number ever used: a reused file name would be served from cache.
        number = max([*self.list_generations(), *self._list_numbers(FACTS_SUFFIX), change.generation]) + 1
        targets = {facts: self.facts_path(number), path: self.generation_path(number)}
        try:
            for source in targets:
                sync_to_disk(source)
            for source, target in targets.items():
                source.replace(target)
            sync_to_disk(self.folder)  # the names must survive a power loss before anything points to them
            self.set_current(number)
        except BaseException:
            if self.generation() != number:
                delete_paths(targets.values())
            raise
        self._delete_leftovers(number, kept_count)

    def set_current(self, number: int) -> None:
        """Make a generation the current one, atomically and durably."""
        write_pointer_file(self.folder, Pointer(number, latest_schema_version(), hash_vocabulary()))

    def is_readable(self, number: int, *, has_known_facts: bool = False) -> bool:
        """Return whether a whole generation can be read (DuckDB checks every block it reads); known facts are not."""
        if not self.generation_path(number).is_file():
            return False
        try:
            con = open_database(self.generation_path(number), read_only=True)
        except duckdb.Error:
            return False
        try:
            schema = read_schema_version(con)
            if not schema:
                return False  # a database of something else
            if schema >= FACTS_APART and not has_known_facts:
                if not self.facts_path(number).is_file():
                    return False
                attach_facts(con, self.facts_path(number), read_only=True)
            tables = con.sql(
                "select table_name from duckdb_tables() where not internal and estimated_size > 0"
            ).fetchall()
            counts = (f'select count(hash(t)) from "{table}" as t' for (table,) in tables)  # noqa: S608 - own tables
            con.sql(" union all ".join(counts)).fetchall()
        except duckdb.Error:
            return False
        finally:
            con.close()
        return True

    def _shares_facts(self, number: int, other: int) -> bool:
        try:
            return self.facts_path(number).samefile(self.facts_path(other))
        except OSError:  # one of an earlier version, or damaged
            return False

    def _delete_leftovers(self, current: int, kept_count: int) -> None:
        """Delete what is neither the current generation, one of those kept before it, nor the newest good one."""
        earlier = [number for number in self.list_generations() if number < current]
        outdated = earlier[: max(len(earlier) - kept_count, 0)]
        remaining = [*earlier[len(outdated) :], current]
        if kept_count and all(self._shares_facts(number, current) for number in remaining):
            # Damage to a file of facts would be damage to all generations that share it.
            others = [number for number in outdated if not self._shares_facts(number, current)]
            spare = others[0] if len(others) == 1 else next(filter(self.is_readable, reversed(others)), None)
            outdated = [number for number in outdated if number != spare]
        if outdated:
            # Facts were read when they were new.
            is_good = self.is_readable(current, has_known_facts=self._shares_facts(current, earlier[-1]))
            # A copy of a damaged generation is damaged as well; the last good one must not go.
            if not is_good and not any(map(self.is_readable, reversed(remaining[:-1]))):
                newest_readable = next(filter(self.is_readable, reversed(outdated)), None)
                outdated = [number for number in outdated if number != newest_readable]
        delete_paths(path(number) for number in outdated for path in (self.generation_path, self.facts_path))
        self._delete_orphans(min(self.list_generations()))
        drop_outdated_answers(self.state())

    def _delete_orphans(self, oldest: int) -> None:
        """Delete what an interrupted change left; facts without their other file may be the last ones of an import."""
        owned = set(self.list_generations())
        facts = [number for number in self._list_numbers(FACTS_SUFFIX) if number not in owned and number < oldest]
        delete_paths(map(self.facts_path, facts))

    def _delete_scratch(self) -> None:
        """Delete the copies and pointers that were never published; only who holds the lock may."""
        patterns = f"{SCRATCH_PREFIX}*", f"{POINTER_FILE}.*"
        delete_paths(path for name in patterns for path in self.folder.glob(name))

    def _raise_unusable(self, error: Exception, folder: Path | None = None) -> NoReturn:
        """Say what is wrong with the store, or with the other folder to which its copy was written."""
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        if any(words in str(error) for words in FULL_DISK):
            if folder not in {None, self.folder}:
                raise StoreUnusable(
                    f"The disk of {folder} is full, where a change is tried out; nothing was changed.",
                    "Free some space, or name another folder in TMPDIR.",
                )
            raise StoreUnusable(
                f"The disk of the store in {self.folder} is full; nothing was changed.", "Free some space."
            )
        if NO_TEMPORARY_FOLDER in text:
            raise StoreUnusable(
                "Nothing can be written to any folder for temporary files; nothing was changed.",
                "Free some space, or name another folder in TMPDIR.",
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
        if isinstance(error, OSError) and str(error.filename).endswith(LOCK_SUFFIX):  # a repair does not mend it
            raise StoreUnusable(
                f"The lock of the store cannot be used: {text}.", "Delete it when no import runs, then try again."
            )
        raise StoreUnusable(f"The store in {self.folder} cannot be used: {text}.", REPAIR_HINT) from error


def is_current(pointer: Pointer) -> bool:
    """Return whether a store is of this version, or empty."""
    version = (latest_schema_version(), hash_vocabulary())
    return not pointer.generation or (pointer.schema, pointer.vocabulary) == version


def copy_facts(con: duckdb.DuckDBPyConnection, source: BinaryIO | None, facts: Path) -> None:
    """Copy the facts of a generation for a change, unless that is done."""
    if source is None or facts.exists():
        return
    copy_private(source, facts)
    con.execute("detach facts")
    attach_facts(con, facts, read_only=False)


@contextmanager
def translate_errors(store: Store, folder: Path | None = None) -> Iterator[None]:
    """Turn DuckDB errors about a damaged file, or about the folder of a copy, into StoreUnusable."""
    try:
        yield
    except duckdb.Error as error:
        store._raise_unusable(error, folder)  # noqa: SLF001 - same module
