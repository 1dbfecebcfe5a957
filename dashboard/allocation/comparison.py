"""The figure `period_change`: shares, hours and coverage against the period before, each with its one verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dashboard.allocation.claim import MIN_PEOPLE, MIN_WEEKS, SCOPE_ROLES, estimate_interval, select_worked
from dashboard.allocation.share_range import SPLIT_CORRECTION, ShareRange, build_range, describe_open_hours
from dashboard.allocation.verdict import (
    MIN_SHARE_CHANGE,
    Bounds,
    PeriodPair,
    Verdict,
    explain_uncovered,
    judge_change,
    judge_total,
    resolve_periods,
)
from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_hours_ends, format_share

TITLES = {
    "labeling_of_labeling_and_modeling": "Labeling's share of labeling and modeling",
    "labeling_of_all_tracked": "Labeling's share of all tracked time",
    "tracked_hours": "Tracked hours",
    "coverage": "Coverage",
}
WHOLES = {"labeling_of_labeling_and_modeling": "both_seconds", "labeling_of_all_tracked": "tracked_seconds"}
PERIOD_CHANGE_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("scope", "measure", "unit"), pl.String()),
    **dict.fromkeys(("before", "now", "change"), pl.Float64()),
    **dict.fromkeys(("verdict", "reason", "words"), pl.String()),
    **dict.fromkeys(("before_from", "before_to", "now_from", "now_to"), pl.Date()),
}
SAME, BY_CHANCE = "about the same", "people and weeks vary as much by chance"
TOO_FEW = "chance cannot be told apart for so few people or weeks"
WHOLE_PROJECT = "The hours of a whole project and of a period are of different lengths"
NOTHING_BEFORE = "nothing of it is known in one of the two periods"
NEGATIVE_PERIOD = f"the hours of one side sum to less than zero in one of the two periods: {SPLIT_CORRECTION}"


@dataclass(frozen=True)
class MeasuredShare:
    """A share of one period, the interval of chance, and what it would be with the open hours on either side."""

    share_range: ShareRange | None
    interval: Bounds | None
    is_negative: bool = False  # whether one side of it is below zero, so that there is no share

    @property
    def value(self) -> float | None:
        """Return the share of the sorted hours."""
        return self.share_range.share if self.share_range else None

    @property
    def bounds(self) -> Bounds | None:
        """Return the interval, widened by the open hours."""
        if self.share_range is None or self.interval is None:
            return None
        return min(self.interval[0], self.share_range.low), max(self.interval[1], self.share_range.high)


def build_period_change_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row per scope and measure (columns of PERIOD_CHANGE_SCHEMA)."""
    newest_on = run_query(snapshot, "known_span", {}).item(0, "time_to")
    if newest_on is None:
        return pl.DataFrame(schema=PERIOD_CHANGE_SCHEMA)
    pair = resolve_periods(snapshot, params, "time", newest_on)
    uncovered = explain_uncovered(snapshot, "time", pair)
    periods = pair.split(params)
    weeks = [run_query(snapshot, "share_weeks", period) for period in periods]
    shares = [run_query(snapshot, "labeling_share", period) for period in periods]
    rows = []
    for scope, role in SCOPE_ROLES.items():
        cells = [frame if role is None else frame.filter(role=role) for frame in weeks]
        for measure, whole in WHOLES.items():
            rows.append(_judge_share(scope, measure, [measure_share(frame, whole) for frame in cells], uncovered))
        hours = [int(frame.get_column("tracked_seconds").sum()) / 3600 for frame in cells]
        rows.append(_judge_hours(scope, hours, uncovered or (WHOLE_PROJECT if pair.earlier_project else "")))
        coverage = [frame.filter(scope=scope).item(0, "coverage") for frame in shares]
        rows.append(_judge_coverage(scope, coverage, uncovered))
    return pl.DataFrame([{**row, **pair.days()} for row in rows], schema=PERIOD_CHANGE_SCHEMA)


def judge_labeling_share(
    snapshot: Snapshot, params: Mapping[str, object], pair: PeriodPair, measure: str
) -> tuple[Verdict, str]:
    """Return the verdict on everyone's share in two periods that the log covers, and why it is none."""
    sides = [
        measure_share(run_query(snapshot, "share_weeks", period), WHOLES[measure]) for period in pair.split(params)
    ]
    return judge_shares(*sides)


def measure_share(cells: pl.DataFrame, whole: str) -> MeasuredShare:
    """Return labeling's share of the column `whole` of person-weeks (query `share_weeks`)."""
    labeling, total, open_seconds = (
        int(cells.get_column(name).sum()) for name in ("labeling_seconds", whole, "open_seconds")
    )
    widest = total if whole == "tracked_seconds" else total + open_seconds
    share_range = build_range(labeling, total, open_seconds, widest)
    if share_range is None:
        return MeasuredShare(None, None, is_negative=any((labeling, total, open_seconds)))
    worked = select_worked(cells, whole).select("person", "week_on", "labeling_seconds", whole)
    is_enough = (
        worked.get_column("person").n_unique() >= MIN_PEOPLE and worked.get_column("week_on").n_unique() >= MIN_WEEKS
    )
    is_known = is_enough and share_range.share is not None
    return MeasuredShare(share_range, estimate_interval(worked.rows()) if is_known else None)


def judge_shares(before: MeasuredShare, current: MeasuredShare) -> tuple[Verdict, str]:
    """Return the verdict on a share in two periods, and why it is neither a rise nor a fall."""
    verdict = judge_change(current.value, before.value, current.bounds, before.bounds)
    if verdict in {Verdict.rose, Verdict.fell}:
        return verdict, ""
    if current.is_negative or before.is_negative:
        return Verdict.uncompared, NEGATIVE_PERIOD
    for side in (current, before):
        if side.share_range is not None and side.share_range.is_wide and side.share_range.open_hours:
            return Verdict.uncompared, f"{describe_open_hours(side.share_range.open_hours)} in one of the two periods"
    if verdict is Verdict.uncompared or current.value is None or before.value is None:
        return Verdict.uncompared, NOTHING_BEFORE
    if abs(current.value - before.value) < MIN_SHARE_CHANGE:
        return verdict, SAME
    return verdict, TOO_FEW if current.interval is None or before.interval is None else BY_CHANCE


def _judge_share(scope: str, measure: str, sides: list[MeasuredShare], uncovered: str) -> dict[str, object]:
    before, current = sides
    verdict, reason = (Verdict.uncompared, uncovered) if uncovered else judge_shares(before, current)
    return _build_row(scope, measure, "share", (before.value, current.value), verdict, reason)


def _judge_hours(scope: str, hours: list[float], uncovered: str) -> dict[str, object]:
    verdict = Verdict.uncompared if uncovered else judge_total(hours[1], hours[0])
    reason = uncovered or {Verdict.uncompared: NOTHING_BEFORE, Verdict.unclear: SAME}.get(verdict, "")
    return _build_row(scope, "tracked_hours", "hours", (hours[0], hours[1]), verdict, reason)


def _judge_coverage(scope: str, coverage: list[float | None], uncovered: str) -> dict[str, object]:
    before, current = coverage
    bounds = [None if value is None else (value, value) for value in coverage]
    verdict = Verdict.uncompared if uncovered else judge_change(current, before, bounds[1], bounds[0])
    reason = uncovered or {Verdict.uncompared: NOTHING_BEFORE, Verdict.unclear: SAME}.get(verdict, "")
    return _build_row(scope, "coverage", "share", (before, current), verdict, reason)


def _build_row(
    scope: str, measure: str, unit: str, values: tuple[float | None, float | None], verdict: Verdict, reason: str
) -> dict[str, object]:
    """Return a row; where nothing can be compared it has no difference."""
    before, current = values
    is_compared = verdict is not Verdict.uncompared and before is not None and current is not None
    title = f"{TITLES[measure]} ({scope})"
    words = f"{title} {verdict.value}: {reason[:1].lower()}{reason[1:].rstrip('.')}."
    if is_compared and before is not None and current is not None:
        ends = (format_share(before, 1), format_share(current, 1)) if unit == "share" else None
        before_text, current_text = ends or format_hours_ends(before, current)
        words = f"{title}: {verdict.value}, {before_text} before, {current_text} now{f' ({reason})' if reason else ''}."
    return {
        "scope": scope, "measure": measure, "unit": unit, "before": before, "now": current,
        "change": current - before if is_compared and before is not None and current is not None else None,
        "verdict": verdict.value, "reason": reason, "words": words,
    }  # fmt: skip


def explain_no_change(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there is nothing to compare, or None."""
    if rows.height:
        return None
    return Unavailable("Nothing is imported yet.", "Import an export of a time tracker.", Cause.nothing_imported)


PERIOD_CHANGE = FigureSpec(
    "period_change",
    "What rose, what fell, and what cannot be told",
    "share of hours, and hours, as stated in each row",
    "A verdict of four: rose, fell, no clear change, cannot be compared. A share rose or fell only where the intervals "
    "of both periods, open hours counted either way, do not touch. Hours and coverage are what was logged, so only "
    "their size counts. Whole calendar months are compared with as many whole months; a period that the log does not "
    "cover on both sides is not compared.",
    "change = now - before; interval of a share: Student's t on the log odds, clustered by people and weeks",
    rows=build_period_change_rows,
    ignores=("categories",),
    refuses=explain_no_change,
)
