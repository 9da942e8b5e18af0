// A server of its own for a test: the real binary on a free port with an empty data folder.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const binary = process.env.SURETY_BIN;
if (!binary) throw new Error("SURETY_BIN names the server's binary; run `cargo xtask test browser`");

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts a server over the data of `surety demo`; `account` is its log-in. */
export async function startDemo() {
  const folder = await mkdtemp(path.join(tmpdir(), "surety-"));
  const { stdout } = await promisify(execFile)(path.resolve(binary), ["demo"], { cwd: folder });
  const [, email, password] = stdout.match(/Sign in as (\S+) with the password (\S+)/);
  return { ...(await startServer({}, folder)), account: { email, password } };
}

/**
 * Starts a server; resolves once it is healthy. `stop()` ends it and deletes its data. A setting may be a function of the
 * port.
 */
export async function startServer(env = {}, data) {
  const folder = data ?? (await mkdtemp(path.join(tmpdir(), "surety-")));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = Object.entries(env).map(([name, of]) => [name, typeof of === "function" ? of(port) : of]);
  const child = spawn(path.resolve(binary), ["serve"], {
    cwd: folder,
    env: { ...process.env, SURETY_LISTEN: `127.0.0.1:${port}`, SURETY_RATE_LIMITS: "off", ...Object.fromEntries(settings) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (log += chunk));
  let exited = false;
  child.on("exit", () => (exited = true));
  for (let tries = 0; ; tries++) {
    if (exited || tries > 300) throw new Error(`the server did not start:\n${log}`);
    try {
      if ((await fetch(`${url}/health`)).ok) break;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    log: () => log,
    async stop() {
      if (!exited) {
        const gone = new Promise((resolve) => child.on("exit", resolve));
        child.kill("SIGTERM");
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Calls an API as a program would; throws on anything but success. */
export async function call(url, { method = "POST", body, headers = {} } = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}
