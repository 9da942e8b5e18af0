// What mails are for, with a real mail server: registering, proving an address, choosing another password, joining a workspace.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, launch, newPage } from "../browser.mjs";
import { linkIn, openMailbox } from "../mailbox.mjs";
import { call, startServer } from "../server.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const password = "correct horse battery";
let browser, mailbox, server;

before(async () => {
  await mkdir(out, { recursive: true });
  [browser, mailbox] = await Promise.all([launch(), openMailbox()]);
  server = await startServer(mailbox.env);
  // The first person chooses a password at once.
  await registerByApi("operator@example.com");
});

after(async () => {
  await browser?.close();
  await server?.stop();
  mailbox?.close();
});

const registerByApi = (email) => call(`${server.url}/v1/auth/register`, { body: { email, password } });
const form = (page, name) => page.locator(`form[action="/fn/${name}"]`);
const submit = (page, name) => form(page, name).locator("button[type=submit]").click();
const here = (link) => new URL(link).pathname + new URL(link).search;

async function look(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
  await page.screenshot({ path: `${out}${name}.png`, fullPage: true });
  // Without script there is no axe on the page either.
  if (page.scripted) assert.deepEqual(await axe(page), [], name);
}

async function signIn(page, email, word = password) {
  await page.goto("/login");
  await form(page, "log_in").locator("[name=email]").fill(email);
  await form(page, "log_in").locator("[name=password]").fill(word);
  await submit(page, "log_in");
}

async function register(page, email) {
  await form(page, "register").locator("[name=email]").fill(email);
  await form(page, "register").locator("[name=password]").fill(password);
  await submit(page, "register");
}

const texts = {
  "en-GB": {
    finish: /Finish registering/,
    already: /You have an account at .* already/,
    verify: /Confirm your e-mail address/,
    reset: /Choose another password/,
    invite: /Invitation to/,
  },
  "de-DE": {
    finish: /Registrierung bei .* abschließen/,
    already: /Sie haben schon ein Konto/,
    verify: /Bestätigen Sie Ihre E-Mail-Adresse/,
    reset: /Neues Passwort/,
    invite: /Einladung zu/,
  },
};

for (const [locale, javaScriptEnabled, colorScheme, width] of [["en-GB", true, "light", 1440], ["de-DE", false, "dark", 375]]) {
  test(`registering, proving, forgetting, inviting and joining in ${locale}, JavaScript ${javaScriptEnabled}`, async () => {
    const options = { baseURL: server.url, locale, javaScriptEnabled, colorScheme, viewport: { width, height: 900 } };
    const words = texts[locale];
    const [mara, jon] = ["mara", "jon"].map((name) => `${name}.${locale.slice(0, 2)}@example.com`);
    const open = async () => Object.assign(await newPage(browser, options), { scripted: javaScriptEnabled });
    const page = await open();

    const ask = async (name) => {
      await page.goto("/register");
      await form(page, "begin_registration").locator("[name=name]").fill(name);
      await form(page, "begin_registration").locator("[name=email]").fill(mara);
      await submit(page, "begin_registration");
      await page.waitForURL("**/register");
      return page.locator("main").innerText();
    };
    await page.goto("/register");
    assert.equal(await page.locator("[type=password]").count(), 0);
    await look(page, `register-${locale}`);
    const asked = await ask("Mara <b>Halden</b>");
    assert.ok(asked.includes(mara), asked);
    await look(page, `mailed-${locale}`);
    let mail = await mailbox.next(mara);
    assert.match(mail.subject, words.finish);
    const finish = here(linkIn(mail));
    await page.goto(finish);
    assert.match(await page.locator("main").innerText(), new RegExp(mara.replace(".", "\\.")));
    await look(page, `finish-${locale}`);
    await form(page, "finish_registration").locator("[name=password]").fill("password");
    await submit(page, "finish_registration");
    assert.equal(await form(page, "finish_registration").locator("[aria-invalid=true]").count(), 1);
    await form(page, "finish_registration").locator("[name=password]").fill(password);
    await submit(page, "finish_registration");
    await page.waitForURL("**/dashboard/welcome");
    assert.equal(await form(page, "resend_verification").count(), 0, "the link proved the address");
    assert.match(await page.locator("body").textContent(), /Mara <b>Halden<\/b>/);
    await look(page, `registered-${locale}`);
    await page.goto(finish);
    assert.equal(await form(page, "finish_registration").count(), 0, "it works once");
    await page.context().clearCookies();
    assert.equal(await ask("Somebody else"), asked, "the same for an address with an account");
    mail = await mailbox.next(mara);
    assert.match(mail.subject, words.already);
    assert.equal(here(linkIn(mail)), "/login");

    // An account by the API proves its address afterwards.
    const ada = `ada.${locale.slice(0, 2)}@example.com`;
    await call(`${server.url}/v1/auth/register`, {
      body: { email: ada, password },
      headers: { "Accept-Language": locale },
    });
    await signIn(page, ada);
    await page.waitForURL("**/dashboard");
    assert.equal(await form(page, "resend_verification").count(), 1, "the banner");
    await look(page, `unverified-${locale}`);
    mail = await mailbox.next(ada);
    assert.match(mail.subject, words.verify);
    assert.equal(mail.from, "Surety <surety@example.com>");
    await page.goto(here(linkIn(mail)));
    await look(page, `verify-${locale}`);
    await submit(page, "verify_email");
    await page.waitForURL("**/dashboard");
    assert.equal(await form(page, "resend_verification").count(), 0);
    await page.context().clearCookies();
    await signIn(page, mara);
    await page.waitForURL("**/dashboard");

    const other = await open();
    await other.goto("/login");
    await other.locator('a[href="/forgot-password"]').click();
    await look(other, `forgot-${locale}`);
    await form(other, "forgot_password").locator("[name=email]").fill(mara);
    await submit(other, "forgot_password");
    await other.waitForURL("**/login");
    await look(other, `asked-${locale}`);
    mail = await mailbox.next(mara);
    assert.match(mail.subject, words.reset);
    const link = here(linkIn(mail));
    await other.goto(link);
    await form(other, "reset_password").locator("[name=password]").fill("password");
    await submit(other, "reset_password");
    assert.equal(await form(other, "reset_password").locator("[aria-invalid=true]").count(), 1);
    await look(other, `reset-${locale}`);
    await form(other, "reset_password").locator("[name=password]").fill("another horse battery");
    await submit(other, "reset_password");
    await other.waitForURL("**/dashboard");
    await mailbox.next(mara);
    await other.goto(link);
    assert.equal(await form(other, "reset_password").count(), 0, "it works once");
    await look(other, `ended-${locale}`);
    await page.goto("/dashboard");
    await page.waitForURL("**/login**", { timeout: 5_000 });
    await signIn(page, mara, "another horse battery");
    await page.waitForURL("**/dashboard");

    await page.goto("/dashboard/settings/members");
    await form(page, "invite_member").locator("[name=email]").fill(jon);
    await form(page, "invite_member").locator("[name=role]").selectOption("admin");
    await submit(page, "invite_member");
    await page.waitForURL("**/settings/members");
    assert.match(await page.locator("main").innerText(), new RegExp(jon));
    await look(page, `members-${locale}`);
    mail = await mailbox.next(jon);
    assert.match(mail.subject, words.invite);
    // Jon has a browser of his own.
    await other.context().clearCookies();
    await other.goto(here(linkIn(mail)));
    await look(other, `invite-${locale}`);
    await other.locator('a[href^="/register?invitation="]').click();
    assert.equal(await form(other, "register").locator("[name=email]").inputValue(), jon);
    await register(other, jon);
    await other.waitForURL("**/dashboard");
    assert.equal(await form(other, "resend_verification").count(), 0, "the mailed link proved the address");
    await other.goto("/dashboard/settings/members");
    assert.match(await other.locator("main").innerText(), new RegExp(mara.replace(".", "\\.")));
    assert.equal(await form(other, "switch_workspace").locator("button").count(), 2);
    await look(other, `joined-${locale}`);
    // To the workspace of his own.
    const own = form(other, "switch_workspace").locator("button:not([aria-current])");
    if (width < 800) await other.locator(".menu-button").click();
    await other.locator("[popovertarget=account]").click();
    await own.click();
    await other.waitForURL("**/dashboard");
    await other.goto("/dashboard/settings/members");
    assert.doesNotMatch(await other.locator("main").innerText(), new RegExp(mara.replace(".", "\\.")));

    await page.goto("/dashboard/settings/members");
    await form(page, "remove_member").locator("button").click();
    await page.waitForURL("**/settings/members");
    assert.equal(await form(page, "remove_member").count(), 0);
    page.quiet();
    other.quiet();
    await page.context().close();
    await other.context().close();
  });
}
