"""The section on people: for the team and for private use, in the order of names, and never for management."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from reported_team import OCTOBER, projects
from typer.testing import CliRunner

from dashboard.cli.main import application
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.content import build_content
from dashboard.reports.document import Content, Number, Section
from dashboard.reports.formats.pdf import render_pages
from dashboard.reports.request import Audience, ReportPart, ReportRequest
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.store.generations import Store

NAMES = tuple(f"{letter}. Person with a long name {number:02}" for number, letter in enumerate("zyxw" * 10))


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Forty people on sixty projects."""
    folder = tmp_path_factory.mktemp("forty")
    rows = [
        (NAMES[(place * 3 + turn) % 40], (date(2026, 10, 5) + timedelta(days=turn)).isoformat(), 1800 + 60 * place, one,
         "label images" if (place + turn) % 3 else "model training")
        for place, one in enumerate(projects())
        for turn in range(4)
    ]  # fmt: skip
    file = folder / "time.csv"
    columns = ["person", "day_on", "seconds", "project", "description"]
    pl.DataFrame(rows, schema=columns, orient="row").write_csv(file)
    store = Store(folder / "store")
    import_files(store, [file], Settings())
    return store


def asked(audience: Audience) -> ReportRequest:
    return replace(OCTOBER, audience=audience, note="A note that fills its lines. " * 20)


def people(found: Content) -> Section | None:
    return next((section for section in found.sections if section.name == ReportPart.people), None)


def test_twelve_people_in_order_and_the_rest_in_one_row(forty: Store) -> None:
    section = people(build_content(forty, asked(Audience.private)))
    assert section
    table = section.tables[0]
    assert [row[0] for row in table.rows[:12]] == sorted(NAMES)[:12]
    assert table.rows[12][0] == "28 other people"
    total = sum(row[1].value for row in table.rows if isinstance(row[1], Number))
    rows = [row for row in table.rows if isinstance(row[2], Number)]
    assert sum(row[2].value for row in rows if isinstance(row[2], Number)) == pytest.approx(1.0)
    assert total == pytest.approx(sum(1800 + 60 * place for place in range(60)) * 4 / 3600)
    assert "28 people further down the alphabet" in table.note
    assert "labeltime ask hours_by_person --from 2026-10-01 --to 2026-10-31 --names" in table.note


def test_the_place_that_the_note_names_has_them_all(forty: Store) -> None:
    words = ["ask", "hours_by_person", "--from", "2026-10-01", "--to", "2026-10-31", "--names", "--format", "csv"]
    found = CliRunner().invoke(application, ["--store", str(forty.folder), *words], catch_exceptions=False)
    assert all(name in found.stdout for name in NAMES)


def test_the_team_sees_pseudonyms_in_their_own_order(forty: Store) -> None:
    section = people(build_content(forty, asked(Audience.team)))
    assert section
    names = [str(row[0]) for row in section.tables[0].rows[:12]]
    assert all(name.startswith("Person ") for name in names)
    assert names == sorted(names)
    assert not any(name in str(section) for name in NAMES)


@pytest.mark.parametrize("style", [ReportFormat.html, ReportFormat.md])
def test_management_gets_no_people_however_it_asks(forty: Store, style: ReportFormat) -> None:
    found = build_content(forty, asked(Audience.management))
    assert people(found) is None
    assert "hours_by_person" not in found.provenance.figures
    written = render_file(found, style).decode()
    assert "Person with a long name" not in written
    assert "Who spent the hours" not in written


def test_people_can_be_left_out(forty: Store) -> None:
    parts = tuple(part for part in ReportPart if part is not ReportPart.people)
    assert people(build_content(forty, replace(asked(Audience.team), parts=parts))) is None


def test_sixty_projects_and_forty_people_keep_to_one_page_and_an_annex_of_two(forty: Store) -> None:
    assert len(render_pages(build_content(forty, asked(Audience.private)))) == 3


def test_the_terminal_leaves_people_out(forty: Store, tmp_path: Path) -> None:
    out = tmp_path / "report.md"
    words = ["report", "--from", "2026-10-01", "--to", "2026-10-31", "--audience", "private", "--format", "md"]
    words += ["--without", "people", "--out", str(out)]
    CliRunner().invoke(application, ["--store", str(forty.folder), *words], catch_exceptions=False)
    assert "Where the hours went" in out.read_text()
    assert "Who spent the hours" not in out.read_text()
