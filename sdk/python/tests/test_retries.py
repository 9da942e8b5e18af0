"""Which failures are tried again, how often, how long, and that nothing counts twice."""

from __future__ import annotations

import random
import ssl
import time
import unittest
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from unittest.mock import patch

from servers import Answer, Server, refusal

from gopi_sdk import GopiClient, GopiError, client

KEY = "gopi_sk_secret0123456789"
SHORT = patch.multiple(client, BACKOFF_BASE_S=0.01, BACKOFF_CAP_S=0.05)


class Retries(unittest.TestCase):
    def setUp(self) -> None:
        SHORT.start()
        self.addCleanup(SHORT.stop)

    def client(self, server: Server, **options: float) -> GopiClient:
        return GopiClient(KEY, "a", server.url, **{"timeout": 0.3, **options})  # type: ignore[arg-type]

    def test_each_passing_failure_is_tried_again_under_one_key(self) -> None:
        for step in (429, 500, 501, 502, 503, 504, 599, "reset", "close", "hang", "truncate", "trickle"):
            for call in ("track_payment", "certify", "get_score"):
                with self.subTest(step=step, call=call), Server(step, step) as server:
                    arguments = (1,) if call == "track_payment" else ()
                    getattr(self.client(server), call)(*arguments)
                    self.assertEqual(len(server.requests), 3)
                    self.assertEqual(len({(r.key, r.content) for r in server.requests}), 1)
                    self.assertEqual(server.requests[0].key is None, call == "get_score")

    def test_a_closed_port_is_tried_again(self) -> None:
        with Server() as server:
            pass
        with self.assertLogs("gopi_sdk", "INFO") as logs, self.assertRaises(GopiError) as caught:
            self.client(server, max_attempts=3).track_payment(1)
        self.assertEqual((caught.exception.status_code, len(logs.output)), (0, 2))
        self.assertIn("after 3 attempts: Connection refused.", caught.exception.message)

    def test_lasting_failures_are_told_at_once(self) -> None:
        for status in (400, 401, 402, 403, 404, 409, 413, 415, 422):
            with Server(refusal(status, "CODE")) as server, self.assertRaises(GopiError) as caught:
                self.client(server).track_payment(1)
            self.assertEqual((caught.exception.status_code, len(server.requests)), (status, 1))

    def test_a_call_still_running_is_asked_for_again(self) -> None:
        running = refusal(409, "IDEMPOTENCY_CONFLICT", Retry_After="0")
        with Server(running) as server:
            self.client(server).track_payment(1)
        self.assertEqual(len(server.requests), 2)
        with Server(refusal(409, "IDEMPOTENCY_CONFLICT")) as server, self.assertRaises(GopiError):
            self.client(server).track_payment(1)
        self.assertEqual(len(server.requests), 1, "another request has that key, for good")

    def test_attempts_are_bounded(self) -> None:
        with Server(*[503] * 9) as server, self.assertRaises(GopiError) as caught:
            self.client(server).track_payment(1)
        self.assertEqual((caught.exception.status_code, len(server.requests)), (503, 5))

    def test_the_whole_call_is_bounded(self) -> None:
        with Server(*["hang"] * 9) as server:
            start = time.monotonic()
            with self.assertRaises(GopiError) as caught:
                self.client(server, timeout=0.4, max_attempts=99, total_timeout=1).track_payment(1)
            self.assertLess(time.monotonic() - start, 1.2)
        self.assertEqual(caught.exception.code, "TIMEOUT")

    def test_retry_after_is_honoured_in_both_forms(self) -> None:
        def in_2_s() -> str:
            return format_datetime(datetime.now(timezone.utc) + timedelta(seconds=2), usegmt=True)

        # A date has no fractions: its second begins up to one second earlier.
        forms: list[tuple[Callable[[], str], float]] = [(lambda: "1", 1.0), (in_2_s, 0.9)]
        for status in (429, 503):
            for after, least in forms:
                with self.subTest(status=status, after=after()):
                    with Server(refusal(status, "BUSY", Retry_After=after())) as server:
                        self.client(server).track_payment(1)
                    first, second = server.times
                    self.assertGreaterEqual(second - first, least)

    def test_a_wait_past_the_bound_is_not_begun(self) -> None:
        limited = refusal(429, "RATE_LIMITED", Retry_After="30")
        with Server(limited) as server, self.assertRaises(GopiError) as caught:
            self.client(server, total_timeout=5).track_payment(1)
        self.assertEqual((caught.exception.retry_after, len(server.requests)), (30.0, 1))

    def test_nonsense_in_retry_after_is_ignored(self) -> None:
        for text in ("", "soon", "-5", "²", "1e9"):
            with Server(Answer(503, {"Retry-After": text})) as server:
                self.client(server).get_score()
            self.assertEqual(len(server.requests), 2)


class Backoff(unittest.TestCase):
    def test_waits_double_up_to_the_cap_with_full_jitter(self) -> None:
        bounds: list[tuple[float, float]] = []

        def remember(low: float, high: float) -> float:
            bounds.append((low, high))
            return high

        with patch.object(random, "uniform", remember):
            for attempt in range(1, 8):
                client._wait_before_retry(GopiError(503, "Busy."), attempt)
        self.assertEqual(bounds, [(0, s) for s in (0.5, 1, 2, 4, 8, 8, 8)])

    def test_a_certificate_that_does_not_check_out_is_no_passing_failure(self) -> None:
        gopi = GopiClient(KEY, "a", "https://127.0.0.1:1")
        failure = ssl.SSLCertVerificationError(1, "self-signed")
        failure.verify_message = "self-signed certificate"
        error = gopi._no_answer(failure, 1)
        self.assertEqual(error.code, "TLS_ERROR")
        self.assertIsNone(client._wait_before_retry(error, 1))


if __name__ == "__main__":
    unittest.main()
