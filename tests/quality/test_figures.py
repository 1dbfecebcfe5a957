"""Figures of quality on reviewed labels whose numbers were worked out by hand."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from worked_reviews import REVIEWED, audit, store_of

from dashboard.errors import Cause
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.quality.charts import build_outcome_rows
from dashboard.quality.figures import FIGURES
from dashboard.quality.model.edit_shares import compute_class_edits, compute_text_edits
from dashboard.quality.model.score_means import estimate_mean
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

EVERYTHING = Filters()
NAMES = [spec.name for spec in FIGURES]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(tmp_path_factory.mktemp("reviewed"), REVIEWED)


def only(frame: pl.DataFrame, **values: str) -> dict[str, Any]:
    """Return the one row that has these values."""
    found = frame.filter(*(pl.col(name) == value for name, value in values.items()))
    assert found.height == 1
    return found.row(0, named=True)


REJECTED = """\
a,Ann,60,manual,2026-03-02T09:00:00Z,annotate,submitted,,Docs,,,,,
a,Rae,,,2026-03-03T09:00:00Z,review,rejected,,Docs,,,,,
b,Ann,60,manual,2026-03-02T10:00:00Z,annotate,submitted,,Docs,,,,,
"""


@pytest.mark.parametrize("name", ["acceptance", "accepted_items_per_hour"])
def test_a_log_of_rejections_alone_tells_no_acceptance(tmp_path: Path, name: str) -> None:
    alone = resolve_figure(store_of(tmp_path / "alone", REJECTED), name, EVERYTHING)
    assert alone.unavailable is not None
    assert "Only rejections are recorded" in alone.unavailable.reason
    all_reviewed = store_of(tmp_path / "all", "".join(REJECTED.splitlines(keepends=True)[:2]))
    assert resolve_figure(all_reviewed, name, EVERYTHING).unavailable is None


def test_rejections_alone_do_not_lower_the_acceptance_of_other_projects(tmp_path: Path) -> None:
    rejected = REJECTED.replace("a,A", "x,A").replace("a,R", "x,R").replace("b,", "y,")
    answer = resolve_figure(store_of(tmp_path, REVIEWED + rejected), "acceptance", EVERYTHING)
    row = only(answer.rows, cut="all labels")
    assert (row["reviewed"], row["accepted"], row["accepted_share"]) == (5, 4, 0.8)
    docs = only(answer.rows, cut="project", name="Docs")
    assert (docs["labels"], docs["reviewed"], docs["accepted_share"], docs["rejections"]) == (2, 0, None, 1)


def test_acceptance_names_what_was_fixed_and_what_passed_at_once(store: Store) -> None:
    answer = resolve_figure(store, "acceptance", EVERYTHING)
    row = only(answer.rows, cut="all labels")
    assert (row["labels"], row["reviewed"], row["accepted"], row["fixed"], row["first_pass"]) == (6, 5, 4, 1, 2)
    assert (row["accepted_share"], row["first_pass_share"], row["rejections_per_label"]) == (0.8, 0.4, 0.4)
    by_hand = only(answer.rows, cut="method", name="manual")
    assert (by_hand["reviewed"], by_hand["accepted"], by_hand["first_pass"]) == (3, 3, 1)
    boxes = only(answer.rows, cut="automation", name="Boxes")
    assert (boxes["labels"], boxes["reviewed"], boxes["accepted"]) == (3, 2, 1)
    assert answer.estimate is not None
    assert (answer.estimate["value"], answer.estimate["n"]) == (0.8, 5)


def test_two_annotators_give_a_share_without_an_interval(store: Store) -> None:
    answer = resolve_figure(store, "acceptance", EVERYTHING)
    row = only(answer.rows, cut="all labels")
    assert (row["annotators"], row["accepted_low"], row["accepted_high"]) == (2, None, None)
    assert answer.estimate is not None
    assert "fewer than 3 annotators" in answer.estimate["method"]


def test_the_interval_is_as_wide_as_annotators_differ(tmp_path: Path) -> None:
    accepted = {"Ann": 40, "Bob": 32, "Eve": 24}  # of 40 each: 80 % on average, from 60 to 100 %
    reviewed = "".join(
        f"{person}{number},{person},100,manual,2026-03-02T09:00:00Z,annotate,submitted,,Vision,one,,3,,\n"
        f"{person}{number},Rae,60,,2026-03-03T09:00:00Z,review,{'accepted' if number < count else 'rejected'},,"
        "Vision,one,,,,\n"
        for person, count in accepted.items()
        for number in range(40)
    )
    store = store_of(tmp_path, reviewed)
    # Residuals 8, 0, -8: error sqrt(128 x 3 / 2) / 120 = 0.11547; on the log odds 4.3027 x 0.11547 / 0.16 = 3.1053.
    low, high = 1 / (1 + math.exp(3.1053) / 4), 1 / (1 + math.exp(-3.1053) / 4)
    row = only(resolve_figure(store, "acceptance", EVERYTHING).rows, cut="all labels")
    assert (row["annotators"], row["accepted_share"]) == (3, 0.8)
    assert (row["accepted_low"], row["accepted_high"]) == pytest.approx((low, high), abs=1e-4)
    caught = only(resolve_figure(store, "stage_value", EVERYTHING).rows, project="Vision")
    errors = only(resolve_figure(store, "error_cost", EVERYTHING).rows, origin="(all)")
    assert (caught["annotators"], errors["annotators"]) == (3, 3)
    assert (caught["caught_low"], caught["caught_high"]) == pytest.approx((1 - high, 1 - low), abs=1e-4)
    assert (errors["error_low"], errors["error_high"]) == pytest.approx((1 - high, 1 - low), abs=1e-4)


def test_rework_is_charged_to_the_method_that_caused_it(store: Store) -> None:
    rows = resolve_figure(store, "rework", EVERYTHING).rows
    everything, by_hand = only(rows, cut="all labels"), only(rows, cut="method", name="manual")
    assert everything["rework_milliseconds"] == 600_000
    assert everything["told_milliseconds"] == 1000 * (3 * 1000 + 2 * 500 + 800 + 600 + 5 * 60)
    assert everything["share"] == pytest.approx(600 / 5700)
    assert by_hand["share"] == pytest.approx(600 / (3000 + 600 + 240))
    assert only(rows, cut="method", name="pre-annotated")["rework_milliseconds"] is None


def test_rework_without_time_is_unknown_not_zero(tmp_path: Path) -> None:
    untimed = REVIEWED.replace("b,Ann,600,manual", "b,Ann,,manual")
    answer = resolve_figure(store_of(tmp_path, untimed), "rework", EVERYTHING)
    assert answer.unavailable is not None
    assert "unknown, not zero" in answer.unavailable.reason
    assert "rework as stage, and seconds" in answer.unavailable.needed


def test_rework_without_time_has_no_hours_in_any_row(tmp_path: Path) -> None:
    store = store_of(tmp_path, REVIEWED.replace("b,Ann,600,manual", "b,Ann,,manual"))
    with store.snapshot() as snapshot:
        rows = run_query(snapshot, "rework", EVERYTHING.parameters())
    assert only(rows, cut="all labels")["sent_back_untold"] > 0
    assert only(rows, cut="all labels")["hours"] is None


def test_suggestions_of_a_week_have_their_median_time(store: Store) -> None:
    weeks = resolve_figure(store, "suggestions_by_week", EVERYTHING).rows
    with store.snapshot() as snapshot:
        labels = snapshot.query("""
            select coalesce(automation, '') as automation, date_trunc('week', day_on) as week_on, annotate_ms
            from label where is_produced and method not in ('manual', 'unknown', 'imported')
        """)
    medians = labels.group_by("week_on").agg(pl.col("annotate_ms").median() / 1000).sort("week_on")
    means = labels.group_by("week_on").agg(pl.col("annotate_ms").mean() / 1000).sort("week_on")
    assert weeks.get_column("median_seconds").to_list() == pytest.approx(medians.get_column("annotate_ms").to_list())
    assert medians.get_column("annotate_ms").to_list() != means.get_column("annotate_ms").to_list()


def test_the_interval_of_acceptance_is_named_by_its_level(store: Store) -> None:
    estimate = resolve_figure(store, "acceptance", EVERYTHING).estimate
    assert estimate is not None
    assert estimate["level"] == 0.95


def test_a_stage_costs_its_timed_hours_and_catches_what_it_rejects_or_fixes(store: Store) -> None:
    row = only(resolve_figure(store, "stage_value", EVERYTHING).rows, project="Vision")
    assert (row["stage"], row["items"], row["caught"], row["events"], row["timed_events"]) == ("review", 5, 3, 6, 5)
    assert row["hours"] == pytest.approx(300 / 3600)
    # The rejection of e has no time, so it is no catch of the timed hours.
    assert (row["timed_caught"], row["hours_per_catch"]) == (2, pytest.approx(150 / 3600))


def test_stages_and_errors_count_the_labels_that_reviews_name(tmp_path: Path) -> None:
    made = [f"{item},{who},60,manual,2026-03-02T09:00:00Z,annotate,submitted,{number}," for item, who, number in
            (("a", "Ana", 1), ("a", "Ben", 2), ("a", "Cat", 3), ("b", "Ana", 4))]  # fmt: skip
    said = [
        "a,Dan,20,unknown,2026-03-02T10:00:00Z,review,rejected,,2",
        "a,Dan,20,unknown,2026-03-02T10:01:00Z,review,accepted,,1",
        "b,Dan,20,unknown,2026-03-02T10:02:00Z,review,rejected,,",
        "b,Ana,30,unknown,2026-03-02T11:00:00Z,rework,submitted,4,",
    ]
    path = tmp_path / "labels.csv"
    header = "item,person,seconds,method,finished_at,stage,outcome,annotation,about"
    path.write_text("\n".join([header, *made, *said, ""]), "utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [path], Settings())
    row = only(resolve_figure(store, "stage_value", EVERYTHING).rows, project="(all projects)")
    assert (row["items"], row["caught"], row["annotators"]) == (3, 2, 2)
    rows = resolve_figure(store, "error_cost", EVERYTHING).rows
    for row in (only(rows, origin="(all)"), only(rows, origin="by hand")):
        assert (row["reviewed"], row["errors"], row["steps"]) == (3, 2, 4)


def test_a_month_without_suggestions_is_a_gap() -> None:
    counts = {"known": 1, "unchanged": 1, "edited": 0, "rejected": 0, "unknown": 0}
    rows = pl.DataFrame([{"month_on": date(2027, 12, 1), **counts}, {"month_on": date(2028, 2, 1), **counts}])
    bars = build_outcome_rows(rows)
    assert bars["label"].unique(maintain_order=True).to_list() == ["Dec 2027", "Jan 2028", "Feb 2028"]
    assert bars.filter(pl.col("label") == "Jan 2028")["labels"].null_count() == 4


def test_errors_cost_what_followed_them_and_unknown_time_is_not_zero(store: Store) -> None:
    rows = resolve_figure(store, "error_cost", EVERYTHING).rows
    everything, by_hand = only(rows, origin="(all)"), only(rows, origin="by hand")
    # b: sent back 60 s, reworked 600 s; c: fixed 60 s; e: sent back without a time, its rework not in the log.
    assert (everything["reviewed"], everything["errors"], everything["steps"], everything["timed_steps"]) == (
        5,
        3,
        5,
        3,
    )
    parts = [everything[f"{part}_milliseconds"] for part in ("sent_back", "fixed", "rework")]
    assert parts == [60_000, 60_000, 600_000]
    assert everything["hours"] == pytest.approx(sum(parts) / 3_600_000)
    assert (everything["error_share"], everything["whole_errors"]) == (0.6, 2)
    assert by_hand["hours_per_error"] == pytest.approx(0.1)
    edited, kept = (only(rows, origin=f"suggestion {outcome}") for outcome in ("edited", "unchanged"))
    assert (edited["errors"], edited["hours"], edited["timed_share"]) == (1, None, 0)
    assert (kept["reviewed"], kept["errors"], kept["hours"], kept["hours_per_error"]) == (1, 0, 0, None)


def test_suggestions_have_shares_of_those_known(store: Store) -> None:
    row = only(resolve_figure(store, "suggestion_outcomes", EVERYTHING).rows, automation="Boxes")
    assert (row["labels"], row["known"], row["unknown"], row["month_on"]) == (3, 2, 1, date(2026, 4, 1))
    assert (row["unchanged_share"], row["edited_share"], row["rejected_share"]) == (0.5, 0.5, 0)


def test_few_weeks_say_nothing_about_waving_through(store: Store) -> None:
    row = only(resolve_figure(store, "rubber_stamp", EVERYTHING).rows, automation="Boxes")
    assert (row["warning"], row["needed"]) == (None, "5 more weeks")


def test_suggestions_kept_ever_more_often_in_ever_less_time_raise_a_warning(tmp_path: Path) -> None:
    by_hand = "".join(
        f"m{number},Ann,{100 + number % 5},manual,2026-01-05T09:00:00Z,annotate,submitted,,Vision,,,3,,\n"
        for number in range(120)
    )
    assisted = "".join(
        f"s{week}-{number},Bob,{120 - 10 * week},pre-annotated,2026-{week + 2:02d}-05T09:00:00Z,annotate,submitted,"
        f"{'unchanged' if number < 2 + week else 'edited'},Vision,,Boxes,3,,\n"
        for week in range(8)
        for number in range(10)
    )
    row = only(
        resolve_figure(store_of(tmp_path, by_hand + assisted), "rubber_stamp", EVERYTHING).rows, automation="Boxes"
    )
    assert row["warning"] is True
    assert row["least_seconds"] == 100
    assert "Audit a blind sample" in row["words"]


@pytest.mark.parametrize(("kinds", "distance"), [(4, 0.0), (1, 0.75)])
def test_suggestions_that_always_hold_one_object_shift_the_labels(tmp_path: Path, kinds: int, distance: float) -> None:
    both = "".join(
        f"b{number},Ann,100,manual,2026-05-04T09:00:00Z,annotate,submitted,,Vision,,,{1 + number % 4},,\n"
        f"b{number},Bob,60,pre-annotated,2026-05-05T09:00:00Z,annotate,submitted,,Vision,,Boxes,"
        f"{1 + number % kinds},,\n"
        for number in range(80)
    )
    row = only(resolve_figure(store_of(tmp_path, both), "anchoring", EVERYTHING).rows, automation="Boxes")
    assert (row["items"], row["shifted"], row["needed"]) == (80, distance > 0, "")
    assert row["distance_share"] == pytest.approx(distance)


def test_items_that_nobody_labeled_blind_say_what_an_anchoring_audit_needs(store: Store) -> None:
    row = only(resolve_figure(store, "anchoring", EVERYTHING).rows, automation="Boxes")
    assert (row["items"], row["shifted"], row["distance_share"]) == (0, None, None)
    assert "labeled blind" in row["needed"]


def test_agreement_after_assistance_is_no_evidence(tmp_path: Path) -> None:
    twice = "".join(
        f"d{number},{person},100,manual,2026-05-04T09:00:00Z,annotate,submitted,,Vision,,,{2 + number % 4},,0.9\n"
        for number in range(12)
        for person in ("Ann", "Bob")
    )
    rows = resolve_figure(store_of(tmp_path, REVIEWED + twice), "agreement", EVERYTHING).rows
    assisted = only(rows, measure="score of the tool", basis="from suggestions")
    assert (assisted["items"], assisted["value"]) == (2, None)
    assert "no evidence of quality" in assisted["caveat"]
    assert only(rows, measure="score of the tool", basis="by hand")["value"] == pytest.approx(0.9)
    alpha = only(rows, measure="alpha of the number of objects")
    assert (alpha["value"], alpha["items"], alpha["people"]) == (1, 12, 2)


def test_time_against_quality_marks_small_groups_and_hides_people(store: Store) -> None:
    rows = resolve_figure(store, "time_against_quality", EVERYTHING).rows
    assert not rows.get_column("is_enough").any()
    people = rows.filter(pl.col("cut") == "person").get_column("person")
    assert people.str.starts_with("Person ").all()
    batch = only(rows, cut="batch", batch="one")
    assert (batch["reviewed"], batch["first_pass_share"], batch["median_seconds"]) == (3, pytest.approx(1 / 3), 1000)


@pytest.mark.parametrize("name", NAMES)
def test_filters_and_an_empty_store_are_answered(store: Store, tmp_path: Path, name: str) -> None:
    assert CATALOGUE[name].about == "labels"
    nothing = resolve_figure(Store(tmp_path / "store"), name, EVERYTHING)
    assert nothing.unavailable is not None
    assert nothing.unavailable.cause is Cause.nothing_imported
    assert nothing.rows.is_empty()
    elsewhere = resolve_figure(store, name, Filters(projects=("Text",)))
    assert elsewhere.unavailable is not None
    assert elsewhere.unavailable.cause is Cause.nothing_matches
    assert "remove a filter" in elsewhere.unavailable.needed


@pytest.mark.parametrize(
    "name", ["acceptance", "stage_value", "error_cost", "time_against_quality", "quality_gate", "agreement"]
)
def test_a_log_without_reviews_says_which_column_brings_them(tmp_path: Path, name: str) -> None:
    bare = "a,Ann,100,manual,2026-05-04T09:00:00Z,annotate,submitted,,Vision,,,,,\n"
    answer = resolve_figure(store_of(tmp_path, bare), name, EVERYTHING)
    assert answer.unavailable is not None
    assert "CSV" in answer.unavailable.needed or "register the automation" in answer.unavailable.needed


def test_the_gate_says_how_many_items_an_audit_needs(store: Store, tmp_path: Path) -> None:
    refused = resolve_figure(store, "quality_gate", EVERYTHING).unavailable
    assert refused is not None
    assert "about 1,546 audited items" in refused.needed
    row = only(
        resolve_figure(store_of(tmp_path, audit(40, wrong_by_hand=0, wrong_with=0)), "quality_gate", EVERYTHING).rows
    )
    assert row["n"] == 40


def test_a_mean_of_one_score_has_no_interval() -> None:
    with pytest.raises(ValueError, match="no interval"):
        estimate_mean(pl.Series([1.0]))
    found = estimate_mean(pl.Series([1.0, 2.0, 3.0]))
    # Student's t with 2 degrees of freedom, 4.3027, times 1 / sqrt(3).
    assert (found.value, found.high - found.value) == (2.0, pytest.approx(4.302653 / 3**0.5))


def test_methods_narrow_what_reviewers_accept_and_stages_what_a_stage_catches(store: Store) -> None:
    by_hand = resolve_figure(store, "acceptance", Filters(methods=("manual",))).rows
    assert only(by_hand, cut="all labels")["reviewed"] == 3
    assert set(by_hand.filter(cut="method").get_column("name")) == {"manual"}
    rework = resolve_figure(store, "rework", Filters(methods=("manual",))).rows
    every = resolve_figure(store, "rework", EVERYTHING).rows
    assert only(rework, cut="method", name="manual") == only(every, cut="method", name="manual")
    assert only(rework, cut="all labels")["labels"] == only(rework, cut="method", name="manual")["labels"]
    stages = resolve_figure(store, "stage_value", Filters(stages=("review",))).rows
    assert set(stages.get_column("stage")) == {"review"}
    narrowed = resolve_figure(store, "stage_value", Filters(methods=("manual",))).rows
    assert (
        narrowed.get_column("items").sum()
        < resolve_figure(store, "stage_value", EVERYTHING).rows.get_column("items").sum()
    )


SUGGESTED = """\
a,,,automatic,2026-03-02T07:00:00Z,draft,,the cat sat,
a,Ann,9,pre-annotated,2026-03-02T08:00:00Z,submitted,Drafts,the cat sat,
b,,,automatic,2026-03-02T07:00:00Z,draft,,a cat,
b,Ann,9,pre-annotated,2026-03-02T08:00:00Z,submitted,Drafts,a hat!,
c,,,automatic,2026-03-02T07:00:00Z,draft,,kind: car x2; kind: dog,
c,Ann,9,pre-annotated,2026-03-02T08:00:00Z,submitted,Drafts,kind: car; kind: dog,
d,,,automatic,2026-03-02T07:00:00Z,draft,,kind: car,
d,,,automatic,2026-03-02T09:00:00Z,draft,,kind: dog,
d,Ann,9,pre-annotated,2026-03-02T08:00:00Z,submitted,Drafts,kind: car,
e,,,automatic,2026-03-02T07:00:00Z,draft,,sha256:0123456789abcdef,
e,Ann,9,pre-annotated,2026-03-02T08:00:00Z,submitted,Drafts,sha256:fedcba9876543210,
f,,,automatic,2026-03-02T07:00:00Z,draft,,,4
f,Ann,9,pre-annotated,2026-03-02T08:00:00Z,submitted,Drafts,,3
g,Ann,9,pre-annotated,2026-03-02T08:00:00Z,submitted,Drafts,kind: car,3
h,Ann,9,manual,2026-03-02T08:00:00Z,submitted,,kind: car,3
"""


def test_how_much_of_a_suggestion_was_edited_is_told_where_both_answers_are_stored(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "item,person,seconds,method,finished_at,outcome,automation,answer,objects\n" + SUGGESTED, encoding="utf-8"
    )
    store = Store(tmp_path / "store")
    import_files(store, [file], Settings(zone="UTC"))
    answer = resolve_figure(store, "suggestion_edits", Filters())
    columns = ("basis", "labels", "unchanged", "edited", "mean_edit_share", "median_edit_share")
    assert sorted(answer.rows.select(columns).rows()) == [
        ("classes", 2, 1, 1, pytest.approx(1 / 6), pytest.approx(1 / 3)),  # one of three objects gone; the later "dog"
        ("digests", 1, 0, 1, None, None),
        ("not stored", 1, None, None, None, None),
        ("number of objects", 1, 0, 1, None, None),
        ("text", 2, 1, 1, pytest.approx(1 / 6), pytest.approx(1 / 3)),  # a cat -> a hat!: two of six signs
    ]
    assert answer.rows.get_column("share_of_labels").sum() == pytest.approx(1)
    assert "no geometry" in answer.rows.filter(basis="classes").item(0, "missing")


def test_versions_of_a_model_stand_side_by_side_with_what_is_known_of_each(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    lines = [
        "a,Ann,9,pre-annotated,2026-03-02T08:00:00Z,annotate,submitted,unchanged,one,0",
        "b,Ann,9,pre-annotated,2026-03-03T08:00:00Z,annotate,submitted,edited,one,0.5",
        "c,Ann,9,pre-annotated,2026-03-03T09:00:00Z,annotate,submitted,,one,",
        "c,Rae,,,2026-03-03T10:00:00Z,review,rejected,,,",
        "a,Rae,,,2026-03-03T10:00:00Z,review,accepted,,,",
        "d,Ann,9,pre-annotated,2026-03-04T08:00:00Z,annotate,submitted,unchanged,two,",
        "e,Ann,9,pre-annotated,2026-03-04T09:00:00Z,annotate,submitted,edited,,",
        "f,Ann,9,manual,2026-03-04T09:00:00Z,annotate,submitted,,,",
    ]
    header = "item,person,seconds,method,finished_at,stage,outcome,suggestion,model,edit_share"
    file.write_text("\n".join([header, *lines]), encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [file], Settings(zone="UTC"))
    columns = (
        "model",
        "labels",
        "known",
        "unchanged_share",
        "compared",
        "mean_edit_share",
        "reviewed",
        "accepted_share",
    )
    assert resolve_figure(store, "model_versions", Filters()).rows.select(columns).rows() == [
        ("one", 3, 2, 0.5, 2, 0.25, 2, 0.5),
        ("(not named)", 1, 1, 0.0, 0, None, 0, None),
        ("two", 1, 1, 1.0, 0, None, 0, None),
    ]


def test_a_version_of_a_model_is_a_small_sample_where_one_of_its_shares_is(tmp_path: Path) -> None:
    file, store = tmp_path / "events.csv", Store(tmp_path / "store")
    lines = [
        f"{model} {number},Ann,pre-annotated,2026-04-06T10:00:00Z,{'unchanged' if number < known else ''},{model}"
        for model, known in (("one", 1), ("two", 25))
        for number in range(25)
    ]
    file.write_text("\n".join(["item,person,method,finished_at,suggestion,model", *lines]), "utf-8")
    import_files(store, [file], Settings())
    rows = resolve_figure(store, "model_versions", Filters()).rows.select("model", "labels", "known", "is_small")
    assert rows.rows() == [("one", 25, 1, True), ("two", 25, 25, False)]


def test_an_edit_share_is_0_for_what_was_kept_and_1_for_what_was_replaced() -> None:
    assert compute_text_edits(["abc", "abc", "", ""], ["abc", "xyz", "", "a"]) == [0, 1, 0, 1]
    before = ["k: a", "k: a", "(nothing)", "(nothing)", "k: a x3"]
    after = ["k: a", "k: b", "(nothing)", "k: a", "k: a; k: b"]
    assert compute_class_edits(before, after) == pytest.approx([0, 1, 0, 1, 2 / 3])


def test_accepted_items_per_hour_say_how_many_labels_were_reviewed_and_how_many_reviews_timed(store: Store) -> None:
    row = only(resolve_figure(store, "accepted_items_per_hour", EVERYTHING).rows, project="Vision")
    assert (row["labels"], row["reviewed"], row["timed"], row["accepted"]) == (6, 5, 5, 4)
    assert row["share_reviewed"] == pytest.approx(5 / 6)
    assert row["share_with_review_time"] == 0.8
    # 4,000 s of labels with reviews, 300 s of these reviews, 600 s of rework.
    assert row["accepted_per_hour"] == pytest.approx(4 / (4900 / 3600))


def test_the_outcomes_of_suggestions_are_shares_of_the_known_ones(tmp_path: Path) -> None:
    outcomes = ("unchanged", "edited", "rejected", "rejected", "")
    labels = "".join(
        f"i{number},Ann,60,pre-annotated,2026-04-06T1{number}:00:00Z,annotate,submitted,{outcome},Vision,one,Boxes,1,,\n"
        for number, outcome in enumerate(outcomes)
    )
    store = store_of(tmp_path, labels)
    row = only(resolve_figure(store, "suggestion_outcomes", EVERYTHING).rows, automation="Boxes")
    shares = [row[f"{outcome}_share"] for outcome in ("unchanged", "edited", "rejected")]
    assert (shares, row["unknown"]) == ([0.25, 0.25, 0.5], 1)
    week = only(resolve_figure(store, "suggestions_by_week", EVERYTHING).rows, automation="Boxes")
    assert (week["suggestions"], week["unchanged_share"]) == (4, 0.25)
