"""Lets an instance deliver webhooks to this machine, and keeps what arrives."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Ask = Callable[[str, object, str | None], Any]
WAIT_S = 20


class Receiver(ThreadingHTTPServer):
    """Answers 204 and keeps headers and body of every request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.kept: list[dict[str, Any]] = []
        self.news = threading.Condition()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        with self.news:
            if not self.news.wait_for(lambda: len(self.kept) >= count, WAIT_S):
                raise RuntimeError(f"{len(self.kept)} of {count} deliveries arrived")
            return list(self.kept)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.news:
            self.server.kept.append({"headers": headers, "body": body})
            self.server.news.notify_all()
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        pass


def collect(ask: Ask, token: str, api_key_agent: str) -> str:
    """Deliveries as JSON for the verifiers: of a generated secret and of one that the owner chose, which is no base64."""
    found = []
    for number, secret in enumerate((None, "chosen, with spaces: é")):
        receiver = Receiver()
        endpoint: dict[str, Any] = {"url": receiver.url, "events": ["payment.received"]}
        if secret:
            endpoint["secret"] = secret
        made = ask("/v1/webhooks/configure", endpoint, token)
        tested = ask("/v1/webhooks/test", {"webhook_id": made["webhook_id"]}, token)
        if not tested["success"]:
            raise RuntimeError(f"the test was not delivered: {tested}")
        reference = f"Über 🤖 {number}"
        payment = {"agent_id": api_key_agent, "amount": "12.50", "direction": "received", "reference": reference}
        ask("/v1/payment-events", payment, token)
        for delivery in receiver.wait_for(2):
            found.append({**delivery, "secret": made["webhook_secret"], "standard": secret is None})
        receiver.shutdown()
    return json.dumps(found)
