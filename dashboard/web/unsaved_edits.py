"""Edits of a table that are not saved yet: the session keeps them, so that no other section or page loses one.

A browser forgets the edits of a table that it no longer shows. They are kept here as pairs of a stored row and what
became of it, so that they also survive a change of the stored table: they are made again on its new rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.settings.cells import Row
from dashboard.units import count_noun
from dashboard.web.cached_store import shows_sample

Edits = Mapping[str, Any]  # as `st.data_editor` reports them: edited_rows, added_rows, deleted_rows
Pair = tuple[Row | None, Row | None]  # a stored row, none for a new one, and what it became, none if it was deleted


@dataclass(frozen=True)
class Draft:
    """A table with its unsaved edits."""

    stored: pl.DataFrame
    pairs: tuple[Pair, ...]  # of the table as the editor began with it; deleted rows are in none of its lines
    key: str  # of the editor
    edits: Edits = field(default_factory=dict)

    def lines(self) -> pl.DataFrame:
        """Return the rows that the editor began with."""
        return build_frame(self.pairs, self.stored.schema)

    def apply(self) -> tuple[Pair, ...]:
        """Return the pairs with the edits made."""
        changed, deleted = self.edits.get("edited_rows", {}), set(self.edits.get("deleted_rows", ()))
        positions = (position for position, (_, after) in enumerate(self.pairs) if after is not None)
        line_of = {position: line for line, position in enumerate(positions)}
        pairs: list[Pair] = []
        for position, (before, after) in enumerate(self.pairs):
            line = line_of.get(position)
            if line in deleted:
                pairs += [(before, None)] if before is not None else []
            else:
                pairs.append((before, after if line is None else self.edit_row(after, changed.get(line, {}))))
        empty = dict.fromkeys(self.stored.columns)
        return (*pairs, *((None, self.edit_row(empty, cells)) for cells in self.edits.get("added_rows", ())))

    def edit_row(self, row: Row | None, cells: Mapping[str, object]) -> Row:
        """Return a row with new cells, those of other columns left out."""
        schema = self.stored.schema
        return {**(row or {}), **{name: parse_cell(cells[name], schema[name]) for name in cells if name in schema}}

    def changes(self) -> list[Pair]:
        """Return the pairs that differ from what is stored; an empty new row is no change."""
        return [
            (before, after)
            for before, after in self.apply()
            if before != after
            and (before is not None or any(cell not in {None, ""} for cell in (after or {}).values()))
        ]


def parse_cell(value: object, dtype: pl.DataType) -> object:
    """Return an edited cell in the type of its column, None where it has no such value."""
    if dtype == pl.String:
        return None if value is None else str(value)
    if dtype == pl.Date and isinstance(value, str):
        return read_day(value)
    return pl.Series([value]).cast(dtype, strict=False).item()


def read_day(text: str) -> date | None:
    """Return the day that the browser wrote, with or without a time."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def build_frame(pairs: Sequence[Pair], schema: pl.Schema) -> pl.DataFrame:
    """Return the rows that pairs leave."""
    return pl.DataFrame([after for _, after in pairs if after is not None], schema=schema, orient="row")


def repeat_changes(changes: Sequence[Pair], stored: pl.DataFrame, identity: Sequence[str]) -> tuple[Pair, ...]:
    """Return the pairs of a stored table with the changes made on it.

    A row is known by the columns of `identity`. Without any it is known by all, and a changed row that is no longer
    stored comes last as a new one; with them it is left out.
    """
    columns = identity or stored.columns
    pairs: list[Pair] = [(row, row) for row in stored.iter_rows(named=True)]
    for before, after in changes:
        position = next((i for i, pair in enumerate(pairs) if is_same_row(pair, before, columns)), None)
        if position is not None and before is not None:
            row = pairs[position][0] or {}
            new_cells = {name: cell for name, cell in (after or {}).items() if cell != before[name]}
            pairs[position] = (row, {**row, **new_cells} if after is not None else None)
        elif after is not None and not identity:
            pairs.append((None, after))
    return tuple(pairs)


def is_same_row(pair: Pair, before: Row | None, columns: Sequence[str]) -> bool:
    """Return whether a pair is that of a stored row, and no change was made on it so far."""
    row, after = pair
    return (
        row is not None and before is not None and row == after and all(row[name] == before[name] for name in columns)
    )


def open_draft(name: str, stored: pl.DataFrame, identity: Sequence[str] = ()) -> Draft:
    """Return the draft of a table: a new editor is begun when the old one was not shown or other rows are stored."""
    draft = find_draft(name)
    if draft is None or not draft.stored.equals(stored) or draft.key not in st.session_state:
        turn = st.session_state.get(f"{name}-editor", -1) + 1
        st.session_state[f"{name}-editor"] = turn
        changes = draft.changes() if draft else []
        draft = Draft(stored, repeat_changes(changes, stored, identity), f"{name}-{turn}")
        st.session_state[name_draft(name)] = draft
    return draft


def find_draft(name: str) -> Draft | None:
    """Return the draft of a table that this session began, if any."""
    draft = st.session_state.get(name_draft(name))
    return draft if isinstance(draft, Draft) else None


def name_draft(name: str) -> str:
    """Return where the session keeps a draft; the sample has its own."""
    return f"{name}-sample-draft" if shows_sample() else f"{name}-draft"


def keep_edits(name: str) -> None:
    """Copy what the editor reports into the draft; also when the table is no longer drawn in this run."""
    draft = find_draft(name)
    if draft and draft.key in st.session_state:
        edits = st.session_state[draft.key]
        st.session_state[name_draft(name)] = Draft(draft.stored, draft.pairs, draft.key, dict(edits))


def discard_edits(*names: str) -> None:
    """Forget the unsaved edits of tables: they were saved, or are not wanted."""
    for name in names:
        st.session_state.pop(name_draft(name), None)


def count_unsaved(*names: str) -> int:
    """Return how many rows of tables have unsaved edits."""
    return sum(len(draft.changes()) for name in names if (draft := find_draft(name)))


def show_unsaved(*names: str) -> None:
    """Say how many changes of tables are not saved, and offer to discard them; nothing where there is none."""
    count = count_unsaved(*names)
    if count:
        st.button("Discard", icon=":material/undo:", key=f"{names[0]}-discard", on_click=discard_edits, args=names)
        st.badge(f"{count_noun(count, 'change')} not saved", icon=":material/edit:", color="orange")
