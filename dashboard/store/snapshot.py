"""`Snapshot`: a published generation to read from. `Change`: a generation in the making to write to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import polars as pl

from dashboard.errors import BadMapping
from dashboard.store.cache import ANY_STATE, CACHE, StoreState
from dashboard.store.category_rules import RULE_COLUMNS, Rule, build_decision_sql, check_rules
from dashboard.store.engine import (
    FACT_TABLES,
    define_vocabulary,
    fetch_rows,
    migrate_schema,
    read_search_path,
    read_sql_files,
)
from dashboard.store.identity import (
    KINDS,
    NAMED_KINDS,
    add_names,
    add_rolled_names,
    remove_rollups,
    remove_statements,
)

EVENTS_PER_CHUNK = 500_000  # labels are derived in chunks of about this many events, to bound memory
HAS_UNCATEGORIZED_SQL = """
    select 1 from time_entry
    where ($import_id is null or import_id = $import_id)
        and activity_key not in (select activity_key from activity where scheme = $scheme)
    limit 1
"""
# What rules look at, and a print of all of it, whatever its order.
GATHER_TEXTS_SQL = """
    create or replace temp table rule_text as
    with firsts as (
        select activity_key, min(rowid) as first_row
        from time_entry
        where $import_id is null or import_id = $import_id
        group by activity_key
    ), uncategorized as (
        select first_row from firsts
        where activity_key not in (select activity_key from activity where scheme = $scheme)
    )
    select activity_key, source, coalesce(told_name, person) as person, client, project, task, description, tags
    from time_entry semi join uncategorized on time_entry.rowid = uncategorized.first_row
"""
PRINT_TEXTS_SQL = """
    with texts as (
        select hash(activity_key, source, person, client, project, task, description, tags) as print from rule_text
    )
    select count(*) as texts, sum(cast(print as hugeint)) as total, bit_xor(print) as parity from texts
"""
# The words of all texts, each once: what stands between signs, digits and blanks of ASCII.
JOIN_WORDS_SQL = """
    select coalesce(string_agg(word, ' '), '')
    from (
        select distinct unnest(string_split_regex(
            concat_ws(' ', source, person, client, project, task, description, tags), '[\\x00-@\\[-`{-\\x7f]+'
        )) as word
        from rule_text
    )
"""
# Among so many texts and characters, words are found in less time than it takes to run the rules that look for them.
MOST_TEXTS, MOST_CHARACTERS = 100_000, 100_000
# A text whose rule only suggests stays uncategorized, and keeps the position of that rule.
CATEGORIZE_SQL = """
    insert into activity
    select $scheme, activity_key, if(rule.effect = 'decides', rule.category, 'uncategorized'), rule.position
    from incoming_frame as decided
    left join category_rule as rule on rule.scheme = $scheme and rule.position = decided.position
"""
IS_TOUCHED_SQL = "$touched is null or list_contains($touched, source || '/' || {})"


# Whatever decides who overlaps beside the entries: the rule in force, and who is one person.
PRINT_OVERLAPS_SQL = """
    select md5(concat(overlap_rule(), (
        select string_agg(concat_ws(chr(31), person, person_name), chr(30) order by person) from named_person
    ))) as print
"""
NEW_CUTS_SQL = """
    create or replace temp table new_cut as
    select import_id, source, source_key, occurrence, day_on, seconds from overlap_taken where rule = $rule
"""
# Equal sums of the hashes are equal cuts: as unlikely to mislead as one hash, and in a tenth of the time of a set.
RECUT_IMPORTS_SQL = """
    with cut as (
        select 1 as side, import_id, source, source_key, occurrence, day_on, seconds from new_cut
        union all
        select -1 as side, import_id, source, source_key, occurrence, day_on, seconds from overlap_cut
    )
    select import_id
    from cut
    group by 1
    having sum(side) <> 0 or sum(side * cast(hash(source, source_key, occurrence, day_on, seconds) as hugeint)) <> 0
    order by 1
"""
OVERLAP_RULE = "overlap_rule"  # the setting that names the rule in force; without it, both entries count in full
OVERLAP_PRINT = "overlap_print"  # the setting that tells for what the cuts were last made
FACTS_ARE_READ_ONLY = 'on database "facts" which is attached in read-only mode'


class Snapshot:
    """A read-only view of one generation; each query has its own cursor."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, generation: int, search_path: str, state: StoreState | None = None
    ) -> None:
        self._con = con
        self._search_path = search_path
        self.generation = generation
        self.state = state  # what the cache knows it by; None while a change is not published

    def query(self, sql: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        """Run a select with named parameters and return its rows."""
        with self._open_cursor() as cursor:
            return fetch_rows(cursor, sql, params)

    def read_rows(self, sql: str, params: dict[str, object] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of a select that has few: DuckDB binds it once, and for a frame twice."""
        with self._open_cursor() as cursor:
            return cursor.execute(sql, params or {}).fetchall()

    def read_value(self, sql: str, params: dict[str, object] | None = None) -> Any:  # noqa: ANN401 - of any column
        """Return the one value of a select that has one row."""
        ((value,),) = self.read_rows(sql, params)
        return value

    @contextmanager
    def _open_cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._con.cursor()
        try:
            cursor.execute(f"set search_path = '{self._search_path}'")
            yield cursor
        finally:
            cursor.close()

    def read_setting(self, key: str) -> str | None:
        """Return a value from the store's key-value table, or None. A page asks for many: all are read at once."""
        sql = "select key, value from meta order by key"
        settings = CACHE.recall(self.state, "settings", lambda: dict(self.read_rows(sql)))
        value = settings.get(key)
        return None if value is None else str(value)


class Change(Snapshot):
    """A generation in the making: its changes are published together or not at all.

    The facts are those of the generation before, read-only, until the first statement that changes them: it makes
    `copy_facts` run, and runs again on the copy.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, generation: int, copy_facts: Callable[[], None]) -> None:
        super().__init__(con, generation, read_search_path(con))
        self.copy_facts = copy_facts

    @contextmanager
    def _open_cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        yield self._con  # which alone sees the change's temporary tables

    def execute(self, sql: str, params: dict[str, object] | None = None) -> None:
        """Run one statement with named parameters and wait for it: DuckDB 2 returns before a large one ends."""
        try:
            self._con.execute(sql, params or {}).fetchall()
        except duckdb.InvalidInputException as error:
            if FACTS_ARE_READ_ONLY not in str(error):
                raise
            self.copy_facts()
            self._con.execute(sql, params or {}).fetchall()

    def load(self, frame: pl.DataFrame, sql: str, params: dict[str, object] | None = None) -> None:
        """Run a statement that reads a frame as `incoming_frame`; instants become UTC without a zone."""
        zoned = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and dtype.time_zone]
        plain = frame.with_columns(pl.col(zoned).dt.convert_time_zone("UTC").dt.replace_time_zone(None))
        self._con.register("incoming_frame", plain)
        try:
            self.execute(sql, params)
        finally:
            self._con.unregister("incoming_frame")

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Append a frame to a table; columns are matched by name."""
        self.load(frame, f'insert into "{table}" by name select * from incoming_frame')  # noqa: S608 - own names

    def save_setting(self, key: str, value: str) -> None:
        """Write a value to the store's key-value table."""
        self.execute("insert or replace into meta values ($key, $value)", {"key": key, "value": value})

    def drop_setting(self, key: str) -> None:
        """Remove a value from the store's key-value table."""
        self.execute("delete from meta where key = $key", {"key": key})

    def log(self, what: str, detail: str = "", who: str | None = None) -> None:
        """Write a line of the audit log."""
        self.execute(
            "insert into audit_log values (cast(now() as timestamp), $who, $what, $detail)",
            {"who": who, "what": what, "detail": detail},
        )

    def assign_categories(self, scheme: str = "activity", import_id: int | None = None) -> None:
        """Assign categories by the scheme's ordered rules to texts (of one import, or all) that have none yet."""
        if self.read_rows(HAS_UNCATEGORIZED_SQL, {"scheme": scheme, "import_id": import_id}):
            self._apply_rules(scheme, import_id)

    def _apply_rules(self, scheme: str, import_id: int | None) -> None:
        """Assign categories as `assign_categories` does; also without texts, so that a bad pattern is refused.

        Raises:
            BadMapping: a pattern that the store's regular expressions cannot run.
        """
        ordered = self.read_rows(
            f"select {', '.join(RULE_COLUMNS)} from category_rule where scheme = $scheme order by position",  # noqa: S608 - own names
            {"scheme": scheme},
        )
        rules = check_rules(tuple(ordered))
        self.execute(GATHER_TEXTS_SQL, {"scheme": scheme, "import_id": import_id})
        decided = self._decide_texts(rules, is_check=import_id is None)
        self.load(decided, CATEGORIZE_SQL, {"scheme": scheme})
        self.execute("drop table rule_text")

    def _decide_texts(self, rules: tuple[Rule, ...], *, is_check: bool) -> pl.DataFrame:
        """Return the position of the rule that decides each text in `rule_text`, or null; raises as `_apply_rules`.

        Compiling the rules takes a seventh of a second, so an import is not sorted anew that its preview has sorted.
        Rules whose words the texts do not hold are left out, but no regular expression where it is to be refused if it
        cannot be run (`is_check`). A statement compiles rules once, and a query that Polars reads twice.
        """
        (fingerprint,) = self.read_rows(PRINT_TEXTS_SQL)

        def decide_categories() -> pl.DataFrame:
            possible = rules
            if fingerprint[0] <= MOST_TEXTS:
                words = str(self.read_value(JOIN_WORDS_SQL)).casefold()
                if len(words) <= MOST_CHARACTERS:
                    possible = tuple(
                        rule for rule in rules if (is_check and rule.operator == "matches") or rule.could_match(words)
                    )
            self.execute(*build_decision_sql(possible))
            frame = self.query("from decided")
            self.execute("drop table decided")
            return frame

        try:
            return CACHE.recall(ANY_STATE, ("rules", rules, *fingerprint), decide_categories)
        except duckdb.InvalidInputException as error:
            raise BadMapping(
                f"A rule's pattern cannot be used: {error}.", "Correct the pattern and save again."
            ) from None

    def rebuild_categories(self, scheme: str = "activity") -> None:
        """Rebuild all categories after a rule edit, and the rollups that depend on them."""
        self.execute("delete from activity where scheme = $scheme", {"scheme": scheme})
        self._apply_rules(scheme, None)
        self.rebuild_rollups(depends_on_rules=True)

    def rebuild_rollups(self, *, depends_on_rules: bool = False) -> None:
        """Rebuild the rollups from all facts: all of them, or only those that rules change."""
        for name, sql in read_sql_files("rollups"):
            if not depends_on_rules or name[:-4] not in FACT_TABLES:
                self.execute(f"delete from {name[:-4]}")  # noqa: S608 - names of own files
                self.execute(f"insert into {name[:-4]} by name {sql}")

    def add_rollups(self, import_id: int) -> None:
        """Add the facts of one import to the rollups."""
        for name, sql in read_sql_files("rollups"):
            self.execute(
                f"insert into {name[:-4]} by name from ({sql}) where import_id = $import_id",
                {"import_id": import_id},
            )

    def labeling_projects(self, import_id: int) -> list[str]:
        """Return the labeling projects that an import has events of, as `source/project`."""
        projects = self.read_rows(
            "select distinct source || '/' || coalesce(project, '') as labeling_project from labeling_event "
            "where import_id = $import_id order by 1",
            {"import_id": import_id},
        )
        return [project for (project,) in projects]

    def rebuild_labels(self, touched: list[str] | None = None) -> None:
        """Rebuild the labels of some labeling projects (`source/project`), or of all, from events and register."""
        if touched == []:
            return
        params: dict[str, object] = {"touched": touched}
        for table in ("shared_time", "label"):
            self.execute(f"delete from {table} where {IS_TOUCHED_SQL.format('tool_project')}", params)  # noqa: S608 - own text
        is_touched = IS_TOUCHED_SQL.format("coalesce(project, '')")
        event_count = self.read_value(f"select count(*) from labeling_event where {is_touched}", params)  # noqa: S608 - own text
        if not event_count:
            return
        chunk_count = int(event_count) // EVENTS_PER_CHUNK + 1
        queries = dict(read_sql_files("labels"))
        for table in ("shared_time", "label"):
            for chunk in range(chunk_count):
                statement = f"insert into {table} by name {queries[table + '.sql']}"
                self.execute(statement, {**params, "part": chunk, "parts": chunk_count})

    def renew_rollups(self, import_id: int) -> None:
        """Make the rollups of one import anew."""
        self.delete_rollups(import_id)
        self.add_rollups(import_id)

    def delete_rollups(self, import_id: int) -> None:
        """Delete the rollups of one import."""
        for name, _ in read_sql_files("rollups"):
            self.execute(f"delete from {name[:-4]} where import_id = $id", {"id": import_id})  # noqa: S608 - own names

    def settle_overlaps(self, *, are_facts_new: bool) -> None:
        """Make what the rule for overlapping entries takes away agree with entries, people and rule.

        Daily sums are made anew for the imports that lose or regain time. Entries of all imports may overlap, so this
        is done once, when all else in a change is.
        """
        has_rule = self.read_setting(OVERLAP_RULE) or self.read_value("select exists (from overlap_cut)")
        print_now = str(self.read_value(PRINT_OVERLAPS_SQL)) if has_rule else ""
        if not has_rule or (not are_facts_new and print_now == self.read_setting(OVERLAP_PRINT)):
            return
        # A constant, so that the other rules are not computed.
        self.execute(NEW_CUTS_SQL, {"rule": self.read_value("select overlap_rule()")})
        imports: dict[str, object] = {"imports": self.query(RECUT_IMPORTS_SQL).get_column("import_id").to_list()}
        self.execute("delete from overlap_cut")
        self.execute("insert into overlap_cut by name from new_cut")
        self.execute("drop table new_cut")
        sql = dict(read_sql_files("rollups"))["time_day.sql"]
        self.execute("delete from time_day where list_contains($imports, import_id)", imports)
        self.execute(f"insert into time_day by name from ({sql}) where list_contains($imports, import_id)", imports)
        self.save_setting(OVERLAP_PRINT, print_now)

    def remove_import(self, import_id: int) -> None:
        """Remove what only this import holds; what others hold stays, as if it had never been read."""
        touched = self.labeling_projects(import_id)
        for kind in KINDS:
            touched += remove_statements(self, kind, import_id)
        remove_rollups(self, import_id)
        self.execute("delete from bad_row where import_id = $id", {"id": import_id})
        self.execute("delete from imported_time_off where import_id = $id", {"id": import_id})
        self.delete_rollups(import_id)
        self.assign_categories()  # of texts that came back
        self.rebuild_names()
        self.rebuild_labels(sorted(set(touched)))

    def recreate_tables(self, schema: int) -> None:
        """Drop all tables and create those of a version of the schema."""
        self.copy_facts()
        tables = self.query("select table_name from duckdb_tables() where not internal order by table_name")
        for table in tables.get_column("table_name"):
            self.execute(f'drop table "{table}"')
        migrate_schema(self._con, upto=schema)

    def upgrade_tables(self, *, is_derived: bool) -> None:
        """Bring tables and views up to this version, and what it derives unless that is there already."""
        self.copy_facts()
        migrate_schema(self._con)
        define_vocabulary(self._con)
        if not is_derived:
            self.rebuild_names()
            self.rebuild_rollups()
            self.rebuild_labels()

    def rebuild_names(self) -> None:
        """Rebuild the list of names by which files call people."""
        self.execute("delete from told_name")
        for kind in NAMED_KINDS:
            add_names(self, kind, None)
        add_rolled_names(self)
