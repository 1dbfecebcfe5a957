"""Days, clocks and moments as exports write them; the order of day and month is proven or asked, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal

import polars as pl

from dashboard.errors import QuestionNeeded
from dashboard.importers.columns.months import MONTHS
from dashboard.importers.columns.text import by_distinct, plain
from dashboard.schemas import UTC_INSTANT

Order = Literal["year-month-day", "day-month-year", "month-day-year"]

_TAIL = r"(?:(?:t|,? )\d.*)?$"
_YEAR_FIRST = rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TAIL}"
_YEAR_LAST = rf"^(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){_TAIL}"
_WEEKDAY = r"^(?:\p{L}+[.,]*,? )?"
_NAMED = rf"{_WEEKDAY}(\d{{1,2}})(?:\.|º|er)?[-/ ]*(?:de )?(\p{{L}}{{3,}})\.?[-/ ]*(?:de )?(\d{{4}}|\d{{2}}){_TAIL}"
_NAME_FIRST = rf"{_WEEKDAY}(\p{{L}}{{3,}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){_TAIL}"
_CLOCK = r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)? ?(?:([ap])\.? ?m\.?)?"
_STAMP = rf"^(.*\d)(?:t|,? )({_CLOCK})$"
_OFFSET = r"(?:(z|utc|gmt)|([+-])(\d{2}):?(\d{2})?)"
_ISO = rf"^(\d{{4}}-?\d{{2}}-?\d{{2}})[t ](\d{{2}}):?(\d{{2}})(?::?(\d{{2}})(?:[.,](\d{{1,9}}))?)? ?{_OFFSET}$"


@dataclass(frozen=True)
class DateFacts:
    """What a column proves about the order of day and month; facts of parts of a file add up."""

    year_first: int = 0
    named: int = 0  # the month is a word
    day_leads: int = 0  # 14/06/2021 and the like
    month_leads: int = 0  # 06/14/2021 and the like
    open: int = 0  # 03/04/2026: either
    two_digit_years: int = 0
    example: str = ""

    def __add__(self, other: DateFacts) -> DateFacts:
        names = [one.name for one in fields(self) if one.name != "example"]
        counts = {name: getattr(self, name) + getattr(other, name) for name in names}
        return replace(self, **counts, example=self.example or other.example)


def survey(values: pl.Series) -> DateFacts:
    """Count what the texts of a column prove about their order of day and month."""
    texts = values.cast(pl.String).unique().alias("text").to_frame().select(plain(pl.col("text"))).drop_nulls()
    parts = texts.with_columns(pl.col("text").str.extract_groups(_YEAR_LAST).alias("part")).unnest("part")
    parts = parts.with_columns(pl.col("1", "2").cast(pl.Int64, strict=False))
    first, second = parts["1"], parts["2"]
    day_sized = first.is_between(1, 31) & second.is_between(1, 31)
    either = (first <= 12) & (second <= 12) & (first != second) & day_sized
    open_ones = parts.filter(either)["text"].sort()
    return DateFacts(
        year_first=int(texts["text"].str.contains(_YEAR_FIRST).sum()),
        named=int((texts["text"].str.contains(_NAMED) | texts["text"].str.contains(_NAME_FIRST)).sum()),
        day_leads=int(((first > 12) & (second <= 12) & day_sized).sum()),
        month_leads=int(((first <= 12) & (second > 12) & day_sized).sum()),
        open=open_ones.len(),
        two_digit_years=int((parts["3"].str.len_chars() == 2).sum()),
        example=str(open_ones[0]) if open_ones.len() else "",
    )


def decide(facts: DateFacts, day_first: bool | None, column: str) -> Order:  # noqa: FBT001 - yes, no, or not said
    """Return the order of day and month in `column`.

    Raises `QuestionNeeded` when the file proves nothing and nothing was said, when it
    contradicts what was said, and when it contradicts itself.
    """
    if facts.day_leads and facts.month_leads:
        raise _asked(
            f'Column "{column}" mixes dates with the day first and dates with the month first.',
            "Export the file again with one date format, best year-month-day.",
        )
    if (day_first is False and facts.day_leads) or (day_first and facts.month_leads):
        said, seen = ("day", "month") if day_first else ("month", "day")
        raise _asked(
            f'Column "{column}" was said to have the {said} first, but it has dates with the {seen} first.',
            f"Import the file with the {seen} first, or leave the order to the file.",
        )
    if not (facts.day_leads or facts.month_leads or facts.open):
        return "year-month-day"
    leads = bool(facts.day_leads) if facts.day_leads or facts.month_leads else day_first
    if leads is None:
        raise _asked(
            f'Column "{column}" does not show whether "{facts.example}" begins with the day or the month.',
            "Say whether the day or the month comes first.",
        )
    return "day-month-year" if leads else "month-day-year"


def _asked(message: str, hint: str) -> QuestionNeeded:
    return QuestionNeeded("date_order", message, hint)


def day(expr: pl.Expr, order: str) -> pl.Expr:
    """Date; null where the text is none. Year-first and named months are read whatever `order` says."""

    def parse(values: pl.Series) -> pl.Series:
        table = values.alias("text").to_frame().with_columns(plain(pl.col("text")))
        if order == "month-day-year":
            numeric = _calendar(_YEAR_LAST, year="3", month="1", day="2")
        else:
            numeric = _calendar(_YEAR_LAST, year="3", month="2", day="1")
        forms = [
            _calendar(_YEAR_FIRST, year="1", month="2", day="3"),
            numeric,
            _calendar(_NAMED, year="3", month="2", day="1"),
            _calendar(_NAME_FIRST, year="3", month="1", day="2"),
        ]
        return table.select(pl.coalesce(forms).alias("day"))["day"]

    return by_distinct(expr, parse, pl.Date)


def _calendar(form: str, *, year: str, month: str, day: str) -> pl.Expr:
    """Read a date with `form`, whose groups `year`, `month` and `day` are named by number."""
    groups = pl.col("text").str.extract_groups(form).struct
    short = groups.field(year).cast(pl.Int32, strict=False)
    century = pl.when(groups.field(year).str.len_chars() == 4).then(0).when(short < 70).then(2000).otherwise(1900)
    named = groups.field(month).replace_strict(MONTHS, default=None, return_dtype=pl.Int32)
    months = pl.coalesce(groups.field(month).cast(pl.Int32, strict=False), named)
    padded = [part.cast(pl.String).str.zfill(width) for part, width in ((short + century, 4), (months, 2))]
    text = pl.concat_str([*padded, groups.field(day).str.zfill(2)], separator="-")
    return text.str.to_date("%Y-%m-%d", strict=False)


def clock(expr: pl.Expr) -> pl.Expr:
    """Seconds after midnight (Int64) of a time of day such as "14:00:47" or "2:05 PM"; null where it is none."""

    def parse(values: pl.Series) -> pl.Series:
        table = values.alias("text").to_frame().with_columns(plain(pl.col("text")))
        return table.select(_seconds_of_day(f"^{_CLOCK}$").alias("clock"))["clock"]

    return by_distinct(expr, parse, pl.Int64)


def _seconds_of_day(form: str) -> pl.Expr:
    groups = pl.col("text").str.extract_groups(form).struct
    hour, minute, second = (groups.field(at).cast(pl.Int64, strict=False) for at in ("1", "2", "3"))
    half = groups.field("4")
    on_dial = pl.when(half == "p").then(hour % 12 + 12).when(half == "a").then(hour % 12).otherwise(hour)
    valid = (minute < 60) & (second.fill_null(0) < 60) & (on_dial < 24)
    valid = valid & (half.is_null() | hour.is_between(1, 12))
    return pl.when(valid).then(on_dial * 3600 + minute * 60 + second.fill_null(0))


def moment(day_expr: pl.Expr, clock_expr: pl.Expr) -> pl.Expr:
    """Naive Datetime of a day and its seconds after midnight."""
    return day_expr.cast(pl.Datetime("us")) + pl.duration(seconds=clock_expr, time_unit="us")


def stamp(expr: pl.Expr, order: str) -> pl.Expr:
    """Naive Datetime of "date time" in one cell; null without a time of day or with an offset."""

    def parse(values: pl.Series) -> pl.Series:
        table = values.alias("text").to_frame().with_columns(plain(pl.col("text")))
        groups = pl.col("text").str.extract_groups(_STAMP).struct
        halves = table.select(groups.field("1").alias("day"), groups.field("2").alias("clock"))
        read = halves.select(moment(day(pl.col("day"), order), clock(pl.col("clock"))).alias("stamp"))
        return read["stamp"]

    return by_distinct(expr, parse, pl.Datetime("us"))


def iso_stamp(expr: pl.Expr) -> pl.Expr:
    """UTC Datetime of an ISO instant with Z or an offset (with or without colon); null without one."""

    def parse(values: pl.Series) -> pl.Series:
        return values.alias("text").to_frame().select(_any_instant()).to_series()

    return by_distinct(expr, parse, UTC_INSTANT, quick=_usual_instant)


def _usual_instant(values: pl.Series) -> pl.Series:
    """`2024-05-14T08:53:33.123Z` with or without fractions, by far the most frequent form."""
    usual = pl.when(pl.col("text").str.ends_with("Z")).then(pl.col("text").str.strip_suffix("Z"))
    read = usual.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False, exact=True)
    return values.alias("text").to_frame().select(read.dt.replace_time_zone("UTC")).to_series()


def _any_instant() -> pl.Expr:
    groups = plain(pl.col("text")).str.extract_groups(_ISO).struct
    texts = [groups.field("1").str.replace_all("-", ""), groups.field("2"), groups.field("3")]
    naive = pl.concat_str([*texts, groups.field("4").fill_null("00")]).str.to_datetime(
        "%Y%m%d%H%M%S", time_unit="us", strict=False
    )
    micros = groups.field("5").fill_null("0").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64, strict=False)
    hours, minutes = groups.field("8"), groups.field("9")
    offset = hours.cast(pl.Int64, strict=False) * 60 + minutes.cast(pl.Int64, strict=False).fill_null(0)
    signed = pl.when(groups.field("7") == "-").then(-offset).otherwise(offset).fill_null(0)
    instant = naive + pl.duration(microseconds=micros, time_unit="us") - pl.duration(minutes=signed, time_unit="us")
    return instant.dt.replace_time_zone("UTC")
