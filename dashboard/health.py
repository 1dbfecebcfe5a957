"""Is the store sound? Each check in words, and the way back when it is not."""

from __future__ import annotations

from dashboard import catalog
from dashboard.errors import StoreUnusable
from dashboard.store import Snapshot, Store, texts

Finding = tuple[str, bool, str]  # what was checked, whether it is good, in words


def check(store: Store, *, repair: bool = False) -> list[Finding]:
    """Return what was checked and found; with `repair`, first go back to the newest good generation.

    Raises:
        StoreUnusable: only with `repair`, when no generation can be read.
    """
    findings: list[Finding] = []
    if repair and not readable(store)[1]:
        findings.append(("repair", True, f"went back to generation {store.repair()}"))
    findings.append(readable(store))
    if not findings[-1][1]:
        return findings
    with store.snapshot() as snapshot:
        findings += [sums_equal_facts(snapshot, name[:-4], sql) for name, sql in texts("rollups")]
        for name, query in catalog.queries().items():
            if query.subject == "health":
                differing = int(catalog.run(snapshot, name, {}).item())
                findings.append((query.title, not differing, f"{differing} {query.unit}"))
    return findings


def sums_equal_facts(snapshot: Snapshot, rollup: str, sql: str) -> Finding:
    """Return whether a rollup is what its own definition gives now, row for row."""
    differing = snapshot.query(
        f"""
        with anew as ({sql}), kept as (select * from {rollup}),
        lost as (select * from anew except all select * from kept),
        invented as (select * from kept except all select * from anew)
        select (select count(*) from lost) + (select count(*) from invented) as differing
        """,  # noqa: S608 - own files
        {"import_id": None},
    ).item()
    return f"Do the daily sums in {rollup} equal the facts?", not differing, f"{differing} rows differ"


def readable(store: Store) -> Finding:
    """Return whether the current generation can be read from end to end."""
    title = "Can the current generation be read?"
    try:
        number = store.generation()
    except StoreUnusable as error:
        return title, False, str(error)
    if number == 0:
        return title, True, "the store is empty"
    good = store.good(number)
    return title, good, f"generation {number}" + ("" if good else " is damaged; run `labeltime check --repair`")
