"""Columns of figures: title, unit, digits and help of each, declared once in `queries/columns.csv`.

A row without a figure holds for every figure with a column of that name; a row with one holds for that figure alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import cast

from dashboard.errors import BadQuery
from dashboard.units import UNITS, Column, Unit


@cache
def load_columns() -> Mapping[tuple[str, str], Column]:
    """Return the declared columns by figure (or "") and name.

    Raises:
        BadQuery: a column is declared twice, or its unit is unknown.
    """
    declared: dict[tuple[str, str], Column] = {}
    with files("queries").joinpath("columns.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            key = (row["figure"], row["name"])
            if key in declared:
                raise BadQuery(f"The column {'.'.join(key)} is declared twice in columns.csv.", "Remove one.")
            if row["unit"] not in UNITS:
                raise BadQuery(f"The column {'.'.join(key)} has the unit {row['unit']!r}.", f"Known: {sorted(UNITS)}.")
            digits = int(row["digits"]) if row["digits"] else None
            declared[key] = Column(row["name"], row["title"], cast("Unit", row["unit"]), digits, row["help"])
    return declared


def describe_column(figure: str, name: str) -> Column:
    """Return the declaration of a figure's column.

    Raises:
        BadQuery: it is declared nowhere.
    """
    declared = load_columns()
    column = declared.get((figure, name)) or declared.get(("", name))
    if column is None:
        raise BadQuery(f"The column {name} of the figure {figure} is not declared.", "Add it to queries/columns.csv.")
    return column


def describe_columns(figure: str, names: Iterable[str]) -> dict[str, Column]:
    """Return the declarations of a figure's columns, by name and in order.

    Raises:
        BadQuery: one is declared nowhere.
    """
    return {name: describe_column(figure, name) for name in names}
