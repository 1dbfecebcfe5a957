"""A file without a row that can be taken is no import; long days and long labels are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, preview_import
from dashboard.store.generations import Store


def write(folder: Path, text: str) -> Path:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_file_without_a_good_row_leaves_no_import(tmp_path: Path) -> None:
    path = write(tmp_path, "person,day_on,hours\nAna,soon,2\nAna,later,2\nBen,2026-03-02,long\n")
    store = Store(tmp_path / "store")
    with pytest.raises(UnreadableFile, match=r"none of its 3 rows .* no date that can be read: 2, first in line 2"):
        import_files(store, [path], Settings())
    with store.snapshot() as snapshot:
        assert snapshot.query("select count(*) from import").item() == 0


def test_day_of_more_than_24_hours_is_told(tmp_path: Path) -> None:
    rows = "Ana,2026-03-02,15\nAna,2026-03-02,11\nBen,2026-03-02,9\n"
    (result,) = import_files(Store(tmp_path / "store"), [write(tmp_path, "person,day_on,hours\n" + rows)], Settings())
    assert any(
        "more than 24 h of one person: 1; the longest is 2026-03-02 with 26 h" in warning for warning in result.warnings
    )


def test_label_of_more_than_twelve_hours_is_told(tmp_path: Path) -> None:
    header = "item,person,method,finished_at,seconds\n"
    rows = "a,Ana,manual,2026-03-02T09:00:00Z,50000\nb,Ana,manual,2026-03-02T09:30:00Z,60\n"
    (result,) = import_files(Store(tmp_path / "store"), [write(tmp_path, header + rows)], Settings())
    assert any(warning.startswith("1 of 2 new labeling events took longer than 12 h") for warning in result.warnings)


def preview_labels(folder: Path, rows: str) -> str:
    """Return what is said of a table of labeling events of two people before anything is stored."""
    header = "item,person,method,finished_at,stage,outcome,project\n"
    file = folder / "labels.csv"
    file.write_text(header + rows, "utf-8")
    (result,) = preview_import(Store(folder / "store"), file, Settings(zone="UTC"))
    return "\n".join(result.warnings)


LABELED = "".join(f"{item},Ann,manual,2026-03-02T09:00:00Z,annotate,submitted,Docs\n" for item in "abc")


def test_rejections_alone_are_told_before_they_are_stored(tmp_path: Path) -> None:
    rejected = f"{LABELED}a,Rae,,2026-03-03T09:00:00Z,review,rejected,Docs\n"
    assert "1 of 4 new labeling events are rejections" in preview_labels(tmp_path, rejected)
    answer = f"{LABELED}d,Ann,manual,2026-03-02T09:00:00Z,annotate,rejected,Docs\n"  # an annotator's own, no review
    assert "rejections" not in preview_labels(tmp_path, answer)
    accepted = f"{rejected}b,Rae,,2026-03-03T09:00:00Z,review,accepted,Docs\n"
    assert "rejections" not in preview_labels(tmp_path, accepted)
