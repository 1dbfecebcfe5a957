"""The hold-out is random, even and repeatable; its price and width are those of the published tables."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.savings.model import holdout


def items(count: int, project: str = "p") -> pl.DataFrame:
    return pl.DataFrame({"item": [f"{project}{at:05}" for at in range(count)], "project": [project] * count})


@settings(max_examples=60)
@given(
    sizes=st.lists(st.integers(1, 200), min_size=1, max_size=5), share=st.floats(0.02, 0.5), seed=st.integers(0, 10**6)
)
def test_each_project_gets_its_share_to_within_one_item(sizes: list[int], share: float, seed: int) -> None:
    frame = pl.concat([items(size, f"p{at}") for at, size in enumerate(sizes)])
    chosen = holdout.draw_holdout(frame, share=share, seed=seed).join(frame, on="item")
    for (_,), group in chosen.group_by("project"):
        assert abs(group["holdout"].sum() - share * group.height) <= 1
    assert abs(chosen["holdout"].sum() - share * frame.height) < 1


def test_the_choice_depends_on_seed_and_items_only() -> None:
    frame = pl.concat([items(200, "a"), items(300, "b")])
    first = holdout.draw_holdout(frame, share=0.1, seed=7)
    assert first.schema == holdout.HOLDOUT_COLUMNS
    assert first.equals(holdout.draw_holdout(frame.sample(fraction=1.0, shuffle=True, seed=1), share=0.1, seed=7))
    assert first.equals(holdout.draw_holdout(pl.concat([frame, frame]), share=0.1, seed=7))
    assert not first.equals(holdout.draw_holdout(frame, share=0.1, seed=8))


def test_every_item_has_the_same_chance() -> None:
    frame = items(40)
    drawn = pl.concat([holdout.draw_holdout(frame, share=0.25, seed=seed) for seed in range(800)])
    rates = drawn.group_by("item").agg(pl.col("holdout").mean())["holdout"]
    assert rates.min() > 0.19
    assert rates.max() < 0.31


def test_projects_are_optional_and_unknown_items_are_left_out() -> None:
    frame = items(20).select("item").with_columns(pl.when(pl.col("item") != "p00003").then("item"))
    assert holdout.draw_holdout(frame, share=0.5, seed=0).height == 19
    assert holdout.draw_holdout(items(0), share=0.5, seed=0).height == 0


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 2.0])
def test_a_share_outside_of_its_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holdout.draw_holdout(items(10), share=share, seed=0)


@pytest.mark.parametrize(
    ("annotators", "spread_person", "spread_item", "points"),
    [
        (3, 0.10, 0.5, (40, 32, 27)), (6, 0.10, 0.5, (15, 12, 10)),
        (10, 0.10, 0.5, (10, 8, 7)), (20, 0.10, 0.5, (6, 5, 5)),
        (4, 0.20, 0.6, (39, 34, 31)), (8, 0.20, 0.6, (18, 16, 15)),
        (6, 0.40, 0.6, (43, 41, 40)), (20, 0.40, 0.6, (17, 16, 16)),
    ],
)  # fmt: skip
def test_the_half_width_is_that_of_the_table(
    annotators: int, spread_person: float, spread_item: float, points: tuple[int, int, int]
) -> None:
    for each, expected in zip((25, 50, 100), points, strict=True):
        width = holdout.compute_half_width(
            annotators, annotators * each, annotators * each, spread_person=spread_person, spread_item=spread_item
        )
        assert width is not None
        assert 100 * width == pytest.approx(expected, abs=0.6)


def test_ten_percent_at_a_saving_of_35_costs_three_and_a_half_percent() -> None:
    plan = holdout.compute_holdout_plan(3_000, 100.0, share=0.10, saving=0.35, annotators=8)
    assert plan.price == pytest.approx(3.5)
    assert (plan.items, plan.before, plan.is_enough) == (300, None, True)
    assert "3.5 hours" in plan.words
    assert "today there is none" in plan.words


def test_more_items_narrow_the_answer() -> None:
    plan = holdout.compute_holdout_plan(3_000, 100.0, share=0.10, saving=0.35, annotators=8, held=40)
    assert plan.before is not None
    assert plan.after is not None
    assert plan.after < plan.before
    assert "narrows" in plan.words


def test_where_automation_costs_time_the_hold_out_spares_it() -> None:
    assert (
        "spares about 2.0 hours"
        in holdout.compute_holdout_plan(1_000, 100.0, share=0.2, saving=-0.1, annotators=4).words
    )


def test_a_small_hold_out_is_called_small() -> None:
    plan = holdout.compute_holdout_plan(1_000, 40.0, share=0.05, saving=0.3, annotators=1)
    assert not plan.is_enough
    assert plan.after is None
    assert "at least 10%" in plan.words


def test_what_became_of_the_held_out_items() -> None:
    chosen = pl.DataFrame({"item": list("abcdefg"), "holdout": [True] * 6 + [False]})
    done = pl.DataFrame(
        {"item": list("aabbccdg"), "assisted": [False, False, False, True, False, None, True, True]},
        schema_overrides={"assisted": pl.Boolean},
    )
    answer = holdout.check_compliance(chosen, done)
    assert answer.outcomes.rows() == [
        ("a", "manual"), ("b", "assisted"), ("c", "unknown"), ("d", "assisted"),
        ("e", "not labeled"), ("f", "not labeled"),
    ]  # fmt: skip
    assert (answer.planned, answer.manual, answer.assisted, answer.unknown, answer.missing) == (6, 1, 2, 1, 2)
    assert not answer.kept
    assert "was not kept" in answer.words


def test_a_hold_out_that_was_kept() -> None:
    chosen = holdout.draw_holdout(items(400), share=0.2, seed=3)
    done = chosen.select("item", assisted=~pl.col("holdout"))
    answer = holdout.check_compliance(chosen, done)
    assert answer.kept
    assert answer.manual == answer.planned == 80
    assert not holdout.check_compliance(chosen, done.clear()).kept
