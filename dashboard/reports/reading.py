"""One reading of the store for one report: its figures ask many of the same queries, and each is run once.

Figures are kept for the next report on the same state of the same store: another audience, note or paper asks no query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import cast
from weakref import WeakKeyDictionary

import polars as pl

from dashboard.figures import Figure
from dashboard.store import Snapshot, Store

KEPT_FIGURES = 128  # of a store: those of five reports or so
Known = dict[tuple[str, str], pl.DataFrame]


class Remembering(Snapshot):
    """A snapshot that runs no query twice."""

    def __init__(self, seen: Snapshot, known: Known) -> None:
        self._seen, self._known = seen, known
        self.generation = seen.generation

    def query(self, sql: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        """Return the rows of a select with named parameters."""
        key = sql, repr(sorted((params or {}).items(), key=lambda item: item[0]))
        if key not in self._known:
            self._known[key] = self._seen.query(sql, params)
        return self._known[key]


class Reading:
    """A store at one generation; where the store moves on, what was read before is forgotten."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._generation = store.generation()
        self._known: Known = {}

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Look at the store."""
        with self._store.snapshot() as seen:
            if seen.generation != self._generation:
                self._generation, self._known = seen.generation, {}
            yield Remembering(seen, self._known)

    def generation(self) -> int:
        """Return the number of the store's current generation."""
        return self._store.generation()


def once(store: Store) -> Store:
    """Return the store to be read for one report."""
    return cast("Store", Reading(store))


@dataclass
class Kept:
    """The figures of one state of a store, by what was asked."""

    generation: int
    figures: dict[object, Figure] = field(default_factory=dict)


_KEPT: WeakKeyDictionary[Store, Kept] = WeakKeyDictionary()
_GUARD = Lock()


def recalled(store: Store, asked: object, make: Callable[[], Figure]) -> Figure:
    """Return a figure of the store's current state, made anew where it is not kept."""
    generation = store.generation()
    with _GUARD:
        kept = _KEPT.get(store)
        if kept is not None and kept.generation == generation and asked in kept.figures:
            return kept.figures[asked]
    made = make()
    if store.generation() == generation:
        with _GUARD:
            kept = _KEPT.get(store)
            if kept is None or kept.generation != generation:
                kept = _KEPT[store] = Kept(generation)
            while len(kept.figures) >= KEPT_FIGURES:
                kept.figures.pop(next(iter(kept.figures)))
            kept.figures[asked] = made
    return made
