// Every page, looked at: by axe, for sideways scrolling, and in pictures under out/.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, hydrated, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
let browser, server, account, agent;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  server = await startServer();
  account = { email: "mara@example.com", password: "correct horse battery", name: "Mara Lindqvist" };
  const { api_key: key, token } = await call(`${server.url}/v1/auth/register`, { body: account });
  const create = (name, framework) =>
    call(`${server.url}/v1/agents`, {
      body: { name, framework, description: "Pays supplier invoices on their due date." },
      headers: { Authorization: `Bearer ${token}` },
    });
  await create("Procurement Scout", "crewai");
  agent = await create("Invoice Runner", "langchain");
  const pay = (payment) =>
    call(`${server.url}/v1/payment-events`, {
      body: { agent_id: agent.id, ...payment },
      headers: { "X-API-Key": key, "Idempotency-Key": randomUUID() },
    });
  const payees = ["Nordlicht Hosting GmbH", "Bergmann & Söhne KG", "DHL Freight", "Stadtwerke Kiel"];
  for (let i = 0; i < 36; i++) {
    const date = new Date(Date.now() - (i % 12) * 86_400_000 - 3_600_000).toISOString();
    const status = i === 5 || i === 17 ? "late" : i === 11 ? "missed" : "on_time";
    const amount = ((i * 37) % 90) + 8.4;
    await pay({ amount: amount.toFixed(2), status, date, counterparty: payees[i % 4], reference: `RE-2026-${4400 + i}` });
  }
  await pay({ amount: "1250.00", direction: "received", counterparty: "Halden Logistics GmbH" });
  await call(`${server.url}/v1/agents/${agent.id}/certify`, { headers: { "X-API-Key": key } });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function signedIn(options) {
  const page = await newPage(browser, { baseURL: server.url, bypassCSP: true, ...options });
  await page.goto("/login");
  await page.locator("[name=email]").fill(account.email);
  await page.locator("[name=password]").fill(account.password);
  await page.locator('form[action="/fn/log_in"] button[type=submit]').click();
  await page.waitForURL("**/dashboard");
  return page;
}

const publicPages = () => ["/", "/login", "/register", `/a/${agent.gopi_id}`, "/imprint", "/privacy", "/nothing-here"];
const dashboardPages = () => [
  "/dashboard",
  "/dashboard/agents",
  "/dashboard/agents/new",
  `/dashboard/agents/${agent.id}`,
  `/dashboard/agents/${agent.id}/payments`,
  `/dashboard/agents/${agent.id}/certificates`,
  `/dashboard/agents/${agent.id}/badge`,
  `/dashboard/agents/${agent.id}/settings`,
  "/dashboard/api-keys",
];

async function look(page, paths, name) {
  const found = [];
  for (const path of paths) {
    await page.goto(path);
    if (path.startsWith("/dashboard")) await hydrated(page);
    const file = path.replaceAll(agent.id, "id").replaceAll(agent.gopi_id, "id").replaceAll("/", "_");
    await page.screenshot({ path: `${out}${file}-${name}.png`, fullPage: true });
    for (const violation of await axe(page)) found.push(`${path} ${name}: ${violation}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    if (wide) found.push(`${path} ${name}: scrolls sideways`);
  }
  return found;
}

const views = [
  { name: "1440-light-en", viewport: { width: 1440, height: 900 }, colorScheme: "light", locale: "en-GB" },
  { name: "1440-dark-de", viewport: { width: 1440, height: 900 }, colorScheme: "dark", locale: "de-DE" },
  { name: "375-light-de", viewport: { width: 375, height: 812 }, colorScheme: "light", locale: "de-DE" },
  { name: "375-dark-en", viewport: { width: 375, height: 812 }, colorScheme: "dark", locale: "en-GB" },
];

for (const { name, ...options } of views) {
  test(`every page at ${name}`, async () => {
    const page = await signedIn(options);
    const found = await look(page, [...publicPages(), ...dashboardPages()], name);
    await page.context().close();
    assert.deepEqual(found, []);
  });
}

test("no page breaks its content security policy or complains", async () => {
  const page = await signedIn({ bypassCSP: false });
  for (const path of [...publicPages().filter((p) => p !== "/nothing-here"), ...dashboardPages()]) {
    await page.goto(path);
    if (path.startsWith("/dashboard")) {
      await hydrated(page);
    } else {
      assert.equal(await page.locator("script").count(), 0, `${path} ships no script`);
    }
  }
  await page.context().close();
  page.quiet();
});

test("the picture in the README", async () => {
  const page = await signedIn({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  await page.goto(`/dashboard/agents/${agent.id}`);
  await hydrated(page);
  await page.screenshot({ path: `${out}agent.png` });
  await page.context().close();
});
