"""A mapping guessed from the header and the cells of a table, so that it can be read as proposed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

import polars as pl

from dashboard.categories import ALIASES, CATEGORIES
from dashboard.errors import BadMapping, DashboardError, QuestionNeeded
from dashboard.importers.cell_contents import holds_clocks, holds_content, match_words
from dashboard.importers.contract import Head, Settings, Source
from dashboard.importers.generic_mapping import (
    CLOCKS,
    UNITS,
    check_mapping,
    find_kind,
    find_title_unit,
    fold_value,
    list_values,
    name_value,
    normalize_title,
    resolve_columns,
)
from dashboard.importers.mapped_cells import are_rest_minutes, clean_numbers
from dashboard.importers.mapped_parts import END_PARTS, LENGTH_PARTS, MAPPED_KINDS, REVIEWER, WORDS
from dashboard.importers.mapped_tables import find_mapped_importer
from dashboard.importers.place_proposal import choose_kind_by_cells, is_numbered, match_places
from dashboard.importers.table import deduplicate_header
from dashboard.schemas import Kind

FEWEST_TOLD = 2  # marks of a kind, of which a table of times has none
READABLE_SHARE = 0.8  # of the cells of a column that has the content of a part
MOST_WORDS: Final = 20  # of a column that are asked about; one with more holds no words
BARE_NUMBER: Final = r"^[-(]?\d+([.,]\d+)?[-)]?$"
CLOCK: Final = r"^\d{1,2}[:.h]\d\d([:.]\d\d)?( ?[AaPp]\.?[Mm]\.?)?$"
MOST_HOURS, MOST_MINUTES = 24, 1440  # a larger number of an entry is in the next smaller unit
MOST_LABEL_SECONDS = 10_000  # of half the labels; larger numbers are milliseconds
DAY_ORDERS: Final = ("day-month-year", "month-day-year")
CellsOf = Callable[[str], pl.Series]  # the cells of a column; none where they are not known


def propose_mapping(head: Head, kind: Kind | None = None) -> dict[str, str]:
    """Guess part -> column of a kind; without one, of the kind that the header fits best.

    Each column is proposed once, parts without a column are left out.
    """
    return _propose_columns(head, kind or choose_kind(head), partial(_list_cells, head))


def propose_working(source: Source, kind: Kind | None = None) -> dict[str, str]:
    """Return the mapping proposed for a whole file, without the parts by which it could not be read."""
    head = source.head()
    kind = kind or choose_kind(head)
    mapping = _propose_columns(head, kind, lambda column: _collect_cells(source, column))
    without_lengths = {part: column for part, column in mapping.items() if part not in LENGTH_PARTS}
    needed = {part for choices, _ in MAPPED_KINDS[kind].required for part in choices}
    without_rest = {part: column for part, column in mapping.items() if part in needed or part.startswith("_")}
    for candidate in (mapping, without_lengths, without_rest):
        if _is_readable(source, candidate):
            return candidate
    return mapping


def _is_readable(source: Source, mapping: dict[str, str]) -> bool:
    """Return whether some row is taken, whatever is answered to the questions that the file leaves open."""
    try:
        reading = find_mapped_importer(mapping).read(source, Settings(mapping=mapping, zone="UTC", day_first=True))
        return any(batch.accepted.height for batch in reading.batches)
    except QuestionNeeded:
        return True
    except DashboardError:
        return False


def _propose_columns(head: Head, kind: Kind, cells_of: CellsOf) -> dict[str, str]:
    mapping = _match_columns(head, kind)
    if kind != "time_entry":
        mapping = {"_kind": kind} | _keep_one_day(head, mapping)
    elif "category" in mapping and not _are_known_categories(head, mapping["category"]):
        del mapping["category"]
    if kind == "time_entry":
        mapping = _drop_rivals(mapping, keeps_minutes=_has_rest_minutes(mapping, cells_of))
    return _settle_words(kind, _fill_empty(_propose_unit(head, kind, mapping)), cells_of)


def _list_cells(head: Head, column: str) -> pl.Series:
    """Return the cells of a column in the first rows of a file."""
    return head.sample[column] if column in head.sample.columns else pl.Series([], dtype=pl.String)


def _collect_cells(source: Source, column: str) -> pl.Series:
    return pl.concat(frame[column] for frame, _ in source.frames())


def _settle_words(kind: Kind, mapping: dict[str, str], cells_of: CellsOf) -> dict[str, str]:
    """Return the mapping with what its words mean, without columns of unknown words, and without an id that repeats."""
    settled = dict(mapping)
    for part, column in mapping.items():
        if part in WORDS.get(kind, {}):
            meanings = match_words(kind, part, cells_of(column).unique().drop_nulls())
            known = {name_value(part, text): word for text, word in meanings.items() if word is not None}
            if len(known) < len(meanings):
                del settled[part]
            else:
                settled |= known
        elif part == "native_id":
            ids = cells_of(column).str.strip_chars()
            if ids.filter(ids != "").is_duplicated().any():
                del settled[part]
    return settled


def list_open_words(source: Source, mapping: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the most frequent texts of each mapped part of words that the mapping leaves open, with a likely meaning.

    The meaning is empty where only the lead can say.
    """
    kind = find_kind(mapping)
    columns = resolve_columns(mapping, source.head(), source.name)
    open_words: dict[str, dict[str, str]] = {}
    for part in (part for part in WORDS.get(kind, {}) if part in columns):
        cells = _collect_cells(source, columns[part]).value_counts(sort=True).to_series()
        meanings = match_words(kind, part, cells.drop_nulls())
        frequent = dict.fromkeys(fold_value(text) for text in cells.drop_nulls())
        known = list_values(mapping, part)
        texts = [text for text in frequent if text in meanings and text not in known][:MOST_WORDS]
        if texts:
            open_words[part] = {text: meanings[text] or "" for text in texts}
    return open_words


def list_undecided(kind: Kind, columns: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the columns whose title is that of a part of words, but which no mapping proposes: column -> part.

    Some of their words are unknown, so that their rows would be rejected.
    """
    open_parts = [part for part in WORDS.get(kind, {}) if part not in mapping]
    return {
        column: part
        for column in columns
        if column not in mapping.values()
        for part in open_parts
        if re.fullmatch(MAPPED_KINDS[kind].parts[part].words, normalize_title(column))
    }


def choose_kind(head: Head) -> Kind:
    """Return what the rows of a table probably are: times, unless its header says more of another kind."""
    if is_numbered(head.header):
        return choose_kind_by_cells(head.sample)
    marks = {kind: _count_marks(head, kind) for kind in MAPPED_KINDS}
    is_valid = {kind: _is_complete({"_kind": kind} | _match_parts(head, kind)) for kind in MAPPED_KINDS}
    valid_kinds: list[Kind] = [kind for kind in MAPPED_KINDS if is_valid[kind]]
    best = max(valid_kinds, key=marks.__getitem__) if valid_kinds else "time_entry"
    if marks[best] >= FEWEST_TOLD or not is_valid["time_entry"]:
        return best
    return "time_entry"


def _count_marks(head: Head, kind: Kind) -> int:
    """Return how much a header says that its rows are of a kind: nothing unless it names what each row is about."""
    parts = MAPPED_KINDS[kind].parts
    mapping = _match_parts(head, kind, is_strict=True)
    subjects = MAPPED_KINDS[kind].required[0][0]
    sure = [part for part, column in mapping.items() if re.fullmatch(parts[part].sure_words, normalize_title(column))]
    return sum(parts[part].tells for part in mapping) + len(sure) if mapping.keys() & set(subjects) else 0


def _is_complete(mapping: Mapping[str, str]) -> bool:
    try:
        check_mapping(mapping)
    except BadMapping:
        return False
    return True


def _match_columns(head: Head, kind: Kind) -> dict[str, str]:
    """Return part -> column of the file: by the words of its header, or of a table without titles by its cells."""
    if is_numbered(head.header):
        return {"_header": "absent"} | match_places(head.sample, kind)
    return _match_parts(head, kind)


def _match_parts(head: Head, kind: Kind, *, is_strict: bool = False) -> dict[str, str]:
    """Return part -> column of the file, by the words of the header and by what the cells hold."""
    titles = zip(head.header, deduplicate_header(head.header), strict=True)
    free = {name: normalize_title(title) for title, name in titles}
    parts = MAPPED_KINDS[kind].parts
    patterns = [(part, parts[part].words) for part in parts]
    if not is_strict:
        patterns += [(part, parts[part].weak_words) for part in parts if parts[part].weak_words]
    mapping: dict[str, str] = {}
    for part, words in patterns:
        columns = (
            name
            for name, title in free.items()
            if re.fullmatch(words, title) and holds_content(_list_cells(head, name), parts[part].content)
        )
        column = next(columns, None) if part not in mapping else None
        if column is not None:
            mapping[part] = column
            del free[column]
    return mapping


def _are_known_categories(head: Head, column: str) -> bool:
    """Return whether all values are categories of this dashboard; the row of any other would be rejected."""
    values = head.sample[column].drop_nulls() if column in head.sample.columns else ()
    return all(str(value).strip().lower() in {"", *CATEGORIES, *ALIASES} for value in values)


def _has_rest_minutes(mapping: Mapping[str, str], cells_of: CellsOf) -> bool:
    """Return whether two columns make one length: whole hours, and the minutes beyond them."""
    if [part for part in LENGTH_PARTS if part in mapping][:2] != ["hours", "minutes"]:
        return False
    hours, minutes = cells_of(mapping["hours"]), cells_of(mapping["minutes"])
    return bool(clean_numbers(minutes).str.contains("[1-9]").any()) and are_rest_minutes(hours, minutes)


def _drop_rivals(mapping: dict[str, str], *, keeps_minutes: bool) -> dict[str, str]:
    """Keep one column for the start and one for the length of an entry, or one for its minutes beyond whole hours."""
    if "start_date" not in mapping and "day_on" in mapping and {"start_time", "started_at"} & mapping.keys():
        mapping["start_date"] = mapping.pop("day_on")
    if "start_date" in mapping and "started_at" in mapping:
        mapping.setdefault("start_time", mapping.pop("started_at"))
    if "start_date" in mapping and "ended_at" in mapping:
        mapping.setdefault("end_time", mapping.pop("ended_at"))
    starts = [part for part in ("started_at", "start_date", "day_on") if part in mapping]
    rivals = {*starts[1:], *_list_other_lengths(mapping)} - ({"minutes"} if keeps_minutes else set())
    if not mapping.keys() & {*LENGTH_PARTS, "started_at", "start_time"}:
        rivals |= {*END_PARTS}  # an end without a start tells no length
    return {part: column for part, column in mapping.items() if part not in rivals}


def _list_other_lengths(mapping: Mapping[str, str]) -> list[str]:
    return [part for part in LENGTH_PARTS if part in mapping][1:]


def _keep_one_day(head: Head, mapping: dict[str, str]) -> dict[str, str]:
    """Keep one column for the length, with its unit, and the day only where no moment names it."""
    columns = {part: column for part, column in mapping.items() if part not in _list_other_lengths(mapping)}
    unit = next((unit for unit in UNITS if unit in columns), None)
    if unit is not None:
        columns |= {"duration": columns.pop(unit), "_duration_unit": unit}
    for moment, clock in CLOCKS.items():
        if moment in columns and holds_clocks(_list_cells(head, columns[moment])):
            columns.setdefault(clock, columns.pop(moment))
    if {"finished_at", "started_at"} & columns.keys() and not {*CLOCKS.values()} & columns.keys():
        columns.pop("day_on", None)
    return columns


def _propose_unit(head: Head, kind: Kind, mapping: dict[str, str]) -> dict[str, str]:
    """Add the unit of plain numbers: that of the title, else the largest one in which the lengths are possible."""
    column = mapping.get("duration")
    if column is None or column not in head.sample.columns or "_duration_unit" in mapping:
        return mapping
    cells = head.sample[column].str.strip_chars()
    plain = cells.filter(cells.str.contains(BARE_NUMBER))
    if plain.is_empty():
        return mapping
    numbers = plain.str.replace_all("[()]", "").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    unit = find_title_unit(column)
    if unit is None and kind == "time_entry":
        longest = float(numbers.abs().max() or 0)  # type: ignore[arg-type]
        unit = "hours" if longest <= MOST_HOURS else "minutes" if longest <= MOST_MINUTES else "seconds"
    elif unit is None:
        is_long = kind == "labeling_event" and float(numbers.median() or 0) > MOST_LABEL_SECONDS  # type: ignore[arg-type]
        unit = "milliseconds" if is_long else "seconds"
    return mapping | {"_duration_unit": unit}


def _fill_empty(mapping: dict[str, str]) -> dict[str, str]:
    """Add what the header says of all rows: that they are reviews, the name of a score, that a run with one ended."""
    if "stage" not in mapping and re.fullmatch(REVIEWER, normalize_title(mapping.get("person", ""))):
        return mapping | {name_value("stage", ""): "review"} if mapping.get("_kind") == "labeling_event" else mapping
    if mapping.get("_kind") != "experiment_run" or "value" not in mapping:
        return mapping
    title = normalize_title(mapping["value"])
    has_name = re.fullmatch("(metric )?value|score|wert|valeur|valor", title) is None
    if "metric" not in mapping and has_name:
        mapping = mapping | {name_value("metric", ""): mapping["value"]}
    tells_end = mapping.keys() & {"state", "finished_at", "finished_time", *LENGTH_PARTS}
    return mapping if tells_end else mapping | {name_value("state", ""): "finished"}
