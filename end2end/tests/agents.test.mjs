// The agents pages: finding one among many, making several, archiving, two people editing one, and being signed out
// in the middle of a form.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, hydrated, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const account = { email: "mara@example.com", password: "correct horse battery", name: "Mara Lindqvist" };
let browser, server, token, key;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  server = await startServer();
  ({ token, api_key: key } = await call(`${server.url}/v1/auth/register`, { body: account }));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const bearer = () => ({ Authorization: `Bearer ${token}` });
const bulk = (agents) => call(`${server.url}/v1/agents/bulk`, { body: { agents }, headers: bearer() });
const form = (page, name) => page.locator(`form[action="/fn/${name}"]`);
const submit = (page, name) => form(page, name).locator("button[type=submit]").click();
const names = (page) => page.locator("tbody .cell-link").allInnerTexts();

async function signIn(page) {
  await page.locator("[name=email]").fill(account.email);
  await page.locator("[name=password]").fill(account.password);
  await submit(page, "log_in");
}

async function signedIn(options = {}) {
  const page = await newPage(browser, { baseURL: server.url, ...options });
  await page.goto("/login");
  await signIn(page);
  await page.waitForURL("**/dashboard");
  return page;
}

const TRICKY = '<script>alert(1)</script> <b>"Ä & ß"</b>';
const RTL = "سائق الفواتير 🤖";

test("the list is searched, filtered, sorted and paged in its URL", async () => {
  const page = await signedIn();
  await page.goto("/dashboard/agents");
  assert.match(await page.locator("main").innerText(), /No agents yet/);
  const many = Array.from({ length: 59 }, (_, n) => ({ name: `Bot ${String(n).padStart(2, "0")}`, framework: n % 2 ? "crewai" : "langchain" }));
  for (let at = 0; at < many.length; at += 10) await bulk(many.slice(at, at + 10));
  const { agents } = await bulk([{ name: TRICKY }, { name: RTL }, { name: "Ü".repeat(200) }]);
  agents.push((await bulk([{ name: "Zahlungsläufer" }])).agents[0]);
  for (let n = 0; n < 3; n++)
    await call(`${server.url}/v1/payment-events`, { body: { agent_id: agents[3].id, amount: 10, status: "on_time" }, headers: { "X-API-Key": key } });
  await call(`${server.url}/v1/agents/${agents[3].id}/certify`, { headers: { "X-API-Key": key } });

  await page.goto("/dashboard/agents");
  assert.equal((await names(page)).length, 50);
  assert.equal((await names(page))[0], "Zahlungsläufer", "the newest first");
  assert.ok((await names(page)).includes(TRICKY), "markup is text");
  await page.locator('a[rel="next"]').click();
  await page.waitForURL("**cursor=**");
  assert.equal((await names(page)).length, 13);
  assert.equal(await page.locator('a[rel="next"]').count(), 0);

  await page.goto("/dashboard/agents");
  const search = page.locator("form.list-filters");
  await search.locator("[name=q]").fill("zahlungsLÄUFER");
  await search.locator("button").click();
  await page.waitForURL("**q=**");
  assert.deepEqual(await names(page), ["Zahlungsläufer"]);
  assert.equal(await search.locator("[name=q]").inputValue(), "zahlungsLÄUFER");
  await search.locator("[name=q]").fill(agents[1].gopi_id);
  await search.locator("[name=q]").press("Enter");
  await page.waitForURL("**q=gopi**");
  assert.deepEqual(await names(page), [RTL]);

  await page.goto("/dashboard/agents?framework=crewai&sort=name");
  const crew = await names(page);
  assert.equal(crew.length, 29);
  assert.deepEqual([crew[0], crew.at(-1)], ["Bot 01", "Bot 57"]);
  assert.equal(await search.locator("[name=framework]").inputValue(), "crewai");
  await page.goto("/dashboard/agents?sort=score&certificate=valid");
  assert.deepEqual(await names(page), ["Zahlungsläufer"]);
  await page.goto("/dashboard/agents?sort=payments");
  assert.equal((await names(page))[0], "Zahlungsläufer");
  await page.locator('a[rel="next"]').click();
  await page.waitForURL("**sort=payments**cursor=**");
  assert.equal((await names(page)).length, 13, "the order stays on the next page");
  await page.goto("/dashboard/agents?q=%25nobody%00");
  assert.match(await page.locator("main").innerText(), /Nothing matches/);
  await page.locator("main .empty a").click();
  await page.waitForURL("**/dashboard/agents");
  page.quiet();
  await page.context().close();
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`several agents are made at once, or none, ${how}`, async () => {
    const page = await signedIn({ javaScriptEnabled });
    await page.goto("/dashboard/agents/bulk");
    const bulkForm = form(page, "create_agents");
    await bulkForm.locator("[name=names]").fill(`Alpha ${how}\n\n${"x".repeat(201)}`);
    await bulkForm.locator("[name=framework]").selectOption("autogen");
    await submit(page, "create_agents");
    assert.match(await bulkForm.innerText(), /Line 3: At most 200 characters/);
    assert.match(await bulkForm.locator("[name=names]").inputValue(), /^Alpha/, "what was typed is still there");
    assert.equal(await bulkForm.locator("[name=framework]").inputValue(), "autogen");
    await bulkForm.locator("[name=names]").fill(Array(11).fill("Bot").join("\n"));
    await submit(page, "create_agents");
    assert.match(await bulkForm.innerText(), /At most 10 entries fit/);
    await bulkForm.locator("[name=names]").fill(`Alpha ${how}\nBeta ${how}\n`);
    await submit(page, "create_agents");
    await page.waitForURL("**/dashboard/agents");
    assert.match(await page.content(), /2 agents are created/);
    assert.deepEqual((await names(page)).slice(0, 2).sort(), [`Alpha ${how}`, `Beta ${how}`]);
    // Without script the browser complains that the module was loaded ahead for nothing.
    if (javaScriptEnabled) page.quiet();
    await page.context().close();
  });

  test(`an agent is archived and comes back ${how}`, async () => {
    const { agents: [agent] } = await bulk([{ name: `Seasonal ${how}` }]);
    const page = await signedIn({ javaScriptEnabled });
    await page.goto(`/dashboard/agents/${agent.id}/settings`);
    await submit(page, "archive_agent");
    await page.waitForURL(`**/dashboard/agents/${agent.id}`);
    assert.match(await page.locator("main").innerText(), /payments for it are refused/);
    await page.goto("/dashboard/agents");
    assert.ok(!(await names(page)).includes(`Seasonal ${how}`));
    await page.goto("/dashboard/agents?status=archived");
    assert.ok((await names(page)).includes(`Seasonal ${how}`));
    await page.goto(`/dashboard/agents/${agent.id}`);
    await form(page, "unarchive_agent").first().locator("button").click();
    await page.waitForURL(`**/dashboard/agents/${agent.id}`);
    assert.doesNotMatch(await page.locator("main").innerText(), /payments for it are refused/);
    // Without script the browser complains that the module was loaded ahead for nothing.
    if (javaScriptEnabled) page.quiet();
    await page.context().close();
  });

  test(`of two edits the second is told about the first ${how}`, async () => {
    const { agents: [agent] } = await bulk([{ name: `Shared ${how}`, description: "Old" }]);
    const settings = `/dashboard/agents/${agent.id}/settings`;
    const page = await signedIn({ javaScriptEnabled });
    const other = await page.context().newPage();
    await page.goto(settings);
    await other.goto(settings);
    await form(page, "update_agent").locator("[name=name]").fill("Mine");
    await form(page, "update_agent").locator("[name=description]").fill("My words");
    await form(other, "update_agent").locator("[name=name]").fill("Theirs");
    await submit(other, "update_agent");
    await other.locator("h1", { hasText: "Theirs" }).waitFor();
    await submit(page, "update_agent");
    const edit = form(page, "update_agent");
    await edit.getByText("Saved meanwhile: Theirs").waitFor();
    assert.match(await edit.innerText(), /Saved meanwhile: Old/);
    assert.equal(await edit.locator("[name=name]").inputValue(), "Mine");
    assert.equal(await edit.locator("[name=description]").inputValue(), "My words");
    assert.match(await page.locator("h1").innerText(), /Theirs/, "nothing is lost");
    await submit(page, "update_agent");
    await page.locator("h1", { hasText: "Mine" }).waitFor();
    // Without script the browser complains that the module was loaded ahead for nothing.
    if (javaScriptEnabled) page.quiet();
    await page.context().close();
  });

  test(`a form that came after the session ended is back after signing in ${how}`, async () => {
    const page = await signedIn({ javaScriptEnabled });
    await page.goto("/dashboard/agents/new");
    const create = form(page, "create_agent");
    await create.locator("[name=name]").fill(`Late ${TRICKY}`);
    await create.locator("[name=description]").fill("Zwei\nZeilen 🤖");
    await create.locator("[name=framework]").selectOption("openai");
    await page.context().clearCookies();
    await submit(page, "create_agent");
    await page.waitForURL("**/login?next=**");
    await signIn(page);
    await page.waitForURL("**/dashboard/agents/new");
    assert.match(await create.innerText(), /You were signed out meanwhile/);
    assert.equal(await create.locator("[name=name]").inputValue(), `Late ${TRICKY}`);
    assert.equal((await create.locator("[name=description]").inputValue()).trim(), "Zwei\nZeilen 🤖");
    assert.equal(await create.locator("[name=framework]").inputValue(), "openai");
    await submit(page, "create_agent");
    await page.waitForURL("**/dashboard/agents/agt_*");
    assert.equal(await page.locator("h1").innerText(), `Late ${TRICKY}`);
    // Without script the browser complains that the module was loaded ahead for nothing.
    if (javaScriptEnabled) page.quiet();
    await page.context().close();
  });
}

for (const view of [
  { name: "1440-light-en", viewport: { width: 1440, height: 900 }, colorScheme: "light", locale: "en-GB" },
  { name: "1440-dark-de", viewport: { width: 1440, height: 900 }, colorScheme: "dark", locale: "de-DE" },
  { name: "375-light-de", viewport: { width: 375, height: 812 }, colorScheme: "light", locale: "de-DE" },
  { name: "360-dark-en", viewport: { width: 360, height: 780 }, colorScheme: "dark", locale: "en-GB" },
]) {
  test(`the agents pages at ${view.name}`, async () => {
    const { agents } = await bulk([{ name: "Ü".repeat(200) }, { name: RTL }, { name: TRICKY, description: TRICKY }]);
    await call(`${server.url}/v1/agents/${agents[1].id}/archive`, { headers: bearer() });
    const page = await signedIn({ ...view });
    const found = [];
    for (const [file, path] of [
      ["list", "/dashboard/agents?status=all"],
      ["no-match", "/dashboard/agents?q=nobody"],
      ["bulk", "/dashboard/agents/bulk"],
      ["long", `/dashboard/agents/${agents[0].id}/settings`],
      ["archived", `/dashboard/agents/${agents[1].id}`],
      ["markup", `/dashboard/agents/${agents[2].id}/settings`],
    ]) {
      await page.goto(path);
      await hydrated(page);
      await page.screenshot({ path: `${out}agents-${file}-${view.name}.png` });
      for (const violation of await axe(page)) found.push(`${file}: ${violation}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (wide) found.push(`${file} scrolls sideways`);
    }
    assert.deepEqual(found, []);
    page.quiet();
    await page.context().close();
  });
}
