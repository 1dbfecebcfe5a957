"""Apache Spark sums events as DuckDB does, and says in words what it cannot read. One session for the whole file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from simulated_events import list_months, write_events

from dashboard.errors import UnreadableFile
from dashboard.ingest.roll_up import roll_up_events
from dashboard.ingest.rollup_folder import SUMS_FOLDER, parse_sums
from dashboard.store.duck_events import DuckEngine
from dashboard.store.spark_events import SparkEngine, open_spark

MONTHS = [*list_months(4), None]
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    """Give Spark on two cores; its Java part has its usual 1 GB."""
    with open_spark("local[2]") as engine:
        yield engine


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of 50,000 events of every method, stage and outcome, with unknown times, names and days."""
    return write_events(tmp_path_factory.mktemp("spark's") / "événements", MONTHS, 10_000, files=2)


def test_spark_and_duckdb_give_the_same_sums_row_by_row(spark: SparkEngine, events: Path, tmp_path: Path) -> None:
    by_spark = roll_up_events(spark, str(events), tmp_path / "spark")
    by_duck = roll_up_events(DuckEngine(), str(events), tmp_path / "duck")
    assert by_spark == by_duck
    for month in by_spark.manifest.months:
        assert month.rows > 8000
        given, expected = (
            (tmp_path / engine / SUMS_FOLDER / month.file_name).read_bytes() for engine in ("spark", "duck")
        )
        assert parse_sums(given).equals(parse_sums(expected))
        assert given == expected


def test_spark_lists_an_address_as_it_lists_a_folder(spark: SparkEngine, events: Path) -> None:
    (events / "month=2025-01" / "_temporary").mkdir(exist_ok=True)
    (events / "month=2025-01" / "_temporary" / "part.parquet").write_bytes(b"half")
    at_address = spark.list_files(f"file://{events}")
    assert sorted(file.name for file in at_address) == sorted(file.name for file in spark.list_files(str(events)))
    assert {file.size for file in at_address} == {file.size for file in spark.list_files(str(events))}


def test_what_spark_cannot_read_is_refused_in_words(spark: SparkEngine, tmp_path: Path) -> None:
    one = pl.DataFrame({"source": ["cvat"], "day_on": [date(2025, 1, 6)], "milliseconds": ["1500"]})
    one.write_parquet(tmp_path / "few.parquet")
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1 damaged PAR1")
    with pytest.raises(UnreadableFile, match="no column project, dataset"):
        spark.sum_events([f"file://{tmp_path}/few.parquet"])
    with pytest.raises(UnreadableFile, match=r"cannot be read: .*damaged\.parquet"):
        spark.sum_events([f"file://{tmp_path}/damaged.parquet"])
    for place, words in {"s3a://bucket/events": "hadoop-aws", f"file://{tmp_path}/nothing": "nothing"}.items():
        with pytest.raises(UnreadableFile, match="cannot be listed") as refused:
            spark.list_files(place)
        assert words in str(refused.value)
        assert "\n" not in str(refused.value)
