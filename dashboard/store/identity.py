"""Which statements of all imports are in force: one entry is one entry, whatever files it stands in.

Facts hold the statements in force, `<kind>_superseded` those that a newer one replaced. A row counts as held by the
import whose number it carries; `holding` lists who else holds a statement. From the three, `resolve_slots` works
out a slot anew, as if its imports in force were read again in their order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from dashboard.categories import build_original_name_sql
from dashboard.schemas import FRAMES, Kind
from dashboard.store.slots import Policy, Rules, SlotOutcome, Statement, replay_slot

if TYPE_CHECKING:
    from dashboard.store.snapshot import Change, Snapshot

# What an entry says beside its slot. Left out on purpose: how the file calls the person, lines, zones, derived keys.
CONTENT = {
    "time_entry": "person started_at day_on client project task description tags seconds billable category",
    "labeling_event": "item dataset project person stage outcome method suggestion started_at finished_at day_on"
    " milliseconds time_kind objects label_kind difficulty agreement gold_score model tokens cost currency automation"
    " holdout eligible answer annotation about",
    "experiment_run": "run project person started_at finished_at day_on seconds state parent_run parameters_hash metric"
    " value metrics labels_used labels_synthetic code_version seed selection modeling_hours",
    "quality_report": "report metric",
}
LATER_CONTENT = {"labeling_event": "edit_share media_milliseconds"}  # null in older rows, which keep their hash
KINDS = tuple(CONTENT)
NAMED_KINDS = ("time_entry", "labeling_event", "experiment_run")
ADD_NAMES_SQL = """
    insert into told_name
    select person, told_name, max(day_on) from {kind}
    where ($import_id is null or import_id = $import_id) and person is not null and told_name is not null
    group by 1, 2
    on conflict do update set last_on = greatest(last_on, excluded.last_on)
"""
# The number of an account is one more name of its person.
ADD_ACCOUNTS_SQL = """
    insert or ignore into told_name
    select distinct person, account, cast(null as date) from labeling_event
    where ($import_id is null or import_id = $import_id) and contains(person, '@') and account is not null
"""
ADD_ROLLED_NAMES_SQL = """
    insert into told_name
    select person_identity(null, person), person, max(day_on) from rolled_day where person is not null group by 1, 2
    on conflict do update set last_on = greatest(last_on, excluded.last_on)
"""
IN_FORCE_SCHEMA = {
    "source_key": pl.UInt64,
    "occurrence": pl.Int32,
    "content_key": pl.UInt64,
    "import_id": pl.Int32,
    "line": pl.Int64,
}
# The slots that an import holds something in.
HELD_SLOT_SQL = """
    select source, source_key from {kind} where import_id = $id
    union
    select source, source_key from {kind}_superseded where import_id = $id
    union
    select source, source_key from holding where kind = $kind and import_id = $id
"""
# Of these, the slots that somebody else holds too, but for those where taking the import out changes nothing:
# one entry, carried by an earlier import, of which nobody ever said anything else.
SHARED_SLOT_SQL = """
    with carried as (
        select source, source_key, import_id, false as is_superseded
        from {kind} semi join held_slot using (source, source_key)
        union all
        select source, source_key, import_id, true from {kind}_superseded semi join held_slot using (source, source_key)
    ), slot as (
        select
            source, source_key,
            count(*) filter (not is_superseded) as entries, bool_or(is_superseded) as is_changed,
            min(import_id) as first_import, bool_or(import_id <> $id) as has_others
        from carried group by 1, 2
    ), other as (
        select source, source_key, bool_or(import_id <> $id) as has_others, bool_or(content_key is null) as is_gone
        from holding semi join held_slot using (source, source_key) where kind = $kind group by 1, 2
    )
    select source, source_key
    from slot full join other using (source, source_key)
    where (coalesce(slot.has_others, false) or coalesce(other.has_others, false))
        and not coalesce(
            slot.entries = 1 and not slot.is_changed and slot.first_import < $id and not coalesce(other.is_gone, false),
            false
        )
"""
DETAIL = {"label_studio": 1, "mlflow_db": 1}  # formats that tell more than another one of the same tool


def content_sql(kind: str, table: str) -> str:
    """Return the SQL of the hash of an entry's content; stable, because md5 and the texts of values are."""
    columns = {name: f"{table}.{name}" for name in CONTENT[kind].split()}
    if "category" in columns:
        columns["category"] = build_original_name_sql(columns["category"])
    parts = [f"coalesce(cast({column} as varchar), chr(30))" for column in columns.values()]
    parts += [f"'{name} ' || cast({table}.{name} as varchar)" for name in LATER_CONTENT.get(kind, "").split()]
    return f"md5_number_lower(concat_ws(chr(31), {', '.join(parts)}))"


def print_sql(kind: Kind, table: str) -> str:
    """Return the SQL of a hash by which contents are compared within one statement, in a fifth of the time of md5."""
    names = [*CONTENT[kind].split(), *LATER_CONTENT.get(kind, "").split()]
    numbers = {name for name in names if FRAMES[kind].get(name) == pl.Float64}  # the text of 0.0 is not that of -0.0
    values = [f"cast({table}.{name} as varchar)" if name in numbers else f"{table}.{name}" for name in names]
    return f"hash({', '.join(values)})"


def add_names(change: Change, kind: str, import_id: int | None) -> None:
    """Add how one import, or all of them (None), calls the people of a kind of facts."""
    change.execute(ADD_NAMES_SQL.format(kind=kind), {"import_id": import_id})
    if kind == "labeling_event":
        change.execute(ADD_ACCOUNTS_SQL, {"import_id": import_id})


def add_rolled_names(change: Change) -> None:
    """Add how the events that are held as daily sums call people."""
    change.execute(ADD_ROLLED_NAMES_SQL)


def remove_rollups(change: Change, import_id: int) -> None:
    """Take the rollups of an import out, and sums that no other import names."""
    change.execute("delete from rolled_month where import_id = $id", {"id": import_id})
    change.execute("delete from rolled_day where sha256 not in (select sha256 from rolled_month)")


def remove_statements(change: Change, kind: str, import_id: int) -> list[str]:
    """Take an import out of the facts of a kind; return the labeling projects that changed because of it.

    A slot that others hold too is worked out anew, unless all of them say the same and another one carries it.
    """
    params: dict[str, object] = {"id": import_id, "kind": kind}
    change.execute(f"create or replace temp table held_slot as {HELD_SLOT_SQL.format(kind=kind)}", params)
    if not change.read_rows("select 1 from held_slot limit 1"):
        return []
    change.execute(
        f"create or replace temp table touched_slot as {SHARED_SLOT_SQL.format(kind=kind)}",
        params,
    )
    change.execute(
        "delete from holding where kind = $kind and import_id = $id"
        " and (source, source_key) not in (select source, source_key from touched_slot)",
        params,
    )
    for table in (kind, f"{kind}_superseded"):
        change.execute(
            f"delete from {table} where import_id = $id"  # noqa: S608 - own names
            " and (source, source_key) not in (select source, source_key from touched_slot)",
            {"id": import_id},
        )
    return list_touched_projects(change, kind) if resolve_slots(change, kind, left_out=import_id) else []


def has_touched_slots(change: Change) -> bool:
    """Return whether any slot is to be worked out: for none, a dozen statements need not be planned."""
    return bool(change.read_rows("select 1 from touched_slot limit 1"))


def list_touched_projects(change: Change, kind: str) -> list[str]:
    """Return the labeling projects of the slots that were worked out last, as `source/project`."""
    if kind != "labeling_event":
        return []
    touched = change.query(
        "select distinct source || '/' || coalesce(project, '') as labeling_project from pool order by 1"
    )
    return touched.get_column("labeling_project").to_list()


def resolve_slots(change: Change, kind: str, left_out: int | None = None) -> dict[int, SlotOutcome]:
    """Work out the slots in the temp table `touched_slot` (source, source_key) anew; return what each became.

    `left_out`: an import that counts no longer. Rollups of the imports concerned are made anew.
    """
    if not has_touched_slots(change):
        return {}
    load_statements(change, kind, left_out)
    outcomes = replay_statements(change)
    write_slots(change, kind, outcomes)
    return outcomes


def load_statements(change: Change, kind: str, left_out: int | None) -> None:
    """Load all rows of the touched slots (`pool`) and who holds which of them (`statement`)."""
    content = content_sql(kind, "fact")
    change.execute(
        f"""
        create or replace temp table pool as
        select fact.*, {content} as content_key from {kind} as fact semi join touched_slot using (source, source_key)
        union all by name
        select fact.*, {content} as content_key
        from {kind}_superseded as fact semi join touched_slot using (source, source_key)
        """  # noqa: S608 - own names
    )
    change.execute(
        """
        create or replace temp table statement as
        select import_id, source, source_key, content_key, line, changed_at
        from pool
        where import_id is distinct from $left_out
        union all
        select import_id, source, source_key, content_key, line, changed_at
        from holding semi join touched_slot using (source, source_key)
        where kind = $kind and import_id is distinct from $left_out
        """,
        {"kind": kind, "left_out": left_out},
    )


@dataclass(frozen=True)
class OpenImport:
    """An import that is being read: its number, its importer and how it meets known entries."""

    import_id: int
    importer: str
    rules: Rules = field(default_factory=Rules)


def replay_statements(change: Change, open_import: OpenImport | None = None) -> dict[int, SlotOutcome]:
    """Return what each touched slot becomes, from the loaded statements."""
    rules, detail = read_histories(change)
    if open_import:
        rules[open_import.import_id] = open_import.rules
        detail[open_import.import_id] = DETAIL.get(open_import.importer, 0)
    by_slot: dict[int, list[Statement]] = {}
    rows = change.query("select source_key, import_id, line, content_key, changed_at from statement order by 1, 2, 3")
    for source_key, import_id, line, content, changed_at in rows.iter_rows():
        statement = Statement(import_id, line, content, changed_at, detail.get(import_id, 0))
        by_slot.setdefault(source_key, []).append(statement)
    return {source_key: replay_slot(statements, rules) for source_key, statements in by_slot.items()}


def read_histories(snapshot: Snapshot) -> tuple[dict[int, Rules], dict[int, int]]:
    """Return for each import how it meets known entries, and how much its format tells."""
    imports = snapshot.query("select import_id, source, answers from import order by import_id").rows()
    rules = {number: read_rules(answers) for number, _, answers in imports}
    return rules, {number: DETAIL.get(source, 0) for number, source, _ in imports}


def read_rules(answers: str | None) -> Rules:
    """Return how an import meets known entries, from its recorded answers."""
    recorded = json.loads(answers) if answers else {}
    edited: Policy = "keep" if recorded.get("edited") == "keep" else "replace"
    return Rules(edited=edited, replaces_period=bool(recorded.get("replace_period")))


def write_slots(change: Change, kind: str, outcomes: dict[int, SlotOutcome]) -> None:
    """Write the touched slots: statements in force, superseded ones, and who else holds them."""
    entries = [
        (source_key, place, entry.content, entry.import_id, entry.line)
        for source_key, outcome in outcomes.items()
        for place, entry in enumerate(outcome.entries, start=1)
    ]
    frame = pl.DataFrame(entries, schema=IN_FORCE_SCHEMA, orient="row")
    change.load(frame, "create or replace temp table in_force as select * from incoming_frame")
    params: dict[str, object] = {"kind": kind}
    concerned = change.query("select distinct import_id from pool union select import_id from in_force order by 1")
    for table in (kind, f"{kind}_superseded"):
        change.execute(
            f"delete from {table} using touched_slot as touched"  # noqa: S608 - own names
            f" where {table}.source = touched.source and {table}.source_key = touched.source_key"
        )
    change.execute(
        "delete from holding using touched_slot as touched where holding.kind = $kind"
        " and holding.source = touched.source and holding.source_key = touched.source_key",
        params,
    )
    one_row = (
        "select * from pool qualify row_number() over (partition by source_key, content_key order by import_id) = 1"
    )
    change.execute(
        f"""
        insert into {kind} by name
        select pool.* exclude (content_key, import_id, line, occurrence), entry.import_id, entry.line, entry.occurrence
        from in_force as entry inner join ({one_row}) as pool using (source_key, content_key)
        """  # noqa: S608 - own names
    )
    change.execute(
        f"""
        insert into {kind}_superseded by name
        select
            pool.* exclude (content_key, import_id, line, occurrence), holder.import_id, holder.line, 1 as occurrence
        from ({one_row}) as pool
        inner join (
            select source_key, content_key, min(import_id) as import_id, arg_min(line, import_id) as line
            from statement where content_key is not null group by 1, 2
        ) as holder using (source_key, content_key)
        anti join in_force using (source_key, content_key)
        """  # noqa: S608 - own names
    )
    change.execute(
        f"""
        insert into holding by name
        with held as (
            select
                import_id, source, source_key, content_key, line, changed_at,
                row_number() over (partition by import_id, source_key, content_key, line) as number
            from statement
        ), carried as (
            select import_id, source_key, {content_sql(kind, "fact")} as content_key, line
            from {kind} as fact semi join touched_slot using (source, source_key)
            union all
            select import_id, source_key, {content_sql(kind, "fact")} as content_key, line
            from {kind}_superseded as fact semi join touched_slot using (source, source_key)
        ), numbered as (
            select *, row_number() over (partition by import_id, source_key, content_key, line) as number from carried
        )
        select held.import_id, $kind as kind, held.source, held.source_key, held.content_key, held.line, held.changed_at
        from held
        left join numbered
            on numbered.import_id = held.import_id and numbered.source_key = held.source_key
            and numbered.content_key = held.content_key and numbered.line = held.line and numbered.number = held.number
        where numbered.import_id is null
        """,  # noqa: S608 - own names
        params,
    )
    for import_id in concerned.get_column("import_id").to_list():
        change.renew_rollups(import_id)
