import init, * as app from "./app.js";

await init({ module_or_path: new URL("./app_bg.wasm", import.meta.url) });
app.hydrate();
for (const island of document.querySelectorAll("leptos-island")) {
  await app[island.dataset.component]?.(island);
}
// Browser tests wait for it before they click.
document.documentElement.dataset.hydrated = "true";
