"""The store: a folder of immutable DuckDB generations and one pointer file."""
