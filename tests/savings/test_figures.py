"""Figures of savings: what counts, what is net, what becomes money, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from simulated_log import simulate
from simulated_store import events, imported, register

from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.inference.contract import Interval
from dashboard.savings.by_automation import compute_gross_hours, load_automation_results
from dashboard.savings.checking_time import is_checked_on_one_side
from dashboard.savings.net_hours import AutomationResult, SetupCost, Verdict, compute_money_saved
from dashboard.savings.total import build_supporting_rows, resolve_verdict
from dashboard.store.generations import Store

EVERYTHING = Filters()
PARAMS = {**EVERYTHING.parameters(), "tasks": [], "limit": 100}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two automations with the same ten people: one saves, one costs time."""
    frames = [events(simulate("S0", 1)), events(simulate("S0", 2, effect=1.4), project="scans", automation="masks")]
    return imported(tmp_path_factory.mktemp("two"), frames)


@pytest.fixture(scope="module")
def both(store: Store) -> dict[str, AutomationResult]:
    with store.snapshot() as snapshot:
        return {one.estimate.automation: one for one in load_automation_results(snapshot, PARAMS)}


def value(answer: Figure, measure: str) -> float:
    return float(answer.rows.filter(pl.col("measure") == measure).item(0, "value"))


def bounds(answer: Figure, measure: str) -> tuple[float, float]:
    row = answer.rows.filter(pl.col("measure") == measure).row(0, named=True)
    return row["value_from"], row["value_to"]


def test_the_parts_add_up_to_the_headline(store: Store) -> None:
    total, each = (
        resolve_figure(store, "savings", EVERYTHING),
        resolve_figure(store, "savings_by_automation", EVERYTHING).rows,
    )
    gross = value(total, "hours saved, gross")
    assert gross == pytest.approx(each.get_column("gross_hours").sum())
    for name in ("savings_by_month", "savings_by_project"):
        rows = resolve_figure(store, name, EVERYTHING).rows
        assert rows.get_column("saved_hours").sum() == pytest.approx(gross, rel=1e-9)
        left = rows.get_column("counterfactual_hours") - rows.get_column("saved_hours")
        assert left.to_list() == pytest.approx(rows.get_column("actual_hours").to_list())


def test_months_of_a_period_add_up_to_that_period(store: Store) -> None:
    part = Filters(from_on=date(2026, 2, 1), to_on=date(2026, 2, 28))
    gross = value(resolve_figure(store, "savings", part), "hours saved, gross")
    rows = resolve_figure(store, "savings_by_month", part).rows
    assert set(rows.get_column("month_on")) == {date(2026, 2, 1)}
    assert rows.get_column("saved_hours").sum() == pytest.approx(gross, rel=1e-9)


def test_people_shared_by_automations_are_counted_once(store: Store) -> None:
    total = resolve_figure(store, "savings", EVERYTHING)
    assert total.estimate is not None
    assert total.estimate["annotators"] == 10
    assert "shared annotators counted once" in str(total.estimate["method"])


def test_a_loss_stays_a_loss_and_is_said_so(store: Store) -> None:
    row = resolve_figure(store, "savings_by_automation", Filters(projects=("scans",))).rows.row(0, named=True)
    assert row["state"] == "costs"
    assert row["hours"] < 0
    assert "costs" in row["words"]
    assert "-" not in row["words"].split("more than")[0]
    assert row["needed"] is None
    total = resolve_figure(store, "savings", Filters(projects=("scans",)))
    assert total.estimate is not None
    assert total.estimate["state"] == "costs"
    assert total.estimate["value"] == row["hours"]


def test_setup_is_taken_off_and_gross_is_called_gross(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1))])
    before = resolve_figure(store, "savings", EVERYTHING)
    assert before.estimate is not None
    assert before.estimate["basis"] == "gross"
    register(store, "drafts", setup_seconds=1800)
    after = resolve_figure(store, "savings", EVERYTHING)
    assert after.estimate is not None
    assert after.estimate["basis"] == "net of setup"
    assert value(after, "hours saved") == pytest.approx(value(before, "hours saved") - 0.5)
    assert value(after, "setup hours") == 0.5
    assert value(after, "hours saved, gross") == value(before, "hours saved, gross")
    later = resolve_figure(store, "savings", Filters(from_on=date(2026, 2, 1)))
    assert value(later, "setup hours") == 0  # it was set up before that


def test_setup_that_eats_up_the_saving_makes_a_loss(both: dict[str, AutomationResult]) -> None:
    heavy = replace(both["drafts"], setup_cost=SetupCost(setup_hours=100.0))
    assert heavy.state == "costs"
    assert heavy.is_counted


def test_the_typical_item_never_enters_hours_or_money(both: dict[str, AutomationResult]) -> None:
    drafts = both["drafts"]
    found = drafts.estimate.savings
    assert found is not None
    absurd = replace(
        drafts, estimate=replace(drafts.estimate, savings=replace(found, typical=Interval(0.99, 0.98, 0.995, 0.95)))
    )
    assert drafts.estimate.hours is not None
    for one in (drafts, absurd):
        gross = compute_gross_hours([one])
        assert gross == drafts.estimate.hours
        assert one.hours == drafts.hours
        assert compute_money_saved([one], gross) == compute_money_saved([drafts], gross)
    told, rows = (
        {row["measure"]: row for row in build_supporting_rows([one], drafts.estimate.hours)} for one in (drafts, absurd)
    )
    assert {name for name in told if told[name] != rows[name]} == {"typical item"}


@pytest.mark.parametrize(("verdict", "counts"), [("confirmed", True), ("not confirmed", True), ("void", False)])
def test_hours_of_labels_that_missed_the_margin_do_not_count(
    both: dict[str, AutomationResult], verdict: Verdict, *, counts: bool
) -> None:
    assert replace(both["drafts"], verdict=verdict).is_counted is counts
    assert replace(both["masks"], verdict=verdict).is_counted  # a loss stays a loss


def test_what_saves_decides_whether_the_total_is_confirmed(both: dict[str, AutomationResult]) -> None:
    confirmed = replace(both["drafts"], verdict="confirmed")
    assert resolve_verdict([confirmed, both["masks"]]) == "confirmed"
    assert resolve_verdict([both["drafts"], both["masks"]]) == "not confirmed"


def test_a_sign_that_depends_on_the_method_gives_no_hours(both: dict[str, AutomationResult]) -> None:
    drafts = both["drafts"]
    found = drafts.estimate.savings
    assert found is not None
    unsettled = replace(drafts, estimate=replace(drafts.estimate, savings=replace(found, established=False)))
    assert unsettled.state == "direction not established"
    assert unsettled.hours is None
    assert not unsettled.is_counted


def test_a_saving_that_easy_items_could_explain_is_none_unless_a_design_rules_it_out(
    both: dict[str, AutomationResult],
) -> None:
    drafts = both["drafts"]
    found = drafts.estimate.savings
    assert found is not None
    checks = tuple(replace(one, value=0.1, flag=True) if one.name == "robustness" else one for one in found.diagnostics)
    weak = replace(found, diagnostics=checks)
    fragile = replace(drafts, estimate=replace(drafts.estimate, savings=weak))
    assert fragile.state == "direction not established"
    by_lot = replace(drafts, estimate=replace(drafts.estimate, savings=replace(weak, grade="A")))
    assert by_lot.state == "saves"


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("scenario", ["S1", "S2", "S3", "S4"])
def test_no_saving_is_claimed_where_the_raw_ratio_claims_one_and_there_is_none(
    tmp_path: Path, scenario: str, seed: int
) -> None:
    store = imported(tmp_path, [events(simulate(scenario, seed, effect=1.0))])
    raw = resolve_figure(store, "savings_specifications", EVERYTHING).rows.filter(
        pl.col("specification") == "raw ratio"
    )
    assert raw.get_column("share").max() > 0.04
    total = resolve_figure(store, "savings", EVERYTHING)
    assert total.unavailable or (total.estimate and total.estimate["state"] != "saves")


def test_too_few_labels_are_refused_with_what_is_missing(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 4, people=2, items=40))])
    refused = resolve_figure(store, "savings", EVERYTHING).unavailable
    assert refused is not None
    assert "3 more assisted labels" in refused.needed
    row = resolve_figure(store, "savings_by_automation", EVERYTHING).rows.row(0, named=True)
    assert (row["state"], row["hours"], row["grade"]) == ("not enough data", None, None)
    assert 0 < row["labels"] < 80  # the assisted ones


def test_few_annotators_speak_for_themselves_only(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1, people=4))])
    total = resolve_figure(store, "savings", EVERYTHING)
    assert total.estimate is not None
    assert "Too few annotators to speak of others" in str(total.estimate["words"])
    assert bounds(total, "hours saved") == bounds(total, "hours saved, our current annotators")
    row = resolve_figure(store, "savings_by_automation", EVERYTHING).rows.row(0, named=True)
    assert row["saved_share"] is None
    assert row["current_share"] == pytest.approx(row["gross_hours"] / row["counterfactual_hours"], abs=0.02)
    assert "for our current annotators" in row["words"]


def test_a_row_says_how_many_people_are_compared(tmp_path: Path) -> None:
    log = events(simulate("S0", 1))
    is_one_sided = pl.col("person").is_in(sorted(log.get_column("person").unique())[:3])
    store = imported(tmp_path, [log.filter(~is_one_sided | (pl.col("method") == "manual"))])
    row = resolve_figure(store, "savings_by_automation", EVERYTHING).rows.row(0, named=True)
    assert row["compared_people"] == "7 of 7 compared (3 others have labels in one arm only)"


def test_a_log_by_hand_alone_asks_for_assisted_labels(tmp_path: Path) -> None:
    log = events(simulate("S0", 1)).filter(pl.col("method") == "manual")
    store = imported(tmp_path, [log])
    for name in ("savings", "savings_by_automation"):
        refused = resolve_figure(store, name, EVERYTHING).unavailable
        assert refused is not None
        assert "No label was made with assistance" in refused.reason


def test_labels_of_unknown_method_or_time_and_of_machines_are_counted_and_named(tmp_path: Path) -> None:
    log = events(simulate("S0", 1, people=6, items=200))
    odd = pl.DataFrame(
        {
            "item": ["u1", "u2", "t1", "m1"],
            "person": ["p00", "p01", "p02", None],
            "seconds": [5.0, 6.0, None, None],
            "method": ["unknown", "imported", "manual", "automatic"],
            "finished_at": ["2026-01-07T10:00:00Z"] * 4,
            "project": ["reviews"] * 4,
        }
    )
    store = imported(tmp_path, [log, odd])
    said = resolve_figure(store, "savings_diagnostics", EVERYTHING).rows.filter(pl.col("check") == "left out")
    assert sorted(said.get_column("words").str.extract(r"were (.+?)[,:]").to_list()) == [
        "made by a machine",
        "made in an unknown time",
        "made in an unknown way",
    ]
    assert value(resolve_figure(store, "savings", EVERYTHING), "in no estimate: made in an unknown way") == 2


def test_money_keeps_currencies_apart_and_takes_running_cost_off(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1))])
    register(store, "drafts")
    with store.change("rates") as change:
        change.execute("insert into rate values ('', '', date '2020-01-01', 10, 'EUR')")
        change.execute("insert into rate values ('', '', date '2026-02-01', 20, 'EUR')")
        change.execute("insert into rate values ('p00', '', date '2020-01-01', 100, 'USD')")
        change.execute(
            "insert into automation_cost values ('drafts', 'tokens', 'once', date '2026-01-10', null, 7, 'EUR')"
        )
        change.execute(
            "insert into automation_cost values ('drafts', 'licence', 'once', date '2026-01-10', null, 3, 'CHF')"
        )
    total = resolve_figure(store, "savings", EVERYTHING)
    paid = total.rows.filter(pl.col("measure") == "value")
    assert paid.get_column("unit").to_list() == ["EUR", "USD"]
    with store.snapshot() as snapshot:
        (drafts,) = load_automation_results(snapshot, PARAMS)
    hours = pl.col("saved_seconds") / 3600
    rate = pl.when(pl.col("day_on") < date(2026, 2, 1)).then(10).otherwise(20)
    others = drafts.estimate.labels.filter(pl.col("annotator") != "p00").select((hours * rate).sum()).item()
    own = drafts.estimate.labels.filter(pl.col("annotator") == "p00").select((hours * 100).sum()).item()
    assert paid.get_column("value").to_list() == pytest.approx([others - 7, own])
    running = total.rows.filter(pl.col("measure") == "running cost")
    assert running.select("unit", "value").rows() == [("CHF", 3.0), ("EUR", 7.0)]
    low, high = bounds(total, "hours saved")
    assert low < value(total, "hours saved") < high


def test_what_models_cost_is_taken_off_the_value(tmp_path: Path) -> None:
    log = events(simulate("S0", 1)).with_columns(
        model=pl.lit("writer"),
        tokens=pl.when(pl.col("method") == "manual").then(None).otherwise(1000),
        cost=pl.lit(None, dtype=pl.Float64),
    )
    store = imported(tmp_path, [log])
    assisted = log.filter(pl.col("method") != "manual").height
    with store.change("prices") as change:
        change.execute("insert into rate values ('', '', date '2020-01-01', 10, 'EUR')")
        change.execute("insert into token_price values ('writer', date '2020-01-01', 5, 'EUR')")
        change.execute("insert into token_price values ('writer', date '2027-01-01', 9, 'EUR')")
    total = resolve_figure(store, "savings", EVERYTHING)
    assert value(total, "running cost") == pytest.approx(assisted * 1000 * 5 / 1e6)
    assert value(total, "value") == pytest.approx(10 * value(total, "hours saved") - assisted * 0.005)
    register(store, "drafts")
    with store.change("a sum for the tokens") as change:
        change.execute(
            "insert into automation_cost values ('drafts', 'tokens', 'once', date '2026-01-10', null, 2, 'EUR')"
        )
    assert value(resolve_figure(store, "savings", EVERYTHING), "running cost") == 2


def test_setup_and_upkeep_come_from_time_entries_by_rule(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1))])
    register(store, "drafts")
    file = tmp_path / "time.csv"
    file.write_text(
        "person,day_on,seconds,project,task,description\n"
        "Ada,2026-01-05,3600,Vision,Setup of drafts,\nAda,2026-01-06,1800,Vision,,fix DRAFTS model\n"
        "Ada,2026-01-07,7200,Vision,Training,\n",
        encoding="utf-8",
    )
    from dashboard.importers.contract import Settings
    from dashboard.ingest.batch import import_files

    import_files(store, [file], Settings())
    with store.change("rules") as change:
        change.execute("insert into automation_effort values ('drafts', 'setup', 'task', 'setup of drafts|prompting')")
        change.execute("insert into automation_effort values ('drafts', 'maintenance', 'description', 'drafts model')")
    total = resolve_figure(store, "savings", EVERYTHING)
    assert (value(total, "setup hours"), value(total, "maintenance hours")) == (1.0, 0.5)
    assert total.estimate is not None
    assert total.estimate["basis"] == "net of setup and maintenance"
    assert value(total, "hours saved") == pytest.approx(value(total, "hours saved, gross") - 1.5)


def test_staggered_dates_of_the_register_reach_the_estimate(tmp_path: Path) -> None:
    log = simulate("S5", 1)
    store = imported(tmp_path, [events(log)])
    register(store, "drafts", people=log.rollouts)
    row = resolve_figure(store, "savings_by_automation", EVERYTHING).rows.row(0, named=True)
    assert row["grade"] == "B"
    assert "staggered" in row["method"]


@pytest.mark.parametrize(("effect", "state"), [(0.65, "saves"), (1.0, "no clear difference")])
def test_a_hold_out_settles_what_easy_items_left_open(tmp_path: Path, effect: float, state: str) -> None:
    log = simulate("S2", 6, people=12, items=300, effect=effect, holdout=0.2)
    row = resolve_figure(imported(tmp_path, [events(log)]), "savings_by_automation", EVERYTHING).rows.row(0, named=True)
    assert (row["grade"], row["state"]) == ("A", state)
    if state == "saves":
        assert row["saved_low"] < 1 - log.hours_ratio < row["saved_high"]


def test_an_automation_of_the_register_without_labels_is_listed_and_says_so(tmp_path: Path) -> None:
    store = imported(tmp_path, [events(simulate("S0", 1))])
    register(store, "never used", projects=("elsewhere",))
    rows = resolve_figure(store, "savings_by_automation", EVERYTHING).rows
    assert rows.select("automation", "state").rows() == [("drafts", "saves"), ("never used", "not enough data")]
    assert "The log and the register show no label" in rows.item(1, "reason")
    total = resolve_figure(store, "savings", EVERYTHING)
    assert total.estimate is not None
    assert "Not in the total: never used (not enough data)." in str(total.estimate["words"])


def test_review_time_known_on_one_side_only_is_charged_to_neither(tmp_path: Path) -> None:
    labels = events(simulate("S0", 1))
    item, person = pl.lit("review").alias("stage"), pl.lit("Rae").alias("person")
    is_manual = pl.col("method") == "manual"
    one_sided = labels.with_columns(item, person, pl.when(is_manual).then(200.0).alias("seconds"))
    both_sides = labels.with_columns(item, person, pl.lit(200.0).alias("seconds"))
    accepted = pl.lit("accepted").alias("outcome")

    def share(name: str, *more: pl.DataFrame) -> tuple[float, bool]:
        folder = tmp_path / name
        folder.mkdir()
        own = imported(folder, [labels, *(frame.with_columns(accepted) for frame in more)])
        saved = resolve_figure(own, "savings_by_automation", EVERYTHING).rows.item(0, "saved_share")
        checks = resolve_figure(own, "savings_diagnostics", EVERYTHING).rows.get_column("check").to_list()
        return saved, "checking" in checks

    plain = share("plain")
    assert plain[1] is False
    assert share("one", one_sided) == (pytest.approx(plain[0], abs=1e-9), True)
    both = share("both", both_sides)
    assert both[1] is False
    assert both[0] < plain[0] - 0.02  # the same review time on both sides makes the saved share smaller


@pytest.mark.parametrize("technique", ["active learning", "self-supervised pre-training"])
def test_what_saves_labels_saves_no_seconds(tmp_path: Path, technique: str) -> None:
    log = simulate("S0", 1)
    chosen = events(log).with_columns(method=pl.col("method").replace({"pre-annotated": "active_learning"}))
    store = imported(tmp_path, [chosen])
    total = resolve_figure(store, "savings", EVERYTHING)
    assert total.unavailable
    with store.change("register") as change:
        change.execute(f"insert into automation values ('sampler', '{technique}', 'marked items', null, null)")  # noqa: S608 - two fixed names
        change.execute("insert into automation_scope values ('sampler', 'P0', '', '2026-01-05', null)")
    rows = resolve_figure(store, "savings_by_automation", EVERYTHING).rows
    (row,) = rows.filter(automation="sampler").iter_rows(named=True)
    assert (row["state"], row["hours"]) == ("not enough data", None)
    assert "saves labels, and no seconds of a label" in row["reason"]
    assert "label_savings" in row["needed"]


@pytest.mark.parametrize("side", ["manual", "pre-annotated"])
def test_reviews_logged_on_one_side_only_give_bounds_of_both_readings(tmp_path: Path, side: str) -> None:
    labels = events(simulate("S0", 1))
    reviews = labels.filter(pl.col("method") == side).with_columns(
        stage=pl.lit("review"), person=pl.lit("Rae"), seconds=pl.lit(40.0), outcome=pl.lit("accepted")
    )
    rows = {}
    for name, frames in (("plain", [labels]), ("reviewed", [labels, reviews])):
        (tmp_path / name).mkdir()
        store = imported(tmp_path / name, frames)
        rows[name] = resolve_figure(store, "savings_by_automation", EVERYTHING).rows.row(0, named=True)
    plain, reviewed = rows["plain"], rows["reviewed"]
    assert reviewed["state"] == "range only"
    assert reviewed["hours"] is None
    assert reviewed["saved_low"] <= plain["saved_share"] <= reviewed["saved_high"]
    assert reviewed["saved_high"] - reviewed["saved_low"] > plain["saved_high"] - plain["saved_low"] + 0.1
    assert "not reviewed, or their reviews not logged" in reviewed["words"]


@pytest.mark.parametrize(("count", "is_one_sided"), [(19, False), (20, True)])
def test_a_side_of_few_labels_is_not_called_unreviewed(count: int, *, is_one_sided: bool) -> None:
    sides = pl.DataFrame({"len": [count, 100], "is_checked": [0, 50], "charged": [False, True]})
    assert is_checked_on_one_side(sides) is is_one_sided
