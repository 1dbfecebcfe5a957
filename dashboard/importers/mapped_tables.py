"""The importers of tables with a mapping, one for each kind of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard.importers import generic, mapped_labeling, mapped_runs
from dashboard.importers.contract import Importer
from dashboard.importers.generic_mapping import find_kind

MAPPED_IMPORTERS: Final[tuple[Importer, ...]] = (generic.IMPORTER, mapped_labeling.IMPORTER, mapped_runs.IMPORTER)


def find_mapped_importer(mapping: Mapping[str, str]) -> Importer:
    """Return the importer of the kind that a mapping names."""
    kind = find_kind(mapping)
    return next(importer for importer in MAPPED_IMPORTERS if importer.kind == kind)
