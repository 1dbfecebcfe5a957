"""Projects, kinds and people compared on labels that are alike: logs of known truth, where raw ratios mislead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from simulated_store import imported

from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.inference.cluster_scores import fit_poisson
from dashboard.inference.design_matrix import Terms
from dashboard.savings.like_for_like import build_dimension_rows, select_labels
from dashboard.savings.model.like_for_like import drop_idle_time
from dashboard.store.generations import Store

MONDAY = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - written as UTC
PROJECTS, KINDS = ("roads", "scans", "texts"), ("box", "mask", "span")
PROJECT_EFFECT, KIND_EFFECT = np.array([0.0, 0.3, -0.2]), np.array([0.0, 0.9, -0.4])
EVERYTHING = {"from_on": None, "methods": []}


@dataclass(frozen=True)
class Log:
    """Labeling events, and the true ratios by project, kind and person."""

    events: pl.DataFrame
    truth: dict[str, dict[str, float]]


def simulate(seed: int, *, people: int = 10, items: int = 300, assisted: float = 0.3, fit: float = 0.05) -> Log:
    """Return a log in which scans are mostly masks, the hard kind, and quick people label texts."""
    rng = np.random.default_rng(seed)
    who, before = np.repeat(np.arange(people), items), np.tile(np.arange(items), people)
    skill = np.linspace(-0.4, 0.4, people)
    pull = np.stack([np.ones(people), np.ones(people), 1.5 - 2 * skill])
    project = np.array([rng.choice(3, p=pull[:, person] / pull[:, person].sum()) for person in who])
    kind = np.array([rng.choice(3, p=[(0.5, 0.2, 0.3), (0.1, 0.8, 0.1), (0.3, 0.1, 0.6)][place]) for place in project])
    objects = rng.poisson(np.array([3, 6, 1])[project]) + 1
    helped = rng.random(who.size) < assisted * (project == 0)
    line = np.log(20) + skill[who] + PROJECT_EFFECT[project] + KIND_EFFECT[kind] + 0.5 * np.log1p(objects)
    line = line - 0.1 * np.log1p(before) + np.log(0.7) * helped
    week = before * 8 // items
    line = line + rng.normal(0, 0.1, (people, 8))[who, week] + rng.normal(0, fit, (people, 3))[who, project]
    seconds = np.exp(line + rng.normal(0, 0.5, who.size))
    effects = {"project": (PROJECT_EFFECT, project), "kind": (KIND_EFFECT, kind), "person": (skill, who)}
    names = {"project": PROJECTS, "kind": KINDS, "person": [f"p{person:02d}" for person in range(people)]}
    events = pl.DataFrame(
        {
            "item": [f"i{number}" for number in range(who.size)],
            "person": np.array(names["person"])[who],
            "seconds": seconds.round(3),
            "method": np.where(helped, "pre-annotated", "manual"),
            "finished_at": [
                (MONDAY + timedelta(weeks=int(at), minutes=int(number))).strftime("%Y-%m-%dT%H:%M:%SZ")
                for at, number in zip(week, before, strict=True)
            ],
            "project": np.array(PROJECTS)[project],
            "label_kind": np.array(KINDS)[kind],
            "objects": objects,
        }
    )
    truth = {}
    for dimension, (effect, member) in effects.items():
        base = np.exp(line - effect[member])
        truth[dimension] = {
            name: float(np.exp(effect[code]) * base.sum() / np.exp(line).sum())
            for code, name in enumerate(names[dimension])
        }
    return Log(events, truth)


def compare(events: pl.DataFrame, dimension: str) -> dict[str, dict[str, object]]:
    """Return the rows of a dimension by name, straight from the events."""
    finished = pl.col("finished_at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ")
    frame = events.with_columns(
        annotator="person",
        kind="label_kind",
        objects=pl.col("objects").log1p(),
        difficulty=pl.lit(None, dtype=pl.Float64),
        finished_at=finished,
        day_on=finished.dt.date(),
    ).sort("annotator", "finished_at")
    compared = drop_idle_time(select_labels(frame.drop("person", "label_kind"), EVERYTHING))
    rows = build_dimension_rows(compared, "annotator" if dimension == "person" else dimension, frame)
    return {str(row["person"] or row["member"]): row for row in rows.iter_rows(named=True)}


def ask(store: Store, filters: Filters | None = None, *, names: bool = True) -> Figure:
    """Return the figure of a store."""
    return resolve_figure(store, "like_for_like", filters or Filters(), names=names)


@pytest.mark.parametrize("dimension", ["project", "kind", "person"])
def test_the_interval_covers_the_known_effect_where_the_raw_ratio_misleads(dimension: str) -> None:
    covered, raw_covered, count = 0, 0, 0
    for seed in range(6):
        log = simulate(seed)
        for name, row in compare(log.events, dimension).items():
            covered += row["ratio_low"] <= log.truth[dimension][name] <= row["ratio_high"]
            raw_covered += row["ratio_low"] <= row["raw_ratio"] <= row["ratio_high"]
            assert row["ratio"] == pytest.approx(log.truth[dimension][name], rel=0.35)
            count += 1
    assert covered / count >= 0.85
    assert raw_covered / count <= 0.7


def test_hard_kinds_in_one_project_do_not_make_it_slow() -> None:
    rows = compare(simulate(1).events, "project")
    assert rows["scans"]["raw_ratio"] > 1.5
    assert rows["scans"]["ratio_high"] < rows["scans"]["raw_ratio"]


def test_nobody_s_own_project_is_not_comparable_and_has_no_number() -> None:
    events = simulate(2).events
    alone = pl.col("project") == "texts"
    own_people = events.with_columns(person=pl.when(alone).then(pl.format("q{}", pl.col("person"))).otherwise("person"))
    rows = compare(own_people, "project")
    texts = rows["texts"]
    assert (texts["ratio"], texts["ratio_low"], texts["raw_ratio"]) == (None, None, None)
    assert texts["labels"] > 100
    assert texts["reason"] == "Nobody who labels this labels anything else."
    assert "both this and others" in str(texts["needed"])
    assert rows["roads"]["ratio"]
    assert compare(own_people, "kind")["span"]["ratio"]  # kinds still mix within each person's work


def test_a_project_with_kinds_of_its_own_is_not_comparable() -> None:
    own_kind = pl.when(pl.col("project") == "scans").then(pl.lit("volume")).otherwise("label_kind")
    events = simulate(3).events.with_columns(label_kind=own_kind)
    assert compare(events, "project")["scans"]["reason"] == "Its kinds of label appear nowhere else."
    volume = compare(events, "kind")["volume"]
    assert volume["ratio"] is None
    assert volume["reason"] == "Its labels are in projects of their own."


def test_two_groups_that_share_nothing_are_not_told_apart() -> None:
    events = simulate(4, people=12).events
    is_odd = pl.col("person").str.slice(1).cast(pl.Int64) % 2 == 1
    split = events.with_columns(
        project=pl.when(is_odd).then(pl.format("far {}", "project")).otherwise("project"),
    )
    rows = compare(split, "project")
    known = {name for name, row in rows.items() if row["ratio"] is not None}
    assert known in ({"roads", "scans", "texts"}, {"far roads", "far scans", "far texts"})
    assert {row["reason"] for name, row in rows.items() if name not in known} == {
        "What its labels take cannot be told from their people, kinds and methods."
    }


def test_a_bridge_of_two_people_is_too_few() -> None:
    events = simulate(5).events
    is_bridge = pl.col("person").is_in(["p00", "p01"])
    rows = compare(events.filter((pl.col("project") != "scans") | is_bridge), "project")
    assert rows["scans"]["ratio"] is None
    assert "(there are 2)" in str(rows["scans"]["needed"])


def test_a_project_without_counted_objects_is_not_comparable_to_those_with_them() -> None:
    counted = pl.when(pl.col("project") != "scans").then("objects")
    rows = compare(simulate(6).events.with_columns(objects=counted), "project")
    assert rows["scans"]["ratio"] is None
    assert "objects" in str(rows["scans"]["needed"])


def test_a_person_alone_on_a_project_and_one_of_a_single_week_have_no_ratio() -> None:
    events = simulate(7).events
    is_first = pl.col("person") == "p00"
    alone = events.with_columns(project=pl.when(is_first).then(pl.lit("maps")).otherwise("project"))
    assert compare(alone, "person")["p00"]["reason"] == "Nobody else labels what this person labels."
    brief = events.filter(~is_first | (pl.col("finished_at") < "2026-01-12"))
    assert "(there are 1)" in str(compare(brief, "person")["p00"]["needed"])


@pytest.mark.parametrize(("count", "needed"), [(19, "1 more labels with a measured time."), (20, None)])
def test_a_person_has_a_ratio_from_twenty_labels_on(count: int, needed: str | None) -> None:
    events = simulate(7).events
    is_first = pl.col("person") == "p00"
    few = events.filter(is_first).gather_every(12).head(count)
    row = compare(pl.concat([events.filter(~is_first), few]), "person")["p00"]
    assert (row["needed"], row["ratio"] is None) == (needed, needed is not None)


def test_long_pauses_do_not_make_a_project_slow() -> None:
    log = simulate(8)
    is_idle = (pl.col("project") == "roads") & (pl.int_range(pl.len()) % 40 == 0)
    events = log.events.with_columns(seconds=pl.when(is_idle).then(20_000.0).otherwise("seconds"))
    row = compare(events, "project")["roads"]
    assert row["ratio_low"] <= log.truth["project"]["roads"] <= row["ratio_high"]


def test_the_figure_hides_names_and_never_ranks_people(tmp_path: Path) -> None:
    store = imported(tmp_path, [simulate(1).events])
    hidden, named = ask(store, names=False), ask(store)
    assert not {f"p{person:02d}" for person in range(10)} & set(hidden.rows["person"].drop_nulls())
    people = named.rows.filter(dimension="annotator")
    assert people["person"].to_list() == [f"p{person:02d}" for person in range(10)]
    order = hidden.rows.filter(dimension="annotator")["person"]
    assert order.is_sorted()
    assert order[0].startswith("Person ")
    assert sorted(hidden.rows["ratio"]) == sorted(named.rows["ratio"])
    assert set(named.rows["dimension"]) == {"project", "kind", "annotator"}


def test_the_period_and_the_methods_narrow_the_labels_and_experience_counts_from_the_first(tmp_path: Path) -> None:
    log = simulate(2)
    store = imported(tmp_path, [log.events])
    later = ask(store, Filters(from_on=(MONDAY + timedelta(weeks=4)).date())).rows
    assert later.filter(dimension="annotator")["labels"].sum() < 0.6 * log.events.height
    manual = ask(store, Filters(methods=("manual",))).rows
    assert manual.filter(dimension="project")["labels"].sum() <= log.events.filter(method="manual").height
    row = later.filter(member="scans").row(0, named=True)
    assert row["ratio_low"] <= log.truth["project"]["scans"] * 1.05
    assert row["ratio_high"] >= log.truth["project"]["scans"] * 0.95


def test_one_project_has_nothing_to_be_compared_with_and_untimed_labels_are_refused(tmp_path: Path) -> None:
    events = simulate(1).events
    single = ask(imported(tmp_path / "single", [events.filter(project="roads")])).rows
    (row,) = single.filter(dimension="project").to_dicts()
    assert (row["ratio"], row["reason"]) == (None, "There is nothing to compare it with.")
    untimed = ask(imported(tmp_path / "untimed", [events.with_columns(seconds=pl.lit(None, dtype=pl.Float64))]))
    assert untimed.unavailable is not None
    assert "measured time" in untimed.unavailable.reason


def test_a_project_whose_slow_labels_are_not_timed_has_no_ratio() -> None:
    events = simulate(9).events
    is_slow = (pl.col("project") == "scans") & (pl.col("seconds") > pl.col("seconds").median().over("project"))
    rows = compare(events.with_columns(seconds=pl.when(~is_slow).then("seconds")), "project")
    assert rows["scans"]["ratio"] is None
    assert "no measured time" in str(rows["scans"]["reason"])
    assert rows["roads"]["ratio"]


def test_a_project_without_any_time_has_a_row_that_says_so() -> None:
    is_untimed = (pl.col("project") == "scans") | (pl.col("person") == "p03")
    events = simulate(9).events.with_columns(seconds=pl.when(~is_untimed).then("seconds"))
    for dimension, name in (("project", "scans"), ("person", "p03")):
        row = compare(events, dimension)[name]
        assert (row["ratio"], row["raw_ratio"], row["labels"]) == (None, None, 0)
        assert row["reason"] == "None of these labels has a measured time."
        assert row["needed"] == "An export that times nearly every label."


def test_the_errors_of_many_contrasts_are_those_of_each_coefficient() -> None:
    rng = np.random.default_rng(1)
    groups = tuple(rng.integers(0, levels, 400) for levels in (6, 4, 3))
    terms = Terms(groups, {"objects": rng.normal(size=400)})
    fit = fit_poisson(terms, np.exp(rng.normal(size=400)))
    contrasts = np.zeros((len(fit.beta), 2))
    contrasts[0, 0], contrasts[0, 1] = 1.0, -2.0
    expected = fit.error("objects", groups[0])
    assert fit.compute_contrast_errors(contrasts, groups[0]) == pytest.approx([expected, 2 * expected])
