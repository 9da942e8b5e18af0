// Debian's chromium, and a page whose every complaint fails the test.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function launch() {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page in a context of its own. `complaints` collects console errors, warnings and failed requests. */
export async function newPage(browser, { baseURL, ...options }) {
  // Without motion: a screenshot in the middle of a view transition shows two pages at once, and Chromium reports
  // a transition that came too late (a machine under load) as an error of the page.
  const context = await browser.newContext({ baseURL, locale: "en-GB", reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    // Without script nobody uses what the page loads ahead for it.
    const unused = options.javaScriptEnabled === false && message.text().includes("preloaded using link preload");
    if (["error", "warning"].includes(message.type()) && !unused) complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.quiet = () => assert.deepEqual(complaints, []);
  return page;
}

/** Waits until the islands of a dashboard page work. */
export function hydrated(page) {
  return page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
}

/** What axe finds on the page as it is (WCAG 2.2 AA and best practice). */
export async function axe(page) {
  // Not as an element: the pages permit no script but their own.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
}
