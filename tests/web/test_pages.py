"""Every page on an empty, a filled and an over-filtered store, run without a browser."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
import worked_team
from demo_team import demo_original
from streamlit.testing.v1 import AppTest

from dashboard.allocation.chart_frames import OTHERS, describe_others, pivot_pairs, rank_rows, sum_pairs
from dashboard.allocation.charts import draw_bad_row_reasons, draw_hours_by_week, draw_share_by_definition
from dashboard.categories import CATEGORIES
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.notes import add_note
from dashboard.settings.schemes import MAX_GROUPS
from dashboard.store.generations import Store
from dashboard.theme import BACKGROUND, CATEGORY_COLOURS, GROUP_COLOURS, STREAMLIT_THEME, TEXT, Mode

TIME_SPLIT = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.time_split.controls import show_split_bar
from dashboard.web.pages.time_split.page import show_time_split

begin_run()
show_split_bar(show_filter_bar())
show_time_split()
"""
APP = Path(__file__).parents[2] / "dashboard" / "web" / "app.py"
PAGES = ("", "time-split", "data")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    return AppTest.from_file(str(APP), default_timeout=60)


@pytest.fixture
def team_app(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Give the pages on the worked team's store, which they only read, over all its time."""
    monkeypatch.setenv("LABELTIME_STORE", str(worked_team.filled.shared().folder))
    app.query_params["period"] = "All"
    return app


@pytest.fixture
def split(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Give the split of the worked team's time, which only reads its store."""
    monkeypatch.setenv("LABELTIME_STORE", str(worked_team.filled.shared().folder))
    split = AppTest.from_string(TIME_SPLIT, default_timeout=60)
    split.query_params["period"] = "All"
    return split


def words(app: AppTest) -> str:
    """Return all text of a page."""
    blocks = (*app.markdown, *app.subheader, *app.header, *app.info, *app.error, *app.caption, *app.success, *app.toast)
    return "\n".join(str(block.value) for block in blocks)


def test_an_empty_store_says_what_to_do_next(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert "Where does your team's time go?" in words(app)
    assert app.button(key="open-sample").label == "Show the sample"


def test_the_answer_is_the_one_worked_out_by_hand(team_app: AppTest) -> None:
    team_app.run()
    assert not team_app.exception
    shown = {metric.label: metric.value for metric in team_app.metric}
    assert shown["Labeling share"] == "64 to 73%"  # 14 of 20 hours, and 2 hours that no rule decides
    assert shown["Labeling of all tracked"] == "56 to 64%"  # 14 of 25 hours, and the same 2
    assert shown["Tracked hours"] == "25 h"


def test_engineers_only_changes_the_answer(team_app: AppTest) -> None:
    team_app.query_params["who"] = "Engineers only"
    team_app.run()
    assert not team_app.exception
    assert {metric.label: metric.value for metric in team_app.metric}["Labeling share"] == "55%"  # 6 of 11 hours


def test_filters_that_leave_nothing_offer_the_way_out(team_app: AppTest) -> None:
    team_app.query_params["period"] = "7d"
    team_app.run()
    assert not team_app.exception
    assert "No time is tracked for" in words(team_app)
    team_app.button(key="clear-filters").click().run()
    assert not team_app.exception
    assert "The team spent" in words(team_app)
    assert not team_app.warning


def fields(app: AppTest) -> set[str]:
    """Return the measures that the page's charts draw."""
    specs = [json.loads(element.proto.spec) for element in app.get("vega_lite_chart")]
    charts = [part for spec in specs for part in (spec, *spec.get("layer", [])) if "encoding" in part]
    drawn = {part["encoding"].get(axis, {}).get("field") for part in charts for axis in ("x", "y", "color")}
    return drawn & {"share", "part", "hours", "fte"}


@pytest.mark.parametrize(("unit", "measure"), [("Share", "share"), ("Hours", "hours"), ("FTE", "fte")])
@pytest.mark.parametrize(
    "asked",
    [
        *({"by": by} for by in ("Project", "Person", "Team", "Week")),
        *({"view": "Pivot", "down": down} for down in ("Person", "Week")),
        {"view": "Pivot", "across": "Week"},
    ],
)
def test_every_chart_of_the_time_split_draws_the_unit_that_is_chosen(
    split: AppTest, unit: str, measure: str, asked: dict[str, str]
) -> None:
    split.query_params.update({"unit": unit, **asked})
    split.session_state["names"] = True
    split.run()
    assert not split.exception
    assert fields(split) == {measure}
    said = r"5\.0 h in weeks without known capacity, of Bob, Dan"
    assert (said in words(split)) == (unit == "FTE")


@pytest.mark.parametrize("view", ["Split", "Pivot", "Drill down", "Definitions"])
def test_each_view_of_time_has_one_heading_above_those_of_its_cards(split: AppTest, view: str) -> None:
    split.query_params.update({"view": view})
    split.run()
    assert not split.exception
    assert [header.value for header in split.header] == ["How time is split"]
    assert split.subheader


def test_notes_are_read_and_pinned_in_one_place(app: AppTest, tmp_path: Path) -> None:
    store = worked_team.filled(tmp_path)
    app.query_params.update({"period": "All"})
    app.run()
    assert list_note_buttons(app) == ["Pin a note"]
    add_note(store, {"day_on": "2026-03-03", "project": "", "text": "New tool"})
    app.run()
    assert not app.exception
    assert list_note_buttons(app) == ["1 note"]
    assert app.text_input(key="overview-note-text-0").label == "What happened"


def list_note_buttons(app: AppTest) -> list[str]:
    """Return the labels of what opens notes."""
    labels = [str(block.proto.popover.label) for block in app.get("popover")]
    return [label for label in labels if "note" in label]


@pytest.mark.parametrize(("unit", "measures"), [("Share", {"share", "part"}), ("Hours", {"hours"}), ("FTE", {"fte"})])
def test_the_overview_draws_the_unit_that_is_chosen(team_app: AppTest, unit: str, measures: set[str]) -> None:
    team_app.query_params.update({"unit": unit})
    team_app.session_state["evidence"] = True
    team_app.run()
    assert not team_app.exception
    assert fields(team_app) == {*measures, "share"}  # the published shares are shares in any unit


def cells() -> pl.DataFrame:
    """Return two weeks of two projects; the selection has three weeks."""
    return pl.DataFrame(
        {
            "week_on": [date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 9)],
            "project": ["project", "total", "total"],
            "category": ["annotating", "modeling", "modeling"],
            "hours": [4.0, 6.0, 2.0],
            "fte": [0.1, 0.3, 0.15],
            "weeks": [3, 3, 3],
        }
    )


@pytest.mark.parametrize(
    ("down", "across", "unit", "expected"),
    [
        ("project", "category", "hours", [("total", 8.0, None, 8.0), ("project", 4.0, 4.0, None)]),
        ("project", "category", "share", [("total", 8.0, None, 1.0), ("project", 4.0, 1.0, None)]),
        ("project", "category", "fte", [("total", 0.15, None, 0.15), ("project", 0.1 / 3, 0.1 / 3, None)]),
        ("project", "week", "fte", [("total", 0.15, 0.3, 0.15), ("project", 0.1 / 3, 0.1, None)]),
        ("project", "week", "share", [("total", 8.0, 0.75, 0.25), ("project", 4.0, 1.0, None)]),
        ("week", "project", "fte", [("2026-03-02", 0.4, 0.1, 0.3), ("2026-03-09", 0.15, None, 0.15)]),
    ],
)
def test_a_pivot_adds_up_whatever_the_projects_are_called(
    down: str, across: str, unit: str, expected: list[tuple[object, ...]]
) -> None:
    table = pivot_pairs(sum_pairs(cells(), down, across, unit), down, across, unit)
    assert table.rows() == [pytest.approx(row) for row in expected]
    assert len(set(table.columns)) == table.width


def test_bars_rank_by_what_they_draw() -> None:
    ranked = rank_rows(cells(), "project", 1, "fte")
    assert ranked.select("project", "rank", "fte", "part").rows() == [
        ("total", 0, pytest.approx(0.45), pytest.approx(8 / 12)),
        (OTHERS, 1, pytest.approx(0.1), pytest.approx(4 / 12)),
    ]


def test_projects_beyond_the_bars_are_a_line_and_no_bar() -> None:
    ranked = rank_rows(cells(), "project", 1)
    others = ranked.filter(pl.col("rank") >= 1)
    assert describe_others(others, ranked, "1 other project") == "Without a bar: 1 other project, 4.0 h (33% of all)."


def test_a_demo_store_says_so_on_every_page(app: AppTest, tmp_path: Path) -> None:
    with worked_team.filled(tmp_path).change("mark as demo") as change:
        change.save_setting("demo", "true")
    app.run()
    assert "Demo data" in words(app)


def test_a_missing_store_is_a_message_not_a_crash(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABELTIME_STORE")
    app.run()
    assert not app.exception
    assert "labeltime serve" in words(app)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_category_has_a_colour_that_can_be_seen(mode: Mode) -> None:
    assert set(CATEGORY_COLOURS[mode]) == set(CATEGORIES)
    assert len(set(CATEGORY_COLOURS[mode].values())) == len(CATEGORIES)
    assert (
        len(GROUP_COLOURS[mode]) == len({*GROUP_COLOURS[mode]} - {*CATEGORY_COLOURS[mode].values()}) == MAX_GROUPS + 1
    )
    for colour in (*CATEGORY_COLOURS[mode].values(), *GROUP_COLOURS[mode]):
        assert contrast(colour, BACKGROUND[mode]) >= 3 - 0.05


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_caption_can_be_read_on_every_ground(mode: Mode) -> None:
    for ground in (BACKGROUND[mode], STREAMLIT_THEME[f"theme.{mode}.secondaryBackgroundColor"]):
        assert contrast(faded(TEXT[mode], ground), ground) >= 4.5


@pytest.mark.parametrize("spec", [draw_hours_by_week, draw_share_by_definition, draw_bad_row_reasons])
def test_a_spec_holds_no_data(spec: object) -> None:
    assert callable(spec)
    drawn = spec("light")
    assert "data" not in drawn
    assert "datasets" not in drawn


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours after WCAG 2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def faded(text: str, ground: str) -> str:
    """Return a colour #rrggbb as Streamlit's captions show it: at 60 %."""
    pairs = [(int(text[place : place + 2], 16), int(ground[place : place + 2], 16)) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(0.6 * over + 0.4 * under):02x}" for over, under in pairs)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour #rrggbb."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("key", "noun"), [("project", "project"), ("team", "team")])
def test_a_name_of_a_link_that_does_not_exist_is_told_and_matches_nothing(
    team_app: AppTest, key: str, noun: str
) -> None:
    team_app.query_params.update({key: "Gone_*"})
    team_app.run()
    for _ in range(2):  # it stays so at the next click
        assert not team_app.exception
        assert f"There is no {noun} 'Gone" in team_app.warning[0].value
        assert "No time is tracked for" in words(team_app)
        assert not team_app.metric
        team_app.run()
    team_app.button(key="clear-unknown").click().run()
    assert not team_app.exception
    assert not team_app.warning
    assert {metric.label: metric.value for metric in team_app.metric}["Tracked hours"] == "25 h"


def test_a_known_name_beside_an_unknown_one_is_answered(team_app: AppTest) -> None:
    team_app.query_params.update({"project": ["Vision", "Gone"]})
    team_app.run()
    assert "'Gone'" in team_app.warning[0].value
    assert {metric.label: metric.value for metric in team_app.metric}["Tracked hours"] == "11 h"
    team_app.multiselect(key="project").unselect("Gone").run()
    assert not team_app.exception
    assert not team_app.warning


def test_sample_data_stand_in_a_store_of_their_own_and_leave_again(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Built already: the button then only shows it.
    shutil.copytree(demo_original(tmp_path_factory, datetime.now(tz=UTC).date()), tmp_path / "store-sample")
    app.run()
    app.button(key="open-sample").click().run()
    assert not app.exception
    assert "Demo data" in words(app)
    assert "The team spent" in words(app)
    app.button(key="close-sample").click().run()
    assert "Where does your team's time go?" in words(app)
    assert Store(tmp_path / "store").generation() == 0


def test_a_link_shows_its_days_however_far_they_are_from_the_others(app: AppTest, tmp_path: Path) -> None:
    entries = tmp_path / "old.csv"
    lines = ["person,seconds,day_on,project", "Ann,3600,2005-03-02,Signs", "Ann,7200,2026-03-02,Signs"]
    entries.write_text("\n".join(lines), encoding="utf-8")
    import_files(Store(tmp_path / "store"), [entries], Settings())
    app.query_params.update({"period": "Custom", "from": "2026-01-01", "to": "2026-12-31"})
    app.run()
    assert not app.exception
    assert (app.date_input(key="from").value, app.date_input(key="to").value) == (date(2026, 1, 1), date(2026, 12, 31))


REPORTS = """
from dashboard.web.cached_store import begin_run
from dashboard.web.pages.reports.page import show_reports_page

begin_run()
show_reports_page()
"""


def test_a_report_over_all_days_of_the_calendar_is_one(app: AppTest, tmp_path: Path) -> None:
    worked_team.filled(tmp_path)
    page = AppTest.from_string(REPORTS, default_timeout=60)
    page.query_params.update({"first": "0001-01-01", "last": "9999-12-31"})
    page.run()
    assert not page.exception
    assert page.date_input(key="report-from").value == date(1990, 1, 1)
