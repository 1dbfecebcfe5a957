"""Answers that take long to compute, kept on disk beside the generation they were read from.

A restarted server, the next `labeltime ask` and the next report find them there. They hold nothing that the store does
not hold: a folder of them can be deleted at any time, and the next change of the store does so.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import polars as pl

from dashboard.formats import current_formats
from dashboard.store.cache import StoreState
from dashboard.store.private_files import FOLDER_MODE, delete_paths, write_private

ANSWERS_SUFFIX = ".answers"
FILE_SUFFIX = ".arrow"
WORTH_SECONDS = 0.02  # what is computed faster is not worth a file
MAX_BYTES = 5_000_000  # of one answer
MAX_FILES = 400  # of a generation; beyond it the oldest half goes
DIGEST_BYTES = 32
COMPUTED_BY = ("duckdb", "numpy", "polars")  # another version of these may give another last digit
SOURCES = (Path(__file__).parents[1], Path(__file__).parents[2] / "queries")


def name_folder(state: StoreState) -> Path:
    """Return the folder of the answers that were read from a state of a store."""
    return Path(state.folder) / f"{state.generation:06d}{ANSWERS_SUFFIX}"


def keep_frame(state: StoreState | None, question: Hashable, compute: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Return the rows that answer a question about a state, from disk where this version of the program kept them.

    Without a state (a change that is not published) or without a store nothing is kept, nor where nothing can be
    written. A damaged file is computed anew.
    """
    if state is None or not state.generation:
        return compute()
    text = repr((question, current_formats(), hash_program(), state.stamp))
    path = name_folder(state) / f"{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}{FILE_SUFFIX}"
    kept = read_frame(path)
    if kept is not None:
        return kept
    begun = perf_counter()
    rows = compute()
    if perf_counter() - begun >= WORTH_SECONDS:
        write_frame(path, rows)
    return rows


def read_frame(path: Path) -> pl.DataFrame | None:
    """Return the rows of a file; None without one, or where it is not as it was written."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, body = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    return pl.read_ipc(io.BytesIO(body)) if sha256(body).digest() == digest else None


def write_frame(path: Path, rows: pl.DataFrame) -> None:
    """Write rows to a file that has its name only when it is whole; a store that cannot be written to stays as is."""
    sink = io.BytesIO()
    rows.write_ipc(sink)
    body = sink.getvalue()
    if len(body) > MAX_BYTES:
        return
    unfinished = path.with_name(f"{uuid4().hex}.tmp")
    with suppress(OSError):
        path.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
        drop_oldest(path.parent)
        write_private(unfinished, sha256(body).digest() + body)
        unfinished.replace(path)


def drop_oldest(folder: Path) -> None:
    """Delete the older half of the answers where there are too many: each day and each filter has its own."""
    paths = list(folder.iterdir())
    if len(paths) >= MAX_FILES:
        delete_paths(sorted(paths, key=lambda path: path.stat().st_mtime)[: MAX_FILES // 2])


def drop_outdated_answers(state: StoreState) -> None:
    """Delete the answers of every other generation; nobody asks for them again."""
    current = name_folder(state)
    delete_paths(path for path in current.parent.glob(f"*{ANSWERS_SUFFIX}") if path != current)


@cache
def hash_program() -> str:
    """Return a digest of this program's files and of what it computes with: another one may answer otherwise."""
    files = sorted(path for folder in SOURCES for path in folder.rglob("*") if path.suffix in {".py", ".sql", ".csv"})
    stamps = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return sha256(repr((stamps, [version(name) for name in COMPUTED_BY])).encode()).hexdigest()
