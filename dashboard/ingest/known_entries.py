"""How the rows of an import meet the entries that the store has: known, changed, edited, new, or no longer there."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from dashboard.errors import BadMapping, QuestionNeeded, shorten_quote
from dashboard.importers.contract import Importer, Settings
from dashboard.importers.mapped_tables import MAPPED_IMPORTERS
from dashboard.ingest.claimed_ids import check_meant_entries
from dashboard.schemas import Kind
from dashboard.store.engine import read_sql_files
from dashboard.store.identity import (
    OpenImport,
    content_sql,
    has_touched_slots,
    list_touched_projects,
    load_statements,
    print_sql,
    replay_statements,
    write_slots,
)
from dashboard.store.slots import Rules, SlotOutcome
from dashboard.store.snapshot import Change
from dashboard.units import count_noun

INGEST_SQL = dict(read_sql_files("ingest"))
LISTED = 5  # entries that a message names
SHOWN_CHANGES = 200
NATIVE_TOOLS = {"native_time", "native_labeling", "native_runs"}
CLAIMED_IDS = {
    *NATIVE_TOOLS,
    *(importer.tool for importer in MAPPED_IMPORTERS),
}  # a person's file or mapping claims them
COVERED_KINDS = {"time_entry", "labeling_event"}  # exports of runs are searches, which cover nothing
TEXT_COLUMNS = {
    "time_entry": "coalesce(told_name, person) as person, day_on, started_local, project, task, description, seconds",
    "labeling_event": "coalesce(told_name, person) as person, day_on, project, dataset, item, outcome, method,"
    " milliseconds",
    "experiment_run": "coalesce(told_name, person) as person, day_on, project, run, state, metric, value",
    "quality_report": "report, metric",
}

COVERED_ITEMS_SQL = (
    "create or replace temp table covered_item as"
    " select distinct item from labeling_event where import_id = $import_id and project is null"
)
HAS_OTHERS_SQL = """
    select exists (from {kind} where source = $source and import_id <> $import_id)
        or exists (from {kind}_superseded where source = $source and import_id <> $import_id)
"""
HAS_DRAFTS_SQL = "select 1 from labeling_event where source = $source and outcome = 'draft' limit 1"
CLOCK_COLUMNS = {  # the tool's id, and the instant that identifies an entry without one
    "time_entry": ("native_id", "started_at"),
    "labeling_event": ("native_id", "coalesce(started_at, finished_at)"),
    "experiment_run": ("native_id", "started_at"),
    "quality_report": ("null", "null"),
}


@dataclass(frozen=True)
class Meeting:
    """What an import met: counts of its rows, and entries of its days that it does not have."""

    duplicate: int = 0
    changed: int = 0  # all that replace an earlier statement
    edited: int = 0  # of these, those that only person and start, or the day, identify
    older: int = 0  # older than what the store has
    kept: int = 0  # they look edited, and were kept beside the earlier entries
    answered: int = 0  # of the entries that look edited, those that only the lead's answer decided
    missing: int = 0
    missing_seconds: int = 0
    changes: pl.DataFrame = field(default_factory=pl.DataFrame)  # before and after, in pairs
    projects: tuple[str, ...] = ()  # labeling projects whose entries changed, as `source/project`


def meet_known_entries(
    change: Change, importer: Importer, import_id: int, name: str, settings: Settings, *, is_open: bool
) -> Meeting:
    """Match the rows of an import with what the store has, and put each where it belongs.

    `is_open` says that the answer about edited entries was not given for this file.

    Raises:
        BadMapping: rows share what should be an id and differ.
        QuestionNeeded: entries with days only, or with ids of a person's file, which may be edited ones or others.
    """
    kind, source = importer.kind, importer.tool
    repeated = number_places(change, kind, import_id, source)
    list_covered(change, kind, import_id)
    if source == "label_studio":
        change.execute(INGEST_SQL["keys_with_project.sql"], {"import_id": import_id})
    same = set_known_aside(change, kind, import_id, source)
    if kind == "labeling_event":
        end_submitted_drafts(change, import_id, source)
    rules = Rules(edited="keep" if settings.edited == "keep" else "replace", replaces_period=settings.replace_period)
    own = OpenImport(import_id, importer.name, rules)
    outcomes, slots = settle_met_slots(change, kind, name, settings, own)
    results = outcomes.values()
    changed = sum(len(outcome.replaced) for outcome in results)
    changes = list_changes(change, kind, outcomes) if changed else pl.DataFrame()
    is_claimed = source in CLAIMED_IDS
    is_asked = not settings.is_part and (is_open or settings.edited != "replace")
    if changed and is_asked and (is_claimed or kind == "labeling_event"):
        check_meant_entries(changes, name, is_claimed=is_claimed)
    projects = list_touched_projects(change, kind) if outcomes else []
    missing, seconds, ended = (0, 0, []) if settings.is_part else find_missing(change, kind, source, own)
    return Meeting(
        duplicate=repeated + same + sum(outcome.known + outcome.older for outcome in results),
        changed=changed,
        edited=sum(len(outcome.replaced) for key, outcome in outcomes.items() if slots[key] != "id"),
        older=sum(outcome.older for outcome in results),
        kept=sum(outcome.kept for outcome in results),
        answered=sum(len(outcome.replaced) + outcome.kept for key, outcome in outcomes.items() if slots[key] == "day"),
        missing=missing,
        missing_seconds=seconds,
        changes=changes,
        projects=(*projects, *ended),
    )


def settle_met_slots(
    change: Change, kind: Kind, name: str, settings: Settings, own: OpenImport
) -> tuple[dict[int, SlotOutcome], dict[int, str]]:
    """Put the rows of the slots that the store knew where they belong.

    Returns what each slot became, and what identifies its entries. Raises as `check_edits`.
    """
    if not has_touched_slots(change):
        return {}, {}
    load_statements(change, kind, None)
    outcomes = replay_statements(change, own)
    slots = classify_slots(change, kind)
    check_edits(change, kind, name, settings, outcomes, slots)
    write_slots(change, kind, outcomes)
    return outcomes, slots


def meet_itself(change: Change, importer: Importer, import_id: int) -> Meeting:
    """Return what the file of an import meets when it comes again, where each of its rows is in force."""
    known = change.read_value(f"select count(*) from {importer.kind} where import_id = $id", {"id": import_id})  # noqa: S608 - own names
    list_covered(change, importer.kind, import_id)
    missing, seconds, _ = find_missing(change, importer.kind, importer.tool, OpenImport(import_id, importer.name))
    return Meeting(duplicate=int(known), missing=missing, missing_seconds=seconds)


def list_covered(change: Change, kind: Kind, import_id: int) -> None:
    """List the days, people, projects and items that a file covers: only there can an entry be missing."""
    params: dict[str, object] = {"import_id": import_id}
    if kind in COVERED_KINDS:
        change.execute(INGEST_SQL["covered_days.sql"].replace("fact_table", kind), params)
    if kind == "labeling_event":
        change.execute(COVERED_ITEMS_SQL, params)


def number_places(change: Change, kind: Kind, import_id: int, source: str) -> int:
    """Set the place of each row in its slot; of rows that share an id the newest stays, the others are counted.

    Raises:
        BadMapping: rows of a file or mapping that names an id share it and differ.
    """
    content = content_sql(kind, "fact")
    has_id = "native_id is not null" if kind != "quality_report" else "false"
    change.execute(
        f"""
        create or replace temp table place as
        with repeated as (
            select source_key from {kind} where import_id = $import_id group by source_key having count(*) > 1
        )
        select
            fact.rowid as row_id, fact.source_key, {has_id} as has_id, line,
            row_number() over (partition by source_key order by line, fact.rowid) as number,
            row_number() over (partition by source_key, {content} order by line, fact.rowid) as repetition,
            changed_at
        from {kind} as fact semi join repeated using (source_key)
        where import_id = $import_id
        """,  # noqa: S608 - own names
        {"import_id": import_id},
    )
    if not change.read_rows("select 1 from place limit 1"):  # no two rows share a slot
        return 0
    if source in CLAIMED_IDS:
        check_claimed_ids(change)
    change.execute(
        "create or replace temp table earlier_state as select row_id from place where has_id qualify row_number() over"
        " (partition by source_key order by repetition > 1, changed_at desc nulls last, line desc) > 1"
    )
    dropped = change.read_value("select count(*) from earlier_state")
    change.execute(f"delete from {kind} using earlier_state where {kind}.rowid = row_id")  # noqa: S608 - own names
    change.execute(
        f"update {kind} set occurrence = number from place"  # noqa: S608 - own names
        f" where {kind}.rowid = row_id and number > 1 and not has_id"
    )
    return int(dropped)


def check_claimed_ids(change: Change) -> None:
    """Refuse an id column whose rows share an id and differ.

    Raises:
        BadMapping: there are such rows; the message names them.
    """
    clashes = change.read_rows(
        "select string_agg(line, ' and ' order by line) as lines from place where has_id and repetition = 1"
        " group by source_key having count(*) > 1 order by min(line)"
    )
    if clashes:
        examples = "; ".join(f"lines {lines}" for (lines,) in clashes[:LISTED])
        raise BadMapping(
            f"The column taken for the id is none: {len(clashes)} of its values stand in rows that differ"
            f" ({examples}).",
            "Leave native_id out of the mapping, or name the column whose values are unique.",
        )


def set_known_aside(change: Change, kind: Kind, import_id: int, source: str) -> int:
    """Take out the rows whose slots hold exactly the same already; leave the other known slots in `touched_slot`.

    Returns the number of rows taken out; the import is recorded as one more holder of each.
    """
    if not has_others(change, kind, import_id, source):
        change.execute("create or replace temp table touched_slot (source varchar, source_key ubigint)")
        return 0
    known_slots = INGEST_SQL["known_slots.sql"].replace("fact_table", kind)
    change.execute(
        known_slots.replace("content_print", print_sql(kind, "fact")), {"import_id": import_id, "source": source}
    )
    change.execute(
        "create or replace temp table touched_slot as select source, source_key from met_slot where not is_same"
    )
    known = int(change.read_value("select coalesce(sum(entries) filter (is_same), 0) from met_slot"))
    if known:
        is_known = "import_id = $import_id and source_key in (select source_key from met_slot where is_same)"
        change.execute(
            f"""
            insert into holding by name
            select
                import_id, $kind as kind, source, source_key, {content_sql(kind, "fact")} as content_key, line,
                changed_at
            from {kind} as fact
            where {is_known}
            """,  # noqa: S608 - own names
            {"import_id": import_id, "kind": kind},
        )
        change.execute(f"delete from {kind} where {is_known}", {"import_id": import_id})  # noqa: S608 - own names
    return known


def has_others(change: Change, kind: Kind, import_id: int, source: str) -> bool:
    """Return whether other imports say anything of a tool's entries."""
    parameters: dict[str, object] = {"import_id": import_id, "source": source}
    return bool(change.read_value(HAS_OTHERS_SQL.format(kind=kind), parameters))


def end_submitted_drafts(change: Change, import_id: int, source: str) -> None:
    """End the drafts that became labels, and add their slots to `touched_slot`: the label tells their time again."""
    if not change.read_rows(HAS_DRAFTS_SQL, {"source": source}):
        return
    change.execute(INGEST_SQL["submitted_drafts.sql"], {"import_id": import_id, "source": source})
    change.execute("insert into holding by name select * exclude (is_known) from ended_draft where not is_known")
    change.execute(
        "insert into touched_slot select distinct source, source_key from ended_draft"
        " anti join touched_slot using (source, source_key)"
    )


def classify_slots(change: Change, kind: Kind) -> dict[int, str]:
    """Return what identifies the entries of each touched slot: an id, a clock, or only a day."""
    native_id, clock = CLOCK_COLUMNS[kind]
    rows = change.query(
        f"""
        select source_key, case
            when bool_or({native_id} is not null) then 'id'
            when bool_or({clock} is not null) then 'clock' else 'day' end as what
        from pool group by 1 order by 1
        """  # noqa: S608 - own names
    )
    return dict(rows.iter_rows())


def check_edits(
    change: Change,
    kind: Kind,
    name: str,
    settings: Settings,
    outcomes: dict[int, SlotOutcome],
    slots: dict[int, str],
) -> None:
    """Ask where a row may be an edited entry or another one.

    Raises:
        QuestionNeeded: nobody said yet whether such entries are replaced or kept beside each other.
    """
    if settings.edited in ("replace", "keep") or kind != "time_entry":
        return
    open_edits = {
        key: outcome
        for key, outcome in outcomes.items()
        if outcome.replaced and (settings.edited == "ask" or slots[key] == "day")
    }
    if not open_edits:
        return
    pairs = list_changes(change, kind, open_edits).filter(pl.col("version") == "after").head(LISTED)
    entries = "; ".join(
        f"line {row['line']}: {shorten_quote(row['person'] or 'nobody named')}, {row['day_on']}, "
        f"{shorten_quote(row['project'] or 'no project')}"
        for row in pairs.iter_rows(named=True)
    )
    count = sum(len(outcome.replaced) for outcome in open_edits.values())
    raise QuestionNeeded(
        "edited",
        f"{name}: edited entries, or others on the same day? {count_noun(count, 'entry')}: {entries}.",
        "Say --edited replace if the file's version counts, or --edited keep if both are entries of their own.",
    )


def list_changes(change: Change, kind: Kind, outcomes: dict[int, SlotOutcome]) -> pl.DataFrame:
    """Return the replaced entries, before and after one below the other: pair, version, line, and what they say."""
    pairs = [
        (number, version, key, statement.content, statement.line)
        for number, (key, before_after) in enumerate(
            ((key, pair) for key, outcome in outcomes.items() for pair in outcome.replaced), start=1
        )
        for version, statement in zip(("before", "after"), before_after, strict=True)
    ][: 2 * SHOWN_CHANGES]
    schema = {
        "pair": pl.Int64,
        "version": pl.String,
        "source_key": pl.UInt64,
        "content_key": pl.UInt64,
        "line": pl.Int64,
    }
    change.load(
        pl.DataFrame(pairs, schema=schema, orient="row"),
        "create or replace temp table change_pair as select * from incoming_frame",
    )
    columns = TEXT_COLUMNS[kind]
    return change.query(
        f"""
        select pair, version, change_pair.line, {columns}
        from change_pair
        inner join (
            select * exclude (line) from pool
            qualify row_number() over (partition by source_key, content_key order by import_id) = 1
        ) as pool using (source_key, content_key)
        order by pair, version desc
        """  # noqa: S608 - own names
    )


def find_missing(change: Change, kind: Kind, source: str, own: OpenImport) -> tuple[int, int, list[str]]:
    """Return how many entries, and seconds, of the days, people and projects of the file are not in it.

    Where the import is the whole truth for its days, they are taken out of force; their labeling projects come third.
    """
    if kind not in COVERED_KINDS:
        return 0, 0, []
    params: dict[str, object] = {"import_id": own.import_id, "source": source, "kind": kind}
    if not has_others(change, kind, own.import_id, source):
        return 0, 0, []
    change.execute(INGEST_SQL["missing_slots.sql"].replace("fact_table", kind), params)
    if kind == "labeling_event":
        change.execute(INGEST_SQL["foreign_slots.sql"], {"import_id": own.import_id, "source": source})
    length = "seconds" if kind == "time_entry" else "coalesce(milliseconds, 0) // 1000"
    ((missing, seconds),) = change.read_rows(
        f"select count(*), cast(coalesce(sum({length}), 0) as bigint) from {kind}"  # noqa: S608 - own names
        " semi join touched_slot using (source, source_key)"
    )
    is_ended = own.rules.replaces_period and has_touched_slots(change)
    if is_ended:
        change.execute(
            "insert into holding by name"
            " select $import_id as import_id, $kind as kind, source, source_key, null as content_key, 0 as line,"
            " null as changed_at from touched_slot",
            {"import_id": own.import_id, "kind": kind},
        )
        load_statements(change, kind, None)
        write_slots(change, kind, replay_statements(change, own))
    return int(missing), int(seconds), list_touched_projects(change, kind) if is_ended else []
