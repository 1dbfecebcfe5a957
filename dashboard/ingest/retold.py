"""Whether a file tells work that another import has told, in rows that cannot be matched."""

from __future__ import annotations

from dashboard.errors import QuestionNeeded
from dashboard.importers.contract import Importer, list_retold
from dashboard.store.engine import read_sql_files
from dashboard.store.snapshot import Change
from dashboard.units import count_noun

INGEST_SQL = dict(read_sql_files("ingest"))


QUERIES: dict[str, tuple[str, ...]] = {  # what a kind of facts may tell twice
    "labeling_event": ("retold_items.sql",),
    "time_entry": ("retold_entries.sql", "retold_meetings.sql"),
}
OTHER_EXPORT = "is another export of the same work and has {items} of this file, whose time would count twice."
MEETINGS = "has the time of {items}, which would count twice."


def check_retold(change: Change, importer: Importer, import_id: int, name: str) -> None:
    """Ask about a file whose items or entries stand in an import that tells the same work in other rows.

    Raises:
        QuestionNeeded: their time and labels would count twice.
    """
    formats = [*list_retold(importer), *([importer.name] if importer.kind == "time_entry" else [])]
    if not formats:
        return
    for query in QUERIES.get(importer.kind, ()):
        parameters = {"import_id": import_id, "format": importer.name, "formats": formats}
        if query == "retold_meetings.sql":
            del parameters["formats"]
        matches = change.query(INGEST_SQL[query], parameters)
        if matches.is_empty():
            continue
        row = matches.row(0, named=True)
        raise QuestionNeeded(
            "retold",
            f"{name}: import {row['earlier_id']} ({row['file_name']}) {describe_match(query, row['items'])}",
            f"Keep one of the two: leave this file out, or undo import {row['earlier_id']} and import this one. If it"
            " is other work, say --edited keep.",
        )


def describe_match(query: str, count: int) -> str:
    """Return what an earlier import shares with the file."""
    if query == "retold_meetings.sql":
        return MEETINGS.format(items=count_noun(count, "event") + " of the calendar")
    return OTHER_EXPORT.format(items=count_noun(count, "item" if query == "retold_items.sql" else "entry"))
