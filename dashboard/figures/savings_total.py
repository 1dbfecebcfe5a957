"""The headline: hours saved by all automations together, with everything that must stand beside that number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import polars as pl

from dashboard import catalog
from dashboard.estimates.combined import added
from dashboard.estimates.contract import Interval
from dashboard.figures import savings_words
from dashboard.figures.savings_net import Judged, Verdict, shifted, unpriced_hours, worth
from dashboard.figures.savings_rows import gross_of, judged, net_of
from dashboard.store import Snapshot

HEADLINE = "hours saved"
PERCENT = "percent"
TOTAL: dict[str, pl.DataType] = {
    "measure": pl.String(),
    "unit": pl.String(),
    "value": pl.Float64(),
    "value_from": pl.Float64(),
    "value_to": pl.Float64(),
    "level": pl.Float64(),
    "labels": pl.Int64(),
    "annotators": pl.Int64(),
    "grade": pl.String(),
    "state": pl.String(),
    "quality": pl.String(),
    "basis": pl.String(),
    "method": pl.String(),
    "words": pl.String(),
    "reason": pl.String(),
    "needed": pl.String(),
}
"""One row a measure, the headline first. Only hours become money; the typical item stands apart."""


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the headline and its parts, or one row that says why there is none."""
    everything = judged(snapshot, params)
    counted = [one for one in everything if one.counts]
    if not counted:
        reason, needed = savings_words.refused(everything)
        return pl.DataFrame([{"measure": HEADLINE, "unit": "hours", "reason": reason, "needed": needed}], schema=TOTAL)
    gross = gross_of(counted)
    net, state = net_of(counted, gross)
    head = headline(counted, everything, net, state)
    more = [*beside(counted, gross), *money(counted, gross), *left_out(snapshot, params)]
    return pl.DataFrame([head, *more], schema=TOTAL)


def left_out(snapshot: Snapshot, params: Mapping[str, object]) -> list[dict[str, object]]:
    """Return how many labels no estimate can use, by reason."""
    counted = catalog.run(snapshot, "labels_left_out", params)
    return [
        {"measure": f"in no estimate: {reason}", "unit": "labels", "value": float(labels)}
        for reason, labels, _ in counted.iter_rows()
    ]


def headline(counted: list[Judged], everything: list[Judged], net: Interval, state: str) -> dict[str, object]:
    """Return the row of net hours, with the answer in words."""
    verdict = verdict_of(counted)
    quality = savings_words.quality(verdict, saves=state == "saves")
    basis = basis_of(counted)
    expected = sum(one.part.counterfactual_hours for one in counted)
    share = share_of(net, expected) if state == "saves" else None
    others = [one for one in everything if not one.counts]
    words = savings_words.of_total(counted, net, state, basis, share, quality)
    return {
        **measure(HEADLINE, "hours", net),
        "labels": sum(one.part.labels.height for one in counted),
        "annotators": annotators(counted),
        "grade": savings_words.worst_grade(counted),
        "state": state,
        "quality": quality,
        "basis": basis,
        "method": method(counted),
        "words": " ".join(filter(None, (words, savings_words.left_out(others)))),
    }


def share_of(net: Interval, expected: float) -> Interval | None:
    """Return net hours as a share of the hours by hand; at its ends the hours by hand move with the hours saved."""
    if expected + net.low - net.value <= 0:
        return None
    low, high = (end / (expected + end - net.value) for end in (net.low, net.high))
    return Interval(net.value / expected, low, high, net.level)


def measure(name: str, unit: str, interval: Interval | None, words: str = "") -> dict[str, object]:
    """Return a row of a value with its interval."""
    if interval is None:
        return {"measure": name, "unit": unit, "words": words or None}
    ends = {"value": interval.value, "value_from": interval.low, "value_to": interval.high, "level": interval.level}
    return {"measure": name, "unit": unit, **ends, "words": words or None}


def beside(counted: list[Judged], gross: Interval) -> list[dict[str, object]]:
    """Return what stands beside the headline: gross hours, shares, current annotators, setup, the typical item."""
    expected = sum(one.part.counterfactual_hours for one in counted)
    whole = 100 / expected
    share = Interval(gross.value * whole, gross.low * whole, gross.high * whole, gross.level)
    current = added([hours for one in counted if (hours := one.part.current_hours)])
    burden = sum(one.burden.hours for one in counted)
    return [
        measure("hours saved, gross", "hours", gross, "Before setup and maintenance."),
        measure("share of hours saved, gross", PERCENT, share, "Of what the same labels would have taken by hand."),
        measure(
            "hours saved, our current annotators",
            "hours",
            shifted(current, burden),
            holds_for(counted),
        ),
        *(spent(counted, name) for name in ("setup", "maintenance")),
        measure(
            "typical item",
            PERCENT,
            typical(counted),
            "How much faster a typical label is done. It says nothing about hours and is never multiplied with them.",
        ),
    ]


def holds_for(counted: Sequence[Judged]) -> str:
    """Return whom the interval of the current annotators speaks of, and how it was made of several automations."""
    said = "Holds for the people there are."
    if len(counted) > 1:
        said += " Bounds of the automations are added up, which is wider than needed."
    if not all(one.part.is_population for one in counted):
        said += " No interval for other annotators: too few people."
    return said


def spent(counted: list[Judged], name: str) -> dict[str, object]:
    """Return the hours of setup or maintenance, null where nothing is known, and of which automations it is not."""
    known = {one.part.automation: getattr(one.burden, f"{name}_hours") for one in counted}
    unknown = [automation for automation, hours in known.items() if hours is None]
    words = f"Not known for {', '.join(unknown)}." if unknown else "From the register and its time entries."
    value = None if len(unknown) == len(known) else sum(hours or 0.0 for hours in known.values())
    return {"measure": f"{name} hours", "unit": "hours", "value": value, "words": words}


def typical(counted: Sequence[Judged]) -> Interval | None:
    """Return the typical item's speed-up in percent: the mean of log effects by assisted labels.

    Bounds are averaged as well, which is wider than needed where automations err apart.
    """
    found = [
        (one.part.labels.height, one.part.savings.typical)
        for one in counted
        if one.part.savings and one.part.savings.typical
    ]
    whole = sum(labels for labels, _ in found)
    if not whole:
        return None

    def mean(end: str) -> float:
        return 100 * -math.expm1(sum(labels * math.log1p(-getattr(one, end)) for labels, one in found) / whole)

    return Interval(mean("value"), mean("low"), mean("high"), found[0][1].level)


def money(counted: list[Judged], gross: Interval) -> list[dict[str, object]]:
    """Return value and running cost by currency; currencies are never added."""
    unpriced = unpriced_hours(counted)
    without = f" {savings_words.number(unpriced)} hours saved have no rate." if unpriced else ""
    rows: list[dict[str, object]] = []
    for one in worth(counted, gross):
        words = f"Net of setup, maintenance and running cost where known.{without}"
        if one.saved is not None and one.low is not None and one.high is not None:
            interval = Interval(one.saved, one.low, one.high, gross.level)
            rows.append(measure("value", one.currency, interval, words))
        for name, cost in (("cost of setup and maintenance", one.hours_cost), ("running cost", one.running_cost)):
            if cost:
                rows.append({"measure": name, "unit": one.currency, "value": cost})
    return rows


def verdict_of(counted: Sequence[Judged]) -> Verdict:
    """Return the weakest word of the quality gate on those that save; a loss has nothing to confirm."""
    saving = [one for one in counted if one.state == "saves"]
    words = {one.verdict for one in saving or counted}
    return "confirmed" if words == {"confirmed"} else "void" if words == {"void"} else "not confirmed"


def basis_of(counted: Sequence[Judged]) -> str:
    """Return what the total is net of; gross where of any automation nothing is known."""
    said = sorted({one.burden.basis for one in counted})
    if len(said) == 1:
        return said[0]
    unknown = [one.part.automation for one in counted if one.burden.basis == "gross"]
    return f"gross for {', '.join(unknown)}" if unknown else "net of setup or maintenance, as far as known"


def annotators(counted: Sequence[Judged]) -> int:
    """Return how many people the total rests on, each counted once."""
    if len(counted) == 1 and counted[0].part.savings:
        return counted[0].part.savings.annotators
    return pl.concat([one.part.influence() for one in counted]).get_column("annotator").n_unique()


def method(counted: Sequence[Judged]) -> str:
    """Return how the hours were estimated."""
    said = sorted({one.part.savings.method for one in counted if one.part.savings})
    if len(counted) > 1:
        said.append("added up with shared annotators counted once")
    return "; ".join(said)


def estimate(total: pl.DataFrame) -> dict[str, object] | None:
    """Return the headline with all that belongs to it, for machines; None where it is refused."""
    if total.is_empty() or total.item(0, "value") is None:
        return None
    head = total.row(0, named=True)
    named = {str(row["measure"]): interval(row) for row in total.iter_rows(named=True)}
    paid = [interval(row) for row in total.filter(pl.col("measure") == "value").iter_rows(named=True)]
    return {
        **interval(head),
        "n": head["labels"],
        "annotators": head["annotators"],
        "method": head["method"],
        "grade": head["grade"],
        "state": head["state"],
        "quality": head["quality"],
        "basis": head["basis"],
        "words": head["words"],
        "gross": named["hours saved, gross"],
        "share": named["share of hours saved, gross"],
        "current": named["hours saved, our current annotators"],
        "typical": named["typical item"],
        "setup_hours": named["setup hours"]["value"],
        "maintenance_hours": named["maintenance hours"]["value"],
        "money": paid,
    }


def interval(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row's value with its bounds, level and unit."""
    ends = {"value": "value", "low": "value_from", "high": "value_to", "level": "level", "unit": "unit"}
    return {name: row[column] for name, column in ends.items()}


def refusal(total: pl.DataFrame) -> dict[str, str] | None:
    """Return why there is no headline and what is needed, or None."""
    if total.is_empty() or total.item(0, "value") is not None:
        return None
    return {"reason": str(total.item(0, "reason")), "needed": str(total.item(0, "needed"))}
