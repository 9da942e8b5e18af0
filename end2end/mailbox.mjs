// Mail as it arrives at a real SMTP server (aiosmtpd).
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { freePort } from "./server.mjs";

/** Starts the server; `next(to)` is the next mail to this address. */
export async function openMailbox() {
  const python = process.env.MAIL_PYTHON;
  if (!python) throw new Error("MAIL_PYTHON names a Python with aiosmtpd; run `cargo xtask test browser`");
  const script = new URL("./mailbox.py", import.meta.url).pathname;
  const child = spawn(python, [script, String(await freePort())], { stdio: ["ignore", "pipe", "inherit"] });
  const waiting = [];
  const told = [];
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise((resolve, reject) => {
    child.on("exit", () => reject(new Error("the mail server did not start")));
    lines.once("line", (line) => resolve(JSON.parse(line).port));
  });
  lines.on("line", (line) => {
    const mail = JSON.parse(line);
    const at = waiting.findIndex(({ to }) => mail.to.includes(to));
    if (at < 0) told.push(mail);
    else waiting.splice(at, 1)[0].resolve(mail);
  });
  return {
    env: { SURETY_SMTP_URL: `smtp://127.0.0.1:${port}`, SURETY_MAIL_FROM: "Surety <surety@example.com>" },
    next(to) {
      const at = told.findIndex((mail) => mail.to.includes(to));
      if (at >= 0) return Promise.resolve(told.splice(at, 1)[0]);
      return new Promise((resolve, reject) => {
        waiting.push({ to, resolve });
        setTimeout(() => reject(new Error(`no mail came to ${to}`)), 15_000).unref();
      });
    },
    close: () => child.kill(),
  };
}

/** The link in a mail, the same in both of its forms. */
export function linkIn(mail) {
  const link = mail.plain.match(/https?:\/\/\S+/)[0];
  if (!mail.html.includes(link)) throw new Error(`the HTML lacks ${link}: ${mail.html}`);
  return link;
}
