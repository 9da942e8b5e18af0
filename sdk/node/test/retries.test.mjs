/** Which failures are tried again, how often, how long, and that nothing counts twice. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { GopiClient } from "gopi-sdk";
import { KEY, refusal, start } from "./server.mjs";

const { random } = Math;
// Full jitter at its lowest: the tests need not wait.
beforeEach(() => (Math.random = () => 0));
afterEach(() => (Math.random = random));

function clientOf({ url }, options = {}) {
  return new GopiClient(KEY, "a", url, { timeoutMs: 300, ...options });
}

test("each passing failure is tried again under one key", async (t) => {
  const steps = [429, 500, 501, 502, 503, 504, 599, "reset", "close", "hang", "truncate", "trickle"];
  for (const step of steps) {
    for (const call of ["trackPayment", "certify", "getScore"]) {
      const server = await start(t, [step, step]);
      await clientOf(server)[call](call === "trackPayment" ? { amount: 1 } : undefined);
      assert.equal(server.requests.length, 3, `${step} ${call}`);
      assert.equal(new Set(server.requests.map((r) => `${r.key} ${r.body}`)).size, 1);
      assert.equal(server.requests[0].key === undefined, call === "getScore");
    }
  }
});

test("a closed port is tried again", async (t) => {
  const server = await start(t);
  server.server.close();
  const error = await clientOf(server, { maxAttempts: 3 }).trackPayment({ amount: 1 }).catch((e) => e);
  assert.deepEqual([error.statusCode, error.code], [0, "NETWORK_ERROR"]);
  assert.match(error.message, /after 3 attempts: .*ECONNREFUSED/);
  assert.equal(error.cause.code, "ECONNREFUSED");
});

test("lasting failures are told at once", async (t) => {
  for (const status of [400, 401, 402, 403, 404, 409, 413, 415, 422]) {
    const server = await start(t, [refusal(status, "CODE")]);
    await assert.rejects(clientOf(server).trackPayment({ amount: 1 }), { statusCode: status });
    assert.equal(server.requests.length, 1);
  }
});

test("a call still running is asked for again", async (t) => {
  const running = await start(t, [refusal(409, "IDEMPOTENCY_CONFLICT", { "Retry-After": "0" })]);
  await clientOf(running).trackPayment({ amount: 1 });
  assert.equal(running.requests.length, 2);
  const taken = await start(t, [refusal(409, "IDEMPOTENCY_CONFLICT")]);
  await assert.rejects(clientOf(taken).trackPayment({ amount: 1 }), { statusCode: 409 });
  assert.equal(taken.requests.length, 1, "another request has that key, for good");
});

test("attempts are bounded", async (t) => {
  const server = await start(t, Array(9).fill(503));
  await assert.rejects(clientOf(server).trackPayment({ amount: 1 }), { statusCode: 503 });
  assert.equal(server.requests.length, 5);
});

test("the whole call is bounded", async (t) => {
  const server = await start(t, Array(9).fill("hang"));
  const begun = performance.now();
  const client = clientOf(server, { timeoutMs: 400, maxAttempts: 99, totalTimeoutMs: 1000 });
  await assert.rejects(client.trackPayment({ amount: 1 }), { code: "TIMEOUT" });
  assert.ok(performance.now() - begun < 1300);
});

test("Retry-After is honoured in both forms", async (t) => {
  for (const status of [429, 503]) {
    // A date has no fractions: its second begins up to one second earlier.
    for (const [after, least] of [[() => "1", 990], [() => new Date(Date.now() + 2000).toUTCString(), 900]]) {
      const text = after();
      const server = await start(t, [refusal(status, "BUSY", { "Retry-After": text })]);
      await clientOf(server).trackPayment({ amount: 1 });
      const [first, second] = server.requests;
      assert.ok(second.at - first.at >= least, `${text}: ${second.at - first.at}`);
    }
  }
});

test("a wait past the bound is not begun", async (t) => {
  const server = await start(t, [refusal(429, "RATE_LIMITED", { "Retry-After": "30" })]);
  const call = clientOf(server, { totalTimeoutMs: 5000 }).trackPayment({ amount: 1 });
  await assert.rejects(call, { statusCode: 429, retryAfterMs: 30_000 });
  assert.equal(server.requests.length, 1);
});

test("nonsense in Retry-After is ignored", async (t) => {
  for (const text of ["", "soon", "1e9"]) {
    const server = await start(t, [refusal(503, "BUSY", { "Retry-After": text })]);
    await clientOf(server).getScore();
    assert.equal(server.requests.length, 2);
  }
});

test("waits double up to the cap with full jitter", async (t) => {
  const { setTimeout: real } = globalThis;
  const waits = [];
  globalThis.setTimeout = (then, ms, ...rest) => {
    if (ms !== 300) waits.push(ms);
    return real(then, ms === 300 ? ms : 0, ...rest);
  };
  t.after(() => (globalThis.setTimeout = real));
  Math.random = () => 1;
  const server = await start(t, Array(9).fill(503));
  await assert.rejects(clientOf(server, { maxAttempts: 7 }).getScore(), { statusCode: 503 });
  // Node's own HTTP client sets shorter and longer timers.
  assert.deepEqual(waits.filter((ms) => ms >= 500 && ms <= 8000), [500, 1000, 2000, 4000, 8000, 8000]);
});
