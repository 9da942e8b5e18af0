// Sessions, proving anew who one is, the app that makes codes, and passkeys.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, hydrated, launch, newPage } from "../browser.mjs";
import { call, startServer } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const password = "correct horse battery";
let browser, server;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  // Browsers allow passkeys at localhost, not at its number.
  server = await startServer({ SURETY_PUBLIC_URL: (port) => `http://localhost:${port}` });
  server.site = server.url.replace("127.0.0.1", "localhost");
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const form = (page, name) => page.locator(`form[action="/fn/${name}"]`);
const submit = (page, name) => form(page, name).locator("button[type=submit]").click();
async function logOut(page) {
  await page.locator("[popovertarget=account]").click();
  await submit(page, "log_out");
  await page.waitForURL((url) => !url.pathname.startsWith("/dashboard"));
}

const main = (page) => page.locator("main").innerText();

function codeOf(secret, at = Date.now()) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac("sha1", key).update(step).digest();
  const at4 = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(at4 % 1_000_000).padStart(6, "0");
}

async function logIn(page, email, to = "**/dashboard") {
  await page.goto("/login");
  await form(page, "log_in").locator("[name=email]").fill(email);
  await form(page, "log_in").locator("[name=password]").fill(password);
  await submit(page, "log_in");
  await page.waitForURL(to);
}

async function account(email, options) {
  await call(`${server.url}/v1/auth/register`, { body: { email, password, name: "Mara" } });
  const page = await newPage(browser, { baseURL: server.site, ...options });
  await logIn(page, email);
  return page;
}

for (const [locale, javaScriptEnabled] of [["en-GB", true], ["de-DE", false]]) {
  const german = locale === "de-DE";
  test(`an app that makes codes, sessions and a second step (${locale}, ${javaScriptEnabled ? "with" : "without"} JavaScript)`, async () => {
    const email = `app-${locale}@example.com`.toLowerCase();
    const options = { locale, javaScriptEnabled };
    const page = await account(email, options);
    const other = await newPage(browser, { baseURL: server.site, ...options });
    await logIn(other, email);

    await page.goto("/dashboard/settings");
    assert.match(await page.locator("#sessions").innerText(), /Chrome, Linux[\s\S]*127\.0\.0\.0\/24/);
    if (javaScriptEnabled) assert.deepEqual(await axe(page), []);
    await submit(page, "begin_totp");
    await page.waitForURL("**/settings/app");
    const secret = (await page.locator("main .copy code").innerText()).replaceAll(/\s/g, "");
    const square = await page.locator(".qr svg").boundingBox();
    assert.ok(square.width > 150 && Math.abs(square.width - square.height) < 1, "the QR code is square and large enough");
    await form(page, "confirm_totp").locator("[name=code]").fill("000000");
    await submit(page, "confirm_totp");
    assert.match(await main(page), german ? /falsch oder schon benutzt/ : /wrong or was used already/);
    await form(page, "confirm_totp").locator("[name=code]").fill(codeOf(secret));
    await submit(page, "confirm_totp");
    await page.waitForURL("**/recovery-codes");
    const codes = (await page.locator("main pre").innerText()).trim().split("\n");
    assert.equal(codes.length, 10);
    if (javaScriptEnabled) {
      await hydrated(page);
      assert.deepEqual(await axe(page), []);
    }
    await other.goto("/dashboard");
    assert.match(other.url(), /\/login/, "every other session has ended");

    await logIn(other, email, "**/login/second-step");
    assert.match(await main(other), german ? /Ihr Passwort stimmt/ : /Your password is right/);
    await form(other, "finish_log_in").locator("[name=code]").fill(codes[0]);
    await form(other, "finish_log_in").locator("[name=code]").press("Enter");
    await other.waitForURL("**/dashboard");
    await page.goto("/dashboard/settings");
    assert.match(await page.locator("#factors").innerText(), german ? /9 sind übrig/ : /9 are left/);
    await form(page, "revoke_session").first().locator("button").click();
    await page.waitForURL("**/settings");
    await other.goto("/dashboard");
    assert.match(other.url(), /\/login/, "ended from the list");
    page.quiet();
  });
}

test("a passkey: added, used to sign in, as second factor and as a proof, renamed and removed", async () => {
  const page = await account("passkey@example.com");
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto("/dashboard/settings");
  await submit(page, "begin_passkey");
  await page.waitForURL("**/settings/passkey");
  await form(page, "add_passkey").locator("[name=name]").fill("Laptop");
  await page.locator("[data-passkey-ask]").click();
  await page.waitForURL("**/recovery-codes");
  await page.goto("/dashboard/settings");
  assert.match(await page.locator("#factors").innerText(), /Laptop[\s\S]*never used/);

  // Without a name and a password.
  await logOut(page);
  await page.goto("/login?next=%2Fdashboard%2Fagents");
  await submit(page, "begin_passkey_log_in");
  await page.waitForURL("**/login/passkey");
  assert.deepEqual(await axe(page), []);
  await page.locator("[data-passkey-ask]").click();
  await page.waitForURL("**/dashboard/agents");

  // After the password.
  await page.goto("/dashboard/settings");
  assert.doesNotMatch(await page.locator("#factors").innerText(), /never used/);
  await logOut(page);
  await logIn(page, "passkey@example.com", "**/login/second-step");
  await page.locator("[data-passkey-ask]").click();
  await page.waitForURL("**/dashboard");

  // As a proof: the page that asks for one.
  await page.goto("/dashboard/confirm?next=%2Fdashboard%2Fsettings");
  await hydrated(page);
  assert.deepEqual(await axe(page), []);
  await page.locator("[data-passkey-ask]").click();
  await page.waitForURL("**/dashboard/settings");

  const row = page.locator("#factors li");
  await row.locator("summary").click();
  await form(page, "rename_passkey").locator("[name=name]").fill("Old laptop");
  await submit(page, "rename_passkey");
  await page.getByText("Old laptop", { exact: true }).waitFor();
  await submit(page, "remove_passkey");
  await page.waitForURL("**/settings");
  assert.doesNotMatch(await page.locator("#factors").innerText(), /Old laptop/);
  await logOut(page);
  await page.goto("/login");
  await submit(page, "begin_passkey_log_in");
  await page.waitForURL("**/login/passkey");
  await page.locator("[data-passkey-ask]").click();
  await page.waitForURL("**/login");
  assert.match(await page.locator("body").innerText(), /was not accepted/, "it opens nothing any more");
  page.quiet();
});

for (const [locale, javaScriptEnabled] of [["en-GB", true], ["de-DE", false]]) {
  test(`an instance that demands a second factor (${locale}, ${javaScriptEnabled ? "with" : "without"} JavaScript)`, async () => {
    const strict = await startServer({ SURETY_SECOND_FACTOR: "everyone" });
    try {
      const email = "mara@example.com";
      await call(`${strict.url}/v1/auth/register`, { body: { email, password, name: "Mara" } });
      const page = await newPage(browser, { baseURL: strict.url, locale, javaScriptEnabled });
      const place = "**/settings/second-factor";
      await logIn(page, email, place);
      await page.goto("/dashboard/agents");
      await page.waitForURL(place);
      assert.match(await main(page), locale === "de-DE" ? /verlangt neben Ihrem Passwort/ : /besides your password/);
      if (javaScriptEnabled) {
        await hydrated(page);
        assert.deepEqual(await axe(page), []);
        for (const width of [375, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          await page.screenshot({ path: `${out}second-factor-${width}.png`, fullPage: true });
        }
      }
      await submit(page, "begin_totp");
      await page.waitForURL("**/settings/app");
      const secret = (await page.locator("main .copy code").innerText()).replaceAll(/\s/g, "");
      await form(page, "confirm_totp").locator("[name=code]").fill(codeOf(secret));
      await submit(page, "confirm_totp");
      await page.waitForURL("**/recovery-codes");
      await page.goto("/dashboard/agents");
      await page.waitForURL("**/dashboard/agents");
      page.quiet();
      await page.context().close();
    } finally {
      await strict.stop();
    }
  });
}
