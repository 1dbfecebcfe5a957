"""Rows of a table of times that are not work: totals, breaks, time off; and what is told of them.

Each check sees a whole chunk of the file at once: a total is recognised by the rows it sums up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.importers.contract import Batch
from dashboard.units import format_count, format_decimal

LABEL_PARTS: Final = ("client", "project", "task", "description")
TOTAL_PATTERN: Final = (
    r"(?i)^(?:(?:grand|report|sub|day|daily|week|weekly|month|monthly|project|user)[ -]?)?totals?\s*(?:[:(].*)?$"
    r"|^(?:(?:zwischen|tages|wochen|monats|gesamt)?summe|gesamt|insgesamt|sous-total|somme|suma|sub-?total"
    r"|totale|subtotale|total (?:général|general|generale|du jour|del d[ií]a|diario))\s*(?:[:(].*)?$"
)
TOTAL_ENDING: Final = r"(?i)^.{1,60} (?:(?:sub)?total|(?:zwischen|gesamt)?summe)$"
# "Subtotal Ana", "Summe März", "Week 10" in the place of a person: totals if they add up other rows.
TOTAL_BEGINNING: Final = (
    r"(?i)^(?:(?:grand |sub[- ]?)?total|(?:zwischen|tages|wochen|monats|gesamt)?summe|gesamt|sous-total|somme|suma)"
    r"(?: (?:for|of|für|von|de|du|del|di))?[ :]+"
)
PERIOD_PATTERN: Final = (
    r"(?i)^(?:(?:calendar |kalender)?we?e?k|cw|kw|woche|semaine|semana|settimana)[ .]*\d{1,2}\b.{0,60}$"
)
TOTAL_WORDS: Final = ("total", "summe", "gesamt", "somme", "suma")
PERIOD_WORDS: Final = ("week", "wk", "cw", "kw", "woche", "semaine", "semana", "settimana")
SUM_TOLERANCE: Final = 60  # seconds; the parts of a sum are rounded
TYPE_TITLES: Final = frozenset({"type", "entry type", "time type", "typ", "eintragsart", "art", "tipo"})
TIME_OFF: Final = "time off"  # stands for the category of rows that lower capacity and are no tracked time
BREAK: Final = "break, not work"
BREAK_WORDS: Final = (
    "break", "breaks", "break time", "rest break", "coffee break", "tea break", "meal break", "unpaid break",
    "paid break", "short break", "lunch", "lunch break", "lunch time", "lunchtime", "pause", "pausen", "mittagspause",
    "mittag", "kaffeepause", "déjeuner", "pause déjeuner", "pause-déjeuner", "pausa", "pausa pranzo", "pranzo",
    "descanso", "almuerzo", "pausa almuerzo", "almoço", "pausa para almoço", "pauze", "lunchpauze", "przerwa",
    "перерыв", "обед", "休憩", "昼休み", "午休",
)  # fmt: skip
TIME_OFF_WORDS: Final = (
    "time off", "time-off", "timeoff", "paid time off", "unpaid time off", "pto", "vacation", "vacations", "holiday",
    "holidays", "public holiday", "public holidays", "bank holiday", "leave", "paid leave", "unpaid leave",
    "annual leave", "parental leave", "maternity leave", "paternity leave", "compassionate leave", "bereavement leave",
    "sick", "sick leave", "sick day", "sick days", "sickness", "absence", "absences", "absent", "day off", "days off",
    "out of office", "ooo", "urlaub", "sonderurlaub", "krank", "krankheit", "krankmeldung", "abwesenheit", "elternzeit",
    "feiertag", "feiertage", "congé", "congés", "congés payés", "absence maladie", "arrêt maladie", "jour férié",
    "jours fériés", "vacaciones", "ausencia", "festivo", "festivos", "baja médica", "férias", "feriado", "ferie",
    "malattia", "verlof", "vakantie", "ziek", "ziekte", "feestdag", "urlop", "vacation day", "vacation days",
    "vacation leave", "holiday leave", "floating holiday", "jury duty", "personal day", "personal leave",
    "sick time", "medical leave", "time off in lieu", "toil", "urlaubstag", "urlaubstage", "ferien", "krankheitstag",
    "krankenstand", "kranktag", "kranktage", "arbeitsunfähig", "arbeitsunfähigkeit", "gleittag", "zeitausgleich",
    "überstundenabbau", "mutterschutz", "vacances", "congé maladie", "rtt", "vacaciones pagadas", "días festivos",
    "permiso", "enfermedad", "permesso", "feriados", "ausência", "chorobowe", "zwolnienie lekarskie", "отпуск",
    "больничный", "休暇", "有給休暇", "有休", "病欠", "年假", "病假", "휴가", "병가",
)  # fmt: skip
KINDS_OF_TYPE: Final = {**dict.fromkeys(BREAK_WORDS, BREAK), **dict.fromkeys(TIME_OFF_WORDS, TIME_OFF)}
_BETWEEN_NAMES: Final = r"\s*(?:[:/|>(]|\s[-–—]\s)\s*"
MARKED_PARTS: Final = ("project", "task")  # where a part of the name is enough, as in "Internal / Vacation"


@dataclass
class LeftOut:
    """Hours of rejected rows that a reader of the total must know of, over the whole file."""

    rows: int = 0
    seconds: int = 0

    def warnings(self) -> Iterator[str]:
        """Yield what is told of breaks."""
        if self.rows:
            count = "1 entry" if self.rows == 1 else f"{format_count(self.rows)} entries"
            yield f"{count} ({format_decimal(self.seconds / 3600, 2)} h) of break left out: it is not tracked work."


def count_left_out(batch: Batch, rows: pl.DataFrame, left_out: LeftOut, reasons: Sequence[tuple[pl.Expr, str]]) -> None:
    """Add the rows of `batch` that were rejected as breaks to `left_out`; nothing is computed where none was."""
    if not batch.bad.height:
        return
    first_reason = pl.coalesce(*(pl.when(is_bad).then(pl.lit(reason)) for is_bad, reason in reasons))
    breaks = rows.select(reason=first_reason, seconds="seconds").filter(pl.col("reason") == BREAK)
    left_out.rows += breaks.height
    left_out.seconds += int(breaks["seconds"].sum())


def mark_no_work(frame: pl.DataFrame, rows: pl.DataFrame, used_columns: Iterable[str]) -> pl.DataFrame:
    """Return the rows with `_no_work`, and with time off as their category where a column of types says so.

    An entry without a category whose project, task or description is "Lunch break" is a break, too.
    """
    kinds = _read_types(frame, used_columns)
    category = pl.col("category") if "category" in rows.columns else pl.lit(None, pl.String)
    is_break = category.is_null() & pl.any_horizontal(
        pl.col(part).is_in(_list_spellings(rows[part], BREAK_WORDS)) for part in (*MARKED_PARTS, "description")
    ).fill_null(value=False)
    by_name = pl.when(is_break).then(pl.lit(BREAK))
    return (
        rows.with_columns(kinds)
        .with_columns(_no_work=pl.coalesce("_no_work", by_name))
        .with_columns(
            pl.when(pl.col("_no_work") == TIME_OFF).then(pl.lit(TIME_OFF)).otherwise(category).alias("category")
        )
    )


def _list_spellings(values: pl.Series, words: Sequence[str]) -> list[str]:
    """Return the texts of a column that are one of `words` but for case and blanks: few are, and texts repeat."""
    texts = values.unique()
    return texts.filter(texts.str.strip_chars().str.to_lowercase().is_in(words).fill_null(value=False)).to_list()


def _read_types(frame: pl.DataFrame, used_columns: Iterable[str]) -> pl.Series:
    """Return what each record is by its column of types, such as Clockify's Type; null where it is work."""
    used = set(used_columns)
    titles = [name for name in frame.columns if name.strip().casefold() in TYPE_TITLES and name not in used]
    if not titles:
        return pl.repeat(None, frame.height, dtype=pl.String, eager=True).alias("_no_work")
    kinds = [
        pl.col(title)
        .str.strip_chars()
        .str.to_lowercase()
        .replace_strict(KINDS_OF_TYPE, default=None, return_dtype=pl.String)
        for title in titles
    ]
    return frame.select(pl.coalesce(kinds).alias("_no_work"))["_no_work"]


def list_no_work_rejections() -> list[tuple[pl.Expr, str]]:
    """Return the check for breaks."""
    return [((pl.col("_no_work") == BREAK).fill_null(value=False), BREAK)]


def split_time_off(entries: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the entries that are work and those that are time off.

    Time off is what a file says is time off, and an entry without a category whose project or task has such a name
    ("Vacation", "Internal / Sick leave"), or whose description is one.
    """
    names = [pl.col(part).str.to_lowercase().str.strip_chars() for part in (*MARKED_PARTS, "description")]
    may_be = entries.select(
        pl.any_horizontal(
            pl.col("category") == TIME_OFF,
            *(name.str.contains_any(list(TIME_OFF_WORDS)) for name in names),
        ).fill_null(value=False)
    ).to_series()
    if not may_be.any():
        return entries, entries.clear()
    is_word = [name.is_in(TIME_OFF_WORDS) for name in names]
    has_word = [
        name.str.replace_all(_BETWEEN_NAMES, "\x1f")
        .str.strip_chars(") ")
        .str.split("\x1f")
        .list.eval(pl.element().is_in(TIME_OFF_WORDS))
        .list.any()
        for name in names[: len(MARKED_PARTS)]
    ]
    is_named = pl.col("category").is_null() & pl.any_horizontal(*is_word, *has_word).fill_null(value=False)
    is_off = (pl.col("category") == TIME_OFF).fill_null(value=False) | is_named
    is_off &= pl.col("seconds") >= 0
    return entries.filter(~is_off), entries.filter(is_off)


def flag_totals(frame: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Flag the records that are totals: a cell says so, and no day, no person or the sum of other rows proves it.

    `rows` are the parsed records of `frame`: day_on, person, the label parts and seconds.
    """
    is_total = _flag_undated(frame, rows["day_on"])
    words = {"person": (*TOTAL_WORDS, *PERIOD_WORDS), **dict.fromkeys(LABEL_PARTS, TOTAL_WORDS)}
    may_be = (
        rows[part].unique().str.contains_any(list(patterns), ascii_case_insensitive=True).any()
        for part, patterns in words.items()
    )
    if not any(may_be):
        return is_total
    return is_total | _flag_dated(rows)


def _flag_undated(frame: pl.DataFrame, day_on: pl.Series) -> pl.Series:
    """Flag the records without a day that have a cell with the word for a total."""
    if not day_on.null_count():
        return day_on.is_null()
    texts = pl.col(pl.String).str.strip_chars()
    is_total = pl.any_horizontal(
        (texts.str.contains(TOTAL_PATTERN) | texts.str.contains(TOTAL_ENDING)).fill_null(value=False)
    )
    return frame.select(is_total.alias("_total"))["_total"] & day_on.is_null()


def _flag_dated(rows: pl.DataFrame) -> pl.Series:
    """Flag the rows with a day that are labelled as totals and belong to nobody, or add up other rows."""
    labels = [pl.col(part).str.contains(TOTAL_PATTERN).fill_null(value=False) for part in LABEL_PARTS]
    # Beside the word for a total, a row without a person may name what is summed up.
    no_other_text = pl.sum_horizontal(pl.col(part).is_not_null() for part in LABEL_PARTS) <= 1
    person_is_label = pl.any_horizontal(
        pl.col("person").str.contains(pattern)
        for pattern in (TOTAL_PATTERN, TOTAL_ENDING, TOTAL_BEGINNING, PERIOD_PATTERN)
    )
    work = rows.with_columns(
        _label=(pl.any_horizontal(labels) & (no_other_text | pl.col("person").is_null()))
        | person_is_label.fill_null(value=False),
        _named=pl.col("person").is_not_null() & ~pl.col("person").str.contains(TOTAL_PATTERN).fill_null(value=False),
    ).with_columns(_work=pl.when("_label").then(0).otherwise(pl.col("seconds").fill_null(0)))
    so_far = pl.col("_work").cum_sum()
    at_last_label = pl.when("_label").then(so_far).forward_fill().shift(1).fill_null(0)
    sums = [
        so_far,
        so_far - at_last_label,
        pl.col("_work").sum().over("day_on"),
        pl.col("_work").sum().over("person", "day_on"),
        _sum_of_owner(work),
    ]
    adds_up = pl.any_horizontal(((total > 0) & ((total - pl.col("seconds")).abs() <= SUM_TOLERANCE)) for total in sums)
    others_are_named = bool(work.filter(~pl.col("_label"))["_named"].any())
    is_nobodys = ~pl.col("_named") & pl.lit(others_are_named) & (no_other_text | pl.col("person").is_not_null())
    return work.select((pl.col("_label") & (is_nobodys | adds_up.fill_null(value=False))).alias("_total"))["_total"]


def _sum_of_owner(work: pl.DataFrame) -> pl.Expr:
    """Return the work of the person whom a total names: of Ana for "Subtotal Ana" and "Ana total"."""
    sums = dict(work.group_by("person").agg(pl.col("_work").sum()).drop_nulls().iter_rows())
    owner = pl.col("person").str.replace(TOTAL_BEGINNING, "").str.replace(r"(?i) (?:sub-?total|total|summe)$", "")
    return pl.when("_label").then(owner.replace_strict(sums, default=None, return_dtype=pl.Int64))


def find_unit_factor(stated: pl.Series, span: pl.Series) -> tuple[float, int] | None:
    """Return the one factor between stated durations and end minus start in all rows, and the number of rows.

    A factor of 24, 60 or 3600 is a unit: fractions of a day, minutes or seconds that were read as hours.
    """
    pairs = pl.DataFrame({"stated": stated, "span": span}).filter((pl.col("stated") > 0) & (pl.col("span") > 0))
    if pairs.height < 2:  # noqa: PLR2004 - one row proves nothing
        return None
    for unit in (24.0, 60.0, 3600.0):
        for factor in (unit, 1 / unit):
            scaled, allowed = pl.col("stated") * factor, 61 + max(factor, 1)
            fits = (scaled - pl.col("span")).abs() <= pl.min_horizontal(allowed, pl.col("span") * 0.1)
            if pairs.select(fits.all()).item():
                return factor, pairs.height
    return None
