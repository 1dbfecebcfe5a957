"""The anchoring audit finds a shift that is there, and seldom one that is not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import chi2_contingency

from dashboard.quality.model.anchoring import SHIFT_COLUMNS, _permute_within_items, audit_anchoring

CLASSES = np.array(["cat", "dog", "fox"])


def audit(seed: int, pulled: float, *, items: int = 300, agree: float = 0.8) -> pl.DataFrame:
    """Return items labeled blind and assisted; a share `pulled` of the assisted labels is drawn to "cat"."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, items, p=[0.3, 0.5, 0.2])
    blind, assisted = (np.where(rng.random(items) < agree, truth, rng.integers(0, 3, items)) for _ in range(2))
    assisted = np.where(rng.random(items) < pulled, 0, assisted)
    return pl.DataFrame(
        {
            "item": [f"i{at}" for at in range(items)] * 2,
            "assisted": [False] * items + [True] * items,
            "label": np.concatenate([CLASSES[blind], CLASSES[assisted]]),
        },
        schema={"item": pl.String, "assisted": pl.Boolean, "label": pl.String},
    )


def test_a_pull_towards_one_label_is_found() -> None:
    answer = audit_anchoring(audit(1, 0.2))
    assert answer.is_shifted
    assert answer.p is not None
    assert answer.p < 0.01
    assert answer.shift["label"][0] == "cat"
    assert answer.shift["difference"][0] > 0.08
    assert answer.words.startswith("Suggestions shift the labels")
    assert answer.distance == pytest.approx(answer.shift["difference"].abs().sum() / 2)


def test_without_a_pull_a_shift_is_found_about_as_often_as_said() -> None:
    found = [audit_anchoring(audit(seed, 0.0), seed=seed) for seed in range(120)]
    assert sum(answer.is_shifted for answer in found) <= 0.1 * len(found)
    assert all(answer.distance is not None for answer in found)
    mean = np.mean([answer.distance for answer in found])
    assert mean == pytest.approx(np.mean([answer.chance_distance for answer in found]), rel=0.1)


def test_the_items_themselves_are_the_comparison() -> None:
    """A shift that the chi-square of all labels is too weak to see, because it ignores that items are the same."""
    labels = audit(3, 0.06, items=400, agree=1.0)
    answer = audit_anchoring(labels)
    table = labels.group_by("label").agg(a=pl.col("assisted").sum(), b=(~pl.col("assisted")).sum()).select("a", "b")
    assert chi2_contingency(table.to_numpy()).pvalue > 0.05
    assert answer.is_shifted
    assert "permutation" in answer.method


def test_labels_of_different_items_go_by_chi_square() -> None:
    labels = audit(4, 0.25).with_columns(item=pl.int_range(pl.len()).cast(pl.String))
    answer = audit_anchoring(labels)
    table = labels.group_by("label").agg(a=pl.col("assisted").sum(), b=(~pl.col("assisted")).sum()).select("a", "b")
    expected = chi2_contingency(table.to_numpy(), correction=False)
    assert (answer.chi_square, answer.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert answer.freedom == 2
    assert answer.method == "chi-square of all labels"
    assert "as items or by the suggestions" in answer.words


def test_rare_labels_are_taken_together_in_the_test_and_shown_apart() -> None:
    rare = pl.DataFrame(
        {"item": [f"r{at}" for at in range(6)], "assisted": [True] * 6, "label": [f"rare{at}" for at in range(6)]}
    )
    answer = audit_anchoring(pl.concat([audit(5, 0.0).with_columns(item=pl.int_range(pl.len()).cast(pl.String)), rare]))
    assert answer.freedom is not None
    assert answer.freedom <= 3
    assert answer.shift.height == 9


def test_swapping_pairs_gives_what_swapping_items_one_by_one_gives() -> None:
    labels = audit(6, 0.1, items=80)
    wide = labels.sort("item", "assisted")
    codes = (wide["label"].rank("dense") - 1).to_numpy().astype(int)
    blind, assisted = codes[0::2], codes[1::2]
    rng, gaps = np.random.default_rng(0), []
    for _ in range(2_000):
        swap = rng.random(80) < 0.5
        one, other = np.where(swap, blind, assisted), np.where(swap, assisted, blind)
        gaps.append(np.abs(np.bincount(one, minlength=3) - np.bincount(other, minlength=3)).sum() / 160)
    assert np.mean(_permute_within_items(wide, 3, np.random.default_rng(1))) == pytest.approx(np.mean(gaps), rel=0.05)


def test_all_labels_the_same_is_no_shift() -> None:
    answer = audit_anchoring(
        audit(7, 0.0).with_columns(label=pl.lit("cat"), item=pl.int_range(pl.len()).cast(pl.String))
    )
    assert (answer.is_shifted, answer.p, answer.distance) == (False, None, 0.0)


@pytest.mark.parametrize("items", [0, 30])
def test_too_few_labels_are_refused(items: int) -> None:
    answer = audit_anchoring(audit(8, 0.5, items=items))
    assert answer.refused is not None
    assert answer.distance is None
    assert not answer.is_shifted
    assert answer.shift.schema == SHIFT_COLUMNS


def test_free_text_is_not_a_class() -> None:
    labels = audit(9, 0.0).with_columns(label=pl.int_range(pl.len()).cast(pl.String))
    answer = audit_anchoring(labels)
    assert answer.refused is not None
    assert "no classes" in answer.refused.reason
