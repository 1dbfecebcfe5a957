"""The pointer file of a store: which generation is the current one."""

from __future__ import annotations

import json
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from dashboard.store.private_files import sync_to_disk, write_private

POINTER_FILE = "current.json"
MAX_BYTES = 10_000  # ours have 70
MAX_NUMBER = 999_999_999


@dataclass(frozen=True)
class Pointer:
    """The current generation, the version of its schema, and a hash of the views and macros in it."""

    generation: int
    schema: int
    vocabulary: str = ""


def read_pointer_file(folder: Path) -> Pointer:
    """Return what the pointer file of a store says.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is damaged, or no ordinary file: opening a pipe would wait for ever.
    """
    path = folder / POINTER_FILE
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
        raise ValueError(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError(path) from error
    if not isinstance(content, dict):
        raise ValueError(path)  # noqa: TRY004 - one class for every damage
    numbers = [content.get(name) for name in ("generation", "schema")]
    # True is an int to Python, and generation 0 is a store without a pointer.
    if any(type(number) is not int or not 0 < number <= MAX_NUMBER for number in numbers):
        raise ValueError(path)
    return Pointer(content["generation"], content["schema"], str(content.get("vocabulary", "")))


def is_store(folder: Path) -> bool:
    """Return whether a folder holds a store; one that was never written to does not."""
    try:
        read_pointer_file(folder)
    except (OSError, ValueError):
        return False
    return True


def stamp_file(path: Path) -> tuple[int, ...]:
    """Return what tells a file from any other that had its name before; empty where there is none."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns


def write_pointer_file(folder: Path, pointer: Pointer) -> None:
    """Replace the pointer file atomically and durably; a folder in its place is moved aside."""
    path = folder / POINTER_FILE
    if path.is_dir() and not path.is_symlink():
        path.rename(folder / f"damaged-pointer-{uuid4().hex}")
    new_pointer = folder / f"{POINTER_FILE}.{uuid4().hex}"
    write_private(new_pointer, json.dumps(asdict(pointer)).encode())
    sync_to_disk(new_pointer)
    new_pointer.replace(path)
    sync_to_disk(folder)
