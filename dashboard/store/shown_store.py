"""A store for edits of what somebody was shown: they are refused where somebody else has changed it since."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import polars as pl

from dashboard.errors import ChangedMeanwhile
from dashboard.store.generations import Store
from dashboard.store.snapshot import Change

Content = TypeVar("Content")


class ShownStore(Store, Generic[Content]):
    """A store that refuses changes once `read` no longer returns what was `shown`; `title` names that in messages."""

    def __init__(self, store: Store, read: Callable[[Store], Content], shown: Content, title: str) -> None:
        super().__init__(store.folder)
        self.lock_seconds = store.lock_seconds
        self._store, self._read, self._shown, self._title = store, read, shown, title

    @contextmanager
    def change(self, action: str, who: str | None = None) -> Iterator[Change]:
        """Change the store as `Store.change` does.

        Raises:
            ChangedMeanwhile: what was shown is no longer there.
        """
        with super().change(action, who) as change:
            # Nobody else can change it from here on: the lock is held.
            if not is_same(self._read(self._store), self._shown):
                raise ChangedMeanwhile(self._title)
            yield change


def is_same(first: object, second: object) -> bool:
    """Return whether two contents are the same, frames by their rows."""
    if isinstance(first, pl.DataFrame) and isinstance(second, pl.DataFrame):
        return first.equals(second)
    return first == second
