"""Every page on an empty, a filled and an over-filtered store, run without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
import worked_team
from streamlit.testing.v1 import AppTest

from dashboard.charts import allocation, data
from dashboard.schemas import CATEGORIES
from dashboard.theme import BACKGROUND, CATEGORY_COLOURS, Mode

APP = Path(__file__).parents[1] / "dashboard" / "app.py"
PAGES = ("", "time-split", "data")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    return AppTest.from_file(str(APP), default_timeout=60)


def words(app: AppTest) -> str:
    """Return all text of a page."""
    blocks = (*app.markdown, *app.subheader, *app.header, *app.info, *app.error, *app.caption, *app.success)
    return "\n".join(str(block.value) for block in blocks)


def test_an_empty_store_says_what_to_do_next(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert "Where does your team's time go?" in words(app)
    assert app.code[0].value == "labeltime demo"


def test_the_answer_is_the_one_worked_out_by_hand(app: AppTest, tmp_path: Path) -> None:
    worked_team.filled(tmp_path)
    app.query_params["period"] = "All"
    app.run()
    assert not app.exception
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Labeling share"] == "70%"  # 14 of 20 hours
    assert shown["Labeling of all tracked"] == "56%"  # 14 of 25 hours
    assert shown["Tracked hours"] == "25.0 h"


def test_engineers_only_changes_the_answer(app: AppTest, tmp_path: Path) -> None:
    worked_team.filled(tmp_path)
    app.query_params["period"] = "All"
    app.query_params["who"] = "Engineers only"
    app.run()
    assert not app.exception
    assert {metric.label: metric.value for metric in app.metric}["Labeling share"] == "55%"  # 6 of 11 hours


def test_filters_that_leave_nothing_offer_the_way_out(app: AppTest, tmp_path: Path) -> None:
    worked_team.filled(tmp_path)
    app.query_params["period"] = "7d"
    app.run()
    assert not app.exception
    assert "No time is tracked for" in words(app)
    app.button(key="clear-filters").click().run()
    assert not app.exception
    assert "The team spent" in words(app)
    assert not app.warning


def test_a_demo_store_says_so_on_every_page(app: AppTest, tmp_path: Path) -> None:
    with worked_team.filled(tmp_path).change("mark as demo") as change:
        change.set_meta("demo", "true")
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
    for colour in CATEGORY_COLOURS[mode].values():
        assert contrast(colour, BACKGROUND[mode]) >= 3 - 0.05


@pytest.mark.parametrize("spec", [allocation.hours_by_week, allocation.share_by_definition, data.bad_row_reasons])
def test_a_spec_holds_no_data(spec: object) -> None:
    assert callable(spec)
    drawn = spec("light")
    assert "data" not in drawn
    assert "datasets" not in drawn


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours after WCAG 2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour #rrggbb."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
