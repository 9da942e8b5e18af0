// Every page, looked at: by axe, for sideways scrolling, and in pictures under out/.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, hydrated, launch, newPage } from "../browser.mjs";
import { call, startDemo } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
let browser, server, agent, certificate;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  server = await startDemo();
  const { token } = await call(`${server.url}/v1/auth/login`, { body: server.account });
  const headers = { Authorization: `Bearer ${token}` };
  const { agents } = await call(`${server.url}/v1/agents`, { method: "GET", headers });
  agent = agents.find((a) => a.name === "Invoice Runner");
  certificate = agent.certificate.certificate_id;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function signedIn(options) {
  const page = await newPage(browser, { baseURL: server.url, ...options });
  await page.goto("/login");
  await page.locator("[name=email]").fill(server.account.email);
  await page.locator("[name=password]").fill(server.account.password);
  await page.locator('form[action="/fn/log_in"] button[type=submit]').click();
  await page.waitForURL("**/dashboard");
  return page;
}

const publicPages = () => [
  "/",
  "/login",
  "/register",
  `/a/${agent.gopi_id}`,
  `/c/${certificate}`,
  "/imprint",
  "/privacy",
  "/docs",
  "/docs/try",
  "/docs/webhooks",
  "/nothing-here",
];
const dashboardPages = () => [
  "/dashboard",
  "/dashboard/agents",
  "/dashboard/agents/new",
  `/dashboard/agents/${agent.id}`,
  `/dashboard/agents/${agent.id}/payments`,
  `/dashboard/agents/${agent.id}/import`,
  `/dashboard/agents/${agent.id}/certificates`,
  `/dashboard/agents/${agent.id}/badge`,
  `/dashboard/agents/${agent.id}/settings`,
  "/dashboard/payments",
  "/dashboard/certificates",
  "/dashboard/audit-log",
  "/dashboard/api-keys",
  "/dashboard/webhooks",
  "/dashboard/webhooks/new",
  "/dashboard/settings",
  "/dashboard/confirm?next=/dashboard/api-keys",
  "/dashboard/operator",
  "/dashboard/operator/records",
];

async function look(page, paths, name) {
  const found = [];
  for (const path of paths) {
    await page.goto(path);
    if (path.startsWith("/dashboard")) await hydrated(page);
    const file = path.replaceAll(agent.id, "id").replaceAll(agent.gopi_id, "id").replaceAll(certificate, "id").replaceAll(/[/?]/g, "_");
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
    const visitor = await newPage(browser, { baseURL: server.url, ...options });
    const found = await look(visitor, publicPages(), name);
    await visitor.context().close();
    const page = await signedIn(options);
    found.push(...(await look(page, dashboardPages(), name)));
    await page.context().close();
    assert.deepEqual(found, []);
  });
}

test("no page breaks its content security policy or complains", async () => {
  const visitor = await newPage(browser, { baseURL: server.url });
  for (const path of publicPages().filter((p) => p !== "/nothing-here")) {
    await visitor.goto(path);
    const scripts = path === "/docs/try" ? 1 : 0;
    assert.equal(await visitor.locator("script").count(), scripts, `${path} ships ${scripts} scripts`);
  }
  await visitor.context().close();
  visitor.quiet();
  const page = await signedIn({});
  for (const path of dashboardPages()) {
    await page.goto(path);
    await hydrated(page);
  }
  await page.context().close();
  page.quiet();
});

test("the pictures in the README", async () => {
  const page = await signedIn({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  for (const [name, path] of [["overview", "/dashboard"], ["agent", `/dashboard/agents/${agent.id}`]]) {
    await page.goto(path);
    await hydrated(page);
    await page.screenshot({ path: `${out}${name}.png` });
  }
  await page.context().close();
});
