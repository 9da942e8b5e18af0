"""What the client accepts, sends and says, against a real local server."""

from __future__ import annotations

import inspect
import json
import os
import pickle
import traceback
import unittest
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from servers import Answer, Server, refusal

from gopi_sdk import DEFAULT_BASE_URL, GopiClient, GopiError

KEY = "gopi_sk_secret0123456789"


class Arguments(unittest.TestCase):
    def test_empty_key_and_agent_are_refused_before_any_request(self) -> None:
        for key, agent in (("", "a"), ("  ", "a"), (None, "a"), (KEY, ""), (KEY, None)):
            with self.assertRaisesRegex(ValueError, "(api_key|agent_id) must be"):
                GopiClient(key, agent)  # type: ignore[arg-type]

    def test_malformed_key_is_refused_without_showing_it(self) -> None:
        for key in ("gopi sk", "gopi\r\nHost: x", "gopi_é"):
            with self.assertRaises(ValueError) as caught:
                GopiClient(key, "a")
            self.assertNotIn(key, str(caught.exception))

    def test_base_url_is_the_argument_then_the_variable_then_loopback(self) -> None:
        with patch.dict(os.environ, {"GOPI_BASE_URL": "http://env.example"}):
            self.assertEqual(GopiClient(KEY, "a", "http://arg.example/").base_url, "http://arg.example")
            self.assertEqual(GopiClient(KEY, "a").base_url, "http://env.example")
        with patch.dict(os.environ, {"GOPI_BASE_URL": ""}):
            self.assertEqual(GopiClient(KEY, "a").base_url, DEFAULT_BASE_URL)
        self.assertEqual(DEFAULT_BASE_URL, "http://127.0.0.1:3000")

    def test_unusable_base_urls_are_refused(self) -> None:
        for url in ("surety.example", "ftp://x", "http://", "http://u:pw@x", "http://x:99999", "http://x/?a=b"):
            with self.assertRaises(ValueError) as caught:
                GopiClient(KEY, "a", url)
            self.assertNotIn("pw", str(caught.exception))

    def test_amounts_that_no_payment_has(self) -> None:
        client = GopiClient(KEY, "a", "http://127.0.0.1:1")
        for amount in (float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")):
            with self.assertRaises(ValueError):
                client.track_payment(amount)
        wrong: list[Any] = [None, True, b"1", [1]]
        for amount in wrong:
            with self.assertRaises(TypeError):
                client.track_payment(amount)

    def test_idempotency_keys_that_no_header_takes(self) -> None:
        client = GopiClient(KEY, "a", "http://127.0.0.1:1")
        for key in ("", "a\nb", "é", "x" * 256):
            with self.assertRaises(ValueError):
                client.track_payment(1, idempotency_key=key)

    def test_signatures_are_the_documented_ones(self) -> None:
        track = inspect.signature(GopiClient.track_payment).parameters
        defaults = {name: p.default for name, p in track.items()}
        self.assertEqual(list(track)[1:7], ["amount", "currency", "status", "payment_source", "is_autonomous", "date"])
        self.assertIs(defaults["amount"], inspect.Parameter.empty)
        expected = {"currency": "EUR", "status": "paid", "payment_source": "agent_wallet", "is_autonomous": True}
        self.assertEqual({name: defaults[name] for name in expected}, expected)
        for name in ("date", "direction", "counterparty", "reference", "due_at"):
            self.assertIsNone(defaults[name])
        self.assertEqual(list(inspect.signature(GopiClient).parameters)[:3], ["api_key", "agent_id", "base_url"])
        self.assertEqual(list(inspect.signature(GopiError).parameters)[:2], ["status_code", "message"])


class Requests(unittest.TestCase):
    def sent(self, amount: object, **more: object) -> str:
        with Server() as server:
            GopiClient(KEY, "agent-1", server.url).track_payment(amount, **more)  # type: ignore[arg-type]
        return server.requests[0].content.decode()

    def test_amounts_arrive_to_the_last_digit(self) -> None:
        cases: list[tuple[object, str]] = [
            (10, "10"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e-6, "1e-06"),
            (Decimal("999999999.999999"), '"999999999.999999"'),
            (Decimal("1E-6"), '"0.000001"'),
            (Decimal("1E+3"), '"1000"'),
            (Decimal("1.10") * Decimal("1.0000000"), '"1.1"'),
            ("12.500000", '"12.500000"'),
        ]
        for amount, text in cases:
            self.assertIn(f'"amount": {text},', self.sent(amount))

    def test_defaults_are_sent_and_nothing_else(self) -> None:
        self.assertEqual(
            json.loads(self.sent(1)),
            {
                "agent_id": "agent-1",
                "amount": 1,
                "currency": "EUR",
                "status": "paid",
                "payment_source": "agent_wallet",
                "is_autonomous": True,
            },
        )

    def test_times_are_iso_8601(self) -> None:
        zone = timezone(timedelta(hours=2))
        for given, text in (
            ("2026-10-14", "2026-10-14"),
            (date(2026, 10, 14), "2026-10-14"),
            (datetime(2026, 10, 14, 12, tzinfo=zone), "2026-10-14T12:00:00+02:00"),
        ):
            sent = json.loads(self.sent(1, date=given, due_at=given))
            self.assertEqual((sent["date"], sent["due_at"]), (text, text))

    def test_paths_headers_and_keys(self) -> None:
        with Server() as server:
            client = GopiClient(f" {KEY}\n", "a/b ü", server.url + "/prefix/")
            client.track_payment(1)
            client.track_payment(1)
            client.track_payment(1, idempotency_key="mine")
            client.certify()
            client.get_score()
        paths = [(r.method, r.path) for r in server.requests]
        agent = "a%2Fb%20%C3%BC"
        self.assertEqual(paths[2:], [
            ("POST", "/prefix/v1/payment-events"),
            ("POST", f"/prefix/v1/agents/{agent}/certify"),
            ("GET", f"/prefix/v1/public/{agent}"),
        ])  # fmt: skip
        self.assertTrue(all(r.headers["x-api-key"] == KEY for r in server.requests))
        first, second, mine, certify, score = [r.key for r in server.requests]
        self.assertTrue(first and second and certify)
        self.assertNotEqual(first, second)
        self.assertEqual(mine, "mine")
        self.assertIsNone(score)


class Errors(unittest.TestCase):
    def failing(self, *script: object) -> tuple[GopiError, Server]:
        with Server(*script) as server, self.assertRaises(GopiError) as caught:
            GopiClient(KEY, "a", server.url, max_attempts=1, timeout=0.3).certify()
        return caught.exception, server

    def test_the_instance_s_error_is_told(self) -> None:
        error, _ = self.failing(refusal(422, "VALIDATION_ERROR"))
        told = (error.status_code, error.message, error.code, error.field, error.request_id)
        self.assertEqual(told, (422, "Said VALIDATION_ERROR.", "VALIDATION_ERROR", "f", "r1"))
        self.assertEqual(str(error), "Said VALIDATION_ERROR. (422, VALIDATION_ERROR, request r1)")
        copy = pickle.loads(pickle.dumps(error))
        self.assertEqual((str(copy), copy.field), (str(error), "f"))
        self.assertEqual(GopiError(404, "Gone.").message, "Gone.")

    def test_errors_that_are_not_the_instance_s(self) -> None:
        error, _ = self.failing(Answer(404, {}, b"<html>"))
        self.assertEqual((error.status_code, error.code), (404, None))
        self.assertIn("answered 404 Not Found", error.message)
        error, _ = self.failing(Answer(200, {}, b"<html>hello</html>"))
        self.assertEqual((error.status_code, error.code), (200, "BAD_ANSWER"))

    def test_no_answer_has_status_0(self) -> None:
        for step, code in (("hang", "TIMEOUT"), ("trickle", "TIMEOUT"), ("reset", "NETWORK_ERROR")):
            error, _ = self.failing(step)
            self.assertEqual((error.status_code, error.code), (0, code), step)

    def test_redirects_are_not_followed(self) -> None:
        for status in (301, 302, 303, 307, 308):
            with Server() as elsewhere:
                moved = Answer(status, {"Location": f"{elsewhere.url}/v1?token=1"})
                error, server = self.failing(moved)
            self.assertEqual((error.status_code, error.code), (status, "REDIRECT"))
            self.assertIn(f"redirects to {elsewhere.url}/v1.", error.message)
            self.assertEqual((len(server.requests), len(elsewhere.requests)), (1, 0))

    def test_proxies_from_the_environment_get_nothing(self) -> None:
        with Server() as server, Server() as proxy, patch.dict(os.environ, {"http_proxy": proxy.url}):
            GopiClient(KEY, "a", server.url).get_score()
        self.assertEqual((len(server.requests), len(proxy.requests)), (1, 0))

    def test_the_key_shows_nowhere(self) -> None:
        echo = json.dumps({"message": f"Unknown key {KEY}.", "code": "UNAUTHORIZED"}).encode()
        with Server(503, "reset", Answer(401, {}, echo)) as server:
            client = GopiClient(KEY, "a", server.url)
            with self.assertLogs("gopi_sdk", "DEBUG") as logs, self.assertRaises(GopiError) as caught:
                client.track_payment(1)
        error = caught.exception
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        shown = [repr(client), str(client), repr(error), str(error), trace, *logs.output]
        shown += [r.path for r in server.requests]
        self.assertNotIn(KEY, "".join(shown))
        self.assertEqual(error.message, "Unknown key [API key].")


if __name__ == "__main__":
    unittest.main()
