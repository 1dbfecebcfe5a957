"""Column mappings under a name, for tables that no importer knows: chosen on the page, or by `--mapping NAME`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import polars as pl

from dashboard.errors import BadMapping, join_quotes, shorten_quote
from dashboard.importers.generic_mapping import OPTIONS, VALUE_SIGN, check_mapping
from dashboard.settings.cells import Row, check_unique, read_text
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.snapshot import Change, Snapshot

MAPPING_KEY = "mappings"
MAX_NAME_LENGTH = 60


def read_mappings(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """Return the flat mappings by name."""
    mappings: dict[str, dict[str, str]] = {}
    for row in json.loads(snapshot.read_setting(MAPPING_KEY) or "[]"):
        mappings.setdefault(row["mapping"], {})[_name_key(row["part"])] = row["holds"]
    return dict(sorted(mappings.items()))


def resolve_mapping(snapshot: Snapshot, name: str) -> dict[str, str]:
    """Return the mapping of a name.

    Raises:
        BadMapping: there is none.
    """
    mappings = read_mappings(snapshot)
    if name not in mappings:
        known = f"Known mappings: {join_quotes(mappings)}." if mappings else "No mapping is saved."
        message = f"There is no mapping and no file {shorten_quote(name)}."
        raise BadMapping(message, f"{known} Give one of them, or the path of a JSON file.")
    return check_mapping(mappings[name])


def read_mapping_sheet(store: Store) -> pl.DataFrame:
    """Return the rows of every mapping (columns of MAPPING_SHEET)."""
    with store.snapshot() as snapshot:
        return _build_rows(read_mappings(snapshot))


def save_mappings(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace all mappings by these rows and return how many mappings there are.

    Raises:
        BadMapping: a cell that cannot be used, a part twice, or a mapping that no table could be read by.
    """
    cleaned_rows = [{**row, "mapping": " ".join(read_text(row, "mapping").split())} for row in rows]
    new = MAPPING_SHEET.build_frame([cells for _, cells in MAPPING_SHEET.parse_rows(cleaned_rows)])
    check_unique(new, ("mapping", "part"), "The part of a mapping")
    mappings: dict[str, dict[str, str]] = {}
    for name, part, holds in new.iter_rows():
        mappings.setdefault(name, {})[_name_key(part)] = holds
    with store.change("save mappings", who) as change:
        _replace_mappings(change, mappings, who)
    return len(mappings)


def save_mapping(store: Store, name: str, mapping: Mapping[str, str], who: str | None = None) -> bool:
    """Save one mapping and return whether it replaced another of the same name.

    Raises:
        BadMapping: no name, a long one, or a mapping that no table could be read by.
    """
    clean_name = " ".join(name.split())
    if not 0 < len(clean_name) <= MAX_NAME_LENGTH:
        raise BadMapping("A mapping needs a name.", f"Write one of at most {MAX_NAME_LENGTH} characters.")
    with store.change("save a mapping", who) as change:
        mappings = read_mappings(change)
        _replace_mappings(change, {**mappings, clean_name: dict(mapping)}, who)
    return mappings.get(clean_name, mapping) != mapping


def delete_mapping(store: Store, name: str, who: str | None = None) -> None:
    """Delete a mapping; what was imported by it stays.

    Raises:
        BadMapping: there is no such mapping.
    """
    with store.change("delete a mapping", who) as change:
        resolve_mapping(change, name)
        others = {other: mapping for other, mapping in read_mappings(change).items() if other != name}
        _replace_mappings(change, others, who)


def _replace_mappings(change: Change, mappings: Mapping[str, Mapping[str, str]], who: str | None) -> None:
    for name, mapping in mappings.items():
        try:
            check_mapping(mapping)
        except BadMapping as error:
            raise BadMapping(f"Mapping {name}: {error.message}", error.hint) from error
    rows = _build_rows(mappings).to_dicts()
    change.save_setting(MAPPING_KEY, json.dumps(rows, ensure_ascii=False))
    change.log("mappings", f"{len(mappings)} saved", who)


def _build_rows(mappings: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Return mappings as rows: parts first, then options, each in the order of the mapping."""
    return MAPPING_SHEET.build_frame(
        [
            {"mapping": name, "part": key.removeprefix("_"), "holds": mappings[name][key]}
            for name in sorted(mappings)
            for key in sorted(mappings[name], key=lambda key: key.startswith("_"))
        ]
    )


def _name_key(part: str) -> str:
    """Return the key of a flat mapping: options and meanings of cells begin with a bar."""
    return f"_{part}" if f"_{part}" in OPTIONS or VALUE_SIGN in part else part


MAPPING_SHEET = Sheet(
    name="mappings",
    title="Mappings",
    noun="the saved mappings of columns",
    summary="Mappings of tables under a name",
    saved="Mappings saved: {count}.",
    help="What the columns of tables hold that no importer knows. Import offers a mapping for tables with its columns, "
    "and the terminal reads by it with `--mapping NAME`. Delete the rows of a mapping to delete it.",
    read=read_mapping_sheet,
    save=save_mappings,
    row_name="mapping",
    fields=(
        Field("mapping", "Mapping", required=True, max_length=MAX_NAME_LENGTH),
        Field(
            "part",
            "Part",
            required=True,
            help="What a column holds, such as person; an option, such as kind; or a cell, such as outcome:ok.",
        ),
        Field(
            "holds",
            "Holds",
            required=True,
            is_long=True,
            help="The column of the file; the value of the option; or what the cell means.",
        ),
    ),
)
