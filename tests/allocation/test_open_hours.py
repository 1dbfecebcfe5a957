"""Hours that are not sorted yet are counted either way wherever the labeling share is said."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from store_copies import copied
from streamlit.testing.v1 import AppTest

from dashboard.allocation.share_range import MAX_SHIFT
from dashboard.cli.main import main
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.forecast.goal import build_goal_rows
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.content import build_content
from dashboard.reports.request import Audience, ReportRequest
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.store.generations import Store

APP = Path(__file__).parents[2] / "dashboard" / "web" / "app.py"
PEOPLE = 6
WIDE = {"annotating": 40, "modeling": 8, "": 52}  # 40 of 100 hours at least, 92 at most
NARROW = {"annotating": 50, "modeling": 46, "": 4}  # 50 to 54 of 100 hours


@copied
def team(folder: Path, hours: dict[str, int]) -> Store:
    """Return a store of six people who share the hours of each category out over the days of March."""
    folder.mkdir(exist_ok=True)
    rows = []
    for category, count in hours.items():
        for hour in range(count):
            day_on = date(2026, 3, 2) + timedelta(days=hour % 26)
            rows.append((f"P{hour % PEOPLE}", day_on.isoformat(), 3600, "Signs", f"x{hour}", category or None))
    columns = ["person", "day_on", "seconds", "project", "task", "category"]
    file = folder / "hours.csv"
    pl.DataFrame(rows, schema=columns, orient="row").write_csv(file)
    store = Store(folder / "store")
    import_files(store, [file], Settings())
    return store


def asked(store: Store, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    """Return what the terminal writes and says."""
    with pytest.raises(SystemExit) as ended:
        main(["--store", str(store.folder), "ask", *arguments])
    assert not ended.value.code
    output = capsys.readouterr()
    return output.out, output.err


def test_open_hours_that_could_decide_leave_a_range(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = team(tmp_path, WIDE)
    answer = json.loads(asked(store, capsys, "labeling_share", "--format", "json")[0])
    estimate = answer["estimate"]
    assert (estimate["value"], estimate["low"], estimate["high"]) == (None, 0.4, 0.92)
    assert "between 40 and 92%: 52 h are not sorted yet" in asked(store, capsys, "labeling_share")[1]


def test_few_open_hours_leave_the_number_with_its_range(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = team(tmp_path, NARROW)
    answer = json.loads(asked(store, capsys, "labeling_share", "--format", "json")[0])
    assert answer["estimate"]["value"] == pytest.approx(50 / 96)
    words = asked(store, capsys, "labeling_share")[1]
    assert "52%; between 50 and 54% with the 4.0 h not sorted yet" in words


def test_a_share_of_nothing_but_open_hours_is_anything(tmp_path: Path) -> None:
    answer = resolve_figure(team(tmp_path, {"": 10}), "labeling_share", Filters())
    assert answer.estimate is not None
    assert (answer.estimate["value"], answer.estimate["low"], answer.estimate["high"]) == (None, 0.0, 1.0)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("hours", "value", "sentence"),
    [
        (WIDE, "40 to 92%", "spent **between 40 and 92%** of labeling and modeling on labeling: 52 h are not sorted"),
        (NARROW, "52%", "between 50 and 54% with the 4.0 h not sorted yet"),
    ],
)
def test_the_page_says_the_same(
    hours: dict[str, int], value: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team(tmp_path, hours)
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["period"] = "All"
    app.run()
    assert not app.exception
    assert {metric.label: metric.value for metric in app.metric}["Labeling share"] == value
    assert sentence in "\n".join(str(block.value) for block in app.markdown)


@pytest.mark.parametrize("audience", Audience)
def test_the_report_says_the_same(audience: Audience, tmp_path: Path) -> None:
    request = ReportRequest(date(2026, 3, 1), date(2026, 3, 31), audience=audience)
    store = team(tmp_path, WIDE)
    names = [f"P{number}" for number in range(PEOPLE)]
    PEOPLE_SHEET.save_frame(store, pl.DataFrame({"name": names, "role": ["engineer"] * PEOPLE}))
    wide = build_content(store, request)
    assert str(wide.headline).startswith(
        "The team spent between 40% and 92% of labeling and modeling time on labeling in March 2026: "
        "52 h are not sorted yet."
    )
    assert str(wide.numbers[0].number) == "40 to 92%"
    words = " ".join(str(sentence) for section in wide.sections for sentence in section.sentences)
    assert "labeling took between 40% and 92%." in words
    assert "can be neither supported nor refuted: it takes between 40% and 92% of the engineers'" in words


def test_the_report_gives_a_number_its_range(tmp_path: Path) -> None:
    request = ReportRequest(date(2026, 3, 1), date(2026, 3, 31), audience=Audience.team)
    narrow = build_content(team(tmp_path, NARROW), request)
    assert str(narrow.numbers[0].number) == "52%"
    words = " ".join(str(sentence) for section in narrow.sections for sentence in section.sentences)
    assert "With the 4.0 h that are not sorted yet, the labeling share lies between 50% and 54%." in words


def test_management_sees_no_range_of_the_hours_of_few(tmp_path: Path) -> None:
    store = team(tmp_path, {"annotating": 40, "modeling": 36, "": 4, "other": 20})
    few = tmp_path / "few.csv"
    few.write_text("person,day_on,seconds,project,task\nP0,2026-03-03,360000,Signs,more\n", encoding="utf-8")
    import_files(store, [few], Settings())
    request = ReportRequest(date(2026, 3, 1), date(2026, 3, 31), hides_small_groups=True)
    headline = str(build_content(store, request).headline)
    assert "how much of it was labeling is withheld" in headline


def test_published_figures_stand_beside_the_range(tmp_path: Path) -> None:
    rows = resolve_figure(team(tmp_path, WIDE), "share_against_reference", Filters()).rows
    own = rows.filter(pl.col("kind") == "this team").select("share", "share_low", "share_high").rows()
    assert own == [(None, 0.4, 0.92), (None, 0.4, 0.92)]


def test_the_claim_is_checked_against_the_range(tmp_path: Path) -> None:
    store = team(tmp_path, WIDE)
    row = resolve_figure(store, "claim_check", Filters()).rows.row(0, named=True)
    assert (row["open_low"], row["open_high"]) == (0.4, 0.92)
    assert row["verdict"] == "cannot tell"


SHARES = {
    "hours_by_project": [("labeling_share", "labeling_share_low", "labeling_share_high")],
    "hours_by_team": [("labeling_share", "labeling_share_low", "labeling_share_high")],
    "share_over_time": [
        ("share_of_labeling_and_modeling", "share_of_both_low", "share_of_both_high"),
        ("share_of_all_tracked", "share_of_all_low", "share_of_all_high"),
    ],
}


@pytest.mark.parametrize("name", SHARES)
def test_a_share_of_a_week_or_a_project_follows_the_same_rule(tmp_path: Path, name: str) -> None:
    wide, narrow = (
        resolve_figure(team(tmp_path / size, hours), name, Filters()).rows
        for size, hours in (("wide", WIDE), ("narrow", NARROW))
    )
    for column, low, high in SHARES[name]:
        for row in (*wide.iter_rows(named=True), *narrow.iter_rows(named=True)):
            assert row[low] <= (row[column] if row[column] is not None else row[low]) <= row[high]
            if row[column] is not None:
                assert max(row[column] - row[low], row[high] - row[column]) <= MAX_SHIFT
            else:
                assert row[high] - row[low] > MAX_SHIFT
        if name != "share_over_time":
            assert wide.item(0, column) is None
            assert (wide.item(0, low), wide.item(0, high)) == (0.4, 0.92)
            assert narrow.item(0, column) == pytest.approx(50 / 96)


def test_a_goal_from_a_range_is_a_range(tmp_path: Path) -> None:
    with team(tmp_path, WIDE).snapshot() as snapshot:
        rows = build_goal_rows(snapshot, {**Filters().parameters(), "today": date(2026, 4, 1), "target": 0.5})
    words = rows.item(0, "words")
    assert "The labeling share lies between 40 and 92%: 52 h are not sorted yet" in words
    # From 40 % nothing is needed; from 92 %, labeling falls to 50/92 if freed hours go to modeling.
    assert "between 0 and 46% less than today if freed hours go to modeling" in words
    assert rows.get_column("share").is_null().all()
