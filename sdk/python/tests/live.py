"""The instance that the environment names, for tests that need a real one."""

from __future__ import annotations

import json
import os
import unittest
import uuid
from typing import Any
from urllib.request import Request, urlopen

needs_instance = unittest.skipUnless(
    os.environ.get("GOPI_API_KEY") and os.environ.get("SURETY_TOKEN"),
    "needs GOPI_BASE_URL, GOPI_API_KEY and SURETY_TOKEN (sdk/test.py sets them)",
)


def api_key() -> str:
    return os.environ["GOPI_API_KEY"]


def base_url() -> str:
    return os.environ["GOPI_BASE_URL"]


def ask(method: str, path: str, body: object = None) -> Any:
    """The API as the owner uses it, without the client under test."""
    content = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {os.environ['SURETY_TOKEN']}", "Content-Type": "application/json"}
    with urlopen(Request(base_url() + path, content, headers, method=method), timeout=10) as answer:
        return json.load(answer)


def new_agent(**more: str) -> str:
    """A fresh agent's external id."""
    name = f"sdk-test-{uuid.uuid4().hex[:8]}"
    return str(ask("POST", "/v1/agents", {"name": name, **more})["external_id"])


def stats(agent_id: str) -> dict[str, int]:
    """What the instance has counted for the agent."""
    return dict(ask("GET", f"/v1/agents/{agent_id}")["payment_stats"])
