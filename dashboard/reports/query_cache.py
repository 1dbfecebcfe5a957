"""A query cache for one report: its figures share many queries, and each is run once.

Figures are kept for the next report on the same state of the same store: another audience, note or
paper needs no query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import cast
from weakref import WeakKeyDictionary

import polars as pl

from dashboard.figures.resolve import Figure
from dashboard.store.generations import Store
from dashboard.store.snapshot import Snapshot

MAX_CACHED_FIGURES = 128  # of a store: those of five reports or so
QueryResults = dict[tuple[str, str], pl.DataFrame]


class CachingSnapshot(Snapshot):
    """A snapshot that runs no query twice."""

    def __init__(self, snapshot: Snapshot, results: QueryResults) -> None:
        self._snapshot, self._known = snapshot, results
        self.generation = snapshot.generation

    def query(self, sql: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        """Return the rows of a select with named parameters."""
        key = sql, repr(sorted((params or {}).items(), key=lambda item: item[0]))
        if key not in self._known:
            self._known[key] = self._snapshot.query(sql, params)
        return self._known[key]


class CachedStore:
    """A store at one generation; when the store changes, earlier results are dropped."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._generation = store.generation()
        self._known: QueryResults = {}

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Open a snapshot of the store."""
        with self._store.snapshot() as snapshot:
            if snapshot.generation != self._generation:
                self._generation, self._known = snapshot.generation, {}
            yield CachingSnapshot(snapshot, self._known)

    def generation(self) -> int:
        """Return the number of the store's current generation."""
        return self._store.generation()


def cache_queries(store: Store) -> Store:
    """Return the store with its queries cached, for one report."""
    return cast("Store", CachedStore(store))


@dataclass
class FigureCache:
    """The figures of one state of a store, by question."""

    generation: int
    figures: dict[object, Figure] = field(default_factory=dict)


_FIGURE_CACHES: WeakKeyDictionary[Store, FigureCache] = WeakKeyDictionary()
_LOCK = Lock()


def recall_figure(store: Store, question: object, build: Callable[[], Figure]) -> Figure:
    """Return a figure of the store's current state, built only where it is not cached."""
    generation = store.generation()
    with _LOCK:
        cache = _FIGURE_CACHES.get(store)
        if cache is not None and cache.generation == generation and question in cache.figures:
            return cache.figures[question]
    figure = build()
    if store.generation() == generation:
        with _LOCK:
            cache = _FIGURE_CACHES.get(store)
            if cache is None or cache.generation != generation:
                cache = _FIGURE_CACHES[store] = FigureCache(generation)
            while len(cache.figures) >= MAX_CACHED_FIGURES:
                cache.figures.pop(next(iter(cache.figures)))
            cache.figures[question] = figure
    return figure
