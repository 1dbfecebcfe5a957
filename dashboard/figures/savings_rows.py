"""The rows of the figures about savings: one reading of the store, seen from several sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock

import polars as pl

from dashboard.estimates.combined import added, combined
from dashboard.estimates.contract import STRIP, Interval
from dashboard.figures import savings_words
from dashboard.figures.savings_fits import HOUR, parts
from dashboard.figures.savings_gate import verdicts
from dashboard.figures.savings_net import Burden, Judged, State, burdens, direction, shifted
from dashboard.store import Snapshot

AUTOMATION: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "technique": pl.String(),
    "projects": pl.String(),
    "state": pl.String(),
    "hours": pl.Float64(),
    "hours_from": pl.Float64(),
    "hours_to": pl.Float64(),
    "basis": pl.String(),
    "grade": pl.String(),
    "quality": pl.String(),
    "labels": pl.Int64(),
    "labels_in_hours": pl.Int64(),
    "annotators": pl.Int64(),
    "saved_share": pl.Float64(),
    "saved_low": pl.Float64(),
    "saved_high": pl.Float64(),
    "current_share": pl.Float64(),
    "current_low": pl.Float64(),
    "current_high": pl.Float64(),
    "typical_share": pl.Float64(),
    "typical_low": pl.Float64(),
    "typical_high": pl.Float64(),
    "gross_hours": pl.Float64(),
    "setup_hours": pl.Float64(),
    "maintenance_hours": pl.Float64(),
    "counterfactual_hours": pl.Float64(),
    "counted": pl.Boolean(),
    "method": pl.String(),
    "words": pl.String(),
    "reason": pl.String(),
    "needed": pl.String(),
}
"""One row an automation; hours are net of what `basis` says, shares are of the hours the labels would have taken."""


FILTERS = ("from_on", "to_on", "projects", "teams", "people", "roles")
KEPT_READINGS = 4
_KEPT: dict[tuple[object, ...], tuple[Judged, ...]] = {}
_LOCK = Lock()
RANKS: tuple[State, ...] = (
    "saves",
    "costs",
    "no clear difference",
    "direction not established",
    "not enough data",
)


def judged(snapshot: Snapshot, params: Mapping[str, object]) -> list[Judged]:
    """Return every automation with its burden and the word of the quality gate.

    All figures about savings are read off this; the last few readings are kept, by store, generation and filters.
    """
    secret = snapshot.meta("pseudonym_secret")  # no two stores have the same
    key = (secret, snapshot.generation, tuple(str(params[name]) for name in FILTERS))
    with _LOCK:
        if key in _KEPT:
            return list(_KEPT[key])
    found = parts(snapshot, params)
    taken = burdens(snapshot, params)
    words = verdicts(snapshot, params, [one.automation for one in found])
    read = tuple(Judged(one, taken.get(one.automation, Burden()), words[one.automation]) for one in found)
    if secret is not None:
        with _LOCK:
            _KEPT[key] = read
            while len(_KEPT) > KEPT_READINGS:
                _KEPT.pop(next(iter(_KEPT)))
    return list(read)


def by_automation(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row an automation: those that save first, those that lack data last."""
    found = judged(snapshot, params)
    found.sort(key=lambda one: (RANKS.index(one.state), -(one.hours.value if one.hours else 0.0), one.part.automation))
    return pl.DataFrame([_automation(one) for one in found], schema=AUTOMATION)


def _automation(one: Judged) -> dict[str, object]:
    part, found, net = one.part, one.part.savings, one.hours
    shown = found if net is not None else None
    reason, needed = savings_words.why(one)
    return {
        "automation": part.automation,
        "technique": part.technique,
        "projects": "; ".join(part.projects),
        "state": one.state,
        **_bounds("hours", ("", "_from", "_to"), net),
        "basis": one.burden.basis,
        "grade": found.grade if found and not part.refused else None,
        "quality": savings_words.quality(one.verdict, saves=one.state == "saves"),
        "labels": part.assisted,
        "labels_in_hours": part.labels.height if shown else None,
        "annotators": found.annotators if found else 0,
        **_bounds("saved", ("_share", "_low", "_high"), shown.share if shown else None),
        **_bounds("current", ("_share", "_low", "_high"), shown.current if shown else None),
        **_bounds("typical", ("_share", "_low", "_high"), shown.typical if shown else None),
        "gross_hours": part.hours.value if part.hours and shown else None,
        "setup_hours": one.burden.setup_hours,
        "maintenance_hours": one.burden.maintenance_hours,
        "counterfactual_hours": part.counterfactual_hours if shown else None,
        "counted": one.counts,
        "method": found.method if found else None,
        "words": savings_words.of_part(one),
        "reason": reason or None,
        "needed": needed or None,
    }


def _bounds(name: str, ends: tuple[str, str, str], interval: Interval | None) -> dict[str, object]:
    values = (interval.value, interval.low, interval.high) if interval else (None, None, None)
    return {f"{name}{end}": value for end, value in zip(ends, values, strict=True)}


def gross_of(counted: Sequence[Judged]) -> Interval:
    """Return the sum of gross hours: through the influence of annotators, or bounds added where none is known."""
    hours = [one.part.hours for one in counted if one.part.hours]
    if all(one.part.is_population for one in counted):
        return combined(hours, [one.part.influence() for one in counted])
    return added(hours)


def net_of(counted: Sequence[Judged], gross: Interval) -> tuple[Interval, State]:
    """Return net hours, and what they say: no saving is claimed that no single automation can claim."""
    net = shifted(gross, sum(one.burden.hours for one in counted))
    if net is None:
        raise ValueError(gross)
    state = direction(net)
    if state == "saves" and not any(one.state == "saves" for one in counted):
        state = "no clear difference"
    return net, state


def saved_labels(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the labels behind the total: automation, project, day_on, hours without automation and hours saved."""
    hours = [(pl.col(f"{name}_seconds") / HOUR).alias(f"{name}_hours") for name in ("counterfactual", "saved")]
    frames = [
        one.part.labels.select("automation", "project", "day_on", *hours)
        for one in judged(snapshot, params)
        if one.counts
    ]
    return pl.concat([pl.DataFrame(schema=LABEL), *frames])


LABEL: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "project": pl.String(),
    "day_on": pl.Date(),
    "counterfactual_hours": pl.Float64(),
    "saved_hours": pl.Float64(),
}
SUMS = (
    pl.col("counterfactual_hours").sum(),
    (pl.col("counterfactual_hours") - pl.col("saved_hours")).sum().alias("actual_hours"),
    pl.col("saved_hours").sum(),
    pl.len().cast(pl.Int64).alias("labels"),
)


def by_project(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return hours by project and automation; they add up to the gross hours of the headline."""
    labels = saved_labels(snapshot, params)
    summed = labels.group_by("project", "automation").agg(*SUMS)
    share = pl.col("saved_hours") / pl.col("counterfactual_hours")
    return summed.with_columns(saved_share=share).sort(
        "saved_hours", "project", "automation", descending=[True, False, False]
    )


def specifications(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return every automation's saving under every specification and idle rule: share, low, high."""
    frames = [
        one.part.savings.strip.select(pl.lit(one.part.automation).alias("automation"), *STRIP)
        for one in judged(snapshot, params)
        if one.part.savings
    ]
    return pl.concat([pl.DataFrame(schema={"automation": pl.String(), **STRIP}), *frames])
