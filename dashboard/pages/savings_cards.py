"""The numbers of the savings page: four cards, and one card an automation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures import Figure
from dashboard.pages import shown

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

Colour = Literal["blue", "red", "gray", "orange"]
STATES: dict[str, tuple[str, str, Colour]] = {
    "saves": ("Saves time", ":material/trending_down:", "blue"),
    "costs": ("Costs time", ":material/trending_up:", "red"),
    "no clear difference": ("No clear difference", ":material/trending_flat:", "gray"),
    "direction not established": ("Direction not established", ":material/help:", "orange"),
    "not enough data": ("Not enough data", ":material/hourglass_empty:", "gray"),
}
QUALITY: dict[str, tuple[str, str, Colour]] = {
    "confirmed": ("Confirmed", ":material/verified:", "blue"),
    "void": ("Void", ":material/block:", "red"),
}
TITLES = {
    "state": "State",
    "hours": "Hours saved",
    "hours_from": "from",
    "hours_to": "to",
    "basis": "Net of",
    "grade": "Grade",
    "quality": "Quality",
    "saved_share": "Less time",
    "saved_low": "from (share)",
    "saved_high": "to (share)",
    "typical_share": "Typical item",
    "typical_low": "from (typical)",
    "typical_high": "to (typical)",
    "gross_hours": "Hours, gross",
    "setup_hours": "Setup hours",
    "maintenance_hours": "Maintenance hours",
    "counterfactual_hours": "Hours by hand",
    "labels": "Labels",
    "labels_in_hours": "in the hours",
    "annotators": "Annotators",
    "technique": "Technique",
    "projects": "Projects",
    "method": "Method",
}


def numbers(total: Figure, automations: pl.DataFrame) -> None:
    """Draw hours, money, the typical item and quality: four cards that are never merged."""
    found = {str(row["measure"]): row for row in total.rows.iter_rows(named=True)}
    with st.grid(4, min_column_width=220):
        hours(total.rows.row(0, named=True), found["hours saved, our current annotators"])
        money(total.rows.filter(pl.col("measure") == "value"))
        typical(found["typical item"])
        quality(total.rows.row(0, named=True), automations.filter("counted"))


def card(label: str, value: str, below: list[str], explained: str) -> None:
    """Draw one number with its interval below."""
    with st.container(border=True, height="stretch"):
        st.metric(label, value, help=explained)
        st.caption("  \n".join(shown.literal(line) for line in below))


def hours(head: Mapping[str, object], current: Mapping[str, object]) -> None:
    """Draw net hours with both intervals and the grade."""
    basis = str(head["basis"])
    label = f"Hours saved, {'gross' if basis.startswith('gross') else 'net'}"
    explained = (
        f"{basis[:1].upper()}{basis[1:]}. Hours the assisted labels would have taken by hand, less the hours they "
        "took, review and rework included. Negative: automation cost time."
    )
    below = [f"{level(head)} interval {ends(head, 'h')} · grade {head['grade']}"]
    if bounds(current) != bounds(head):
        below.append(f"Our current annotators: {ends(current, 'h')}. {current['words']}")
    card(label, theme.hours(number(head, "value")), below, explained)


def money(rows: pl.DataFrame) -> None:
    """Draw the value by currency; currencies are never added."""
    explained = (
        "Each label's saved time at the rate of its person on its day, less setup, maintenance and running cost where "
        "these are known."
    )
    if rows.is_empty():
        card("Value in money", "–", ["No hourly rates are known."], explained)
        return
    with st.container(border=True, height="stretch"):
        for row in rows.iter_rows(named=True):
            value = number(row, "value")
            said = "–" if value is None else f"{value:,.0f}"
            st.metric(f"Value, {shown.literal(str(row['unit']))}", said, help=explained)
            st.caption(shown.literal(f"{level(row)} interval {ends(row, '')}. {row['words']}"))


def typical(row: Mapping[str, object]) -> None:
    """Draw the typical item's speed-up, apart from hours."""
    value = number(row, "value")
    if value is None:
        card("Typical item", "–", ["Not known."], str(row["words"]))
        return
    below = [f"{level(row)} interval {ends(row, '%')}", "How fast a label feels; this is not hours."]
    card("Typical item", f"{abs(value):.0f} % {'faster' if value >= 0 else 'slower'}", below, str(row["words"]))


def quality(head: Mapping[str, object], counted: pl.DataFrame) -> None:
    """Draw the word of the quality gate, and which automations of the total it was said of."""
    word = str(head["quality"])
    said = QUALITY[word][0] if word in QUALITY else "Not established"
    explained = (
        "Confirmed: a blind audit showed that assisted labels are no worse than the margin set beforehand. Void: they "
        "are worse. Otherwise time was saved, and nobody knows at what quality."
    )
    if said == "Not established":
        below = ["Time saved, quality not established" if head["state"] == "saves" else "No audit yet"]
    else:
        judged = [str(row["automation"]) for row in counted.filter(pl.col("quality") == word).iter_rows(named=True)]
        others = counted.height - len(judged)
        below = [f"By a blind audit of {', '.join(judged)}"]
        below += [f"Not shown for {others} other{'s' if others > 1 else ''} in the total"] if others else []
    card("Quality", said, below, explained)


def automation(row: Mapping[str, object]) -> None:
    """Draw what one automation does, or what is missing to say so."""
    label, icon, colour = STATES[str(row["state"])]
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{shown.literal(str(row['automation']))}**")
        with st.container(horizontal=True):
            st.badge(label, icon=icon, color=colour)
            if str(row["quality"]) in QUALITY:
                said, sign, shade = QUALITY[str(row["quality"])]
                st.badge(f"Quality: {said.lower()}", icon=sign, color=shade)
        if row["hours"] is None:
            st.markdown(shown.literal(str(row["reason"])))
            st.caption(shown.literal(str(row["needed"] or "")))
            return
        st.markdown(shown.literal(str(row["words"])))
        facts = [
            share(row, "saved", "{} than by hand", "less time", "more time"),
            share(row, "current", "our current annotators: {}", "less", "more"),
            share(row, "typical", "typical item {}", "faster", "slower"),
            f"{row['labels_in_hours']:,} of {row['labels']:,} assisted labels in {row['projects']} counted",
            "" if row["counted"] else "not in the total",
        ]
        st.caption(shown.literal(" · ".join(filter(None, facts))))


def table(rows: pl.DataFrame) -> None:
    """Offer the numbers of the cards as a table."""
    with st.expander("All numbers by automation"):
        wanted = rows.select("automation", *TITLES)
        st.dataframe(
            wanted,
            hide_index=True,
            placeholder="–",
            column_config={
                "automation": st.column_config.TextColumn("Automation", pinned=True),
                **{name: column(name, title) for name, title in TITLES.items()},
            },
            alt="Table: every automation with hours, shares, grade and quality",
            key="automations-table",
        )
        shown.download("Download as CSV", rows, "savings-by-automation.csv", "automations-csv")


def column(name: str, title: str) -> ColumnConfig | str:
    """Return how a column is shown."""
    if name.endswith(("_share", "_low", "_high")):
        return st.column_config.NumberColumn(title, format="percent")
    return st.column_config.NumberColumn(title, format="%,.1f") if "hours" in name else title


def share(row: Mapping[str, object], name: str, sentence: str, less: str, more: str) -> str:
    """Return a share with its interval and a word for its direction, so that no loss hides in a minus sign.

    Nothing where it is not known.
    """
    value, low, high = (number(row, f"{name}_{end}") for end in ("share", "low", "high"))
    if value is None or low is None or high is None:
        return ""
    if value < 0:
        return sentence.format(f"{-value:.0%} {more} [{-high:.0%}, {-low:.0%}]")
    return sentence.format(f"{value:.0%} {less} [{low:.0%}, {high:.0%}]")


def number(row: Mapping[str, object], name: str) -> float | None:
    """Return a number of a row, None where it is not known."""
    value = row[name]
    return float(value) if isinstance(value, int | float) else None


def bounds(row: Mapping[str, object]) -> tuple[object, object]:
    """Return the two ends of a row's interval."""
    return row["value_from"], row["value_to"]


def ends(row: Mapping[str, object], unit: str) -> str:
    """Return an interval as written on pages."""
    low, high = number(row, "value_from"), number(row, "value_to")
    if low is None or high is None:
        return "not known"
    digits = 1 if max(abs(low), abs(high)) < 100 and unit == "h" else 0  # noqa: PLR2004 - as hours are written
    return f"{low:,.{digits}f} to {high:,.{digits}f}{f' {unit}' if unit else ''}"


def level(row: Mapping[str, object]) -> str:
    """Return the level of an interval."""
    return theme.percent(number(row, "level"))
