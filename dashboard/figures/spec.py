"""The declaration of a figure: its words, its query, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import polars as pl

from dashboard.errors import Unavailable
from dashboard.store.kept_answers import keep_frame
from dashboard.store.queries import load_queries, run_query
from dashboard.store.snapshot import Snapshot

RowsLoader = Callable[[Snapshot, Mapping[str, object]], pl.DataFrame]
FigureSubject = Literal["time", "labels", "events", "runs", "reports", "files"]
FigureNeed = Literal["nothing", "share", "capacity"]


LABEL_FILTERS = ("methods", "stages")


@dataclass(frozen=True)
class FigureSpec:
    """The declaration of one figure: its words, where its rows come from, and how it may be shown."""

    name: str
    title: str
    unit: str
    note: str
    formula: str
    query: str | None = None  # the name of its query, or None if `rows` combines several
    rows: RowsLoader | None = None
    chart: str | None = None  # the builder of its chart, as module:function, so that declarations load no Altair
    person_level: bool = False  # its column `person` holds pseudonyms unless names are asked for
    about: FigureSubject = "time"  # which days, sources and excluded rows are shown with it
    counts_labels: bool = False  # single labels count in it, though it is about something else
    counts_hours: bool = False  # hours of time entries count in it, though it is about something else
    counts_sums: bool = False  # of one about labels: events that are held as daily sums are in it, too
    ignores: tuple[str, ...] = ()  # filters that would change what the figure means
    accepts: tuple[str, ...] = ()  # of the filters on methods and stages of labels, those that narrow the figure
    options: tuple[str, ...] = ()  # of weeks, scenario and target, those that change its rows
    needs: FigureNeed = "nothing"  # what must be known for the figure to mean anything
    estimate: Callable[[pl.DataFrame], dict[str, object] | None] | None = None  # from the rows
    remark: Callable[[pl.DataFrame], str] | None = None  # from the rows: a sentence for the note, or ""
    refuses: Callable[[pl.DataFrame], Unavailable | None] | None = None  # from the rows: why there is no figure

    def read(self, snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
        """Return the rows of the figure."""
        if self.rows is not None:
            rows_loader, question = self.rows, (self.name, sorted(params.items()), datetime.now(tz=UTC).date())
            return keep_frame(snapshot.state, question, lambda: rows_loader(snapshot, params))
        return run_query(snapshot, self.query or self.name, params)


def build_query_spec(name: str, formula: str, **spec_fields: Any) -> FigureSpec:  # noqa: ANN401 - passed on to FigureSpec
    """Return the figure of one query; its words are in the query's header."""
    query = load_queries()[name]
    spec_fields["accepts"] = tuple(filter_name for filter_name in LABEL_FILTERS if filter_name in query.parameters)
    return FigureSpec(name, query.title, query.unit, query.note, formula, query=name, **spec_fields)
