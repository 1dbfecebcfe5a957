"""What an hour of people and a million tokens of a model cost, each price from its day on."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import BadMapping
from dashboard.mapping import amounts, sheets
from dashboard.mapping.amounts import Row
from dashboard.mapping.people import ROLES, SINCE_EVER, day, text
from dashboard.store import Store

RATE: dict[str, pl.DataType] = {
    "person": pl.String(),
    "role": pl.String(),
    "from_on": pl.Date(),
    "hourly": pl.Float64(),
    "currency": pl.String(),
}
PRICE: dict[str, pl.DataType] = {
    "model": pl.String(),
    "from_on": pl.Date(),
    "per_million": pl.Float64(),
    "currency": pl.String(),
}
RATE_COLUMNS = ("person", "role", "model", "from_on", "hourly", "per_million", "currency")


def hourly_frame(store: Store) -> pl.DataFrame:
    """Return what hours cost (columns of RATE); no day means since ever, no person and role means everybody."""
    return _listed(store, "hourly_rates", RATE)


def prices_frame(store: Store) -> pl.DataFrame:
    """Return what a million tokens cost (columns of PRICE); no day means since ever."""
    return _listed(store, "token_prices", PRICE)


def _listed(store: Store, query: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    with store.snapshot() as snapshot:
        found = catalog.run(snapshot, query, {}).cast(pl.Schema(schema))
    return found.with_columns(from_on=pl.when(pl.col("from_on") != SINCE_EVER).then("from_on"))


def rates_frame(store: Store) -> pl.DataFrame:
    """Return hours and tokens as one sheet (columns of RATE_COLUMNS); a row with a model is a price of tokens."""
    return pl.concat([hourly_frame(store), prices_frame(store)], how="diagonal").select(RATE_COLUMNS)


def rates_csv(store: Store) -> str:
    """Return rates and token prices as CSV (columns of RATE_COLUMNS)."""
    return privacy.frame_csv(rates_frame(store))


def load_rates(store: Store, text_: str, who: str | None = None) -> int:
    """Replace rates and token prices by those of a CSV text and return how many lines there are.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `save_rows`.
    """
    return save_rows(store, sheets.read(text_, ("currency",), RATE_COLUMNS), who)


def save_rates(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace rates and token prices by those of a frame (columns of RATE_COLUMNS) and return how many there are.

    Raises:
        BadMapping: as `save_rows`.
    """
    return save_rows(store, frame.to_dicts(), who)


def save_rows(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace rates and token prices by those of a sheet and return how many there are.

    Raises:
        BadMapping: a cell that cannot be used, a price twice from one day, or a person nobody knows.
    """
    rates, tokens = _read(rows)
    amounts.unique(rates, ("person", "role", "from_on"), "The rate")
    amounts.unique(tokens, ("model", "from_on"), "The token price")
    with store.change("save rates", who) as change:
        amounts.refuse_strangers(change, rates, "person", "known_people")
        for table, frame in (("rate", rates), ("token_price", tokens)):
            change.execute(f"delete from {table}")  # noqa: S608 - fixed names
            change.insert(table, frame)
        change.log("rates", f"{rates.height} hourly rates, {tokens.height} token prices", who)
    return rates.height + tokens.height


def _read(rows: Sequence[Row]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return rates and token prices apart."""
    hourly: list[tuple[object, ...]] = []
    tokens: list[tuple[object, ...]] = []
    for number, row in enumerate(rows, start=1):
        where, has_model = f"Line {number} of the rates", bool(text(row, "model"))
        wrong = [name for name in (("hourly", "person", "role") if has_model else ("per_million",)) if text(row, name)]
        if wrong:
            message = f"{where} has {wrong[0]} {'beside' if has_model else 'without'} a model."
            raise BadMapping(message, "A model has per_million; people have hourly.")
        (tokens if has_model else hourly).append(_price(row, where) if has_model else _hourly(row, where))
    return pl.DataFrame(hourly, schema=RATE, orient="row"), pl.DataFrame(tokens, schema=PRICE, orient="row")


def _hourly(row: Row, where: str) -> tuple[object, ...]:
    role = amounts.choice(row, "role", ("", *ROLES), where)
    from_on = day(row, "from_on", where) or SINCE_EVER
    return text(row, "person"), role, from_on, amounts.price(row, "hourly", where), amounts.currency(row, where)


def _price(row: Row, where: str) -> tuple[object, ...]:
    model = amounts.required(row, "model", where)
    from_on = day(row, "from_on", where) or SINCE_EVER
    return model, from_on, amounts.price(row, "per_million", model), amounts.currency(row, model)
