"""What changed against the period before, and why, as figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dashboard import catalog
from dashboard.estimates import change as estimate
from dashboard.figures import change_words as words
from dashboard.figures.spec import FigureSpec
from dashboard.store import Snapshot

WEEKEND = 2  # days of a month's end that may be without work
SCHEMA: dict[str, pl.DataType] = {
    "measure": pl.String(),
    "factor": pl.String(),
    "cell": pl.String(),
    "before": pl.Float64(),
    "now": pl.Float64(),
    "contribution": pl.Float64(),
    "unit": pl.String(),
    "before_from": pl.Date(),
    "before_to": pl.Date(),
    "now_from": pl.Date(),
    "now_to": pl.Date(),
    "words": pl.String(),
}


@dataclass(frozen=True)
class Periods:
    """Two periods, inclusive days."""

    before_from: date
    before_to: date
    now_from: date
    now_to: date

    def days(self) -> dict[str, date]:
        """Return the four days by name."""
        return dict(vars(self))


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the change of the labeling share and of the hours spent on labels (columns of SCHEMA).

    A measure's first row has the factor 'change' and the sentence in `words`; the contributions after it add up to
    its own. Where a measure cannot be compared its only row has the reason in `words` and no numbers.
    """
    known = catalog.run(snapshot, "known_span", {}).row(0, named=True)
    found = [
        row
        for compare, first_on, last_on in (
            (_share, known["time_from"], known["time_to"]),
            (_hours, known["labels_from"], known["labels_to"]),
        )
        if first_on
        for row in compare(snapshot, params, first_on, last_on)
    ]
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def periods(params: Mapping[str, object], last_on: date) -> Periods:
    """Return the period asked for and the equally long one before; without one, the last complete month and its own."""
    from_on, to_on = params.get("from_on"), params.get("to_on")
    if isinstance(from_on, date):
        end = to_on if isinstance(to_on, date) else max(last_on, from_on)
        days = (end - from_on).days + 1
        return Periods(from_on - timedelta(days=days), from_on - timedelta(days=1), from_on, end)
    newest = min(to_on, last_on) if isinstance(to_on, date) else last_on
    after = (newest + timedelta(days=WEEKEND + 1)).replace(day=1)
    now_to = after - timedelta(days=1)
    now_from = now_to.replace(day=1)
    before_to = now_from - timedelta(days=1)
    return Periods(before_to.replace(day=1), before_to, now_from, now_to)


def _both(
    snapshot: Snapshot, query: str, params: Mapping[str, object], when: Periods
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """Return the rows of a query in the period before and in the one asked for."""
    before = catalog.run(snapshot, query, {**params, "from_on": when.before_from, "to_on": when.before_to})
    return before, catalog.run(snapshot, query, {**params, "from_on": when.now_from, "to_on": when.now_to})


def _share(
    snapshot: Snapshot, params: Mapping[str, object], first_on: date, last_on: date
) -> list[dict[str, object]]:  # fmt: skip
    when = periods(params, last_on)
    head: dict[str, object] = {"measure": "labeling share", "unit": "share", **when.days()}
    if first_on > when.before_from + timedelta(days=WEEKEND):
        return [{**head, "words": _too_early("Time entries", first_on)}]
    both = _both(snapshot, "labeling_and_modeling", params, when)
    before, now = (
        frame.rename({"project": "cell", "labeling_seconds": f"part_{name}", "both_seconds": f"whole_{name}"})
        for frame, name in zip(both, ("before", "now"), strict=True)
    )
    cells = before.join(now, on="cell", how="full", coalesce=True).fill_null(0).sort("cell")
    found = estimate.of_share(cells.select(list(estimate.SHARES)))
    if found is None:
        return [{**head, "words": "One of the two periods has neither labeling nor modeling."}]
    parts = [words.Part(*row) for row in found.contributions.iter_rows()]
    said = words.of_share(found.before, found.now, parts)
    return _told(head, found, said, parts, 1.0)


def _hours(
    snapshot: Snapshot, params: Mapping[str, object], first_on: date, last_on: date
) -> list[dict[str, object]]:  # fmt: skip
    when = periods(params, last_on)
    head: dict[str, object] = {"measure": "hours spent on labels", "unit": "hours", **when.days()}
    if first_on > when.before_from + timedelta(days=WEEKEND):
        return [{**head, "words": _too_early("Labels", first_on)}]
    cell = pl.format("{}, {}", "project", "method").alias("cell")
    both = [frame.with_columns(cell) for frame in _both(snapshot, "labeling_work", params, when)]
    before, now = (
        frame.select(
            "cell", pl.col("timed_labels").alias(f"labels_{name}"), pl.col("milliseconds").alias(f"milliseconds_{name}")
        )
        for frame, name in zip(both, ("before", "now"), strict=True)
    )
    cells = before.join(now, on="cell", how="full", coalesce=True).fill_null(0).sort("cell")
    counts = (int(cells.get_column("labels_before").sum()), int(cells.get_column("labels_now").sum()))
    if not all(counts):
        return [{**head, "words": "One of the two periods has no labels with a known time."}]
    found = estimate.of_time(cells.select(list(estimate.WORK)))
    parts = [words.Part(*row) for row in found.contributions.iter_rows()]
    untimed = sum(int(frame.get_column("untimed_labels").sum()) for frame in both)
    said = words.of_hours(found.before, found.now, counts, untimed, parts)
    return _told(head, found, said, parts, words.HOUR)


def _told(
    head: Mapping[str, object], found: estimate.Change, said: str, parts: list[words.Part], scale: float
) -> list[dict[str, object]]:  # fmt: skip
    before, now = found.before / scale, found.now / scale
    whole = {**head, "factor": "change", "before": before, "now": now, "contribution": now - before, "words": said}
    each = [
        {**head, "factor": part.factor, "cell": part.cell or None, "contribution": part.contribution / scale}
        for part in parts
    ]
    return [whole, *each]


def _too_early(what: str, first_on: date) -> str:
    return f"{what} begin on {first_on}, within the period before: there is not enough data to compare with."


def refusal(found: pl.DataFrame) -> dict[str, str] | None:
    """Return why nothing can be compared, or None."""
    if found.filter(pl.col("factor") == "change").height:
        return None
    reasons = found.get_column("words").drop_nulls().to_list()
    return {
        "reason": " ".join(reasons) or "Nothing is imported yet.",
        "needed": "Two periods of equal length with time entries or labels: choose a shorter or later period.",
    }


CHANGE: tuple[FigureSpec, ...] = (
    FigureSpec(
        "change_explained",
        "What changed against the period before, and why",
        "share of labeling and modeling, and hours, as said in each row",
        "Says where a difference lies, not what caused it. Without a period: the last complete month against the one "
        "before. The parts of a change add up to it. Hours are those of the labeling log, never added to tracked time.",
        "each factor's effect, averaged over all orders in which the factors could have changed (Shapley): volume = "
        "number of labels, mix = which projects and methods they are in, rate = time a label; for the share: mix = "
        "which projects time goes to, rate = labeling's share within a project",
        rows=rows,
        chart="change_explained",
        ignores=("categories",),
        refuses=refusal,
    ),
)
