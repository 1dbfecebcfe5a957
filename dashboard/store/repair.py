"""Go back to the newest generation that can be read, and say what is lost by it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import duckdb

from dashboard.errors import StoreUnusable
from dashboard.store.engine import latest_schema_version, open_database, read_schema_version
from dashboard.store.pointer import Pointer, read_pointer_file, write_pointer_file
from dashboard.store.private_files import restrict_folder
from dashboard.store.revocations import add_revoked, set_aside_list
from dashboard.store.write_lock import lock_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.store.generations import Store

# What a person would miss: how it is called, and how to list it.
LISTED = {
    "import": "select import_id || ' (' || file_name || ')' from import where undone_at is null",
    "undo of import": "select cast(import_id as varchar) from import where undone_at is not null",
    "projection": "select projection_id || ' (' || project || ')' from issued_projection",
    "frozen report": "select report_id || ' (' || name || ')' from frozen_report",
    "edit": "select strftime(logged_at, '%Y-%m-%d %H:%M:%S') || ' ' || detail from audit_log where what = 'change'",
}
LINKS_SQL = "select token_hash from report_link"
REVOKED_SQL = f"{LINKS_SQL} where revoked_at is not null"
MAX_NAMED = 10
IMPORT_AGAIN = "Import the latest files again; what is there already is not stored twice."


def repair_store(store: Store) -> tuple[int, list[str]]:
    """Go back to the newest generation that is readable as a whole; return its number and what was lost, in sentences.

    Raises:
        StoreUnusable: no generation can be read, the newest is from a newer version, or the folder cannot be written.
        StoreBusy: another writer did not finish in time.
    """
    if not store.folder.is_dir():
        raise StoreUnusable(f"There is no store in {store.folder}.", "Name another folder with --store.")
    try:
        with lock_store(store.folder, store.lock_seconds):
            restrict_folder(store.folder)
            numbers = store.list_generations()[::-1]
            number = find_readable(store, numbers)
            schema = read_generation_schema(store, number)
            damaged = numbers[: numbers.index(number)]
            losses = [*describe_missing(store, number, numbers), *describe_losses(store, number, damaged)]
            renamed_list = set_aside_list(store.folder)
            for generation in numbers:
                add_revoked(
                    store.folder, read_texts(store, generation, LINKS_SQL if renamed_list else REVOKED_SQL) or ()
                )
            if renamed_list:
                losses.append(
                    f"The list of revoked links could not be read and is called {renamed_list.name} now. "
                    "So that no revoked link opens again, all links are revoked: make new ones."
                )
            # Without a hash of its views the next reader brings it up to this version.
            write_pointer_file(store.folder, Pointer(number, schema))
            return number, losses
    except OSError as error:
        raise StoreUnusable(
            f"The store in {store.folder} cannot be repaired: {error}.", "Check the folder's permissions."
        ) from error


def find_readable(store: Store, numbers: Sequence[int]) -> int:
    """Return the newest generation that is readable as a whole, of numbers in descending order.

    Raises:
        StoreUnusable: there is none, or it, or the current one, is from a newer version.
    """
    number = next(filter(store.is_readable, numbers), None)
    named = Pointer(0, 0)
    with suppress(OSError, ValueError):
        named = read_pointer_file(store.folder)
    # A file that only a newer version can read is not damaged: going back from it would throw it away.
    is_newer = named.schema > latest_schema_version() and named.generation in numbers and named.generation != number
    if is_newer or (number is not None and read_generation_schema(store, number) > latest_schema_version()):
        raise StoreUnusable(
            f"The store in {store.folder} was written by a newer version of Labeltime; nothing was changed.",
            "Update Labeltime, then repair it.",
        )
    if number is None:
        raise StoreUnusable(
            f"No generation of the store in {store.folder} can be read.", "Restore the folder from a backup."
        )
    return number


def read_generation_schema(store: Store, number: int) -> int:
    """Return the version of a readable generation's schema."""
    con = open_database(store.generation_path(number), read_only=True)
    try:
        return read_schema_version(con)
    finally:
        con.close()


def read_texts(store: Store, number: int, sql: str) -> list[str] | None:
    """Return the texts that a query lists in a generation, or None where they cannot be read."""
    if not store.generation_path(number).is_file():
        return None  # opening a pipe would wait for ever
    with suppress(duckdb.Error):
        con = open_database(store.generation_path(number), read_only=True)
        try:
            return [str(text) for (text,) in con.sql(sql).fetchall()]
        finally:
            con.close()
    return None


def describe_missing(store: Store, restored: int, numbers: Sequence[int]) -> list[str]:
    """Return that nobody can say what the current generation held, where its file is gone."""
    with suppress(OSError, ValueError):
        named = read_pointer_file(store.folder).generation
        if named > restored and named not in numbers:
            earlier = max(number for number in numbers if number < named)  # there is at least the restored one
            where = f"what it held beyond generation {earlier}"
            return [f"The file of generation {named} is missing, so nobody can say {where}. {IMPORT_AGAIN}"]
    return []


def describe_losses(store: Store, restored: int, damaged: Sequence[int]) -> list[str]:
    """Return what the newest damaged generation held beyond the restored one, as far as it can still be read."""
    if not damaged:
        return []
    sentences, unknown = [], []
    for noun, sql in LISTED.items():
        before = set(read_texts(store, restored, sql) or ())
        after = read_texts(store, damaged[0], sql)
        if after is None:
            unknown.append(noun)
            continue
        lost = [text for text in after if text not in before]
        if lost:
            more = f", and {len(lost) - MAX_NAMED} more" if len(lost) > MAX_NAMED else ""
            sentences.append(f"Lost {noun}: {'; '.join(lost[:MAX_NAMED])}{more}.")
    if unknown:
        sentences.append(
            f"Generation {damaged[0]} is too damaged to say which of these it held beyond generation {restored}: "
            f"{', '.join(unknown)}. {IMPORT_AGAIN}"
        )
    return sentences or [f"Generation {damaged[0]} held nothing beyond generation {restored}."]
