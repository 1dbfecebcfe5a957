"""Readers: open a file safely and read its records, whatever its encoding, archive or table format."""
