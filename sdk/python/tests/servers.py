"""A real HTTP server that misbehaves as told, then answers or passes on to another."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

EVENT = {"event_id": "evt_1", "amount": 1, "counts_toward_score": True}


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key")

    @property
    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Answer:
    status: int
    headers: dict[str, str] | None = None
    content: bytes = b""


def refusal(status: int, code: str, **headers: str) -> Answer:
    body = {"error": "E", "message": f"Said {code}.", "code": code, "field": "f", "request_id": "r1"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, json.dumps(body).encode())


class Server:
    """Follows its script, one step per request: a status, an Answer, or one of reset, close, hang, truncate, trickle.

    After the script it passes requests on to `upstream`, or answers 201. `passed_on_then_lost` as a step passes the
    request on and resets the connection, as a crash between the work and the answer would.
    """

    def __init__(self, *script: Any, upstream: str | None = None) -> None:
        self.script = list(script)
        self.upstream = upstream
        self.requests: list[Request] = []
        self.times: list[float] = []
        self.released = Event()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self) -> Server:  # noqa: PYI034 - Self needs Python 3.11
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()

    def pass_on(self, request: Request) -> Answer:
        if self.upstream is None:
            return Answer(201, {}, json.dumps(EVENT).encode())
        to = urlsplit(self.upstream)
        connection = http.client.HTTPConnection(to.hostname or "", to.port, timeout=10)
        headers = {n: v for n, v in request.headers.items() if n not in ("host", "connection")}
        try:
            connection.request(request.method, request.path, request.content, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        return Answer(response.status, {"Content-Type": "application/json"}, content)


class _Handler(BaseHTTPRequestHandler):
    owner: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        self.owner.times.append(time.monotonic())
        self.owner.requests.append(request)
        step = self.owner.script.pop(0) if self.owner.script else self.owner.pass_on(request)
        self.close_connection = True
        if isinstance(step, int):
            step = Answer(step, {}, b"<html>oops</html>")
        if isinstance(step, Answer):
            self._answer(step)
        else:
            getattr(self, f"_{step}")(request)

    do_POST = do_GET

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in (answer.headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def _close(self, _request: Request) -> None:
        self.connection.close()

    def _reset(self, _request: Request) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _hang(self, _request: Request) -> None:
        self.owner.released.wait(10)

    def _truncate(self, _request: Request) -> None:
        self.wfile.write(b'HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"event_id": ')

    def _trickle(self, _request: Request) -> None:
        self.wfile.write(b"HTTP/1.1 201 Created\r\n")
        while not self.owner.released.wait(0.05):
            try:
                self.wfile.write(b"X-Slow: 1\r\n")
            except OSError:
                return

    def _passed_on_then_lost(self, request: Request) -> None:
        self.owner.pass_on(request)
        self._reset(request)

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            # The script closed the connection already.
            pass

    def log_message(self, *_: object) -> None:
        pass
