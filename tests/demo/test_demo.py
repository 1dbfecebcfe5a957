"""The demo team: the same every time, readable by the importers, and its story holds in the figures."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from demo_team import LETTER, SUNDAY, demo_original

from dashboard.demo.ablations import RENDERED_WORTH
from dashboard.demo.build import build_demo, write_exports
from dashboard.demo.synthetic import RENDERED_COUNT
from dashboard.demo.team import DemoTeam
from dashboard.errors import StoreUnusable
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import STILL_RUNNING, Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.readers.open_source import open_sources
from dashboard.ingest.batch import import_files
from dashboard.quality.gate import find_margin
from dashboard.quality.model.non_inferiority import compare_paired_quality
from dashboard.settings.automations import AUTOMATION_SHEET
from dashboard.settings.labeling_projects import PROJECT_SHEET
from dashboard.settings.rates import RATE_SHEET
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

ENGINEERS = ("engineer",)
IMPORTER_OF = {
    "toggl": "toggl",
    "clockify": "clockify",
    "jira": "jira",
    "mlflow": "mlflow_csv",
    "contract_reader": "label_studio",
    "street_signs": "cvat_events",
    "support_triage": "label_studio",
    "crop_health": "cvat_events",
    "audit": "native_labeling",
    "ablations": "native_runs",
    "rendered": "native_labeling",
    "parity": "mostlyai_qa",
}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> DemoTeam:
    return write_exports(tmp_path_factory.mktemp("exports"), SUNDAY)


@pytest.fixture(scope="module")
def store(shared_demo: Store) -> Store:
    return shared_demo


@pytest.fixture(scope="module")
def history(store: Store) -> pl.DataFrame:
    with store.snapshot() as snap:
        return snap.query("select * from import order by import_id")


def test_the_same_day_and_seed_give_the_same_bytes(team: DemoTeam, tmp_path: Path) -> None:
    again = write_exports(tmp_path, SUNDAY)
    assert {name: path.read_bytes() for name, path in again.files.items()} == {
        name: path.read_bytes() for name, path in team.files.items()
    }


def test_another_seed_gives_another_team(team: DemoTeam, tmp_path: Path) -> None:
    other = write_exports(tmp_path, SUNDAY, seed=21)
    assert other.files["toggl"].read_bytes() != team.files["toggl"].read_bytes()


@pytest.mark.parametrize("name", IMPORTER_OF)
def test_each_export_is_recognised_by_exactly_one_importer(team: DemoTeam, name: str) -> None:
    with open_sources(team.files[name]) as sources:
        head = sources[0].head()
        assert [importer.name for importer in IMPORTERS if importer.can_read(head)] == [IMPORTER_OF[name]]


def test_every_record_is_accepted_or_rejected(history: pl.DataFrame) -> None:
    assert history.height == len(IMPORTER_OF)
    assert history["duplicate"].sum() == 0
    assert (history["rows_read"] == history["accepted"] + history["rejected"]).all()


def test_few_rows_are_rejected_each_with_its_reason(store: Store) -> None:
    with store.snapshot() as snap:
        rejected = snap.query("select reason from bad_row order by reason")
    assert Counter(rejected["reason"]) == {
        STILL_RUNNING: 1,
        "no labeling effort or output in this row (scope load:job)": 2,
    }


def test_toggl_totals_are_those_of_the_file(team: DemoTeam, history: pl.DataFrame) -> None:
    lengths = pl.read_csv(team.files["toggl"])["Duration"].str.split(":").to_list()
    in_file = sum(3600 * int(hours) + 60 * int(minutes) + int(seconds) for hours, minutes, seconds in lengths)
    assert history.filter(pl.col("source") == "toggl")["seconds_total"].item() == in_file


def test_the_data_reach_from_ten_months_ago_to_yesterday(store: Store) -> None:
    with store.snapshot() as snap:
        first, last, entries = snap.query("select min(day_on), max(day_on), count(*) from time_entry").row(0)
    assert (SUNDAY - first).days in range(299, 307)
    assert last == SUNDAY - timedelta(days=1)
    assert 6500 <= entries <= 10500


def test_everybody_is_known_by_name(store: Store) -> None:
    with store.snapshot() as snap:
        people = snap.query("select distinct person_name, role from categorized_time order by person_name")
        labelers = snap.query(
            "select distinct event.person from labeling_event as event"
            " left join alias on alias.alias = event.person"
            " where event.person is not null and alias.person_id is null order by 1"
        )
    assert Counter(people["role"]) == {"engineer": 8, "annotator": 4}
    assert labelers.is_empty()


def test_somebody_has_two_aliases_in_two_trackers(store: Store) -> None:
    with store.snapshot() as snap:
        maya = snap.query(
            "select distinct source, person from categorized_time where person_name = 'Maya Kowalski' order by source"
        )
    assert maya["source"].to_list() == ["jira", "toggl"]
    assert maya["person"].n_unique() == 2


def share(store: Store, from_on: date, to_on: date, roles: tuple[str, ...] = ()) -> float:
    answer = resolve_figure(store, "hours_by_category", Filters(from_on=from_on, to_on=to_on, roles=roles))
    hours = dict(answer.rows.select("category", "hours").iter_rows())
    labeling = sum(hours.get(name, 0.0) for name in ("annotating", "review", "labeling operations"))
    modeling = sum(hours.get(name, 0.0) for name in ("modeling", "evaluation"))
    return labeling / (labeling + modeling)


def test_the_labeling_share_falls_as_pre_labeling_spreads(store: Store) -> None:
    first, last = SUNDAY - timedelta(days=305), SUNDAY - timedelta(days=1)
    at_start, at_end = (first, first + timedelta(days=59)), (last - timedelta(days=59), last)
    assert 0.77 <= share(store, *at_start) <= 0.85
    assert 0.50 <= share(store, *at_end) <= 0.60
    assert 0.65 <= share(store, *at_start, ENGINEERS) <= 0.75
    assert 0.33 <= share(store, *at_end, ENGINEERS) <= 0.46


def test_the_rules_understand_what_people_write(store: Store) -> None:
    with store.snapshot() as snap:
        found = snap.query(
            "select category, count(*) as entries from categorized_time group by category order by category"
        )
    entries = dict(found.iter_rows())
    assert len(entries) == 10
    assert 0.01 <= entries["uncategorized"] / sum(entries.values()) <= 0.05


def test_suggestions_were_kept_edited_and_absent(store: Store) -> None:
    with store.snapshot() as snap:
        found = snap.query(
            "select suggestion, count(*) as events from labeling_event where source = 'label_studio'"
            " group by suggestion order by suggestion"
        )
    events = dict(found.iter_rows())
    assert events["unchanged"] > 1000
    assert events["edited"] > 1000


def test_the_blind_audit_finds_the_pre_labels_of_contracts_as_good_and_is_too_small_for_tickets(store: Store) -> None:
    with store.snapshot() as snap:
        scores = run_query(snap, "gold_scores", {"from_on": None, "to_on": None, "projects": []})
        margin = find_margin(run_query(snap, "quality_margins", {}), "Contract Reader")
    pairs = scores.filter(pl.col("method") == "manual").join(
        scores.filter(pl.col("is_assisted")).select("project", "item", automated="score"), on=["project", "item"]
    )
    contracts, tickets = (pairs.filter(pl.col("project") == name) for name in ("Contract Reader", "Support Triage"))
    found = compare_paired_quality(
        contracts.select("item", "annotator", "automated", human="score"), margin=margin.value
    )
    assert found.verdict == "confirmed"
    assert found.annotators >= 5
    assert tickets.height < 30
    assert margin.note(scores["day_on"].min()).endswith("points, set on 2026-07-15.")


def test_labels_by_hand_in_the_audit_carry_no_time_that_assisted_labels_lack(store: Store) -> None:
    with store.snapshot() as snap:
        charged = snap.query(
            "select project, count(*) filter (where coalesce(review_ms, rework_ms) is not null) as timed"
            " from label where source = 'native_labeling' and is_produced group by project order by project"
        )
    assert dict(charged.iter_rows())["Crop Health"] > 30
    assert charged.filter(pl.col("project") != "Crop Health")["timed"].sum() == 0


def test_reviewers_accept_most_labels_and_send_some_back(store: Store) -> None:
    with store.snapshot() as snap:
        params = Filters().parameters()
        reviewed = run_query(snap, "acceptance_counts", params).row(0, named=True)
        rework = run_query(snap, "rework", params).row(0, named=True)
    assert reviewed["reviewed"] > 3000
    assert 0.80 <= reviewed["first_pass"] / reviewed["reviewed"] <= 0.92
    assert reviewed["rejections"] > 100
    assert 0 < rework["hours"] < 20


def test_a_demo_of_today_is_left_alone_and_an_older_one_made_anew(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    day = max(datetime.now(tz=UTC).date(), SUNDAY + timedelta(days=1))
    newer = Store(demo_original(tmp_path_factory, day))
    made = newer.generation()
    assert made > store.generation()
    build_demo(newer.folder, day)
    assert newer.generation() == made
    with newer.snapshot() as snap:
        assert snap.query("select max(day_on) from time_entry").item() == day - timedelta(days=1)
        assert snap.query("select count(*) from import").item() == len(IMPORTER_OF)
    assert (newer.folder / LETTER).exists()


def test_a_store_of_ones_own_is_never_overwritten(team: DemoTeam, tmp_path: Path) -> None:
    own = Store(tmp_path / "own")
    import_files(own, [team.files["toggl"]], Settings(zone=team.zone, today=SUNDAY))
    with pytest.raises(StoreUnusable, match="a store of your own"):
        build_demo(own.folder, SUNDAY)
    with own.snapshot() as snap:
        assert snap.query("select count(*) from import").item() == 1


def test_one_automation_saves_one_costs_time_and_one_is_too_young(store: Store) -> None:
    told = {row["automation"]: row for row in resolve_figure(store, "savings_by_automation", Filters()).rows.to_dicts()}
    contracts, signs, tickets = (told[name] for name in ("Contract pre-labels", "Sign detector", "Ticket suggestions"))
    assert (contracts["state"], contracts["quality"]) == ("saves", "confirmed")
    assert 0 < contracts["hours_from"] < contracts["hours"] < contracts["hours_to"]
    assert contracts["setup_hours"] > 0
    assert signs["state"] == "costs"
    assert signs["hours"] < signs["hours_to"] < 0
    assert signs["saved_high"] < 0
    assert (tickets["state"], tickets["hours"]) == ("not enough data", None)


def test_the_demos_register_goes_out_as_csv_and_comes_back_the_same(store: Store, tmp_path: Path) -> None:
    copy = Store(shutil.copytree(store.folder, tmp_path / "copy"))
    labels = "select * from label order by source, tool_project, item, person"
    with copy.snapshot() as snap:
        before = snap.query(labels)
    kept = (AUTOMATION_SHEET.format_csv(copy), RATE_SHEET.format_csv(copy), PROJECT_SHEET.format_csv(copy))
    assert AUTOMATION_SHEET.load_csv(copy, kept[0]) == 3
    assert RATE_SHEET.load_csv(copy, kept[1]) == 2
    assert PROJECT_SHEET.load_csv(copy, kept[2]) == 8
    assert (AUTOMATION_SHEET.format_csv(copy), RATE_SHEET.format_csv(copy), PROJECT_SHEET.format_csv(copy)) == kept
    with copy.snapshot() as snap:
        assert snap.query(labels).equals(before)


def test_seconds_by_method_and_stage_add_up_to_the_logs_total(store: Store, history: pl.DataFrame) -> None:
    told = resolve_figure(store, "seconds_by_method_and_stage", Filters()).rows
    with store.snapshot() as snap:
        (raw,) = snap.query("select cast(sum(milliseconds) as bigint) from labeling_event").row(0)
    assert told["milliseconds"].sum() == raw
    assert told["share"].sum() == pytest.approx(1)
    in_exports = history.filter(pl.col("kind") == "labeling_event")["seconds_total"].sum()
    assert raw // 1000 == pytest.approx(in_exports, abs=history.height)  # each import's total is in whole seconds


def test_one_track_record_is_good_one_not_yet_known_and_a_third_project_has_paid_back(store: Store) -> None:
    scores = resolve_figure(store, "backtest", Filters()).rows.filter(kind="score", horizon=4)
    gates = dict(scores.select("project", "gate").iter_rows())
    assert gates["Street Signs"] == "track record good"
    assert gates["Support Triage"] == "track record not yet known"
    rows = resolve_figure(store, "break_even", Filters()).rows.filter(kind="summary", project="Contract Reader")
    contracts = rows.row(0, named=True)
    assert contracts["state"] == "in the past, measured"
    assert contracts["measured_on"] < SUNDAY
    assert contracts["balance"] > 0


def test_projections_of_the_past_are_scored_and_later_ones_are_open(store: Store) -> None:
    rows = resolve_figure(store, "issued_projections", Filters()).rows.filter(quantity="hours_per_item")
    assert sorted(rows["state"].to_list()) == ["open", "scored"]
    assert rows.filter(state="scored")["actual"].null_count() == 0


def test_the_ablation_runs_say_what_a_rendered_sign_and_the_next_hours_are_worth(store: Store) -> None:
    rate = resolve_figure(store, "exchange_rate", Filters()).rows.filter(project="Street Signs").drop_nulls("kappa")
    assert rate["kappa_low"].item() < RENDERED_WORTH < rate["kappa_high"].item()
    ranked = resolve_figure(store, "marginal_return", Filters()).rows
    assert set(ranked.filter(project="Contract Reader", metric="error_rate")["verdict"]) == {"labeling"}


def test_rendered_signs_look_alike_and_yet_avoid_few_hours(store: Store) -> None:
    found = resolve_figure(store, "synthetic_parity", Filters(projects=("Street Signs",))).rows
    accuracy = found.filter(measure="accuracy overall").row(0, named=True)
    assert accuracy["value"] > 0.97 * accuracy["reference"]
    hours = found.filter(about="hours").row(0, named=True)
    assert hours["of"] == RENDERED_COUNT
    by_hand = RENDERED_COUNT * 620 / 3600  # ten minutes a sign by people
    assert hours["value_to"] < by_hand / 4
    gate = found.filter(about="gate").row(0, named=True)
    assert gate["measure"] == "quality gate of synthetic labels"
    assert gate["words"].startswith("not confirmed")


def test_notes_stand_on_the_days_of_the_rollouts(store: Store) -> None:
    pinned = resolve_figure(store, "notes", Filters()).rows
    assert pinned.height == 4
    assert pinned.get_column("day_on").is_between(SUNDAY - timedelta(days=305), SUNDAY).all()
    assert "switched on" in pinned.filter(project="Contract Reader").item(0, "text")


def test_what_somebody_imported_into_a_demo_is_not_lost(tmp_path: Path) -> None:
    demo = Store(tmp_path / "demo")
    file = tmp_path / "own.csv"
    file.write_text("person,seconds,day_on,project\nAnn,3600,2026-03-02,Signs\n", encoding="utf-8")
    import_files(demo, [file], Settings())
    with demo.change("as a demo of an earlier day") as change:
        change.save_setting("demo", "true")
    build_demo(demo.folder, SUNDAY)
    with demo.snapshot() as snap:
        assert snap.query("select project from time_entry order by 1").rows() == [("Signs",)]
