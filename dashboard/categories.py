"""The categories of tracked time and what each definition of the labeling share counts them as.

`categories.csv` is the only list of both: one row per category, in display order. A column `side: <name>` is a
definition; its cells are "labeling", "modeling" or empty (on neither side). `alias` is what a category was called
before: it is read wherever a category comes in, and written nowhere.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

SIDE_PREFIX = "side: "
LABELING_SIDE, MODELING_SIDE = "labeling", "modeling"
DEFAULT_DEFINITION = "default"
UNCATEGORIZED = "uncategorized"


@dataclass(frozen=True)
class Category:
    """One row of the table: a category, its side in each definition, its colours, and what belongs to it."""

    name: str
    alias: str  # what it was called before, or empty
    title: str
    sides: Mapping[str, str]  # definition -> side; a definition that has it on neither side is absent
    colour_light: str
    colour_dark: str
    help: str


def parse_categories(text: str) -> tuple[tuple[str, ...], tuple[Category, ...]]:
    """Return the names of the definitions and the categories of a table in CSV, both in its order.

    Raises:
        ValueError: a cell names a side that does not exist.
    """
    reader = csv.DictReader(text.splitlines())
    definitions = tuple(
        column.removeprefix(SIDE_PREFIX) for column in reader.fieldnames or () if column.startswith(SIDE_PREFIX)
    )
    categories = []
    for row in reader:
        sides = {name: row[SIDE_PREFIX + name] for name in definitions if row[SIDE_PREFIX + name]}
        if not set(sides.values()) <= {LABELING_SIDE, MODELING_SIDE}:
            raise ValueError(f"{row['name']} is on an unknown side: {sides}")
        texts = (row[column] for column in ("colour_light", "colour_dark", "help"))
        categories.append(Category(row["name"], row["alias"], row["title"], sides, *texts))
    return definitions, tuple(categories)


DEFINITIONS, CATEGORY_TABLE = parse_categories(
    files("dashboard").joinpath("categories.csv").read_text(encoding="utf-8")
)
CATEGORIES: tuple[str, ...] = tuple(category.name for category in CATEGORY_TABLE)
TITLES: dict[str, str] = {category.name: category.title for category in CATEGORY_TABLE}
HELP: dict[str, str] = {category.name: category.help for category in CATEGORY_TABLE}
ALIASES: dict[str, str] = {category.alias: category.name for category in CATEGORY_TABLE if category.alias}
# Keys, digests and codes are made of these, so that they stay the same.
ORIGINAL_NAMES: dict[str, str] = {name: alias for alias, name in ALIASES.items()}
ALIAS_HELP = "; ".join(f"`{alias}` is read as {name}" for alias, name in ALIASES.items())


def resolve_category(name: str) -> str:
    """Return the category that a name or an alias means; any other text as it is."""
    return ALIASES.get(name, name)


def resolve_categories(names: Iterable[str]) -> tuple[str, ...]:
    """Return the categories that names or aliases mean, each once."""
    return tuple(dict.fromkeys(map(resolve_category, names)))


def build_original_name_sql(column: str) -> str:
    """Return SQL for what the category in a column was called at first."""
    cases = "".join(f" when {_quote(name)} then {_quote(original)}" for name, original in ORIGINAL_NAMES.items())
    return f"case {column}{cases} else {column} end"


def list_side(side: str, definition: str = DEFAULT_DEFINITION) -> tuple[str, ...]:
    """Return the categories that a definition has on a side."""
    return tuple(category.name for category in CATEGORY_TABLE if category.sides.get(definition) == side)


def join_words(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def describe_side(side: str, definition: str = DEFAULT_DEFINITION) -> str:
    """Return the categories of a side as words of a sentence."""
    return join_words(list_side(side, definition))


def list_definition_rows() -> Iterator[tuple[str, int, str, str]]:
    """Yield definition, ordinal, category and side; categories that are on neither side are absent."""
    for ordinal, definition in enumerate(DEFINITIONS, 1):
        for category in CATEGORY_TABLE:
            if definition in category.sides:
                yield definition, ordinal, category.name, category.sides[definition]


def build_definition_sql() -> str:
    """Return SQL that defines the views of the definitions.

    `share_definition` has every definition, `category_side` the sides of the default one.
    """
    quoted = (
        f"({_quote(definition)}, {ordinal}, {_quote(category)}, {_quote(side)})"
        for definition, ordinal, category, side in list_definition_rows()
    )
    rows = ",\n    ".join(quoted)
    return (
        "create or replace view share_definition as\nselect definition, ordinal, category, side\n"
        f"from (values\n    {rows}\n) as definition_side(definition, ordinal, category, side);\n"
        "create or replace view category_side as\nselect category, side from share_definition "
        f"where definition = {_quote(DEFAULT_DEFINITION)};\n"
    )


def _quote(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
