"""Which importer reads a file: exactly one must recognise its content. Which files of an archive are exports."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.errors import AmbiguousFormat, UnknownFormat, UnreadableFile
from dashboard.importers.contract import Head, Importer, Settings, Source, carries_data, is_item_format
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.mapped_tables import find_mapped_importer
from dashboard.importers.neighbours import describe_no_table, describe_unknown
from dashboard.importers.readers.documents import ItemFilesSource, JsonSource

MOST_NAMES = 3  # of files that are left out, in a sentence


def find_importer(head: Head, name: str, settings: Settings, importer_name: str | None = None) -> Importer:
    """Return the one importer that recognises this file.

    Raises:
        UnknownFormat: none does, or not the one that `importer_name` names.
        AmbiguousFormat: several do.
    """
    if settings.mapping is not None:
        return find_mapped_importer(settings.mapping)
    importers = {importer.name: importer for importer in IMPORTERS}
    if importer_name is not None:
        if importer_name not in importers:
            raise UnknownFormat(f"There is no importer {importer_name!r}.", f"Known: {', '.join(importers)}.")
        importer = importers[importer_name]
        if not importer.can_read(head):
            raise UnknownFormat(
                f"{name} is not in the format {importer.title}.", "Leave --source out: the content tells the format."
            )
        return importer
    matches = [importer for importer in IMPORTERS if importer.can_read(head)]
    # The data of a team may have a column named like one of another format; it stands beside the tool's own columns.
    matches = [importer for importer in matches if carries_data(importer)] or matches
    if not matches:
        raise describe_unknown(head, name)
    if len(matches) > 1:
        names = ", ".join(importer.name for importer in matches)
        raise AmbiguousFormat(f"{name}: several importers recognise this file: {names}.", "Name one with --source.")
    return matches[0]


def choose_sources(sources: Sequence[Source]) -> list[Source]:
    """Return what to read of a file that holds several: items of one export as one source, and no file beside them.

    What is no export, such as the settings of a project or a text about it, is left out and named.
    """
    if len(sources) == 1:
        return list(sources)
    joined = join_items(sources)
    others = [source for source in joined if _is_other(source)]
    if not others or len(others) == len(joined):
        return joined
    exports = [source for source in joined if source not in others]
    names = ", ".join(source.name.rsplit(": ", 1)[-1] for source in others[:MOST_NAMES])
    more = f" and {len(others) - MOST_NAMES} more" if len(others) > MOST_NAMES else ""
    exports[0].notes = (*exports[0].notes, f"Not read, because it is no export that is known: {names}{more}.")
    return exports


def join_items(sources: Sequence[Source]) -> list[Source]:
    """Return the sources, those that hold an item each of one export as one; a broken one goes with most others."""
    groups: dict[str, list[JsonSource]] = {}
    broken: list[JsonSource] = []
    for source in sources:
        if isinstance(source, JsonSource) and source.place:
            try:
                head = source.head()
            except UnreadableFile:
                broken.append(source)
                continue
            names = [importer.name for importer in IMPORTERS if is_item_format(importer) and importer.can_read(head)]
            if len(names) == 1:
                groups.setdefault(names[0], []).append(source)
    several = [group for group in groups.values() if len(group) > 1]
    if several:
        max(several, key=len).extend(broken)
    firsts = {group[0].path: group for group in several}
    inner = {source.path for group in several for source in group}
    return [
        ItemFilesSource(source.name.rsplit(": ", 1)[0], firsts[source.path]) if source.path in firsts else source
        for source in sources
        if source.path in firsts or source.path not in inner
    ]


def _is_other(source: Source) -> bool:
    """Return whether a file of an archive is certainly no export."""
    try:
        head = source.head()
    except UnreadableFile:
        return False  # its error says more
    if any(importer.can_read(head) for importer in IMPORTERS):
        return False
    return head.shape in ("json", "jsonl") or (
        head.shape == "table" and describe_no_table(head, source.name) is not None
    )
