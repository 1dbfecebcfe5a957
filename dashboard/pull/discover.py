"""All sources that can be pulled: every module in `sources` that has a `SOURCE`."""

from __future__ import annotations

from dashboard.discovery import import_modules
from dashboard.errors import UnknownFormat
from dashboard.pull.contract import PullSource

SOURCES: dict[str, PullSource] = {
    module.SOURCE.name: module.SOURCE
    for module in import_modules("dashboard.pull.sources")
    if hasattr(module, "SOURCE")
}


def find_source(name: str) -> PullSource:
    """Return the source of a name.

    Raises:
        UnknownFormat: there is none; the hint lists them.
    """
    if name not in SOURCES:
        raise UnknownFormat(f"There is no source {name!r} to pull from.", f"Known: {', '.join(SOURCES)}.")
    return SOURCES[name]
