"""Quality: whether assisted labels are as good as labels by hand, and what reviews accept, catch and cost."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures import Figure
from dashboard.pages import bar, quality_errors, quality_gate, quality_reviews, quality_suggestions, reading, shown
from dashboard.pages.bar import Choice


def show() -> None:
    """Draw the page."""
    choice = bar.chosen()
    gate = reading.read("quality_gate", choice.filters)
    acceptance = reading.read("acceptance", choice.filters)
    shown.head("Quality of labels", gate, "quality", is_page=True)
    if not bar.has_labels(acceptance):
        shown.refused(acceptance)
        bar.way_out(acceptance)
        return
    sentence(gate, acceptance, choice)
    cards(gate, acceptance, reading.read("rework", choice.filters))
    quality_gate.show(gate)
    quality_reviews.accepted(acceptance)
    quality_suggestions.show(choice)
    quality_reviews.stages(choice)
    quality_reviews.rework(choice)
    quality_errors.show(choice)
    quality_reviews.agreement(choice)
    quality_reviews.scatter(choice)
    bar.copy_link(choice, "quality")


def sentence(gate: Figure, acceptance: Figure, choice: Choice) -> None:
    """Write the answer: the gate first, then what reviewers say, which is another thing."""
    parts = [judged(gate)]
    overall = whole(acceptance)
    if overall:
        parts.append(
            f"Reviewers accepted **{_percent(_number(overall, 'accepted_share'))}** of the "
            f"{overall['reviewed']:,} labels they saw, **{_percent(_number(overall, 'first_pass_share'))}** as "
            "they came. "
            f"They saw {_percent(_number(overall, 'reviewed_share'))} of all {overall['labels']:,} labels."
        )
    else:
        parts.append("No reviews are in the log, so what reviewers accept is unknown.")
    st.markdown(" ".join(parts))
    st.caption(shown.literal(choice.said()))


def judged(gate: Figure) -> str:
    """Return how many automations the gate confirms, of how many."""
    if gate.refused:
        return shown.literal(str(gate.refused["reason"]))
    names = {word: _listed(gate.rows.filter(pl.col("verdict") == word)) for word in ("confirmed", "void")}
    parts = []
    if names["confirmed"]:
        parts.append(f"Assisted labels are **as good as labels by hand**, within the margin, for {names['confirmed']}.")
    if names["void"]:
        parts.append(f"They are **worse than agreed** for {names['void']}: that saving is void.")
    open_ones = _listed(gate.rows.filter(pl.col("verdict") == "not confirmed"))
    if open_ones:
        parts.append(f"Quality is **not established** for {open_ones}.")
    return " ".join(parts)


def _listed(rows: pl.DataFrame) -> str:
    return ", ".join(shown.literal(f"{row['automation']} in {row['project']}") for row in rows.iter_rows(named=True))


def whole(acceptance: Figure) -> dict[str, object]:
    """Return the row of all labels, empty where nothing was reviewed."""
    found = acceptance.rows.filter(pl.col("cut") == "all labels")
    return {} if acceptance.refused or found.is_empty() else found.row(0, named=True)


def _percent(share: float | None) -> str:
    """Return a share to a tenth of a percent: reviews accept nearly all, and nearly all is not all."""
    return "–" if share is None else f"{share:.1%}"


def _number(row: dict[str, object], name: str) -> float | None:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else None


def cards(gate: Figure, acceptance: Figure, rework: Figure) -> None:
    """Draw four numbers, each with what it is of."""
    overall = whole(acceptance)
    redone = {} if rework.refused else rework.rows.row(0, named=True)
    confirmed = 0 if gate.refused else gate.rows.filter(pl.col("verdict") == "confirmed").height
    with st.grid(4, min_column_width=220):
        _card(
            "Quality confirmed",
            "–" if gate.refused else f"{confirmed} of {gate.rows.height}",
            "no gold scores to compare" if gate.refused else "automations, by gold scores and the margin",
            gate.note,
        )
        for label, name in (("Accepted", "accepted"), ("Accepted as it came", "first_pass")):
            _card(label, _percent(_number(overall, f"{name}_share")), _between(overall, name), acceptance.note)
        said = f"{redone['sent_back_untold']:,} sent back without a time" if redone else "time of rework unknown"
        share = _number(redone, "share")
        of = (
            f"{theme.hours(_number(redone, 'hours'))} of {theme.hours(_number(redone, 'told_hours'))}; "
            if redone
            else ""
        )
        _card("Rework share", _percent(share), of + said, rework.note)


def _between(row: dict[str, object], name: str) -> str:
    """Return the interval and n of a share."""
    if not row:
        return "no reviews in the log"
    low, high = (_percent(_number(row, f"{name}_{end}")) for end in ("low", "high"))
    return f"95 % interval {low} to {high}, n = {row['reviewed']:,}"


def _card(label: str, value: str, below: str, explained: str) -> None:
    """Draw one number with what it stands on."""
    with st.container(border=True, height="stretch"):
        st.metric(label, value, help=shown.literal(explained))
        st.caption(shown.literal(below))
