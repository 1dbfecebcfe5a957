"""A labeling log whose every figure can be worked out by hand, imported through the real importer."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from store_copies import copied

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.store.generations import Store

EVERYTHING = Filters()
HEADER = "item,person,seconds,method,started_at,finished_at,stage,outcome,project,label_kind,objects\n"

# Ann, by hand in Vision: 100, 200 and 300 s, one label without a time, one skipped after 60 s, one draft of 40 s.
# Ben, pre-annotated in Vision: 50 and 150 s; his second label was rejected and reworked. A machine made m1 alone.
# Cy, in Text: 20 labels, 17 of them "30 s", one of 0 s: times that say nothing. Dee, in Text: from start to end.
VISION = """\
v1,Ann,100,manual,,2026-03-02T10:00:00Z,annotate,submitted,Vision,box,2
v2,Ann,200,manual,,2026-03-02T11:00:00Z,annotate,submitted,Vision,box,4
v3,Ann,300,manual,,2026-03-03T10:00:00Z,annotate,submitted,Vision,polygon,1
v4,Ann,,manual,,2026-03-03T11:00:00Z,annotate,submitted,Vision,box,1
v5,Ann,60,manual,,2026-03-03T12:00:00Z,annotate,skipped,Vision,,
v6,Ann,40,manual,,2026-03-03T13:00:00Z,annotate,draft,Vision,,
v7,Ben,50,pre-annotated,,2026-03-09T10:00:00Z,annotate,submitted,Vision,box,2
v8,Ben,150,pre-annotated,,2026-03-09T11:00:00Z,annotate,submitted,Vision,box,3
m1,,,automatic,,2026-03-09T12:00:00Z,annotate,submitted,Vision,box,5
v1,Rae,20,,,2026-03-10T10:00:00Z,review,accepted,Vision,,
v7,Rae,30,,,2026-03-10T11:00:00Z,review,accepted,Vision,,
v8,Rae,40,,,2026-03-10T12:00:00Z,review,rejected,Vision,,
v8,Ben,70,,,2026-03-11T10:00:00Z,rework,submitted,Vision,,
"""
CONSTANT = [30] * 17 + [31, 32, 0]
TEXT = "".join(
    f"t{number},Cy,{seconds},manual,,2026-04-{number + 1:02d}T10:00:00Z,annotate,submitted,Text,,\n"
    for number, seconds in enumerate(CONSTANT)
)
OPEN = "d1,Dee,,manual,2026-04-01T10:00:00Z,2026-04-01T10:20:00Z,annotate,submitted,Text,,\n"
TOTAL_MILLISECONDS = 1000 * (100 + 200 + 300 + 60 + 40 + 50 + 150 + 20 + 30 + 40 + 70 + sum(CONSTANT) + 1200)

PEOPLE = pl.DataFrame(
    {
        "name": ["Ann", "Ben"],
        "aliases": ["ann@example.org", None],
        "team": ["Labelers", "Labelers"],
        "role": ["annotator", "annotator"],
        "weekly_hours": [40.0, 40.0],
    }
)


@copied
def filled(folder: Path, rows: str = VISION + TEXT + OPEN, header: str = HEADER) -> Store:
    """Return a store that holds the log and knows Ann and Ben."""
    store = Store(folder / "store")
    file = folder / "labels.csv"
    file.write_text(header + rows, encoding="utf-8")
    import_files(store, [file], Settings(zone="UTC"))
    PEOPLE_SHEET.save_frame(store, PEOPLE)
    return store


def rows(store: Store, name: str, filters: Filters = EVERYTHING) -> pl.DataFrame:
    """Return the rows of a figure, with the names of people."""
    return resolve_figure(store, name, filters, names=True).rows


def one(frame: pl.DataFrame, **wanted: object) -> dict[str, object]:
    """Return the only row with those values."""
    return frame.filter(**wanted).row(0, named=True)
