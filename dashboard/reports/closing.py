"""The foot of a report: how old the data are, where they come from, and by what the report is known again."""

from __future__ import annotations

from datetime import date

from dashboard import __version__, theme
from dashboard.reports.answers import HASH_LETTERS
from dashboard.reports.model import Content
from dashboard.reports.request import Audience

DEMO = "Demo data: an invented team."
FOR_WHOM = {
    Audience.management: "For management: nobody is named.",
    Audience.team: "For the team: people stand under pseudonyms.",
    Audience.private: "Private: not for passing on.",
}


def lines(content: Content) -> list[str]:
    """Return the lines at the foot."""
    found = content.provenance
    as_of = f"Data as of {theme.day(date.fromisoformat(found.as_of))}" if found.as_of else "No data"
    sources = f", from {found.sources}" if found.sources else ""
    return [
        f"{as_of}{sources}; {found.rows:,} rows used.",
        f"Category rules {found.rules_version}; content {found.content_hash[:HASH_LETTERS]}; Labeltime {__version__}.",
        " ".join(filter(None, (FOR_WHOM[content.request.audience], DEMO if found.is_demo else ""))),
    ]
