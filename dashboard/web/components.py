"""How a page shows a figure: its title, its chart, and where its number comes from."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Literal

import polars as pl
import streamlit as st

from dashboard import privacy, theme
from dashboard.error_log import describe_unexpected
from dashboard.errors import Cause, DashboardError
from dashboard.figures.annotations import add_marks, build_marks
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.chart_base import ChartView, Spec, build_chart
from dashboard.figures.columns import describe_columns
from dashboard.figures.resolve import Figure
from dashboard.formats import Formats, current_formats, write_chart
from dashboard.importers.discover import name_sources
from dashboard.units import count_noun, format_count, format_day
from dashboard.web.cached_store import read_figure
from dashboard.web.chart_picks import Pick, make_clickable, name_chart, read_pick
from dashboard.web.routes import show_page_link
from dashboard.web.tables import build_column_config, scale_rows, show_frame, title_rows

_MARKDOWN_CHARACTERS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:@&])")
# Addresses and :names: become links and icons even when escaped; an invisible word joiner prevents that.
_ACTIVE_LINK = re.compile(r"(?i)((?:https?|ftp|file|mailto|javascript):|www\.)(?=\S)|(:)(?=[\w+-]+(?:/\w+)?:)")
_JOINER = "\u2060"
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would reverse the words that follow
_LONG_WORD = re.compile(r"\S{120,}")
_SHOWN_CHARACTERS = 80


def escape_markdown(text: str) -> str:
    """Return untrusted text so that Markdown shows it literally; unreadably long words are cut short."""
    plain = _BIDI_CONTROLS.sub("", text.replace("\n", " "))
    short = _LONG_WORD.sub(lambda match: f"{match[0][:_SHOWN_CHARACTERS]}…", plain)
    return _MARKDOWN_CHARACTERS.sub(r"\\\1", _ACTIVE_LINK.sub(rf"\g<0>{_JOINER}", short))


def choose_arrow(change: str | None) -> Literal["auto", "off"]:
    """Return whether a card draws an arrow: none beside a change that is printed as zero."""
    return "off" if change is not None and not re.search("[1-9]", change) else "auto"


def theme_mode() -> theme.Mode:
    """Return whether the viewer's page is light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"


def show_error(error: DashboardError) -> None:
    """Show what is wrong and what to do about it."""
    st.error(f"**{escape_markdown(error.message)}**\n\n{escape_markdown(error.hint)}".strip(), icon=":material/error:")


def show_unexpected_error(error: Exception) -> bool:
    """Show that something went wrong and where it is recorded; True keeps Streamlit from showing its own box.

    What a button did before the page is drawn ends up here too, with errors that have a message of their own.
    """
    if isinstance(error, DashboardError):
        show_error(error)
        return True
    safety = "A change of your data is stored whole or not at all, so nothing is half done."
    st.error(escape_markdown(f"{describe_unexpected(error)} {safety}"), title="Unexpected error")
    return True


def show_chart(
    rows: pl.DataFrame,
    spec: Spec,
    alt: str,
    key: str,
    notes: Figure | None = None,
    show_form: Callable[[], None] | None = None,
    picks: Sequence[str] = (),
) -> Pick:
    """Draw a cached spec over rows, and pin notes (figure `notes`) on it; their texts are a click away.

    `show_form` draws below the texts what pins a further note. Of a bar that is clicked, return the columns `picks`.
    """
    if picks:
        spec = make_clickable(spec, picks)
    marks, hidden = build_marks(spec, rows, notes.rows) if notes else ((), 0)
    lines = [line for mark in marks for line in mark.lines()]
    lines += [f"and {hidden} older notes: Data, Set-up, Plans"] if hidden else []
    alt_text = f"{alt} Notes: {'; '.join(lines)}." if lines else alt
    marked_spec = add_marks(spec, marks, rows, theme_mode()) if marks else spec
    pick: Pick = {}
    if picks:
        event = st.vega_lite_chart(
            rows, write_chart(marked_spec), width="stretch", alt=alt_text, key=name_chart(key), on_select="rerun"
        )
        pick = read_pick(event)
    else:
        st.vega_lite_chart(rows, write_chart(marked_spec), width="stretch", alt=alt_text, key=key)
    if not lines and show_form is None:
        return pick
    label = count_noun(len(marks) + hidden, "note") if marks else "Pin a note"
    with st.popover(label, icon=":material/push_pin:", type="tertiary", key=f"{key}-notes"):
        if lines:
            st.markdown("  \n".join(map(escape_markdown, lines)))
        if show_form is not None:
            show_form()
    return pick


@lru_cache(maxsize=500)
def _build_view(
    figure: Figure,
    mode: theme.Mode,
    options: tuple[tuple[str, Hashable], ...],
    formats: Formats,  # noqa: ARG001 - labels are written in them
) -> ChartView:
    return build_chart(figure, mode, dict(options))


def build_view(figure: Figure, options: Mapping[str, Hashable] | None = None) -> ChartView:
    """Return the chart that the figure declares, in the viewer's mode; cached, because pages draw it at every click."""
    return _build_view(figure, theme_mode(), tuple((options or {}).items()), current_formats())


def show_view(view: ChartView, figure: Figure, key: str, empty: str = "") -> bool:
    """Draw a figure's chart with its notes, or say that it is empty; return whether it was drawn."""
    if view.rows.is_empty():
        if empty:
            st.info(empty, icon=":material/info:")
        return False
    show_chart(view.rows, view.spec, view.alt, key, read_figure("notes", figure.filters))
    return True


def show_card(
    figure: Figure,
    *,
    key: str,
    title: str | None = None,
    options: Mapping[str, Hashable] | None = None,
    columns: Sequence[str] | None = None,
    rows: pl.DataFrame | None = None,
    intro: str = "",
    empty: str = "Nothing in this selection can be drawn.",
    remark: str = "",
    table_key: str | None = None,
    table_title: str = "The numbers",
    alt: str = "",
    has_table: bool = True,
) -> None:
    """Draw a figure: title, explanation, chart with notes, folded table and download, or why it is unavailable.

    `intro` and `remark` are Markdown above and below the chart; `rows` are those of the table, if not all.
    """
    with st.container(border=True, height="stretch"):
        show_title(title or figure.title, figure, key)
        if show_unavailable(figure):
            return
        if intro:
            st.caption(intro)
        if CATALOGUE[figure.name].chart:
            view = build_view(figure, options)
            if show_view(view, figure, key, empty) and remark:
                st.caption(remark)
        if not has_table:
            return
        with st.expander(table_title):
            table_rows = figure.rows if rows is None else rows
            show_table(table_rows, figure.name, columns, table_key or key, alt or f"{figure.title}, as a table")


def fold_table(
    label: str,
    figure: Figure,
    columns: Sequence[str] | None = None,
    *,
    key: str,
    alt: str,
    rows: pl.DataFrame | None = None,
) -> None:
    """Offer a figure's rows as a folded table; nothing where the figure is unavailable."""
    if figure.unavailable:
        return
    with st.expander(label, icon=":material/table:"):
        show_table(figure.rows if rows is None else rows, figure.name, columns, key, alt)


def show_table(rows: pl.DataFrame, figure_name: str, columns: Sequence[str] | None, key: str, alt: str) -> None:
    """Show the given columns as a table, the first one pinned, with all columns as a CSV download."""
    described = describe_columns(figure_name, [name for name in columns or rows.columns if name in rows.columns])
    show_frame(
        scale_rows(rows, described).select(*described).to_arrow(),
        hide_index=True,
        placeholder="–",
        column_config={
            name: build_column_config(column, rows.get_column(name), is_pinned=position == 0)
            for position, (name, column) in enumerate(described.items())
        },
        alt=alt,
        key=f"{key}-table",
    )
    show_download("Download as CSV", rows, f"{figure_name.replace('_', '-')}.csv", f"{key}-csv", figure_name)


@contextmanager
def open_fold(label: str, key: str, icon: str = ":material/science:") -> Iterator[bool]:
    """Draw a fold and say whether it is open: what it holds is computed only then."""
    fold = st.expander(label, key=key, on_change="rerun", icon=icon)
    with fold:
        yield bool(fold.open)


def show_title(title: str, figure: Figure, key: str, *, is_page: bool = False) -> None:
    """Write a card's or the page's title with the explanation of its number at the right."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        (st.header if is_page else st.subheader)(title, anchor=False, width="content")
        show_explanation(figure, key)


def show_explanation(figure: Figure, key: str) -> None:
    """Show where the number comes from: formula, rows used, what was left out, and the rows."""
    with st.popover("Explain", icon=":material/help:", type="tertiary", key=f"explain-{key}"):
        st.markdown(format_explanation(figure))
        if CATALOGUE[figure.name].about == "time":
            show_page_link("time", "Show the entries behind it", {"view": "Drill down", "rows": "true"})
        st.caption("The same in the terminal")
        st.code(format_command(figure), language=None, wrap_lines=True)


def format_explanation(figure: Figure) -> str:
    """Return what a figure means and what it counts, as Markdown."""
    facts = {
        "Formula": figure.formula,
        "Rows used": format_count(figure.used),
        "Left out": figure.excluded or "nothing",
        "From": name_sources(figure.sources),
        "Coverage": figure.coverage_note,
        "Data as of": format_day(figure.as_of),
    }
    lines = [f"**{escape_markdown(figure.title)}** ({escape_markdown(figure.unit)})", escape_markdown(figure.note)]
    lines += [f"**{label}**  \n{escape_markdown(text)}" for label, text in facts.items() if text]
    return "\n\n".join(filter(None, lines))


def format_command(figure: Figure) -> str:
    """Return the terminal command for the same figure."""
    filters = figure.filters
    arguments = ["labeltime", "ask", figure.name]
    arguments += ["--from", str(filters.from_on)] if filters.from_on else []
    arguments += ["--to", str(filters.to_on)] if filters.to_on else []
    selected = {"project": filters.projects, "team": filters.teams, "person": filters.people}
    selected |= {"role": filters.roles, "category": filters.categories}
    selected |= {"method": filters.methods, "stage": filters.stages}
    # One word each: a name may begin with a dash.
    arguments += [f"--{option}={name}" for option, names in selected.items() for name in names]
    return shlex.join(arguments)


def show_download(label: str, rows: pl.DataFrame, file_name: str, key: str, figure_name: str = "") -> None:
    """Offer rows as a CSV file, made only when asked for; those of a figure with the titles of its columns."""

    def render_csv() -> bytes:
        titled = title_rows(rows, figure_name) if figure_name else rows
        return privacy.format_frame_csv(titled).encode("utf-8-sig")  # the mark makes Excel read UTF-8

    st.download_button(
        label,
        data=render_csv,
        file_name=file_name,
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


MISSING_TITLES = {
    Cause.nothing_imported: "Nothing imported yet",
    Cause.nothing_matches: "Nothing matches",
    Cause.not_recorded: "Not recorded",
    Cause.not_entered: "Not entered yet",
    Cause.no_capacity: "Weekly hours unknown",
    Cause.no_share: "No share",
    Cause.too_little_data: "Too little data",
    Cause.not_identified: "No clear answer",
    Cause.out_of_reach: "Beyond the data",
}


def show_unavailable(figure: Figure) -> bool:
    """Say why a figure is unavailable, if it is; return whether it is."""
    if not figure.unavailable:
        return False
    reason, needed = figure.unavailable.reason, figure.unavailable.needed
    st.info(
        f"{escape_markdown(reason)}\n\n{escape_markdown(needed)}".strip(),
        title=MISSING_TITLES[figure.unavailable.cause],
        icon=":material/info:",
    )
    return True
