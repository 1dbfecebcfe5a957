"""The cache of the program: answers by store, generation and question, each computed once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from threading import Event, Lock, get_ident
from typing import NamedTuple, TypeVar, cast

import polars as pl

from dashboard.formats import current_formats

Result = TypeVar("Result")
MAX_ENTRIES = 10_000
MAX_BYTES = 400_000_000  # of rows, draws and drawings
ENTRY_BYTES = 500  # an entry's share of everything that is not measured


class StoreState(NamedTuple):
    """What an answer is read from: a store, by its folder, at one generation.

    A store that is deleted and made anew counts from 1 again: the stamp of the generation's file tells them apart.
    """

    folder: str
    generation: int
    stamp: tuple[int, ...] = ()


ANY_STATE = StoreState("", 0)  # for questions that hold all of their input, so that they outlive a generation


@dataclass(eq=False)
class Entry:
    """One answer, or the promise of it while a thread computes it."""

    owner: int
    done: Event = field(default_factory=Event)
    answers: list[object] = field(default_factory=list)  # the answer, once there; empty if computing it failed
    size: int = 0


class StoreCache:
    """Answers by store state and question: bounded, safe for threads, and no answer is computed twice at once.

    The first question about a newer generation drops the answers about older ones. Whoever still reads an older one,
    or has gone back to it in a repair, is answered as usual.
    """

    def __init__(self, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._entries: OrderedDict[tuple[StoreState, Hashable], Entry] = OrderedDict()  # least recently used first
        self._newest: dict[str, int] = {}
        self._bytes = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def recall(
        self, state: StoreState | None, question: Hashable, compute: Callable[[], Result], max_size: int = MAX_BYTES
    ) -> Result:
        """Return the answer to a question about a state, computed where it is not cached; callers must not change it.

        Without a state (a change that is not published) nothing is cached, nor an answer of more than `max_size` bytes.
        An exception is passed on and forgotten.
        """
        if state is None:
            return compute()
        key = (state, (question, current_formats()))  # answers have words in them, too
        while True:
            entry, is_new = self._find_entry(key)
            if is_new:
                return self._fill_entry(key, entry, compute, max_size)
            if entry.owner == get_ident() and not entry.done.is_set():
                return compute()  # a question that asks itself would wait for ever
            entry.done.wait()
            if entry.answers:
                return cast("Result", entry.answers[0])

    def _find_entry(self, key: tuple[StoreState, Hashable]) -> tuple[Entry, bool]:
        """Return the entry of a key, and whether the caller has to fill it."""
        state = key[0]
        with self._lock:
            if state.generation > self._newest.setdefault(state.folder, state.generation):
                self._newest[state.folder] = state.generation
                for outdated in [other for other in self._entries if other[0].folder == state.folder]:
                    self._drop_entry(outdated)
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
                return entry, False
            entry = self._entries[key] = Entry(get_ident())
            return entry, True

    def _fill_entry(
        self, key: tuple[StoreState, Hashable], entry: Entry, compute: Callable[[], Result], max_size: int
    ) -> Result:
        """Compute the answer of an entry, and drop it if it is too large, or the least recently used ones."""
        try:
            answer = compute()
            entry.answers.append(answer)
            size = ENTRY_BYTES + measure_size(answer)
            with self._lock:
                if self._entries.get(key) is entry:
                    entry.size = size
                    self._bytes += size
                    if size > max_size:
                        self._drop_entry(key)
                    self._drop_surplus()
            return answer
        finally:
            if not entry.answers:
                with self._lock:
                    if self._entries.get(key) is entry:
                        self._drop_entry(key)
            entry.done.set()

    def _drop_surplus(self) -> None:
        while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
            # Others still wait for an entry without an answer.
            oldest = next((key for key, entry in self._entries.items() if entry.answers), None)
            if oldest is None:
                return
            self._drop_entry(oldest)

    def _drop_entry(self, key: tuple[StoreState, Hashable]) -> None:
        self._bytes -= self._entries.pop(key).size


def measure_size(value: object) -> int:
    """Return about how many bytes the frames, arrays and texts of a value take."""
    if isinstance(value, pl.DataFrame):
        return int(value.estimated_size())
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(measure_size, value.values()))
    if isinstance(value, tuple | list):
        return sum(map(measure_size, value))
    if is_dataclass(value) and not isinstance(value, type):
        return sum(measure_size(getattr(value, part.name)) for part in fields(value))
    return int(getattr(value, "nbytes", 0))


CACHE = StoreCache()
