"""Hourly rates of people and token prices of models, each in force from a day on."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.errors import BadMapping
from dashboard.filters import ROLES
from dashboard.settings.cells import EARLIEST_DAY, Row, check_known_names, check_unique, read_currency
from dashboard.settings.person_names import use_current_names
from dashboard.settings.sheet import Cells, Field, Sheet
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
    """Return rates and token prices as one sheet (columns of RATE_SHEET); a row with a model is a token price."""
    return pl.concat([read_hourly_rates(store), read_token_prices(store)], how="diagonal").select(RATE_SHEET.columns)


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
        use_current_names(change)
        change.log("rates", f"{rates.height} hourly rates, {tokens.height} token prices", who)
    return rates.height + tokens.height


def _parse_rates(rows: Sequence[Row]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return hourly rates and token prices as two frames."""
    parsed_rows = RATE_SHEET.parse_rows(rows)
    for row_label, cells in parsed_rows:
        check_price(cells, row_label)
        cells["from_on"] = cells["from_on"] or EARLIEST_DAY
        cells["currency"] = read_currency(cells, row_label)
    frame = RATE_SHEET.build_frame([cells for _, cells in parsed_rows])
    is_token_price = pl.col("model") != ""
    return frame.filter(~is_token_price).select(list(RATE_SCHEMA)), frame.filter(is_token_price).select(
        list(PRICE_SCHEMA)
    )


def check_price(cells: Cells, row_label: str) -> None:
    """Refuse a price of tokens without a model, and one of an hour beside a model.

    Raises:
        BadMapping: it is one, or the price is missing.
    """
    has_model = bool(cells["model"])
    for name in ("hourly", "person", "role") if has_model else ("per_million",):
        if cells[name] not in {None, ""}:
            message = f"{row_label} has {name} {'beside' if has_model else 'without'} a model."
            raise BadMapping(message, "A model has per_million; people have hourly.")
    price = "per_million" if has_model else "hourly"
    if cells[price] is None:
        raise BadMapping(f"{row_label} has no {price}.", "Write a number of 0 or more.")


RATE_SHEET = Sheet(
    name="rates",
    title="Rates",
    noun="rates and token prices",
    summary="What hours and tokens cost",
    saved="Rates and token prices in force: {count}.",
    help="These prices turn hours into money, each from its day on. The most specific applies: the person's, then "
    "the role's, then everybody's. Currencies are never added.",
    read=read_rates,
    save=save_rates,
    fields=(
        Field("person", "Person", help="Empty: everybody of the role."),
        Field("role", "Role", "choice", ("", *ROLES), help="Empty: everybody."),
        Field("model", "Model", help="As the labeling log names it; then the row is a price of tokens."),
        Field("from_on", "From", "day", help="Empty: from the beginning."),
        Field("hourly", "Per hour", "number", digits=2, help="Of people."),
        Field("per_million", "Per million tokens", "number", digits=4, help="Of a model."),
        Field("currency", "Currency", required=True, help="Three letters, such as EUR."),
    ),
)
