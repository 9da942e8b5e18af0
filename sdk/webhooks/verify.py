"""Verifies deliveries (a file, as JSON) with the official package, the way a receiver does."""

import hashlib
import hmac
import json
import sys

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

with open(sys.argv[1], encoding="utf-8") as file:
    deliveries = json.load(file)
assert len(deliveries) == 4, len(deliveries)
for delivery in deliveries:
    headers, body, secret = delivery["headers"], delivery["body"], delivery["secret"]
    if delivery["standard"]:
        webhook = Webhook(secret)
        assert webhook.verify(body, headers) == json.loads(body)
        try:
            webhook.verify(body.replace("{", "{ ", 1), headers)
        except WebhookVerificationError:
            pass
        else:
            raise AssertionError("a changed body was taken")
    expected = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    assert hmac.compare_digest(headers["x-agentpay-signature"], expected)
print(f"{len(deliveries)} deliveries verified")
