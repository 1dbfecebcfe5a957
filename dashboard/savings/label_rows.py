"""The labels that an estimate compares, as a narrow frame: names as categories, items as hashes, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from dashboard.savings.label_sample import LabelSample
from dashboard.savings.model.label_codes import encode_names
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMES = ("annotator", "project", "automation", "kind", "proxy_from", "suggestion", "log", "method")
ORDER_ONLY = ("log", "name", "method")


def load_labels(snapshot: Snapshot, params: Mapping[str, object], sample: LabelSample) -> pl.DataFrame:
    """Return the labels (query `labels_for_estimate`) by person and day, with `label`, their number, and `assisted`.

    Labels of one day are in the order of the log, the item, the time and the method, so that every reading of one store
    gives the same rows.
    """
    rows = run_query(snapshot, "labels_for_estimate", {**params, **sample.list_params()})
    rows = rows.with_columns(pl.col(NAMES).cast(pl.Categorical), assisted=pl.col("method") != "manual")
    order = sort_rows(rows)
    return rows.drop(ORDER_ONLY)[order].with_columns(label=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))


def sort_rows(rows: pl.DataFrame) -> NDArray[np.intp]:
    """Return the positions of the rows in their order; sorting numbers takes a fifth of sorting the rows themselves."""
    import numpy as np  # noqa: PLC0415 - numpy loads with the first estimate

    annotator, log, method = (encode_names(rows.get_column(name))[0] for name in ("annotator", "log", "method"))
    day = rows.get_column("day_on").to_physical().to_numpy().astype(np.int64)
    item = rows.get_column("name").rank("dense").fill_null(0).to_numpy()
    last = np.iinfo(np.int64).max  # a time that is not known comes last
    moment = rows.get_column("finished_at").to_physical().fill_null(last).to_numpy()
    if not rows.height:
        return np.empty(0, dtype=np.intp)
    day_count, log_count = int(np.ptp(day)) + 1, int(log.max()) + 1
    place = (annotator * day_count + (day - day.min())) * log_count + log
    return np.lexsort((method, moment, item, place))


def load_pay(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the hourly rates of the people: annotator, day_on, hourly, currency."""
    pay = run_query(snapshot, "pay_for_estimate", params)
    return pay.with_columns(pl.col("annotator").cast(pl.Categorical))
