// API keys, certificates as their owner and as everybody sees them, and the badge builder.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { axe, hydrated, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const account = { email: "mara@example.com", password: "correct horse battery", name: "Mara Lindqvist" };
let browser, server, key, agent, certificates;

const api = (method, path, body) =>
  call(`${server.url}${path}`, { method, body, headers: { "X-API-Key": key } });

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  server = await startServer({ SURETY_TRUSTED_PROXIES: "127.0.0.1" });
  const registered = await call(`${server.url}/v1/auth/register`, { body: account });
  key = registered.api_key;
  const create = (name) =>
    call(`${server.url}/v1/agents`, {
      body: { name, framework: "langchain", description: "Pays supplier invoices before they are due." },
      headers: { Authorization: `Bearer ${registered.token}` },
    });
  agent = await create('Invoice Runner [x] "q"');
  const second = await create("Zahlungsbot für Müller & Söhne 🤖 " + "sehr langer Name ".repeat(8));
  for (let i = 0; i < 9; i++) {
    const status = i === 4 ? "late" : i === 7 ? "missed" : "on_time";
    await api("POST", "/v1/payment-events", { agent_id: agent.id, amount: 12.5 + i, status });
  }
  for (let i = 0; i < 4; i++) await api("POST", "/v1/payment-events", { agent_id: second.id, amount: 30 });
  const certify = async (of) => (await api("POST", `/v1/agents/${of.id}/certify`)).certificate_id;
  const superseded = await certify(agent);
  const valid = (await api("POST", `/v1/agents/${agent.id}/renew`)).certificate_id;
  certificates = { valid, superseded, revoked: await certify(second) };
});

after(async () => {
  await browser?.close();
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
const secretOn = async (page) => (await page.locator("main").innerText()).match(/gopi_sk_[0-9A-Za-z]{49}/)?.[0];
const from = async (secret, ip) => {
  const headers = { "X-API-Key": secret, "X-Forwarded-For": ip };
  return (await fetch(`${server.url}/v1/agents`, { headers })).status;
};

async function keys(javaScriptEnabled) {
  const page = await signedIn({ javaScriptEnabled });
  const name = `CI ${javaScriptEnabled ? "on" : "off"} ${"ü".repeat(60)}`;
  await page.goto("/dashboard/api-keys");
  const create = form(page, "create_api_key");
  await create.locator("[name=name]").fill(name);
  await create.locator("[name=read]").uncheck();
  await create.locator("[name=write]").uncheck();
  await submit(page, "create_api_key");
  assert.match(await create.innerText(), /at least one permission/);
  assert.equal(await create.locator("[name=name]").inputValue(), name);
  await create.locator("[name=read]").check();
  await create.locator("[name=allowed_ips]").fill("203.0.113.0/24\nhome");
  await create.locator("[name=expires_in_days]").selectOption("custom");
  await create.locator("[name=custom_days]").fill("9999");
  await submit(page, "create_api_key");
  assert.equal(await create.locator("[name=custom_days]").getAttribute("aria-invalid"), "true");
  await create.locator("[name=custom_days]").fill("14");
  await submit(page, "create_api_key");
  assert.match(await create.innerText(), /“home” is neither/);
  await create.locator("[name=allowed_ips]").fill("203.0.113.0/24\n2001:db8::/32");
  await submit(page, "create_api_key");
  await page.waitForURL("**/dashboard/api-keys");
  const first = await secretOn(page);
  assert.ok(first, "the secret is shown");
  await page.screenshot({ path: `${out}key-once-${javaScriptEnabled}.png` });
  await page.locator(".key-once [type=checkbox]").check();
  await page.locator(".key-once button[type=submit]").click();
  assert.doesNotMatch(await page.content(), new RegExp(first), "and never again");
  assert.equal(await from(first, "203.0.113.9"), 200);
  assert.equal(await from(first, "198.51.100.1"), 403);

  await page.goto("/dashboard/api-keys");
  await page.locator("a.cell-link", { hasText: name }).first().click();
  assert.match(await page.locator("main").innerText(), /203\.0\.113\.0\/24, 2001:db8::\/32/);
  await form(page, "rotate_api_key").locator("[name=overlap]").selectOption("1h");
  await submit(page, "rotate_api_key");
  await page.waitForURL("**/dashboard/api-keys");
  const second = await secretOn(page);
  assert.ok(second && second !== first);
  assert.deepEqual([await from(first, "203.0.113.9"), await from(second, "203.0.113.9")], [200, 200]);
  await page.goto("/dashboard/api-keys");
  await page.locator("tr", { hasText: name }).filter({ hasText: "Rotating" }).locator("a").click();
  assert.equal(await form(page, "rotate_api_key").count(), 0, "it is not rotated twice");
  assert.match(await page.locator("main").innerText(), /Another key has replaced this one/);
  await page.locator(".confirm summary").click();
  await submit(page, "revoke_api_key");
  await page.waitForURL("**/dashboard/api-keys");
  assert.match(await page.locator(".flash").innerText(), /is revoked/);
  assert.deepEqual([await from(first, "203.0.113.9"), await from(second, "203.0.113.9")], [401, 200]);
  page.quiet();
  await page.context().close();
}

test("keys are made, rotated and revoked with JavaScript", () => keys(true));
test("keys are made, rotated and revoked without JavaScript", () => keys(false));

test("the badge builder follows what one chooses", async () => {
  const page = await signedIn({});
  await page.goto(`/dashboard/agents/${agent.id}/badge`);
  await hydrated(page);
  await page.locator("[name=style][value=for-the-badge]").check();
  await page.locator("[name=label]").fill("mein bot");
  const markdown = page.locator("[data-markup=markdown]");
  await page.waitForFunction(() => document.querySelector("[data-markup=markdown]").innerText.includes("mein%20bot"));
  assert.match(await markdown.innerText(), /^\[!\[Trust score of Invoice Runner \\\[x\\\] \\"q\\"\]\(http.*style=for-the-badge&label=mein%20bot\)\]\(http.*\/a\/gopi_/);
  assert.match(await page.locator("[data-markup=html]").innerText(), /&amp;label=mein%20bot" alt="Trust score of Invoice Runner \[x\] &quot;q&quot;"/);
  assert.match(await page.locator(".badge-preview img").getAttribute("src"), /label=mein%20bot/);
  assert.equal(await page.locator(".badge-builder button[type=submit]").isVisible(), false);
  page.quiet();
  await page.context().close();
});

test("the badge builder works without JavaScript", async () => {
  const page = await signedIn({ javaScriptEnabled: false });
  await page.goto(`/dashboard/agents/${agent.id}/badge`);
  await page.locator("[name=style][value=social]").check();
  await page.locator("[name=label]").fill("bot & co");
  await page.locator(".badge-builder button[type=submit]").click();
  assert.match(await page.locator("[data-markup=asciidoc]").innerText(), /style=social&label=bot%20%26%20co\["Trust score/);
  assert.equal(await page.locator("[name=label]").inputValue(), "bot & co");
  const badge = await page.request.get(await page.locator(".badge-preview img").getAttribute("src"));
  assert.match(await badge.text(), /bot &amp; co/);
  page.quiet();
  await page.context().close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`a certificate is renewed and revoked, JavaScript ${javaScriptEnabled}`, async () => {
    const page = await signedIn({ javaScriptEnabled });
    await page.goto("/dashboard/certificates?state=valid");
    const before = await page.locator("tbody tr").count();
    assert.ok(before > 0);
    const held = javaScriptEnabled ? certificates.revoked : certificates.valid;
    await page.goto(`/dashboard/certificates/${held}`);
    if (!javaScriptEnabled) {
      await submit(page, "renew_certificate");
      await page.waitForURL((url) => /certificates\/crt_/.test(url.pathname) && !url.pathname.endsWith(held));
      assert.match(await page.locator(".flash").innerText(), /Certificate renewed/);
      certificates.superseded = held;
      certificates.valid = page.url().match(/crt_[0-9a-z]+/)[0];
    } else {
      await submit(page, "revoke_certificate");
      assert.equal(await form(page, "revoke_certificate").locator("[aria-invalid=true]").count(), 1);
      await form(page, "revoke_certificate").locator("[name=reason]").fill("The wallet's key was lost <i>");
      await submit(page, "revoke_certificate");
      assert.match(await page.locator("main").innerText(), /Reason: The wallet's key was lost <i>/);
      assert.equal(await form(page, "revoke_certificate").count(), 0);
      await page.goto("/dashboard/certificates?state=revoked");
      assert.match(await page.locator("tbody").innerText(), new RegExp(held));
    }
    page.quiet();
    await page.context().close();
  });
}

test("everybody can check a certificate, offline too", async () => {
  const page = await newPage(browser, { baseURL: server.url });
  const paper = await browser.newPage({ viewport: { width: 960, height: 460 } });
  const verdicts = { valid: /is valid/, superseded: /was replaced/, revoked: /is revoked/ };
  for (const [state, verdict] of Object.entries(verdicts)) {
    await page.goto(`/c/${certificates[state]}`);
    assert.match(await page.locator("h1").innerText(), verdict);
    assert.equal(await page.locator("script").count(), 0);
    assert.equal(await page.locator(".certificate.void").count(), state === "valid" ? 0 : 1);
    const json = await call(`${server.url}/c/${certificates[state]}.json`, { method: "GET" });
    assert.equal(json.state, state);
    const svg = await (await fetch(`${server.url}/c/${certificates[state]}.svg`)).text();
    const root = await paper.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      return parsed.querySelector("parsererror")?.textContent ?? parsed.documentElement.localName;
    }, svg);
    assert.equal(root, "svg");
    await paper.setContent(`<body style="margin:0">${svg}</body>`);
    await paper.screenshot({ path: `${out}drawing-${state}.png` });
  }
  await page.goto(`/c/${certificates.valid}`);
  const folder = await mkdtemp(path.join(tmpdir(), "surety-check-"));
  const code = await page.locator("pre").first().innerText();
  const { stdout } = await promisify(execFile)("bash", ["-c", code], { cwd: folder });
  await rm(folder, { recursive: true });
  assert.match(stdout, /signature is good/);
  assert.match(stdout, new RegExp(certificates.valid));
  await page.goto(`/a/${agent.gopi_id}`);
  await page.locator(`main a[href="/c/${certificates.valid}"]`).first().click();
  await page.waitForURL("**/c/**");
  page.quiet();
  assert.equal((await page.goto("/c/crt_00000000000000000000000000")).status(), 404);
  await page.context().close();
  await paper.close();
});

const looks = [
  { width: 1440, height: 900, colorScheme: "light", locale: "en-GB" },
  { width: 375, height: 812, colorScheme: "dark", locale: "de-DE" },
  { width: 1440, height: 900, colorScheme: "dark", locale: "de-DE" },
  { width: 375, height: 812, colorScheme: "light", locale: "en-GB" },
];

for (const { width, height, colorScheme, locale } of looks) {
  test(`the pages at ${width} px, ${colorScheme}, ${locale}`, async () => {
    const options = { viewport: { width, height }, colorScheme, locale };
    const look = async (page, name, address) => {
      await page.goto(address);
      if (address.startsWith("/dashboard")) await hydrated(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
      await page.screenshot({ path: `${out}${name}-${width}-${colorScheme}-${locale}.png`, fullPage: true });
      assert.deepEqual(await axe(page), [], name);
    };
    const page = await signedIn(options);
    await page.goto("/dashboard/api-keys");
    const keyPage = await page.locator("a.cell-link").first().getAttribute("href");
    await look(page, "keys", "/dashboard/api-keys");
    await look(page, "key", keyPage);
    await look(page, "certificates", "/dashboard/certificates");
    await look(page, "certificates-none", "/dashboard/certificates?state=suspended");
    await look(page, "certificate", `/dashboard/certificates/${certificates.valid}`);
    await look(page, "agent-certificates", `/dashboard/agents/${agent.id}/certificates`);
    await look(page, "badge", `/dashboard/agents/${agent.id}/badge`);
    page.quiet();
    await page.context().close();
    const visitor = await newPage(browser, { baseURL: server.url, ...options });
    for (const state of Object.keys(certificates)) await look(visitor, `c-${state}`, `/c/${certificates[state]}`);
    await look(visitor, "profile", `/a/${agent.gopi_id}`);
    visitor.quiet();
    await visitor.context().close();
  });
}
