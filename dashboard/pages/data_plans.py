"""Plans: notes pinned to a day, budgets and targets, each as a sheet and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.mapping import budgets, notes, targets
from dashboard.mapping.amounts import Row
from dashboard.pages import reading, sheet, shown
from dashboard.store import Store

ALL = "Empty: all projects together."
Columns = sheet.Columns


@dataclass(frozen=True)
class Sheet:
    """One of the sheets: its words, how it is read and saved, and its columns."""

    name: str
    title: str
    about: str
    read: Callable[[Store], pl.DataFrame]
    save: Callable[[Store, Sequence[Row]], int]
    load: Callable[[Store, str], int]
    columns: Callable[[], Columns]


def show() -> None:
    """Draw the tab."""
    for one in SHEETS:
        sheet.saved(one.name)
        with st.container(border=True):
            st.subheader(one.title, anchor=False)
            st.markdown(one.about)
            try:
                edit(one)
                with st.expander("As CSV"):
                    sheet.upload(one.name, f"all {one.name}", one.load)
            except DashboardError as error:
                shown.box(error)


def edit(one: Sheet) -> None:
    """Draw a sheet with its buttons; a mistake becomes a message, and what was typed stays."""
    known = one.read(reading.store())
    with sheet.form(f"{one.name}-form"):
        rows = sheet.editor(f"{one.name}-rows", known, one.columns(), one.title)
        kept = st.form_submit_button(f"Save the {one.name}", type="primary", key=f"{one.name}-save")
    shown.download("Download as CSV", known, f"{one.name}.csv", f"{one.name}-csv")
    if kept:
        try:
            count = one.save(reading.store(), rows)
        except DashboardError as error:
            shown.box(error)
        else:
            sheet.done(one.name, f"{count:,} {one.name} in force.")


def note_columns() -> Columns:
    """Return the columns of notes."""
    cells = st.column_config
    return {
        "day_on": cells.DateColumn("Day"),
        "project": sheet.choices("Project", ["", *projects()], help="Empty: about all of them."),
        "text": cells.TextColumn("What happened", max_chars=notes.LONGEST, width="large"),
    }


def budget_columns() -> Columns:
    """Return the columns of budgets."""
    cells = st.column_config
    return {
        "project": sheet.choices("Project", ["", *projects()], help=ALL),
        "covers": sheet.choices("Of", list(budgets.COVERS), help="Labeling time, or all tracked time."),
        "unit": cells.TextColumn("Unit", help="hours, or a currency such as EUR."),
        "recurs": sheet.choices("For each", list(budgets.RECURS)),
        "from_on": cells.DateColumn("From"),
        "amount": cells.NumberColumn("Amount", min_value=0, format="localized"),
    }


def target_columns() -> Columns:
    """Return the columns of targets."""
    cells = st.column_config
    return {
        "measure": sheet.choices("Measure", list(targets.MEASURES)),
        "project": sheet.choices("Project", ["", *projects()], help=ALL),
        "direction": sheet.choices("Wanted", list(targets.DIRECTIONS)),
        "value": cells.NumberColumn("Value", min_value=0, help="Shares as 0.5 for 50 %."),
        "by_on": cells.DateColumn("By"),
    }


def projects() -> list[str]:
    """Return the projects that time or labels name."""
    found = {*reading.values("hours_by_project", "project"), *reading.values("label_progress", "project")}
    return sorted(name for name in found if not name.startswith("("))


SHEETS = (
    Sheet(
        "notes",
        "Notes",
        "What may explain a change: a new tool, a new guideline. Every chart over time marks their days, on pages and "
        "in reports.",
        notes.notes_frame,
        notes.save_rows,
        notes.load_notes,
        note_columns,
    ),
    Sheet(
        "budgets",
        "Budgets",
        "Hours or money, once or for each period. A later one takes over; what was set before is kept. Overview says "
        "how far each is used.",
        budgets.budgets_frame,
        budgets.save_rows,
        budgets.load_budgets,
        budget_columns,
    ),
    Sheet(
        "targets",
        "Targets",
        "What a measure should reach by a day. Overview says whether its last weeks lead there.",
        targets.targets_frame,
        targets.save_rows,
        targets.load_targets,
        target_columns,
    ),
)
