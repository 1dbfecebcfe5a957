"""Canonical frames that several export formats build in the same way."""
