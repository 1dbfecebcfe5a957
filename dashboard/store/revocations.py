"""The revoked links, in a file beside the generations: going back to an earlier one must not open them again."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from dashboard.errors import StoreUnusable
from dashboard.store.private_files import sync_to_disk, write_private

REVOKED_FILE = "revoked.txt"
DAMAGED_PREFIX = "damaged-revoked-"


def read_revoked(folder: Path) -> frozenset[str]:
    """Return the hashes of the links that were revoked, in whichever generation.

    Raises:
        StoreUnusable: the file is there and cannot be read, so that no link may be opened.
    """
    path, hint = folder / REVOKED_FILE, "Check its permissions, or run `labeltime check --repair`."
    if not os.path.lexists(path):
        return frozenset()
    if not path.is_file():  # reading a pipe would wait for ever
        raise StoreUnusable(f"The list of revoked links, {path}, is not a file.", hint)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreUnusable(f"The list of revoked links cannot be read: {error}.", hint) from error
    return frozenset(content.decode("ascii", "replace").split())


def add_revoked(folder: Path, hashes: Iterable[str]) -> None:
    """Append hashes of revoked links, durably."""
    new_hashes = sorted(set(hashes) - read_revoked(folder))
    if not new_hashes:
        return
    # It begins with a line end: a crash may have cut the line before.
    write_private(folder / REVOKED_FILE, "".join(f"\n{name}" for name in new_hashes).encode() + b"\n", append=True)
    sync_to_disk(folder / REVOKED_FILE)
    sync_to_disk(folder)


def set_aside_list(folder: Path) -> Path | None:
    """Rename what stands in the place of the list and is no file, and return its new name; None where nothing does."""
    path = folder / REVOKED_FILE
    if path.is_file() or not os.path.lexists(path):
        return None
    return path.rename(path.with_name(f"{DAMAGED_PREFIX}{uuid4().hex[:8]}"))
