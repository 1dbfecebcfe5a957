"""A share is the quotient of the columns beside it, whatever the SQL of its figure says."""

from __future__ import annotations

import polars as pl
import pytest
from demo_team import SUNDAY

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store

FEW = 20
QUOTIENTS = {
    ("coverage", "coverage"): pl.col("covered_seconds") / pl.col("capacity_seconds"),
    ("label_progress", "share_done"): pl.col("done") / (pl.col("done") + pl.col("left_to_do")),
    ("suggestions_by_week", "unchanged_share"): pl.col("unchanged") / pl.col("suggestions"),
    ("time_against_quality", "first_pass_share"): pl.col("first_pass") / pl.col("reviewed"),
}


@pytest.mark.parametrize(("name", "column"), sorted(QUOTIENTS))
def test_a_share_is_the_quotient_of_its_columns(shared_demo: Store, name: str, column: str) -> None:
    rows = resolve_figure(shared_demo, name, Filters(), today=SUNDAY).rows.drop_nulls(column)
    wanted = rows.select(QUOTIENTS[name, column]).to_series().to_list()
    assert rows.height
    assert rows.get_column(column).to_list() == pytest.approx(wanted)


def test_a_point_is_enough_with_twenty_labels_timed_and_reviewed(shared_demo: Store) -> None:
    rows = resolve_figure(shared_demo, "time_against_quality", Filters(), today=SUNDAY).rows
    enough = (pl.col("timed") >= FEW) & (pl.col("reviewed") >= FEW)
    assert rows.get_column("is_enough").to_list() == rows.select(enough).to_series().to_list()
