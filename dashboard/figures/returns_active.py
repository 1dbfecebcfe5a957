"""Labels that active learning saves against labels chosen at random, at equal model error, by project."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.estimates import learning_against_random
from dashboard.estimates.learning_against_random import Learned
from dashboard.figures.returns_runs import HOUR, Tested, tested, unclear
from dashboard.store import Snapshot

ROWS: dict[str, pl.DataType] = {
    "project": pl.String(),
    "metric": pl.String(),
    "selection": pl.String(),  # active, or random: a point of the curve it is compared with
    "labels": pl.Float64(),
    "error": pl.Float64(),
    "seeds": pl.Int64(),
    "random_labels": pl.Float64(),
    "random_low": pl.Float64(),
    "random_high": pl.Float64(),
    "saved_labels": pl.Float64(),
    "saved_share": pl.Float64(),
    "saved_low": pl.Float64(),
    "saved_high": pl.Float64(),
    "saved_hours": pl.Float64(),
    "code_version": pl.String(),
    "method": pl.String(),
    "words": pl.String(),
    "needed": pl.String(),
}
"""One row a project and size. Shares are of the labels that a random choice would take for the same error."""


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return active learning beside the random curve of each project whose runs say how labels were chosen."""
    told = [row for one in tested(snapshot, params) for row in _rows(one)]
    return pl.DataFrame(told, schema=ROWS)


def refusal(found: pl.DataFrame) -> dict[str, str] | None:
    """Return why nothing is known of any project, and which runs would do, or None."""
    if found.get_column("saved_share").is_not_null().any():
        return None
    active = found.filter(pl.col("needed") != "").sort(pl.col("selection") == "active", descending=True)
    if active.is_empty():
        return {
            "reason": "No run says how its labels were chosen.",
            "needed": "Say selection = active or random in the runs: 3 sizes at random and one by active learning, 2 "
            "seeds each, with the same code.",
        }
    nearest = active.row(0, named=True)
    return {"reason": f"{nearest['project']}: {nearest['words']}", "needed": str(nearest["needed"])}


def _rows(one: Tested) -> list[dict[str, object]]:
    """Return a project's sizes, those of the random curve after those of active learning."""
    told = one.runs.filter(pl.col("synthetic") == 0).drop_nulls("selection")
    codes = told.group_by("code").agg(active=(pl.col("selection") == "active").sum(), n=pl.len())
    if told.is_empty():
        return []
    code = str(codes.sort("active", "n", "code", descending=True).item(0, "code"))
    runs = told.filter(pl.col("code") == code).with_columns(active=pl.col("selection") == "active")
    found = learning_against_random.compare(runs.select(list(learning_against_random.RUNS)))
    words, needed = (found.refused.reason, found.refused.needed) if found.refused else ("", "")
    if one.unclear:
        words, needed = unclear(one)
    shared: dict[str, object] = {
        "project": one.project,
        "metric": one.metric,
        "code_version": code,
        "method": found.method,
    }
    shared |= {"words": words, "needed": needed}
    return [shared | row for row in (*_chosen(found, one), *_random(found))] or [shared]


def _chosen(found: Learned, one: Tested) -> list[dict[str, object]]:
    """Return the sizes of active learning."""
    return [_size(row, one.pace) for row in found.saved.to_dicts()]


def _size(row: Mapping[str, object], pace: float | None) -> dict[str, object]:
    """Return what one size of active learning saved."""
    labels, matched = float(str(row["labels"])), row["random_labels"]
    told: dict[str, object] = {"selection": "active", "labels": labels, "error": row["error"], "seeds": row["seeds"]}
    if not isinstance(matched, float):
        return told | {"words": f"With {labels:,.0f} labels it is {row['beyond']} than every run on random labels."}
    saved = matched - labels
    words = (
        f"{labels:,.0f} chosen labels do what {matched:,.0f} random ones do: {row['share']:.0%} fewer "
        f"(95% interval {row['share_low']:.0%} to {row['share_high']:.0%})."
    )
    if row["beyond"] == "open":
        words += " The random runs end within the interval, so one of its ends is open."
    told |= {f"random_{end}": row[f"random_{end}"] for end in ("labels", "low", "high")}
    told |= {"saved_share": row["share"], "saved_low": row["share_low"], "saved_high": row["share_high"]}
    return told | {"saved_labels": saved, "saved_hours": None if pace is None else saved * pace / HOUR, "words": words}


def _random(found: Learned) -> list[dict[str, object]]:
    """Return the points of the random curve."""
    points = found.random.select("labels", "error", "seeds").to_dicts()
    return [{"selection": "random", **row} for row in points]
