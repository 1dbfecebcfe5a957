"""The temporary files of a server or a command: in a private folder that goes with it, and is swept when it could not.

One that is killed leaves its folder behind. Its lock then is free, because the system let go of it; a process
number would not do, since another program may have it by now.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from dashboard.errors import NoRoom, is_disk_full

PREFIX = "labeltime-server-"
FOLDER_MODE, FILE_MODE = 0o700, 0o600


@contextmanager
def keep_temporary_files() -> Iterator[Path]:
    """Put what this process writes for a while into a folder of its own; delete those of others that are gone.

    Raises:
        NoRoom: nothing can be written to any folder for temporary files.
    """
    try:
        parent, previous = Path(tempfile.gettempdir()), tempfile.tempdir
    except FileNotFoundError as error:  # Python tries to write a few bytes to each
        raise NoRoom("the temporary files") from error
    sweep_folders(parent)
    folder = parent / f"{PREFIX}{token_hex(8)}"
    lock = build_lock(folder)
    try:
        with lock:  # before the folder is there, so that no other server sees one without its lock
            folder.mkdir(mode=FOLDER_MODE)
            tempfile.tempdir = str(folder)
            try:
                yield folder
            finally:
                tempfile.tempdir = previous
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        remove_lock(lock)


def sweep_folders(parent: Path) -> None:
    """Delete the folders of this account whose server or command is gone."""
    for folder in parent.glob(f"{PREFIX}*[!k]"):  # a lock ends in .lock, a folder in a hexadecimal digit
        if not is_own_folder(folder):
            continue
        lock = build_lock(folder)
        try:
            with lock:
                shutil.rmtree(folder, ignore_errors=True)
        except (Timeout, OSError):  # its server runs, or the lock is not ours
            continue
        remove_lock(lock)


def is_own_folder(path: Path) -> bool:
    """Return whether this is a folder of this account, and no link to one."""
    try:
        owner = path.lstat().st_uid
    except OSError:
        return False
    return path.is_dir() and not path.is_symlink() and (not hasattr(os, "getuid") or owner == os.getuid())


def build_lock(folder: Path) -> FileLock:
    """Return the lock beside a folder, which is never waited for."""
    return FileLock(folder.with_name(f"{folder.name}.lock"), timeout=0, mode=FILE_MODE)


def remove_lock(lock: FileLock) -> None:
    """Delete the file of a lock that is free."""
    with suppress(OSError):
        Path(lock.lock_file).unlink(missing_ok=True)


def write_private(path: Path, content: memoryview | bytes) -> None:
    """Write a new file that only its owner can read; it has its name only when it is whole.

    Raises:
        NoRoom: the disk is full.
    """
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise (NoRoom(str(path.parent)) if is_disk_full(error) else error) from error
    unfinished.replace(path)
