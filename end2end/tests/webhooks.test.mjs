// The webhook portal against a real receiver: endpoints, tests, the log, replays, secrets, with and without JavaScript.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { axe, hydrated, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const account = { email: "mara@example.com", password: "correct horse battery", name: "Mara Lindqvist" };
let browser, server, key, agent, receiver;

/** Keeps what arrives; answers what it is told to. */
function startReceiver() {
  const kept = [];
  const state = { status: 204, body: "" };
  const listener = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    kept.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(state.status, { "x-answer": "<b>bold</b>" }).end(state.body);
  });
  return new Promise((resolve) => {
    listener.listen(0, "127.0.0.1", () => {
      resolve({
        url: `http://127.0.0.1:${listener.address().port}`,
        kept,
        answer: (status, body = "") => Object.assign(state, { status, body }),
        stop: () => listener.close(),
      });
    });
  });
}

async function until(found, what) {
  for (let tries = 0; tries < 200; tries++) {
    const result = found();
    if (result) return result;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${what}`);
}

/** What Standard Webhooks ask of a receiver. */
function signature(secret, { headers, body }) {
  const mac = createHmac("sha256", Buffer.from(secret.replace(/^whsec_/, ""), "base64"));
  return `v1,${mac.update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`).digest("base64")}`;
}

const pay = (reference) =>
  call(`${server.url}/v1/payment-events`, {
    body: { agent_id: agent.id, amount: 12.5, reference },
    headers: { "X-API-Key": key },
  });

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  server = await startServer({ SURETY_WEBHOOKS_ALLOW_LOOPBACK: "true" });
  receiver = await startReceiver();
  const registered = await call(`${server.url}/v1/auth/register`, { body: account });
  key = registered.api_key;
  agent = await call(`${server.url}/v1/agents`, {
    body: { name: "Invoice Runner", framework: "langchain" },
    headers: { Authorization: `Bearer ${registered.token}` },
  });
});

after(async () => {
  await browser?.close();
  receiver?.stop();
  await server?.stop();
});

async function signedIn(options) {
  const page = await newPage(browser, { baseURL: server.url, ...options });
  await page.goto("/login");
  await page.locator("[name=email]").fill(account.email);
  await page.locator("[name=password]").fill(account.password);
  await page.locator('form[action="/fn/log_in"] button[type=submit]').click();
  await page.waitForURL("**/dashboard");
  return page;
}

const form = (page, name) => page.locator(`form[action="/fn/${name}"]`);
const submit = (page, name) => form(page, name).locator("button[type=submit]").click();
const flash = (page) => page.locator(".flash").innerText();
const shown = async (page) => (await page.locator(".key-once .copy code").innerText()).trim();

/** From the empty form to a deleted endpoint. */
async function life(javaScriptEnabled, locale) {
  const german = locale === "de-DE";
  const page = await signedIn({ javaScriptEnabled, locale, viewport: { width: 1440, height: 900 } });
  const name = `Bücher ${javaScriptEnabled} ${"ü".repeat(60)}`;
  const hook = `/${javaScriptEnabled ? "script" : "plain"}`;
  const arrived = () => receiver.kept.filter((r) => r.path === hook);

  await page.goto("/dashboard/webhooks/new");
  const create = form(page, "create_webhook");
  await create.locator("[name=url]").fill("ftp://example.com");
  await create.locator("[name=description]").fill(name);
  await submit(page, "create_webhook");
  assert.match(await create.innerText(), german ? /https:\/\// : /must begin with https:\/\//);
  assert.equal(await create.locator("[name=description]").inputValue(), name, "what was typed is still there");
  await create.locator("[name=url]").fill(receiver.url + hook);
  await submit(page, "create_webhook");
  assert.match(await create.innerText(), german ? /mindestens ein Ereignis/ : /at least one event/, "nothing is not all");
  await create.locator('[value="agent.*"]').check();
  await create.locator('[value="payment.recorded"]').check();
  assert.equal(await create.locator('[value="agent.created"]').isVisible(), false, "the group holds it");
  await create.locator('[value="all"]').check();
  assert.equal(await create.locator('[value="payment.recorded"]').isVisible(), false, "all holds everything");
  await create.locator('[value="some"]').check();
  await submit(page, "create_webhook");
  await page.waitForURL("**/signing");
  const secret = await shown(page);
  assert.match(secret, /^whsec_[0-9A-Za-z]{44}$/);
  assert.match(await flash(page), /Bücher/);
  const endpoint = page.url().match(/whk_[0-9a-z]+/)[0];
  const base = `/dashboard/webhooks/${endpoint}`;
  for (const [language, word] of [["Node", "createServer"], ["Rust", "axum"], ["Go", "package main"], ["Python", "flask"]]) {
    await page.locator(".segmented a", { hasText: language }).click();
    assert.match(await page.locator(".code").innerText(), new RegExp(word));
  }
  assert.doesNotMatch(await page.content(), new RegExp(secret), "it is shown once");

  // A test: request, answer and milliseconds.
  receiver.answer(200, "<script>alert(1)</script> fine");
  await submit(page, "test_webhook");
  await page.waitForURL("**/deliveries/evt_*");
  assert.match(await flash(page), /200/);
  const drawer = page.locator(".drawer");
  const test = await until(() => arrived()[0], "the test");
  const text = await drawer.innerText();
  for (const part of [test.body, `webhook-signature: ${signature(secret, test)}`, "x-answer: <b>bold</b>", "<script>alert(1)</script> fine"]) {
    assert.ok(text.includes(part), part);
  }
  assert.match(text, / ms/);

  // A payment.
  receiver.answer(204);
  const payment = await pay(`RE-${javaScriptEnabled}`);
  const told = await until(() => arrived()[1], "the payment");
  assert.equal(JSON.parse(told.body).type, "payment.recorded");
  assert.equal(told.headers["webhook-signature"], signature(secret, told));
  await page.goto(base);
  await page.locator("[name=event]").selectOption("payment.recorded");
  await page.locator("form.filters button").click();
  await page.waitForURL("**event=payment.recorded**");
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.locator("tbody a").click();
  await page.waitForURL("**/deliveries/evt_*");
  assert.match(page.url(), /event=payment\.recorded/, "the filter stays");
  assert.ok((await drawer.innerText()).includes(payment.event_id ?? payment.id));
  await drawer.locator("header a").click();
  await page.goto(`${base}?state=failed`);
  assert.match(await page.locator("main").innerText(), german ? /Keine passende/ : /No delivery matches/);

  // A failure, and sending it again.
  receiver.answer(503, "later");
  await pay(`FAIL-${javaScriptEnabled}`);
  await until(() => arrived()[2], "the failure");
  await page.waitForTimeout(300);
  await page.goto(base);
  await page.locator("tbody a").first().click();
  assert.match(await drawer.innerText(), /503/);
  assert.match(await drawer.innerText(), german ? /Nächster Versuch/ : /Next try/);
  assert.match(await page.locator(".note .banner").innerText(), german ? /schlägt jeder Versuch fehl/ : /Every attempt has failed/);
  receiver.answer(200);
  await drawer.locator(".unfold summary").click();
  assert.match(await drawer.innerText(), german ? /sieht es doppelt/ : /sees it twice/);
  await submit(page, "replay_webhook");
  const again = await until(() => arrived().find((r) => r !== arrived()[2] && r.headers["webhook-id"] === arrived()[2].headers["webhook-id"]), "the replay");
  assert.equal(again.body, arrived()[2].body, "the same event under the same id");
  await page.goto(base);
  assert.match(await page.locator("#replay").innerText(), german ? /nichts aufgegeben/ : /Nothing was given up/);
  assert.equal(await form(page, "replay_failed_webhooks").count(), 0);

  // The secret: shown again, rotated once.
  await page.goto(`${base}/signing`);
  await submit(page, "reveal_webhook_secret");
  await page.locator(".key-once").waitFor();
  assert.equal(await shown(page), secret);
  const second = await page.context().newPage();
  await second.goto(`${base}/signing`);
  for (const tab of [page, second]) await tab.locator("section:has(#h-rotate) summary").click();
  await submit(page, "rotate_webhook_secret");
  await page.locator(".key-once").waitFor();
  const newer = await shown(page);
  assert.notEqual(newer, secret);
  await submit(second, "rotate_webhook_secret");
  assert.match(await flash(second), german ? /zwei Signaturen an, nicht drei/ : /two signatures, not three/);
  assert.equal(await form(second, "rotate_webhook_secret").count(), 0);
  await second.close();
  await pay(`TWO-${javaScriptEnabled}`);
  const both = await until(() => arrived().find((r) => r.body.includes("TWO-")), "two signatures");
  assert.equal(both.headers["webhook-signature"], `${signature(newer, both)} ${signature(secret, both)}`);

  // Settings: other events, off, on, gone.
  await page.goto(`${base}/settings`);
  await form(page, "update_webhook").locator('[value="all"]').check();
  await submit(page, "update_webhook");
  assert.ok(await form(page, "update_webhook").locator('[value="all"]').isChecked());
  await submit(page, "disable_webhook");
  await page.waitForURL(`**${base}`);
  assert.match(await page.locator(".note .banner").innerText(), german ? /Abgeschaltet seit/ : /Switched off since/);
  await pay(`OFF-${javaScriptEnabled}`);
  await page.waitForTimeout(600);
  assert.ok(!arrived().some((r) => r.body.includes("OFF-")), "nothing is sent");
  await submit(page, "enable_webhook");
  await page.goto("/dashboard/webhooks");
  assert.ok((await page.locator("tr", { hasText: name }).innerText()).includes("%"));
  await page.goto(`/dashboard/audit-log?subject=${endpoint}`);
  const trail = await page.locator("tbody").innerText();
  assert.match(trail, german ? /Webhook-Geheimnis gewechselt/ : /Webhook secret rotated/);
  assert.doesNotMatch(trail, /webhook\./, "every action has a name");
  await page.goto(`${base}/settings`);
  await page.locator(".danger-zone summary").click();
  await submit(page, "delete_webhook");
  await page.waitForURL("**/dashboard/webhooks");
  page.quiet();
  assert.equal((await page.goto(base)).status(), 404);
  await page.context().close();
}

test("an endpoint's life with JavaScript", () => life(true, "en-GB"));
test("an endpoint's life without JavaScript, in German", () => life(false, "de-DE"));

const looks = [
  { width: 1440, height: 900, colorScheme: "light", locale: "en-GB" },
  { width: 375, height: 812, colorScheme: "dark", locale: "de-DE" },
  { width: 1440, height: 900, colorScheme: "dark", locale: "de-DE" },
  { width: 375, height: 812, colorScheme: "light", locale: "en-GB" },
];

test("the pages have no fault that axe sees, at every width and in both languages", async () => {
  const empty = await signedIn({ viewport: { width: 1440, height: 900 } });
  await empty.goto("/dashboard/webhooks");
  await empty.screenshot({ path: `${out}webhooks-none.png`, fullPage: true });
  // One that is well, one that fails, one that is off, with texts that do not fit.
  await empty.goto("/dashboard/webhooks/new");
  for (const [path, name] of [["/good", "ERP ledger sync"], ["/bad?" + "x".repeat(150), ""], ["/off", "Überlange Beschreibung 🤖 ".repeat(7).trim()]]) {
    receiver.answer(path === "/good" ? 200 : 503, "maintenance until 12:00");
    await empty.goto("/dashboard/webhooks/new");
    await form(empty, "create_webhook").locator("[name=url]").fill(receiver.url + path);
    await form(empty, "create_webhook").locator("[name=description]").fill(name);
    await form(empty, "create_webhook").locator(path === "/good" ? '[value="all"]' : '[value="payment.*"]').check();
    await submit(empty, "create_webhook");
    await empty.waitForURL("**/signing");
    const seen = receiver.kept.length;
    for (let i = 0; i < 3; i++) await pay(`LOOK-${path.slice(1, 4)}-${i}`);
    await until(() => receiver.kept.length >= seen + 3, "what is looked at");
    await empty.waitForTimeout(300);
  }
  await submit(empty, "test_webhook");
  await empty.waitForURL("**/deliveries/evt_*");
  const tested = new URL(empty.url()).pathname;
  const off = tested.match(/whk_[0-9a-z]+/)[0];
  await empty.goto("/dashboard/webhooks");
  const [, bad, good] = await empty.locator("tbody a").evaluateAll((links) => links.map((a) => a.pathname));
  await empty.goto(`/dashboard/webhooks/${off}/settings`);
  await submit(empty, "disable_webhook");
  empty.quiet();
  await empty.context().close();
  for (const { width, height, colorScheme, locale } of looks) {
    const options = { viewport: { width, height }, colorScheme, locale };
    const look = async (page, name, address) => {
      await page.goto(address);
      if (address.startsWith("/dashboard")) await hydrated(page);
      await page.locator("main details").evaluateAll((all) => all.forEach((d) => (d.open = true)));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
      await page.screenshot({ path: `${out}${name}-${width}-${colorScheme}-${locale}.png`, fullPage: true });
      assert.deepEqual(await axe(page), [], `${name} ${width}`);
    };
    const page = await signedIn(options);
    await look(page, "webhooks", "/dashboard/webhooks");
    await look(page, "webhooks-new", "/dashboard/webhooks/new");
    await look(page, "webhook-good", good);
    await look(page, "webhook-bad", bad);
    await look(page, "webhook-off", `/dashboard/webhooks/${off}`);
    await look(page, "webhook-delivery", tested);
    await look(page, "webhook-signing", `${good}/signing`);
    await look(page, "webhook-settings", `${bad}/settings`);
    page.quiet();
    await page.context().close();
    const visitor = await newPage(browser, { baseURL: server.url, ...options });
    await look(visitor, "docs-webhooks", "/docs/webhooks");
    visitor.quiet();
    await visitor.context().close();
  }
});
