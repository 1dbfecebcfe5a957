"""The checks behind an estimate of savings, in words: why this grade, what could be wrong, what was left out."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard import catalog
from dashboard.figures.savings_fits import HOUR
from dashboard.figures.savings_net import Judged
from dashboard.figures.savings_rows import judged
from dashboard.figures.savings_words import number
from dashboard.store import Snapshot

EVERYTHING = "(the whole log)"
CHECK: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "check": pl.String(),
    "flag": pl.Boolean(),
    "value": pl.Float64(),
    "words": pl.String(),
}
"""One row a check; `flag` is up where the reader should worry, and null where the row only describes."""


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the checks of every automation, then what no estimate could use."""
    found = judged(snapshot, params)
    checks = [row for one in found for row in of_automation(one)]
    return pl.DataFrame([*checks, *left_out(snapshot, params)], schema=CHECK)


def of_automation(one: Judged) -> list[dict[str, object]]:
    """Return the reasons of the grade, the estimator's checks, and what stands in for difficulty."""
    found = one.part.savings
    if found is None:
        reason = one.part.refused.reason if one.part.refused else ""
        return [row(one.part.automation, "sample", reason, flag=True)]
    name = one.part.automation
    reasons = [row(name, f"grade {found.grade}", words) for words in found.reasons]
    if one.part.refused:
        reasons = [row(name, "sample", f"{one.part.refused.reason} {one.part.refused.needed}", flag=True)]
    checks = [row(name, check.name, check.words, check.value, flag=check.flag) for check in found.diagnostics]
    if one.part.untimed:
        checks.append(row(name, "checking", unknown_checking(one.part.untimed), flag=True))
    return [*reasons, *checks, row(name, "difficulty", difficulty(one.part.proxies))]


def row(
    automation: str, check: str, words: str, value: float | None = None, *, flag: bool | None = None
) -> dict[str, object]:
    """Return one check."""
    return {"automation": automation, "check": check, "flag": flag, "value": value, "words": words}


def unknown_checking(untimed: tuple[str, ...]) -> str:
    """Return what the hours leave out because the log does not time it."""
    return (
        f"The log does not say how long this took: {', '.join(untimed)}. It is in the hours of neither side, so a "
        "saving that moved work to those who check would not show."
    )


def difficulty(proxies: tuple[str, ...]) -> str:
    """Return what the estimate takes for the difficulty of an item."""
    said = {"difficulty": "the log's own difficulty", "objects": "log(1 + objects), where the log holds no difficulty"}
    if not proxies:
        return "Nothing in the log says how difficult an item is."
    return f"Difficulty is {' and '.join(said[name] for name in proxies)}."


def left_out(snapshot: Snapshot, params: Mapping[str, object]) -> list[dict[str, object]]:
    """Return how many labels no estimate can use, by reason, with the time people spent checking them."""
    counted = catalog.run(snapshot, "labels_left_out", params)
    rows = []
    for reason, labels, milliseconds in counted.iter_rows():
        checking = f" People spent {number(milliseconds / 1000 / HOUR)} hours checking them." if milliseconds else ""
        words = f"{labels:,} labels were {reason}: in no estimate.{checking}"
        rows.append(row(EVERYTHING, "left out", words, float(labels), flag="unknown" in reason))
    return rows
