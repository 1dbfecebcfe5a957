"""`labeltime report --schedule`: shown and asked first, then a script that writes and sends the report by itself."""

from __future__ import annotations

import email
import os
import subprocess
import sys
from pathlib import Path

import pytest
from reported_team import sixty_projects

from dashboard.cli.main import main
from dashboard.cli.schedule import Schedule, build_script, find_config_folder, write_private
from dashboard.store.generations import Store

TOOL = '#!/bin/sh\necho "$0 $*" >> "{log}"\n'
RECEIVED = {"sendmail": "mail", "curl": "posted"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return sixty_projects(tmp_path_factory.mktemp("it's 100% a $HOME"))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of a person on a machine whose tools write down what they are asked."""
    tools = tmp_path / "bin"
    tools.mkdir()
    log = tmp_path / "log"
    log.touch()
    program = tools / "labeltime"
    code = "from dashboard.cli.main import main; main()"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{code}' \"$@\"\n", encoding="utf-8")
    program.chmod(0o755)
    for name in ("systemctl", "crontab", "sendmail", "curl"):
        text = TOOL.format(log=log)
        if name == "crontab":
            text += (
                f'if [ "$1" != -l ]; then cat > "{tmp_path}/crontab"\n'
                f'elif [ -e "{tmp_path}/refusal" ]; then cat "{tmp_path}/refusal" >&2; exit 1\n'
                f'elif [ -e "{tmp_path}/crontab" ]; then cat "{tmp_path}/crontab"\n'
                "else echo 'no crontab for somebody' >&2; exit 1; fi\n"
            )
        if name in RECEIVED:
            text += f'cat > "{tmp_path}/{RECEIVED[name]}"\n'
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "con fig%"))
    return tmp_path


def run(store: Store, *words: str) -> int:
    """Return the exit code of the command."""
    with pytest.raises(SystemExit) as ended:
        main(["--store", str(store.folder), "report", "--schedule", *words])
    return int(ended.value.code or 0)


def test_nothing_is_written_where_nobody_can_be_asked(
    store: Store, machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(store, "--with", "systemd", "--out", str(machine / "r.md")) == 2
    shown = capsys.readouterr().err
    assert "OnCalendar=*-*-01 07:00:00" in shown
    assert "--yes" in shown
    assert not (machine / "con fig%").exists()
    assert not (machine / "log").read_text(encoding="utf-8")


def test_systemd_gets_a_timer_that_it_accepts(store: Store, machine: Path) -> None:
    assert run(store, "--with", "systemd", "--period", "quarter", "--out", str(machine / "r.md"), "--yes") == 0
    units = machine / "con fig%" / "systemd" / "user"
    timer = (units / "labeltime-report-quarter.timer").read_text(encoding="utf-8")
    assert "OnCalendar=*-01,04,07,10-01 07:00:00" in timer
    assert "con fig%%" in (units / "labeltime-report-quarter.service").read_text(encoding="utf-8")
    log = (machine / "log").read_text(encoding="utf-8")
    assert "--user enable --now labeltime-report-quarter.timer" in log
    script = machine / "con fig%" / "labeltime" / "labeltime-report-quarter.sh"
    assert script.stat().st_mode & 0o777 == 0o700


def test_cron_keeps_other_lines_and_has_the_report_once(store: Store, machine: Path) -> None:
    (machine / "crontab").write_text("5 5 * * * true\n", encoding="utf-8")
    for _ in range(2):
        assert run(store, "--with", "cron", "--out", str(machine / "r.md"), "--yes") == 0
    lines = (machine / "crontab").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "5 5 * * * true"
    assert len(lines) == 2
    assert lines[1].startswith("0 7 1 * * /bin/sh ")
    assert "con fig\\%" in lines[1]


def test_cron_keeps_the_bytes_of_other_lines(store: Store, machine: Path) -> None:
    lines = b"# caf\xe9\r\n5 5 * * * printf '\x0c\x85'\n"
    (machine / "crontab").write_bytes(lines)
    assert run(store, "--with", "cron", "--out", str(machine / "r.md"), "--yes") == 0
    assert (machine / "crontab").read_bytes().startswith(lines + b"0 7 1 * * ")


def test_a_crontab_that_cannot_be_read_is_never_replaced(
    store: Store, machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (machine / "crontab").write_text("5 5 * * * true\n", encoding="utf-8")
    (machine / "refusal").write_text("You are not allowed to use this program", encoding="utf-8")
    assert run(store, "--with", "cron", "--out", str(machine / "r.md"), "--yes") == 1
    assert "The crontab cannot be read: You are not allowed" in capsys.readouterr().err
    assert (machine / "crontab").read_text(encoding="utf-8") == "5 5 * * * true\n"
    assert not (machine / "con fig%").exists()


def test_a_machine_without_cron_is_a_message(
    store: Store, machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (machine / "bin" / "crontab").unlink()
    monkeypatch.setenv("PATH", str(machine / "bin"))
    assert run(store, "--with", "cron", "--out", str(machine / "r.md"), "--yes") == 1
    assert "crontab cannot be started." in capsys.readouterr().err


def test_a_relative_folder_of_settings_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    assert find_config_folder() == Path.home() / ".config"


@pytest.mark.parametrize("scheduler", ["cron", "systemd"])
def test_a_line_end_in_the_path_of_settings_adds_no_line_of_its_own(
    store: Store, machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], scheduler: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", f"{machine}/a\n* * * * * true")
    assert run(store, "--with", scheduler, "--out", str(machine / "r.md"), "--yes") == 1
    assert "holds a line end" in capsys.readouterr().err
    assert not (machine / "crontab").exists()
    assert not list(machine.glob("a*"))


def test_a_name_that_is_no_text_stands_in_the_script_as_it_is(tmp_path: Path) -> None:
    report = Path(os.fsdecode(os.fsencode(tmp_path / "report-") + b"\xff.txt"))
    script = tmp_path / "report.sh"
    write_private(script, build_script(Schedule("month", ("/bin/echo",), report, "text/plain")), 0o700)
    assert os.fsencode(report) in script.read_bytes()


def test_the_script_writes_the_report_and_sends_it(store: Store, machine: Path) -> None:
    words = ["--format", "md", "--without", "savings", "--without", "outlook", "--without", "decisions"]
    targets = ["--mail", "lead@example.org", "--webhook", "https://example.org/a?b=c&d='e"]
    assert run(store, "--with", "cron", *words, *targets, "--out", str(machine / "it's.md"), "--yes") == 0
    script = machine / "con fig%" / "labeltime" / "labeltime-report-month.sh"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        ["/bin/sh", str(script)],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    message = email.message_from_bytes((machine / "mail").read_bytes())
    assert message["To"] == "lead@example.org"
    assert message.get_payload(decode=True) == (machine / "it's.md").read_bytes()
    log = (machine / "log").read_text(encoding="utf-8")
    assert "https://example.org/a?b=c&d='e" in log
    assert (machine / "posted").read_bytes() == (machine / "it's.md").read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ("--mail", "lead@example.org, other@example.org"),
        ("--mail", "lead@example.org\nBcc: x@y.z"),
        ("--webhook", "file:///etc/passwd"),
        ("--webhook", "https://"),
        ("--from", "2026-10-01", "--to", "2026-10-31"),
        ("--out", "-"),
        ("--freeze", "Name"),
    ],
)
def test_what_makes_no_schedule_is_refused(store: Store, machine: Path, words: tuple[str, ...]) -> None:
    assert run(store, *words, "--with", "cron", "--yes") == 2
    assert not (machine / "log").read_text(encoding="utf-8")
