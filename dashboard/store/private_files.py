"""Files that only their owner can read, whatever the umask of the program."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

FOLDER_MODE = 0o700
FILE_MODE = 0o600
OTHERS = 0o077
COPIED_BYTES = 1 << 22  # at a time
STORE_FILE = re.compile(
    r"([0-9]+|scratch-[0-9a-f]+)(\.facts)?\.duckdb(\.wal|\.copy|\.tmp)?|current\.json(\.[0-9a-f]+)?|(write|turn)\.lock"
    r"|revoked\.txt|damaged-(pointer|revoked)-.*|[0-9]+\.answers"
)


def write_private(path: Path, content: bytes, *, append: bool = False) -> None:
    """Write or append bytes to a file that only its owner can read."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC)
    with os.fdopen(os.open(path, flags, FILE_MODE), "ab" if append else "wb") as sink:
        sink.write(content)
    restrict_mode(path, FILE_MODE)


def copy_private(source: BinaryIO, target: Path) -> None:
    """Copy an open file to one that only its owner can read; it has its name only when it is whole."""
    unfinished = target.with_name(f"{target.name}.copy")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "wb") as sink:
        shutil.copyfileobj(source, sink, COPIED_BYTES)
    unfinished.replace(target)


def link_file(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system has none."""
    try:
        target.hardlink_to(source)
    except OSError:
        with source.open("rb") as opened:
            copy_private(opened, target)


def delete_paths(paths: Iterable[Path]) -> None:
    """Delete files, and folders with what is in them, as far as the system lets us."""
    for path in paths:
        with suppress(OSError):  # a reader on another system may have it open; the next change tries again
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def restrict_mode(path: Path, mode: int) -> None:
    """Take the rights of others away from a file or folder of this user; links are left alone."""
    # A file of somebody else, or on a file system without rights, cannot be restricted by us.
    with suppress(OSError):
        status = path.lstat()
        if not stat.S_ISLNK(status.st_mode) and stat.S_IMODE(status.st_mode) & OTHERS:
            path.chmod(mode)


def restrict_folder(folder: Path) -> None:
    """Make the folder of a store with its files, or create it, readable by its owner only.

    A folder that holds anything else as well keeps its rights: it may be one that others work in.
    """
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    entries = list(folder.iterdir())
    own_files = [path for path in entries if STORE_FILE.fullmatch(path.name) and path.is_file()]
    if all(STORE_FILE.fullmatch(path.name) for path in entries):
        restrict_mode(folder, FOLDER_MODE)
    for path in own_files:
        restrict_mode(path, FILE_MODE)


def sync_to_disk(path: Path) -> None:
    """Make a file or folder survive a power loss."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
