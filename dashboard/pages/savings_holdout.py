"""The manual hold-out: leave a random share of automatable items to people, and see whether that was done."""

from __future__ import annotations

import secrets

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.estimates import holdout
from dashboard.mapping import holdouts
from dashboard.pages import reading, shown

LISTED, OPEN = "A list of mine", "Open items in the store"
USUAL_SHARE, USUAL_SAVING, USUAL_SECONDS = 20, 25, 60.0  # where the store knows nothing better


def show() -> None:
    """Draw the card: why, a new plan, and the plans there are."""
    with st.container(border=True):
        st.subheader("Hold out items, to know for sure", anchor=False)
        st.markdown(
            "Automation tends to get the easy items, and no model can undo that afterwards. Let chance leave some of "
            "the items that automation could do to people: these compare fairly, and the evidence becomes grade A."
        )
        said = st.session_state.pop("holdout-saved", None)
        if said:
            st.success(shown.literal(str(said)), icon=":material/check:")
        with st.expander("Plan a hold-out", key="holdout-new"):
            try:
                new_plan()
            except DashboardError as error:
                shown.box(error)
        try:
            plans(holdouts.plans_frame(reading.store()))
        except DashboardError as error:
            shown.box(error)


def new_plan() -> None:
    """Ask for items and share, show price and width, and store the choice on request."""
    known = sorted(reading.values("label_progress", "project"), key=str.casefold)
    with st.container(horizontal=True):
        project = st.selectbox(
            "Project",
            known,
            accept_new_options=True,
            key="holdout-project",
            width=260,
            help="As this dashboard calls it. Write the name of one that has no labels yet.",
        )
        origin = st.radio("Items from", [LISTED, OPEN], horizontal=True, key="holdout-origin")
    if not project:
        st.caption("Choose a project, or write its name.")
        return
    items = listed() if origin == LISTED else None
    if origin == LISTED and not items:
        st.caption("Give the items that automation could label next and nobody has begun.")
        return
    offer = holdouts.offered(reading.store(), project, items)
    left_out(offer, origin)
    if not offer.items.is_empty():
        trade(project, offer.items)


def listed() -> list[str]:
    """Return the items pasted or dropped; the fields start empty again after each plan."""
    turn = st.session_state.setdefault("holdout-turn", 0)
    with st.grid(2, min_column_width=280):
        pasted = st.text_area(
            "One item a line, as the labeling tool names it", key=f"holdout-pasted-{turn}", height=140
        )
        dropped = st.file_uploader("or a CSV with the column item", type=["csv", "txt"], key=f"holdout-file-{turn}")
    if dropped is not None:
        return holdouts.read_items(dropped.getvalue().decode("utf-8", errors="replace"))
    return holdouts.read_items(pasted) if pasted.strip() else []


def left_out(offer: holdouts.Offer, origin: str) -> None:
    """Say which items cannot be dealt out any more, and what to do if there are none."""
    if offer.begun or offer.planned:
        st.info(
            f"Left out: {offer.begun:,} items begun or labeled already, {offer.planned:,} in an earlier plan.",
            icon=":material/filter_alt:",
        )
    if not offer.items.is_empty():
        return
    if origin == OPEN:
        st.caption(
            "The store knows no open items of this project: items that a machine has proposed labels for, and that "
            "nobody has begun. Export them from the labeling tool and give them as a list."
        )
    else:
        st.caption("None of these items is left to deal out.")


def trade(project: str, items: pl.DataFrame) -> None:
    """Show what the hold-out costs and buys, and store it on request."""
    basis = holdouts.basis(reading.store(), project)
    seconds = basis.manual_seconds or USUAL_SECONDS
    with st.container(horizontal=True, vertical_alignment="bottom"):
        share = st.number_input("Leave to people, %", 1, 90, USUAL_SHARE, key="holdout-share", width=160)
        hand = st.number_input(
            "Seconds an item by hand",
            0.1,
            value=round(seconds, 1),
            key=f"holdout-seconds-{project}",
            width=180,
            help=f"From {basis.manual_labels:,} labels by hand in the store; without any, a guess.",
        )
        saving = st.number_input(
            "Saving you expect, %", -200, 99, USUAL_SAVING, key="holdout-saving", width=170, help="A guess will do."
        )
        people = st.number_input(
            "Annotators", 1, value=max(basis.annotators, 1), key=f"holdout-people-{project}", width=130
        )
        who = st.text_input("Planned by", key="holdout-who", width=160)
    planned = holdout.plan(
        items.height,
        items.height * float(hand) / 3600,
        share=int(share) / 100,
        saving=int(saving) / 100,
        annotators=int(people),
        held=basis.held_out,
    )
    st.markdown(f"**{shown.literal(planned.words)}**")
    st.caption(
        f"Of {items.height:,} items. An expectation from usual spreads between people and items, not a promise. "
        "Which items it will be is left to chance, and stored before anybody labels them."
    )
    if st.button("Choose at random and store the plan", type="primary", key="holdout-save"):
        save(project, items, int(share) / 100, who.strip() or None)


def save(project: str, items: pl.DataFrame, share: float, who: str | None) -> None:
    """Choose, store, and start over with the new plan shown."""
    seed = secrets.randbelow(holdouts.LARGEST_SEED)
    chosen = holdout.choose(items, share=share, seed=seed)
    plan_id = holdouts.save_plan(reading.store(), project, chosen, share=share, seed=seed, who=who)
    held = int(chosen.get_column("holdout").sum())
    st.session_state["holdout-saved"] = (
        f"Plan {plan_id}: {held:,} of {chosen.height:,} items of {project} are left to people. "
        "Download the list and set these items up without suggestions."
    )
    st.session_state["holdout-turn"] += 1
    st.rerun()


def plans(frame: pl.DataFrame) -> None:
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
    plan(rows[plan_id])


def plan(row: dict[str, object]) -> None:
    """Draw what was planned, what became of it, and the list to take along."""
    plan_id = int(str(row["plan_id"]))
    by = f" by {row['planned_by']}" if row["planned_by"] else ""
    said = (
        f"Plan {plan_id} for {row['project']}, {row['planned_on']}{by}: {row['held_out']:,} of {row['items']:,} items"
    )
    st.markdown(shown.literal(f"{said} left to people."))
    chosen = holdouts.items_frame(reading.store(), plan_id)
    found = holdout.compliance(chosen, holdouts.done_frame(reading.store(), plan_id))
    labeled = found.planned - found.missing
    if labeled and not found.kept:
        st.warning(shown.literal(found.words), title="The hold-out was not kept", icon=":material/warning:")
    else:
        st.markdown(shown.literal(found.words))
    with st.container(horizontal=True):
        shown.download("Download the list", chosen, f"holdout-{plan_id}.csv", "holdout-csv")
        if labeled:
            shown.download("Download what became of it", found.outcomes, f"holdout-{plan_id}-done.csv", "holdout-done")
        elif st.button("Withdraw the plan", key="holdout-withdraw", help="Possible until the first item is labeled."):
            holdouts.withdraw(reading.store(), plan_id)
            st.session_state["holdout-saved"] = f"Plan {plan_id} is withdrawn."
            st.rerun()
