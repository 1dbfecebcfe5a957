"""Whatever the period and the selection: no traceback, sentences that read well, and numbers of the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import BadFilter
from dashboard.figures.resolve import resolve_figure
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.answers import reduce_column
from dashboard.reports.content import build_content
from dashboard.reports.document import Content, Number
from dashboard.reports.request import Audience, ReportPart, ReportRequest, format_period, phrase_period
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.store.generations import Store

BEGAN, ENDED = date(2026, 3, 4), date(2026, 6, 24)
PEOPLE = ("Ada", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus")
TASKS = {"label images": 7, "review annotations": 6, "model training": 6, "error analysis": 5, "standup": 7, "odd": 7}
ODD = re.compile(
    r"\bnan\b|None|  |\binf\b|\b1 hours|\b1 weeks|\b1 projects|\b1 automations|\+-|[^\w]-0(\.0+)?(?![\d.])|–,|\.\.|\( "
)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Seven people, four projects, sixteen weeks; two people have no weekly hours, two projects are small."""
    folder = tmp_path_factory.mktemp("periods")
    rows = []
    for number in range((ENDED - BEGAN).days + 1):
        day = BEGAN + timedelta(days=number)
        for place, person in enumerate(PEOPLE):
            task = list(TASKS)[(number + place) % len(TASKS)]
            if day.weekday() < 5 and place < TASKS[task]:
                project = ("Signs", "Signs", "Voices", "Solo" if place == 0 else "Maps")[(number + place) % 4]
                rows.append((person, day.isoformat(), 3600 * 2 + 300 * place, project, task))
    file = folder / "time.csv"
    columns = ["person", "day_on", "seconds", "project", "description"]
    pl.DataFrame(rows, schema=columns, orient="row").write_csv(file)
    store = Store(folder / "store")
    import_files(store, [file], Settings())
    known = {"name": PEOPLE, "team": ["Field"] * 4 + ["Lab"] * 3, "role": ["engineer"] * 5 + ["annotator"] * 2}
    PEOPLE_SHEET.save_frame(store, pl.DataFrame({**known, "weekly_hours": [40.0] * 5 + [None, None]}))
    return store


def sentences_of(found: Content) -> Iterator[str]:
    """Yield everything that is written out."""
    yield str(found.headline)
    yield from (f"{one.label} {one.beside}" for one in found.numbers)
    for section in found.sections:
        yield from map(str, section.sentences)
        yield from (chart.alt for chart in section.charts)
        for table in section.tables:
            yield table.note
            yield from (str(cell) for row in table.rows for cell in row if cell is not None)
    yield from map(str, (*found.decisions, *found.remarks))


def of_figure(store: Store, request: ReportRequest, number: Number) -> float:
    """Return the number as the figure has it."""

    def value(period: str, how: str) -> float:
        filters = {
            "this": request.period_filters,
            "before": request.previous_filters,
            "history": request.history_filters,
        }[period]()
        names = request.audience is Audience.private
        rows = resolve_figure(store, number.figure, filters, names=names, today=request.last).rows
        found = reduce_column(rows, number.where, number.column, how)
        assert found is not None
        return found

    if number.how == "change":
        return value("this", "value") - value("before", "value")
    return value(number.period, number.how)


def checked(store: Store, request: ReportRequest) -> Content | None:
    """Write the report and look at its words and numbers; None where it is refused, for a reason."""
    try:
        found = build_content(store, request)
    except BadFilter:
        assert request.audience is Audience.management, "only management may be refused"
        assert request.teams or request.hides_small_groups, "for small teams, or where the threshold holds for all"
        return None
    looked_at(store, found)
    return found


def looked_at(store: Store, found: Content) -> None:
    """Look at the words of a report, and compare its numbers with the figures'."""
    request = found.request
    for text in sentences_of(found):
        assert not ODD.search(text), text
    for sentence in (found.headline, *(one for part in found.sections for one in part.sentences), *found.decisions):
        assert re.fullmatch(r"\S.*[.!]", str(sentence)), sentence
    for number in list(found.printed_numbers())[::3]:
        assert number.value == pytest.approx(of_figure(store, request, number), rel=1e-10, abs=1e-12), number


days = st.dates(BEGAN - timedelta(days=60), ENDED + timedelta(days=60))
lengths = st.one_of(st.just(0), st.integers(1, 40), st.integers(200, 800))
requests = st.builds(
    lambda first, length, projects, teams, audience, strict: ReportRequest(
        first,
        first + timedelta(days=length),
        tuple(sorted(projects)),
        tuple(sorted(teams)),
        audience,
        hides_small_groups=strict,
    ),
    days,
    lengths,
    st.sets(st.sampled_from(["Signs", "Voices", "Solo", "No such"]), max_size=2),
    st.sets(st.sampled_from(["Field", "Lab"]), max_size=1),
    st.sampled_from(Audience),
    st.booleans(),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=requests)
def test_any_period_and_selection_reads_well(team: Store, request: ReportRequest) -> None:
    checked(team, request)


def text(found: Content | None) -> str:
    assert found is not None
    return " ".join(sentences_of(found))


def asked(first: date, last: date, **more: object) -> ReportRequest:
    return replace(ReportRequest(first, last, audience=Audience.team), **more)  # type: ignore[arg-type]


def test_a_period_before_the_data_says_where_they_begin(team: Store) -> None:
    found = checked(team, asked(date(2025, 1, 1), date(2025, 1, 31)))
    assert text(found).startswith("No time is tracked in January 2025: the time log begins on 4 Mar 2026.")
    assert "weekly hours" not in str(found and found.sections[0].sentences)


def test_a_period_in_the_future_says_where_they_end(team: Store) -> None:
    found = checked(team, asked(date(2027, 1, 1), date(2027, 3, 31)))
    said = "No time is tracked in the first quarter of 2027: the time log ends on 24 Jun 2026."
    assert text(found).startswith(said)


def test_a_period_partly_before_the_data_says_what_it_lacks(team: Store) -> None:
    said = text(checked(team, asked(date(2026, 3, 1), date(2026, 3, 31))))
    assert "The time log begins on 4 Mar 2026: the days before are in no number." in said
    assert "labeling and modeling cannot be compared with February 2026: the time log begins on 4 Mar 2026" in said
    assert "nothing is logged in 1 Feb to 28 Feb 2026" in said
    later = text(checked(team, asked(date(2026, 4, 1), date(2026, 4, 30))))
    assert (
        "modeling shows no clear change from March 2026" in later
        or "by chance" in later
        or "cannot be compared" in later
    )


def test_a_period_that_is_not_over_says_so(team: Store) -> None:
    assert "The time log ends on 24 Jun 2026: the days after are in no number." in text(
        checked(team, asked(date(2026, 6, 1), date(2026, 6, 30)))
    )


def test_one_day_is_on_a_day(team: Store) -> None:
    said = text(checked(team, asked(date(2026, 5, 6), date(2026, 5, 6))))
    assert " on 6 May 2026" in said
    assert any(words in said for words in (" from 5 May 2026 (", "compared with 5 May 2026: ", " on 5 May 2026, more"))


def test_a_long_period_is_from_to(team: Store) -> None:
    said = text(checked(team, asked(date(2025, 7, 1), date(2026, 9, 30))))
    assert " from July 2025 to September 2026" in said


def test_chosen_projects_are_judged_too(team: Store) -> None:
    said = text(checked(team, asked(date(2026, 5, 1), date(2026, 5, 31), projects=("Signs",))))
    assert any(
        words in said
        for words in ("shows no clear change from", "cannot be compared with", "modeling rose by", "modeling fell by")
    )


@pytest.mark.parametrize(
    ("first", "last", "name", "when"),
    [
        (date(2026, 5, 6), date(2026, 5, 6), "6 May 2026", "on 6 May 2026"),
        (date(2026, 5, 1), date(2026, 5, 31), "May 2026", "in May 2026"),
        (date(2026, 5, 1), date(2026, 6, 30), "May 2026 to June 2026", "from May 2026 to June 2026"),
        (date(2026, 1, 1), date(2026, 12, 31), "2026", "in 2026"),
        (date(2026, 4, 1), date(2026, 6, 30), "the second quarter of 2026", "in the second quarter of 2026"),
        (date(2026, 5, 6), date(2026, 5, 9), "6 May to 9 May 2026", "from 6 May to 9 May 2026"),
    ],
)
def test_a_period_has_its_preposition(first: date, last: date, name: str, when: str) -> None:
    assert (format_period(first, last), phrase_period(first, last)) == (name, when)


def test_the_demo_reads_well(demo: Store, of_demo: Content) -> None:
    looked_at(demo, of_demo)


def test_the_demo_reads_well_where_it_begins(demo: Store) -> None:
    parts = tuple(part for part in ReportPart if part is not ReportPart.outlook)
    assert checked(demo, asked(date(2026, 1, 22), date(2026, 2, 10), parts=parts))
