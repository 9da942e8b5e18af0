// Lighthouse over the public pages, the overview and an agent's page; fails below the scores asked for here.
//
//     SURETY_BIN=target/release/surety node lighthouse.mjs [payments]
//
// With a number, the agent is given payments until its workspace holds that many. The performance figures mean
// something only for the optimised server on an idle machine.
import { launch as launchChrome } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";
import { call, startDemo } from "./server.mjs";

const wanted = Number(process.argv[2] ?? 0);
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const PUBLIC = { performance: 100, accessibility: 100, "best-practices": 100, seo: 100 };
// Search engines are kept out of the dashboard, for which the SEO score would blame it.
const DASHBOARD = { performance: 95, accessibility: 100, "best-practices": 100 };
/** Payments that one request may bring. */
const BATCH = 1000;

/** The session cookie of a person who has signed in. */
async function signIn({ url, account }) {
  const response = await fetch(`${url}/fn/log_in`, {
    method: "POST",
    headers: { Accept: "text/html", Origin: url },
    body: new URLSearchParams({ next: "", ...account }),
    redirect: "manual",
  });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  if (response.headers.get("location") !== "/dashboard") throw new Error("could not sign in");
  return cookies.join("; ");
}

/** Reports payments of the last half year until there are enough of them. */
async function fill(url, headers, agent, missing) {
  const now = Date.now();
  for (let done = 0; done < missing; done += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, missing - done) }, (_, i) => ({
      agent_id: agent,
      amount: 10 + ((done + i) % 90) + 0.5,
      status: "on_time",
      date: new Date(now - ((done + i) % 180) * 86_400_000).toISOString(),
    }));
    await call(`${url}/v1/payment-events/batch`, { body: { events }, headers });
  }
}

async function targets(server) {
  const { url, account } = server;
  const { token } = await call(`${url}/v1/auth/login`, { body: account });
  const headers = { Authorization: `Bearer ${token}` };
  const { agents } = await call(`${url}/v1/agents`, { method: "GET", headers });
  const agent = agents.find((a) => a.certificate);
  const held = agents.reduce((sum, a) => sum + (a.payment_stats.total), 0);
  await fill(url, headers, agent.external_id, wanted - held);
  const cookie = await signIn(server);
  const open = ["/", "/login", "/register", `/a/${agent.gopi_id}`, `/c/${agent.certificate.certificate_id}`, "/imprint", "/docs", "/docs/try"];
  return [
    ...open.map((path) => ({ path, least: PUBLIC })),
    ...["/dashboard", `/dashboard/agents/${agent.id}`].map((path) => ({ path, least: DASHBOARD, cookie })),
  ];
}

/** The scores of one page, and every audit that cost points. */
async function measure(chrome, url, { path, least, cookie }) {
  const config = structuredClone(desktopConfig);
  config.settings.onlyCategories = CATEGORIES.filter((name) => name in least);
  if (cookie) config.settings.extraHeaders = { Cookie: cookie };
  const { lhr } = await lighthouse(url + path, { port: chrome.port, logLevel: "error" }, config);
  if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
  if (new URL(lhr.finalDisplayedUrl).pathname !== path) throw new Error(`${path} led to ${lhr.finalDisplayedUrl}`);
  const scores = {};
  const lost = [];
  for (const [name, category] of Object.entries(lhr.categories)) {
    scores[name] = Math.round(category.score * 100);
    for (const { id, weight } of category.auditRefs) {
      const audit = lhr.audits[id];
      if (weight > 0 && audit.score !== null && audit.score < 0.9) lost.push(`${id}: ${audit.displayValue ?? audit.title}`);
    }
  }
  return { scores, lost };
}

const server = await startDemo();
const chrome = await launchChrome({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-extensions"],
});
let failed = false;
try {
  const table = {};
  const notes = [];
  for (const target of await targets(server)) {
    const { scores, lost } = await measure(chrome, server.url, target);
    table[target.path] = Object.fromEntries(CATEGORIES.map((name) => [name, scores[name] ?? "-"]));
    const below = Object.entries(target.least).filter(([name, least]) => scores[name] < least);
    if (below.length > 0) {
      failed = true;
      notes.push(...below.map(([name, least]) => `${target.path}: ${name} is ${scores[name]}, ${least} is asked for`));
      notes.push(...lost.map((audit) => `    ${audit}`));
    }
  }
  console.table(table, CATEGORIES);
  console.log(notes.join("\n"));
} finally {
  chrome.kill();
  await server.stop();
}
process.exitCode = failed ? 1 : 0;
