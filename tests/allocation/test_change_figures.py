"""What changed between two periods, on a log that can be worked out by hand: figure, terminal and page alike."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from worked_labels import HEADER

from dashboard.allocation.charts import build_change_steps, draw_change_explained
from dashboard.cli.main import main
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import LAST_YEAR, Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

pytestmark = pytest.mark.filterwarnings("default")
APRIL = Filters(from_on=date(2026, 4, 1), to_on=date(2026, 4, 30))
ENTRIES = """\
person,day_on,seconds,project,description,category
Ada,2026-03-02,3600,Vision,,labeling
Ada,2026-03-03,3600,Vision,,modeling
Ada,2026-03-04,3600,Text,,labeling
Ada,2026-04-01,3600,Vision,,labeling
Ada,2026-04-02,3600,Vision,,modeling
Ada,2026-04-03,10800,Text,,labeling
Ada,2026-04-30,36000,Text,,meetings and coordination
"""


def labels(month: int, project: str, count: int, seconds: str) -> str:
    """Return labels by hand on the first days of a month."""
    return "".join(
        f"{project}{month}-{n},Ann,{seconds},manual,,2026-0{month}-{n + 2:02d}T10:00:00Z,annotate,submitted,{project},"
        ",\n"
        for n in range(count)
    )


def filled(folder: Path, log: str, entries: str = ENTRIES) -> Store:
    """Return a store with a log and time entries."""
    store = Store(folder / "store")
    for name, text in (("labels.csv", HEADER + log), ("time.csv", entries)):
        (folder / name).write_text(text, encoding="utf-8")
        import_files(store, [folder / name], Settings(zone="UTC"))
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """March against April; the mean label takes an hour and a half before."""
    folder = tmp_path_factory.mktemp("change")
    log = labels(3, "Vision", 10, "3600") + labels(3, "Text", 10, "7200")
    log += (
        labels(4, "Vision", 10, "3600")
        + labels(4, "Text", 20, "3600")
        + labels(4, "Sound", 1, "").replace("2026-04-02", "2026-04-30")
    )
    return filled(folder, log)


def told(store: Store, measure: str, filters: Filters = APRIL) -> dict[tuple[str, str | None], float]:
    """Return the contributions of a measure by factor and cell."""
    rows = resolve_figure(store, "change_explained", filters).rows.filter(measure=measure)
    return {(row["factor"], row["cell"]): row["contribution"] for row in rows.iter_rows(named=True)}


def said(store: Store, measure: str, filters: Filters = APRIL) -> str:
    """Return the sentence about a measure."""
    rows = resolve_figure(store, "change_explained", filters).rows.filter(measure=measure)
    return str(rows.item(0, "words"))


def test_a_difference_of_one_person_is_told_with_its_parts_and_no_verdict(store: Store) -> None:
    found = told(store, "labeling share")
    assert found[("change", None)] == pytest.approx(4 / 5 - 2 / 3)
    assert sum(value for (factor, _), value in found.items() if factor != "change") == pytest.approx(4 / 5 - 2 / 3)
    assert found[("rate", "Vision")] == found[("rate", "Text")] == 0
    # Meetings are neither labeling nor modeling; Text went from a third of the time to three fifths.
    assert found[("mix", "Text")] == pytest.approx((3 / 5 - 1 / 3) * (1 - (4 / 5 + 2 / 3) / 2))
    assert said(store, "labeling share") == (
        "Labeling's share of labeling and modeling shows no clear change (66.7% before, 80.0% now; chance cannot be "
        "told apart for so few people or weeks): 0.0 points by how time is spent within projects, +13.3 by which "
        "projects it goes to. Text alone: +7.1 points."
    )


def test_hours_are_told_by_volume_mix_and_rate(store: Store) -> None:
    found = told(store, "hours spent on labels")
    # 20 labels in 30 h before, 30 in 30 h now: the pace of Text halved, and more labels undid it.
    assert found[("change", None)] == 0
    assert found[("rate", "Text, manual")] < -10
    assert found[("volume", None)] > 10
    assert sum(value for (factor, _), value in found.items() if factor != "change") == pytest.approx(0, abs=1e-9)
    words = said(store, "hours spent on labels")
    assert words.startswith("The hours spent on labels show no clear change (30 h before, 30 h now): +")
    assert "more labels (20 before, 30 now)" in words
    assert "The time per label in Text, manual alone: -" in words
    assert words.endswith("1 label without a known time is left out.")


def test_without_a_period_the_last_complete_month_is_told(store: Store) -> None:
    head = resolve_figure(store, "change_explained", Filters()).rows.row(0, named=True)
    assert (head["before_from"], head["before_to"]) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (head["now_from"], head["now_to"]) == (date(2026, 4, 1), date(2026, 4, 30))


def test_a_period_before_the_log_began_is_not_compared(store: Store) -> None:
    answer = resolve_figure(store, "change_explained", Filters(from_on=date(2026, 3, 15), to_on=date(2026, 4, 30)))
    assert answer.unavailable
    assert "not enough data to compare with" in answer.unavailable.reason


def test_a_share_that_stayed_shows_no_clear_change(tmp_path: Path) -> None:
    same = "person,day_on,seconds,project,description,category\n" + "".join(
        f"Ada,2026-0{month}-0{day},3600,Vision,,{kind}\n"
        for month in (3, 4)
        for day, kind in ((2, "annotating"), (3, "modeling"))
    ) + "Ada,2026-04-30,60,Vision,,other\n"  # fmt: skip
    store = filled(tmp_path, labels(4, "Vision", 2, "60"), same)
    assert said(store, "labeling share") == (
        "Labeling's share of labeling and modeling shows no clear change: 50.0% before, 50.0% now (0.0 points)."
    )
    assert "The labeling log begins on 2 Apr 2026" in said(store, "hours spent on labels")


def test_an_empty_store_is_refused(tmp_path: Path) -> None:
    assert resolve_figure(Store(tmp_path / "none"), "change_explained", Filters()).unavailable


def test_the_steps_of_the_chart_lead_from_before_to_now(store: Store) -> None:
    rows = resolve_figure(store, "change_explained", APRIL).rows
    for measure in ("labeling share", "hours spent on labels"):
        steps = build_change_steps(rows, measure)
        assert steps.item(-2, "ends") == pytest.approx(steps.item(-1, "ends"))
        assert steps.item(0, "label") == "Before"
        scale = 100 if measure == "labeling share" else 1  # of a share the amount is in percentage points
        assert steps.item(0, "amount") == pytest.approx(steps.item(0, "ends") * scale)
        spec = json.dumps(draw_change_explained("light", measure))
        assert ('"title": "Points"' in spec) == (measure == "labeling share")
        assert "+.1%" not in spec
    assert build_change_steps(rows.clear(), "labeling share").is_empty()


def test_terminal_and_page_tell_the_same(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit):
        main(["--store", str(store.folder), "ask", "change_explained", "--from", "2026-04-01", "--to", "2026-04-30",
                  "--format", "json"])  # fmt: skip
    answer = json.loads(capsys.readouterr().out)
    sentence = next(row["words"] for row in answer["rows"] if row["measure"] == "labeling share")
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    app = AppTest.from_string(
        "from dashboard.web.cached_store import begin_run\n"
        "from dashboard.web.filter_bar import show_filter_bar\n"
        "from dashboard.web.pages.overview.page import show_overview_page\n"
        "begin_run()\nshow_filter_bar()\nshow_overview_page()",
        default_timeout=60,
    )
    for name, value in {"period": "Custom", "from": "2026-04-01", "to": "2026-04-30"}.items():
        app.query_params[name] = value
    app.session_state["evidence"] = True
    app.run()
    assert not app.exception
    assert sentence in "\n".join(str(block.value) for block in app.markdown).replace("\\", "")


def test_a_period_without_any_day_to_compare_with_says_so_in_few_words(store: Store) -> None:
    answer = resolve_figure(
        store, "change_explained", Filters(from_on=date(2026, 4, 1), to_on=date(2026, 4, 30), compares_with=LAST_YEAR)
    )
    assert answer.unavailable
    assert "nothing is logged in 1 Apr to 30 Apr 2025, so there is not enough data" in answer.unavailable.reason
    assert "0 days" not in answer.unavailable.reason
