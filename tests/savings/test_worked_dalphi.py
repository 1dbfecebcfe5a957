"""A published study of people who annotated with and without suggestions gives its published values."""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboard.help import read_topic
from dashboard.inference.cluster_scores import build_interval, fit_poisson
from dashboard.inference.design_matrix import Terms
from dashboard.savings.model.crossover import CrossoverEstimate, estimate_crossover

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "fixtures" / "worked" / "dalphi"
LEVELS = [10, 50, 90]


@pytest.fixture(scope="module")
def blocks() -> pl.DataFrame:
    return pl.read_csv(STUDY / "blocks.csv").rename({"correct": "labels"})


@pytest.fixture(scope="module")
def expected() -> dict[int, dict[str, float]]:
    return {row["level"]: row for row in pl.read_csv(STUDY / "expected.csv").to_dicts()}


def found(blocks: pl.DataFrame, level: int) -> CrossoverEstimate:
    return estimate_crossover(blocks.filter(pl.col("level") == level))


@pytest.mark.parametrize("level", LEVELS)
def test_the_paired_t_of_the_study(blocks: pl.DataFrame, expected: dict[int, dict[str, float]], level: int) -> None:
    answer, published = found(blocks, level), expected[level]
    assert answer.seconds is not None
    assert (answer.people, answer.freedom) == (published["people"], published["freedom"])
    assert answer.seconds.value == pytest.approx(published["difference"], abs=5e-6)
    assert answer.deviation == pytest.approx(published["deviation"], abs=5e-5)
    assert answer.t == pytest.approx(published["t"], abs=5e-6)
    assert (answer.seconds.low < 0 < answer.seconds.high) == (level == 10)


@pytest.mark.parametrize("level", LEVELS)
def test_the_two_ratios(blocks: pl.DataFrame, expected: dict[int, dict[str, float]], level: int) -> None:
    answer, published = found(blocks, level), expected[level]
    assert answer.hours is not None
    assert answer.typical is not None
    assert answer.hours.value == pytest.approx(published["ratio_of_totals"], abs=5e-5)
    assert answer.typical.value == pytest.approx(published["log_ratio"], abs=5e-5)


@pytest.mark.parametrize("level", LEVELS)
def test_hours_are_what_the_poisson_regression_of_savings_gives(blocks: pl.DataFrame, level: int) -> None:
    answer = found(blocks, level)
    labels = (
        blocks.filter(pl.col("level") == level)
        .with_columns(pace=pl.col("seconds") / pl.col("labels"))
        .select(pl.col("annotator", "assisted", "pace").repeat_by("labels"))
        .explode("annotator", "assisted", "pace")
    )
    who = (labels["annotator"].rank("dense") - 1).to_numpy().astype(np.int64)
    terms = Terms((np.zeros(labels.height, np.int64),), {"assisted": labels["assisted"].to_numpy().astype(float)})
    fit = fit_poisson(terms, labels["pace"].to_numpy())
    interval = build_interval(fit.coefficient("assisted"), fit.error("assisted", who), answer.freedom, 0.95)
    assert answer.hours is not None
    assert answer.hours.value == pytest.approx(np.exp(interval.value), abs=1e-8)
    # The regression also corrects for its coefficients: (n - 1) / (n - k), which is next to nothing here.
    assert (answer.hours.low, answer.hours.high) == pytest.approx(np.exp([interval.low, interval.high]), rel=1e-4)


def test_a_person_who_worked_one_way_only_does_not_count(blocks: pl.DataFrame) -> None:
    one = blocks.filter(pl.col("level") == 90)
    first = one["annotator"].min()
    reduced = one.filter(~(pl.col("assisted") & (pl.col("annotator") == first)))
    assert estimate_crossover(reduced) == estimate_crossover(one.filter(pl.col("annotator") != first))
    assert estimate_crossover(reduced).people == 21


def test_blocks_without_labels_are_left_out(blocks: pl.DataFrame) -> None:
    one = blocks.filter(pl.col("level") == 50)
    empty = one.head(4).with_columns(labels=pl.lit(0, pl.Int64))
    assert estimate_crossover(pl.concat([one, empty])) == estimate_crossover(one)


def test_too_few_people_are_refused(blocks: pl.DataFrame) -> None:
    answer = estimate_crossover(blocks.filter(pl.col("level") == 10).head(12))
    assert answer.refused is not None
    assert "3 more people" in answer.refused.needed
    assert (answer.people, answer.seconds, answer.hours) == (3, None, None)


def test_the_help_topic_says_what_its_lines_print() -> None:
    section = read_topic("example").text
    lines = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    printed = re.search(r"```text\n(.*?)```", section, re.DOTALL)
    assert lines
    assert printed
    said = io.StringIO()
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        with contextlib.redirect_stdout(said):
            exec(compile(lines[1], "example.md", "exec"), {})  # noqa: S102 - the lines are our own
    finally:
        os.chdir(before)
    assert said.getvalue() == printed[1]
