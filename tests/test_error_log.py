"""Unexpected errors are recorded where they came up, without a word of what was in the data."""

from __future__ import annotations

import errno
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import error_log
from dashboard.cli.main import main
from dashboard.error_log import MAX_BYTES, describe_log, describe_unexpected, record_error, record_stray_errors
from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store
from dashboard.web.asgi import app
from dashboard.web.components import show_unexpected_error

SECRET = "Ada Lovelace"  # noqa: S105 - a name, not a password


def fail_with_key() -> None:
    {}[SECRET]


def fail_with_row() -> None:
    pl.DataFrame({"who": [SECRET]}).select(pl.col("who").str.to_date("%Y"))


def fail_with_column() -> None:
    pl.DataFrame({"who": [1]}).select(SECRET)


def fail_with_panic() -> None:
    raise pl.exceptions.PanicException(SECRET)


def fail_with_file() -> None:
    Path(f"/nowhere/{SECRET}.csv").read_text(encoding="utf-8")


def fail_with_letter() -> None:
    f"{SECRET}\ud800".encode()


def fail_with_own_words() -> None:
    raise UnreadableFile(f"There is no file {SECRET}.csv.", f'Look for "{SECRET}".')


def fail_with_cause() -> None:
    try:
        fail_with_key()
    except KeyError as error:
        error.add_note(SECRET)
        raise RuntimeError(SECRET) from error


def fail_with_group() -> None:
    raise ExceptionGroup(SECRET, [ValueError(SECRET), KeyError(SECRET)])


def fail_with_class() -> None:
    def inner(depth: int, secret: str) -> None:
        inner(depth + 1, secret)

    inner(0, SECRET)


FAILURES = [value for name, value in sorted(globals().items()) if name.startswith("fail_with")]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABELTIME_LOG", str(tmp_path / "log"))
    return tmp_path / "log" / "errors.log"


def catch_error(fail: Callable[[], None]) -> BaseException:
    """Return the error of a function."""
    try:
        fail()
    except BaseException as error:  # noqa: BLE001 - a panic is no Exception
        return error
    raise AssertionError


@pytest.mark.parametrize("fail", FAILURES)
def test_an_error_is_recorded_by_class_and_place_alone(log: Path, fail: Callable[[], None]) -> None:
    error = catch_error(fail)
    assert record_error(error) == log
    text = log.read_text(encoding="utf-8")
    assert type(error).__qualname__ in text
    assert fail.__name__ in text
    assert not {SECRET, "Ada", "Lovelace", str(Path.home()), str(Path(__file__).parent)} & {
        part for part in (SECRET, "Ada", "Lovelace", str(Path.home()), str(Path(__file__).parent)) if part in text
    }
    assert len(text) < 10_000


def test_causes_groups_and_codes_are_recorded(log: Path) -> None:
    for fail in (fail_with_cause, fail_with_group, fail_with_file):
        record_error(catch_error(fail))
    text = log.read_text(encoding="utf-8")
    assert "caused by KeyError" in text
    assert "in the group: ValueError" in text
    assert "FileNotFoundError ENOENT" in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_owner_can_read_the_log(log: Path) -> None:
    record_error(catch_error(fail_with_key))
    assert (log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_log_stays_small(log: Path) -> None:
    for _ in range(600):  # two files are full after 562
        record_error(catch_error(fail_with_class))
    sizes = {path.name: path.stat().st_size for path in log.parent.iterdir()}
    assert set(sizes) == {"errors.log", "errors.log.1"}
    assert max(sizes.values()) <= MAX_BYTES


def test_an_error_is_recorded_once(log: Path) -> None:
    error = catch_error(fail_with_key)
    record_error(error)
    record_error(error)
    assert log.read_text(encoding="utf-8").count("KeyError") == 1


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "log"):
        monkeypatch.setenv("LABELTIME_LOG", str(folder))
        assert record_error(catch_error(fail_with_key)) is None
        assert "cannot write" in error_log.describe_unexpected(catch_error(fail_with_key))


@pytest.mark.parametrize("debug", ["0", "1"])
@pytest.mark.parametrize("fail", ["raise KeyError('Ada Lovelace')", "import polars; polars.DataFrame().select('Ada')"])
def test_an_unexpected_error_of_a_command_is_one_line(
    log: Path, monkeypatch: pytest.MonkeyPatch, fail: str, debug: str
) -> None:
    monkeypatch.setenv("LABELTIME_DEBUG", debug)
    program = (
        "from dashboard.cli.main import application, main\n"
        f"@application.command('fail')\ndef fail():\n    {fail}\nmain(['fail'])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ("Traceback" in ended.stderr, "Ada" in ended.stderr) == (debug == "1", debug == "1")
    if debug == "0":
        assert str(log) in ended.stderr
        assert len(ended.stderr.splitlines()) == 1
        assert "fail" in log.read_text(encoding="utf-8")


def test_check_names_the_log(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--store", str(tmp_path / "store"), "check"])
    assert f"There was none; it would be in {log}." in capsys.readouterr().out
    record_error(catch_error(fail_with_key))
    assert "The last one was on" in describe_log()[2]


def test_what_a_server_logs_and_what_ends_a_thread_is_recorded(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("a library")
    logger.addHandler(logging.StreamHandler(sys.stderr))
    with record_stray_errors():
        logger.error("Uncaught: %s", SECRET, exc_info=catch_error(fail_with_key))
        thread = threading.Thread(target=fail_with_row)
        thread.start()
        thread.join()
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 2
    assert written.count(str(log)) == 2
    assert "Ada" not in written + log.read_text(encoding="utf-8")
    assert "fail_with_key" in log.read_text(encoding="utf-8")
    assert "fail_with_row" in log.read_text(encoding="utf-8")


def draw_failing_page() -> None:
    """Fail as a page does, and be caught as Streamlit catches it."""
    from streamlit import config
    from streamlit.error_util import handle_user_script_exception

    from dashboard.error_log import record_stray_errors
    from dashboard.web.components import show_unexpected_error

    config.set_option("logger.enableRich", False)  # noqa: FBT003 - as the server is started
    with record_stray_errors():
        try:
            {}["Ada Lovelace"]
        except KeyError as error:
            handle_user_script_exception(error, show_unexpected_error)


@pytest.mark.filterwarnings("default")
def test_a_page_that_fails_names_the_log_and_what_to_do(log: Path, capfd: pytest.CaptureFixture[str]) -> None:
    page = AppTest.from_function(draw_failing_page, default_timeout=60).run()
    assert not page.exception
    (box,) = page.error
    assert "errors\\.log" in box.value
    assert "Try again" in box.value
    assert "Ada" not in box.value
    assert "draw_failing_page" in log.read_text(encoding="utf-8")
    written = capfd.readouterr()
    assert "Ada" not in written.err + written.out
    assert "Traceback" not in written.err


def test_a_button_that_is_refused_before_the_page_is_drawn_says_why(log: Path) -> None:
    def draw_page() -> None:
        from streamlit.error_util import handle_user_script_exception

        from dashboard.errors import StoreBusy
        from dashboard.web.components import show_unexpected_error

        handle_user_script_exception(StoreBusy("It is still writing.", "Try again later."), show_unexpected_error)

    page = AppTest.from_function(draw_page, default_timeout=60).run()
    (box,) = page.error
    assert "still writing" in box.value
    assert not log.exists()


def test_the_dashboard_shows_unexpected_errors_that_way() -> None:
    assert app._on_script_error is show_unexpected_error  # noqa: SLF001 - Streamlit tells it no other way


def test_an_end_of_the_reading_process_is_recorded(log: Path, tmp_path: Path) -> None:
    """The reader of a table may crash; a file that does it is kept out of the log."""
    from dashboard.ingest.isolation import _give_back, _take_process

    process = _take_process()
    process.process.kill()
    path = tmp_path / f"{SECRET}.csv"
    path.write_text("person,day_on,hours\nAda,2026-03-02,1\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="signal 9"):
        process.open_file(path, None, tmp_path)
    _give_back(process)
    text = log.read_text(encoding="utf-8")
    assert "ended with signal 9" in text
    assert "Ada" not in text
    assert import_files(Store(tmp_path / "store"), [path], Settings())[0].accepted == 1


def test_a_full_disk_is_told_as_one() -> None:
    assert "Free some space" in describe_unexpected(OSError(errno.ENOSPC, "No space left on device"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders as on POSIX")
def test_a_pipe_in_the_place_of_the_log_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LABELTIME_LOG", str(tmp_path))
    os.mkfifo(tmp_path / error_log.FILE_NAME)
    assert record_error(ValueError()) is None
