"""Figures about labeling, on a log worked out by hand and on logs at random."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import worked_labels
import worked_team
from hypothesis import given, settings
from hypothesis import strategies as st
from worked_labels import EVERYTHING, HEADER, one, rows

from dashboard.figures.columns import describe_columns
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.labeling.figures import FIGURES
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.units import format_value


def test_seconds_per_item_are_of_measured_times_alone(store: Store) -> None:
    found = rows(store, "seconds_per_item")
    vision = one(found, project="Vision", method="manual", basis="measured")
    assert (vision["labels"], vision["mean_seconds"], vision["median_seconds"]) == (3, 200, 200)
    assert vision["p90_seconds"] == pytest.approx(280)
    unknown = one(found, project="Vision", method="manual", basis="unknown")
    assert (unknown["labels"], unknown["share_of_labels"], unknown["mean_seconds"]) == (1, 0.25, None)


def test_constant_times_are_counted_and_have_no_average(store: Store) -> None:
    constant = one(rows(store, "seconds_per_item"), project="Text", method="(all)", basis="not informative")
    assert (constant["labels"], constant["zero_seconds"], constant["median_seconds"]) == (19, 0, None)
    unknown = one(rows(store, "seconds_per_item"), project="Text", method="(all)", basis="unknown")
    assert (unknown["labels"], unknown["zero_seconds"]) == (1, 1)
    doubts = rows(store, "timing_doubts").select("doubt", "person", "labels", "affected", "value_seconds").rows()
    assert doubts == [
        ("one value on most labels", "Cy", 20, 17, 30.0),
        ("zero seconds: saved as a batch", "Cy", 20, 1, 0.0),
        ("time not known", "Ann", 6, 1, None),
    ]


def test_a_gap_derived_time_is_never_called_measured(tmp_path: Path) -> None:
    store = worked_labels.filled(tmp_path, worked_labels.VISION)
    with store.change("derive") as change:
        change.execute("update labeling_event set time_kind = 'gap-derived' where person = 'Ann' and item <> 'v4'")
        change.rebuild_labels()
    found = rows(store, "seconds_per_item").filter(project="Vision", method="manual")
    assert found.select("basis", "labels").rows() == [("gap-derived", 3), ("unknown", 1)]
    assert one(rows(store, "items_per_hour"), person="Ann")["items_per_hour"] is None
    meanings = set(rows(store, "active_against_open_time").filter(time_kind="gap-derived")["meaning"])
    assert meanings == {"estimate from the gaps between events"}


def test_skipped_and_unfinished_work_is_effort_without_output(store: Store) -> None:
    ann = one(rows(store, "items_per_hour"), person="Ann")
    assert ann["hours"] == pytest.approx(700 / 3600)
    assert ann["hours_without_output"] == pytest.approx(100 / 3600)
    assert ann["items_per_hour"] == pytest.approx(3 / (700 / 3600))
    assert ann["objects_per_hour"] == pytest.approx(7 / (700 / 3600))
    assert (ann["untimed_labels"], ann["without_output"], ann["is_small"]) == (1, 2, True)


def test_time_that_is_told_by_period_is_in_no_rate_of_labels(tmp_path: Path) -> None:
    signs = "".join(
        f"s{number},Eve,,,,2026-03-03T10:{number:02d}:00Z,annotate,submitted,Signs,,\n"
        f"s{number},Rae,20,,,2026-03-04T10:{number:02d}:00Z,review,accepted,Signs,,\n"
        for number in range(30)
    )
    weeks = "".join(f"week {day},Eve,7200,,,2026-03-{day:02d}T10:00:00Z,annotate,draft,Signs,,\n" for day in (3, 10))
    store = worked_labels.filled(tmp_path, worked_labels.VISION + signs + weeks)
    found = rows(store, "items_per_hour")
    project = one(found, cut="project", project="Signs")
    assert (project["labels"], project["timed_labels"], project["untimed_labels"]) == (30, 0, 30)
    assert (project["items_per_hour"], project["hours"], project["hours_not_by_label"]) == (None, None, 4)
    overall, vision = one(found, cut="all"), one(found, cut="project", project="Vision")
    assert (overall["items_per_hour"], overall["labels"]) == (vision["items_per_hour"], 36)
    assert one(rows(store, "timing_doubts"), doubt="not told by label")["affected"] == 2
    assert "over one hour: perhaps an idle tab" not in set(rows(store, "timing_doubts")["doubt"])
    accepted = rows(store, "accepted_items_per_hour")
    effort = (100 + 20) + (50 + 30) + (150 + 40 + 70) + 100 * 33 / 36
    assert one(accepted, project="Signs")["accepted_per_hour"] is None
    assert one(accepted, project="(all)")["accepted_per_hour"] == pytest.approx(2 / (effort / 3600))
    with store.snapshot() as snapshot:
        weekly = run_query(snapshot, "target_weeks", {"today": date(2026, 4, 30)})
        period = dict.fromkeys(("from_on", "to_on")) | {name: [] for name in ("projects", "teams", "people", "roles")}
        work = run_query(snapshot, "labeling_work", period)
    assert set(weekly.filter(measure="labels an hour")["project"]) == {"Vision"}
    assert work.filter(project="Signs").select("timed_labels", "untimed_labels").rows() == [(0, 30)]


def test_people_are_pseudonyms_and_no_order_tells_the_alphabet(store: Store) -> None:
    for spec in FIGURES:
        answer = resolve_figure(store, spec.name, EVERYTHING)
        assert spec.person_level == ("person" in answer.columns), spec.name
        told = {str(value) for column in answer.rows.iter_columns() for value in column}
        assert not told & {"Ann", "Ben", "Cy", "Dee", "Rae"}, spec.name


def test_a_pseudonym_may_be_asked_for_where_only_labels_name_the_person(store: Store) -> None:
    person = resolve_figure(store, "timing_doubts", EVERYTHING).rows.item(0, "person")
    asked = resolve_figure(store, "items_per_hour", Filters(people=(person,)))
    assert one(asked.rows, cut="all")["labels"] == 20


def test_accepted_items_charge_review_rework_and_lost_work_and_leave_machines_out(store: Store) -> None:
    found = rows(store, "accepted_items_per_hour")
    vision = one(found, project="Vision")
    effort = (100 + 20) + (50 + 30) + (150 + 40 + 70) + 100 * 3 / 6
    assert (vision["labels"], vision["made_by_machine"], vision["reviewed"], vision["accepted"]) == (6, 1, 3, 2)
    assert vision["accepted_per_hour"] == pytest.approx(2 / (effort / 3600))
    text = one(found, project="Text")
    assert (text["accepted_per_hour"], text["reading"]) == (None, "nothing is reviewed")


def test_without_reviews_there_is_no_accepted_figure(store: Store) -> None:
    answer = resolve_figure(store, "accepted_items_per_hour", Filters(projects=("Text",)))
    assert answer.unavailable is not None
    assert "submitted labels are not counted" in answer.unavailable.reason


def test_a_cap_says_how_many_events_and_hours_it_takes_away(store: Store) -> None:
    found = rows(store, "active_against_open_time")
    reported = found.filter(time_kind="reported")
    whole, capped = one(reported.filter(pl.col("cap_seconds").is_null())), one(reported, cap_seconds=120)
    assert whole["hours"] == whole["recorded_hours"] == capped["recorded_hours"]
    assert (capped["events_cut"], capped["hours_taken_away"]) == (3, pytest.approx((80 + 180 + 30) / 3600))
    assert capped["hours"] == pytest.approx(float(str(whole["hours"])) - (80 + 180 + 30) / 3600)
    unknown = one(found, time_kind="none")
    assert (unknown["events"], unknown["hours"], unknown["cap_seconds"]) == (1, None, None)


def test_a_gap_rule_counts_gaps_up_to_the_limit(tmp_path: Path) -> None:
    events = "".join(
        f"g1,Ann,,manual,,2026-03-02T10:{minute}Z,annotate,draft,Vision,,\n"
        for minute in ("00:00", "00:20", "01:50", "11:50")
    )
    found = rows(worked_labels.filled(tmp_path, events), "time_by_gap_rule")
    seconds = {row["limit_seconds"]: round(row["estimated_hours"] * 3600) for row in found.iter_rows(named=True)}
    assert seconds == {30: 20, 60: 20, 100: 110, 120: 110, 300: 110, 600: 710, 1200: 710}
    assert set(found["gaps_over"].filter(found["limit_seconds"] == 100)) == {1}


def test_experience_counts_from_the_first_label_whatever_the_period(tmp_path: Path) -> None:
    many = "".join(
        f"x{number},Ann,{60 - number},manual,,2026-03-{number + 1:02d}T10:00:00Z,annotate,submitted,Vision,,\n"
        for number in range(30)
    )
    store = worked_labels.filled(tmp_path, many)
    late = rows(store, "learning_curve", Filters(from_on=date(2026, 3, 16)))
    assert late.select("from_label", "labels", "is_small").rows() == [(1, 5, True), (21, 10, True)]
    assert late["median_seconds"].to_list() == [43, 35.5]


def test_the_last_stretch_of_experience_has_no_end(tmp_path: Path) -> None:
    many = "".join(
        f"x{number},Ann,{20 + number % 9},manual,,"
        f"2026-03-{1 + number // 1440:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00Z,annotate,submitted,Vision,,\n"
        for number in range(5003)
    )
    curve = rows(worked_labels.filled(tmp_path, many), "learning_curve")
    assert curve.select("from_label", "to_label", "labels").rows()[-2:] == [(2001, 5000, 3000), (5001, None, 3)]
    described = describe_columns("learning_curve", ["to_label"])["to_label"]
    assert format_value(None, described) == "–"
    assert "all later" in described.help


def test_time_by_kind_of_label_is_split_by_the_classes_of_the_answer(tmp_path: Path) -> None:
    answers = ["kind: car"] * 20 + ["kind: dog x2; kind: car"] * 20 + ["kind: yak", "", "sha256:0123456789abcdef"]
    log = "item,person,seconds,method,finished_at,project,label_kind,objects,answer\n" + "".join(
        f"i{number},Ann,{10 + number},manual,2026-03-02T08:{number:02d}:00Z,Vision,box,2,{answer}\n"
        for number, answer in enumerate(answers)
    )
    answer = resolve_figure(worked_labels.filled(tmp_path, log, header=""), "time_by_label_kind", EVERYTHING)
    assert answer.rows.select("class", "labels", "mean_seconds", "seconds_per_object").rows() == [
        ("(all)", 43, 31.0, 15.5),  # 10 s to 52 s, two objects each
        ("car, dog", 20, 39.5, 19.75),
        ("car", 20, 19.5, 9.75),
        ("(unknown)", 2, 51.5, 25.75),
        ("(rarer classes)", 1, 50.0, 25.0),
    ]
    assert answer.rows.get_column("share_of_labels").to_list() == pytest.approx([1, 20 / 43, 20 / 43, 2 / 43, 1 / 43])
    assert answer.note.endswith("Of 43 labels, the exports give no class for 2 (5%).")


def test_labeling_minutes_per_minute_of_media_are_of_timed_labels_of_known_length(tmp_path: Path) -> None:
    """By hand: 90 s for 60 s and 60 s for 120 s; one label without a time, one without a length."""
    log = "item,person,seconds,method,finished_at,project,media_seconds\n" + "".join(
        f"{item},Ann,{seconds},manual,2026-03-02T08:00:00Z,{project},{length}\n"
        for item, seconds, project, length in [
            ("a", 90, "Calls", 60), ("b", 60, "Calls", 120), ("c", "", "Calls", 30), ("d", 9, "Calls", ""),
            ("e", 9, "Signs", ""),
        ]
    )  # fmt: skip
    answer = rows(worked_labels.filled(tmp_path, log, header=""), "media_minutes")
    assert answer.to_dicts() == [
        {
            "project": "Calls", "method": "manual", "labels": 4, "labels_with_length": 3, "share_with_length": 0.75,
            "timed_labels": 2, "media_minutes": 3, "labeling_minutes": 2.5,
            "minutes_per_minute": pytest.approx(150 / 180), "median_minutes_per_minute": pytest.approx(1),
            "is_small": True,
        }
    ]  # fmt: skip


def test_without_any_length_of_media_the_way_to_it_is_told(store: Store) -> None:
    unavailable = resolve_figure(store, "media_minutes", EVERYTHING).unavailable
    assert unavailable is not None
    assert "media_seconds" in unavailable.needed


def test_no_class_is_made_of_free_text(tmp_path: Path) -> None:
    texts = ["text 0123456789abcdef", "note: text 0123456789abcdef; kind: car", '{""a"": 1}'] * 20
    log = "item,person,seconds,method,finished_at,project,answer\n" + "".join(
        f'i{number},Ann,9,manual,2026-03-02T09:{number % 60:02d}:00Z,Vision,"{text}"\n'
        for number, text in enumerate(texts)
    )
    classes = rows(worked_labels.filled(tmp_path, log, header=""), "time_by_label_kind").get_column("class")
    assert classes.to_list() == ["(all)", "(unknown)"]


def test_states_are_counted_by_week(store: Store) -> None:
    found = rows(store, "label_states").filter(pl.col("week_on") == date(2026, 3, 9))
    assert dict(found.select("state", "items").rows()) == {
        "accepted": 2,
        "labeled": 2,
        "made by a machine": 1,
        "reworked": 1,
        "sent back": 1,
    }


def test_logged_and_observed_time_stand_side_by_side_and_are_never_added(tmp_path: Path) -> None:
    worked_team.filled(tmp_path)
    store = worked_labels.filled(tmp_path, worked_labels.VISION)
    found = rows(store, "logged_against_observed")
    vision = one(found, project="Vision")
    assert vision["logged_hours"] == pytest.approx(6)  # Ada: 4 labeling, 2 review
    assert vision["observed_hours"] == pytest.approx((850 + 50 + 40 + 70 + 50) / 3600, abs=0.02)
    assert vision["gap_hours"] == pytest.approx(6 - float(str(vision["observed_hours"])))
    assert vision["reading"] == "work away from the tool, or time that an idle rule cut"
    text = one(found, project="Text")
    assert (text["observed_hours"], text["gap_hours"]) == (None, None)


def test_time_and_labels_without_a_project_are_not_told_to_agree(tmp_path: Path) -> None:
    times, events, store = tmp_path / "time.csv", tmp_path / "events.csv", Store(tmp_path / "store")
    times.write_text("person,day_on,hours,category\nana,2026-03-02,1,annotating\n", "utf-8")
    events.write_text("item,person,method,finished_at,seconds\na,ben,manual,2026-03-02T09:00:00Z,3600\n", "utf-8")
    import_files(store, [times, events], Settings())
    (row,) = resolve_figure(store, "logged_against_observed", Filters()).rows.iter_rows(named=True)
    assert (row["logged_hours"], row["observed_hours"]) == (1, 1)
    assert row["reading"] == "neither names its project: it need not be the same work"


def test_labels_without_a_day_are_counted_beside_the_months_that_leave_them_out(tmp_path: Path) -> None:
    times, texts, store = tmp_path / "time.csv", tmp_path / "ana.jsonl", Store(tmp_path / "store")
    times.write_text("person,day_on,hours,category\nana,2026-03-02,1,annotating\n", "utf-8")
    texts.write_text("".join(f'{{"id": {number}, "text": "a", "label": ["b"]}}\n' for number in (1, 2, 3)), "utf-8")
    import_files(store, [times, texts], Settings())
    answer = resolve_figure(store, "logged_against_observed", EVERYTHING)
    assert answer.rows.get_column("undated_labels").to_list() == [3]
    assert "3 labels without a day left out: their month is unknown." in answer.note


def test_seconds_by_method_and_stage_are_the_whole_log(store: Store) -> None:
    found = rows(store, "seconds_by_method_and_stage")
    assert found["milliseconds"].sum() == worked_labels.TOTAL_MILLISECONDS
    assert one(found, method="pre-annotated", stage="rework")["milliseconds"] == 70_000
    assert one(found, method="automatic", stage="annotate")["milliseconds"] is None  # unknown, not zero


EVENT = st.tuples(
    st.integers(0, 5),
    st.sampled_from(["Ann", "Ben", "Cy", ""]),
    st.one_of(st.none(), st.integers(0, 5000)),
    st.sampled_from(["manual", "pre-annotated", "unknown", "automatic"]),
    st.integers(1, 28),
    st.sampled_from(["annotate", "review", "rework", "adjudicate"]),
    st.sampled_from(["submitted", "skipped", "accepted", "rejected", "draft", "deleted"]),
    st.sampled_from(["Vision", "Text"]),
)


PEOPLES_MILLISECONDS = """
    select cast(coalesce(sum(milliseconds), 0) as bigint)
    from (
        select annotate_ms as milliseconds from label where not is_by_machine(person, method)
        union all
        select milliseconds from labeling_event where stage <> 'annotate' and not is_by_machine(person, method)
    )
"""


@settings(max_examples=15)
@given(st.lists(EVENT, min_size=1, max_size=25))
def test_the_seconds_of_any_log_add_up_to_the_millisecond(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[object, ...]]
) -> None:
    lines = [
        f"i{item},{person},{'' if seconds is None else f'{seconds}.{line:03d}'},{method},,"
        f"2026-03-{day:02d}T10:00:00Z,{stage},{outcome},{project},,\n"
        for line, (item, person, seconds, method, day, stage, outcome, project) in enumerate(events)
    ]
    folder = tmp_path_factory.mktemp("any")
    (folder / "any.csv").write_text(HEADER + "".join(lines), encoding="utf-8")
    store = Store(folder / "store")
    import_files(store, [folder / "any.csv"], Settings(zone="UTC"))
    with store.snapshot() as snapshot:
        total = snapshot.query(PEOPLES_MILLISECONDS).item()
    assert rows(store, "seconds_by_method_and_stage")["milliseconds"].sum() == total


def refused(answer: Figure) -> str:
    return answer.unavailable.reason if answer.unavailable else ""


@pytest.mark.parametrize("name", [spec.name for spec in FIGURES])
def test_without_labels_every_figure_says_what_is_missing(tmp_path: Path, store: Store, name: str) -> None:
    assert (
        refused(resolve_figure(Store(tmp_path / "store"), name, EVERYTHING)) == "No labeling events are imported yet."
    )
    assert refused(resolve_figure(store, name, Filters(teams=("Nowhere",)))) == "No labels match the filters."


def test_what_the_filters_leave_out_is_counted_in_labels(store: Store) -> None:
    answer = resolve_figure(store, "seconds_per_item", Filters(projects=("Text",), categories=("modeling",)))
    assert answer.used == 21
    assert "12 labels outside the filters" in answer.excluded
    assert "The filter on categories does not apply here." in answer.note
    assert answer.as_of == date(2026, 4, 20)


def test_methods_and_stages_narrow_the_figures_that_have_them_and_no_others(store: Store) -> None:
    by_hand = Filters(methods=("manual",))
    assert set(rows(store, "seconds_per_item", by_hand).get_column("method")) == {"manual", "(all)"}
    every = one(rows(store, "seconds_per_item"), project="(all)", method="manual", basis="measured")
    only = one(rows(store, "seconds_per_item", by_hand), project="(all)", method="(all)", basis="measured")
    assert only["labels"] == every["labels"]
    answer = resolve_figure(store, "items_per_hour", by_hand)
    assert answer.used < resolve_figure(store, "items_per_hour", EVERYTHING).used
    assert "does not apply" not in answer.note
    hours = rows(store, "seconds_by_method_and_stage", Filters(methods=("manual",), stages=("review", "rework")))
    assert set(hours.get_column("method")) == {"manual"}
    assert set(hours.get_column("stage")) == {"review", "rework"}
    untouched = resolve_figure(store, "label_states", by_hand)
    assert untouched.rows.equals(rows(store, "label_states"))
    assert "The filter on methods does not apply here." in untouched.note


def test_entries_and_labels_are_joined_by_person_and_day_and_unknown_is_empty(tmp_path: Path) -> None:
    log = (
        "a,Ann,1800,manual,,2026-03-02T10:00:00Z,annotate,submitted,Vision,,\n"
        "b,Ann,,manual,,2026-03-02T11:00:00Z,annotate,submitted,Vision,,\n"
        "a,Ben,900,,,2026-03-03T10:00:00Z,review,accepted,Vision,,\n"
        "m,,,automatic,,2026-03-03T10:00:00Z,annotate,submitted,Vision,,\n"
    )
    store = worked_labels.filled(tmp_path, log)
    file = tmp_path / "time.csv"
    entries = ("2026-03-02,3600,annotating", "2026-03-02,3600,modeling", "2026-03-04,7200,annotating")
    lines = "".join(f"Ann,{entry}\n" for entry in entries)
    file.write_text("person,day_on,seconds,category\n" + lines, encoding="utf-8")
    import_files(store, [file], Settings())
    answer = resolve_figure(store, "logged_against_observed_by_day", EVERYTHING, names=True)
    days = answer.rows.filter(cut="person and day").select(
        "day_on", "person", "tracked_hours", "logged_hours", "observed_hours", "gap_hours", "timed_share"
    )
    assert days.rows() == [
        (date(2026, 3, 4), "Ann", 2, 2, None, None, None),
        (date(2026, 3, 3), "Ben", None, None, 0.25, None, 1),
        (date(2026, 3, 2), "Ann", 2, 1, 0.5, 0.5, 0.5),
    ]
    week = answer.rows.filter(cut="team and week").select(
        "day_on", "team", "person", "person_days", "both_days", "logged_hours", "observed_hours", "events"
    )
    assert week.rows() == [(date(2026, 3, 2), "Labelers", None, 3, 1, 3, 0.75, 3)]
    assert answer.note.endswith("Both logs have 1 of 3 days of people (33%).")


def test_every_label_can_be_had_as_a_row(store: Store) -> None:
    answer = resolve_figure(store, "labels", EVERYTHING, names=True, limit=100)
    with store.snapshot() as snapshot:
        stored = snapshot.query("select count(*) from label").item()
    assert answer.rows.height == stored
    vision = answer.rows.filter(pl.col("item") == "v8", pl.col("person") == "Ben").select(
        "seconds", "review_seconds", "rework_seconds", "rejections", "label_kind", "objects"
    )
    assert vision.rows() == [(150, 40, 70, 1, "box", 3)]
    shown = resolve_figure(store, "labels", Filters(methods=("automatic",)), limit=1)
    assert shown.rows.select("item", "person", "seconds").rows() == [("m1", None, None)]
    assert "The first 1 of" in resolve_figure(store, "labels", EVERYTHING, limit=1).note


# Ann labels z1 and z2, z1 in 0 seconds; a machine makes m1 in 50 s, reviews z2 in 60 s, and reworks it in 70 s.
ZERO_AND_MACHINE = """\
z1,Ann,0,manual,,2026-03-02T10:00:00Z,annotate,submitted,Vision,box,1
z2,Ann,40,manual,,2026-03-02T11:00:00Z,annotate,submitted,Vision,box,1
z1,Rae,0,manual,,2026-03-03T10:00:00Z,review,accepted,Vision,,
m1,,50,automatic,,2026-03-02T12:00:00Z,annotate,submitted,Vision,box,1
z2,,60,automatic,,2026-03-03T11:00:00Z,review,rejected,Vision,,
z2,Ann,30,manual,,2026-03-04T11:00:00Z,rework,submitted,Vision,,
z2,,70,automatic,,2026-03-05T11:00:00Z,rework,submitted,Vision,,
"""


@pytest.fixture(scope="module")
def zero_and_machine(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return worked_labels.filled(tmp_path_factory.mktemp("zero"), ZERO_AND_MACHINE)


def test_a_time_of_zero_seconds_is_not_known(zero_and_machine: Store) -> None:
    seconds = rows(zero_and_machine, "seconds_per_item").filter(project="Vision", method="manual")
    columns = ("basis", "labels", "mean_seconds", "zero_seconds")
    assert seconds.select(columns).rows() == [("measured", 1, 40, 0), ("unknown", 1, None, 1)]
    doubts = rows(zero_and_machine, "timing_doubts").select("doubt", "affected").rows()
    assert doubts == [("zero seconds: saved as a batch", 1)]
    whole = rows(zero_and_machine, "labeling_hours").row(0, named=True)
    assert (whole["events"], whole["timed_events"]) == (4, 2)
    stages = rows(zero_and_machine, "stage_value").filter(project="(all projects)")
    assert stages.select("events", "timed_events", "hours").rows() == [(2, 0, None)]
    rework = one(rows(zero_and_machine, "rework"), cut="all labels")
    assert rework["told_milliseconds"] == 70_000


def test_seconds_of_machines_are_no_persons(zero_and_machine: Store) -> None:
    spent = rows(zero_and_machine, "seconds_by_method_and_stage")
    hours = {(row["method"], row["stage"]): row["milliseconds"] for row in spent.iter_rows(named=True)}
    assert (hours["manual", "annotate"], hours["manual", "rework"]) == (40_000, 30_000)
    assert hours["manual", "review"] is None
    assert hours["automatic", "annotate"] is None
    rework = {row["name"]: row["rework_milliseconds"] for row in rows(zero_and_machine, "rework").iter_rows(named=True)}
    assert (rework["manual"], rework["all"]) == (30_000, 30_000)
    error = rows(zero_and_machine, "error_cost").row(0, named=True)
    assert error["rework_milliseconds"] == 30_000
