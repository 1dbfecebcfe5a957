"""The store: a folder of immutable DuckDB generations and one pointer file.

Readers open the generation that the pointer names, read-only. A writer changes a private
copy and publishes it whole, under a new name. Only this package knows DuckDB.
"""

from dashboard.store.engine import define_vocabulary, latest_schema_version, migrate_schema, read_sql_files
from dashboard.store.generations import Store
from dashboard.store.snapshot import Change, Snapshot

__all__ = ["Change", "Snapshot", "Store", "define_vocabulary", "latest_schema_version", "migrate_schema", "read_sql_files"]
