"""Formats of numbers, days and money: chosen once, and followed by everything that people read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
import reported_team
import worked_team
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from dashboard import units
from dashboard.cli.main import application
from dashboard.errors import BadMapping
from dashboard.formats import (
    MONEY_FORMATS,
    NUMBER_FORMATS,
    USUAL,
    Formats,
    set_formats,
    use_formats,
    write_chart,
    write_money,
)
from dashboard.reports.content import build_content
from dashboard.reports.frozen import describe_changes, freeze_report
from dashboard.reports.request import ReportRequest
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.settings.formats import FORMAT_SHEET, read_formats
from dashboard.store.generations import Store
from dashboard.store.snapshot import Snapshot
from dashboard.units import Column

APP = Path(__file__).parents[2] / "dashboard" / "web" / "app.py"
GERMAN = Formats("1.234,5", "05.03.2026", "5 €")
DAY = date(2026, 3, 5)
SET_UP = """
from dashboard.web.cached_store import begin_run
from dashboard.web.pages.data.calendar import show_calendar
begin_run()
show_calendar()
"""
TABLE = """
from datetime import date
import polars as pl
import streamlit as st
from dashboard.formats import Formats, use_formats
from dashboard.web.tables import show_frame
rows = pl.DataFrame({"day_on": [date(2026, 3, 5), None], "hours": [1234.56, None]})
with use_formats(Formats("1.234,5", "05.03.2026")):
    show_frame(rows.to_arrow(), column_config={"hours": st.column_config.NumberColumn("Hours", format="%,.1f")})
"""
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(autouse=True)
def restore_formats() -> Iterator[None]:
    """Leave no format to the next test."""
    yield
    set_formats(USUAL)


def choose(store: Store, formats: Formats) -> None:
    """Set the formats of a store."""
    FORMAT_SHEET.save(store, [vars(formats)], None)


@pytest.mark.parametrize(
    ("number", "written"),
    [("1,234.5", "-1,234.5"), ("1.234,5", "-1.234,5"), ("1 234,5", "-1\u00a0234,5"), ("1'234.5", "-1\u2019234.5")],
)
def test_every_number_has_the_separators(number: str, written: str) -> None:
    assert number in NUMBER_FORMATS
    with use_formats(Formats(number=number)):
        assert units.format_decimal(-1234.5) == written
        assert units.format_hours(1234.4) == f"{written[1:-2]} h"
        assert units.format_change(0.04, 1).strip("0.,") == ""
        assert units.format_value(-1234.5, Column("hours", "Hours", "hours")) == written


@pytest.mark.parametrize(
    ("day", "sentence", "table", "period"),
    [
        ("5 Mar 2026", "5 Mar 2026", "2026-03-05", "5 Mar to 9 Apr 2026"),
        ("Mar 5, 2026", "Mar 5, 2026", "Mar 5, 2026", "Mar 5 to Apr 9, 2026"),
        ("2026-03-05", "2026-03-05", "2026-03-05", "2026-03-05 to 2026-04-09"),
        ("05.03.2026", "05.03.2026", "05.03.2026", "05.03.2026 to 09.04.2026"),
        ("05/03/2026", "05/03/2026", "05/03/2026", "05/03/2026 to 09/04/2026"),
        ("03/05/2026", "03/05/2026", "03/05/2026", "03/05/2026 to 04/09/2026"),
    ],
)
def test_every_day_has_the_order(day: str, sentence: str, table: str, period: str) -> None:
    column = Column("day_on", "Day", "day")
    with use_formats(Formats(day=day)):
        assert units.format_day(DAY) == sentence
        assert units.format_value(DAY, column) == table
        assert units.format_value(datetime(2026, 3, 5, 14, 5), column) == f"{table} 14:05"  # noqa: DTZ001 - as stored
        assert units.format_period(DAY, date(2026, 4, 9)) == period


def test_money_is_written_with_code_or_symbol() -> None:
    written = {}
    for style in MONEY_FORMATS:
        with use_formats(Formats(money=style)):
            written[style] = (write_money("-5", "EUR"), write_money("5", "EUR", is_code_first=True))
            assert write_money("5", "CHF") in {"5 CHF", "CHF 5"}  # which has no sign
    assert written == {
        "5 EUR": ("-5 EUR", "EUR 5"),
        "EUR 5": ("EUR -5", "EUR 5"),
        "5 €": ("-5\u00a0€", "5\u00a0€"),
        "€5": ("-€5", "€5"),
    }


def test_a_chart_as_usual_is_the_same_and_any_other_has_its_patterns_and_its_locale() -> None:
    spec = {"encoding": {"x": {"axis": {"format": units.WEEK_AXIS}}}, "layer": [{"format": units.DAY_TIP}, 3]}
    assert write_chart(spec) == spec
    with use_formats(GERMAN):
        written = write_chart({**spec, "config": {"view": {"strokeWidth": 0}}})
    assert written["encoding"]["x"]["axis"]["format"] == "%d.%m."
    assert written["layer"] == [{"format": "%d.%m.%Y"}, 3]
    assert written["config"]["locale"]["number"] | {"grouping": 0} == {
        "decimal": ",", "thousands": ".", "grouping": 0, "currency": ["", ""]
    }  # fmt: skip
    assert written["config"]["view"] == {"strokeWidth": 0}


def test_formats_are_kept_and_words_that_name_none_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert FORMAT_SHEET.read(store).rows() == [tuple(vars(USUAL).values())]
    choose(store, GERMAN)
    with store.snapshot() as snapshot:
        assert read_formats(snapshot) == GERMAN
    with pytest.raises(BadMapping, match="day"):
        FORMAT_SHEET.save(store, [{**vars(GERMAN), "day": "5th of March"}], None)
    with pytest.raises(BadMapping, match="2 rows"):
        FORMAT_SHEET.save(store, [vars(GERMAN)] * 2, None)


def test_the_terminal_writes_tables_for_people_and_plain_numbers_for_machines(tmp_path: Path) -> None:
    store = worked_team.filled(tmp_path)

    def ask(*words: str) -> str:
        found = CliRunner().invoke(application, ["--store", str(store.folder), "ask", *words])
        assert found.exit_code == 0, found.output
        return found.stdout

    plain = {style: ask("hours_by_week", "--format", style) for style in ("csv", "json")}
    assert "2026-03" in ask("hours_by_week")
    choose(store, GERMAN)
    table = ask("hours_by_week")
    assert "2026-03" not in table
    assert ".03.2026" in table
    assert {style: ask("hours_by_week", "--format", style) for style in ("csv", "json")} == plain


def read_texts(file: bytes) -> str:
    """Return all XML of an office file."""
    with ZipFile(BytesIO(file)) as archive:
        return " ".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


def test_every_format_of_a_report_writes_them_and_the_usual_ones_are_as_before(tmp_path: Path) -> None:
    store = reported_team.five_projects(tmp_path)
    request = reported_team.OCTOBER
    usual = build_content(store, request)
    before = {style: render_file(usual, ReportFormat(style)) for style in ("html", "md", "xlsx", "pptx")}
    choose(store, GERMAN)
    german = build_content(store, request)
    assert german.request.formats == GERMAN
    for style in ("html", "md"):
        text = render_file(german, ReportFormat(style)).decode()
        assert ".2026" in text
        assert text != before[style].decode()
    assert "dd.mm.yyyy" in read_texts(render_file(german, ReportFormat("xlsx")))
    assert "yyyy-mm-dd" in read_texts(before["xlsx"])
    choose(store, USUAL)
    again = build_content(store, request)
    assert again.provenance.content_hash == usual.provenance.content_hash
    assert {style: render_file(again, ReportFormat(style)) for style in before} == before


def test_a_sent_report_did_not_change_because_the_formats_did(tmp_path: Path) -> None:
    store = reported_team.five_projects(tmp_path)
    number = freeze_report(store, build_content(store, reported_team.OCTOBER), "March")
    choose(store, GERMAN)
    assert describe_changes(store, number).startswith("Nothing moved")
    german = freeze_report(store, build_content(store, reported_team.OCTOBER), "März")
    choose(store, Formats(day="03/05/2026"))
    assert describe_changes(store, german).startswith("Nothing moved")


def test_set_up_sets_them_and_pages_follow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = worked_team.filled(tmp_path)
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    before = [str(element.value) for element in app.caption]
    data = AppTest.from_string(SET_UP, default_timeout=60).run()
    data.selectbox(key="formats-day-0").set_value("05.03.2026")
    data.selectbox(key="formats-number-0").set_value("1.234,5")
    data.button(key="formats-save").click().run()
    assert not data.exception
    assert data.toast[0].value == "The formats are set\\."
    with store.snapshot() as snapshot:
        assert read_formats(snapshot) == Formats("1.234,5", "05.03.2026")
    app.run()
    assert not app.exception
    after = [str(element.value) for element in app.caption]
    assert len(after) == len(before)
    assert any("2026-03" in text or "Mar 2026" in text for text in before)
    assert not any("2026-03" in text or "Mar 2026" in text for text in after)


def test_a_table_keeps_its_numbers_below_their_texts() -> None:
    table = AppTest.from_string(TABLE).run()
    assert not table.exception
    shown = table.dataframe[0]
    assert shown.value["hours"].to_list()[0] == 1234.56
    column = json.loads(shown.proto.columns)
    assert column["hours"]["type_config"].get("format") is None
    assert column["day_on"]["type_config"]["format"] == "DD.MM.YYYY"
    assert "1.234,6" in str(pl.read_ipc_stream(shown.proto.arrow_data.styler.display_values).rows())


class ChangingStore(Store):
    """A store whose formats somebody sets right after it was first read."""

    is_changed = False

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Open a snapshot, and set the formats once it is closed."""
        with super().snapshot() as snapshot:
            yield snapshot
        if not self.is_changed:
            self.is_changed = True
            choose(Store(self.folder), GERMAN)


def test_a_report_written_while_the_formats_are_set_is_all_in_the_new_ones(tmp_path: Path) -> None:
    store = worked_team.filled(tmp_path)
    request = ReportRequest(date(2026, 3, 1), date(2026, 3, 31))
    during = build_content(ChangingStore(store.folder), request)
    assert during.request.formats == GERMAN
    assert during.provenance.content_hash == build_content(store, request).provenance.content_hash
