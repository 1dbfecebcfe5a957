"""The numbers of the savings page: three cards, a line per automation, and what is behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl
import streamlit as st

from dashboard.figures.resolve import Figure
from dashboard.formats import write_money
from dashboard.savings.total import SHARE_MEASURE
from dashboard.savings.words import describe_confidence
from dashboard.units import (
    count_noun,
    format_bare_hours,
    format_count,
    format_hours,
    format_hours_range,
    format_share,
    format_time_range,
)
from dashboard.web.components import escape_markdown, show_table, show_title

Colour = Literal["blue", "red", "gray", "orange"]
SHORT = "not enough data"
NAMED = 4  # automations that are named of those with too little data
STATES: dict[str, tuple[str, str, Colour]] = {
    "saves": ("Saves time", ":material/trending_down:", "blue"),
    "costs": ("Costs time", ":material/trending_up:", "red"),
    "no clear difference": ("No clear difference", ":material/trending_flat:", "gray"),
    "range only": ("A range only", ":material/expand:", "orange"),
    "direction not established": ("Direction not established", ":material/help:", "orange"),
    SHORT: ("Not enough data", ":material/hourglass_empty:", "gray"),
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


def describe_total(rows: pl.DataFrame) -> str:
    """Return the answer in a sentence: hours saved or lost, with their interval and their share of the time by hand."""
    head = rows.row(0, named=True)
    bounds = [read_number(head, name) for name in ("value", "value_from", "value_to")]
    value, low, high = (0.0 if bound is None else bound for bound in bounds)
    bounds_text = f"({format_bare_hours(low)} to {format_bare_hours(high)})"
    if head["state"] == "saves":
        share = rows.row(by_predicate=pl.col("measure") == SHARE_MEASURE, named=True)
        return f"Automation saved {format_bare_hours(value)} hours {bounds_text}.{describe_time_saved(share)}"
    if head["state"] == "costs":
        bounds_text = f"({format_bare_hours(-high)} to {format_bare_hours(-low)})"
        return f"Automation cost {format_bare_hours(-value)} hours {bounds_text} more than labeling by hand."
    return f"Neither a saving nor a loss can be told from chance: {format_hours_range(low, high)}."


def describe_time_saved(share: Mapping[str, object]) -> str:
    """Return a sentence on the share of the time by hand that was saved, with its interval; empty where unknown."""
    value, low, high = (read_number(share, name) for name in ("value", "value_from", "value_to"))
    if value is None or low is None or high is None:
        return ""
    if low < 0:
        return f" Assisted labels took {format_time_range(low / 100, high / 100)}."
    percent, lower, upper = (f"{format_count(number)}%" for number in (value, low, high))
    return f" Assisted labels took {percent} ({lower} to {upper}) less time than by hand."


def show_numbers(total: Figure, automations: pl.DataFrame) -> None:
    """Draw hours, money and quality: three cards that are never merged."""
    head = total.rows.row(0, named=True)
    with st.grid(3, min_column_width=220):
        show_hours_card(head)
        show_money_card(total.rows.filter(pl.col("measure") == "value"))
        show_quality_card(head, automations.filter("counted"))


def show_total_details(total: Figure) -> None:
    """Write the whole answer, and list what it is made of: gross hours, setup, current annotators, the typical item."""
    if total.unavailable:
        return
    with st.container(border=True):
        show_title("The total, and what it is made of", total, "total")
        st.markdown(escape_markdown(str(total.rows.item(0, "words"))))
        columns = ("measure", "value", "value_from", "value_to", "level", "unit", "words")
        show_table(total.rows, total.name, columns, "total", "Hours, money and the typical item, with their intervals")


def show_number_card(label: str, value: str, details: list[str], help_text: str) -> None:
    """Draw one number with its interval below."""
    with st.container(border=True, height="stretch"):
        st.metric(label, value, help=help_text)
        st.caption("  \n".join(escape_markdown(line) for line in details))


def show_hours_card(total_row: Mapping[str, object]) -> None:
    """Draw net hours with their interval and a word of confidence; the grade stands under Evidence."""
    basis = str(total_row["basis"])
    label = f"Hours saved, {'gross' if basis.startswith('gross') else 'net'}"
    help_text = (
        f"{basis[:1].upper()}{basis[1:]}. Hours the assisted labels would have taken by hand, less the hours they "
        "took, review and rework included. Negative: automation cost time. Confidence is high for a random hold-out "
        "that can be checked; medium for the same items both ways, different dates, or a hold-out that cannot be "
        "checked; low for anything else, such as matched labels or before and after."
    )
    confidence = describe_confidence(str(total_row["state"]), str(total_row["grade"]))
    details = [" · ".join(filter(None, (format_interval(total_row, "h"), confidence)))]
    show_number_card(label, format_hours(read_number(total_row, "value")), details, help_text)


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
            amount = "–" if value is None else write_money(format_count(value), str(row["unit"]), is_named=True)
            more = escape_markdown(str(row["words"]))
            st.metric(f"Value, {escape_markdown(str(row['unit']))}", amount, help=f"{help_text} {more}")
            st.caption(escape_markdown(format_interval(row, "")))


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
        audited = [str(name) for name in counted_rows.filter(quality=verdict).get_column("automation")]
        details = [f"blind audit of {', '.join(audited)}"]
        if len(audited) < counted_rows.height:  # which they are stands beside each, below
            label = f"{len(audited)} of {counted_rows.height} {label.lower()}"
            details = ["of the automations in the total"]
    show_number_card("Quality", label, details, help_text)


def show_automation_line(row: Mapping[str, object], *, is_explained: bool) -> None:
    """Write what one automation saved, or why that is not known."""
    label, icon, colour = STATES[str(row["state"])]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape_markdown(str(row['automation']))}**", width="content")
        st.badge(label, icon=icon, color=colour)
        if str(row["quality"]) in QUALITY:
            quality_label, sign, shade = QUALITY[str(row["quality"])]
            st.badge(f"Quality {quality_label.lower()}", icon=sign, color=shade)
        text = describe_automation(row, is_explained=is_explained)
        st.markdown(escape_markdown(text), width="content")


def show_short_line(rows: pl.DataFrame, *, is_explained: bool) -> None:
    """Write in one line which automations have too little data, each with its labels; nothing where none has."""
    if rows.is_empty():
        return
    label, icon, colour = STATES[SHORT]
    names = [
        f"{name}, {count_noun(labels, 'assisted label')}"
        for name, labels in rows.select("automation", "labels").head(NAMED).iter_rows()
    ]
    names += [f"{format_count(rows.height - NAMED)} more"] if rows.height > NAMED else []
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(label, icon=icon, color=colour)
        if not is_explained:
            st.markdown("Not in the total:", width="content")
        st.markdown(escape_markdown("; ".join(names)), width="content")


def describe_automation(row: Mapping[str, object], *, is_explained: bool = False) -> str:
    """Return the hours of an automation with their interval and share, or why there are none.

    Where that is said already (`is_explained`), or is too little data: on how many labels.
    """
    value, low, high = (read_number(row, name) for name in ("hours", "hours_from", "hours_to"))
    if value is None or low is None or high is None:
        if is_explained or row["state"] == SHORT:
            return count_noun(int(str(row["labels"])), "assisted label")
        return f"{row['reason']} Not in the total."
    if row["state"] == "no clear difference":
        text = format_hours_range(low, high, "h")
    else:
        size, ends = (value, (low, high)) if value >= 0 else (-value, (-high, -low))
        text = f"{format_bare_hours(size)} h ({' to '.join(map(format_bare_hours, ends))})"
        text += " saved" if value >= 0 else " lost"
    text = "; ".join(filter(None, (text, describe_time(row))))
    return text if row["counted"] else f"{text}, not in the total"


def describe_time(row: Mapping[str, object]) -> str:
    """Return how much less or more time labels took, with its interval, or a range around none; empty if unknown."""
    share, low, high = (read_number(row, f"saved_{name}") for name in ("share", "low", "high"))
    if share is None or low is None or high is None:
        return ""
    if low < 0 < high:
        return f"labels took {format_time_range(low, high)}"
    size, ends, word = (share, (low, high), "less") if share >= 0 else (-share, (-high, -low), "more")
    return f"labels took {format_share(size)} ({' to '.join(map(format_share, ends))}) {word} time"


def show_automation_details(figure: Figure) -> None:
    """Write each automation's answer in full and what it lacks, and list its numbers."""
    with st.container(border=True):
        show_title("Each automation in numbers", figure, "automation-numbers")
        for row in figure.rows.iter_rows(named=True):
            facts = [
                describe_share(row, "saved", "{} than by hand", "less time", "more time"),
                describe_share(row, "current", "our current annotators: {}", "less", "more"),
                describe_share(row, "typical", "typical item {}", "faster", "slower"),
                (
                    f"{format_count(row['labels_in_hours'] or 0)} of {format_count(row['labels'])} assisted labels in "
                    f"{row['projects']} counted"
                ),
            ]
            st.markdown(escape_markdown(" ".join(filter(None, (str(row["words"]), str(row["needed"] or ""))))))
            st.caption(escape_markdown(" · ".join(filter(None, facts))))
        show_table(figure.rows, figure.name, COLUMNS, "automations", "Every automation with hours, shares and grade")


def describe_share(row: Mapping[str, object], name: str, template: str, less_word: str, more_word: str) -> str:
    """Return a share with its interval and a word for its direction, so that no loss hides in a minus sign.

    Empty where it is unknown.
    """
    value, low, high = (read_number(row, f"{name}_{bound}") for bound in ("share", "low", "high"))
    if value is None or low is None or high is None:
        return ""
    if value < 0:
        return template.format(f"{format_share(-value)} {more_word} [{format_share(-high)}, {format_share(-low)}]")
    return template.format(f"{format_share(value)} {less_word} [{format_share(low)}, {format_share(high)}]")


def read_number(row: Mapping[str, object], name: str) -> float | None:
    """Return a number of a row, None where it is unknown."""
    value = row[name]
    return float(value) if isinstance(value, int | float) else None


def format_interval(row: Mapping[str, object], unit: str) -> str:
    """Return an interval as written on pages."""
    low, high = read_number(row, "value_from"), read_number(row, "value_to")
    if low is None or high is None:
        return "not known"
    write = format_bare_hours if unit == "h" else format_count
    return f"{write(low)} to {write(high)}{f' {unit}' if unit else ''}"


def format_level(row: Mapping[str, object]) -> str:
    """Return the level of an interval."""
    return format_share(read_number(row, "level"))
