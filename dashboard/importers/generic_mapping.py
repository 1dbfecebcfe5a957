"""Which column of a foreign table holds what: read from a JSON file, validated, or guessed from its header.

A mapping is flat: canonical part -> column of the file, and options whose names begin with `_`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dashboard.categories import CATEGORIES
from dashboard.errors import BadMapping, join_quotes, shorten_quote
from dashboard.importers.contract import Head
from dashboard.importers.table import deduplicate_header, fold_title

MAX_BYTES: Final = 65_536
TEXT_PARTS: Final = ("native_id", "person", "email", "client", "project", "task", "description", "tags")
START_PARTS: Final = ("day_on", "started_at", "start_date")
LENGTH_PARTS: Final = ("seconds", "hours", "minutes", "duration")
END_PARTS: Final = ("ended_at", "end_time")
PARTS: Final = (*TEXT_PARTS, "category", "billable", *START_PARTS, "start_time", *END_PARTS, "end_date", *LENGTH_PARTS)
OPTIONS: Final[dict[str, tuple[str, ...]]] = {  # option -> its values; empty: any
    "_kind": ("time_entry",),
    "_date_order": ("year-month-day", "day-month-year", "month-day-year"),
    "_decimal": (".", ","),
    "_duration_unit": ("hours", "minutes", "seconds"),
    "_zone": (),
}

UNIT_WORDS: Final[dict[str, frozenset[str]]] = {  # words in a title that name the unit of its numbers
    "hours": frozenset({"h", "hr", "hrs", "hour", "hours", "stunden", "std", "heures", "horas"}),
    "minutes": frozenset(
        {"min", "mins", "minute", "minutes", "minuten", "minutos", "mm:ss", "m:ss", "min:sec", "min:s", "mins:secs"}
    ),
    "seconds": frozenset({"s", "sec", "secs", "second", "seconds", "sekunden", "sek", "secondes", "segundos"}),
}

# Header words in English, German, French and Spanish, without accents; the first matching column is proposed.
HEADER_WORDS: Final[dict[str, str]] = {
    "email": "e-?mail|courriel|correo",
    "person": "person|user|employee|member|worker|name|mitarbeiter(in)?|benutzer|bearbeiter|utilisateur|employe|"
    "collaborateur|nom|usuario|empleado|persona|nombre|full name|user ?name|team member|"
    "author|consultant|autor|auteur|who",
    "started_at": "start(ed)?( at)?|logged (at|on)|time started|begin|beginn|start ?date ?time|from|debut|inicio",
    "start_date": "start date|startdatum|date de debut|fecha de inicio",
    "day_on": "date|day|work ?date|datum|tag|arbeitstag|jour|fecha|dia",
    "start_time": "start time|startzeit|von|heure de debut|hora de inicio",
    "ended_at": "end(ed)?( at)?|time ended|stop|ende|to|fin|bis datum",
    "end_date": "end date|enddatum|date de fin|fecha de fin",
    "end_time": "end time|endzeit|bis|heure de fin|hora de fin",
    "seconds": "(duration )?sec(ond)?s?|sekunden|secondes|segundos|(duration|time spent) \\(?s(ec(onds)?)?\\)?",
    "minutes": "(duration )?min(ute)?s?|minuten|minutos|duration \\(?m(in(utes)?)?\\)?",
    "hours": "(total |decimal )?hours?|stunden|heures|horas|std|duration \\((decimal|hours|h)\\)|time \\(h\\)",
    "duration": "duration( h:mm?(:ss)?)?|time spent|time|dauer|aufwand|zeit|duree|temps( passe)?|duracion|tiempo",
    "client": "client|customer|kunde|cliente|account",
    "project": "project( name)?|projekt|projet|proyecto",
    "task": "task|activity( name| type)?|issue( key)?|ticket|aufgabe|tatigkeit|tache|activite|tarea|actividad",
    "description": "(work )?description|notes?|comments?|beschreibung|bemerkung|notiz|kommentar|commentaires?|"
    "descripcion|comentarios?|summary|details",
    "tags": "tags?|labels?|schlagworte|etiquettes?|etiquetas?",
    "category": "categor(y|ie|ia)|kategorie",
    "billable": "billable\\??|abrechenbar|facturable",
    "native_id": "id|entry id|uuid",
}


def load_mapping(path: Path) -> dict[str, str]:
    """Read a flat mapping from a JSON file.

    The file holds {"columns": {part: column}} and optionally "kind", "date_order",
    "decimal", "duration_unit" and "zone".

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
    options = {f"_{key}": value for key, value in content.items() if key != "columns"}
    mapping = columns | options
    wrong = [str(key).lstrip("_") for key, value in mapping.items() if not isinstance(value, str)]
    if wrong:
        raise BadMapping(
            f'"{shorten_quote(wrong[0])}" in the mapping {name} is not a text.', "Give the name of a column in quotes."
        )
    return {str(key): str(value) for key, value in mapping.items() if value}


def check_mapping(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping if it defines time entries: known names, a day or start, and a length or end.

    Raises:
        BadMapping: it does not.
    """
    for key, value in mapping.items():
        if key not in PARTS and key not in OPTIONS:
            known = ", ".join([*PARTS, *(option.lstrip("_") for option in OPTIONS)])
            raise BadMapping(
                f'The mapping has an unknown name "{shorten_quote(key.lstrip("_"))}".', f"Known are: {known}."
            )
        if OPTIONS.get(key) and value not in OPTIONS[key]:
            raise BadMapping(
                f'The mapping\'s {key.lstrip("_")} cannot be "{shorten_quote(value)}".',
                f"It can be: {', '.join(OPTIONS[key])}.",
            )
    if not mapping.keys() & set(START_PARTS):
        raise BadMapping("The mapping does not say when an entry began.", f"Map one of: {', '.join(START_PARTS)}.")
    if not mapping.keys() & {*LENGTH_PARTS, *END_PARTS}:
        raise BadMapping(
            "The mapping does not say how long an entry took.", f"Map one of: {', '.join((*LENGTH_PARTS, *END_PARTS))}."
        )
    return dict(mapping)


def resolve_columns(mapping: Mapping[str, str], head: Head, name: str) -> dict[str, str]:
    """Return part -> column of the file `name`, without the options.

    Raises:
        BadMapping: the file lacks a column, or has it twice with different cells, or the parts give no times.
    """
    columns = {part: column for part, column in mapping.items() if part in PARTS}
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
    return _resolve_start(columns, head)


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
    words = re.findall(r"[a-z:]+", _normalize_title(column))
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


def _resolve_start(columns: dict[str, str], head: Head) -> dict[str, str]:
    """Return `columns` with the day that belongs to a start time as start_date.

    A start or an end that is only a time of day belongs to the day that is mapped.

    Raises:
        BadMapping: there is no length, and no start time from which an end could be counted.
    """
    if {"day_on", "start_date"} & columns.keys():
        for moment, clock in (("started_at", "start_time"), ("ended_at", "end_time")):
            if moment in columns and clock not in columns and _holds_clocks_only(head, columns[moment]):
                columns[clock] = columns.pop(moment)
    if "start_time" in columns and "start_date" not in columns:
        day_part = "day_on" if "day_on" in columns else "started_at"
        has_clock = head.sample[columns[day_part]].str.contains(r"\d[ T]+\d{1,2}[:.h]\d\d").any()
        if not has_clock:
            columns["start_date"] = columns.pop(day_part)
    if not columns.keys() & {*LENGTH_PARTS} and not columns.keys() & {"started_at", "start_time"}:
        raise BadMapping(
            "The mapping has an end and no start time, so it cannot say how long an entry took.",
            f"Map start_time or started_at, or one of: {', '.join(LENGTH_PARTS)}.",
        )
    return columns


def list_column_names(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names by which a mapping takes columns: a repeated "Hours" becomes Hours__1, Hours__2."""
    names = deduplicate_header(header)
    return tuple(f"{name}__1" if len(_list_namesakes(header, name)) > 1 else name for name in names)


def propose_mapping(head: Head) -> dict[str, str]:
    """Guess part -> column from the header; each column is proposed once, parts without a column are left out."""
    free_columns = {
        name: _normalize_title(title) for title, name in zip(head.header, deduplicate_header(head.header), strict=True)
    }
    mapping: dict[str, str] = {}
    for part in HEADER_WORDS:
        column = next(
            (name for name, title_words in free_columns.items() if re.fullmatch(HEADER_WORDS[part], title_words)), None
        )
        if column is not None:
            mapping[part] = column
            del free_columns[column]
    if "category" in mapping and not _are_known_categories(head, mapping["category"]):
        del mapping["category"]
    return _drop_rivals(mapping)


def _are_known_categories(head: Head, column: str) -> bool:
    """Return whether all values are categories of this dashboard; the row of any other would be rejected."""
    values = head.sample[column].drop_nulls() if column in head.sample.columns else ()
    return all(str(value).strip().lower() in {"", *CATEGORIES} for value in values)


def _normalize_title(title: str) -> str:
    """Return the title in lower case, without accents, with blanks for underscores."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[\s_]+", " ", plain).strip().casefold()


def _drop_rivals(mapping: dict[str, str]) -> dict[str, str]:
    """Keep one column for the start and one for the length."""
    if "start_date" not in mapping and "day_on" in mapping and {"start_time", "started_at"} & mapping.keys():
        mapping["start_date"] = mapping.pop("day_on")
    if "start_date" in mapping and "started_at" in mapping:
        mapping.setdefault("start_time", mapping.pop("started_at"))
    if "start_date" in mapping and "ended_at" in mapping:
        mapping.setdefault("end_time", mapping.pop("ended_at"))
    starts = [part for part in ("started_at", "start_date", "day_on") if part in mapping]
    lengths = [part for part in LENGTH_PARTS if part in mapping]
    rivals = {*starts[1:], *lengths[1:]}
    return {part: column for part, column in mapping.items() if part not in rivals}
