// The main job in a real browser: register, create an agent, pay over HTTP, certify, show the badge.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { hydrated, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const form = (page, name) => page.locator(`form[action="/fn/${name}"]`);
const submit = (page, name) => form(page, name).locator("button[type=submit]").click();
const inMain = (page) => page.locator("main").innerText();

async function register(page) {
  await page.goto("/");
  await page.locator('a[href="/register"]').first().click();
  await page.waitForURL("**/register");
  const register = form(page, "register");
  await register.locator("[name=name]").fill("Mara Lindqvist");
  await register.locator("[name=email]").fill("mara@example.com");
  await register.locator("[name=password]").fill("short");
  await submit(page, "register");
  assert.match(await register.innerText(), /10 characters/, "a weak password is refused beside its field");
  assert.equal(await register.locator("[name=email]").inputValue(), "mara@example.com");
  assert.equal(await register.locator("[name=password]").inputValue(), "");
  await register.locator("[name=password]").fill("correct horse battery");
  await submit(page, "register");
  await page.waitForURL("**/dashboard/**");
  const key = (await inMain(page)).match(/gopi_sk_[0-9A-Za-z]{49}/)?.[0];
  assert.ok(key, "the key is shown after registering");
  await page.goto("/dashboard");
  assert.doesNotMatch(await page.content(), new RegExp(key), "and never again");
  return key;
}

async function createAgent(page) {
  await page.goto("/dashboard/agents");
  await page.locator('main a[href="/dashboard/agents/new"]').first().click();
  await page.waitForURL("**/agents/new");
  await submit(page, "create_agent");
  assert.equal(await page.locator("[aria-invalid=true]").count(), 1, "a name is required");
  await form(page, "create_agent").locator("[name=name]").fill("Invoice Runner");
  await form(page, "create_agent").locator("[name=framework]").selectOption("langchain");
  await submit(page, "create_agent");
  await page.waitForURL("**/dashboard/agents/agt_*");
  return page.url().match(/agt_[0-9a-z]+/)[0];
}

async function pay(server, key, agent, payments) {
  for (const payment of payments) {
    await call(`${server.url}/v1/payment-events`, {
      body: { agent_id: agent, ...payment },
      headers: { "X-API-Key": key, "Idempotency-Key": randomUUID() },
    });
  }
}

async function journey(javaScriptEnabled) {
  const server = await startServer();
  const page = await newPage(browser, { baseURL: server.url, javaScriptEnabled });
  try {
    const key = await register(page);
    const agent = await createAgent(page);
    const agentPage = `/dashboard/agents/${agent}`;

    await pay(server, key, agent, [{ amount: 24.9, status: "on_time" }, { amount: 24.9 }]);
    await page.goto(agentPage);
    assert.match(await inMain(page), /2 of 3/, "two of three payments are there");
    await pay(server, key, agent, [
      ...Array.from({ length: 6 }, () => ({ amount: "24.90", status: "on_time" })),
      { amount: 8, status: "late", counterparty: "Nordlicht Hosting GmbH" },
      { amount: 6, status: "missed" },
      { amount: 100, direction: "received" },
    ]);
    await page.goto(agentPage);
    if (javaScriptEnabled) await whatIf(page);
    await submit(page, "issue_certificate");
    await page.waitForURL("**/dashboard/agents/**");
    assert.match(await page.content(), /Certificate issued/);

    const certificate = await call(`${server.url}/v1/agents/${agent}`, {
      method: "GET",
      headers: { "X-API-Key": key },
    }).then((a) => ({ ...a.certificate, gopi: a.gopi_id }));
    const says = `${certificate.grade} ${certificate.score}`;

    await page.goto(`${agentPage}/payments`);
    assert.match(await inMain(page), /Nordlicht Hosting GmbH/);
    await page.goto(`${agentPage}/certificates`);
    assert.match(await inMain(page), new RegExp(certificate.certificate_id));
    await page.goto(`${agentPage}/badge`);
    assert.match(await inMain(page), new RegExp(`/v1/public/${certificate.gopi}/badge.svg`));
    const badge = await (await fetch(`${server.url}/v1/public/${certificate.gopi}/badge.svg`)).text();
    assert.ok(badge.includes(`trust: ${says}`), badge);

    await page.goto(`/a/${certificate.gopi}`);
    assert.match(await inMain(page), /Invoice Runner/);
    assert.equal(await page.locator("script").count(), 0, "the public profile ships no script");
    const profile = await newPage(browser, { baseURL: server.url, javaScriptEnabled });
    assert.equal((await profile.goto(`/a/${certificate.gopi}`)).status(), 200, "for everybody");
    assert.equal((await profile.goto("/a/gopi_lch_00000000")).status(), 404);

    await apiKeys(page, server, agent);
    await settings(page, agentPage);
    await signOutAndIn(page);
    assert.equal((await profile.goto(`/a/${certificate.gopi}`)).status(), 404, "deleted means unknown");
    await profile.context().close();
    page.quiet();
    assert.equal(server.log().match(/ERROR/), null, server.log());
  } finally {
    await page.context().close();
    await server.stop();
  }
}

async function whatIf(page) {
  await hydrated(page);
  const score = page.locator('[data-testid="what-if-score"]');
  const before = await score.innerText();
  const island = page.locator("leptos-island", { has: score });
  await island.locator("input").first().fill("40");
  await page.waitForFunction(
    ([selector, text]) => document.querySelector(selector).innerText !== text,
    ['[data-testid="what-if-score"]', before],
  );
}

async function apiKeys(page, server, agent) {
  await page.goto("/dashboard/api-keys");
  await form(page, "create_api_key").locator("[name=name]").fill("Second key");
  await submit(page, "create_api_key");
  await page.waitForURL("**/dashboard/api-keys");
  const secret = (await inMain(page)).match(/gopi_sk_[0-9A-Za-z]{49}/)?.[0];
  assert.ok(secret, "the new key is shown");
  const list = { method: "GET", headers: { "X-API-Key": secret } };
  await call(`${server.url}/v1/agents/${agent}`, list);
  await page.goto("/dashboard/api-keys");
  assert.doesNotMatch(await page.content(), new RegExp(secret), "only once");
  await page.locator("tr a", { hasText: "Second key" }).click();
  await page.locator("main .confirm summary").click();
  await submit(page, "revoke_api_key");
  await page.waitForURL("**/dashboard/api-keys");
  assert.equal((await fetch(`${server.url}/v1/agents/${agent}`, list)).status, 401, "revoked at once");
}

async function settings(page, agentPage) {
  await page.goto(`${agentPage}/settings`);
  const update = form(page, "update_agent");
  await update.locator("[name=name]").fill("Invoice Runner II");
  await submit(page, "update_agent");
  await page.waitForURL("**/settings");
  assert.match(await page.locator("h1").innerText(), /Invoice Runner II/);
  await form(page, "delete_agent").locator("[name=confirm]").fill("something else");
  await submit(page, "delete_agent");
  assert.equal(await page.locator("[aria-invalid=true]").count(), 1, "the name must match");
  await form(page, "delete_agent").locator("[name=confirm]").fill("Invoice Runner II");
  await submit(page, "delete_agent");
  await page.waitForURL("**/dashboard/agents");
  assert.equal((await page.request.get(agentPage)).status(), 404);
}

async function signOutAndIn(page) {
  await page.goto("/dashboard");
  await page.locator("[popovertarget=account]").click();
  await form(page, "log_out").locator("button[type=submit]").first().click();
  await page.waitForURL((url) => !url.pathname.startsWith("/dashboard"));
  await page.goto("/dashboard/agents");
  await page.waitForURL("**/login?next=**");
  await form(page, "log_in").locator("[name=email]").fill("mara@example.com");
  await form(page, "log_in").locator("[name=password]").fill("not the password");
  await submit(page, "log_in");
  assert.match(await form(page, "log_in").innerText(), /E-mail or password is wrong/);
  await form(page, "log_in").locator("[name=password]").fill("correct horse battery");
  await submit(page, "log_in");
  await page.waitForURL("**/dashboard/agents");
}

test("the whole journey with JavaScript", () => journey(true));
test("the whole journey without JavaScript", () => journey(false));
