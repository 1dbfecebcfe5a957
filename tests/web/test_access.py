"""Who may talk to the dashboard: raw requests and sockets under odd names, and that none makes it look outside."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import running
from system_tools import find_strace

from dashboard.cli.main import main
from dashboard.web.access import REFUSAL

SOCKET_HEADERS = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: streamlit",
]
STREAM = "GET /_stcore/stream HTTP/1.1"
MISSING = "This test needs strace. `python -m tests` installs it, or says how."

# What stands after "Host:"; PORT is the dashboard's own.
OWN_HOSTS = [
    "127.0.0.1:PORT",
    "localhost:PORT",
    "[::1]:PORT",
    "LocalHost:PORT",
    "dash.example.org",
    "Dash.Example.Org:444",
]
FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:PORT",
    "localhost.evil.example:PORT",
    "127.0.0.1.evil.example:PORT",
    "xdash.example.org",
    "127.0.0.1",  # the port of another server
    "localhost:1",
    "localhost:",
    "localhost:0PORT",
    "localhost:99999999",
    "localhost.:PORT",
    "user@localhost:PORT",
    "localhost:PORT@evil.example",
    "[::1%25lo]:PORT",
    "[::1%lo]:PORT",
    "::1",
    "[::1",
    "0.0.0.0:PORT",
    "127.1:PORT",
    "2130706433:PORT",
    "0x7f000001:PORT",
    "localhost:PORT,evil.example",
    "localhost:PORT/evil",
    "localhost evil.example",
    "http://localhost:PORT",
    "*",
    "",
    "localh\u00f6st:PORT",
    "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3:PORT",
]
# An origin with the Host it comes with.
OWN_ORIGINS = [
    ("http://localhost:PORT", "localhost:PORT"),
    ("http://127.0.0.1:PORT", "127.0.0.1:PORT"),
    ("HTTP://LOCALHOST:PORT", "localhost:PORT"),
    ("https://dash.example.org", "dash.example.org"),
    ("https://dash.example.org", "dash.example.org:443"),
    ("http://dash.example.org:80", "Dash.example.org"),
]
FOREIGN_ORIGINS = [
    ("https://evil.example", "localhost:PORT"),
    ("http://evil.example:PORT", "localhost:PORT"),
    ("http://localhost:1", "localhost:PORT"),
    ("http://localhost", "localhost:PORT"),
    ("http://127.0.0.1:PORT", "localhost:PORT"),  # may be another program's page
    ("https://localhost:PORT", "localhost:PORT"),
    ("null", "localhost:PORT"),
    ("", "localhost:PORT"),
    ("file://", "localhost:PORT"),
    ("http://localhost:PORT@evil.example", "localhost:PORT"),
    ("http://localhost:PORT/", "localhost:PORT"),
    ("http://localhost:PORT http://evil.example", "localhost:PORT"),
    ("http://localhost.:PORT", "localhost:PORT"),
    ("chrome-extension://localhost:PORT", "localhost:PORT"),
    ("http://dash.example.org", "localhost:PORT"),
    ("https://dash.example.org:8443", "dash.example.org"),
    ("http://dash.example.org", "dash.example.org:443"),
]


class Dashboard:
    """A dashboard on this machine, asked with bytes exactly as given."""

    def __init__(self, address: str) -> None:
        self.port = address.rpartition(":")[2]

    def send(self, *lines: str) -> bytes:
        """Return the whole answer to a request of these lines, or its head for a socket that stays open."""
        text = "\r\n".join([*lines, "", ""]).replace("PORT", self.port)
        with socket.create_connection(("127.0.0.1", int(self.port)), timeout=20) as connection:
            connection.sendall(text.encode())
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
                if answer.startswith(b"HTTP/1.1 101"):
                    break
        return answer

    def ask(self, *headers: str, line: str = "GET / HTTP/1.1") -> bytes:
        """Return the answer to one plain request."""
        return self.send(line, *headers, "Connection: close")

    def open_stream(self, *headers: str) -> bytes:
        """Return the answer to the opening of a socket."""
        return self.send(STREAM, *headers, *SOCKET_HEADERS)


def assert_refused(answer: bytes) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.1 403", b"HTTP/1.1 400")), answer[:80]
    assert b"evil" not in answer
    if head.startswith(b"HTTP/1.1 403"):
        assert body.decode() == REFUSAL
        assert b"text/plain" in head


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    store = tmp_path_factory.mktemp("access") / "store"
    with running(store, "serve", "--allow", "dash.example.org", "--allow", "second.example") as address:
        yield Dashboard(address)


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_its_own_names_are_answered(dashboard: Dashboard, host: str) -> None:
    assert dashboard.ask(f"Host: {host}").startswith(b"HTTP/1.1 200")
    assert dashboard.open_stream(f"Host: {host}").startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_other_names_are_refused(dashboard: Dashboard, host: str) -> None:
    assert_refused(dashboard.ask(f"Host: {host}"))
    assert_refused(dashboard.open_stream(f"Host: {host}"))


@pytest.mark.parametrize(("origin", "host"), OWN_ORIGINS)
def test_its_own_pages_are_answered(dashboard: Dashboard, origin: str, host: str) -> None:
    assert dashboard.ask(f"Host: {host}", f"Origin: {origin}").startswith(b"HTTP/1.1 200")
    assert dashboard.open_stream(f"Host: {host}", f"Origin: {origin}").startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize(("origin", "host"), FOREIGN_ORIGINS)
def test_other_pages_are_refused(dashboard: Dashboard, origin: str, host: str) -> None:
    assert_refused(dashboard.ask(f"Host: {host}", f"Origin: {origin}"))
    assert_refused(dashboard.open_stream(f"Host: {host}", f"Origin: {origin}"))


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/data/a/b/c?person=Ann+Lee", b"../../../data?person=Ann+Lee"),
        ("/a/b", b"../a"),
        ("/a%3Fb/%E2%82%AC/", b"../../a%3Fb"),
        ("/javascript:alert(1)/b", b"../javascript%3Aalert%281%29"),
    ],
)
def test_an_address_below_a_page_leads_to_the_page(dashboard: Dashboard, target: str, location: bytes) -> None:
    answer = dashboard.ask("Host: localhost:PORT", line=f"GET {target} HTTP/1.1")
    assert answer.startswith(b"HTTP/1.1 307")
    assert b"location: " + location + b"\r\n" in answer


@pytest.mark.parametrize("target", ["/data", "/static/x.js", "/media/x.csv", "/a/_stcore/health", "/r/token/pdf"])
def test_what_is_no_page_leads_nowhere(dashboard: Dashboard, target: str) -> None:
    assert b"HTTP/1.1 307" not in dashboard.ask("Host: localhost:PORT", line=f"GET {target} HTTP/1.1")


def test_no_host_and_two_hosts_are_refused(dashboard: Dashboard) -> None:
    own, foreign = "Host: localhost:PORT", "Host: evil.example"
    assert_refused(dashboard.ask())
    assert_refused(dashboard.ask(line="GET / HTTP/1.0"))
    for pair in ((own, foreign), (foreign, own), (own, own)):
        assert_refused(dashboard.ask(*pair))
        assert_refused(dashboard.open_stream(*pair))
    assert_refused(dashboard.ask(own, "Origin: http://localhost:PORT", "Origin: https://evil.example"))
    assert_refused(dashboard.open_stream(own, "Origin: http://localhost:PORT", "Origin: https://evil.example"))


@pytest.mark.parametrize("target", ["http://evil.example/", "http://localhost:PORT/", "evil.example:80", "*"])
def test_a_target_that_names_a_server_is_refused(dashboard: Dashboard, target: str) -> None:
    for method in ("GET", "OPTIONS", "CONNECT"):
        assert_refused(dashboard.ask("Host: localhost:PORT", line=f"{method} {target} HTTP/1.1"))
    assert_refused(dashboard.send(f"GET {target} HTTP/1.1", "Host: localhost:PORT", *SOCKET_HEADERS))


def test_a_refusal_carries_the_security_headers_and_fills_no_terminal(
    dashboard: Dashboard, capfd: pytest.CaptureFixture[str]
) -> None:
    assert b"content-security-policy" in dashboard.ask("Host: evil.example").lower()
    dashboard.open_stream("Host: evil.example")
    dashboard.ask("Host: localhost:PORT")  # whatever the refusals wrote is written by now
    assert capfd.readouterr().err == ""


def test_forwarded_names_count_for_nothing(dashboard: Dashboard) -> None:
    forged = ["X-Forwarded-Host: localhost:PORT", "Forwarded: host=localhost", "X-Forwarded-For: 127.0.0.1"]
    assert_refused(dashboard.ask("Host: evil.example", *forged))


def test_a_page_elsewhere_may_link_here_and_embed_nothing(dashboard: Dashboard) -> None:
    own = "Host: localhost:PORT"
    for site in ("cross-site", "same-site"):
        assert dashboard.ask(own, f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: navigate").startswith(b"HTTP/1.1 200")
        assert_refused(dashboard.ask(own, f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: no-cors"))
    assert dashboard.ask(own, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "name", ["*", "a b", "http://dash.example.org", "dash.example.org:80", "user@x", "", "[::1%lo]"]
)
def test_a_name_that_cannot_be_one_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--store", str(tmp_path / "store"), "serve", "--allow", name])
    assert (ended.value.code, "--allow" in capsys.readouterr().err) == (2, True)


def list_outside_calls(trace: str, own_port: str) -> list[str]:
    """Return the traced calls that reach for any internet address but the dashboard's own."""
    own = re.compile(rf'sin6?_port=htons\({own_port}\).*("127\.0\.0\.1"|"::1")')
    return [line for line in trace.splitlines() if "AF_INET" in line and not own.search(line)]


def trace_calls(command: list[str], log: Path) -> list[str]:
    """Return a command that writes every attempt to reach something into `log`; the tracer gets no signal (-D)."""
    path = find_strace()
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    return [str(path), "-D", "-f", "-qq", "--seccomp-bpf", "-e", calls, "-o", str(log), *command]


@pytest.mark.skipif(sys.platform != "linux", reason="strace is a tool of Linux")
def test_the_trace_sees_a_look_up(tmp_path: Path) -> None:
    log = tmp_path / "trace"
    program = "import socket\ntry: socket.getaddrinfo('example.org', 80)\nexcept OSError: pass"
    subprocess.run(trace_calls([sys.executable, "-c", program], log), check=True, timeout=60)
    assert list_outside_calls(log.read_text(), "8501")


@pytest.mark.skipif(sys.platform != "linux", reason="strace is a tool of Linux")
def test_nothing_that_comes_in_makes_the_server_look_outside(tmp_path: Path) -> None:
    log = tmp_path / "trace"
    with running(tmp_path / "store", "serve", "--allow", "dash.example.org", before=trace_calls([], log)) as address:
        dashboard = Dashboard(address)
        for host in [*OWN_HOSTS, *FOREIGN_HOSTS]:
            dashboard.ask(f"Host: {host}")
            dashboard.open_stream(f"Host: {host}")
        for origin, host in [*OWN_ORIGINS, *FOREIGN_ORIGINS]:
            for line in ("GET / HTTP/1.1", "OPTIONS /_stcore/upload_file/a/b HTTP/1.1", "POST /_stcore/agent HTTP/1.1"):
                dashboard.ask(f"Host: {host}", f"Origin: {origin}", line=line)
            dashboard.open_stream(f"Host: {host}", f"Origin: {origin}")
        signal.sigtimedwait([], 2)  # a look-up in the background would begin by now
    trace = log.read_text()
    assert f"htons({dashboard.port})" in trace  # the program asks itself whether it is up
    assert list_outside_calls(trace, dashboard.port) == []
