"""Hourly rates of people and token prices of models, each in force from a day on."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.settings.cells import (
    Row,
    check_known_names,
    check_unique,
    read_choice,
    read_currency,
    read_required,
    read_required_amount,
)
from dashboard.settings.csv_text import parse_csv
from dashboard.settings.people import EARLIEST_DAY, ROLES, read_day, read_text
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

RATE_SCHEMA: dict[str, pl.DataType] = {
    "person": pl.String(),
    "role": pl.String(),
    "from_on": pl.Date(),
    "hourly": pl.Float64(),
    "currency": pl.String(),
}
PRICE_SCHEMA: dict[str, pl.DataType] = {
    "model": pl.String(),
    "from_on": pl.Date(),
    "per_million": pl.Float64(),
    "currency": pl.String(),
}
RATE_COLUMNS = ("person", "role", "model", "from_on", "hourly", "per_million", "currency")


def read_hourly_rates(store: Store) -> pl.DataFrame:
    """Return the hourly rates (columns of RATE_SCHEMA). No day: from the start. No person and no role: everybody."""
    return _read_prices(store, "hourly_rates", RATE_SCHEMA)


def read_token_prices(store: Store) -> pl.DataFrame:
    """Return the prices per million tokens (columns of PRICE_SCHEMA). No day: from the start."""
    return _read_prices(store, "token_prices", PRICE_SCHEMA)


def _read_prices(store: Store, query: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    with store.snapshot() as snapshot:
        prices = run_query(snapshot, query, {}).cast(pl.Schema(schema))
    return prices.with_columns(from_on=pl.when(pl.col("from_on") != EARLIEST_DAY).then("from_on"))


def read_rates(store: Store) -> pl.DataFrame:
    """Return rates and token prices as one sheet (columns of RATE_COLUMNS); a row with a model is a token price."""
    return pl.concat([read_hourly_rates(store), read_token_prices(store)], how="diagonal").select(RATE_COLUMNS)


def format_rates_csv(store: Store) -> str:
    """Return rates and token prices as CSV (columns of RATE_COLUMNS)."""
    return privacy.format_frame_csv(read_rates(store))


def load_rates_csv(store: Store, csv_text: str, who: str | None = None) -> int:
    """Replace rates and token prices by those in a CSV text and return their number.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_rates`.
    """
    return save_rates(store, parse_csv(csv_text, ("currency",), RATE_COLUMNS), who)


def save_rates_frame(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace rates and token prices by those in a frame (columns of RATE_COLUMNS) and return their number.

    Raises:
        BadMapping: as `save_rates`.
    """
    return save_rates(store, frame.to_dicts(), who)


def save_rates(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace rates and token prices by these rows and return their number.

    Raises:
        BadMapping: a cell that cannot be used, two prices from the same day, or an unknown person.
    """
    rates, tokens = _parse_rates(rows)
    check_unique(rates, ("person", "role", "from_on"), "The rate")
    check_unique(tokens, ("model", "from_on"), "The token price")
    with store.change("save rates", who) as change:
        check_known_names(change, rates, "person", "known_people")
        for table, frame in (("rate", rates), ("token_price", tokens)):
            change.execute(f"delete from {table}")  # noqa: S608 - fixed names
            change.insert(table, frame)
        change.log("rates", f"{rates.height} hourly rates, {tokens.height} token prices", who)
    return rates.height + tokens.height


def _parse_rates(rows: Sequence[Row]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return hourly rates and token prices as two frames."""
    hourly: list[tuple[object, ...]] = []
    tokens: list[tuple[object, ...]] = []
    for number, row in enumerate(rows, start=1):
        row_label, has_model = f"Line {number} of the rates", bool(read_text(row, "model"))
        misplaced = [
            name for name in (("hourly", "person", "role") if has_model else ("per_million",)) if read_text(row, name)
        ]
        if misplaced:
            message = f"{row_label} has {misplaced[0]} {'beside' if has_model else 'without'} a model."
            raise BadMapping(message, "A model has per_million; people have hourly.")
        (tokens if has_model else hourly).append(
            _parse_token_price(row, row_label) if has_model else _parse_hourly_rate(row, row_label)
        )
    return pl.DataFrame(hourly, schema=RATE_SCHEMA, orient="row"), pl.DataFrame(
        tokens, schema=PRICE_SCHEMA, orient="row"
    )


def _parse_hourly_rate(row: Row, row_label: str) -> tuple[object, ...]:
    role = read_choice(row, "role", ("", *ROLES), row_label)
    from_on = read_day(row, "from_on", row_label) or EARLIEST_DAY
    return (
        read_text(row, "person"),
        role,
        from_on,
        read_required_amount(row, "hourly", row_label),
        read_currency(row, row_label),
    )


def _parse_token_price(row: Row, row_label: str) -> tuple[object, ...]:
    model = read_required(row, "model", row_label)
    from_on = read_day(row, "from_on", row_label) or EARLIEST_DAY
    return model, from_on, read_required_amount(row, "per_million", model), read_currency(row, model)
