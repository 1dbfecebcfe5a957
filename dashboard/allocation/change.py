"""What changed against the period before, and why: the figures, and the sentence written from their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard.allocation.comparison import judge_labeling_share
from dashboard.allocation.model.change import (
    SHARE_COLUMNS,
    WORK_COLUMNS,
    ChangeDecomposition,
    decompose_share,
    decompose_time,
)
from dashboard.allocation.share_range import NEGATIVE_SIDE
from dashboard.allocation.verdict import (
    MIN_SHARE_CHANGE,
    PeriodPair,
    Verdict,
    explain_uncovered,
    judge_total,
    resolve_periods,
)
from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import (
    choose_hours_digits,
    count_noun,
    format_change,
    format_count,
    format_decimal,
    format_hours_ends,
    format_share,
    round_hours_change,
    round_parts,
    round_points,
)

CHANGE_SCHEMA: dict[str, pl.DataType] = {
    "measure": pl.String(),
    "factor": pl.String(),
    "cell": pl.String(),
    "before": pl.Float64(),
    "now": pl.Float64(),
    "contribution": pl.Float64(),
    "unit": pl.String(),
    "verdict": pl.String(),
    "before_from": pl.Date(),
    "before_to": pl.Date(),
    "now_from": pl.Date(),
    "now_to": pl.Date(),
    "words": pl.String(),
}


def build_change_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the change of the labeling share and of the hours spent on labels (columns of CHANGE_SCHEMA).

    A measure's first row has the factor 'change' and its sentence in `words`; the contributions of the rows after it
    add up to its own. If a measure cannot be compared, its only row has the reason in `words` and no numbers.
    """
    known_span = run_query(snapshot, "known_span", {}).row(0, named=True)
    change_rows = [
        row
        for explain_change, last_on in (
            (_explain_share_change, known_span["time_to"]),
            (_explain_hours_change, known_span["labels_to"]),
        )
        if last_on
        for row in explain_change(snapshot, params, last_on)
    ]
    return pl.DataFrame(change_rows, schema=CHANGE_SCHEMA, orient="row")


def _query_both_periods(
    snapshot: Snapshot, query: str, params: Mapping[str, object], period_pair: PeriodPair
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """Return the rows of a query in the period before and in the selected one."""
    before, current = period_pair.split(params)
    return run_query(snapshot, query, before), run_query(snapshot, query, current)


def explain_project_parts(period_pair: PeriodPair) -> str:
    """Return why the parts of a change are not told apart: another project has other parts."""
    if not period_pair.earlier_project:
        return ""
    return f"The selection and the project {period_pair.earlier_project} have no parts in common to explain a change."


def _explain_share_change(
    snapshot: Snapshot, params: Mapping[str, object], last_on: date
) -> list[dict[str, object]]:  # fmt: skip
    period_pair = resolve_periods(snapshot, params, "time", last_on)
    head: dict[str, object] = {"measure": "labeling share", "unit": "share", **period_pair.days()}
    head["verdict"] = Verdict.uncompared.value
    if uncovered := explain_uncovered(snapshot, "time", period_pair) or explain_project_parts(period_pair):
        return [{**head, "words": uncovered}]
    period_frames = _query_both_periods(snapshot, "labeling_and_modeling", params, period_pair)
    before, current = (
        frame.rename({"project": "cell", "labeling_seconds": f"part_{name}", "both_seconds": f"whole_{name}"})
        for frame, name in zip(period_frames, ("before", "now"), strict=True)
    )
    cells = before.join(current, on="cell", how="full", coalesce=True).fill_null(0).sort("cell")
    divides = [pl.col(f"part_{name}").is_between(0, pl.col(f"whole_{name}")) for name in ("before", "now")]
    if not cells.select(pl.all_horizontal(divides).all()).item():
        return [{**head, "words": f"A project has no share in one of the two periods. {NEGATIVE_SIDE}"}]
    change = decompose_share(cells.select(list(SHARE_COLUMNS)))
    if change is None:
        return [{**head, "words": "One of the two periods has neither labeling nor modeling."}]
    parts = [Contribution(*row) for row in change.contributions.iter_rows()]
    verdict, reason = judge_labeling_share(snapshot, params, period_pair, "labeling_of_labeling_and_modeling")
    if verdict is Verdict.uncompared:
        return [{**head, "words": f"Labeling's share of labeling and modeling {verdict.value}: {reason}."}]
    text = describe_share_change(change.before, change.now, parts, verdict, reason)
    head["verdict"] = verdict.value
    return _build_measure_rows(head, change, text, parts, 1.0)


def _explain_hours_change(
    snapshot: Snapshot, params: Mapping[str, object], last_on: date
) -> list[dict[str, object]]:  # fmt: skip
    period_pair = resolve_periods(snapshot, params, "labels", last_on)
    head: dict[str, object] = {"measure": "hours spent on labels", "unit": "hours", **period_pair.days()}
    head["verdict"] = Verdict.uncompared.value
    if uncovered := explain_uncovered(snapshot, "labels", period_pair) or explain_project_parts(period_pair):
        return [{**head, "words": uncovered}]
    cell = pl.format("{}, {}", "project", "method").alias("cell")
    period_frames = [
        frame.with_columns(cell) for frame in _query_both_periods(snapshot, "labeling_work", params, period_pair)
    ]
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
    change = decompose_time(cells.select(list(WORK_COLUMNS)))
    parts = [Contribution(*row) for row in change.contributions.iter_rows()]
    untimed = sum(int(frame.get_column("untimed_labels").sum()) for frame in period_frames)
    text = describe_hours_change(change.before, change.now, counts, untimed, parts)
    head["verdict"] = judge_total(change.now / MS_PER_HOUR, change.before / MS_PER_HOUR).value
    return _build_measure_rows(head, change, text, parts, MS_PER_HOUR)


def _build_measure_rows(
    head: Mapping[str, object], change: ChangeDecomposition, text: str, parts: list[Contribution], scale: float
) -> list[dict[str, object]]:  # fmt: skip
    before, current = change.before / scale, change.now / scale
    total_row = {
        **head,
        "factor": "change",
        "before": before,
        "now": current,
        "contribution": current - before,
        "words": text,
    }
    contribution_rows = [
        {**head, "factor": part.factor, "cell": part.cell or None, "contribution": part.contribution / scale}
        for part in parts
    ]
    return [total_row, *contribution_rows]


def explain_missing_comparison(rows: pl.DataFrame) -> Unavailable | None:
    """Return why nothing can be compared, or None."""
    if rows.filter(pl.col("factor") == "change").height:
        return None
    reasons = rows.get_column("words").drop_nulls().to_list()
    return Unavailable(
        " ".join(reasons) or "Nothing is imported yet.",
        "Two periods of equal length with time entries or labels: choose a shorter or later period.",
        Cause.too_little_data if reasons else Cause.nothing_imported,
    )


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
        counts_labels=True,
        ignores=("categories",),
        refuses=explain_missing_comparison,
    ),
)


MS_PER_HOUR = 3_600_000


@dataclass(frozen=True)
class Contribution:
    """A contribution to a change; `cell` names the project (and method) it comes from; '' means all of them."""

    cell: str
    factor: str
    contribution: float


def describe_share_change(
    before: float, current: float, parts: Sequence[Contribution], verdict: Verdict, reason: str
) -> str:
    """Describe the verdict on the labeling share (0..1), and where the difference lies; what is printed adds up."""
    change = current - before
    points = round_points(before, current)
    before_text, current_text = format_share(before, 1), format_share(current, 1)
    subject = "Labeling's share of labeling and modeling"
    if abs(change) < MIN_SHARE_CHANGE:
        return (
            f"{subject} shows no clear change: {before_text} before, {current_text} now "
            f"({format_change(points, 1)} points)."
        )
    within, mix = round_parts([100 * sum_contributions(parts, factor) for factor in ("rate", "mix")], points, 1)
    lead = f"{subject} {verdict.value} from {before_text} to {current_text} ({format_change(points, 1)} points)"
    if verdict is Verdict.unclear:
        lead = f"{subject} shows no clear change ({before_text} before, {current_text} now; {reason})"
    text = (
        f"{lead}: {format_change(within, 1)} points by how time is spent within projects, "
        f"{format_change(mix, 1)} by which projects it goes to."
    )
    # Named, but not called the largest: hours that are not sorted yet may hide a larger one.
    named_part = find_largest_contribution(parts, change)
    if named_part is None:
        return text
    return f"{text} {named_part.cell} alone: {format_change(named_part.contribution * 100, 1)} points."


def describe_hours_change(
    before: float, current: float, labels: tuple[int, int], untimed: int, parts: Sequence[Contribution]
) -> str:
    """Describe how the hours spent on labels (given in milliseconds) changed and where the change comes from."""
    hours = (before / MS_PER_HOUR, current / MS_PER_HOUR)
    verdict = judge_total(hours[1], hours[0])
    change, digits = round_hours_change(*hours), choose_hours_digits(*hours)
    before_text, current_text = format_hours_ends(*hours)
    hours_range = f"({before_text} before, {current_text} now)"
    opening = f"The hours spent on labels show no clear change {hours_range}"
    if verdict is not Verdict.unclear:
        opening = f"The hours spent on labels {verdict.value} by {format_decimal(abs(change), digits)} h {hours_range}"
    sums = [sum_contributions(parts, factor) / MS_PER_HOUR for factor in ("volume", "mix", "rate")]
    volume, mix, rate = (format_change(part, digits) for part in round_parts(sums, change, digits))
    text = f"{opening}: {volume} h from {_format_label_counts(*labels)}, {mix} h from the mix of work, "
    text += f"{rate} h from the time per label."
    rate_parts = [part for part in parts if part.factor == "rate"]
    largest_part = max(rate_parts, key=lambda part: abs(part.contribution), default=None)
    if largest_part and abs(largest_part.contribution) >= MS_PER_HOUR:
        # Labels without a known time may hide a larger change of pace, so this is not called the largest.
        largest_text = format_change(largest_part.contribution / MS_PER_HOUR, digits)
        text += f" The time per label in {largest_part.cell} alone: {largest_text} h."
    if untimed:
        text += f" {count_noun(untimed, 'label')} without a known time {_choose_verb(untimed)} left out."
    return text


def sum_contributions(parts: Sequence[Contribution], factor: str) -> float:
    """Return the sum of a factor's contributions over all cells."""
    return sum(part.contribution for part in parts if part.factor == factor)


def find_largest_contribution(parts: Sequence[Contribution], change: float) -> Contribution | None:
    """Return the cell that moved the share most in the direction it went, or None if there is only one cell."""
    cells = {part.cell for part in parts}
    cell_sums = [
        Contribution(cell, "", sum(part.contribution for part in parts if part.cell == cell)) for cell in sorted(cells)
    ]
    if len(cell_sums) < 2:  # noqa: PLR2004 - one cell is the whole
        return None
    best = max(cell_sums, key=lambda part: part.contribution * (1 if change > 0 else -1))
    return best if best.contribution * change > 0 else None


def _format_label_counts(before: int, current: int) -> str:
    if current == before:
        return f"equally many labels ({format_count(current)})"
    return (
        f"{'more' if current > before else 'fewer'} labels ({format_count(before)} before, {format_count(current)} now)"
    )


def _choose_verb(count: int) -> str:
    return "is" if count == 1 else "are"
