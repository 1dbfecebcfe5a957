"""The rubber-stamp warning: two signs of three, none from noise, none from too little."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from dashboard.quality.model.rubber_stamp import MINIMUM_WEEKS, detect_rubber_stamping, estimate_time_floor


def weeks(unchanged: list[int], seconds: list[float | None], wrong: list[int], gold: int = 20) -> pl.DataFrame:
    count = len(unchanged)
    return pl.DataFrame(
        {
            "week": [date(2026, 1, 5) + timedelta(weeks=at) for at in range(count)],
            "suggestions": [200] * count,
            "unchanged": unchanged,
            "seconds": seconds,
            "gold": [gold] * count,
            "wrong": wrong,
        },
        schema_overrides={"seconds": pl.Float64},
    )


RISING = [100, 110, 118, 130, 142, 150, 163, 170]
LEVEL = [120, 118, 123, 119, 122, 117, 121, 120]
CAREFUL = [20.0, 19.0, 21.0, 18.0, 20.0, 19.0, 20.0, 21.0]
HASTY = [20.0, 17.0, 12.0, 8.0, 4.0, 3.0, 2.5, 2.0]
FEW_WRONG = [1, 0, 1, 1, 0, 1, 1, 0]
MORE_WRONG = [0, 1, 1, 1, 4, 5, 5, 6]


def flags(frame: pl.DataFrame) -> list[bool]:
    return [sign.flag for sign in detect_rubber_stamping(frame, least_seconds=5.0).signs]


def test_all_three_signs() -> None:
    answer = detect_rubber_stamping(weeks(RISING, HASTY, MORE_WRONG), least_seconds=5.0)
    assert answer.is_raised
    assert [sign.name for sign in answer.signs] == ["unchanged", "time", "gold errors"]
    assert "from 57% to 78%" in answer.words
    assert "2.8 s" in answer.words
    assert "from 3.8% of 80 to 25.0% of 80" in answer.words


def test_better_suggestions_alone_raise_no_warning() -> None:
    answer = detect_rubber_stamping(weeks(RISING, CAREFUL, FEW_WRONG), least_seconds=5.0)
    assert not answer.is_raised
    assert answer.words.startswith("One sign of three: unchanged suggestions went")


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (weeks(LEVEL, CAREFUL, FEW_WRONG), [False, False, False]),
        (weeks(RISING, HASTY, FEW_WRONG), [True, True, False]),
        (weeks(LEVEL, HASTY, MORE_WRONG), [False, True, True]),
        (weeks(RISING[::-1], CAREFUL, MORE_WRONG[::-1]), [False, False, False]),
        (weeks([200] * 8, CAREFUL, [0] * 8), [False, False, False]),
    ],
)
def test_each_sign_by_itself(frame: pl.DataFrame, expected: list[bool]) -> None:
    assert flags(frame) == expected
    assert detect_rubber_stamping(frame, least_seconds=5.0).is_raised == (sum(expected) > 1)


def test_unknown_time_and_gold_are_no_sign_and_said_to_be_unknown() -> None:
    answer = detect_rubber_stamping(weeks(RISING, [None] * 8, [0] * 8, gold=2), least_seconds=5.0)
    assert [sign.value is None for sign in answer.signs] == [False, True, True]
    assert not answer.is_raised
    assert detect_rubber_stamping(weeks(RISING, HASTY, FEW_WRONG), least_seconds=None).signs[1].value is None


def test_order_of_rows_and_weeks_without_suggestions_do_not_matter() -> None:
    frame = weeks(RISING, HASTY, MORE_WRONG)
    nothing = pl.lit(0, pl.Int64)
    idle = frame.head(3).with_columns(
        week=pl.col("week") + timedelta(days=400), suggestions=nothing, unchanged=nothing, gold=nothing, wrong=nothing
    )
    assert detect_rubber_stamping(pl.concat([idle, frame.reverse()]), least_seconds=5.0) == detect_rubber_stamping(
        frame, least_seconds=5.0
    )


def test_few_weeks_are_refused() -> None:
    answer = detect_rubber_stamping(weeks(RISING, HASTY, MORE_WRONG).head(MINIMUM_WEEKS - 1), least_seconds=5.0)
    assert answer.refused is not None
    assert answer.refused.needed == "1 more week"
    assert not answer.is_raised


def test_noise_seldom_warns() -> None:
    rng = np.random.default_rng(0)
    raised = 0
    for _ in range(200):
        rates = np.clip(rng.normal(0.6, 0.05, 10), 0, 1)
        frame = weeks(list(rng.binomial(200, rates)), list(rng.normal(15, 2, 10)), list(rng.binomial(20, 0.05, 10)))
        raised += detect_rubber_stamping(frame, least_seconds=5.0).is_raised
    assert raised <= 4


def test_the_floor_is_what_hardly_anybody_beats_by_hand() -> None:
    assert estimate_time_floor(pl.Series([float(at) for at in range(1, 102)])) == pytest.approx(6.0)
    assert estimate_time_floor(pl.Series([1.0] * 99)) is None
