"""The rows of the fan charts: measured weeks in one column, projected weeks in three, and their sum in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from dashboard.forecast.model.plan import Projection
from dashboard.forecast.project_forecasts import ProjectForecast, load_forecasts, resolve_scenario
from dashboard.forecast.sign_change import explain_sign_change
from dashboard.forecast.track_record import ALL_PROJECTS, combine_verdicts
from dashboard.inference.draws import Percentiles, add_draws, compute_total_percentiles, compute_weekly_percentiles
from dashboard.store.snapshot import Snapshot
from dashboard.units import count_noun, format_bare_hours, format_quantity

if TYPE_CHECKING:
    from dashboard.inference.design_matrix import Reals

SECONDS_PER_HOUR = 3600
WEEK, AHEAD = "week", "weeks ahead"
WEEKS_BEFORE = 12  # measured weeks that the hours ahead are told beside
RANGE_LEAD = "8 of 10 simulated outcomes: "  # before a range; a page that says it once leaves it out
FAN_SCHEMA: dict[str, pl.DataType] = {
    "project": pl.String(),
    "quantity": pl.String(),
    "unit": pl.String(),
    "span": pl.String(),
    "week_on": pl.Date(),
    "weeks": pl.Int64(),
    "measured": pl.Float64(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "today": pl.Date(),
    "origin": pl.String(),
    "gate": pl.String(),
    "reach": pl.Int64(),
    "turn": pl.String(),
    "words": pl.String(),
}
"""One row per project, quantity and week, and one for all weeks ahead; measured and projected never share a column.

`today` is the last measured day; `gate` is the verdict on the track record, `reach` weeks ahead; `turn` is why
the hours saved ahead have another sign than those so far; `words` are
in the row of all weeks ahead, and in rows of a missing quantity.
"""
HOURS_QUANTITIES = ("hours", "hours_by_hand", "items")
SAVINGS_QUANTITIES = ("saved_hours", "net_hours", "cash")
QUANTITY_NAMES = {
    "hours": "hours for the labels of {scope}",
    "hours_by_hand": "hours, if all of it were done by hand,",
    "items": "items",
    "saved_hours": "hours saved, before upkeep,",
    "net_hours": "hours saved, net of upkeep,",
    "cash": "saved, net of upkeep and running cost,",
}


def build_hours_fan(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the fan of labeling hours and items, by project and in total (columns of FAN_SCHEMA)."""
    return build_fan_rows(snapshot, params, HOURS_QUANTITIES)


def build_savings_fan(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the fan of what automation saves, by project and in total (columns of FAN_SCHEMA)."""
    return build_fan_rows(snapshot, params, SAVINGS_QUANTITIES)


def build_fan_rows(snapshot: Snapshot, params: Mapping[str, object], quantities: Sequence[str]) -> pl.DataFrame:
    """Return the fans of these quantities."""
    forecasts = load_forecasts(snapshot, params, resolve_scenario(snapshot, params))
    rows: list[dict[str, object]] = []
    for quantity in quantities:
        for forecast in forecasts:
            rows += build_project_fan(forecast, quantity)
        if len(forecasts) > 1:
            rows += build_total_fan(forecasts, quantity)
    return pl.DataFrame(rows, schema=FAN_SCHEMA).sort("project", maintain_order=True)


def build_project_fan(forecast: ProjectForecast, quantity: str) -> list[dict[str, object]]:
    """Return the measured and projected weeks of one project."""
    unit = find_unit(quantity, forecast.history.price.currency)
    head = {"project": forecast.history.project, "quantity": quantity, "unit": unit, "today": forecast.today}
    rows: list[dict[str, object]] = [
        {**head, "span": WEEK, "week_on": week, "weeks": 1, "measured": value, "origin": "measured"}
        for week, value in select_measured_weeks(forecast, quantity).iter_rows()
    ]
    projection = forecast.projection
    if projection is None or not can_show_quantity(projection, quantity):
        is_first = quantity in {HOURS_QUANTITIES[0], SAVINGS_QUANTITIES[0]}  # one row on what is missing is enough
        return (
            [*rows, {**head, "span": AHEAD, "words": forecast.why or explain_absence(forecast)}] if is_first else rows
        )
    origin = "borrowed" if projection.borrowed else "projected"
    projected_fields = {"origin": origin, "gate": forecast.gate, "reach": forecast.reach}
    before = describe_weeks_before(rows, quantity)
    rows += build_projected_rows(
        {**head, **projected_fields}, projection.by_week[quantity], projection.first_on, forecast.history.project
    )
    reason = explain_turn([forecast], quantity, rows[-1])
    rows[-1]["turn"] = reason or None
    sentences = (str(rows[-1]["words"]), before, reason, *list_caveats(forecast, quantity))
    rows[-1]["words"] = " ".join(filter(None, sentences))
    return rows


def describe_weeks_before(measured_rows: Sequence[Mapping[str, object]], quantity: str) -> str:
    """Return how many hours the last measured weeks took, for comparison with the hours ahead."""
    hours = [value for row in measured_rows if isinstance(value := row["measured"], float)][-WEEKS_BEFORE:]
    if quantity != "hours" or not hours:
        return ""
    return f"The {count_noun(len(hours), 'week')} before took {format_bare_hours(sum(hours))}."


def explain_turn(forecasts: Sequence[ProjectForecast], quantity: str, total_row: Mapping[str, object]) -> str:
    """Return why the hours saved ahead have another sign than those so far, where they do."""
    low, middle, high = total_row["p10"], total_row["p50"], total_row["p90"]
    if not (isinstance(low, float) and isinstance(middle, float) and isinstance(high, float)):
        return ""
    if quantity not in {"saved_hours", "net_hours"}:
        return ""
    return explain_sign_change(forecasts, middle, is_clear=low >= 0 or high < 0)


def list_caveats(forecast: ProjectForecast, quantity: str) -> Iterator[str]:
    """Yield the caveats of a projected saving: quality, and automations for which it is only assumed."""
    saving = forecast.history.saving
    if quantity not in SAVINGS_QUANTITIES or saving is None:
        return
    if saving.quality != "confirmed":
        yield "The quality of these labels is not confirmed."
    if saving.unestimated:
        yield f"Assumed to hold for {', '.join(saving.unestimated)} too, whose saving is not known."
    if quantity == "cash" and forecast.history.price.uncounted:
        yield f"Not in it, and going on if they do: {' and '.join(forecast.history.price.uncounted)}, so far."


def can_show_quantity(projection: Projection, quantity: str) -> bool:
    """Return whether there is a number to show; without automation a saving of nothing is not shown."""
    return quantity in projection.by_week and (
        quantity not in SAVINGS_QUANTITIES or bool((projection.by_input["coverage"] > 0).any())
    )


def explain_absence(forecast: ProjectForecast) -> str:
    """Return why there is no projection of something."""
    return forecast.history.why or " ".join(forecast.projection.missing if forecast.projection else ())


def build_projected_rows(
    head: Mapping[str, object], weekly_draws: Reals, first_on: date, scope: str
) -> list[dict[str, object]]:
    """Return projected weeks and their sum; `scope` says whose labels they are."""
    weeks = [
        {**head, "span": WEEK, "weeks": 1, "week_on": first_on + timedelta(weeks=index), **vars(spread)}
        for index, spread in enumerate(compute_weekly_percentiles(weekly_draws))
    ]
    total_spread = compute_total_percentiles(weekly_draws)
    name = QUANTITY_NAMES[str(head["quantity"])].format(scope=scope)
    text = describe_sum(total_spread, name, weekly_draws.shape[1], str(head["unit"]))
    return [*weeks, {**head, "span": AHEAD, "weeks": weekly_draws.shape[1], **vars(total_spread), "words": text}]


def describe_sum(total_spread: Percentiles, quantity_name: str, weeks: int, unit: str) -> str:
    """Describe a sum as a statement of frequency; a loss is called a loss instead of showing a minus sign."""
    is_money = unit not in {"hours", "items"}
    amounts = (format_bare_hours(abs(bound)) for bound in (total_spread.p10, total_spread.p50, total_spread.p90))
    low, middle, high = (format_quantity(amount, unit) if is_money else amount for amount in amounts)
    if total_spread.p90 < 0:
        low, high = high, low
    elif total_spread.p10 < 0:
        worth, unit_text = ("money", "") if is_money else ("time", f" {unit}")
        return (
            f"Automation may save or lose {worth}{quantity_name.partition('saved')[2]} in {weeks} weeks "
            f"({RANGE_LEAD}{low}{unit_text} lost to {high} saved)."
        )
    name = quantity_name if total_spread.p50 >= 0 else quantity_name.replace("saved", "lost")
    return f"About {middle} {name} in {weeks} weeks ({RANGE_LEAD}{low} to {high})."


def select_measured_weeks(forecast: ProjectForecast, quantity: str) -> pl.DataFrame:
    """Return the measured values by week: week_on, value."""
    weeks = forecast.history.weeks
    if quantity == "items":
        return weeks.select("week_on", value=pl.col("items").cast(pl.Float64))
    if quantity == "hours":
        return weeks.select("week_on", value=build_human_hours())
    saving = forecast.history.saving
    if quantity == "saved_hours" and saving is not None:
        weekly = saving.weekly.select("week_on", value="saved_hours")
        saving_weeks = weeks.filter(pl.col("week_on") >= weekly.get_column("week_on").min()).select("week_on")
        return saving_weeks.join(weekly, on="week_on", how="left").with_columns(pl.col("value").fill_null(0.0))
    return pl.DataFrame(schema={"week_on": pl.Date, "value": pl.Float64})


def build_human_hours() -> pl.Expr:
    """Return a week's labeling hours: those of timed labels, scaled to all; null if no label has a time."""
    scaled_hours = pl.col("human_seconds") / SECONDS_PER_HOUR * pl.col("items") / pl.col("human_timed")
    return pl.when(pl.col("items") == 0).then(0.0).when(pl.col("human_timed") > 0).then(scaled_hours)


COSTS_LEFT_OUT = "Costs in other currencies and hours without a rate are not in it: each project names its own."


def build_total_fan(forecasts: Sequence[ProjectForecast], quantity: str) -> list[dict[str, object]]:
    """Return the sum over the projects that have the quantity; those that do not are named."""
    summed_forecasts = [
        forecast for forecast in forecasts if forecast.projection and can_show_quantity(forecast.projection, quantity)
    ]
    currencies = {forecast.history.price.currency for forecast in summed_forecasts}
    is_partial = quantity == "hours_by_hand" and len(summed_forecasts) < len(
        forecasts
    )  # beside the hours of all it would mislead
    if not summed_forecasts or is_partial or (quantity == "cash" and len(currencies) > 1):
        return []
    unit, today = find_unit(quantity, next(iter(currencies))), max(forecast.today for forecast in summed_forecasts)
    head = {"project": ALL_PROJECTS, "quantity": quantity, "unit": unit, "today": today}
    weeks = (
        pl.concat([select_measured_weeks(forecast, quantity) for forecast in summed_forecasts])
        .group_by("week_on")
        .agg(pl.col("value").sum(), pl.col("value").null_count().alias("unknown"))
    )
    rows: list[dict[str, object]] = [
        {**head, "span": WEEK, "week_on": week, "weeks": 1, "measured": value, "origin": "measured"}
        for week, value, unknown in weeks.sort("week_on").iter_rows()
        if not unknown
    ]
    projections = [forecast.projection for forecast in summed_forecasts if forecast.projection]
    borrowed = any(projection.borrowed for projection in projections)
    summed_draws = add_draws([projection.by_week[quantity] for projection in projections])
    gate, reach = combine_verdicts([(forecast.gate, forecast.reach) for forecast in summed_forecasts])
    projected_head = {
        **head,
        "origin": "borrowed" if borrowed else "projected",
        "gate": gate,
        "reach": reach,
    }
    before = describe_weeks_before(rows, quantity)
    scope = count_noun(len(summed_forecasts), "project")
    rows += build_projected_rows(projected_head, summed_draws, projections[0].first_on, scope)
    reason = explain_turn(summed_forecasts, quantity, rows[-1])
    rows[-1] |= {"turn": reason or None, "words": " ".join(filter(None, (str(rows[-1]["words"]), before, reason)))}
    if quantity == "cash" and any(forecast.history.price.uncounted for forecast in summed_forecasts):
        rows[-1]["words"] = f"{rows[-1]['words']} {COSTS_LEFT_OUT}"
    missing_projects = [forecast.history.project for forecast in forecasts if forecast not in summed_forecasts]
    if missing_projects:
        rows[-1]["words"] = f"{rows[-1]['words']} Not in it: {', '.join(missing_projects)}."
    return rows


def find_unit(quantity: str, currency: str | None) -> str:
    """Return the unit of a quantity."""
    return {"items": "items", "cash": currency or "money"}.get(quantity, "hours")
