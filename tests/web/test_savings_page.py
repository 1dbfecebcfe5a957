"""The savings page: every state of an automation, and the same answer as the terminal and the figure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported, register
from streamlit.testing.v1 import AppTest

from dashboard.cli.main import main
from dashboard.web.pages.savings.cards import (
    describe_automation,
    describe_share,
    describe_total,
    format_interval,
    format_level,
)

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import read_choice, show_filter_bar
from dashboard.web.pages.savings.page import show_savings_tab
begin_run()
show_filter_bar()
show_savings_tab(read_choice())
"""
pytestmark = pytest.mark.filterwarnings("default")


def drawn(folder: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    """Return the page on the store in the folder, over all time unless a period is asked for."""
    monkeypatch.setenv("LABELTIME_STORE", str(folder / "store"))
    app = AppTest.from_string(PAGE, default_timeout=120)
    app.session_state["evidence"] = True
    for name, value in {"period": "All", **query}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """Return all text of a page, without the escapes of Markdown."""
    blocks = (*app.markdown, *app.subheader, *app.header, *app.info, *app.error, *app.caption, *app.warning)
    return "\n".join(str(block.value) for block in blocks).replace("\\", "")


def asked(folder: Path, capsys: pytest.CaptureFixture[str], name: str = "savings") -> dict[str, object]:
    """Return what the terminal answers."""
    with pytest.raises(SystemExit) as ended:
        main(["--store", str(folder / "store"), "ask", name, "--format", "json"])
    assert not ended.value.code
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One automation saves, one costs time, one has too few labels."""
    folder = tmp_path_factory.mktemp("several")
    frames = [
        events(simulate("S0", 1)),
        events(simulate("S0", 2, effect=1.4), project="scans", automation="rough masks"),
        events(simulate("S0", 4, people=2, items=40), project="calls", automation="transcripts *"),
    ]
    store = imported(folder, frames)
    register(store, "drafts", setup_seconds=1800)
    return folder


def test_an_empty_store_says_what_to_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = words(drawn(tmp_path, monkeypatch))
    assert said.count("No labeling events are imported yet") == 1
    assert "What an accepted label costs" not in said


def test_each_automation_shows_its_state(several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = drawn(several, monkeypatch)
    said = words(app)
    assert "drafts saved" in said
    assert "rough masks costs" in said
    assert "annotators with labels of both kinds" in said
    assert "Not in the total: transcripts * (not enough data)" in said  # under Evidence
    assert "Not in the total:\ntranscripts *, " in said
    labels = [metric.label for metric in app.metric]
    assert labels == ["Hours saved, gross", "Value in money", "Quality"]


@pytest.mark.parametrize(
    ("verdicts", "value"),
    [
        (("confirmed", "confirmed"), "Confirmed"),
        (("confirmed", "not confirmed"), "1 of 2 confirmed"),
        (("void", "not confirmed"), "1 of 2 void"),
        (("not confirmed",), "Not established"),
    ],
)
def test_quality_is_confirmed_only_as_far_as_audits_go(verdicts: tuple[str, ...], value: str) -> None:
    def show(verdict: str, verdicts: tuple[str, ...]) -> None:
        import polars as pl

        from dashboard.web.pages.savings.cards import show_quality_card

        rows = pl.DataFrame({"automation": [f"A{n}" for n in range(len(verdicts))], "quality": verdicts})
        show_quality_card({"quality": verdict, "state": "saves"}, rows)

    app = AppTest.from_function(show, kwargs={"verdict": verdicts[0], "verdicts": verdicts}).run()
    assert not app.exception
    assert app.metric[0].value == value


def test_one_word_of_confidence_is_in_sight_and_the_grade_under_evidence(
    several: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(several / "store"))
    app = AppTest.from_string(PAGE, default_timeout=120)
    app.query_params["period"] = "All"
    said = words(app.run())
    assert not app.exception
    assert " h · low confidence" in said
    assert "grade" not in said.lower()
    assert "grade C" in words(drawn(several, monkeypatch))


def test_page_and_terminal_give_the_same_number(
    several: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app, told = drawn(several, monkeypatch), asked(several, capsys)
    estimate = told["estimate"]
    assert isinstance(estimate, dict)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Hours saved, gross"] == f"{estimate['value']:,.1f} h"
    assert str(estimate["words"]) in words(app)
    assert f"{estimate['low']:,.1f} to {estimate['high']:,.1f} h" in words(app)
    assert estimate["typical"] != estimate["share"]
    assert estimate["grade"] == "C"


def test_the_terminal_says_the_sentence_of_the_page_beside_its_table(
    several: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--store", str(several / "store"), "ask", "savings"])
    told = capsys.readouterr()
    (sentence,) = [line for line in told.err.splitlines() if line.startswith(("Automation", "No saving"))]
    assert sentence in words(drawn(several, monkeypatch))
    assert "95%" in told.out


def test_easy_items_automated_first_are_no_saving_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(tmp_path, [events(simulate("S2", 3, effect=1.0))])
    told, app = asked(tmp_path, capsys), drawn(tmp_path, monkeypatch)
    refused = told["refused"]
    assert isinstance(refused, dict)
    assert "estimate" not in told
    assert told["rows"] == []
    assert str(refused["reason"]) in words(app)
    assert str(refused["needed"]) in words(app)
    assert not app.metric
    (row,) = asked(tmp_path, capsys, "savings_by_automation")["rows"]  # type: ignore[misc]
    assert row["hours"] is None
    assert row["state"] == "direction not established"
    assert asked(tmp_path, capsys, "savings_by_month")["rows"] == []


def test_a_period_counts_its_own_labels_and_learns_from_those_before(
    several: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, part = drawn(several, monkeypatch), drawn(several, monkeypatch, period="Custom", **{"from": "2026-02-20"})
    found = [float({one.label: one.value for one in app.metric}["Hours saved, gross"][:-2]) for app in (whole, part)]
    assert abs(found[1]) < abs(found[0])


def test_filters_that_leave_nothing_say_so(several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = drawn(several, monkeypatch, period="7d")
    assert words(app).count("No labels match the filters") == 1
    app.button(key="clear-filters").click().run()
    assert "drafts saved" in words(app)


def test_a_number_that_is_not_known_is_not_printed_as_zero() -> None:
    nothing = {"value_from": None, "value_to": None, "level": None}
    nothing |= {"saved_share": None, "saved_low": None, "saved_high": None}
    assert format_interval(nothing, "h") == "not known"
    assert format_level(nothing) == "–"
    assert not describe_share(nothing, "saved", "{} than by hand", "less time", "more time")
    known = {"saved_share": -0.1, "saved_low": -0.3, "saved_high": 0.05}
    said = describe_share(known, "saved", "{} than by hand", "less time", "more time")
    assert said == "10% more time [-5%, 30%] than by hand"


def test_another_baseline_can_be_chosen_and_the_own_choice_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(tmp_path, [events(simulate("S2", 1, holdout=0.2))])
    app = drawn(tmp_path, monkeypatch)
    picker = app.selectbox(key="baseline-drafts")
    assert picker.options[0] == "random hold-out (used above)"
    assert len(picker.options) == 5
    assert "Grade A: " in words(app)
    app = picker.select("matched labels").run()
    assert not app.exception
    assert "Grade C: Somebody or something chose" in words(app)
    app = app.selectbox(key="baseline-drafts").select("before and after").run()
    assert "No day is known on which assistance began" in words(app)


def test_the_answer_gives_the_share_of_time_with_its_interval() -> None:
    hours = {"measure": "hours saved", "state": "saves", "value": 1.5, "value_from": 0.5, "value_to": 2.8}
    share = {"measure": "share of hours saved, gross", "state": None, "value": 41.0, "value_from": 20.0}
    rows = pl.DataFrame([hours, {**share, "value_to": 56.0}])
    assert describe_total(rows) == (
        "Automation saved 1.5 hours (0.5 to 2.8). Assisted labels took 41% (20% to 56%) less time than by hand."
    )
    unclear = rows.with_columns(state=pl.lit("no clear difference"), value_from=pl.lit(-0.2))
    assert describe_total(unclear) == (
        "Neither a saving nor a loss can be told from chance: between 0.2 hours lost and 2.8 saved."
    )


@pytest.mark.parametrize(
    ("state", "hours", "shares", "text"),
    [
        (
            "saves",
            (1.5, 0.5, 2.8),
            (0.41, 0.2, 0.56),
            "1.5 h (0.5 to 2.8) saved; labels took 41% (20% to 56%) less time",
        ),
        (
            "costs",
            (-9.0, -12.0, -6.0),
            (-0.2, -0.3, -0.1),
            "9.0 h (6.0 to 12) lost; labels took 20% (10% to 30%) more time",
        ),
        (
            "no clear difference",
            (0.6, -0.2, 1.5),
            (0.1, -0.04, 0.21),
            "between 0.2 h lost and 1.5 saved; labels took between 4% more and 21% less time than by hand",
        ),
    ],
)
def test_a_line_on_an_automation_says_no_more_than_its_interval(
    state: str, hours: tuple[float, float, float], shares: tuple[float, float, float], text: str
) -> None:
    row = dict(zip(("hours", "hours_from", "hours_to"), hours, strict=True))
    row |= dict(zip(("saved_share", "saved_low", "saved_high"), shares, strict=True))
    assert describe_automation({**row, "state": state, "counted": True}) == text


def test_a_reason_stands_once_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = simulate("S0", 1)
    imported(tmp_path, [events(replace(log, labels=log.labels.with_columns(proxy=pl.lit(None, dtype=pl.Float64))))])
    app = drawn(tmp_path, monkeypatch)
    app.session_state["evidence"] = False
    app.run()
    assert words(app).count("there is no single number") == 1
    assert "assisted labels" in words(app)
