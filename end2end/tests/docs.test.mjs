// The API reference, and the page that tries a call.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

let browser, server, account;

before(async () => {
  browser = await launch();
  server = await startServer();
  const body = { email: "mara@example.com", password: "correct horse battery" };
  account = await call(`${server.url}/v1/auth/register`, { body });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("the reference reads without JavaScript and leads to the forms", async () => {
  const page = await newPage(browser, { baseURL: server.url, javaScriptEnabled: false });
  await page.goto("/");
  await page.locator("footer").getByRole("link", { name: "API reference" }).click();
  await page.getByRole("link", { name: "Track a payment", exact: true }).click();
  await page.waitForURL("**/docs#track_payment");
  const endpoint = page.locator("article", { has: page.locator("#track_payment") });
  assert.match(await endpoint.innerText(), /curl -X POST .*\/v1\/payment-events/);
  await endpoint.getByRole("link", { name: /Try it/ }).click();
  await page.waitForURL("**/docs/try#try-track_payment");
  // Playwright finds no text inside noscript.
  assert.ok(await page.locator("noscript p").isVisible());
  await page.context().close();
  page.quiet();
});

test("a form sends a real call with the key and shows the answer", async () => {
  const page = await newPage(browser, { baseURL: server.url });
  await page.goto("/docs/try#try-create_agent");
  await page.getByLabel("Your API key or token").fill(account.token);
  const create = page.locator("#try-create_agent");
  await create.locator("textarea").fill('{"name": "Made in the browser"}');
  await create.getByRole("button", { name: "Send" }).click();
  await create.getByText(/^201 /).waitFor();
  const answer = await create.locator(".answer").innerText();
  assert.match(answer, /content-type: application\/json/);
  assert.match(answer, /"name": "Made in the browser"/);
  const { external_id: id } = JSON.parse(await create.locator(".answer pre").last().innerText());

  await page.getByLabel("Your API key or token").fill(account.api_key);
  const show = page.locator("#try-show_agent");
  await show.locator("summary").click();
  await show.getByLabel("id (path)").fill(id);
  await show.getByRole("button", { name: "Send" }).click();
  await show.getByText(/^200 /).waitFor();
  assert.match(await show.locator(".answer").innerText(), /"name": "Made in the browser"/);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  await page.context().close();
  page.quiet();
});

test("an error is an answer too, and a missing server says so", async () => {
  const page = await newPage(browser, { baseURL: server.url });
  await page.goto("/docs/try#try-show_profile");
  const form = page.locator("#try-show_profile");
  await form.getByLabel("id (path)").fill("nobody");
  await form.getByRole("button", { name: "Send" }).click();
  await form.getByText(/^404 /).waitFor();
  assert.match(await form.locator(".answer").innerText(), /"code": "NOT_FOUND"/);
  await page.context().setOffline(true);
  await form.getByRole("button", { name: "Send" }).click();
  await form.getByText("No answer came").waitFor();
  await page.context().close();
});

test("the page of the forms has no fault that axe sees, all of them open", async () => {
  for (const [locale, colorScheme, width] of [["en-GB", "light", 1440], ["de-DE", "dark", 375]]) {
    const viewport = { width, height: 900 };
    const page = await newPage(browser, { baseURL: server.url, locale, colorScheme, viewport });
    await page.goto("/docs/try");
    await page.locator("details").evaluateAll((all) => all.forEach((details) => (details.open = true)));
    assert.deepEqual(await axe(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "scrolls sideways");
    await page.context().close();
    page.quiet();
  }
});
