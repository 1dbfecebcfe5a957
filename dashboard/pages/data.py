"""Data: what came in, what was turned away, and the rules and people that give it meaning."""

from __future__ import annotations

from dashboard.pages import data_import

TABS = {"import": "Import", "history": "History", "bad": "Bad rows", "rules": "Rules", "people": "People"}


def show() -> None:
    """Draw the page."""
    data_import.show()
