// The overview and its charts: ranges, comparison, table, file, time zone; with and without script, in both languages.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, hydrated, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const DAY = 86_400_000;
let browser, server, agent;
const account = { email: "mara@example.com", password: "correct horse battery", name: "Mara Lindqvist" };

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  server = await startServer();
  const { api_key: key, token } = await call(`${server.url}/v1/auth/register`, { body: account });
  const create = (name) =>
    call(`${server.url}/v1/agents`, { body: { name, framework: "crewai" }, headers: { Authorization: `Bearer ${token}` } });
  const second = await create("Beschaffung für Großhändler 🚚");
  agent = await create("Invoice Runner");
  for (let i = 0; i < 120; i++) {
    const date = new Date(Date.now() - (i % 60) * DAY - 3_600_000).toISOString();
    const status = i % 17 === 5 ? "late" : i % 31 === 11 ? "missed" : "on_time";
    const received = i % 3 === 0;
    await call(`${server.url}/v1/payment-events`, {
      body: {
        agent_id: (i % 4 ? agent : second).id,
        amount: (((i * 37) % 90) * (received ? 3 : 1) + 8.4).toFixed(2),
        date,
        counterparty: "Bergmann & Söhne KG",
        ...(received ? { direction: "received" } : { status }),
      },
      headers: { "X-API-Key": key, "Idempotency-Key": randomUUID() },
    });
  }
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

const rows = (page) => page.locator("figure.chart ~ details table").first().locator("tbody tr");

for (const javaScriptEnabled of [true, false]) {
  test(`ranges, comparison, table and file ${javaScriptEnabled ? "with" : "without"} script`, async () => {
    const page = await signedIn({ javaScriptEnabled });
    assert.match(await page.locator("main").innerText(), /UTC/);
    assert.equal(await rows(page).count(), 30);
    for (const [range, count] of [["24h", 24], ["7d", 7], ["90d", 90], ["12m", 12]]) {
      await page.locator(`nav.segmented a[href*="range=${range}"]`).click();
      await page.waitForURL(`**range=${range}**`);
      assert.equal(await rows(page).count(), count, range);
      assert.equal(await page.locator("nav.segmented a[aria-current=true]").count(), 1);
    }
    await page.locator('nav.segmented a[href*="range=30d"]').click();
    await page.waitForURL("**range=30d**");
    assert.equal(await page.locator("svg .prev").count(), 1);
    await page.locator("[name=compare]").selectOption("off");
    await page.locator("form.filters button").click();
    await page.waitForURL("**compare=off**");
    assert.equal(await page.locator("svg .prev").count(), 0);
    assert.match(page.url(), /range=30d/, "the range stays");

    await page.locator("details summary", { hasText: "Show as table" }).first().click();
    const cells = await rows(page).last().locator("td").allInnerTexts();
    const download = page.waitForEvent("download");
    await page.locator('a[href^="/dashboard/overview.csv"]').click();
    const file = await readFile(await (await download).path(), "utf8");
    const lines = file.trim().split("\r\n");
    assert.equal(lines.length, 31);
    assert.match((await download).suggestedFilename(), /^surety-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d-EUR\.csv$/);
    assert.deepEqual(lines.at(-1).split(",").slice(1).map(Number), cells.map((text) => Number(text.replaceAll(",", ""))));

    await page.locator(".filter-more summary").click();
    await page.locator("[name=from]").fill("2020-01-01");
    await page.locator("[name=to]").fill("2020-01-05");
    await page.locator("form.filters button").click();
    await page.waitForURL("**from=2020-01-01**");
    assert.equal(await rows(page).count(), 5);
    assert.deepEqual([...new Set(await rows(page).locator("td").allTextContents())], ["0.00"]);
    await page.context().close();
    page.quiet();
  });
}

for (const [locale, lead] of [["en-GB", "Received"], ["de-DE", "Eingenommen"]]) {
  test(`the reading glass says what the table says, by pointer and by keys, ${locale}`, async () => {
    const page = await signedIn({ locale });
    await hydrated(page);
    const glass = page.locator(".chart-glass").first();
    const tip = page.locator(".chart-tip").first();
    const cells = async (row) => rows(page).nth(row).locator("th, td").allTextContents();
    const shown = async () => [await tip.locator("b").textContent(), ...(await tip.locator("dd").allTextContents())];
    assert.ok(await tip.isHidden());

    // Not a bare move of the mouse: while the view transition from the log-in runs, the page sees no pointer.
    await glass.hover({ position: { x: 1, y: 40 } });
    await tip.waitFor();
    const box = await glass.boundingBox();
    assert.deepEqual(await shown(), await cells(0));
    assert.equal(await tip.locator("dt").first().textContent(), lead);
    await page.mouse.move(box.x + (box.width * 10.4) / 29, box.y + 20);
    assert.deepEqual(await shown(), await cells(10));
    const tipBox = await tip.boundingBox();
    assert.ok(tipBox.x >= box.x && tipBox.x + tipBox.width <= box.x + box.width + 1, "the tip stays over the chart");
    const live = page.locator(".plot [aria-live=polite]").first();
    assert.equal((await live.textContent()).trim(), "", "a pointer is not spoken");
    await page.mouse.move(0, 0);
    await tip.waitFor({ state: "hidden" });

    await glass.focus();
    assert.deepEqual(await shown(), await cells(29));
    await page.keyboard.press("ArrowLeft");
    assert.deepEqual(await shown(), await cells(28));
    assert.equal(await glass.getAttribute("aria-valuetext"), (await cells(28))[0]);
    assert.ok((await live.textContent()).startsWith(`${lead} ${(await cells(28))[1]}`), await live.textContent());
    await page.keyboard.press("Home");
    assert.deepEqual(await shown(), await cells(0));
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowRight");
    assert.deepEqual(await shown(), await cells(29), "there is nothing behind the end");
    await page.keyboard.press("Escape");
    await tip.waitFor({ state: "hidden" });
    assert.equal((await live.textContent()).trim(), "");

    // The score's table begins with the newest day.
    await page.goto(`/dashboard/agents/${agent.id}?history=90d`);
    await hydrated(page);
    await glass.focus();
    const newest = await page.locator("#score-table tbody tr").first().locator("th, td").allTextContents();
    assert.deepEqual(await shown(), newest);
    await page.context().close();
    page.quiet();
  });
}

test("without script there is no glass, and the scores are a file", async () => {
  const page = await signedIn({ javaScriptEnabled: false });
  assert.ok(await page.locator(".chart-glass").first().isHidden());
  await page.goto("/dashboard/agents");
  assert.equal(await page.locator("svg.spark").count(), 2);
  await page.goto(`/dashboard/agents/${agent.id}?history=90d`);
  const download = page.waitForEvent("download");
  await page.locator('a[href$="score.csv?history=90d"]').click();
  const file = await readFile(await (await download).path(), "utf8");
  assert.equal(file.trim().split("\r\n").length, 91);
  await page.context().close();
  page.quiet();
});

test("the workspace moves to another time zone", async () => {
  const page = await signedIn({ locale: "de-DE", javaScriptEnabled: false });
  await page.locator('a[href="/dashboard/settings#time-zone"]').click();
  await page.waitForURL("**/dashboard/settings#time-zone");
  const form = page.locator('form[action="/fn/set_time_zone"]');
  await form.locator("[name=time_zone]").selectOption("Europe/Berlin");
  await form.locator("button[type=submit]").click();
  await page.getByText("Die Zeitzone ist jetzt Europe/Berlin").waitFor();
  await page.goto("/dashboard");
  assert.match(await page.locator("main").innerText(), /Je Tag, in EUR, Europe\/Berlin/);
  await page.context().close();
});

for (const [width, colorScheme, locale] of [
  [1440, "light", "en-GB"],
  [1440, "dark", "de-DE"],
  [375, "light", "de-DE"],
  [375, "dark", "en-GB"],
]) {
  test(`axe and pictures at ${width} ${colorScheme} ${locale}`, async () => {
    const page = await signedIn({ viewport: { width, height: 900 }, colorScheme, locale });
    for (const [name, path] of [["overview", "/dashboard"], ["trust", `/dashboard/agents/${agent.id}?history=90d`]]) {
      await page.goto(path);
      await hydrated(page);
      await page.screenshot({ path: `${out}charts-${name}-${width}-${colorScheme}-${locale}.png`, fullPage: true });
      assert.deepEqual(await axe(page), [], path);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} scrolls sideways`);
      assert.ok((await page.locator("svg .s1").count()) > 0, `${path} has a line`);
    }
    await page.context().close();
  });
}
