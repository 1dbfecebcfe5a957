"""What brings labeling from 80 % to 50 %: published cases, and the closed form against bisection."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.forecast.model.goal_seek import (
    LEVERS,
    EffortDraws,
    EffortInputs,
    FreedHours,
    Lever,
    compute_required_effort,
    compute_success_chance,
    find_acceptance,
    find_threshold,
    seek_goal,
    solve_lever,
)

SHARES = st.floats(0.02, 0.98)


def reached(lever: Lever, work: EffortInputs, required: float, value: float) -> bool:
    """Return whether a lever at a value reaches the effort; checking helps as it falls."""
    return replace(work, **{lever: value}).effort() <= required


def test_eighty_to_fifty() -> None:
    assert 1 - compute_required_effort(0.8, 0.5, "reallocate") == pytest.approx(0.375)
    assert 1 - compute_required_effort(0.8, 0.5, "release") == pytest.approx(0.75)


def test_growing_volume_asks_for_more() -> None:
    assert compute_required_effort(0.8, 0.5, "reallocate", 1.25) == pytest.approx(0.5)
    assert compute_required_effort(0.8, 0.5, "release", 1.25) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("coverage", "checking", "correcting", "reallocate", "release", "best"),
    [
        (0.60, 0.20, 0.70, 0.75, None, 0.52),
        (0.85, 0.20, 0.70, 0.49, None, 0.32),
        (0.85, 0.10, 0.70, 0.34, 0.97, 0.235),
        (0.95, 0.10, 0.70, 0.28, 0.84, 0.145),
        (1.00, 0.30, 0.90, 0.64, None, 0.30),
    ],
)
def test_needed_acceptance_is_as_worked_out(
    coverage: float, checking: float, correcting: float, reallocate: float, release: float | None, best: float
) -> None:
    work = EffortInputs(coverage, 0.0, checking, correcting)
    freed: tuple[tuple[FreedHours, float | None], ...] = (("reallocate", reallocate), ("release", release))
    for mode, wanted in freed:
        need = solve_lever("acceptance", work, compute_required_effort(0.8, 0.5, mode))
        assert need.best_effort == pytest.approx(best, abs=0.005)
        assert (need.value is None) == (wanted is None)
        if wanted is not None:
            assert need.value == pytest.approx(wanted, abs=0.005)


@given(SHARES, SHARES, st.floats(0.0, 0.9), st.floats(0.05, 1.5), st.floats(0.0, 0.2), st.floats(0.05, 1.1))
def test_closed_form_equals_bisection(
    c: float, a: float, rho: float, kappa: float, over: float, required: float
) -> None:
    work = EffortInputs(c, a, rho, kappa, over)
    for lever in LEVERS:
        need = solve_lever(lever, work, required)
        if work.effort() <= required:
            assert need.value == getattr(work, lever)
            continue
        if lever == "coverage" and work.checking + (1 - a) * kappa >= 1:
            assert need.value is None or need.best_effort <= required + 1e-9
            continue
        flipped = lever == "checking"
        found = find_threshold(lambda x: reached(lever, work, required + 1e-12, 1 - x if flipped else x))  # noqa: B023
        assert (need.value is None) == (found is None)
        if need.value is not None and found is not None:
            assert need.value == pytest.approx(1 - found if flipped else found, abs=1e-6)


def test_what_acceptance_cannot_reach_names_the_lever_that_binds() -> None:
    goal = seek_goal(EffortInputs(0.60, 0.5, 0.20, 0.70), 0.25)
    assert goal.needs[0].value is None
    assert goal.binding == "coverage"
    assert goal.unlocking_value == pytest.approx(0.9375)
    unlocked = EffortInputs(float(goal.unlocking_value or 0.0), 1.0, 0.20, 0.70)
    assert unlocked.effort() == pytest.approx(0.25)


def test_checking_binds_where_everything_is_covered() -> None:
    goal = seek_goal(EffortInputs(1.0, 0.4, 0.30, 0.90), 0.25)
    assert goal.binding == "checking"
    assert goal.unlocking_value == pytest.approx(0.25)


def test_no_lever_alone_reaches_the_impossible() -> None:
    goal = seek_goal(EffortInputs(0.5, 0.4, 0.3, 0.9, overhead=0.2), 0.1)
    assert goal.unlocking_value is None
    assert goal.binding in {"coverage", "checking"}
    assert all(need.value is None for need in goal.needs)


def test_a_goal_that_is_reached_asks_for_nothing() -> None:
    goal = seek_goal(EffortInputs(0.9, 0.9, 0.1, 0.5), 0.5)
    assert goal.is_reached
    assert [need.value for need in goal.needs] == [0.9, 0.9, 0.1]


def test_more_certainty_asks_for_more_acceptance() -> None:
    roll = np.random.default_rng(7)
    draws = EffortDraws(
        roll.beta(60, 12, 2000), roll.normal(0.12, 0.02, 2000), roll.normal(0.7, 0.06, 2000), np.zeros(2000)
    )
    even, sure = (find_acceptance(draws, 0.625, share) for share in (0.5, 0.8))
    assert even is not None
    assert sure is not None
    assert even < sure
    assert compute_success_chance(draws, 0.625, sure) >= 0.8 > compute_success_chance(draws, 0.625, sure - 1e-3) - 1e-3
    assert even == pytest.approx(
        solve_lever("acceptance", EffortInputs(60 / 72, 0.0, 0.12, 0.7), 0.625).value, abs=0.02
    )
    assert find_acceptance(draws, 0.05, 0.5) is None


@pytest.mark.parametrize(
    "work",
    [
        EffortInputs(0.0, 0.5, 0.2, 0.7),
        EffortInputs(0.8, 0.5, 0.2, 0.0),
        EffortInputs(0.8, 0.5, 0.3, 1.4),
        EffortInputs(0.5, 1.0, 0.0, 0.9),
    ],
    ids=["nothing covered", "correcting takes no time", "a suggestion saves nothing", "levers at their ends"],
)
@pytest.mark.parametrize("gap", [0.0, 1e-13, 1e-11, 1e-3])
def test_a_lever_that_moves_nothing_is_an_answer(work: EffortInputs, gap: float) -> None:
    required = work.effort() - gap
    goal = seek_goal(work, required)
    assert goal.is_reached == (gap < 1e-12)
    for need in goal.needs:
        assert need.value is None or 0 <= need.value <= 1
        if need.value is not None:
            assert replace(work, **{need.lever: need.value}).effort() <= required + 1e-9


@given(SHARES, st.floats(0.0, 0.9), st.floats(0.05, 1.5), st.floats(0.05, 1.0))
def test_what_is_unlocked_reaches_the_target_and_no_less_does(
    c: float, rho: float, kappa: float, required: float
) -> None:
    goal = seek_goal(EffortInputs(c, 0.5, rho, kappa), required)
    if goal.binding is None or goal.unlocking_value is None:
        return
    perfect = replace(EffortInputs(c, 1.0, rho, kappa), **{goal.binding: goal.unlocking_value})
    assert perfect.effort() == pytest.approx(required, abs=1e-9)
    assert EffortInputs(c, 1.0, rho, kappa).effort() > required
