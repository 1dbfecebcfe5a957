"""The goal is not sought where the time by hand is not known; it never ends in an error."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from dashboard.forecast.model.goal_seek import pool_projects

INPUTS = ("manual_seconds", "counterfactual_seconds", "coverage", "acceptance", "verify_seconds", "correct_seconds",
          "assisted_seconds", "rework_seconds", "maintenance_hours")  # fmt: skip


def test_any_set_of_missing_inputs_is_an_answer_or_none() -> None:
    full = {name: np.full((9, 2), 0.5 if name in {"coverage", "acceptance"} else 3.0) for name in (*INPUTS, "items")}
    for count in range(len(INPUTS) + 1):
        for missing in combinations(INPUTS, count):
            project = {name: draws for name, draws in full.items() if name not in missing}
            pooled = pool_projects([project])
            if {"manual_seconds", "counterfactual_seconds"} <= set(missing) or "coverage" in missing:
                assert pooled is None
            else:
                assert pooled is not None
