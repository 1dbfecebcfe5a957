"""What one sees of a generation, and what one can do to the next one."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard import rules
from dashboard.errors import BadMapping
from dashboard.store.engine import rows, texts

EVENTS_AT_ONCE = 500_000  # labels are derived from so many events at a time, to bound memory
IS_TOUCHED = "$touched is null or list_contains($touched, source || '/' || {})"
SHARED_TIME = """
    create or replace temp table shared_time (
        import_id integer, source_key ubigint, occurrence integer, milliseconds bigint
    )
"""


class Snapshot:
    """A read-only look at one generation; each query has a cursor of its own."""

    def __init__(self, con: duckdb.DuckDBPyConnection, generation: int) -> None:
        self._con = con
        self.generation = generation

    def query(self, sql: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        """Run a select with named parameters and return its rows."""
        cursor = self._con.cursor()
        try:
            return rows(cursor, sql, params)
        finally:
            cursor.close()

    def meta(self, key: str) -> str | None:
        """Return a setting kept in the store, or None."""
        found = self.query("select value from meta where key = $key", {"key": key})
        return None if found.is_empty() else str(found.item())


class Change(Snapshot):
    """A generation in the making: everything done to it is published together, or not at all."""

    def query(self, sql: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        """Run a select inside the change."""
        return rows(self._con, sql, params)

    def execute(self, sql: str, params: dict[str, object] | None = None) -> None:
        """Run a statement with named parameters, to its end: DuckDB 2 starts a large one and returns."""
        self._con.execute(sql, params or {}).fetchall()

    def load(self, frame: pl.DataFrame, sql: str, params: dict[str, object] | None = None) -> None:
        """Run a statement that reads a frame as `incoming_frame`; UTC instants lose their zone, not their value."""
        zoned = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and dtype.time_zone]
        plain = frame.with_columns(pl.col(zoned).dt.convert_time_zone("UTC").dt.replace_time_zone(None))
        self._con.register("incoming_frame", plain)
        try:
            self.execute(sql, params)
        finally:
            self._con.unregister("incoming_frame")

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Append a frame to a table, columns matched by name."""
        self.load(frame, f'insert into "{table}" by name select * from incoming_frame')  # noqa: S608 - own names

    def set_meta(self, key: str, value: str) -> None:
        """Keep a setting in the store."""
        self.execute("insert or replace into meta values ($key, $value)", {"key": key, "value": value})

    def log(self, what: str, detail: str = "", who: str | None = None) -> None:
        """Write a line of the audit log."""
        self.execute(
            "insert into audit_log values (cast(now() as timestamp), $who, $what, $detail)",
            {"who": who, "what": what, "detail": detail},
        )

    def categorize(self, scheme: str = "activity", import_id: int | None = None) -> None:
        """Decide the category of texts (of one import, or all) that have none yet, by the scheme's ordered rules.

        Raises:
            BadMapping: a pattern that the store's regular expressions cannot run.
        """
        ordered = self.query(
            "select position, field, operator, pattern, category from category_rule where scheme = $scheme order by 1",
            {"scheme": scheme},
        )
        expression, params = rules.category_expression([rules.Rule(**row) for row in ordered.to_dicts()])
        try:
            self.execute(undecided(expression), {**params, "scheme": scheme, "import_id": import_id})
        except duckdb.InvalidInputException as error:
            raise BadMapping(
                f"A rule's pattern cannot be used: {error}.", "Correct the pattern and save again."
            ) from None

    def rebuild_categories(self, scheme: str = "activity") -> None:
        """Decide every category anew after a rule edit, and the sums that hang on them."""
        self.execute("delete from activity where scheme = $scheme", {"scheme": scheme})
        self.categorize(scheme)
        self.rebuild_rollups()

    def rebuild_rollups(self) -> None:
        """Sum all facts anew."""
        for name, _ in texts("rollups"):
            self.execute(f"delete from {name[:-4]}")  # noqa: S608 - names of own files
        self.add_rollups(None)

    def add_rollups(self, import_id: int | None) -> None:
        """Sum the facts of one import, or of all of them (None)."""
        for name, sql in texts("rollups"):
            self.execute(f"insert into {name[:-4]} by name {sql}", {"import_id": import_id})

    def labeling_projects(self, import_id: int) -> list[str]:
        """Return the labeling projects an import has events of, as `source/project`."""
        found = self.query(
            "select distinct source || '/' || coalesce(project, '') as place from labeling_event "
            "where import_id = $import_id order by 1",
            {"import_id": import_id},
        )
        return found.get_column("place").to_list()

    def rebuild_labels(self, touched: list[str] | None = None) -> None:
        """Derive the labels of some labeling projects (`source/project`), or of all, from events and register."""
        if touched == []:
            return
        chosen: dict[str, object] = {"touched": touched}
        self.execute(f"delete from label where {IS_TOUCHED.format('tool_project')}", chosen)  # noqa: S608 - own text
        named = IS_TOUCHED.format("coalesce(project, '')")
        counted = self.query(f"select count(*) from labeling_event where {named}", chosen)  # noqa: S608 - own text
        parts = int(counted.item()) // EVENTS_AT_ONCE + 1
        self.execute(SHARED_TIME)
        queries = dict(texts("labels"))
        for table in ("shared_time", "label"):
            for part in range(parts):
                statement = f"insert into {table} by name {queries[table + '.sql']}"
                self.execute(statement, {**chosen, "part": part, "parts": parts})

    def remove_import(self, import_id: int) -> None:
        """Take all rows of an import out of facts, rollups, labels and bad rows."""
        touched = self.labeling_projects(import_id)
        for table in (
            "time_entry",
            "labeling_event",
            "experiment_run",
            "quality_report",
            "bad_row",
            "time_day",
            "labeling_day",
        ):
            self.execute(f"delete from {table} where import_id = $id", {"id": import_id})  # noqa: S608 - fixed names
        self.rebuild_labels(touched)


def undecided(expression: str) -> str:
    """Return the statement that categorizes texts not yet in `activity`; `expression` gives a rule position."""
    return f"""
        insert into activity
        with firsts as (
            select activity_key, min(rowid) as place
            from time_entry
            where $import_id is null or import_id = $import_id
            group by activity_key
        ), open as (
            select place from firsts
            where activity_key not in (select activity_key from activity where scheme = $scheme)
        ), texts as (
            select activity_key, source, person, client, project, task, description, tags
            from time_entry semi join open on time_entry.rowid = open.place
        ), decided as (select activity_key, {expression} as position from texts)
        select $scheme, activity_key, coalesce(rule.category, 'uncategorized'), rule.position
        from decided left join category_rule as rule
            on rule.scheme = $scheme and rule.position = decided.position
    """  # noqa: S608 - the expression holds only allow-listed names and bound parameters
