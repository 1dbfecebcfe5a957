"""The forecast page: measured beside projected, the same numbers as the figure, and what is missing where it is."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported_texts
from streamlit.testing.v1 import AppTest

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store
from dashboard.web.pages.forecast.payback import describe_state
from dashboard.web.pages.forecast.track_record import describe_outliers

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import read_choice, show_filter_bar
from dashboard.web.pages.forecast.page import show_outlook_tab
begin_run()
show_filter_bar()
show_outlook_tab(read_choice())
"""
pytestmark = pytest.mark.filterwarnings("default")


def drawn(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Return the page on the store in the folder, over all time."""
    monkeypatch.setenv("LABELTIME_STORE", str(folder / "store"))
    app = AppTest.from_string(PAGE, default_timeout=120)
    app.session_state["evidence"] = True
    app.session_state["what-if"] = True
    app.query_params["period"] = "All"
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """Return all text of a page, without the escapes of Markdown."""
    blocks = (*app.markdown, *app.subheader, *app.header, *app.info, *app.error, *app.caption, *app.warning)
    return "\n".join(str(block.value) for block in blocks).replace("\\", "")


@pytest.fixture(scope="module")
def labeled() -> Path:
    """Return the folder of a project that has automation and enough weeks; tests only read it."""
    return imported_texts.shared(events(simulate("S0", 1)).write_csv()).folder.parent


def test_an_empty_store_says_what_to_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No labeling events are imported yet" in words(drawn(tmp_path, monkeypatch))


def test_the_answer_is_the_sentence_of_the_figure(labeled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = resolve_figure(Store(labeled / "store"), "forecast_hours", Filters()).rows
    sentence = rows.filter(quantity="hours", span="weeks ahead").item(0, "words")
    said = words(drawn(labeled, monkeypatch))
    assert str(sentence).replace("8 of 10 simulated outcomes: ", "") in said
    assert "Ranges: 8 of 10 outcomes." in said
    assert "upkeep (" in said.replace("\\", "")  # the second sentence is about the same weeks, and names them not again


def test_what_cannot_be_projected_says_why(labeled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = drawn(labeled, monkeypatch)
    app.segmented_control(key="fan-of").set_value("Money saved, net").run()
    assert not app.exception
    first = str(app.info[0].value).replace("\\", "")
    assert first == "No hourly rate is known for the work in this selection. Enter one under Data, People, Rates."


def test_a_slider_that_is_moved_becomes_a_scenario(
    labeled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(labeled / "store", tmp_path / "store")
    app = drawn(tmp_path, monkeypatch)
    moved = next(one for one in app.slider if one.label == "Items per week")
    moved.set_value(40.0)
    app.text_input(key="try-name").set_value("Fewer items")
    next(one for one in app.button if one.label == "Save the scenario").click().run()
    assert not app.exception
    assert [str(one.value) for one in app.toast] == ["Fewer items is saved\\."]
    rows = resolve_figure(Store(tmp_path / "store"), "scenario_comparison", Filters()).rows.filter(
        scenario="Fewer items"
    )
    assert rows.item(0, "inputs").startswith("items_per_week 40 (assumed")
    next(one for one in app.slider if one.label == "Items per week").set_value(30.0)
    app.text_input(key="try-name").set_value("Fewer items")
    next(one for one in app.button if one.label == "Save the scenario").click().run()
    assert [str(one.value) for one in app.toast] == ["Fewer items is replaced\\."]


def test_a_team_of_another_size_is_a_slider_and_goes_without_another_volume(
    labeled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(labeled / "store", tmp_path / "store")
    app = drawn(tmp_path, monkeypatch)
    people = next(one for one in app.slider if one.label == "People who label")
    volume = next(one for one in app.slider if one.label == "Items per week")
    assert people.value > 1
    people.set_value(people.value + 2)
    volume.set_value(volume.value + 5)
    app.text_input(key="try-name").set_value("Two more")
    next(one for one in app.button if one.label == "Save the scenario").click().run()
    assert any("not both" in str(one.value) for one in app.warning)
    volume = next(one for one in app.slider if one.label == "Items per week")
    volume.set_value(volume.value - 5)
    next(one for one in app.button if one.label == "Save the scenario").click().run()
    assert not app.exception
    rows = resolve_figure(Store(tmp_path / "store"), "scenario_comparison", Filters()).rows.filter(scenario="Two more")
    assert f"{people.value:g} people at the pace" in rows.item(0, "inputs") or "team_size" in rows.item(0, "inputs")


def test_weeks_outside_of_the_band_are_pointed_out_and_only_the_newest() -> None:
    first, last = date(2026, 1, 5), date(2026, 2, 1)
    origin = {"kind": "origin", "horizon": 4, "p10": 90.0, "p90": 110.0}
    rows = pl.DataFrame(
        [
            {**origin, "project": "A", "origin_on": first, "last_on": first, "actual": 300.0, "inside": False},
            {**origin, "project": "A", "origin_on": last, "last_on": last, "actual": 100.0, "inside": True},
            {**origin, "project": "B", "origin_on": last, "last_on": last, "actual": 70.0, "inside": False},
            {**origin, "project": "C", "origin_on": last, "last_on": last, "actual": 150.0, "inside": False}
            | {"horizon": 8},
        ]
    )
    (words,) = describe_outliers(rows)
    assert words.startswith("B: the four weeks to 1 Feb 2026 took 70 h, less than the 90 h to 110 h")


@pytest.mark.parametrize(("probability", "said"), [(0.0, "<1%"), (0.42, "42%"), (1.0, ">99%")])
def test_no_simulated_chance_is_certain(probability: float, said: str) -> None:
    row = {"measured_on": None, "p50_on": None, "probability": probability, "weeks": 52, "balance": -8.0}
    assert describe_state({**row, "unit": "hours"}) == f"{said} likely in 52 weeks, now at -8 hours"
