"""Durations as trackers write them, in whole seconds."""

from __future__ import annotations

from typing import Literal

import polars as pl

from dashboard.importers.columns.numbers import parse_number
from dashboard.importers.columns.text import map_distinct, normalize_sign, normalize_text

BareUnit = Literal["hours", "minutes", "seconds"]

_SECONDS_IN = {"hours": 3600, "minutes": 60, "seconds": 1}
_NUMBER = r"\d[\d.,']*"
_CLOCK_PATTERN = r"^(-?)(?:(\d{1,6}) days? \+?)?(\d{1,7}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?( min)?$"
_UNIT_PATTERN = (
    rf"^(-?)(?:({_NUMBER}) ?(?:days?|d|t|tage?|j))?[ ,]*"
    rf"(?:({_NUMBER}) ?(?:hours?|hrs?|h|std\.?|stunden?|heures?|horas?|ore))?[ ,]*"
    rf"(?:({_NUMBER}) ?(?:minutes?|mins?|min\.|m|minuten|minutos?|minuti))?[ ,]*"
    rf"(?:({_NUMBER}) ?(?:seconds?|secs?|sec\.|s|sek\.?|sekunden?|segundos?))?\.?$"
)
_HOURS_MINUTES_PATTERN = r"^(-?)(\d{1,7}) ?(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?|ore)[ :]?([0-5]\d)$"
# A spreadsheet shows a length as a time of day: "02:00:00 AM", "1899-12-30 02:00:00", "1/0/1900 2:00".
_DAY_CLOCK_PATTERN = (
    r"^(?:1899-12-3[01][t ]|(?:12/3[01]|3[01]\.12)[/.]1899 |0?1/0?0/1900 )?"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])\.? ?m\.?)?$"
)
_ISO_PATTERN = r"^(-?)p(?:(\d+)d)?(?:t(?:([\d.,]+)h)?(?:([\d.,]+)m)?(?:([\d.,]+)s)?)?$"


def parse_duration(
    expr: pl.Expr, *, bare: BareUnit | None, decimal: str = ".", day_hours: float | None = None
) -> pl.Expr:
    """Parse whole seconds (Int64, may be negative); null where the text is not a duration.

    `bare` is the unit of a number without one; "1:30" in a column of minutes or seconds is one
    and a half minutes, in any other an hour and a half. `day_hours` is the length of "1d" in
    words; without it such a value is null, because trackers count 8 or 24 hours.
    """

    def parse_durations(values: pl.Series) -> pl.Series:
        table = values.alias("text").to_frame().with_columns(normalize_sign(normalize_text(pl.col("text"))))
        forms = [
            _parse_clock_form(short_is_minutes=bare in ("minutes", "seconds")),
            _parse_unit_words(decimal, day_hours),
            _parse_hours_minutes(),
            _parse_iso_form(),
            _parse_day_clock(),
        ]
        if bare is not None:
            forms.append(parse_number(pl.col("text"), decimal) * _SECONDS_IN[bare])
        value = table.select(pl.coalesce(forms).alias("value"))["value"]
        return value.set(value.abs() > 9e15, None).round(0, mode="half_away_from_zero").cast(pl.Int64)

    return map_distinct(expr, parse_durations, pl.Int64)


def _extract_groups(form: str) -> pl.Expr:
    return pl.col("text").str.extract_groups(form)


def _apply_sign(sign: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(sign == "-").then(-value).otherwise(value)


def is_day_clock(expr: pl.Expr) -> pl.Expr:
    """Flag the durations that a spreadsheet shows as a time of day, such as "02:00:00 AM"."""
    text = normalize_text(expr)
    is_other_form = text.str.contains(r"^\d{1,2}:\d{2}(:\d{2})?$")
    return (text.str.contains(_DAY_CLOCK_PATTERN) & ~is_other_form).fill_null(value=False)


def _parse_day_clock() -> pl.Expr:
    """Parse a time of day as the time since midnight."""
    groups = _extract_groups(_DAY_CLOCK_PATTERN).struct
    hour, minute, second = (groups.field(index).cast(pl.Int64, strict=False) for index in ("1", "2", "3"))
    half = groups.field("4")
    hours = pl.when(half == "p").then(hour % 12 + 12).when(half == "a").then(hour % 12).otherwise(hour)
    is_valid = (minute < 60) & (second.fill_null(0) < 60) & (half.is_null() | hour.is_between(1, 12)) & (hours < 24)
    return pl.when(is_valid).then((hours * 3600 + minute * 60 + second.fill_null(0)).cast(pl.Float64))


def _parse_hours_minutes() -> pl.Expr:
    """Parse `1h30` and `2h05`: the minutes follow without a unit."""
    groups = _extract_groups(_HOURS_MINUTES_PATTERN).struct
    hours, minutes = (groups.field(index).cast(pl.Int64, strict=False) for index in ("2", "3"))
    return _apply_sign(groups.field("1"), (hours * 3600 + minutes * 60).cast(pl.Float64))


def _parse_clock_form(*, short_is_minutes: bool) -> pl.Expr:
    """Parse `h:mm:ss`, `h:mm` (or `m:ss`), `0 days 08:00:00`, and `m:ss min`."""
    groups = _extract_groups(_CLOCK_PATTERN).struct
    sign, days, first, second, third = (groups.field(str(index)) for index in range(1, 6))
    with_unit = groups.field("6").is_not_null() | (pl.lit(short_is_minutes) & third.is_null() & days.is_null())
    a, b, c = (part.cast(pl.Int64, strict=False) for part in (first, second, third))
    is_valid = (b < 60) & (c.fill_null(0) < 60)
    long_form = a * 3600 + b * 60 + c.fill_null(0)
    value = pl.when(with_unit & c.is_null()).then(a * 60 + b).when(~with_unit).then(long_form)
    # pandas writes -1 days +23:00:00 for minus one hour: only the days carry the sign.
    day_part = _apply_sign(sign, days.cast(pl.Int64, strict=False) * 86400)
    total = pl.when(days.is_null()).then(_apply_sign(sign, value)).otherwise(day_part + value)
    return pl.when(is_valid).then(total.cast(pl.Float64))


def _parse_unit_words(decimal: str, day_hours: float | None) -> pl.Expr:
    """Parse `2h 30m`, `0.79 h`, `59 sec`, and `1d 2h` where the length of a day is given."""
    groups = _extract_groups(_UNIT_PATTERN).struct
    texts = [groups.field(str(index)) for index in range(2, 6)]
    parts = [pl.coalesce(parse_number(text, decimal), _parse_short_fraction(text)) for text in texts]
    readable = pl.all_horizontal(
        *(part.is_not_null() | text.is_null() for text, part in zip(texts, parts, strict=True)),
        pl.any_horizontal(text.is_not_null() for text in texts),
    )
    if day_hours is None:
        readable = readable & texts[0].is_null()
    units = ((day_hours or 0) * 3600, 3600, 60, 1)
    total = pl.sum_horizontal(part.fill_null(0) * unit for part, unit in zip(parts, units, strict=True))
    return pl.when(readable).then(_apply_sign(groups.field("1"), total))


def _parse_short_fraction(text: pl.Expr) -> pl.Expr:
    """Parse one or two digits after a single sign as a fraction, whichever sign it is: `0,5h`."""
    return pl.when(text.str.contains(r"^\d+[.,]\d{1,2}$")).then(
        text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    )


def _parse_iso_form() -> pl.Expr:
    """Parse ISO 8601 durations; their day has 24 hours by definition."""
    groups = _extract_groups(_ISO_PATTERN).struct
    texts = [groups.field(str(index)) for index in range(2, 6)]
    parts = [text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False) for text in texts]
    total = pl.sum_horizontal(part.fill_null(0) * unit for part, unit in zip(parts, (86400, 3600, 60, 1), strict=True))
    any_part = pl.any_horizontal(part.is_not_null() for part in parts)
    return pl.when(any_part).then(_apply_sign(groups.field("1"), total))
