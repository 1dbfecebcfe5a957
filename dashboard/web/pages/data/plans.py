"""Plans: notes pinned to a day, budgets and targets, each as a sheet and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.settings.budgets import BUDGET_SCOPES, RECURRENCES, load_budgets_csv, read_budgets, save_budgets
from dashboard.settings.cells import Row
from dashboard.settings.notes import MAX_NOTE_LENGTH, load_notes_csv, read_notes, save_notes
from dashboard.settings.targets import DIRECTIONS, MEASURE_UNITS, load_targets_csv, read_targets, save_targets
from dashboard.store.generations import Store
from dashboard.web import editable_sheet
from dashboard.web.cached_store import list_values, open_store
from dashboard.web.components import show_download, show_error

ALL_PROJECTS_HELP = "Empty: all projects together."
Columns = editable_sheet.Columns


@dataclass(frozen=True)
class PlanSheet:
    """One sheet: its texts, how it is read and saved, and its columns."""

    name: str
    title: str
    about: str
    read: Callable[[Store], pl.DataFrame]
    save: Callable[[Store, Sequence[Row]], int]
    load: Callable[[Store, str], int]
    columns: Callable[[], Columns]


def show_plans_tab() -> None:
    """Draw the tab."""
    for plan_sheet in SHEETS:
        editable_sheet.show_saved_message(plan_sheet.name)
        with st.container(border=True):
            st.subheader(plan_sheet.title, anchor=False)
            st.markdown(plan_sheet.about)
            try:
                edit_sheet(plan_sheet)
                with st.expander("As CSV"):
                    editable_sheet.show_upload(plan_sheet.name, f"all {plan_sheet.name}", plan_sheet.load)
            except DashboardError as error:
                show_error(error)


def edit_sheet(plan_sheet: PlanSheet) -> None:
    """Draw a sheet with its buttons; a mistake becomes a message, and what was typed stays."""
    stored = plan_sheet.read(open_store())
    with editable_sheet.sheet_form(f"{plan_sheet.name}-form"):
        rows = editable_sheet.edit_rows(f"{plan_sheet.name}-rows", stored, plan_sheet.columns(), plan_sheet.title)
        is_submitted = st.form_submit_button(
            f"Save the {plan_sheet.name}", type="primary", key=f"{plan_sheet.name}-save"
        )
    show_download("Download as CSV", stored, f"{plan_sheet.name}.csv", f"{plan_sheet.name}-csv")
    if is_submitted:
        try:
            count = plan_sheet.save(open_store(), rows)
        except DashboardError as error:
            show_error(error)
        else:
            editable_sheet.rerun_with_message(plan_sheet.name, f"{count:,} {plan_sheet.name} in force.")


def note_columns() -> Columns:
    """Return the columns of notes."""
    cells = st.column_config
    return {
        "day_on": cells.DateColumn("Day"),
        "project": editable_sheet.choice_column("Project", ["", *list_projects()], help="Empty: about all of them."),
        "text": cells.TextColumn("What happened", max_chars=MAX_NOTE_LENGTH, width="large"),
    }


def budget_columns() -> Columns:
    """Return the columns of budgets."""
    cells = st.column_config
    return {
        "project": editable_sheet.choice_column("Project", ["", *list_projects()], help=ALL_PROJECTS_HELP),
        "covers": editable_sheet.choice_column("Of", list(BUDGET_SCOPES), help="Labeling time, or all tracked time."),
        "unit": cells.TextColumn("Unit", help="hours, or a currency such as EUR."),
        "recurs": editable_sheet.choice_column("For each", list(RECURRENCES)),
        "from_on": cells.DateColumn("From"),
        "amount": cells.NumberColumn("Amount", min_value=0, format="localized"),
    }


def target_columns() -> Columns:
    """Return the columns of targets."""
    cells = st.column_config
    return {
        "measure": editable_sheet.choice_column("Measure", list(MEASURE_UNITS)),
        "project": editable_sheet.choice_column("Project", ["", *list_projects()], help=ALL_PROJECTS_HELP),
        "direction": editable_sheet.choice_column("Wanted", list(DIRECTIONS)),
        "value": cells.NumberColumn("Value", min_value=0, help="Shares as 0.5 for 50 %."),
        "by_on": cells.DateColumn("By"),
    }


def list_projects() -> list[str]:
    """Return the projects named in time entries or labels."""
    names = {*list_values("hours_by_project", "project"), *list_values("label_progress", "project")}
    return sorted(name for name in names if not name.startswith("("))


SHEETS = (
    PlanSheet(
        "notes",
        "Notes",
        "What may explain a change: a new tool, a new guideline. Every chart over time marks their days, on pages and "
        "in reports.",
        read_notes,
        save_notes,
        load_notes_csv,
        note_columns,
    ),
    PlanSheet(
        "budgets",
        "Budgets",
        "Hours or money, once or for each period. A later one takes over; earlier ones are kept. Overview shows "
        "how much of each is used.",
        read_budgets,
        save_budgets,
        load_budgets_csv,
        budget_columns,
    ),
    PlanSheet(
        "targets",
        "Targets",
        "What a measure should reach by a given day. Overview says whether the latest weeks are on course.",
        read_targets,
        save_targets,
        load_targets_csv,
        target_columns,
    ),
)
