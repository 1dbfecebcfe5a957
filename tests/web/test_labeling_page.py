"""The Labeling page on an empty, a filled and an over-filtered store, run without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import worked_labels
from streamlit.testing.v1 import AppTest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store
from dashboard.units import format_duration
from dashboard.web.pages.labeling.recorded_time import CAPS

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.labeling.page import show_labeling_page
from dashboard.web.pages.labeling.tabs import SPEED, narrow_labels

begin_run()
narrow_labels(show_filter_bar(), SPEED)
show_labeling_page()
"""
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    app = AppTest.from_string(PAGE, default_timeout=60)
    app.query_params["period"] = "All"
    app.session_state["evidence"] = True
    return app


def show_log(monkeypatch: pytest.MonkeyPatch, *rows: str) -> None:
    """Show the page a store that holds the worked labels, or these rows; the page only reads it."""
    monkeypatch.setenv("LABELTIME_STORE", str(worked_labels.filled.shared(*rows).folder))


def words(app: AppTest) -> str:
    """Return all text of the page."""
    blocks = (*app.markdown, *app.subheader, *app.header, *app.info, *app.error, *app.caption)
    return "\n".join(str(block.value) for block in blocks)


def test_an_empty_store_says_what_to_import(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "No labeling events are imported yet" in words(page)


def test_the_numbers_are_those_worked_out_by_hand(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    show_log(monkeypatch)
    page.run()
    assert not page.exception
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown == {
        "Median time per item": "2.9 min",  # 175 s
        "Items per hour": "10.3",  # 6 labels in 2,100 s
        "Accepted items per hour": "15.3",
        "Labels without a usable time": "78%",  # 21 of 27
    }
    assert "6 timed labels" in words(page)
    told = {metric.label: metric.proto.delta_description for metric in page.metric}
    assert told["Items per hour"] == "only 6 labels: mostly chance"
    assert told["Accepted items per hour"] == "only 2 labels: mostly chance"
    assert "Grey: fewer than 20 labels" in words(page)


@pytest.mark.parametrize("names", [False, True])
def test_the_tab_draws_and_hides_names_until_they_are_asked_for(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, *, names: bool
) -> None:
    show_log(monkeypatch)
    for key, value in {"names": names, "per": "Person", "compare-by": "People", "cap": "2 min"}.items():
        page.session_state[key] = value
    page.run()
    assert not page.exception
    told = words(page) + "".join(
        frame.value.write_csv() for frame in page.dataframe if hasattr(frame.value, "write_csv")
    )
    told += "".join(frame.value.to_csv() for frame in page.dataframe if hasattr(frame.value, "to_csv"))
    assert bool(re.search(r"\b(Ann|Ben|Cy)\b", told)) == names


def test_projects_that_no_tracker_knows_can_be_chosen_and_filters_cleared(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_log(monkeypatch)
    page.query_params["period"] = "7d"
    page.run()
    assert "No labels match the filters" in words(page)
    page.button(key="clear-filters").click().run()
    assert page.multiselect(key="project").options == ["Text", "Vision"]
    page.multiselect(key="project").set_value(["Vision"]).run()
    assert not page.exception
    assert {metric.label: metric.value for metric in page.metric}["Items per hour"] == "20.0"


def test_a_cap_says_what_it_takes_away(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    show_log(monkeypatch)
    page.session_state["cap"] = "2 min"
    page.run()
    assert "A cap of 2 min cuts 4 of 31 timed events" in words(page)


def test_the_caps_are_those_of_the_figure() -> None:
    from dashboard.store.queries import load_queries

    offered = set(re.findall(r"\((\d+)\)", load_queries()["active_against_open_time"].sql))
    assert {str(cap) for cap in CAPS.values() if cap} == offered


def test_without_reviews_the_page_does_not_count_submitted_as_accepted(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_log(monkeypatch, worked_labels.TEXT)
    page.run()
    assert not page.exception
    assert {metric.label: metric.value for metric in page.metric}["Accepted items per hour"] == "unknown"
    assert "submitted labels are not counted as accepted" in words(page)


def test_a_log_without_any_time_has_no_speed(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    show_log(monkeypatch, "v4,Ann,,manual,,2026-03-03T11:00:00Z,annotate,submitted,Vision,box,1\n")
    page.run()
    assert not page.exception
    assert "its speed is unknown" in words(page)
    assert [metric.value for metric in page.metric][:3] == ["unknown"] * 3


@pytest.mark.parametrize(
    ("seconds", "written"), [(None, "–"), (0.4, "0.4 s"), (95.0, "95 s"), (120.0, "2.0 min"), (6000.0, "100.0 min")]
)
def test_a_length_is_written_in_the_unit_that_reads_best(seconds: float | None, written: str) -> None:
    assert format_duration(seconds) == written


def test_a_rate_that_lacks_review_time_is_an_upper_bound(
    page: AppTest, shared_demo: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(shared_demo.folder))
    page.session_state["evidence"] = False
    page.run()
    assert not page.exception
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["Accepted items per hour"].startswith("at most ")  # else more would be accepted than are made
    assert not shown["Items per hour"].startswith("at most ")


@pytest.mark.parametrize(("by", "count"), [("Projects", 2), ("Kinds", 3), ("People", 3)])
def test_like_for_like_names_what_cannot_be_compared(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, by: str, count: int
) -> None:
    show_log(monkeypatch)
    page.session_state["compare-by"] = by
    page.run()
    assert not page.exception
    tables = [frame.value for frame in page.dataframe if "Times the average" in str(frame.proto.columns)]
    assert [len(table) for table in tables] == [count]


MEDIA = "item,person,seconds,method,finished_at,project,media_seconds\n"


def write_recordings(count: int) -> str:
    """Return labels of recordings of a minute, which took 78 s and one more each, and one of unknown length."""
    lines = (f"{item},Ann,{78 + item},manual,2026-03-02T08:00:00Z,Calls,60\n" for item in range(count))
    return f"{MEDIA}{''.join(lines)}last,Ann,90,manual,2026-03-02T08:00:00Z,Calls,\n"


@pytest.mark.parametrize(
    ("count", "answer"),
    [
        (25, "**1.50 times** its length: 0.6 h for 0.4 h; known for 96% of 26 labels."),
        (3, "Not enough data: known for 3 of 4 labels, and 20 are needed."),
    ],
)
def test_labels_of_audio_or_video_say_how_long_a_minute_of_it_takes(
    page: AppTest, tmp_path: Path, count: int, answer: str
) -> None:
    worked_labels.filled(tmp_path, write_recordings(count), header="")
    page.run()
    assert not page.exception
    assert answer in words(page)


def test_without_audio_or_video_nothing_is_said_of_it(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    show_log(monkeypatch)
    page.run()
    assert "audio or video" not in words(page)


TRACKED = """\
person,day_on,seconds,project,description
Ann,2026-03-02,7200,Vision,label images
Ben,2026-03-09,10800,Vision,review annotations
Ann,2026-03-02,36000,Vision,model training
Cy,2026-05-04,36000,Text,label images
"""


def track_hours(folder: Path) -> None:
    """Fill a store with the worked labels, and with time of their projects: in May only where no label was made."""
    store = worked_labels.filled(folder)
    (folder / "time.csv").write_text(TRACKED, encoding="utf-8")
    import_files(store, [folder / "time.csv"], Settings())


def test_rates_of_the_log_stand_beside_the_hours_that_trackers_have(page: AppTest, tmp_path: Path) -> None:
    track_hours(tmp_path)
    page.run()
    assert not page.exception
    # 1,060 s of Vision in the log against 5 h of annotating and review in March.
    assert "Rates are per hour of the labeling log, **0.3 h**. The time log has **5.0 h**" in words(page)
    assert "**17.0 times** as many" in words(page)
    (card,) = (metric for metric in page.metric if metric.label == "Accepted items per hour")
    assert "**17.0 times** as many" in card.help
    page.multiselect(key="methods").set_value(["manual"]).run()
    assert "The time log has" not in words(page)


def test_without_tracked_hours_rates_are_compared_with_none(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    show_log(monkeypatch)
    page.run()
    assert "of labeling" in words(page)
    assert "The time log has" not in words(page)


def test_only_the_log_that_the_rates_rest_on_is_said_not_to_cover_a_comparison(page: AppTest, tmp_path: Path) -> None:
    track_hours(tmp_path)
    page.query_params.update({"period": "Custom", "from": "2026-03-02", "to": "2026-03-31"})
    page.run()
    assert not page.exception
    assert words(page).count(" log begins on ") == 1
    assert "The labeling log begins on 2 Mar 2026" in words(page)
