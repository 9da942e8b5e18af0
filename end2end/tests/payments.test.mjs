// The ledger's page and the import of a CSV file, with and without JavaScript, in both languages.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, hydrated, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
let browser, server, account, agent, empty, late;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  server = await startServer();
  account = { email: "mara@example.com", password: "correct horse battery", name: "Mara Lindqvist" };
  const { api_key: key, token } = await call(`${server.url}/v1/auth/register`, { body: account });
  const create = (name) =>
    call(`${server.url}/v1/agents`, {
      body: { name, framework: "langchain" },
      headers: { Authorization: `Bearer ${token}` },
    });
  agent = await create("Invoice Runner");
  empty = await create("Procurement Scout");
  const pay = (payment) =>
    call(`${server.url}/v1/payment-events`, {
      body: { agent_id: agent.id, ...payment },
      headers: { "X-API-Key": key, "Idempotency-Key": randomUUID() },
    });
  const payees = ["Nordlicht Hosting GmbH", "=SUM(A1:A9)", "شركة التوريد 🚚", `${"Sehr langer Name ".repeat(11)}GmbH`];
  for (let i = 0; i < 60; i++) {
    const date = new Date(Date.now() - i * 3_600_000 - 60_000).toISOString();
    const amount = (((i * 37) % 90) + 8.4).toFixed(2);
    await pay({ amount, status: "on_time", date, counterparty: payees[i % 4], reference: `RE-2026-${4400 + i}` });
  }
  late = await pay({ amount: "312.40", status: "late", currency: "USDC", counterparty: "Bergmann & Söhne KG", reference: "LATE-1" });
  await pay({ amount: "1250.00", direction: "received", counterparty: "Halden Logistics GmbH" });
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

const rows = (page) => page.locator("main .table tbody tr");

for (const javaScriptEnabled of [true, false]) {
  const name = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
  test(`payments are paged, filtered, opened and exported ${name}`, async () => {
    const page = await signedIn({ javaScriptEnabled, viewport: { width: 1440, height: 900 } });
    await page.goto("/dashboard/payments");
    assert.equal(await rows(page).count(), 50);
    await page.locator('.pagination a[rel="next"]').click();
    assert.equal(await rows(page).count(), 12);
    await page.locator(".pagination a", { hasText: "Newest" }).click();
    assert.equal(await rows(page).count(), 50);

    await page.locator(".filters [name=status]").selectOption("late");
    await page.locator(".filters button[type=submit]").click();
    await page.waitForURL("**status=late**");
    assert.equal(await rows(page).count(), 1);
    assert.match(await page.locator(".filter-chips").innerText(), /Late/);
    await rows(page).locator("a").click();
    await page.waitForURL(`**/dashboard/payments/${late.event_id}?**`);
    const drawer = await page.locator(".drawer").innerText();
    assert.match(drawer, /312\.40 USDC/);
    assert.match(drawer, /LATE-1/);
    assert.match(drawer, /decided by the agent alone/);
    assert.match(await page.locator('[data-testid="leaf-hash"]').innerText(), /^[0-9a-f]{64}$/);
    assert.equal(await rows(page).count(), 1, "the list stays filtered");
    await page.locator(".drawer header a").click();
    await page.locator(".filter-chip").first().click();
    await page.waitForURL((url) => !url.search.includes("status"));
    assert.equal(await rows(page).count(), 50);

    await page.goto("/dashboard/payments?status=missed");
    assert.match(await page.locator("main").innerText(), /No payment matches/);
    await page.goto(`/dashboard/payments?agent=${agent.id}&direction=sent`);
    const href = await page.locator('a[href*="payments.csv"]').getAttribute("href");
    const csv = await (await page.request.get(href)).text();
    const lines = csv.trimEnd().split("\n");
    assert.equal(lines.length, 62, "the header and every sent payment");
    assert.match(csv, /,'=SUM\(A1:A9\),/, "no spreadsheet takes a text for a formula");
    assert.equal((await page.request.get(`/dashboard/payments/pay_${"0".repeat(26)}`)).status(), 404);
    await page.goto(`/dashboard/agents/${agent.id}/payments`);
    assert.equal(await rows(page).count(), 50);
    page.quiet();
    await page.context().close();
  });
}

const csv = (text) => ({ name: "history.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

async function upload(page, text, path) {
  await page.goto(path);
  if (page.scripted) await hydrated(page);
  await page.locator("input[type=file]").setInputFiles(csv(text));
  if (page.scripted) await page.locator(".dropzone td").first().waitFor();
  await page.locator(".dropzone button[type=submit]").click();
  await page.locator("main .banner:not(.toast)").waitFor();
}

for (const [javaScriptEnabled, month] of [
  [true, "08"],
  [false, "07"],
]) {
  const name = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
  test(`a CSV file is imported ${name}`, async () => {
    const page = await signedIn({ javaScriptEnabled });
    page.scripted = javaScriptEnabled;
    const path = `/dashboard/agents/${empty.id}/import`;
    const good = `date,amount,reference\n2026-${month}-01,12.5,A-${month}\n2026-${month}-02,"3",\n`;
    await upload(page, `${good}2026-13-01,x,\n`, path);
    const refused = await page.locator("main").innerText();
    assert.match(refused, /Nothing was imported from history\.csv/);
    const wrong = page.locator("main .table").first().locator("tbody tr");
    assert.deepEqual(await wrong.locator("code").allInnerTexts(), ["date", "amount"]);
    assert.match(await wrong.first().innerText(), /^4/);
    await upload(page, good, path);
    assert.match(await page.locator("main .banner:not(.toast)").innerText(), /2 payments imported from history\.csv/);
    await page.goto(path);
    assert.equal(await page.locator("main .banner:not(.toast)").count(), 0, "told once");
    await upload(page, good, path);
    assert.match(await page.locator("main .banner:not(.toast)").innerText(), /Nothing new[\s\S]*already: 2/);
    await page.locator("main .banner:not(.toast) a").click();
    await page.waitForURL("**/dashboard/payments?agent=**");
    assert.match(await page.locator("main").innerText(), new RegExp(`A-${month}|12\\.50`));
    page.quiet();
    await page.context().close();
  });
}

test("a form of another site imports nothing", async () => {
  const page = await signedIn();
  const answer = await page.request.post(`/dashboard/agents/${empty.id}/import`, {
    headers: { "Sec-Fetch-Site": "cross-site" },
    multipart: { file: csv("date,amount\n2026-06-01,1\n") },
  });
  assert.equal(answer.status(), 403);
  const stranger = await fetch(`${server.url}/dashboard/agents/${empty.id}/import`, { method: "POST", redirect: "manual" });
  assert.equal(stranger.status, 302, "whoever is not signed in is sent to sign in");
  await page.context().close();
});

const views = [
  { name: "1440-light-en", viewport: { width: 1440, height: 900 }, colorScheme: "light", locale: "en-GB" },
  { name: "1440-dark-de", viewport: { width: 1440, height: 900 }, colorScheme: "dark", locale: "de-DE" },
  { name: "375-light-de", viewport: { width: 375, height: 812 }, colorScheme: "light", locale: "de-DE" },
  { name: "375-dark-en", viewport: { width: 375, height: 812 }, colorScheme: "dark", locale: "en-GB" },
];

for (const { name, ...options } of views) {
  test(`the pages at ${name}`, async () => {
    const page = await signedIn({ ...options });
    page.scripted = true;
    const found = [];
    const look = async (title) => {
      await page.screenshot({ path: `${out}payments-${title}-${name}.png`, fullPage: true });
      for (const violation of await axe(page)) found.push(`${title} ${name}: ${violation}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (wide) found.push(`${title} ${name}: scrolls sideways`);
    };
    for (const [title, path] of [
      ["list", "/dashboard/payments"],
      ["filtered", "/dashboard/payments?status=late&currency=USDC&from=2026-01-01"],
      ["none", "/dashboard/payments?status=missed"],
      ["open", `/dashboard/payments/${late.event_id}?status=late`],
      ["agent", `/dashboard/agents/${agent.id}/payments`],
      ["import", `/dashboard/agents/${agent.id}/import`],
    ]) {
      await page.goto(path);
      await hydrated(page);
      await look(title);
    }
    await upload(page, "date,amount,status\n2026-13-01,1,paid\n2026-10-01,-5,payed\n", `/dashboard/agents/${agent.id}/import`);
    await hydrated(page);
    await look("errors");
    await page.context().close();
    assert.deepEqual(found, []);
  });
}
