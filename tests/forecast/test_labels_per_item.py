"""A backlog is in items, the pace in labels: where several people label one item, both count the same work."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.backlogs import BACKLOG_SHEET
from dashboard.store.generations import Store

TODAY = date(2026, 11, 24)
FIRST_ON = date(2026, 6, 1)


def build_store(folder: Path, people: list[str], backlog: str) -> Store:
    """Return 25 weeks of about 50 items, each labeled by all of the people, and a backlog."""
    rng = random.Random(1)
    rows, item = [], 0
    for week in range(25):
        for place in range(50 + rng.randrange(-5, 6)):
            item += 1
            day = FIRST_ON + timedelta(days=week * 7 + place % 5)
            rows += [
                f"i{item},Signs,{person},manual,{day}T{9 + place // 10:02d}:{place % 60:02d}:{second:02d}Z,50\n"
                for second, person in enumerate(people)
            ]
    path = folder / "labels.csv"
    path.write_text("item,project,person,method,finished_at,seconds\n" + "".join(rows), "utf-8")
    store = Store(folder / "store")
    import_files(store, [path], Settings())
    BACKLOG_SHEET.load_csv(store, f"project,items,from_on\n{backlog}\n")
    return store


def ask_finish(store: Store) -> dict[str, Any]:
    """Return the one row of the finish date."""
    answer = resolve_figure(store, "finish_date", Filters(), today=TODAY)
    assert answer.rows.height == 1
    return answer.rows.row(0, named=True)


@pytest.mark.parametrize("backlog", ["Signs,500,2026-11-23", "Signs,1000,2026-09-07"])
def test_two_labels_an_item_finish_as_late_as_one(tmp_path: Path, backlog: str) -> None:
    rows = []
    for people in (["Ann"], ["Ann", "Bob"]):
        folder = tmp_path / str(len(people))
        folder.mkdir()
        rows.append(ask_finish(build_store(folder, people, backlog)))
    once, twice = rows
    for name in ("items", "p10_on", "p50_on", "p90_on", "per_week_p50"):
        assert once[name] == twice[name], name
    assert 2 * once["people_likely"] - 1 <= twice["people_likely"] <= 2 * once["people_likely"]
    assert "items, 2.0 labels each as of late:" in twice["words"]
    assert "labels each" not in once["words"]
