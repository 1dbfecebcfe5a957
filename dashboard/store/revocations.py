"""The revoked links, in a file beside the generations: going back to an earlier one must not open them again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dashboard.errors import StoreUnusable
from dashboard.store.engine import sync_to_disk
from dashboard.store.private_files import write_private

REVOKED_FILE = "revoked.txt"


def read_revoked(folder: Path) -> frozenset[str]:
    """Return the hashes of the links that were revoked, in whichever generation.

    Raises:
        StoreUnusable: the file is there and cannot be read, so that no link may be opened.
    """
    try:
        content = (folder / REVOKED_FILE).read_bytes()
    except FileNotFoundError:
        return frozenset()
    except OSError as error:
        raise StoreUnusable(f"The list of revoked links cannot be read: {error}.", "Check its permissions.") from error
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
