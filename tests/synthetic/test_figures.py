"""The figures of returns: worlds of known truth through files, store, query and door."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from simulated_runs import BY_HOURS, BY_LABELS, HUMAN, ablation, chosen, mixtures, sprints
from worked_runs import RUN, SECONDS_A_LABEL, of_chosen, of_grid, of_mixtures, store_of

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

EVERYTHING = Filters()
FIXTURES = Path(__file__).parents[2] / "fixtures"
NAMES = ("exchange_rate", "exchange_rate_points", "marginal_return", "label_savings")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Mixtures of Signs, an ablation grid of Faces, and 30 labels of 90 s of each."""
    return store_of(tmp_path_factory.mktemp("full"), of_mixtures(mixtures(1, 0.2, 0.03)) + of_grid(ablation(1)))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("empty") / "store")


@pytest.mark.parametrize("name", NAMES)
def test_without_runs_a_figure_says_what_to_import(empty: Store, name: str) -> None:
    found = resolve_figure(empty, name, EVERYTHING)
    assert found.unavailable is not None
    assert found.unavailable.reason == "No training runs are imported yet."
    assert "name the labels they learned from" in found.unavailable.needed


@pytest.mark.parametrize("name", NAMES)
def test_a_period_before_the_runs_says_so(store: Store, name: str) -> None:
    found = resolve_figure(store, name, Filters(to_on=date(2025, 1, 1)))
    assert found.unavailable is not None
    assert "No finished run" in found.unavailable.reason
    assert found.rows.is_empty()


def test_the_exchange_rate_comes_with_its_range_and_its_price(store: Store) -> None:
    found = resolve_figure(store, "exchange_rate", EVERYTHING)
    row = found.rows.filter(pl.col("project") == "Signs").row(0, named=True)
    assert found.rows.height == 2
    assert (row["project"], row["metric"], row["code_version"]) == ("Signs", "f1", "final")
    assert row["kappa_low"] <= 0.2 <= row["kappa_high"]
    assert (row["human_from"], row["human_to"], row["synthetic_from"], row["synthetic_to"]) == (500, 8000, 2000, 32_000)
    assert row["seconds_a_label"] == SECONDS_A_LABEL
    assert row["worth_seconds"] == pytest.approx(SECONDS_A_LABEL * row["kappa"])
    assert "beyond that nothing is known" in row["words"]
    assert "It pays as long as it costs less than" in row["words"]
    assert (found.as_of, found.sources) == (date(2026, 3, 4), "native_runs")
    assert found.used == 64


def test_the_points_have_the_curve_beside_them(store: Store) -> None:
    rows = resolve_figure(store, "exchange_rate_points", Filters(projects=("Signs",))).rows
    off = (rows["fitted_error"] / rows["error"] - 1).abs().max()
    assert isinstance(off, float)
    assert off < 0.15
    assert (rows["error_low"] <= rows["error"]).all()
    assert rows.filter(pl.col("synthetic") == 0).height == len(HUMAN)


def test_the_next_hours_are_ranked(store: Store) -> None:
    rows = resolve_figure(store, "marginal_return", EVERYTHING).rows
    labeling, modeling = rows.filter(pl.col("project") == "Faces").to_dicts()
    assert labeling["activity"] == "labeling"
    assert labeling["elasticity"] == pytest.approx(BY_LABELS, abs=0.04)
    assert modeling["elasticity"] == pytest.approx(BY_HOURS, abs=0.04)
    assert labeling["labels"] == 8000
    assert labeling["verdict"] in {"labeling", "modeling"}
    assert "The next 40 hours return more in" in labeling["words"]
    assert labeling["gain_an_hour"] == pytest.approx(labeling["gain_share"] / 40)
    assert "too few stages" in labeling["history"]


def test_modeling_hours_come_from_the_time_entries_where_no_run_says_them(tmp_path: Path) -> None:
    store = store_of(tmp_path, of_grid(ablation(1), told=False))
    rows = resolve_figure(store, "marginal_return", EVERYTHING).rows
    assert rows["modeling_hours"].to_list() == [None, None]
    assert rows["verdict"].to_list() == ["cannot rank"] * 2
    (tmp_path / "time.csv").write_text(
        "person,seconds,day_on,project,category\nAnn,36000,2026-03-01,faces,modeling\n"
        "Ann,7200,2026-03-04,Faces,evaluation\nAnn,7200,2026-03-04,Faces,annotating\nAnn,7200,2026-03-05,Faces,modeling\n",
        encoding="utf-8",
    )
    import_files(store, [tmp_path / "time.csv"], Settings())
    hours = resolve_figure(store, "marginal_return", EVERYTHING).rows["modeling_hours"].to_list()
    assert hours == [12.0, 12.0]


def test_a_label_of_unknown_time_is_not_ranked_but_has_an_elasticity(tmp_path: Path) -> None:
    rows = resolve_figure(store_of(tmp_path, of_grid(ablation(1)), labels=0), "marginal_return", EVERYTHING).rows
    assert rows["verdict"].to_list() == ["cannot rank"] * 2
    assert rows["elasticity"].null_count() == 0
    assert "not known what an hour of labeling buys" in rows["words"].item(0)


def test_missing_runs_are_named(tmp_path: Path) -> None:
    store = store_of(tmp_path, of_mixtures(mixtures(1, 0.2, 0.02, [(human, 0) for human in HUMAN])))
    found = resolve_figure(store, "exchange_rate", EVERYTHING)
    assert found.unavailable is not None
    assert "Signs: 5 sizes of labels by people" in found.unavailable.reason
    assert "2 on 1,000 labels by people and 4,000 synthetic" in found.unavailable.needed
    assert resolve_figure(store, "exchange_rate_points", EVERYTHING).rows.height == 5


def test_a_loss_is_an_error_as_it_is(tmp_path: Path) -> None:
    store = store_of(tmp_path, of_mixtures(mixtures(1, 0.2, 0.03), metric="val_loss"))
    row = resolve_figure(store, "exchange_rate", EVERYTHING).rows.row(0, named=True)
    assert row["kappa_low"] <= 0.2 <= row["kappa_high"]


def test_a_metric_of_unknown_direction_is_refused(tmp_path: Path) -> None:
    store = store_of(tmp_path, of_mixtures(mixtures(1, 0.2, 0.03), metric="beauty"))
    for name in ("exchange_rate", "marginal_return"):
        found = resolve_figure(store, name, EVERYTHING)
        assert found.unavailable is not None
        assert "higher or lower is better for beauty" in found.unavailable.reason
        assert "(higher is better)" in found.unavailable.needed


def test_the_project_filter_keeps_one_project(tmp_path: Path) -> None:
    (tmp_path / "apart").mkdir()
    runs = of_mixtures(mixtures(1, 0.2, 0.03)) + of_mixtures(mixtures(2, 0.4, 0.03), project="Faces").replace("x", "y")
    store = store_of(tmp_path, runs)
    assert resolve_figure(store, "exchange_rate", EVERYTHING).rows["project"].to_list() == ["Faces", "Signs"]
    only = resolve_figure(store, "exchange_rate", Filters(projects=("Faces",)))
    assert only.rows["project"].to_list() == ["Faces"]
    apart = resolve_figure(store_of(tmp_path / "apart", runs, labels=0), "exchange_rate", EVERYTHING).rows
    assert apart["worth_seconds"].to_list() == [None, None]
    assert "It pays" not in apart["words"].item(0)


SYNTHETIC = "item,person,seconds,method,finished_at,project,automation,stage,gold_score\n"


def with_synthetic(folder: Path, store: Store, made: int) -> None:
    """Add so many synthetic labels of Signs, and a report on their data."""
    lines = [f"s{at},,,synthetic,2026-03-0{1 + at % 9}T10:00:00Z,Signs,Faker,annotate,\n" for at in range(made)]
    (folder / "synthetic.csv").write_text(SYNTHETIC + "".join(lines), encoding="utf-8")
    shutil.copy(FIXTURES / "mostlyai_qa" / "Census__mostly.json", folder / "Signs__faker.json")
    import_files(store, [folder / "synthetic.csv", folder / "Signs__faker.json"], Settings(zone="UTC"))


def test_parity_puts_share_hours_gate_and_reports_beside_each_other(tmp_path: Path) -> None:
    store = store_of(tmp_path, of_mixtures(mixtures(1, 0.2, 0.03)))
    with_synthetic(tmp_path, store, 70)
    found = resolve_figure(store, "synthetic_parity", EVERYTHING)
    rows = {row["measure"]: row for row in found.rows.to_dicts()}
    assert rows["synthetic share of finished labels"]["value"] == pytest.approx(0.7)
    assert rows["synthetic share of finished labels"]["of"] == 100
    hours = rows["labeling hours avoided at equal model error"]
    kappa = resolve_figure(store, "exchange_rate", EVERYTHING).rows["kappa"].item()
    assert hours["value"] == pytest.approx(70 * kappa * SECONDS_A_LABEL / 3600)
    assert hours["value_from"] < hours["value"] < hours["value_to"]
    assert rows["quality gate of Faker"]["words"].startswith("not confirmed")
    overall = rows["accuracy overall"]
    assert (overall["value"], overall["reference"], overall["project"]) == (0.9069109, 0.9418405, "Signs")
    assert "real data reach 0.942" in overall["words"]
    assert "closer to 0.521" in rows["discriminator auc training synthetic"]["words"]
    assert found.used == 70 + 13


def test_parity_without_a_rate_does_not_know_the_hours(tmp_path: Path) -> None:
    store = store_of(tmp_path, "")
    with_synthetic(tmp_path, store, 3)
    rows = resolve_figure(store, "synthetic_parity", EVERYTHING).rows.filter(pl.col("about") == "hours")
    assert rows["value"].to_list() == [None]
    assert "it takes an exchange rate" in rows["words"].item()


def test_parity_knows_models_trained_on_synthetic_labels_alone(tmp_path: Path) -> None:
    points = [*((human, 0) for human in HUMAN), (0, 8000)]
    store = store_of(tmp_path, of_mixtures(mixtures(1, 0.2, 0.0, points)))
    with_synthetic(tmp_path, store, 3)
    row = (
        resolve_figure(store, "synthetic_parity", EVERYTHING).rows.filter(pl.col("about") == "model").row(0, named=True)
    )
    assert row["value"] > row["reference"]
    assert "8,000 synthetic labels against 8,000 by people" in row["words"]


def test_parity_without_anything_says_what_to_import(empty: Store) -> None:
    found = resolve_figure(empty, "synthetic_parity", EVERYTHING)
    assert found.unavailable is not None
    assert "SDMetrics" in found.unavailable.needed


def test_active_learning_saves_labels_at_equal_error(tmp_path: Path) -> None:
    store = store_of(tmp_path, of_chosen(chosen(1), project="Signs"))
    rows = resolve_figure(store, "label_savings", EVERYTHING).rows
    row = rows.filter(pl.col("selection") == "active", pl.col("labels") == 2000).row(0, named=True)
    assert row["saved_low"] <= 0.4 <= row["saved_high"]
    assert row["saved_labels"] == pytest.approx(row["random_labels"] - 2000)
    assert row["saved_hours"] == pytest.approx(row["saved_labels"] * SECONDS_A_LABEL / 3600)
    assert "2,000 chosen labels do what" in row["words"]
    assert rows.filter(pl.col("selection") == "random").height == len(HUMAN)


def test_pre_training_saves_labels_at_equal_error_and_asks_for_missing_runs(tmp_path: Path) -> None:
    text = RUN + of_chosen(chosen(1), project="Signs")
    text = (
        text.replace("selection", "pretraining").replace(",active,", ",self-supervised,").replace(",random,", ",none,")
    )
    store = store_of(tmp_path, "")
    (tmp_path / "pretrained.csv").write_text(text, encoding="utf-8")
    import_files(store, [tmp_path / "pretrained.csv"], Settings(zone="UTC"))
    rows = resolve_figure(store, "label_savings", EVERYTHING).rows
    assert set(rows.get_column("technique")) == {"self-supervised pre-training"}
    row = rows.filter(pl.col("selection") == "self-supervised", pl.col("labels") == 2000).row(0, named=True)
    assert row["saved_low"] <= 0.4 <= row["saved_high"]
    assert row["saved_hours"] == pytest.approx(row["saved_labels"] * SECONDS_A_LABEL / 3600)
    assert "2,000 labels with pre-training do what" in row["words"]
    assert not {2000.0} & set(resolve_figure(store, "exchange_rate_points", EVERYTHING).rows["human"]) - set(
        rows.filter(pl.col("selection") == "none")["labels"]
    )


def test_pre_training_without_runs_to_compare_names_these(tmp_path: Path) -> None:
    line = "r{0},2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,Signs,f1,0.{0},1000,,final,{0},self-supervised,\n"
    (tmp_path / "runs.csv").write_text(
        RUN.replace("selection", "pretraining") + line.format(7) + line.format(8), encoding="utf-8"
    )
    store = Store(tmp_path / "store")
    import_files(store, [tmp_path / "runs.csv"], Settings(zone="UTC"))
    unavailable = resolve_figure(store, "label_savings", EVERYTHING).unavailable
    assert unavailable
    assert "Train on 500, 1,000, 2,000 labels without pre-training" in unavailable.needed
    assert "pretraining = none" in unavailable.needed


def test_active_runs_are_no_points_of_the_other_curves(tmp_path: Path) -> None:
    store = store_of(tmp_path, of_chosen(chosen(1, active=(3000,))))
    assert 3000 not in resolve_figure(store, "exchange_rate_points", EVERYTHING).rows["human"].to_list()


def test_runs_that_do_not_say_how_labels_were_chosen_are_no_random_ones(store: Store) -> None:
    found = resolve_figure(store, "label_savings", EVERYTHING)
    assert found.unavailable is not None
    assert "how its labels were chosen" in found.unavailable.reason


def test_active_runs_without_a_random_curve_name_its_runs(tmp_path: Path) -> None:
    found = resolve_figure(store_of(tmp_path, of_chosen(chosen(1).filter("active"))), "label_savings", EVERYTHING)
    assert found.unavailable is not None
    assert "2,000, 4,000, 8,000 labels chosen at random" in found.unavailable.needed


def test_a_history_is_consistent_with_and_never_ranks(tmp_path: Path) -> None:
    stages = sprints(1).with_row_index("stage")
    runs = stages.select("labels", pl.format("v{}", "stage"), "hours", pl.lit(1, pl.Int64).alias("seed"), "error")
    rows = resolve_figure(store_of(tmp_path, of_grid(runs)), "marginal_return", EVERYTHING).rows
    assert rows["verdict"].to_list() == ["cannot rank"] * 2
    assert rows["elasticity"].null_count() == 2
    assert "Cannot rank. No runs show" in rows["words"].item(0)
    assert "The history of 12 stages is consistent with" in rows["history"].item(0)
    assert "cannot rank them" in rows["history"].item(0)


def test_every_run_can_be_had_as_a_row_whatever_it_lacks(tmp_path: Path) -> None:
    runs = (
        "a,2026-03-02T09:00:00Z,2026-03-02T09:30:00Z,Signs,f1,0.8,100,20,final,1,active,4\n"
        "b,2026-03-03T09:00:00Z,,Signs,,,,,,,,\n"
    )
    store = store_of(tmp_path, runs, labels=0)
    columns = ("run", "seconds", "value", "labels_used", "labels_synthetic", "selection", "modeling_hours")
    answer = resolve_figure(store, "training_runs", Filters())
    assert answer.rows.select(columns).rows() == [
        ("b", None, None, None, None, None, None),
        ("a", 1800, 0.8, 100, 20, "active", 4),
    ]
    with store.change("match a project") as change:
        change.execute("insert into labeling_project values ('native_runs', 'Signs', 'Street Signs', 'unknown')")
    street = resolve_figure(store, "training_runs", Filters(projects=("Street Signs",))).rows
    assert street.get_column("project").to_list() == ["Street Signs", "Street Signs"]
    cost = resolve_figure(store, "resources_by_month", Filters(projects=("Street Signs",))).rows
    assert cost.select("resource", "hours", "unknown").rows() == [("training runs", 0.5, 1)]
    nothing = resolve_figure(store, "training_runs", Filters(projects=("Faces",)))
    assert nothing.unavailable is not None
    assert nothing.unavailable.reason == "No training run matches the filters."
