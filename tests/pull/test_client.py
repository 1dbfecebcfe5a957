"""The client that asks servers: what it waits for, what it refuses, and that no message tells a token."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Thread

import pytest
from tool_server import Request, Status, ToolServer, serve_tool

from dashboard.errors import BadAddress, DashboardError, PullFailed, PullRefused
from dashboard.pull import client as client_module
from dashboard.pull.client import Client, check_server, parse_wait

KEY = "t-0123-of-a-lead"


@pytest.fixture
def tool() -> Iterator[ToolServer]:
    def echo(request: Request) -> object:
        return {"token": request.headers.get("authorization"), "page": request.word("page")}

    with serve_tool({"/echo": echo, "/text": lambda _: b"<html>log in</html>", "/nan": lambda _: b"[NaN]"}) as server:
        yield server


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(tool: ToolServer, waits: list[float]) -> Iterator[Client]:
    client = Client(tool.address, per_second=1e6, sleep=waits.append)
    client.headers = lambda: {"Authorization": f"Token {KEY}"}
    yield client
    client.close()


@pytest.mark.parametrize(
    "address",
    [
        "http://labels.example.org",
        "https://ann:pw@labels.example.org",
        "https://labels.example.org/?token=1",
        "https://labels.example.org/#x",
        "ftp://labels.example.org",
        "labels.example.org",
        "https://",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "https://labels.example.org:port",
        "https://[bad",
        "file:///etc/passwd",
        "https://a\nb",
    ],
)
def test_an_address_that_is_not_encrypted_or_holds_more_than_a_name_is_refused(address: str) -> None:
    with pytest.raises(BadAddress) as error:
        check_server(address)
    assert "pw" not in str(error.value)


@pytest.mark.parametrize(
    "address", ["https://labels.example.org", "http://localhost:8080", "http://127.0.0.1:8080/ls", "http://[::1]:80"]
)
def test_an_address_that_is_encrypted_or_on_this_machine_is_taken(address: str) -> None:
    assert check_server(f" {address}/ ") == address


def test_a_token_is_sent_to_its_server(client: Client) -> None:
    assert client.get("/echo", {"page": 3}) == {"token": f"Token {KEY}", "page": "3"}


def test_a_server_that_asks_to_wait_is_waited_for(client: Client, tool: ToolServer, waits: list[float]) -> None:
    tool.troubles = [Status(429, {"Retry-After": "7"}), Status(503)]
    assert client.get("/echo")
    assert waits[0] == 7
    assert 1 <= waits[1] <= 2
    assert len(tool.asked) == 3


def test_a_server_that_asks_for_an_hour_ends_the_pull(client: Client, tool: ToolServer, waits: list[float]) -> None:
    tool.troubles = [Status(429, {"Retry-After": "3600"})]
    with pytest.raises(PullFailed, match="60 min"):
        client.get("/echo")
    assert waits == []


@pytest.mark.parametrize("trouble", ["half", "cut"])
def test_half_an_answer_and_a_cut_connection_are_asked_again(client: Client, tool: ToolServer, trouble: str) -> None:
    tool.troubles = [trouble, trouble]
    assert client.get("/echo")
    assert len(tool.asked) == 3


def test_a_server_that_stays_away_ends_the_pull(client: Client, tool: ToolServer, waits: list[float]) -> None:
    tool.troubles = [Status(500)] * 9
    with pytest.raises(PullFailed, match="status 500, 5 times"):
        client.get("/echo")
    assert len(waits) == 4


@pytest.mark.parametrize("code", [400, 401, 402, 403, 404, 418])
def test_a_refusal_is_explained_without_the_token(client: Client, tool: ToolServer, code: int) -> None:
    tool.troubles = [Status(code)]
    with pytest.raises(PullRefused) as error:
        client.get("/echo", {"page": KEY})
    assert KEY not in f"{error.value!r} {error.value} {error.value.__cause__!r}"
    assert len(tool.asked) == 1


def test_a_token_that_ran_out_is_renewed_once(client: Client, tool: ToolServer) -> None:
    tool.troubles = [Status(401), Status(401)]
    client.renew = lambda: True
    with pytest.raises(PullRefused, match="does not accept the token"):
        client.get("/echo")
    assert len(tool.asked) == 2


@pytest.mark.parametrize("place", ["http://127.0.0.2:{port}/echo", "https://evil.example.org/", "//evil.example.org/x"])
def test_a_redirect_to_another_server_is_not_followed(client: Client, tool: ToolServer, place: str) -> None:
    port = tool.address.rpartition(":")[2]
    tool.troubles = [Status(302, {"Location": place.format(port=port)})]
    with pytest.raises(PullRefused, match="never sent to another server"):
        client.get("/echo")
    assert len(tool.asked) == 1


@pytest.mark.parametrize(
    "place",
    [
        "//[",
        "//[bad]/",
        "javascript:alert(1)",
        "http:\\\\evil.example.org",
        "http://xn--/",
        "/x" * 40_000,
        "//a:99999999",
    ],
)
def test_an_address_that_nobody_can_ask_is_refused_with_a_message(client: Client, tool: ToolServer, place: str) -> None:
    def ask_next_page() -> object:
        return client.get(client.find_path(place))

    with pytest.raises(PullRefused):
        ask_next_page()
    tool.troubles = [Status(302, {"Location": place[:1_000]})] * 5
    with pytest.raises(DashboardError):
        client.get("/echo")


@pytest.mark.parametrize("word", ["\x00", "\ud800", "x" * 70_000])
def test_a_word_that_no_address_can_hold_is_refused_with_a_message(client: Client, word: str) -> None:
    with pytest.raises(PullRefused, match="cannot be asked"):
        client.get(f"/echo/{word}")


def test_a_redirect_on_the_same_server_is_followed_but_not_for_ever(client: Client, tool: ToolServer) -> None:
    tool.troubles = [Status(308, {"Location": "/echo?page=9"})]
    assert client.get("/text") == {"token": f"Token {KEY}", "page": "9"}
    tool.troubles = [Status(302, {"Location": "/echo"})] * 9
    with pytest.raises(PullRefused, match="in a circle"):
        client.get("/echo")


@pytest.mark.parametrize("path", ["/text", "/nan"])
def test_an_answer_that_is_no_json_is_refused(client: Client, path: str) -> None:
    with pytest.raises(PullFailed, match="no JSON"):
        client.get(path)


def test_a_packed_answer_and_a_deep_one_are_refused(client: Client, tool: ToolServer) -> None:
    tool.troubles = ["packed"]
    with pytest.raises(PullFailed, match="packed"):
        client.get("/echo")
    tool.routes["/deep"] = lambda _: b"[" * 200_000
    with pytest.raises(PullFailed, match="no JSON"):
        client.get("/deep")


def test_a_long_answer_is_refused(client: Client, tool: ToolServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ANSWER_BYTES", 1 << 20)
    tool.routes["/long"] = lambda _: b" " * (2 << 20)
    with pytest.raises(PullFailed, match="larger than"):
        client.get("/long")


def test_an_answer_that_never_ends_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", -1.0)
    with pytest.raises(PullFailed, match="takes longer"):
        client.get("/echo")


def test_headers_that_never_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=drip_header, args=(server,), daemon=True).start()
        client = Client(f"http://127.0.0.1:{server.getsockname()[1]}", per_second=1000)
        with pytest.raises(PullFailed, match="takes longer"):
            client.get("/echo")
        client.close()


def drip_header(server: socket.socket) -> None:
    """Answer one request with a header that goes on for a minute, or until nobody listens."""
    connection, _ = server.accept()
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(600):
            connection.sendall(b"x")
            time.sleep(0.1)


def test_requests_keep_their_distance(tool: ToolServer, waits: list[float]) -> None:
    client = Client(tool.address, per_second=0.5, sleep=waits.append)
    client.get("/echo")
    client.get("/echo")
    client.close()
    assert len(waits) == 1
    assert 1 < waits[0] <= 2


def test_no_server_is_an_error_that_a_person_can_read(waits: list[float]) -> None:
    client = Client("http://127.0.0.1:9", per_second=1e6, sleep=waits.append)
    with pytest.raises(DashboardError, match="no connection, 5 times"):
        client.get("/echo")
    client.close()


def test_a_date_to_wait_until_is_read() -> None:
    assert parse_wait("12") == 12
    assert 50 < (parse_wait(format_datetime(datetime.now(tz=UTC) + timedelta(minutes=1))) or 0) <= 60
    assert parse_wait("soon") is None
    assert parse_wait("Mon, 01 Jan 99999999999999999999 00:00:00 GMT") is None
    assert parse_wait(None) is None


@pytest.mark.parametrize(
    ("told", "is_theirs"),
    [
        ("Sat, 14 Mar 2026 09:00:00 GMT", True),
        ("Sat, 14 Mar 2026 09:00:00 -0000", True),
        ("Sat, 14 Mar 9000 09:00:00 GMT", False),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", False),
        ("soon", False),
        ("", False),
    ],
)
def test_the_clock_of_a_pull_is_never_ahead_of_the_servers(client: Client, told: str, *, is_theirs: bool) -> None:
    client.answer_headers = {"date": told}
    theirs, here = datetime(2026, 3, 14, 9, tzinfo=UTC), datetime.now(tz=UTC)
    clock = client.read_clock()
    assert clock == theirs if is_theirs else timedelta(0) <= clock - here < timedelta(minutes=1)


def test_the_server_tells_the_time(client: Client) -> None:
    client.get("/echo")
    assert client.answer_headers["date"]
    assert client.read_clock() <= datetime.now(tz=UTC)
