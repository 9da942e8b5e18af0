"""The client against a real instance."""

from __future__ import annotations

import unittest
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from live import api_key, base_url, needs_instance, new_agent, stats
from servers import Server

from gopi_sdk import GopiClient, GopiError, client


@needs_instance
class Live(unittest.TestCase):
    def setUp(self) -> None:
        self.agent = new_agent()
        self.gopi = GopiClient(api_key(), self.agent, base_url())

    def test_every_field_arrives(self) -> None:
        due = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=3)
        event: Any = self.gopi.track_payment(
            Decimal("12.500001"), "USDC", "late", "human_bank", False, due + timedelta(days=1),
            direction="received", counterparty="acme", reference="r-1", due_at=due,
        )  # fmt: skip
        wanted = ("amount", "currency", "status", "direction", "reference")
        said = {name: event[name] for name in wanted}
        self.assertEqual(
            said,
            {"amount": 12.500001, "currency": "USDC", "status": "late", "direction": "received", "reference": "r-1"},
        )
        self.assertEqual((event["payment_source"], event["is_autonomous"]), ("human_bank", False))
        self.assertFalse(event["counts_toward_score"])
        self.assertEqual(event["due_at"], due.strftime("%Y-%m-%dT%H:%M:%S.000Z"))

    def test_amounts_are_exact(self) -> None:
        for amount, kept in (
            (0.1 + 0.2, "0.3"),
            (Decimal("999999999.999999"), "999999999.999999"),
            ("0.000001", "1e-06"),
            (1e-6, "1e-06"),
            (7, "7"),
        ):
            self.assertEqual(str(self.gopi.track_payment(amount)["amount"]), kept)

    def test_a_lost_answer_does_not_count_twice(self) -> None:
        lost = Server("passed_on_then_lost", 503, "passed_on_then_lost", upstream=base_url())
        with patch.object(client, "BACKOFF_BASE_S", 0.01), lost as proxy:
            event = GopiClient(api_key(), self.agent, proxy.url).track_payment(5)
        self.assertEqual(len(proxy.requests), 4)
        self.assertEqual(event["amount"], 5)
        self.assertEqual(stats(self.agent)["total"], 1)

    def test_own_keys_and_references_repeat_a_call(self) -> None:
        for name in ("idempotency_key", "reference"):
            # The account's other agents share its idempotency keys.
            given = {name: f"{self.agent}-same"}
            ids = {self.gopi.track_payment(3, **given)["event_id"] for _ in range(2)}  # type: ignore[arg-type]
            self.assertEqual(len(ids), 1, name)
        with self.assertRaises(GopiError) as caught:
            self.gopi.track_payment(4, reference=f"{self.agent}-same")
        self.assertEqual((caught.exception.status_code, caught.exception.code), (409, "CONFLICT"))

    def test_certificate_after_three_payments(self) -> None:
        with self.assertRaises(GopiError) as caught:
            self.gopi.certify()
        self.assertEqual((caught.exception.status_code, caught.exception.code), (422, "INSUFFICIENT_HISTORY"))
        self.assertIsNone(self.gopi.get_score()["certificate"])
        for _ in range(3):
            self.gopi.track_payment("24.90", status="on_time")
        certificate = self.gopi.certify()
        profile = self.gopi.get_score()
        assert profile["certificate"] is not None
        self.assertEqual(profile["certificate"]["score"], certificate["score"])
        self.assertEqual(profile["payment_stats"], {"total": 3, "autonomous": 3, "on_time": 3})
        self.assertTrue(certificate["credential"].count(".") == 2 and certificate["factors"])

    def test_a_private_agent_shows_itself_to_its_key(self) -> None:
        agent = new_agent(visibility="private")
        self.assertIn("gopi_", GopiClient(api_key(), agent, base_url()).get_score()["gopi_id"])

    def test_errors_carry_the_instance_s_sentence(self) -> None:
        with self.assertRaises(GopiError) as caught:
            self.gopi.track_payment(-1)
        error = caught.exception
        self.assertEqual((error.status_code, error.code, error.field), (422, "VALIDATION_ERROR", "amount"))
        self.assertEqual(error.message, "amount must be greater than 0.")
        self.assertTrue(error.request_id)
        wrong = GopiClient("gopi_sk_" + "x" * 40, self.agent, base_url())
        for call, status in ((wrong.certify, 401), (GopiClient(api_key(), "nobody", base_url()).certify, 404)):
            with self.assertRaises(GopiError) as caught:
                call()
            self.assertEqual(caught.exception.status_code, status)


if __name__ == "__main__":
    unittest.main()
