// Audit log, operator pages, legal texts and settings in a real browser.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, hydrated, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const password = "correct horse battery";
const form = (page, name) => page.locator(`form[action="/fn/${name}"]`);
const submit = (page, name) => form(page, name).locator("button[type=submit]").first().click();
const inMain = (page) => page.locator("main").innerText();

let browser;
before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
});
after(() => browser?.close());

/** A server with an operator and a tenant who has changed an agent. */
async function world() {
  const server = await startServer();
  const register = (email, name) =>
    call(`${server.url}/v1/auth/register`, { body: { email, password, name } });
  await register("mara@example.com", "Mara Lindqvist");
  const { token } = await register("jon@example.com", "Jon Müller & Söhne 🤖 مرحبا");
  const headers = { Authorization: `Bearer ${token}` };
  const agent = await call(`${server.url}/v1/agents`, {
    body: { name: "Invoice Runner", framework: "langchain" },
    headers,
  });
  await call(`${server.url}/v1/agents/${agent.id}`, {
    method: "PATCH",
    body: { name: "Invoice Runner II", description: "x".repeat(300) },
    headers,
  });
  return server;
}

async function signIn(server, email, options = {}) {
  const page = await newPage(browser, { baseURL: server.url, ...options });
  await page.goto("/login");
  await form(page, "log_in").locator("[name=email]").fill(email);
  await form(page, "log_in").locator("[name=password]").fill(password);
  await submit(page, "log_in");
  await page.waitForURL("**/dashboard");
  return page;
}

async function auditLog(page) {
  await page.goto("/dashboard/audit-log");
  assert.match(await inMain(page), /Agent changed[\s\S]*Agent created[\s\S]*Account created/);
  const filters = page.locator("form.filter-grid");
  await filters.locator("[name=action]").selectOption("agent.updated");
  await filters.locator("[name=via]").selectOption("token");
  await filters.locator("button").click();
  await page.waitForURL("**action=agent.updated**");
  assert.equal(await page.locator("tbody tr").count(), 1);
  const [csv] = await Promise.all([
    page.request.get(await page.locator('a[href*="format=csv"]').getAttribute("href")),
  ]);
  assert.equal((await csv.text()).trim().split("\n").length, 2, "the export keeps the filter");
  await page.locator("tbody a").first().click();
  await page.waitForURL("**/audit-log/aud_*");
  const entry = await inMain(page);
  assert.match(entry, /Invoice Runner\s+Invoice Runner II/, "before and after stand side by side");
  assert.match(entry, /Verified/);
  await page.goto("/dashboard/audit-log?to=2020-01-01");
  assert.match(await inMain(page), /No entries/);
}

async function operatorPages(page, tenant, server) {
  await page.goto("/dashboard/operator");
  await page.locator("#search").fill("söhne");
  await page.locator("form.filter-grid button").click();
  await page.waitForURL("**/operator?q=**");
  await page.locator("tbody a").first().click();
  await page.waitForURL("**/accounts/wsp_*");
  await form(page, "set_account_plan").locator("[name=plan]").selectOption("basic");
  await submit(page, "set_account_plan");
  await page.waitForURL("**/accounts/wsp_*");
  assert.match(await inMain(page), /is on the plan Basic now/);
  await submit(page, "suspend_account");
  assert.equal(await page.locator("[aria-invalid=true]").count(), 1, "a reason is required");
  await form(page, "suspend_account").locator("[name=reason]").fill("Unpaid bills");
  await submit(page, "suspend_account");
  await form(page, "unsuspend_account").waitFor();
  const refused = await tenant.goto("/dashboard");
  assert.equal(refused.status(), 403);
  assert.match(await inMain(tenant), /Account suspended[\s\S]*Unpaid bills/);
  await submit(page, "unsuspend_account");
  await form(page, "suspend_account").waitFor();
  assert.equal((await tenant.goto("/dashboard")).status(), 200);
  assert.equal((await tenant.request.get(`${server.url}/dashboard/operator`)).status(), 404);
  await page.goto("/dashboard/operator/health");
  assert.match(await inMain(page), /SQLite[\s\S]*Not configured/);
}

async function legal(page) {
  await page.goto("/dashboard/operator/legal");
  await page.locator("tbody a").first().click();
  await page.waitForURL("**/legal/imprint/en");
  await form(page, "set_legal_text").locator("[name=text]").fill("# Mara GmbH\n\n<script>alert(1)</script>");
  await submit(page, "set_legal_text");
  await page.waitForURL("**/operator/legal");
  await page.goto("/imprint");
  assert.equal(await page.locator("main h2").innerText(), "Mara GmbH");
  assert.match(await inMain(page), /<script>alert\(1\)<\/script>/, "HTML is text");
}

async function settings(page) {
  await page.goto("/dashboard/settings");
  await form(page, "update_profile").locator("[name=name]").fill("Jon Müller");
  await submit(page, "update_profile");
  assert.match(await inMain(page), /Your name is saved/);
  await form(page, "change_password").locator("[name=current_password]").fill("wrong");
  await form(page, "change_password").locator("[name=password]").fill("another fine sentence");
  await submit(page, "change_password");
  assert.equal(await page.locator("[aria-invalid=true]").count(), 1);
  await form(page, "change_password").locator("[name=current_password]").fill(password);
  await form(page, "change_password").locator("[name=password]").fill("another fine sentence");
  await submit(page, "change_password");
  assert.match(await inMain(page), /password is changed/);
  assert.equal(await form(page, "revoke_session").count(), 0, "no other session is left");
}

for (const javaScriptEnabled of [true, false]) {
  test(`operator and tenant ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
    const server = await world();
    const operator = await signIn(server, "mara@example.com", { javaScriptEnabled });
    const tenant = await signIn(server, "jon@example.com", { javaScriptEnabled });
    try {
      await auditLog(tenant);
      await operatorPages(operator, tenant, server);
      await legal(operator);
      await settings(tenant);
      operator.quiet();
      assert.equal(server.log().match(/ERROR/), null, server.log());
    } finally {
      await operator.context().close();
      await tenant.context().close();
      await server.stop();
    }
  });
}

test("every page in both languages, wide and narrow, light and dark", async () => {
  const server = await world();
  const found = [];
  try {
    for (const [width, colorScheme, locale] of [
      [1440, "light", "en-GB"],
      [1440, "dark", "de-DE"],
      [375, "light", "de-DE"],
      [375, "dark", "en-GB"],
    ]) {
      const viewport = { width, height: 900 };
      const page = await signIn(server, "mara@example.com", { viewport, colorScheme, locale });
      await page.goto("/dashboard/operator?q=jon");
      const account = await page.locator("tbody a").first().getAttribute("href");
      await page.goto("/dashboard/audit-log");
      const entry = await page.locator("tbody a").first().getAttribute("href");
      for (const [name, path] of Object.entries({
        audit: "/dashboard/audit-log",
        entry,
        accounts: "/dashboard/operator",
        account,
        health: "/dashboard/operator/health",
        plans: "/dashboard/operator/plans",
        legal: "/dashboard/operator/legal",
        legal_text: "/dashboard/operator/legal/privacy/de",
        settings: "/dashboard/settings",
        imprint: "/imprint",
        privacy: "/privacy",
      })) {
        await page.goto(path);
        if (path.startsWith("/dashboard")) await hydrated(page);
        const view = `${name}-${width}-${colorScheme}`;
        await page.screenshot({ path: `${out}admin-${view}.png`, fullPage: true });
        for (const violation of await axe(page)) found.push(`${view}: ${violation}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        if (wide) found.push(`${view}: scrolls sideways`);
      }
      page.quiet();
      await page.context().close();
    }
  } finally {
    await server.stop();
  }
  assert.deepEqual(found, []);
});
