"""The alternative annotator test: whether a model may replace annotators, without gold (Calderon, Reichart, Dror 2025).

Each annotator is left out in turn. On each item, the model and that person are compared with the remaining people: who
is nearer wins, and both do if they are equally near. The model wins against a person if it is better by more than
-epsilon, which is the price of a person's label; these tests are corrected together (Benjamini and Yekutieli 2001).
It may replace annotators if it wins against half of them or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.units import format_count

if TYPE_CHECKING:
    import numpy as np

Expertise = Literal["crowd", "skilled", "expert"]

EPSILONS: dict[Expertise, float] = {"crowd": 0.1, "skilled": 0.15, "expert": 0.2}
MINIMUM_PEOPLE, MINIMUM_ITEMS = 3, 30
MINIMUM_ANSWERS = 2  # by people, of an item
FALSE_DISCOVERY_RATE = 0.05
ENOUGH_WINS = 0.5
TOLERANCE = 1e-9


@dataclass(frozen=True)
class ReplacementTest:
    """The result for one model: wins by expertise of the annotators, and how often it is at least as near as one.

    `advantage` is the mean over annotators of the share of items on which the model is at least as near to the others
    as the annotator is.
    """

    people: int
    items: int
    win_rates: dict[Expertise, float]
    advantage: float | None
    refused: Unavailable | None


def run_replacement_test(people: pl.DataFrame, model: pl.DataFrame) -> ReplacementTest:
    """Return whether a model agrees with the other people at least as well as each annotator does.

    `people`: item, who, value; `model`: item, value; values are texts (equal or not) or numbers (by squared distance).
    """
    import numpy as np

    compared = compare_with_others(people, model)
    counts = compared.group_by("who").len().filter(pl.col("len") >= MINIMUM_ITEMS)
    able = compared.join(counts, on="who", how="semi")
    if counts.height < MINIMUM_PEOPLE:
        return ReplacementTest(
            counts.height, able.get_column("item").n_unique(), {}, None, explain_missing_answers(compared)
        )
    by_person = able.group_by("who").agg(
        "person_wins", "model_wins", advantage=pl.col("model_wins").cast(pl.Float64).mean()
    )
    differences = [
        np.array(person, dtype=float) - np.array(own, dtype=float)
        for person, own in by_person.select("person_wins", "model_wins").iter_rows()
    ]
    win_rates = {expertise: compute_win_rate(differences, epsilon) for expertise, epsilon in EPSILONS.items()}
    advantage = float(np.mean(by_person.get_column("advantage").to_numpy()))
    return ReplacementTest(counts.height, able.get_column("item").n_unique(), win_rates, advantage, None)


def compare_with_others(people: pl.DataFrame, model: pl.DataFrame) -> pl.DataFrame:
    """Return each answer of a person to an item of the model: item, who, person_wins, model_wins.

    Items with fewer than two people are left out, since nobody else's answer is left to compare with.
    """
    pairs = people.join(model.select("item", own="value"), on="item").filter(pl.len().over("item") >= MINIMUM_ANSWERS)
    if people.schema["value"].is_numeric():
        total, squares, number = pl.col("value").sum(), (pl.col("value") ** 2).sum(), pl.len()
        person_far = pl.col("value") ** 2 * number - 2 * pl.col("value") * total + squares
        model_far = pl.col("own") ** 2 * number - 2 * pl.col("own") * total + squares
        far = pairs.with_columns(
            person_far=person_far.over("item"),
            model_far=model_far.over("item") - (pl.col("own") - pl.col("value")) ** 2,
        )
        scale = TOLERANCE * (1 + pl.col("person_far").abs())
    else:
        alike = pairs.group_by("item", "value").len("alike")
        joined = pairs.join(alike, on=["item", "value"]).join(
            alike.rename({"value": "own", "alike": "own_alike"}), on=["item", "own"], how="left"
        )
        is_same = (pl.col("own") == pl.col("value")).cast(pl.Int64)
        far = joined.with_columns(
            person_far=1 - pl.col("alike").cast(pl.Int64),
            model_far=is_same - pl.col("own_alike").fill_null(0).cast(pl.Int64),
        )
        scale = pl.lit(0.0)
    return far.select(
        "item",
        "who",
        person_wins=pl.col("person_far") <= pl.col("model_far") + scale,
        model_wins=pl.col("model_far") <= pl.col("person_far") + scale,
    )


def compute_win_rate(differences: Sequence[np.ndarray[tuple[int, ...], np.dtype[np.float64]]], epsilon: float) -> float:
    """Return the share of annotators against whom the model wins, given each one's wins less the model's by item."""
    p_values = [compute_p_value(values, epsilon) for values in differences]
    return count_rejections(p_values, FALSE_DISCOVERY_RATE) / len(p_values)


def compute_p_value(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], epsilon: float) -> float:
    """Return the p-value of a one-sided t test that the mean is below epsilon."""
    from scipy.special import stdtr  # scipy.stats takes seconds to load

    error = float(values.std(ddof=1)) / len(values) ** 0.5
    distance = float(values.mean()) - epsilon
    if error == 0:
        return 0.0 if distance < 0 else 1.0
    return float(stdtr(len(values) - 1, distance / error))


def count_rejections(p_values: Sequence[float], rate: float) -> int:
    """Return how many hypotheses Benjamini and Yekutieli's procedure rejects at a false discovery rate."""
    import numpy as np

    ranks = np.arange(1, len(p_values) + 1)
    limits = ranks / len(p_values) * rate / (1 / ranks).sum()
    passing = np.flatnonzero(np.sort(p_values) <= limits)
    return int(passing[-1]) + 1 if passing.size else 0


def explain_missing_answers(compared: pl.DataFrame) -> Unavailable:
    """Return which answers the test lacks."""
    counts = compared.group_by("who").len().sort("len", descending=True).get_column("len").to_list()
    able = sum(count >= MINIMUM_ITEMS for count in counts)
    fewest = f"; the others have {format_count(counts[able])} or fewer" if len(counts) > able else ""
    return Unavailable(
        f"{able} {'annotator has' if able == 1 else 'annotators have'} {MINIMUM_ITEMS} or more answers by hand to "
        f"items that another person and the model answered, too{fewest}.",
        f"At least {MINIMUM_PEOPLE} annotators who label the same {MINIMUM_ITEMS} items by hand (better 50 to 100), "
        "without seeing the model's answer, and the model's answers to these items.",
        Cause.too_little_data,
    )
