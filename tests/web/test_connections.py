"""The server of links under a crowd: raw connections that say little, from one address and from many."""

from __future__ import annotations

import http.client
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from served import running

from dashboard.web import connections
from dashboard.web.connections import PER_ADDRESS, REQUEST_SECONDS, TOTAL, find_origin

HALF = b"GET /r/x HTTP/1.1\r\nHost: localhost\r\nX-Slow: "


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    store = tmp_path_factory.mktemp("crowd") / "store"
    with running(store, "serve", "--links-only") as address:
        number = int(address.rpartition(":")[2])
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", number)).close()
                break
            except ConnectionRefusedError:
                signal.sigtimedwait([], 0.1)
        yield number


def open_half(port: int, source: str = "127.0.0.1") -> socket.socket:
    """Return a connection that sent half a request."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(source, 0))
    connection.sendall(HALF)
    return connection


def ask(port: int, source: str) -> int:
    """Return the status of an ordinary request."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5, source_address=(source, 0))) as connection:
        connection.request("GET", "/r/nothing")
        return connection.getresponse().status


def is_closed(connection: socket.socket) -> bool:
    """Return whether the server ended the connection."""
    connection.settimeout(0.01)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.2"])
def test_two_hundred_half_requests_of_one_address_keep_nobody_out(port: int, source: str) -> None:
    with ExitStack() as stack:
        crowd = [stack.enter_context(open_half(port)) for _ in range(200)]
        assert [ask(port, source) for _ in range(5)] == [404] * 5
        assert sum(not is_closed(connection) for connection in crowd) <= PER_ADDRESS


def test_a_crowd_of_many_addresses_makes_room_for_a_visitor(port: int) -> None:
    with ExitStack() as stack:
        crowd = [stack.enter_context(open_half(port, f"127.0.1.{number % 20 + 1}")) for number in range(TOTAL + 50)]
        assert ask(port, "127.0.0.3") == 404
        assert sum(not is_closed(connection) for connection in crowd) <= TOTAL


def test_a_request_that_drips_in_is_cut_off(port: int) -> None:
    with open_half(port) as dripping, socket.create_connection(("127.0.0.1", port)) as silent:
        begin = time.monotonic()
        while not is_closed(dripping) and time.monotonic() < begin + REQUEST_SECONDS + 10:
            signal.sigtimedwait([], 0.5)
            try:
                dripping.send(b"x")
            except ConnectionError:
                break
        assert REQUEST_SECONDS - 2 < time.monotonic() - begin < REQUEST_SECONDS + 5
        signal.sigtimedwait([], 1)
        assert is_closed(silent)


def test_a_connection_may_ask_again_and_a_huge_head_is_refused(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        for _ in range(3):
            connection.request("GET", "/r/nothing")
            answer = connection.getresponse()
            assert (answer.status, answer.read()[:5]) == (404, b"<!doc")
    with socket.create_connection(("127.0.0.1", port), timeout=5) as huge:
        huge.sendall(HALF + b"x" * 2 * connections.HEAD_BYTES)
        assert huge.recv(12) == b"HTTP/1.1 400"


def test_one_visitor_is_an_address_or_a_network() -> None:
    assert find_origin("2001:db8::1") == find_origin("2001:db8::ffff") != find_origin("2001:db8:0:1::1")
    assert find_origin("192.0.2.1") != find_origin("192.0.2.2")
    assert find_origin("::ffff:192.0.2.1") != find_origin("::ffff:192.0.2.2")
