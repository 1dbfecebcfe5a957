"""The mapping that the lead gave last for a table with the same columns."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dashboard.errors import UnknownFormat
from dashboard.importers.contract import Importer, Settings
from dashboard.importers.frames.label_values import digest_text
from dashboard.importers.generic_mapping import list_column_names
from dashboard.importers.place_proposal import is_numbered
from dashboard.importers.table import deduplicate_header
from dashboard.ingest.isolation import IsolatedSource
from dashboard.store.snapshot import Change, Snapshot

MAPPED_SQL = (
    "select import_id, file_name, answers from import"
    " where undone_at is null and source like 'generic%' and answers is not null"
    " order by import_id desc"
)


@dataclass(frozen=True)
class RecalledMapping:
    """A flat mapping, the import that it was given for, and what that import's header was."""

    mapping: dict[str, str]
    import_id: int
    file_name: str
    header: str | None  # as `digest_header` has it; None of old imports


def recall_mapping(snapshot: Snapshot, header: tuple[str, ...]) -> dict[str, str]:
    """Return the mapping of the newest import in force with these columns, else of one whose mapped columns are there.

    There is none where no import has them. A table without titles has the columns of one with as many.
    """
    columns, digest = list_column_names(header), digest_header(header)
    fitting = [recalled for recalled in _list_mapped(snapshot) if has_columns(recalled.mapping, columns)]
    same = [recalled for recalled in fitting if recalled.header == digest]
    other = [recalled for recalled in fitting if not is_numbered(header)]
    return next((recalled.mapping for recalled in (*same, *other)), {})


def recall_same_header(snapshot: Snapshot, header: Iterable[str]) -> RecalledMapping | None:
    """Return the mapping of the newest import in force with exactly these columns, in any order.

    A table without titles has no columns by which it could be known.
    """
    digest = digest_header(header)
    titled = (recalled for recalled in _list_mapped(snapshot) if recalled.mapping.get("_header") != "absent")
    return next((recalled for recalled in titled if recalled.header == digest), None)


def _list_mapped(snapshot: Snapshot) -> Iterator[RecalledMapping]:
    """Yield the mappings of the imports in force, the newest first."""
    for import_id, file_name, text in snapshot.query(MAPPED_SQL).iter_rows():
        answers = json.loads(text)
        mapping = {str(part): str(column) for part, column in (answers.get("mapping") or {}).items()}
        yield RecalledMapping(mapping, import_id, file_name, answers.get("header"))


def digest_header(header: Iterable[str]) -> str:
    """Return a digest of column titles, whatever their order."""
    return digest_text(*sorted(deduplicate_header(header)))


def has_columns(mapping: Mapping[str, str], columns: Collection[str]) -> bool:
    """Return whether a mapping takes all of its columns from a table's, and some."""
    mapped = {column for part, column in mapping.items() if not part.startswith("_")}
    return bool(mapped) and mapped <= set(columns)


def recognise_table(
    change: Change, source: IsolatedSource, settings: Settings, importer_name: str | None
) -> tuple[Importer, Settings, tuple[str, ...]]:
    """Return the importer of a table and the settings; of an unknown one those that an earlier import had, and a note.

    Raises:
        DashboardError: as `IsolatedSource.recognise`.
    """
    try:
        return source.recognise(settings, importer_name), settings, ()
    except UnknownFormat:
        recalled = recall_same_header(change, source.head().header) if settings.recalls else None
        if recalled is None or importer_name is not None:
            raise
    settings = replace(settings, mapping=recalled.mapping)
    note = f"Read by the mapping of import {recalled.import_id} ({recalled.file_name}), whose columns are the same."
    return source.recognise(settings), settings, (note,)
