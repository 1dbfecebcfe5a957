"""A pull: ask a source page by page, and import what comes like an export, with where the next pull goes on.

Data and cursor are published together. Where a pull breaks off, what came before is stored.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.errors import DashboardError, PullFailed
from dashboard.importers.contract import Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.readers.limits import LIMITS
from dashboard.ingest.add import import_nothing
from dashboard.ingest.batch import import_path
from dashboard.ingest.results import ImportFailure, ImportResult
from dashboard.pull.client import KEPT_BYTES, Client
from dashboard.pull.contract import Account, Cover, Cursor, Page, PullSource, Record, Wishes
from dashboard.pull.history import (
    Chain,
    end_gone_entries,
    holds_something_new,
    list_pulled_slots,
    read_chains,
    record_pull,
)
from dashboard.pull.tokens import name_host
from dashboard.units import count_noun, format_count

if TYPE_CHECKING:
    from httpx import BaseTransport

    from dashboard.store.generations import Store
    from dashboard.store.snapshot import Change

STORED_RECORDS = 2_000  # of a tool's answer; so many are stored at once
Advance = Callable[[str, int, int | None], None]  # what is read, records so far, and of how many


@dataclass
class Heap:
    """Pages of one scope that wait to be stored."""

    scope: str
    records: list[Record] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    cursor: Cursor | None = None
    zone: str | None = None

    def add(self, page: Page) -> None:
        """Add a page."""
        self.records += page.records
        self.covers += [page.cover] if page.cover else []
        self.cursor = page.cursor
        self.zone = page.zone or self.zone


@dataclass
class Pull:
    """One run of a source."""

    store: Store
    source: PullSource
    account: Account
    wishes: Wishes
    who: str | None = None
    keeps_similar: bool = False  # entries that look like known ones, moved in time, are others
    results: list[ImportResult] = field(default_factory=list)  # without a number: nothing new but rejected rows
    gone: int = 0  # entries that the server has no longer
    records: int = 0

    def run(self, client: Client, advance: Advance) -> None:
        """Fetch and store everything that changed.

        Raises:
            DashboardError: the server refuses or fails, or what it sends cannot be imported; what came before is kept.
        """
        client.headers = self._authorize(client)
        with self.store.snapshot() as snapshot:
            chains = read_chains(snapshot, self.source.name, self.account.server)
        cursors: Mapping[str, Cursor] = {
            scope: chain.cursor for scope, chain in chains.items() if chain.cursor is not None
        }
        heap: Heap | None = None
        try:
            for page in self.source.read_pages(client, {} if self.wishes.is_full else cursors, self.wishes):
                if heap is not None and heap.scope != page.scope:
                    self._store(heap)
                    heap, client.kept_bytes = None, 0
                heap = heap or Heap(page.scope)
                heap.add(page)
                self.records += len(page.records)
                advance(page.scope, self.records, page.expected)
                is_large = len(heap.records) >= STORED_RECORDS or client.kept_bytes >= KEPT_BYTES // 4
                if heap.cursor is not None and is_large:
                    self._store(heap)
                    heap, client.kept_bytes = None, 0
        except DashboardError:
            if heap is not None and heap.records:
                self._store(replace(heap, covers=heap.covers if heap.cursor is not None else []))
            raise
        if heap is not None:
            self._store(heap)

    def describe_rejected(self) -> str:
        """Return how many records could not be read, and why; empty where there is none."""
        reasons = Counter(str(reason) for result in self.results for reason in result.rejects["reason"])
        listed = "; ".join(f"{reason} ({format_count(count)})" for reason, count in reasons.most_common())
        return f"{count_noun(reasons.total(), 'record')} could not be read: {listed}." if reasons else ""

    def _authorize(self, client: Client) -> Callable[[], dict[str, str]]:
        headers = self.source.authorize(client, self.account)

        def renew() -> bool:
            fresh = self.source.authorize(client, self.account)
            is_new = fresh != headers
            headers.update(fresh)
            return is_new

        client.renew = renew
        return lambda: headers

    def _store(self, heap: Heap) -> None:
        """Import the records of a heap and publish them with the cursor."""
        with tempfile.TemporaryDirectory(prefix="labeltime-") as folder:
            name = f"{self.source.title}, {name_host(self.account.server)}, {heap.scope}"
            path = Path(folder) / f"pull.{self.source.form}"
            if heap.records:
                write_records(path, heap.records, self.source.columns)
            with self.store.change(f"pull {self.source.name}", self.who) as change:
                import_id = self._import(change, path, name, heap) if heap.records or heap.covers else None
                if heap.cursor is not None:
                    record_pull(
                        change,
                        self.source.name,
                        self.account.server,
                        heap.scope,
                        heap.cursor,
                        records=len(heap.records),
                        import_id=import_id,
                        who=self.who,
                    )

    def _import(self, change: Change, path: Path, name: str, heap: Heap) -> int | None:
        """Import a file of records; return the number of the import, or None where earlier pulls told all of it."""
        chain = read_chains(change, self.source.name, self.account.server).get(heap.scope, Chain())
        settings = Settings(
            zone=heap.zone or self.wishes.zone,
            today=self.wishes.today,
            edited="replace",
            is_part=True,
            is_settled=self.keeps_similar or bool(chain.imports),
        )
        importer = next(importer for importer in IMPORTERS if importer.name == self.source.importer)
        if heap.records:
            (outcome,) = import_path(change, path, settings, self.who, importer.name, name, None)
        else:
            outcome = import_nothing(change, importer, name, self.who)
        if isinstance(outcome, ImportFailure):
            raise outcome.error
        import_id = int(outcome.import_id or 0)
        list_pulled_slots(change, outcome.kind, importer.tool, chain.imports)
        is_new = bool(outcome.accepted or outcome.changed) or holds_something_new(change, import_id)
        gone = end_gone_entries(change, outcome.kind, import_id, heap.covers)
        if not (is_new or gone):
            change.remove_import(import_id)
            change.execute("delete from import where import_id = $id", {"id": import_id})
            if outcome.rejected:
                self.results.append(replace(outcome, import_id=None))
            return None
        self.gone += gone
        self.results.append(outcome)
        return import_id


def run_pull(pull: Pull, advance: Advance, transport: BaseTransport | None = None) -> None:
    """Ask the server of a pull; raises as `Pull.run`. `transport` stands in for the network in tests."""
    client = Client(pull.account.server, per_second=pull.source.per_second, transport=transport)
    try:
        pull.run(client, advance)
    finally:
        client.close()


def write_records(path: Path, records: Sequence[Record], columns: Sequence[str]) -> None:
    """Write records as JSON, or as CSV with all of their columns.

    Raises:
        PullFailed: more columns than an export may have.
    """
    if path.suffix == ".json":
        path.write_text(json.dumps(records), encoding="utf-8")
        return
    rows = [{clean_cell(name): clean_cell(cell) for name, cell in record.items()} for record in records]
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    if len(names) > LIMITS.columns:
        raise PullFailed(
            f"{format_count(len(records))} records have {format_count(len(names))} columns; "
            f"{format_count(LIMITS.columns)} are allowed.",
            "Pull fewer projects at once with --project.",
        )
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="", lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def clean_cell(value: object) -> str:
    """Return the text of a cell without what no file of text can hold: half an emoji, and NUL."""
    text = "" if value is None else str(value).replace("\0", "")
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
