"""The native time entries: what a script writes is what is stored."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.categories import CATEGORIES
from dashboard.errors import BadMapping, QuestionNeeded, UnreadableFile
from dashboard.importers.columns.iso import parse_iso, resolve_instants
from dashboard.importers.contract import Head, Reading, Settings
from dashboard.importers.formats.native_time import IMPORTER
from dashboard.importers.readers.open_source import open_sources

WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20)
STARTS = st.datetimes(
    datetime(1990, 1, 2),  # noqa: DTZ001 - the zone comes beside
    datetime(2100, 12, 30),  # noqa: DTZ001
    timezones=st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
)
ENTRIES = st.fixed_dictionaries(
    {
        "person": WORDS,
        "started_at": STARTS,
        "seconds": st.integers(0, 744 * 3600),
        "project": st.none() | WORDS,
        "description": st.none() | WORDS,
        "category": st.none() | st.sampled_from(CATEGORIES),
        "billable": st.none() | st.booleans(),
    }
)


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def read_all(path: Path, said: Settings | None = None) -> tuple[Reading, pl.DataFrame, pl.DataFrame]:
    with open_sources(path) as sources:
        reading = IMPORTER.read(sources[0], said or Settings())
        batches = list(reading.batches)
    return reading, pl.concat(one.accepted for one in batches), pl.concat(one.bad for one in batches)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(ENTRIES, min_size=1, max_size=12), order=st.randoms(use_true_random=False))
def test_what_is_written_is_read(tmp_path: Path, entries: list[dict[str, object]], order: object) -> None:
    names = list(entries[0])
    order.shuffle(names)  # type: ignore[attr-defined]
    path = tmp_path / "entries.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(one | {"started_at": one["started_at"].isoformat()} for one in entries)  # type: ignore[attr-defined]
    _, accepted, bad = read_all(path)
    assert bad.is_empty()
    for one, row in zip(entries, accepted.iter_rows(named=True), strict=True):
        start = one["started_at"]
        assert isinstance(start, datetime)
        assert row["started_at"] == start.astimezone(UTC)
        assert row["started_local"] == start.replace(tzinfo=None)
        assert row["day_on"] == start.date()
        for name in ("seconds", "category", "billable"):
            assert row[name] == one[name]
        for name in ("person", "project", "description"):
            expected = pl.Series([one[name]], dtype=pl.String).str.normalize("NFC").item()
            assert row[name] == expected


@given(start=STARTS)
def test_plain_and_loose_stamps_read_the_same(start: datetime) -> None:
    stamp = start.isoformat()
    forms = [stamp, stamp.replace("T", " "), f" {stamp}"]
    read = [resolve_instants(parse_iso(pl.Series([form])), None).row(0) for form in forms]
    assert read[0] == read[1] == read[2]
    assert start.astimezone(UTC) in read[0]


@pytest.mark.parametrize(
    ("text", "offset"),
    [("2025-03-03T09:00:00Z", 0), ("2025-03-03T09:00Z", 0), ("2025-03-03T09:00:00.123456-0330", -12600),
     ("2025-03-03 09:00:00 +05", 18000), ("2025-03-03T09:00:00UTC", 0), ("2025-03-03T09:00:00", None),
     ("Mon, 3 Mar 2025 09:00:00 UTC+0000", 0), ("Mon, 03 Mar 2025 09:00:00 -0330", -12600),
     ("Mon, 03 Mar 2025 09:00:00 GMT", 0), ("Mon Mar 03 2025 09:00:00 GMT+0100 (CET)", 3600)],
)  # fmt: skip
def test_offsets(text: str, offset: int | None) -> None:
    read = parse_iso(pl.Series([text, None])).row(0)
    assert read[0].replace(microsecond=0) == datetime(2025, 3, 3, 9)  # noqa: DTZ001 - a wall clock
    assert read[1] == offset


@pytest.mark.parametrize(
    "text", ["2025-13-03T09:00:00Z", "2025-03-03T25:00:00Z", "2025-03-03", "x", "2025-03-03T09:00:00 soon"]
)
def test_no_stamp_is_null(text: str) -> None:
    assert parse_iso(pl.Series([text]))["local"].to_list() == [None]


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("3600", 3600),
        ("3600.0", 3600),
        ("59.5", 60),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1e30", None),
        ("-1", -1),
    ],
)
def test_seconds(tmp_path: Path, cell: str, seconds: int | None) -> None:
    _, accepted, _ = read_all(written(tmp_path / "a.csv", f"person,day_on,seconds\nAna,2025-01-02,{cell}\n"))
    assert accepted["seconds"].to_list() == ([] if seconds is None else [seconds])


def test_seconds_hold_against_hours(tmp_path: Path) -> None:
    text = "person,day_on,seconds,hours\nAna,2025-01-02,60,1\nAna,2025-01-02,,0.5\nAna,2025-01-02,4500,1.3\n"
    reading, accepted, _ = read_all(written(tmp_path / "a.csv", text))
    assert accepted["seconds"].to_list() == [60, 1800, 4500]
    assert reading.final_warnings() == ("1 entry: seconds are not the hours beside them; the seconds were taken.",)


def test_a_day_that_is_told_holds_against_the_start(tmp_path: Path) -> None:
    text = "person,day_on,started_at,seconds\nAna,2025-01-02,2025-01-01T23:30:00Z,60\nAna,,2025-01-01T23:30:00Z,60\n"
    _, accepted, _ = read_all(written(tmp_path / "a.csv", text))
    assert accepted["day_on"].to_list() == [date(2025, 1, 2), date(2025, 1, 1)]


def test_unseen_characters_are_taken_out_of_names(tmp_path: Path) -> None:
    text = "person,day_on,seconds,project\n\u200bAna\u00a0,2025-01-02,60,Zu\u0308rich\nAna,2025-01-02,60,Z\u00fcrich\n"
    _, accepted, _ = read_all(written(tmp_path / "a.csv", text))
    assert accepted["person"].to_list() == ["Ana", "Ana"]
    assert accepted["project"].n_unique() == 1


def test_a_late_start_without_offset_asks_for_the_zone(tmp_path: Path) -> None:
    lines = ["person,started_at,seconds", *["Ana,2025-01-02T10:00:00Z,60"] * 300, "Ana,2025-01-02T10:00:00,60", ""]
    path = written(tmp_path / "a.csv", "\n".join(lines))
    with pytest.raises(QuestionNeeded):
        read_all(path)
    _, accepted, _ = read_all(path, Settings(zone="Asia/Tokyo"))
    assert accepted["started_at"].to_list()[-1] == datetime(2025, 1, 2, 1, tzinfo=UTC)


def test_a_zone_that_is_none_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "person,started_at,seconds\nAna,2025-01-02T10:00:00,60\n")
    with pytest.raises(BadMapping, match="Mars/Olympus"):
        read_all(path, Settings(zone="Mars/Olympus"))


def test_a_start_that_is_none_is_not_dropped_silently(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "person,day_on,started_at,seconds\nAna,2025-01-02,noon,60\n")
    _, _, bad = read_all(path)
    assert bad["reason"].to_list() == ["no start time that can be read"]


def test_a_foreign_table_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="person, seconds or hours"):
        read_all(written(tmp_path / "a.csv", "name,length\nAna,60\n"))


@pytest.mark.parametrize(
    ("header", "is_ours"),
    [
        (("seconds", "person", "started_at"), True),
        (("HOURS", "Person", "Day_on", "mood"), True),
        (("item", "person", "seconds", "method", "finished_at", "started_at"), False),
        (("run", "person", "seconds", "started_at"), False),
        (("person", "seconds"), False),
        (("person", "day_on"), False),
        (("seconds", "started_at"), False),
        (("Person", "Hours", "Day_on", "Start date", "Start time", "Duration"), False),
    ],
)
def test_recognised_by_the_header(header: tuple[str, ...], is_ours: bool) -> None:  # noqa: FBT001 - a parameter
    assert IMPORTER.can_read(Head("table", header)) is is_ours
