"""Issued projections: written once with all their inputs, never changed.

No function here or elsewhere updates or deletes one: a forecast that can be corrected afterwards has no track record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import zip_longest

import polars as pl

from dashboard import __version__
from dashboard.errors import BadMapping
from dashboard.store.generations import Store
from dashboard.store.queries import run_query


@dataclass(frozen=True)
class IssuedQuantity:
    """The forecast of one quantity: 80% of simulated outcomes lie between p10 and p90."""

    quantity: str
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class IssuedProjection:
    """A projection to be issued: its project, inputs and quantities.

    `inputs` holds all it was computed from, as JSON values: every input with value, bounds and origin, and the weekly
    history. `history_to` is the Monday of the last week it was fitted to, `gate` the verdict of the track record.
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
    quantities: Sequence[IssuedQuantity]
    gate: str
    scenario: str = ""


def serialize_inputs(inputs: Mapping[str, object]) -> str:
    """Return inputs as JSON that is equal for equal inputs: keys sorted, no blanks, days as ISO text.

    Raises:
        ValueError: a number that is not finite, which JSON cannot express.
    """
    return json.dumps(inputs, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_encode_day)


def _encode_day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def hash_inputs(inputs: Mapping[str, object]) -> str:
    """Return the SHA-256 hash of the serialized inputs."""
    return sha256(serialize_inputs(inputs).encode()).hexdigest()


def issue_projection(
    store: Store, projection: IssuedProjection, who: str | None = None, *, now: datetime | None = None
) -> int:
    """Store a projection permanently and return its number.

    Raises:
        BadMapping: it has no quantities, or its weeks end before they begin.
    """
    if not projection.quantities or projection.last_on < projection.first_on:
        raise BadMapping("The projection has no quantities.", "Project at least one week.")
    issued_at = (now or datetime.now(tz=UTC)).astimezone(UTC).replace(tzinfo=None)
    with store.change("issue a projection", who) as change:
        highest = change.query("select coalesce(max(projection_id), 0) as highest from issued_projection order by 1")
        projection_id = int(highest.item()) + 1
        header = {"projection_id": projection_id, "issued_at": issued_at, "issued_by": who, **_build_header(projection)}
        change.insert("issued_projection", pl.DataFrame([header], infer_schema_length=None))
        quantities = [{"projection_id": projection_id, **vars(quantity)} for quantity in projection.quantities]
        change.insert("issued_quantity", pl.DataFrame(quantities))
        log_line = f"{projection_id}: {projection.project}, {projection.horizon_weeks} weeks from {projection.first_on}"
        change.log("projection", log_line, who)
    return projection_id


def _build_header(projection: IssuedProjection) -> dict[str, object]:
    """Return the row of a projection without its number, instant and author."""
    copied = ("project", "scenario", "horizon_weeks", "first_on", "last_on", "history_to", "seed", "draws", "gate")
    return {
        **{name: getattr(projection, name) for name in copied},
        "items": float(projection.items),
        "inputs": serialize_inputs(projection.inputs),
        "inputs_hash": hash_inputs(projection.inputs),
        "code_version": __version__,
    }


def read_projections(store: Store) -> pl.DataFrame:
    """Return every projection and quantity, newest first (columns of the query `projections`)."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, "projections", {})


def compare_inputs(issued: Mapping[str, object], current: Mapping[str, object]) -> pl.DataFrame:
    """Return the inputs that differ between two sets: input, then, now, as text (null: not in that set).

    Both have `inputs` (a list of {name, value, low, high, origin, as_of}) and `weeks` (columns by name). Each column of
    the history has one row: its sum, and how many weeks differ.
    """
    rows = [
        *_list_changed_inputs(_describe_inputs(issued), _describe_inputs(current)),
        *_list_changed_weeks(_read_week_columns(issued), _read_week_columns(current)),
    ]
    return pl.DataFrame(rows, schema=CHANGED_INPUT_SCHEMA, orient="row")


CHANGED_INPUT_SCHEMA: dict[str, pl.DataType] = {"input": pl.String(), "then": pl.String(), "now": pl.String()}


def _describe_inputs(inputs: Mapping[str, object]) -> dict[str, str]:
    records = inputs.get("inputs")
    return (
        {str(record["name"]): _describe_input(record) for record in records}
        if isinstance(records, list | tuple)
        else {}
    )


def _describe_input(record: Mapping[str, object]) -> str:
    value, low, high = (_format_number(record.get(name)) for name in ("value", "low", "high"))
    return f"{value} ({low} to {high}), {record.get('origin')}" if low and high else f"{value}, {record.get('origin')}"


def _format_number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else ""


def _list_changed_inputs(
    issued: Mapping[str, str], current: Mapping[str, str]
) -> list[tuple[str, str | None, str | None]]:
    names = sorted({*issued, *current})
    return [(name, issued.get(name), current.get(name)) for name in names if issued.get(name) != current.get(name)]


def _read_week_columns(inputs: Mapping[str, object]) -> dict[str, list[object]]:
    weeks = inputs.get("weeks")
    return {str(name): list(values) for name, values in weeks.items()} if isinstance(weeks, Mapping) else {}


def _list_changed_weeks(
    issued: Mapping[str, list[object]], current: Mapping[str, list[object]]
) -> list[tuple[str, str | None, str | None]]:
    rows: list[tuple[str, str | None, str | None]] = []
    for name in sorted({*issued, *current}):
        before, after = issued.get(name, []), current.get(name, [])
        if before != after:
            differing = sum(old_value != new_value for old_value, new_value in zip_longest(before, after))
            change = f"{_format_sum(after)}; {differing} differ"
            rows.append((f"history: {name.replace('_', ' ')}", _format_sum(before), change))
    return rows


def _format_sum(values: Sequence[object]) -> str:
    numbers = [value for value in values if isinstance(value, int | float)]
    return f"{sum(numbers):.6g} in {len(values)} weeks" if numbers else f"{len(values)} weeks"
