"""Ingest: recognise a file, read it, and add its rows to the store, each counted."""
