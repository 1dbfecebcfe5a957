"""Limits on the connections to the server of links, so that nobody who opens many and says little keeps others out.

Uvicorn waits for the rest of a request for ever. Here a connection has seconds to send its request and to take the
answer. An address that opens more than its number loses its own oldest waiting connection, never another's.
"""

from __future__ import annotations

import asyncio
from ipaddress import IPv6Address, ip_address

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 10.0  # to send the head of a request, however slowly it drips in
ANSWER_SECONDS = 120.0  # to take the answer: five megabytes on a poor line
PER_ADDRESS = 20
TOTAL = 100
NETWORK_BITS = 64  # of an IPv6 address, which is one subscriber's
KEEP_ALIVE_SECONDS = 5
HEAD_BYTES = 16 * 1024


def find_origin(address: str) -> str:
    """Return what counts as one visitor: an IPv4 address, or the network of an IPv6 address."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(int(parsed) >> (128 - NETWORK_BITS))
    return str(parsed)


class LimitedProtocol(H11Protocol):
    """One connection, with a deadline for its request and its answer, among a limited number."""

    deadline: asyncio.TimerHandle | None = None
    origin = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take in a connection, if there is room or room can be made."""
        super().connection_made(transport)
        self.origin = find_origin(self.client[0]) if self.client else ""
        self.set_deadline(REQUEST_SECONDS)
        others = [other for other in self.connections if isinstance(other, LimitedProtocol) and other.is_open(self)]
        same = [other for other in others if other.origin == self.origin]
        crowd = same if len(same) >= PER_ADDRESS else others if len(others) >= TOTAL else []
        if crowd:
            waiting = [other for other in crowd if other.is_waiting()]
            min(waiting, key=LimitedProtocol.find_deadline, default=self).transport.abort()

    def is_open(self, newcomer: H11Protocol) -> bool:
        """Return whether this is another connection that still counts."""
        return self is not newcomer and not self.transport.is_closing()

    def is_waiting(self) -> bool:
        """Return whether no request is being answered here."""
        return self.cycle is None or self.cycle.response_complete

    def find_deadline(self) -> float:
        """Return when this connection is to be closed."""
        return self.deadline.when() if self.deadline else 0.0

    def set_deadline(self, seconds: float) -> None:
        """Close the connection after that time unless another deadline is set."""
        self.clear_deadline()
        self.deadline = self.loop.call_later(seconds, self.transport.abort)

    def clear_deadline(self) -> None:
        """Forget the deadline."""
        if self.deadline is not None:
            self.deadline.cancel()

    def handle_events(self) -> None:
        """Read what arrived; the time for the answer begins with the end of the request's head."""
        previous = self.cycle
        super().handle_events()
        if self.cycle is not previous and not self.is_waiting():
            self.set_deadline(ANSWER_SECONDS)

    def on_response_complete(self) -> None:
        """Go on with the next request, which has its own time."""
        self.set_deadline(REQUEST_SECONDS)
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the connection go."""
        self.clear_deadline()
        super().connection_lost(exc)
