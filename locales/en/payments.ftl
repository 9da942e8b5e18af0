payments-lead = One ledger for every rail. Times are in { $zone }.
payments-one = Payment
payments-export = Export CSV
payments-counterparty = Counterparty
payments-unnamed = Not named
payments-reference = Reference
payments-rail = Rail
payments-status = Status
payments-amount = Amount
payments-time = Time ({ $zone })
payments-agent = Agent
payments-currency = Currency
payments-direction = Direction
payments-source = Paid from
payments-made = Decided by
payments-autonomous = The agent alone
payments-by-people = With a person
payments-from = From
payments-until = Until
payments-due = Due
payments-id = Payment
payments-search = Reference or payment id
payments-more = More filters
payments-active = Active filters
payments-remove = Remove filter: { $filter }
payments-any-agent = All agents
payments-any-status = Any status
payments-any-rail = All rails
payments-any-currency = All currencies
payments-any-direction = Sent and received
payments-anybody = Decided by anybody
payments-no-match = No payment matches
payments-no-match-text = Take off a filter, or choose other days.
payments-count =
    { $count ->
        [one] One payment on this page
       *[other] { $count } payments on this page
    }
payments-all = Filter and export
payments-close = Close
payments-sent-by = { $rail }, sent by { $agent }
payments-received-by = { $rail }, received by { $agent }
payments-agent-gone = { $id } (deleted)
payments-counts = Counts for the score
payments-counts-yes = Yes: sent, and decided by the agent alone.
payments-counts-received = No: received payments are revenue. Only sent ones are scored.
payments-counts-people = No: a person took part. Only payments that the agent decides alone are scored.
payments-counts-own = It adds no trust, because the payee belongs to this workspace. If it fails, that counts.
payments-counts-old = Not any more: it is older than 540 days.
payments-counts-currency = Yes, with the smallest weight: the score does not know the worth of this currency.
payments-trail = What happened
payments-happened = Happened, as reported
payments-recorded = Recorded
payments-recorded-by = By { $name }, { $via }

direction-sent = Sent
direction-received = Received

rail-tracked = Tracked
rail-service = Service
rail-escrow = Escrow

source-agent-wallet = The agent's wallet
source-human-card = A person's card
source-human-bank = A person's bank account
source-unknown = Not known

via-session = signed in to the dashboard
via-token = with a token
via-api-key = with an API key
via-console = on the server's console
