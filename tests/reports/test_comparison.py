"""What a report is compared with: the period before, or the same period last year."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from store_copies import copied

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.command import list_arguments
from dashboard.reports.content import build_content
from dashboard.reports.frozen import freeze_report, parse_request
from dashboard.reports.request import Comparison, ReportRequest
from dashboard.store.generations import Store

MARCH = ReportRequest(date(2026, 3, 1), date(2026, 3, 31), comparison=Comparison.last_year)


@copied
def build_store(folder: Path) -> Store:
    """Return a store with a day in each month of two years."""
    lines = ["person,day_on,hours,project,category"]
    lines += [f"Ada,{year}-{month:02}-03,5,Lanes,annotating" for year in (2025, 2026) for month in range(1, 13)]
    (folder / "log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    store = Store(folder / "store")
    import_files(store, [folder / "log.csv"], Settings())
    return store


def test_a_report_names_the_period_of_last_year() -> None:
    report = build_content(build_store.shared(), MARCH)
    assert report.compared == "March 2025"
    assert list_arguments(report.request, "md")[-2:] == ["--compare", "last-year"]


def test_a_frozen_report_keeps_what_it_was_compared_with(tmp_path: Path) -> None:
    store = build_store(tmp_path)
    freeze_report(store, build_content(store, MARCH), "March")
    with store.snapshot() as snapshot:
        stored = snapshot.query("select request from frozen_report order by 1").item()

    assert parse_request(json.loads(stored)).comparison is Comparison.last_year
    older = {name: value for name, value in json.loads(stored).items() if name not in {"comparison", "week_shift"}}
    assert parse_request(older).comparison is Comparison.before
