"""Tables through a mapping: the fixtures of `fixtures/generic`, mapping files, and what is proposed for a header."""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from dashboard import errors
from dashboard.importers.contract import Head, Reading, Settings
from dashboard.importers.generic import IMPORTER
from dashboard.importers.generic_mapping import load_mapping
from dashboard.importers.mapping_proposal import propose_mapping
from dashboard.importers.readers.open_source import open_sources
from dashboard.web.pages.data.mapping_form import shorten_titles

FIXTURES = Path(__file__).parents[2] / "fixtures" / "generic"
CASES = sorted(path.name.split(".")[0] for path in FIXTURES.glob("*.expected.json"))


def read_all(path: Path, settings: Settings) -> tuple[Reading, pl.DataFrame, pl.DataFrame]:
    with open_sources(path) as sources:
        assert not IMPORTER.can_read(sources[0].head())
        reading = IMPORTER.read(sources[0], settings)
        batches = list(reading.batches)
    return reading, pl.concat(one.accepted for one in batches), pl.concat(one.bad for one in batches)


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


@pytest.mark.parametrize("case", CASES)
def test_case_reads_as_expected(case: str) -> None:
    path = next(file for file in FIXTURES.glob(f"{case}.*") if not file.name.endswith(".json"))
    settings = Settings(**json.loads((FIXTURES / f"{case}.settings.json").read_text("utf-8")))
    expected = json.loads((FIXTURES / f"{case}.expected.json").read_text("utf-8"))
    if "refused" in expected:
        with pytest.raises(getattr(errors, expected["refused"]["error"])) as caught:
            read_all(path, settings)
        assert expected["refused"]["says"] in str(caught.value)
        assert getattr(caught.value, "question", None) == expected["refused"].get("question")
        return
    reading, accepted, bad = read_all(path, settings)
    reasons: dict[str, list[int]] = defaultdict(list)
    for line, reason in bad.select("line", "reason").iter_rows():
        reasons[reason].append(line)
    seen = {
        "rows_read": accepted.height + bad.height,
        "accepted": accepted.height,
        "rejected": bad.height,
        "seconds_total": accepted["seconds"].sum(),
        "first_day": plain(accepted["day_on"].min()),
        "last_day": plain(accepted["day_on"].max()),
        "reasons": reasons,
        "zone": reading.zone,
        "date_order": reading.date_order,
        "warnings": [*reading.warnings, *reading.final_warnings()],
        "unused": list(reading.unused),
    }
    assert set(expected) <= {*seen, "first_rows"}
    assert {key: seen[key] for key in expected if key in seen} == {
        key: value for key, value in expected.items() if key in seen
    }
    for row, wanted in zip(accepted.iter_rows(named=True), expected.get("first_rows", []), strict=False):
        assert {key: plain(row[key]) for key in wanted} == wanted


def test_workbook_through_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "hours.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("May")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["Employé", "Jour", "Heures", "Projet"])
        sheet.write_string(1, 0, "Zoé")
        sheet.write_datetime(1, 1, datetime(2025, 5, 6), day)  # noqa: DTZ001 - a cell of a workbook has no zone
        sheet.write_number(1, 2, 1.25)
        sheet.write_string(1, 3, "Vision")
    mapping = {"person": "Employé", "day_on": "Jour", "hours": "Heures", "project": "Projet"}
    _, accepted, bad = read_all(path, Settings(mapping=mapping))
    assert bad.is_empty()
    assert accepted.select("person", "day_on", "seconds", "project").rows() == [
        ("Zoé", date(2025, 5, 6), 4500, "Vision")
    ]


def test_nobody_named_is_one_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Day,Seconds\n2025-01-02,60\n2025-01-03,61\n", "utf-8")
    reading, accepted, _ = read_all(path, Settings(mapping={"day_on": "Day", "seconds": "Seconds"}))
    assert accepted["person"].null_count() == 2
    assert len(reading.warnings) == 1


def test_mapping_file_becomes_flat(tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    written = {"kind": "time_entry", "columns": {"person": "Name", "day_on": "Tag", "hours": "Std"}, "decimal": ","}
    path.write_text(json.dumps(written), "utf-8")
    assert load_mapping(path) == {
        "person": "Name", "day_on": "Tag", "hours": "Std", "_kind": "time_entry", "_decimal": ",",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{", "not JSON"),
        ("[1]", 'has no "columns"'),
        ('{"columns": {"day_on": 3}}', '"day_on"'),
        ('{"columns": {"perzon": "Name", "day_on": "Tag", "hours": "Std"}}', 'unknown name "perzon"'),
        ('{"columns": {"day_on": "Tag", "hours": "Std"}, "colour": "red"}', 'unknown name "colour"'),
        ('{"columns": {"day_on": "Tag", "hours": "Std"}, "decimal": ";"}', 'decimal cannot be ";"'),
        ('{"columns": {"day_on": "Tag", "hours": "Std"}, "kind": "wish"}', 'kind cannot be "wish"'),
        ('{"columns": {"hours": "Std"}}', "when an entry began"),
        ('{"columns": {"day_on": "Tag"}}', "how long"),
        ("[" * 60_000, "not JSON"),
        (" " * 70_000, "larger than 64 kB"),
    ],
)
def test_mapping_file_that_cannot_be_used(tmp_path: Path, written: str, says: str) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(written, "utf-8")
    with pytest.raises(errors.BadMapping) as caught:
        load_mapping(path)
    assert says in caught.value.message
    assert caught.value.hint


def test_mapping_file_that_is_absent(tmp_path: Path) -> None:
    with pytest.raises(errors.BadMapping):
        load_mapping(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("header", "proposed"),
    [
        (
            ("Mitarbeiter", "Datum", "Stunden", "Projekt", "Tätigkeit", "Bemerkung", "Kunde"),
            {
                "person": "Mitarbeiter", "day_on": "Datum", "hours": "Stunden", "project": "Projekt",
                "task": "Tätigkeit", "description": "Bemerkung", "client": "Kunde",
            },
        ),
        (
            ("User", "Email", "Start date", "Start time", "End date", "End time", "Duration", "Tags", "Rate"),
            {
                "person": "User", "email": "Email", "start_date": "Start date", "start_time": "Start time",
                "end_date": "End date", "end_time": "End time", "duration": "Duration", "tags": "Tags",
            },
        ),
        (
            ("Date", "From", "To", "Who"),
            {"start_date": "Date", "start_time": "From", "end_time": "To", "person": "Who"},
        ),
        (
            ("Employé", "Début", "Fin", "Durée", "Projet", "Tâche"),
            {
                "person": "Employé", "started_at": "Début", "ended_at": "Fin", "duration": "Durée",
                "project": "Projet", "task": "Tâche",
            },
        ),
        (("Usuario", "Fecha", "Horas", "Proyecto"), {"person": "Usuario", "day_on": "Fecha", "hours": "Horas", "project": "Proyecto"}),  # noqa: E501
        (
            ("Issue Key", "Issue summary", "Hours", "Work date", "Full name", "Project Name", "Work Description"),
            {
                "task": "Issue Key", "hours": "Hours", "day_on": "Work date", "person": "Full name",
                "project": "Project Name", "description": "Work Description",
            },
        ),
        (
            ("activity name", "time started", "time ended", "comment", "categories", "duration", "duration minutes"),
            {
                "task": "activity name", "started_at": "time started", "ended_at": "time ended",
                "description": "comment", "minutes": "duration minutes",
            },
        ),
        (("Name", "Name", "Blutdruck"), {"person": "Name"}),
        ((), {}),
    ],
)  # fmt: skip
def test_header_words_propose_a_mapping(header: tuple[str, ...], proposed: dict[str, str]) -> None:
    assert propose_mapping(Head("table", header)) == proposed


@pytest.mark.parametrize(
    ("values", "is_proposed"),
    [(["annotating", None, "Review"], True), (["Labeling"], True), (["Billable work"], False)],
)
def test_a_category_is_proposed_only_where_it_is_ours(values: list[str | None], *, is_proposed: bool) -> None:
    head = Head("table", ("Category",), pl.DataFrame({"Category": values}))
    assert ("category" in propose_mapping(head)) is is_proposed


def test_marketplace_report_with_worded_durations(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        '"Issue","Author","Started at","Time spent"\r\n'
        '"A-1","Ana","Jan 20, 2023, 6:25 PM","2h 30m"\r\n'
        '"A-2","Ana","Jan 21, 2023, 9:00 AM","3h "\r\n'
        '"Total","_","_","5h 30m"\r\n',
        "utf-8-sig",
    )
    with open_sources(path) as sources:
        mapping = propose_mapping(sources[0].head())
    assert mapping == {"task": "Issue", "person": "Author", "started_at": "Started at", "duration": "Time spent"}
    _, accepted, bad = read_all(path, Settings(mapping=mapping, zone="Europe/Berlin"))
    assert accepted.select("day_on", "seconds").rows() == [(date(2023, 1, 20), 9000), (date(2023, 1, 21), 10800)]
    assert bad["reason"].to_list() == ["totals row, not an entry"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders as on POSIX")
def test_a_pipe_for_a_mapping_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mapping.json")
    with pytest.raises(errors.BadMapping, match=r"mapping\.json is not a file"):
        load_mapping(tmp_path / "mapping.json")


ESSAY = "Say how good the answer is with respect to all of the guidelines " * 60
LONG_TABLES = {
    "a column that is lacking": (["day", "h", ESSAY], {"day_on": "day", "hours": f"{ESSAY}?"}, ()),
    "an unknown part": (["day", "h"], {"day_on": "day", ESSAY: "h"}, ()),
    "an unknown option": (["day", "h"], {"day_on": "day", "hours": "h", "_decimal": ESSAY}, ()),
    "a title that comes twice": (["day", ESSAY, ESSAY], {"day_on": "day", "hours": ESSAY}, ("2026-03-02", "1", ESSAY)),
    "plain numbers": (["day", ESSAY], {"day_on": "day", "duration": ESSAY}, ("2026-03-02", "1")),
    "another unit": (["day", f"{ESSAY} (min)"], {"day_on": "day", "hours": f"{ESSAY} (min)"}, ("2026-03-02", "1")),
    "an open order of days": ([ESSAY, "h"], {"day_on": ESSAY, "hours": "h"}, ("03/04/2026", "1")),
    "a decimal sign or none": (["day", ESSAY], {"day_on": "day", "hours": ESSAY}, ("2026-03-02", "1,234")),
    "a zone": (["day", "h"], {"started_at": "day", "hours": "h", "_zone": ESSAY}, ("2026-03-02 09:00", "1")),
}


@pytest.mark.parametrize("case", LONG_TABLES)
def test_messages_cut_what_is_longer_than_a_title(tmp_path: Path, case: str) -> None:
    header, mapping, row = LONG_TABLES[case]
    path = tmp_path / "form.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, row or ("2026-03-02", "1", "x")[: len(header)]])
    with pytest.raises(errors.DashboardError) as caught:
        read_all(path, Settings(mapping=mapping))
    assert len(str(caught.value)) < 500


def test_choices_of_columns_are_short_and_differ() -> None:
    names = ("day", ESSAY + "a" + ESSAY, ESSAY + "b" + ESSAY, f"{ESSAY}?")
    titles = shorten_titles(names)
    assert [*titles] == [*names]
    assert len({*titles.values()}) == len(names)
    assert titles["day"] == "day"
    assert all(len(title) < 80 for title in titles.values())


SMALL_TRACKERS = {  # table -> seconds and rows that are taken at the first press
    "Activity type,Duration,From,To,Comment\nLabel,01:00,2026-03-02 09:00,2026-03-02 10:00,\n\n"
    "Activity type,Duration,%\nLabel,01:00,100\n": (3600, 1),  # aTimeLogger: two tables below each other
    "Member,Date,Project,Task,Time\nAnn,2026-03-02,Signs,Label,1:30\n": (5400, 1),  # Everhour
    "Project,Client,Date,Name,Duration\nSigns,C,2026-03-02,Label,1:30\nTOTAL,,,,1:30\n": (5400, 1),  # Nextcloud
    ",person,project,day,duration\n0,Ann,Signs,2026-03-02,0 days 08:00:00\n": (28_800, 1),  # pandas
    "activity name,time started,time ended,comment,categories,record tags,duration,duration minutes\n"
    "label,2026-03-02 09:00:00,2026-03-02 10:00:00,,c,,1:00:00,60\n": (3600, 1),  # Simple Time Tracker
    "Week\tDate\tUser\tProject\tNotes\tHours\n10\t13/03/2026\tAnn\tSigns\t\t1,5\n": (5400, 1),  # TimeChimp
    "Month;Date;Project;Duration H:M;Duration M\n01.2019;15.01.2019;Signs;0:05;5.5\n": (330, 1),  # Yast
    'Project,Issue,User,Logged at,Duration\nSigns,S-1,Ann,"Mon, 21 Apr 2025 10:17:06 UTC+0000",1h 30m\n': (5400, 1),
    "Day,Who,Project,Time spent (h)\n2026-03-02,Ann,Signs,1.5\n": (5400, 1),
    "Date,User,Issue,Spent time\n2026-03-02,Ann,S-1,1h 30m\n": (5400, 1),
    "Date,User,Task name,Hours logged\n2026-03-02,Ann,Label,1.5\n": (5400, 1),
    "Employee,Task,Start time,End time\nAnn,Label,2026-03-02 09:00:00,2026-03-02 10:30:00\n": (5400, 1),
    "Employee,Date,Clock in,Clock out\nAnn,2026-03-02,09:00,10:30\n": (5400, 1),
    'Mitarbeiter,Datum,Aufwand (Std)\nAnn,13.03.2026,"1,5"\n': (5400, 1),
    "task,parents,category,start,end,effort,ishabit,tags\nt,p,c,2017-03-25 14:46,2017-03-25 15:46,,,\n": (3600, 1),
}


@pytest.mark.parametrize("table", SMALL_TRACKERS, ids=range(len(SMALL_TRACKERS)))
def test_the_proposal_for_the_table_of_a_small_tracker_works_as_it_is(table: str, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(table, "utf-8")
    with open_sources(path) as (source,):
        mapping = propose_mapping(source.head())
        reading = IMPORTER.read(source, Settings(zone="UTC", mapping=mapping))
        accepted = pl.concat([batch.accepted for batch in reading.batches])
    assert (accepted["seconds"].sum(), accepted.height) == SMALL_TRACKERS[table]


@pytest.mark.parametrize(
    ("titles", "cells", "seconds"),
    [
        ("Hours,Minutes", ("1,30", "0,45", "2,", ",5"), [5400, 2700, 7200, 300]),
        ("timer,min", ("1,0", "5,15"), [3600, 18900]),
        ("Hours,Minutes", ("1.5,90", "0.75,45"), [5400, 2700]),  # the same length twice
        ("Hours,Minutes", ("1,60", "2,120"), [3600, 7200]),
    ],
)
def test_hours_and_the_minutes_beyond_them_are_one_length(
    titles: str, cells: tuple[str, ...], seconds: list[int], tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("\n".join([f"Date,{titles}", *(f"2026-03-{n + 2:02},{row}" for n, row in enumerate(cells)), ""]))
    with open_sources(path) as (source,):
        mapping = propose_mapping(source.head())
    _, accepted, rejected = read_all(path, Settings(mapping=mapping))
    assert accepted["seconds"].to_list() == seconds
    assert rejected.is_empty()


def test_minutes_beyond_hours_that_cannot_be_read_are_no_length(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Date,Hours,Minutes\n2026-03-02,1,30\n2026-03-03,Sum:,53\n")
    mapping = {"day_on": "Date", "hours": "Hours", "minutes": "Minutes"}
    _, accepted, rejected = read_all(path, Settings(mapping=mapping))
    assert accepted["seconds"].to_list() == [5400]
    assert rejected["line"].to_list() == [3]
