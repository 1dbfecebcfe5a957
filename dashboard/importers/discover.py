"""The importers there are: one in every module of `formats`."""

from __future__ import annotations

from dashboard.discovery import import_modules
from dashboard.importers.contract import Importer

IMPORTERS: tuple[Importer, ...] = tuple(module.IMPORTER for module in import_modules("dashboard.importers.formats"))
