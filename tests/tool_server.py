"""A small server that speaks a tool's interface on loopback, with the troubles of real ones on demand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Route = Callable[["Request"], Any]


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    headers: dict[str, str]

    def word(self, name: str, default: str = "") -> str:
        """Return the first value of a parameter."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True)
class Answer:
    """An answer with headers of its own."""

    body: Any
    headers: dict[str, str]


class Status(Exception):
    """An answer with a status of its own."""

    def __init__(self, code: int, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code, self.headers = code, headers or {}


@dataclass
class ToolServer:
    """Routes by the beginning of a path; `troubles` come first, one for each request."""

    routes: dict[str, Route]
    troubles: list[str | Status] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    address: str = ""

    def answer(self, request: Request) -> Answer:
        """Return what a route answers."""
        self.asked.append(request)
        matching = [start for start in self.routes if request.path.startswith(start)]
        if not matching:
            raise Status(404)
        answer = self.routes[max(matching, key=len)](request)
        body, headers = (answer.body, answer.headers) if isinstance(answer, Answer) else (answer, {})
        return Answer(body if isinstance(body, bytes) else json.dumps(body).encode(), headers)


class Handler(BaseHTTPRequestHandler):
    """Answers requests; keeps silent."""

    tool: ToolServer

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a request."""
        trouble = self.tool.troubles.pop(0) if self.tool.troubles else None
        size = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, parts.path, parse_qs(parts.query), body, headers)
        try:
            if isinstance(trouble, Status):
                self.tool.asked.append(request)
                raise trouble
            answer = self.tool.answer(request)
        except Status as status:
            self.send_response(status.code)
            for name, value in status.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()
            return
        self.send_response(200)
        content = answer.body
        for name, value in {"content-type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        if trouble == "packed":
            self.send_header("content-encoding", "gzip")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        half = len(content) // 2 if trouble == "half" else len(content)
        self.wfile.write(content[:half] if trouble != "cut" else b"")
        self.close_connection = trouble in ("half", "cut")

    def do_POST(self) -> None:
        """Answer a request with a body."""
        self.do_GET()


@contextmanager
def serve_tool(routes: dict[str, Route]) -> Iterator[ToolServer]:
    """Run a server on a free port of loopback."""
    tool = ToolServer(routes)
    handler = type("ToolHandler", (Handler,), {"tool": tool})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    tool.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield tool
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
