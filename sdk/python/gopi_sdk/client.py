"""Client for the trust API of a Surety instance.

One file, standard library only, Python 3.9 or newer: import it from the package `gopi_sdk`, or copy it into a project
as `gopi_client.py`.
"""

from __future__ import annotations

import http.client
import io
import json
import logging
import math
import os
import random
import re
import socket
import ssl
import time
import uuid
from datetime import date as Date
from datetime import datetime, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Literal, NamedTuple, TypedDict, cast
from urllib.parse import quote, urljoin, urlsplit

# An instance that serves this file writes its own address into the next line.
DEFAULT_BASE_URL = "http://127.0.0.1:3000"

__version__ = "0.1.0"
__all__ = ["DEFAULT_BASE_URL", "GopiClient", "GopiError"]

Status = Literal["paid", "on_time", "late", "missed", "disputed"]
PaymentSource = Literal["agent_wallet", "human_card", "human_bank", "unknown"]
Direction = Literal["sent", "received"]

BACKOFF_BASE_S = 0.5
BACKOFF_CAP_S = 8.0

_log = logging.getLogger("gopi_sdk")


class PaymentEvent(TypedDict):
    """A payment as the instance recorded it."""

    event_id: str
    agent_id: str
    status: Status
    amount: float
    currency: str
    payment_source: PaymentSource
    is_autonomous: bool
    counts_toward_score: bool
    direction: Direction
    reference: str | None
    date: str
    due_at: str | None
    created_at: str


class PaymentStats(TypedDict):
    """`total`: all sent payments. `autonomous`: those that count. `on_time`: of these, the ones that went right."""

    total: int
    autonomous: int
    on_time: int


class ProfileCertificate(TypedDict):
    """What a profile shows of a valid certificate."""

    score: int
    grade: str
    confidence: str
    valid_until: str


class Profile(TypedDict):
    """An agent's trust profile. `certificate` is None where none is valid."""

    gopi_id: str
    name: str
    certificate: ProfileCertificate | None
    payment_stats: PaymentStats
    badge_url: str


class Certificate(TypedDict):
    """A certificate just issued. `credential` is its signed form, which can be checked offline."""

    certificate_id: str
    gopi_id: str
    score: int
    grade: str
    confidence: str
    issued_at: str
    valid_until: str
    self_issued: bool
    factors: list[dict[str, Any]]
    credential: str


class GopiError(Exception):
    """A call that failed for good.

    `message` is the instance's own sentence, `code` its constant (such as `VALIDATION_ERROR`), `field` the argument
    that breaks a rule, and `request_id` what its operator finds in the log. Without an answer, `status_code` is 0 and
    `code` is `TIMEOUT`, `NETWORK_ERROR` or `TLS_ERROR`.
    """

    def __init__(
        self,
        status_code: int,
        message: str,
        *,
        code: str | None = None,
        field: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(status_code, message)
        self.status_code = status_code
        self.message = message
        self.code = code
        self.field = field
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        facts = [
            str(self.status_code) if self.status_code else "",
            self.code or "",
            f"request {self.request_id}" if self.request_id else "",
        ]
        return f"{self.message} ({', '.join(filter(None, facts))})" if any(facts) else self.message


class GopiClient:
    """One agent's access to a Surety instance. Holds no connection; may be shared between threads.

    `base_url` falls back to the variable `GOPI_BASE_URL`, then to `DEFAULT_BASE_URL`. One attempt may take `timeout`
    seconds; a call makes at most `max_attempts` and ends within `total_timeout` seconds. Redirects are not followed
    and proxies from the environment are not used, so that the key reaches no other host.
    """

    def __init__(
        self,
        api_key: str,
        agent_id: str,
        base_url: str | None = None,
        *,
        timeout: float = 10.0,
        max_attempts: int = 5,
        total_timeout: float = 90.0,
    ) -> None:
        self._api_key = _required("api_key", api_key)
        if not re.fullmatch(r"[!-~]+", self._api_key):
            # The key itself stays out of the message.
            raise ValueError("api_key contains characters that no API key has")
        self.agent_id = _required("agent_id", agent_id)
        self.base_url = _checked_url(base_url or os.environ.get("GOPI_BASE_URL") or DEFAULT_BASE_URL)
        if not (timeout > 0 and total_timeout > 0 and max_attempts >= 1):
            raise ValueError("timeout, total_timeout and max_attempts must be greater than 0")
        self.timeout = timeout
        self.max_attempts = max_attempts
        self.total_timeout = total_timeout

    def __repr__(self) -> str:
        return f"GopiClient(agent_id={self.agent_id!r}, base_url={self.base_url!r})"

    def track_payment(
        self,
        amount: float | Decimal | str,
        currency: str = "EUR",
        status: Status = "paid",
        payment_source: PaymentSource = "agent_wallet",
        is_autonomous: bool = True,
        date: str | Date | None = None,
        *,
        direction: Direction | None = None,
        counterparty: str | None = None,
        reference: str | None = None,
        due_at: str | Date | None = None,
        idempotency_key: str | None = None,
    ) -> PaymentEvent:
        """Reports one payment, which counts once however often it had to be sent.

        A `Decimal` or decimal string arrives as it is; of a number, the digits that Python prints. A time without a
        zone is UTC. Calls with the same `idempotency_key` and content count once together for 24 hours, calls with
        the same `reference` for ever.
        """
        event = {
            "agent_id": self.agent_id,
            "amount": _exact(amount),
            "currency": currency,
            "status": status,
            "payment_source": payment_source,
            "is_autonomous": is_autonomous,
            "date": _time(date),
            "due_at": _time(due_at),
            "direction": direction,
            "counterparty": counterparty,
            "reference": reference,
        }
        given = {name: value for name, value in event.items() if value is not None}
        body = json.dumps(given, allow_nan=False).encode()
        key = _idempotency_key(idempotency_key)
        return cast(PaymentEvent, self._call("POST", "/v1/payment-events", body, key))

    def get_score(self) -> Profile:
        """The agent's trust profile. Of a private agent, too, since the key is sent along."""
        return cast(Profile, self._call("GET", f"/v1/public/{quote(self.agent_id, safe='')}"))

    def certify(self, *, idempotency_key: str | None = None) -> Certificate:
        """Issues a certificate, valid for 90 days; it replaces the one before.

        Raises `GopiError` with code `INSUFFICIENT_HISTORY` below three counted payments, `PLAN_REQUIRED` on plan free.
        """
        path = f"/v1/agents/{quote(self.agent_id, safe='')}/certify"
        return cast(Certificate, self._call("POST", path, b"", _idempotency_key(idempotency_key)))

    def _call(self, method: str, path: str, body: bytes | None = None, idempotency_key: str | None = None) -> Any:
        headers = {
            "Accept": "application/json",
            "User-Agent": f"gopi-sdk-python/{__version__}",
            "X-API-Key": self._api_key,
        }
        if body:
            headers["Content-Type"] = "application/json"
        if idempotency_key is not None:
            # The same for every attempt: a payment whose answer got lost must not count twice.
            headers["Idempotency-Key"] = idempotency_key
        give_up_at = time.monotonic() + self.total_timeout
        attempt = 1
        while True:
            cause: Exception | None = None
            try:
                deadline = min(time.monotonic() + self.timeout, give_up_at)
                answer = self._exchange(method, path, body, headers, deadline)
                if 200 <= answer.status < 300:
                    return self._parse(answer)
                error = self._refusal(answer)
            except (OSError, http.client.HTTPException) as failure:
                cause, error = failure, self._no_answer(failure, attempt)
            wait = _wait_before_retry(error, attempt)
            if wait is None or attempt >= self.max_attempts or time.monotonic() + wait > give_up_at:
                raise error from cause
            _log.info("%s %s: %s Next attempt in %.1f s.", method, path, error.message, wait)
            time.sleep(wait)
            attempt += 1

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], deadline: float
    ) -> _Answer:
        url = urlsplit(self.base_url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        left = max(0.001, deadline - time.monotonic())
        connection = kind(url.hostname or "", url.port, timeout=left)
        raw: socket.socket | None = None
        try:
            connection.connect()
            raw = connection.sock
            connection.sock = cast(socket.socket, _Until(raw, deadline))
            connection.request(method, url.path + path, body, headers)
            response = connection.getresponse()
            return _Answer(response.status, response.reason, response.headers, response.read())
        finally:
            connection.close()
            if raw is not None:
                raw.close()

    def _parse(self, answer: _Answer) -> Any:
        try:
            return json.loads(answer.content)
        except ValueError:
            message = f"{self.base_url} answered something else than JSON. Is it a Surety instance?"
            raise GopiError(answer.status, message, code="BAD_ANSWER") from None

    def _refusal(self, answer: _Answer) -> GopiError:
        location = answer.headers.get("Location")
        if 300 <= answer.status < 400 and location:
            to = urljoin(self.base_url, location).split("?")[0]
            message = (
                f"{self.base_url} redirects to {to}. Redirects are not followed, so that the API "
                "key reaches no other host: set base_url to the final address."
            )
            return GopiError(answer.status, self._without_key(message), code="REDIRECT")
        try:
            said = json.loads(answer.content)
        except ValueError:
            said = None
        said = said if isinstance(said, dict) else {}
        message = said.get("message") or f"{self.base_url} answered {answer.status} {answer.reason}."
        return GopiError(
            answer.status,
            self._without_key(str(message)),
            code=said.get("code"),
            field=said.get("field"),
            request_id=said.get("request_id"),
            retry_after=_retry_after_s(answer.headers.get("Retry-After")),
        )

    def _no_answer(self, failure: Exception, attempt: int) -> GopiError:
        if isinstance(failure, ssl.SSLCertVerificationError):
            code, why = "TLS_ERROR", failure.verify_message
        elif isinstance(failure, socket.timeout):
            code, why = "TIMEOUT", "timed out"
        else:
            code, why = "NETWORK_ERROR", getattr(failure, "strerror", None) or str(failure)
        tries = "1 attempt" if attempt == 1 else f"{attempt} attempts"
        why = str(why or type(failure).__name__).rstrip(".")
        message = f"No answer from {self.base_url} after {tries}: {why}."
        return GopiError(0, self._without_key(message), code=code)

    def _without_key(self, text: str) -> str:
        return text.replace(self._api_key, "[API key]")


class _Answer(NamedTuple):
    status: int
    reason: str
    headers: http.client.HTTPMessage
    content: bytes


class _Until(io.RawIOBase):
    """A connected socket that gives up at the deadline, even while the other side keeps sending a little."""

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._connected = connected
        self._deadline = deadline

    def _arm(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        self._connected.settimeout(left)

    def sendall(self, content: bytes) -> None:
        self._arm()
        self._connected.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Until(self._connected, self._deadline))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._arm()
        return self._connected.recv_into(buffer)


def _required(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be a text that is not empty")
    return value.strip()


def _checked_url(base_url: str) -> str:
    url = base_url.strip().rstrip("/")
    wrong = "base_url must look like https://surety.example.com"
    if not re.fullmatch(r"[!-~]+", url):
        raise ValueError(wrong)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in parts.netloc or parts.query or parts.fragment:
        # Not quoted: it may hold a password.
        raise ValueError(f"{wrong}, without user, query or fragment")
    return url


def _exact(amount: object) -> int | float | str:
    """The JSON value whose text is the amount, to the last digit."""
    if isinstance(amount, Decimal):
        if not amount.is_finite():
            raise ValueError("amount must be a finite number")
        text = format(amount, "f")
        # 1.10 * 1.0000000 is exact and still has nine decimals, more than the API takes.
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(amount, bool) or not isinstance(amount, (int, float, str)):
        raise TypeError(f"amount must be int, float, Decimal or str, not {type(amount).__name__}")
    if isinstance(amount, float) and not math.isfinite(amount):
        raise ValueError("amount must be a finite number")
    return amount


def _time(value: str | Date | None) -> str | None:
    return value.isoformat() if isinstance(value, Date) else value


def _idempotency_key(given: str | None) -> str:
    if given is None:
        return str(uuid.uuid4())
    if not re.fullmatch(r"[!-~](?:[ -~]{0,253}[!-~])?", given):
        raise ValueError("idempotency_key must have 1 to 255 printable ASCII characters")
    return given


def _wait_before_retry(error: GopiError, attempt: int) -> float | None:
    """Seconds until the next attempt, or None where another one cannot help."""
    still_running = error.code == "IDEMPOTENCY_CONFLICT" and error.retry_after is not None
    no_answer = error.status_code == 0 and error.code != "TLS_ERROR"
    if not (no_answer or error.status_code == 429 or error.status_code >= 500 or still_running):
        return None
    # Full jitter, so that many agents do not come back in step.
    backoff = random.uniform(0, min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2 ** (attempt - 1)))
    return backoff + (error.retry_after or 0)


def _retry_after_s(header: str | None) -> float | None:
    """Reads both forms of Retry-After, seconds and date."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return max(0.0, (at - datetime.now(timezone.utc)).total_seconds())
