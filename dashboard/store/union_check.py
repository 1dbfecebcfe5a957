"""Checks that the facts are the union of the entries in force, as the imports' recorded statements give it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from dashboard.store.identity import KINDS, content_sql, read_histories
from dashboard.store.slots import Statement, replay_slot
from dashboard.store.snapshot import Snapshot

TITLE = "Are the entries in force those of the imports, read in their order?"
# Left out for speed: slots of which every import says the same, once, and which stand once in the facts.
CONTESTED_SQL = """
    with statement as (
        select source, source_key, import_id, line, {content} as content_key, changed_at, 'fact' as place, occurrence
        from {kind} as fact
        union all
        select source, source_key, import_id, line, {content} as content_key, changed_at, 'superseded' as place, null
        from {kind}_superseded as fact
        union all
        select source, source_key, import_id, line, content_key, changed_at, 'holding' as place, null
        from holding where kind = $kind
    ), contested as (
        select source, source_key
        from statement
        group by source, source_key
        having count(*) filter (place = 'fact') <> 1
            or bool_or(place = 'superseded') or bool_or(content_key is null)
            or count(distinct content_key) > 1 or count(*) > count(distinct import_id)
    )
    select source, source_key, import_id, line, content_key, changed_at, place, occurrence
    from statement semi join contested using (source, source_key)
    order by source, source_key
"""


def check_union(snapshot: Snapshot) -> tuple[str, bool, str]:
    """Return whether each slot counts what its imports' statements give when they are read again in their order."""
    differing = {kind: count for kind in KINDS if (count := sum(1 for _ in find_differing_slots(snapshot, kind)))}
    details = ", ".join(f"{count} {'slot' if count == 1 else 'slots'} of {kind}" for kind, count in differing.items())
    return TITLE, not differing, f"These differ: {details}." if differing else "Every entry agrees."


def find_differing_slots(snapshot: Snapshot, kind: str) -> Iterator[tuple[str, int]]:
    """Yield the slots (source, key) whose facts are not what their statements give."""
    rules, detail = read_histories(snapshot)
    rows = snapshot.query(CONTESTED_SQL.format(kind=kind, content=content_sql(kind, "fact")), {"kind": kind})
    for slot, statements in groupby(rows.iter_rows(), key=itemgetter(0, 1)):
        counted: Counter[int | None] = Counter()
        superseded: set[int | None] = set()
        places: list[int] = []
        replayed: list[Statement] = []
        for _, _, import_id, line, content, changed_at, place, occurrence in statements:
            replayed.append(Statement(import_id, line, content, changed_at, detail.get(import_id, 0)))
            if place == "fact":
                counted[content] += 1
                places.append(occurrence)
            elif place == "superseded":
                superseded.add(content)
        in_force = Counter(entry.content for entry in replay_slot(replayed, rules).entries)
        earlier = {entry.content for entry in replayed} - {None} - set(in_force)
        if counted != in_force or superseded != earlier or len(places) != len(set(places)):
            yield slot
