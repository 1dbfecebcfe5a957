"""The quality page: the gate in every state, numbers worked out by hand, and the margin's edit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest
from worked_reviews import REVIEWED, audit, store_of

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.quality import charts
from dashboard.quality.rows import NO_INTERVAL, ONLY_REJECTIONS
from dashboard.settings.margins import read_margins, save_margin
from dashboard.store.generations import Store
from dashboard.theme import Mode
from dashboard.web.pages.quality.gate import describe_unaudited, describe_verdict, list_needs

BEFORE = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import read_choice, show_filter_bar
from dashboard.web.pages.quality.page import show_quality_tab
begin_run()
show_filter_bar()
show_quality_tab(read_choice())
"""
pytestmark = pytest.mark.filterwarnings("default")


def drawn(store: Store, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    """Return the page on a store, over all time unless a period is asked for."""
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    app = AppTest.from_string(PAGE, default_timeout=120)
    app.session_state["evidence"] = True
    app.query_params.update({"period": "All", **query})
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """Return all text of a page, without the escapes of Markdown."""
    blocks = (*app.markdown, *app.subheader, *app.header, *app.info, *app.error, *app.caption, *app.warning)
    return "\n".join(str(block.value) for block in (*blocks, *app.success, *app.toast)).replace("\\", "")


def test_an_empty_store_says_what_to_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = words(drawn(Store(tmp_path / "store"), monkeypatch))
    assert "No labeling events are imported yet." in said
    assert "What reviewers accept" not in said


def test_reviews_without_an_audit_give_numbers_and_say_what_the_gate_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    app = drawn(store_of.shared(REVIEWED), monkeypatch)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown == {
        "Quality confirmed": "–",
        "Accepted": "80.0%",
        "Accepted as it came": "40.0%",
        "Rework share": "10.5%",
    }
    said = words(app)
    assert "quality is not established, so no saving is confirmed" in said
    assert "about 1,546 audited items" in said
    assert "gold_score of a labeling events CSV" in said
    assert "is no evidence of their quality" in said
    assert NO_INTERVAL in said
    assert "reviewed: 5 of" in said


def test_rejections_alone_tell_no_acceptance_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(
        f"{item},Ann,60,manual,2026-03-02T09:00:00Z,annotate,submitted,,Docs,,,,,\n" for item in ("a", "b", "c")
    )
    app = drawn(store_of(tmp_path, f"{rows}a,Rae,,,2026-03-03T09:00:00Z,review,rejected,,Docs,,,,,\n"), monkeypatch)
    assert {metric.label: metric.value for metric in app.metric}["Accepted"] == "–"
    assert ONLY_REJECTIONS in words(app)
    assert "No reviews are in the log" not in words(app)


def test_an_audit_confirms_in_words_and_on_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(tmp_path, audit(900, wrong_by_hand=18, wrong_with=18))
    save_margin(store, 2.0, now=BEFORE)
    app = drawn(store, monkeypatch)
    assert app.metric[0].value == "1 of 1"
    said = words(app)
    assert "as good as by hand**, within the margin, with Boxes." in said
    assert "No reviews are in the log" in said
    assert "2.0 points, set on 2026-03-01" in said


def test_without_a_margin_the_page_confirms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = drawn(store_of.shared(audit(900, wrong_by_hand=18, wrong_with=18)), monkeypatch)
    assert app.metric[0].value == "0 of 1"
    said = words(app)
    assert "Where no margin is set, nothing is confirmed." in said
    assert "**as good as" not in said
    assert "agreed" not in said


def test_worse_labels_make_the_saving_void(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(tmp_path, audit(600, wrong_by_hand=6, wrong_with=90))
    save_margin(store, 2.0, now=BEFORE)
    said = words(drawn(store, monkeypatch))
    assert "**worse than the margin allows** with Boxes: that saving is void" in said


def test_a_margin_set_after_the_audit_is_kept_and_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(tmp_path, audit(900, wrong_by_hand=18, wrong_with=18))
    app = drawn(store, monkeypatch)
    app.number_input(key="margin-points").set_value(3.0)
    app.text_input(key="margin-who").set_value("Lee")
    app.button(key="margin-save").click().run()
    assert not app.exception
    assert read_margins(store).select("project", "margin", "set_by").rows() == [("", 0.03, "Lee")]
    said = words(app)
    assert "The margin is 3.0 points for All projects." in said
    assert "after the audit's newest day 2026-05-05" in said


@pytest.mark.parametrize("cut", ["Project", "Method", "Automation"])
def test_acceptance_can_be_cut_in_three_ways(monkeypatch: pytest.MonkeyPatch, cut: str) -> None:
    app = drawn(store_of.shared(REVIEWED), monkeypatch)
    app.segmented_control(key="acceptance-by").set_value(cut).run()
    app.segmented_control(key="scatter-by").set_value("Batch").run()
    assert not app.exception


def test_names_from_files_are_shown_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = audit(40, wrong_by_hand=0, wrong_with=1).replace(",Boxes,", ",**![x](http://x.example)**,")
    blocks = [block.value for block in drawn(store_of.shared(rows), monkeypatch).markdown]
    assert any("x.example" in block.replace("\\", "") for block in blocks)
    assert not any("](http" in block for block in blocks)


def test_filters_that_leave_nothing_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    days = {"from": "2025-01-01", "to": "2025-01-02"}
    said = words(drawn(store_of.shared(REVIEWED), monkeypatch, period="Custom", **days))
    assert "No labels match the filters." in said


def test_rows_are_shaped_for_the_charts() -> None:
    store = store_of.shared(REVIEWED)
    outcomes = charts.build_outcome_rows(resolve_figure(store, "suggestion_outcomes", Filters()).rows)
    assert outcomes.select("outcome", "labels", "share").rows() == [
        ("unchanged", 1, 0.5), ("edited", 1, 0.5), ("rejected", 0, 0.0), ("unknown", 1, None),
    ]  # fmt: skip
    accepted = charts.build_acceptance_rows(resolve_figure(store, "acceptance", Filters()).rows)
    assert set(accepted["enough"]) == {"too few to say"}
    points = charts.build_quality_points(resolve_figure(store, "time_against_quality", Filters()).rows)
    assert points.height == 4
    assert set(points["enough"]) == {"too few to say"}


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    "name",
    ["quality_gate", "acceptance", "suggestion_outcomes", "suggestions_by_week", "time_against_quality"],
)
def test_charts_hold_no_data_and_say_their_units(mode: Mode, name: str) -> None:
    spec = getattr(charts, f"draw_{name}")(mode)
    assert "data" not in spec
    assert "datasets" not in spec
    assert "title" in str(spec)


@pytest.mark.parametrize(
    ("low", "margin", "said"),
    [
        (-0.04, 2.0, "at most 0.1 points worse, 2.0 allowed"),
        (-1.23, 1.25, "at most 1.23 points worse, 1.25 allowed"),
        (0.3, None, "at most 0.0 points worse, no margin set"),
    ],
)
def test_the_line_of_a_verdict_never_says_less_than_its_bound(low: float, margin: float | None, said: str) -> None:
    assert describe_verdict({"low_points": low, "margin_points": margin, "n": 900}) == said


def test_what_several_automations_need_is_said_once() -> None:
    need = "30 pairs by hand and with the automation"
    rows = pl.DataFrame({"automation": ["drafts", "pairs", "boxes", "boxes"], "needed": [need, need, None, "a margin"]})
    assert list_needs(rows) == [f"Needed for drafts and pairs: {need}", "Needed for boxes: a margin"]


def test_automations_without_an_audit_share_a_line() -> None:
    names = {"automation": ["A", "B", "A", "A", "A"], "project": ["P", "Q", "R", "S", "T"]}
    assert describe_unaudited(pl.DataFrame(names)) == (
        "Without any of the 30 audited pairs that it takes: A (P, R, S and 1 more) and B (Q)."
    )
    assert describe_unaudited(pl.DataFrame(names).clear()) == ""
