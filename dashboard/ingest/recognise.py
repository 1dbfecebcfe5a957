"""Which importer reads a file: recognised by content, by exactly one."""

from __future__ import annotations

from dashboard.errors import AmbiguousFormat, UnknownFormat
from dashboard.importers import IMPORTERS, generic
from dashboard.importers.contract import Head, Importer, Settings


def recognise(head: Head, name: str, settings: Settings, only: str | None = None) -> Importer:
    """Return the one importer that knows this file.

    Raises:
        UnknownFormat: none does, or `only` names no importer.
        AmbiguousFormat: several do.
    """
    if settings.mapping is not None:
        return generic.IMPORTER
    known = {importer.name: importer for importer in IMPORTERS}
    if only is not None:
        if only not in known:
            raise UnknownFormat(f"There is no importer {only!r}.", f"Known: {', '.join(known)}.")
        return known[only]
    found = [importer for importer in IMPORTERS if importer.recognises(head)]
    if not found:
        raise UnknownFormat(f"{name}: no importer recognises this file.{columns_of(head)}", mapping_hint())
    if len(found) > 1:
        names = ", ".join(importer.name for importer in found)
        raise AmbiguousFormat(f"{name}: several importers recognise this file: {names}.", "Name one with --source.")
    return found[0]


def columns_of(head: Head) -> str:
    """Return a short sentence on the columns of a file, for messages."""
    shown = ", ".join(head.header[:12]) + (" ..." if len(head.header) > 12 else "")  # noqa: PLR2004 - fits a line
    return f" Its columns: {shown}." if head.header else ""


def mapping_hint() -> str:
    """Return what to do with a file that nobody recognises."""
    titles = ", ".join(importer.title for importer in IMPORTERS)
    return f"Known exports: {titles}. Any other table can be imported with a column mapping (--mapping FILE)."
