"""The regressions against statsmodels, and what they say where data do not determine an effect."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from dashboard.inference.cluster_scores import (
    compute_robust_deviation,
    compute_t_statistic,
    fit_poisson,
    fit_robust,
    fit_typical,
)
from dashboard.inference.design_matrix import Terms

ORACLE = "y ~ assisted + proxy + C(who) + C(kind) + C(week)"


def log(rows: int = 1500, people: int = 12) -> tuple[Terms, np.ndarray, pd.DataFrame]:
    """Return random terms, seconds that follow them, and both as a table for the oracle."""
    rng = np.random.default_rng(7)
    table = pd.DataFrame(
        {
            "who": rng.integers(0, people, rows),
            "kind": rng.integers(0, 3, rows),
            "week": rng.integers(0, 8, rows),
            "assisted": rng.integers(0, 2, rows).astype(float),
            "proxy": rng.normal(size=rows),
        }
    )
    level = 3 + 0.1 * table.who + 0.3 * table.kind - 0.4 * table.assisted + 0.3 * table.proxy
    table["y"] = np.exp(level + rng.normal(0, 0.6, rows))
    groups = tuple(table[name].to_numpy().astype(np.int64) for name in ("who", "kind", "week"))
    columns = {name: table[name].to_numpy() for name in ("assisted", "proxy")}
    return Terms(groups, columns), table.y.to_numpy(), table


def test_poisson_agrees_with_statsmodels_in_coefficients_and_clustered_errors() -> None:
    terms, seconds, table = log()
    fit = fit_poisson(terms, seconds)
    model = smf.glm(ORACLE, table, family=sm.families.Poisson())
    oracle = model.fit(tol=1e-14, maxiter=100, cov_type="cluster", cov_kwds={"groups": table.who.to_numpy()})
    for name in terms.columns:
        assert fit.coefficient(name) == pytest.approx(oracle.params[name], abs=1e-8)
        assert fit.error(name, terms.groups[0]) == pytest.approx(oracle.bse[name], rel=1e-8)


def test_the_log_regression_agrees_with_statsmodels() -> None:
    terms, seconds, table = log()
    fit = fit_typical(terms, seconds)
    model = smf.ols(ORACLE.replace("y ~", "np.log(y) ~"), table)
    oracle = model.fit(cov_type="cluster", cov_kwds={"groups": table.who.to_numpy()})
    for name in terms.columns:
        assert fit.coefficient(name) == pytest.approx(oracle.params[name], abs=1e-10)
        assert fit.error(name, terms.groups[0]) == pytest.approx(oracle.bse[name], rel=1e-8)
    t, freedom = compute_t_statistic(terms, np.log(seconds), "proxy")
    assert t == pytest.approx(model.fit().tvalues["proxy"], rel=1e-8)
    assert freedom == model.fit().df_resid


def test_robust_residuals_agree_with_statsmodels() -> None:
    terms, seconds, table = log()
    residuals = fit_robust(terms, seconds).residuals
    ours = residuals / compute_robust_deviation(residuals)
    exog = smf.ols(ORACLE, table).exog
    oracle = sm.RLM(np.log(seconds), exog, M=sm.robust.norms.HuberT(1.345)).fit(tol=1e-8, maxiter=200)
    theirs = oracle.resid / compute_robust_deviation(oracle.resid)
    assert np.abs(ours - theirs).max() < 0.01


def test_leaving_an_annotator_out_is_what_refitting_without_them_gives() -> None:
    terms, seconds, _ = log()
    fit = fit_poisson(terms, seconds)
    moved, people = fit.compute_jackknife_scores("assisted"), terms.groups[0]
    refitted = [
        fit_poisson(terms.where(people != one), seconds[people != one]).coefficient("assisted") for one in range(12)
    ]
    expected = (fit.coefficient("assisted") - np.array(refitted)) * np.sqrt(11 / 12)
    assert moved == pytest.approx(expected, abs=2e-3)
    assert np.sqrt((moved**2).sum()) == pytest.approx(np.sqrt((expected**2).sum()), rel=0.02)


def test_an_effect_that_the_groups_explain_is_not_a_number() -> None:
    terms, seconds, _ = log()
    helped = (terms.groups[0] < 6).astype(np.float64)
    fit = fit_poisson(Terms(terms.groups, {**terms.columns, "assisted": helped}), seconds)
    assert np.isnan(fit.coefficient("assisted"))
    assert np.isfinite(fit.coefficient("proxy"))


def test_a_repeated_column_leaves_the_others_as_they_were() -> None:
    terms, seconds, _ = log()
    once = fit_poisson(terms, seconds)
    twice = fit_poisson(terms.add_columns(again=2 * terms.columns["proxy"]), seconds)
    assert twice.coefficient("assisted") == pytest.approx(once.coefficient("assisted"), abs=1e-9)
    assert twice.solution.rank == once.solution.rank


def test_a_quarter_more_minutes_in_other_units_changes_no_ratio() -> None:
    terms, seconds, _ = log()
    first, second = (fit_poisson(terms, scale * seconds).coefficient("assisted") for scale in (1.0, 1 / 60))
    assert first == pytest.approx(second, abs=1e-9)
