"""Files people take for time exports, and what a reading says besides its entries."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from dashboard.errors import BadMapping, QuestionNeeded, UnreadableFile
from dashboard.importers.contract import Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.formats import clickup, harvest, icalendar, toggl
from dashboard.importers.readers.open_source import open_sources

WORKSPACE = {
    "clients.json": [{"id": 7, "wid": 1, "name": "Acme", "at": "2025-01-01T00:00:00+00:00"}],
    "projects.json": [{"id": 9, "workspace_id": 1, "client_id": 7, "name": "Signs", "at": "2025-01-01T00:00:00+00:00"}],
    "tags.json": [{"id": 3, "workspace_id": 1, "name": "labeling", "at": "2025-01-01T00:00:00+00:00"}],
}
HEADER = "User,Project,Start date,Start time,End date,End time,Duration\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_workspace_archive_of_toggl_is_named(tmp_path: Path) -> None:
    path = tmp_path / "toggl_workspace.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, records in WORKSPACE.items():
            archive.writestr(name, json.dumps(records))
    with open_sources(path) as sources:
        assert len(sources) == len(WORKSPACE)
        for source in sources:
            head = source.head()
            found = [importer for importer in IMPORTERS if importer.can_read(head)]
            assert [importer.name for importer in found] == ["toggl"]
            with pytest.raises(UnreadableFile, match="workspace export"):
                found[0].read(source, Settings())


def test_zone_that_is_none(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "Ada,Signs,2026-01-05,09:00:00,2026-01-05,10:00:00,01:00:00\n")
    with open_sources(path) as sources, pytest.raises(BadMapping, match="Europe/Berlin"):
        toggl.IMPORTER.read(sources[0], Settings(zone="Europe/Berln"))


def test_clocks_around_the_change_of_hour_are_counted(tmp_path: Path) -> None:
    skipped = "Ada,Signs,2026-03-29,02:30:00,2026-03-29,04:00:00,00:30:00\n"
    twice = "Ada,Signs,2026-10-25,02:50:00,2026-10-25,02:10:00,00:20:00\n"
    with open_sources(write(tmp_path, HEADER + skipped + twice)) as sources:
        reading = toggl.IMPORTER.read(sources[0], Settings(zone="Europe/Berlin"))
        assert sum(batch.accepted.height for batch in reading.batches) == 2
    assert len([told for told in reading.final_warnings() if "Europe/Berlin" in told]) == 2


def test_dates_that_contradict_what_was_said(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "Ada,Signs,30/01/2026,09:00:00,30/01/2026,10:00:00,01:00:00\n")
    with open_sources(path) as sources, pytest.raises(QuestionNeeded) as caught:
        toggl.IMPORTER.read(sources[0], Settings(zone="UTC", day_first=False))
    assert caught.value.question == "date_order"


@pytest.mark.parametrize("hours", ["1,250", "1.250"])
def test_harvest_hours_are_never_thousands(tmp_path: Path, hours: str) -> None:
    text = (
        f'Date,Client,Project,Task,Hours,Billable?,First Name,Last Name\n2026-01-05,A,B,C,"{hours}",Yes,Ada,Example\n'
    )
    with open_sources(write(tmp_path, text)) as sources:
        (batch,) = harvest.IMPORTER.read(sources[0], Settings()).batches
    assert batch.accepted["seconds"].to_list() == [4500]


def test_harvest_numbers_of_two_kinds(tmp_path: Path) -> None:
    rows = "".join(f'2026-01-05,A,B,C,"{hours}",Yes,Ada,Example\n' for hours in ("1,5", "1.5"))
    text = "Date,Client,Project,Task,Hours,Billable?,First Name,Last Name\n" + rows
    with open_sources(write(tmp_path, text)) as sources, pytest.raises(QuestionNeeded) as caught:
        harvest.IMPORTER.read(sources[0], Settings())
    assert caught.value.question == "decimal"


@pytest.mark.parametrize(
    ("clocks", "says"),
    [
        (["03/02/2026, 10:00:00 AM CET", "2 mars 2026 10:00", "03/05/2026, 10:00:00 AM CET"], ["2 starts in UTC"]),
        (["03/02/2026, 10:00:00 AM CET", ""], ["1 start in UTC"]),
        (["03/02/2026, 10:00:00 AM CET"], []),
    ],
)
def test_clickup_clocks_that_say_nothing_are_counted(tmp_path: Path, clocks: list[str], says: list[str]) -> None:
    rows = [f'Ana,{number},1772442000000,"{clock}",3600000,L' for number, clock in enumerate(clocks)]
    header = "Username,Time Entry ID,Start,Start Text,Time Tracked,List Name"
    with open_sources(write(tmp_path, "\n".join([header, *rows, ""]))) as sources:
        warnings = clickup.IMPORTER.read(sources[0], Settings()).warnings
    assert [warning.partition(",")[0] for warning in warnings if "in UTC" in warning] == says


def test_clickup_starts_without_any_clock_are_in_utc(tmp_path: Path) -> None:
    text = "Username,Time Entry ID,Start,Time Tracked,List Name\nAna,1,1772442000000,3600000,L\n"
    with open_sources(write(tmp_path, text)) as sources:
        warnings = clickup.IMPORTER.read(sources[0], Settings()).warnings
    assert any(warning.startswith("1 start in UTC") for warning in warnings)


def test_a_column_that_stands_twice_is_named(tmp_path: Path) -> None:
    row = "Ada,Signs,2026-01-30,09:00:00,2026-01-30,10:00:00,01:00:00,Bo\n"
    with open_sources(write(tmp_path, HEADER.replace("Duration", "Duration,User") + row)) as sources:
        reading = toggl.IMPORTER.read(sources[0], Settings(zone="UTC"))
        (batch,) = reading.batches
    assert batch.accepted["person"].to_list() == ["Ada"]
    assert reading.unused == ("User__2",)
    assert reading.warnings == ("Columns that occur twice, of which the first was used: User.",)


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:ann@example.org
X-WR-TIMEZONE:Pacific/Kiritimati
BEGIN:VEVENT
UID:1
DTSTART:20260302T100000Z
DTEND:20260302T110000Z
SUMMARY:Planning
END:VEVENT
BEGIN:VEVENT
UID:2
{}
END:VEVENT
END:VCALENDAR
"""


def count_events(path: Path, today: date | None = None) -> tuple[int, int]:
    """Return how many entries a calendar has, and how many of its events are refused."""
    with open_sources(path) as sources:
        batches = list(icalendar.IMPORTER.read(sources[0], Settings(today=today)).batches)
    return sum(batch.accepted.height for batch in batches), sum(batch.bad.height for batch in batches)


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:99991231T235959Z\nDTEND:99991231T235959Z",
        "DTSTART;TZID=Etc/GMT+12:99991231T235959\nDTEND:20260302T110000Z",
        "DTSTART:00010101T000000\nDTEND:20260302T110000Z",
        "RECURRENCE-ID:00010101T000000\nDTSTART:00010101T000000\nDURATION:PT1H",
        "DTSTART:20250101T090000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYEASTER=20260101",
        "DTSTART:20250101T090000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;INTERVAL=0;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_an_event_at_the_edge_of_the_calendar_keeps_out_no_other(tmp_path: Path, event: str) -> None:
    path = tmp_path / "ann.ics"
    path.write_text(CALENDAR.format(event), encoding="utf-8")
    assert count_events(path) == (1, 1)


def test_a_rule_that_ends_in_the_last_year_of_all_never_ends(tmp_path: Path) -> None:
    path = tmp_path / "ann.ics"
    event = "DTSTART:20250101T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=99991231T235959Z"
    path.write_text(CALENDAR.format(event), encoding="utf-8")
    assert count_events(path, date(2025, 1, 31)) == (6, 0)
