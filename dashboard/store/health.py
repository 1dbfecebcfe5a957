"""Checks whether the store is sound, and repairs it if it is not."""

from __future__ import annotations

from dashboard.errors import StoreUnusable
from dashboard.store.engine import read_sql_files
from dashboard.store.generations import REPAIR_HINT, Store
from dashboard.store.queries import load_queries, run_query
from dashboard.store.repair import read_generation_schema, repair_store
from dashboard.store.revocations import read_revoked
from dashboard.store.rule_upgrade import describe_upgrade, read_stored_rules
from dashboard.store.snapshot import Snapshot
from dashboard.store.union_check import check_union

Finding = tuple[str, bool, str]  # what was checked, whether it passed, details


def check_store(store: Store, *, repair: bool = False) -> list[Finding]:
    """Return the findings of all checks; with `repair`, first go back to the newest good generation.

    Raises:
        StoreUnusable: only with `repair`, when no generation can be read.
    """
    findings: list[Finding] = []
    if repair and not check_generation(store)[1]:
        number, losses = repair_store(store)
        findings.append(("Repair", True, f"The store is back at generation {number}."))
        findings += [("What went back", True, sentence) for sentence in losses]
    findings.append(check_generation(store))
    if not findings[-1][1]:
        return findings
    with store.snapshot() as snapshot:
        findings.append(("Are the category rules the newest?", True, describe_upgrade(read_stored_rules(snapshot))))
        findings += [check_rollup(snapshot, name[:-4], sql) for name, sql in read_sql_files("rollups")]
        findings.append(check_union(snapshot))
        for name, query in load_queries().items():
            if query.subject == "health":
                differing = int(run_query(snapshot, name, {}).item())
                findings.append((query.title, not differing, f"{differing or 'No'} {query.unit}."))
    return findings


def check_rollup(snapshot: Snapshot, rollup: str, sql: str) -> Finding:
    """Return whether a rollup equals the result of its definition, row for row."""
    differing = snapshot.query(
        f"""
        with recomputed as ({sql}), stored as (select * from {rollup}),
        missing as (select * from recomputed except all select * from stored),
        surplus as (select * from stored except all select * from recomputed)
        select (select count(*) from missing) + (select count(*) from surplus) as differing
        """  # noqa: S608 - own files
    ).item()
    return (
        f"Do the daily sums in {rollup} equal the facts?",
        not differing,
        f"{differing} rows differ." if differing else "Every row agrees.",
    )


def check_generation(store: Store) -> Finding:
    """Return whether the whole current generation can be read, and the list of revoked links beside it."""
    title = "Can the current generation be read?"
    try:
        number = store.generation()
        read_revoked(store.folder)
    except StoreUnusable as error:
        return title, False, str(error)
    if number == 0:
        return title, True, "The store is empty."
    if store.is_readable(number) and read_generation_schema(store, number) == store.read_pointer().schema:
        return title, True, f"Generation {number} can be read as a whole."
    return title, False, f"Generation {number} is missing or damaged. {REPAIR_HINT}"
