"""Agreement against published worked examples and the properties its makers claim for it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.quality.model.agreement import (
    Scale,
    _compute_alpha,
    _count_values,
    estimate_krippendorff_alpha,
)

# Krippendorff (2011), section E: four observers, twelve units, a dot is a missing rating.
FOUR_OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]
# The three coders and fifteen units of the encyclopedia article on alpha.
THREE_CODERS = [". . . . . 3 4 1 2 1 1 3 3 . 3", "1 . 2 1 3 3 4 3 . . . . . . .", ". . 2 1 3 4 4 . 2 1 1 3 3 . 4"]


def ratings(lines: list[str]) -> pl.DataFrame:
    rows = [
        (f"u{unit:02}", f"o{observer}", None if value == "." else float(value))
        for observer, line in enumerate(lines)
        for unit, value in enumerate(line.split())
    ]
    return pl.DataFrame(rows, schema={"item": pl.String, "annotator": pl.String, "value": pl.Float64}, orient="row")


def alpha(frame: pl.DataFrame, scale: Scale) -> float:
    answer = estimate_krippendorff_alpha(frame, scale).alpha
    assert answer is not None
    return answer.value


@pytest.mark.parametrize(
    ("scale", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_four_observers_and_twelve_units(scale: Scale, published: float) -> None:
    answer = estimate_krippendorff_alpha(ratings(FOUR_OBSERVERS), scale)
    assert answer.alpha is not None
    assert answer.alpha.value == pytest.approx(published, abs=0.0005)
    assert (answer.items, answer.ratings, answer.annotators) == (11, 40, 4)
    assert answer.alpha.low < published < answer.alpha.high


@pytest.mark.parametrize(("scale", "published"), [("nominal", 0.691358), ("interval", 0.810845)])
def test_three_coders_and_fifteen_units(scale: Scale, published: float) -> None:
    assert alpha(ratings(THREE_CODERS), scale) == pytest.approx(published, abs=1e-6)


def pairwise(frame: pl.DataFrame, scale: Scale) -> float:
    """Return alpha from its definition, by going through every pair of ratings."""
    paired = frame.drop_nulls().filter(pl.len().over("item") > 1)
    everything = paired["value"].to_list()

    def apart(one: float, other: float) -> float:
        if scale == "nominal":
            return float(one != other)
        if scale == "interval":
            return (one - other) ** 2
        if scale == "ratio":
            return 0.0 if one == other else ((one - other) / (one + other)) ** 2
        low, high = sorted((one, other))
        between = sum(low <= value <= high for value in everything)
        return (between - (everything.count(low) + everything.count(high)) / 2) ** 2 if low != high else 0.0

    observed = sum(
        sum(apart(one, other) for one in values for other in values) / (len(values) - 1)
        for values in paired.group_by("item").agg("value")["value"].to_list()
    )
    expected = sum(apart(one, other) for one in everything for other in everything)
    return 1 - (len(everything) - 1) * observed / expected


def random_ratings(seed: int, people: int = 3, units: int = 14) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, units)
    lines = []
    for _ in range(people):
        seen = np.where(rng.random(units) < 0.7, truth, rng.integers(0, 4, units))
        lines.append(" ".join("." if rng.random() < 0.1 else str(value) for value in seen))
    return ratings(lines)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("seed", range(5))
def test_the_matrix_gives_what_going_through_all_pairs_gives(scale: Scale, seed: int) -> None:
    frame = random_ratings(seed)
    assert alpha(frame, scale) == pytest.approx(pairwise(frame, scale), abs=1e-12)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
def test_a_resample_is_alpha_of_the_drawn_items(scale: Scale) -> None:
    frame = random_ratings(7).drop_nulls().filter(pl.len().over("item") > 1)
    counts = _count_values(frame["item"], frame["value"])
    weights = np.random.default_rng(0).multinomial(len(counts), np.full(len(counts), 1 / len(counts)))
    drawn = pl.concat(
        [
            frame.filter(pl.col("item") == item).with_columns(item=pl.col("item") + f" {copy}")
            for item, times in zip(frame["item"].unique().sort(), weights, strict=True)
            for copy in range(times)
        ]
    )
    points = frame["value"].unique().sort().to_numpy()
    assert _compute_alpha(counts, weights[None, :].astype(float), scale, points)[0] == pytest.approx(
        pairwise(drawn, scale), abs=1e-12
    )


lines_of_ratings = st.lists(
    st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0]), min_size=12, max_size=12), min_size=2, max_size=4
)


@settings(max_examples=25)
@given(rows=lines_of_ratings, scale=st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_it_does_not_matter_who_is_who(rows: list[list[float]], scale: Scale) -> None:
    frame = ratings([" ".join(map(str, row)) for row in rows])
    turned = ratings([" ".join(map(str, row)) for row in reversed(rows)])
    assert estimate_krippendorff_alpha(frame, scale).alpha == estimate_krippendorff_alpha(turned, scale).alpha


@settings(max_examples=25)
@given(rows=lines_of_ratings)
def test_names_of_classes_do_not_matter(rows: list[list[float]]) -> None:
    frame = ratings([" ".join(map(str, row)) for row in rows])
    names = {0.0: "zebra", 1.0: "ant", 2.0: "*", 5.0: "cat"}
    renamed = frame.with_columns(pl.col("value").replace_strict(names, return_dtype=pl.String))
    first, second = (
        estimate_krippendorff_alpha(frame, "nominal").alpha,
        estimate_krippendorff_alpha(renamed, "nominal").alpha,
    )
    if first is None or second is None:
        assert first == second
    else:
        assert first.value == pytest.approx(second.value, abs=1e-12)
        assert first.low == pytest.approx(second.low, abs=1e-12)


@settings(max_examples=25)
@given(
    row=st.lists(st.integers(0, 4), min_size=10, max_size=30).filter(lambda row: len(set(row)) > 1),
    people=st.integers(2, 5),
    scale=st.sampled_from(["nominal", "ordinal", "interval", "ratio"]),
)
def test_perfect_agreement_is_one_but_not_certain(row: list[int], people: int, scale: Scale) -> None:
    answer = estimate_krippendorff_alpha(ratings([" ".join(map(str, row))] * people), scale).alpha
    assert answer is not None
    assert (answer.value, answer.high) == (1.0, 1.0)
    assert answer.low == pytest.approx(0.025 ** (1 / len(row)))


def test_random_ratings_agree_by_chance_only() -> None:
    rng = np.random.default_rng(0)
    frame = ratings([" ".join(map(str, rng.integers(0, 3, 2_000))) for _ in range(2)])
    answer = estimate_krippendorff_alpha(frame, "nominal").alpha
    assert answer is not None
    assert answer.low < 0 < answer.high
    assert answer.high - answer.low < 0.1


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["1 2 3", "1 2 3"], "3 items have two ratings"),
        (["1 " * 20, "1 " * 20], "All ratings are the same"),
        (["1 2 " * 10 + ". " * 20, ". " * 20 + "1 2 " * 10], "0 items have two ratings"),
    ],
)
def test_alpha_is_refused_where_it_says_nothing(lines: list[str], why: str) -> None:
    answer = estimate_krippendorff_alpha(ratings(lines), "nominal")
    assert answer.alpha is None
    assert answer.refused is not None
    assert why in answer.refused.reason


def test_the_last_rating_of_a_person_counts() -> None:
    frame = random_ratings(3)
    twice = pl.concat([frame.with_columns(value=pl.lit(9.0)), frame.with_columns(pl.col("value").fill_null(9.0))])
    once = frame.with_columns(pl.col("value").fill_null(9.0))
    assert estimate_krippendorff_alpha(twice, "interval") == estimate_krippendorff_alpha(once, "interval")
