/** The client against a real instance: GOPI_BASE_URL, GOPI_API_KEY and SURETY_TOKEN, which sdk/test.py sets. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { GopiClient } from "gopi-sdk";
import { start } from "./server.mjs";

const { GOPI_BASE_URL: base, GOPI_API_KEY: key, SURETY_TOKEN: token } = process.env;
const options = { skip: !(key && token) && "no instance is named" };

async function ask(method, path, body) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

async function newAgent(more = {}) {
  const agent = await ask("POST", "/v1/agents", { name: `sdk-test-${randomUUID().slice(0, 8)}`, ...more });
  return agent.external_id;
}

test("every field arrives", options, async () => {
  const client = new GopiClient(key, await newAgent(), base);
  const event = await client.trackPayment({
    amount: "12.500001", currency: "USDC", status: "late", paymentSource: "human_bank", isAutonomous: false,
    date: new Date(Date.now() - 1000), dueAt: new Date("2026-01-02T03:04:05Z"), direction: "received",
    counterparty: "acme", reference: "r-1",
  });
  assert.deepEqual([event.amount, event.currency, event.status], [12.500001, "USDC", "late"]);
  assert.deepEqual([event.payment_source, event.is_autonomous, event.direction], ["human_bank", false, "received"]);
  assert.deepEqual([event.reference, event.due_at], ["r-1", "2026-01-02T03:04:05.000Z"]);
  assert.equal(event.counts_toward_score, false);
});

test("amounts are exact", options, async () => {
  const client = new GopiClient(key, await newAgent(), base);
  for (const [amount, kept] of [[0.1 + 0.2, 0.3], ["999999999.999999", 999999999.999999], [1e-7, 0.000001], [7n, 7]]) {
    assert.equal((await client.trackPayment({ amount })).amount, kept);
  }
});

test("a lost answer does not count twice", options, async (t) => {
  const agent = await newAgent();
  const proxy = await start(t, ["passed_on_then_lost", 503, "passed_on_then_lost"], base);
  const event = await new GopiClient(key, agent, proxy.url).trackPayment({ amount: 5 });
  assert.equal(proxy.requests.length, 4);
  assert.equal(event.amount, 5);
  assert.equal((await ask("GET", `/v1/agents/${agent}`)).payment_stats.total, 1);
});

test("own keys and references repeat a call", options, async () => {
  const client = new GopiClient(key, await newAgent(), base);
  // The account's other agents share its idempotency keys.
  const same = `${client.agentId}-same`;
  for (const name of ["idempotencyKey", "reference"]) {
    const first = await client.trackPayment({ amount: 3, [name]: same });
    const again = await client.trackPayment({ amount: 3, [name]: same });
    assert.equal(first.event_id, again.event_id, name);
  }
  await assert.rejects(client.trackPayment({ amount: 4, reference: same }), { statusCode: 409, code: "CONFLICT" });
});

test("a certificate after three payments", options, async () => {
  const client = new GopiClient(key, await newAgent(), base);
  await assert.rejects(client.certify(), { statusCode: 422, code: "INSUFFICIENT_HISTORY" });
  assert.equal((await client.getScore()).certificate, null);
  for (let i = 0; i < 3; i += 1) await client.trackPayment({ amount: "24.90", status: "on_time" });
  const certificate = await client.certify();
  const profile = await client.getScore();
  assert.equal(profile.certificate.score, certificate.score);
  assert.deepEqual(profile.payment_stats, { total: 3, autonomous: 3, on_time: 3 });
});

test("a private agent shows itself to its key", options, async () => {
  const client = new GopiClient(key, await newAgent({ visibility: "private" }), base);
  assert.match((await client.getScore()).gopi_id, /^gopi_/);
});

test("errors carry the instance's sentence", options, async () => {
  const agent = await newAgent();
  const error = await new GopiClient(key, agent, base).trackPayment({ amount: -1 }).catch((e) => e);
  assert.deepEqual([error.statusCode, error.code, error.field], [422, "VALIDATION_ERROR", "amount"]);
  assert.equal(error.message, "amount must be greater than 0.");
  assert.ok(error.requestId);
  await assert.rejects(new GopiClient(`gopi_sk_${"x".repeat(40)}`, agent, base).certify(), { statusCode: 401 });
  await assert.rejects(new GopiClient(key, "nobody", base).certify(), { statusCode: 404 });
});
