"""Figures of cost, against sums worked by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from store_copies import copied

from dashboard.errors import BadMapping
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.invoices import INVOICE_SHEET
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

HEADER = "item,person,seconds,method,finished_at,stage,outcome,project,dataset,model,tokens,cost,currency\n"
# Ann: a 1 h, b 30 min, c 30 min; Rae reviews a and b for 15 min each and sends b back; a model proposed a and c.
EVENTS = (
    "a,,,automatic,2026-03-02T09:00:00Z,annotate,submitted,P,d1,m,500000,,\n"
    "a,Ann,3600,pre-annotated,2026-03-02T10:00:00Z,annotate,submitted,P,d1,,,,\n"
    "a,Rae,900,manual,2026-03-03T10:00:00Z,review,accepted,P,d1,,,,\n"
    "b,Ann,1800,manual,2026-03-02T11:00:00Z,annotate,submitted,P,d1,,,,\n"
    "b,Rae,900,manual,2026-03-03T11:00:00Z,review,rejected,P,d1,,,,\n"
    "c,,,automatic,2026-03-02T09:00:00Z,annotate,submitted,P,d2,m,,0.75,USD\n"
    "c,Ann,1800,pre-annotated,2026-03-02T12:00:00Z,annotate,submitted,P,d2,,,,\n"
)
RATES = (
    "insert into rate values ('Ann', '', date '2026-01-01', 40, 'EUR'), ('', '', date '2026-01-01', 60, 'EUR')",
    "insert into rate values ('Ann', '', date '2026-04-01', 400, 'EUR')",
)
PRICE = "insert into token_price values ('m', date '2026-01-01', 2.0, 'USD'), ('m', date '2026-06-01', 9.0, 'USD')"
RUNNING = (
    "insert into automation values ('Pre', 'pre-labeling', 'marked items', 7200, null)",
    "insert into automation_scope values ('Pre', 'P', '', date '2026-03-01', null)",
    "insert into automation_cost values ('Pre', 'compute', 'once', date '2026-03-01', null, 10, 'EUR')",
)


@copied
def import_events(folder: Path) -> Store:
    """Return a store with the events."""
    path = folder / "events.csv"
    path.write_text(HEADER + EVENTS, encoding="utf-8")
    store = Store(folder / "store")
    import_files(store, [path], Settings(zone="UTC"))
    return store


def store_with(folder: Path, *statements: str) -> Store:
    """Return a store with the events and some lines of the register."""
    store = import_events(folder)
    with store.change("register") as change:
        for statement in statements:
            change.execute(statement)
        change.rebuild_labels()
    return store


def told(answer: Figure) -> dict[tuple[str, str | None], dict[str, object]]:
    """Return the rows by dataset and currency."""
    return {(row["dataset"], row["currency"]): row for row in answer.rows.iter_rows(named=True)}


def test_cost_of_a_label_is_hours_at_the_rate_of_the_day_and_more(tmp_path: Path) -> None:
    store = store_with(tmp_path, *RATES, PRICE, *RUNNING)
    rows = told(resolve_figure(store, "cost_per_accepted_label", Filters()))
    first = rows["d1", "EUR"]
    # 1.5 h x 40 + 0.5 h x 60 = 90 for people; a of the two labels with the automation lies in d1: 10 / 2.
    assert (first["people_cost"], first["running_cost"]) == (pytest.approx(90.0), pytest.approx(5.0))
    assert (first["accepted"], first["produced"], first["cost_per_accepted"]) == (1, 2, pytest.approx(95.0))
    assert rows["d1", "USD"]["model_cost"] == pytest.approx(1.0)
    assert rows["d2", "USD"]["model_cost"] == pytest.approx(0.75)
    assert rows["d2", "EUR"]["cost"] == pytest.approx(0.5 * 40 + 5.0)
    assert not any(row["is_lower_bound"] for row in rows.values())


def test_the_seconds_of_a_machine_are_not_paid_like_those_of_people(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    lines = [
        f"{item},{who},3600,{how},2026-03-02T{hour:02d}:00:00Z,annotate,submitted,P,d1,,,,"
        for item, who, how, hour in (
            ("a", "", "automatic", 9),
            ("b", "", "weak", 11),
            ("c", "Ann", "manual", 13),
            ("d", "", "manual", 15),
        )
    ]
    path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [path], Settings(zone="UTC"))
    with store.change("register") as change:
        change.execute("insert into rate values ('', '', date '2026-01-01', 60, 'EUR')")
    row = told(resolve_figure(store, "cost_per_accepted_label", Filters()))["d1", "EUR"]
    assert (row["hours"], row["people_cost"], row["untimed"]) == (2.0, 120.0, 0)
    observed = resolve_figure(store, "logged_against_observed", Filters()).rows.row(0, named=True)
    assert observed["observed_hours"] == 2.0
    with store.snapshot() as snapshot:
        assert run_query(snapshot, "logged_days", {}).get_column("hours").sum() == 2.0


def test_hours_without_a_rate_make_the_cost_a_lower_bound(tmp_path: Path) -> None:
    store = store_with(tmp_path, "insert into rate values ('Ann', '', date '2026-01-01', 40, 'EUR')", PRICE)
    row = told(resolve_figure(store, "cost_per_accepted_label", Filters()))["d1", "EUR"]
    assert (row["hours"], row["hours_without_rate"], row["is_lower_bound"]) == (
        pytest.approx(2.0),
        pytest.approx(0.5),
        True,
    )


def test_without_any_rate_there_is_no_cost(tmp_path: Path) -> None:
    store = store_with(tmp_path)
    rows = told(resolve_figure(store, "cost_per_accepted_label", Filters()))
    assert set(rows) == {("d1", None), ("d2", "USD")}
    assert [(row["people_cost"], row["hours_without_rate"]) for row in rows.values()] == [(None, 2.0), (None, 0.5)]
    assert (rows["d1", None]["cost"], rows["d1", None]["cost_per_accepted"]) == (None, None)
    assert (rows["d2", "USD"]["cost"], rows["d2", "USD"]["is_lower_bound"]) == (0.75, True)
    assert [row["calls_without_price"] for row in rows.values()] == [1, 0]
    assert [row["model_cost"] for row in rows.values()] == [None, 0.75]


def test_the_running_cost_of_an_automation_without_one_in_the_register_is_not_known(tmp_path: Path) -> None:
    rows = told(resolve_figure(store_with(tmp_path, *RATES, *RUNNING[:2]), "cost_per_accepted_label", Filters()))
    assert [row["running_cost"] for row in rows.values()] == [None, None, None]
    assert rows["d1", "EUR"]["cost"] == pytest.approx(90.0)


def test_models_cost_what_the_export_or_the_dated_price_says(tmp_path: Path) -> None:
    rows = resolve_figure(store_with(tmp_path, PRICE), "label_cost_llm", Filters()).rows.to_dicts()
    assert len(rows) == 1
    row = rows[0]
    assert (row["model"], row["currency"], row["items"], row["accepted"], row["tokens"]) == ("m", "USD", 2, 2, 500_000)
    assert (row["cost"], row["cost_per_accepted"]) == (pytest.approx(1.75), pytest.approx(0.875))


def test_calls_without_a_price_are_counted_apart(tmp_path: Path) -> None:
    rows = resolve_figure(store_with(tmp_path), "label_cost_llm", Filters()).rows.to_dicts()
    assert [(row["currency"], row["without_cost"], row["cost"]) for row in rows] == [("USD", 0, 0.75), (None, 1, None)]


def test_the_register_says_what_each_automation_took(tmp_path: Path) -> None:
    row = resolve_figure(store_with(tmp_path, *RUNNING), "automations", Filters()).rows.row(0, named=True)
    assert (row["automation"], row["projects"], row["labels"]) == ("Pre", "P", 2)
    assert (row["setup_hours"], row["maintenance_hours"], row["running_cost"]) == (2.0, None, 10.0)


def test_an_empty_register_is_said(tmp_path: Path) -> None:
    refused = resolve_figure(store_with(tmp_path), "automations", Filters()).unavailable
    assert refused is not None
    assert "No automation is registered" in refused.reason


def test_tokens_that_the_register_pays_for_are_not_counted_again_by_call(tmp_path: Path) -> None:
    tokens = "insert into automation_cost values ('Pre', 'tokens', 'once', date '2026-03-01', null, 4, 'USD')"
    store = store_with(tmp_path, PRICE, *RUNNING, tokens)
    rows = told(resolve_figure(store, "cost_per_accepted_label", Filters()))
    assert {dataset: rows[dataset, "USD"]["model_cost"] for dataset in ("d1", "d2")} == {"d1": 0, "d2": 0}
    assert sum(float(str(rows[dataset, "USD"]["running_cost"])) for dataset in ("d1", "d2")) == pytest.approx(4.0)
    assert {row["calls_without_price"] for row in rows.values()} == {0}


ONCE = "insert into automation_cost values ('Pre', 'licence', 'once', date '{}', null, 7, 'CHF')"
MONTHLY = "insert into automation_cost values ('Pre', 'other', 'month', date '{}', null, 365.25, 'CHF')"


@pytest.mark.parametrize(
    ("line", "filters", "expected"),
    [
        (ONCE.format("2026-03-02"), Filters(), 7.0),
        (ONCE.format("2026-01-01"), Filters(), 7.0),
        (ONCE.format("2026-01-01"), Filters(from_on=date(2026, 2, 1)), 0.0),
        (ONCE.format("2026-03-02"), Filters(from_on=date(2026, 3, 2), to_on=date(2026, 3, 2)), 7.0),
        (ONCE.format("2026-03-03"), Filters(to_on=date(2026, 3, 2)), 0.0),
        (ONCE.format("2099-01-01"), Filters(), 0.0),
        (ONCE.format("2026-06-01"), Filters(to_on=date(2026, 12, 31)), 0.0),
        (MONTHLY.format("2026-02-21"), Filters(), 132.0),
        (MONTHLY.format("2026-02-21"), Filters(to_on=date(2026, 12, 31)), 132.0),
        (MONTHLY.format("2026-02-21"), Filters(to_on=date(2026, 2, 28)), 96.0),
        (MONTHLY.format("2099-01-01"), Filters(), 0.0),
    ],
)
def test_a_running_cost_counts_in_its_period_and_ends_with_the_newest_label(
    tmp_path: Path, line: str, filters: Filters, expected: float
) -> None:
    store = store_with(tmp_path, *RUNNING, line)
    with store.snapshot() as snapshot:
        params = {"from_on": filters.from_on, "to_on": filters.to_on}
        listed = run_query(snapshot, "running_cost", params).filter(pl.col("currency") == "CHF")
    assert listed.get_column("amount").to_list() == [pytest.approx(expected)]
    if filters.to_on is None or filters.to_on > date(2026, 3, 1):
        cost = resolve_figure(store, "cost_per_accepted_label", filters).rows.filter(pl.col("currency") == "CHF")
        assert cost.get_column("running_cost").sum() == pytest.approx(expected)


def test_one_price_of_a_day_holds_in_every_figure(tmp_path: Path) -> None:
    store = store_with(tmp_path, PRICE, *RUNNING)
    by_label = resolve_figure(store, "cost_per_accepted_label", Filters()).rows.get_column("model_cost").sum()
    by_model = resolve_figure(store, "label_cost_llm", Filters()).rows.get_column("cost").sum()
    with store.snapshot() as snapshot:
        by_automation = run_query(snapshot, "model_cost", Filters().parameters()).get_column("amount").sum()
    assert by_label == by_model == by_automation == pytest.approx(1.75)


RUNS = """
    insert into experiment_run by name
    select
        1 as import_id, 'bench' as source, cast(number as ubigint) as source_key, 1 as occurrence, number as line, run,
        'P' as project, date '2026-03-05' as day_on, seconds, state, parent_run
    from (values
        (1, 'whole', 7200, 'finished', null), (2, 'first', 3600, 'finished', 'whole'),
        (3, 'second', null, 'failed', 'whole'), (4, 'gone', 3600, 'deleted', null)
    ) as run(number, run, seconds, state, parent_run)
"""
RUN_HEADER = "run,native_id,project,person,started_at,finished_at,state,metric,value,parent_run\n"


@pytest.mark.parametrize(
    ("lines", "hours"),
    [
        pytest.param(
            [
                "train,,Signs,Max,2026-03-02T09:00Z,2026-03-02T19:00Z,,f1,.5,",
                "train,,Roads,Max,2026-03-03T09:00Z,2026-03-03T19:00Z,,f1,.5,",
                "child,,Roads,Max,2026-03-03T09:00Z,2026-03-03T18:00Z,,f1,.5,train",
            ],
            {"Roads": 9, "Signs": 10},
            id="a parent of the same name in another project",
        ),
        pytest.param(
            [
                "train,,Roads,Max,2026-03-02T09:00Z,2026-03-02T19:00Z,,f1,.5,",
                "train,,Roads,Max,2026-03-03T09:00Z,2026-03-03T19:00Z,,f1,.5,",
                "train,,Roads,Max,2026-03-03T09:30Z,2026-03-03T18:30Z,,f1,.5,train",
                "train,,Roads,Max,2026-03-03T09:40Z,2026-03-03T09:40Z,,f1,.5,train",
            ],
            {"Roads": 19},
            id="a name that is given again and again",
        ),
        pytest.param(
            [
                "train,1a,Roads,Max,2026-03-02T09:00Z,2026-03-02T19:00Z,,f1,.5,",
                "train,1b,Roads,Max,2026-03-02T09:00Z,2026-03-02T18:00Z,,f1,.5,1a",
            ],
            {"Roads": 9},
            id="a parent under its number",
        ),
        pytest.param(
            [
                "train,,Roads,Max,2026-03-02T09:00Z,2026-03-02T19:00Z,,f1,.5,",
                "child,,Roads,Max,2026-03-02T09:00Z,2026-03-02T18:00Z,deleted,f1,.5,train",
                "loop,7,Roads,Max,2026-03-02T09:00Z,2026-03-02T10:00Z,,f1,.5,7",
            ],
            {"Roads": 11},
            id="a deleted run, and a run that is its own parent",
        ),
        pytest.param(
            [
                "train,,Roads,Max,2026-03-02T09:00Z,2026-03-02T19:00Z,,f1,.5,",
                "train,,Roads,Max,2026-03-02T09:00Z,2026-03-02T19:00Z,,loss,.3,",
                "train,,,Max,2026-03-02T09:00Z,2026-03-02T19:00Z,,f1,.5,",
            ],
            {"(no project)": 10, "Roads": 10},
            id="several scores",
        ),
    ],
)
def test_the_time_of_a_run_counts_once(tmp_path: Path, lines: list[str], hours: dict[str, float]) -> None:
    path = tmp_path / "runs.csv"
    path.write_text(RUN_HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [path], Settings(zone="UTC"))
    rows = resolve_figure(store, "resources_by_month", Filters()).rows
    assert dict(rows.select("project", "hours").rows()) == hours
    assert rows.get_column("unknown").sum() == 0


def test_a_run_with_several_scores_is_one_run_of_its_person(tmp_path: Path) -> None:
    store = import_events(tmp_path)
    path = tmp_path / "runs.csv"
    line = "train,,P,Ann,2026-03-02T09:00Z,2026-03-02T19:00Z,,{},.5,"
    path.write_text("\n".join([RUN_HEADER.strip(), line.format("f1"), line.format("loss")]) + "\n", encoding="utf-8")
    import_files(store, [path], Settings(zone="UTC"))
    days = resolve_figure(store, "logged_against_observed_by_day", Filters(), names=True).rows
    days = days.filter(cut="person and day", person="Ann", day_on=date(2026, 3, 2))
    assert days.get_column("runs").to_list() == [1]


TIME = "person,day_on,seconds,project,category\nAnn,2026-03-02,7200,P,annotating\nZoe,2026-03-03,3600,P,annotating\n"
INVOICES = (
    "vendor,kind,project,from_on,to_on,amount,currency,hours,note\n"
    "Cloud,compute,P,2026-03-17,2026-04-16,310,USD,31,\n"
    "Crowd,labeling,,2026-03-31,,99,eur,,batch 7\n"
)


def test_people_machines_and_vendors_stand_in_one_table_and_are_never_added(tmp_path: Path) -> None:
    rates = "insert into rate values ('Ann', '', date '2026-01-01', 40, 'EUR')"
    compute = "insert into automation_cost values ('Pre', 'compute', 'month', date '2026-03-22', null, 30.4375, 'EUR')"
    store = store_with(tmp_path, rates, PRICE, *RUNNING[:2], compute, RUNS)
    file = tmp_path / "time.csv"
    file.write_text(TIME, encoding="utf-8")
    import_files(store, [file], Settings())
    assert INVOICE_SHEET.load_csv(store, INVOICES) == 2
    asked = resolve_figure(store, "resources_by_month", Filters(), today=date(2026, 4, 30))
    columns = ("month_on", "resource", "hours_of", "hours", "currency", "money", "unknown", "unknown_unit")
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    expected = [
        (march, "invoices: compute", "of vendors", 15, "USD", 150, 0, None),
        (march, "invoices: labeling", None, None, "EUR", 99, 0, None),
        (march, "model calls", None, None, "USD", 1.75, 0, None),  # half a million tokens at 2 USD, and 0.75 USD
        (march, "people: labeling", "of people", 1, None, None, 1, "hours without a rate"),
        (march, "people: labeling", "of people", 2, "EUR", 80, 0, None),
        (march, "running costs: compute", None, None, "EUR", 10, 0, None),  # ten days at 1 EUR
        (march, "training runs", "of machines", 1, None, None, 1, "runs without a length"),
        (april, "invoices: compute", "of vendors", 16, "USD", 160, 0, None),
        (april, "running costs: compute", None, None, "EUR", 30, 0, None),
    ]
    found = sorted(asked.rows.select(columns).rows(), key=lambda row: (row[0], row[1], row[3] or 0))
    rounded = [tuple(round(cell, 9) if isinstance(cell, float) else cell for cell in row) for row in found]
    assert rounded == expected
    chosen = resolve_figure(store, "resources_by_month", Filters(projects=("P",), to_on=date(2026, 3, 20))).rows
    assert set(chosen.get_column("resource")) == {
        "invoices: compute",
        "model calls",
        "people: labeling",
        "training runs",
    }
    assert chosen.filter(resource="invoices: compute").select("hours", "money").rows() == [(4, 40)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Cloud,compute,,2026-03-02,2026-03-01,1,EUR,,", "before it begins"),
        ("Cloud,compute,,2026-03-02,,1,euro,,", "currency"),
        ("Cloud,rent,,2026-03-02,,1,EUR,,", "kind"),
        ("Cloud,compute,Nowhere,2026-03-02,,1,EUR,,", "Nowhere"),
        ("Cloud,compute,,2026-03-02,,-1,EUR,,", "amount"),
    ],
)
def test_an_invoice_that_cannot_be_used_is_refused(tmp_path: Path, line: str, message: str) -> None:
    store = import_events(tmp_path)
    with pytest.raises(BadMapping, match=message):
        INVOICE_SHEET.load_csv(store, f"{INVOICES.splitlines()[0]}\n{line}\n")
    assert INVOICE_SHEET.list_rows(store).is_empty()


def test_a_label_of_zero_seconds_has_no_known_cost(tmp_path: Path) -> None:
    events = "".join(
        f"{item},Ann,{seconds},manual,2026-03-02T10:00:00Z,annotate,submitted,P,{dataset},,,,\n"
        for item, seconds, dataset in (("a", 0, "zeros"), ("b", 0, "zeros"), ("c", 0, "mixed"), ("d", 1800, "mixed"))
    )
    (tmp_path / "events.csv").write_text(HEADER + events, encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [tmp_path / "events.csv"], Settings(zone="UTC"))
    with store.change("rates") as change:
        change.execute(RATES[0])
    rows = {row["dataset"]: row for row in resolve_figure(store, "cost_per_accepted_label", Filters()).rows.to_dicts()}
    assert (rows["zeros"]["untimed"], rows["zeros"]["cost_per_accepted"], rows["zeros"]["is_lower_bound"]) == (
        2,
        None,
        True,
    )
    mixed = rows["mixed"]
    assert (mixed["untimed"], mixed["cost_per_accepted"], mixed["is_lower_bound"]) == (1, pytest.approx(10), True)
