"""Rows of a table of times that are not work: totals, breaks, time off; and what is told of them.

Each check sees a whole chunk of the file at once: a total is recognised by the rows it sums up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.importers.columns.dates import MONTHS
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
OWNER_ENDING: Final = r"(?i) (?:(?:sub)?total|(?:zwischen|gesamt)?summe)$"
# What may stand beside the word for a total and is nobody's name: "Total March 2026", "Total hours".
NO_NAME: Final = (
    r"(?i)^(?:[\d\s.,:/()–-]+|(?:calendar|we?e?k|cw|kw|kalenderwoche|woche|semaine|semana|settimana|month|monat|mois|mes|mese"
    r"|day|tag|year|jahr|q[1-4]|hours?|hrs?|h|time|stunden|heures|horas|ore|team|all|alle|everyone|overall|"
    + "|".join(MONTHS)
    + r")\b)+$"
)
FIRST_NAME: Final = r"(?i)^suma(?:$|[ (])"  # a first name as well as a word for a total
FIRST_NAME_AS_WORD: Final = r"(?i)^suma (?:for|of|für|von|de|du|del|di) "
NAME_PARTS: Final = ("client", "project")  # may be called "Total", as a company is
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
# Words that also name what is worked on: the leaves of a plant, the absent and the present in a picture.
AMBIGUOUS_WORDS: Final = (
    "absent", "leave", "sick", "pto", "ooo", "rtt", "toil", "holiday", "holidays", "permiso", "permesso",
)  # fmt: skip
KINDS_OF_TYPE: Final = {**dict.fromkeys(BREAK_WORDS, BREAK), **dict.fromkeys(TIME_OFF_WORDS, TIME_OFF)}
_BETWEEN_NAMES: Final = r"\s*(?:[:/|>(]|\s[-–—]\s)\s*"
WORK_PARTS: Final = ("project", "task", "description")
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

    An entry without a category whose project, task or description is "Lunch break" is a break, too, unless its task
    or description says something else: a project called "Lunch" may label meals.
    """
    kinds = _read_types(frame, used_columns)
    category = pl.col("category") if "category" in rows.columns else pl.lit(None, pl.String)
    is_word = {
        part: pl.col(part).is_in(_list_spellings(rows[part], BREAK_WORDS)).fill_null(value=False) for part in WORK_PARTS
    }
    is_break = category.is_null() & pl.any_horizontal(is_word.values())
    is_break &= pl.all_horizontal(pl.col(part).is_null() | is_word[part] for part in WORK_PARTS[1:])
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
    is_off = (pl.col("category") == TIME_OFF).fill_null(value=False)
    is_off |= pl.col("category").is_null() & _is_named_time_off(entries)
    is_off &= pl.col("seconds") >= 0
    off = entries.select(is_off.alias("off")).to_series()
    return (entries.filter(~off), entries.filter(off)) if off.any() else (entries, entries.clear())


def _is_named_time_off(entries: pl.DataFrame) -> pl.Expr:
    """Return whether the project, the task or the description of an entry is time off.

    A clear word counts as a whole text or at the end of a path. An ambiguous one, and one that begins a path, counts
    only where task and description say nothing else.
    """
    listed = {part: _list_time_off(entries[part], is_path=part in MARKED_PARTS) for part in WORK_PARTS}
    if not any(words for _, words in listed.values()):  # clear ones are among them
        return pl.lit(value=False)
    is_clear, is_word = (
        {part: pl.col(part).is_in(texts[which]).fill_null(value=False) for part, texts in listed.items()}
        for which in (0, 1)
    )
    says_nothing_else = pl.all_horizontal(
        pl.col(part).is_null() | is_word[part] | pl.col(part).is_in(_list_spellings(entries[part], BREAK_WORDS))
        for part in WORK_PARTS[1:]
    )
    return pl.any_horizontal(is_clear.values()) | (pl.any_horizontal(is_word.values()) & says_nothing_else)


def _list_time_off(values: pl.Series, *, is_path: bool) -> tuple[list[str], list[str]]:
    """Return the texts of a column that are time off, and those that are if nothing is said beside them."""
    texts = values.drop_nulls().unique()
    lowered = texts.str.to_lowercase()
    may_be = lowered.str.contains_any(list(TIME_OFF_WORDS))
    if not may_be.any():
        return [], []
    texts, names = texts.filter(may_be), lowered.filter(may_be).str.strip_chars()
    marked = names.str.replace_all(_BETWEEN_NAMES, "\x1f").str.strip_chars(") ") if is_path else names
    path = marked.str.split("\x1f")
    clear_words = [word for word in TIME_OFF_WORDS if word not in AMBIGUOUS_WORDS]
    is_clear = names.is_in(clear_words) | path.list.last().is_in(clear_words)
    is_word = is_clear | names.is_in(TIME_OFF_WORDS) | path.list.last().is_in(TIME_OFF_WORDS)
    is_word |= path.list.eval(pl.element().is_in(clear_words)).list.any()
    return texts.filter(is_clear).to_list(), texts.filter(is_word).to_list()


def flag_totals(frame: pl.DataFrame, rows: pl.DataFrame, *, is_native: bool = False) -> pl.Series:
    """Flag the records that are totals: a cell says so, and no day, no person or the sum of other rows proves it.

    Rows of nobody and without a text are totals if each of them is the sum of other rows.
    `rows` are the parsed records of `frame`: day_on, person, the label parts and seconds. A native file is written by
    a script: there only a row of nobody, of "Total" or of the total of a person in the file is one.
    """
    is_total = _flag_undated(frame, rows["day_on"])
    if not is_native:
        is_total |= _flag_bare_sums(rows)
    words = {"person": (*TOTAL_WORDS, *PERIOD_WORDS), **dict.fromkeys(LABEL_PARTS, TOTAL_WORDS)}
    may_be = (
        rows[part].unique().str.contains_any(list(patterns), ascii_case_insensitive=True).any()
        for part, patterns in words.items()
    )
    if not any(may_be):
        return is_total
    return is_total | _flag_dated(rows, is_native=is_native)


def _flag_undated(frame: pl.DataFrame, day_on: pl.Series) -> pl.Series:
    """Flag the records without a day that have a cell with the word for a total."""
    if not day_on.null_count():
        return day_on.is_null()
    texts = pl.col(pl.String).str.strip_chars()
    is_total = pl.any_horizontal(
        (texts.str.contains(TOTAL_PATTERN) | texts.str.contains(TOTAL_ENDING)).fill_null(value=False)
    )
    return frame.select(is_total.alias("_total"))["_total"] & day_on.is_null()


def _flag_bare_sums(rows: pl.DataFrame) -> pl.Series:
    """Flag the rows with a length and nothing else beside their day, if each adds up other rows, which name people.

    One row that repeats the length of one other row proves nothing.
    """
    is_bare = pl.col("person").is_null() & ~pl.any_horizontal(_has_text(LABEL_PARTS)) & pl.col("day_on").is_not_null()
    work = rows.with_columns(
        (is_bare & (pl.col("seconds") > 0)).fill_null(value=False).alias("_label"), _everybody=pl.lit(value=True)
    ).with_columns(_work=pl.when("_label").then(0).otherwise(pl.col("seconds").fill_null(0)))
    bare = work.select(
        "_label", *(pl.any_horizontal(_list_fits("_everybody", least)).alias(f"_of_{least}") for least in (1, 2))
    ).filter("_label")
    are_sums = bare.height > 0 and bool(bare["_of_1"].all()) and (bare.height > 1 or bool(bare["_of_2"].any()))
    is_named = bool(work.select((~pl.col("_label") & pl.col("person").is_not_null()).any()).item())
    return work.select((pl.col("_label") & (are_sums and is_named)).alias("_total"))["_total"]


def _flag_dated(rows: pl.DataFrame, *, is_native: bool) -> pl.Series:
    """Flag the rows with a day that are labelled as totals and belong to nobody, or add up other rows.

    A label that may be the name of a person, a client or a project counts if it is a sum wherever it occurs, and of
    two rows or more: on its row, or on two other days.
    """
    work = _mark_labels(_mark_owners(rows), is_native=is_native)
    if not work["_label"].any():
        return work["_label"].alias("_total")
    others_are_named = bool(work.filter(~pl.col("_label"))["_named"].any())
    is_nobodys = pl.col("_label") & ~pl.col("_named") & pl.lit(others_are_named)
    is_nobodys &= (pl.sum_horizontal(_has_text(LABEL_PARTS)) <= 1) | pl.col("person").is_not_null()
    work = work.with_columns(
        _nobodys=is_nobodys,
        _sum=pl.col("_label") & _adds_up(1),
        _sum_of_several=pl.col("_label") & _adds_up(2),
    ).with_columns(
        _always=(pl.col("_sum") | pl.col("_nobodys")).all().over("_text"),
        _days=pl.col("day_on").filter(pl.col("_sum_of_several")).n_unique().over("_text"),
    )
    is_sum = (
        pl.when("_may_be_name")
        .then(pl.col("_sum") & pl.col("_always") & (pl.col("_sum_of_several") | (pl.col("_days") > 1)))
        .otherwise("_sum")
    )
    return work.select((pl.col("_nobodys") | is_sum).fill_null(value=False).alias("_total"))["_total"]


def _has_text(parts: Iterable[str]) -> list[pl.Expr]:
    return [pl.col(part).is_not_null() for part in parts]


def _mark_owners(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with what their person says of a total: `_word`, or `_owner`, `_no_name` or `_other` beside it.

    `_first_name` flags the word that is a name, too, and `_group` is the person, or the owner of a total.
    """
    person = pl.col("person")
    is_total = pl.any_horizontal(
        person.str.contains(pattern) for pattern in (TOTAL_PATTERN, TOTAL_ENDING, TOTAL_BEGINNING, PERIOD_PATTERN)
    ).fill_null(value=False)
    is_word = person.str.contains(TOTAL_PATTERN).fill_null(value=False)
    owner = person.str.replace(TOTAL_BEGINNING, "").str.replace(OWNER_ENDING, "").str.to_lowercase()
    people = rows.select("person").unique()
    names = people.filter(~is_total)["person"].drop_nulls().str.to_lowercase()
    first_name = person.str.contains(FIRST_NAME) & ~person.str.contains(FIRST_NAME_AS_WORD)
    beside = is_total & ~is_word
    is_owner = beside & owner.is_in(names.implode()).fill_null(value=False)
    no_name = beside & ~is_owner & owner.str.contains(NO_NAME)
    marked = people.with_columns(
        _word=is_word,
        _owner=is_owner,
        _no_name=no_name,
        _other=beside & ~is_owner & ~no_name,
        _first_name=first_name.fill_null(value=False),
        _group=pl.when(is_owner).then(owner).otherwise(person.str.to_lowercase()),
    )
    return rows.join(marked, on="person", how="left", nulls_equal=True, maintain_order="left")


def _mark_labels(rows: pl.DataFrame, *, is_native: bool) -> pl.DataFrame:
    """Return the rows with `_label`, where they may be totals, and with what `_flag_dated` asks of them."""
    texts = {part: rows[part].drop_nulls().unique() for part in LABEL_PARTS}
    is_label = {
        part: pl.col(part).is_in(values.filter(values.str.contains(TOTAL_PATTERN)).to_list()).fill_null(value=False)
        for part, values in texts.items()
    }
    no_text, no_other_text = (pl.sum_horizontal(_has_text(LABEL_PARTS)) <= most for most in (0, 1))
    # Beside the word for a total, a row without a person may name what is summed up, above it.
    nothing_below = {
        part: pl.all_horizontal(
            pl.col(below).is_null() | is_label[below] for below in LABEL_PARTS[LABEL_PARTS.index(part) + 1 :]
        )
        if part != LABEL_PARTS[-1]
        else pl.lit(value=True)
        for part in LABEL_PARTS
    }
    in_part = pl.any_horizontal(is_label[part] & nothing_below[part] for part in LABEL_PARTS)
    in_part &= pl.col("person").is_null() | (no_other_text & pl.lit(not is_native))
    no_work = pl.all_horizontal(pl.col(part).is_null() for part in WORK_PARTS)
    is_certain = pl.col("_word") | pl.col("_owner") | (pl.col("_no_name") & no_work)
    is_certain &= ~pl.col("_first_name")
    # "Suma Rao" is a person; "Suma" alone and "Total Marketing" may be one, if their row has no work.
    may_be_name = (pl.col("_other") != pl.col("_first_name")) & no_text
    in_person = is_certain | may_be_name
    if is_native:
        in_person &= pl.col("_word") | pl.col("_owner")
    in_name = pl.any_horizontal(is_label[part] for part in NAME_PARTS) & ~pl.any_horizontal(
        is_label[part] for part in LABEL_PARTS if part not in NAME_PARTS
    )
    text = pl.when(in_person).then("person").otherwise(pl.coalesce(pl.when(is_label[p]).then(p) for p in LABEL_PARTS))
    return rows.with_columns(
        _label=in_person | in_part,
        _named=pl.col("person").is_not_null() & (~pl.col("_word") | pl.col("_first_name")),
        _may_be_name=pl.when(in_person).then(may_be_name).otherwise(in_name),
        _of_group=pl.col("_owner") | (~in_person & pl.col("person").is_not_null()),
        _text=pl.when(in_person | in_part).then(text.str.to_lowercase()),
        _everybody=pl.lit(value=True),
    ).with_columns(_work=pl.when("_label").then(0).otherwise(pl.col("seconds").fill_null(0)))


def _adds_up(least: int) -> pl.Expr:
    """Return whether a row is the sum of `least` other rows or more: so far, since the last total, or of the day.

    A total of a person adds up rows of that person, and one that names an owner may add up all of them.
    """
    return (
        pl.when("_of_group")
        .then(pl.any_horizontal(_list_fits("_group", least)))
        .otherwise(pl.any_horizontal(_list_fits("_everybody", least)[:-1]))
        .fill_null(value=False)
    )


def _list_fits(scope: str, least: int) -> list[pl.Expr]:
    """Return whether a row has the hours of the rows of its scope: so far, since a total, of the day, and of all."""
    sums = []
    for value in (pl.col("_work"), (pl.col("_work") != 0).cast(pl.Int64)):
        so_far = value.cum_sum()
        at_last_label = pl.when("_label").then(so_far).forward_fill().shift(1).fill_null(0)
        sums.append(
            [
                so_far.over(scope),
                (so_far - at_last_label).over(scope),
                value.sum().over(scope, "day_on"),
                value.sum().over(scope),
            ]
        )
    return [
        (seconds > 0) & ((seconds - pl.col("seconds")).abs() <= SUM_TOLERANCE) & (rows >= least)
        for seconds, rows in zip(*sums, strict=True)
    ]


def find_unit_factor(stated: pl.Series, span: pl.Series) -> tuple[float, int, int] | None:
    """Return the one factor between stated durations and end minus start, the rows that it fits, and all rows.

    A factor of 24, 60 or 3600 is a unit: fractions of a day, minutes or seconds that were read as hours. It fits most
    rows, and the others become shorter than their span, as entries with a pause are.
    """
    pairs = pl.DataFrame({"stated": stated, "span": span}).filter((pl.col("stated") > 0) & (pl.col("span") > 0))
    if pairs.select(((pl.col("stated") - pl.col("span")).abs() <= 1).any()).item():
        return None
    for unit in (24.0, 60.0, 3600.0):
        for factor in (unit, 1 / unit):
            scaled, allowed = pl.col("stated") * factor, 61 + max(factor, 1)
            is_fitting = (scaled - pl.col("span")).abs() <= pl.min_horizontal(allowed, pl.col("span") * 0.1)
            fitting, is_possible = pairs.select(
                is_fitting.sum().alias("fitting"), (is_fitting | (scaled < pl.col("span"))).all().alias("possible")
            ).row(0)
            # One row proves nothing.
            if is_possible and fitting >= 2 and fitting > pairs.height / 2:  # noqa: PLR2004
                return factor, fitting, pairs.height
    return None


def describe_fitting(factor: tuple[float, int, int]) -> str:
    """Return in how many entries a factor of `find_unit_factor` holds."""
    _, fitting, entries = factor
    count = format_count(entries)
    return f"each of {count} entries" if fitting == entries else f"{format_count(fitting)} of {count} entries"
