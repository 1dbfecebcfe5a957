"""The numbers of the savings page: four cards, and one card per automation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures.resolve import Figure
from dashboard.web.components import escape_markdown, show_table

Colour = Literal["blue", "red", "gray", "orange"]
STATES: dict[str, tuple[str, str, Colour]] = {
    "saves": ("Saves time", ":material/trending_down:", "blue"),
    "costs": ("Costs time", ":material/trending_up:", "red"),
    "no clear difference": ("No clear difference", ":material/trending_flat:", "gray"),
    "range only": ("A range only", ":material/expand:", "orange"),
    "direction not established": ("Direction not established", ":material/help:", "orange"),
    "not enough data": ("Not enough data", ":material/hourglass_empty:", "gray"),
}
QUALITY: dict[str, tuple[str, str, Colour]] = {
    "confirmed": ("Confirmed", ":material/verified:", "blue"),
    "void": ("Void", ":material/block:", "red"),
}
COLUMNS = (
    "automation",
    "state",
    "hours",
    "hours_from",
    "hours_to",
    "basis",
    "grade",
    "quality",
    "saved_share",
    "saved_low",
    "saved_high",
    "typical_share",
    "typical_low",
    "typical_high",
    "gross_hours",
    "setup_hours",
    "maintenance_hours",
    "counterfactual_hours",
    "labels",
    "labels_in_hours",
    "annotators",
    "compared_people",
    "technique",
    "projects",
    "method",
)


def show_numbers(total: Figure, automations: pl.DataFrame) -> None:
    """Draw hours, money, the typical item and quality: four cards that are never merged."""
    by_measure = {str(row["measure"]): row for row in total.rows.iter_rows(named=True)}
    with st.grid(4, min_column_width=220):
        show_hours_card(total.rows.row(0, named=True), by_measure["hours saved, our current annotators"])
        show_money_card(total.rows.filter(pl.col("measure") == "value"))
        show_typical_card(by_measure["typical item"])
        show_quality_card(total.rows.row(0, named=True), automations.filter("counted"))


def show_number_card(label: str, value: str, details: list[str], help_text: str) -> None:
    """Draw one number with its interval below."""
    with st.container(border=True, height="stretch"):
        st.metric(label, value, help=help_text)
        st.caption("  \n".join(escape_markdown(line) for line in details))


def show_hours_card(total_row: Mapping[str, object], current: Mapping[str, object]) -> None:
    """Draw net hours with both intervals and the grade."""
    basis = str(total_row["basis"])
    label = f"Hours saved, {'gross' if basis.startswith('gross') else 'net'}"
    help_text = (
        f"{basis[:1].upper()}{basis[1:]}. Hours the assisted labels would have taken by hand, less the hours they "
        "took, review and rework included. Negative: automation cost time."
    )
    details = [f"{format_level(total_row)} interval {format_interval(total_row, 'h')} · grade {total_row['grade']}"]
    if read_bounds(current) != read_bounds(total_row):
        details.append(f"Our current annotators: {format_interval(current, 'h')}. {current['words']}")
    show_number_card(label, theme.format_hours(read_number(total_row, "value")), details, help_text)


def show_money_card(rows: pl.DataFrame) -> None:
    """Draw the value by currency; currencies are never added."""
    help_text = (
        "Each label's saved time at the rate of its person on its day, less setup, maintenance and running cost where "
        "these are known."
    )
    if rows.is_empty():
        show_number_card("Value in money", "–", ["No hourly rates are known."], help_text)
        return
    with st.container(border=True, height="stretch"):
        for row in rows.iter_rows(named=True):
            value = read_number(row, "value")
            amount = "–" if value is None else f"{value:,.0f}"
            st.metric(f"Value, {escape_markdown(str(row['unit']))}", amount, help=help_text)
            st.caption(escape_markdown(f"{format_level(row)} interval {format_interval(row, '')}. {row['words']}"))


def show_typical_card(row: Mapping[str, object]) -> None:
    """Draw the typical item's speed-up, separate from hours."""
    value = read_number(row, "value")
    if value is None:
        show_number_card("Typical item", "–", ["Not known."], str(row["words"]))
        return
    details = [
        f"{format_level(row)} interval {format_interval(row, '%')}",
        "How much faster a typical label is done; this is not hours.",
    ]
    show_number_card(
        "Typical item", f"{abs(value):.0f} % {'faster' if value >= 0 else 'slower'}", details, str(row["words"])
    )


def show_quality_card(total_row: Mapping[str, object], counted_rows: pl.DataFrame) -> None:
    """Draw the quality gate's verdict, and the automations of the total that it covers."""
    verdict = str(total_row["quality"])
    label = QUALITY[verdict][0] if verdict in QUALITY else "Not established"
    help_text = (
        "Confirmed: a blind audit showed that assisted labels are no worse than the margin set beforehand. Void: they "
        "are worse. Otherwise time was saved at an unknown quality."
    )
    if verdict not in QUALITY:
        details = ["Time saved, quality not established" if total_row["state"] == "saves" else "No audit yet"]
    else:
        audited = [
            str(row["automation"]) for row in counted_rows.filter(pl.col("quality") == verdict).iter_rows(named=True)
        ]
        other_count = counted_rows.height - len(audited)
        details = [f"By a blind audit of {', '.join(audited)}"]
        details += (
            [f"Not shown for {other_count} other{'s' if other_count > 1 else ''} in the total"] if other_count else []
        )
    show_number_card("Quality", label, details, help_text)


def show_automation_card(row: Mapping[str, object]) -> None:
    """Draw what one automation saved, or what is missing to estimate it."""
    label, icon, colour = STATES[str(row["state"])]
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{escape_markdown(str(row['automation']))}**")
        with st.container(horizontal=True):
            st.badge(label, icon=icon, color=colour)
            if str(row["quality"]) in QUALITY:
                quality_label, sign, shade = QUALITY[str(row["quality"])]
                st.badge(f"Quality: {quality_label.lower()}", icon=sign, color=shade)
        if row["hours"] is None:
            st.markdown(escape_markdown(str(row["reason"])))
            st.caption(escape_markdown(str(row["needed"] or "")))
            return
        st.markdown(escape_markdown(str(row["words"])))
        facts = [
            format_share(row, "saved", "{} than by hand", "less time", "more time"),
            format_share(row, "current", "our current annotators: {}", "less", "more"),
            format_share(row, "typical", "typical item {}", "faster", "slower"),
            f"{row['labels_in_hours']:,} of {row['labels']:,} assisted labels in {row['projects']} counted",
            "" if row["counted"] else "not in the total",
        ]
        st.caption(escape_markdown(" · ".join(filter(None, facts))))


def show_automations_table(figure: Figure) -> None:
    """Offer the numbers of the cards as a table."""
    with st.expander("All numbers by automation"):
        alt = "Table: every automation with hours, shares, grade and quality"
        show_table(figure.rows, figure.name, COLUMNS, "automations", alt)


def format_share(row: Mapping[str, object], name: str, template: str, less_word: str, more_word: str) -> str:
    """Return a share with its interval and a word for its direction, so that no loss hides in a minus sign.

    Empty where it is unknown.
    """
    value, low, high = (read_number(row, f"{name}_{bound}") for bound in ("share", "low", "high"))
    if value is None or low is None or high is None:
        return ""
    if value < 0:
        return template.format(f"{-value:.0%} {more_word} [{-high:.0%}, {-low:.0%}]")
    return template.format(f"{value:.0%} {less_word} [{low:.0%}, {high:.0%}]")


def read_number(row: Mapping[str, object], name: str) -> float | None:
    """Return a number of a row, None where it is unknown."""
    value = row[name]
    return float(value) if isinstance(value, int | float) else None


def read_bounds(row: Mapping[str, object]) -> tuple[object, object]:
    """Return the two ends of a row's interval."""
    return row["value_from"], row["value_to"]


def format_interval(row: Mapping[str, object], unit: str) -> str:
    """Return an interval as written on pages."""
    low, high = read_number(row, "value_from"), read_number(row, "value_to")
    if low is None or high is None:
        return "not known"
    digits = 1 if max(abs(low), abs(high)) < 100 and unit == "h" else 0  # noqa: PLR2004 - as hours are written
    return f"{low:,.{digits}f} to {high:,.{digits}f}{f' {unit}' if unit else ''}"


def format_level(row: Mapping[str, object]) -> str:
    """Return the level of an interval."""
    return theme.format_percent(read_number(row, "level"))
