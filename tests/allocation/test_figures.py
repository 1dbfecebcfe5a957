"""Figures of a team whose numbers were worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from worked_team import PEOPLE, filled, imported

from dashboard.errors import Cause, UnknownFigure
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.settings.people import PEOPLE_SHEET, save_time_off
from dashboard.store.generations import Store
from dashboard.store.queries import load_queries

TODAY = date(2026, 3, 31)
EVERYTHING = Filters()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return filled(tmp_path_factory.mktemp("filled"))


def rows(store: Store, name: str, filters: Filters = EVERYTHING, **more: Any) -> pl.DataFrame:  # noqa: ANN401
    return resolve_figure(store, name, filters, today=TODAY, **more).rows


def hours(frame: pl.DataFrame, *keys: str) -> dict[Any, float]:
    """Return hours by the values of the key columns."""
    summed = frame.group_by(keys).agg(pl.col("hours").sum()).rows()
    return {key[0] if len(keys) == 1 else key: value for *key, value in summed}


def shares(frame: pl.DataFrame, *keys: str) -> Mapping[tuple[str, ...], float | None]:
    return {tuple(row[:-1]): row[-1] for row in frame.select(*keys, "share").rows()}


def test_the_labeling_share_names_both_denominators(store: Store) -> None:
    answer = resolve_figure(store, "labeling_share", EVERYTHING)
    assert shares(answer.rows, "scope", "measure") == {
        ("engineers", "labeling_of_labeling_and_modeling"): pytest.approx(6 / 11),
        ("engineers", "labeling_of_all_tracked"): pytest.approx(6 / 14),
        ("everyone", "labeling_of_labeling_and_modeling"): pytest.approx(14 / 20),
        ("everyone", "labeling_of_all_tracked"): pytest.approx(14 / 25),
    }
    assert answer.rows.get_column("numerator_seconds").to_list() == [21600, 21600, 50400, 50400]
    assert answer.rows.get_column("people").to_list() == [2, 2, 4, 4]
    assert answer.unavailable is None


def test_four_definitions_stand_side_by_side(store: Store) -> None:
    found = shares(rows(store, "share_by_definition"), "definition", "scope")
    assert found[("narrow", "engineers")] == pytest.approx(4 / 6)
    assert found[("default", "engineers")] == pytest.approx(6 / 11)
    assert found[("with data preparation", "engineers")] == pytest.approx(8 / 13)
    assert found[("broad", "everyone")] == pytest.approx(16 / 22)


def test_hours_by_category_always_show_what_no_rule_decides(store: Store, tmp_path: Path) -> None:
    assert hours(rows(store, "hours_by_category"), "category") == {
        "annotating": 12, "review": 2, "modeling": 3, "evaluation": 3, "meetings and coordination": 1,
        "data preparation": 2, "uncategorized": 2,
    }  # fmt: skip
    nothing = rows(Store(tmp_path / "none"), "hours_by_category")
    assert nothing.select("category", "seconds").rows() == [("uncategorized", 0)]


@pytest.mark.parametrize(
    "name",
    [
        "hours_by_category", "hours_by_day", "hours_by_week", "hours_by_month", "hours_by_project", "hours_by_team",
        "hours_by_person", "project_by_category", "team_by_category", "person_by_category", "time_cells", "tasks",
        "entries",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (EVERYTHING, 25),
        (Filters(from_on=date(2026, 3, 3), to_on=date(2026, 3, 9)), 9),
        (Filters(projects=("Vision",)), 11),
        (Filters(projects=("(no project)",)), 2),
        (Filters(teams=("Perception",), categories=("annotating", "review")), 6),
        (Filters(people=("Dan",)), 1),
        (Filters(roles=("engineer", "annotator")), 24),
        (Filters(projects=("no such project",)), 0),
    ],
)
def test_every_cut_adds_up_to_the_same_total(store: Store, name: str, filters: Filters, expected: int) -> None:
    found = rows(store, name, filters)
    assert found.get_column("seconds").sum() == expected * 3600
    assert found.get_column("hours").sum() == pytest.approx(expected)


def test_projects_carry_their_own_labeling_share(store: Store) -> None:
    columns = ["project", "seconds", "people", "labeling_share", "labeling_share_low", "labeling_share_high"]
    found = rows(store, "hours_by_project").select(columns).rows()
    # Two hours of Text are not sorted: 8 of 9 hours could as well be 8 of 11, or 10 of 11.
    assert found == [
        ("Text", 43200, 3, None, pytest.approx(8 / 11), pytest.approx(10 / 11)),
        ("Vision", 39600, 2, pytest.approx(6 / 11), pytest.approx(6 / 11), pytest.approx(6 / 11)),
        ("(no project)", 7200, 1, None, None, None),
    ]


def test_coverage_compares_the_same_people_and_days(store: Store) -> None:
    answer = resolve_figure(store, "hours_by_week", EVERYTHING)
    assert answer.coverage == pytest.approx(20 / 108)  # 9 weekdays of 8 and of 4 hours
    assert answer.coverage_note == "weekly hours known for 2 of 4 people"
    found = rows(store, "coverage", names=True).select("person", "tracked_hours", "capacity_hours", "coverage").rows()
    assert found == [
        ("Ada", 10.0, 72.0, pytest.approx(10 / 72)),
        ("Cleo", 10.0, 36.0, pytest.approx(10 / 36)),
        ("Bob", 4.0, None, None),
        ("Dan", 1.0, None, None),
    ]


def test_time_off_lowers_capacity(tmp_path: Path) -> None:
    store = filled(tmp_path)
    save_time_off(store, pl.DataFrame({"name": ["Ada"], "day_on": [date(2026, 3, 6)], "hours": [8.0]}))
    assert resolve_figure(store, "coverage", Filters(people=("Ada",))).coverage == pytest.approx(10 / 64)


def test_work_at_the_weekend_counts_as_covered(tmp_path: Path) -> None:
    store = filled(tmp_path)
    first, last = date(2026, 3, 2), date(2026, 3, 8)
    with store.change("move an entry to Sunday") as change:
        change.execute("update time_entry set day_on = date '2026-03-08' where day_on = date '2026-03-05'")
        change.rebuild_rollups()
    assert resolve_figure(store, "coverage", Filters(from_on=first, to_on=last, people=("Ada",))).coverage == 10 / 40


def test_fte_is_at_most_one_a_person_and_week(store: Store) -> None:
    found = {(row[0], row[1]): row[2] for row in rows(store, "fte_by_week").select("week_on", "category", "fte").rows()}
    assert found[(date(2026, 3, 2), "annotating")] == pytest.approx(4 / 40 + 8 / 20)
    assert found[(date(2026, 3, 9), "uncategorized")] == pytest.approx(2 / 16)
    one_day = Filters(from_on=date(2026, 3, 2), to_on=date(2026, 3, 2), people=("Cleo",))
    assert rows(store, "fte_by_week", one_day).get_column("fte").to_list() == [1.0]


# Weeks of 2 and 9 March; capacity: Ada 40 and 32 hours (Thursday is the last day), Cleo 20 and 16.
# Ada: 10 of 40 in the first week; Cleo: 8 of 20, then 2 of 16. Bob and Dan: weekly hours unknown.
@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        (
            "fte_by_project",
            "project",
            {
                ("Vision", "annotating"): 4 / 40 / 2,
                ("Vision", "review"): 2 / 40 / 2,
                ("Vision", "modeling"): 2 / 40 / 2,
                ("Text", "annotating"): 8 / 20 / 2,
                ("Text", "uncategorized"): 2 / 16 / 2,
                ("(no project)", "data preparation"): 2 / 40 / 2,
            },
        ),
        (
            "fte_by_team",
            "team",
            {
                ("Perception", "annotating"): 4 / 40 / 2,
                ("Perception", "review"): 2 / 40 / 2,
                ("Perception", "modeling"): 2 / 40 / 2,
                ("Perception", "data preparation"): 2 / 40 / 2,
                ("Labelers", "annotating"): 8 / 20 / 2,
                ("Labelers", "uncategorized"): 2 / 16 / 2,
            },
        ),
        (
            "fte_by_person",
            "person",
            {
                ("Ada", "annotating"): 4 / 40 / 2,
                ("Ada", "review"): 2 / 40 / 2,
                ("Ada", "modeling"): 2 / 40 / 2,
                ("Ada", "data preparation"): 2 / 40 / 2,
                ("Cleo", "annotating"): 8 / 20 / 2,
                ("Cleo", "uncategorized"): 2 / 16 / 2,
            },
        ),
    ],
)
def test_fte_of_a_period_is_the_average_over_its_weeks(
    store: Store, name: str, key: str, expected: dict[tuple[str, str], float]
) -> None:
    found = rows(store, name, names=True)
    assert found.get_column("weeks").unique().to_list() == [2]
    by_key = {tuple(row[:2]): row[2] for row in found.select(key, "category", "fte").rows()}
    assert by_key == pytest.approx(expected)
    whole = (10 / 40 + 8 / 20 + 2 / 16) / 2
    assert rows(store, "fte_by_category").get_column("fte").sum() == pytest.approx(whole)
    assert found.get_column("fte").sum() == pytest.approx(whole)
    weekly = rows(store, "fte_by_week").get_column("fte").sum()
    assert weekly / 2 == pytest.approx(whole)
    assert rows(store, "fte_cells").get_column("fte").sum() == pytest.approx(weekly)


def test_a_filter_on_projects_leaves_the_weeks_and_the_cap_as_they_are(store: Store) -> None:
    text = rows(store, "fte_by_project", Filters(projects=("Text",)))
    assert text.select("category", "fte", "weeks").rows() == [("annotating", 0.2, 2), ("uncategorized", 0.0625, 2)]
    monday = Filters(from_on=date(2026, 3, 2), to_on=date(2026, 3, 2), projects=("Text",))
    assert rows(store, "fte_by_team", monday).get_column("fte").to_list() == [1.0]  # 8 hours on a day of 4


def test_fte_names_and_counts_whom_it_leaves_out(store: Store) -> None:
    answer = resolve_figure(store, "fte_by_project", EVERYTHING, names=True)
    assert answer.used == 6
    assert answer.excluded.startswith("3 entries in weeks without known capacity")
    assert answer.coverage_note == (
        "weekly hours known for 2 of 4 people; left out: 5.0 h in weeks without known capacity, of Bob, Dan"
    )
    hidden = resolve_figure(store, "fte_by_person", EVERYTHING).coverage_note
    assert "Person " in hidden
    assert "Bob" not in hidden
    refused = resolve_figure(store, "fte_by_project", Filters(people=("Bob",))).unavailable
    assert refused is not None
    assert "weekly hours" in refused.reason
    both = Filters(people=("Ada", "Bob"), from_on=date(2026, 3, 9), to_on=date(2026, 3, 10))
    refused = resolve_figure(store, "fte_by_project", both).unavailable
    assert refused is not None
    assert "Nobody with time in this selection has known weekly hours" in refused.reason


def test_shares_that_do_not_exist_are_refused_not_zero(store: Store, tmp_path: Path) -> None:
    meetings = Filters(from_on=date(2026, 3, 10), to_on=date(2026, 3, 10))
    for filters, cause in ((meetings, Cause.no_share), (Filters(projects=("x",)), Cause.nothing_matches)):
        answer = resolve_figure(store, "share_by_definition", filters)
        assert answer.unavailable is not None
        assert answer.unavailable.cause is cause
        assert answer.rows.is_empty()
    empty = resolve_figure(Store(tmp_path / "none"), "labeling_share", EVERYTHING)
    assert empty.unavailable is not None
    assert empty.unavailable.cause is Cause.nothing_imported
    assert empty.unavailable.needed == "Import an export of a time tracker."


def test_a_share_of_all_time_exists_without_labeling_and_modeling(store: Store) -> None:
    meetings = Filters(from_on=date(2026, 3, 10), to_on=date(2026, 3, 10))
    found = shares(rows(store, "labeling_share", meetings), "scope", "measure")
    assert found[("engineers", "labeling_of_labeling_and_modeling")] is None
    assert found[("engineers", "labeling_of_all_tracked")] == 0


def test_fte_needs_weekly_hours_and_engineers_need_roles(tmp_path: Path) -> None:
    store = imported(tmp_path)
    refused = resolve_figure(store, "fte_by_week", EVERYTHING).unavailable
    assert refused is not None
    assert "weekly hours" in refused.reason
    answer = resolve_figure(store, "labeling_share", EVERYTHING)
    assert "No roles are set" in answer.note
    assert answer.coverage is None
    assert answer.coverage_note == "weekly hours known for 0 of 4 people"
    assert answer.rows.filter(pl.col("scope") == "engineers").get_column("share").to_list() == [None, None]


def test_a_category_filter_does_not_bend_the_share(store: Store) -> None:
    answer = resolve_figure(store, "labeling_share", Filters(categories=("annotating",)))
    assert answer.rows.equals(rows(store, "labeling_share"))
    assert "filter on categories does not apply" in answer.note


def test_own_share_stands_beside_the_period_before_and_published_figures(store: Store) -> None:
    week = Filters(from_on=date(2026, 3, 9), to_on=date(2026, 3, 15))
    found = rows(store, "share_against_reference", week)
    own = found.filter(pl.col("kind") == "this team")
    both = own.filter(pl.col("measured") == "labeling, of labeling and modeling together")
    assert both.select("label", "share").rows() == [
        ("This team (engineers)", 0.0),
        ("This team, period before (engineers)", pytest.approx(6 / 8)),
    ]
    published = found.filter(pl.col("kind") == "published")
    assert published.height == 6
    assert published.select("source", "caveat", "grade", "measured").null_count().sum_horizontal().item() == 0


def test_published_figures_are_listed_with_grade_source_and_caveat(store: Store) -> None:
    found = rows(store, "reference_figures")
    on_time = found.filter(pl.col("about") == "time").get_column("id").to_list()
    assert on_time == ["R00", "R01", "R04", "R05", "R06", "R07", "R08", "R09"]
    assert set(found.get_column("about")) == {"time", "savings"}
    assert found.get_column("url").str.starts_with("http").all()
    assert found.select("label", "measured", "grade", "source", "caveat").null_count().sum_horizontal().item() == 0


def test_published_savings_name_their_technique_and_are_no_shares_of_time(store: Store) -> None:
    found = rows(store, "reference_figures").filter(pl.col("about") == "savings")
    assert found.height == 43
    assert found.get_column("technique").null_count() == 0
    assert set(found.get_column("share_of_time")) == {"no"}
    ranges = found.drop_nulls("percent_to")
    assert (ranges.get_column("percent") < ranges.get_column("percent_to")).all()


def test_people_are_pseudonyms_unless_names_are_asked_for(store: Store) -> None:
    team = {"Ada", "Bob", "Cleo", "Dan"}
    for name, spec in CATALOGUE.items():
        shown = rows(store, name)
        if spec.person_level:
            assert "person" in shown.columns
        if "person" in shown.columns:
            assert not team & set(shown.get_column("person").drop_nulls())
    hidden, named = rows(store, "hours_by_person"), rows(store, "hours_by_person", names=True)
    assert named.get_column("person").to_list() == ["Ada", "Cleo", "Bob", "Dan"]
    assert hidden.drop("person").equals(named.drop("person"))
    assert rows(store, "person_by_category").get_column("person").is_sorted()


def test_a_pseudonym_can_be_asked_for_and_lasts(store: Store, tmp_path: Path) -> None:
    person = rows(store, "hours_by_person").item(0, "person")
    assert rows(store, "hours_by_project", Filters(people=(person,))).get_column("seconds").sum() == 36000
    assert rows(store, "hours_by_person", Filters(people=(person,))).item(0, "person") == person
    other = imported.__wrapped__(tmp_path)  # built anew: another store, another secret
    PEOPLE_SHEET.save_frame(other, PEOPLE)
    assert rows(other, "hours_by_person").item(0, "person") != person


def test_a_figure_says_what_it_counts_and_what_not(store: Store) -> None:
    answer = resolve_figure(store, "hours_by_day", Filters(projects=("Vision",)))
    assert answer.used == 4
    assert answer.excluded == "5 entries outside the filters; 1 rejected rows of the files (see bad_rows)"
    assert answer.as_of == date(2026, 3, 12)
    assert answer.columns == tuple(answer.rows.columns)


def test_single_entries_are_limited_and_counted(store: Store) -> None:
    answer = resolve_figure(store, "entries", EVERYTHING, limit=3)
    assert (answer.rows.height, answer.used) == (3, 9)
    assert "first 3 of 9 rows" in answer.note
    labeling = resolve_figure(store, "entries", EVERYTHING, tasks=("Labeling",)).rows
    assert labeling.select("import_id", "line", "category").rows() == [(1, 2, "annotating")]


def test_bad_rows_and_imports_are_figures_too(store: Store) -> None:
    assert rows(store, "bad_row_reasons").select("reason", "rows").rows() == [("no duration that can be read", 1)]
    assert rows(store, "bad_rows").item(0, "line") == 11
    listed = rows(store, "imports").row(0, named=True)
    assert listed["rows_read"] == listed["accepted"] + listed["duplicate"] + listed["rejected"] == 10


def test_data_quality_counts_what_could_mislead(store: Store) -> None:
    found = {row["rule"]: row for row in rows(store, "data_quality").iter_rows(named=True)}
    assert found["no rule decides (uncategorized)"]["entries"] == 1
    unknown = found["role of the person not known"]
    assert unknown["entries"] == 1
    assert unknown["share"] == pytest.approx(14 / 20)
    assert unknown["share_without"] == pytest.approx(14 / 19)
    assert unknown["effect"] == pytest.approx(14 / 19 - 14 / 20)
    assert found["a day but no clock"]["entries"] == 9
    assert found["in the future"]["entries"] == 0


def test_overlapping_entries_of_one_person_are_found(tmp_path: Path) -> None:
    from dashboard.importers.contract import Settings
    from dashboard.ingest.batch import import_files

    file = tmp_path / "overlap.csv"
    file.write_text(
        "person,started_at,seconds,description\n"
        "Ada,2026-03-02T09:00:00+01:00,7200,labeling\n"
        "Ada,2026-03-02T10:30:00+01:00,3600,modeling\n"
        "Ada,2026-03-02T11:30:00+01:00,3600,modeling\n"
        "Bob,2026-03-02T10:30:00+01:00,3600,modeling\n",
        encoding="utf-8",
    )
    store = Store(tmp_path / "store")
    import_files(store, [file], Settings())
    found = rows(store, "overlaps", names=True)
    assert found.select("person", "line", "earlier_line", "seconds").rows() == [("Ada", 3, 2, 1800)]


def test_every_query_with_a_chart_or_none_is_in_the_catalogue(store: Store) -> None:
    internal = {
        "selection",
        "labeling_weeks",
        "people_named",
        "names_seen",
        "decision",
        "people",
        "time_off",
        "category_rules",
        "known_people",
        "known_projects",
        "labeling_projects",
        "suggested_answers",
        "hourly_rates",
        "token_prices",
        "invoices",
        "contents",
        "known_teams",
        "open_tasks",
        "lagging_trackers",
        "view_versions",
        "watched_folders",
        "watched_problems",
        "overlap_effect",
        "filter_names",
        *(name for name in load_queries() if name.startswith("register_")),  # the sheets a lead edits
    }
    questions = {name for name, query in load_queries().items() if query.subject in {"allocation", "data"}}
    assert questions - internal <= CATALOGUE.keys()
    for name in CATALOGUE:
        answer = resolve_figure(store, name, EVERYTHING)
        assert answer.title
        assert answer.unit
        assert answer.note.endswith(".")
        assert answer.formula


def test_an_unknown_figure_is_named_with_the_known_ones(store: Store) -> None:
    with pytest.raises(UnknownFigure, match="labeling_share"):
        resolve_figure(store, "hours_by_moon", EVERYTHING)


def test_overlaps_come_to_other_totals_under_other_rules(tmp_path: Path) -> None:
    """Ada labels from 8 to 12 and models from 10 to 13, with an hour of labeling from 10:30; Bob models meanwhile."""
    from dashboard.importers.contract import Settings
    from dashboard.ingest.batch import import_files

    file = tmp_path / "overlap.csv"
    file.write_text(
        "person,started_at,seconds,category\n"
        "Ada,2026-03-02T08:00:00Z,14400,labeling\n"
        "Ada,2026-03-02T10:00:00Z,10800,modeling\n"
        "Ada,2026-03-02T10:30:00Z,3600,labeling\n"
        "Bob,2026-03-02T09:00:00Z,3600,modeling\n",
        encoding="utf-8",
    )
    store = Store(tmp_path / "store")
    import_files(store, [file], Settings(zone="UTC"))
    columns = ("rule", "entries", "hours", "hours_taken_away", "numerator_hours", "share", "clock_share")
    expected = {
        "both in full": (0, 9, 0, 5, 5 / 9, 1),
        # Alone until 10 and from 12; two open for an hour, three from 10:30 to 11:30.
        "shared evenly": (3, 6, 3, 3 + 1 / 6, (3 + 1 / 6) / 6, 1),
        "for the one that began first": (2, 6, 3, 4, 4 / 6, 1),
        "until the next begins": (2, 4.5, 4.5, 3, 3 / 4.5, 1),
    }
    found = rows(store, "overlap_rules")
    assert {row[0]: row[1:] for row in found.select(columns).rows()} == {
        rule: pytest.approx(values) for rule, values in expected.items()
    }
    assert found.get_column("effect").to_list() == pytest.approx([0, (3 + 1 / 6) / 6 - 5 / 9, 4 / 6 - 5 / 9, 1 / 9])
    bob = rows(store, "overlap_rules", Filters(people=("Bob",)))
    assert set(bob.select("entries", "hours").rows()) == {(0, 1.0)}
