"""The same saving against each baseline that a log may offer; the one behind the headline comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import polars as pl

from dashboard.savings.by_automation import load_automation_results
from dashboard.savings.fits import AutomationLog, estimate_automation, estimate_designs, load_automation_log
from dashboard.savings.net_hours import AutomationResult, classify_interval
from dashboard.savings.words import describe_baseline, explain_missing_hours
from dashboard.store.snapshot import Snapshot

BASELINE_SCHEMA: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "baseline": pl.String(),
    "is_headline": pl.Boolean(),
    "state": pl.String(),
    "saved_share": pl.Float64(),
    "saved_low": pl.Float64(),
    "saved_high": pl.Float64(),
    "holds_for": pl.String(),
    "grade": pl.String(),
    "grade_reasons": pl.String(),
    "assisted_labels": pl.Int64(),
    "manual_labels": pl.Int64(),
    "annotators": pl.Int64(),
    "words": pl.String(),
    "reason": pl.String(),
    "needed": pl.String(),
}
"""One row per automation and baseline; what cannot be compared has `reason` and `needed` in place of a share."""


def build_baseline_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row per automation and baseline: that of the headline first, then the strongest."""
    results = load_automation_results(snapshot, params)
    log = load_automation_log(snapshot, params)
    rows = [row for result in results for row in list_automation_rows(result, log, params)]
    return pl.DataFrame(rows, schema=BASELINE_SCHEMA)


def list_automation_rows(
    result: AutomationResult, log: AutomationLog, params: Mapping[str, object]
) -> list[dict[str, object]]:
    """Return the rows of one automation; without any estimate, the baselines share one reason."""
    from dashboard.savings.model.evidence import DESIGN_TITLES, DESIGNS  # noqa: PLC0415 - numpy loads with an estimate

    savings = result.estimate.savings
    if savings is None:
        return [_build_row(result, DESIGN_TITLES[design]) for design in DESIGNS]
    designs = tuple(design for design in DESIGNS if DESIGN_TITLES[design] != savings.design)
    estimator = partial(estimate_designs, designs=designs)
    estimates = estimate_automation(result.estimate.automation, log, params, estimator)
    others = [
        _build_row(replace(result, estimate=estimate), DESIGN_TITLES[design])
        for design, estimate in zip(designs, estimates, strict=True)
    ]
    return [_build_row(result, savings.design, is_headline=True), *others] if savings.design else others


def _build_row(result: AutomationResult, baseline: str, *, is_headline: bool = False) -> dict[str, object]:
    """Return the row of one comparison."""
    estimate, savings = result.estimate, result.estimate.savings
    is_compared = savings is not None and not estimate.refused
    share = result.shown_share
    bounds = estimate.bounds or share
    reason, needed = explain_missing_hours(result)
    return {
        "automation": estimate.automation,
        "baseline": baseline,
        "is_headline": is_headline,
        # Setup and maintenance are part of no share, so it is judged by its own interval.
        "state": classify_interval(share) if share else result.state,
        "saved_share": share.value if share else None,
        "saved_low": bounds.low if bounds else None,
        "saved_high": bounds.high if bounds else None,
        "holds_for": ("people in general" if estimate.is_population else "our current annotators") if share else None,
        "grade": savings.grade if savings and is_compared else None,
        "grade_reasons": " ".join(savings.reasons) if savings and is_compared else None,
        "assisted_labels": savings.n_assisted if savings and is_compared else None,
        "manual_labels": savings.n - savings.n_assisted if savings and is_compared else None,
        "annotators": savings.annotators if savings and is_compared else None,
        "words": describe_baseline(result),
        "reason": reason or None,
        "needed": needed or None,
    }
