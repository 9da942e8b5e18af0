// Verifies deliveries (a file, as JSON) with the official package, the way a receiver does.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const deliveries = JSON.parse(readFileSync(process.argv[2], "utf8"));
assert.equal(deliveries.length, 4);
for (const { headers, body, secret, standard } of deliveries) {
  if (standard) {
    const webhook = new Webhook(secret);
    assert.deepEqual(webhook.verify(body, headers), JSON.parse(body));
    assert.throws(() => webhook.verify(body.replace("{", "{ "), headers));
  }
  const expected = createHmac("sha256", secret).update(body).digest("hex");
  assert.equal(headers["x-agentpay-signature"], expected);
}
console.log(`${deliveries.length} deliveries verified`);
