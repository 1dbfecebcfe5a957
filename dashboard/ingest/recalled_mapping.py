"""The mapping that the lead gave last for a table with the same columns."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from dashboard.store.snapshot import Snapshot

MAPPED_SQL = "select answers from import where undone_at is null and answers is not null order by import_id desc"


def recall_mapping(snapshot: Snapshot, columns: Collection[str]) -> dict[str, str]:
    """Return the mapping of the newest import in force whose mapped columns a table has; none where no import has."""
    for (answers,) in snapshot.query(MAPPED_SQL).iter_rows():
        mapping = json.loads(answers).get("mapping") or {}
        if has_columns(mapping, columns):
            return {str(part): str(column) for part, column in mapping.items()}
    return {}


def has_columns(mapping: Mapping[str, str], columns: Collection[str]) -> bool:
    """Return whether a mapping takes all of its columns from a table's, and some."""
    mapped = {column for part, column in mapping.items() if not part.startswith("_")}
    return bool(mapped) and mapped <= set(columns)
