"""Values made to break the arithmetic, the store or the terminal: each is rejected with a reason, or kept as text."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import polars as pl
import pytest

from dashboard.cli.main import main
from dashboard.errors import UnreadableFile
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.importers.frames.label_values import BadRecordError, read_instant
from dashboard.ingest.batch import import_files
from dashboard.ingest.results import ImportResult
from dashboard.store.generations import Store
from dashboard.web.components import escape_markdown, format_command

EXPORT = Path(__file__).parents[2] / "fixtures" / "label_studio" / "all_tasks.json"
TASKS = json.dumps(json.loads(EXPORT.read_text(encoding="utf-8")))  # one line, a blank after every colon
NATIVE = "person,day_on,seconds,project,category\n"


def imported(folder: Path, name: str, text: str) -> ImportResult:
    """Import text as a file; the counts add up and the row is in the store or among the rejected."""
    path = folder / name
    folder.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    (result,) = import_files(Store(folder / "store"), [path], Settings())
    assert result.rows_read == result.accepted + result.duplicate + result.rejected
    assert result.rejects.height == result.rejected
    return result


@pytest.mark.parametrize("length", ["1e308", '"1e308"', "1" + "0" * 400])
def test_a_labeling_time_beyond_all_numbers_is_rejected(tmp_path: Path, length: str) -> None:
    text = TASKS.replace('"lead_time": ', f'"lead_time": {length}, "before": ')
    with pytest.raises(UnreadableFile, match=r"no duration that can be read|longer than 31 days"):
        imported(tmp_path, "tasks.json", text)


@pytest.mark.parametrize("count", ["9" * 19, "9" * 400, "1e308", "1e999"])
def test_a_number_of_tokens_beyond_all_numbers_is_not_known(tmp_path: Path, count: str) -> None:
    labeled = (EXPORT.parents[1] / "autolabel" / "labeled.csv").read_text(encoding="utf-8")
    result = imported(tmp_path, "labeled.csv", labeled.replace("=120,", f"={count},").replace("0.00021", count))
    assert (result.accepted, result.rejected) == (2, 0)
    with Store(tmp_path / "store").snapshot() as snapshot:
        assert snapshot.query("select sum(tokens) from labeling_event").item() == 4 + 118
        assert snapshot.query("select bool_and(isfinite(cost)) from labeling_event").item()


@pytest.mark.parametrize("number", [10**400, -(10**400), 1e308, float("inf"), float("nan")])
def test_an_instant_beyond_all_numbers_is_none(number: float) -> None:
    with pytest.raises(BadRecordError):
        read_instant(number)


@pytest.mark.parametrize("year", ["0001", "9999"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_clock_at_the_edge_of_the_calendar_keeps_out_no_other(tmp_path: Path, year: str, zone: str) -> None:
    days = (f"{year}-01-01 Mon", f"{year}-12-31 Fri", "2026-03-02 Mon")
    clocks = [f"CLOCK: [{day} 00:01]--[{day} 23:59] => 23:58" for day in days]
    path = tmp_path / "clocks.org"
    path.write_text("\n".join(["* Signs", ":LOGBOOK:", *clocks, ":END:", ""]), encoding="utf-8")
    (result,) = import_files(Store(tmp_path / "store"), [path], Settings(zone=zone, person="Ann"))
    assert (result.accepted, result.rejected) == (1, 2)


def test_half_an_emoji_is_replaced_not_stumbled_over(tmp_path: Path) -> None:
    whole, half = json.dumps("🚗"), '"cut \\ud83d"'
    expected = imported(tmp_path / "whole", "tasks.json", TASKS.replace('"project": 1', f'"project": {whole}'))
    result = imported(tmp_path / "half", "tasks.json", TASKS.replace('"project": 1', f'"project": {half}'))
    assert (result.accepted, result.seconds_total) == (expected.accepted, expected.seconds_total)
    with Store(tmp_path / "half" / "store").snapshot() as snapshot:
        projects = snapshot.query("select distinct project from labeling_event order by project")
    assert projects.get_column("project").to_list() == ["cut \ufffd"]
    with Store(tmp_path / "whole" / "store").snapshot() as snapshot:
        projects = snapshot.query("select distinct project from labeling_event order by project")
    assert projects.get_column("project").to_list() == ["🚗"]


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [
        ("NaN", "no duration that can be read"),
        ("Infinity", "no duration that can be read"),
        ("1e309", "no duration that can be read"),
        ("9223372036854775808", "no duration that can be read"),
        ("-5", "negative duration"),
        ("2678401", "longer than 31 days"),
    ],
)
def test_a_length_that_is_none_is_rejected_with_its_reason(tmp_path: Path, seconds: str, reason: str) -> None:
    result = imported(tmp_path, "time.csv", f"{NATIVE}Ada,2026-03-02,{seconds},P,\nBen,2026-03-02,60,P,\n")
    assert (result.accepted, result.seconds_total) == (1, 60)
    assert result.rejects.select("line", "reason").rows() == [(2, reason)]


NAMES = (
    "'; drop table time_entry; --",
    '" or 1=1 --',
    "<script>alert(1)</script>",
    "=1+1",
    "--help",
    "$$",
    "\u202egnp.exe",
    "Robert`$(id)`",
    "👩‍👩‍👧",
)


def test_the_command_shown_for_a_figure_answers_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f'Ada,2026-03-02,{60 + place},"{name.replace(chr(34), chr(34) * 2)}",' for place, name in enumerate(NAMES)]
    imported(tmp_path, "time.csv", NATIVE + "\n".join([*rows, "Ben,2026-03-02,7000,Other,modeling", ""]))
    store = Store(tmp_path / "store")
    chosen = [Filters(projects=(name,)) for name in NAMES]
    for filters in (*chosen, Filters(categories=("modeling",)), Filters(people=("Ben",)), Filters(roles=("engineer",))):
        shown_rows = resolve_figure(store, "hours_by_category", filters)
        program, *words = shlex.split(format_command(shown_rows))
        assert program == "labeltime"
        with pytest.raises(SystemExit) as ended:
            main(["--store", str(tmp_path / "store"), *words, "--format", "json"])
        assert not ended.value.code
        answered = json.loads(capsys.readouterr().out)
        assert answered["rows"] == shown_rows.rows.to_dicts()


def test_names_stay_apart_and_whole(tmp_path: Path) -> None:
    rows = [f'Ada,2026-03-02,{60 + place},"{name.replace(chr(34), chr(34) * 2)}",' for place, name in enumerate(NAMES)]
    imported(tmp_path, "time.csv", NATIVE + "\n".join([*rows, ""]))
    by_project = resolve_figure(Store(tmp_path / "store"), "hours_by_project", Filters()).rows
    assert by_project.height == len(NAMES)
    assert by_project.get_column("hours").sum() == pytest.approx(sum(range(60, 60 + len(NAMES))) / 3600)
    assert pl.Series(NAMES).is_in(by_project.get_column("project").implode()).sum() >= len(NAMES) - 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("http://example.com", "http:\u2060//example.com"),
        ("see WWW.example.com", "see WWW.\u2060example.com"),
        (":material/delete: :cat:", ":\u2060material/delete: :\u2060cat:"),
        ("from 10:30 to 11:00, a: b", "from 10:30 to 11:00, a: b"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("W" * 4000, "W" * 80 + "…"),
        ("w" * 119, "w" * 119),
    ],
)
def test_a_name_becomes_no_link_no_icon_and_no_wall(name: str, expected: str) -> None:
    assert re.sub(r"\\(.)", r"\1", escape_markdown(name)) == expected
