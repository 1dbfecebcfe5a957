"""How a figure is put on a page: its card, its chart, and where its number comes from."""

from __future__ import annotations

import re
import shlex
from functools import lru_cache

import polars as pl
import streamlit as st

from dashboard import privacy, theme
from dashboard.charts import pins
from dashboard.charts.allocation import Spec
from dashboard.errors import DashboardError
from dashboard.figures import CATALOGUE, Figure
from dashboard.pages import places

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:@&])")
# Addresses and :names: become links and icons although escaped; a word joiner, which nobody sees, keeps them apart.
_ACTIVE = re.compile(r"(?i)((?:https?|ftp|file|mailto|javascript):|www\.)(?=\S)|(:)(?=[\w+-]+(?:/\w+)?:)")
_JOINER = "\u2060"
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would turn the words that follow around
_ENDLESS = re.compile(r"\S{120,}")
_WORD = 80


def literal(text: str) -> str:
    """Return untrusted text so that Markdown shows it letter by letter; words nobody can read are cut short."""
    plain = _TURNING.sub("", text.replace("\n", " "))
    short = _ENDLESS.sub(lambda found: f"{found[0][:_WORD]}…", plain)
    return _MARKDOWN.sub(r"\\\1", _ACTIVE.sub(rf"\g<0>{_JOINER}", short))


def mode() -> theme.Mode:
    """Return whether the viewer's page is light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"


def box(error: DashboardError) -> None:
    """Show what is wrong and what to do about it."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", type(error).__name__)
    st.error(f"{literal(error.message)}\n\n{literal(error.hint)}".strip(), title=words.capitalize())


def chart(rows: pl.DataFrame, spec: Spec, alt: str, key: str, notes: Figure | None = None) -> None:
    """Draw a cached spec over rows, and pin notes (figure `notes`) on it and below it."""
    marks, hidden = pins.pins(spec, rows, notes.rows) if notes else ((), 0)
    if not marks:
        st.vega_lite_chart(rows, spec, width="stretch", alt=alt, key=key)
        return
    lines = [line for mark in marks for line in mark.lines()]
    lines += [f"and {hidden} older notes: Data, Plans"] if hidden else []
    told = f"{alt} Notes: {'; '.join(lines)}."
    st.vega_lite_chart(rows, pins.pinned(spec, marks, rows, mode()), width="stretch", alt=told, key=key)
    st.caption("  \n".join(map(literal, lines)))


def head(title: str, figure: Figure, key: str, *, is_page: bool = False) -> None:
    """Write a card's or the page's title with the explanation of its number at the right."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        (st.header if is_page else st.subheader)(title, anchor=False, width="content")
        explain(figure, key)


def explain(figure: Figure, key: str) -> None:
    """Offer where the number comes from: formula, rows used, what was left out, and the rows."""
    with st.popover("Explain", icon=":material/help:", type="tertiary", key=f"explain-{key}"):
        st.markdown(explanation(figure))
        if CATALOGUE[figure.name].about == "time":
            places.link("time-split", "Show the entries behind it", {"view": "Drill down", "rows": "true"})
        st.caption("The same in the terminal")
        st.code(command(figure), language=None, wrap_lines=True)


@lru_cache(maxsize=1000)
def explanation(figure: Figure) -> str:
    """Return what a figure means and what it counts, as Markdown."""
    told = {
        "Formula": figure.formula,
        "Rows used": f"{figure.used:,}",
        "Left out": figure.excluded or "nothing",
        "From": figure.sources,
        "Coverage": figure.coverage_note,
        "Data as of": theme.day(figure.as_of),
    }
    lines = [f"**{literal(figure.title)}** ({literal(figure.unit)})", literal(figure.note)]
    lines += [f"**{label}**  \n{literal(text)}" for label, text in told.items() if text]
    return "\n\n".join(filter(None, lines))


@lru_cache(maxsize=1000)
def command(figure: Figure) -> str:
    """Return the command that asks for the same figure."""
    filters = figure.filters
    words = ["labeltime", "ask", figure.name]
    words += ["--from", str(filters.from_on)] if filters.from_on else []
    words += ["--to", str(filters.to_on)] if filters.to_on else []
    chosen = {"project": filters.projects, "team": filters.teams, "person": filters.people}
    chosen |= {"role": filters.roles, "category": filters.categories}
    # One word each: a name may begin with a dash.
    words += [f"--{option}={name}" for option, names in chosen.items() for name in names]
    return shlex.join(words)


def download(label: str, rows: pl.DataFrame, file_name: str, key: str) -> None:
    """Offer rows as a CSV file, made only when asked for."""
    st.download_button(
        label,
        data=lambda: privacy.frame_csv(rows).encode("utf-8-sig"),  # the mark makes Excel read UTF-8
        file_name=file_name,
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


def refused(figure: Figure) -> bool:
    """Say why a figure cannot be given, where it cannot; return whether that was so."""
    if not figure.refused:
        return False
    reason, needed = figure.refused.get("reason", ""), figure.refused.get("needed", "")
    st.info(
        f"{literal(str(reason))}\n\n{literal(str(needed))}".strip(), title="Too little data", icon=":material/info:"
    )
    return True
