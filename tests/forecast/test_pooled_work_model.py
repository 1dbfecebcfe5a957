"""Several projects pooled into one have the effort that they have together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dashboard.forecast.model.goal_seek import EffortDraws, pool_projects


def project(**values: float) -> dict[str, Any]:
    return {name: np.full((3, 2), value) for name, value in values.items()}


SPLIT = project(
    items=100, coverage=0.8, acceptance=0.7, manual_seconds=90, counterfactual_seconds=80, verify_seconds=20,
    correct_seconds=70, rework_seconds=2, maintenance_hours=0.5,
)  # fmt: skip
WHOLE = project(items=50, coverage=0.5, manual_seconds=40, assisted_seconds=30)
BY_HAND = project(items=10, coverage=0.0, manual_seconds=600)


def hours(one: dict[str, Any]) -> tuple[float, float]:
    """Return hours a week, upkeep included, and hours by hand."""
    value = {name: float(values[0, 0]) for name, values in one.items()}
    kept = value.get("acceptance", 1.0)
    mixed = kept * value.get("verify_seconds", 0) + (1 - kept) * value.get("correct_seconds", 0)
    assisted = (mixed if "acceptance" in value else value.get("assisted_seconds", 0)) + value.get("rework_seconds", 0)
    cover, manual = value["coverage"], value["manual_seconds"]
    spent = value["items"] * ((1 - cover) * manual + cover * assisted) / 3600 + value.get("maintenance_hours", 0)
    by_hand = (1 - cover) * manual + cover * value.get("counterfactual_seconds", manual)
    return spent, value["items"] * by_hand / 3600


@pytest.mark.parametrize("projects", [[SPLIT], [WHOLE], [SPLIT, WHOLE], [SPLIT, WHOLE, BY_HAND]])
def test_the_effort_is_that_of_all_together(projects: list[dict[str, Any]]) -> None:
    found = pool_projects(projects)
    assert found is not None
    spent, by_hand = (sum(part) for part in zip(*map(hours, projects), strict=True))
    assert found.work.effort() == pytest.approx(spent / by_hand)
    assert found.draws.effort(found.work.acceptance) == pytest.approx(spent / by_hand)
    assert isinstance(found.draws, EffortDraws)
    assert found.knows_acceptance == (SPLIT in projects)


def test_a_suggestion_that_is_corrected_as_fast_as_kept_leaves_no_lever() -> None:
    found = pool_projects([{**SPLIT, "correct_seconds": SPLIT["verify_seconds"] - 5}])
    assert found is not None
    assert not found.knows_acceptance
    spent, by_hand = hours({**SPLIT, "correct_seconds": SPLIT["verify_seconds"] - 5})
    assert found.work.effort() == pytest.approx(spent / by_hand)


def test_nothing_offered_is_nothing_to_seek_with() -> None:
    assert pool_projects([]) is None
    assert pool_projects([BY_HAND]) is None
