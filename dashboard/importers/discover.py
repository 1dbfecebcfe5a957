"""The importers there are, one in every module of `formats`, and the names of their exports for people."""

from __future__ import annotations

from functools import cache
from itertools import takewhile

from dashboard.discovery import import_modules
from dashboard.importers.contract import Importer
from dashboard.importers.mapped_tables import MAPPED_IMPORTERS

IMPORTERS: tuple[Importer, ...] = tuple(module.IMPORTER for module in import_modules("dashboard.importers.formats"))


@cache
def name_source(source: str) -> str:
    """Return what people call the export of a source ("CVAT events CSV" for cvat_events); unknown sources as written.

    A tool with several exports goes by the words that their titles begin with ("MLflow").
    """
    importers = (*IMPORTERS, *MAPPED_IMPORTERS)
    titles = [importer.title.split(" (")[0] for importer in importers if source in {importer.tool, importer.name}]
    columns = takewhile(lambda words: len(set(words)) == 1, zip(*(title.split() for title in titles), strict=False))
    return " ".join(words[0] for words in columns) or source


def name_sources(sources: str) -> str:
    """Return the names of sources that are separated by commas, each once."""
    return ", ".join(dict.fromkeys(name_source(source.strip()) for source in sources.split(",") if source.strip()))
