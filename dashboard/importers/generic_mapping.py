"""Which column of a foreign table holds what: read from a JSON file, and validated.

A mapping is flat: canonical part -> column of the file, and options whose names begin with `_`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from dashboard.errors import BadMapping, join_quotes, shorten_quote
from dashboard.importers.contract import Head, Source
from dashboard.importers.mapped_parts import LENGTH_PARTS, MAPPED_KINDS, WORDS, Part
from dashboard.importers.table import deduplicate_header, fold_title
from dashboard.schemas import Kind

MAX_BYTES: Final = 65_536
UNITS: Final = ("hours", "minutes", "seconds", "milliseconds")
OPTIONS: Final[dict[str, tuple[str, ...]]] = {  # option -> its values; empty: any
    "_kind": tuple(MAPPED_KINDS),
    "_header": ("present", "absent"),
    "_date_order": ("year-month-day", "day-month-year", "month-day-year"),
    "_decimal": (".", ","),
    "_duration_unit": UNITS,
    "_zone": (),
}
CLOCKS: Final = {"started_at": "start_time", "ended_at": "end_time", "finished_at": "finished_time"}
VALUE_SIGN: Final = ":"  # `_outcome:ok` -> accepted: what a cell means; `_outcome:` of an empty one

UNIT_WORDS: Final[dict[str, frozenset[str]]] = {  # words in a title that name the unit of its numbers
    "hours": frozenset({"h", "hr", "hrs", "hour", "hours", "stunden", "std", "heures", "horas"}),
    "minutes": frozenset(
        {"min", "mins", "minute", "minutes", "minuten", "minutos", "mm:ss", "m:ss", "min:sec", "min:s", "mins:secs"}
    ),
    "seconds": frozenset({"s", "sec", "secs", "second", "seconds", "sekunden", "sek", "secondes", "segundos"}),
    "milliseconds": frozenset({"ms", "millis", "millisecond", "milliseconds", "millisekunden"}),
}


def load_mapping(path: Path) -> dict[str, str]:
    """Read a flat mapping from a JSON file.

    The file holds {"columns": {part: column}} and optionally "kind", "date_order",
    "decimal", "duration_unit", "zone", "header" ("absent": columns are "column 1" ...), and
    "values": {part: {cell: what it means}}.

    Raises:
        BadMapping: it is unreadable, not JSON, too large, or has an unknown name or value.
    """
    if path.exists() and not path.is_file():
        raise BadMapping(f"The mapping {path.name} is not a file.", "Give the path of a JSON file.")  # a pipe may wait
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadMapping(f"The mapping {path.name} cannot be read: {error.strerror}.", "Check the path.") from error
    if len(content) > MAX_BYTES:
        raise BadMapping(f"The mapping {path.name} is larger than 64 kB.", "Give a file with the column names only.")
    try:
        decoded = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadMapping(
            f"The mapping {path.name} is not JSON: {error}.", "`labeltime help formats` shows its form."
        ) from error
    return check_mapping(_flatten_mapping(decoded, path.name))


def _flatten_mapping(content: object, name: str) -> dict[str, str]:
    columns = content.get("columns") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(columns, dict):
        raise BadMapping(f'The mapping {name} has no "columns".', 'Write {"columns": {"person": "Name in the file"}}.')
    options = {f"_{key}": value for key, value in content.items() if key not in ("columns", "values")}
    mapping = columns | options
    values = content.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(words, dict) for words in values.values()):
        raise BadMapping(
            f'The "values" of the mapping {name} are no words by part.', 'Write {"outcome": {"ok": "accepted"}}.'
        )
    mapping |= {name_value(part, cell): word for part, words in values.items() for cell, word in words.items()}
    wrong = [str(key).lstrip("_") for key, value in mapping.items() if not isinstance(value, str)]
    if wrong:
        raise BadMapping(
            f'"{shorten_quote(wrong[0])}" in the mapping {name} is not a text.', "Give the name of a column in quotes."
        )
    return {str(key): str(value) for key, value in mapping.items() if value}


def name_value(part: str, cell: str) -> str:
    """Return the name by which a flat mapping says what a cell of a part means; an empty cell stands for none."""
    return f"_{part}{VALUE_SIGN}{fold_value(cell)}"


def fold_value(cell: str) -> str:
    """Return a word without what does not tell words apart: case, accents, and the kind of blanks."""
    return re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFC", cell)).strip().lower()


def list_values(mapping: Mapping[str, str], part: str) -> dict[str, str]:
    """Return what the cells of a part mean: cell, as `fold_value` has it -> value; an empty cell may be among them."""
    prefix = f"_{part}{VALUE_SIGN}"
    return {key.removeprefix(prefix): value for key, value in mapping.items() if key.startswith(prefix)}


def find_kind(mapping: Mapping[str, str]) -> Kind:
    """Return what the rows of a table are, by its mapping."""
    kind = mapping.get("_kind", "time_entry")
    return next((known for known in MAPPED_KINDS if known == kind), "time_entry")


def list_parts(mapping: Mapping[str, str]) -> Mapping[str, Part]:
    """Return what a column of the mapping's kind can tell."""
    return MAPPED_KINDS[find_kind(mapping)].parts


def check_mapping(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping if it defines rows of its kind: known names and values, and the parts that a row needs.

    Raises:
        BadMapping: it does not.
    """
    if mapping.get("_kind", "time_entry") not in MAPPED_KINDS:
        raise _build_value_error("_kind", mapping["_kind"], OPTIONS["_kind"])
    kind = find_kind(mapping)
    parts = MAPPED_KINDS[kind].parts
    for key, value in mapping.items():
        valued_part = key[1:].split(VALUE_SIGN)[0] if key.startswith("_") and VALUE_SIGN in key else None
        if valued_part is not None:
            _check_value(kind, valued_part, value)
        elif key not in parts and key not in OPTIONS:
            raise BadMapping(
                f'The mapping has an unknown name "{shorten_quote(key.lstrip("_"))}".',
                f"Known are: {_list_names(parts)}.",
            )
        elif OPTIONS.get(key) and value not in (words := list_units(kind) if key == "_duration_unit" else OPTIONS[key]):
            raise _build_value_error(key, value, words)
    for choices, question in MAPPED_KINDS[kind].required:
        if not mapping.keys() & set(choices):
            known = [choice for choice in choices if choice in parts]
            raise BadMapping(f"The mapping does not say {question}.", f"Map {_join_choices(known)}.")
    return dict(mapping)


def list_units(kind: Kind) -> tuple[str, ...]:
    """Return the units that plain numbers may have; no time entry is counted in milliseconds."""
    return UNITS[:3] if kind == "time_entry" else UNITS


def _check_value(kind: Kind, part: str, value: str) -> None:
    """Raise `BadMapping` for what a cell means where its part is unknown or its word not allowed."""
    parts = MAPPED_KINDS[kind].parts
    if part not in parts:
        raise BadMapping(
            f'The mapping has values of an unknown part "{shorten_quote(part)}".', f"Known are: {_list_names(parts)}."
        )
    words = WORDS.get(kind, {}).get(part, ())
    if words and value not in words:
        raise _build_value_error(part, value, words)


def _build_value_error(name: str, value: str, words: Sequence[str]) -> BadMapping:
    return BadMapping(
        f'The mapping\'s {name.lstrip("_")} cannot be "{shorten_quote(value)}".', f"It can be: {', '.join(words)}."
    )


def _list_names(parts: Iterable[str]) -> str:
    return ", ".join([*parts, *(option.lstrip("_") for option in OPTIONS), "values"])


def _join_choices(choices: Sequence[str]) -> str:
    return choices[0] if len(choices) == 1 else f"one of: {', '.join(choices)}"


def resolve_columns(mapping: Mapping[str, str], head: Head, name: str) -> dict[str, str]:
    """Return part -> column of the file `name`, without the options.

    Raises:
        BadMapping: the file lacks a column, or has it twice with different cells, or the parts give no times.
    """
    columns = {part: column for part, column in mapping.items() if not part.startswith("_")}
    file_columns = deduplicate_header(head.header)
    for part, column in columns.items():
        first_name = column.removesuffix("__1")
        if column not in file_columns and len(_list_namesakes(head.header, first_name)) > 1:
            columns[part] = first_name
            continue
        _check_unique(part, column, head, name)
        if column not in file_columns:
            raise BadMapping(
                f'The mapping takes {part} from the column "{shorten_quote(column)}", which {name} lacks.',
                f"Its columns are: {join_quotes(file_columns)}.",
            )
        _check_unit(part, column, mapping.get("_duration_unit"))
    return _resolve_start(columns, head) if find_kind(mapping) == "time_entry" else _split_moments(columns, head)


def _list_namesakes(header: tuple[str, ...], column: str) -> list[str]:
    """Return the columns with the title `column`, but for case and blanks; none unless one has exactly this title."""
    names = deduplicate_header(header)
    same = [name for name, title in zip(names, header, strict=True) if fold_title(title) == fold_title(column)]
    return same if column in header else []


def _check_unique(part: str, column: str, head: Head, name: str) -> None:
    """Raise `BadMapping` when several columns have the title `column`, but for case, and their cells differ."""
    same = _list_namesakes(head.header, column)
    if len(same) < 2 or all(head.sample[column].equals(head.sample[other]) for other in same):  # noqa: PLR2004 - one column is no question
        return
    answers = [shorten_quote(other if other not in head.header else f"{other}__1") for other in same]
    cells = [shorten_quote(head.sample[other][0]) for other in same]
    values = " and ".join(f'"{cell}" in {answer}' for cell, answer in zip(cells, answers, strict=True))
    raise BadMapping(
        f'The mapping takes {part} from "{shorten_quote(column)}", and {name} has {len(same)} such columns: the first'
        f" row has {values}.",
        f"Write {' or '.join(answers)} to name one of them.",
    )


def find_title_unit(column: str) -> str | None:
    """Return the unit that a column states in its title: minutes for "Time (min)"."""
    words = re.findall(r"[a-z:]+", normalize_title(column))
    units = [unit for unit, names in UNIT_WORDS.items() if names & set(words)]
    return units[0] if len(units) == 1 else None


def _check_unit(part: str, column: str, duration_unit: str | None) -> None:
    """Raise `BadMapping` when the title of the column states another unit than the mapping."""
    stated_unit = duration_unit if part == "duration" else part if part in LENGTH_PARTS else None
    title_unit = find_title_unit(column)
    if stated_unit and title_unit and stated_unit != title_unit:
        raise BadMapping(
            f'The column "{shorten_quote(column)}" says {title_unit}, and the mapping reads it as {stated_unit}.',
            f"Map it as {title_unit}, or give the column another title.",
        )


def _holds_clocks_only(head: Head, column: str) -> bool:
    """Return whether the cells of a column are times of day without a day."""
    cells = head.sample[column].str.strip_chars()
    cells = cells.filter(cells.str.len_bytes() > 0)
    return bool(len(cells)) and bool(cells.str.contains(r"^\d{1,2}[:.h]\d\d([:.]\d\d)?( ?[AaPp]\.?[Mm]\.?)?$").all())


def _split_moments(columns: dict[str, str], head: Head) -> dict[str, str]:
    """Return `columns` with a moment that is only a time of day as the clock time of the day that is mapped."""
    if {"day_on", "start_date"} & columns.keys():
        for moment, clock in CLOCKS.items():
            if moment in columns and clock not in columns and _holds_clocks_only(head, columns[moment]):
                columns[clock] = columns.pop(moment)
    return columns


def _resolve_start(columns: dict[str, str], head: Head) -> dict[str, str]:
    """Return `columns` with the day that belongs to a start time as start_date.

    A start or an end that is only a time of day belongs to the day that is mapped.

    Raises:
        BadMapping: there is no length, and no start time from which an end could be counted.
    """
    columns = _split_moments(columns, head)
    if "start_time" in columns and "start_date" not in columns:
        day_part = "day_on" if "day_on" in columns else "started_at"
        has_clock = head.sample[columns[day_part]].str.contains(r"\d[ T]+\d{1,2}[:.h]\d\d").any()
        if not has_clock:
            columns["start_date"] = columns.pop(day_part)
    if not columns.keys() & {*LENGTH_PARTS} and not columns.keys() & {"started_at", "start_time"}:
        raise BadMapping(
            "The mapping has an end and no start time, so it cannot say how long an entry took.",
            f"Map start_time or started_at, or one of: {', '.join(LENGTH_PARTS[1:])}.",
        )
    return columns


def choose_header(source: Source, mapping: Mapping[str, str]) -> Source:
    """Return a table as its mapping has it: without titles, its columns are named by their places.

    Where the mapping does not say, the first row is data if it looks so, and the mapping names none of its cells.
    """
    head = source.head()
    option = mapping.get("_header")
    columns = {column for part, column in mapping.items() if not part.startswith("_")}
    is_absent = option == "absent" or (option is None and not head.has_titles and not columns & {*head.header})
    number_columns: Callable[[], Source] | None = getattr(source, "number_columns", None)
    return number_columns() if is_absent and number_columns is not None else source


def list_column_names(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names by which a mapping takes columns: a repeated "Hours" becomes Hours__1, Hours__2."""
    names = deduplicate_header(header)
    return tuple(f"{name}__1" if len(_list_namesakes(header, name)) > 1 else name for name in names)


def normalize_title(title: str) -> str:
    """Return the title in lower case, without accents, with blanks for underscores."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[\s_]+", " ", plain).strip().casefold()
