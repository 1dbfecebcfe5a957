"""Which hourly rate of a sheet holds for a person on a day."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from dashboard.store.engine import create_tables

RATES = [
    # person, role, from, hourly
    ("", "", "2026-01-01", 10),
    ("", "", "2026-06-01", 11),
    ("", "annotator", "2026-01-01", 20),
    ("Ann", "", "2025-01-01", 30),
    ("Ann", "", "2026-02-01", 31),
    ("Ann", "", "2027-01-01", 99),
]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    create_tables(con, None)
    for person, role, from_on, hourly in RATES:
        con.execute(
            "insert into rate (person, role, from_on, hourly, currency) values (?, ?, ?, ?, 'EUR')",
            [person, role, from_on, hourly],
        )
    yield con
    con.close()


@pytest.mark.parametrize(
    ("person", "role", "day", "hourly"),
    [
        ("Ann", "annotator", "2026-03-01", 31),  # her own, the newest in force; not the role's, nor that of 2027
        ("Ann", "annotator", "2026-01-15", 30),  # her own of last year before the newer one of her role
        ("Ben", "annotator", "2026-07-01", 20),  # the role's before the newer one of everybody
        ("Ben", "engineer", "2026-07-01", 11),
        ("Ben", "engineer", "2026-03-01", 10),
        ("Ben", "engineer", "2025-03-01", None),
    ],
)
def test_the_most_specific_rate_goes_first_and_then_the_newest(
    con: duckdb.DuckDBPyConnection, person: str, role: str, day: str, hourly: int | None
) -> None:
    (rate,) = con.execute("select hourly_rate(?, ?, cast(? as date))", [person, role, day]).fetchall()[0]
    assert (rate and rate["hourly"]) == hourly
