// What surrounds every page: navigation, the command palette, shortcuts, toasts, error pages.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, hydrated, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const account = { email: "mara@example.com", password: "correct horse battery", name: "Mara Lindqvist" };
let browser, server, agent;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  server = await startServer();
  const { token } = await call(`${server.url}/v1/auth/register`, { body: account });
  const body = { name: "Invoice Runner", framework: "langchain" };
  agent = await call(`${server.url}/v1/agents`, { body, headers: { Authorization: `Bearer ${token}` } });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function signedIn(options = {}, path = "/dashboard") {
  const page = await newPage(browser, { baseURL: server.url, ...options });
  await page.goto(`/login?next=${encodeURIComponent(path)}`);
  await page.locator("[name=email]").fill(account.email);
  await page.locator("[name=password]").fill(account.password);
  await page.locator('form[action="/fn/log_in"] button[type=submit]').click();
  await page.waitForURL(`**${path}`);
  if (options.javaScriptEnabled !== false) await hydrated(page);
  return page;
}

const focused = (page) => page.evaluate(() => document.activeElement.className || document.activeElement.id);
const options = (page) => page.locator(".palette [role=option]");

test("the palette is worked by the keyboard alone", async () => {
  const page = await signedIn();
  await page.locator(".search-button").focus();
  await page.keyboard.press("Control+k");
  const field = page.locator(".palette [role=combobox]");
  await field.waitFor();
  assert.equal(await field.evaluate((e) => e === document.activeElement), true, "focus is in the field");
  assert.equal(await field.getAttribute("aria-activedescendant"), "palette-0");
  for (let i = 0; i < 4; i++) await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => !document.activeElement.closest("main, .sidebar, .topbar > a")), true, "focus stays inside");
  await field.focus();
  await page.keyboard.press("Escape");
  await page.locator(".palette[open]").waitFor({ state: "detached" });
  assert.equal(await focused(page), "search-button", "and returns to where it was");

  await page.keyboard.press("Control+k");
  await field.fill("invoice");
  await options(page).filter({ hasText: "Invoice Runner" }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/dashboard/agents/${agent.id}`);
  await hydrated(page);

  await page.keyboard.press("Control+k");
  assert.match(await options(page).first().innerText(), /Invoice Runner\s+Recent/, "recent choices come first");
  await field.fill(agent.gopi_id);
  await options(page).filter({ hasText: "Invoice Runner" }).waitFor();
  await field.fill("no such thing");
  await page.getByText("Nothing fits").waitFor();
  await field.fill("");
  await page.keyboard.press("ArrowDown");
  assert.equal(await field.getAttribute("aria-activedescendant"), "palette-1");
  assert.equal(await options(page).nth(1).getAttribute("aria-selected"), "true");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  const last = (await options(page).count()) - 1;
  assert.equal(await field.getAttribute("aria-activedescendant"), `palette-${last}`, "it goes round");

  await field.fill("dark");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await hydrated(page);
  await page.keyboard.press("Control+k");
  await field.fill("deutsch");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.documentElement.lang === "de");
  await hydrated(page);
  await page.locator(".search-button").click();
  await page.locator(".palette [role=combobox]").fill("abmelden");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${server.url}/`);
  page.quiet();
  await page.context().close();
});

test("single keys are shortcuts until one turns them off", async () => {
  const page = await signedIn();
  await page.locator("body").press("g");
  await page.keyboard.press("a");
  await page.waitForURL("**/dashboard/agents");
  await hydrated(page);
  await page.locator("[name=q]").focus();
  await page.keyboard.type("g o?");
  assert.equal(await page.locator("[name=q]").inputValue(), "g o?", "never while one types");
  await page.locator("#main").focus();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await dialog.waitFor();
  await page.screenshot({ path: `${out}shell-shortcuts.png` });
  await dialog.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await page.reload();
  await hydrated(page);
  await page.locator("#main").focus();
  await page.keyboard.press("?");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.waitForTimeout(200);
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.match(page.url(), /agents$/);
  await page.keyboard.press("Control+k");
  assert.equal(await page.locator("dialog[open]").count(), 1, "those with a modifier stay");
  page.quiet();
  await page.context().close();
});

test("what happened is a toast that can be dismissed", async () => {
  const page = await signedIn({}, `/dashboard/agents/${agent.id}/settings`);
  const save = () => page.locator('form[action="/fn/update_agent"] button[type=submit]').click();
  await save();
  const toast = page.locator('[role="status"] .toast:not(#offline)');
  await toast.waitFor();
  await hydrated(page);
  assert.match(await toast.innerText(), /Changes saved/);
  assert.equal(await toast.evaluate((e) => getComputedStyle(e.parentElement.closest(".flash")).position), "fixed");
  await page.screenshot({ path: `${out}shell-toast.png` });
  await toast.getByRole("button", { name: "Dismiss" }).click();
  await toast.waitFor({ state: "hidden" });
  assert.equal(await focused(page), "main");
  await page.reload();
  assert.equal(await toast.count(), 0, "it is told once");
  page.quiet();
  await page.context().close();
});

test("without script it is a note on the page, and nothing that needs script is shown", async () => {
  const page = await signedIn({ javaScriptEnabled: false }, `/dashboard/agents/${agent.id}/settings`);
  await page.locator('form[action="/fn/update_agent"] button[type=submit]').click();
  const note = page.locator('[role="status"] .toast:not(#offline)');
  await note.waitFor();
  assert.equal(await page.locator(".search-button").isVisible(), false);
  assert.equal(await note.getByRole("button").isVisible(), false);
  await page.screenshot({ path: `${out}shell-note.png` });
  const box = await note.boundingBox();
  const head = await page.locator("h1").boundingBox();
  assert.ok(box.y + box.height <= head.y, "above the heading");
  await page.context().close();
});

test("a page that was asked for ahead is never older than a change", async () => {
  const page = await signedIn({}, `/dashboard/agents/${agent.id}/settings`);
  const list = page.locator('.sidebar a[href="/dashboard/agents"]');
  const ahead = page.waitForResponse((r) => r.request().headers().purpose === "prefetch");
  await list.hover();
  assert.equal((await ahead).headers()["cache-control"], "private, max-age=10");
  await page.locator('form[action="/fn/update_agent"] [name=name]').fill("Renamed Runner");
  await page.locator('form[action="/fn/update_agent"] button[type=submit]').click();
  await page.locator("h1", { hasText: "Renamed Runner" }).waitFor();
  assert.match(await page.content(), /Changes saved/);
  await page.goto("/dashboard/agents");
  assert.match(await page.locator("main").innerText(), /Renamed Runner/);
  page.quiet();
  await page.context().close();
});

test("a form that cannot be sent stays as it is", async () => {
  const page = await signedIn({}, "/dashboard/agents/new");
  const name = page.locator('form[action="/fn/create_agent"] [name=name]');
  const send = page.locator('form[action="/fn/create_agent"] button[type=submit]');
  await name.fill("Typed on a train");
  await page.context().setOffline(true);
  await send.click();
  await page.getByText("There is no connection").waitFor();
  assert.equal(await name.inputValue(), "Typed on a train");
  await page.context().setOffline(false);
  await page.getByText("There is no connection").waitFor({ state: "hidden" });
  await send.click();
  await page.waitForURL("**/dashboard/agents/agt_*");
  page.quiet();
  await page.context().close();
});

test("unknown pages say so in the frame that fits, in both languages", async () => {
  const page = await signedIn();
  assert.equal((await page.goto("/dashboard/agents/agt_nobody")).status(), 404);
  assert.equal(await page.locator(".sidebar").count(), 1);
  assert.match(await page.locator("main").innerText(), /Nothing here/);
  assert.equal((await page.goto("/dashboard/agents?cursor=x&cursor=y")).status(), 400);
  assert.match(await page.locator("main").innerText(), /not understood/);
  await page.context().close();
  const german = await newPage(browser, { baseURL: server.url, locale: "de-DE" });
  assert.equal((await german.goto("/nichts")).status(), 404);
  assert.match(await german.locator("main").innerText(), /Hier ist nichts/);
  assert.equal(await german.locator("script").count(), 0);
  await german.context().close();
});

for (const view of [
  { name: "1440-light-en", viewport: { width: 1440, height: 900 }, colorScheme: "light", locale: "en-GB" },
  { name: "1440-dark-de", viewport: { width: 1440, height: 900 }, colorScheme: "dark", locale: "de-DE" },
  { name: "375-light-de", viewport: { width: 375, height: 812 }, colorScheme: "light", locale: "de-DE" },
  { name: "360-dark-en", viewport: { width: 360, height: 780 }, colorScheme: "dark", locale: "en-GB" },
]) {
  test(`the shell at ${view.name}`, async () => {
    const page = await signedIn({ ...view });
    const found = [];
    const look = async (name) => {
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${out}shell-${name}-${view.name}.png` });
      for (const violation of await axe(page)) found.push(`${name}: ${violation}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (wide) found.push(`${name} scrolls sideways`);
    };
    await look("overview");
    await page.keyboard.press("Control+k");
    await page.locator(".palette[open]").waitFor();
    await look("palette");
    await page.keyboard.press("Escape");
    await page.locator("#main").focus();
    await page.keyboard.press("?");
    await look("shortcuts");
    await page.keyboard.press("Escape");
    if (view.viewport.width < 960) {
      await page.locator(".menu-button").click();
      await look("sidebar");
      await page.keyboard.press("Escape");
    }
    await page.goto(`/dashboard/agents/${agent.id}/settings`);
    await hydrated(page);
    await page.locator('form[action="/fn/update_agent"] button[type=submit]').click();
    await page.locator(".toast:not(#offline)").waitFor();
    await look("toast");
    page.quiet();
    await page.goto("/dashboard/nothing-here");
    await look("not-found");
    assert.deepEqual(found, []);
    await page.context().close();
  });
}
