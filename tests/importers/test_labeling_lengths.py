"""How long labels took: no millisecond is lost, and another unit than the clocks tell is refused."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from importers.golden import FIXTURES, read_all

from dashboard.errors import BadMapping
from dashboard.importers.contract import Settings
from dashboard.importers.formats import label_studio, native_labeling
from dashboard.importers.frames.label_values import read_length
from dashboard.importers.readers import delimited
from dashboard.importers.readers.limits import Limits
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store


@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=1, max_size=30))
def test_reported_times_add_up_to_the_millisecond(lengths: list[int | None]) -> None:
    finished = [
        {"id": place, "completed_by": 1, "result": [], "created_at": "2025-03-03T08:00:00Z", "lead_time": seconds}
        for place, seconds in enumerate(None if length is None else length / 1000 for length in lengths)
    ]
    task = {"id": 1, "data": {}, "project": 1, "annotations": finished, "drafts": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tasks.json"
        path.write_text(json.dumps([task]), "utf-8")
        _, _, accepted, _ = read_all(label_studio.IMPORTER, path)
    assert accepted["milliseconds"].to_list() == lengths


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=20))
def test_native_seconds_add_up_to_the_millisecond(lengths: list[int]) -> None:
    lines = [f"a{place},ana,manual,2025-03-03T08:00:00Z,{length / 1000}" for place, length in enumerate(lengths)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        path.write_text("\n".join(["item,person,method,finished_at,seconds", *lines, ""]), "utf-8")
        _, _, accepted, _ = read_all(native_labeling.IMPORTER, path)
    assert accepted["milliseconds"].to_list() == lengths


@pytest.mark.parametrize(
    ("hours", "milliseconds"), [("0.000277777777777778", 1000), ("0.0004", 1440), ("1.5", 5_400_000), (2, 7_200_000)]
)
def test_hours_keep_their_milliseconds(hours: object, milliseconds: int) -> None:
    assert read_length(hours, unit_seconds=3600) == milliseconds


@pytest.mark.parametrize(("factor", "words"), [(1000, "divided by 1000"), (1 / 60, "times 60")])
def test_seconds_in_another_unit_than_the_clocks_are_refused(tmp_path: Path, factor: float, words: str) -> None:
    lengths, ends = (90, 45, 120), ("09:01:30", "09:00:45", "09:02:00")
    text = "item,person,method,started_at,finished_at,seconds\n" + "".join(
        f"{number},Ann,manual,2026-03-0{number}T09:00:00Z,2026-03-0{number}T{end}Z,{{}}\n"
        for number, end in enumerate(ends, start=1)
    )
    file = tmp_path / "events.csv"
    file.write_text(text.format(*(length * factor for length in lengths)), encoding="utf-8")
    with pytest.raises(BadMapping, match=f'"seconds" {words} is the end minus the start in each of 3 rows'):
        read_all(native_labeling.IMPORTER, file)
    file.write_text(text.format(90, 45, 20), encoding="utf-8")
    assert read_all(native_labeling.IMPORTER, file)[2]["milliseconds"].to_list() == [90_000, 45_000, 20_000]


@pytest.mark.parametrize("timed", [1, 40])
def test_the_unit_is_that_of_all_rows_not_of_the_first_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, timed: int
) -> None:
    monkeypatch.setattr(delimited, "LIMITS", Limits(chunk_bytes=1000))
    rows = [
        f"{number},Ann,manual,2026-03-02T09:00:00Z,2026-03-02T09:01:30Z,{90_000 if number % 40 < timed else ''}\n"
        for number in range(40, 240)
    ]
    file = tmp_path / "events.csv"
    untimed = "1,Ann,manual,,2026-03-02T09:01:30Z,\n" * 100
    file.write_text(f"item,person,method,started_at,finished_at,seconds\n{untimed}{''.join(rows)}", encoding="utf-8")
    with pytest.raises(BadMapping, match='"seconds" divided by 1000 is the end minus the start'):
        read_all(native_labeling.IMPORTER, file)


def test_a_page_of_units_and_a_queue_of_assignments_take_the_time_that_they_cover(tmp_path: Path) -> None:
    for name, hours in (("appen/full_report.csv", 180), ("mturk/batch.csv", 90 + 3660 + 41)):
        store = Store(tmp_path / name.replace("/", "_"))
        import_files(store, [FIXTURES / name], Settings())
        with store.snapshot() as snapshot:
            assert snapshot.query("select sum(annotate_ms) / 1000 from label").item() == hours
