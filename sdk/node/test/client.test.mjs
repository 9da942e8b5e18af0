/** What the client accepts, sends and says, against a real local server. */

import assert from "node:assert/strict";
import { inspect } from "node:util";
import { afterEach, beforeEach, test } from "node:test";

import { DEFAULT_BASE_URL, GopiClient, GopiError } from "gopi-sdk";
import { KEY, refusal, start } from "./server.mjs";

const before = process.env.GOPI_BASE_URL;
beforeEach(() => delete process.env.GOPI_BASE_URL);
afterEach(() => {
  if (before !== undefined) process.env.GOPI_BASE_URL = before;
});

async function failing(t, ...script) {
  const server = await start(t, script);
  const client = new GopiClient(KEY, "a", server.url, { maxAttempts: 1, timeoutMs: 300 });
  const error = await client.certify().then(
    () => assert.fail("it did not fail"),
    (e) => e,
  );
  assert.ok(error instanceof GopiError && error instanceof Error);
  return { error, server };
}

test("empty key and agent are refused before any request", () => {
  for (const [key, agent] of [["", "a"], ["  ", "a"], [undefined, "a"], [KEY, ""], [KEY, undefined]]) {
    assert.throws(() => new GopiClient(key, agent), /^TypeError: (apiKey|agentId) must be/);
  }
});

test("a malformed key is refused without showing it", () => {
  for (const key of ["gopi sk", "gopi\r\nHost: x", "gopi_é"]) {
    assert.throws(() => new GopiClient(key, "a"), (e) => e instanceof TypeError && !e.message.includes(key));
  }
});

test("the address is the argument, then the variable, then loopback", () => {
  assert.equal(new GopiClient(KEY, "a").baseUrl, DEFAULT_BASE_URL);
  assert.equal(DEFAULT_BASE_URL, "http://127.0.0.1:3000");
  process.env.GOPI_BASE_URL = "http://env.example";
  assert.equal(new GopiClient(KEY, "a").baseUrl, "http://env.example");
  assert.equal(new GopiClient(KEY, "a", "http://arg.example/").baseUrl, "http://arg.example");
});

test("unusable addresses and options are refused", () => {
  for (const url of ["surety.example", "ftp://x", "http://", "http://u:pw@x", "http://x:99999", "http://x/?a=b"]) {
    assert.throws(() => new GopiClient(KEY, "a", url), (e) => e instanceof TypeError && !e.message.includes("pw"));
  }
  assert.throws(() => new GopiClient(KEY, "a", undefined, { timeout: 1 }), /unknown option "timeout"/);
  assert.throws(() => new GopiClient(KEY, "a", undefined, { maxAttempts: 0 }), TypeError);
});

test("wrong payments are refused before any request", async () => {
  const client = new GopiClient(KEY, "a", "http://127.0.0.1:1");
  for (const amount of [NaN, Infinity, null, undefined, true, {}]) {
    await assert.rejects(client.trackPayment({ amount }), TypeError);
  }
  await assert.rejects(client.trackPayment(), TypeError);
  await assert.rejects(client.trackPayment({ amount: 1, is_autonomous: false }), /unknown payment field "is_autonomous"/);
  await assert.rejects(client.trackPayment({ amount: 1, date: new Date("x") }), /date is an invalid Date/);
  for (const idempotencyKey of ["", "a\nb", "é", "x".repeat(256), 7]) {
    await assert.rejects(client.certify({ idempotencyKey }), TypeError);
  }
});

test("amounts arrive to the last digit", async (t) => {
  const { url, requests } = await start(t);
  const client = new GopiClient(KEY, "agent-1", url);
  const cases = [
    [10, "10"],
    [0.1 + 0.2, "0.30000000000000004"],
    [1e-7, "1e-7"],
    [12n, '"12"'],
    ["999999999.999999", '"999999999.999999"'],
  ];
  for (const [amount, text] of cases) {
    await client.trackPayment({ amount });
    assert.ok(requests.at(-1).body.includes(`"amount":${text},`), requests.at(-1).body);
  }
});

test("defaults are sent and nothing else; names are the wire's", async (t) => {
  const { url, requests } = await start(t);
  const client = new GopiClient(KEY, "agent-1", url);
  await client.trackPayment({ amount: 1, date: undefined, reference: null });
  const defaults = { currency: "EUR", status: "paid", payment_source: "agent_wallet", is_autonomous: true };
  assert.deepEqual(JSON.parse(requests[0].body), { agent_id: "agent-1", amount: 1, ...defaults });
  const date = new Date("2026-10-14T12:00:00+02:00");
  await client.trackPayment({
    amount: 1, currency: "USD", status: "late", paymentSource: "unknown", isAutonomous: false, date,
    dueAt: "2026-10-14", direction: "received", counterparty: "c", reference: "r",
  });
  assert.deepEqual(JSON.parse(requests[1].body), {
    agent_id: "agent-1", amount: 1, currency: "USD", status: "late", payment_source: "unknown", is_autonomous: false,
    date: "2026-10-14T10:00:00.000Z", due_at: "2026-10-14", direction: "received", counterparty: "c", reference: "r",
  });
});

test("paths, headers and keys", async (t) => {
  const { url, requests } = await start(t);
  const client = new GopiClient(` ${KEY}\n`, "a/b ü", `${url}/prefix/`);
  await client.trackPayment({ amount: 1 });
  await client.trackPayment({ amount: 1 });
  await client.trackPayment({ amount: 1, idempotencyKey: "mine" });
  await client.certify();
  await client.getScore();
  assert.deepEqual(requests.slice(2).map((r) => [r.method, r.path]), [
    ["POST", "/prefix/v1/payment-events"],
    ["POST", "/prefix/v1/agents/a%2Fb%20%C3%BC/certify"],
    ["GET", "/prefix/v1/public/a%2Fb%20%C3%BC"],
  ]);
  assert.ok(requests.every((r) => r.headers["x-api-key"] === KEY));
  const [first, second, mine, certify, score] = requests.map((r) => r.key);
  assert.ok(first && second && certify && first !== second);
  assert.deepEqual([mine, score], ["mine", undefined]);
});

test("the instance's error is told", async (t) => {
  const { error } = await failing(t, refusal(422, "VALIDATION_ERROR"));
  const { name, message, statusCode, code, field, requestId } = error;
  assert.deepEqual([name, message], ["GopiError", "Said VALIDATION_ERROR."]);
  assert.deepEqual([statusCode, code, field, requestId], [422, "VALIDATION_ERROR", "f", "r1"]);
});

test("errors that are not the instance's", async (t) => {
  const { error: missing } = await failing(t, { status: 404, body: "<html>" });
  assert.deepEqual([missing.statusCode, missing.code], [404, null]);
  assert.match(missing.message, /answered 404 Not Found\.$/);
  const { error: page } = await failing(t, { status: 200, body: "<html>hello</html>" });
  assert.deepEqual([page.statusCode, page.code], [200, "BAD_ANSWER"]);
});

test("no answer has status 0", async (t) => {
  for (const [step, code] of [["hang", "TIMEOUT"], ["trickle", "TIMEOUT"], ["reset", "NETWORK_ERROR"]]) {
    const { error } = await failing(t, step);
    assert.deepEqual([error.statusCode, error.code], [0, code], step);
  }
});

test("redirects are not followed", async (t) => {
  for (const status of [301, 302, 303, 307, 308]) {
    const elsewhere = await start(t);
    const headers = { Location: `${elsewhere.url}/v1?token=1` };
    const { error, server } = await failing(t, { status, headers, body: "" });
    assert.deepEqual([error.statusCode, error.code], [status, "REDIRECT"]);
    assert.ok(error.message.includes(`redirects to ${elsewhere.url}/v1.`), error.message);
    assert.deepEqual([server.requests.length, elsewhere.requests.length], [1, 0]);
  }
});

test("the key shows nowhere", async (t) => {
  const echo = JSON.stringify({ message: `Unknown key ${KEY}.`, code: "UNAUTHORIZED" });
  const { url, requests } = await start(t, ["reset", { status: 401, body: echo }]);
  const client = new GopiClient(KEY, "a", url);
  const error = await client.trackPayment({ amount: 1 }).catch((e) => e);
  const shown = [inspect(client, { depth: 9, showHidden: true }), JSON.stringify(client), inspect(error), error.stack];
  assert.ok(![...shown, ...requests.map((r) => r.path)].join().includes(KEY));
  assert.equal(error.message, "Unknown key [API key].");
});
