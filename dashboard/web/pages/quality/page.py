"""Quality: whether assisted labels are as good as labels by hand, and what reviews accept, catch and cost."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures.resolve import Figure
from dashboard.quality.rows import NO_INTERVAL
from dashboard.web.cached_store import read_figure
from dashboard.web.components import escape_markdown, open_fold, show_title, show_unavailable
from dashboard.web.filter_bar import Choice, has_labels, show_remedy
from dashboard.web.pages.quality.gate import show_quality_gate, show_replacement_test
from dashboard.web.pages.quality.reviews import (
    show_acceptance,
    show_quality_scatter,
    show_review_stages,
    show_rework,
)
from dashboard.web.pages.quality.suggestions import show_suggestions


def show_quality_tab(choice: Choice) -> None:
    """Draw the tab."""
    gate = read_figure("quality_gate", choice.filters)
    acceptance = read_figure("acceptance", choice.filters)
    show_title("Quality of labels", gate, "quality", is_page=True)
    if not has_labels(acceptance):
        show_unavailable(acceptance)
        show_remedy(acceptance)
        return
    show_sentence(gate, acceptance, choice)
    show_cards(gate, acceptance, read_figure("rework", choice.filters))
    show_quality_gate(gate)
    show_acceptance(acceptance)
    with open_fold("Evidence: suggestions, review stages, rework, time against quality", "evidence") as is_open:
        if is_open:
            show_replacement_test(choice)
            show_suggestions(choice)
            show_review_stages(choice)
            show_rework(choice)
            show_quality_scatter(choice)


def show_sentence(gate: Figure, acceptance: Figure, choice: Choice) -> None:
    """Write the answer: the gate first, then what reviewers accept, which is something else."""
    parts = [describe_verdicts(gate)]
    overall = find_overall(acceptance)
    if overall:
        parts.append(
            f"Reviewers accepted **{_format_percent(_read_number(overall, 'accepted_share'))}** of the "
            f"{overall['reviewed']:,} labels they saw, "
            f"**{_format_percent(_read_number(overall, 'first_pass_share'))}** as "
            "they came. "
            f"They saw {_format_percent(_read_number(overall, 'reviewed_share'))} of all {overall['labels']:,} labels."
        )
    else:
        parts.append("No reviews are in the log, so what reviewers accept is unknown.")
    st.markdown(" ".join(parts))
    st.caption(escape_markdown(choice.describe()))


def describe_verdicts(gate: Figure) -> str:
    """Return which automations the gate confirms, voids or leaves open."""
    if gate.unavailable:
        return escape_markdown(gate.unavailable.reason)
    names = {
        verdict: _list_automations(gate.rows.filter(pl.col("verdict") == verdict)) for verdict in ("confirmed", "void")
    }
    parts = []
    if names["confirmed"]:
        parts.append(f"Assisted labels are **as good as labels by hand**, within the margin, for {names['confirmed']}.")
    if names["void"]:
        parts.append(f"They are **worse than the margin allows** for {names['void']}: that saving is void.")
    unconfirmed = _list_automations(gate.rows.filter(pl.col("verdict") == "not confirmed"))
    if unconfirmed:
        parts.append(f"Quality is **not established** for {unconfirmed}.")
    if gate.rows.get_column("margin_points").null_count():
        parts.append("Where no margin is set, nothing is confirmed.")
    return " ".join(parts)


def _list_automations(rows: pl.DataFrame) -> str:
    return ", ".join(escape_markdown(f"{row['automation']} in {row['project']}") for row in rows.iter_rows(named=True))


def find_overall(acceptance: Figure) -> dict[str, object]:
    """Return the row of all labels; empty if nothing was reviewed."""
    matches = acceptance.rows.filter(pl.col("cut") == "all labels")
    return {} if acceptance.unavailable or matches.is_empty() else matches.row(0, named=True)


def _format_percent(share: float | None) -> str:
    """Return a share to a tenth of a percent, so that nearly all does not read as all."""
    return "–" if share is None else f"{share:.1%}"


def _read_number(row: dict[str, object], name: str) -> float | None:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else None


def show_cards(gate: Figure, acceptance: Figure, rework: Figure) -> None:
    """Draw four numbers, each with its denominator."""
    overall = find_overall(acceptance)
    rework_row = {} if rework.unavailable else rework.rows.row(0, named=True)
    confirmed = 0 if gate.unavailable else gate.rows.filter(pl.col("verdict") == "confirmed").height
    with st.grid(4, min_column_width=220):
        _show_card(
            "Quality confirmed",
            "–" if gate.unavailable else f"{confirmed} of {gate.rows.height}",
            "no gold scores to compare" if gate.unavailable else "automations, by gold scores and the margin",
            gate.note,
        )
        for label, name in (("Accepted", "accepted"), ("Accepted as it came", "first_pass")):
            _show_card(
                label,
                _format_percent(_read_number(overall, f"{name}_share")),
                _describe_interval(overall, name),
                acceptance.note,
            )
        time_note = (
            f"{rework_row['sent_back_untold']:,} sent back without a time" if rework_row else "time of rework unknown"
        )
        share = _read_number(rework_row, "share")
        hours_text = (
            f"{theme.format_hours(_read_number(rework_row, 'hours'))} of "
            f"{theme.format_hours(_read_number(rework_row, 'told_hours'))}; "
            if rework_row
            else ""
        )
        _show_card("Rework share", _format_percent(share), hours_text + time_note, rework.note)


def _describe_interval(row: dict[str, object], name: str) -> str:
    """Return a share's interval and sample size."""
    if not row:
        return "no reviews in the log"
    if row[f"{name}_low"] is None:
        return f"{NO_INTERVAL}, n = {row['reviewed']:,}"
    low, high = (_format_percent(_read_number(row, f"{name}_{bound}")) for bound in ("low", "high"))
    return f"95 % interval {low} to {high}, n = {row['reviewed']:,}"


def _show_card(label: str, value: str, detail: str, help_text: str) -> None:
    """Draw one number with its basis."""
    with st.container(border=True, height="stretch"):
        st.metric(label, value, help=escape_markdown(help_text))
        st.caption(escape_markdown(detail))
