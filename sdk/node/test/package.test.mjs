/** What is installed: the right files, one version, no dependency, and a client that works as a single file. */

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { start } from "./server.mjs";

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve("gopi-sdk/package.json"));
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const client = readFileSync(join(folder, "gopi-client.mjs"), "utf8");

test("the manifest names what is there", () => {
  assert.equal(manifest.license, "Apache-2.0");
  assert.equal(manifest.dependencies, undefined);
  for (const path of [manifest.main, manifest.types, ...Object.values(manifest.exports["."])]) {
    assert.ok(readFileSync(join(folder, path), "utf8").length > 0, path);
  }
  assert.match(client, new RegExp(`const VERSION = "${manifest.version}";`));
});

test("the client imports Node's own modules only", () => {
  const imports = [...client.matchAll(/^import .* from "(.*)";$/gm)].map((m) => m[1]);
  assert.ok(imports.length > 0 && imports.every((name) => isBuiltin(name)), imports.join());
});

test("the file works alone, with an address filled in", async (t) => {
  const { url, requests } = await start(t);
  const line = /^export const DEFAULT_BASE_URL = ".*";$/gm;
  assert.equal(client.match(line).length, 1);
  const text = client.replace(line, `export const DEFAULT_BASE_URL = "${url}";`);
  assert.ok(!text.includes("127.0.0.1:3000"), "the address must stand on one line only");
  const alone = mkdtempSync(join(tmpdir(), "gopi-"));
  t.after(() => rmSync(alone, { recursive: true }));
  writeFileSync(join(alone, "gopi-client.mjs"), text);
  const code = 'import { GopiClient } from "./gopi-client.mjs"; await new GopiClient("k", "a").trackPayment({ amount: 1 });';
  writeFileSync(join(alone, "main.mjs"), code);
  const env = { ...process.env };
  delete env.GOPI_BASE_URL;
  await promisify(execFile)(process.execPath, [join(alone, "main.mjs")], { env });
  assert.equal(requests.length, 1);
});

const [major, minor] = process.versions.node.split(".").map(Number);
const requires = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
test("require works where Node can require an ES module", { skip: !requires && "this Node cannot" }, () => {
  const code = 'console.log(typeof require("gopi-sdk").GopiClient)';
  const cwd = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname);
  const shown = execFileSync(process.execPath, ["--no-warnings", "-e", code], { cwd, encoding: "utf8" });
  assert.equal(shown.trim(), "function");
});

const { GOPI_SDK_INSTALLED_IN: expected } = process.env;
test("the package is the built one", { skip: !expected && "sdk/test.py says where it is" }, () => {
  assert.ok(realpathSync(folder).startsWith(realpathSync(expected) + sep), folder);
});
