"""The same file again: nothing is added, and where nothing has changed since, its rows need not be read."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import polars as pl

from dashboard.importers.contract import Importer, Settings, depends_on_today
from dashboard.ingest.results import ImportResult
from dashboard.schemas import BAD_ROW, build_bad_rows
from dashboard.store.engine import hash_vocabulary, read_sql_files
from dashboard.store.identity import NAMED_KINDS
from dashboard.store.snapshot import Change

SAME_READING = "file_sha256 = $sha256 and answers in ($answers, $without_header) and undone_at is null"
# All of its rows were new, and each is in force as this import tells it. Some formats name a report, an item or a
# person by the file's name, so that the same bytes under another one are other rows.
UNTOUCHED_SQL = """
    select import_id
    from import
    where {same} and file_name = $name and reader = $reader and accepted > 0 and accepted + rejected = rows_read
        and accepted = (select count(*) from {kind} as fact where fact.import_id = import.import_id)
    order by import_id
    limit 1
"""
# Rows whose person would be another one if the file were read today.
RENAMED_SQL = """
    select 1
    from (select distinct told_name, email, person from {kind} where import_id = $import_id) as told
    left join known_address on known_address.name = told.told_name
    where told.person is distinct from coalesce(
        person_identity(told.email, null), known_address.person, person_identity(null, told.told_name)
    )
    limit 1
"""
UNNAMED_SQL = "select 1 from labeling_event where import_id = $import_id and project is null limit 1"


@cache
def hash_readers() -> str:
    """Return a hash of all that decides how a file is read and keyed; other code may read the same file otherwise."""
    package = Path(__file__).parents[1]
    sources = sorted(path for name in ("importers", "ingest") for path in (package / name).rglob("*.py"))
    parts = [f"{path.relative_to(package).as_posix()}\n".encode() + path.read_bytes() for path in sources]
    texts = [hash_vocabulary(), pl.__version__, *(sql for _, sql in read_sql_files("ingest"))]
    return sha256(b"\n".join([*parts, *(text.encode() for text in texts)])).hexdigest()[:16]


def find_untouched(
    change: Change, importer: Importer, name: str, sha256: str, answers: dict[str, object], settings: Settings
) -> int | None:
    """Return an import of the same file and name, read in the same way, all of whose rows are in force; else None.

    If the file were read again, each of its rows would be known.
    """
    is_open = settings.is_part or settings.replace_period or settings.edited in ("new", "same")
    is_labels = importer.kind == "labeling_event"  # whose ids, without a project, may be those of another one
    if is_open or not sha256 or depends_on_today(importer) or (is_labels and "project" in answers):
        return None
    parameters = describe_reading(sha256, answers) | {"name": name, "reader": hash_readers()}
    untouched = change.read_rows(UNTOUCHED_SQL.format(same=SAME_READING, kind=importer.kind), parameters)
    if not untouched:
        return None
    import_id = int(untouched[0][0])
    if is_labels and change.read_rows(UNNAMED_SQL, {"import_id": import_id}):
        return None
    is_named = importer.kind in NAMED_KINDS
    if is_named and change.read_rows(RENAMED_SQL.format(kind=importer.kind), {"import_id": import_id}):
        return None
    return import_id


def describe_reading(sha256: str, answers: dict[str, object]) -> dict[str, object]:
    """Return the parameters of SAME_READING."""
    without_header = {name: answer for name, answer in answers.items() if name != "header"}  # of old imports
    texts = {"answers": answers, "without_header": without_header}
    return {"sha256": sha256, **{name: json.dumps(held, sort_keys=True) for name, held in texts.items()}}


def read_rows(change: Change, import_id: int) -> tuple[int, pl.DataFrame]:
    """Return how many rows an import read, and those that it rejected."""
    count = change.read_value("select rows_read from import where import_id = $id", {"id": import_id})
    rejects = change.query(
        f"select {', '.join(BAD_ROW)} from bad_row where import_id = $id order by line, reason",  # noqa: S608 - own names
        {"id": import_id},
    )
    return int(count), build_bad_rows(rejects)


def drop_repeated(change: Change, outcome: ImportResult, sha256: str) -> ImportResult:
    """Take an import out of the history again where the same file is in force already, read in the same way."""
    if outcome.import_id is not None and outcome.duplicate + outcome.rejected < outcome.rows_read:
        return outcome
    earlier = change.query(
        f"select min(import_id) from import where {SAME_READING} and import_id is distinct from $id",  # noqa: S608 - own text
        describe_reading(sha256, outcome.answers) | {"id": outcome.import_id},
    ).item()
    if earlier is None:
        return outcome
    if outcome.import_id is not None:
        change.remove_import(outcome.import_id)
        change.execute("delete from import where import_id = $id", {"id": outcome.import_id})
    words = f"The same file is import {earlier} already; nothing was added, and the history stays as it is."
    return replace(outcome, import_id=None, warnings=(words,))
