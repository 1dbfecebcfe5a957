"""The lock of a store: one writer at a time, and each in its turn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from dashboard.errors import StoreBusy
from dashboard.store.private_files import FILE_MODE


@contextmanager
def lock_store(folder: Path, seconds: float) -> Iterator[None]:
    """Keep other writers out of a store while the body runs.

    Raises:
        StoreBusy: another writer did not finish in time.
    """
    deadline = time.monotonic() + seconds
    write_lock = FileLock(folder / "write.lock", mode=FILE_MODE)
    try:
        # Waiting is looking again and again, so a writer of many files would take the lock back between two looks of
        # another. The next writer stands at the turn lock, which the last one has to pass again.
        with FileLock(folder / "turn.lock", timeout=seconds, mode=FILE_MODE):
            write_lock.acquire(timeout=max(deadline - time.monotonic(), 0))
    except Timeout:
        raise StoreBusy(
            f"Another import is still writing to {folder}.", "Try again when the other import has ended."
        ) from None
    try:
        yield
    finally:
        write_lock.release()
