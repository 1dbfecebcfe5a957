"""What is said of a figure before anything is computed: its words, its query, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from dashboard import catalog
from dashboard.store import Snapshot

Rows = Callable[[Snapshot, Mapping[str, object]], pl.DataFrame]
About = Literal["time", "labels", "runs", "reports", "files"]
Needs = Literal["nothing", "share", "capacity"]


@dataclass(frozen=True)
class FigureSpec:
    """One figure: its words, where its rows come from, and how it may be shown."""

    name: str
    title: str
    unit: str
    note: str
    formula: str
    query: str | None = None  # the query of that name, or None where `rows` composes several
    rows: Rows | None = None
    chart: str | None = None
    person_level: bool = False  # its column `person` holds pseudonyms unless names are asked for
    about: About = "time"  # whose days, sources and left out rows stand beside it
    ignores: tuple[str, ...] = ()  # filters that would change what the figure means
    needs: Needs = "nothing"  # what must be known for the figure to mean anything
    estimate: Callable[[pl.DataFrame], dict[str, object] | None] | None = None  # of the rows
    remark: Callable[[pl.DataFrame], str] | None = None  # of the rows: a sentence that joins the note, or ""
    refuses: Callable[[pl.DataFrame], dict[str, str] | None] | None = None  # of the rows: reason and needed, or None

    def read(self, snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
        """Return the rows of the figure."""
        if self.rows is not None:
            return self.rows(snapshot, params)
        return catalog.run(snapshot, self.query or self.name, params)


def asked(name: str, formula: str, **more: Any) -> FigureSpec:  # noqa: ANN401 - passed on to FigureSpec
    """Return a figure that is one query; its words stand in the query's header."""
    query = catalog.queries()[name]
    return FigureSpec(name, query.title, query.unit, query.note, formula, query=name, **more)
