"""Quantiles of counted times are those of the times, and rounding to three digits is as close as it says."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.store.engine import create_tables

TIMES = st.lists(st.integers(0, 40) | st.integers(0, 10_000_000), min_size=1, max_size=60)
QUANTILES = """
    with counted as (
        select time_ms, count(*) as labels from incoming group by 1
    ), placed as (
        select time_ms, sum(labels) over (order by time_ms) as upto, sum(labels) over () - 1 as last_place from counted
    )
    select counted_quantile(last_place * 0.5, time_ms, upto), counted_quantile(last_place * 0.9, time_ms, upto)
    from placed
"""


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    create_tables(con, None)
    return con


@given(times=TIMES)
def test_quantiles_of_counted_times_are_those_of_the_times(con: duckdb.DuckDBPyConnection, times: list[int]) -> None:
    con.register("incoming", pl.DataFrame({"time_ms": times}))
    expected = con.sql("select median(time_ms), quantile_cont(time_ms, 0.9) from incoming").fetchall()[0]
    counted = con.sql(QUANTILES).fetchall()[0]
    assert [float(value) for value in counted] == pytest.approx([float(value) for value in expected])


@given(time_ms=st.integers(-(10**12), 10**12))
def test_a_time_in_three_digits_is_at_most_half_a_percent_off(con: duckdb.DuckDBPyConnection, time_ms: int) -> None:
    (rounded,) = con.execute("select three_digits(cast($time as bigint))", {"time": time_ms}).fetchall()[0]
    assert abs(rounded - time_ms) <= 0.005 * abs(time_ms)
    assert len(str(abs(rounded)).rstrip("0")) <= 3
