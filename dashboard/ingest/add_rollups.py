"""Take a folder of rollups into the store as one import: what it says of a place of events is the whole truth on it.

rows_read = accepted + changed + duplicate, in daily sums: of new months, of months that replace another, and of known
ones. An undo brings back what the import before said.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import polars as pl

from dashboard.errors import NoRows
from dashboard.ingest.add import find_next_id, save_import
from dashboard.ingest.counted_once import check_counted_once
from dashboard.ingest.isolation import check_sums_apart
from dashboard.ingest.results import ImportResult
from dashboard.ingest.rollup_folder import MANIFEST, Manifest, read_manifest, read_sums
from dashboard.store.snapshot import Change
from dashboard.units import count_noun

SOURCE = "rollup"
IN_FORCE_SQL = """
    select month, sha256, import_id from rolled_month
    where events_at = $events_at
        and import_id = (select max(import_id) from rolled_month where events_at = $events_at)
    order by month
"""
ADD_SUMS_SQL = """
    insert into rolled_day by name
    select incoming_frame.*, $sha256 as sha256 from incoming_frame
"""


def import_rollups(change: Change, folder: Path, who: str | None) -> ImportResult:
    """Take the rollups of a folder in inside an open change.

    Raises:
        NoRows: it holds no months.
        UnreadableFile: the manifest or a file of sums is damaged.
        CountedTwice: the store has some of the events otherwise.
    """
    manifest = read_manifest(folder)
    if not manifest.months:
        raise NoRows(f"{folder.name} holds no daily sums.", "Run `labeltime rollup` again.")
    rows_read = sum(month.rows for month in manifest.months)
    result = ImportResult(
        SOURCE,
        "labeling_day",
        folder.name,
        None,
        rows_read,
        0,
        0,
        rows_read,
        0,
        0,
        None,
        None,
        answers={"importer": SOURCE},
    )
    content = sha256((folder / MANIFEST).read_bytes()).hexdigest()
    before = change.query(IN_FORCE_SQL, {"events_at": manifest.events})
    known = dict(before.select("month", "sha256").iter_rows())
    if known and find_hash(change, before.item(0, "import_id")) == content:
        words = f"The same rollup is import {before.item(0, 'import_id')} already; nothing was added."
        return replace(result, warnings=(words,))
    import_id = find_next_id(change)
    add_months(change, folder, manifest, import_id)
    check_counted_once(change)
    change.rebuild_names()
    result = replace(count_months(change, manifest, known, result), import_id=import_id)
    save_import(change, result, who, content)
    return result


def find_hash(change: Change, import_id: int) -> str:
    """Return the hash of the file of an import."""
    return str(change.query("select file_sha256 from import where import_id = $id", {"id": import_id}).item())


def add_months(change: Change, folder: Path, manifest: Manifest, import_id: int) -> None:
    """Add the months of a manifest, and those of their sums that the store does not have."""
    stored = set(change.query("select distinct sha256 from rolled_month order by 1").get_column("sha256"))
    for month in manifest.months:
        if month.sha256 not in stored:
            change.load(read_sums(folder, month, check_sums_apart), ADD_SUMS_SQL, {"sha256": month.sha256})
            stored.add(month.sha256)
    rows = [
        {
            "import_id": import_id,
            "events_at": manifest.events,
            "month": month.month,
            "sha256": month.sha256,
            "daily_sums": month.rows,
            "events": month.events,
        }
        for month in manifest.months
    ]
    change.insert("rolled_month", pl.DataFrame(rows))


def count_months(change: Change, manifest: Manifest, known: dict[str, str], result: ImportResult) -> ImportResult:
    """Return the result with what is new, changed and known.

    `known`: the hash of the sums that were in force, by month.
    """
    new = [month for month in manifest.months if month.month not in known]
    changed = [month for month in manifest.months if known.get(month.month, month.sha256) != month.sha256]
    gone = sorted(known.keys() - {month.month for month in manifest.months})
    accepted, replaced = (sum(month.rows for month in months) for months in (new, changed))
    days = change.query(
        "select min(day_on), max(day_on) from rolled_day where list_contains($hashes, sha256)",
        {"hashes": [month.sha256 for month in (*new, *changed)]},
    ).row(0)
    events = count_noun(sum(month.events for month in manifest.months), "labeling event")
    warnings = [f"The rows are daily sums of {events} in {count_noun(len(manifest.months), 'month')}."]
    if changed:
        warnings.append(f"Replaced, as their events changed: {', '.join(month.month for month in changed)}.")
    if gone:
        warnings.append(f"Taken out, as they have no events any more: {', '.join(gone)}.")
    return replace(
        result,
        accepted=accepted,
        changed=replaced,
        duplicate=result.rows_read - accepted - replaced,
        seconds_total=sum(month.milliseconds for month in (*new, *changed)) // 1000,
        first_day=days[0],
        last_day=days[1],
        warnings=tuple(warnings),
    )
