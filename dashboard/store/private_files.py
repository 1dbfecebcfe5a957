"""Files that only their owner can read, whatever the umask of the program."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
OTHERS = 0o077
STORE_FILE = re.compile(
    r"([0-9]+|scratch-[0-9a-f]+)(\.facts)?\.duckdb(\.wal)?|current\.json(\.[0-9a-f]+)?|(write|turn)\.lock"
    r"|revoked\.txt|damaged-pointer-.*"
)


def write_private(path: Path, content: bytes, *, append: bool = False) -> None:
    """Write or append bytes to a file that only its owner can read."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC)
    with os.fdopen(os.open(path, flags, FILE_MODE), "ab" if append else "wb") as sink:
        sink.write(content)
    restrict_mode(path, FILE_MODE)


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
