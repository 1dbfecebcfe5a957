"""Quality: whether assisted labels are as good as labels by hand, and what reviews accept, catch and cost."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.quality.rows import NO_INTERVAL, ONLY_REJECTIONS
from dashboard.units import format_count, format_hours, format_share
from dashboard.web.cached_store import read_figure
from dashboard.web.components import escape_markdown, open_fold, show_title, show_unavailable
from dashboard.web.filter_bar import Choice, has_labels, show_remedy
from dashboard.web.pages.quality.gate import show_gate_details, show_quality_gate, show_replacement_test
from dashboard.web.pages.quality.reviews import (
    fold_acceptance,
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
    with open_fold("Evidence: audits, suggestions, reviews, rework, all numbers", "evidence") as is_open:
        if is_open:
            show_gate_details(gate)
            fold_acceptance(acceptance)
            show_replacement_test(choice)
            show_suggestions(choice)
            show_review_stages(choice)
            show_rework(choice)
            show_quality_scatter(choice)


def show_sentence(gate: Figure, acceptance: Figure, choice: Choice) -> None:
    """Write the answer: what the gate says of automation, then how many labels were reviewed at all."""
    overall = find_overall(acceptance)
    facts = [escape_markdown(choice.describe())]
    if overall:
        share = _format_percent(_read_number(overall, "reviewed_share"))
        count = f"{format_count(overall['reviewed'])} of {format_count(overall['labels'])} labels"
        facts.append(f"95% intervals · reviewed: {count} of people and machines ({share})")
    elif has_only_rejections(acceptance):
        facts.append(ONLY_REJECTIONS)
    else:
        facts.append("No reviews are in the log, so what reviewers accept is unknown.")
    st.markdown(describe_verdicts(gate))
    st.caption(" · ".join(facts))


def describe_verdicts(gate: Figure) -> str:
    """Return which automations the gate confirms, and which it voids or leaves open."""
    if gate.unavailable:
        return escape_markdown(gate.unavailable.reason)
    names = {
        verdict: _list_automations(gate.rows.filter(pl.col("verdict") == verdict))
        for verdict in ("confirmed", "void", "not confirmed")
    }
    parts = []
    if names["confirmed"]:
        parts.append(f"Labels are **as good as by hand**, within the margin, with {names['confirmed']}.")
    if names["void"]:
        parts.append(f"Labels are **worse than the margin allows** with {names['void']}: that saving is void.")
    open_count = gate.rows.filter(verdict="not confirmed").height
    if open_count:
        others = f"{open_count} other{'s' if open_count > 1 else ''}" if parts else names["not confirmed"]
        parts.append(f"Quality is **not established** for {others}.")
    if gate.rows.get_column("margin_points").null_count():
        parts.append("Where no margin is set, nothing is confirmed.")
    return " ".join(parts)


def _list_automations(rows: pl.DataFrame) -> str:
    return ", ".join(escape_markdown(name) for name in rows.get_column("automation").unique(maintain_order=True))


def find_overall(acceptance: Figure) -> dict[str, object]:
    """Return the row of all labels; empty if nothing was reviewed."""
    matches = acceptance.rows.filter(pl.col("cut") == "all labels")
    return {} if acceptance.unavailable or matches.is_empty() else matches.row(0, named=True)


def has_only_rejections(acceptance: Figure) -> bool:
    """Return whether there is no acceptance because only rejections are recorded."""
    return acceptance.unavailable is not None and acceptance.unavailable.reason == ONLY_REJECTIONS


def _format_percent(share: float | None) -> str:
    """Return a share to a tenth of a percent, so that nearly all does not read as all."""
    return "–" if share is None else format_share(share, 1)


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
            "no gold scores to compare" if gate.unavailable else "automations in a project, by a blind audit",
            gate.note,
        )
        for label, name in (("Accepted", "accepted"), ("Accepted as it came", "first_pass")):
            _show_card(
                label,
                _format_percent(_read_number(overall, f"{name}_share")),
                "only rejections are recorded"
                if has_only_rejections(acceptance)
                else _describe_interval(overall, name),
                acceptance.note,
            )
        _show_card("Rework share", *describe_rework(rework_row), rework.note)


def describe_rework(row: dict[str, object]) -> tuple[str, str]:
    """Return rework's share of labeling time and its basis; a lower bound where some rework has no time."""
    share, untimed = _format_percent(_read_number(row, "share")), row.get("sent_back_untold")
    if not row:
        return share, "time of rework unknown"
    basis = f"{format_hours(_read_number(row, 'hours'))} of {format_hours(_read_number(row, 'told_hours'))}"
    if not untimed:
        return share, basis
    return (
        share if share == "–" else f"at least {share}"
    ), f"{basis}; {format_count(untimed)} labels sent back untimed"


def _describe_interval(row: dict[str, object], name: str) -> str:
    """Return a share's interval, or why there is none."""
    if not row:
        return "no reviews in the log"
    if row[f"{name}_low"] is None:
        return NO_INTERVAL
    low, high = (_format_percent(_read_number(row, f"{name}_{bound}")) for bound in ("low", "high"))
    return f"{low} to {high}"


def _show_card(label: str, value: str, detail: str, help_text: str) -> None:
    """Draw one number with its basis."""
    with st.container(border=True, height="stretch"):
        st.metric(label, value, help=escape_markdown(help_text))
        st.caption(escape_markdown(detail))
