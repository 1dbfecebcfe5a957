"""The names that filters offer are those of the figures."""

from __future__ import annotations

from pathlib import Path

import pytest
import worked_labels
import worked_team

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

TO_COME = "person,started_at,seconds,project\nZoe,2031-03-02 10:00:00,3600,To come\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with tracked time, labels and an entry of a day to come."""
    store = worked_team.filled(tmp_path)
    labels, later = tmp_path / "labels.csv", tmp_path / "later.csv"
    labels.write_text(worked_labels.HEADER + worked_labels.VISION + worked_labels.TEXT, encoding="utf-8")
    later.write_text(TO_COME, encoding="utf-8")
    import_files(store, [labels, later], Settings(zone="UTC"))
    return store


@pytest.mark.parametrize(
    ("is_tracked", "column", "figure"),
    [
        (True, "project", "hours_by_project"),
        (True, "team", "hours_by_team"),
        (False, "project", "labeled_projects"),
        (False, "team", "labeled_projects"),
    ],
)
def test_filters_offer_what_figures_list(store: Store, is_tracked: bool, column: str, figure: str) -> None:  # noqa: FBT001
    with store.snapshot() as snapshot:
        offered = run_query(snapshot, "filter_names", {}).filter(is_tracked=is_tracked).get_column(column)
    listed = resolve_figure(store, figure, Filters(), names=True).rows.get_column(column)
    assert {*offered} == {*listed}
