"""Projections as they were issued: written once with everything they rest on, read for ever, never changed.

There is no function here or elsewhere that updates or deletes one: a forecast that can be corrected afterwards has no
track record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import zip_longest

import polars as pl

from dashboard import __version__, catalog
from dashboard.errors import BadMapping
from dashboard.store import Store


@dataclass(frozen=True)
class Told:
    """What is said of one quantity: 80 % of simulated outcomes lie between p10 and p90."""

    quantity: str
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Projected:
    """A projection to be issued: for what, from what, and what it says.

    `inputs` is everything it was computed from, as JSON knows it: every input with value, bounds and origin, and the
    weekly history. `history_to` is the Monday of the last week it learned from, `gate` the word of the track record.
    """

    project: str
    horizon_weeks: int
    first_on: date
    last_on: date
    history_to: date
    seed: int
    draws: int
    items: float
    inputs: Mapping[str, object]
    told: Sequence[Told]
    gate: str
    scenario: str = ""


def canonical(inputs: Mapping[str, object]) -> str:
    """Return inputs as JSON that is the same for the same inputs: keys sorted, no blanks, days as ISO text.

    Raises:
        ValueError: a number that is not finite; JSON has no such numbers.
    """
    return json.dumps(inputs, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def fingerprint(inputs: Mapping[str, object]) -> str:
    """Return the SHA-256 of the canonical inputs."""
    return sha256(canonical(inputs).encode()).hexdigest()


def issue(store: Store, projected: Projected, who: str | None = None, *, now: datetime | None = None) -> int:
    """Write a projection down for good and return its number.

    Raises:
        BadMapping: it says nothing, or its weeks end before they begin.
    """
    if not projected.told or projected.last_on < projected.first_on:
        raise BadMapping("The projection says nothing.", "Project at least one week.")
    moment = (now or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)
    with store.change("issue a projection", who) as change:
        highest = change.query("select coalesce(max(projection_id), 0) as highest from issued_projection order by 1")
        projection_id = int(highest.item()) + 1
        head = {"projection_id": projection_id, "issued_at": moment, "issued_by": who, **_head(projected)}
        change.insert("issued_projection", pl.DataFrame([head], infer_schema_length=None))
        told = [{"projection_id": projection_id, **vars(one)} for one in projected.told]
        change.insert("issued_quantity", pl.DataFrame(told))
        words = f"{projection_id}: {projected.project}, {projected.horizon_weeks} weeks from {projected.first_on}"
        change.log("projection", words, who)
    return projection_id


def _head(projected: Projected) -> dict[str, object]:
    """Return the row of a projection without its number, moment and author."""
    same = ("project", "scenario", "horizon_weeks", "first_on", "last_on", "history_to", "seed", "draws", "gate")
    return {
        **{name: getattr(projected, name) for name in same},
        "items": float(projected.items),
        "inputs": canonical(projected.inputs),
        "inputs_hash": fingerprint(projected.inputs),
        "code_version": __version__,
    }


def issued_frame(store: Store) -> pl.DataFrame:
    """Return every projection and quantity, newest first (columns of the query `projections`)."""
    with store.snapshot() as snapshot:
        return catalog.run(snapshot, "projections", {})


def moved(then: Mapping[str, object], now: Mapping[str, object]) -> pl.DataFrame:
    """Return which inputs differ between two sets of them: input, then, now, as text (null: not there).

    Both have `inputs` (a list of {name, value, low, high, origin, as_of}) and `weeks` (columns by name). The history
    is told by column: its sum, and how many weeks differ.
    """
    rows = [*_moved_inputs(_named(then), _named(now)), *_moved_weeks(_columns(then), _columns(now))]
    return pl.DataFrame(rows, schema=MOVED, orient="row")


MOVED: dict[str, pl.DataType] = {"input": pl.String(), "then": pl.String(), "now": pl.String()}


def _named(inputs: Mapping[str, object]) -> dict[str, str]:
    listed = inputs.get("inputs")
    return {str(one["name"]): _said(one) for one in listed} if isinstance(listed, list | tuple) else {}


def _said(one: Mapping[str, object]) -> str:
    value, low, high = (_number(one.get(name)) for name in ("value", "low", "high"))
    return f"{value} ({low} to {high}), {one.get('origin')}" if low and high else f"{value}, {one.get('origin')}"


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else ""


def _moved_inputs(then: Mapping[str, str], now: Mapping[str, str]) -> list[tuple[str, str | None, str | None]]:
    names = sorted({*then, *now})
    return [(name, then.get(name), now.get(name)) for name in names if then.get(name) != now.get(name)]


def _columns(inputs: Mapping[str, object]) -> dict[str, list[object]]:
    weeks = inputs.get("weeks")
    return {str(name): list(values) for name, values in weeks.items()} if isinstance(weeks, Mapping) else {}


def _moved_weeks(
    then: Mapping[str, list[object]], now: Mapping[str, list[object]]
) -> list[tuple[str, str | None, str | None]]:
    rows: list[tuple[str, str | None, str | None]] = []
    for name in sorted({*then, *now}):
        before, after = then.get(name, []), now.get(name, [])
        if before != after:
            differ = sum(one != other for one, other in zip_longest(before, after))
            words = f"{_summed(after)}; {differ} differ"
            rows.append((f"history: {name.replace('_', ' ')}", _summed(before), words))
    return rows


def _summed(values: Sequence[object]) -> str:
    numbers = [value for value in values if isinstance(value, int | float)]
    return f"{sum(numbers):.6g} in {len(values)} weeks" if numbers else f"{len(values)} weeks"
