import init, * as app from "./app.js";

// A thin bar while a page or a form is on its way, so that nobody clicks twice.
const root = document.documentElement;
let waiting;
const idle = () => {
  clearTimeout(waiting);
  delete root.dataset.busy;
};
const busy = () => {
  idle();
  waiting = setTimeout(() => {
    root.dataset.busy = "true";
    // A download leaves the page where it is.
    waiting = setTimeout(idle, 15_000);
  }, 250);
};
const ownPage = (target) => {
  const link = target?.closest?.("a[href]:not([download], [target])");
  return link?.origin === location.origin && link.pathname.startsWith("/dashboard") ? link : null;
};
addEventListener("pageshow", idle);
// Sent without a connection, a form would give way to the browser's own page, and what was typed with it.
const offline = document.getElementById("offline");
addEventListener("online", () => (offline.hidden = true));
document.addEventListener("submit", (event) => {
  if (!navigator.onLine && event.target.method === "post") {
    event.preventDefault();
    offline.hidden = false;
  }
  if (!event.defaultPrevented && event.target.method !== "dialog") busy();
});
document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (plain && !event.defaultPrevented && ownPage(event.target)) busy();
});

// The page behind a link that somebody points at is asked for before the click. The server lets it be used for ten
// seconds, unless something was changed meanwhile.
const asked = new Map();
document.addEventListener("pointerover", (event) => {
  const link = ownPage(event.target);
  if (!link || event.pointerType !== "mouse" || navigator.connection?.saveData) return;
  const { href } = link;
  if (href.split("#")[0] === location.href.split("#")[0] || Date.now() - asked.get(href) < 10_000) return;
  asked.set(href, Date.now());
  fetch(href, { headers: { Purpose: "prefetch" }, priority: "low" }).catch(() => asked.delete(href));
});

await init({ module_or_path: new URL("./app_bg.wasm", import.meta.url) });
app.hydrate();
for (const island of document.querySelectorAll("leptos-island")) {
  await app[island.dataset.component]?.(island);
}
// Browser tests wait for it before they click.
root.dataset.hydrated = "true";
