"""Reports: choose what a report is about and for whom, see it as it will print, take it away."""

from __future__ import annotations

import shlex
from datetime import date
from functools import lru_cache, partial

import streamlit as st

from dashboard.pages import overview, reading, reports_frozen, shown
from dashboard.reports import content as contents
from dashboard.reports import pdf
from dashboard.reports.formats import MEDIA_TYPES, Format, file_name, render
from dashboard.reports.model import Content
from dashboard.reports.request import LONGEST_NOTE, Audience, Paper, Part, Request, last_month, last_quarter, named
from dashboard.store import Store

PERIODS = ("Last month", "Last quarter", "Custom")
AUDIENCES = {
    "Management": Audience.management,
    "Team": Audience.team,
    "Private": Audience.private,
}
PAPERS = {"A4": Paper.a4, "Letter": Paper.letter}
PARTS = {
    "Labeling share": Part.share,
    "Hours": Part.hours,
    "People": Part.people,
    "Savings": Part.savings,
    "What changed": Part.change,
    "Outlook": Part.outlook,
    "Decisions": Part.decisions,
    "Methods": Part.methods,
}
FORMATS = {
    Format.pdf: "PDF",
    Format.html: "Web page",
    Format.interactive: "Interactive web page",
    Format.pptx: "Slides",
    Format.xlsx: "Workbook",
    Format.md: "Markdown",
}


def show() -> None:
    """Draw the page."""
    known = reading.known_days()
    if known is None:
        overview.first_run()
        return
    st.header("A report to hand on", anchor=False)
    left, right = st.columns([2, 3], gap="large")
    with left:
        request = asked(known)
        with st.spinner("Writing the report; a new period takes some seconds"):
            found = made(request)
        taken_away(found)
        reports_frozen.freeze(found)
    with right:
        preview(found)
    reports_frozen.show()


def asked(known: tuple[date, date]) -> Request:
    """Draw the controls and return what is asked for.

    Raises:
        BadFilter: a period that ends before it begins.
    """
    first, last = period(known)
    projects = st.multiselect(
        "Projects", reading.values("hours_by_project", "project"), placeholder="All projects", key="report-projects"
    )
    teams = st.multiselect(
        "Teams", reading.values("hours_by_team", "team"), placeholder="All teams", key="report-teams"
    )
    audience = st.segmented_control(
        "For",
        AUDIENCES,
        default="Management",
        required=True,
        key="report-audience",
        help="Management: nobody named, no row about fewer than five people. Team: pseudonyms. Private: names.",
    )
    without = st.multiselect("Leave out", PARTS, placeholder="Nothing", key="report-without")
    paper = st.segmented_control("Paper", PAPERS, default="A4", required=True, key="report-paper")
    note = st.text_area("Your own words, on top", max_chars=LONGEST_NOTE, height=90, key="report-note")
    chosen = tuple(PARTS[name] for name in PARTS if name not in without)
    return Request(
        first, last, tuple(projects), tuple(teams), AUDIENCES[str(audience)], chosen, note or "", PAPERS[str(paper)]
    )


def period(known: tuple[date, date]) -> tuple[date, date]:
    """Draw the choice of the period and return its days."""
    chosen = st.segmented_control("Period", PERIODS, default=PERIODS[0], required=True, key="report-period")
    if chosen != "Custom":
        days = (last_month if chosen == PERIODS[0] else last_quarter)(reading.today())
        st.caption(f"{named(*days)}: complete calendar days only.")
        return days
    left, right = st.columns(2)
    first = left.date_input("From", value=known[0], key="report-from", format="YYYY-MM-DD")
    last = right.date_input("To", value=known[1], key="report-to", format="YYYY-MM-DD")
    return first, last


def made(request: Request) -> Content:
    """Return the report's content, made once for each state of the store."""
    found = reading.store()
    return _made(found, found.generation(), request)


@lru_cache(maxsize=20)
def _made(store: Store, generation: int, request: Request) -> Content:
    del generation  # part of the key only
    return contents.content(store, request)


def taken_away(found: Content) -> None:
    """Offer the report in every format, each written when it is asked for."""
    st.subheader("Take it away", anchor=False)
    with st.container(horizontal=True):
        for style, label in FORMATS.items():
            st.download_button(
                label,
                data=partial(render, found, style),
                file_name=file_name(found.request, style),
                mime=MEDIA_TYPES[style],
                icon=":material/download:",
                on_click="ignore",
                type="primary" if style is Format.pdf else "secondary",
                key=f"report-{style}",
            )
    st.caption(f"Content {found.provenance.content_hash[:12]}: the same data give the same bytes.")
    st.caption("The same in the terminal, for a schedule")
    st.code(command(found.request), language=None, wrap_lines=True)


def command(request: Request) -> str:
    """Return the command that writes the same report."""
    words = ["labeltime", "report", "--from", str(request.first), "--to", str(request.last), "--format", "pdf"]
    words += [f"--project={name}" for name in request.projects] + [f"--team={name}" for name in request.teams]
    words += ["--audience", str(request.audience)] if request.audience is not Audience.management else []
    words += [f"--without={part}" for part in PARTS.values() if part not in request.parts]
    words += [f"--note={request.note}"] if request.note else []
    words += ["--paper", str(request.paper)] if request.paper is not Paper.a4 else []
    return shlex.join(words)


def preview(found: Content) -> None:
    """Show the pages as they will print, and their answer as text for those who do not see them."""
    st.markdown(f"**{shown.literal(str(found.headline))}**")
    for number, page in enumerate(_pages(found), 1):
        with st.container(border=True):
            st.image(page, caption=f"Page {number} as it will print", width="stretch")


@lru_cache(maxsize=20)
def _pages(found: Content) -> tuple[bytes, ...]:
    return tuple(pdf.pages(found))
