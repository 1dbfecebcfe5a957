"""Reports: choose what a report is about and for whom, preview it as printed, download it."""

from __future__ import annotations

import shlex
from datetime import date
from functools import partial

import streamlit as st

from dashboard.reports import content as contents
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
from dashboard.reports.writers import ReportFormat, file_name, load_format, render_file
from dashboard.store.cache import CACHE
from dashboard.web.cached_store import list_values, open_store, read_tracked_days, utc_today
from dashboard.web.components import escape_markdown
from dashboard.web.pages.overview.page import show_first_run
from dashboard.web.pages.reports.frozen import show_freeze_form, show_frozen_reports

PERIODS = ("Last month", "Last quarter", "Custom")
AUDIENCES = {
    "Management": Audience.management,
    "Team": Audience.team,
    "Private": Audience.private,
}
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
    tracked_days = read_tracked_days()
    if tracked_days is None:
        show_first_run()
        return
    st.header("A report to hand on", anchor=False)
    left, right = st.columns([2, 3], gap="large")
    with left:
        request = choose_request(tracked_days)
        with st.spinner("Writing the report; a new period takes some seconds"):
            content = build_content(request)
        show_downloads(content)
        show_freeze_form(content)
    with right:
        show_preview(content)
    show_frozen_reports()


def choose_request(tracked_days: tuple[date, date]) -> ReportRequest:
    """Draw the controls and return the request.

    Raises:
        BadFilter: a period that ends before it begins.
    """
    first, last = choose_period(tracked_days)
    projects = st.multiselect(
        "Projects",
        list_values("hours_by_project", "project"),
        placeholder="All projects",
        key="report-projects",
    )
    teams = st.multiselect("Teams", list_values("hours_by_team", "team"), placeholder="All teams", key="report-teams")
    audience = st.segmented_control(
        "For",
        AUDIENCES,
        default="Management",
        required=True,
        key="report-audience",
        help="Management: nobody named, no row about fewer than five people. Team: pseudonyms. Private: names.",
    )
    omitted = st.multiselect("Leave out", PARTS, placeholder="Nothing", key="report-without")
    paper = st.segmented_control("Paper", PAPERS, default="A4", required=True, key="report-paper")
    note = st.text_area("Your own words, on top", max_chars=MAX_NOTE_LENGTH, height=90, key="report-note")
    parts = tuple(PARTS[name] for name in PARTS if name not in omitted)
    return ReportRequest(
        first, last, tuple(projects), tuple(teams), AUDIENCES[str(audience)], parts, note or "", PAPERS[str(paper)]
    )


def choose_period(tracked_days: tuple[date, date]) -> tuple[date, date]:
    """Draw the choice of the period and return its days."""
    preset = st.segmented_control("Period", PERIODS, default=PERIODS[0], required=True, key="report-period")
    if preset != "Custom":
        days = (last_month if preset == PERIODS[0] else last_quarter)(utc_today())
        st.caption(f"{format_period(*days)}: complete calendar days only.")
        return days
    left, right = st.columns(2)
    first = left.date_input("From", value=tracked_days[0], key="report-from", format="YYYY-MM-DD")
    last = right.date_input("To", value=tracked_days[1], key="report-to", format="YYYY-MM-DD")
    return first, last


def build_content(request: ReportRequest) -> Content:
    """Return the report's content, computed once per state of the store."""
    store = open_store()
    return CACHE.recall(store.state(), ("report", request), lambda: contents.build_content(store, request))


def show_downloads(content: Content) -> None:
    """Offer the report in every format, each written on request."""
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
    st.caption(f"Content {content.provenance.content_hash[:12]}: the same data give the same bytes.")
    st.caption("The same in the terminal, for a schedule")
    st.code(format_command(content.request), language=None, wrap_lines=True)


def format_command(request: ReportRequest) -> str:
    """Return the command that writes the same report."""
    arguments = ["labeltime", "report", "--from", str(request.first), "--to", str(request.last), "--format", "pdf"]
    arguments += [f"--project={name}" for name in request.projects] + [f"--team={name}" for name in request.teams]
    arguments += ["--audience", str(request.audience)] if request.audience is not Audience.management else []
    arguments += [f"--without={part}" for part in PARTS.values() if part not in request.parts]
    arguments += [f"--note={request.note}"] if request.note else []
    arguments += ["--paper", str(request.paper)] if request.paper is not Paper.a4 else []
    return shlex.join(arguments)


def show_preview(content: Content) -> None:
    """Show the pages as they will print, and their answer as text for those who cannot see them."""
    st.markdown(f"**{escape_markdown(str(content.headline))}**")
    for number, page in enumerate(draw_pages(content), 1):
        with st.container(border=True):
            st.image(page, caption=f"Page {number} as it will print", width="stretch")


def draw_pages(content: Content) -> tuple[bytes, ...]:
    """Return the pages as drawings, made once per content."""
    return CACHE.recall(open_store().state(), ("report pages", content), lambda: tuple(render_pages(content)))
