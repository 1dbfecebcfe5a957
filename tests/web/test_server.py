"""The dashboard's process: its settings, its port, its store."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
import threading
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from dashboard.errors import DashboardError
from dashboard.web import server


def test_all_settings_are_passed_at_start() -> None:
    words = server.build_command(8600)
    for wanted in (
        "--browser.gatherUsageStats=false",
        "--runner.postScriptGC=false",
        "--server.address=127.0.0.1",
        "--client.showErrorDetails=none",
        "--logger.enableRich=false",
        "--server.fileWatcherType=none",
        "--client.disableDataExport=true",
        "--server.port=8600",
    ):
        assert wanted in words


def test_the_store_is_named_in_full(tmp_path: Path) -> None:
    assert server.build_environment(tmp_path / "a" / ".." / "b")["LABELTIME_STORE"] == str(tmp_path / "b")


def test_other_names_are_those_of_the_option_or_of_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELTIME_ALLOW", " Dash.example.org  [::1] ")
    assert server.build_environment(Path())["LABELTIME_ALLOW"] == "dash.example.org [::1]"
    assert server.build_environment(Path(), ["b.example"])["LABELTIME_ALLOW"] == "b.example"


def test_a_taken_port_is_answered_by_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind((server.ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < server.find_free_port(port) < port + server.PORTS_TRIED


def test_two_that_start_at_once_take_two_ports() -> None:
    with socket.socket() as probe:
        probe.bind((server.ADDRESS, 0))
        port = probe.getsockname()[1]
    code = f"from dashboard.web import server; print(server.find_free_port({port}), flush=True); input()"
    starts = [
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ports = {start.stdout.readline().strip() for start in starts if start.stdout}
    for start in starts:
        start.communicate("\n")
    assert len(ports) == 2


@pytest.mark.parametrize("refused", ["socket", "bind"])
def test_a_port_is_free_where_the_system_allows_no_guard(refused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fenced(socket.socket):
        def __init__(self, family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM, *rest: int) -> None:
            if refused == "socket" and kind == socket.SOCK_DGRAM:
                raise PermissionError(errno.EPERM, "Operation not permitted")
            super().__init__(family, kind, *rest)

        def bind(self, address: tuple[str, int]) -> None:
            if self.type == socket.SOCK_DGRAM:
                raise PermissionError(errno.EACCES, "Permission denied")
            super().bind(address)

    with socket.socket() as probe:
        probe.bind((server.ADDRESS, 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(socket, "socket", Fenced)
    assert server.reserve_port(port, server.ADDRESS)


def test_no_free_port_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PORTS_TRIED", 1)
    with socket.socket() as taken:
        taken.bind((server.ADDRESS, 0))
        taken.listen()
        with pytest.raises(DashboardError, match="No free port"):
            server.find_free_port(taken.getsockname()[1])


def test_the_dashboard_is_not_looked_for_through_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_stcore").mkdir()
    (tmp_path / "_stcore" / "health").write_text("ok", encoding="utf-8")
    with socket.socket() as nobody, HTTPServer((server.ADDRESS, 0), QuietHandler) as site:
        nobody.bind((server.ADDRESS, 0))  # taken, but nobody listens
        monkeypatch.setenv("http_proxy", f"http://{server.ADDRESS}:{nobody.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.chdir(tmp_path)
        threading.Thread(target=site.handle_request, daemon=True).start()
        assert server.wait_until_healthy(f"http://{server.ADDRESS}:{site.server_port}", 10)


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves the working folder and writes no log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_server_that_hears_no_request_to_stop_is_ended_by_force() -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        server.stop_process(process, seconds=0.2)
        assert process.poll() is not None
