"""Rows that are no work, lengths in another unit, and titles that occur twice: other files of the kinds in fixtures."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from dashboard.errors import BadMapping, QuestionNeeded
from dashboard.importers.columns.dates import collect_date_facts, parse_clock, parse_day, resolve_date_order
from dashboard.importers.columns.durations import parse_duration
from dashboard.importers.contract import TOTALS_ROW, Importer, Settings
from dashboard.importers.formats import clockify, harvest, native_time, solidtime, toggl
from dashboard.importers.generic import IMPORTER
from dashboard.importers.generic_mapping import list_column_names
from dashboard.importers.readers.open_source import open_sources

TOGGL = "User,Project,Start date,Start time,End date,End time,Duration\n"
HOURS = {"person": "Who", "day_on": "Date", "hours": "Hours"}


def read_text(
    folder: Path, importer: Importer, text: str, mapping: dict[str, str] | None = None
) -> tuple[list[int], list[str], list[str]]:
    """Return the seconds accepted, the reasons of the others, and the warnings."""
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    with open_sources(path) as sources:
        reading = importer.read(sources[0], Settings(zone="UTC", mapping=mapping))
        batches = list(reading.batches)
    seconds = [value for batch in batches for value in batch.accepted["seconds"]]
    reasons = [reason for batch in batches for reason in batch.bad["reason"]]
    return seconds, reasons, [*reading.warnings, *reading.final_warnings()]


def parse(text: str, **options: object) -> int | None:
    value: int | None = pl.select(parse_duration(pl.lit(text), **{"bare": None, **options})).item()  # type: ignore[arg-type]
    return value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1h30", 5400), ("2h05", 7500), ("10 h 15", 36_900), ("-1h30", -5400), ("3 Std 05", 11_100), ("1h75", None)],
)
def test_minutes_after_the_hours_need_no_unit(text: str, seconds: int | None) -> None:
    assert parse(text) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("02:00:00 AM", 7200),
        ("12:20:00 AM", 1200),
        ("01:30 PM", 48_600),
        ("1899-12-30 02:15:00", 8100),
        ("13:00 PM", None),
    ],
)
def test_length_shown_as_a_time_of_day(text: str, seconds: int | None) -> None:
    assert parse(text) == seconds


@pytest.mark.parametrize(("bare", "seconds"), [("minutes", 90), ("seconds", 90), ("hours", 5400)])
def test_short_clock_has_the_unit_of_its_column(bare: str, seconds: int) -> None:
    assert parse("1:30", bare=bare) == seconds
    assert parse("1:30:00", bare=bare) == 5400


def test_day_may_end_at_24(tmp_path: Path) -> None:
    assert pl.select(parse_clock(pl.lit("24:00"))).item() == 86_400
    assert pl.select(parse_clock(pl.lit("24:01"))).item() is None
    same_day = "Ada,Signs,2026-01-05,22:00:00,2026-01-05,24:00:00,02:00:00\n"
    assert read_text(tmp_path, toggl.IMPORTER, TOGGL + same_day)[:2] == ([7200], [])
    mapping = {"person": "Who", "started_at": "Start", "ended_at": "End"}
    text = "Who,Start,End\nAda,2026-01-05 22:00,2026-01-05 24:00\nAda,2026-01-06 21:00,2026-01-06 24:00:00\n"
    assert read_text(tmp_path, IMPORTER, text, mapping)[:2] == ([7200, 10_800], [])


@pytest.mark.parametrize(("unit", "factor"), [("minutes", 60), ("seconds", 3600), ("days", 1 / 24)])
def test_durations_in_another_unit_than_the_clocks(tmp_path: Path, unit: str, factor: float) -> None:
    del unit
    rows = [(9, 10, 1.0), (10, 12, 2.0), (8, 16, 8.0)]
    text = TOGGL + "".join(
        f"Ada,Signs,2026-01-05,{start:02d}:00:00,2026-01-05,{end:02d}:00:00,{hours * factor:.6f}\n"
        for start, end, hours in rows
    )
    seconds, _, warnings = read_text(tmp_path, toggl.IMPORTER, text)
    assert sum(seconds) == 11 * 3600
    assert "not in hours" in warnings[0]
    mapping = {"person": "User", "start_date": "Start date", "start_time": "Start time", "end_time": "End time"}
    with pytest.raises(BadMapping, match="another unit"):
        read_text(tmp_path, IMPORTER, text, {**mapping, "hours": "Duration"})
    assert sum(read_text(tmp_path, IMPORTER, text, mapping)[0]) == 11 * 3600


@pytest.mark.parametrize("factor", [60, 3600, 1 / 24])
def test_durations_in_another_unit_of_which_some_leave_out_a_pause(tmp_path: Path, factor: float) -> None:
    rows = [(9, 10, 1.0), (10, 12, 2.0), (8, 16, 7.55)]
    text = TOGGL + "".join(
        f"Ada,Signs,2026-01-05,{start:02d}:00:00,2026-01-05,{end:02d}:00:00,{hours * factor:.8f}\n"
        for start, end, hours in rows
    )
    seconds, _, warnings = read_text(tmp_path, toggl.IMPORTER, text)
    assert seconds == [3600, 7200, 27_180]
    assert "in 2 of 3 entries, and less in the others" in warnings[0]
    mapping = {"person": "User", "start_date": "Start date", "start_time": "Start time", "end_time": "End time"}
    with pytest.raises(BadMapping, match="in 2 of 3 entries: it has another unit"):
        read_text(tmp_path, IMPORTER, text, {**mapping, "hours": "Duration"})


def test_one_odd_row_is_no_unit(tmp_path: Path) -> None:
    good = "Ada,Signs,2026-01-05,09:00:00,2026-01-05,10:00:00,1.0\n"
    odd = "Ada,Signs,2026-01-06,00:00:00,2026-01-07,00:00:00,1.0\n"
    seconds, _, warnings = read_text(tmp_path, toggl.IMPORTER, TOGGL + good + odd)
    assert seconds == [3600, 3600]
    assert len(warnings) == 1


@pytest.mark.parametrize("label", ["Total", "Subtotal", "Day total", "Zwischensumme", "Sous-total", "TOTAL:"])
def test_subtotals_of_a_person_and_a_day(tmp_path: Path, label: str) -> None:
    text = (
        "Date,Who,Task,Hours\n2026-03-02,Ana,labeling,3\n2026-03-02,Ana,training,4\n"
        f"2026-03-02,Ana,{label},7\n2026-03-02,Ben,labeling,2\n2026-03-02,,{label},9\n"
    )
    seconds, reasons, _ = read_text(tmp_path, IMPORTER, text, {**HOURS, "task": "Task"})
    assert sum(seconds) == 9 * 3600
    assert reasons == ["totals row, not an entry"] * 2


@pytest.mark.parametrize(
    "rows",
    [
        "2026-03-02,Ana,labeling,3\n2026-03-02,Ben,labeling,4\n2026-03-02,,,7\n",
        "2026-03-02,Ana,labeling,3\n2026-03-02,,,3\n2026-03-03,Ben,labeling,4\n2026-03-03,,,4\n",
        "2026-03-02,Ana,labeling,3\n2026-03-06,Ben,labeling,4\n2026-03-08,,,7\n",
    ],
)
def test_rows_of_nobody_that_add_up_others_are_totals_without_the_word(tmp_path: Path, rows: str) -> None:
    mapping = {**HOURS, "task": "Task"}
    seconds, reasons, _ = read_text(tmp_path, IMPORTER, f"Date,Who,Task,Hours\n{rows}", mapping)
    assert sum(seconds) == 7 * 3600
    assert set(reasons) == {"totals row, not an entry"}


@pytest.mark.parametrize(
    "rows",
    [
        "2026-03-02,Ana,labeling,3\n2026-03-02,,,3\n",  # one row that repeats another
        "2026-03-02,Ana,labeling,3\n2026-03-02,,,3\n2026-03-03,,,4\n",  # one of two adds up nothing
        "2026-03-02,,labeling,3\n2026-03-02,,labeling,4\n2026-03-02,,,7\n",  # nobody is named anywhere
    ],
)
def test_rows_of_nobody_that_prove_no_sum_stay(tmp_path: Path, rows: str) -> None:
    reasons = read_text(tmp_path, IMPORTER, f"Date,Who,Task,Hours\n{rows}", {**HOURS, "task": "Task"})[1]
    assert reasons == []


def test_client_of_that_name_is_no_total(tmp_path: Path) -> None:
    text = (
        "Date,Who,Client,Task,Hours\n2026-03-02,Ana,Total,labeling,3\n2026-03-02,Ana,Total,labeling,3\n"
        "2026-03-03,Ben,Total,,1\n2026-03-03,Ben,Total Energies,,2\n"
    )
    seconds, reasons, _ = read_text(tmp_path, IMPORTER, text, {**HOURS, "client": "Client", "task": "Task"})
    assert (sum(seconds), reasons) == (9 * 3600, [])


def test_types_that_are_no_work(tmp_path: Path) -> None:
    text = "Date,Who,Type,Hours\n2026-03-02,Ana,REGULAR,3\n2026-03-02,Ana,Pause,1\n2026-03-03,Ana,Urlaub,8\n"
    seconds, reasons, warnings = read_text(tmp_path, IMPORTER, text, HOURS)
    assert (seconds, reasons) == ([10_800, 28_800], ["break, not work"])
    assert any("1 entry (1.00 h) of break left out" in warning for warning in warnings)


def test_a_mapped_type_is_text(tmp_path: Path) -> None:
    text = "Date,Who,Type,Hours\n2026-03-02,Ana,Leave,3\n"
    assert read_text(tmp_path, IMPORTER, text, {**HOURS, "task": "Type"})[:2] == ([10_800], [])


@pytest.mark.parametrize(
    ("dates", "may_begin"),
    [
        (["24-03-14", "24-03-18"], True),
        (["14/03/24", "18/03/24"], True),
        (["14/03/24", "18/03/24", "19/03/24", "20/03/24", "21/03/24"], False),
        (["14/03/98"], False),
        (["03/14/24"], False),
        (["14.03.2024"], False),
    ],
)
def test_two_digit_years_may_stand_first(dates: list[str], *, may_begin: bool) -> None:
    facts = collect_date_facts(pl.Series(dates))
    if not may_begin:
        resolve_date_order(facts, None, "Date")
        return
    with pytest.raises(QuestionNeeded):
        resolve_date_order(facts, None, "Date")
    assert resolve_date_order(facts, day_first=True, column="Date") == "day-month-year"
    assert resolve_date_order(facts, None, "Date", year_first=True) == "year-month-day"


def test_year_that_can_only_stand_first() -> None:
    dates = pl.Series("day", ["98-03-14", "99-12-31"])
    order = resolve_date_order(collect_date_facts(dates), None, "Date")
    assert [str(day) for day in dates.to_frame().select(parse_day(pl.col("day"), order))["day"]] == [
        "1998-03-14",
        "1999-12-31",
    ]


def test_unit_of_the_title_against_that_of_the_mapping(tmp_path: Path) -> None:
    text = "Date,Who,Time (min)\n2026-03-02,Ana,90\n"
    with pytest.raises(BadMapping, match="says minutes"):
        read_text(tmp_path, IMPORTER, text, {"person": "Who", "day_on": "Date", "hours": "Time (min)"})


@pytest.mark.parametrize("unit", ["mm:ss", "min:sec"])
def test_title_gives_short_clocks_their_unit(tmp_path: Path, unit: str) -> None:
    text = f"Date,Who,Length ({unit})\n2026-03-02,Ana,1:30\n"
    mapping = {"person": "Who", "day_on": "Date", "duration": f"Length ({unit})"}
    assert read_text(tmp_path, IMPORTER, text, mapping)[0] == [90]


@pytest.mark.parametrize("end", ["end_time", "ended_at"])
def test_end_without_a_start_is_refused(tmp_path: Path, end: str) -> None:
    text = "Date,Who,End\n2026-03-02,Ana,10:00\n"
    with pytest.raises(BadMapping, match="no start time"):
        read_text(tmp_path, IMPORTER, text, {"person": "Who", "day_on": "Date", end: "End"})


def test_columns_of_one_title_and_the_same_cells_are_one(tmp_path: Path) -> None:
    text = "Date,Who,Hours,Hours\n2026-03-02,Ana,2,2\n"
    assert read_text(tmp_path, IMPORTER, text, HOURS)[0] == [7200]
    different = "Date,Who,Hours,Hours\n2026-03-02,Ana,2,3\n"
    assert read_text(tmp_path, IMPORTER, different, {**HOURS, "hours": "Hours__1"})[0] == [7200]


@pytest.mark.parametrize(
    "rows",
    [
        "02,Ana,1 03,Ana,2 03,Subtotal_Ana,3 04,Ben,2 04,Subtotal_Ben,2",
        "02,Ana,1 03,Ben,2 03,Ana,2 04,Total_for_Ana,3 04,Total_for_Ben,2 04,Grand_total,5",
        "02,Ana,1 03,Ana,2 08,Week_10,3 09,Ana,2 15,Week_11,2 15,Total,5",
        "02,Ana,1 03,Ana,2 31,Summe_März,3 31,Ben,2 31,Zwischensumme,2 31,Gesamt,5",
        "02,Ana,1 03,Ana,2 08,KW_10_(2026),3 09,Ben,2",
    ],
)
def test_totals_in_the_place_of_a_person(tmp_path: Path, rows: str) -> None:
    lines = [f"2026-03-{row.replace('_', ' ')}\n" for row in rows.split()]
    text = "Date,Who,Hours\n" + "".join(lines)
    seconds, _, _ = read_text(tmp_path, IMPORTER, text, HOURS)
    assert sum(seconds) == 5 * 3600


def test_a_person_whose_name_begins_like_a_total_keeps_the_hours(tmp_path: Path) -> None:
    text = "Date,Who,Hours\n2026-03-02,Ana,1\n2026-03-03,Total Sebastian,2.5\n2026-03-04,Week 3 crew,7\n"
    assert sum(read_text(tmp_path, IMPORTER, text, HOURS)[0]) == 10.5 * 3600


def test_a_project_or_task_called_a_break_is_no_work(tmp_path: Path) -> None:
    text = (
        "Date,Who,Hours,Project,Task\n2026-03-02,Ana,3,Signs,Labeling\n2026-03-02,Ana,1,Pause,\n"
        "2026-03-02,Ana,0.5,Signs,Lunch break\n2026-03-02,Ana,2,Prison Break,\n"
    )
    mapping = {**HOURS, "project": "Project", "task": "Task"}
    assert read_text(tmp_path, IMPORTER, text, mapping)[0] == [3 * 3600, 2 * 3600]


def test_a_break_may_stand_in_the_description_alone(tmp_path: Path) -> None:
    rows = "Ada,,Lunch Break,2026-03-02,12:00,2026-03-02,13:00,1:00\nAda,,,2026-03-02,13:00,2026-03-02,15:00,2:00\n"
    header = "User,Project,Description,Start date,Start time,End date,End time,Duration\n"
    seconds, reasons, warnings = read_text(tmp_path, toggl.IMPORTER, header + rows)
    assert (seconds, reasons) == ([7200], ["break, not work"])
    assert "1 entry (1.00 h) of break left out: it is not tracked work." in warnings


def test_breaks_time_off_and_totals_in_the_native_file(tmp_path: Path) -> None:
    text = (
        "person,day_on,hours,project,task,Type\nAda,2026-03-02,3,Signs,Draw boxes,Work\nAda,2026-03-02,1,,Lunch,\n"
        "Ada,2026-03-02,0.5,Signs,,Break\nAda,2026-03-03,8,Signs,,Time off\n,2026-03-02,4.5,,Total,\n"
    )
    seconds, reasons, warnings = read_text(tmp_path, native_time.IMPORTER, text)
    assert (seconds, sorted(reasons)) == ([10_800, 28_800], ["break, not work", "break, not work", TOTALS_ROW])
    assert warnings == ["2 entries (1.50 h) of break left out: it is not tracked work."]


def test_a_total_may_name_what_it_sums_up(tmp_path: Path) -> None:
    header = "Date,Client,Project,Task,Hours,Billable?,First Name,Last Name\n"
    rows = (
        "2026-01-05,Acme,Signs,Boxes,3,Yes,Ada,E\n2026-01-06,Acme,Signs,Boxes,2,Yes,Ada,E\n"
        "2026-01-06,Acme,Signs,Total,5,,,\n2026-01-07,Acme,Poles,Boxes,2,Yes,Ada,E\n"
        "2026-01-07,Acme,Poles,Total,9,,,\n"
    )
    seconds, reasons, _ = read_text(tmp_path, harvest.IMPORTER, header + rows)
    assert (seconds, reasons) == ([10_800, 7200, 7200, 32_400], [TOTALS_ROW])  # the last one adds up nothing


def test_a_known_table_in_another_unit_counts_by_its_clocks(tmp_path: Path) -> None:
    text = (
        "Description,Task,Project,Client,User,Start,End,Duration\n"
        "x,L,S,C,Ana,2024-03-04 09:00:00,2024-03-04 10:30:00,0.0625\n"
        "x,L,S,C,Ana,2024-03-05 09:00:00,2024-03-05 17:00:00,0.33333\n"
    )
    seconds, _, warnings = read_text(tmp_path, solidtime.IMPORTER, text)
    assert seconds == [5400, 28_800]
    assert any('"Duration" times 24 is end minus start' in warning for warning in warnings)


@pytest.mark.parametrize("start", ["started_at", "start_time"])
@pytest.mark.parametrize("end", ["ended_at", "end_time"])
@pytest.mark.parametrize("day", ["day_on", "start_date"])
def test_times_of_day_belong_to_the_day_that_is_mapped(tmp_path: Path, day: str, start: str, end: str) -> None:
    mapping = {"person": "Who", day: "Date", start: "From", end: "To"}
    text = "Date,Who,From,To\n2026-03-02,Ada,9:00 AM,10:30 AM\n2026-03-03,Ada,10:00 PM,1:00 AM\n"
    seconds, reasons, _ = read_text(tmp_path, IMPORTER, text, mapping)
    assert (seconds, reasons) == ([5400, 10_800], [])


@pytest.mark.parametrize("word", ["Coffee break", "Pause déjeuner", "KAFFEEPAUSE", "休憩"])
def test_breaks_in_other_words(tmp_path: Path, word: str) -> None:
    text = f"person,day_on,hours,project,task\nAda,2026-03-02,3,Signs,x\nAda,2026-03-02,1,,{word}\n"
    seconds, reasons, _ = read_text(tmp_path, native_time.IMPORTER, text)
    assert (seconds, reasons) == ([10_800], ["break, not work"])


def test_titles_that_differ_in_case_are_asked_about(tmp_path: Path) -> None:
    text = "Date,who,Who,Hours\n2026-03-02,Ana,Ben,2\n"
    mapping = {"person": "who", "day_on": "Date", "hours": "Hours"}
    with pytest.raises(BadMapping, match='"Ana" in who__1 and "Ben" in Who__1'):
        read_text(tmp_path, IMPORTER, text, mapping)
    for answer in ("who__1", "Who__1"):
        assert read_text(tmp_path, IMPORTER, text, {**mapping, "person": answer})[0] == [7200]
    assert list_column_names(("Date", "who", "Who", "Hours")) == ("Date", "who__1", "Who__1", "Hours")


def test_only_empty_fields_at_the_end_are_harmless(tmp_path: Path) -> None:
    row = "Ada,Signs,2026-01-05,09:00:00,2026-01-05,10:00:00,01:00:00"
    rows = f"{row},,\n{row},x\n{row.rsplit(',', 1)[0]}\n"
    seconds, reasons, _ = read_text(tmp_path, toggl.IMPORTER, TOGGL + rows)
    assert seconds == [3600, 3600]
    assert reasons == ["more fields than the header: 8 of 7"]


def test_the_type_of_clockify_says_what_is_time_off(tmp_path: Path) -> None:
    header = "Project,User,Type,Start Date,Start Time,End Date,End Time,Duration (h)\n"
    work = "Signs,Ana,Regular,2026-03-16,09:00,2026-03-16,12:00,03:00:00\n"
    off = ",Ana,Time Off,2026-03-17,09:00,2026-03-17,17:00,08:00:00\n"
    path = tmp_path / "export.csv"
    path.write_text(header + work + off, encoding="utf-8")
    with open_sources(path) as sources:
        (batch,) = clockify.IMPORTER.read(sources[0], Settings(zone="UTC")).batches
    assert batch.accepted.select("seconds", "category").rows() == [(10_800, None), (28_800, "time off")]
