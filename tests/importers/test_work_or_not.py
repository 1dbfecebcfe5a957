"""Work whose names are like those of totals, breaks or time off stays; rows that are those go."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard.importers.contract import TOTALS_ROW, Settings
from dashboard.importers.formats import native_time
from dashboard.importers.frames.entry_checks import BREAK, flag_totals, mark_no_work, split_time_off
from dashboard.importers.readers.open_source import open_sources

PARTS = ("person", "client", "project", "task", "description")
Row = tuple[int, str, float]


def build_rows(*cells: Row) -> pl.DataFrame:
    """Return rows from day, "person|client|project|task|description" and hours; texts that are left out are null."""
    records = []
    for day, names, hours in cells:
        texts = dict(zip(PARTS, [name or None for name in (*names.split("|"), *[""] * 4)], strict=False))
        records.append({**texts, "day_on": date(2026, 3, day), "seconds": int(hours * 3600)})
    schema = {**dict.fromkeys(PARTS, pl.String), "day_on": pl.Date, "seconds": pl.Int64}
    return pl.DataFrame(records, schema=schema)


def list_totals(*cells: Row) -> list[int]:
    """Return the numbers of the rows that are flagged as totals."""
    rows = build_rows(*cells)
    return flag_totals(rows.select(PARTS), rows).arg_true().to_list()


@pytest.mark.parametrize("name", ["Suma Rao", "suma rao", "Suma", "Suma (she/her)", "Total Sebastian", "Jean Total"])
@pytest.mark.parametrize("texts", ["", "||Signs", "||Signs|Labeling|boxes", "|Acme"])
def test_a_person_with_the_hours_of_another_stays(name: str, texts: str) -> None:
    days = [(2, f"Ana{texts}", 8), (2, f"{name}{texts}", 8), (3, f"Ana{texts}", 8), (3, f"{name}{texts}", 8)]
    assert list_totals(*days) == []


@pytest.mark.parametrize("name", ["Suma Rao", "Suma", "Total Sebastian"])
def test_a_person_with_the_hours_of_two_others_stays(name: str) -> None:
    day = [(2, "Ana||Signs", 4), (2, "Ben||Signs", 4), (2, f"{name}||Signs", 8)]
    assert list_totals(*day) == []


def test_a_first_name_beside_its_surname_as_a_person_stays() -> None:
    assert list_totals((2, "Rao||Signs", 8), (2, "Suma Rao||Signs", 8)) == []


@pytest.mark.parametrize("label", ["Suma", "Total", "Total Marketing", "Total hours", "Gesamt", "Team total"])
def test_a_total_of_several_people_goes(label: str) -> None:
    assert list_totals((2, "Ana||Signs", 4), (2, "Ben||Signs", 3), (2, label, 7)) == [2]


@pytest.mark.parametrize("label", ["Subtotal Ana", "ana total", "Total for Ana", "Suma de Ana", "Gesamt: Ana"])
def test_a_total_of_an_owner_goes(label: str) -> None:
    assert list_totals((2, "Ana", 3), (2, "Ben", 4), (3, "Ana", 2), (3, label, 5)) == [3]
    assert list_totals((2, "Ana", 3), (2, "Ben", 4), (2, label, 3), (3, "Ana", 2)) == [2]


@pytest.mark.parametrize("label", ["Week 10", "Summe März", "Total March 2026", "Total 2026-03", "Total Q1"])
def test_a_total_of_a_period_goes_after_one_row(label: str) -> None:
    assert list_totals((2, "Ana||Signs", 3), (2, label, 3)) == [1]
    assert list_totals((2, "Ana||Signs", 3), (2, f"{label}||Signs|Labeling", 3)) == []


@pytest.mark.parametrize("label", ["Total", "Gesamt", "Total (Angola)", "Summe"])
@pytest.mark.parametrize("texts", ["|{0}|Maps|Labeling|boxes", "|{0}|||boxes", "||{0}|Labeling", "|{0}||Labeling"])
@pytest.mark.parametrize("person", ["", "Ana"])
def test_a_name_with_texts_below_it_stays(label: str, texts: str, person: str) -> None:
    other = (2, f"{person}|Acme|Signs|Labeling|boxes", 4)
    named = texts.format(label)
    assert list_totals(other, (2, f"{person}{named}", 4)) == []
    assert list_totals(other, other, (2, f"{person}{named}", 8)) == []


@pytest.mark.parametrize("person", ["", "Ana"])
@pytest.mark.parametrize("column", ["|", "||"])
def test_a_project_beside_another_one_with_its_hours_stays(person: str, column: str) -> None:
    signs, total = f"{person}{column}Signs", f"{person}{column}Total"
    assert list_totals((2, signs, 4), (2, total, 4)) == []
    assert list_totals((2, signs, 4), (2, total, 4), (3, signs, 4), (3, total, 4)) == []
    once = [(2, signs, 2), (2, f"{person}{column}Poles", 2), (2, total, 4), (3, signs, 5), (3, total, 1)]
    assert list_totals(*once) == []  # on the other day it is no sum


@pytest.mark.parametrize("person", ["", "Ana"])
def test_subtotals_of_projects_go(person: str) -> None:
    signs, poles, total = f"{person}||Signs", f"{person}||Poles", f"{person}||Total"
    assert list_totals((2, signs, 2), (2, poles, 2), (2, total, 4)) == [2]
    days = [(day, name, hours) for day in (2, 3) for name, hours in ((signs, 2), (poles, 3), (total, 5))]
    assert list_totals(*days, (4, signs, 4), (4, total, 4)) == [2, 5, 7]


def test_a_native_file_has_only_totals_of_nobody_and_of_owners(tmp_path: Path) -> None:
    path = tmp_path / "native.csv"
    path.write_text(
        "person,day_on,hours,project,task\nAda,2026-03-02,2,Signs,x\nAda,2026-03-02,2,Poles,x\n"
        "Ada,2026-03-02,4,Total,\nTotal Marketing,2026-03-02,8,,\nWeek 10,2026-03-02,8,,\n"
        "Ada total,2026-03-02,8,,\nTotal,2026-03-02,8,,\n,2026-03-02,8,,Total\n",
        "utf-8",
    )
    with open_sources(path) as sources:
        (batch,) = native_time.IMPORTER.read(sources[0], Settings(zone="UTC")).batches
    assert batch.accepted["person"].to_list() == ["Ada", "Ada", "Ada", "Total Marketing", "Week 10"]
    assert batch.bad["reason"].to_list() == [TOTALS_ROW] * 3


@pytest.mark.parametrize(
    ("texts", "is_break"),
    [
        ("Lunch|Labeling|bounding boxes", False),
        ("Lunch|Labeling|", False),
        ("Lunch||bounding boxes", False),
        ("Pausa|Etichettatura|", False),
        ("Signs|Labeling|break", False),
        ("|Labeling|Lunch", False),
        ("Food|Lunch|bounding boxes", False),
        ("Lunch||", True),
        ("Lunch|Break|", True),
        ("Lunch||pause", True),
        ("Signs|Lunch break|", True),
        ("Signs||Lunch break", True),
        ("||Coffee break", True),
    ],
)
def test_one_word_for_a_break_does_not_beat_the_task(texts: str, *, is_break: bool) -> None:
    rows = build_rows((2, f"Ana||{texts}", 1))
    assert (mark_no_work(rows.select(PARTS), rows, PARTS)["_no_work"] == BREAK).fill_null(value=False).to_list() == [
        is_break
    ]


@pytest.mark.parametrize("label", [
    "Absent / present", "Leave / stay", "Sick - healthy leaves", "PTO: shaft", "Holiday > hotels", "RTT (round trip)",
    "OOO - on orbit", "TOIL: soil", "Permiso / licencia", "Permesso - documento",
])  # fmt: skip
@pytest.mark.parametrize("texts", ["{0}||", "{0}|Labeling|", "Signs|{0}|", "Signs|{0}|boxes", "||{0}"])
def test_a_word_for_time_off_in_a_part_of_a_name_is_work(label: str, texts: str) -> None:
    assert count_time_off(texts.format(label)) == 0


@pytest.mark.parametrize(
    "texts",
    [
        "Leave|Labeling|", "Sick||healthy and sick leaves", "Internal / PTO|Labeling|", "Signs|Labeling|Holiday",
        "Signs|Absent|boxes", "Vacation > hotels|Labeling|", "Urlaub: Fotos||Boxen", "Signs|Sick leaves|",
    ],
)  # fmt: skip
def test_a_word_for_time_off_beside_work_is_work(texts: str) -> None:
    assert count_time_off(texts) == 0


@pytest.mark.parametrize(
    "texts",
    [
        "Leave||", "PTO|PTO|", "Internal|Leave|", "Internal / Leave||", "Internal|HR: Sick|", "Internal (Holiday)||",
        "||Sick", "Time Off|Vacation|", "Internal|General|Public holiday", "Internal|Absence: sick leave|",
        "Urlaub||Kroatien", "Vacation: Easter||", "Time off|Holiday|Vacation", "Absence|RTT|",
    ],
)  # fmt: skip
def test_time_off_stays_time_off(texts: str) -> None:
    assert count_time_off(texts) == 1


def count_time_off(texts: str) -> int:
    """Return how many of one row with "project|task|description" are time off."""
    rows = build_rows((2, f"Ana||{texts}", 8)).with_columns(category=pl.lit(None, pl.String))
    work, time_off = split_time_off(rows)
    assert work.height + time_off.height == 1
    return time_off.height
