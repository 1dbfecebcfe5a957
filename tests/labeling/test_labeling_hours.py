"""The hours of labeling work, event by event, on a log worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store


def test_labeling_work_is_that_of_all_events_with_shared_times(tmp_path: Path) -> None:
    # Ann has two labels open for 10 of 30 minutes; Bob's are only stamped, so that the first has no time.
    file, store = tmp_path / "events.csv", Store(tmp_path / "store")
    file.write_text(
        "item,person,seconds,method,stage,started_at,finished_at,project,time_kind,objects\n"
        "a,Ann,1200,manual,annotate,2026-03-02T09:00:00Z,2026-03-02T09:20:00Z,P,start-end,2\n"
        "b,Ann,1200,manual,annotate,2026-03-02T09:10:00Z,2026-03-02T09:30:00Z,P,start-end,3\n"
        "c,Bob,,manual,annotate,,2026-03-02T09:00:00Z,P,gap-derived,\n"
        "d,Bob,,manual,annotate,,2026-03-02T09:02:00Z,P,gap-derived,\n",
        encoding="utf-8",
    )
    import_files(store, [file], Settings())
    figure = resolve_figure(store, "labeling_hours", Filters(), names=True)
    columns = ["events", "timed_events", "hours", "objects", "summed_events"]
    people = figure.rows.filter(cut="person").sort("person").select("person", *columns).rows()
    assert people == [("Ann", 2, 2, 0.5, 5, 0), ("Bob", 2, 1, pytest.approx(2 / 60), None, 0)]
    assert figure.rows.filter(cut="all").select(columns).row(0) == (4, 3, pytest.approx(32 / 60), 5, 0)
    assert "1 of 3 timed events is estimated" in figure.note
