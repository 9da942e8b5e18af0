nav-webhooks = Webhooks
palette-new-webhook = Add a webhook endpoint

webhooks-lead = Your own systems hear at once of what happens here: each event is a signed HTTPS request.
webhooks-none = No endpoints yet
webhooks-none-text = A webhook tells your bookkeeping, chat or pager as soon as a payment is recorded, a certificate ends or a key changes. What cannot be delivered is tried again for more than a day and stays in the log for 30.
webhooks-step-url = Add the URL of your receiver and choose its events.
webhooks-step-secret = Copy the secret, and check each request with it. The code for that is there.
webhooks-step-test = Send a test event and see request and answer.
webhooks-new = Create endpoint
webhooks-new-lead = Where events go. The page that follows shows the secret that signs them.
webhooks-catalog = Event catalogue
webhooks-create = Create endpoint
webhooks-created = { $name } is created. Copy its secret, then send a test event.
webhooks-too-many = A workspace has at most { $max } endpoints. Delete one first.
webhooks-endpoint = Endpoint
webhooks-events = Events
webhooks-success = Success
webhooks-waiting = Waiting
webhooks-last-attempt = Last attempt
webhooks-state = Status
webhooks-never = never
webhooks-since = since { $date }
webhooks-of-attempts =
    { $count ->
        [one] of one attempt
       *[other] of { $count } attempts
    }

webhooks-url = URL
webhooks-url-hint = A public https:// address that answers POST with 2xx within 15 seconds.
webhooks-description = Description
webhooks-description-hint = What the list of endpoints calls it.
webhooks-dialect = Message format
webhooks-all-events = All events
webhooks-all-events-text = Every type there is, and those that are added later.
webhooks-some-events = Only these
webhooks-some-events-text = Tick single types or whole groups below.
webhooks-choose-event = Tick at least one event, or choose all events.
webhooks-whole-group = All of this group, also types that are added later.
webhooks-group-imports = Imports
webhooks-event-count = { $count } of { $all } types

webhooks-active = Active
webhooks-failing = Failing
webhooks-off = Switched off
webhooks-off-owner = Switched off since { $date }
webhooks-off-owner-text = Events that happen meanwhile are never sent here. What was waiting goes on when it is switched on.
webhooks-off-gone = Switched off on { $date }: it answered 410 Gone
webhooks-off-gone-text = A receiver answers 410 when it wants nothing more. If that was a mistake, mend it and switch the endpoint on.
webhooks-off-unusable = Switched off on { $date }: its secret cannot be read any more
webhooks-off-unusable-text = Nothing can be signed without it. Rotate the secret, put the new one into your receiver, then switch the endpoint on.
webhooks-off-failing = Switched off on { $date }: it failed for five days
webhooks-off-failing-text = Every attempt since { $date } failed. Mend the receiver, send a test, switch the endpoint on and replay what failed.
webhooks-failing-since = Every attempt has failed since { $date }
webhooks-failing-text = Waiting deliveries: { $waiting }. Each is tried 8 times within 28 hours. After five days without a success the endpoint is switched off and you are told.

webhooks-deliveries = Deliveries
webhooks-signing = Secret and code
webhooks-test = Send a test
webhooks-test-answered = The test was answered with { $status } in { $ms } ms.
webhooks-test-timeout = The test failed: no answer within { $ms } ms.
webhooks-test-no-answer = The test failed after { $ms } ms: no answer came.
webhooks-health = How the endpoint fares
webhooks-delivered-today = Delivered, 24 hours
webhooks-no-events-today = no events
webhooks-of-events =
    { $count ->
        [one] of one event
       *[other] of { $count } events
    }
webhooks-of-newest = of the newest { $count } events
webhooks-median = Median answer
webhooks-ms = { $ms } ms
webhooks-slow = 95 of 100 within { $ms } ms
webhooks-no-answers-today = no answers in 24 hours
webhooks-next-try = Next try { $date }
webhooks-waits-off = until it is switched on
webhooks-nothing-waits = nothing waits
webhooks-success-ever = Success, all time
webhooks-log-lead = The last 30 days. Times are in { $zone }.
webhooks-nothing-sent = Nothing was sent yet
webhooks-nothing-sent-text = The next event that this endpoint listens to appears here. A test shows at once whether your receiver answers.
webhooks-any-state = Any status
webhooks-any-event = All events
webhooks-event = Event
webhooks-answer = Answer
webhooks-tries = Tries
webhooks-next = Next try
webhooks-time = Time
webhooks-no-match = No delivery matches

delivery-waiting = Waiting
delivery-retrying = Retrying
delivery-delivered = Delivered
delivery-failed = Failed

failure-status = Refused by the receiver
failure-timeout = Timed out
failure-unresolved = Name not found
failure-blocked = Address not public
failure-not-listed = Host not allowed
failure-refused = Connection refused
failure-tls = TLS failed
failure-broken = Connection broken
failure-timeout-text = The answer did not come within 15 seconds. Answer first, work later.
failure-unresolved-text = The host name of the URL has no address.
failure-blocked-text = The host name leads to this machine or into a private network.
failure-not-listed-text = The operator of this instance lets webhooks go to certain hosts only, and this one is not among them.
failure-refused-text = Nobody listens at this address and port.
failure-tls-text = The certificate is not valid for this name, or the handshake failed.
failure-broken-text = The connection ended before the answer did, or it was not HTTP.

webhooks-attempts = Attempts
webhooks-attempt = Attempt { $number }, { $took }
webhooks-answered = Answered { $status }
webhooks-answer-newest = Newest answer, the first KiB of it
webhooks-exchange = Request and answer
webhooks-request = Request
webhooks-body = Body, as sent
webhooks-not-signed = The secret has changed since this attempt: its signature is not shown.
webhooks-about = About
webhooks-happened = Happened
webhooks-replay = Replay
webhooks-replay-one = Replay this event
webhooks-replay-warning = It is sent again in the background, with the same webhook-id. A receiver that took it before sees it twice and can tell by that id.
webhooks-replayed = The event is on its way again.
webhooks-replay-failed = Replay what failed
webhooks-replay-choose = Choose since when
webhooks-replay-text = Sends everything again that was given up after eight attempts.
webhooks-nothing-given-up = Nothing was given up in the last 30 days.
webhooks-replay-since = Failed since
webhooks-last-hour = the last hour
webhooks-last-day = the last 24 hours
webhooks-last-week = the last 7 days
webhooks-last-month = the last 30 days
webhooks-failed-replayed =
    { $count ->
        [0] Nothing had failed in this time.
        [one] One event is on its way again.
       *[other] { $count } events are on their way again.
    }

webhooks-secret = Signing secret
webhooks-secret-text = Every request is signed with it. Your receiver needs it to know that a request is ours.
webhooks-reveal = Show secret
webhooks-secret-shown = Signing secret
webhooks-secret-shown-text = Give it to your receiver as an environment variable. Leaving this page hides it; your password shows it again.
webhooks-rotate = Rotate secret
webhooks-rotate-text = A new secret takes over. For 24 hours every request carries two signatures, so that receivers can change in their own time.
webhooks-rotate-confirm = Make a new secret
webhooks-rotated = The secret is changed. The one before signs too for 24 hours.
webhooks-overlap = Until { $date } the secret before this one signs too. Another rotation is possible after that, because receivers accept two signatures, not three.
webhooks-verify = Verify signatures
webhooks-verify-text = Requests follow Standard Webhooks, so that its libraries check them in a line. They also refuse what is older than five minutes.
webhooks-own-signature = This endpoint speaks { $dialect }: clients of that API check the header { $header } themselves. The headers of Standard Webhooks are there too.
webhooks-language = Programming language

webhooks-edit = Address and events
webhooks-save = Save
webhooks-saved = The endpoint is saved.
webhooks-enable = Switch on
webhooks-enable-text = What waits is sent at once. What happened while it was off is not.
webhooks-enabled = The endpoint is switched on.
webhooks-disable = Switch off
webhooks-disable-text = Nothing more is sent. Events that happen meanwhile are never sent here; what waits goes on waiting.
webhooks-disabled = The endpoint is switched off.
webhooks-delete = Delete endpoint
webhooks-delete-text = Nothing more is sent, what waits neither. Its secret and its log are gone.
webhooks-delete-confirm = Delete this endpoint
webhooks-delete-named = Delete endpoint { $name }
webhooks-deleted = The endpoint is deleted.

dialect-standard = Type, timestamp and data, signed as Standard Webhooks say. The right one unless a client asks for another.
dialect-agentgatepay = For receivers written for AgentGatePay: payments as charges, signed in the body and in x-agentpay-signature.
dialect-agentgate = For receivers of AgentGate work orders: signed in X-AgentGate-Signature.
dialect-paegents = For receivers written for Paegents: an event with its payload, signed in Paegents-Signature.

event-payment-recorded = An agent's payment was recorded.
event-payment-received = An agent received a payment.
event-payment-confirmed = A payment on a chain reached its confirmations.
event-payment-completed = A payment's status was amended: it was paid after all, in time or late.
event-payment-failed = A payment's status was amended: it was missed.
event-payment-disputed = A payment's status was amended: it is disputed.
event-payments-imported = A file of payments was imported. Its payments have no events of their own.
event-certificate-issued = A certificate was issued. One that the agent had before is superseded.
event-certificate-renewed = An agent's certificate was renewed, whether or not it had ended.
event-certificate-expiring = A certificate ends soon: 14 days and 3 days before.
event-certificate-expired = A certificate ended and was not renewed.
event-certificate-suspended = A certificate was suspended, because the score fell far below the certified one.
event-certificate-revoked = A certificate was revoked.
event-agent-created = An agent was created.
event-agent-updated = An agent's name, description, framework or visibility changed.
event-agent-archived = An agent was archived.
event-agent-unarchived = An archived agent was brought back.
event-agent-deleted = An agent was deleted.
event-key-created = An API key was created. The message never holds its secret.
event-key-rotated = An API key was replaced by a new one.
event-key-revoked = An API key was revoked.
event-webhook-disabled = Another endpoint of the workspace was switched off, because it failed for five days, answered 410 or has a secret that cannot be read any more.
event-webhook-test = A test from the dashboard or the API.

error-secret-overlap = The secret was rotated within the last 24 hours, and the one before it still signs. Receivers accept two signatures, not three: try again when that time is over.
error-endpoint-off = The endpoint is switched off. Switch it on first.

overview-webhook-look = Look
overview-webhook-off = The webhook endpoint { $name } is switched off
overview-webhook-gone-text = It answered 410 Gone. Events are not sent there any more.
overview-webhook-off-text = It failed for five days. Events are not sent there any more.
overview-webhook-fails = Webhooks to { $name } have failed since { $date }
overview-webhook-fails-text = Events wait and are tried again. After five days the endpoint is switched off.

audit-webhook-created = Webhook endpoint added
audit-webhook-updated = Webhook endpoint changed
audit-webhook-enabled = Webhook endpoint switched on
audit-webhook-disabled = Webhook endpoint switched off
audit-webhook-deleted = Webhook endpoint deleted
audit-webhook-secret-rotated = Webhook secret rotated
audit-webhook-secret-revealed = Webhook secret shown
audit-webhook-tested = Webhook test sent
audit-webhook-replayed = Webhook replayed
audit-webhook-failed-replayed = Failed webhooks replayed
audit-field-disabled = Switched off
audit-field-previous-until = Old secret signs until

docs-webhooks = Webhooks
docs-webhooks-title = Webhook events
docs-webhooks-lead = Every event this instance can send you, with an example and its JSON Schema, and how to receive it.
docs-webhooks-json = As JSON
docs-webhooks-contents = Contents
docs-webhooks-request = The request
docs-webhooks-request-text = A POST with a JSON body to your URL. Any answer from 200 to 299 within 15 seconds takes it; redirects are not followed. Answer first and work later.
docs-webhooks-order = The same event can come more than once and, after a failure, out of order. Its webhook-id stays the same: keep those that you have seen.
docs-webhooks-header-id = The event's id, the same on every attempt and replay.
docs-webhooks-header-timestamp = When this attempt was made, in Unix seconds.
docs-webhooks-header-signature = v1 and the HMAC-SHA256 of id, timestamp and body, joined by dots, in Base64; two of them while a secret is being rotated.
docs-webhooks-retries = Retries
docs-webhooks-retries-text = What is not taken is tried eight times, each time up to a fifth earlier or later, so that not all come at once. Retry-After is obeyed, up to a day. 410 switches the endpoint off.
docs-webhooks-off-text = An endpoint that fails for five days without one success is switched off; the overview says so, and the others get webhook.disabled. What was given up can be replayed for 30 days.
docs-webhooks-attempt = Attempt
docs-webhooks-when = When
docs-webhooks-at-once = At once
docs-webhooks-after = { $span } after the one before
docs-seconds =
    { $count ->
        [one] One second
       *[other] { $count } seconds
    }
docs-minutes =
    { $count ->
        [one] One minute
       *[other] { $count } minutes
    }
docs-hours =
    { $count ->
        [one] One hour
       *[other] { $count } hours
    }
docs-webhooks-dialects-text = Each endpoint speaks one format. The examples below are in that of Standard Webhooks; data is the same in the others, but for payments of AgentGatePay.
docs-webhooks-client = Format
docs-webhooks-schema = JSON Schema
docs-webhooks-example = Example of { $kind }
