"""A change told in a sentence that is written from its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HOUR = 3_600_000
SAME_POINTS = 0.005  # a share that moved less than half a point stayed
SAME_PART = 0.02  # hours that moved less than 2 % stayed


@dataclass(frozen=True)
class Part:
    """A contribution to a change; `cell` names the project (and method) it comes from, '' for all."""

    cell: str
    factor: str
    contribution: float


def of_share(before: float, now: float, parts: Sequence[Part]) -> str:
    """Return what became of the labeling share (0..1) and where the change comes from."""
    change = now - before
    if abs(change) < SAME_POINTS:
        return f"Labeling's share of labeling and modeling stayed at {now:.0%} ({change * 100:+.1f} points)."
    moved = "rose" if change > 0 else "fell"
    within, mix = (total(parts, factor) for factor in ("rate", "mix"))
    said = (
        f"Labeling's share of labeling and modeling {moved} from {before:.0%} to {now:.0%} ({change * 100:+.1f} "
        f"points): {within * 100:+.1f} by how time is spent within projects, {mix * 100:+.1f} by which projects it "
        "goes to."
    )
    most = largest(parts, change)
    return f"{said} The largest part: {most.cell} ({most.contribution * 100:+.1f} points)." if most else said


def of_hours(before: float, now: float, labels: tuple[int, int], untimed: int, parts: Sequence[Part]) -> str:
    """Return what became of the hours spent on labels (milliseconds in), and where the change comes from."""
    change = now - before
    ends = f"({before / HOUR:,.0f} h before, {now / HOUR:,.0f} h now)"
    if abs(change) < SAME_PART * max(before, 1.0):
        head = f"The hours spent on labels stayed about the same {ends}"
    else:
        moved = "rose" if change > 0 else "fell"
        head = f"The hours spent on labels {moved} by {abs(change) / HOUR:,.0f} h {ends}"
    volume, mix, rate = (total(parts, factor) / HOUR for factor in ("volume", "mix", "rate"))
    said = f"{head}: {volume:+,.0f} h from {_labels(*labels)}, {mix:+,.0f} h from the mix of work, {rate:+,.0f} h from "
    said += "the time a label takes."
    paces = [part for part in parts if part.factor == "rate"]
    most = max(paces, key=lambda part: abs(part.contribution), default=None)
    if most and abs(most.contribution) >= HOUR:
        said += f" The pace changed most in {most.cell} ({most.contribution / HOUR:+,.0f} h)."
    if untimed:
        said += f" {untimed:,} {'label' if untimed == 1 else 'labels'} without a known time {_are(untimed)} left out."
    return said


def total(parts: Sequence[Part], factor: str) -> float:
    """Return what a factor contributes over all cells."""
    return sum(part.contribution for part in parts if part.factor == factor)


def largest(parts: Sequence[Part], change: float) -> Part | None:
    """Return the cell that moved the share most in the direction it went, None where there is only one cell."""
    cells = {part.cell for part in parts}
    summed = [Part(cell, "", sum(part.contribution for part in parts if part.cell == cell)) for cell in sorted(cells)]
    if len(summed) < 2:  # noqa: PLR2004 - one cell is the whole
        return None
    best = max(summed, key=lambda part: part.contribution * (1 if change > 0 else -1))
    return best if best.contribution * change > 0 else None


def _labels(before: int, now: int) -> str:
    if now == before:
        return f"equally many labels ({now:,})"
    return f"{'more' if now > before else 'fewer'} labels ({before:,} before, {now:,} now)"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
