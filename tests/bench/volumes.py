"""Large inputs and stores, made by SQL so that making them takes little of the run.

Forty people over a year, each on two of twelve projects, in five categories.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from dashboard.store.generations import Store
from dashboard.store.snapshot import Change

ENTRY = """
    'person ' || cast(n % 40 as varchar) as person,
    600 + cast(hash(n) % 7200 as integer) as seconds,
    'project ' || cast((n % 40 + n // 40 % 2) % 12 as varchar) as project,
    case n // 80 % 5 when 0 then 'Labeling batch ' when 1 then 'Annotation review batch ' when 2
        then 'Model training, run ' when 3 then 'Model evaluation v' else 'Misc ' end
        || cast(n // 40 % 500 as varchar) as description
"""
EVENT = """
    insert into labeling_event by name
    select
        1 as import_id, 'bench' as source, cast(n as ubigint) as source_key, 1 as occurrence, n as line,
        'item ' || cast(n as varchar) as item, 'project ' || cast(n % 12 as varchar) as project,
        'person ' || cast(n % 40 as varchar) as person, 'annotate' as stage, 'submitted' as outcome,
        case n % 3 when 0 then 'manual' else 'pre-annotated' end as method, 'none' as suggestion,
        current_date - 365 + cast(n % 365 as integer) as day_on,
        cast(20000 + hash(n) % 90000 as bigint) as milliseconds, 'reported' as time_kind, 3 as objects
    from range($rows) as numbers(n)
"""
ENTRIES = f"""
    insert into time_entry by name
    select
        1 as import_id, 'bench' as source, hash(n) as source_key, 1 as occurrence, n as line,
        hash(project, description) as activity_key, person, project, description,
        cast(current_date - 365 as timestamp) + to_minutes(cast(n * 7 % 525600 as integer)) as started_at,
        cast(current_date - 365 as timestamp) + to_minutes(cast(n * 7 % 525600 as integer)) as started_local,
        cast(started_local as date) as day_on, seconds, 'UTC' as zone
    from (select n, {ENTRY} from range($rows) as numbers(n)) as made
"""  # noqa: S608 - a path of this script, no user input


def write_entries(path: Path, rows: int, start: int = 0) -> Path:
    """Write a native `time_entries` CSV with rows that differ from those of any other start."""
    duckdb.connect().execute(f"""
        copy (
            select
                {ENTRY},
                strftime(timestamp '2025-01-01 08:00:00' + to_seconds(n * 31), '%Y-%m-%dT%H:%M:%S+00:00') as started_at
            from range({start}, {start + rows}) as numbers(n)
        ) to '{path}' (header)
    """)  # noqa: S608 - a path of this script, no user input
    return path


def fill(folder: Path, entries: int, events: int) -> Store:
    """Make a store that holds so many time entries and labeling events."""
    store = Store(folder)
    with store.change("fill", "bench") as change:
        change.execute(ENTRIES, {"rows": entries})
        change.execute(EVENT, {"rows": events})
        people(change)
        change.rebuild_categories()
    return store


def people(change: Change) -> None:
    """Add the forty people the facts are about."""
    change.execute(
        "insert into person (person_id, name, team, role)"
        " select n, 'person ' || cast(n as varchar), 'team ' || cast(n % 4 as varchar), 'engineer'"
        " from range(40) as numbers(n)"
    )
    change.execute("insert into alias select name, person_id from person order by person_id")
    change.execute("insert into capacity select person_id, current_date - 365, 40 from person order by person_id")
