"""Whose entries the rows of a file are: the e-mail decides, else the one known e-mail of a name, else the name."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from dashboard.errors import BadMapping, QuestionNeeded, shorten_quote
from dashboard.schemas import Kind
from dashboard.store.engine import read_sql_files
from dashboard.store.identity import NAMED_KINDS, add_names, content_sql
from dashboard.store.snapshot import Change
from dashboard.units import count_noun

INGEST_SQL = dict(read_sql_files("ingest"))
HAS_NAMES_SQL = "select 1 from told_name where not contains(person, '@') limit 1"  # people without an e-mail
# The slot of a row without an id of its own, by kind.
SLOT_SQL = {
    "time_entry": "time_entry_slot(native_id, address, started_at, day_on, project, task)",
    "labeling_event": "labeling_event_slot(native_id, project, item, address, stage, started_at, finished_at, day_on)",
    "experiment_run": "experiment_run_slot(native_id, run, project, started_at)",
}


def parse_people(answer: str | None) -> tuple[str | None, dict[str, str]]:
    """Return who has the rows without a name, and the e-mail of each name that was answered.

    Raises:
        BadMapping: two people for the rows without a name.
    """
    anybody: str | None = None
    addresses: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in (answer or "").split(";"))):
        name, has_name, address = part.rpartition("=")
        if has_name:
            addresses[name.strip()] = address.strip()
        elif anybody is not None:
            raise BadMapping(f"Rows without a name cannot be those of both {anybody} and {part}.", "Name one person.")
        else:
            anybody = part
    return anybody, addresses


def name_people(frame: pl.DataFrame, answer: str | None) -> pl.DataFrame:
    """Return rows with the people that the lead named; a person with @ is an e-mail."""
    anybody, addresses = parse_people(answer)
    if anybody:
        is_nameless = pl.col("person").is_null() & pl.col("email").is_null()
        if "method" in frame.columns:  # what a machine made, or a script brought in, is nobody's work
            is_nameless &= ~pl.col("method").is_in(["automatic", "imported"])
        column = "email" if "@" in anybody else "person"
        frame = frame.with_columns(pl.when(is_nameless).then(pl.lit(anybody)).otherwise(column).alias(column))
    if addresses:
        answered = pl.col("person").replace_strict(addresses, default=None, return_dtype=pl.String)
        frame = frame.with_columns(email=pl.coalesce("email", answered))
    return frame


def check_people(change: Change, kind: Kind, import_id: int, name: str) -> None:
    """Ask whose entries a file holds that names nobody, or a name that several known people have.

    Raises:
        QuestionNeeded: somebody has to say it.
    """
    if kind not in NAMED_KINDS:
        return
    params: dict[str, object] = {"import_id": import_id}
    if kind == "time_entry":
        ((rows, named),) = change.read_rows(
            "select count(*), count(person) from time_entry where import_id = $import_id", params
        )
        if rows and not named:
            raise QuestionNeeded(
                "person",
                f"{name} names nobody: whose work is it ({count_noun(rows, 'entry')})?",
                "Name the person, by e-mail where there is one.",
            )
    for name_of_several, addresses in change.read_rows(
        INGEST_SQL["shared_names.sql"].replace("fact_table", kind), params
    ):
        known_name = shorten_quote(name_of_several)
        raise QuestionNeeded(
            "person",
            f"{name} calls somebody {known_name!r} without an e-mail, and the store knows {addresses} by that name.",
            f"Say which of them it is, as {known_name}=E-MAIL.",
        )


def add_people(change: Change, kind: Kind, import_id: int) -> None:
    """Add how an import calls people; who was matched by a name stays so, whoever else has the name from now on."""
    change.execute(INGEST_SQL["earlier_match.sql"])
    add_names(change, kind, import_id)
    adopt_addresses(change, import_id)
    change.execute(INGEST_SQL["keep_matches.sql"])


def describe_addresses(change: Change, kind: Kind) -> Iterator[str]:
    """Yield which new e-mails have the name of a person, and which of them are that person."""
    if kind not in NAMED_KINDS:
        return
    for name, new, known in change.read_rows(INGEST_SQL["second_addresses.sql"]):
        person = shorten_quote(name)
        kept = f" Still counted as {person}: {known}." if known else ""
        yield (
            f"{person} has several e-mails now.{kept} Counted as somebody else, without role and weekly hours: {new}."
            f" If it is the same person, match it to {person} under People."
        )


def adopt_addresses(change: Change, import_id: int) -> None:
    """Give earlier rows that have only a name the e-mail that this import tells for it, where it is the only one.

    Their slots move with them, so that the same entries are known again.
    """
    if not change.read_rows(HAS_NAMES_SQL):
        return
    change.execute(INGEST_SQL["new_addresses.sql"], {"import_id": import_id})
    if not change.read_value("select count(*) from new_address"):
        return
    imports: set[int] = set()
    for kind in NAMED_KINDS:
        for table in (kind, f"{kind}_superseded"):
            imports |= adopt_in_table(change, kind, table)
    for earlier_id in sorted(imports - {import_id}):
        change.renew_rollups(earlier_id)
        change.rebuild_labels(change.labeling_projects(earlier_id))
    change.rebuild_names()


def adopt_in_table(change: Change, kind: str, table: str) -> set[int]:
    """Give the rows of one table their people's e-mails; return the imports that they are of.

    What other imports hold of them gets the new keys too.
    """
    change.execute(
        f"""
        create or replace temp table adopted as
        select
            fact.rowid as row_id, fact.import_id, fact.source, fact.source_key as old_key,
            {content_sql(kind, "fact")} as old_content,
            address, case when fact.native_id is null then {SLOT_SQL[kind]} else fact.source_key end as new_key
        from {table} as fact inner join new_address on new_address.name = fact.person
        """  # noqa: S608 - own names
    )
    change.execute(
        f"update {table} set person = address, source_key = new_key from adopted where {table}.rowid = row_id"  # noqa: S608
    )
    change.execute(
        f"""
        update holding set source_key = moved.new_key, content_key = moved.new_content
        from (
            select distinct adopted.source, old_key, old_content, new_key, {content_sql(kind, "fact")} as new_content
            from adopted inner join {table} as fact on fact.rowid = adopted.row_id
        ) as moved
        where holding.kind = $kind and holding.source = moved.source and holding.source_key = moved.old_key
            and holding.content_key = moved.old_content
        """,  # noqa: S608 - own names
        {"kind": kind},
    )
    return set(change.query("select distinct import_id from adopted order by 1").get_column("import_id"))
