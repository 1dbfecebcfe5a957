"""A report on a schedule: a script that systemd or cron starts; all of it is shown before it is written."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from textwrap import indent
from urllib.parse import urlsplit

import typer

from dashboard.cli.terminal import write_message
from dashboard.errors import UnwritableFile

HOUR = 7  # o'clock, local time
DAYS = {"month": ("*-*-01", "1 * *"), "quarter": ("*-01,04,07,10-01", "1 1,4,7,10 *")}  # as systemd and cron say it
TOOL_PATHS = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/usr/lib"  # where sendmail and curl are; cron knows few
_ADDRESS = re.compile(r"[^@\s,;:<>()\"'\\|]+@[^@\s,;:<>()\"'\\|]+")
INDENT = "    "  # of what is shown of a file
NO_CRONTAB = ("no crontab", "no such file")  # as the makers of cron say that a person has none
ASK_HINT = "Run it in a terminal, or add --yes."


class Scheduler(StrEnum):
    """What starts the report."""

    systemd = "systemd"
    cron = "cron"


@dataclass(frozen=True)
class Schedule:
    """A report to be written every month or quarter, and where it goes."""

    period: str
    command: tuple[str, ...]
    file: Path
    media_type: str
    mail: str = ""
    webhook: str = ""

    @property
    def name(self) -> str:
        """Return the name of its units and its script; a second schedule of the same period replaces it."""
        return f"labeltime-report-{self.period}"


def check_targets(mail: str, webhook: str) -> None:
    """Refuse an address that is none.

    Raises:
        BadParameter: it is none.
    """
    if mail and not _ADDRESS.fullmatch(mail):
        raise typer.BadParameter(f"{mail!r} is not one e-mail address.", param_hint="--mail")
    check_web_address(webhook, "--webhook")


def check_web_address(address: str, option: str) -> None:
    """Refuse the value of an option that is no address of a web server; none is fine.

    Raises:
        BadParameter: it is none.
    """
    try:
        parts = urlsplit(address)
    except ValueError:  # such as an open bracket
        parts = urlsplit("")
    is_web = parts.scheme in {"http", "https"} and bool(parts.netloc)
    if address and not (is_web and address.isprintable() and " " not in address):
        raise typer.BadParameter(f"{address!r} is no address of http or https.", param_hint=option)


def find_program() -> tuple[str, ...]:
    """Return the command that starts this program, with its whole path: a scheduler knows no other."""
    started = shutil.which(sys.argv[0]) or shutil.which("labeltime")
    if started:
        return (str(Path(started).absolute()),)
    return (sys.executable, "-c", "from dashboard.cli.main import main; main()")


def find_scheduler() -> Scheduler:
    """Return what this machine starts programs with.

    Raises:
        UnwritableFile: it has neither systemd nor cron.
    """
    if shutil.which("systemctl") and Path("/run/systemd/system").is_dir():
        return Scheduler.systemd
    if shutil.which("crontab"):
        return Scheduler.cron
    raise UnwritableFile("This machine has neither systemd nor cron.", "Start the command from your own scheduler.")


def add_schedule(schedule: Schedule, scheduler: Scheduler, *, yes: bool) -> None:
    """Show what would be written, ask, and write it.

    Raises:
        UnwritableFile: a file or the scheduler refuses.
    """
    files = {find_script(schedule): build_script(schedule)}
    if scheduler is Scheduler.systemd:
        files |= build_units(schedule)
    crontab = read_crontab() if scheduler is Scheduler.cron else ""
    for path, text in files.items():
        write_message(
            f"{path}{' (replaces the file there)' if path.exists() else ''}:\n{indent(text.rstrip(), INDENT)}"
        )
    if scheduler is Scheduler.cron:
        write_message(f"In the crontab:\n{indent(build_cron_line(schedule), INDENT)}")
    if not yes and not ask_consent():
        write_message("Nothing was written.")
        return
    for path, text in files.items():
        write_private(path, text, mode=0o700 if path.suffix == ".sh" else 0o600)
    if scheduler is Scheduler.systemd:
        run_tool(["systemctl", "--user", "daemon-reload"])
        run_tool(["systemctl", "--user", "enable", "--now", f"{schedule.name}.timer"])
        ending = f"systemctl --user disable --now {schedule.name}.timer"
    else:
        run_tool(["crontab", "-"], replace_entry(crontab, schedule))
        ending = f"crontab -e, and delete the line of {schedule.name}"
    write_message(f"The report comes on the first day of every {schedule.period}, at {HOUR}:00. To end it: {ending}.")


def ask_consent() -> bool:
    """Return whether the person agrees.

    Raises:
        BadParameter: nobody is there to be asked.
    """
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"Nobody can be asked here. {ASK_HINT}", param_hint="--schedule")
    return typer.confirm("Write this?", default=False, err=True)


def find_config_folder() -> Path:
    """Return the folder of the person's settings.

    Raises:
        UnwritableFile: its path holds a line end, where a crontab or a unit would begin a line of its own.
    """
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    folder = named if named.is_absolute() else Path.home() / ".config"  # the standard: a relative one does not count
    if len(str(folder).splitlines()) != 1:
        raise UnwritableFile(f"The path of your settings, {str(folder)!r}, holds a line end.", "Set XDG_CONFIG_HOME.")
    return folder


def find_script(schedule: Schedule) -> Path:
    """Return where the script of a schedule stands."""
    return find_config_folder() / "labeltime" / f"{schedule.name}.sh"


def build_script(schedule: Schedule) -> str:
    """Return the script that writes the report and sends it."""
    lines = [
        "#!/bin/sh",
        "# Written by labeltime report --schedule.",
        "set -eu",
        "umask 077",
        f"PATH=$PATH:{TOOL_PATHS}",
        f"file={shlex.quote(str(schedule.file))}",
        shlex.join([*schedule.command, "--out"]) + ' "$file"',
    ]
    name = f"{schedule.name}{schedule.file.suffix}"
    if schedule.mail:
        head = (
            "To: %s\\nSubject: Labeling report\\nMIME-Version: 1.0\\nContent-Type: %s; name=%s\\n"
            "Content-Disposition: attachment; filename=%s\\nContent-Transfer-Encoding: base64\\n\\n"
        )
        values = (
            f"{shlex.quote(schedule.mail)} {shlex.quote(schedule.media_type)} {shlex.quote(name)} {shlex.quote(name)}"
        )
        lines.append(f"{{ printf '{head}' {values}; base64 \"$file\"; }} | sendmail -t -i")
    if schedule.webhook:
        kind = shlex.quote(f"Content-Type: {schedule.media_type}")
        words = f"curl --globoff --fail --silent --show-error --header {kind} --data-binary @- --"
        lines.append(f'{words} {shlex.quote(schedule.webhook)} < "$file"')
    return "\n".join([*lines, ""])


def build_units(schedule: Schedule) -> dict[Path, str]:
    """Return the service and the timer of systemd."""
    folder = find_config_folder() / "systemd" / "user"
    script = str(find_script(schedule)).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    service = f'[Unit]\nDescription=Labeling report\n\n[Service]\nType=oneshot\nExecStart=/bin/sh "{script}"\n'
    when = f"{DAYS[schedule.period][0]} {HOUR:02}:00:00"
    timer = (
        f"[Unit]\nDescription=Labeling report, every {schedule.period}\n\n"
        f"[Timer]\nOnCalendar={when}\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    )
    return {folder / f"{schedule.name}.service": service, folder / f"{schedule.name}.timer": timer}


def build_cron_line(schedule: Schedule) -> str:
    """Return the line for the crontab; there a percent sign would end the command."""
    command = f"/bin/sh {shlex.quote(str(find_script(schedule)))}".replace("%", "\\%")
    return f"0 {HOUR} {DAYS[schedule.period][1]} {command} # {schedule.name}"


def read_crontab() -> str:
    """Return the person's crontab, "" where there is none.

    Raises:
        UnwritableFile: it cannot be read, so that its lines would be lost.
    """
    done = start_tool(["crontab", "-l"])
    if done.returncode == 0:
        return decode_output(done.stdout)
    reason = decode_output(done.stderr).strip()
    if any(words in reason.lower() for words in NO_CRONTAB):
        return ""
    raise UnwritableFile(
        f"The crontab cannot be read: {reason or f'code {done.returncode}'}. Nothing was written.",
        "Mend this first, or use the other one: --with systemd.",
    )


def replace_entry(crontab: str, schedule: Schedule) -> str:
    """Return the crontab with the line of this schedule, once; all others stay as they are."""
    lines = crontab.removesuffix("\n").split("\n") if crontab else []
    others = [line for line in lines if not line.endswith(f"# {schedule.name}")]
    return "\n".join([*others, build_cron_line(schedule), ""])


def write_private(path: Path, text: str, mode: int) -> None:
    """Write a file that only its owner can read: it may hold the address of a webhook.

    Raises:
        UnwritableFile: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=mode)
        path.chmod(mode)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))  # the name of a file need not be text
    except OSError as error:
        raise UnwritableFile(f"{path} cannot be written ({error.strerror}).", "Allow it, then try again.") from error


def run_tool(command: Sequence[str], text: str = "") -> None:
    """Run a tool of the system.

    Raises:
        UnwritableFile: it is missing, or refuses.
    """
    done = start_tool(command, text)
    if done.returncode:
        reason = decode_output(done.stderr).strip() or f"code {done.returncode}"
        raise UnwritableFile(
            f"{shlex.join(command)} refused: {reason}.", "Use the other one with --with, or mend this."
        )


def start_tool(command: Sequence[str], text: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run a tool of the system and return how it ended, in the words of English; in and out it takes any bytes.

    Raises:
        UnwritableFile: it is missing.
    """
    try:
        return subprocess.run(  # noqa: S603 - fixed words
            command,
            input=text.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except OSError as error:
        raise UnwritableFile(f"{command[0]} cannot be started.", "Install it, or use the other one: --with.") from error


def decode_output(output: bytes) -> str:
    """Return what a tool wrote; bytes that are no text come back as they were when it is encoded again."""
    return output.decode("utf-8", "surrogateescape")
