"""Simulated labeling events as Parquet files by month, made month by month, so that any number needs little memory."""

from __future__ import annotations

from pathlib import Path

import duckdb

EVENTS_SQL = """
    select
        case hash(n, 1) % 3 when 0 then 'label_studio' else 'cvat' end as source,
        case when $month is not null then cast($month || '-01' as date) + cast(hash(n, 2) % 28 as integer) end
            as day_on,
        case hash(n, 3) % 9 when 0 then null when 1 then 'Straße № 5' when 2 then ''
            else 'project ' || hash(n, 3) % 6 end as project,
        case hash(n, 4) % 4 when 0 then null else 'batch ' || hash(n, 4) % 3 end as dataset,
        case hash(n, 5) % 11 when 0 then null when 1 then '山田 太郎' when 2 then 'Ann@Example.org'
            else 'person ' || hash(n, 5) % $people end as person,
        ['manual', 'pre-annotated', 'automatic', 'active_learning', 'weak', 'synthetic', 'imported', 'unknown']
            [1 + cast(hash(n, 6) % 8 as integer)] as method,
        ['annotate', 'annotate', 'review', 'rework', 'adjudicate'][1 + cast(hash(n, 7) % 5 as integer)] as stage,
        ['submitted', 'skipped', 'cancelled', 'accepted', 'rejected', 'fixed', 'draft', 'deleted', 'assigned']
            [1 + cast(hash(n, 8) % 9 as integer)] as outcome,
        case when hash(n, 9) % 7 = 0 then null else cast(hash(n, 9) % 90000 as bigint) end as milliseconds,
        case when hash(n, 9) % 7 = 0 then 'none'
            else ['reported', 'start-end'][1 + cast(hash(n, 10) % 2 as integer)] end as time_kind,
        case hash(n, 11) % 5 when 0 then null else cast(hash(n, 11) % 40 as bigint) end as objects
    from range($first, $first + $events) as numbers(n)
"""


def write_events(
    folder: Path, months: list[str | None], events: int, *, people: int = 40, files: int = 1, first: int = 0
) -> Path:
    """Write so many events of each month (None: without a day) into files below a folder, and return it."""
    con = duckdb.connect()
    for number, month in enumerate(months):
        target = folder / f"month={month or '__HIVE_DEFAULT_PARTITION__'}"
        target.mkdir(parents=True, exist_ok=True)
        for part in range(files):
            path = f"{target}/part-{part}.parquet".replace("'", "''")
            start = first + (number * files + part) * events
            con.execute(
                f"copy ({EVENTS_SQL}) to '{path}' (compression zstd)",
                {"month": month, "people": people, "first": start, "events": events // files},
            )
    con.close()
    return folder


def list_months(count: int, year: int = 2025) -> list[str | None]:
    """Return so many months from January of a year on."""
    return [f"{year + number // 12}-{number % 12 + 1:02d}" for number in range(count)]
