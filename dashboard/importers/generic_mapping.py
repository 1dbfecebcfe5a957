"""Which column of a foreign table holds what: read from a JSON file, checked, or guessed from header words.

A mapping is flat: canonical part -> column of the file, plus options whose names begin with `_`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dashboard.errors import BadMapping
from dashboard.importers.contract import Head
from dashboard.importers.table import frame_names
from dashboard.schemas import CATEGORIES

LARGEST_BYTES: Final = 65_536
TEXTS: Final = ("native_id", "person", "email", "client", "project", "task", "description", "tags")
STARTS: Final = ("day_on", "started_at", "start_date")
LENGTHS: Final = ("seconds", "hours", "minutes", "duration")
ENDS: Final = ("ended_at", "end_time")
PARTS: Final = (*TEXTS, "category", "billable", *STARTS, "start_time", *ENDS, "end_date", *LENGTHS)
OPTIONS: Final[dict[str, tuple[str, ...]]] = {  # option -> its values; empty: any
    "_kind": ("time_entry",),
    "_date_order": ("year-month-day", "day-month-year", "month-day-year"),
    "_decimal": (".", ","),
    "_duration_unit": ("hours", "minutes", "seconds"),
    "_zone": (),
}

# Words of a header in English, German, French and Spanish, without accents; the first column that fits is proposed.
WORDS: Final[dict[str, str]] = {
    "email": "e-?mail|courriel|correo",
    "person": "person|user|employee|member|worker|name|mitarbeiter(in)?|benutzer|bearbeiter|utilisateur|employe|"
    "collaborateur|nom|usuario|empleado|persona|nombre|full name|user ?name|team member|"
    "author|consultant|autor|auteur|who",
    "started_at": "start(ed)?( at)?|time started|begin|beginn|start ?date ?time|from|debut|inicio",
    "start_date": "start date|startdatum|date de debut|fecha de inicio",
    "day_on": "date|day|work ?date|datum|tag|arbeitstag|jour|fecha|dia",
    "start_time": "start time|startzeit|von|heure de debut|hora de inicio",
    "ended_at": "end(ed)?( at)?|time ended|stop|ende|to|fin|bis datum",
    "end_date": "end date|enddatum|date de fin|fecha de fin",
    "end_time": "end time|endzeit|bis|heure de fin|hora de fin",
    "seconds": "(duration )?sec(ond)?s?|sekunden|secondes|segundos|(duration|time spent) \\(?s(ec(onds)?)?\\)?",
    "minutes": "(duration )?min(ute)?s?|minuten|minutos|duration \\(?min(utes)?\\)?",
    "hours": "(total |decimal )?hours?|stunden|heures|horas|std|duration \\((decimal|hours|h)\\)|time \\(h\\)",
    "duration": "duration|time spent|time|dauer|aufwand|zeit|duree|temps( passe)?|duracion|tiempo",
    "client": "client|customer|kunde|cliente|account",
    "project": "project( name)?|projekt|projet|proyecto",
    "task": "task|activity( name)?|issue( key)?|ticket|aufgabe|tatigkeit|tache|activite|tarea|actividad",
    "description": "(work )?description|notes?|comments?|beschreibung|bemerkung|notiz|kommentar|commentaires?|"
    "descripcion|comentarios?|summary|details",
    "tags": "tags?|labels?|schlagworte|etiquettes?|etiquetas?",
    "category": "categor(y|ie|ia)|kategorie",
    "billable": "billable\\??|abrechenbar|facturable",
    "native_id": "id|entry id|uuid",
}


def load_mapping(path: Path) -> dict[str, str]:
    """Return the flat mapping written in a JSON file.

    The file holds {"columns": {part: column}} and if wanted "kind", "date_order",
    "decimal", "duration_unit" and "zone".

    Raises:
        BadMapping: not readable, not JSON, too large, or with a name or value that is not known.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise BadMapping(f"The mapping {path.name} cannot be read: {error.strerror}.", "Check the path.") from error
    if len(content) > LARGEST_BYTES:
        raise BadMapping(f"The mapping {path.name} is larger than 64 kB.", "Give a file with the column names only.")
    try:
        written = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadMapping(f"The mapping {path.name} is not JSON: {error}.", "See the README for its form.") from error
    return check(_flat(written, path.name))


def _flat(written: object, name: str) -> dict[str, str]:
    columns = written.get("columns") if isinstance(written, dict) else None
    if not isinstance(written, dict) or not isinstance(columns, dict):
        raise BadMapping(f'The mapping {name} has no "columns".', 'Write {"columns": {"person": "Name in the file"}}.')
    options = {f"_{key}": value for key, value in written.items() if key != "columns"}
    found = columns | options
    wrong = [str(key).lstrip("_") for key, value in found.items() if not isinstance(value, str)]
    if wrong:
        raise BadMapping(f'"{wrong[0]}" in the mapping {name} is not a text.', "Give the name of a column in quotes.")
    return {str(key): str(value) for key, value in found.items() if value}


def check(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping if it can tell time entries: known names, a day or start, a length or an end.

    Raises:
        BadMapping: it cannot.
    """
    for key, value in mapping.items():
        if key not in PARTS and key not in OPTIONS:
            known = ", ".join([*PARTS, *(option.lstrip("_") for option in OPTIONS)])
            raise BadMapping(f'The mapping has an unknown name "{key.lstrip("_")}".', f"Known are: {known}.")
        if OPTIONS.get(key) and value not in OPTIONS[key]:
            raise BadMapping(
                f'The mapping\'s {key.lstrip("_")} cannot be "{value}".', f"It can be: {', '.join(OPTIONS[key])}."
            )
    if not mapping.keys() & set(STARTS):
        raise BadMapping("The mapping does not say when an entry began.", f"Map one of: {', '.join(STARTS)}.")
    if not mapping.keys() & {*LENGTHS, *ENDS}:
        raise BadMapping(
            "The mapping does not say how long an entry took.", f"Map one of: {', '.join((*LENGTHS, *ENDS))}."
        )
    return dict(mapping)


def mapped_columns(mapping: Mapping[str, str], header: tuple[str, ...], name: str) -> dict[str, str]:
    """Return part -> column of the file `name` for the parts, options left out.

    Raises:
        BadMapping: a column that the file lacks.
    """
    columns = {part: column for part, column in mapping.items() if part in PARTS}
    present = frame_names(header)
    for part, column in columns.items():
        if column not in present:
            shown = ", ".join(present[:60])
            raise BadMapping(
                f'The mapping takes {part} from the column "{column}", which {name} lacks.',
                f"Its columns are: {shown}.",
            )
    return columns


def propose_mapping(head: Head) -> dict[str, str]:
    """Guess part -> column from the words of the header; a column is proposed once, unseen parts are left out."""
    free = {name: _words(title) for title, name in zip(head.header, frame_names(head.header), strict=True)}
    found: dict[str, str] = {}
    for part in WORDS:
        column = next((name for name, words in free.items() if re.fullmatch(WORDS[part], words)), None)
        if column is not None:
            found[part] = column
            del free[column]
    if "category" in found and not _are_ours(head, found["category"]):
        del found["category"]
    return _without_rivals(found)


def _are_ours(head: Head, column: str) -> bool:
    """Tell whether all values are categories of this dashboard; any other would refuse its row."""
    values = head.sample[column].drop_nulls() if column in head.sample.columns else ()
    return all(str(value).strip().lower() in {"", *CATEGORIES} for value in values)


def _words(title: str) -> str:
    """Lower case, without accents, with blanks for underscores."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[\s_]+", " ", plain).strip().casefold()


def _without_rivals(found: dict[str, str]) -> dict[str, str]:
    """Keep one way to tell the start and one to tell the length."""
    if "start_date" not in found and "day_on" in found and {"start_time", "started_at"} & found.keys():
        found["start_date"] = found.pop("day_on")
    if "start_date" in found and "started_at" in found:
        found.setdefault("start_time", found.pop("started_at"))
    if "start_date" in found and "ended_at" in found:
        found.setdefault("end_time", found.pop("ended_at"))
    starts = [part for part in ("started_at", "start_date", "day_on") if part in found]
    lengths = [part for part in LENGTHS if part in found]
    rivals = {*starts[1:], *lengths[1:]}
    return {part: column for part, column in found.items() if part not in rivals}
