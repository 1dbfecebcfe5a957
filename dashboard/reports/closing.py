"""The foot of a report: the age and sources of the data, and the codes that identify the report."""

from __future__ import annotations

from datetime import date

from dashboard import __version__
from dashboard.importers.discover import name_sources
from dashboard.reports.answers import HASH_LENGTH
from dashboard.reports.document import Content
from dashboard.reports.request import Audience
from dashboard.units import format_count, format_day

DEMO_NOTE = "Demo data: an invented team."
AUDIENCE_NOTES = {
    Audience.management: "For management: nobody is named.",
    Audience.team: "For the team: people appear under pseudonyms.",
    Audience.private: "Private: do not pass it on.",
}


def describe_as_of(content: Content) -> str:
    """Return the newest day of the data in words."""
    as_of = content.provenance.as_of
    return f"Data as of {format_day(date.fromisoformat(as_of))}" if as_of else "No data"


def build_closing_lines(content: Content) -> list[str]:
    """Return the lines at the foot."""
    provenance = content.provenance
    sources = f", from {name_sources(provenance.sources)}" if provenance.sources else ""
    codes = f"Category rules {provenance.rules_version}; content {provenance.content_hash[:HASH_LENGTH]}"
    return [
        f"{describe_as_of(content)}{sources}; {format_count(provenance.rows)} rows used.",
        f"{codes}; Labeltime {__version__}.",
        " ".join(filter(None, (AUDIENCE_NOTES[content.request.audience], DEMO_NOTE if provenance.is_demo else ""))),
    ]
