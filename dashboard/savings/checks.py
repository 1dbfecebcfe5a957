"""The checks of a savings estimate, in words: reasons for the grade, possible errors, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.savings.by_automation import load_automation_results
from dashboard.savings.fits import HOUR
from dashboard.savings.net_hours import AutomationResult
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_bare_hours, format_count

WHOLE_LOG = "(the whole log)"
CHECK_SCHEMA: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "check": pl.String(),
    "flag": pl.Boolean(),
    "value": pl.Float64(),
    "words": pl.String(),
}
"""One row per check; `flag` is true where the reader should worry, and null where the row only describes."""


def build_check_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the checks of every automation, then the labels that no estimate could use."""
    results = load_automation_results(snapshot, params)
    checks = [row for result in results for row in list_automation_checks(result)]
    return pl.DataFrame([*checks, *build_left_out_rows(snapshot, params)], schema=CHECK_SCHEMA)


def list_automation_checks(result: AutomationResult) -> list[dict[str, object]]:
    """Return the reasons for the grade, the estimator's diagnostics, and the proxy for difficulty."""
    savings = result.estimate.savings
    if savings is None:
        reason = result.estimate.refused.reason if result.estimate.refused else ""
        return [build_check(result.estimate.automation, "sample", reason, flag=True)]
    name = result.estimate.automation
    reasons = [build_check(name, f"grade {savings.grade}", text) for text in savings.reasons]
    if result.estimate.refused:
        reasons = [
            build_check(name, "sample", f"{result.estimate.refused.reason} {result.estimate.refused.needed}", flag=True)
        ]
    checks = [build_check(name, check.name, check.words, check.value, flag=check.flag) for check in savings.diagnostics]
    if result.estimate.untimed_work:
        checks.append(build_check(name, "checking", describe_untimed_work(result.estimate.untimed_work), flag=True))
    return [*reasons, *checks, build_check(name, "difficulty", describe_difficulty(result.estimate.proxies))]


def build_check(
    automation: str, check: str, text: str, value: float | None = None, *, flag: bool | None = None
) -> dict[str, object]:
    """Return one check."""
    return {"automation": automation, "check": check, "flag": flag, "value": value, "words": text}


def describe_untimed_work(untimed: tuple[str, ...]) -> str:
    """Return a sentence on review and rework that the hours leave out because they are not timed."""
    return (
        f"The log does not say how long this took: {', '.join(untimed)}. It is in the hours of neither side, so a "
        "saving that moved work to those who check would not show."
    )


def describe_difficulty(proxies: tuple[str, ...]) -> str:
    """Return a sentence on how the estimate measures the difficulty of an item."""
    descriptions = {
        "difficulty": "the log's own difficulty",
        "objects": "log(1 + objects), where the log holds no difficulty",
    }
    if not proxies:
        return "Nothing in the log says how difficult an item is."
    return f"Difficulty is {' and '.join(descriptions[name] for name in proxies)}."


def build_left_out_rows(snapshot: Snapshot, params: Mapping[str, object]) -> list[dict[str, object]]:
    """Return how many labels no estimate can use, by reason, and how long people checked them."""
    counts = run_query(snapshot, "labels_left_out", params)
    rows = []
    for reason, labels, milliseconds in counts.iter_rows():
        checking = (
            f" People spent {format_bare_hours(milliseconds / 1000 / HOUR)} hours checking them."
            if milliseconds
            else ""
        )
        text = f"{format_count(labels)} labels were {reason}: in no estimate.{checking}"
        rows.append(build_check(WHOLE_LOG, "left out", text, float(labels), flag="unknown" in reason))
    return rows
