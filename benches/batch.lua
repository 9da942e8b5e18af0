-- wrk script: a thousand payment events per request, each request with its own Idempotency-Key.
-- Set before it: path, key (API key), agent (external id), run (makes keys of different runs differ).
local thread = 0

function setup(t)
  thread = thread + 1
  t:set("number", thread)
end

local sent = 0
local now = os.time()
local events = {}

function init()
  for i = 1, 1000 do
    events[i] = '{"agent_id":"' .. agent .. '","amount":' .. i % 90 + 10 .. '.5,"status":"on_time"}'
  end
  body = '{"events":[' .. table.concat(events, ",") .. "]}"
end

function request()
  sent = sent + 1
  local headers = {
    ["Content-Type"] = "application/json",
    ["X-API-Key"] = key,
    ["Idempotency-Key"] = run .. now .. "-" .. number .. "-" .. sent,
  }
  return wrk.format("POST", path, headers, body)
end
