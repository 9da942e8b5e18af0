// Taking one's data along, deleting an account, contesting a score and search engines, in a real browser.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
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

/** A server with an operator and a tenant who has an agent with a score. */
async function world() {
  const server = await startServer();
  const register = (email, name) =>
    call(`${server.url}/v1/auth/register`, { body: { email, password, name } });
  await register("mara@example.com", "Mara Lindqvist");
  const { token, api_key } = await register("jon@example.com", "Jon Müller & Söhne 🤖 مرحبا");
  const agent = await call(`${server.url}/v1/agents`, {
    body: { name: "Invoice Runner", framework: "langchain" },
    headers: { Authorization: `Bearer ${token}` },
  });
  const events = Array.from({ length: 6 }, () => ({ agent_id: agent.id, amount: 10, status: "on_time" }));
  await call(`${server.url}/v1/payment-events/batch`, { body: { events }, headers: { "X-API-Key": api_key } });
  return { server, agent, key: api_key };
}

async function signIn(server, email, options = {}) {
  const page = await newPage(browser, { baseURL: server.url, ...options });
  await logIn(page, email);
  return page;
}

async function logIn(page, email) {
  await page.goto("/login");
  await form(page, "log_in").locator("[name=email]").fill(email);
  await form(page, "log_in").locator("[name=password]").fill(password);
  await submit(page, "log_in");
  await page.waitForURL("**/dashboard");
}

const status = async (url, headers) => (await fetch(url, { headers })).status;

async function takeAlong(page) {
  await page.goto("/dashboard/settings");
  await page.locator('a[href="/dashboard/settings/data"]').first().click();
  await page.waitForURL("**/settings/data");
  await submit(page, "create_export");
  await page.locator('a[href*="/exports/"]').waitFor();
  const link = page.locator('a[href*="/exports/"]').first();
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.match(download.suggestedFilename(), /^surety-\d{4}-\d\d-\d\d\.zip$/);
  const bytes = await readFile(await download.path());
  assert.equal(bytes.subarray(0, 2).toString(), "PK");
  for (const name of ["README.de.md", "data/payments.json", "payments.csv", "manifest.json"]) {
    assert.ok(bytes.includes(name), name);
  }
  return new URL(await link.getAttribute("href"), page.url()).href;
}

async function contest(visitor, owner, operator, agent) {
  await visitor.goto(`/a/${agent.gopi_id}`);
  await visitor.locator('a[href$="/contest"]').click();
  await visitor.waitForURL("**/contest");
  assert.match(await inMain(visitor), /sends no e-mail/);
  await submit(visitor, "create_contest");
  assert.equal(await visitor.locator("[aria-invalid=true]").count(), 1, "the first wrong field");
  await form(visitor, "create_contest").locator("[name=name]").fill("Ada Krüger 🤖");
  await form(visitor, "create_contest").locator("[name=email]").fill("ada@example.com");
  await form(visitor, "create_contest").locator("[name=message]").fill("<b>Paid twice</b>\nthey say.");
  await submit(visitor, "create_contest");
  await visitor.waitForURL("**/contest/sent");
  visitor.quiet();

  await operator.goto("/dashboard/operator/contests");
  assert.match(await inMain(operator), /Invoice Runner[\s\S]*Open/);
  await owner.goto("/dashboard/contests");
  await owner.locator("tbody a").first().click();
  await owner.waitForURL("**/contests/cts_*");
  assert.match(await inMain(owner), /Ada Krüger 🤖[\s\S]*<b>Paid twice<\/b>/, "words, not HTML");
  await form(owner, "answer_contest").locator("[name=answer]").fill("Looked into it: corrected.");
  await submit(owner, "answer_contest");
  await form(owner, "answer_contest").waitFor({ state: "detached" });
  assert.match(await inMain(owner), /Answered[\s\S]*Looked into it: corrected\./);
  await operator.goto("/dashboard/operator/contests");
  assert.match(await inMain(operator), /No contested scores/);
}

async function searchEngines(owner, agent) {
  const robots = async () => (await (await owner.request.get(`/a/${agent.gopi_id}`)).text()).includes("noindex");
  assert.equal(await robots(), false);
  await owner.goto(`/dashboard/agents/${agent.id}/settings`);
  await submit(owner, "set_agent_unlisted");
  await owner.getByRole("button", { name: "Let search engines list it" }).waitFor();
  assert.equal(await robots(), true);
  await submit(owner, "set_agent_unlisted");
  await owner.getByRole("button", { name: "Ask search engines not to list it" }).waitFor();
  assert.equal(await robots(), false);
}

async function askForDeletion(page, when) {
  await page.goto("/dashboard/settings/data");
  const fields = form(page, "delete_account");
  await fields.locator(`[name=when][value=${when}]`).check();
  await fields.locator("[name=email]").fill("jon@example.com");
  await submit(page, "delete_account");
}

async function deleteAccount(page, server, agent, key) {
  await page.goto("/dashboard/settings/data");
  assert.match(await inMain(page), /Payments\s+6/, "what goes is counted");
  const fields = form(page, "delete_account");
  await fields.locator("[name=email]").fill("somebody@example.com");
  await submit(page, "delete_account");
  assert.equal(await page.locator("[name=email][aria-invalid=true]").count(), 1);

  const profile = `${server.url}/a/${agent.gopi_id}`;
  const badge = async () => (await (await fetch(`${server.url}/v1/public/${agent.gopi_id}/badge.svg`)).text());
  const useKey = () => status(`${server.url}/v1/agents`, { "X-API-Key": key });
  assert.equal(await useKey(), 200);
  await askForDeletion(page, "later");
  await form(page, "cancel_deletion").waitFor();
  assert.match(await inMain(page), /Your account will be deleted on/);
  assert.deepEqual([await status(profile), await useKey()], [404, 401]);
  assert.match(await badge(), /not found/);
  await page.goto("/dashboard");
  assert.equal(await form(page, "cancel_deletion").count(), 1, "every page says so");
  await submit(page, "cancel_deletion");
  await page.waitForURL("**/settings/data");
  assert.match(await inMain(page), /Your account stays/);
  assert.deepEqual([await status(profile), await useKey()], [200, 200]);

  await askForDeletion(page, "now");
  await page.waitForURL("**/account-deleted");
  assert.match(await inMain(page), /Your account is deleted/);
  assert.deepEqual([await status(profile), await useKey()], [404, 401]);
  assert.match(await badge(), /not found/);
  await page.goto("/dashboard");
  assert.match(page.url(), /\/login/);
  await form(page, "log_in").locator("[name=email]").fill("jon@example.com");
  await form(page, "log_in").locator("[name=password]").fill(password);
  await submit(page, "log_in");
  assert.match(await inMain(page).catch(() => page.locator("body").innerText()), /wrong/i);
}

for (const javaScriptEnabled of [true, false]) {
  test(`one's data, from the archive to the end, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
    const { server, agent, key } = await world();
    const operator = await signIn(server, "mara@example.com", { javaScriptEnabled });
    const owner = await signIn(server, "jon@example.com", { javaScriptEnabled });
    const visitor = await newPage(browser, { baseURL: server.url, javaScriptEnabled });
    try {
      const link = await takeAlong(owner);
      assert.equal((await operator.request.get(link)).status(), 404, "the link needs its owner's session");
      const nobody = await visitor.request.get(link, { maxRedirects: 0 });
      assert.equal(nobody.status(), 302, "nobody else gets further than the sign-in page");
      await contest(visitor, owner, operator, agent);
      await searchEngines(owner, agent);
      await deleteAccount(owner, server, agent, key);
      assert.equal((await operator.request.get("/dashboard/operator/records.md")).status(), 200);
      operator.quiet();
      assert.equal(server.log().match(/ERROR/), null, server.log());
    } finally {
      for (const page of [operator, owner, visitor]) await page.context().close();
      await server.stop();
    }
  });
}

test("the pages in both languages, wide and narrow, light and dark", async () => {
  const { server, agent } = await world();
  const found = [];
  try {
    for (const [width, colorScheme, locale] of [
      [1440, "light", "en-GB"],
      [1440, "dark", "de-DE"],
      [375, "light", "de-DE"],
      [375, "dark", "en-GB"],
    ]) {
      const look = { viewport: { width, height: 900 }, colorScheme, locale };
      const shoot = async (page, views) => {
        for (const [name, path] of Object.entries(views)) {
          await page.goto(path);
          if (path.startsWith("/dashboard")) await hydrated(page);
          const view = `${name}-${width}-${colorScheme}`;
          await page.screenshot({ path: `${out}data-${view}.png`, fullPage: true });
          for (const violation of await axe(page)) found.push(`${view}: ${violation}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
          if (wide) found.push(`${view}: scrolls sideways`);
        }
      };
      const owner = await signIn(server, "jon@example.com", look);
      await owner.goto("/dashboard/settings/data");
      await submit(owner, "create_export");
      await owner.locator('a[href*="/exports/"]').waitFor();
      const visitor = await newPage(browser, { baseURL: server.url, ...look });
      await shoot(visitor, { contest: `/a/${agent.gopi_id}/contest`, profile: `/a/${agent.gopi_id}` });
      await form(visitor, "create_contest").count();
      await visitor.goto(`/a/${agent.gopi_id}/contest`);
      await form(visitor, "create_contest").locator("[name=name]").fill("Ada");
      await form(visitor, "create_contest").locator("[name=email]").fill("ada@example.com");
      await form(visitor, "create_contest").locator("[name=message]").fill("Wrong. ".repeat(60));
      await submit(visitor, "create_contest");
      await visitor.waitForURL("**/contest/sent");
      await shoot(visitor, { sent: visitor.url(), deleted: "/account-deleted" });
      await owner.goto("/dashboard/contests");
      const one = await owner.locator("tbody a").first().getAttribute("href");
      await shoot(owner, {
        data: "/dashboard/settings/data",
        contests: "/dashboard/contests",
        contested: one,
        agent: `/dashboard/agents/${agent.id}/settings`,
      });
      const operator = await signIn(server, "mara@example.com", look);
      await shoot(operator, { open: "/dashboard/operator/contests", records: "/dashboard/operator/records" });
      await askForDeletion(owner, "later");
      await form(owner, "cancel_deletion").waitFor();
      await shoot(owner, { planned: "/dashboard/settings/data" });
      await submit(owner, "cancel_deletion");
      await form(owner, "delete_account").waitFor();
      for (const page of [owner, visitor, operator]) {
        page.quiet();
        await page.context().close();
      }
    }
  } finally {
    await server.stop();
  }
  assert.deepEqual(found, []);
});
