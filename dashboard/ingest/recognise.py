"""Which importer reads a file: exactly one must recognise its content."""

from __future__ import annotations

from dashboard.errors import AmbiguousFormat, UnknownFormat
from dashboard.importers.contract import Head, Importer, Settings, carries_data
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.generic import IMPORTER
from dashboard.importers.neighbours import describe_unknown


def find_importer(head: Head, name: str, settings: Settings, importer_name: str | None = None) -> Importer:
    """Return the one importer that recognises this file.

    Raises:
        UnknownFormat: none does, or `importer_name` is unknown.
        AmbiguousFormat: several do.
    """
    if settings.mapping is not None:
        return IMPORTER
    importers = {importer.name: importer for importer in IMPORTERS}
    if importer_name is not None:
        if importer_name not in importers:
            raise UnknownFormat(f"There is no importer {importer_name!r}.", f"Known: {', '.join(importers)}.")
        return importers[importer_name]
    matches = [importer for importer in IMPORTERS if importer.can_read(head)]
    # The data of a team may have a column named like one of another format; it stands beside the tool's own columns.
    matches = [importer for importer in matches if carries_data(importer)] or matches
    if not matches:
        raise describe_unknown(head, name)
    if len(matches) > 1:
        names = ", ".join(importer.name for importer in matches)
        raise AmbiguousFormat(f"{name}: several importers recognise this file: {names}.", "Name one with --source.")
    return matches[0]
