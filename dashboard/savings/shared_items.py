"""Items that several automations labeled: what such an item would have taken by hand can be saved only once."""

from __future__ import annotations

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.savings.model.label_codes import find_repeated_items
from dashboard.units import format_share

SHARED_LIMIT = 0.02


def measure_shared_items(labels: pl.DataFrame) -> dict[str, float]:
    """Return, by automation, the share of its items that other automations labeled too."""
    pairs = labels.select("automation", "item").drop_nulls()
    if find_repeated_items(pairs).is_empty():
        return dict.fromkeys(pairs.get_column("automation").unique(), 0.0)
    pairs = pairs.unique()
    shared = pairs.with_columns(is_shared=pl.len().over("item") > 1)
    return dict(shared.group_by("automation").agg(pl.col("is_shared").mean()).iter_rows())


def drop_shared_labels(labels: pl.DataFrame) -> pl.DataFrame:
    """Return the labels without those of an automation on items that another automation labeled before."""
    first = pl.col("automation").sort_by(pl.coalesce("finished_at", pl.col("day_on").cast(pl.Datetime("us"))), "label")
    is_others = pl.col("assisted") & pl.col("item").is_not_null() & (pl.col("automation") != pl.col("first"))
    return (
        labels.with_columns(first=first.drop_nulls().first().over("item"))
        .filter(~is_others.fill_null(value=False))
        .drop("first")
    )


def explain_shared_items(name: str, share: float) -> Unavailable:
    """Return why an automation whose items another one labeled too has no saving of its own."""
    return Unavailable(
        f"{format_share(share)} of the items that {name} assisted were assisted by another automation too. What an "
        "item would "
        "have taken by hand can be saved only once, and the log does not show which automation saved it.",
        "Register them as one automation, or let each item get one of them, drawn by chance.",
        Cause.not_identified,
    )
