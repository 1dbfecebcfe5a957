"""The returns page: nothing imported, half of the runs, and all of them; names from files as they are."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from simulated_runs import HUMAN, ablation, chosen, mixtures
from streamlit.testing.v1 import AppTest
from worked_runs import of_chosen, of_grid, of_mixtures, store_of

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store
from dashboard.synthetic.charts import (
    blend_colours,
    build_mixture_points,
    build_score_rows,
    draw_active_learning_savings,
    draw_exchange_rate,
    draw_marginal_return,
    draw_synthetic_parity,
    list_mixture_kinds,
)
from dashboard.theme import Mode

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import read_choice, show_filter_bar
from dashboard.web.pages.returns.page import show_returns_tab
begin_run()
show_filter_bar()
show_returns_tab(read_choice())
"""
pytestmark = pytest.mark.filterwarnings("default")


def drawn(folder: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    """Return the page on the store in the folder, over all time unless a period is asked for."""
    monkeypatch.setenv("LABELTIME_STORE", str(folder / "store"))
    app = AppTest.from_string(PAGE, default_timeout=120)
    app.session_state["evidence"] = True
    app.query_params.update({"period": "All", **query})
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """Return all text of a page, without the escapes of Markdown."""
    blocks = (*app.markdown, *app.subheader, *app.header, *app.info, *app.error, *app.caption, *app.warning)
    return "\n".join(str(block.value) for block in blocks).replace("\\", "")


def test_an_empty_store_says_what_to_import_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(tmp_path / "store")
    said = words(drawn(tmp_path, monkeypatch))
    assert said.count("No training runs are imported yet.") == 1
    assert "labels_used" in said


def test_both_answers_stand_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_of(tmp_path, of_mixtures(mixtures(1, 0.2, 0.03)) + of_grid(ablation(1)))
    app = drawn(tmp_path, monkeypatch)
    answer = words(app)
    assert "**Signs:** one synthetic label is worth 0." in answer
    assert "returns more. Of the error, the next 40 hours remove:" in answer
    said = words(app)
    assert "no saving without equal quality" in said
    app.selectbox(key="exchange-project").set_value("Signs").run()
    assert not app.exception
    assert "at equal quality." in words(app)


def test_half_of_the_runs_name_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [*((human, 0) for human in HUMAN), (1000, 2000)]
    store_of(tmp_path, of_mixtures(mixtures(1, 0.2, 0.02, points)))
    said = words(drawn(tmp_path, monkeypatch))
    assert "The runs do not give an answer yet" in said
    assert "2 on 1,000 labels by people and 4,000 synthetic" in said
    assert "Cannot rank" in said


def test_without_synthetic_labels_nothing_is_asked_about_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_of(tmp_path, of_mixtures(mixtures(1, 0.2, 0.02, [(human, 0) for human in HUMAN])))
    shown = words(drawn(tmp_path, monkeypatch))
    assert "Cannot rank" in shown
    assert "synthetic" not in shown.lower()


def test_names_from_files_are_shown_letter_by_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = of_mixtures(mixtures(1, 0.2, 0.03), project="**![x](http://x.example)**")
    store_of(tmp_path, runs + of_grid(ablation(1), project="<b>bold</b>"))
    blocks = [block.value for block in drawn(tmp_path, monkeypatch).markdown]
    assert any("x.example" in block.replace("\\", "") for block in blocks)
    assert not any("](http" in block for block in blocks)


def test_points_are_shaped_for_the_chart(tmp_path: Path) -> None:
    points = [(0, 4000), *((human, 0) for human in HUMAN), (1000, 8000)]
    store = store_of(tmp_path, of_mixtures(mixtures(1, 0.2, 0.02, points)))
    shaped = build_mixture_points(resolve_figure(store, "exchange_rate_points", Filters()).rows)
    assert list_mixture_kinds(shaped) == ("none", "8,000")
    assert shaped.height == len(HUMAN) + 1


def test_colours_run_from_one_end_to_the_other() -> None:
    assert blend_colours("#000000", "#102030", 3) == ["#000000", "#081018", "#102030"]
    assert blend_colours("#ABCDEF", "#000000", 1) == ["#ABCDEF"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_charts_hold_no_data_and_say_their_units(mode: Mode) -> None:
    for spec in (
        draw_exchange_rate(mode, ("none", "2,000")),
        draw_marginal_return(mode),
        draw_synthetic_parity(mode),
        draw_active_learning_savings(mode),
    ):
        assert "data" not in spec
        assert "datasets" not in spec
        assert "title" in str(spec)


def test_reports_are_shown_without_any_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "store")
    folder = Path(__file__).parents[2] / "fixtures"
    import_files(store, [folder / "mostlyai_qa" / "flip30.json", folder / "gretel" / "ctgan.json"], Settings())
    app = drawn(tmp_path, monkeypatch)
    said = words(app)
    assert "No training runs are imported yet." in said
    assert "never averaged" in said
    app.selectbox(key="parity-report").set_value("flip30.json").run()
    assert not app.exception
    assert "**flip30.json**, mostlyai_qa, without a day" in words(app)
    rows = resolve_figure(store, "synthetic_parity", Filters()).rows.filter(pl.col("report") == "flip30.json")
    shaped = build_score_rows(rows)
    assert shaped.height == 11  # two distances have no upper end
    assert shaped["at"].is_between(0, 1).all()


def test_active_learning_stands_beside_random_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_of(tmp_path, of_chosen(chosen(1)))
    said = words(drawn(tmp_path, monkeypatch))
    assert "2,000 chosen labels do what" in said
    assert "1,000 chosen labels do what" in said
