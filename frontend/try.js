// The page /docs/try: sends what a form says to this instance and shows the answer. The key stays in its field: nothing
// is stored, and cookies are not sent.
const page = document.getElementById("try");
const key = document.getElementById("key");

function request(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = new Headers();
  for (const { value, dataset } of form.querySelectorAll("[data-name]")) {
    if (dataset.place === "path") path = path.replace(`{${dataset.name}}`, encodeURIComponent(value));
    else if (value && dataset.place === "query") query.set(dataset.name, value);
    else if (value) headers.set(dataset.name, value);
  }
  // A token is a JWT: it begins with "ey" and has two dots.
  const secret = key.value.trim();
  if (/^ey[^.]*\.[^.]*\.[^.]*$/.test(secret)) headers.set("Authorization", `Bearer ${secret}`);
  else if (secret) headers.set("X-API-Key", secret);
  const body = form.querySelector("textarea");
  if (body) headers.set("Content-Type", body.dataset.media);
  const options = { method: form.dataset.method, headers, body: body?.value, credentials: "omit", cache: "no-store" };
  return [query.size ? `${path}?${query}` : path, options];
}

function pretty(text, type) {
  if (!type.includes("json")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function block(text) {
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.textContent = text;
  return pre;
}

async function send(form) {
  const answer = form.querySelector(".answer");
  const line = document.createElement("strong");
  try {
    const start = performance.now();
    const response = await fetch(...request(form));
    const text = await response.text();
    const time = Math.round(performance.now() - start);
    line.textContent = `${response.status} ${response.statusText} · ${time} ${page.dataset.milliseconds}`;
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const type = response.headers.get("content-type") ?? "";
    answer.replaceChildren(line, block(headers), ...(text ? [block(pretty(text, type))] : []));
  } catch {
    line.textContent = page.dataset.failed;
    answer.replaceChildren(line);
  }
}

for (const form of page.querySelectorAll("form[data-method]")) {
  const button = form.querySelector("button");
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    await send(form);
    button.disabled = false;
  });
}

function open() {
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (wanted instanceof HTMLDetailsElement) {
    wanted.open = true;
    wanted.scrollIntoView();
  }
}
addEventListener("hashchange", open);
open();
