"""Reports that stay as they were sent, and what moved since: how much by the data, how much by the rules.

There is no function that changes or deletes one: a report that can be corrected afterwards proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

import polars as pl

from dashboard import __version__, catalog, mapping
from dashboard.errors import BadFilter
from dashboard.mapping.rules import replace_rules
from dashboard.reports import moved_rules
from dashboard.reports.answers import Answers, canonical, chosen, reduced
from dashboard.reports.content import content
from dashboard.reports.formats import Format, render
from dashboard.reports.model import Content, Number, plain
from dashboard.reports.request import Audience, Paper, Part, Request
from dashboard.store import Change, Snapshot, Store

SAME = 1e-9  # relative; sums of floats in another order differ by less
MOVED = {
    "what": pl.String,
    "column": pl.String,
    "printed": pl.String,
    "then": pl.Float64,
    "now": pl.Float64,
    "by_data": pl.Float64,
    "by_rules": pl.Float64,
}
"""One row a printed number that moved; then + by_data + by_rules = now. Null where there is no such number any more."""


@dataclass(frozen=True)
class Frozen:
    """A report as it was sent: what it was asked to be, its numbers, and its pages."""

    name: str
    request: Request
    content_hash: str
    rules: str
    numbers: tuple[Number, ...]
    html: str
    pdf: bytes
    code_version: str


def freeze(store: Store, found: Content, name: str, who: str | None = None, *, now: datetime | None = None) -> int:
    """Keep a report for good and return its number."""
    moment = (now or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)
    request = found.request
    row = {
        "name": plain(name),
        "frozen_at": moment,
        "frozen_by": who,
        "first_on": request.first,
        "last_on": request.last,
        "audience": str(request.audience),
        "request": as_json(vars(request)),
        "content_hash": found.provenance.content_hash,
        "rules_version": found.provenance.rules_version,
        "rules": mapping.rules_csv(store),
        "numbers": as_json([vars(number) for number in dict.fromkeys(found.printed())]),
        "html": render(found, Format.html).decode(),
        "pdf": render(found, Format.pdf),
        "code_version": __version__,
    }
    with store.change("freeze a report", who) as change:
        report_id = int(change.query("select coalesce(max(report_id), 0) + 1 from frozen_report order by 1").item())
        change.insert("frozen_report", pl.DataFrame([{"report_id": report_id, **row}]))
        change.log("report", f"{report_id}: {plain(name)}, {request.first} to {request.last}", who)
    return report_id


def frozen_frame(store: Store) -> pl.DataFrame:
    """Return the frozen reports, newest first (columns of the query `frozen_reports`)."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "frozen_reports", {})


def thaw(store: Store, report_id: int) -> Frozen:
    """Return a frozen report as it was sent.

    Raises:
        BadFilter: no report of that number.
    """
    with store.snapshot() as snapshot:
        found = catalog.run(snapshot, "frozen_report", {"report": report_id})
    if found.is_empty():
        raise BadFilter(f"There is no frozen report {report_id}.", "`labeltime reports` lists them.")
    row = found.row(0, named=True)
    same = {name: row[name] for name in ("name", "content_hash", "rules", "html", "pdf", "code_version")}
    numbers = tuple(number(one) for one in json.loads(row["numbers"]))
    return Frozen(**same, request=asked(json.loads(row["request"])), numbers=numbers)


def state(store: Store, report_id: int) -> str:
    """Return in a sentence whether anything moved since the report was frozen."""
    kept = thaw(store, report_id)
    if content(store, kept.request).provenance.content_hash == kept.content_hash:
        return "Nothing moved: the same report written now is the same."
    causes = []
    now = mapping.rules_csv(store)
    if now != kept.rules:
        which = moved_rules.told(*(mapping.rules_from_csv(text) for text in (kept.rules, now)))
        causes.append(f"the category rules were changed ({which})" if which else "the category rules were changed")
    if kept.code_version != __version__:
        causes.append(f"it was written by version {kept.code_version}, this is {__version__}")
    told = "; ".join(causes) or "the data or the register moved"
    return f"{told[:1].upper()}{told[1:]}. What it said then is kept."


def difference(store: Store, report_id: int) -> pl.DataFrame:
    """Return the printed numbers that moved since (columns of MOVED): first the data, then the rules.

    The data's part is what the new data give under the rules of then; the rest is the rules'.
    """
    kept = thaw(store, report_id)
    now = values(store, kept)
    with store.rehearsal() as change:
        replace_rules(change, mapping.rules_from_csv(kept.rules))
        change.rebuild_categories()
        between = values(cast("Store", Tried(change)), kept)
    rows = [moved(one, middle, last) for one, middle, last in zip(kept.numbers, between, now, strict=True)]
    return pl.DataFrame([row for row in rows if row], schema=MOVED, orient="row")


def moved(one: Number, middle: float | None, last: float | None) -> tuple[object, ...] | None:
    """Return the row of a number that moved, or None."""
    if last is not None and abs(last - one.value) <= SAME * max(1.0, abs(one.value)):
        return None
    what = ", ".join([one.figure, *(told(value) for _, value in one.where)])
    by_data = None if middle is None else middle - one.value
    by_rules = None if middle is None or last is None else last - middle
    return what, one.column, one.text, one.value, last, by_data, by_rules


def told(value: object) -> str:
    """Return what picks a row, in short."""
    return f"{len(value)} together" if isinstance(value, tuple) else plain(value)


class Tried:
    """A store as it would be: every look at it is a look at one change, which is thrown away afterwards."""

    def __init__(self, change: Change) -> None:
        self._change = change

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Look at the change."""
        yield self._change

    def generation(self) -> int:
        """Return the generation that the change began with."""
        return self._change.generation


def values(store: Store, kept: Frozen) -> list[float | None]:
    """Return what the kept numbers are in a store."""
    answers = Answers(store, kept.request)
    return [value(answers, one) for one in kept.numbers]


def value(answers: Answers, one: Number) -> float | None:
    """Return a number anew, or None where there is none any more."""
    if one.how == "change":
        pair = [reduced(answers.figure(one.figure, when).rows, one.where, one.column, "value") for when in _BOTH]
        return None if pair[0] is None or pair[1] is None else pair[0] - pair[1]
    rows = answers.figure(one.figure, one.period).rows
    return None if chosen(rows, one.where).is_empty() else reduced(rows, one.where, one.column, one.how)


_BOTH = ("this", "before")


def as_json(value: object) -> str:
    """Return a value as JSON; days as ISO text."""
    return json.dumps(value, ensure_ascii=False, default=canonical)


def number(kept: dict[str, Any]) -> Number:
    """Return a number as it was before it was JSON."""
    where = tuple((name, back(name, value)) for name, value in kept["where"])
    return Number(**{**kept, "where": where})


def back(column: str, value: object) -> object:
    """Return a value that picks rows as it was: lists are tuples, days are days; a project may be named like one."""
    if isinstance(value, list):
        return tuple(back(column, one) for one in value)
    return date.fromisoformat(value) if isinstance(value, str) and column.endswith("_on") else value


def asked(kept: dict[str, Any]) -> Request:
    """Return a request as it was before it was JSON."""
    names: Sequence[str] = ("projects", "teams")
    return Request(
        **{
            **kept,
            **{name: tuple(kept[name]) for name in names},
            "first": date.fromisoformat(kept["first"]),
            "last": date.fromisoformat(kept["last"]),
            "audience": Audience(kept["audience"]),
            "paper": Paper(kept["paper"]),
            "parts": tuple(Part(part) for part in kept["parts"]),
        }
    )
