"""Whether a file tells work that another export of the same tool has told, in rows that cannot be matched."""

from __future__ import annotations

from dashboard.errors import QuestionNeeded
from dashboard.importers.contract import Importer, list_retold
from dashboard.store.engine import read_sql_files
from dashboard.store.snapshot import Change
from dashboard.units import count_noun

INGEST_SQL = dict(read_sql_files("ingest"))


def check_retold(change: Change, importer: Importer, import_id: int, name: str) -> None:
    """Ask about a file whose items stand in an import of a format that tells the same work.

    Raises:
        QuestionNeeded: their time and labels would count twice.
    """
    formats = list_retold(importer)
    if not formats or importer.kind != "labeling_event":
        return
    parameters = {"import_id": import_id, "source": importer.tool, "formats": list(formats)}
    matches = change.query(INGEST_SQL["retold_items.sql"], parameters)
    if matches.is_empty():
        return
    row = matches.row(0, named=True)
    raise QuestionNeeded(
        "retold",
        f"{name}: import {row['earlier_id']} ({row['file_name']}) is another export of the same work and has"
        f" {count_noun(row['items'], 'item')} of this file, whose time would count twice.",
        f"Keep one of the two: leave this file out, or undo import {row['earlier_id']} and import this one. If it is"
        " other work, say --edited keep.",
    )
