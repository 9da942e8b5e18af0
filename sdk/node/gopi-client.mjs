/**
 * Client for the trust API of a Surety instance.
 *
 * One file, standard library only, Node 18 or newer: import it from the package `gopi-sdk`, or copy it into a project.
 * Its types are described in `gopi-client.d.mts`.
 */

import { randomUUID } from "node:crypto";

// An instance that serves this file writes its own address into the next line.
export const DEFAULT_BASE_URL = "http://127.0.0.1:3000";

const VERSION = "0.1.0";
const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 8_000;

const PAYMENT_FIELDS = {
  currency: "currency",
  status: "status",
  paymentSource: "payment_source",
  isAutonomous: "is_autonomous",
  date: "date",
  dueAt: "due_at",
  direction: "direction",
  counterparty: "counterparty",
  reference: "reference",
};

/**
 * A call that failed for good. `message` is the instance's own sentence. Without an answer, `statusCode` is 0 and
 * `code` is `TIMEOUT`, `NETWORK_ERROR` or `TLS_ERROR`.
 */
export class GopiError extends Error {
  constructor(statusCode, message, { code, field, requestId, retryAfterMs, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "GopiError";
    this.statusCode = statusCode;
    this.code = code ?? null;
    this.field = field ?? null;
    this.requestId = requestId ?? null;
    this.retryAfterMs = retryAfterMs ?? null;
  }
}

/**
 * One agent's access to a Surety instance. `baseUrl` falls back to the variable `GOPI_BASE_URL`, then to
 * `DEFAULT_BASE_URL`. Redirects are not followed, so that the key reaches no other host.
 */
export class GopiClient {
  // Private, so that no log or JSON of the client shows it.
  #apiKey;

  constructor(apiKey, agentId, baseUrl, options = {}) {
    refuseUnknown("option", options, ["timeoutMs", "maxAttempts", "totalTimeoutMs"]);
    const { timeoutMs = 10_000, maxAttempts = 5, totalTimeoutMs = 90_000 } = options;
    this.#apiKey = required("apiKey", apiKey);
    if (!/^[!-~]+$/.test(this.#apiKey)) {
      // The key itself stays out of the message.
      throw new TypeError("apiKey contains characters that no API key has");
    }
    this.agentId = required("agentId", agentId);
    this.baseUrl = checkedUrl(baseUrl || process.env.GOPI_BASE_URL || DEFAULT_BASE_URL);
    if (!(timeoutMs > 0 && totalTimeoutMs > 0 && maxAttempts >= 1)) {
      throw new TypeError("timeoutMs, totalTimeoutMs and maxAttempts must be greater than 0");
    }
    this.timeoutMs = timeoutMs;
    this.maxAttempts = maxAttempts;
    this.totalTimeoutMs = totalTimeoutMs;
  }

  /** Reports one payment, which counts once however often it had to be sent. */
  async trackPayment(payment) {
    const { amount, idempotencyKey, ...given } = payment ?? {};
    // A misspelt name would silently report the default.
    refuseUnknown("payment field", given, ["amount", ...Object.keys(PAYMENT_FIELDS)]);
    const event = {
      agent_id: this.agentId,
      amount: exact(amount),
      currency: "EUR",
      status: "paid",
      payment_source: "agent_wallet",
      is_autonomous: true,
    };
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined && value !== null) {
        event[PAYMENT_FIELDS[name]] = value instanceof Date ? isoTime(name, value) : value;
      }
    }
    const key = checkedIdempotencyKey(idempotencyKey);
    return this.#call("POST", "/v1/payment-events", JSON.stringify(event), key);
  }

  /** The agent's trust profile. Of a private agent, too, since the key is sent along. */
  async getScore() {
    return this.#call("GET", `/v1/public/${encodeURIComponent(this.agentId)}`);
  }

  /** Issues a certificate, valid for 90 days; it replaces the one before. */
  async certify({ idempotencyKey } = {}) {
    const path = `/v1/agents/${encodeURIComponent(this.agentId)}/certify`;
    return this.#call("POST", path, undefined, checkedIdempotencyKey(idempotencyKey));
  }

  async #call(method, path, body, idempotencyKey) {
    const headers = {
      Accept: "application/json",
      "User-Agent": `gopi-sdk-node/${VERSION}`,
      "X-API-Key": this.#apiKey,
    };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    // The same for every attempt: a payment whose answer got lost must not count twice.
    if (idempotencyKey !== undefined) headers["Idempotency-Key"] = idempotencyKey;
    const giveUpAt = performance.now() + this.totalTimeoutMs;
    for (let attempt = 1; ; attempt += 1) {
      const leftMs = Math.min(this.timeoutMs, giveUpAt - performance.now());
      const result = await this.#attempt(method, path, body, headers, leftMs, attempt);
      if (!(result instanceof GopiError)) return result;
      const waitMs = waitBeforeRetry(result, attempt);
      const over = attempt >= this.maxAttempts || performance.now() + waitMs > giveUpAt;
      if (waitMs === null || over) throw result;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  async #attempt(method, path, body, headers, timeoutMs, attempt) {
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(), Math.max(1, timeoutMs));
    try {
      const url = this.baseUrl + path;
      const init = { method, headers, body, redirect: "manual", signal: clock.signal };
      const response = await fetch(url, init);
      const text = await response.text();
      return response.ok ? this.#parse(response, text) : this.#refusal(response, text);
    } catch (failure) {
      return this.#noAnswer(failure, clock.signal.aborted, attempt);
    } finally {
      clearTimeout(timer);
    }
  }

  #parse(response, text) {
    const answer = json(text);
    if (answer !== undefined) return answer;
    const message = `${this.baseUrl} answered something else than JSON. Is it a Surety instance?`;
    return new GopiError(response.status, message, { code: "BAD_ANSWER" });
  }

  #refusal(response, text) {
    const { status, headers } = response;
    const location = headers.get("location");
    if (status >= 300 && status < 400 && location) {
      const [to] = String(absolute(location, this.baseUrl)).split("?");
      const message =
        `${this.baseUrl} redirects to ${to}. Redirects are not followed, so that the API key ` +
        "reaches no other host: set baseUrl to the final address.";
      return new GopiError(status, this.#withoutKey(message), { code: "REDIRECT" });
    }
    const said = json(text) ?? {};
    const fallback = `${this.baseUrl} answered ${status} ${response.statusText}`.trim() + ".";
    return new GopiError(status, this.#withoutKey(String(said.message || fallback)), {
      code: said.code,
      field: said.field,
      requestId: said.request_id,
      retryAfterMs: retryAfterMs(headers.get("retry-after")),
    });
  }

  #noAnswer(failure, timedOut, attempt) {
    const cause = failure.cause ?? failure;
    let code = "NETWORK_ERROR";
    if (timedOut) code = "TIMEOUT";
    else if (/CERT|UNABLE_TO_/.test(cause.code ?? "")) code = "TLS_ERROR";
    const why = timedOut ? "timed out" : cause.message || cause.code || cause.name;
    const tries = attempt === 1 ? "1 attempt" : `${attempt} attempts`;
    const message = `No answer from ${this.baseUrl} after ${tries}: ${String(why).replace(/[.\s]+$/, "")}.`;
    return new GopiError(0, this.#withoutKey(message), { code, cause });
  }

  #withoutKey(text) {
    return text.replaceAll(this.#apiKey, "[API key]");
  }
}

function required(name, value) {
  if (typeof value !== "string" || value.trim() === "") {
    throw new TypeError(`${name} must be a text that is not empty`);
  }
  return value.trim();
}

function refuseUnknown(what, given, known) {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`unknown ${what} "${unknown}"; there are: ${known.join(", ")}`);
  }
}

function checkedUrl(baseUrl) {
  const text = String(baseUrl).trim().replace(/\/+$/, "");
  const url = absolute(text);
  const usable = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  if (!usable || /[?#\s]/.test(text)) {
    // Not quoted: it may hold a password.
    throw new TypeError(
      "baseUrl must look like https://surety.example.com, without user, query or fragment",
    );
  }
  return text;
}

function absolute(text, base) {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isoTime(name, date) {
  if (Number.isNaN(date.getTime())) throw new TypeError(`${name} is an invalid Date`);
  return date.toISOString();
}

/** The JSON value whose text is the amount, to the last digit. */
function exact(amount) {
  if (typeof amount === "string") return amount;
  if (typeof amount === "bigint") return amount.toString();
  if (typeof amount === "number" && Number.isFinite(amount)) return amount;
  throw new TypeError("amount must be a finite number or a decimal string");
}

function checkedIdempotencyKey(given) {
  if (given === undefined || given === null) return randomUUID();
  if (typeof given !== "string" || !/^[!-~](?:[ -~]{0,253}[!-~])?$/.test(given)) {
    throw new TypeError("idempotencyKey must have 1 to 255 printable ASCII characters");
  }
  return given;
}

/** Milliseconds until the next attempt, or null where another one cannot help. */
function waitBeforeRetry({ statusCode, code, retryAfterMs }, attempt) {
  const stillRunning = code === "IDEMPOTENCY_CONFLICT" && retryAfterMs !== null;
  const noAnswer = statusCode === 0 && code !== "TLS_ERROR";
  if (!(noAnswer || statusCode === 429 || statusCode >= 500 || stillRunning)) return null;
  // Full jitter, so that many agents do not come back in step.
  const backoffMs = Math.random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1));
  return backoffMs + (retryAfterMs ?? 0);
}

/** Reads both forms of Retry-After, seconds and date. */
function retryAfterMs(header) {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
