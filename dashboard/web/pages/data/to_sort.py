"""To sort: texts that no rule has decided, the largest first; one click gives the chosen ones a category."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard.allocation.share_range import read_share_range
from dashboard.categories import HELP, TITLES
from dashboard.errors import DashboardError
from dashboard.filters import Filters
from dashboard.settings.rules import RULE_SHEET, save_rules
from dashboard.settings.suggestions import Acceptance, accept_suggestions
from dashboard.settings.unsorted import Unsorted, list_unsorted, sort_groups, sort_words, sum_textless_hours
from dashboard.store.cache import CACHE
from dashboard.store.category_rules import RULE_CATEGORIES
from dashboard.store.generations import Store
from dashboard.store.shown_store import ShownStore
from dashboard.units import count_noun, format_hours
from dashboard.web.cached_store import open_store, read_contents, read_figure
from dashboard.web.components import show_error
from dashboard.web.editable_sheet import show_saved_message
from dashboard.web.headline import LABELING_AND_MODELING, find_measure
from dashboard.web.pages.data.rule_upgrade import show_upgrade_offer
from dashboard.web.pages.overview.to_do import show_section_button
from dashboard.web.tables import show_frame

HEIGHT = 37 * 12  # pixels: twelve lines
SHOWN_PROJECTS, SHOWN_WORDINGS = 3, 12


@dataclass(frozen=True)
class Step:
    """The last thing that was sorted, for its message and its undo."""

    done: Acceptance
    category: str | None  # None: as suggested
    share_before: str
    generation: int  # the one it made


def show_to_sort() -> None:
    """Draw the section."""
    if not read_contents().has_time:
        st.info("No tracked time was imported yet, so there is nothing to sort.", icon=":material/info:")
        show_section_button("Import files", {"section": "Import"}, ":material/upload_file:")
        return
    show_saved_message("rules")
    show_upgrade_offer()
    groups = list_groups()
    if not groups:
        _show_last_step()
        st.success("Every text is sorted.", icon=":material/check:")
        show_section_button("Say who is an engineer, under People", {"section": "People"}, ":material/group:")
        _show_textless()
        return
    hours = sum(group.hours for group in groups)
    st.markdown(
        f"**{format_hours(hours)} in {count_noun(len(groups), 'text')} are not sorted yet.** "
        f"The labeling share is {_read_share()}."
    )
    _show_last_step()
    buttons = st.container(horizontal=True, key="sort-categories")  # above the rows, whose number changes
    st.space("small")  # for the table's own buttons, which appear above it
    chosen = _choose_groups(groups)
    with buttons:
        _show_categories(chosen)
    _show_examples(chosen)
    _offer_all_suggestions(groups)
    _show_textless()


def list_groups() -> list[Unsorted]:
    """Return the groups to sort, computed once per state of the store."""
    store = open_store()
    return CACHE.recall(store.state(), "unsorted", lambda: list_unsorted(store))


def _choose_groups(groups: Sequence[Unsorted]) -> list[Unsorted]:
    """Draw the groups as a table, the first one ticked, and return the ticked ones."""
    table = pl.DataFrame(
        {
            "text": [group.title for group in groups],
            "hours": [group.hours for group in groups],
            "entries": [group.entries for group in groups],
            "suggestion": [TITLES[group.suggestion] if group.suggestion else None for group in groups],
            "projects": [_join_projects(group) for group in groups],
            "people": [group.people for group in groups],
        },
        schema_overrides={"suggestion": pl.String},
    )
    event = show_frame(
        table.to_arrow(),
        hide_index=True,
        placeholder="–",
        height=min(HEIGHT, 37 * (len(groups) + 1)),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [0]}},
        column_config={
            "text": "Text",
            "hours": st.column_config.NumberColumn("Hours", format="%,.1f"),
            "entries": st.column_config.NumberColumn("Entries", format="localized"),
            "suggestion": "Suggested",
            "projects": "Projects",
            "people": st.column_config.NumberColumn("People"),
        },
        alt="Texts that are not sorted, with their hours",
        key=f"to-sort-{open_store().generation()}",
    )
    return [groups[row] for row in event["selection"]["rows"] if row < len(groups)]


def _join_projects(group: Unsorted) -> str:
    others = len(group.projects) - SHOWN_PROJECTS
    return ", ".join(group.projects[:SHOWN_PROJECTS]) + (f" and {others} more" if others > 0 else "")


def _show_categories(chosen: Sequence[Unsorted]) -> None:
    """Draw a button per category, each always in its place, suggested ones in colour; the keys 1 to 9 press them."""
    suggested = {group.suggestion for group in chosen}
    for place, category in enumerate(RULE_CATEGORIES, start=1):
        st.button(
            TITLES[category],
            key=f"sort-{category}",
            help=HELP[category],
            type="primary" if category in suggested else "secondary",
            shortcut=str(place),
            disabled=not chosen,
            on_click=_sort_chosen,
            args=(chosen, category, open_store().generation()),
        )


def _show_examples(chosen: Sequence[Unsorted]) -> None:
    """List what the chosen groups hold, and offer to sort by words instead."""
    if not chosen:
        return
    texts = [text for group in chosen for _, text in group.texts]
    suggested = [group.suggestion for group in chosen if group.suggestion]
    with st.expander(f"What is in it: {count_noun(len(texts), 'wording')}; or sort by words, always"):
        for text in texts[:SHOWN_WORDINGS]:
            st.text(text)
        with st.form("sort-words", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            words = st.text_input("Every entry that contains the words", value=chosen[0].title, key="sort-words-text")
            category = st.selectbox(
                "is",
                RULE_CATEGORIES,
                index=RULE_CATEGORIES.index(suggested[0]) if suggested else 0,
                format_func=lambda name: TITLES[name],
                key="sort-words-category",
                width=220,
            )
            is_submitted = st.form_submit_button("Sort, and always do so", key="sort-words-save")
    if is_submitted:
        _keep_step(lambda: sort_words(open_store(), words, category), category)
        st.rerun()


def _offer_all_suggestions(groups: Sequence[Unsorted]) -> None:
    """Offer to accept every suggestion at once."""
    suggested = [group for group in groups if group.suggestion]
    if not suggested:
        return
    hours = format_hours(sum(group.hours for group in suggested))
    st.button(
        f"Accept {'the suggestion' if len(suggested) == 1 else f'all {len(suggested)} suggestions'} ({hours})",
        key="sort-suggested",
        icon=":material/done_all:",
        on_click=_sort_suggested,
        args=(suggested,),
    )


def _sort_chosen(groups: Sequence[Unsorted], category: str, generation: int) -> None:
    """Give groups a category; for a button.

    A key that is pressed while the page is drawn anew still means the rows from before: it does nothing.
    """
    if generation != open_store().generation():
        return
    _keep_step(lambda: sort_groups(open_store(), groups, category), category)


def _sort_suggested(groups: Sequence[Unsorted]) -> None:
    """Accept the suggestions of groups; for a button."""
    rows = [
        {"field": field, "text": text, "category": group.suggestion} for group in groups for field, text in group.texts
    ]
    _keep_step(lambda: accept_suggestions(open_store(), rows), None)


def _keep_step(decide: Callable[[], Acceptance], category: str | None) -> None:
    """Decide, and keep what was done for the message and the undo; a mistake becomes a message."""
    share = _read_share()
    try:
        done = decide()
    except DashboardError as error:
        st.session_state["sort-error"] = error
        return
    st.session_state["sort-step"] = Step(done, category, share, open_store().generation())


def _show_last_step() -> None:
    """Say what the last step did to the hours and to the share, and offer its undo; before the first, what to do.

    The line is always there, so that nothing below it moves under the pointer.
    """
    error = st.session_state.pop("sort-error", None)
    if isinstance(error, DashboardError):
        show_error(error)
    step = st.session_state.get("sort-step")
    with st.container(horizontal=True, vertical_alignment="center"):
        # After another change an undo would take that back, too.
        if not isinstance(step, Step) or step.generation != open_store().generation():
            st.markdown("Tick one or more rows, then press what the work was, or its number.", width="content")
            st.button("Undo", icon=":material/undo:", key="sort-undo", disabled=True)
            return
        decided = f"are now {step.category}" if step.category else "have their suggested category"
        st.markdown(
            f":material/check: {count_noun(step.done.entries, 'entry')} with {format_hours(step.done.hours)} "
            f"{decided}{_describe_moved(step.done)}. "
            f"The labeling share was {step.share_before} and is {_read_share()}.",
            width="content",
        )
        st.button("Undo", icon=":material/undo:", key="sort-undo", on_click=_undo_step, args=(step,))


def _describe_moved(done: Acceptance) -> str:
    """Return how many entries had another category before; empty if none."""
    return f" ({count_noun(done.entries_moved, 'entry')} had another category before)" if done.entries_moved else ""


def _undo_step(step: Step) -> None:
    """Bring the rules before the last step back, unless somebody changed something in between."""
    if step.generation != open_store().generation():
        return
    try:
        store = ShownStore(open_store(), Store.generation, step.generation, RULE_SHEET.title)
        save_rules(store, step.done.rules_before)
    except DashboardError as error:
        st.session_state["sort-error"] = error
        return
    st.session_state.pop("sort-step", None)


def _read_share() -> str:
    """Return the labeling share of the whole log, or its range."""
    row = find_measure(read_figure("labeling_share"), Filters(), LABELING_AND_MODELING)
    share = read_share_range(row)
    return share.describe_value() if share else "unknown"


def _show_textless() -> None:
    """Say how much time has no text that a rule could read."""
    textless = CACHE.recall(open_store().state(), "textless hours", lambda: sum_textless_hours(open_store()))
    if textless:
        st.caption(
            f"{format_hours(textless)} have no text at all: no project, task, description or tag. "
            "They stay unsorted until the file says more."
        )
