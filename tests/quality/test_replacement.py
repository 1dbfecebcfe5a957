"""The replacement test, worked by hand, against the method's definition, and from a file to the figure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import fmean

import numpy as np
import polars as pl
import pytest
from scipy.stats import ttest_1samp

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.quality.model.replacement import (
    EPSILONS,
    ReplacementTest,
    compare_with_others,
    count_rejections,
    run_replacement_test,
)
from dashboard.quality.replacement import describe_test
from dashboard.store.generations import Store

Answers = dict[str, dict[str, str | float]]
HEADER = "item,person,method,finished_at,seconds,answer,model,label_kind,project\n"


def run(people: Answers, model: dict[str, str | float]) -> ReplacementTest:
    return run_replacement_test(*as_frames(people, model))


def as_frames(people: Answers, model: dict[str, str | float]) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = [(item, who, value) for who, answers in people.items() for item, value in answers.items()]
    return (
        pl.DataFrame(rows, schema=["item", "who", "value"], orient="row"),
        pl.DataFrame(list(model.items()), schema=["item", "value"], orient="row"),
    )


def test_who_is_nearer_is_worked_out_item_by_item() -> None:
    # Left out A: B and C say x, the model says x, A says y: the model alone wins. Left out B: A says y, C says x; B and
    # the model say x: both win. Likewise C.
    frames = as_frames({"A": {"i": "y"}, "B": {"i": "x"}, "C": {"i": "x"}}, {"i": "x"})
    assert compare_with_others(*frames).sort("who").select("who", "person_wins", "model_wins").rows() == [
        ("A", False, True),
        ("B", True, True),
        ("C", True, True),
    ]


def test_numbers_are_compared_by_their_distance() -> None:
    # Left out A (1): the others say 2 and 4. Squared distances of A: 1 + 9 = 10; of the model (3): 1 + 1 = 2.
    # Left out B (2): others 1 and 4: B 1 + 4 = 5, model 4 + 1 = 5: both. Left out C (4): C 9 + 4 = 13, model 5.
    frames = as_frames({"A": {"i": 1.0}, "B": {"i": 2.0}, "C": {"i": 4.0}}, {"i": 3.0})
    assert compare_with_others(*frames).sort("who").select("person_wins", "model_wins").rows() == [
        (False, True),
        (True, True),
        (False, True),
    ]


def test_three_p_values_are_corrected_together() -> None:
    # Limits at 5 %: rank / 3 x .05 / (1 + 1/2 + 1/3) = .00909, .01818, .02727.
    assert count_rejections([0.02, 0.009, 0.5], 0.05) == 1
    assert count_rejections([0.027, 0.5, 0.026], 0.05) == 0
    assert count_rejections([0.027, 0.018, 0.02], 0.05) == 3


def test_a_model_that_always_agrees_wins_against_all_and_one_that_never_does_against_none() -> None:
    people: Answers = {who: {f"i{n}": "xy"[n % 2] for n in range(30)} for who in "ABC"}
    alike = run(people, dict(people["A"]))
    assert (alike.people, alike.items, alike.advantage) == (3, 30, 1.0)
    assert alike.win_rates == {"crowd": 1.0, "skilled": 1.0, "expert": 1.0}
    other = run(people, dict.fromkeys(people["A"], "z"))
    assert other.advantage == 0.0
    assert set(other.win_rates.values()) == {0.0}


def test_people_with_fewer_than_thirty_items_are_not_compared_but_count_as_others() -> None:
    people: Answers = {who: {f"i{n}": "x" for n in range(30)} for who in "ABC"}
    few = run({**people, "D": {"i0": "y"}}, {f"i{n}": "x" for n in range(30)})
    assert (few.people, few.items) == (3, 30)
    missing = run({"A": people["A"], "B": people["B"]}, {f"i{n}": "x" for n in range(30)})
    assert missing.refused
    assert "At least 3 annotators" in missing.refused.needed


def by_definition(
    people: Answers,
    model: dict[str, str | float],
    score: Callable[[str | float, list[str | float]], float],
    epsilon: float,
) -> tuple[float, float]:
    """Return win rate and advantage as the method defines them, in plain loops."""
    p_values, advantages = [], []
    for who, answers in people.items():
        own, theirs = [], []
        for item, answer in answers.items():
            others = [more[item] for name, more in people.items() if name != who and item in more]
            if others and item in model:
                own.append(float(score(model[item], others) >= score(answer, others)))
                theirs.append(float(score(answer, others) >= score(model[item], others)))
        if len(own) >= 30:
            differences = np.array(theirs) - np.array(own)
            p_values.append(float(ttest_1samp(differences, epsilon, alternative="less").pvalue))
            advantages.append(fmean(own))
    return count_rejections(p_values, 0.05) / len(p_values), fmean(advantages)


@pytest.mark.parametrize("seed", range(6))
def test_the_figure_is_that_of_the_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, 120)
    people: Answers = {
        who: {
            f"i{n}": str(truth[n]) if rng.random() < 0.55 + 0.1 * place else str(rng.integers(0, 3))
            for n in range(120)
            if rng.random() < 0.8
        }
        for place, who in enumerate("ABCDE")
    }
    model: dict[str, str | float] = {
        f"i{n}": str(truth[n]) if rng.random() < 0.75 else str(rng.integers(0, 3)) for n in range(110)
    }
    result = run(people, model)
    for expertise, epsilon in EPSILONS.items():
        rate, advantage = by_definition(people, model, lambda own, others: fmean(own == one for one in others), epsilon)
        assert result.win_rates[expertise] == pytest.approx(rate)
        assert result.advantage == pytest.approx(advantage)


def test_the_figure_reads_models_and_people_from_the_log(tmp_path: Path) -> None:
    rows = [
        f"i{n},{who},manual,2026-03-02T10:{n:02d}:00Z,60,{answer},,class,Text"
        for n in range(40)
        for who, answer in (("Ann", "x"), ("Ben", "x"), ("Cy", "x" if n % 4 else "y"))
    ]
    rows += [
        f"i{n},,automatic,2026-03-01T10:{n:02d}:00Z,,{'y' if n % 8 == 1 else 'x'},tagger,class,Text" for n in range(40)
    ]
    file = tmp_path / "log.csv"
    file.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [file], Settings(zone="UTC"))
    row = resolve_figure(store, "replacement_test", Filters()).rows.row(0, named=True)
    assert (row["project"], row["model"], row["label_kind"], row["people"], row["items"]) == (
        "Text",
        "tagger",
        "class",
        3,
        40,
    )
    # On 5 of 40 items the model alone says y: it loses there, whoever is left out. On Cy's 10 it is at least as near.
    assert row["advantage_share"] == pytest.approx(35 / 40)
    assert row["epsilon"] == 0.1
    # Ann and Ben win 5 of 40 more often than it, too close to 0.2 (t = -1.4); only against Cy is it clearly better.
    assert row["verdict"] == "may not replace"
    assert "it wins against 1 of 3 annotators on 40 items, even if they are experts" in row["words"]


ONLY = "The model may replace annotators only if these are"


@pytest.mark.parametrize(
    ("win_rates", "verdict", "lead", "wins"),
    [
        ((0.5, 0.75, 1.0), "may replace", "The model may replace annotators:", "2 of 4"),
        ((0.25, 0.75, 1.0), "may replace skilled only", f"{ONLY} skilled annotators or experts,", "3 of 4"),
        ((0.0, 0.25, 0.5), "may replace expert only", f"{ONLY} experts,", "2 of 4"),
        ((0.0, 0.0, 0.25), "may not replace", "The model may not replace annotators:", "1 of 4"),
    ],
)
def test_a_model_may_replace_annotators_if_it_wins_against_half_of_them(
    win_rates: tuple[float, float, float], verdict: str, lead: str, wins: str
) -> None:
    result = ReplacementTest(4, 1200, dict(zip(EPSILONS, win_rates, strict=True)), 0.5, None)
    text = describe_test(result)
    assert text[0] == verdict
    assert text[1].startswith(lead)
    assert f"it wins against {wins} annotators on 1,200 items" in text[1]
