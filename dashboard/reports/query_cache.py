"""A query cache for reports: their figures share many queries, and each is run once.

Figures are cached, too, for the next report on the same state of the same store: another audience, note or
paper needs no query.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import polars as pl

from dashboard.figures.resolve import Figure
from dashboard.store.cache import CACHE, StoreState
from dashboard.store.generations import Store
from dashboard.store.snapshot import Snapshot


class CachingSnapshot(Snapshot):
    """A snapshot that runs no query twice."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.generation, self.state = snapshot.generation, snapshot.state

    def query(self, sql: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        """Return the rows of a select with named parameters."""
        question = "query", sql, format_parameters(params)
        return CACHE.recall(self.state, question, lambda: self._snapshot.query(sql, params))

    def read_rows(self, sql: str, params: dict[str, object] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of a select that has few."""
        question = "rows", sql, format_parameters(params)
        return CACHE.recall(self.state, question, lambda: self._snapshot.read_rows(sql, params))


def format_parameters(params: dict[str, object] | None) -> str:
    """Return named parameters in one spelling, whatever their order."""
    return repr(sorted((params or {}).items(), key=lambda item: item[0]))


class CachedStore:
    """A store whose queries are cached by its state."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Open a snapshot of the store."""
        with self._store.snapshot() as snapshot:
            yield CachingSnapshot(snapshot)

    def generation(self) -> int:
        """Return the number of the store's current generation."""
        return self._store.generation()

    def state(self) -> StoreState:
        """Return the store's current state."""
        return self._store.state()


def cache_queries(store: Store) -> Store:
    """Return the store with its queries cached, for one report."""
    return cast("Store", CachedStore(store))


def recall_figure(store: Store, question: Hashable, build: Callable[[], Figure]) -> Figure:
    """Return a figure of the store's current state, built only where it is not cached."""
    return CACHE.recall(store.state(), ("report figure", question), build)
