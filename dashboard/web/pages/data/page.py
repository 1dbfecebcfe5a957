"""Data: import files, sort what no rule decided, say who people are, and set up what numbers need."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard.settings.mappings import MAPPING_SHEET
from dashboard.settings.references import REFERENCE_SHEET
from dashboard.settings.schemes import SCHEME_SHEET
from dashboard.units import count_noun
from dashboard.web.cached_store import Contents, read_contents
from dashboard.web.editable_sheet import show_sheet
from dashboard.web.filter_bar import choose_segment
from dashboard.web.pages.data.calendar import show_calendar
from dashboard.web.pages.data.doubts import show_doubts
from dashboard.web.pages.data.history import show_history
from dashboard.web.pages.data.imports import show_imports
from dashboard.web.pages.data.letterhead import show_letterhead
from dashboard.web.pages.data.people import PEOPLE_TABLE, PROPOSALS, show_people
from dashboard.web.pages.data.plans import PLAN_SHEETS, show_plans
from dashboard.web.pages.data.projects import MATCH_TABLE, show_projects
from dashboard.web.pages.data.pulls import show_pulls
from dashboard.web.pages.data.rates import RATE_TABLES, show_rates
from dashboard.web.pages.data.rejected_rows import show_rejected_rows
from dashboard.web.pages.data.rules import RULE_TABLE, show_rules
from dashboard.web.pages.data.to_sort import show_to_sort
from dashboard.web.pages.data.watched_folders import show_watched_folders
from dashboard.web.pages.savings.holdout import show_holdout_card
from dashboard.web.pages.savings.register import TABLE_NAMES, show_register
from dashboard.web.unsaved_edits import count_unsaved

IMPORT, TO_SORT, PEOPLE, SET_UP = "Import", "To sort", "People", "Set-up"
ADVANCED = "Advanced"
SHEETS: dict[str, Callable[[], None]] = {  # what every team needs, and then what some do
    "Automations": show_register,
    "Projects of tools": show_projects,
    "Plans": show_plans,
    "Hold-outs": show_holdout_card,
    "Letterhead": show_letterhead,
    "Calendar and formats": show_calendar,
    "Pull": show_pulls,
    "Watched folders": show_watched_folders,
}
ADVANCED_SHEETS: dict[str, Callable[[], None]] = {  # what few change
    "Rules": show_rules,
    "Published figures": partial(show_sheet, REFERENCE_SHEET),
    "Category schemes": partial(show_sheet, SCHEME_SHEET),
    "Mappings": partial(show_sheet, MAPPING_SHEET),
}
# Where the tables are that can hold unsaved edits.
EDITED_TABLES = {
    PEOPLE: (PEOPLE_TABLE, PROPOSALS, "time_off-rows", *RATE_TABLES),
    "Automations": TABLE_NAMES,
    "Projects of tools": (MATCH_TABLE,),
    "Plans": tuple(f"{sheet.name}-rows" for sheet in PLAN_SHEETS),
    "Rules": (RULE_TABLE,),
    "Published figures": ("references-rows",),
    "Category schemes": ("schemes-rows",),
    "Mappings": ("mappings-rows",),
}
# Links to these were shared: each leads to its new place (section, sheet).
FORMER_SECTIONS = {
    "History": (IMPORT, None),
    "Rejected rows": (IMPORT, None),
    "Doubts": (IMPORT, None),
    "Rates": (PEOPLE, None),
    "Rules": (SET_UP, "Rules"),
    "Projects": (SET_UP, "Projects of tools"),
    "Plans": (SET_UP, "Plans"),
}


PAGE_NEEDS = {
    "time": "Time, until tracked time is imported",
    "labeling": "Labeling & automation, until an export of a labeling tool is imported",
    "reports": "Reports, until tracked time or labels are imported",
}
FORMER_SHEETS = {"Calendar": "Calendar and formats"}


def show_section_choice() -> None:
    """Draw the choice of section; in the entry script, so that it stays in the URL."""
    former = FORMER_SECTIONS.get(st.query_params.get("section", ""))
    if former:
        section, sheet = former
        st.query_params.update({"section": section} | (place_sheet(sheet) if sheet else {}))
        st.rerun()
    named = st.query_params.get("sheet", "")
    if named in FORMER_SHEETS or named in ADVANCED_SHEETS:
        st.query_params.update(place_sheet(FORMER_SHEETS.get(named, named)))
        st.rerun()  # so that the controls read the new address, and keep it
    section = choose_segment("Section", (IMPORT, TO_SORT, PEOPLE, SET_UP), "section", is_label_shown=False)
    if section == SET_UP and choose_segment("Sheet", (*SHEETS, ADVANCED), "sheet", is_label_shown=False) == ADVANCED:
        choose_segment("Advanced sheet", tuple(ADVANCED_SHEETS), "advanced", is_label_shown=False)


def place_sheet(sheet: str) -> dict[str, str]:
    """Return what the controls hold when a sheet of Set-up is open."""
    return {"sheet": ADVANCED, "advanced": sheet} if sheet in ADVANCED_SHEETS else {"sheet": sheet}


def read_open_sheet() -> str:
    """Return the sheet of Set-up that is open."""
    sheet = str(st.session_state.get("sheet", "Automations"))
    return str(st.session_state.get("advanced", "Rules")) if sheet == ADVANCED else sheet


def show_data_page() -> None:
    """Draw the page."""
    st.header("Data", anchor=False)
    section = str(st.session_state.get("section", IMPORT))
    show_unsaved_elsewhere(read_open_sheet() if section == SET_UP else section)
    if section == TO_SORT:
        show_to_sort()
    elif section == PEOPLE:
        show_people()
        has_edits = count_unsaved(*RATE_TABLES) > 0
        with st.expander("Rates: the price of an hour and of a million tokens", expanded=has_edits):
            show_rates()
    elif section == SET_UP:
        if hidden := list_hidden_pages(read_contents()):
            st.caption(f"Not shown yet: {'; '.join(hidden)}.")
        (SHEETS | ADVANCED_SHEETS)[read_open_sheet()]()
    else:
        show_imports()
        show_history()
        show_rejected_rows()
        show_doubts()


def list_hidden_pages(contents: Contents) -> list[str]:
    """Return the pages and tabs that have no data to show, each with what would make it appear."""
    empty = contents.list_empty_pages()
    hidden = [PAGE_NEEDS[name] for name in empty]
    if "labeling" in empty:
        return hidden
    hidden += [] if contents.has_labels else ["Speed, Savings, Quality and Outlook, until labels are imported"]
    if contents.has_runs or contents.has_reports:
        return hidden
    return [*hidden, "Labels or model?, until training runs or quality reports are imported"]


def show_unsaved_elsewhere(place: str) -> None:
    """Say where else on this page edits wait to be saved."""
    counts = {name: count_unsaved(*tables) for name, tables in EDITED_TABLES.items() if name != place}
    places = [f"{count_noun(count, 'change')} in {name}" for name, count in counts.items() if count]
    if places:
        st.caption(f":material/edit: Not saved yet: {', '.join(places)}.")
