"""A projection of the backlog adds up, says where its inputs come from, and refuses what it cannot know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import Unavailable
from dashboard.forecast.model.plan import (
    WEEK_COLUMNS,
    CounterfactualEstimate,
    InputOverride,
    Plan,
    Projection,
    PublishedSaving,
)
from dashboard.forecast.model.projected_weeks import project_backlog
from dashboard.forecast.model.scenarios import estimate_median_error
from dashboard.inference.draws import compute_total_percentiles
from tests.simulated_weeks import world

SAVING = CounterfactualEstimate(100.0, 0.05, 9)
NOTHING = dict.fromkeys((name for name in WEEK_COLUMNS if name not in {"week_on", "items"}), 0)
ALL_BY_HAND = {**NOTHING, "manual_seconds": 6000, "manual_timed": 100}


def steady(weeks: int = 20, **columns: float) -> pl.DataFrame:
    """Return weeks of 100 items alike: half offered, 30 of 50 kept in 10 s and 20 corrected in 40 s, by hand 60 s."""
    values = {
        "items": 100, "offered": 50, "unchanged": 30, "edited": 20, "manual_seconds": 3000, "manual_timed": 50,
        "verify_seconds": 300, "verify_timed": 30, "correct_seconds": 800, "correct_timed": 20,
        "assisted_seconds": 1100, "assisted_timed": 50, "rework_seconds": 50, "rework_timed": 50, **columns,
    }  # fmt: skip
    days = [date(2026, 1, 5) + timedelta(weeks=at) for at in range(weeks)]
    return pl.DataFrame([{"week_on": day, **values} for day in days], schema={**WEEK_COLUMNS, **extra(values)})


def extra(values: dict[str, float]) -> dict[str, pl.DataType]:
    """Return the columns of all labels, where they are given."""
    return {name: pl.Float64() for name in values if name.startswith("human_")}


def by_hand(weeks: int = 20) -> pl.DataFrame:
    """Return weeks of 100 items by hand, 60 s each."""
    return steady(weeks, **ALL_BY_HAND)


def projection(weeks: pl.DataFrame, plan: Plan | None = None, **options: object) -> Projection:
    found = project_backlog(weeks, plan or Plan(), **options)  # type: ignore[arg-type]
    assert isinstance(found, Projection), found
    return found


def refusal(weeks: pl.DataFrame, plan: Plan | None = None) -> Unavailable:
    found = project_backlog(weeks, plan or Plan())
    assert isinstance(found, Unavailable)
    return found


def total(found: Projection, quantity: str = "hours") -> float:
    return compute_total_percentiles(found.by_week[quantity]).p50


def width(found: Projection, quantity: str = "hours") -> float:
    spread = compute_total_percentiles(found.by_week[quantity])
    return spread.p90 - spread.p10


def origins(found: Projection) -> dict[str, str]:
    return {one.name: one.origin for one in found.assumptions}


def test_steady_weeks_go_on() -> None:
    found = projection(steady(), saving=SAVING)
    assert total(found) == pytest.approx(12 * (50 * 60 + 50 * 22 + 50) / 3600, rel=0.02)
    assert total(found, "hours_by_hand") == pytest.approx(12 * (50 * 60 + 50 * 100) / 3600, rel=0.03)
    assert found.first_on == date(2026, 5, 25)
    assert found.by_week["hours"].shape[1] == 12
    saved = found.by_week["hours_by_hand"] - found.by_week["hours"]
    np.testing.assert_allclose(found.by_week["saved_hours"], saved, atol=1e-9)
    assert set(origins(found).values()) == {"measured"}
    assert all(drawn.shape == (2000, 12) for drawn in (*found.by_week.values(), *found.by_input.values()))


def test_saving_is_of_the_automated_items_at_their_own_counterfactual() -> None:
    found = projection(steady(), saving=SAVING)
    drawn = found.by_input
    each = drawn["counterfactual_seconds"] - drawn["assisted_seconds"] - drawn["rework_seconds"]
    expected = found.by_week["items"] * drawn["coverage"] * each / 3600
    np.testing.assert_allclose(found.by_week["saved_hours"], expected, atol=1e-9)
    assert np.ptp(drawn["counterfactual_seconds"], axis=1).max() == 0, "one draw is shared by all weeks"


def test_the_error_of_the_saving_is_that_of_the_estimate() -> None:
    narrow, wide = (projection(steady(), saving=CounterfactualEstimate(100.0, error, 4)) for error in (0.01, 0.3))
    assert width(wide, "saved_hours") > 2 * width(narrow, "saved_hours")
    assert width(wide) == width(narrow)
    logs = np.log(wide.by_input["counterfactual_seconds"][:, 0] / 100) / 0.3
    assert np.quantile(logs, 0.9) == pytest.approx(1.533, abs=0.15), "t(4)"


def test_without_an_estimate_no_saving_is_told() -> None:
    found = projection(steady())
    assert set(found.by_week) == {"items", "hours"}
    assert any("no savings estimate" in words for words in found.missing)


def test_without_automation_hours_by_hand_are_the_hours() -> None:
    found = projection(by_hand(), errors=np.array([2.0, -2.0, 2.0, -2.0, 2.0]))
    np.testing.assert_array_equal(found.by_week["hours_by_hand"], found.by_week["hours"])
    assert not found.by_week["saved_hours"].any()
    assert total(found) == pytest.approx(20, rel=0.02)


def test_everything_automated_needs_no_seconds_by_hand() -> None:
    weeks = steady(offered=100, unchanged=60, edited=40, manual_seconds=0, manual_timed=0)
    found = projection(weeks.with_columns(assisted_timed=100, assisted_seconds=2200.0), saving=SAVING)
    assert total(found) == pytest.approx(12 * 100 * 23 / 3600, rel=0.05)
    only = projection(steady(**{**NOTHING, "offered": 100}), Plan(inputs={
        "coverage": InputOverride(1.0), "assisted_seconds": InputOverride(20.0),
        "counterfactual_seconds": InputOverride(50.0), "items_per_week": InputOverride(60.0),
    }))  # fmt: skip
    assert total(only, "saved_hours") == pytest.approx(12 * 60 * 30 / 3600)
    assert width(only, "saved_hours") == 0


def test_too_few_weeks_are_refused_unless_a_figure_is_borrowed() -> None:
    assert "3 weeks" in refusal(by_hand(3)).reason
    assert "3 more weeks" in refusal(by_hand(3)).needed
    lent = PublishedSaving(0.25, "R1")
    found = projection(by_hand(3), Plan(inputs={"coverage": InputOverride(0.8)}, borrowed=lent))
    assert found.borrowed
    assert origins(found)["assisted_seconds"] == "borrowed"
    assert total(found, "saved_hours") == pytest.approx(0.8 * 0.25 * 20, rel=0.2)
    ratio = np.log(found.by_input["assisted_seconds"] / found.by_input["counterfactual_seconds"])[:, 0]
    assert ratio.std() == pytest.approx(0.35, abs=0.02)


def test_an_automation_not_yet_tried_is_borrowed_and_its_items_are_assumed_like_the_others() -> None:
    plan = Plan(weeks=30, inputs={"coverage": InputOverride(0.6)}, ramp=0.2, borrowed=PublishedSaving(0.4, "R2"))
    found = projection(by_hand(), plan)
    np.testing.assert_allclose(found.by_input["coverage"][0], 0.6 * (1 - np.exp(-0.2 * np.arange(1, 31))))
    assert origins(found)["counterfactual_seconds"] == "assumed"
    assert "seconds per assisted label" in refusal(by_hand(), replace(plan, borrowed=None)).reason


def test_own_weeks_go_before_a_borrowed_figure() -> None:
    found = projection(steady(), Plan(borrowed=PublishedSaving(0.9, "R3")), saving=SAVING)
    assert not found.borrowed
    assert origins(found)["assisted_seconds"] == "measured"


def test_no_weeks_at_all() -> None:
    empty = pl.DataFrame(schema=WEEK_COLUMNS)
    assert "no first week" in refusal(empty).reason
    assert "0 weeks" in refusal(empty, Plan(first_on=date(2026, 3, 2))).reason
    typed = {"coverage": 0.5, "manual_seconds": 60.0, "assisted_seconds": 30.0, "counterfactual_seconds": 60.0}
    plan = Plan(first_on=date(2026, 3, 2), inputs={name: InputOverride(value) for name, value in typed.items()})
    assert "velocity" in refusal(empty, plan).reason
    found = projection(empty, replace(plan, inputs={**plan.inputs, "items_per_week": InputOverride(80.0)}))
    assert total(found) == pytest.approx(12 * 80 * 45 / 3600)
    assert set(origins(found).values()) == {"assumed"}
    assert found.first_on == date(2026, 3, 2)


def test_unknown_outcomes_fall_back_on_all_assisted_labels() -> None:
    unknown = dict.fromkeys(("unchanged", "edited", "verify_seconds", "verify_timed", "correct_seconds"), 0)
    weeks = steady(**unknown, correct_timed=0)
    found = projection(weeks, saving=SAVING)
    assert "acceptance" not in found.by_input
    assert total(found) == pytest.approx(12 * 4150 / 3600, rel=0.02)
    assert "It is not known" in refusal(weeks, Plan(inputs={"acceptance": InputOverride(0.9)})).reason
    assert "It is not known" in refusal(weeks, Plan(acceptance_decay=0.1)).reason


def test_labels_of_unknown_outcome_count_for_what_they_take() -> None:
    found = projection(steady(unchanged=20, verify_timed=20, verify_seconds=200, edited=15, correct_timed=15,
                              correct_seconds=600, assisted_seconds=1400))  # fmt: skip
    assert np.median(found.by_input["assisted_seconds"]) == pytest.approx(28, rel=0.05)


def test_labels_of_unknown_method_are_neither_manual_nor_nothing() -> None:
    unknown = projection(steady(**NOTHING, human_seconds=3000.0, human_timed=100.0))
    assert total(unknown) == pytest.approx(12 * 3000 / 3600, rel=0.02)
    assert "unknown method" in str(unknown.assumptions[1].source)
    mixed = steady(**{**ALL_BY_HAND, "manual_timed": 50, "manual_seconds": 3000}, human_seconds=4000.0, human_timed=100)
    found = projection(mixed, Plan(inputs={"coverage": InputOverride(0.5)}, borrowed=PublishedSaving(0.5, "R4")))
    assert np.median(found.by_input["manual_seconds"]) == pytest.approx(40, rel=0.02)
    assert np.median(found.by_input["counterfactual_seconds"]) == pytest.approx(60, rel=0.02)
    nobody = projection(steady(**NOTHING, human_seconds=3000.0, human_timed=100.0), Plan(inputs={
        "coverage": InputOverride(0.5), "assisted_seconds": InputOverride(10.0)}))  # fmt: skip
    assert "saved_hours" not in nobody.by_week, "what those items take by hand is unknown"


def test_weeks_without_labels_do_not_count_as_fast_or_slow() -> None:
    weeks = world(5, 40)
    counts = [name for name in weeks.columns if name != "week_on"]
    off = pl.arange(pl.len()).is_in([36, 38])
    gaps = weeks.with_columns(pl.when(off).then(0).otherwise(pl.col(name)).cast(weeks[name].dtype).alias(name)
                              for name in counts)  # fmt: skip
    full, holed = projection(weeks), projection(gaps)
    assert np.median(holed.by_input["manual_seconds"]) == pytest.approx(
        np.median(full.by_input["manual_seconds"]), rel=0.1
    )
    assert total(holed, "items") < total(full, "items"), "but they do count as weeks"


def test_a_plan_overrides_what_was_measured() -> None:
    found = projection(
        steady(), Plan(inputs={"acceptance": InputOverride(1.0), "rework_seconds": InputOverride(0.0)}), saving=SAVING
    )
    np.testing.assert_allclose(found.by_input["assisted_seconds"], found.by_input["verify_seconds"])
    assert origins(found)["acceptance"] == "assumed"
    spread = projection(steady(), Plan(inputs={"acceptance": InputOverride(0.8, 0.6, 0.9)}))
    drawn = spread.by_input["acceptance"][:, 0]
    np.testing.assert_allclose(np.quantile(drawn, (0.1, 0.5, 0.9)), (0.6, 0.8, 0.9), atol=0.02)


def test_two_plans_with_one_seed_meet_the_same_luck() -> None:
    better = projection(world(1), Plan(inputs={"acceptance": InputOverride(0.95)}))
    worse = projection(world(1), Plan(inputs={"acceptance": InputOverride(0.90)}))
    dearer = better.by_input["verify_seconds"] < better.by_input["correct_seconds"]
    assert (better.by_week["hours"] < worse.by_week["hours"])[dearer].all()
    np.testing.assert_array_equal(better.by_input["manual_seconds"], worse.by_input["manual_seconds"])
    np.testing.assert_array_equal(better.by_week["items"], worse.by_week["items"])


def test_another_seed_moves_the_middle_by_no_more_than_the_stated_error() -> None:
    first = projection(world(2)).by_week["hours"]
    np.testing.assert_array_equal(first, projection(world(2)).by_week["hours"])
    others = np.array([total(projection(world(2), seed=seed)) for seed in range(12)])
    error = estimate_median_error(first.sum(axis=1))
    assert 0 < others.std(ddof=1) < 2.5 * error
    assert np.abs(others - np.median(others)).max() < 4 * error


def test_a_longer_plan_says_the_same_of_its_first_weeks() -> None:
    short, long = projection(world(2), Plan(weeks=4)), projection(world(2), Plan(weeks=20))
    np.testing.assert_allclose(short.by_input["manual_seconds"], long.by_input["manual_seconds"][:, :4])


def test_the_backlog_ends() -> None:
    found = projection(steady(), Plan(weeks=12, items=550.0))
    np.testing.assert_allclose(found.by_week["items"][0], [100] * 5 + [50] + [0] * 6)
    assert total(found, "items") == 550


def test_acceptance_decays_until_the_model_is_trained_anew() -> None:
    plan = Plan(
        weeks=10, inputs={"acceptance": InputOverride(0.8)}, acceptance_decay=0.1, retrain_weeks=4, retrain_hours=3.0
    )
    found = projection(steady(), plan, saving=SAVING)
    kept = found.by_input["acceptance"][0]
    np.testing.assert_allclose(kept[:4], 0.8 * 0.9 ** (np.arange(1, 5) / 4.345))
    np.testing.assert_allclose(kept[4:8], kept[:4])
    lost = found.by_week["saved_hours"] - found.by_week["net_hours"]
    np.testing.assert_allclose(lost[0], [0, 0, 0, 3, 0, 0, 0, 3, 0, 0], atol=1e-9)


def test_money_is_hours_at_their_price_less_what_it_costs_to_run() -> None:
    inputs = {"hourly": InputOverride(40.0), "maintenance_hours": InputOverride(4.345),
              "running_cost": InputOverride(43.45),
              "setup_hours": InputOverride(20.0, 10.0, 60.0)}  # fmt: skip
    found = projection(steady(), Plan(inputs=inputs, overrun=1.5), saving=SAVING)
    np.testing.assert_allclose(found.by_week["net_hours"], found.by_week["saved_hours"] - 1.5, atol=1e-9)
    np.testing.assert_allclose(found.by_week["cash"], 40 * found.by_week["net_hours"] - 10, atol=1e-6)
    setup = found.one_time_costs["setup_hours"]
    assert setup.shape == (2000,)
    assert setup.min() >= 15
    assert setup.max() <= 90
    assert setup.mean() == pytest.approx(1.5 * (10 + 4 * 20 + 60) / 6, rel=0.03)
    np.testing.assert_allclose(found.one_time_costs["setup_cash"], 40 * setup)
    assert not found.missing
    bare = projection(steady(), saving=SAVING)
    assert "cash" not in bare.by_week
    assert not bare.one_time_costs
    assert len(bare.missing) == 3


def test_earlier_errors_make_the_band_wider_narrower_or_move_it() -> None:
    weeks = world(4)
    plain = projection(weeks, Plan(inputs={"items_per_week": InputOverride(100.0)}))
    said = {
        name: projection(weeks, Plan(inputs={"items_per_week": InputOverride(100.0)}), errors=np.array(errors))
        for name, errors in {
            "few": [3.0, -3.0, 3.0], "wrong": [2.5, -2.5] * 6, "right": [0.2, -0.2] * 6, "low": [1.0] * 12,
        }.items()
    }  # fmt: skip
    assert width(said["few"]) == width(plain)
    assert not said["few"].recalibrated
    assert width(said["wrong"]) > 1.6 * width(plain)
    assert width(said["right"]) < 0.8 * width(plain)
    assert total(said["low"]) > total(plain)
    assert total(said["wrong"]) == pytest.approx(total(plain), rel=0.01)
    assert said["low"].recalibrated


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (Plan(inputs={"speed": InputOverride(1.0)}), "no such input"),
        (Plan(inputs={"coverage": InputOverride(1.2)}), "out of its range"),
        (Plan(inputs={"coverage": InputOverride(0.5, 0.6, 0.9)}), "low <= value <= high"),
        (Plan(inputs={"manual_seconds": InputOverride(5.0, 4.0)}), "or the value alone"),
        (Plan(inputs={"manual_seconds": InputOverride(float("nan"))}), "low <= value <= high"),
        (Plan(inputs={"assisted_seconds": InputOverride(5.0), "acceptance": InputOverride(0.5)}), "without acceptance"),
        (Plan(weeks=0), "at least one week"),
        (Plan(acceptance_decay=1.0), "below 1"),
    ],
)
def test_a_plan_that_means_nothing_is_refused(plan: Plan, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        project_backlog(steady(), plan)


counts = st.integers(0, 40)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(counts, counts, counts, counts, st.floats(0, 1e5), st.floats(0, 1e5)), min_size=1, max_size=15)
)
def test_no_history_makes_a_number_that_is_none(rows: list[tuple[int, int, int, int, float, float]]) -> None:
    """Return finite draws or a refusal, whatever was labeled, timed or known."""
    weeks = pl.DataFrame(
        [
            {
                "week_on": date(2026, 1, 5) + timedelta(weeks=at), "items": hand + kept + edited + unknown,
                "offered": kept + edited + unknown, "unchanged": kept, "edited": edited,
                "manual_seconds": first if hand else 0.0, "manual_timed": hand, "verify_seconds": 0.0,
                "verify_timed": 0, "correct_seconds": second if edited else 0.0, "correct_timed": edited,
                "assisted_seconds": second if edited + unknown else 0.0, "assisted_timed": edited + unknown,
                "rework_seconds": 0.0, "rework_timed": edited,
            }
            for at, (hand, kept, edited, unknown, first, second) in enumerate(rows)
        ],
        schema=WEEK_COLUMNS,
    )  # fmt: skip
    found = project_backlog(weeks, Plan(weeks=6), saving=SAVING, draws=50)
    if isinstance(found, Projection):
        assert all(np.isfinite(drawn).all() for drawn in (*found.by_week.values(), *found.by_input.values()))
    else:
        assert found.needed
