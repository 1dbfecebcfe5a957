"""Stores with many timed labels, made by SQL: people who differ, learn and are helped by automations.

A hundred people over a year, each in two of ten projects. Chance decides which items an automation pre-labels, more
often in the second half of the year. A tenth of the labels is reviewed.
"""

from __future__ import annotations

from pathlib import Path

from dashboard.store.generations import Store
from dashboard.store.snapshot import Change
from tests.bench import volumes

PEOPLE, PROJECTS, DAYS = 100, 10, 365
LABEL = """
    insert into labeling_event by name
    with drawn as (
        select
            n, n % $people as who, n // $people as turn, hash(n, 'objects') % 12 + 1 as objects,
            cast(hash(n, 'kind') % 4 as integer) as kind, n * $days // $rows as day,
            -- The sum of six uniform numbers, close to normal.
            list_sum([hash(n, part) % 10000 / 10000.0 for part in range(6)]) - 3 as noise
        from range($rows) as numbers(n)
    ), chosen as (
        select
            *, (who + turn % 2) % $projects as place,
            hash(n, 'assisted') % 100 < case when day * 2 < $days then 20 else 60 end as assisted
        from drawn
    ), timed as (
        select
            *, cast(current_date as timestamp) - to_days(cast($days - day as integer))
                + to_minutes(cast(480 + hash(n, 'minute') % 540 as integer)) as begun,
            exp(
                3.5 + 0.3 * noise + 0.04 * objects + 0.1 * kind + 0.02 * (who % 10) - 0.05 * ln(1 + turn)
                - case when assisted then 0.35 else 0 end
            ) as seconds
        from chosen
    )
    select
        1 as import_id, 'bench' as source, cast(n as ubigint) as source_key, 1 as occurrence, n as line,
        'item ' || n as item, 'project ' || place as project, 'person ' || who as person,
        'annotate' as stage, 'submitted' as outcome,
        case when assisted then 'pre-annotated' else 'manual' end as method,
        case when not assisted then 'none' when hash(n, 'kept') % 10 < 7 then 'unchanged' else 'edited' end
            as suggestion,
        case when assisted then 'automation ' || place % $automations end as automation,
        begun as started_at, begun + to_milliseconds(seconds * 1000) as finished_at, cast(begun as date) as day_on,
        cast(seconds * 1000 as bigint) as milliseconds, 'reported' as time_kind, objects, 'kind ' || kind as label_kind
    from timed
"""
REVIEW = """
    insert into labeling_event by name
    select
        * replace (
            source_key + 1000000000 as source_key, 'review' as stage, 'person ' || (hash(item) % $people) as person,
            case when hash(item, 'verdict') % 10 = 0 then 'rejected' else 'accepted' end as outcome,
            finished_at + interval 1 day as started_at, finished_at + interval 1 day as finished_at,
            day_on + 1 as day_on, milliseconds // 5 as milliseconds, null as objects, null as label_kind
        )
    from labeling_event
    where hash(item, 'review') % 10 = 0
"""
SIZES = {"people": PEOPLE, "projects": PROJECTS, "days": DAYS}


def fill_labels(folder: Path, labels: int, entries: int, automations: int = 1) -> Store:
    """Make a store that holds so many labels and time entries, with automations that share the projects out."""
    store = Store(folder)
    with store.change("fill", "bench") as change:
        change.execute(volumes.ENTRIES, {"rows": entries})
        change.execute(LABEL, {"rows": labels, "automations": automations, **SIZES})
        change.execute(REVIEW, {"people": PEOPLE})
        register_automations(change, automations)
        volumes.people(change)
        change.rebuild_categories()
        change.rebuild_labels()
    return store


def register_automations(change: Change, automations: int) -> None:
    """Enter each automation and its projects."""
    for number in range(automations):
        name = f"automation {number}"
        change.execute("insert into automation (name, technique) values ($name, 'pre-labeling')", {"name": name})
        change.execute(
            "insert into automation_scope (automation, project, from_on)"
            " select $name, 'project ' || n, current_date - 365 from range($projects) as numbers(n)"
            " where n % $automations = $number",
            {"name": name, "number": number, "automations": automations, "projects": PROJECTS},
        )
