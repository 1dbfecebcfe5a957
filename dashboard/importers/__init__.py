"""The declared list of export formats; a file must be recognised by exactly one of them."""

from __future__ import annotations

from dashboard.importers import clockify, harvest, label_studio, label_studio_table, toggl
from dashboard.importers.contract import Importer

IMPORTERS: tuple[Importer, ...] = (
    toggl.IMPORTER,
    clockify.IMPORTER,
    harvest.IMPORTER,
    label_studio.IMPORTER,
    label_studio_table.IMPORTER,
)
