"""The manual hold-out: leave a random share of automatable items to people, and see whether that was done."""

from __future__ import annotations

import secrets

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.savings.model import holdout
from dashboard.settings.holdouts import (
    MAX_SEED,
    HoldoutCandidates,
    find_candidates,
    parse_item_list,
    read_holdout_basis,
    read_holdout_plans,
    read_plan_items,
    read_plan_labels,
    save_holdout_plan,
    withdraw_holdout_plan,
)
from dashboard.units import format_count
from dashboard.web.cached_store import list_values, open_store
from dashboard.web.components import escape_markdown, show_download, show_error

LISTED_ITEMS, OPEN_ITEMS = "A list of mine", "Open items in the store"
DEFAULT_SHARE, DEFAULT_SAVING, DEFAULT_SECONDS = 20, 25, 60.0  # where the store knows nothing better


def show_holdout_card() -> None:
    """Draw the card: why, a new plan, and the plans there are."""
    with st.container(border=True):
        st.subheader("Hold out items, to know for sure", anchor=False)
        st.markdown(
            "Automation tends to get the easy items, and no model can undo that afterwards. Leave a random sample of "
            "the items that automation could do to people: then the comparison is fair, and the evidence grade A."
        )
        message = st.session_state.pop("holdout-saved", None)
        if message:
            st.success(escape_markdown(str(message)), icon=":material/check:")
        with st.expander("Plan a hold-out", key="holdout-new"):
            try:
                show_plan_form()
            except DashboardError as error:
                show_error(error)
        try:
            show_plans(read_holdout_plans(open_store()))
        except DashboardError as error:
            show_error(error)


def show_plan_form() -> None:
    """Ask for items and share, show cost and interval width, and store the plan on request."""
    projects = sorted(list_values("label_progress", "project"), key=str.casefold)
    with st.container(horizontal=True):
        project = st.selectbox(
            "Project",
            projects,
            accept_new_options=True,
            key="holdout-project",
            width=260,
            help="As this dashboard calls it. Write the name of one that has no labels yet.",
        )
        origin = st.radio("Items from", [LISTED_ITEMS, OPEN_ITEMS], horizontal=True, key="holdout-origin")
    if not project:
        st.caption("Choose a project, or write its name.")
        return
    items = read_listed_items() if origin == LISTED_ITEMS else None
    if origin == LISTED_ITEMS and not items:
        st.caption("Enter the items that automation could label next and that nobody has begun.")
        return
    offer = find_candidates(open_store(), project, items)
    show_left_out(offer, origin)
    if not offer.items.is_empty():
        show_trade_off(project, offer.items)


def read_listed_items() -> list[str]:
    """Return the items pasted or dropped; the fields start empty again after each plan."""
    version = st.session_state.setdefault("holdout-turn", 0)
    with st.grid(2, min_column_width=280):
        pasted_text = st.text_area(
            "One item per line, as the labeling tool names it", key=f"holdout-pasted-{version}", height=140
        )
        file = st.file_uploader("or a CSV with the column item", type=["csv", "txt"], key=f"holdout-file-{version}")
    if file is not None:
        return parse_item_list(file.getvalue().decode("utf-8", errors="replace"))
    return parse_item_list(pasted_text) if pasted_text.strip() else []


def show_left_out(offer: HoldoutCandidates, origin: str) -> None:
    """Say which items can no longer be assigned, and what to do if none can."""
    if offer.begun or offer.planned:
        st.info(
            f"Left out: {format_count(offer.begun)} items begun or labeled already, {format_count(offer.planned)} in "
            "an earlier plan.",
            icon=":material/filter_alt:",
        )
    if not offer.items.is_empty():
        return
    if origin == OPEN_ITEMS:
        st.caption(
            "The store knows no open items of this project: items that a machine has proposed labels for, and that "
            "nobody has begun. Export them from the labeling tool and give them as a list."
        )
    else:
        st.caption("None of these items can still be assigned.")


def show_trade_off(project: str, items: pl.DataFrame) -> None:
    """Show what the hold-out costs and gains, and store it on request."""
    basis = read_holdout_basis(open_store(), project)
    default_seconds = basis.manual_seconds or DEFAULT_SECONDS
    with st.container(horizontal=True, vertical_alignment="bottom"):
        share = st.number_input("Leave to people, %", 1, 90, DEFAULT_SHARE, key="holdout-share", width=160)
        manual_seconds = st.number_input(
            "Seconds per item by hand",
            0.1,
            86_400.0,
            value=min(round(default_seconds, 1), 86_400.0),
            key=f"holdout-seconds-{project}",
            width=180,
            help=f"From {format_count(basis.manual_labels)} labels by hand in the store; without any, a guess.",
        )
        saving = st.number_input(
            "Saving you expect, %", -200, 99, DEFAULT_SAVING, key="holdout-saving", width=170, help="A guess will do."
        )
        people = st.number_input(
            "Annotators", 1, value=max(basis.annotators, 1), key=f"holdout-people-{project}", width=130
        )
        planned_by = st.text_input("Planned by", max_chars=80, key="holdout-who", width=160)
    plan = holdout.compute_holdout_plan(
        items.height,
        items.height * float(manual_seconds) / 3600,
        share=int(share) / 100,
        saving=int(saving) / 100,
        annotators=int(people),
        held=basis.held_out,
    )
    st.markdown(f"**{escape_markdown(plan.words)}**")
    st.caption(
        f"Of {format_count(items.height)} items. An expectation from usual spreads between people and items, not a "
        "promise. "
        "Which items it will be is decided at random, and stored before anybody labels them."
    )
    if st.button("Choose at random and store the plan", type="primary", key="holdout-save"):
        save_plan(project, items, int(share) / 100, planned_by.strip() or None)


def save_plan(project: str, items: pl.DataFrame, share: float, who: str | None) -> None:
    """Choose the items, store the plan, and rerun the page to show it."""
    seed = secrets.randbelow(MAX_SEED)
    assignment = holdout.draw_holdout(items, share=share, seed=seed)
    plan_id = save_holdout_plan(open_store(), project, assignment, share=share, seed=seed, who=who)
    held_count = int(assignment.get_column("holdout").sum())
    st.session_state["holdout-saved"] = (
        f"Plan {plan_id}: {format_count(held_count)} of {format_count(assignment.height)} items of {project} are left "
        "to people. "
        "Download the list and set these items up without suggestions."
    )
    st.session_state["holdout-turn"] += 1
    st.rerun()


def show_plans(frame: pl.DataFrame) -> None:
    """List the plans, and draw one of them."""
    if frame.is_empty():
        return
    numbers = frame.get_column("plan_id").to_list()
    rows = {row["plan_id"]: row for row in frame.iter_rows(named=True)}
    plan_id = int(numbers[0])
    if len(numbers) > 1:
        plan_id = st.selectbox(
            "Plan",
            numbers,
            format_func=lambda number: f"{number}: {rows[number]['project']}, {rows[number]['planned_on']}",
            key="holdout-plan",
            width=320,
        )
    show_plan(rows[plan_id])


def show_plan(row: dict[str, object]) -> None:
    """Draw what was planned, what became of it, and the list to download."""
    plan_id = int(str(row["plan_id"]))
    planner = f" by {row['planned_by']}" if row["planned_by"] else ""
    summary = (
        f"Plan {plan_id} for {row['project']}, {row['planned_on']}{planner}: {format_count(row['held_out'])} of "
        f"{format_count(row['items'])} "
        f"items"
    )
    st.markdown(escape_markdown(f"{summary} left to people."))
    items = read_plan_items(open_store(), plan_id)
    compliance = holdout.check_compliance(items, read_plan_labels(open_store(), plan_id))
    labeled = compliance.planned - compliance.missing
    if labeled and not compliance.kept:
        st.warning(escape_markdown(compliance.words), title="The hold-out was not kept", icon=":material/warning:")
    else:
        st.markdown(escape_markdown(compliance.words))
    with st.container(horizontal=True):
        show_download("Download the list", items, f"holdout-{plan_id}.csv", "holdout-csv")
        if labeled:
            show_download("Download the outcomes", compliance.outcomes, f"holdout-{plan_id}-done.csv", "holdout-done")
        elif st.button(
            "Withdraw the plan", key=f"holdout-withdraw-{plan_id}", help="Possible until the first item is labeled."
        ):
            withdraw_holdout_plan(open_store(), plan_id)
            st.session_state["holdout-saved"] = f"Plan {plan_id} is withdrawn."
            st.rerun()
