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

WEEKEND_DAYS = 2  # days of a month's end that may be without work
CHANGE_SCHEMA: dict[str, pl.DataType] = {
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
class PeriodPair:
    """Two periods; all four days are inclusive."""

    before_from: date
    before_to: date
    now_from: date
    now_to: date

    def days(self) -> dict[str, date]:
        """Return the four days by name."""
        return dict(vars(self))


def build_change_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the change of the labeling share and of the hours spent on labels (columns of CHANGE_SCHEMA).

    A measure's first row has the factor 'change' and its sentence in `words`; the contributions of the rows after it
    add up to its own. If a measure cannot be compared, its only row has the reason in `words` and no numbers.
    """
    known_span = catalog.run_query(snapshot, "known_span", {}).row(0, named=True)
    change_rows = [
        row
        for explain_change, first_on, last_on in (
            (_explain_share_change, known_span["time_from"], known_span["time_to"]),
            (_explain_hours_change, known_span["labels_from"], known_span["labels_to"]),
        )
        if first_on
        for row in explain_change(snapshot, params, first_on, last_on)
    ]
    return pl.DataFrame(change_rows, schema=CHANGE_SCHEMA, orient="row")


def resolve_periods(params: Mapping[str, object], last_on: date) -> PeriodPair:
    """Return the selected period and the equally long one before it.

    Without a selected period: the last complete month and the month before it.
    """
    from_on, to_on = params.get("from_on"), params.get("to_on")
    if isinstance(from_on, date):
        end = to_on if isinstance(to_on, date) else max(last_on, from_on)
        days = (end - from_on).days + 1
        return PeriodPair(from_on - timedelta(days=days), from_on - timedelta(days=1), from_on, end)
    newest_on = min(to_on, last_on) if isinstance(to_on, date) else last_on
    next_month_on = (newest_on + timedelta(days=WEEKEND_DAYS + 1)).replace(day=1)
    now_to = next_month_on - timedelta(days=1)
    now_from = now_to.replace(day=1)
    before_to = now_from - timedelta(days=1)
    return PeriodPair(before_to.replace(day=1), before_to, now_from, now_to)


def _query_both_periods(
    snapshot: Snapshot, query: str, params: Mapping[str, object], period_pair: PeriodPair
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """Return the rows of a query in the period before and in the selected one."""
    before = catalog.run_query(snapshot, query, {**params, "from_on": period_pair.before_from, "to_on": period_pair.before_to})
    return before, catalog.run_query(snapshot, query, {**params, "from_on": period_pair.now_from, "to_on": period_pair.now_to})


def _explain_share_change(
    snapshot: Snapshot, params: Mapping[str, object], first_on: date, last_on: date
) -> list[dict[str, object]]:  # fmt: skip
    period_pair = resolve_periods(params, last_on)
    head: dict[str, object] = {"measure": "labeling share", "unit": "share", **period_pair.days()}
    if first_on > period_pair.before_from + timedelta(days=WEEKEND_DAYS):
        return [{**head, "words": _format_too_early("Time entries", first_on)}]
    period_frames = _query_both_periods(snapshot, "labeling_and_modeling", params, period_pair)
    before, current = (
        frame.rename({"project": "cell", "labeling_seconds": f"part_{name}", "both_seconds": f"whole_{name}"})
        for frame, name in zip(period_frames, ("before", "now"), strict=True)
    )
    cells = before.join(current, on="cell", how="full", coalesce=True).fill_null(0).sort("cell")
    change = estimate.decompose_share(cells.select(list(estimate.SHARE_COLUMNS)))
    if change is None:
        return [{**head, "words": "One of the two periods has neither labeling nor modeling."}]
    parts = [words.Contribution(*row) for row in change.contributions.iter_rows()]
    text = words.describe_share_change(change.before, change.now, parts)
    return _build_measure_rows(head, change, text, parts, 1.0)


def _explain_hours_change(
    snapshot: Snapshot, params: Mapping[str, object], first_on: date, last_on: date
) -> list[dict[str, object]]:  # fmt: skip
    period_pair = resolve_periods(params, last_on)
    head: dict[str, object] = {"measure": "hours spent on labels", "unit": "hours", **period_pair.days()}
    if first_on > period_pair.before_from + timedelta(days=WEEKEND_DAYS):
        return [{**head, "words": _format_too_early("Labels", first_on)}]
    cell = pl.format("{}, {}", "project", "method").alias("cell")
    period_frames = [frame.with_columns(cell) for frame in _query_both_periods(snapshot, "labeling_work", params, period_pair)]
    before, current = (
        frame.select(
            "cell", pl.col("timed_labels").alias(f"labels_{name}"), pl.col("milliseconds").alias(f"milliseconds_{name}")
        )
        for frame, name in zip(period_frames, ("before", "now"), strict=True)
    )
    cells = before.join(current, on="cell", how="full", coalesce=True).fill_null(0).sort("cell")
    counts = (int(cells.get_column("labels_before").sum()), int(cells.get_column("labels_now").sum()))
    if not all(counts):
        return [{**head, "words": "One of the two periods has no labels with a known time."}]
    change = estimate.decompose_time(cells.select(list(estimate.WORK_COLUMNS)))
    parts = [words.Contribution(*row) for row in change.contributions.iter_rows()]
    untimed = sum(int(frame.get_column("untimed_labels").sum()) for frame in period_frames)
    text = words.describe_hours_change(change.before, change.now, counts, untimed, parts)
    return _build_measure_rows(head, change, text, parts, words.MS_PER_HOUR)


def _build_measure_rows(
    head: Mapping[str, object], change: estimate.ChangeDecomposition, text: str, parts: list[words.Contribution], scale: float
) -> list[dict[str, object]]:  # fmt: skip
    before, current = change.before / scale, change.now / scale
    total_row = {**head, "factor": "change", "before": before, "now": current, "contribution": current - before, "words": text}
    contribution_rows = [
        {**head, "factor": part.factor, "cell": part.cell or None, "contribution": part.contribution / scale}
        for part in parts
    ]
    return [total_row, *contribution_rows]


def _format_too_early(data_name: str, first_on: date) -> str:
    return f"{data_name} begin on {first_on}, within the period before, so there is not enough data to compare with."


def explain_missing_comparison(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why nothing can be compared, or None."""
    if rows.filter(pl.col("factor") == "change").height:
        return None
    reasons = rows.get_column("words").drop_nulls().to_list()
    return {
        "reason": " ".join(reasons) or "Nothing is imported yet.",
        "needed": "Two periods of equal length with time entries or labels: choose a shorter or later period.",
    }


CHANGE: tuple[FigureSpec, ...] = (
    FigureSpec(
        "change_explained",
        "What changed against the period before, and why",
        "share of labeling and modeling, and hours, as stated in each row",
        "Shows where a difference lies, not what caused it. Without a period, the last complete month is compared with "
        "the one before. The contributions add up to the change. Hours come from the labeling log and are never added "
        "to tracked time.",
        "each factor's effect, averaged over all orders in which the factors could have changed (Shapley): volume = "
        "number of labels, mix = which projects and methods they are in, rate = time per label; for the share: "
        "mix = which projects time goes to, rate = labeling's share within a project",
        rows=build_change_rows,
        chart="change_explained",
        ignores=("categories",),
        refuses=explain_missing_comparison,
    ),
)
