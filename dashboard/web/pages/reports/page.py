"""Reports: what was sent on top; below, choose what a report is about and for whom, beside it as it will print."""

from __future__ import annotations

import shlex
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.filters import shift_day
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports import content as contents
from dashboard.reports.command import list_arguments
from dashboard.reports.document import Content
from dashboard.reports.formats.pdf import render_pages
from dashboard.reports.request import (
    MAX_NOTE_LENGTH,
    Audience,
    Paper,
    ReportPart,
    ReportRequest,
    format_period,
    last_month,
    last_quarter,
)
from dashboard.reports.withheld import describe_withheld
from dashboard.reports.writers import ReportFormat, file_name, load_format, render_file
from dashboard.store.cache import CACHE
from dashboard.web.cached_store import list_names, list_values, open_store, read_logged_days, utc_today
from dashboard.web.components import escape_markdown
from dashboard.web.filter_bar import FIRST_DAY, LAST_DAY, limit_day
from dashboard.web.first_run import show_first_run
from dashboard.web.pages.reports.frozen import show_changes_since, show_freeze_form, show_frozen_reports
from dashboard.web.pages.time_split.schemes import ACTIVITIES, list_schemes
from dashboard.web.tables import typed_format

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

PERIODS = ("Last month", "Last quarter", "Custom")
AUDIENCES = {
    "Management": Audience.management,
    "Team": Audience.team,
    "Private": Audience.private,
}
PREVIEW_HEIGHT = 900  # pixels, of the place that waits for its pages
PAPERS = {"A4": Paper.a4, "Letter": Paper.letter}
PARTS = {
    "Labeling share": ReportPart.share,
    "Hours": ReportPart.hours,
    "People": ReportPart.people,
    "Savings": ReportPart.savings,
    "What changed": ReportPart.change,
    "Outlook": ReportPart.outlook,
    "Decisions": ReportPart.decisions,
    "Methods": ReportPart.methods,
}


def show_reports_page() -> None:
    """Draw the page."""
    logged_days = read_logged_days()
    if logged_days is None:
        show_first_run()
        return
    st.header("Reports", anchor=False)
    frozen = show_frozen_reports()
    carry_view(logged_days)
    left, right = st.columns([2, 3], gap="large")
    with left:
        # The downloads are in sight without scrolling; what few change comes below them.
        choices, downloads, options = (
            st.container(),
            st.container(),
            st.expander("Your own words, paper, what to leave out"),
        )
        request = choose_request(choices, options)
    with right:
        show_title(request)
        place = st.empty()
        place.skeleton(height=PREVIEW_HEIGHT)
    with downloads:
        content = build_content(request)
        show_downloads(content)
    with left:
        show_freeze_form(content)
    with place.container():
        show_preview(content)
    if frozen:
        show_changes_since(*frozen)


def carry_view(logged_days: tuple[date, date]) -> None:
    """Take over the period, projects and teams of the view that a link came from, once per link.

    Without a link, a log that does not reach the last month opens on its own newest month.
    """
    query = st.query_params
    chosen = (query.get_all("project"), query.get_all("team"), query.get("scheme", ""))
    view = (query.get("first", ""), query.get("last", ""), *chosen)
    state = st.session_state
    if view[0] and state.get("report-view") != view:
        state["report-view"] = view
        state["report-period"] = "Custom"
        names = {"project": list_projects(), "team": list_names("team", is_tracked=True)}
        state["report-projects"] = [name for name in view[2] if name in names["project"]]
        state["report-teams"] = [name for name in view[3] if name in names["team"]]
        state["report-scheme"] = view[4] if view[4] in list_schemes() else ACTIVITIES
        state["report-from"], state["report-to"] = (
            read_day(text) or day for text, day in zip(view[:2], logged_days, strict=True)
        )
    first, last = last_month(utc_today())
    if "report-period" not in state and (logged_days[1] < first or last < logged_days[0]):
        state["report-period"] = "Custom"  # the last month is empty, and so would the report be
        state["report-from"], state["report-to"] = last_month(shift_day(logged_days[1].replace(day=28), 4))
    state.setdefault("report-from", logged_days[0])
    state.setdefault("report-to", logged_days[1])


def list_projects() -> list[str]:
    """Return the projects of the time log or, without one, of the labels."""
    return list_names("project", is_tracked=True) or list_values("label_progress", "project")


def read_day(text: str) -> date | None:
    """Return the day of an address, or None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def choose_request(choices: DeltaGenerator, options: DeltaGenerator) -> ReportRequest:
    """Draw the controls and return the request; what few change is among the options, below the downloads.

    Raises:
        BadFilter: a period that ends before it begins.
    """
    scheme = ""
    with choices:
        first, last = choose_period()
        projects = st.multiselect(
            "Projects",
            list_projects(),
            placeholder="All projects",
            key="report-projects",
        )
        teams = st.multiselect(
            "Teams", list_names("team", is_tracked=True), placeholder="All teams", key="report-teams"
        )
        audience = st.segmented_control(
            "For",
            AUDIENCES,
            default="Management",
            required=True,
            key="report-audience",
            help="Management: nobody named, no row about people. Team: pseudonyms. Private: names.",
        )
        is_strict = audience == "Management" and st.toggle(
            "Withhold small projects, too",
            key="report-strict",
            help=f"Projects and categories of fewer than {MIN_GROUP_SIZE} people, for reports that leave the company. "
            "Otherwise their totals are shown, whatever the number of people.",
        )
    with options:
        note = st.text_area("Your own words, on top", max_chars=MAX_NOTE_LENGTH, height=90, key="report-note")
        schemes = list_schemes()
        if schemes:
            help_text = "Own groups of the same hours, told beside the activities."
            chosen = st.selectbox("Category scheme", [ACTIVITIES, *schemes], key="report-scheme", help=help_text)
            scheme = chosen if chosen in schemes else ""
        omitted = st.multiselect("Leave out", PARTS, placeholder="Nothing", key="report-without")
        paper = st.segmented_control("Paper", PAPERS, default="A4", required=True, key="report-paper")
    parts = tuple(PARTS[name] for name in PARTS if name not in omitted)
    return ReportRequest(
        first,
        last,
        tuple(projects),
        tuple(teams),
        AUDIENCES[str(audience)],
        parts,
        note or "",
        PAPERS[str(paper)],
        is_strict,
        scheme=scheme,
    )


def choose_period() -> tuple[date, date]:
    """Draw the choice of the period and return its days."""
    st.session_state.setdefault("report-period", PERIODS[0])
    preset = st.segmented_control("Period", PERIODS, required=True, key="report-period")
    if preset != "Custom":
        days = (last_month if preset == PERIODS[0] else last_quarter)(utc_today())
        st.caption(f"{format_period(*days)}: complete calendar days only.")
        return days
    left, right = st.columns(2)
    return _choose_day(left, "From", "report-from"), _choose_day(right, "To", "report-to")


def _choose_day(place: DeltaGenerator, label: str, key: str) -> date:
    """Draw one day of a custom period; one of an address may be far from all data."""
    st.session_state[key] = limit_day(st.session_state[key])
    return place.date_input(label, key=key, format=typed_format(), min_value=FIRST_DAY, max_value=LAST_DAY)


def show_title(request: ReportRequest) -> None:
    """Write the report's title: what management reads first stands before the rest is written."""
    store = open_store()
    title = CACHE.recall(store.state(), ("report title", request), lambda: contents.build_title(store, request))
    st.markdown(f"**{escape_markdown(str(title))}**")


def build_content(request: ReportRequest) -> Content:
    """Return the report's content, computed once per state of the store."""
    store = open_store()
    return CACHE.recall(store.state(), ("report", request), lambda: contents.build_content(store, request))


def show_downloads(content: Content) -> None:
    """Offer the report in every format, each written on request."""
    if withheld := describe_withheld(content):
        st.info(escape_markdown(withheld), icon=":material/visibility_off:")
    st.subheader("Download", anchor=False)
    with st.container(horizontal=True):
        for style in sorted(ReportFormat, key=lambda style: style != "pdf"):
            st.download_button(
                load_format(style).TITLE,
                data=partial(render_file, content, style),
                file_name=file_name(content.request, style),
                mime=load_format(style).MEDIA_TYPE,
                icon=":material/download:",
                on_click="ignore",
                type="primary" if style == "pdf" else "secondary",
                key=f"report-{style}",
            )
    with st.expander("The same in the terminal, for a schedule"):
        st.code(format_command(content.request), language=None, wrap_lines=True)
        st.caption(f"Content {content.provenance.content_hash[:12]}: the same data give the same bytes.")


def format_command(request: ReportRequest) -> str:
    """Return the command that writes the same report."""
    return shlex.join(["labeltime", *list_arguments(request, "pdf")])


def show_preview(content: Content) -> None:
    """Show the pages as they will print."""
    for number, page in enumerate(draw_pages(content), 1):
        with st.container(border=True):
            alt = f"Page {number} as it will print; the web page says the same as text."
            st.image(page, caption=f"Page {number} as it will print", width="stretch", alt=alt)


def draw_pages(content: Content) -> tuple[bytes, ...]:
    """Return the pages as drawings, made once per content."""
    return CACHE.recall(open_store().state(), ("report pages", content), lambda: tuple(render_pages(content)))
