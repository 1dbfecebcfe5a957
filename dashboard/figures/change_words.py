"""A change described in a sentence that is written from its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MS_PER_HOUR = 3_600_000
STABLE_SHARE_CHANGE = 0.005  # a share that moved by less than half a point is called unchanged
STABLE_HOURS_CHANGE = 0.02  # hours that moved by less than 2 % are called unchanged


@dataclass(frozen=True)
class Contribution:
    """A contribution to a change; `cell` names the project (and method) it comes from; '' means all of them."""

    cell: str
    factor: str
    contribution: float


def describe_share_change(before: float, current: float, parts: Sequence[Contribution]) -> str:
    """Describe how the labeling share (0..1) changed and where the change comes from."""
    change = current - before
    if abs(change) < STABLE_SHARE_CHANGE:
        return f"Labeling's share of labeling and modeling stayed at {current:.0%} ({change * 100:+.1f} points)."
    verb = "rose" if change > 0 else "fell"
    within, mix = (sum_contributions(parts, factor) for factor in ("rate", "mix"))
    text = (
        f"Labeling's share of labeling and modeling {verb} from {before:.0%} to {current:.0%} ({change * 100:+.1f} "
        f"points): {within * 100:+.1f} by how time is spent within projects, {mix * 100:+.1f} by which projects it "
        "goes to."
    )
    largest_part = find_largest_contribution(parts, change)
    return f"{text} The largest part: {largest_part.cell} ({largest_part.contribution * 100:+.1f} points)." if largest_part else text


def describe_hours_change(before: float, current: float, labels: tuple[int, int], untimed: int, parts: Sequence[Contribution]) -> str:
    """Describe how the hours spent on labels (given in milliseconds) changed and where the change comes from."""
    change = current - before
    hours_range = f"({before / MS_PER_HOUR:,.0f} h before, {current / MS_PER_HOUR:,.0f} h now)"
    if abs(change) < STABLE_HOURS_CHANGE * max(before, 1.0):
        opening = f"The hours spent on labels stayed about the same {hours_range}"
    else:
        verb = "rose" if change > 0 else "fell"
        opening = f"The hours spent on labels {verb} by {abs(change) / MS_PER_HOUR:,.0f} h {hours_range}"
    volume, mix, rate = (sum_contributions(parts, factor) / MS_PER_HOUR for factor in ("volume", "mix", "rate"))
    text = f"{opening}: {volume:+,.0f} h from {_format_label_counts(*labels)}, {mix:+,.0f} h from the mix of work, "
    text += f"{rate:+,.0f} h from the time per label."
    rate_parts = [part for part in parts if part.factor == "rate"]
    largest_part = max(rate_parts, key=lambda part: abs(part.contribution), default=None)
    if largest_part and abs(largest_part.contribution) >= MS_PER_HOUR:
        text += f" The pace changed most in {largest_part.cell} ({largest_part.contribution / MS_PER_HOUR:+,.0f} h)."
    if untimed:
        noun = "label" if untimed == 1 else "labels"
        text += f" {untimed:,} {noun} without a known time {_choose_verb(untimed)} left out."
    return text


def sum_contributions(parts: Sequence[Contribution], factor: str) -> float:
    """Return the sum of a factor's contributions over all cells."""
    return sum(part.contribution for part in parts if part.factor == factor)


def find_largest_contribution(parts: Sequence[Contribution], change: float) -> Contribution | None:
    """Return the cell that moved the share most in the direction it went, or None if there is only one cell."""
    cells = {part.cell for part in parts}
    cell_sums = [Contribution(cell, "", sum(part.contribution for part in parts if part.cell == cell)) for cell in sorted(cells)]
    if len(cell_sums) < 2:  # noqa: PLR2004 - one cell is the whole
        return None
    best = max(cell_sums, key=lambda part: part.contribution * (1 if change > 0 else -1))
    return best if best.contribution * change > 0 else None


def _format_label_counts(before: int, current: int) -> str:
    if current == before:
        return f"equally many labels ({current:,})"
    return f"{'more' if current > before else 'fewer'} labels ({before:,} before, {current:,} now)"


def _choose_verb(count: int) -> str:
    return "is" if count == 1 else "are"
