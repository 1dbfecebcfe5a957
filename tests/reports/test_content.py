"""What a report says: every number is the figure's, sentences say no more than the intervals, nobody shows through."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
import pytest
from reported_team import HOSTILE, OCTOBER, PEOPLE, build_store, entries, five_projects
from typer.testing import CliRunner

from dashboard.allocation.verdict import Verdict
from dashboard.cli.main import application
from dashboard.errors import BadFilter
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.answers import Answers
from dashboard.reports.closing import build_closing_lines
from dashboard.reports.content import build_content
from dashboard.reports.disclosure import compute_disclosure
from dashboard.reports.document import Content, Number, clean_text
from dashboard.reports.message import list_savings_pieces
from dashboard.reports.request import Audience, ReportPart, ReportRequest, format_period, last_month, last_quarter
from dashboard.reports.sections.outlook import AUTOMATION_SAVES, format_absolute_hours, format_range
from dashboard.reports.sentences import build_sentence, describe_change, describe_saving, format_interval
from dashboard.reports.withheld import describe_withheld
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.store.generations import Store

REDUCED = {"sum": sum, "least": min, "median": median, "most": max, "value": lambda values: values[0]}


@cache
def asked(store: Store, name: str, filters: Filters) -> list[dict[str, Any]]:
    """Return the rows that `labeltime ask` gives."""
    days = ["--from", str(filters.from_on), "--to", str(filters.to_on)]
    found = CliRunner().invoke(
        application, ["--store", str(store.folder), "ask", name, *days, "--format", "json"], catch_exceptions=False
    )
    return list(json.loads(found.stdout)["rows"])


def again(store: Store, request: ReportRequest, number: Number) -> float:
    """Return the number as `labeltime ask` has it."""
    periods = {"this": request.period_filters, "before": request.previous_filters, "history": request.history_filters}
    if number.how == "change":
        now, then = (again(store, request, replace(number, how="value", period=one)) for one in ("this", "before"))
        return now - then
    rows = asked(store, number.figure, periods[number.period]())
    where = {column: plainly(value) for column, value in number.where}
    picked = [
        float(row[number.column])
        for row in rows
        if row[number.column] is not None
        and all(row[name] in value if isinstance(value, list) else row[name] == value for name, value in where.items())
    ]
    if number.how.startswith("drift"):
        return drifted(rows, where, number)
    if number.how == "share":
        return sum(picked) / sum(row[number.column] or 0 for row in rows)
    return float(REDUCED[number.how](picked))


def drifted(rows: list[dict[str, Any]], where: dict[str, Any], number: Number) -> float:
    """Return an end of the interval of a straight line through weeks, from the textbook's formulas."""
    from scipy import stats

    kept = [row for row in rows if row["scope"] == where["scope"] and row[number.column] is not None]
    weeks = [date.fromisoformat(row["week_on"]).toordinal() / 7 for row in kept]
    values = [row[number.column] for row in kept]
    line = stats.linregress(weeks, values)
    left = [value - line.intercept - line.slope * week for week, value in zip(weeks, values, strict=True)]
    lag_one = sum(a * b for a, b in pairwise(left)) / sum(one * one for one in left)
    alike = max((len(left) * lag_one + 2) / (len(left) - 4), 0.0)
    counted = len(left) * (1 - alike) / (1 + alike)
    error = line.stderr * ((len(left) - 2) / (counted - 2)) ** 0.5
    reach = float(stats.t.ppf(0.975, counted - 2)) * error
    side = {"drift_from": -1, "drift_to": 1}[number.how]
    return float((line.slope + side * reach) * (weeks[-1] - weeks[0]))


def plainly(value: object) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(json.dumps(value, default=str))


def printed(text: str) -> tuple[float, float]:
    """Return the number in a text, and half a step of its last digit."""
    found = re.search(r"-?[\d,]+(\.\d+)?", text)
    assert found, text
    step = 10.0 ** -(len(found[1]) - 1 if found[1] else 0)
    scale = 0.01 if "%" in text or "point" in text else 1.0
    return float(found[0].replace(",", "")) * scale, step * scale / 2


@pytest.mark.parametrize("team", ["demo", "sixty"])
def test_every_printed_number_is_what_ask_answers(team: str, request: pytest.FixtureRequest) -> None:
    store: Store = request.getfixturevalue(team)
    wanted = replace(OCTOBER, audience=Audience.team)
    numbers = list(build_content(store, wanted).printed_numbers())
    assert len(numbers) > 40
    for number in numbers:
        value = again(store, wanted, number)
        assert number.value == pytest.approx(value, rel=1e-11, abs=1e-12), number
        shown, half = printed(f"{number.text} points" if number.how.startswith("drift") else number.text)
        value = value / 100 if number.figure == "savings" and "%" in number.text else value  # its rows are in percent
        # A change is that of both ends as printed, and its parts add up to it, so either may be a whole step off.
        is_change = number.figure == "change_explained" or number.how == "change"
        assert abs(abs(shown) - abs(value)) <= half * (2 if is_change else 1) * 1.000001, number


def test_the_demo_report_says_what_matters(of_demo: Content) -> None:
    headline = str(of_demo.headline)
    assert re.match(
        r"Labeling took [\d.]+% of labeling and modeling in October 2026, no clear change from [\d.]+%; ", headline
    )
    assert re.search(r"Contract pre-labels saved \d+ h and Sign detector cost \d+ h\.$", headline)
    assert [key.label for key in of_demo.numbers] == ["Labeling share", "Tracked time", "Hours saved"]
    assert all("September 2026" in key.beside for key in of_demo.numbers)
    assert "EUR" in of_demo.numbers[2].beside
    assert [remark.label for remark in of_demo.remarks] == ["How sure", "Not in it"]
    assert [section.name for section in of_demo.sections] == ["share", "hours", "savings", "change", "outlook"]
    assert len(of_demo.decisions) == 3
    assert str(of_demo.decisions[0].recommendation) == "Stop Sign detector, or mend it before it goes on."
    assert all(str(decision.worth) for decision in of_demo.decisions)
    assert of_demo.provenance.as_of == "2026-11-20" or of_demo.provenance.as_of.startswith("2026-11-2")
    assert len(of_demo.provenance.content_hash) == 64


def test_the_same_data_have_the_same_hash_and_another_question_another(demo: Store, of_demo: Content) -> None:
    assert build_content(demo, OCTOBER).provenance == of_demo.provenance
    other = build_content(demo, replace(OCTOBER, first=date(2026, 9, 1), last=date(2026, 9, 30)))
    assert other.provenance.content_hash != of_demo.provenance.content_hash
    assert other.provenance.rules_version == of_demo.provenance.rules_version


def test_sections_can_be_left_out(demo: Store) -> None:
    found = build_content(demo, replace(OCTOBER, parts=(ReportPart.hours,)))
    assert [section.name for section in found.sections] == ["hours"]
    assert not found.decisions
    assert not found.definitions
    assert "Automation" not in str(found.headline)


def test_an_empty_store_has_a_report_that_says_so(empty: Store) -> None:
    found = build_content(empty, OCTOBER)
    assert str(found.headline) == "No time is tracked in October 2026."
    assert all(one.number is None for one in found.numbers[:3])


def test_management_sees_totals_of_projects_and_no_role_of_few(of_demo: Content) -> None:
    hours = next(section for section in of_demo.sections if section.name == "hours")
    assert len(hours.tables[1].rows) == 4
    assert min(int(str(row[4])) for row in hours.tables[1].rows) < 5
    said = " ".join(map(str, of_demo.sections[0].sentences))
    assert "Engineers alone" not in said
    assert "their numbers are withheld" in said
    assert of_demo.withheld == ("the engineers' own share",)
    assert "make the report for the team" in describe_withheld(of_demo)


def test_the_threshold_holds_for_projects_where_it_is_asked_for(demo: Store) -> None:
    found = build_content(demo, replace(OCTOBER, hides_small_groups=True))
    hours = next(section for section in found.sections if section.name == "hours")
    projects = hours.tables[1]
    assert projects.rows[-1][0] == "2 projects withheld"
    assert all(int(str(row[4])) >= 5 for row in projects.rows[:-1])
    assert found.withheld[0] == "2 projects"
    assert "lift the threshold" in describe_withheld(found)
    said = " ".join(map(str, (*hours.sentences, *found.decisions)))
    assert "largest" not in said
    assert "the most" not in said


def test_the_team_sees_all_projects(demo: Store) -> None:
    found = build_content(demo, replace(OCTOBER, audience=Audience.team))
    assert len(found.sections[1].tables[1].rows) == 4
    sentences = " ".join(map(str, found.sections[0].sentences))
    assert "Engineers alone" in sentences
    assert sentences.endswith(" of the engineers' tracked time.")


def test_too_few_people_are_no_report_for_management(demo: Store) -> None:
    with pytest.raises(BadFilter, match="5 or more"):
        build_content(demo, replace(OCTOBER, projects=("Crop Health",), hides_small_groups=True))
    assert build_content(demo, replace(OCTOBER, projects=("Crop Health",), parts=(ReportPart.hours,)))


def test_more_time_than_there_can_be_is_to_be_checked(tmp_path: Path) -> None:
    store = five_projects(tmp_path)
    advice = "Check the weekly hours, and whether people share an account (Data, People)."
    assert advice not in [str(decision.recommendation) for decision in build_content(store, OCTOBER).decisions]
    PEOPLE_SHEET.save_frame(store, PEOPLE_SHEET.list_rows(store).with_columns(weekly_hours=0.5))
    assert advice in [str(decision.recommendation) for decision in build_content(store, OCTOBER).decisions]


def test_what_is_less_than_half_a_percent_of_the_time_is_no_headline(demo: Store) -> None:
    answers = Answers(demo, OCTOBER)
    disclosure = compute_disclosure(answers)
    hours = answers.load_figure("savings_by_automation").rows.filter(automation="Sign detector").item(0, "hours")
    told = "".join(map(str, list_savings_pieces(answers, disclosure, abs(hours))))
    assert re.fullmatch(r"Contract pre-labels saved \d+ h and Sign detector cost \d+ h", told)
    told = "".join(map(str, list_savings_pieces(answers, disclosure, abs(hours) + 0.01)))
    assert re.fullmatch(r"Contract pre-labels saved \d+ h", told)
    assert list_savings_pieces(answers, disclosure, 10_000) == []


def test_sixty_projects_are_ten_and_others_in_a_row_and_not_a_bar(sixty: Store) -> None:
    found = build_content(sixty, replace(OCTOBER, audience=Audience.team))
    table = found.sections[1].tables[1]
    assert len(table.rows) == 11
    assert table.rows[-1][0] == "50 other projects"
    assert "labeltime ask hours_by_project --from 2026-10-01 --to 2026-10-31" in table.note
    total = sum(row[1].value for row in table.rows if isinstance(row[1], Number))
    everything = sum(row["hours"] for row in asked(sixty, "hours_by_project", OCTOBER.period_filters()))
    assert total == pytest.approx(everything)
    chart = next(chart for chart in found.sections[1].charts if chart.name == "hours_by_project")
    others = everything - chart.rows.get_column("hours").sum()
    assert chart.rows.height == 10
    share = f"{100 * others / everything:.0f}%"
    assert chart.notes == (f"Without a bar: 50 other projects, {others:,.0f} h ({share} of all).",)
    assert chart.notes[0] in chart.alt


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_short_lines_without_direction_marks(name: str) -> None:
    text = clean_text(name)
    assert len(text) <= 48
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\n\t") & set(text)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_change_is_told_by_its_verdict(verdict: Verdict) -> None:
    number = Number("f", "this", (), "c", "value", 0.1, "10%")
    text = str(describe_change("It", verdict, "May 2026", number, number, "with too few people"))
    assert ("rose" in text, "fell" in text) == (verdict is Verdict.rose, verdict is Verdict.fell)
    assert ("too few" in text) == (verdict in {Verdict.unclear, Verdict.uncompared})


def test_savings_losses_and_neither_are_told_apart() -> None:
    value = Number("f", "this", (), "c", "value", 12.0, "12 hours")
    ends = format_interval(value, value)
    assert (
        str(describe_saving("saves", value, ends, "gross"))
        == "Automation saved 12 hours [12 hours to 12 hours], gross."
    )
    assert "more than labeling by hand" in str(describe_saving("costs", value, ends, "gross"))
    loss = Number("f", "this", (), "c", "value_from", -2.5, "-2.5")
    assert str(describe_saving("no clear difference", value, format_interval(loss, value), "gross")) == (
        "Neither a saving nor a loss by automation can be told from chance: between 2.5 hours lost and 12 saved, gross."
    )


@pytest.mark.parametrize(
    ("first", "last", "words", "before"),
    [
        (date(2026, 10, 1), date(2026, 10, 31), "October 2026", (date(2026, 9, 1), date(2026, 9, 30))),
        (date(2026, 1, 1), date(2026, 3, 31), "the first quarter of 2026", (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 3, 5), date(2026, 3, 11), "5 Mar to 11 Mar 2026", (date(2026, 2, 26), date(2026, 3, 4))),
        (date(2024, 2, 1), date(2024, 2, 29), "February 2024", (date(2024, 1, 1), date(2024, 1, 31))),
    ],
)
def test_a_period_has_a_name_and_one_before(first: date, last: date, words: str, before: tuple[date, date]) -> None:
    found = ReportRequest(first, last)
    assert format_period(first, last) == words
    assert (found.previous_filters().from_on, found.previous_filters().to_on) == before


def test_the_last_full_month_and_quarter() -> None:
    assert last_month(date(2026, 11, 23)) == (date(2026, 10, 1), date(2026, 10, 31))
    assert last_month(date(2026, 1, 1)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert last_quarter(date(2026, 11, 23)) == (date(2026, 7, 1), date(2026, 9, 30))
    assert last_quarter(date(2026, 1, 15)) == (date(2025, 10, 1), date(2025, 12, 31))


def test_a_report_says_why_a_saving_turns(of_demo: Content) -> None:
    (section,) = (section for section in of_demo.sections if section.name == ReportPart.outlook)
    turned = " ".join(str(sentence) for sentence in section.sentences)
    assert "So far automation saved" in turned
    assert "goes on costing time" in turned


def test_a_report_says_of_how_many_automations_the_quality_is_confirmed(of_demo: Content) -> None:
    (section,) = (section for section in of_demo.sections if section.name == ReportPart.savings)
    text = " ".join(str(sentence) for sentence in section.sentences)
    verdicts = [row[-1] for row in section.tables[0].rows if row[2] is not None]
    assert verdicts.count("confirmed") == 1
    assert len(verdicts) == 2
    assert "confirmed by a blind audit, for 1 of 2 automations." in text
    assert "so another change on that date may be part of this, too." in text
    assert re.search(r"The assisted labels took \d+% \[\d+% to \d+%\] less time than by hand\.", text)


def test_the_foot_names_tools_as_people_do(of_demo: Content) -> None:
    foot = build_closing_lines(of_demo)[0]
    assert "Label Studio" in foot
    assert "_" not in foot


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((10.0, 20.0, 30.0), "automation will save about 20 hours (8 of 10 simulated outcomes: 10 to 30)."),
        ((-30.0, -20.0, -10.0), "automation will lose about 20 hours (8 of 10 simulated outcomes: 10 to 30)."),
        (
            (-30.0, -5.0, 10.0),
            ("automation may save or lose time (8 of 10 simulated outcomes: a loss of 30 to a gain of 10 hours)."),
        ),
    ],
)
def test_the_outlook_names_the_middle_first_and_a_loss_by_its_word(
    ends: tuple[float, float, float], words: str
) -> None:
    low, middle, high = (
        Number("forecast_savings", "this", (), "p50", "value", end, format_absolute_hours(end)) for end in ends
    )
    sentence = build_sentence(*format_range(low, middle, high, AUTOMATION_SAVES | {"unit": "hours"}))
    assert str(sentence) == words


def test_nothing_of_engineers_is_withheld_where_there_are_none(tmp_path: Path) -> None:
    store = build_store(tmp_path, entries().filter(pl.col("person").is_in(PEOPLE[:3])))
    annotators = PEOPLE_SHEET.list_rows(store).select(PEOPLE_SHEET.columns).with_columns(role=pl.lit("annotator"))
    PEOPLE_SHEET.save_frame(store, annotators)
    content = build_content(store, OCTOBER)
    assert content.withheld == ()
    assert "engineers" not in str([str(sentence) for part in content.sections for sentence in part.sentences])


def test_a_remark_without_words_is_left_out(tmp_path: Path) -> None:
    """Coverage is all that could tell how sure this report is, and it would give away the hours of one person."""
    log = tmp_path / "log.csv"
    rows = "".join(
        f"P{number},2026-10-05,3600,Cats,{what}\n" for number in range(6) for what in ("annotating", "modeling")
    )
    log.write_text("person,day_on,seconds,project,category\n" + rows, encoding="utf-8")
    store = Store(tmp_path / "store")
    import_files(store, [log], Settings())
    PEOPLE_SHEET.load_csv(store, "name,weekly_hours\n" + "".join(f"P{number},40\n" for number in range(5)) + "P5,\n")
    content = build_content(store, replace(OCTOBER, hides_small_groups=True))
    assert [remark.label for remark in content.remarks] == ["Not in it"]
