"""What the store knows of earlier pulls: where each goes on, and what they hold that the server has no longer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from dashboard.pull.contract import Cover, Cursor
from dashboard.schemas import Kind
from dashboard.store.engine import read_sql_files
from dashboard.store.identity import resolve_slots
from dashboard.store.snapshot import Change, Snapshot

INGEST_SQL = dict(read_sql_files("ingest"))
GONE_SQL: dict[str, str] = {"labeling_event": "gone_labels.sql", "time_entry": "gone_time.sql"}
HELD_ELSEWHERE_SQL = """
    select 1
    from holding as own
    anti join pulled_slot using (source, source_key)
    where own.import_id = $import_id and own.content_key is not null
    limit 1
"""


@dataclass
class Chain:
    """The pulls of one scope that are in force: where the next one goes on, and the imports that they made."""

    cursor: Cursor | None = None
    pulls: tuple[int, ...] = ()
    imports: tuple[int, ...] = ()


def read_chains(snapshot: Snapshot, source: str, server: str) -> dict[str, Chain]:
    """Return the pulls in force of each scope of a server."""
    chains: dict[str, Chain] = {}
    rows = snapshot.query(INGEST_SQL["pull_chain.sql"], {"source": source, "server": server})
    for pull_id, scope, import_id, cursor in rows.select("pull_id", "scope", "import_id", "cursor").iter_rows():
        chain = chains.setdefault(scope, Chain())
        chain.cursor = json.loads(cursor)
        chain.pulls += (pull_id,)
        chain.imports += (import_id,) if import_id is not None else ()
    return chains


def record_pull(
    change: Change,
    source: str,
    server: str,
    scope: str,
    cursor: Cursor,
    *,
    records: int,
    import_id: int | None,
    who: str | None,
) -> None:
    """Write down a pull; those that an undone import broke off are forgotten, because this one follows the others."""
    in_force = read_chains(change, source, server).get(scope, Chain()).pulls
    change.execute(
        "delete from pull where source = $source and server = $server and scope = $scope"
        " and not list_contains($pulls, pull_id)",
        {"source": source, "server": server, "scope": scope, "pulls": list(in_force)},
    )
    row = {
        "pull_id": int(change.query("select coalesce(max(pull_id), 0) + 1 as next from pull").item()),
        "source": source,
        "server": server,
        "scope": scope,
        "pulled_at": datetime.now(tz=UTC),
        "pulled_by": who,
        "records": records,
        "import_id": import_id,
        "cursor": json.dumps(cursor, sort_keys=True),
    }
    schema = {"import_id": pl.Int32, "pulled_by": pl.String}
    change.insert("pull", pl.DataFrame([row], schema_overrides=schema))


def list_pulled_slots(change: Change, kind: Kind, source: str, imports: Sequence[int]) -> None:
    """Leave the slots that these imports hold in the temp table `pulled_slot`."""
    change.execute(
        INGEST_SQL["pulled_slots.sql"].replace("fact_table", kind),
        {"source": source, "kind": kind, "imports": list(imports)},
    )


def holds_something_new(change: Change, import_id: int) -> bool:
    """Return whether an import holds a slot that the slots in `pulled_slot` do not have."""
    return not change.query(HELD_ELSEWHERE_SQL, {"import_id": import_id}).is_empty()


def end_gone_entries(change: Change, kind: Kind, import_id: int, covers: Sequence[Cover]) -> int:
    """Take out what earlier pulls hold (`pulled_slot`) and the covered pages of this one do not have; return how many.

    It is a statement of this import: an undo brings the entries back.
    """
    before = _count_endings(change, import_id)
    for cover in covers:
        if kind == "time_entry":
            first_on, last_on = cover.days or (None, None)
            params: dict[str, object] = {"import_id": import_id, "first_on": first_on, "last_on": last_on}
            change.execute(INGEST_SQL["gone_time.sql"], {**params, "numbers": list(cover.gone)})
        elif kind == "labeling_event":
            change.load(
                _list_covered_items(change, cover), "create or replace temp table gone_cover as from incoming_frame"
            )
            change.execute(INGEST_SQL["gone_labels.sql"], {"import_id": import_id})
    gone = _count_endings(change, import_id) - before
    if gone:
        change.execute(
            "create or replace temp table touched_slot as"
            " select distinct source, source_key from holding where import_id = $id and content_key is null",
            {"id": import_id},
        )
        projects = _list_projects(change, kind)
        resolve_slots(change, kind)
        change.rebuild_labels(projects)
    return gone


def _count_endings(change: Change, import_id: int) -> int:
    count = change.query(
        "select count(*) from holding where import_id = $id and content_key is null", {"id": import_id}
    )
    return int(count.item())


def _list_covered_items(change: Change, cover: Cover) -> pl.DataFrame:
    """Return the items of which a page is the whole truth: its own, or those that the project has no longer."""
    rows: list[tuple[str | None, str, str | None]] = [(cover.project, item, at) for item, at in cover.items]
    if cover.all_items is not None:
        stored = change.query(
            "select distinct item from labeling_event where project is not distinct from $project and item is not null",
            {"project": cover.project},
        )
        gone = set(stored.get_column("item").to_list()) - set(cover.all_items)
        rows += [(cover.project, item, None) for item in sorted(gone)]
    frame = pl.DataFrame(rows, schema={"project": pl.String, "item": pl.String, "at": pl.String}, orient="row")
    moments = pl.col("at").str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    return frame.select("project", "item", changed_at=moments.dt.replace_time_zone(None))


def _list_projects(change: Change, kind: Kind) -> list[str]:
    if kind != "labeling_event":
        return []
    touched = change.query(
        "select distinct source || '/' || coalesce(project, '') as labeling_project"
        " from labeling_event semi join touched_slot using (source, source_key) order by 1"
    )
    return touched.get_column("labeling_project").to_list()
