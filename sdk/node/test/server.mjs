/** A real HTTP server that misbehaves as told, then answers 201 or passes requests on to another. */

import { once } from "node:events";
import { createServer } from "node:http";

export const KEY = "gopi_sk_secret0123456789";

export function refusal(status, code, headers = {}) {
  const body = { error: "E", message: `Said ${code}.`, code, field: "f", request_id: "r1" };
  return { status, headers, body: JSON.stringify(body) };
}

const STEPS = {
  reset: (_request, { socket }) => socket.resetAndDestroy(),
  close: (_request, { socket }) => socket.end(),
  hang: () => {},
  truncate: (_request, { socket }) => {
    socket.end('HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"event_id": ');
  },
  trickle: (_request, { socket }) => {
    socket.write("HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n");
    const timer = setInterval(() => socket.write(" "), 50);
    socket.on("close", () => clearInterval(timer));
  },
};

/**
 * Follows its script, one step per request: a status, a refusal, or a name from STEPS. `passed_on_then_lost` passes the
 * request on and resets the connection, as a crash between the work and the answer would.
 */
export async function start(t, script = [], upstream = undefined) {
  const requests = [];
  const server = createServer(async (incoming, response) => {
    const chunks = await incoming.toArray();
    const request = {
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
      key: incoming.headers["idempotency-key"],
      body: Buffer.concat(chunks).toString(),
      at: performance.now(),
    };
    requests.push(request);
    const step = script.shift() ?? "pass_on";
    response.shouldKeepAlive = false;
    if (step === "pass_on") send(response, await passOn(request, upstream));
    else if (step === "passed_on_then_lost") {
      await passOn(request, upstream);
      response.socket.resetAndDestroy();
    } else if (typeof step === "number") send(response, { status: step, body: "<html>oops</html>" });
    else if (typeof step === "string") STEPS[step](request, response);
    else send(response, step);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, requests, server };
}

function send(response, { status, headers, body }) {
  response.writeHead(status, headers).end(body);
}

async function passOn({ method, path, headers, body }, upstream) {
  if (upstream === undefined) return { status: 201, body: JSON.stringify({ event_id: "evt_1" }) };
  const kept = { ...headers };
  for (const name of ["host", "connection", "content-length"]) delete kept[name];
  const init = { method, headers: kept, body: body === "" ? undefined : body };
  const answer = await fetch(upstream + path, init);
  return { status: answer.status, body: await answer.text() };
}
