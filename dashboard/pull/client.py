"""A polite and careful HTTP client: it waits where a server asks for it, and trusts nothing that comes back.

Only https, except on this machine. A redirect to another server is refused, so that no token ever follows one.
Answers are limited in size, and no message holds a token, a query or an answer.
"""

from __future__ import annotations

import ipaddress
import json
import random
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Timer
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

import httpx

from dashboard import __version__
from dashboard.errors import BadAddress, PullFailed, PullRefused
from dashboard.units import format_count, format_decimal

ANSWER_BYTES = 64 << 20
KEPT_BYTES = 256 << 20  # of answers together, until what they hold is stored
ANSWER_SECONDS = 600.0  # for all of an answer; the time-out below is for each part of it
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
ATTEMPTS = 5
LONGEST_WAIT = 120.0  # seconds; beyond, the person at the terminal decides
MAX_REQUESTS = 50_000  # of one pull, whatever the server says of further pages
MAX_REDIRECTS = 3
RETRIED = {429, 500, 502, 503, 504}
REDIRECTS = {301, 302, 303, 307, 308}
OK, BAD_REQUEST, UNAUTHORIZED, PAYMENT, FORBIDDEN, NOT_FOUND = 200, 400, 401, 402, 403, 404
AGAIN = "What came before it is stored. Run the same command again: it goes on from there."

Headers = Callable[[], dict[str, str]]


def check_server(text: str) -> str:
    """Return an address without a slash at its end.

    Raises:
        BadAddress: it is no address, not encrypted, or holds a password or query.
    """
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress(
            "The address of the server cannot be read.", "Write it as https://labels.example.org."
        ) from None
    if parts.username or parts.password or parts.query or parts.fragment or not address.isprintable():
        raise BadAddress(
            "The address of the server holds more than a name and a path.",
            "Leave out users, passwords and what follows a question mark; a token goes into the environment.",
        )
    if not host or parts.scheme not in ("https", "http"):
        raise BadAddress("The address of the server cannot be read.", "Write it as https://labels.example.org.")
    if parts.scheme == "http" and not is_loopback(host):
        raise BadAddress(
            f"http://{host} is not encrypted: whoever is between could read the token.",
            "Write https://; http:// is for servers on this machine only.",
        )
    return address


def is_loopback(host: str) -> bool:
    """Return whether a host name is this machine."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


pause_pull = time.sleep  # tests replace this name, and not the sleep of every thread


class Client:
    """Requests to one server, one after the other."""

    def __init__(
        self,
        server: str,
        *,
        per_second: float,
        sleep: Callable[[float], None] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.server = check_server(server)
        host = urlsplit(self.server).hostname or ""
        self.headers: Headers = dict
        self.answer_headers: Mapping[str, str] = {}  # of the last answer, names in lower case
        self.kept_bytes = 0  # of the answers since the pull last stored something
        self.renew: Callable[[], bool] = lambda: False  # after a 401: whether a new token is there
        self._sleep, self._gap, self._next_at, self._count = sleep or pause_pull, 1 / per_second, 0.0, 0
        self._http = httpx.Client(
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=not is_loopback(host),  # a proxy has no business between two programs of this machine
            transport=transport,
            headers={"User-Agent": f"labeltime/{__version__}", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, params: Mapping[str, object] | None = None, *, as_guest: bool = False) -> object:
        """Return the JSON at a path below the server's address; raises as `ask`."""
        return self.ask("GET", path, params=params, as_guest=as_guest)

    def post(self, path: str, body: object, *, as_guest: bool = False) -> object:
        """Return the JSON that answers a question; raises as `ask`."""
        return self.ask("POST", path, body=body, as_guest=as_guest)

    def get_text(self, path: str) -> str:
        """Return the text at a path; raises as `ask`."""
        return self._fetch("GET", path, None, None, as_guest=False).decode("utf-8-sig", errors="replace")

    def find_path(self, address: str) -> str:
        """Return the path of an address that the server names, below the server's own.

        Raises:
            PullRefused: it is on another server.
        """
        target = self._follow(self.server, address)
        return urlsplit(target)._replace(scheme="", netloc="").geturl().removeprefix(urlsplit(self.server).path)

    def read_clock(self) -> datetime:
        """Return what time it is: by this machine or by the last answer of the server, whichever is earlier.

        A cursor that is ahead of the server's clock would leave out for ever what changes until then.
        """
        here = datetime.now(tz=UTC)
        try:
            there = parsedate_to_datetime(self.answer_headers.get("date", ""))
            return min(here, (there if there.tzinfo else there.replace(tzinfo=UTC)).astimezone(UTC))
        except (ValueError, OverflowError):
            return here

    def pause(self, seconds: float) -> None:
        """Wait for the server to do something."""
        self._sleep(seconds)

    def ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, object] | None = None,
        body: object = None,
        *,
        as_guest: bool = False,
    ) -> object:
        """Send a request and return the JSON of the answer; raises as `_fetch`, and `PullFailed` where it is none."""
        return self._parse(self._fetch(method, path, params, body, as_guest=as_guest), path)

    def _fetch(
        self, method: str, path: str, params: Mapping[str, object] | None, body: object, *, as_guest: bool
    ) -> bytes:
        """Send a request, again where that helps, and return the answer.

        Raises:
            PullRefused: the server refuses it: the token, the right to see it, or the address.
            PullFailed: the server does not answer.
        """
        was_renewed, problem = False, "no answer"
        for attempt in range(ATTEMPTS):
            self._wait_turn()
            try:
                status, headers, content = self._send(method, path, params, body, as_guest=as_guest)
            except (httpx.TransportError, ssl.SSLError) as error:
                problem = describe_transport(error)
                self._back_off(attempt, None)
                continue
            if status == UNAUTHORIZED and not was_renewed and not as_guest and self.renew():
                was_renewed = True
            elif status in RETRIED:
                problem = f"status {status}"
                self._back_off(attempt, headers.get("retry-after"))
            elif status >= BAD_REQUEST:
                self._refuse(status, path)
            else:
                self.answer_headers = headers
                return content
        raise PullFailed(f"{self._name(path)}: {problem}, {ATTEMPTS} times.", AGAIN)

    def _send(
        self, method: str, path: str, params: Mapping[str, object] | None, body: object, *, as_guest: bool
    ) -> tuple[int, httpx.Headers, bytes]:
        """Send one request; redirects on the same server are followed."""
        address = f"{self.server}{path}"
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send_request(method, address, params, body, {} if as_guest else self.headers())
            try:
                if response.status_code not in REDIRECTS:
                    return response.status_code, response.headers, self._read(response, path)
                address, params = self._follow(address, response.headers.get("location", "")), None
            finally:
                response.close()
        raise PullRefused(f"{self._name(path)}: the server redirects in a circle.", "Check its address.")

    def _send_request(
        self, method: str, address: str, params: Mapping[str, object] | None, body: object, headers: dict[str, str]
    ) -> httpx.Response:
        """Return the beginning of an answer; what a server sent may stand in the address, or in that of a redirect."""
        # A server may send its headers byte by byte, each within the time-out; a closed connection ends that.
        timer = Timer(ANSWER_SECONDS, self._http.close)
        timer.daemon = True
        timer.start()
        try:
            request = self._http.build_request(
                method,
                address,
                params=params,  # type: ignore[arg-type]
                json=body,
                headers=headers,
            )
            return self._http.send(request, stream=True)
        except (httpx.InvalidURL, ValueError):
            refuse_address(self.server)
        except (httpx.TransportError, OSError, RuntimeError):
            if self._http.is_closed:
                refuse_late(address.partition("?")[0])
            raise
        finally:
            timer.cancel()

    def _follow(self, address: str, location: str) -> str:
        """Return where a redirect on the same server leads."""
        try:
            target = urljoin(address, location)
        except ValueError:
            refuse_address(self.server)
        if origin(target) != origin(self.server):
            place = origin(target)[1] or "another address"
            raise PullRefused(
                f"{self.server} redirects to {place[:100]}, and a token is never sent to another server.",
                "If that is the server you mean, give its own address with --server.",
            )
        return target

    def _read(self, response: httpx.Response, path: str) -> bytes:
        """Return the body, as far as it comes in time and has a size that can be kept in memory."""
        if response.headers.get("content-encoding", "identity") not in ("identity", ""):
            raise PullFailed(
                f"{self._name(path)}: the answer is packed, which was not asked for.", "Check the address."
            )
        parts: list[bytes] = []
        size, deadline = 0, time.monotonic() + ANSWER_SECONDS
        for part in response.iter_raw():
            if time.monotonic() > deadline:
                refuse_late(self._name(path))
            size += len(part)
            if size > ANSWER_BYTES:
                raise AnswerTooLarge(
                    f"{self._name(path)}: the answer is larger than {ANSWER_BYTES >> 20} MB.",
                    "Pull fewer projects at once with --project.",
                )
            parts.append(part)
        self.kept_bytes += size
        if self.kept_bytes > KEPT_BYTES:
            raise PullFailed(
                f"{self._name(path)}: more than {KEPT_BYTES >> 20} MB came for one month or one list, "
                "perhaps the same page again and again.",
                AGAIN,
            )
        return b"".join(parts)

    def _parse(self, content: bytes, path: str) -> object:
        try:
            return json.loads(content, parse_constant=reject_constant)
        except (ValueError, RecursionError):
            raise PullFailed(
                f"{self._name(path)}: the answer is no JSON, perhaps a login page.", "Check the server's address."
            ) from None

    def _refuse(self, status: int, path: str) -> NoReturn:
        """Say why a server refuses, without its own words."""
        place = self._name(path)
        if status == UNAUTHORIZED:
            raise PullRefused(f"{place}: the server does not accept the token.", "Make a new one in the tool.")
        if status == FORBIDDEN:
            raise PullRefused(f"{place}: this token may not see that.", "Use one of somebody who may.")
        if status == NOT_FOUND:
            raise NotThere(f"{place}: the server has no such place.", "Check the address and the project.")
        if status == PAYMENT:
            raise PullRefused(f"{place}: the requests that the plan allows are used up.", AGAIN)
        raise PullRefused(f"{place}: the server refuses the request (status {status}).", "Check address and project.")

    def _wait_turn(self) -> None:
        """Keep to the number of requests per second that the tool allows."""
        self._count += 1
        if self._count > MAX_REQUESTS:
            raise PullFailed(
                f"{self.server} has more pages than {format_count(MAX_REQUESTS)} requests can fetch.", AGAIN
            )
        wait = self._next_at - time.monotonic()
        if wait > 0:
            self._sleep(wait)
        self._next_at = time.monotonic() + self._gap

    def _back_off(self, attempt: int, asked: str | None) -> None:
        """Wait as long as the server asks for, else longer each time."""
        if attempt == ATTEMPTS - 1:
            return
        wait = parse_wait(asked)
        if wait is not None and wait > LONGEST_WAIT:
            raise PullFailed(f"{self.server} asks to wait for {format_count(wait / 60)} min.", AGAIN)
        self._sleep(wait if wait is not None else 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311 - no secret

    def _name(self, path: str) -> str:
        return f"{self.server}{path}".partition("?")[0]


class AnswerTooLarge(PullFailed):
    """An answer that is too large to be taken; half as much at once may do."""


class NotThere(PullRefused):
    """The server answers that there is no such place, which for some is how a list ends."""


def origin(address: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port of an address."""
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return "", None, None


def refuse_address(server: str) -> NoReturn:
    """Refuse what a server names as an address, and is none.

    Raises:
        PullRefused: always.
    """
    raise PullRefused(f"{server} names an address that cannot be asked.", "Check the server's address.")


def refuse_late(place: str) -> NoReturn:
    """Give up an answer that does not end.

    Raises:
        PullFailed: always.
    """
    raise PullFailed(f"{place}: the answer takes longer than {format_decimal(ANSWER_SECONDS / 60, 0)} min.", AGAIN)


def parse_wait(text: str | None) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date; None where there is none that can be read."""
    if not text:
        return None
    if text.strip().isdecimal() and len(text) < len("1" * 9):
        return float(text)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(tz=UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return None


def describe_transport(error: Exception) -> str:
    """Return what went wrong on the way, by its kind alone: the text of such an error may hold anything."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return "the connection broke off"
    return "no connection"


def reject_constant(text: str) -> NoReturn:
    """Refuse what Python reads as a number and JSON does not know."""
    raise ValueError(text)
