"""Days, clock times and timestamps as exports write them; the order of day and month is never guessed.

Month names are known in the languages of tracker exports: English, German, Spanish, French, Italian, Portuguese, Dutch,
Polish, Czech, Russian, Turkish, Hungarian, Romanian, the Scandinavian ones, Finnish, Japanese and Chinese; so are the
halves of the day.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal

import polars as pl

from dashboard.errors import QuestionNeeded, shorten_quote
from dashboard.importers.columns.text import map_distinct, normalize_text

_MONTH_NAMES = """
jan january januar jänner janv janvier ene enero gen gennaio janeiro januari sty stycznia styczeń янв января январь
feb february februar févr fév fevr février febrero febbraio fev fevereiro februari lut lutego luty фев февр февраля
mar march mär mrz märz maerz mars marzo março marco mrt maart marca marzec мар марта март
apr april avr avril abr abril aprile kwi kwietnia kwiecień апр апреля апрель
may mai mayo mag maggio maio mei maj maja май мая
jun june juni juin junio giu giugno junho cze czerwca czerwiec июн июня июнь
jul july juli juil juillet julio lug luglio julho lip lipca lipiec июл июля июль
aug august août aout ago agosto augustus sie sierpnia sierpień авг августа август
sep sept september septembre septiembre set settembre setembro wrz września wrzesień сен сент сентября сентябрь
oct october okt oktober octobre octubre ott ottobre out outubro paź października październik окт октября октябрь
nov november novembre noviembre novembro lis listopada listopad ноя нояб ноября ноябрь
dec december dez dezember déc décembre decembre dic diciembre dicembre dezembro gru grudnia grudzień дек декабря декабрь
"""
_MORE_MONTH_NAMES = """
leden ledna led oca ocak ian ianuarie tammi tammik
únor února úno şub şubat febr február helmi helmik
březen března bře márc március martie maalis maalisk
duben dubna dub nis nisan ápr április aprilie huhti huhtik
květen května kvě máj május touko toukok
červen června čvn čer haz haziran jún június iun iunie kesä kesäk
červenec července čvc tem temmuz júl július iul iulie heinä heinäk
srpen srpna srp ağu ağustos augusti augusztus elo elok
září zář eyl eylül szept szeptember septembrie syys syysk
říjen října říj eki ekim október octombrie loka lokak
kas marras marrask noiembrie
prosinec prosince pro des desember ara decembrie joulu jouluk
"""

MONTHS: dict[str, int] = {
    name: number
    for table in (_MONTH_NAMES, _MORE_MONTH_NAMES)
    for number, names in enumerate(table.strip().splitlines(), start=1)
    for name in names.split()
}
MONTHS_IN_ENGLISH = tuple(names.split()[0] for names in _MONTH_NAMES.strip().splitlines())

# Japanese, Chinese and Korean: months are numbers, and the half of the day may stand before the clock time.
_EASTERN = "[年月午오]"
_EASTERN_MONTHS = {
    f"{numeral}月": f"{name}"
    for numerals in (("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"), range(1, 13))
    for numeral, name in reversed([*zip(numerals, [*MONTHS_IN_ENGLISH], strict=True)])
}
_HALVES = {"午前": " am ", "上午": " am ", "오전": " am ", "午後": " pm ", "下午": " pm ", "오후": " pm "}


_MORNING = r"(\d) ?(?:fm|dop\.?|öö|de\.|ap\.)$"  # Swedish, Czech, Turkish, Hungarian, Finnish
_AFTERNOON = r"(\d) ?(?:em|odp\.?|ös|du\.|ip\.)$"
Order = Literal["year-month-day", "day-month-year", "month-day-year"]

_TAIL = r"(?:(?:t|,? )\d.*)?$"
_YEAR_FIRST = rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TAIL}"
_YEAR_LAST = rf"^(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){_TAIL}"
_WEEKDAY = r"^(?:\p{L}+[.,]*,? )?"
_SHORT_YEAR_FIRST = rf"^(\d{{2}})[-/. ](\d{{1,2}})[-/. ](\d{{2}}){_TAIL}"
_MONTH_NAMED = (
    rf"{_WEEKDAY}(\d{{1,2}})(?:\.|º|er)?[-/ ]*(?:de )?(\p{{L}}{{3,}})\.?[-/ ]*(?:de )?(\d{{4}}|\d{{2}}){_TAIL}"
)
_MONTH_NAME_FIRST = rf"{_WEEKDAY}(\p{{L}}{{3,}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){_TAIL}"
_CLOCK = r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)? ?(?:([ap])\.? ?m\.?)?"
_STAMP = rf"^(.*\d)(?:t|,? )({_CLOCK})$"


def _normalize_dates(values: pl.Series) -> pl.DataFrame:
    """Return texts in one spelling as column `text`; months and halves of the day of eastern languages in English."""
    text = normalize_text(pl.col("text")).str.replace(_MORNING, "$1 am").str.replace(_AFTERNOON, "$1 pm")
    table = values.alias("text").to_frame().select(text)
    if not table["text"].str.contains(_EASTERN).any():
        return table
    text = pl.col("text").str.replace(r"(\d{4})年 ?(\d{1,2})月 ?(\d{1,2})日", "$1-$2-$3")
    for spelling, english in (_EASTERN_MONTHS | _HALVES).items():
        text = text.str.replace_all(spelling, english, literal=True)
    text = text.str.replace(r"([ap]m) *(\d{1,2}:\d{2}(?::\d{2})?)", "$2 $1")
    return table.select(text.str.replace_all(" +", " ").str.strip_chars())


@dataclass(frozen=True)
class DateFacts:
    """What a column shows about the order of day and month; the facts of parts of a file add up."""

    named_months: int = 0  # the month is a word
    day_leads: int = 0  # 14/06/2021 and the like
    month_leads: int = 0  # 06/14/2021 and the like
    open: int = 0  # 03/04/2026: either
    year_last: int = 0
    two_digit_years: int = 0
    not_year_first: int = 0  # two-digit years that can only stand last: 14/03/98, 03/14/24
    not_year_last: int = 0  # two-digit years that can only stand first: 98/03/14
    example: str = ""
    short_example: str = ""  # a date with a two-digit year
    short_firsts: frozenset[int] = frozenset()  # the first and the last numbers of dates with a two-digit year
    short_lasts: frozenset[int] = frozenset()

    def __add__(self, other: DateFacts) -> DateFacts:
        counts = {
            fact.name: getattr(self, fact.name) + getattr(other, fact.name)
            for fact in fields(self)
            if isinstance(fact.default, int)
        }
        return replace(
            self,
            **counts,
            example=self.example or other.example,
            short_example=self.short_example or other.short_example,
            short_firsts=self.short_firsts | other.short_firsts,
            short_lasts=self.short_lasts | other.short_lasts,
        )

    def may_begin_with_year(self) -> bool:
        """Return whether "24-03-14" may be 2024-03-14: no date shows where the two digits of the year stand."""
        if not self.two_digit_years or self.not_year_first or self.two_digit_years < self.year_last:
            return False
        # Many days and one or two years: the numbers that repeat are the years.
        return not (len(self.short_lasts) <= 2 and len(self.short_firsts) >= len(self.short_lasts) + 3)


def collect_date_facts(values: pl.Series) -> DateFacts:
    """Count what the texts of a column show about the order of day and month."""
    texts = _normalize_dates(values.cast(pl.String).unique()).drop_nulls()
    parts = texts.with_columns(pl.col("text").str.extract_groups(_YEAR_LAST).alias("part")).unnest("part")
    parts = parts.with_columns(pl.col("1", "2").cast(pl.Int64, strict=False), _short=pl.col("3").str.len_chars() == 2)
    first, second = parts["1"], parts["2"]
    short_dates = parts.filter("_short").with_columns(pl.col("3").cast(pl.Int64))
    short_first, short_second, short_last = short_dates["1"], short_dates["2"], short_dates["3"]
    is_day_sized = first.is_between(1, 31) & second.is_between(1, 31)
    is_ambiguous = (first <= 12) & (second <= 12) & (first != second) & is_day_sized
    ambiguous = parts.filter(is_ambiguous)["text"].sort()
    return DateFacts(
        named_months=int(
            (texts["text"].str.contains(_MONTH_NAMED) | texts["text"].str.contains(_MONTH_NAME_FIRST)).sum()
        ),
        day_leads=int(((first > 12) & (second <= 12) & is_day_sized).sum()),
        month_leads=int(((first <= 12) & (second > 12) & is_day_sized).sum()),
        open=ambiguous.len(),
        year_last=first.drop_nulls().len(),
        two_digit_years=short_dates.height,
        not_year_first=int((~(short_second.is_between(1, 12) & short_last.is_between(1, 31))).sum()),
        not_year_last=int((~short_first.is_between(1, 31)).sum()),
        example=str(ambiguous[0]) if ambiguous.len() else "",
        short_example=str(short_dates["text"].sort()[0]) if short_dates.height else "",
        short_firsts=frozenset(short_first.to_list()),
        short_lasts=frozenset(short_last.to_list()),
    )


def resolve_date_order(
    facts: DateFacts,
    day_first: bool | None,  # noqa: FBT001 - yes, no, or not given
    column: str,
    *,
    year_first: bool = False,
) -> Order:
    """Return the order of day and month in `column`; `year_first` says that two-digit years stand first.

    Raises `QuestionNeeded` when neither the file nor the lead determines it, when the file
    contradicts the lead, and when it contradicts itself.
    """
    title = shorten_quote(column)
    if facts.may_begin_with_year() and (year_first or facts.not_year_last):
        return "year-month-day"
    if facts.may_begin_with_year() and day_first is None:
        raise _build_question(
            f'Column "{title}" does not show whether "{facts.short_example}" begins with the year or ends with it.',
            "Export it again with four digits for the year. If the year stands last, say whether the day or the month"
            ' comes first; if it stands first, import with a mapping that has "date_order": "year-month-day".',
        )
    if facts.day_leads and facts.month_leads:
        raise _build_question(
            f'Column "{title}" mixes dates with the day first and dates with the month first.',
            "Export the file again with one date format, best year-month-day.",
        )
    if (day_first is False and facts.day_leads) or (day_first and facts.month_leads):
        stated_part, proven_part = ("day", "month") if day_first else ("month", "day")
        raise _build_question(
            f'Column "{title}" was said to have the {stated_part} first, '
            f"but it has dates with the {proven_part} first.",
            f"Import the file with the {proven_part} first, or leave the order to the file.",
        )
    if not (facts.day_leads or facts.month_leads or facts.open):
        return "year-month-day"
    is_day_first = bool(facts.day_leads) if facts.day_leads or facts.month_leads else day_first
    if is_day_first is None:
        raise _build_question(
            f'Column "{title}" does not show whether "{facts.example}" begins with the day or the month.',
            "Say whether the day or the month comes first.",
        )
    return "day-month-year" if is_day_first else "month-day-year"


def _build_question(message: str, hint: str) -> QuestionNeeded:
    return QuestionNeeded("date_order", message, hint)


def parse_day(expr: pl.Expr, order: str) -> pl.Expr:
    """Parse a Date; null for other texts. Year-first dates and named months are read in any `order`."""

    def parse_days(values: pl.Series) -> pl.Series:
        table = _normalize_dates(values)
        if order == "year-month-day":
            numeric = pl.coalesce(
                _parse_calendar(_SHORT_YEAR_FIRST, year="1", month="2", day="3"),
                _parse_calendar(_YEAR_LAST, year="3", month="2", day="1"),
            )
        elif order == "month-day-year":
            numeric = _parse_calendar(_YEAR_LAST, year="3", month="1", day="2")
        else:
            numeric = _parse_calendar(_YEAR_LAST, year="3", month="2", day="1")
        forms = [
            _parse_calendar(_YEAR_FIRST, year="1", month="2", day="3"),
            numeric,
            _parse_calendar(_MONTH_NAMED, year="3", month="2", day="1"),
            _parse_calendar(_MONTH_NAME_FIRST, year="3", month="1", day="2"),
        ]
        return table.select(pl.coalesce(forms).alias("day"))["day"]

    return map_distinct(expr, parse_days, pl.Date)


def _parse_calendar(form: str, *, year: str, month: str, day: str) -> pl.Expr:
    """Parse a date with `form`; `year`, `month` and `day` are the numbers of its groups."""
    groups = pl.col("text").str.extract_groups(form).struct
    short = groups.field(year).cast(pl.Int32, strict=False)
    century = pl.when(groups.field(year).str.len_chars() == 4).then(0).when(short < 70).then(2000).otherwise(1900)
    named = groups.field(month).replace_strict(MONTHS, default=None, return_dtype=pl.Int32)
    months = pl.coalesce(groups.field(month).cast(pl.Int32, strict=False), named)
    padded = [part.cast(pl.String).str.zfill(width) for part, width in ((short + century, 4), (months, 2))]
    text = pl.concat_str([*padded, groups.field(day).str.zfill(2)], separator="-")
    return text.str.to_date("%Y-%m-%d", strict=False)


def parse_clock(expr: pl.Expr) -> pl.Expr:
    """Parse a time of day such as "14:00:47" or "2:05 PM" as seconds after midnight (Int64); null for other texts.

    24:00 is the end of the day, as ISO 8601 writes it.
    """

    def parse_clocks(values: pl.Series) -> pl.Series:
        table = _normalize_dates(values)
        return table.select(_parse_clock_seconds(f"^{_CLOCK}$").alias("clock"))["clock"]

    return map_distinct(expr, parse_clocks, pl.Int64)


def _parse_clock_seconds(form: str) -> pl.Expr:
    groups = pl.col("text").str.extract_groups(form).struct
    hour, minute, second = (groups.field(index).cast(pl.Int64, strict=False) for index in ("1", "2", "3"))
    am_pm = groups.field("4")
    hour_of_day = pl.when(am_pm == "p").then(hour % 12 + 12).when(am_pm == "a").then(hour % 12).otherwise(hour)
    is_day_end = (hour == 24) & (minute == 0) & (second.fill_null(0) == 0) & am_pm.is_null()
    valid = (minute < 60) & (second.fill_null(0) < 60) & ((hour_of_day < 24) | is_day_end)
    valid = valid & (am_pm.is_null() | hour.is_between(1, 12))
    return pl.when(valid).then(hour_of_day * 3600 + minute * 60 + second.fill_null(0))


def combine_day_clock(day_expr: pl.Expr, clock_expr: pl.Expr) -> pl.Expr:
    """Return the naive Datetime of a day and its seconds after midnight."""
    return day_expr.cast(pl.Datetime("us")) + pl.duration(seconds=clock_expr, time_unit="us")


def parse_timestamp(expr: pl.Expr, order: str) -> pl.Expr:
    """Parse "date time" in one cell as a naive Datetime; null without a time of day or with an offset."""

    def parse_timestamps(values: pl.Series) -> pl.Series:
        table = _normalize_dates(values)
        groups = pl.col("text").str.extract_groups(_STAMP).struct
        halves = table.select(groups.field("1").alias("day"), groups.field("2").alias("clock"))
        timestamps = halves.select(
            combine_day_clock(parse_day(pl.col("day"), order), parse_clock(pl.col("clock"))).alias("stamp")
        )
        return timestamps["stamp"]

    return map_distinct(expr, parse_timestamps, pl.Datetime("us"))
