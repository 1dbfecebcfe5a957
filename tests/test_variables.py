"""Environment variables are checked before anything is touched, and no value of theirs costs data."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_copies import copied

from dashboard.cli.main import main
from dashboard.errors import BadVariable
from dashboard.help import read_topic
from dashboard.pull.discover import SOURCES
from dashboard.pull.tokens import name_variable
from dashboard.store.generations import Store
from dashboard.variables import KEEP, MEMORY, STORE, VARIABLES, parse_count, parse_memory

ROOT = Path(__file__).parents[1]
ENTRIES = "person,day_on,hours,project,category,description\nAda,2026-03-0{0},{0},Lanes,annotating,boxes\n"
BAD_COUNTS = ("-5", "-1", "x", "5.5", "1e3", "5_0", "+5", "NaN", "inf", "true", "[]", "1001", "9" * 5000, "\u0665")
BAD_AMOUNTS = ("700", "MB", "-1MB", "0MB", "99MB", "101TB", "80%", "none", "1e9GB", "nanGB", "\u0665GB", "1GB; x")
BAD_NAMES = ("http://a.example", "a.example:80", "a.example,b.example", "*", "a.example.", "user@a.example")
BAD_VALUES = [
    *(("LABELTIME_KEEP", text) for text in BAD_COUNTS),
    *(("LABELTIME_MEMORY", text) for text in BAD_AMOUNTS),
    *(("LABELTIME_THREADS", text) for text in ("0", *BAD_COUNTS)),
    *(("LABELTIME_ALLOW", text) for text in BAD_NAMES),
]


def run_command(*arguments: object) -> int:
    """Return the exit code of a command."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def list_files(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its content."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a store of three generations and a file to import."""
    folder = tmp_path_factory.mktemp("variables")
    for hours in (1, 2, 3, 4):
        (folder / "time.csv").write_text(ENTRIES.format(hours), encoding="utf-8")
        assert hours == 4 or run_command("--store", folder / "store", "import", folder / "time.csv") == 0
    return folder


@pytest.mark.parametrize(
    ("command", "name", "text"),
    [("import", *value) for value in BAD_VALUES]
    + [(command, "LABELTIME_KEEP", "-5") for command in ("undo", "check", "ask", "rates", "serve")],
)
def test_a_bad_value_ends_the_command_before_anything_is_touched(
    filled: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    name: str,
    text: str,
) -> None:
    before = list_files(filled / "store")
    monkeypatch.setenv(name, text)
    arguments = {"import": [filled / "time.csv"], "undo": [1]}.get(command, [])
    assert run_command("--store", filled / "store", command, *arguments) == 1
    written = capsys.readouterr()
    assert (written.out, name in written.err, "Traceback" in written.err) == ("", True, False)
    assert list_files(filled / "store") == before


@pytest.mark.parametrize("text", BAD_COUNTS)
def test_a_bad_count_stops_a_change_of_a_program_too(filled: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    before = list_files(filled / "store")
    monkeypatch.setenv("LABELTIME_KEEP", text)
    with pytest.raises(BadVariable, match="LABELTIME_KEEP"), Store(filled / "store").change("nothing"):
        pass
    assert list_files(filled / "store") == before


def test_a_file_in_the_place_of_the_store_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes").write_text("mine", encoding="utf-8")
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "notes"))
    assert run_command("imports") == 1
    assert "LABELTIME_STORE" in capsys.readouterr().err


def test_a_store_in_the_home_folder_is_found_without_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("LABELTIME_STORE", "~/hours")
    assert STORE.read() == tmp_path / "hours"


def test_a_folder_whose_name_is_no_text_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LABELTIME_STORE", os.fsdecode(bytes(tmp_path) + b"/caf\xe9"))
    assert run_command("imports") == 1
    assert "LABELTIME_STORE" in capsys.readouterr().err


def test_the_help_answers_beside_a_bad_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELTIME_KEEP", "x")
    assert run_command("help", "commands") == 0
    assert run_command("--help") == 0


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("", "  "):
        monkeypatch.setenv("LABELTIME_KEEP", text)
        monkeypatch.setenv("LABELTIME_MEMORY", text)
        assert (KEEP.read(), MEMORY.read()) == (5, "700000000B")


@given(st.text())
def test_any_text_is_a_count_in_range_or_nothing(text: str) -> None:
    assert parse_count(text) in {None, *range(1001)}
    amount = parse_memory(text)
    assert amount is None or re.fullmatch("[0-9]+B", amount)


def test_every_variable_of_the_program_is_declared_and_documented() -> None:
    sources = [*(ROOT / "dashboard").rglob("*.py"), *(ROOT / "dashboard" / "help").glob("*.md"), ROOT / "README.md"]
    named = {name for path in sources for name in re.findall(r"LABELTIME_[A-Z_]+", path.read_text(encoding="utf-8"))}
    of_sources = {name_variable(source, part) for source in SOURCES.values() for part in ("SERVER", "TOKEN", "USER")}
    assert named - {"LABELTIME_"} - of_sources == {variable.name for variable in VARIABLES}
    reads = [path for path in (ROOT / "dashboard").rglob("*.py") if '"LABELTIME_' in path.read_text(encoding="utf-8")]
    assert {path.name for path in reads} <= {"variables.py", "server.py", "asgi.py", "tokens.py"}
    text = read_topic("commands").text
    for variable in VARIABLES:
        assert f"| `{variable.name}` | {variable.sets} | {variable.allowed} |" in text


@copied
def import_long_file(folder: Path) -> Store:
    """Return a store of many entries."""
    file = folder / "time.csv"
    file.write_text("person,day_on,hours,project,category,description\n", encoding="utf-8")
    with file.open("a", encoding="utf-8") as sink:
        sink.writelines(f"Ada,2026-03-02,0.01,P{row},annotating,text {row * 7919}\n" for row in range(30_000))
    assert run_command("--store", folder / "store", "import", file) == 0
    return Store(folder / "store")


@pytest.mark.parametrize("keep", [1, 3])
def test_the_newest_good_generation_outlives_every_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: int
) -> None:
    """Damage that a copy carries on must not push the last good generation out."""
    store = import_long_file(tmp_path)
    monkeypatch.setenv("LABELTIME_KEEP", str(keep))
    with store.change("a note") as change:
        change.save_setting("note", "good")
    last_good = store.generation()
    with store.change("a note") as change:
        change.save_setting("note", "damaged")
    damage_facts(store, store.generation())
    for turn in range(keep + 3):
        with store.change("a note") as change:
            change.save_setting("note", str(turn))
    assert not store.is_readable(store.generation())
    assert store.generation() in store.list_generations()
    assert last_good in store.list_generations()
    assert len(store.list_generations()) <= keep + 2


def damage_facts(store: Store, number: int) -> None:
    """Flip bits in one block of the facts, which a change of the settings copies but does not read."""
    content = bytearray(store.generation_path(number).read_bytes())
    for place in range(12_288, len(content), 262_144):
        damaged = bytearray(content)
        damaged[place + 4000] ^= 0xFF
        store.generation_path(number).write_bytes(damaged)
        try:
            if not store.is_readable(number):
                with store.try_change():
                    return
        except Exception:  # noqa: BLE001, S112 - this block is read by every change; try the next one
            continue
    raise AssertionError
