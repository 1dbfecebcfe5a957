"""The command line as scripts see it: exit codes, and what goes to stdout and to stderr."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import typer
from store_copies import copied

from dashboard.cli.main import application, find_data_folder, main, resolve_demo_folder, resolve_store_folder
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

HEADER = "person,day_on,hours,project,category,description\n"
WEEK = (
    HEADER
    + "Ada,2026-03-02,6,Lanes,annotating,boxes\n"
    + "Ada,2026-03-03,1.25,Lanes,modeling,loss curves\n"
    + "Ben,2026-03-03,0.1,=1+1,review,\n"
)
BAD_ROW = "Ben,2026-03-04,-1,Lanes,review,\n"


@dataclass(frozen=True)
class Outcome:
    """How a run of the program ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the program wrote
        """Return stdout as JSON."""
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_command(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main(["--store", str(tmp_path / "store"), *map(str, arguments)])
        written = capsys.readouterr()
        code = ended.value.code
        return Outcome(code if isinstance(code, int) else 0, written.out, written.err)

    return run_command


@pytest.fixture
def week(tmp_path: Path) -> Path:
    return write(tmp_path / "week.csv", WEEK)


@copied
def build_week(folder: Path) -> Store:
    """Return a store in the folder into which the week is imported."""
    store = Store(folder / "store")
    import_files(store, [write(folder / "week.csv", WEEK)], Settings())
    return store


@pytest.fixture
def week_store(tmp_path: Path) -> Store:
    """Give the store that `run` uses the week."""
    return build_week(tmp_path)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def hours(run: Run) -> dict[str, float]:
    return {row["category"]: row["hours"] for row in run("ask", "hours_by_category", "--format", "json").json["rows"]}


def test_import_reports_what_became_of_every_row(run: Run, tmp_path: Path) -> None:
    (said,) = run("import", write(tmp_path / "week.csv", WEEK + BAD_ROW), "--json").json
    assert said["rows_read"] == said["accepted"] + said["duplicate"] + said["rejected"] == 4
    assert (said["import_id"], said["accepted"], said["rejected"]) == (1, 3, 1)
    assert said["seconds_total"] == 6 * 3600 + 4500 + 360
    assert (said["first_day"], said["last_day"]) == ("2026-03-02", "2026-03-03")
    assert said["source"] == "native_time"
    assert isinstance(said["warnings"], list)


def test_tables_of_imports_are_for_people(run: Run, week: Path) -> None:
    for table in (run("import", week).out, run("imports").out):
        titles, row = table.splitlines()
        assert [title in titles for title in ("Rows added", "Hours", "seconds", "_")] == [True, True, False, False]
        assert " 7.3 " in row  # 26,460 seconds


def test_the_same_file_again_adds_nothing_and_undo_restores_every_total(run: Run, week: Path, tmp_path: Path) -> None:
    run("import", week)
    before = hours(run)
    (again,) = run("import", week, "--json").json
    assert (again["accepted"], again["duplicate"]) == (0, 3)
    (more,) = run("import", write(tmp_path / "more.csv", WEEK + "Cyd,2026-03-04,2,Lanes,annotating,\n"), "--json").json
    assert (more["accepted"], more["duplicate"]) == (1, 3)
    assert hours(run)["annotating"] == 8
    assert run("undo", more["import_id"]).code == 0
    assert hours(run) == before
    assert run("undo", more["import_id"]).code == 1
    history = run("imports", "--json").json
    assert sorted(row["import_id"] for row in history) == [1, 2]  # the same file again is no import


def test_a_dry_run_says_the_same_and_stores_nothing(run: Run, week: Path, tmp_path: Path) -> None:
    (rehearsed,) = run("import", week, "--dry-run", "--json").json
    assert not (tmp_path / "store").exists()
    (real,) = run("import", week, "--json").json
    assert rehearsed == {**real, "import_id": None}


def test_rejects_that_cannot_be_written_stop_the_import_before_it_begins(run: Run, tmp_path: Path) -> None:
    week = write(tmp_path / "week.csv", WEEK + BAD_ROW)
    for place in (tmp_path / "nowhere" / "rejects.csv", tmp_path):
        outcome = run("import", week, "--rejects", place)
        assert (outcome.code, outcome.out) == (1, "")
        assert "cannot be written" in outcome.err
    assert run("imports", "--json").json == []


def test_rejected_rows_overwrite_no_export(run: Run, tmp_path: Path) -> None:
    week, rejects = write(tmp_path / "week.csv", WEEK + BAD_ROW), tmp_path / "rejects.csv"
    for dry in ([], ["--dry-run"]):
        outcome = run("import", "--rejects", week, week, *dry)
        assert (outcome.code, outcome.out) == (1, "")
        assert "holds no rejected rows" in outcome.err
    assert week.read_text(encoding="utf-8") == WEEK + BAD_ROW
    assert run("imports", "--json").json == []
    for _ in range(2):  # its own rows may be written again
        assert run("import", week, "--rejects", rejects, "--dry-run").code == 0


@pytest.mark.parametrize("words", [("import",), ("watch", "--once")])
def test_an_empty_name_is_not_the_current_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    write(tmp_path / "here" / "week.csv", WEEK)
    monkeypatch.chdir(tmp_path / "here")
    outcome = run(*words, "")
    assert (outcome.code, outcome.out) == (2, "")
    assert run("imports", "--json").json == []


def test_a_filter_that_is_no_text_is_a_message(run: Run) -> None:
    outcome = run("ask", "hours_by_week", "--project", "\udcff")
    assert outcome.code == 1
    assert "is not text in UTF-8" in outcome.err


def test_rejected_rows_come_with_line_and_reason(run: Run, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    outcome = run("import", write(tmp_path / "week.csv", WEEK + BAD_ROW), "--rejects", rejects)
    assert outcome.code == 0
    (row,) = csv.DictReader(StringIO(rejects.read_text(encoding="utf-8")))
    assert (row["file"], row["line"], row["reason"]) == ("week.csv", "5", "negative duration")


def test_a_folder_imports_what_can_be_imported_and_names_the_rest(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "exports" / "march" / "week.csv", WEEK)
    write(tmp_path / "exports" / "notes.csv", "one,two\n1,2\n")
    write(tmp_path / "exports" / ".hidden.csv", "not looked at")
    outcome = run("import", tmp_path / "exports", "--json")
    assert outcome.code == 1
    assert [one["file"] for one in outcome.json] == ["week.csv"]
    assert "notes.csv" in outcome.err
    assert ".hidden" not in outcome.err
    assert hours(run)["annotating"] == 6


def test_a_file_that_leaves_the_zone_open_is_asked_about(run: Run, tmp_path: Path) -> None:
    text = "person,seconds,started_at\nAda,3600,2026-03-02T09:00:00\n"
    path = write(tmp_path / "open.csv", text)
    outcome = run("import", path)
    assert (outcome.code, outcome.out) == (1, "")
    assert "--zone" in outcome.err
    assert run("import", path, "--zone", "Europe/Berlin").code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ask", "no_such_figure"], 1),
        (["ask", "hours_by_category", "--from", "2026-02-01", "--to", "2026-01-01"], 1),
        (["ask", "hours_by_category", "--from", "yesterday"], 2),
        (["ask", "hours_by_category", "--format", "xml"], 2),
        (["import", "missing.csv"], 1),
        (["import"], 2),
        (["undo", "7"], 1),
        (["undo", "seven"], 2),
        (["rules", "load", "missing.csv"], 1),
        (["no_such_command"], 2),
    ],
)
def test_what_cannot_be_done_ends_with_a_message_and_its_exit_code(run: Run, arguments: list[str], code: int) -> None:
    outcome = run(*arguments)
    assert outcome.code == code
    assert outcome.out == ""
    assert outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("kind", ["device", "pipe", "folder"])
def test_a_sheet_is_read_from_an_ordinary_file(run: Run, tmp_path: Path, kind: str) -> None:
    path = Path("/dev/zero") if kind == "device" else tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    outcome = run("notes", "load", str(path))
    assert (outcome.code, "not an ordinary file" in outcome.err) == (1, True)


@pytest.mark.parametrize(("switch", "code"), [("-O", 0), ("-OO", 1)])
def test_without_docstrings_the_program_says_what_it_needs(switch: str, code: int) -> None:
    words = [sys.executable, switch, "-c", "from dashboard.cli.main import main; main(['--version'])"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "PYTHONOPTIMIZE" in done.stderr) == (code, bool(code))


@pytest.mark.parametrize(("words", "closed", "code"), [("notes", ">&-", 0), ("notes load -", "<&-", 1)])
def test_a_closed_stream_is_no_unexpected_error(tmp_path: Path, words: str, closed: str, code: int) -> None:
    script = "from dashboard.cli.main import main; main()"
    line = f'exec "$0" -c "{script}" --store "$1" {words} {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, tmp_path], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "unexpected" in done.stderr) == (code, False)


def test_csv_and_json_agree_cell_for_cell_and_are_not_rounded(run: Run, week_store: Store) -> None:
    answer = run("ask", "hours_by_project", "--format", "json").json
    lines = list(csv.reader(StringIO(run("ask", "hours_by_project", "--format", "csv").out)))
    assert lines[0] == answer["columns"]
    for line, row in zip(lines[1:], answer["rows"], strict=True):
        for text, name in zip(line, answer["columns"], strict=True):
            value = row[name]
            assert text in {"" if value is None else str(value), "'=1+1"}
            assert not isinstance(value, float) or float(text) == value


def test_a_formula_in_a_name_is_harmless_in_csv(run: Run, week_store: Store) -> None:
    assert "\n=1+1" not in run("ask", "hours_by_project", "--format", "csv").out
    assert "=1+1" in run("ask", "hours_by_project", "--format", "json").out


def test_the_json_of_a_figure_has_the_parts_that_scripts_rely_on(run: Run, week_store: Store) -> None:
    answer = run("ask", "labeling_share", "--from", "2026-03-01", "--to", "2026-03-31", "--format", "json").json
    wanted = {"figure", "title", "unit", "note", "as_of", "filters", "coverage", "columns", "rows"}
    assert wanted <= set(answer)
    assert answer["filters"]["from_on"] == "2026-03-01"
    assert answer["as_of"] == "2026-03-03"


def test_filters_narrow_the_answer(run: Run, week_store: Store) -> None:
    narrowed = run("ask", "hours_by_category", "--project", "Lanes", "--to", "2026-03-02", "--format", "json").json
    assert {row["category"]: row["hours"] for row in narrowed["rows"] if row["hours"]} == {"annotating": 6}
    renamed = run("ask", "hours_by_category", "--category", "labeling", "--format", "json")
    assert {row["category"]: row["hours"] for row in renamed.json["rows"] if row["hours"]} == {"annotating": 6}
    assert renamed.err == ""


def test_without_a_name_ask_lists_every_figure(run: Run) -> None:
    listed = {row["figure"] for row in run("ask", "--format", "json").json}
    assert {"labeling_share", "hours_by_category", "hours_by_week", "coverage", "imports", "bad_rows"} <= listed


def test_an_empty_store_has_answers_too(run: Run, tmp_path: Path) -> None:
    assert run("ask", "hours_by_category").code == 0
    assert run("imports").code == 0
    assert run("check").code == 0
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    "subject",
    "rules people automations rates projects scenarios backlogs budgets targets notes".split(),  # noqa: SIM905 - short
)
def test_a_setup_can_be_exported_and_loaded_again(run: Run, week_store: Store, tmp_path: Path, subject: str) -> None:
    kept = tmp_path / f"{subject}.csv"
    assert run(subject, "export", kept).code == 0
    text = kept.read_bytes().decode()  # line ends as written
    assert run(subject, "export", "-").out == text
    assert run(subject, "load", kept).code == 0
    assert run(subject, "export", "-").out == text
    assert run(subject).code == 0


def test_an_empty_list_says_how_it_is_filled(run: Run) -> None:
    listed = run("targets")
    assert listed.out == "(no rows)\n"
    assert "`labeltime targets load FILE`" in listed.err
    assert run("rules").err == ""


def test_a_loaded_rule_moves_the_hours(run: Run, tmp_path: Path) -> None:
    run("import", write(tmp_path / "a.csv", "person,day_on,hours,project\nAda,2026-03-02,6,Kestrel\n"))
    assert {name for name, value in hours(run).items() if value} == {"uncategorized"}
    rules = write(
        tmp_path / "rules.csv", "position,field,operator,pattern,category\n1,project,contains,kestrel,review\n"
    )
    assert run("rules", "load", rules).code == 0
    assert {name for name, value in hours(run).items() if value} == {"review"}


def test_check_passes_on_a_sound_store_and_fails_on_a_damaged_one(run: Run, week_store: Store, tmp_path: Path) -> None:
    run("import", write(tmp_path / "more.csv", HEADER + "Cyd,2026-03-04,2,Lanes,annotating,\n"))
    assert run("check").code == 0
    newest = max((tmp_path / "store").glob("*.duckdb"))
    newest.write_bytes(newest.read_bytes()[:5000])
    broken = run("check", "--json")
    assert broken.code == 1
    assert "Traceback" not in broken.err
    assert run("check", "--repair").code == 0
    assert hours(run)["annotating"] == 6


def test_the_demo_never_touches_a_store_of_ones_own(run: Run, week_store: Store) -> None:
    before = hours(run)
    refused = run("demo", "--no-browser")
    assert refused.code == 1
    assert "of your own" in refused.err
    assert hours(run) == before


@pytest.mark.parametrize("command", [("import", "x" * 5_000), ("watch", "x" * 5_000), ("report", "--out", "x" * 5_000)])
def test_a_name_that_is_too_long_is_said(run: Run, command: tuple[str, ...]) -> None:
    refused = run(*command)
    assert refused.code == 1
    assert "longer than the system allows" in refused.err


def test_the_environment_names_a_store_but_not_the_demos(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "own"))
    command = typer.main.get_command(application)
    from_environment = command.make_context("labeltime", ["demo"])
    assert resolve_store_folder(from_environment) == tmp_path / "own"
    assert resolve_demo_folder(from_environment) == find_data_folder() / "demo"
    named = command.make_context("labeltime", ["--store", str(tmp_path / "named"), "demo"])
    assert resolve_store_folder(named) == resolve_demo_folder(named) == tmp_path / "named"
    monkeypatch.setenv("LABELTIME_STORE", f" {tmp_path / 'own'} ")
    assert resolve_store_folder(command.make_context("labeltime", ["demo"])) == tmp_path / "own"
    monkeypatch.setenv("LABELTIME_STORE", " ")
    assert resolve_store_folder(command.make_context("labeltime", ["demo"])) == find_data_folder() / "store"


@pytest.mark.skipif(os.name == "nt", reason="signals as on POSIX")
def test_serve_answers_on_loopback_and_ends_when_told(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "dashboard.cli.main",
        "--store",
        str(tmp_path),
        "serve",
        "--no-browser",
        "--port",
        "8650",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=10) as answer:  # noqa: S310 - loopback
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{address}/_stcore/health", timeout=5)  # noqa: S310 - loopback


def test_a_table_of_labels_is_imported_by_a_mapping(run: Run, tmp_path: Path) -> None:
    rows = "a.png,Ann,2026-03-02,hand\nb.png,Ann,2026-03-02,magic\n"
    (tmp_path / "labels.csv").write_text(f"image,by,on,how\n{rows}", "utf-8")
    columns = {"item": "image", "person": "by", "day_on": "on", "method": "how"}
    mapping = {"kind": "labeling_event", "columns": columns, "values": {"method": {"hand": "manual"}}}
    (tmp_path / "map.json").write_text(json.dumps(mapping), "utf-8")
    done = run("import", tmp_path / "labels.csv", "--mapping", tmp_path / "map.json", "--rejects", tmp_path / "bad.csv")
    assert (done.code, "No mapped column tells: how long it took" in done.err) == (0, True)
    assert 'words of method mean: "magic"' in done.err
    assert "method not known" in (tmp_path / "bad.csv").read_text("utf-8")
    again = run("import", tmp_path / "labels.csv", "--mapping", tmp_path / "map.json")
    assert "nothing was added" in again.err


def test_a_saved_mapping_is_used_by_its_name_listed_and_deleted(run: Run, tmp_path: Path) -> None:
    rows = "mapping,part,holds\nSheet,person,Wer\nSheet,day_on,Wann\nSheet,hours,h\n"
    (tmp_path / "mappings.csv").write_text(rows, "utf-8")
    (tmp_path / "hours.csv").write_text("Wer,Wann,h\nAnn,2026-03-02,2\n", "utf-8")
    assert "Mappings saved: 1." in run("mappings", "load", tmp_path / "mappings.csv").err
    assert "Wann" in run("mappings").out
    assert run("import", tmp_path / "hours.csv", "--mapping", "Sheet").code == 0
    unknown = run("import", tmp_path / "hours.csv", "--mapping", "Shet")
    assert (unknown.code, "Known mappings: Sheet" in unknown.err) == (1, True)
    (tmp_path / "map.json").write_text('{"columns": {"day_on": "Tag", "hours": "h"}, "zone": "UTC"}', "utf-8")
    assert "is saved" in run("mappings", "add", "Other", tmp_path / "map.json").err
    (tmp_path / "map.json").write_text('{"columns": {"day_on": "Tag", "hours": "Std"}, "zone": "UTC"}', "utf-8")
    assert "is replaced" in run("mappings", "add", "Other", tmp_path / "map.json").err
    assert "Tag" in run("mappings").out
    assert "is deleted" in run("mappings", "delete", "Sheet").err
    assert "Wann" not in run("mappings").out


def test_a_table_with_a_known_header_is_read_by_its_last_mapping(run: Run, tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text('{"columns": {"person": "Wer", "day_on": "Wann", "hours": "lang"}}', "utf-8")
    for day in (2, 3, 4):
        (tmp_path / f"{day}.csv").write_text(f"Wer,Wann,lang\nAnn,2026-03-0{day},2\n", "utf-8")
    assert run("import", tmp_path / "2.csv").code == 1
    assert run("import", tmp_path / "2.csv", "--mapping", tmp_path / "map.json").code == 0
    recalled = run("import", tmp_path / "3.csv")
    assert (recalled.code, "Read by the mapping of import 1 (2.csv)" in recalled.err) == (0, True)
    assert "nothing was added" in run("import", tmp_path / "3.csv").err
    other = '{"columns": {"person": "Wer", "day_on": "Wann", "minutes": "lang"}}'
    (tmp_path / "map.json").write_text(other, "utf-8")
    assert "mapping of import" not in run("import", tmp_path / "4.csv", "--mapping", tmp_path / "map.json").err
    hours = run("ask", "hours_by_day", "--format", "json").json["rows"]
    assert sum(row["hours"] for row in hours) == pytest.approx(4 + 2 / 60)
    (tmp_path / "more.csv").write_text("Wer,Wann,lang,Ort\nAnn,2026-03-05,2,Ulm\n", "utf-8")
    assert run("import", tmp_path / "more.csv").code == 1
    run("undo", 3)
    run("undo", 2)
    run("undo", 1)
    assert run("import", tmp_path / "3.csv").code == 1
