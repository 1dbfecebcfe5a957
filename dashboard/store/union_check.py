"""Checks that the facts are the union of the entries in force, as the imports' recorded statements give it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from dashboard.store.identity import KINDS, content_sql, read_histories
from dashboard.store.slots import Statement, replay_slot
from dashboard.store.snapshot import Snapshot
from dashboard.units import count_noun

TITLE = "Are the entries in force those of the imports, read in their order?"
REMEDY = (
    "An earlier version told entries apart by other rules, or a file of the store was changed. Undo these imports, the "
    "newest first, and import their files again."
)
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
    slots = {kind: list(find_differing_slots(snapshot, kind)) for kind in KINDS}
    details = ", ".join(
        f"{count_noun(len(differing), 'slot')} of {kind}" for kind, differing in slots.items() if differing
    )
    if not details:
        return TITLE, True, "Every entry agrees."
    imports = sorted(
        {import_id for differing in slots.values() for import_ids in differing for import_id in import_ids}
    )
    numbers = ", ".join(map(str, imports))
    return TITLE, False, f"These differ: {details}, of the imports {numbers}. {REMEDY}"


def find_differing_slots(snapshot: Snapshot, kind: str) -> Iterator[set[int]]:
    """Yield the imports of each slot (source, key) whose facts are not what its statements give."""
    rules, detail = read_histories(snapshot)
    rows = snapshot.query(CONTESTED_SQL.format(kind=kind, content=content_sql(kind, "fact")), {"kind": kind})
    for _, statements in groupby(rows.iter_rows(), key=itemgetter(0, 1)):
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
            yield {entry.import_id for entry in replayed}
