"""A team of four whose every figure can be worked out by hand, imported through the real importer."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from store_copies import copied

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.store.generations import Store

# Hours: Ada 4 annotating, 2 review, 2 modeling, 2 data preparation; Bob 3 evaluation, 1 meeting;
# Cleo 8 annotating, 2 that no rule decides; Dan 1 modeling, said by the file. Together 25.
ENTRIES = """\
person,day_on,seconds,project,task,description,category
Ada,2026-03-02,14400,Vision,Labeling,label images,
Ada,2026-03-03,7200,Vision,Checks,review annotations of batch 7,
Ada,2026-03-04,7200,Vision,Model training,,
Bob,2026-03-09,10800,Vision,,error analysis,
Bob,2026-03-10,3600,Text,,Daily standup,
Cleo,2026-03-02,28800,Text,annotate documents,,
Cleo,2026-03-11,7200,Text,,something,
Dan,2026-03-12,3600,Text,,labeling,modeling
Ada,2026-03-05,7200,,,data cleaning,
Ada,2026-03-06,,Vision,,no length,
"""

PEOPLE = pl.DataFrame(
    {
        "name": ["Ada", "Bob", "Cleo"],
        "aliases": ["ada@example.org", None, None],
        "team": ["Perception", "Perception", "Labelers"],
        "role": ["engineer", "engineer", "annotator"],
        "weekly_hours": [40.0, None, 20.0],
    }
)


@copied
def imported(folder: Path) -> Store:
    """Return a store that holds the entries and knows nobody."""
    store = Store(folder / "store")
    file = folder / "team.csv"
    file.write_text(ENTRIES, encoding="utf-8")
    import_files(store, [file], Settings())
    return store


@copied
def filled(folder: Path) -> Store:
    """Return a store that holds the entries and the people."""
    store = imported(folder)
    PEOPLE_SHEET.save_frame(store, PEOPLE)
    return store
