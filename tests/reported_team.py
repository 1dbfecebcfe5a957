"""A team of six on sixty projects, whose names try to be formulas, markup, scripts, links and walls of text."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
from store_copies import copied

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.request import ReportRequest
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.store.generations import Store

OCTOBER = ReportRequest(date(2026, 10, 1), date(2026, 10, 31))
HOSTILE = (
    '=HYPERLINK("http://x")',
    "<script>alert(1)</script>",
    '#sys.inputs #include "/etc/passwd" $x$',
    "](javascript:x) ![a](http://x/y.png) **b**",
    "W" * 4000,
    "\u202egnp.exe\u202c \u2066reversed\u2069",
)
FOREIGN = ("東京の標識", "الطرق والإشارات", "Дорожные знаки", "नमस्ते परियोजना")
PEOPLE = ("Ada", "Bob", "Cleo", "Dan", "Eve", "Finn")
WEEKS = 12
TASKS = ("label images", "model training", "review annotations", "error analysis")


def projects() -> list[str]:
    """Return sixty names, the odd ones first because they are the largest."""
    named = [*HOSTILE, *FOREIGN]
    return [*named, *(f"Project {number:02}" for number in range(60 - len(named)))]


def entries() -> pl.DataFrame:
    """Return time entries of native form: everybody works on everything, the first projects the most."""
    rows = []
    for week in range(WEEKS):
        monday = date(2026, 8, 10) + timedelta(weeks=week)
        for place, project in enumerate(projects()):
            person = PEOPLE[(place + week) % len(PEOPLE)]
            helpers = PEOPLE if place < len(HOSTILE) + len(FOREIGN) else (person,)
            for number, one in enumerate(helpers):
                day = monday + timedelta(days=(place + number) % 5)
                seconds = 1800 + 60 * (60 - place) + 10 * number
                rows.append((one, day.isoformat(), seconds, project, TASKS[(place + number + week) % len(TASKS)]))
    return pl.DataFrame(rows, schema=["person", "day_on", "seconds", "project", "description"], orient="row")


@copied
def sixty_projects(folder: Path) -> Store:
    """Return a store that holds the entries and knows the people."""
    return build_store(folder, entries())


@copied
def five_projects(folder: Path) -> Store:
    """Return such a store that holds the entries of five projects with plain names."""
    return build_store(
        folder, entries().filter(pl.col("project").is_in([f"Project {number}" for number in range(10, 15)]))
    )


def build_store(folder: Path, rows: pl.DataFrame) -> Store:
    """Return a store that holds these entries and knows the people."""
    store = Store(folder / "store")
    file = folder / "time.csv"
    rows.write_csv(file)
    import_files(store, [file], Settings())
    known = {"name": PEOPLE, "team": ["Field"] * len(PEOPLE), "role": ["engineer"] * len(PEOPLE)}
    PEOPLE_SHEET.save_frame(store, pl.DataFrame({**known, "weekly_hours": [40.0] * len(PEOPLE)}))
    return store
