"""Columns of text: what is written comes back, and nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import BadMapping, QuestionNeeded
from dashboard.importers.columns.dates import (
    DateFacts,
    collect_date_facts,
    parse_clock,
    parse_day,
    parse_timestamp,
    resolve_date_order,
)
from dashboard.importers.columns.durations import parse_duration
from dashboard.importers.columns.iso import parse_iso
from dashboard.importers.columns.numbers import (
    collect_number_facts,
    parse_number,
    parse_program_number,
    resolve_decimal_sign,
)
from dashboard.importers.columns.text import clean_text
from dashboard.importers.columns.zones import convert_to_utc, describe_dst_shifts, list_zones, require_zone
from dashboard.importers.contract import (
    DAY_OUTSIDE,
    NEGATIVE_DURATION,
    NO_DATE,
    NO_DURATION,
    list_day_rejections,
    list_length_rejections,
)
from dashboard.importers.frames.mlflow_runs import parse_metrics
from dashboard.importers.table import deduplicate_header, match_columns, split_batch
from dashboard.schemas import TIME_ENTRY, build_bad_rows

SECONDS = st.integers(min_value=0, max_value=2_000_000)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))


def naive(*parts: int) -> datetime:
    """Return a moment without zone, as files write it."""
    return datetime(*parts)  # noqa: DTZ001 - the zone is what these tests are about


def read(values: list[str | None], make: object) -> list[object]:
    """Apply an expression maker to one column of texts."""
    return pl.DataFrame({"text": values}, schema={"text": pl.String}).select(make(pl.col("text"))).to_series().to_list()


def seconds_of(*values: str | None, **options: object) -> list[object]:
    return read(list(values), lambda expr: parse_duration(expr, **{"bare": None, **options}))


def in_clock(value: int) -> str:
    return f"{value // 3600}:{value // 60 % 60:02d}:{value % 60:02d}"


def in_words(value: int) -> str:
    return f"{value // 3600}h {value // 60 % 60}m {value % 60}s"


def in_iso(value: int) -> str:
    return f"PT{value // 3600}H{value // 60 % 60}M{value % 60}S"


def in_pandas(value: int) -> str:
    days, rest = divmod(value, 86400)
    return f"{days} days {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"


@pytest.mark.parametrize("printed", [in_clock, in_words, in_iso, in_pandas])
@settings(max_examples=25, deadline=None)
@given(values=st.lists(SECONDS, min_size=1, max_size=20))
def test_durations_come_back_as_printed(printed: object, values: list[int]) -> None:
    assert seconds_of(*map(printed, values)) == values


@settings(max_examples=25, deadline=None)
@given(value=SECONDS, bare=st.sampled_from(["hours", "minutes", "seconds"]), decimal=st.sampled_from([".", ","]))
def test_bare_numbers_mean_what_was_said(value: int, bare: str, decimal: str) -> None:
    unit = {"hours": 3600, "minutes": 60, "seconds": 1}[bare]
    written = f"{value / unit:.6f}".replace(".", decimal)
    assert seconds_of(written, bare=bare, decimal=decimal) == [value]
    assert seconds_of(written) == [None]


def test_durations_of_the_trackers() -> None:
    assert seconds_of("37:05:24", "8:30", "18:25 min", "59 sec", "0.79 h", "2h 30m", "3h ", "PT2H30M", "-0:06") == [
        133524, 30600, 1105, 59, 2844, 9000, 10800, 9000, -360
    ]  # fmt: skip
    assert seconds_of("1,5", bare="hours", decimal=",") == [5400]
    assert seconds_of("0,5h", "2 Std. 5 Min", "1.5 Stunden") == [1800, 7500, 5400]


def test_a_day_has_the_hours_it_is_told() -> None:
    assert seconds_of("1d 2h") == [None]
    assert seconds_of("1d 2h", day_hours=8) == [36000]


@pytest.mark.parametrize("value", ["", None, "abc", "11:-8", "1:99", "NaN", "inf", "1e309", "h", "-", "1.2.3 h", ":"])
def test_no_duration_where_there_is_none(value: str | None) -> None:
    assert seconds_of(value, bare="hours") == [None]


@settings(max_examples=25, deadline=None)
@given(days=st.lists(DAYS, min_size=1, max_size=20), sign=st.sampled_from("/-."))
def test_the_order_of_dates_is_never_guessed(days: list[date], sign: str) -> None:
    written = pl.Series([f"{day.day:02d}{sign}{day.month:02d}{sign}{day.year}" for day in days])
    facts = collect_date_facts(written)
    if any(day.day > 12 for day in days):
        order = resolve_date_order(facts, None, "Date")
        assert order == "day-month-year"
    elif any(day.day != day.month for day in days):
        with pytest.raises(QuestionNeeded) as asked:
            resolve_date_order(facts, None, "Date")
        assert asked.value.question == "date_order"
        order = resolve_date_order(facts, day_first=True, column="Date")
    else:
        order = resolve_date_order(facts, None, "Date")
    assert read(written.to_list(), lambda expr: parse_day(expr, order)) == days


@settings(max_examples=25, deadline=None)
@given(parts=st.lists(st.lists(DAYS, max_size=5), min_size=2, max_size=4))
def test_facts_of_parts_add_up(parts: list[list[date]]) -> None:
    series = [pl.Series([f"{day.month}/{day.day}/{day.year}" for day in part], dtype=pl.String) for part in parts]
    added = sum((collect_date_facts(part) for part in series), DateFacts())
    whole = collect_date_facts(pl.concat(series))
    assert (added.day_leads > 0, added.month_leads > 0, added.open > 0) == (
        whole.day_leads > 0, whole.month_leads > 0, whole.open > 0
    )  # fmt: skip


def test_a_setting_the_file_contradicts_is_refused() -> None:
    with pytest.raises(QuestionNeeded, match="month first"):
        resolve_date_order(collect_date_facts(pl.Series(["06/14/2021"])), day_first=True, column="Date")
    with pytest.raises(QuestionNeeded, match="mixes"):
        resolve_date_order(collect_date_facts(pl.Series(["06/14/2021", "14/06/2021"])), None, "Date")


@settings(max_examples=25, deadline=None)
@given(day=DAYS)
def test_year_first_needs_no_order(day: date) -> None:
    assert resolve_date_order(collect_date_facts(pl.Series([day.isoformat()])), None, "Date") == "year-month-day"
    assert read([day.isoformat()], lambda expr: parse_day(expr, "month-day-year")) == [day]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("14/Jun/21 1:13 PM", naive(2021, 6, 14, 13, 13)),
        ("11/abr/26 9:33 AM", naive(2026, 4, 11, 9, 33)),
        ("Jan 20, 2023, 6:25 PM", naive(2023, 1, 20, 18, 25)),
        ("2016-8-1 14:33", naive(2016, 8, 1, 14, 33)),
        ("2018-12-29T11:15:00", naive(2018, 12, 29, 11, 15)),
        ("12/12/2025 3:30:19\u202fPM", naive(2025, 12, 12, 15, 30, 19)),
        ("1. März 2024 08:00", naive(2024, 3, 1, 8, 0)),
        ("3 déc. 2024 23:59", naive(2024, 12, 3, 23, 59)),
        ("14/čvn/21 1:13 odp.", naive(2021, 6, 14, 13, 13)),
        ("14/juni/21 9:13 fm", naive(2021, 6, 14, 9, 13)),
        ("14/Haz/21 12:13 ÖÖ", naive(2021, 6, 14, 0, 13)),
        ("14/jún./21 1:13 du.", naive(2021, 6, 14, 13, 13)),
        ("14/des/21 9:05 AM", naive(2021, 12, 14, 9, 5)),
        ("2024-05-14", None),
        ("2024-05-14T08:53:33Z", None),
    ],
)
def test_stamps_of_the_trackers(written: str, expected: datetime | None) -> None:
    assert read([written], lambda expr: parse_timestamp(expr, "day-month-year")) == [expected]


@pytest.mark.parametrize(
    "written",
    ["2025-02-30", "10000-01-01", "infinity", "-infinity", "0044-03-15 BC", "1700000000", "1700000000000", ""],
)
def test_no_day_where_there_is_none(written: str) -> None:
    assert read([written], lambda expr: parse_day(expr, "day-month-year")) == [None]


def test_years_out_of_reach_are_days_and_refused_by_rule() -> None:
    frame = pl.DataFrame({"day": [date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29), None]})
    (missing, no_date), (outside, too_far) = list_day_rejections(pl.col("day"))
    assert frame.select(missing).to_series().to_list() == [False, False, False, True]
    assert frame.select(outside).to_series().to_list()[:3] == [True, True, False]
    assert (no_date, too_far) == (NO_DATE, DAY_OUTSIDE)


def test_clocks() -> None:
    written = ["14:00:47", "2:05 PM", "10:23", "12:00 AM", "12:30 pm", "2:05\u202fPM", "08.37", "25:00", "13:00 PM", ""]
    expected = [50447, 50700, 37380, 0, 45000, 50700, 31020, None, None, None]
    assert read(written, parse_clock) == expected


@settings(max_examples=25, deadline=None)
@given(value=st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False))
def test_numbers_come_back_in_either_style(value: object) -> None:
    english = f"{value:,}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read([english], lambda expr: parse_number(expr, ".")) == [float(value)]
    assert read([german], lambda expr: parse_number(expr, ",")) == [float(value)]
    assert resolve_decimal_sign(collect_number_facts(pl.Series([english])), "Hours") == "."
    assert resolve_decimal_sign(collect_number_facts(pl.Series([german])), "Hours") == ","


def test_an_open_decimal_sign_is_asked() -> None:
    with pytest.raises(QuestionNeeded, match="1,234"):
        resolve_decimal_sign(collect_number_facts(pl.Series(["1,234", "5"])), "Hours")
    assert resolve_decimal_sign(collect_number_facts(pl.Series(["1,234", "5.5"])), "Hours") == "."
    assert resolve_decimal_sign(collect_number_facts(pl.Series(["7", "8"])), "Hours") == "."
    with pytest.raises(QuestionNeeded, match="comma"):
        resolve_decimal_sign(collect_number_facts(pl.Series(["1.5", "1,5"])), "Hours")


def test_numbers_that_are_none_or_hostile() -> None:
    written = ["NaN", "Infinity", "-inf", "1e309", "-0", "9223372036854775808", "1,234.5", "0x10", "1__0", "1 2", None]
    expected = [None, None, None, None, 0.0, 9.223372036854776e18, 1234.5, None, None, None, None]
    assert read(written, lambda expr: parse_number(expr, ".")) == expected
    assert str(read(["-0"], lambda expr: parse_number(expr, "."))[0]) == "0.0"


def test_a_gap_moves_forward_and_a_fold_is_its_first_pass() -> None:
    local = pl.Series("local", [naive(2026, 3, 8, 2, 30), naive(2026, 11, 1, 1, 30), naive(2026, 1, 1)])
    utc = local.to_frame().select(convert_to_utc(pl.col("local"), "America/New_York").dt.replace_time_zone(None))
    assert utc.to_series().to_list() == [
        naive(2026, 3, 8, 7, 30),
        naive(2026, 11, 1, 5, 30),
        naive(2026, 1, 1, 5),
    ]
    gap, fold = describe_dst_shifts(local, "America/New_York")
    assert "1 time, moved forward" in gap
    assert "1 time, taken as the first" in fold
    assert describe_dst_shifts(local, "UTC") == []


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 5, 5), 24)])
def test_days_have_the_hours_the_zone_gives_them(day: date, hours: int) -> None:
    midnights = pl.Series("local", [naive(day.year, day.month, day.day) + timedelta(days=add) for add in (0, 1)])
    first, second = midnights.to_frame().select(convert_to_utc(pl.col("local"), "America/New_York")).to_series()
    assert second - first == timedelta(hours=hours)


def test_a_whole_day_skipped_by_a_zone_has_an_instant() -> None:
    skipped = pl.DataFrame({"local": [naive(2011, 12, 30, 2, 30)]})
    assert skipped.select(convert_to_utc(pl.col("local"), "Pacific/Apia")).to_series().null_count() == 0


@pytest.mark.parametrize("name", ["Factory", "localtime", "posixrules"])
def test_a_file_beside_the_zones_is_none(name: str) -> None:
    with pytest.raises(BadMapping, match="not a time zone"):
        require_zone(name, "Toggl")


def test_every_zone_that_is_offered_can_be_used() -> None:
    local = pl.Series("local", [naive(2026, 3, 2)])
    for zone in list_zones():
        local.dt.replace_time_zone(zone)


def test_zones_are_asked_for_and_checked() -> None:
    assert require_zone("europe/berlin", "Toggl") == "Europe/Berlin"
    with pytest.raises(QuestionNeeded) as asked:
        require_zone(None, "Toggl Track detailed CSV")
    assert asked.value.question == "zone"
    with pytest.raises(BadMapping, match="Europe/Berlin"):
        require_zone("Europe/Berln", "Toggl")
    with pytest.raises(BadMapping, match="CEST"):
        require_zone("CEST", "Toggl")


def test_names_that_look_equal_are_equal() -> None:
    same = ["José", "Jose\u0301", " José\u00a0", "Jo\u200bsé", "\ufeffJosé\u202c", "José\x00"]
    assert set(read(same, clean_text)) == {"José"}
    assert read(["", " \u200b ", None], clean_text) == [None, None, None]
    assert read(["two\r\nlines", "👩\u200d💻"], clean_text) == ["two\nlines", "👩\u200d💻"]


def test_columns_are_found_by_name() -> None:
    wanted = {"person": ("User", "Member"), "project": ("Project",), "task": ("Task", "Activity")}
    found = match_columns(("activity", "PROJECT", "User", "user"), wanted)
    assert found == {"person": "User", "project": "PROJECT", "task": "activity"}
    assert deduplicate_header(("Log Work", "", "Log Work", "Log Work")) == (
        "Log Work",
        "column 2",
        "Log Work__2",
        "Log Work__3",
    )


def test_every_row_is_taken_or_refused_with_the_first_reason() -> None:
    frame = pl.DataFrame(
        {"_line": [2, 3, 5], "Dur": ["1:00", "", "-1:00"], "Who": ["a", "b", "c"], "seconds": [60, None, -60]}
    )
    structural = build_bad_rows(pl.DataFrame({"line": [4], "reason": ["fewer fields"], "raw": ["x"]}))
    batch = split_batch(frame, list_length_rejections(pl.col("seconds")), "time_entry", structural)
    assert (batch.rows, batch.accepted.height, batch.bad.height) == (4, 1, 3)
    assert batch.accepted.columns == list(TIME_ENTRY)
    assert batch.accepted["line"].to_list() == [2]
    assert batch.bad.rows() == [
        (3, NO_DURATION, " | b"), (4, "fewer fields", "x"), (5, NEGATIVE_DURATION, "-1:00 | c")
    ]  # fmt: skip


@pytest.mark.parametrize("offset", ["+99:00", "-15:30", "+01:60", "+1500:00"])
def test_an_offset_that_no_clock_has_makes_no_instant(offset: str) -> None:
    parts = parse_iso(pl.Series([f"2026-03-02T09:00:00{offset}", "2026-03-02T09:00:00-12:00"]))
    assert parts["local"].is_null().to_list() == [True, False]
    assert parts["offset"].to_list() == [None, -12 * 3600]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.912", 0.912),
        ("0,912", 0.912),
        ("1,234", 1.234),
        ("-1,5e-05", -1.5e-05),
        ("12", 12.0),
        ("1,2,3", None),
        ("a", None),
    ],
)
def test_a_comma_in_a_number_of_a_program_is_the_decimal_sign_of_a_spreadsheet(text: str, number: float | None) -> None:
    assert pl.DataFrame({"text": [text]}).select(parse_program_number(pl.col("text"))).item() == number
    assert parse_metrics({"f1": text}) == ({} if number is None else {"f1": number})
