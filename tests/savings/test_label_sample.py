"""Estimates of a store with more labels than are read: whole items are drawn, and the hours are those of all labels."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import polars as pl
import pytest

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.savings import label_sample
from dashboard.savings.fits import load_automation_log
from dashboard.store.generations import Store
from tests.bench import volume_labels

LABELS = 30_000
SHARE_IN_TRUTH = 1 - math.exp(-0.35)
PARAMS: dict[str, object] = {"from_on": None, "to_on": None, "projects": [], "teams": [], "people": [], "roles": []}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with two people's labels of each item, two automations and, in a large project, a small pilot."""
    store = volume_labels.fill_labels(tmp_path_factory.mktemp("large") / "store", LABELS, entries=100, automations=2)
    with store.change("pilot", "test") as change:
        change.execute("update labeling_event set item = 'item ' || line // 2")
        change.execute(
            "update labeling_event set automation = 'pilot' where automation = 'automation 0' and line // 2 % 50 = 0"
        )
        change.execute("insert into automation (name, technique) values ('pilot', 'pre-labeling')")
        change.rebuild_labels()
    return store


@pytest.fixture
def drawn_from(large: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return the same store, of which one in five items is drawn; a copy, since answers are cached by store."""
    monkeypatch.setattr(label_sample, "MOST_LABELS", 5_000)
    monkeypatch.setattr(label_sample, "DRAWN_LABELS", LABELS // 5)
    monkeypatch.setattr(label_sample, "FEWEST_LABELS", 500)
    return Store(shutil.copytree(large.folder, tmp_path / "copy"))


def test_whole_items_are_drawn_and_rare_automations_are_read_whole(drawn_from: Store) -> None:
    with drawn_from.snapshot() as snapshot:
        log = load_automation_log(snapshot, PARAMS)
        arms = snapshot.query(
            "select project, automation, count(*) as labels from label where is_produced group by all"
        )
        per_item = snapshot.query(
            "select hash(source, tool_project, item) as item, count(*) as labels from label where is_produced"
            " group by all"
        )
    assert log.sample.one_in == 5
    assert log.sample.whole_automations == ("pilot",)
    drawn = log.weigh_labels(log.labels.with_columns(pl.col("automation", "project").cast(pl.String)))
    stood_for = drawn.group_by("project", "automation").agg(pl.col("stands_for").sum().round(6))
    assert (
        stood_for.join(arms, on=["project", "automation"], nulls_equal=True, how="full")
        .filter(pl.col("stands_for").ne_missing(pl.col("labels")))
        .is_empty()
    )
    drawn_items = drawn.group_by("item").agg(drawn=pl.len()).join(per_item, on="item")
    assert drawn_items.filter(pl.col("drawn") != pl.col("labels")).is_empty()
    pilot = drawn.filter(pl.col("automation") == "pilot")
    assert pilot.height == arms.filter(pl.col("automation") == "pilot").get_column("labels").sum()
    assert log.labels.height == pytest.approx(LABELS / 5, rel=0.15)


def test_a_draw_tells_the_hours_of_all_labels(large: Store, drawn_from: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = "savings_by_automation", "savings", "savings_by_month", "forecast_hours"
    drawn, drawn_total, drawn_months, forecast = (
        resolve_figure(drawn_from, figure, Filters()).rows for figure in figures
    )
    monkeypatch.undo()
    whole, total, months = (resolve_figure(large, figure, Filters()).rows for figure in figures[:3])
    both = whole.join(drawn, on="automation", suffix="_drawn")
    assert both.height == 3
    assert both.get_column("labels_drawn").to_list() == both.get_column("labels").to_list()
    for row in both.filter(pl.col("automation") != "pilot").iter_rows(named=True):
        assert row["current_low_drawn"] < SHARE_IN_TRUTH < row["current_high_drawn"]
        assert row["counterfactual_hours_drawn"] == pytest.approx(row["counterfactual_hours"], rel=0.03)
        assert row["hours_drawn"] == pytest.approx(row["hours"], rel=0.15)
        assert row["labels_in_hours_drawn"] == pytest.approx(row["labels_in_hours"], rel=0.01)
    assert drawn_total.item(0, "labels") == pytest.approx(total.item(0, "labels"), rel=0.01)
    assert drawn_months.get_column("labels").sum() == pytest.approx(months.get_column("labels").sum(), rel=0.01)
    assert drawn_months.get_column("saved_hours").sum() == pytest.approx(drawn_total.item(0, "value"), rel=0.01)
    assert not forecast.is_empty()


def test_a_draw_is_told_beside_the_grade(drawn_from: Store) -> None:
    rows = resolve_figure(drawn_from, "savings_by_baseline", Filters()).rows.filter("is_headline")
    told = rows.get_column("grade_reasons").drop_nulls()
    assert len(told) == 2
    for reasons in told:
        assert "labels, drawn by chance: one in 5 items" in reasons


def test_the_comparison_of_people_draws_labels_too(
    large: Store, drawn_from: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = resolve_figure(drawn_from, "like_for_like", Filters()).rows
    monkeypatch.undo()
    whole = resolve_figure(large, "like_for_like", Filters()).rows
    both = whole.join(drawn, on=["dimension", "member", "person"], suffix="_drawn", nulls_equal=True)
    assert both.height == whole.height
    share = pl.col("labels_drawn").sum() / pl.col("labels").sum()
    assert both.select(share).item() == pytest.approx(0.2, abs=0.02)
    ratios = both.drop_nulls(["ratio", "ratio_drawn"]).filter(pl.col("dimension") != "annotator")
    assert ratios.height
    assert ratios.select((pl.col("ratio_drawn") / pl.col("ratio")).is_between(0.9, 1.1).all()).item()
