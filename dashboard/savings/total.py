"""The headline: hours saved by all automations together, with the numbers that must accompany it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.inference.contract import Interval
from dashboard.savings import words
from dashboard.savings.by_automation import compute_gross_hours, compute_net_hours, load_automation_results
from dashboard.savings.model.combined import add_intervals, compute_share
from dashboard.savings.net_hours import (
    AutomationResult,
    MoneySaved,
    Verdict,
    compute_money_saved,
    subtract_hours,
    sum_unpriced_hours,
)
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import count_noun, format_bare_hours, format_count, format_hours, format_quantity

HEADLINE = "hours saved"
UNTOLD = "made in an unknown way"
SHARE_MEASURE = "share of hours saved, gross"
PERCENT = "percent"
TOTAL_SCHEMA: dict[str, pl.DataType] = {
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
    "doubts": pl.String(),
    "left_out": pl.String(),
    "words": pl.String(),
    "reason": pl.String(),
    "needed": pl.String(),
}
"""One row per measure, the headline first. Only hours become money; the typical item never does."""
NO_STATES = {Cause.not_identified: "direction not established", Cause.too_little_data: "not enough data"}


def build_total_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the headline and its parts, or one row with the reason why there is none."""
    all_results = load_automation_results(snapshot, params)
    results = [result for result in all_results if result.is_counted]
    if not results:
        missing = words.explain_missing_total(all_results)
        texts = missing.as_words()
        if missing.cause == Cause.too_little_data:
            texts["needed"] = f"{texts['needed']} {describe_untold_labels(snapshot, params)}".strip()
        row = {"measure": HEADLINE, "unit": "hours", "state": NO_STATES.get(missing.cause), **texts}
        return pl.DataFrame([row], schema=TOTAL_SCHEMA)
    gross = compute_gross_hours(results)
    net, state = compute_net_hours(results, gross)
    expected = sum(result.estimate.counterfactual_hours for result in results)
    head = build_headline(results, all_results, net, state, compute_share(gross, expected))
    detail_rows = [
        *build_supporting_rows(results, gross),
        *build_money_rows(results, gross),
        *build_left_out_rows(snapshot, params),
    ]
    return pl.DataFrame([head, *detail_rows], schema=TOTAL_SCHEMA)


def describe_untold_labels(snapshot: Snapshot, params: Mapping[str, object]) -> str:
    """Return the sentence on labels that are on neither side, because nothing says how they were made; "" for none."""
    counts = dict(run_query(snapshot, "labels_left_out", params).select("reason", "labels").iter_rows())
    count = counts.get(UNTOLD, 0)
    return (
        f"On neither side: {count_noun(count, 'label')} of which the export does not say how they were made."
        if count
        else ""
    )


def build_left_out_rows(snapshot: Snapshot, params: Mapping[str, object]) -> list[dict[str, object]]:
    """Return how many labels no estimate can use, by reason."""
    counts = run_query(snapshot, "labels_left_out", params)
    return [
        {"measure": f"in no estimate: {reason}", "unit": "labels", "value": float(labels)}
        for reason, labels, _ in counts.iter_rows()
    ]


def build_headline(
    results: list[AutomationResult], all_results: list[AutomationResult], net: Interval, state: str, share: Interval
) -> dict[str, object]:
    """Return the row of net hours, with the answer in words."""
    verdict = resolve_verdict(results)
    quality = words.describe_quality(verdict, saves=state == "saves")
    basis = describe_basis(results)
    left_out = words.describe_left_out([result for result in all_results if not result.is_counted])
    sentence = words.describe_total(results, net, state, basis, share, quality)
    return {
        **build_measure_row(HEADLINE, "hours", net),
        "labels": sum(result.estimate.label_count for result in results),
        "annotators": count_annotators(results),
        "grade": words.find_worst_grade(results),
        "state": state,
        "quality": quality,
        "basis": basis,
        "method": describe_method(results),
        "doubts": words.describe_doubts(results, state).strip() or None,
        "left_out": left_out or None,
        "words": " ".join(filter(None, (sentence, left_out))),
    }


COST_MEASURES = ("cost of setup and maintenance", "running cost")


def build_measure_row(name: str, unit: str, interval: Interval | None, text: str = "") -> dict[str, object]:
    """Return a row of a value with its interval."""
    if interval is None:
        return {"measure": name, "unit": unit, "words": text or None}
    bounds = {"value": interval.value, "value_from": interval.low, "value_to": interval.high, "level": interval.level}
    return {"measure": name, "unit": unit, **bounds, "words": text or None}


def build_supporting_rows(results: list[AutomationResult], gross: Interval) -> list[dict[str, object]]:
    """Return the rows beside the headline: gross hours, shares, current annotators, setup, the typical item."""
    expected = sum(result.estimate.counterfactual_hours for result in results)
    share = compute_share(gross, expected)
    percent = Interval(100 * share.value, 100 * share.low, 100 * share.high, share.level)
    current = add_intervals([hours for result in results if (hours := result.estimate.current_hours)])
    upkeep_hours = sum(result.setup_cost.hours for result in results)
    return [
        build_measure_row("hours saved, gross", "hours", gross, "Before setup and maintenance."),
        build_measure_row(SHARE_MEASURE, PERCENT, percent, "Of what the same labels would have taken by hand."),
        build_measure_row(
            "hours saved, our current annotators",
            "hours",
            subtract_hours(current, upkeep_hours),
            describe_population(results),
        ),
        *(build_upkeep_row(results, name) for name in ("setup", "maintenance")),
        build_measure_row(
            "typical item",
            PERCENT,
            compute_typical_speedup(results),
            "How much faster a typical label is done. It says nothing about hours and is never multiplied with them.",
        ),
    ]


def describe_population(results: Sequence[AutomationResult]) -> str:
    """Return a sentence on the people for whom the interval holds, and how automations are combined."""
    text = "Holds for the people there are."
    if len(results) > 1:
        text += " Bounds of the automations are added up, which is wider than needed."
    if not all(result.estimate.is_population for result in results):
        text += " No interval for other annotators: too few people."
    return text


def build_upkeep_row(results: list[AutomationResult], name: str) -> dict[str, object]:
    """Return the hours of setup or maintenance, null where unknown, and the automations that lack them."""
    hours_by_automation = {
        result.estimate.automation: getattr(result.setup_cost, f"{name}_hours") for result in results
    }
    unknown = [automation for automation, hours in hours_by_automation.items() if hours is None]
    text = f"Not known for {', '.join(unknown)}." if unknown else "From the register and its time entries."
    text += describe_shared_costs([result for result in results if result.estimate.automation not in unknown], " {}.")
    value = (
        None
        if len(unknown) == len(hours_by_automation)
        else sum(hours or 0.0 for hours in hours_by_automation.values())
    )
    return {"measure": f"{name} hours", "unit": "hours", "value": value, "words": text}


def compute_typical_speedup(results: Sequence[AutomationResult]) -> Interval | None:
    """Return the typical item's speed-up in percent: the mean of log effects, weighted by assisted labels.

    Bounds are averaged as well, which is wider than needed where the errors of automations are independent.
    """
    speedups = [
        (result.estimate.label_count, result.estimate.savings.typical)
        for result in results
        if result.estimate.savings and result.estimate.savings.typical
    ]
    total_labels = sum(labels for labels, _ in speedups)
    if not total_labels:
        return None

    def average_bound(bound: str) -> float:
        return 100 * -math.expm1(
            sum(labels * math.log1p(-getattr(speedup, bound)) for labels, speedup in speedups) / total_labels
        )

    return Interval(average_bound("value"), average_bound("low"), average_bound("high"), speedups[0][1].level)


def build_money_rows(results: list[AutomationResult], gross: Interval) -> list[dict[str, object]]:
    """Return value and running cost by currency; currencies are never added."""
    unpriced = sum_unpriced_hours(results)
    unpriced_text = f" {format_bare_hours(unpriced)} hours saved have no rate." if unpriced else ""
    sharing = describe_shared_costs(results, " {}.")
    rows: list[dict[str, object]] = []
    sums = compute_money_saved(results, gross)
    for money in sums:
        uncounted = " and ".join(describe_uncounted(results, sums, money.currency))
        uncounted_text = f" Not in it: {uncounted}." if uncounted else ""
        text = f"Net of setup, maintenance and running cost where known.{sharing}{uncounted_text}{unpriced_text}"
        if money.saved is not None and money.low is not None and money.high is not None:
            interval = Interval(money.saved, money.low, money.high, gross.level)
            rows.append(build_measure_row("value", money.currency, interval, text))
        for name, cost in zip(COST_MEASURES, (money.hours_cost, money.running_cost), strict=True):
            if cost:
                rows.append({"measure": name, "unit": money.currency, "value": cost, "words": sharing.strip() or None})
    return rows


def describe_uncounted(results: Sequence[AutomationResult], sums: Sequence[MoneySaved], currency: str) -> Iterator[str]:
    """Yield what the automations cost that a sum in one currency lacks: other currencies, hours without a rate."""
    for other in sums:
        if other.currency != currency and (cost := other.hours_cost + other.running_cost):
            yield f"{format_quantity(format_count(cost), other.currency)} of cost"
    if hours := sum(result.setup_cost.unpriced_hours for result in results):
        yield f"{format_hours(hours)} of setup and maintenance without a rate"


def resolve_verdict(results: Sequence[AutomationResult]) -> Verdict:
    """Return the verdict on the automations that save, or on all if none does; a loss has nothing to confirm."""
    saving = [result for result in results if result.state == "saves"]
    verdicts = {result.verdict for result in saving or results}
    return "confirmed" if verdicts == {"confirmed"} else "void" if verdicts == {"void"} else "not confirmed"


def describe_basis(results: Sequence[AutomationResult]) -> str:
    """Return what the total is net of; gross for automations of which nothing is known."""
    kinds = sorted({result.setup_cost.net_of for result in results})
    unknown = [result.estimate.automation for result in results if result.setup_cost.net_of == "gross"]
    if len(kinds) == 1:
        basis = kinds[0]
    else:
        basis = f"gross for {', '.join(unknown)}" if unknown else "net of setup or maintenance, as far as known"
    return basis + describe_shared_costs([result for result in results if result.setup_cost.net_of != "gross"], ", {}")


def describe_shared_costs(results: Sequence[AutomationResult], template: str) -> str:
    """Return which costs are shared by labels, and among whom, in a template; nothing where all are whole."""
    shared = {result.estimate.automation: result.setup_cost.sharing for result in results if result.setup_cost.sharing}
    if not shared:
        return ""
    is_alike = len(shared) == len(results) and len(set(shared.values())) == 1
    words = next(iter(shared.values())) if is_alike else f"shared by labels for {', '.join(shared)}"
    return template.format(words[:1].upper() + words[1:] if template.endswith(".") else words)


def count_annotators(results: Sequence[AutomationResult]) -> int:
    """Return how many annotators the total is based on, each counted once."""
    if len(results) == 1 and results[0].estimate.savings:
        return results[0].estimate.savings.annotators
    return pl.concat([result.estimate.influence() for result in results]).get_column("annotator").n_unique()


def describe_method(results: Sequence[AutomationResult]) -> str:
    """Return how the hours were estimated."""
    methods = sorted({result.estimate.savings.method for result in results if result.estimate.savings})
    if len(results) > 1:
        methods.append("added up with shared annotators counted once")
    return "; ".join(methods)


def build_estimate(total: pl.DataFrame) -> dict[str, object] | None:
    """Return the headline with its intervals and words as a dict; None if there is no headline."""
    if total.is_empty() or total.item(0, "value") is None:
        return None
    head = total.row(0, named=True)
    measures = {str(row["measure"]): build_interval(row) for row in total.iter_rows(named=True)}
    values = [
        {**build_interval(row), "other_costs": sum_other_costs(total, row["unit"])}
        for row in total.filter(pl.col("measure") == "value").iter_rows(named=True)
    ]
    return {
        **build_interval(head),
        "n": head["labels"],
        "annotators": head["annotators"],
        "method": head["method"],
        "grade": head["grade"],
        "state": head["state"],
        "quality": head["quality"],
        "basis": head["basis"],
        "doubts": head["doubts"],
        "words": head["words"],
        "gross": measures["hours saved, gross"],
        "share": measures[SHARE_MEASURE],
        "current": measures["hours saved, our current annotators"],
        "typical": measures["typical item"],
        "setup_hours": measures["setup hours"]["value"],
        "maintenance_hours": measures["maintenance hours"]["value"],
        "money": values,
    }


def build_interval(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row's value with its bounds, level and unit."""
    fields = {"value": "value", "low": "value_from", "high": "value_to", "level": "level", "unit": "unit"}
    return {name: row[column] for name, column in fields.items()}


def sum_other_costs(total: pl.DataFrame, currency: str) -> list[tuple[str, float]]:
    """Return each other currency in which the automations cost something, with the sum."""
    costs = total.filter(pl.col("measure").is_in(COST_MEASURES), pl.col("unit") != currency)
    return costs.group_by("unit").agg(pl.col("value").sum()).sort("unit").rows()


def explain_missing_total(total: pl.DataFrame) -> Unavailable | None:
    """Return why there is no headline and what is needed, or None."""
    if total.is_empty() or total.item(0, "value") is not None:
        return None
    state = total.item(0, "state")
    cause = next((cause for cause, name in NO_STATES.items() if name == state), Cause.too_little_data)
    return Unavailable(str(total.item(0, "reason")), str(total.item(0, "needed")), cause)
