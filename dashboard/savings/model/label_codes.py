"""Names and items of labels as numbers, which take less memory than texts and are quicker to count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def encode_names(column: pl.Series) -> tuple[NDArray[np.int64], list[str]]:
    """Return dense codes in the order of the names, -1 for null, and the names."""
    names = sorted(str(name) for name in column.unique().drop_nulls())
    codes = column.cast(pl.Enum(names)).to_physical().cast(pl.Int64).fill_null(-1)
    return codes.to_numpy(), names


def find_repeated_items(labels: pl.DataFrame) -> pl.Series:
    """Return the items that several labels are about, each once; sorting hashes is quicker than grouping by them."""
    import numpy as np

    items = np.sort(labels.get_column("item").drop_nulls().to_numpy())
    return pl.Series("item", np.unique(items[1:][items[1:] == items[:-1]]))
