"""The tests of two samples agree with SciPy's, which pages cannot wait for."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from dashboard.inference.two_samples import compare_counts, compare_means


@pytest.mark.parametrize("seed", range(8))
def test_counts_and_means_are_compared_as_scipy_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 80, (2, 2 + seed))
    expected = stats.chi2_contingency(table, correction=False)
    counted = compare_counts(table)
    assert (counted.statistic, counted.freedom) == (pytest.approx(expected.statistic), expected.dof)
    assert counted.chance == pytest.approx(expected.pvalue, rel=1e-9)
    first, second = rng.normal(0, 1 + seed, 20 + seed), rng.normal(0.5, 1, 35)
    expected_chance = stats.ttest_ind(first, second, equal_var=False).pvalue
    assert compare_means(first, second) == pytest.approx(expected_chance, rel=1e-9)


def test_trends_and_finish_dates_load_no_statistics_of_scipy() -> None:
    program = (
        "import sys\n"
        "import numpy as np\n"
        "from dashboard.inference.trends import estimate_drift, forecast_trend\n"
        "weeks = np.arange(12.0)\n"
        "assert estimate_drift(weeks, np.sin(9 * weeks)) and forecast_trend(weeks, np.sin(9 * weeks), 14.0)\n"
        "print('scipy.stats' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
