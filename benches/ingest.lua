-- wrk script: one payment event per request, each with its own Idempotency-Key, also from one start to the next.
-- Set before it: path, key (API key), agent (external id), run (makes keys of different runs differ),
-- days (payments are dated over so many days back; 1: all now).
local thread = 0

function setup(t)
  thread = thread + 1
  t:set("number", thread)
end

local sent = 0
local now = os.time()

function request()
  sent = sent + 1
  local headers = {
    ["Content-Type"] = "application/json",
    ["X-API-Key"] = key,
    ["Idempotency-Key"] = run .. now .. "-" .. number .. "-" .. sent,
  }
  local date = ""
  if days > 1 then
    date = ',"date":"' .. os.date("!%Y-%m-%dT%H:%M:%SZ", now - (sent % days) * 86400 - 60) .. '"'
  end
  local amount = sent % 90 + 10 .. ".5"
  local body = '{"agent_id":"' .. agent .. '","amount":' .. amount .. ',"status":"on_time"' .. date .. "}"
  return wrk.format("POST", path, headers, body)
end
